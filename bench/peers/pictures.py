"""Pictures and clips to make films of: landscapes of noise with the grain of a camera, the same in every run."""

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""Rows, columns, BGR."""
Plane = NDArray[np.float32]

RIDGES = 5
GRAIN = 2.0
"""Standard deviation of a camera's noise, in levels of 255."""
MARGIN = 1.25
"""A clip's camera travels over a picture so many times as large as it sees."""
CLIP_OPTIONS = {"preset": "veryfast", "crf": "17"}
"""About 20 Mbit/s, as cameras and stock libraries deliver."""


def noise(random: np.random.Generator, width: int, height: int, cell: float) -> Plane:
    """Smooth noise around 0 in six octaves, the largest of ``cell`` pixels."""
    whole: Plane = np.zeros((height, width), np.float32)
    for octave in range(6):
        side = max(cell / 2**octave, 2.0)
        grid = random.standard_normal((int(height / side) + 3, int(width / side) + 3)).astype(np.float32)
        whole += cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC) * np.float32(0.55**octave)
    return whole


def landscape(seed: int, width: int, height: int) -> Pixels:
    """A sky with clouds over ridges that grow darker towards us."""
    random = np.random.default_rng(seed)
    low, high = random.uniform(90, 220, 3), random.uniform(120, 250, 3)
    slope = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    picture = low * slope + high * (1 - slope) + 18 * noise(random, width, height, width / 4)[..., None]
    rows, base = np.arange(height)[:, None], random.uniform(30, 120, 3)
    for ridge in range(RIDGES):
        skyline = height * (0.42 + 0.12 * ridge) + 0.05 * height * noise(random, width, 8, width / (3 + ridge))[0]
        colour = base * (1.6 - 0.28 * ridge) + 14 * noise(random, width, height, 90)[..., None]
        inside = np.clip(rows - skyline[None, :], 0, 1)[..., None]
        picture = picture * (1 - inside) + colour * inside
    return np.clip(picture, 0, 255).astype(np.uint8)


def write_still(path: Path, seed: int, width: int, height: int) -> Path:
    """A photograph as JPEG."""
    picture = landscape(seed, width, height) + np.random.default_rng(seed).normal(0, GRAIN, (height, width, 1))
    cv2.imwrite(str(path), np.clip(picture, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 95])
    return path


def write_clip(path: Path, seed: int, width: int, height: int, frames: int, fps: int = 30) -> Path:
    """A camera that travels sideways over a landscape, as H.264 in an MP4."""
    wide = landscape(seed, round(width * MARGIN), round(height * MARGIN))
    random = np.random.default_rng(seed)
    grains = [random.normal(0, GRAIN, (height, width, 1)).astype(np.float32) for _ in range(7)]
    with av.open(str(path), "w") as out:
        track = out.add_stream("libx264", rate=Fraction(fps), options=CLIP_OPTIONS)
        track.width, track.height, track.pix_fmt = width, height, "yuv420p"
        track.codec_context.colorspace, track.codec_context.color_range = Colorspace.ITU709, ColorRange.MPEG
        for number in range(frames):
            along = number / max(frames - 1, 1)
            shift = np.array([[1, 0, -along * (wide.shape[1] - width)], [0, 1, -0.5 * (wide.shape[0] - height)]], np.float32)
            seen = cv2.warpAffine(wide, shift, (width, height), flags=cv2.INTER_LINEAR) + grains[number % len(grains)]
            frame = av.VideoFrame.from_ndarray(np.clip(seen, 0, 255).astype(np.uint8), "bgr24")
            out.mux(track.encode(frame.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG)))
        out.mux(track.encode(None))
    return path
