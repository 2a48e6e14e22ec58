"""Draws what emulated cameras film: hills, peaks, a sea or a city, by day or by night; nothing stands still, nothing is written."""

import hashlib
import math
import re
from dataclasses import dataclass
from enum import StrEnum

import av
import cv2
import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.uint8]
Curve = npt.NDArray[np.float64]
Outline = npt.NDArray[np.int32]
ROWS = 4
"""Of a place, one before the other, the farthest first."""
STEPS = 36
"""Corners of a smooth outline along the shorter side."""
SUN, MOON = (222, 100, 148), (216, 130, 124)
PALETTES = 6
STARS = 60
HOUSE = 0.09
"""Width of a house as a share of the picture's height."""


class Place(StrEnum):
    """What is filmed."""

    HILLS = "hills"
    PEAKS = "peaks"
    SEA = "sea"
    CITY = "city"


WORDS = {
    Place.SEA: re.compile(r"\b(sea|ocean|water|waves?|beach|boats?|ships?|river|lake|fish|island)\b"),
    Place.CITY: re.compile(r"\b(city|streets?|office|people|town|buildings?|traffic|market|business|cafe|school)\b"),
    Place.PEAKS: re.compile(r"\b(mountains?|snow|ice|winter|volcano|rocks?|summit|rocket|space)\b"),
    Place.HILLS: re.compile(r"\b(hills?|forest|trees?|garden|farm|fields?|flowers?|nature|bees?|village)\b"),
}
NIGHT = re.compile(r"\b(night|stars?|moon|space|dark|evening|midnight|galaxy|dream)\b")


@dataclass(frozen=True)
class View:
    """A place under a palette: all that a picture depends on besides its size; there are 48, so that pictures can be kept."""

    place: Place
    night: bool
    palette: int

    @property
    def seed(self) -> bytes:
        """Numbers for its outlines."""
        return hashlib.sha256(f"{self.place} {self.palette}".encode()).digest()


def view_of(prompt: str) -> View:
    """The view for a prompt: by its words where they name a place, by its digest where they do not."""
    digest, words = hashlib.sha256(prompt.encode()).digest(), prompt.lower()
    named = [place for place, pattern in WORDS.items() if pattern.search(words)]
    place = named[0] if named else list(Place)[digest[0] % len(Place)]
    return View(place, bool(NIGHT.search(words)) or digest[1] % 8 == 0, digest[2] % PALETTES)


@dataclass(frozen=True)
class Landscape:
    """A view in a size."""

    view: View
    width: int
    height: int

    @property
    def step(self) -> int:
        """Pixels between two corners of a smooth outline."""
        return max(min(self.width, self.height) // STEPS, 2)

    def colour(self, lightness: float, turn: float = 0.0) -> tuple[int, int, int]:
        """A colour of the palette as Y, U, V; lightness 0 to 1, turn a share of the colour circle."""
        angle = math.tau * (self.view.palette / PALETTES + turn)
        strength = 20 if self.view.night else 32
        return int(30 + 190 * lightness), int(128 + strength * math.cos(angle)), int(128 + strength * math.sin(angle))

    def planes(self, whole: Plane) -> tuple[Plane, Plane, Plane]:
        """Y, U and V as views into one array."""
        luma, chroma = self.width * self.height, self.width * self.height // 4
        half = (self.height // 2, self.width // 2)
        y, u, v = whole[:luma], whole[luma : luma + chroma], whole[luma + chroma :]
        return y.reshape(self.height, self.width), u.reshape(half), v.reshape(half)

    def sky(self) -> Plane:
        """What does not move: one colour running into another, with stars by night; planes Y, U, V in one array."""
        above, below = (self.colour(0.08), self.colour(0.42, 0.08)) if self.view.night else (self.colour(0.5), self.colour(0.92, 0.12))
        whole = np.empty(self.width * self.height * 3 // 2, np.uint8)
        planes = self.planes(whole)
        for channel, plane in enumerate(planes):
            column = np.linspace(above[channel], below[channel], len(plane))
            plane[:] = np.rint(column).astype(np.uint8)[:, None]
        if self.view.night:
            for across, down in np.random.default_rng([*self.view.seed]).random((STARS, 2)):
                cv2.circle(planes[0], (int(across * self.width), int(down * self.height / 2)), max(self.height // 400, 1), 200, -1)
        return whole

    def crest(self, row: int, way: Curve) -> Curve:
        """How high a row stands at places along its way, about -1 to 1."""
        phase = self.view.seed[row] / 256 * math.tau
        if self.view.place is Place.PEAKS:
            return np.arcsin(np.sin(way + phase)) * 0.6 + np.arcsin(np.sin(way * 2.7 + 2 * phase)) * 0.25
        if self.view.place is Place.SEA:
            return (np.sin(3 * way + phase) + 0.4 * np.sin(7 * way)) * 0.12
        return np.sin(way + phase) * 0.6 + np.sin(way * 2.3 + 2 * phase) * 0.25

    def outline(self, row: int, passed: float) -> Outline:
        """A row after some seconds; nearer rows move faster."""
        shift = passed * 0.03 * (row + 1) * (-1 if self.view.place is Place.SEA and row % 2 else 1)
        corners = self.houses(row, shift) if self.view.place is Place.CITY else self.ridge(row, shift)
        ground = [[self.width + self.step, self.height], [-self.step, self.height]]
        whole: Outline = np.rint(np.vstack([corners, ground])).astype(np.int32)
        return whole

    def ridge(self, row: int, shift: float) -> Curve:
        """Corners of a smooth row."""
        x = np.arange(-self.step, self.width + 2 * self.step, self.step)
        way = (x / self.height + shift) * math.tau / (1.6 - 0.2 * row)
        return np.stack([x, self.height * (0.52 + 0.12 * row - 0.07 * self.crest(row, way))], axis=1)

    def houses(self, row: int, shift: float) -> Curve:
        """Corners of a row of houses."""
        broad = HOUSE * (1 + 0.3 * row)
        first, last = math.floor(shift / broad), math.ceil((self.width / self.height + shift) / broad)
        corners = []
        for house in range(first, last + 1):
            top = 0.72 + 0.07 * row - 0.3 * (1 - 0.15 * row) * self.view.seed[(house * (row + 3)) % 32] / 256
            corners += [[house * broad - shift, top], [(house + 1) * broad - shift, top]]
        return np.array(corners) * self.height

    def paint(self, sky: Plane, passed: float) -> av.VideoFrame:
        """The moment after some seconds, over a sky."""
        whole = sky.copy()
        planes = self.planes(whole)
        side = -1 if self.view.seed[7] % 2 else 1
        across = self.width * (0.5 + side * (0.2 - 0.02 * passed))
        down = self.height * (0.25 + 0.1 * self.view.seed[8] / 256 + 0.008 * passed)
        for plane, value, half in zip(planes, MOON if self.view.night else SUN, (1, 2, 2), strict=True):
            cv2.circle(plane, (int(across / half), int(down / half)), self.height // (10 * half), value, -1, cv2.LINE_AA)
        brightest, dimming = (0.3, 0.08) if self.view.night else (0.62, 0.16)
        for row in range(ROWS):
            outline = self.outline(row, passed)
            for plane, value, half in zip(planes, self.colour(brightest - dimming * row, 0.03 * row), (1, 2, 2), strict=True):
                cv2.fillPoly(plane, [outline // half], value, cv2.LINE_AA if half == 1 else cv2.LINE_8)
        return av.VideoFrame.from_ndarray(whole.reshape(self.height * 3 // 2, self.width), format="yuv420p")
