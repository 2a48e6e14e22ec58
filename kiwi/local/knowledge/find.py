"""Finding the article of a topic: by what articles are called first, by nearness of meaning second; no article rather than a wrong one."""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiwi.local.knowledge.library import Article, Library
from kiwi.local.knowledge.names import ORDINALS, Strength, key, singulars
from kiwi.local.knowledge.topics import BROAD, PRAISING, Phrase, Topic, is_private, mentioned, questions_in, read_topic
from kiwi.local.read.grammar import word_set

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Unit vectors of short texts, one a row."""

WORTH = {Strength.TITLE: 1.0, Strength.OTHER: 0.85, Strength.BARE: 0.65, Strength.PART: 0.55, Strength.SURNAME: 0.5}
"""How far a name alone makes sure of an article; 0.8 is enough without any nearness of meaning."""
ENOUGH = 0.8
CLASSED = 0.75
"""A name with a word that the article's description holds: ``Sahara desert``."""
CALLED = 0.6
"""The lead calls something so: ``called the northern lights``."""
ALONE_CALLED = 0.65
"""The same, of several words, where no other article uses them so."""
TOLD = 0.45
"""The article of a phrase's head tells of the whole phrase: Bee of ``honey bees``."""
SPOKEN_OF = 0.35
"""The article's first words hold the phrase."""
REDUCED = 0.6
"""What is lost when the topic said more than the phrase."""
NEARNESS = 0.75
"""What full nearness of meaning is worth."""
CANDIDATES = 16
FAME = 0.05
"""What each tenfold number of other articles that name it is worth, among articles that bear one name."""
SPECIAL = {"Mathematics": 0.1, "Physical sciences": 0.05}
"""Shelves whose words mean something else to most people."""
SMALL = word_set("a an the of and in on for to with at by from or how why what who is are")


@dataclass(frozen=True)
class Candidate:
    """An article that a phrase may mean, with how far names speak for it."""

    title: str
    evidence: float
    strength: Strength | None = None


def find_article(topic: str, library: Library, embed: Embed) -> Article | None:
    """The article a topic is about, or None: none there, or the topic is somebody's own.

    ``topic`` is as people say it: ``why cats purr``, ``the history of chess``, ``bees``.
    """
    return next(find_articles(topic, library, embed), None)


def find_articles(topic: str, library: Library, embed: Embed) -> Iterator[Article]:
    """The article that a topic is about, then those of other things that it names: of ``how bees make honey`` Bee and Honey."""
    head, *others = questions_in(topic)
    asked, found = read_topic(head), list[str]()
    for phrase in asked.phrases:
        title = best(list(candidates(phrase, asked, library)), phrase, asked, library, embed)
        if title and title not in found:
            found.append(title)
            yield library.article(title)
    if not found and (asked.asks or others) and not is_private(asked.words):
        for phrase in mentioned(asked.phrases[0].words if asked.phrases else asked.words):
            exact = [one for one in candidates(phrase, asked, library) if one.strength is not None and one.strength >= Strength.OTHER]
            longer = [] if exact or not phrase.words[:1].isupper() else list(spread(key(phrase.words).split(), library, 0.0))
            if title := best(exact or longer, phrase, asked, library, embed):
                yield library.article(title)
                return


def find_sides(left: str, right: str, library: Library, embed: Embed) -> tuple[Article, Article] | None:
    """The articles of both sides of a comparison, or None when one is missing or both are one."""
    first, second = find_article(left, library, embed), find_article(right, library, embed)
    return (first, second) if first and second and first.title != second.title else None


def best(found: list[Candidate], phrase: Phrase, asked: Topic, library: Library, embed: Embed) -> str | None:
    """The title that evidence and nearness speak for most, if they speak loud enough."""
    if not found:
        return None
    top: dict[str, float] = {}
    for candidate in found:
        top[candidate.title] = max(candidate.evidence, top.get(candidate.title, 0.0))
    ranked = sorted(top, key=lambda title: -top[title])[:CANDIDATES]
    if top[ranked[0]] == WORTH[Strength.TITLE] or (len(ranked) == 1 and top[ranked[0]] >= ENOUGH):
        return ranked[0]
    near = nearness(asked.words if phrase.reduced else phrase.words, asked.words, ranked, library, embed)
    known = {title: well_known(library.article(title), library) for title in ranked}
    score = {title: top[title] + near[title] + known[title] for title in ranked}
    winner = max(ranked, key=lambda title: score[title])
    return winner if top[winner] >= ENOUGH or top[winner] + NEARNESS * near[winner] >= ENOUGH else None


def well_known(article: Article, library: Library) -> float:
    """How much more likely an article is meant than others of its name: often mentioned, and not a matter for specialists."""
    return FAME * math.log10(1 + library.mentions(article.title.partition(" (")[0])) - SPECIAL.get(article.subject, 0.0)


