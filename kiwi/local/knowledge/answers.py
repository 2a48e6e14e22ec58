"""Whether a fact says why or how, so that a film's title may promise it."""

import re

from kiwi.local.knowledge.facts import Fact
from kiwi.local.knowledge.names import IRREGULAR, key, singulars
from kiwi.local.knowledge.topics import AUXILIARY, BROAD, PRAISING, WORKING, read_topic
from kiwi.local.read.grammar import word_set

CAUSE = re.compile(
    r"\b(?:because|due to|so that|in order to|as a result of|caused by|owing to|thanks to|results? from|"
    r"the result of|the reason|stems? from|arises? from|helps? \w+|enabl\w+ (?:it|them|the|a)|allow\w* (?:it|them|the|a|for)|"
    r"to (?:help|avoid|protect|attract|prevent|keep|deter|escape))\b",
    re.I,
)
CAUSES = re.compile(r"\b(?:causes?|reasons?) (?:of|for|behind|why)\b", re.I)
LED_TO = re.compile(r"\b(?:led to|sparked|triggered|provoked|brought about|resulted from|began (?:when|after)|caused)\b", re.I)
"""What tells of a cause that a topic asks for: “the causes of World War I”."""
MEANS = re.compile(
    r"\bby (?:\w+ly )?\w+ing\b|\b(?:through|using|by means of|via|with the help of|converts?|transforms?|turns? \w+ (?:\w+ )?into|"
    r"driven by|powered by|occurs? when|happens? when|forms? when|stimulates?|transfers?|stores?|triggered by|uses? \w+)\b",
    re.I,
)
PAST = word_set(
    "history origin origins rise fall evolution invention discovery birth invented discovered story began founded started begin start fell "
    "ended end"
)
"""What a sentence answers that tells of the past."""
PASSED = re.compile(r"\b(?:was|were|had|became|began|century|ancient|since|until|ago|originated|invented|discovered)\b", re.I)
MEASURES = {
    "far": r"\bdistances?\b|\baway\b|light-years?",
    "tall|high": r"\btall\b|\bheights?\b|\bhigh\b|\b(?:metres|feet)\b",
    "big|large": r"\bareas?\b|\bsize\b|\blarge(?:st)?\b|\bdiameter\b|\b(?:square )?(?:kilometres|miles)\b",
    "old": r"\b(?:founded|built|established|completed|born|years? old|ages?|ago|oldest)\b",
    "long": r"\blong\b|\blengths?\b|\b(?:lifespan|live)\b|\byears\b|\b(?:kilometres|miles)\b",
    "heavy|much": r"\bweigh\w*\b|\bmass\b|\b(?:kilograms|tonnes|pounds)\b|\bcosts?\b",
    "many": r"\d",
    "fast": r"\bspeeds?\b|\bper hour\b|\bfast(?:est)?\b",
    "deep": r"\bdeep(?:est)?\b|\bdepths?\b",
    "hot|cold|warm": r"\btemperatures?\b|\bdegrees\b|\bhot(?:test)?\b|\bcold(?:est)?\b",
}
"""What tells how far, how tall, how old something is."""
FAME = word_set("famous important known matter matters care remembered special interesting great significant popular")
FAMED = re.compile(
    r"\b(?:known|famous|first|won|awarded|Nobel|influen\w+|regarded|considered|best|greatest|largest|most|pioneer\w*|important|significan\w+|"
    r"renowned|celebrated|iconic)\b"
)
"""What tells why somebody or something is known."""
TOLD_ANYWAY = (
    BROAD
    | PRAISING
    | word_set(
        "one two three four five six seven eight nine ten "
        "what who which where when tell about fact facts basics fundamentals life lives biography overview introduction summary "
        "explained world "
        "wonders magic beauty meaning idea concept theory structure guide lesson video film should everybody know called mean means like"
    )
)
"""Words of a topic that ask for nothing that its article does not tell."""
DOING = WORKING | {"working", "done"}
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
    "live": "liv life animal inhabit habitat home",
    "lives": "liv life animal inhabit habitat home",
    "eat": "eat diet food feed prey",
    "eats": "eat diet food feed prey",
    "come": "origin nativ from domestic",
    "comes": "origin nativ from domestic",
    "cold": "cold cool",
    "hot": "hot heat warm",
    "died": "death dead kill died fatal",
    "die": "death dead kill die fatal",
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
    "or",
    "not",
    "be",
    "what",
    *word_set("thing things something stuff cause causes make makes keep keeps drive drives trigger triggers"),
}


