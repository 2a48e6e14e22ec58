"""Backgrounds: for each kind a picture larger than the frame, painted once and then always on the move, with shapes drifting over it.

`Backdrop.draw(canvas, frame)` writes every pixel of the canvas, so nothing need be cleared. Smooth pictures float on a circle, where
steps of whole pixels cannot be seen; pictures with edges roll sideways, by the same number of half pixels every frame, without end.
"""

import math
import random
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
import skia  # type: ignore[import-not-found]

from kiwi.film.model import Size
from kiwi.render.canvas.compose import BLUE_WEIGHT, GREEN_WEIGHT, INK, RED_WEIGHT, Canvas, Pixels, ink
from kiwi.render.canvas.shapes import drifting_shapes
from kiwi.render.look.colours import Colour
from kiwi.render.look.themes import BackgroundKind, Theme

Field = npt.NDArray[np.float32]

CELL = 8
"""Smooth parts are painted on every eighth pixel each way and enlarged."""
FLOAT_RADIUS, FLOAT_SECONDS = 64.0, 20.0
"""Pixels of a picture whose shorter side is 1080; a turn of the circle: 20 pixels a second."""
NOISE_TILE = 512
DARK, DARK_GRAIN = 90.0, 2.5
"""Luma of 255 up to which a ground is dark, and its dither in levels: a quarter less of the picture is flat after coding at no cost."""


class Plate(NamedTuple):
    """What a kind is painted on: the picture's size, the theme, chance, and pixels per pixel of a 1080 picture."""

    width: int
    height: int
    theme: Theme
    chance: random.Random
    unit: float


def _bgr(colour: Colour) -> Field:
    return np.array([colour & 255, colour >> 8 & 255, colour >> 16 & 255], np.float32)


def _cells(plate: Plate) -> tuple[Field, Field]:
    """Coordinates of the cells' centres as a row and a column, in pixels."""
    xs = (np.arange(math.ceil(plate.width / CELL), dtype=np.float32) + 0.5) * CELL
    ys = (np.arange(math.ceil(plate.height / CELL), dtype=np.float32) + 0.5) * CELL
    return xs[None, :], ys[:, None]


def _gradient(plate: Plate, lean: float) -> Field:
    """The ground's colours from top to bottom; ``lean`` 1 runs from the top left corner to the bottom right."""
    xs, ys = _cells(plate)
    along = (ys / plate.height + lean * xs / plate.width) / (1 + lean)
    stops = np.linspace(0, 1, len(plate.theme.ground))
    colours = np.array([_bgr(colour) for colour in plate.theme.ground])
    return np.stack([np.interp(along, stops, colours[:, channel]) for channel in range(3)], axis=-1).astype(np.float32)


def _glow(plate: Plate, field: Field, colour: Colour, at: tuple[float, float], radius: float, *, wraps: bool = False) -> None:
    """Lay a round glow over a field; ``at`` in shares of the picture, ``radius`` in pixels to where it has all but gone."""
    xs, ys = _cells(plate)
    across = np.abs(xs - at[0] * plate.width)
    if wraps:
        across = np.minimum(across, plate.width - across)
    distance = (across**2 + (ys - at[1] * plate.height) ** 2) / radius**2
    cover = ((colour >> 24) / 255 * np.exp(-3.2 * distance))[..., None].astype(np.float32)
    field += (_bgr(colour) - field) * cover


@cache
def _noise() -> Field:
    """Triangular noise of at most one level, the least that hides the steps of an 8-bit gradient, as a seamless tile."""
    chance = np.random.default_rng(7)
    shape = (NOISE_TILE, NOISE_TILE, 3)
    return (chance.random(shape, np.float32) + chance.random(shape, np.float32) - 1).astype(np.float32)


def _grain(theme: Theme) -> float:
    """Levels of dither: more in the dark, where the coder irons out the least and the eye sees the steps that are left."""
    brightest = max(float(_bgr(colour) @ np.array([BLUE_WEIGHT, GREEN_WEIGHT, RED_WEIGHT])) for colour in theme.ground)
    return DARK_GRAIN if brightest < DARK else 1.0


