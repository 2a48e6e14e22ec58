"""What the library on this machine knows of a topic, as parts of a film."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kiwi.film import Form, Intent, Origin, Source
from kiwi.local.knowledge.facts import Fact, answers, facts_of
from kiwi.local.knowledge.find import Embed, find_article, find_sides
from kiwi.local.knowledge.library import Article, NoLibrary, open_library, source_of
from kiwi.local.speak.speech import speech_seconds
from kiwi.local.write.forms import PLAIN, Shape
from kiwi.local.write.parts import Part

SPOKEN_SHARE = 0.76
"""Of the seconds that a source shall fill, so many are speech."""


@dataclass(frozen=True)
class Known:
    """Parts from a source, and what they do for the brief."""

    parts: tuple[Part, ...] = ()
    title: str = ""
    """Of the article; empty: there is none."""
    answers: bool = True
    """What is told answers what was asked."""
    sources: tuple[Source, ...] = field(default=())

    @property
    def subject(self) -> str:
        """What the film is about where its question is not answered: the article's title without what tells it apart."""
        return self.title.split(" (", 1)[0]


def nothing_known() -> Known:
    """Nobody was asked."""
    return Known()


def look_up(intent: Intent, embed: Embed, seconds: float) -> Known:
    """The facts about an intent's topic that fill about ``seconds`` of film."""
    library = open_library()
    if isinstance(library, NoLibrary):
        return Known(answers=False)
    if len(intent.sides) == 2:
        found: Sequence[Article] = find_sides(*intent.sides, library, embed) or ()
    else:
        article = find_article(intent.topic, library, embed)
        found = [article] if article else []
    if not found:
        return Known(answers=False)
    room = SPOKEN_SHARE * max(seconds, 0.0) / len(found)
    chosen = [chosen_of(facts_of(article), room, intent) for article in found]
    facts = [fact for part in chosen for fact in part]
    return Known(
        parts=tuple(parts_of(facts)),
        title=" and ".join(article.title for article in found),
        answers=len(found) > 1 or answers(intent.topic, facts),
        sources=tuple(Source.model_validate(source_of(article).model_dump()) for article in found),
    )


def chosen_of(facts: Sequence[Fact], seconds: float, intent: Intent) -> list[Fact]:
    """The facts most worth telling that fit the seconds, in the source's order, without what shall be avoided; at least one."""
    wanted = [fact for fact in facts if not any(_mentions(fact.text, avoided) for avoided in intent.avoid)]
    kept: list[Fact] = []
    left = seconds
    for fact in sorted(wanted, key=lambda fact: -fact.worth):
        needed = speech_seconds(fact.text)
        if needed <= left or not kept:
            kept.append(fact)
            left -= needed
    return sorted(kept, key=wanted.index)


def _mentions(text: str, words: str) -> bool:
    return re.search(rf"\b{re.escape(words)}\b", text, re.I) is not None


def parts_of(facts: Sequence[Fact]) -> list[Part]:
    """Facts as parts; a subject that was named just before is a pronoun, every other time."""
    parts: list[Part] = []
    named = ""
    for fact in facts:
        text = fact.text
        if fact.opening and fact.opening == named and fact.pronoun:
            text, named = fact.pronoun + text[len(fact.opening) :], ""
        else:
            named = fact.opening
        parts.append(Part(text, shape_of_fact(fact), origin=Origin.SOURCE, weight=fact.worth, leans=not named and bool(fact.opening)))
    return parts


def shape_of_fact(fact: Fact) -> Shape:
    """What a card shows of a fact: its figure, or the things that it lists."""
    if fact.parts:
        return Shape(Form.LIST, points=fact.parts)
    return Shape(Form.NUMBER, figure=fact.figure.shown) if fact.figure else PLAIN
