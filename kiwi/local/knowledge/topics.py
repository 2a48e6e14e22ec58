"""What a topic asks, as people say it, and the noun phrases to look for: ``why cats purr`` asks why, of cats."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, takewhile
from typing import Literal

from kiwi.local.read.grammar import QUESTION, Tagged, tagged, word_set

Asks = Literal["why", "how", "who", "what", "whether", ""]

SPEAKING = re.compile(
    r"^(?:(?:please|an?|the|some|short|quick|little|brief|video|film|clip|explainer|lesson)\s+)*"
    r"(?:(?:about|on|regarding|explain(?:ing)?|describe|tell (?:me|us|them|people|viewers)(?: about)?|introduction to|intro to|"
    r"guide to)\s+)+",
    re.I,
)
PRIVATE = word_set("my mine our ours us me i we i'm we're your yours")
POINTING = word_set("his her their this these that those it he she they him them its tomorrow")
WORKING = word_set("work works function functions operate operates happen happens")
SHARED = word_set(
    "ancestor ancestors atmosphere blood body bodies bone bones brain brains climate ears earth eye eyes galaxy genes growth hair "
    "health heart hearts immune kidneys liver lungs memory mind mood moon muscles nails nose ocean oceans planet skin sleep solar "
    "stomach sun teeth tongue universe world"
)
"""What belongs to everybody: “our eyes” is no client's own thing."""
MAKING = word_set("make made bake build brew built do did grow help run serve sell started work")
ASPECTS = word_set(
    "history story origin origins life lives biography childhood death art music rise fall basics fundamentals rules benefits importance "
    "future facts fact meaning secrets secret science evolution invention discovery discoveries inventions development culture economy "
    "geography structure types kinds causes effects effect symptoms uses use impact role power beauty phases parts dangers advantages "
    "disadvantages pros cons principles idea concept theory world wonders magic birth cultivation habitat behaviour behavior anatomy "
    "explained overview introduction summary"
)
"""Words for a side of a subject that its article tells of anyway."""
PRAISING = word_set(
    "amazing fascinating incredible interesting famous great big small little wonderful beautiful modern mighty legendary mysterious "
    "real whole entire short brief quick fun early everyday common human wild domestic general basic good key main typical ordinary "
    "simple complete surprising more less better fresh organic homemade handmade"
)
BROAD = word_set("technology technologies system systems thing things topic subject phenomenon process concept")
"""Nouns that may follow a name and add nothing to it: ``AI technology``."""
ASKING = re.compile(
    r"(?:(?:from|about|and|also)\s+)?"
    r"(?:how|why|what|where|when|who|which|whether|is|are|does|do|can|should|the (?:difference|reason|history|story))\b|"
    r"(?:(?:an?|the|some|two|three) )?(?:[\w-]+ )?(?:examples?|explanation|comparison|facts?|causes|effects|origins?)\b",
    re.I,
)
"""How a point begins that asks for something instead of telling it."""
JOINED = re.compile(
    r"(?:\?\s+(?:and\s+|also\s+)*|\s*[,;:–—]\s*(?:and\s+|or\s+|from\s+)?|\s+-+\s+|\s+(?:and|or|from|to)\s+)"
    r"(?=(?:who|what|why|how|when|where|which|whether|is|was|did|do|does|by whom)\b)|"
    r"\s+(?:like\s+)?(?=(?:who|what|why|how|when|where)\s+(?:(?:was|were|is|are|do|does|did|has|have)\s+)?(?:they|it|he|she)\b)",
    re.I,
)
"""Where a second question begins: “Who was Marie Curie *and* why is she famous”, “volcanoes how they form”."""
ONLY_ASKING = re.compile(r"(?:who|what|why|how|when|where|which|whether|is|was|did|do|does|tell \w+)(?:\s+(?:and|or))?", re.I)
AUXILIARY = word_set("do does did is are was were can could should has have had will would might may")
TELLING_LITTLE = (
    ASPECTS
    | BROAD
    | PRAISING
    | word_set(
        "people type way ways time times part parts kind kinds difference differences reason reasons name names day days year years lot "
        "place places capital size colour color number day one ones bet course"
    )
)
"""Nouns that no question is about."""
VERB_TAGS = frozenset({"VB", "VBD", "VBP", "VBZ", "MD", "VBN", "VBG"})
NOUN_TAGS = frozenset({"NN", "NNS", "NNP", "NNPS"})
INSIDE_TAGS = NOUN_TAGS | {"DT", "JJ", "JJR", "JJS", "CD", "POS", "VBG", "VBN", "PRP$", "HYPH", "FW", "PDT", "RB"}


