"""Small shapes that drift over a background, so that no picture ever stands still.

They are drawn as paths on every frame: skia turns a path of this size in 30 microseconds, a picture in 150.
"""

import math
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

import skia  # type: ignore[import-not-found]

from kiwi.film.model import Size
from kiwi.render.canvas.compose import ink
from kiwi.render.look.colours import Colour
from kiwi.render.look.themes import ShapeKind, Theme


class Mark(NamedTuple):
    """One path of a shape, in pixels about its middle."""

    path: skia.Path
    paint: skia.Paint


Sketch = Callable[[float, random.Random, Theme], list[Mark]]
"""Draws one shape within a circle of this radius in pixels."""


class Style(NamedTuple):
    """How a kind of shape is drawn, how many there are on a picture, how large and how fast they are."""

    sketch: Sketch
    number: int
    radius: tuple[float, float]
    """Least and greatest, in pixels of a picture whose shorter side is 1080."""
    speed: float
    """Pixels a second, upwards; of a picture whose shorter side is 1080."""
    turning: float
    """Degrees a second at most, either way."""
    floor: float = 2.0
    """The share of the height below which they are not seen, fading above it; they twinkle if it is within the picture."""


def _faded(colour: Colour, alpha: float) -> Colour:
    return colour & 0xFFFFFF | round(alpha * 255) << 24


def _filled(path: skia.Path, colour: Colour, alpha: float) -> Mark:
    return Mark(path, skia.Paint(Color=ink(_faded(colour, alpha)), AntiAlias=True))


def _lined(path: skia.Path, colour: Colour, alpha: float, width: float) -> Mark:
    paint = skia.Paint(Color=ink(_faded(colour, alpha)), AntiAlias=True, Style=skia.Paint.kStroke_Style, StrokeWidth=max(1.5, width))
    paint.setStrokeJoin(skia.Paint.kRound_Join)
    paint.setStrokeCap(skia.Paint.kRound_Cap)
    return Mark(path, paint)


def _round(radius: float) -> skia.Path:
    return skia.Path.Circle(0, 0, radius)


def _part_round(radius: float, start: float, sweep: float) -> skia.Path:
    path = skia.Path()
    path.addArc(skia.Rect.MakeLTRB(-radius, -radius, radius, radius), start, sweep)
    return path


def _through(points: Iterable[tuple[float, float]], closed: bool) -> skia.Path:
    return skia.Path.Polygon([skia.Point(x, y) for x, y in points], closed)


def _triangle(radius: float) -> skia.Path:
    turns = (2 * math.pi * corner / 3 - math.pi / 2 for corner in range(3))
    return _through([(radius * math.cos(turn), radius * math.sin(turn)) for turn in turns], True)


def _outline(radius: float, chance: random.Random, theme: Theme) -> list[Mark]:
    inner = radius * 0.8
    square = skia.Path.RRect(skia.Rect.MakeLTRB(-inner, -inner, inner, inner), inner * 0.25, inner * 0.25)
    path = chance.choice((_round(radius * 0.9), _triangle(radius), square))
    return [_lined(path, theme.text, chance.uniform(0.14, 0.26), radius * 0.11)]


def _arc(radius: float, chance: random.Random, theme: Theme) -> list[Mark]:
    colour, alpha = chance.choice((theme.accent, theme.second)), chance.uniform(0.12, 0.2)
    shares = (0.98, 0.86)[: chance.randint(1, 2)]
    return [
        _lined(_part_round(radius * share, chance.uniform(0, 360), chance.uniform(90, 250)), colour, alpha, radius * 0.02)
        for share in shares
    ]


def _spark(radius: float, chance: random.Random, theme: Theme) -> list[Mark]:
    if chance.random() < 0.4:
        return [_filled(_round(radius * 0.4), 0xFFFFFFFF, chance.uniform(0.4, 0.65))]
    path = skia.Path()
    path.moveTo(0, -radius)
    for x, y in ((radius, 0.0), (0.0, radius), (-radius, 0.0), (0.0, -radius)):
        path.quadTo(0, 0, x, y)
    return [_filled(path, 0xFFFFFFFF, chance.uniform(0.45, 0.75))]


def _leaf(radius: float, chance: random.Random, theme: Theme) -> list[Mark]:
    blade = skia.Path()
    blade.moveTo(0, -radius)
    blade.quadTo(radius * 0.95, 0, 0, radius)
    blade.quadTo(-radius * 0.95, 0, 0, -radius)
    vein = _through([(0, -radius * 0.7), (0, radius)], False)
    return [_filled(blade, theme.accent, chance.uniform(0.12, 0.22)), _lined(vein, theme.ground[0], 0.5, radius * 0.06)]


