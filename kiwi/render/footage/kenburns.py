"""A picture in motion: a slow, eased move towards what matters in it, near parts a little faster than far ones."""

import hashlib
import math
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from kiwi.errors import RenderError
from kiwi.film.model import Size
from kiwi.render.canvas.compose import Plane, Planes, to_ink
from kiwi.render.canvas.motion import clamp
from kiwi.render.footage.fitting import kept_shares
from kiwi.render.footage.focus import find_focus, map_attention, small
from kiwi.render.footage.grade import Grade

Field = NDArray[np.float32]

ZOOM_A_SECOND, MOST_ZOOM = 0.018, 0.14
"""What a picture grows by."""
TRAVEL_A_SECOND, MOST_TRAVEL = 0.03, 0.3
"""How far the view goes where the picture is longer than it; shares of the view."""
PARALLAX = 0.010
"""How much further the nearest goes than the farthest, as a share of the view."""
DEEPER = 0.035
"""How much more the nearest grows than the farthest."""
EDGE = 0.02
"""Kept free around the view, for the near to move into."""
CELL = 16
"""Movement is worked out on every sixteenth pixel each way and enlarged: it is smooth."""
CRISP = 0.45


def gently(share: float) -> float:
    """Nearly even, soft at both ends."""
    return share - 0.6 * math.sin(2 * math.pi * share) / (2 * math.pi)


def guess_depth(attention: Field) -> Field:
    """0 far to 1 near, without edges: what lies low is near, and what is looked at stands before the rest."""
    rows, columns = attention.shape
    low = np.linspace(0, 1, rows, dtype=np.float32)[:, None] ** 1.3
    seen = np.asarray(cv2.GaussianBlur(attention, (0, 0), max(rows, columns) * 0.09), np.float32)
    depth = 0.55 * np.repeat(low, columns, 1) + 0.45 * seen / max(float(seen.max()), 1e-6)
    return np.asarray(cv2.GaussianBlur(depth, (0, 0), max(rows, columns) * 0.05), np.float32)