def nearness(phrase: str, topic: str, titles: Sequence[str], library: Library, embed: Embed) -> dict[str, float]:
    """How near each article's title and description is in meaning to the phrase or the topic, 0 to 1."""
    articles = [library.article(title) for title in titles]
    texts = [f"{article.title}: {article.description}" for article in articles]
    vectors = embed([phrase, topic, *texts])
    both = vectors[2:] @ vectors[:2].T
    return {title: float(max(0.0, row.max())) for title, row in zip(titles, both, strict=True)}


def candidates(phrase: Phrase, asked: Topic, library: Library) -> Iterator[Candidate]:
    """Articles that a phrase may mean."""
    lost = REDUCED if phrase.reduced else 0.0
    exact = False
    for naming in library.names.titles(phrase.words):
        if naming.strength == Strength.SURNAME and not means_person(phrase.words, asked):
            continue
        exact = exact or naming.strength >= Strength.OTHER
        yield Candidate(naming.title, WORTH[naming.strength] - lost, naming.strength)
    if exact:
        return
    words = key(phrase.words).split()
    if len(words) > 1:
        yield from classed(words, library, lost, praised=frozenset() if is_name(phrase.words) else PRAISING)
    if not any(word[:1].isupper() for word in phrase.words.split()[1:]):
        yield from told(words, library, lost)


def means_person(words: str, asked: Topic) -> bool:
    """Whether one word may be a surname: it is written as a name, or the question is who."""
    return " " not in words and (asked.asks == "who" or words[:1].isupper() or asked.words == words)


def is_name(words: str) -> bool:
    """Whether all words begin with capitals, small ones apart: “the Great Wall” is no great wall."""
    return all(word[:1].isupper() for word in words.split() if word not in SMALL)


def classed(words: list[str], library: Library, lost: float, praised: frozenset[str] = PRAISING) -> Iterator[Candidate]:
    """Names with a word more that says what they are (``jazz music``), or how (``human brain``)."""
    for rest, extra, is_class in ((words[:-1], words[-1:], True), (words[1:], words[:1], False), (words[:-2], words[-2:], True)):
        if not rest or set(extra) & SMALL:
            continue
        for naming in library.names.titles(" ".join(rest)):
            if naming.strength < Strength.OTHER:
                continue
            article = library.article(naming.title)
            said = f"{article.title} {article.description} {first_words(article.lead) if is_class else ''}"
            described = set(key(said).split()) | BROAD | praised
            if all(set(singulars(word)) & described for word in extra):
                yield Candidate(naming.title, CLASSED - lost)
    yield from spread(words, library, lost)


def spread(words: list[str], library: Library, lost: float) -> Iterator[Candidate]:
    """Longer titles that hold all words: ``Hubble telescope`` → Hubble Space Telescope."""
    wanted = {str(ORDINALS.get(word, min(singulars(word), key=len))) for word in words}
    for title in library:
        if words[-1] in title.lower() and wanted <= {min(singulars(word), key=len) for word in key(title).split()}:
            yield Candidate(title, WORTH[Strength.PART] - lost, Strength.PART)


def told(words: list[str], library: Library, lost: float) -> Iterator[Candidate]:
    """Articles that call something by the phrase, or hold all its words."""
    content = [word for word in words if word not in SMALL]
    if not content:
        return
    stems = [min(singulars(word), key=len) for word in content]
    phrase = " ".join([*words[:-1], min(singulars(words[-1]), key=len)])
    calls = re.compile(
        r"(?:called|known(?: \w+)?(?: as)?|referred to as|termed)\s(?:[^.;]{0,60}(?:,|\bor|\band)\s)?(?:the\s|an?\s)?"
        rf"[\"“]?{re.escape(phrase)}(?:e?s)?(?:[\"”,.;)]|\s(?:and|or|in)\b)"
    )
    heads = {naming.title for naming in library.names.titles(words[-1]) if naming.strength >= Strength.OTHER}
    callers: list[str] = []
    for title, held in library.holding(stems).items():
        if len(held) < len(set(stems)):
            continue
        article = library.article(title)
        lead = article.lead.lower()
        if calls.search(lead):
            callers.append(title)
        elif title in heads and phrase in lead:
            yield Candidate(title, TOLD - lost)
        elif len(content) > 1 and phrase in f"{title} {article.description} {first_words(lead)}".lower():
            yield Candidate(title, SPOKEN_OF - lost)
    called = ALONE_CALLED if len(callers) == 1 and len(content) > 1 else CALLED
    yield from (Candidate(title, called - lost) for title in callers)


def first_words(lead: str) -> str:
    """The words that say what an article's subject is."""
    return " ".join(lead.split()[:30])
