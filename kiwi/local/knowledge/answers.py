"""Whether a fact says why or how, so that a film's title may promise it."""

import re

from kiwi.local.grammar import word_set
from kiwi.local.knowledge.facts import Fact
from kiwi.local.knowledge.names import IRREGULAR, key, singulars
from kiwi.local.knowledge.topics import AUXILIARY, read_topic

CAUSE = re.compile(
    r"\b(?:because|due to|so that|in order to|as a result of|(?:is|are|was|were) caused by|owing to|thanks to|results? from|"
    r"the result of|the reason|stems? from|arises? from|helps? \w+|enabl\w+ (?:it|them|the|a)|allow\w* (?:it|them|the|a|for)|"
    r"to (?:help|avoid|protect|attract|prevent|keep|deter|escape))\b",
    re.I,
)
MEANS = re.compile(
    r"\bby (?:\w+ly )?\w+ing\b|\b(?:through|using|by means of|via|with the help of|converts?|transforms?|turns? \w+ (?:\w+ )?into|"
    r"driven by|powered by|occurs? when|happens? when|forms? when|stimulates?|transfers?|stores?|triggered by|uses? \w+)\b",
    re.I,
)
WORKING = word_set("work works working function functions operate operates happen happens done")
ROOTS = {
    "made": "mak prepar produc manufactur brew process ferment melt",
    "make": "mak produc",
    "makes": "mak produc",
    "built": "buil construct",
    "fell": "fall collaps end",
    "fall": "fall fell collaps end",
    "fly": "fly flight lift",
    "see": "see sight vision light",
    "form": "form",
    "forms": "form",
}
"""Roots of the words that tell what was asked, where the word itself seldom does."""
LIGHT = AUXILIARY | {
    "why",
    "how",
    "the",
    "a",
    "an",
    "we",
    "you",
    "people",
    "it",
    "they",
    "its",
    "their",
    "our",
    "so",
    "to",
    "of",
    "in",
    "and",
    "not",
    "be",
}


def answers(question: str, fact: Fact) -> bool:
    """Whether what is spoken of a fact answers a question that asks why or how; any other question is answered by any fact.

    ``question`` is the topic as it was said: ``why the sea is salty`` is answered by no sentence that does not speak of salt.
    """
    asked = read_topic(question)
    if asked.asks not in {"why", "how"}:
        return True
    says = CAUSE.search(fact.text) or (asked.asks == "how" and MEANS.search(fact.text))
    subject = asked.phrases[0].words if asked.phrases else ""
    return bool(says) and speaks_of(asked_after(question, f"{fact.title} {subject}"), fact.text)


def asked_after(question: str, names: str) -> list[str]:
    """What a question wants to know of its subject, whose names are given: of ``why cats purr`` purr."""
    named = {form for word in key(names).split() for form in singulars(word)}
    words = [word for word in key(question).split() if word not in LIGHT]
    return [word for word in words if not named & set(singulars(word)) and IRREGULAR.get(word) not in named]


def speaks_of(words: list[str], text: str) -> bool:
    """Whether a text speaks of what was asked: of most of the words, in whatever form; a bare “work” is asked of anything."""
    wanted = [word for word in words if word not in WORKING]
    said = key(text).split()
    spoken = [wish for wish in wanted if any(same_root(root, word) for root in ROOTS.get(wish, wish).split() for word in said)]
    return 2 * len(spoken) > len(wanted) or not wanted


def same_root(one: str, other: str) -> bool:
    """Whether two words are forms of one: ``salty`` and ``salt``, ``purr`` and ``purring``."""
    shared = next((place for place, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), min(len(one), len(other)))
    return shared >= 3 and shared >= min(len(one), len(other)) - 1 and shared >= 0.5 * max(len(one), len(other))