@dataclass(frozen=True)
class Phrase:
    """A noun phrase to look for. ``reduced``: the topic said more than it."""

    words: str
    reduced: bool = False


@dataclass(frozen=True)
class Topic:
    """What is asked, and of what; the likeliest phrase first. No phrase: it is about the client's own things."""

    asks: Asks
    phrases: tuple[Phrase, ...]
    words: str
    """The topic without what introduces it."""


def questions_in(said: str) -> tuple[str, ...]:
    """Everything that a topic asks, one after the other: the first names the subject, of which the others ask."""
    begins, parts = 0, list[str]()
    for joint in [*JOINED.finditer(said.strip()), None]:
        part = said.strip()[begins : joint.start() if joint else None]
        if joint and ONLY_ASKING.fullmatch(part.strip()):  # “how and why leaves fall” is one question
            continue
        begins = joint.end() if joint else 0
        if re.search(r"\w", part):
            parts.append(part.strip(" ?,;:"))
    return tuple(parts) or (said,)


def read_topic(said: str) -> Topic:
    """Understand a topic: ``What is photosynthesis?`` asks what, of photosynthesis."""
    words = SPEAKING.sub("", re.sub(r"\s+", " ", said).strip(" .?!,;:\"“”'’")).strip()
    if not words or is_private(words):
        return Topic("", (), words)
    question = re.match(r"(?:(why|how|who|what|where|when|which)(?:'s|’s)?)\s+(?:exactly\s+)?(.+)", words, re.I)
    asks: Asks = ""
    if question:
        asked = question[1].lower()
        caused = asked == "what" and re.match(r"(?:causes?|makes?|keeps?|drives?|triggers?)\b", question[2], re.I)
        asks = "why" if asked == "why" or caused else "how" if asked == "how" else "who" if asked == "who" else "what"
        found = list(asked_of(asked, question[2]))
    elif words.partition(" ")[0].lower() in AUXILIARY and " " in words:
        asks, found = "whether", list(doubted(words))
    else:
        found = list(named(words))
    unique = {phrase.words.lower(): phrase for phrase in reversed(found) if phrase.words}
    return Topic(asks, tuple(phrase for phrase in found if unique.get(phrase.words.lower()) is phrase), words)


def is_private(words: str) -> bool:
    """Whether a topic is somebody's own, or points at what only they can see."""
    tokens = re.findall(r"[\w'’]+", words.lower().replace("’", "'"))
    general = re.match(r"(?:why|how|when|what) (?:do |does |did |can |should |would )?(?:we|you|your|our|us|i)\b", words, re.I) is not None
    for place, token in enumerate(tokens):
        if token in {"our", "your"} and any(word in SHARED for word in tokens[place + 1 : place + 3]):
            continue
        if token in {"we", "you", "i"} and general and not (tokens[0] == "how" and MAKING & set(tokens[place + 1 : place + 2])):
            continue
        if place and token in {"us"} and QUESTION.match(words):
            continue  # “what do bees do for us”
        if token in PRIVATE:
            return True
    return tokens[0] in POINTING and tokens[:2] != ["that", "is"]


def named(words: str) -> Iterator[Phrase]:
    """Phrases of a topic that is no question: ``the history of jazz music`` → itself, jazz music."""
    words = re.sub(r"^(?:our|your)\s+", "", words)
    yield Phrase(words)
    rest = words
    counted = re.match(r"(?:(?:the|some|top|\d+|two|three|four|five|six|seven|eight|nine|ten)\s+)*(.+)", rest, re.I)
    rest = counted[1] if counted else rest
    while rest.split(" ")[0] in PRAISING and " " in rest:
        rest = rest.partition(" ")[2]
        yield Phrase(rest)
    reasons = re.match(r"reasons?\s+(?:to|why|for)\s+(.+)", rest, re.I)
    if reasons:
        for phrase in objects(reasons[1], list(tagged(reasons[1]))):
            yield from named(phrase.words)
        return
    of = re.match(r"(?:[\w’']+\s+){0,2}?([\w’']+)\s+(?:of|about|behind|in|on|and (?:history|origins?|uses?) of)\s+(.+)", rest, re.I)
    if of and of[1].lower() in ASPECTS:
        yield from named(of[2])
        return
    owner = re.match(r"(.+?)(?:['’]s|(?<=s)['’])\s+(.+)", rest)
    if owner and set(owner[2].lower().split()) <= ASPECTS | PRAISING | {"and"}:
        yield from named(owner[1])
        return
    *before, last = rest.split(" ")
    if before and last in ASPECTS | BROAD:
        yield from (Phrase(phrase.words, reduced=last in ASPECTS) for phrase in named(" ".join(before).rstrip(" ,:-–")))
        return
    acted = re.match(r"[a-z]{3,}ing\s+(?!to\b|and\b)(.+)", rest)
    if acted:
        yield Phrase(acted[1], reduced=True)
    yield from (Phrase(part, reduced=True) for part in shortened(rest))