class KenBurns:
    """One picture, in a grade's colours, and the move through it."""

    def __init__(self, path: Path, size: Size, fps: int, frames: int, seed: str, grade: Grade) -> None:
        picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
        if picture is None:
            raise RenderError(f"The picture {path.name} cannot be opened.")
        self._size, self._frames = size, max(2, frames)
        attention = map_attention([small(np.asarray(picture, np.uint8))])
        self._depth = guess_depth(attention)
        self._source = grade.tone(_planes(_large_enough(np.asarray(picture, np.uint8), size)))
        cells = math.ceil(size.height / CELL) + 2, math.ceil(size.width / CELL) + 2
        self._rooms = {
            step: tuple(np.empty((cells[0] * (CELL // step), cells[1] * (CELL // step)), np.float32) for _ in "xy") for step in (1, 2)
        }
        self._plan(attention, frames / fps, seed)

    def _plan(self, attention: Field, seconds: float, seed: str) -> None:
        rows, columns = self._source[0].shape
        whole = Size(width=columns, height=rows)
        shares = kept_shares(whole, self._size)
        self._view = shares[0] * columns * (1 - EDGE), shares[1] * rows * (1 - EDGE)
        chance = hashlib.sha256(seed.encode()).digest()
        focus = find_focus(attention, shares)
        zoom = 1 + min(MOST_ZOOM, ZOOM_A_SECOND * seconds)
        # every other picture is left instead of approached, so that not all films only go forward
        self._zooms = (1.0, zoom) if chance[0] % 3 else (zoom, 1.0)
        travel = min(MOST_TRAVEL, TRAVEL_A_SECOND * seconds)
        slack = [max(0.0, 1 / share - 1) for share in shares]
        way = 0 if slack[0] >= slack[1] else 1
        length = min(travel, slack[way]) * shares[way]
        side = 1.0 if focus[way] >= 0.5 else -1.0
        start, end = list(focus), list(focus)
        start[way], end[way] = focus[way] - side * length * 0.75, focus[way] + side * length * 0.25
        self._centres = (start[0] * columns, start[1] * rows), (end[0] * columns, end[1] * rows)
        self._side = side if length else (1.0 if chance[1] % 2 else -1.0)
        self._way = way

    def show(self, frame: int, into: Planes) -> None:
        """Fill planes with the picture at a frame."""
        share = clamp(frame / (self._frames - 1))
        maps = self.maps(share, 2)
        for plane, (x, y), out in zip(self._source, (self.maps(share), maps, maps), into, strict=True):
            cv2.remap(plane, x, y, cv2.INTER_LINEAR, dst=out, borderMode=cv2.BORDER_REFLECT)

    def luma(self, frame: int) -> Plane:
        """The luma of the picture at a frame."""
        x, y = self.maps(clamp(frame / (self._frames - 1)))
        return np.asarray(cv2.remap(self._source[0], x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT), np.uint8)

    def maps(self, share: float, step: int = 1) -> tuple[Field, Field]:
        """Where in the source every pixel of the view lies when a share of the shot is over; valid until asked again for that step.

        ``step`` is 1 for luma and 2 for chroma, which has a pixel for every second one each way.
        """
        x, y = (self._enlarged(cells, room, step) for cells, room in zip(self._cells(share), self._rooms[step], strict=True))
        return x, y

    def _enlarged(self, cells: Field, room: Field, step: int) -> Field:
        """From every cell's middle, in picture coordinates, to every pixel's, as cv2 counts them."""
        cv2.resize(cells / step - 0.5, room.shape[::-1], dst=room, interpolation=cv2.INTER_LINEAR)
        edge = CELL // step
        return room[edge : edge + self._size.height // step, edge : edge + self._size.width // step]

    def _cells(self, share: float) -> tuple[Field, Field]:
        """Where in the picture the view's cells lie, one cell more on every side."""
        along = gently(share)
        width, height = self._size.width, self._size.height
        rows, columns = self._source[0].shape
        zoom = self._zooms[0] * (self._zooms[1] / self._zooms[0]) ** along
        across, down = self._view[0] / zoom, self._view[1] / zoom
        middle = [before + (after - before) * along for before, after in zip(*self._centres, strict=True)]
        middle = [
            min(max(at, extent / 2 + EDGE / 2 * extent), whole - extent / 2 - EDGE / 2 * extent)
            for at, extent, whole in zip(middle, (across, down), (columns, rows), strict=True)
        ]
        xs = ((np.arange(-1, math.ceil(width / CELL) + 1, dtype=np.float32) + 0.5) * CELL / width - 0.5) * across
        ys = ((np.arange(-1, math.ceil(height / CELL) + 1, dtype=np.float32) + 0.5) * CELL / height - 0.5) * down
        x, y = np.meshgrid(xs, ys)
        scale = self._depth.shape[1] / columns
        near = cv2.remap(self._depth, (x + middle[0]) * scale, (y + middle[1]) * scale, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        near = np.asarray(near, np.float32) - 0.5
        grown = 1 - DEEPER * near * (zoom - 1) / MOST_ZOOM
        drift = PARALLAX * near * (along - 0.5) * self._side
        moved = [x * grown + middle[0], y * grown + middle[1]]
        moved[self._way] += drift * (across if self._way == 0 else down)
        return np.asarray(moved[0], np.float32), np.asarray(moved[1], np.float32)


def _large_enough(picture: NDArray[np.uint8], size: Size) -> NDArray[np.uint8]:
    """A picture with even sides and at least as many pixels as the view needs."""
    scale = max(size.width / picture.shape[1], size.height / picture.shape[0])
    if scale > 1:
        wanted = math.ceil(picture.shape[1] * scale), math.ceil(picture.shape[0] * scale)
        picture = np.asarray(cv2.resize(picture, wanted, interpolation=cv2.INTER_CUBIC), np.uint8)
        soft = cv2.GaussianBlur(picture, (0, 0), min(scale, 3.0) * 0.7)
        picture = np.asarray(cv2.addWeighted(picture, 1 + CRISP, soft, -CRISP, 0), np.uint8)
    return picture[: picture.shape[0] // 2 * 2, : picture.shape[1] // 2 * 2]


def _planes(picture: NDArray[np.uint8]) -> Planes:
    inked = to_ink(np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2BGRA), np.uint8))
    half = np.asarray(cv2.resize(inked, (inked.shape[1] // 2, inked.shape[0] // 2), interpolation=cv2.INTER_AREA), np.uint8)
    return np.ascontiguousarray(inked[..., 1]), np.ascontiguousarray(half[..., 0]), np.ascontiguousarray(half[..., 2])
