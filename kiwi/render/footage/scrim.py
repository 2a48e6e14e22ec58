"""The scrim: the dark between footage and the words on it, as strong as reading needs and no stronger."""

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from kiwi.render.canvas.compose import Plane, Planes
from kiwi.render.canvas.layout import Box
from kiwi.render.canvas.stage import Stage
from kiwi.render.footage.grade import BLACK, WHITE, channels, dim
from kiwi.render.footage.overlays import Overlay
from kiwi.render.look.colours import Colour, luminance

Field = NDArray[np.float32]

LEAST_CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3."""
SPARE = 1.12
"""Of contrast, over the least: coding and movement cost some."""
LIGHTEST = 97.0
"""Percentile of the luma under words that counts as their ground."""
LEAST_COVER, MOST_COVER = 0.24, 0.86
VIGNETTE = 0.22
"""How much the corners are darkened."""
ACROSS, DOWN = 1150.0, 460.0
"""How far the dark takes to fade beside and above what it is for, in pixels of a picture whose shorter side is 1080."""


def darkest_needed(colours: Iterable[Colour]) -> float:
    """The lightest luma (16..235) of a ground on which all these colours keep the contrast that reading needs."""
    least = min(luminance(colour) for colour in colours)
    ground = max(0.0, (least + 0.05) / (LEAST_CONTRAST * SPARE) - 0.05)
    share = ground * 12.92 if ground <= 0.0031308 else 1.055 * ground ** (1 / 2.4) - 0.055
    return BLACK + (WHITE - BLACK) * share


def cover_needed(lightest: float, most: float, night: float) -> float:
    """How much of a luma must be covered by the dark for it to come down to ``most``; 0..1."""
    return min(1.0, max(0.0, (lightest - most) / max(lightest - night, 1.0)))


class Scrim:
    """A colour that covers so much of every pixel, dithered, or the dark would show its steps where the footage is smooth."""

    def __init__(self, cover: Field, colour: Colour) -> None:
        rows, columns = cover.shape
        halved = np.asarray(cv2.resize(cover, (columns // 2, rows // 2), interpolation=cv2.INTER_AREA), np.float32)
        whole, half = _dithered(cover), _dithered(halved)
        self._planes = [
            (255 - alpha, np.rint(alpha * (level / 255)).astype(np.uint8))
            for alpha, level in zip((whole, half, half), channels(colour), strict=True)
        ]

    def darken(self, planes: Planes) -> None:
        """Lay the dark over planes."""
        for plane, (kept, added) in zip(planes, self._planes, strict=True):
            cv2.multiply(plane, kept, dst=plane, scale=1 / 255)
            cv2.add(plane, added, dst=plane)


def _dithered(cover: Field) -> Plane:
    chance = np.random.default_rng(7)
    return np.asarray(np.clip(np.floor(cover * 255 + chance.random(cover.shape, np.float32)), 0, 255), np.uint8)


def plan_scrim(overlay: Overlay, lumas: Iterable[Plane], stage: Stage) -> Scrim:
    """The dark over footage of these graded lumas: as much as the words on it need, and the corners a little."""
    cover = _vignette(stage)
    if overlay.words and overlay.shade:
        needed = _needed(overlay, lumas, channels(dim(stage.theme))[0])
        cover = np.maximum(cover, needed * _falling(overlay.shade, stage))
    return Scrim(cover, dim(stage.theme))


def _vignette(stage: Stage) -> Field:
    across = (np.arange(stage.size.width, dtype=np.float32) + 0.5) / stage.size.width * 2 - 1
    down = (np.arange(stage.size.height, dtype=np.float32) + 0.5) / stage.size.height * 2 - 1
    return np.asarray(VIGNETTE * np.clip((across[None, :] ** 2 + down[:, None] ** 2 - 0.7) / 1.3, 0, 1), np.float32)


def _needed(overlay: Overlay, lumas: Iterable[Plane], night: float) -> float:
    """How much must be covered for every word to be read on every picture."""
    most, needed = darkest_needed(overlay.colours), LEAST_COVER
    for luma in lumas:
        for box in overlay.words:
            part = luma[max(0, int(box.top)) : int(box.bottom) + 1, max(0, int(box.left)) : int(box.right) + 1]
            if part.size:
                needed = max(needed, cover_needed(float(np.percentile(part, LIGHTEST)), most, night))
    return min(needed, MOST_COVER)


def _falling(box: Box, stage: Stage) -> Field:
    """1 inside a box, falling softly to 0 away from it."""
    xs, ys = np.arange(stage.size.width, dtype=np.float32) + 0.5, np.arange(stage.size.height, dtype=np.float32) + 0.5
    across = np.maximum(np.maximum(box.left - xs, xs - box.right), 0)[None, :] / stage.px(ACROSS)
    down = np.maximum(np.maximum(box.top - ys, ys - box.bottom), 0)[:, None] / stage.px(DOWN)
    near = np.clip(1 - np.sqrt(across**2 + down**2), 0, 1)
    return np.asarray(near * near * (3 - 2 * near), np.float32)