def _enlarge(plate: Plate, field: Field, grain: float | None = None) -> Pixels:
    """Turn a field of cells into ink at full size, dithered by ``grain`` levels; by default as many as the theme needs."""
    inked = cv2.transform(field, np.ascontiguousarray(INK[:3, :3])) + INK[:3, 3] * 255
    rows, columns = field.shape[:2]
    cell = CELL * math.ceil(plate.height / CELL) // rows
    smooth = cv2.resize(inked, (columns * cell, rows * cell), interpolation=cv2.INTER_LINEAR)[: plate.height, : plate.width]
    pixels = np.empty((plate.height, plate.width, 4), np.uint8)
    pixels[..., 3] = 255
    noise = _noise() * (_grain(plate.theme) if grain is None else grain)
    for top in range(0, plate.height, NOISE_TILE):
        for left in range(0, plate.width, NOISE_TILE):
            part = smooth[top : top + NOISE_TILE, left : left + NOISE_TILE]
            dithered = cv2.add(part, noise[: part.shape[0], : part.shape[1]])
            pixels[top : top + NOISE_TILE, left : left + NOISE_TILE, :3] = cv2.convertScaleAbs(dithered)
    return pixels


def _sheet(pixels: Pixels) -> skia.Surface:
    info = skia.ImageInfo.Make(pixels.shape[1], pixels.shape[0], skia.kBGRA_8888_ColorType, skia.kPremul_AlphaType)
    return skia.Surface.MakeRasterDirect(info, pixels, pixels.strides[0])


def _fill(colour: Colour) -> skia.Paint:
    return skia.Paint(Color=ink(colour), AntiAlias=True)


def _glows(plate: Plate) -> Pixels:
    field = _gradient(plate, lean=1.0)
    reach = math.hypot(plate.width, plate.height)
    spots = [(0.16, 0.42), (0.60, 0.12), (0.88, 0.86)]
    if plate.chance.random() < 0.5:
        spots = [(1 - x, y) for x, y in spots]
    if plate.chance.random() < 0.5:
        spots = [(x, 1 - y) for x, y in spots]
    for colour, (x, y), size in zip(plate.theme.glows, spots, (0.42, 0.32, 0.34), strict=True):
        wobble = plate.chance.uniform(-0.05, 0.05)
        _glow(plate, field, colour, (x + wobble, y - wobble), reach * size)
    return _enlarge(plate, field)


def _finer(field: Field) -> Field:
    """The same field on half the cells, for shapes with soft edges to be laid on it."""
    return np.asarray(cv2.resize(field, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR), np.float32)


def _lay(field: Field, colour: Colour, layer: Field, blur: float) -> None:
    """Lay a colour over a field where a layer of 0..1 says, its edges softened by so many cells."""
    cover = cv2.GaussianBlur(layer, (0, 0), blur)[..., None] * ((colour >> 24) / 255)
    field += (_bgr(colour) - field) * cover


def _clouds(plate: Plate) -> Pixels:
    field = _finer(_gradient(plate, lean=1.0))
    rows, columns = field.shape[:2]
    first = plate.chance.random()
    for number, colour in enumerate(plate.theme.glows):
        layer = np.zeros((rows, columns), np.float32)
        across = (first + 0.382 * number + plate.chance.uniform(-0.06, 0.06)) % 1
        down = (number + plate.chance.uniform(0.1, 0.9)) / len(plate.theme.glows)
        radius = int(min(rows, columns) * plate.chance.uniform(0.27, 0.46))
        cv2.circle(layer, (int(across * columns), int(down * rows)), radius, 1.0, cv2.FILLED, cv2.LINE_AA)
        _lay(field, colour, layer, 1.3)
    return _enlarge(plate, field)


def _paper(plate: Plate) -> Pixels:
    """Large pale discs cut off by the edges, on paper with a grain."""
    field = _finer(_gradient(plate, lean=0.5))
    rows, columns = field.shape[:2]
    corners = plate.chance.sample([(0.02, 0.1), (1.0, 0.0), (0.98, 0.95), (0.06, 1.0)], 3)
    for colour, (across, down) in zip(plate.theme.glows, corners, strict=True):
        radius = int(min(rows, columns) * plate.chance.uniform(0.34, 0.62))
        layer = np.zeros((rows, columns), np.float32)
        cv2.circle(layer, (int(across * columns), int(down * rows)), radius, 1.0, cv2.FILLED, cv2.LINE_AA)
        _lay(field, colour, layer, 1.3)
    return _enlarge(plate, field, grain=2.5)


def _blade(root: tuple[float, float], turn: float, length: float, width: float) -> npt.NDArray[np.int32]:
    """The outline of a leaf that grows from a root, in sixteenths of a cell."""
    along = np.linspace(0, 1, 24)
    bulge = width * np.sin(math.pi * along**0.8)
    bend = 0.12 * length * np.sin(math.pi * along)
    outline = np.concatenate([np.stack([along * length, bend + bulge], 1), np.stack([along * length, bend - bulge], 1)[::-1]])
    rotation = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    return np.asarray(np.rint((outline @ rotation + np.array(root)) * 16), np.int32)