def shortened(words: str) -> Iterator[str]:
    """What stands before an adjunct that names nobody: ``gardening for beginners`` → gardening."""
    adjunct = re.match(r"(.+?),?\s+(?:for|in|around|during|at|with|as|from|to)\s+(.+)", words)
    if not adjunct or re.match(r"(?:an?|one|some)\s", words, re.I) or re.search(r"\bfor (?:rent|sale|hire)\b", words, re.I):
        return
    if not any(token[:1].isupper() or token[:1].isdigit() for token in adjunct[2].split()):
        yield adjunct[1]


def asked_of(word: str, rest: str) -> Iterator[Phrase]:
    """Phrases that a question is about: its subject, then its object."""
    tokens = list(tagged(f"{word} {rest}"))[1:]
    text = f"{word} {rest}"
    tail = {"called", "about", "for", "like", "work", "works", "mean", "means", "happen", "happens", "form", "made", "from", "come"}
    inverted = bool(tokens) and tokens[0].text.lower() in AUXILIARY
    if len(tokens) > 1 + inverted and tokens[-1].text.lower() in WORKING:  # a verb, whatever the tagger says
        yield from named(text[tokens[inverted].start : tokens[-2].end])
        return
    if inverted:
        tokens = tokens[1:]
    if word in {"what", "who", "which"} and not inverted and tokens and is_verb(tokens[0], tokens[1:]):
        yield from named(object_of(text, tokens))
        return
    if inverted and word in {"what", "who"} and not any(token.tag in VERB_TAGS - {"VBG", "VBN"} for token in tokens):
        whole = text[tokens[0].start :] if tokens else ""
        yield from named(re.sub(rf"(?:\s+(?:all|{'|'.join(sorted(tail))}))+$", "", whole))
        return
    if tokens and tokens[0].text.lower() in {"we", "you", "people", "they", "it"}:
        yield from of_everybody(text, tokens[1:])
        return
    yield from subjects(text, tokens)
    if word in {"how", "why", "what", "when", "where"}:
        yield from objects(text, tokens)


def doubted(words: str) -> Iterator[Phrase]:
    """What a question asks that wants a yes or no: ``is a heat pump worth it`` → a heat pump; ``is it worth buying a car`` → a car."""
    words = re.sub(r"^\w+ it (?:really )?(?:true|a fact|the case)(?: that)?\s+", "are ", words, flags=re.I)
    acted = re.search(r"\b(?:it|you|we|i|one|people|there)\b.*?\b(?:\w+ing|to [a-z]+|learn|use|have|get|eat|drink|buy)\s+(.+)", words, re.I)
    if acted:
        yield from named(acted[1])
        return
    tokens = list(tagged(words))[1:]
    end = next((place for place, token in enumerate(tokens) if place and token.tag not in INSIDE_TAGS - {"RB"}), len(tokens))
    for stop in dict.fromkeys((end, max(end - 1, 1))) if tokens else ():
        yield Phrase(words[tokens[0].start : tokens[stop - 1].end])
    yield from objects(words, tokens)


def is_verb(token: Tagged, after: list[Tagged]) -> bool:
    """Whether a question without an auxiliary starts with its verb: ``causes earthquakes``, not ``DNA is``."""
    if token.tag in {"VBD", "VBZ", "VBP"} or (token.text.endswith(("ed", "es")) and token.tag != "NNP"):
        return bool(after) and after[0].tag not in VERB_TAGS - {"VBN", "VBG"}
    return False


def object_of(text: str, tokens: list[Tagged]) -> str:
    """What follows a verb and its preposition: ``happened to the dinosaurs`` → the dinosaurs."""
    rest = tokens[1:]
    while rest and rest[0].tag in {"IN", "TO", "RP", "WRB"}:
        rest = rest[1:]
    return text[rest[0].start :] if rest else ""


