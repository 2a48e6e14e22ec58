"""Counting: a number as rolling wheels of digits, like an odometer, that pass every value on the way to the last."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from math import inf

import cv2
import numpy as np
import skia  # type: ignore[import-not-found]

from kiwi.render.canvas.compose import Picture, Pixels, paint
from kiwi.render.canvas.fonts import shape
from kiwi.render.canvas.layout import Box
from kiwi.render.canvas.motion import HIDDEN, Motion, clamp, ease_out_expo
from kiwi.render.canvas.stage import Layer
from kiwi.render.look.themes import Face

NUMERAL = re.compile(r"\d{1,3}(?:[,\u00a0\u2009 ]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?")
TIGHTEST = 0.86
"""The narrowest a wheel may be, as a share of the widest digit: narrower, digits would touch while rolling."""
YEARS = range(1500, 2200)
YEARS_BACK = 60
MOST_WHEELS = 12
FADING = 0.11
"""In sizes: how far above and below its digit a wheel's window fades out."""

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


def number_layers(numeral: Numeral, colour: int, count: Count, arriving: Motion, settled: float) -> list[Layer]:
    """A number that counts until the second ``settled``; the first layer's box is the whole number's."""
    brush = skia.Paint(AntiAlias=True, Color=colour)
    layers: list[Layer] = []
    for piece in numeral.pieces:
        box = None if layers else numeral.box
        if piece.place is None:
            layers.append(_still(numeral, piece, brush, arriving, box))
        else:
            wheel = _wheel(numeral, piece, brush)
            layers += _rolling(wheel, piece.place, count, arriving, settled, box)
    return layers


def _still(numeral: Numeral, piece: Piece, brush: skia.Paint, arriving: Motion, box: Box | None) -> Layer:
    text, size = shape(piece.text, numeral.face), numeral.size
    x = numeral.x + piece.x * size
    room = Box(x + text.ink.left * size, numeral.box.top, x + text.ink.right * size, numeral.box.bottom)
    picture = paint(room, lambda canvas: text.draw(canvas, x, numeral.baseline, size, brush), margin=size * 0.05)
    return Layer("number", picture, arriving, box)


@dataclass(frozen=True, eq=False)
class Wheel:
    """A strip of the digits 0 to 9 and 0 again, and the window that shows one of them, its edges soft; whole pixels."""

    strip: Picture
    first: int
    """Where the window begins on the strip when it shows 0."""
    pitch: int
    """From one digit to the next."""
    veil: Pixels
    """How much of each pixel of the window is seen, as large as the window."""

    def seen(self, turn: float) -> Picture:
        """What the window shows when the wheel has turned by so many digits."""
        start = self.first + round(turn % 10 * self.pitch)
        high = len(self.veil)
        pixels = cv2.multiply(self.strip.pixels[start : start + high], self.veil, scale=1 / 255)
        return Picture.of_ink(np.asarray(pixels, np.uint8), self.strip.left, self.strip.top + self.first)


def _wheel(numeral: Numeral, piece: Piece, brush: skia.Paint) -> Wheel:
    """Paint a wheel; its window fades out above and below the digit, where it is empty when the wheel stands still."""
    size, ink = numeral.size, shape("0123456789", numeral.face).ink
    pad = math.ceil(size * FADING)
    top, bottom = math.floor(numeral.baseline + ink.top * size) - pad, math.ceil(numeral.baseline + ink.bottom * size) + pad
    pitch = bottom - top - pad
    left, width = numeral.x + piece.x * size, piece.width * size

    def draw(canvas: skia.Canvas) -> None:
        for step in range(11):
            digit = shape(str(step % 10), numeral.face)
            digit.draw(canvas, left + (width - digit.advance * size) / 2, numeral.baseline + step * pitch, size, brush)

    strip = paint(Box(left, top, left + width, bottom + 10 * pitch), draw, margin=size * 0.05)
    soft = np.minimum(np.arange(bottom - top) + 0.5, np.arange(bottom - top)[::-1] + 0.5) / pad
    column = np.rint(255 * np.clip(soft, 0, 1)).astype(np.uint8)
    return Wheel(strip, top - strip.top, pitch, np.ascontiguousarray(np.broadcast_to(column[:, None, None], (len(column), strip.width, 4))))


def _rolling(wheel: Wheel, place: int, count: Count, arriving: Motion, settled: float, box: Box | None) -> list[Layer]:
    """The wheel while it rolls, then the digit it has come to, as a picture that stays."""
    digit = wheel.seen(wheel_turn(count(inf), place))
    return [
        Layer("wheel", lambda second: wheel.seen(wheel_turn(count(second), place)), lambda at: arriving(at) if at < settled else HIDDEN),
        Layer("digit", digit, lambda at: HIDDEN if at < settled else arriving(at), box),
    ]
