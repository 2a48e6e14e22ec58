"""LayerCache layers: neighbours in painter order that stand still are merged into one picture, so that a settled frame is cheap."""

import numpy as np
import skia  # type: ignore[import-not-found]

from kiwi.render.canvas.compose import Picture
from kiwi.render.canvas.motion import STILL, Pose
from kiwi.render.canvas.stage import Element, Layer

Run = tuple[int, ...]
"""Indices of neighbouring elements."""
PATIENCE = 3
"""Frames a run must last before it is worth merging."""
LARGEST_WASTE = 1.25
"""A merged picture may have this many times the pixels of its parts; more, and it would cost more than it saves."""


def is_still(element: Element, pose: Pose) -> bool:
    """Whether an element's picture lies exactly where it was painted."""
    return pose is STILL and isinstance(element, Layer) and isinstance(element.picture, Picture)


def runs_of(still: list[bool]) -> list[Run]:
    """Indices of neighbours that are still, two or more together."""
    runs: list[Run] = []
    start = 0
    for index, stays in enumerate([*still, False]):
        if not stays:
            if index - start > 1:
                runs.append(tuple(range(start, index)))
            start = index + 1
    return runs


def merge(pictures: list[Picture]) -> Picture | None:
    """Lay pictures over each other once; None if they lie too far apart for that to be worth it."""
    left, top = min(picture.left for picture in pictures), min(picture.top for picture in pictures)
    right = max(picture.left + picture.width for picture in pictures)
    bottom = max(picture.top + picture.height for picture in pictures)
    if (right - left) * (bottom - top) > LARGEST_WASTE * sum(picture.width * picture.height for picture in pictures):
        return None
    pixels = np.zeros((bottom - top, right - left, 4), np.uint8)
    info = skia.ImageInfo.Make(right - left, bottom - top, skia.kBGRA_8888_ColorType, skia.kPremul_AlphaType)
    canvas = skia.Surface.MakeRasterDirect(info, pixels, pixels.strides[0])
    sheet = canvas.getCanvas()
    for picture in pictures:
        sheet.drawImage(picture.image, picture.left - left, picture.top - top)
    return Picture.of_ink(pixels, left, top)


class LayerCache:
    """The merged pictures of the runs of the moment; a run that ends is forgotten."""

    def __init__(self, elements: list[Element]) -> None:
        self._elements = elements
        self._seen: dict[Run, int] = {}
        self._merged: dict[Run, Picture | None] = {}

    def merged(self, poses: list[Pose]) -> dict[int, tuple[Run, Picture]]:
        """By the index of a run's first element: the run and the picture to draw in its stead."""
        runs = runs_of([is_still(element, pose) for element, pose in zip(self._elements, poses, strict=True)])
        self._seen = {run: self._seen.get(run, 0) + 1 for run in runs}
        self._merged = {run: picture for run, picture in self._merged.items() if run in self._seen}
        for run, frames in self._seen.items():
            if frames >= PATIENCE and run not in self._merged:
                self._merged[run] = merge([self._picture(index) for index in run])
        return {run[0]: (run, picture) for run, picture in self._merged.items() if picture is not None}

    def _picture(self, index: int) -> Picture:
        element = self._elements[index]
        assert isinstance(element, Layer)
        assert isinstance(element.picture, Picture)
        return element.picture
