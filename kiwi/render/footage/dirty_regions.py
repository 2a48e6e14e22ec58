"""What of a frame is drawn on: only there must footage become ink, and planes again."""

import math
from collections.abc import Iterable

from kiwi.film.model import Size
from kiwi.render.canvas.compose import Picture
from kiwi.render.canvas.layout import Box
from kiwi.render.canvas.motion import Pose
from kiwi.render.canvas.stage import Element, Layer

MARGIN = 2.0
"""Pixels: fine moves are rounded, edges are soft."""
WASTE = 1.3
"""Two parts become one that has at most so many times the pixels of both."""


def dirty_region_of(element: Element, pose: Pose, second: float, frame: Box) -> Box | None:
    """Where an element is seen, None when it is not; a sketch may be seen anywhere."""
    if pose.alpha <= 0:
        return None
    if not isinstance(element, Layer):
        return frame
    picture = element.picture if isinstance(element.picture, Picture) else element.picture(second)
    box = Box(picture.left, picture.top, picture.left + picture.width, picture.top + picture.height)
    across, down = element.pivot or box.centre
    cosine, sine = pose.scale * math.cos(math.radians(pose.turn)), pose.scale * math.sin(math.radians(pose.turn))
    corners = [(x - across, y - down) for x in (box.left, box.right) for y in (box.top, box.bottom)]
    xs = [across + pose.dx + cosine * x - sine * y for x, y in corners]
    ys = [down + pose.dy + sine * x + cosine * y for x, y in corners]
    return Box(min(xs), min(ys), max(xs), max(ys)).inset(-MARGIN)


def parts_of(boxes: Iterable[Box], size: Size) -> list[Box]:
    """Few parts of a frame, on even pixels, that hold all of these boxes."""
    parts: list[Box] = []
    for box in boxes:
        left, top = max(0, math.floor(box.left / 2) * 2), max(0, math.floor(box.top / 2) * 2)
        part = Box(left, top, min(size.width, math.ceil(box.right / 2) * 2), min(size.height, math.ceil(box.bottom / 2) * 2))
        if part.width <= 0 or part.height <= 0:
            continue
        while near := next((other for other in parts if _is_near(part, other)), None):
            parts.remove(near)
            part = part.united(near)
        parts.append(part)
    return parts


def _is_near(one: Box, other: Box) -> bool:
    return _area(one.united(other)) <= WASTE * (_area(one) + _area(other))


def _area(box: Box) -> float:
    return box.width * box.height
