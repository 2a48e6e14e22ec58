"""Layout: rectangles in pixels of the frame, and dividing them."""

from collections.abc import Sequence
from dataclasses import dataclass

import skia  # type: ignore[import-not-found]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; pixels from the frame's top left corner."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Pixels."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Pixels."""
        return self.bottom - self.top

    @property
    def centre(self) -> tuple[float, float]:
        """Its middle: x, y."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def inset(self, across: float, down: float | None = None) -> "Box":
        """Smaller by ``across`` on the left and right and by ``down`` (default the same) above and below."""
        down = across if down is None else down
        return Box(self.left + across, self.top + down, self.right - across, self.bottom - down)

    def moved(self, dx: float, dy: float) -> "Box":
        """The same size elsewhere."""
        return Box(self.left + dx, self.top + dy, self.right + dx, self.bottom + dy)

    def placed(self, width: float, height: float, across: float = 0.5, down: float = 0.5) -> "Box":
        """A box of this size inside: ``across`` 0 is flush left, 1 flush right; ``down`` 0 is at the top, 1 at the bottom."""
        left, top = self.left + (self.width - width) * across, self.top + (self.height - height) * down
        return Box(left, top, left + width, top + height)

    def united(self, other: "Box") -> "Box":
        """The smallest box around both."""
        return Box(min(self.left, other.left), min(self.top, other.top), max(self.right, other.right), max(self.bottom, other.bottom))

    def within(self, other: "Box", slack: float = 0.5) -> bool:
        """Whether all of it lies inside ``other``."""
        return (
            self.left >= other.left - slack
            and self.top >= other.top - slack
            and self.right <= other.right + slack
            and self.bottom <= other.bottom + slack
        )

    def overlaps(self, other: "Box", slack: float = 0.5) -> bool:
        """Whether they share more than ``slack`` pixels both ways."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > slack and down > slack

    @property
    def rect(self) -> skia.Rect:
        """For skia."""
        return skia.Rect.MakeLTRB(self.left, self.top, self.right, self.bottom)


def rows(box: Box, heights: Sequence[float], gap: float = 0.0, down: float = 0.5) -> list[Box]:
    """Stack boxes of these heights and the box's width; ``down`` 0 puts the stack at the top, 0.5 in the middle."""
    total = sum(heights) + gap * max(0, len(heights) - 1)
    top = box.top + (box.height - total) * down
    stack = []
    for height in heights:
        stack.append(Box(box.left, top, box.right, top + height))
        top += height + gap
    return stack


def columns(box: Box, widths: Sequence[float], gap: float = 0.0, across: float = 0.5) -> list[Box]:
    """Line up boxes of these widths and the box's height; ``across`` 0 starts at the left, 0.5 is centred."""
    total = sum(widths) + gap * max(0, len(widths) - 1)
    left = box.left + (box.width - total) * across
    line = []
    for width in widths:
        line.append(Box(left, box.top, left + width, box.bottom))
        left += width + gap
    return line


def equal_rows(box: Box, count: int, gap: float) -> list[Box]:
    """Divide all of a box into equal rows."""
    return rows(box, [(box.height - gap * (count - 1)) / count] * count, gap)


def equal_columns(box: Box, count: int, gap: float) -> list[Box]:
    """Divide all of a box into equal columns."""
    return columns(box, [(box.width - gap * (count - 1)) / count] * count, gap)
