"""Counting: a number as rolling wheels of digits, like an odometer, that pass every value on the way to the last."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import skia  # type: ignore[import-not-found]

from kiwi.render.canvas import paint
from kiwi.render.fonts import shape
from kiwi.render.layout import Box
from kiwi.render.motion import Motion, Pose, clamp, ease_out_expo, together
from kiwi.render.stage import Layer
from kiwi.render.themes import Face

NUMERAL = re.compile(r"\d{1,3}(?:[,\u00a0\u2009 ]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?")
TIGHTEST = 0.86
"""The narrowest a wheel may be, as a share of the widest digit: narrower, digits would touch while rolling."""
YEARS = range(1500, 2200)
YEARS_BACK = 60
MOST_WHEELS = 12

Count = Callable[[float], float]
"""The shot's second -> the value shown."""


@dataclass(frozen=True)
class Counted:
    """A number taken apart: ``$1,250.5 m`` is ``$``, the numeral ``1,250.5`` and ``m``; its digits as a whole number are 12505."""

    before: str
    numeral: str
    after: str

    @property
    def last(self) -> int:
        """Where counting ends: the numeral's digits as a whole number; 0 if there is nothing to count."""
        return int("".join(character for character in self.numeral if character.isdigit()) or 0)

    @property
    def first(self) -> int:
        """Where counting starts: at 0, for a year some decades before."""
        bare = not self.before.strip() and not self.after.strip()
        return self.last - YEARS_BACK if bare and len(self.numeral) == 4 and self.last in YEARS else 0


def take_apart(number: str) -> Counted:
    """Find the first numeral in a number as shown; without one, all of it is ``before``."""
    found = NUMERAL.search(number)
    if found is None or sum(map(str.isdigit, found.group())) > MOST_WHEELS:
        return Counted(number, "", "")
    return Counted(number[: found.start()], found.group(), number[found.end() :])


def counting(counted: Counted, start: float, seconds: float) -> Count:
    """Count from first to last, fast, then settling."""
    return lambda second: counted.first + (counted.last - counted.first) * ease_out_expo(clamp((second - start) / seconds))


def wheel_turn(value: float, place: int) -> float:
    """How far the wheel of a decimal place has turned, in digits: it turns only while the wheels below it pass from 9 to 0."""
    unit = 10**place
    whole = float(value // unit)
    rest = value - whole * unit
    return whole + (clamp(rest - (unit - 1)) if place else rest)


@dataclass(frozen=True)
class Piece:
    """A part of a number at its place: ems from the number's start."""

    text: str
    x: float
    width: float
    place: int | None = None
    """Its decimal place if it is a wheel."""


def lay_pieces(counted: Counted, face: Face) -> list[Piece]:
    """Divide a number into what stands still and its wheels, left to right."""
    widest = max(shape(digit, face).advance for digit in "0123456789")
    narrowest = TIGHTEST * widest if counted.last > 9 else 0.0
    pieces: list[Piece] = []
    left = sum(map(str.isdigit, counted.numeral))

    def add(text: str, width: float, place: int | None = None) -> None:
        x = pieces[-1].x + pieces[-1].width if pieces else 0.0
        pieces.append(Piece(text, x, width, place))

    if counted.before:
        add(counted.before, shape(counted.before, face).advance)
    for character in counted.numeral:
        width = shape(character, face).advance
        if character.isdigit():
            left -= 1
            add(character, max(width, narrowest), left)
        else:
            add(character, width)
    if counted.after:
        add(counted.after, shape(counted.after, face).advance)
    return pieces


@dataclass(frozen=True)
class Numeral:
    """A number set at its place; pixels."""

    pieces: tuple[Piece, ...]
    face: Face
    size: float
    x: float
    baseline: float
    box: Box


def fit_number(counted: Counted, face: Face, box: Box, largest: float, align: float) -> Numeral:
    """Set a number as large as fits a box, at its top."""
    pieces = lay_pieces(counted, face)
    width = pieces[-1].x + pieces[-1].width
    ink = shape("0123456789" + counted.before + counted.numeral + counted.after, face).ink
    size = min(largest, box.width / width, box.height / ink.height)
    left = box.left + (box.width - width * size) * align
    room = Box(left, box.top, left + width * size, box.top + ink.height * size)
    return Numeral(tuple(pieces), face, size, left, box.top - ink.top * size, room)


def move_numeral(numeral: Numeral, dx: float, dy: float) -> Numeral:
    """The same elsewhere."""
    return Numeral(numeral.pieces, numeral.face, numeral.size, numeral.x + dx, numeral.baseline + dy, numeral.box.moved(dx, dy))


def number_layers(numeral: Numeral, colour: int, count: Count, arriving: Motion) -> list[Layer]:
    """A number that counts; the first layer's box is the whole number's."""
    brush = skia.Paint(AntiAlias=True, Color=colour)
    layers: list[Layer] = []
    for piece in numeral.pieces:
        box = None if layers else numeral.box
        layers.append(
            _still(numeral, piece, brush, arriving, box) if piece.place is None else _wheel(numeral, piece, brush, count, arriving, box)
        )
    return layers


def _still(numeral: Numeral, piece: Piece, brush: skia.Paint, arriving: Motion, box: Box | None) -> Layer:
    text, size = shape(piece.text, numeral.face), numeral.size
    x = numeral.x + piece.x * size
    room = Box(x + text.ink.left * size, numeral.box.top, x + text.ink.right * size, numeral.box.bottom)
    picture = paint(room, lambda canvas: text.draw(canvas, x, numeral.baseline, size, brush), margin=size * 0.05)
    return Layer("number", picture, arriving, box)


def _wheel(numeral: Numeral, piece: Piece, brush: skia.Paint, count: Count, arriving: Motion, box: Box | None) -> Layer:
    """A strip of the digits 0 to 9 and 0 again, of which a window shows one."""
    size, place, pad = numeral.size, piece.place or 0, numeral.size * 0.06
    ink = shape("0123456789", numeral.face).ink
    top, bottom = numeral.baseline + ink.top * size - pad, numeral.baseline + ink.bottom * size + pad
    pitch = round(bottom - top + pad)
    left, width = numeral.x + piece.x * size, piece.width * size

    def draw(canvas: skia.Canvas) -> None:
        for step in range(11):
            digit = shape(str(step % 10), numeral.face)
            digit.draw(canvas, left + (width - digit.advance * size) / 2, numeral.baseline + step * pitch, size, brush)

    strip = paint(Box(left, top, left + width, bottom + 10 * pitch), draw, margin=pad)

    def rolling(second: float) -> Pose:
        dy = -round(wheel_turn(count(second), place) % 10 * pitch)
        first = (top - strip.top - dy) / strip.height
        return Pose(dy=dy, window=(0.0, first, 1.0, first + (bottom - top) / strip.height))

    return Layer("wheel", strip, together(arriving, rolling), box)
