"""The stage a card plays on: the picture's size, its safe area, its theme and its time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import inf

import skia  # type: ignore[import-not-found]

from kiwi.film.model import Size
from kiwi.render.canvas.compose import Picture
from kiwi.render.canvas.layout import Box
from kiwi.render.canvas.motion import STILL, Motion, Pose
from kiwi.render.look.themes import Theme

COVER_SECONDS = 1 / 3
"""How long one side of a transition takes."""
FADE_SECONDS = 0.4
"""The film's end."""
LABEL_HEIGHT, LABEL_GAP = 54, 14
"""Of the label's strip, and what is free below it, in pixels of a picture whose shorter side is 1080."""
LEAD_SECONDS = 0.12
"""An element starts to appear this much before its word is heard, so that it is there when it is."""


@dataclass(frozen=True)
class Stage:
    """What a card needs to know to plan itself; pixels and the shot's seconds."""

    size: Size
    fps: int
    frames: int
    theme: Theme
    captioned: bool = True
    """Captions need their band; a silent shot has the whole picture."""
    opens: bool = False
    """The film's first shot: no transition uncovers it."""
    closes: bool = False
    """The film's last shot: no transition covers it, its elements stay until the picture fades."""

    labelled: bool = False
    """The label that says how the film was made has a strip of its own, above all that a card puts there."""

    @property
    def unit(self) -> float:
        """Pixels of this picture per pixel of one whose shorter side is 1080."""
        return min(self.size.width, self.size.height) / 1080

    def px(self, pixels: float) -> float:
        """Scale a length designed for a picture whose shorter side is 1080."""
        return pixels * self.unit

    @property
    def aspect(self) -> float:
        """Width over height."""
        return self.size.width / self.size.height

    @property
    def tall(self) -> bool:
        """Phone upright."""
        return self.aspect < 0.8

    @property
    def wide(self) -> bool:
        """Television."""
        return self.aspect > 1.25

    @property
    def frame(self) -> Box:
        """The whole picture."""
        return Box(0, 0, self.size.width, self.size.height)

    @property
    def caption_band(self) -> Box:
        """Where captions lie: two lines in a panel."""
        width, height = self.size.width, self.size.height
        if self.tall:
            return Box(width * 0.07, height * 0.672, width * 0.93, height * 0.79)
        side, high = (0.11, 182) if self.wide else (0.06, 172)
        bottom = height * (0.96 if self.wide else 0.945)
        return Box(width * side, bottom - self.px(high), width * (1 - side), bottom)

    @property
    def label_band(self) -> Box:
        """Where the label lies, at its left."""
        room = self._readable
        return Box(room.left, room.top, room.right, room.top + self.px(LABEL_HEIGHT))

    @property
    def safe(self) -> Box:
        """Where a card may put things that are read: clear of edges, captions, the label and (upright) a phone's own buttons."""
        room = self._readable
        top = self.label_band.bottom + self.px(LABEL_GAP) if self.labelled else room.top
        return Box(room.left, top, room.right, room.bottom)

    @property
    def _readable(self) -> Box:
        width, height = self.size.width, self.size.height
        if self.tall:
            return Box(width * 0.085, height * 0.13, width * 0.915, height * (0.65 if self.captioned else 0.78))
        across, top = (0.062, 0.092) if self.wide else (0.07, 0.07)
        bottom = self.caption_band.top - self.px(32) if self.captioned else height * (1 - top)
        return Box(width * across, height * top, width * (1 - across), bottom)

    @property
    def seconds(self) -> float:
        """The shot's length."""
        return self.frames / self.fps

    @property
    def begin(self) -> float:
        """When the first element may start to appear; before 0 in the film's first shot, whose first frame must show something."""
        return -0.75 if self.opens else COVER_SECONDS * 0.45

    @property
    def end(self) -> float:
        """When the last element must be gone; never in the film's last shot."""
        return inf if self.closes else self.seconds - COVER_SECONDS * 0.4

    def cue(self, frame: int, after: float = 0.0) -> float:
        """When an element whose word starts at a frame begins to appear: a little earlier, but ``after`` seconds from ``begin``."""
        return max(self.begin + after, frame / self.fps - LEAD_SECONDS)


def still(_second: float) -> Pose:
    """Never move."""
    return STILL


@dataclass(frozen=True)
class Layer:
    """One element: a picture and how it moves; its ``box`` is the room it takes at rest."""

    name: str
    picture: Picture | Callable[[float], Picture]
    """Drawn once with ``paint``; or by the second: a function that picks from pictures already made."""
    motion: Motion = still
    box: Box | None = None
    """None for decoration that may lie under or over others."""
    holds: bool = False
    """A panel: other elements lie inside its box."""
    pivot: tuple[float, float] | None = None
    """About which it turns and scales; by default the middle of the picture."""


@dataclass(frozen=True)
class Sketch:
    """An element drawn anew on every frame with skia: dear, so only for lines that grow and the like. Colours go through ``ink``."""

    name: str
    draw: Callable[[skia.Canvas, float], None]
    """Gets the frame's canvas and the shot's second."""
    motion: Motion = still
    """Only its alpha, as 0 = skip, and its shift are used; fade by the colours' alpha."""
    box: Box | None = None
    holds: bool = False


Element = Layer | Sketch
"""What a card is made of, from back to front."""


def boxes_of(elements: Iterable[Element], holders: bool = False) -> list[tuple[str, Box]]:
    """The rooms elements take at rest; those of panels that hold others only if asked."""
    return [(element.name, element.box) for element in elements if element.box is not None and element.holds == holders]