def of_everybody(text: str, tokens: list[Tagged]) -> Iterator[Phrase]:
    """``we dream`` → dream; ``we need vitamin D`` → vitamin D."""
    verbs = [place for place, token in enumerate(tokens) if token.tag in VERB_TAGS or place == 0]
    if not verbs:
        return
    after = [token for token in tokens[verbs[-1] + 1 :] if token.tag in INSIDE_TAGS]
    if after:
        yield Phrase(text[after[0].start : after[-1].end])
    yield Phrase(tokens[verbs[-1]].text, reduced=bool(after))


def goes_on(tokens: list[Tagged]) -> bool:
    """Whether a noun follows that what stands before it belongs to: “noise | cancelling headphones”."""
    joined = takewhile(lambda token: token.tag in NOUN_TAGS | {"VBG", "JJ", "HYPH"}, tokens)
    return any(token.tag in NOUN_TAGS and token.text.lower() not in TELLING_LITTLE for token in joined)


def mentioned(words: str) -> Iterator[Phrase]:
    """What a question may be about where its grammar is not seen: its names, or where it has none its noun phrases, the longest first."""
    tokens = list(tagged(words))
    proper = [token.tag in {"NNP", "NNPS"} or (place > 0 and token.text[:1].isupper()) for place, token in enumerate(tokens)]
    for place, token in enumerate(tokens):  # “Great Wall of China” is one
        proper[place] = proper[place] or (token.text == "of" and proper[place - 1 : place] + proper[place + 1 : place + 2] == [True, True])
    runs = [list(run) for is_name, run in groupby(range(len(tokens)), proper.__getitem__) if is_name]
    if runs:
        yield from (Phrase(words[tokens[run[0]].start : tokens[run[-1]].end]) for run in runs)
        return
    for size in range(min(4, len(tokens)), 0, -1):
        for start in range(len(tokens) - size + 1):
            run = tokens[start : start + size]
            inside = all(token.tag in INSIDE_TAGS - {"DT", "RB", "PRP$"} for token in run)
            # a heat pump is neither heat nor any pump, a red panda is no panda
            inside = inside and not goes_on(tokens[start + size :]) and not goes_on(tokens[:start][::-1])
            told_apart = any(token.tag == "JJ" and token.text.lower() not in PRAISING for token in tokens[max(start - 1, 0) : start])
            inside = inside and not told_apart
            if inside and run[-1].tag in NOUN_TAGS and not {token.text.lower() for token in run} <= TELLING_LITTLE:
                yield Phrase(words[run[0].start : run[-1].end])


def subjects(text: str, tokens: list[Tagged]) -> Iterator[Phrase]:
    """The noun phrase a question begins with, the longest first, each ending where a verb may follow."""
    end = 0
    while end < len(tokens) and (tokens[end].tag in INSIDE_TAGS or tokens[end].text.lower() in {"of", "and"} or end == 0):
        end += 1
    if end < len(tokens) and tokens[end].tag not in VERB_TAGS and tokens[end].tag not in {"IN", "TO", "RB", "WRB"}:
        end = max(end, 1)
    for stop in range(end, 0, -1):
        last, following = tokens[stop - 1], tokens[stop : stop + 1]
        may_end = not following or following[0].tag in VERB_TAGS or stop == end or stop == len(tokens) - 1
        if may_end and last.tag in NOUN_TAGS | {"VBG", "JJ", "VBZ", "VBP", "CD"}:
            yield from named(text[tokens[0].start : last.end])


def objects(text: str, tokens: list[Tagged]) -> Iterator[Phrase]:
    """The noun phrase at a question's end: ``bees make honey`` → honey."""
    start = len(tokens)
    while start > 1 and tokens[start - 1].tag in INSIDE_TAGS - {"RB", "PRP$"}:
        start -= 1
    first_verb = next((place for place, token in enumerate(tokens) if token.tag in VERB_TAGS), len(tokens))
    if first_verb < start < len(tokens) and tokens[-1].tag in NOUN_TAGS:
        yield Phrase(text[tokens[start].start : tokens[-1].end], reduced=True)


def is_question(point: str) -> bool:
    """Whether a point asks instead of telling: it can be mentioned only by who knows the answer."""
    return ASKING.match(point) is not None
