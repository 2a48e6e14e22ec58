"""Transitions: shapes that cover a shot at its end and uncover the next from its start, each side drawn without knowing the other.

At the cut both sides are wholly covered with the same picture of the theme, so any shot can follow any other.
Shapes are plain numbers here; `kiwi.render.scene.transition_layer` draws them.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

Point = tuple[float, float]
Extent = tuple[float, float]
"""Width and height of the picture in pixels."""


@dataclass(frozen=True)
class Polygon:
    """A filled outline; pixels."""

    points: tuple[Point, ...]


@dataclass(frozen=True)
class Disc:
    """A circle, or with ``hole`` everything but the circle; pixels."""

    x: float
    y: float
    radius: float
    hole: bool


@dataclass(frozen=True)
class Plate:
    """A rounded rectangle about a centre, or with ``hole`` everything but it; pixels."""

    x: float
    y: float
    width: float
    height: float
    radius: float
    hole: bool


Shape = Polygon | Disc | Plate


def _wipe(share: float, leaving: bool, extent: Extent) -> list[Shape]:
    """A slanted panel that crosses from left to right."""
    width, height = extent
    slant = 0.22 * height
    front = -slant + share * (width + 2 * slant) if leaving else width + slant - share * (width + 2 * slant)
    back = -2 * slant if leaving else width + 2 * slant
    return [Polygon(((back, 0.0), (front + slant, 0.0), (front - slant, height), (back, height)))]


def _rise(share: float, leaving: bool, extent: Extent) -> list[Shape]:
    """A panel with a bulging edge that rises from below and goes on upwards."""
    width, height = extent
    steps, edge = 24, height * (1 - share if leaving else share)
    bulge = 0.2 * height * math.sin(math.pi * share)

    def arc(step: int) -> Point:
        along = step / steps
        return along * width, edge - bulge * 4 * along * (1 - along)

    far = height if leaving else -height
    return [Polygon(((0.0, far), *(arc(step) for step in range(steps + 1)), (width, far)))]


def _iris(share: float, leaving: bool, extent: Extent) -> list[Shape]:
    """A disc that grows from the middle; then a hole that does."""
    width, height = extent
    reach = math.hypot(width, height) / 2 + 2
    radius = reach * (share if leaving else 1 - share)
    return [Disc(width / 2, height / 2, radius, hole=not leaving)]


def _blinds(share: float, leaving: bool, extent: Extent) -> list[Shape]:
    """Slanted slats that open one after the other from left to right."""
    width, height = extent
    slats, slant = 6, 0.28 * height
    pitch = (width + slant) / slats
    shapes: list[Shape] = []
    for slat in range(slats):
        late = (slat if leaving else slats - 1 - slat) / slats * 0.5
        grown = min(1.0, max(0.0, (share * 1.5 - late) / 1.0)) * (pitch + 2)
        left = slat * pitch - slant if leaving else slat * pitch - slant + pitch - grown
        if grown > 0:
            shapes.append(Polygon(((left + slant, 0.0), (left + slant + grown, 0.0), (left + grown, height), (left, height))))
    return shapes


def _columns(share: float, leaving: bool, extent: Extent) -> list[Shape]:
    """Columns that fall one after the other and fall on out of the picture."""
    width, height = extent
    count = 5 if width >= height else 4
    pitch = width / count
    shapes: list[Shape] = []
    for column in range(count):
        late = (column if leaving else count - 1 - column) / count * 0.6
        fallen = min(1.0, max(0.0, share * 1.6 - late)) * height
        top, bottom = (0.0, fallen) if leaving else (height - fallen, height)
        if fallen > 0:
            left, right = math.floor(column * pitch), math.ceil((column + 1) * pitch)
            shapes.append(Polygon(((left, top), (right, top), (right, bottom), (left, bottom))))
    return shapes


def _zoom(share: float, leaving: bool, extent: Extent) -> list[Shape]:
    """A rounded panel that grows until it is the picture; then a rounded window that does."""
    width, height = extent
    grown = share if leaving else 1 - share
    radius = 0.12 * min(extent) * (1 - grown**3)
    return [Plate(width / 2, height / 2, (width + 4) * grown, (height + 4) * grown, radius, hole=not leaving)]


def _gate(share: float, _leaving: bool, extent: Extent) -> list[Shape]:
    """Two slanted halves that shut, and open again."""
    width, height = extent
    slant = 0.18 * height
    half = share * (width / 2 + slant)
    left = half - slant
    right = width - half + slant
    return [
        Polygon(((-2 * slant, 0.0), (left + slant, 0.0), (left - slant, height), (-2 * slant, height))),
        Polygon(((right + slant, 0.0), (width + 2 * slant, 0.0), (width + 2 * slant, height), (right - slant, height))),
    ]


_SHAPES: dict[str, Callable[[float, bool, Extent], list[Shape]]] = {
    "wipe": _wipe,
    "iris": _iris,
    "rise": _rise,
    "blinds": _blinds,
    "zoom": _zoom,
    "columns": _columns,
    "gate": _gate,
}
TRANSITIONS: tuple[str, ...] = tuple(_SHAPES)
"""Every transition but ``none``."""
LEAD = 0.05
"""How far the accent edge runs ahead of the cover (behind it when uncovering), as a share."""


def covering(name: str, share: float, leaving: bool, extent: Extent) -> tuple[list[Shape], list[Shape]]:
    """Return the shapes of the accent edge and of the cover over it, at a share covered from 0 (open) to 1 (shut)."""
    shapes = _SHAPES[name]
    if share <= 0:
        return [], []
    if share >= 1:
        return [], [Polygon(((0.0, 0.0), (extent[0], 0.0), extent, (0.0, extent[1])))]
    ahead = min(1.0, share + LEAD * (1 - abs(2 * share - 1)) * 2)
    return shapes(ahead, leaving, extent), shapes(share, leaving, extent)


def share_covered(frame: int, frames: int, cover_frames: int, leaving: bool) -> float:
    """How much is covered at a frame of a shot: 1 on the frame at the cut; quick at the cut, gentle at the other end."""
    into = frame - (frames - cover_frames) + 1 if leaving else cover_frames - frame
    passed = min(1.0, max(0.0, into / cover_frames))
    return passed**2 * (2 - passed)
