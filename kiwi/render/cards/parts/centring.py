"""Centring: moves a laid out card as a whole, so that what is seen of it stands in the middle of the room it has."""

from collections.abc import Callable
from dataclasses import replace

from kiwi.render.canvas.compose import Picture
from kiwi.render.canvas.layout import Box
from kiwi.render.canvas.motion import Pose
from kiwi.render.canvas.stage import Element, Layer, Sketch, Stage

OPTICAL = 0.48
"""Where the middle of a group looks to be in the middle: a little above it."""


def centred(elements: list[Element], stage: Stage) -> list[Element]:
    """Move all elements by the same whole pixels: their boxes end up in the middle of the safe area, which they do not leave."""
    boxes = [element.box for element in elements if element.box is not None]
    if not boxes:
        return elements
    group = boxes[0]
    for box in boxes[1:]:
        group = group.united(box)
    safe = stage.safe
    place = safe.placed(group.width, group.height, down=OPTICAL)
    dx, dy = round(place.left - group.left), round(place.top - group.top)
    return [_moved(element, dx, dy) for element in elements] if dx or dy else elements


def _moved(element: Element, dx: int, dy: int) -> Element:
    box = _moved_box(element.box, dx, dy)
    if isinstance(element, Sketch):
        motion = element.motion
        return replace(element, motion=lambda second: motion(second) + Pose(dx=dx, dy=dy), box=box)
    pivot = (element.pivot[0] + dx, element.pivot[1] + dy) if element.pivot else None
    return replace(element, picture=_moved_picture(element, dx, dy), box=box, pivot=pivot)


def _moved_box(box: Box | None, dx: int, dy: int) -> Box | None:
    return box.moved(dx, dy) if box else None


def _moved_picture(layer: Layer, dx: int, dy: int) -> Picture | Callable[[float], Picture]:
    picture = layer.picture
    if isinstance(picture, Picture):
        return picture.moved(dx, dy)
    return lambda second: picture(second).moved(dx, dy)
