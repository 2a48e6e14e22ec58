"""What other articles tell of a subject whose own article is short, or of one that has none."""

import re
from collections.abc import Sequence
from itertools import pairwise

from kiwi.local.knowledge.answers import asked_after
from kiwi.local.knowledge.facts import Fact, facts_of
from kiwi.local.knowledge.find import Embed
from kiwi.local.knowledge.library import Library
from kiwi.local.knowledge.names import key, singulars
from kiwi.local.read.grammar import NOUN_TAGS, tagged

NEAREST = 14
"""Articles that are read."""
CANDIDATES = 60
"""Articles that are compared by their meaning."""
NEAR = 0.25
"""How alike a fact and the topic must be in meaning."""


def facts_around(topic: str, subject: str, library: Library, embed: Embed) -> list[Fact]:
    """Facts of other articles than the subject's own that speak of it, those nearest to the topic in meaning first.

    ``subject`` is the title of its article, or what it is called where it has none.
    """
    own = subject.partition(" (")[0]
    wanted = [set(singulars(word)) for word in key(own).split()]
    found = [
        fact
        for title in nearest(topic, subject, wanted, library, embed)
        if not (library.article(title).is_person and wanted[-1] & set(key(title).split()))  # of “glass” Philip Glass tells nothing
        for fact in facts_of(library.article(title))
        if speaks_of_all(fact.text, wanted) and not means_its_own(fact, wanted[-1]) and not is_longer_name(own, fact.text)
    ]
    if not found:
        return []
    vectors = embed([topic, *(fact.text for fact in found)])
    near = [float(value) for value in vectors[1:] @ vectors[0]]
    told = [(value, fact) for value, fact in zip(near, found, strict=True) if value >= NEAR]
    return [one for _, one in sorted(told, key=lambda one: -one[0])]


def is_longer_name(name: str, text: str) -> bool:
    """Whether a name stands in a text only as a part of longer ones: of the Roman Empire “the Holy Roman Empire” tells nothing."""
    if not name[:1].isupper() or name.lower() in text:
        return False
    around = re.findall(rf"(\b[A-Z][\w'’]*\s)?\b{re.escape(name)}\b(\s[A-Z])?", text)
    return bool(around) and all((before and before.strip() not in {"The", "In", "Of", "And"}) or after for before, after in around)


def means_its_own(fact: Fact, words: set[str]) -> bool:
    """Whether a fact means another than the subject: “the earthquake” that its article tells of, “Glass” for Philip Glass."""
    if words & set(key(fact.opening).split()) and len(key(fact.opening).split()) == 1:
        return True
    return (
        bool(words & set(key(fact.title).split()))
        and re.search(rf"\bthe (?:{'|'.join(map(re.escape, words))})\b", fact.text, re.I) is not None
    )


def nearest(topic: str, subject: str, wanted: Sequence[set[str]], library: Library, embed: Embed) -> list[str]:
    """Titles of articles that speak of a subject, the nearest to the topic in meaning first."""
    spoken = [re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b", re.I) for words in wanted]
    asked = asked_after(topic, subject)
    stems = {min(words, key=len) for words in wanted}
    ranked: list[tuple[int, str]] = []
    for title, held in library.holding([*stems, *asked]).items():
        said = min(len(word.findall(library.article(title).lead)) for word in spoken) if held >= stems and title != subject else 0
        if said:
            ranked.append((said + 2 * len(held - stems), title))
    titles = [title for _, title in sorted(ranked, reverse=True)[:CANDIDATES]]
    if not titles:
        return []
    vectors = embed([topic, *(f"{title}: {library.article(title).description}" for title in titles)])
    near = vectors[1:] @ vectors[0]
    return [titles[place] for place in near.argsort()[::-1][:NEAREST]]


def speaks_of_all(text: str, wanted: Sequence[set[str]]) -> bool:
    """Whether a text holds every word, in the singular or the plural, the last one not as a part of another noun: no ``chess player``."""
    said = {form for word in key(text).split() for form in singulars(word)}
    tokens = tagged(text)
    heads = [token.text.lower() for token, after in pairwise(tokens) if after.tag not in NOUN_TAGS | {"HYPH"}]
    return all(words & said for words in wanted) and any(wanted[-1] & set(singulars(head)) for head in heads)
