"""The menu of cards: one kind a file.

A card's file has one function ``plan(card, stage) -> list[Element]``: it lays out the card's content noun once, from measured
text, and returns elements from back to front. An element (`kiwi.render.canvas.stage.Layer`) is a picture drawn once with `paint`
(`kiwi.render.canvas.compose`) in the frame's own coordinates and ordinary theme colours, a motion (`kiwi.render.canvas.motion`:
seconds of the shot -> Pose) and the ``box`` it takes at rest. Boxes lie inside ``stage.safe`` and do not overlap, except that an
element with ``holds=True`` (a panel) may have others inside; decoration has no box. Elements appear between ``stage.begin`` and
their cue (``stage.cue(frame)``) and are gone by ``stage.end``. What several cards share is in `kiwi.render.cards.parts`. A card
need not stand in the middle of its room: `plan_card` moves it there.
"""

from collections.abc import Callable
from typing import Any

from kiwi.film.model import Card
from kiwi.render.canvas.layout import Box
from kiwi.render.canvas.stage import Element, Stage, boxes_of
from kiwi.render.cards import bullets, closing, comparison, icons, number, quote, spotlight, statement, steps, title
from kiwi.render.cards.parts.centring import centred

CARDS: dict[str, Callable[[Any, Stage], list[Element]]] = {
    "bullets": bullets.plan,
    "closing": closing.plan,
    "comparison": comparison.plan,
    "icons": icons.plan,
    "number": number.plan,
    "quote": quote.plan,
    "spotlight": spotlight.plan,
    "statement": statement.plan,
    "steps": steps.plan,
    "title": title.plan,
}


def plan_card(card: Card, stage: Stage) -> list[Element]:
    """Lay out any card, in the middle of its room."""
    return centred(CARDS[card.kind](card, stage), stage)


def layout_boxes(card: Card, stage: Stage, holders: bool = False) -> list[tuple[str, Box]]:
    """Name and room of everything readable on a card; of the panels around it if ``holders``."""
    return boxes_of(plan_card(card, stage), holders)
