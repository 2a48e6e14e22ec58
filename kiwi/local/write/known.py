"""What the library on this machine knows of a topic, as parts of a film."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kiwi.film.model import Form, Intent, Origin, Source
from kiwi.local.knowledge.answers import answers
from kiwi.local.knowledge.facts import Fact, as_told, best_within, facts_of
from kiwi.local.knowledge.find import Embed, find_article, find_sides
from kiwi.local.knowledge.library import Article, NoLibrary, open_library, source_of
from kiwi.local.speak.speech import speech_seconds
from kiwi.local.write.forms import PLAIN, Shape
from kiwi.local.write.parts import Part

ANSWERING = 0.5
"""What a fact is worth more when it answers what was asked."""
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
        wordings = dict.fromkeys((intent.topic, intent.topic.split(", ", 1)[0]))
        article = next(filter(None, (find_article(wording, library, embed) for wording in wordings)), None)
        found = [article] if article else []
    if not found:
        return Known(answers=False)
    room = SPOKEN_SHARE * max(seconds, 0.0) / len(found)
    facts = [fact for article in found for fact in chosen_of(facts_of(article), room, intent)]
    return Known(
        parts=tuple(parts_of(facts)),
        title=" and ".join(article.title for article in found),
        answers=len(found) > 1 or any(answers(intent.topic, fact) for fact in facts),
        sources=tuple(map(source_of, found)),
    )


def chosen_of(facts: Sequence[Fact], seconds: float, intent: Intent) -> tuple[Fact, ...]:
    """The facts most worth telling that fit the seconds, without what shall be avoided; what answers the question counts most."""
    wanted = [fact for fact in facts if not any(_mentions(fact.text, avoided) for avoided in intent.avoid)]
    asked = [fact.model_copy(update={"worth": fact.worth + ANSWERING * answers(intent.topic, fact)}) for fact in wanted]
    return best_within(asked, seconds, speech_seconds) or tuple(asked[:1])


def _mentions(text: str, words: str) -> bool:
    return re.search(rf"\b{re.escape(words)}\b", text, re.I) is not None


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
