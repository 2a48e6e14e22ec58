"""Facts of a source as parts of a film."""

from collections.abc import Sequence

from kiwi.film.model import Form, Origin
from kiwi.local.knowledge.facts import Fact, as_told
from kiwi.local.write.forms import PLAIN, Shape
from kiwi.local.write.parts import Part


def parts_of(facts: Sequence[Fact]) -> list[Part]:
    """Facts as parts; what begins with a pronoun leans on the part before it."""
    told = as_told(facts)
    return [
        Part(text, shape_of_fact(fact), origin=Origin.SOURCE, weight=fact.worth, leans=text != fact.text)
        for text, fact in zip(told, facts, strict=True)
    ]


def shape_of_fact(fact: Fact) -> Shape:
    """What a card shows of a fact: its figure, or the things that it lists."""
    if fact.parts:
        return Shape(Form.LIST, points=fact.parts)
    # a figure that is “over” or “about” so much would not be true large and alone
    plain = fact.figure is not None and not fact.figure.qualifier
    return Shape(Form.NUMBER, figure=fact.figure.shown) if fact.figure and plain else PLAIN
