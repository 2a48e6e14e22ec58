"""Clips and pictures as vendors send them, small, made here."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""BGR."""
Scene = Callable[[float], Picture]
"""Seconds -> picture."""


def moving(width: int = 320, height: int = 180, *, across: float = 0.5, bright: int = 70) -> Scene:
    """A bright disc that bobs on a calm ground with a gradient; ``across`` is where, as a share of the width."""
    ramp = np.linspace(-20, 20, width)[None, :, None] + np.linspace(-10, 10, height)[:, None, None]

    def at(second: float) -> Picture:
        picture: Picture = np.clip(bright + ramp + np.array([0, 4, 8]), 0, 255).astype(np.uint8)
        middle = round(width * across), round(height * (0.5 + 0.2 * np.sin(2 * second)))
        cv2.circle(picture, middle, round(min(width, height) * 0.12), (60, 160, 240), cv2.FILLED, cv2.LINE_AA)
        return picture

    return at


def clock(width: int = 160, height: int = 160, *, full: float = 4.0) -> Scene:
    """A plain picture as bright as the second it shows: 40 at the start, 200 at ``full`` seconds."""
    return lambda second: np.full((height, width, 3), round(40 + 160 * min(second / full, 1.0)), np.uint8)


def encode_clip(
    path: Path,
    scene: Scene,
    seconds: float = 2.0,
    *,
    fps: float = 30,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    times: list[float] | None = None,
    matrix: int = 1,
    full: bool = False,
    light: int | None = None,
    stretch: Fraction | None = None,
    sound: bool = False,
    options: dict[str, str] | None = None,
) -> Path:
    """Write a clip.

    ``times`` gives frames uneven lengths; ``matrix`` is BT.709 (1), BT.601 (5) or BT.2020 (9) and ``light`` the number of a transfer
    (ITU-T H.273), both written into the file; ``stretch`` is a pixel's width over its height.
    """
    shown = times if times is not None else [number / fps for number in range(round(seconds * fps))]
    first = scene(0.0)
    with av.open(str(path), "w") as out:
        track = out.add_stream(codec, rate=Fraction(fps).limit_denominator(1001))
        assert isinstance(track, VideoStream)
        track.width, track.height, track.pix_fmt = first.shape[1], first.shape[0], pixels
        track.time_base = track.codec_context.time_base = Fraction(1, 90_000)
        track.options = dict(options or ({"preset": "ultrafast", "qp": "8"} if codec == "libx264" else {}))
        track.codec_context.colorspace, track.codec_context.color_range = matrix, 2 if full else 1
        if light is not None:
            track.codec_context.color_trc, track.codec_context.color_primaries = light, matrix
        if stretch is not None:
            track.codec_context.sample_aspect_ratio = stretch
        voice = out.add_stream("aac", rate=48_000) if sound else None
        assert voice is None or isinstance(voice, AudioStream)
        for second in shown:
            frame = av.VideoFrame.from_ndarray(scene(second), "bgr24").reformat(
                format=pixels, dst_colorspace=matrix, src_color_range=2, dst_color_range=2 if full else 1
            )
            if light is not None:
                frame.color_trc, frame.color_primaries = light, matrix
            frame.pts, frame.time_base = round(second * 90_000), Fraction(1, 90_000)
            out.mux(track.encode(frame))
        out.mux(track.encode(None))
        if voice is not None:
            silence = av.AudioFrame.from_ndarray(np.zeros((1, 48_000), np.float32), "fltp", "mono")
            silence.sample_rate = 48_000
            out.mux(voice.encode(silence))
            out.mux(voice.encode(None))
    return path


def pictures(path: Path) -> list[Picture]:
    """Every frame in BGR."""
    with av.open(str(path)) as clip:
        return [np.asarray(frame.to_ndarray(format="bgr24", src_colorspace="ITU709"), np.uint8) for frame in clip.decode(video=0)]