def answers(question: str, fact: Fact) -> bool:
    """Whether what is spoken of a fact answers a topic: why or how, or what it wants to know of its subject beyond what that is.

    ``question`` is the topic as it was said: ``why the sea is salty`` is answered by no sentence that does not speak of salt,
    ``the history of chess`` by one that tells of the past.
    """
    asked = read_topic(question)
    wanted = wanted_of(question, fact.title)
    if wanted and set(wanted) <= PAST:
        return fact.year != "" or PASSED.search(fact.text) is not None
    counted = re.match(r"how many (\w+)", question, re.I)
    if counted and not speaks_of([counted[1].lower()], fact.text):
        return False
    if asked.asks == "how" and (measure := measure_in(question)):
        return bool(
            re.search(r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|hundred|largest|oldest|tallest)\b", fact.text)
        ) and (re.search(measure, fact.text) is not None)
    if asked.asks == "why" and FAME & set(key(question).split()):
        return FAMED.search(fact.text) is not None
    if asked.asks in {"why", "how"}:
        says = CAUSE.search(fact.text) or (asked.asks == "how" and MEANS.search(fact.text))
        subject = asked.phrases[0].words if asked.phrases else ""
        # of “why is the sky blue” blue is asked, though “sky blue” is a thing as well
        within = set(key(fact.title).split()) < set(key(subject).split())
        wanted = asked_after(question, f"{fact.title} {subject}") or (asked_after(question, fact.title) if within else [])
        return bool(says) and speaks_of(wanted, fact.text)
    led = CAUSE.search(fact.text) or LED_TO.search(fact.text)
    return led is not None if CAUSES.search(question) else speaks_of(wanted, fact.text)


REFERRING = re.compile(r"\b(?:it|its|they|them|their|he|him|his|she|her|by whom)\b", re.I)
"""A question that names its subject by a pronoun."""


def measure_in(question: str) -> str:
    """What tells the measure that a question wants; empty: it wants none."""
    asked = re.match(r"how (\w+)", question, re.I)
    return next((tells for words, tells in MEASURES.items() if asked and asked[1].lower() in words.split("|")), "")


def tells_of(point: str, fact: Fact) -> bool:
    """Whether a fact answers a point to mention that asks for something: a question, or a thing such as “a bakery example”."""
    return answers(point, fact) if read_topic(point).asks else speaks_of(asked_after(point, fact.title), fact.text)


def wanted_of(question: str, title: str) -> list[str]:
    """What a topic that does not ask why or how wants to know of its subject: of ``the history of chess`` history; often nothing."""
    asked = read_topic(question)
    words = asked.phrases[-1].words if asked.phrases else asked.words
    if REFERRING.search(question):
        return [word for word in asked_after(question, title) if word not in TOLD_ANYWAY]
    bare = title.partition(" (")[0]
    # of “the capital of Australia” the article Australia has to tell the capital
    whole = bare if set(key(bare).split()) <= set(key(words).split()) else words
    return [word for word in asked_after(question, f"{title} {whole}") if word not in TOLD_ANYWAY]


def asked_after(question: str, names: str) -> list[str]:
    """What a question wants to know of its subject, whose names are given: of ``why cats purr`` purr."""
    named = {form for word in key(names).split() for form in singulars(word)}
    words = [word for word in key(question).split() if word not in LIGHT]
    return [word for word in words if not named & set(singulars(word)) and IRREGULAR.get(word) not in named]


def speaks_of(words: list[str], text: str) -> bool:
    """Whether a text speaks of what was asked: of most of the words, in whatever form; a bare “work” is asked of anything."""
    wanted = [word for word in words if word not in DOING]
    said = key(text).split()
    spoken = [wish for wish in wanted if any(same_root(root, word) for root in ROOTS.get(wish, wish).split() for word in said)]
    return 2 * len(spoken) > len(wanted) or not wanted


def same_root(one: str, other: str) -> bool:
    """Whether two words are forms of one: ``salty`` and ``salt``, ``purr`` and ``purring``."""
    shared = next((place for place, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), min(len(one), len(other)))
    return shared >= 3 and shared >= min(len(one), len(other)) - 1 and shared >= 0.5 * max(len(one), len(other))
