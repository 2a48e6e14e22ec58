"""The cards: what can be drawn, planned to the frame."""

from typing import Annotated, Literal

from pydantic import Field

from kiwi.film.value import Value


class Spoken(Value):
    """One word on screen; frames from the start of its shot, ``end`` exclusive."""

    text: str
    start: int
    end: int


class Point(Value):
    """An element of a card that appears at its cue (a frame of the shot)."""

    text: str
    cue: int
    icon: str = ""


class TitleCard(Value):
    """The opening: the film's name."""

    kind: Literal["title"] = "title"
    headline: str
    subline: str = ""
    icon: str = ""


class StatementCard(Value):
    """A sentence whose words appear as they are spoken."""

    kind: Literal["statement"] = "statement"
    words: tuple[Spoken, ...]
    emphasis: tuple[int, ...] = ()
    """Indices of the words in the accent colour."""
    icon: str = ""


class SpotlightCard(Value):
    """One large icon and a short heading."""

    kind: Literal["spotlight"] = "spotlight"
    heading: str
    text: str = ""
    icon: str
    cue: int = 0


class BulletsCard(Value):
    """A heading and its points, one under the other."""

    kind: Literal["bullets"] = "bullets"
    heading: str
    points: tuple[Point, ...]


class NumberCard(Value):
    """A big number that counts up to its value."""

    kind: Literal["number"] = "number"
    number: str
    label: str
    icon: str = ""
    cue: int = 0


class QuoteCard(Value):
    """Somebody's words between quotation marks."""

    kind: Literal["quote"] = "quote"
    words: tuple[Spoken, ...]
    by: str = ""


class Side(Value):
    """One side of a comparison."""

    heading: str
    points: tuple[Point, ...]
    icon: str = ""
    cue: int = 0


class ComparisonCard(Value):
    """Two sides next to each other (above each other when the picture is tall)."""

    kind: Literal["comparison"] = "comparison"
    heading: str
    left: Side
    right: Side


class StepsCard(Value):
    """Numbered steps joined by a path."""

    kind: Literal["steps"] = "steps"
    heading: str
    steps: tuple[Point, ...]


class IconsCard(Value):
    """A grid of icons, each with its label."""

    kind: Literal["icons"] = "icons"
    heading: str
    points: tuple[Point, ...]


class ClosingCard(Value):
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
