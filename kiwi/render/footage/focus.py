"""Where a viewer looks: a map of how much each part of a picture stands out or moves, and the window that keeps most of it."""

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from kiwi.render.footage.fitting import Point

Field = NDArray[np.float32]
Pixels = NDArray[np.uint8]

SIDE = 96
"""Maps have this many pixels on their long side: enough to find a face in."""
WEIGHTS = {"stands out": 1.0, "moves": 1.6, "is skin": 0.9, "is sharp": 0.6}
MIDDLE = 0.35
"""What the middle of a picture counts for more than its edges: people frame that way."""
WORTH = 0.06
"""Of all attention, what a window at a corner must keep more than one in the middle to be chosen, doubled."""


def _normal(field: Field) -> Field:
    """Scale to 0..1 by the brightest hundredth."""
    low, high = np.percentile(field, (5, 99))
    return np.asarray(np.clip((field - low) / max(float(high - low), 1e-6), 0, 1), np.float32)


def stands_out(luma: Field) -> Field:
    """What the picture's own regularity does not predict: the spectral residual (Hou and Zhang, CVPR 2007)."""
    spectrum = np.fft.fft2(luma)
    amplitude = np.log(np.abs(spectrum) + 1e-6).astype(np.float32)
    residual = amplitude - cv2.blur(amplitude, (3, 3))
    back = np.fft.ifft2(np.exp(residual + 1j * np.angle(spectrum)))
    return np.asarray(cv2.GaussianBlur((np.abs(back) ** 2).astype(np.float32), (0, 0), 2.5), np.float32)


def is_skin(picture: Pixels) -> Field:
    """Tones of skin of any shade lie close together in chroma."""
    _, red, blue = cv2.split(cv2.cvtColor(picture, cv2.COLOR_BGR2YCrCb).astype(np.float32))
    near = np.exp(-(((red - 152) / 11) ** 2 + ((blue - 108) / 12) ** 2))
    return np.asarray(cv2.GaussianBlur(near.astype(np.float32), (0, 0), 2.0), np.float32)


def small(picture: Pixels) -> Pixels:
    """A BGR picture at the size of maps."""
    scale = SIDE / max(picture.shape[:2])
    size = max(8, round(picture.shape[1] * scale)), max(8, round(picture.shape[0] * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def map_attention(pictures: Sequence[Pixels]) -> Field:
    """Map 0..1 over small BGR pictures of one size, in the order of their time: one for a still, several for a clip."""
    lumas = [cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32) for picture in pictures]
    total = np.zeros_like(lumas[0])
    for picture, luma in zip(pictures, lumas, strict=True):
        sharp = cv2.GaussianBlur(np.abs(cv2.Laplacian(luma, cv2.CV_32F)), (0, 0), 3.0)
        total += WEIGHTS["stands out"] * _normal(stands_out(luma))
        total += WEIGHTS["is sharp"] * _normal(np.asarray(sharp, np.float32))
        total += WEIGHTS["is skin"] * is_skin(picture)
    total /= len(pictures)
    if len(lumas) > 1:
        moved = np.mean([np.abs(later - earlier) for earlier, later in pairwise(lumas)], axis=0)
        # a moving camera moves everything: only what moves more than most of the picture counts
        own = np.clip(moved - np.median(moved), 0, None).astype(np.float32)
        total += WEIGHTS["moves"] * min(1.0, float(own.max()) / 12) * _normal(np.asarray(cv2.GaussianBlur(own, (0, 0), 2.0), np.float32))
    rows, columns = total.shape
    across = (np.arange(columns, dtype=np.float32) + 0.5) / columns * 2 - 1
    down = (np.arange(rows, dtype=np.float32) + 0.5) / rows * 2 - 1
    middle = np.exp(-1.2 * (across[None, :] ** 2 + down[:, None] ** 2))
    return _normal(total * (1 - MIDDLE + MIDDLE * middle).astype(np.float32))


def find_focus(attention: Field, window: Point = (0.34, 0.34)) -> Point:
    """The middle of the window, given as shares of the picture, that keeps the most of what is looked at.

    A plain picture is kept by its middle, for no window is much better than the next.
    """
    rows, columns = attention.shape
    wide, high = max(1, round(window[0] * columns)), max(1, round(window[1] * rows))
    sums = cv2.integral(attention.astype(np.float64))
    kept = sums[high:, wide:] - sums[:-high, wide:] - sums[high:, :-wide] + sums[:-high, :-wide]
    across = (np.arange(kept.shape[1]) + wide / 2) / columns
    down = (np.arange(kept.shape[0]) + high / 2) / rows
    far = (across[None, :] - 0.5) ** 2 + (down[:, None] - 0.5) ** 2
    top, left = np.unravel_index(np.argmax(kept - WORTH * sums[-1, -1] * far), kept.shape)
    return float(across[left]), float(down[top])