def _leaves(plate: Plate) -> Pixels:
    """Fans of large leaves that grow into the picture from two opposite corners, their edges soft enough to float."""
    field = _gradient(plate, lean=1.0)
    _glow(plate, field, plate.theme.glows[3], (0.5, 0.1), math.hypot(plate.width, plate.height) * 0.5)
    field = _finer(field)
    rows, columns = field.shape[:2]
    length = min(rows, columns) * 0.62
    mirrored = plate.chance.random() < 0.5
    for right in (False, True):
        root = (columns if right else 0.0, (rows if right == mirrored else 0.0))
        heading = math.atan2(rows / 2 - root[1], columns / 2 - root[0])
        for number, spread in enumerate((-0.82, 0.82, -0.42, 0.42, 0.0)):
            size = length * plate.chance.uniform(0.78, 1.0) * (1 - 0.12 * (number // 2))
            layer = np.zeros((rows, columns), np.float32)
            turn = heading + spread + plate.chance.uniform(-0.06, 0.06)
            cv2.fillPoly(layer, [_blade(root, turn, size, size * 0.16)], 1.0, cv2.LINE_AA, 4)
            _lay(field, plate.theme.glows[number // 2], layer, 1.0)
            vein = _blade(root, turn, size * 0.94, size * 0.006)
            cv2.fillPoly(layer := np.zeros_like(layer), [vein], 1.0, cv2.LINE_AA, 4)
            _lay(field, plate.theme.glows[3], layer, 0.5)
    return _enlarge(plate, field)


def _waves(
    plate: Plate, colours: tuple[Colour, ...], *, top: float, step: float, swing: float, jag: float
) -> Callable[[skia.Canvas], None]:
    """Plan lines of hills, each nearer one lower; they meet themselves where the picture's right edge meets its left."""
    hills = []
    for number, colour in enumerate(colours):
        terms = [(turns, plate.chance.uniform(0.5, 1.0) / turns**jag, plate.chance.uniform(0, 2 * math.pi)) for turns in (1, 2, 3, 5, 8)]
        hills.append((colour, plate.height * (top + step * number), terms))

    def draw(canvas: skia.Canvas) -> None:
        for colour, base, terms in hills:
            path = skia.Path()
            path.moveTo(-8, plate.height)
            for x in range(-8, plate.width + 16, 8):
                turn = 2 * math.pi * x / plate.width
                path.lineTo(x, base + plate.height * swing * sum(size * math.sin(turns * turn + phase) for turns, size, phase in terms))
            path.lineTo(plate.width + 16, plate.height)
            canvas.drawPath(path, _fill(colour))

    return draw


def _hills(plate: Plate) -> Pixels:
    field = _gradient(plate, lean=0.0)
    sun = (plate.chance.uniform(0.15, 0.85), 0.66)
    _glow(plate, field, plate.theme.glows[0], sun, min(plate.width, plate.height) * 0.85, wraps=True)
    pixels = _enlarge(plate, field)
    surface = _sheet(pixels)
    for lap in (-1, 0, 1):
        place = ((sun[0] + lap) * plate.width, sun[1] * plate.height)
        surface.getCanvas().drawCircle(*place, 170 * plate.unit, _fill(plate.theme.glows[0]))
    _waves(plate, plate.theme.glows[1:], top=0.74, step=0.08, swing=0.035, jag=1.0)(surface.getCanvas())
    return pixels


def _ridges(plate: Plate) -> Pixels:
    field = _gradient(plate, lean=0.0)
    _glow(plate, field, plate.theme.glows[3], (plate.chance.uniform(0.2, 0.8), 0.68), plate.width * 0.45, wraps=True)
    pixels = _enlarge(plate, field)
    surface = _sheet(pixels)
    _waves(plate, plate.theme.glows[:3], top=0.70, step=0.095, swing=0.036, jag=0.62)(surface.getCanvas())
    return pixels


def _halftone(plate: Plate) -> Pixels:
    """Dots that swell towards the top and bottom edges; their spacing divides the width, so that they roll without a seam."""
    pixels = _enlarge(plate, _gradient(plate, lean=0.0))
    surface = _sheet(pixels)
    columns = max(2, round(plate.width / (46 * plate.unit) / 2) * 2)
    pitch = plate.width / columns
    lines = round(plate.height / pitch * 2)
    for line in range(lines + 1):
        y = plate.height * line / lines
        nearness = abs(2 * line / lines - 1)
        radius = pitch * 0.56 * max(0.0, nearness - 0.42)
        if radius < 0.6:
            continue
        for column in range(-1, columns + 1):
            surface.getCanvas().drawCircle((column + 0.5 * (line % 2)) * pitch, y, radius, _fill(plate.theme.glows[0]))
    return pixels


def _grid(plate: Plate) -> Pixels:
    field = _gradient(plate, lean=0.0)
    for colour, height in zip(plate.theme.glows, (0.1, 0.95), strict=True):
        _glow(plate, field, colour, (plate.chance.uniform(0, 1), height), plate.width * 0.42, wraps=True)
    pixels = _enlarge(plate, field)
    surface = _sheet(pixels)
    canvas = surface.getCanvas()
    columns = max(2, round(plate.width / (96 * plate.unit)))
    pitch = plate.width / columns
    thick = max(1, round(2 * plate.unit))
    for column in range(columns):
        canvas.drawRect(skia.Rect.MakeXYWH(round(column * pitch), 0, thick, plate.height), _fill(0x10FFFFFF))
    for line in range(math.ceil(plate.height / pitch)):
        y = round((line + 0.5) * pitch)
        canvas.drawRect(skia.Rect.MakeXYWH(0, y, plate.width, thick), _fill(0x10FFFFFF))
        for column in range(columns):
            canvas.drawCircle(round(column * pitch) + thick / 2, y + thick / 2, 3.2 * plate.unit, _fill(0x2EFFFFFF))
    return pixels


FLOATING: dict[BackgroundKind, Callable[[Plate], Pixels]] = {"glows": _glows, "paper": _paper, "clouds": _clouds, "leaves": _leaves}
ROLLING: dict[BackgroundKind, tuple[Callable[[Plate], Pixels], float]] = {
    "hills": (_hills, 1.0),
    "ridges": (_ridges, 0.5),
    "halftone": (_halftone, 1.0),
    "grid": (_grid, 1.0),
}
"""With the pixels to roll in a thirtieth of a second, on a picture whose shorter side is 1080."""


def rolled_halves(size: Size, fps: int, pace: float, frame: int) -> int:
    """How many half pixels a picture has rolled: the same number each frame, at least one, so that it never stutters."""
    wanted = 2 * pace * 30 / fps * min(size.width, size.height) / 1080
    return frame * max(1, round(wanted))


def floated(radius: float, fps: int, frame: int) -> tuple[int, int]:
    """Where the frame lies on a floating picture: its left and top in whole pixels, both from 0 to twice the radius."""
    turn = 2 * math.pi * frame / fps / FLOAT_SECONDS
    return round(radius * (1 + math.cos(turn))), round(radius * (1 + math.sin(turn)))


class Backdrop:
    """The moving ground of one shot; another seed arranges it another way."""

    def __init__(self, size: Size, fps: int, theme: Theme, seed: str) -> None:
        unit = min(size.width, size.height) / 1080
        chance = random.Random(f"{theme.name} {seed}")
        self._size, self._fps = size, fps
        self._radius = 0.0
        self._pace = 0.0
        if theme.background in FLOATING:
            self._radius = float(math.ceil(FLOAT_RADIUS * unit))
            margin = 2 * int(self._radius)
            plate = Plate(size.width + margin, size.height + margin, theme, chance, unit)
            self._phases = [FLOATING[theme.background](plate)]
        else:
            draw, self._pace = ROLLING[theme.background]
            whole = draw(Plate(size.width, size.height, theme, chance, unit))
            self._phases = [whole]
            if self._pace < 1:
                between = cv2.addWeighted(whole, 0.5, np.roll(whole, -1, axis=1), 0.5, 0)
                self._phases.append(np.asarray(between, np.uint8))
        self._shapes = drifting_shapes(size, theme, chance)

    def draw(self, canvas: Canvas, frame: int) -> None:
        """Fill the canvas with this frame's ground."""
        if self._radius:
            left, top = floated(self._radius, self._fps, frame)
            np.copyto(canvas.pixels, self._phases[0][top : top + self._size.height, left : left + self._size.width])
        else:
            halves = rolled_halves(self._size, self._fps, self._pace, frame)
            phase = self._phases[halves % len(self._phases)]
            cut = self._size.width - halves // 2 % self._size.width
            np.copyto(canvas.pixels[:, :cut], phase[:, self._size.width - cut :])
            np.copyto(canvas.pixels[:, cut:], phase[:, : self._size.width - cut])
        for shape in self._shapes:
            shape.draw(canvas.sheet, frame / self._fps)