def _confetto(radius: float, chance: random.Random, theme: Theme) -> list[Mark]:
    colour = chance.choice((0xFFFFFFFF, *theme.glows))
    zigzag = _through([(radius * (0.45 * step - 0.9), radius * 0.35 * (-1) ** step) for step in range(5)], False)
    return [
        chance.choice(
            (
                _filled(_round(radius * 0.5), colour, 1.0),
                _filled(_triangle(radius * 0.75), colour, 1.0),
                _lined(zigzag, colour, 1.0, radius * 0.22),
                _lined(_round(radius * 0.6), colour, 1.0, radius * 0.26),
            )
        )
    ]


def _star(radius: float, chance: random.Random, theme: Theme) -> list[Mark]:
    alpha = chance.uniform(0.3, 0.6)
    return [_filled(_round(radius * 0.36), theme.text, alpha), _filled(_round(radius), theme.text, alpha * 0.16)]


def _cross(radius: float, chance: random.Random, theme: Theme) -> list[Mark]:
    path = _through([(-radius, 0), (radius, 0)], False)
    path.addPath(_through([(0, -radius), (0, radius)], False))
    return [_lined(path, chance.choice((theme.accent, theme.second, theme.text)), chance.uniform(0.18, 0.34), radius * 0.16)]


def _bubble(radius: float, chance: random.Random, theme: Theme) -> list[Mark]:
    white = 0xFFFFFFFF
    gleam = skia.Path.Circle(-radius * 0.36, -radius * 0.36, radius * 0.2)
    return [_filled(_round(radius), white, chance.uniform(0.3, 0.5)), _filled(gleam, white, 0.85)]


STYLES: dict[ShapeKind, Style] = {
    "outlines": Style(_outline, 13, (16, 28), 16, 14),
    "arcs": Style(_arc, 4, (60, 120), 10, 9),
    "sparks": Style(_spark, 14, (12, 28), 18, 10),
    "leaves": Style(_leaf, 8, (16, 30), 17, 16),
    "confetti": Style(_confetto, 13, (20, 34), 26, 32),
    "stars": Style(_star, 24, (5, 11), 5, 0, floor=0.68),
    "crosses": Style(_cross, 12, (10, 16), 14, 0),
    "bubbles": Style(_bubble, 9, (10, 26), 20, 0),
}


FADING = 0.12
"""The share of its way on which a shape fades in above the floor."""


def _weaker(paint: skia.Paint, strength: float) -> skia.Paint:
    weaker = skia.Paint(paint)
    weaker.setAlphaf(paint.getAlphaf() * strength)
    return weaker


@dataclass(frozen=True)
class Shape:
    """One drifting shape: it rises, sways and turns, and comes back from below."""

    marks: list[Mark]
    radius: float
    """Pixels, as all lengths here."""
    x: float
    y: float
    """Where it is at the shot's start."""
    path: float
    """From leaving above to leaving above again."""
    speed: float
    turning: float
    sway: float
    beat: float
    """Seconds of one sway."""
    phase: float
    floor: float

    def draw(self, sheet: skia.Canvas, second: float) -> None:
        """Draw it on a frame of ink."""
        swing = math.sin(2 * math.pi * second / self.beat + self.phase)
        y = (self.y - self.speed * second + 2 * self.radius) % self.path - 2 * self.radius
        strength = min(1.0, (self.floor - y) / (FADING * self.path)) * (0.8 + 0.2 * swing) if self.floor < self.path else 1.0
        if strength <= 0:
            return
        sheet.save()
        sheet.translate(self.x + self.sway * swing, y)
        if self.turning:
            sheet.rotate(self.turning * second + 57.3 * self.phase)
        for path, paint in self.marks:
            sheet.drawPath(path, paint if strength == 1 else _weaker(paint, strength))
        sheet.restore()


def drifting_shapes(size: Size, theme: Theme, chance: random.Random) -> list[Shape]:
    """Plan a background's shapes, spread evenly over the picture."""
    style = STYLES[theme.shapes]
    unit = min(size.width, size.height) / 1080
    first = chance.random()
    shapes = []
    for place in range(style.number):
        radius = chance.uniform(*style.radius) * unit
        shapes.append(
            Shape(
                marks=style.sketch(radius, chance, theme),
                radius=radius,
                x=size.width * ((first + place * 0.618034 + chance.uniform(0, 0.1)) % 1),
                y=size.height * (place + chance.uniform(0.1, 0.9)) / style.number,
                path=size.height + 4 * radius,
                speed=style.speed * unit * chance.uniform(0.7, 1.3),
                turning=chance.uniform(-style.turning, style.turning),
                sway=chance.uniform(6, 22) * unit,
                beat=chance.uniform(7, 12),
                phase=chance.uniform(0, 2 * math.pi),
                floor=size.height * style.floor,
            )
        )
    return shapes
