"""The cards: what can be drawn, planned to the frame."""

from typing import Annotated, Literal

from pydantic import Field

from kiwi.film.value import Noun


class Spoken(Noun):
    """One word on screen; frames from the start of its shot, ``end`` exclusive."""

    text: str
    start: int
    end: int


class Point(Noun):
    """An element of a card that appears at its cue (a frame of the shot)."""

    text: str
    cue: int
    icon: str = ""


class TitleCard(Noun):
    """The opening: the film's name."""

    kind: Literal["title"] = "title"
    headline: str
    subline: str = ""
    icon: str = ""


class StatementCard(Noun):
    """A sentence whose words appear as they are spoken."""

    kind: Literal["statement"] = "statement"
    words: tuple[Spoken, ...]
    emphasis: tuple[int, ...] = ()
    """Indices of the words in the accent colour."""
    icon: str = ""


class SpotlightCard(Noun):
    """One large icon and a short heading."""

    kind: Literal["spotlight"] = "spotlight"
    heading: str
    text: str = ""
    icon: str
    cue: int = 0


class BulletsCard(Noun):
    """A heading and its points, one under the other."""

    kind: Literal["bullets"] = "bullets"
    heading: str
    points: tuple[Point, ...]


class NumberCard(Noun):
    """A big number that counts up to its value."""

    kind: Literal["number"] = "number"
    number: str
    label: str
    icon: str = ""
    cue: int = 0


class QuoteCard(Noun):
    """Somebody's words between quotation marks."""

    kind: Literal["quote"] = "quote"
    words: tuple[Spoken, ...]
    by: str = ""


class Side(Noun):
    """One side of a comparison."""

    heading: str
    points: tuple[Point, ...]
    icon: str = ""
    cue: int = 0


class ComparisonCard(Noun):
    """Two sides next to each other (above each other when the picture is tall)."""

    kind: Literal["comparison"] = "comparison"
    heading: str
    left: Side
    right: Side


class StepsCard(Noun):
    """Numbered steps joined by a path."""

    kind: Literal["steps"] = "steps"
    heading: str
    steps: tuple[Point, ...]


class IconsCard(Noun):
    """A grid of icons, each with its label."""

    kind: Literal["icons"] = "icons"
    heading: str
    points: tuple[Point, ...]


class ClosingCard(Noun):
    """The end: what to remember and what to do."""

    kind: Literal["closing"] = "closing"
    headline: str
    action: str = ""
    icon: str = ""
    cue: int = 0
    credit: str = ""
    """Whose words the film spoke, in small letters."""


Card = Annotated[
    TitleCard | StatementCard | SpotlightCard | BulletsCard | NumberCard | QuoteCard | ComparisonCard | StepsCard | IconsCard | ClosingCard,
    Field(discriminator="kind"),
]
