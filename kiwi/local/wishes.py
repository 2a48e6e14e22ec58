"""What a client wishes of the film itself, found in their instructions and cut out of them: length, shape, audience, tone."""

import re
from dataclasses import dataclass, field

from kiwi.film import PORTRAIT, Mood, Size
from kiwi.local.numbers import Length, find_lengths
from kiwi.local.vocabulary import ASPECTS, FILM_NOUN, MILD, MOOD_OF, MOOD_WORD, PERSON

CUT = "¦"
"""Stands where a wish was cut out of a sentence."""

LENGTH_BEFORE = re.compile(
    r"(?:,\s*)?(?:\b(?:and|but|in|of|for|about|around|approximately|approx\.?|roughly|within|under|below|less than|"
    r"shorter than|not? more than|no longer than|"
    r"maximum|max|at most|up to|lasting|lasts?|that(?:'s| is| lasts| runs)|it(?:'s| is| should be| has to be|"
    r" must be)|with a (?:length|duration|run ?time) of|"
    r"(?:keep|make) it(?: to)?|should be|exactly|just|only|maybe|say|like|running|runs?|over|duration|length|"
    r"something like|probably)\b:?\s*)+$",
    re.I,
)
LENGTH_AFTER = re.compile(
    r"^(?:[ -](?:long|in length|in total|total|or so|or less|max(?:imum)?|tops|at most|duration|please)\b|\.(?=\s[a-z]))+", re.I
)
LENGTH_OF_TOPIC = re.compile(
    r"\b(?:the|this|last|past|every|next|first|takes?|took|after|wait|waits|at|opens?|open|until|by|from|within the)\s+$", re.I
)
UPPER_LIMIT = re.compile(r"\b(?:under|below|less than|shorter than|no(?:t)? more than|no longer than)\b|\bor less\b", re.I)
TOPIC_STARTS = re.compile(r"\b(?:about|explaining|explains?|on|how|why|showing|describing|titled|called)\b", re.I)
BEFORE_FILM = (
    rf"(?:[\w'’-]+[ ,]+(?:and )?){{0,5}}?(?:{FILM_NOUN}|vertical|square|portrait|landscape|widescreen|version|piece|"
    r"thing|one|length|long)\b"
)


@dataclass
class Wishes:
    """What was found so far while reading one brief."""

    seconds: list[tuple[int, float]] = field(default_factory=list)
    """Candidates with how sure we are."""
    size: Size | None = None
    audience: str = ""
    moods: dict[Mood, int] = field(default_factory=dict)

    @property
    def best_seconds(self) -> float | None:
        """The length that reads most like an order; the first of equals."""
        return max(self.seconds, key=lambda candidate: candidate[0])[1] if self.seconds else None

    @property
    def best_mood(self) -> Mood | None:
        """The tone named most strongly; the first of equals."""
        return max(self.moods, key=lambda mood: self.moods[mood]) if self.moods else None

    def feel(self, words: str) -> None:
        """Count the tone words of a phrase."""
        for word in re.findall(r"[a-z]+(?:-[a-z]+)*", words.lower()):
            if word in MOOD_OF:
                self.moods[MOOD_OF[word]] = self.moods.get(MOOD_OF[word], 0) + (1 if word in MILD else 2)


def cut_seconds(text: str, wishes: Wishes) -> str:
    """Cut out the lengths that speak of the film; lengths that belong to its topic stay."""
    lengths = [(how_sure(text, length), length) for length in find_lengths(text)]
    surest = max((sure for sure, _ in lengths), default=0)
    for sure, length in reversed(lengths):
        if not sure or sure < min(surest, 3):
            continue
        before, after = text[: length.start], text[length.end :]
        lead = LENGTH_BEFORE.search(before)
        tail = LENGTH_AFTER.search(after)
        phrase = f"{lead[0] if lead else ''} {tail[0] if tail else ''}"
        wishes.seconds.insert(0, (sure, round(length.seconds * (0.92 if UPPER_LIMIT.search(phrase) else 1.0), 2)))
        before = before[: lead.start()] if lead else re.sub(r"\b(?:a|an)\s*$", "a ", before)
        text = f"{before} {CUT} {after[tail.end() :] if tail else after}"
    return tidied(text)


def how_sure(text: str, length: Length) -> int:
    """How surely a length is the film's: 3 beside a word for film, 2 as a phrase of its own, 1 perhaps, 0 not."""
    before, after = text[: length.start], text[length.end :]
    if re.match(rf"[- ,]+(?:long[ ,]+)?{BEFORE_FILM}", after, re.I) and not re.search(r"\b(?:the|this|that)\s+$", before):
        return 3
    lead = LENGTH_BEFORE.search(before)
    of_something = length.adjective and not re.match(r"\s*(?:[.,;!?¦)]|$|and\b|long|for\b|on\b|in\b|please|with\b)", after)
    of_the_task = lead is not None and re.search(r"\bhow to\b", before) is not None and length.seconds > 180
    if of_something or of_the_task or LENGTH_OF_TOPIC.search(before):
        return 0
    if lead and re.search(r"keep|make|should|last|length|duration|run|under|max|it", lead[0], re.I):
        return 3
    if lead or re.search(r"(?:^|[,;:¦(])\s*$", before):
        return 2
    return 0 if TOPIC_STARTS.search(before) else 1


def cut_aspect(text: str, wishes: Wishes) -> str:
    """Cut out the film's shape and the place where it will be seen."""
    for words, size in ASPECTS:
        patterns = (
            r"(?:,?\s*(?:\b(?:and|suitable|made|perfect|formatted|optimi[sz]ed|intended|meant|post(?:ed)?|shared?|go(?:es|"
            r"ing)?|it's|to be (?:used|shown|posted))\b\s*)*"
            rf"\b(?:for|on|in|to)\s+(?:a |an |my |our |the |use on )?{words}(?:(?:,| and| or|/)+ ?{words})*"
            r"(?: (?:format|mode|video|orientation|aspect(?: ratio)?|shape|screens?|channel|page|style))?(?=\s*(?:$|[.,;!?¦)]|"
            r"and\b|with\b|about\b|for\b|that\b|in\b|please\b|to\b|\w+ing\b|on how\b)))",
            r"(?:^|(?<=[,;:¦(]))\s*(?:and |but |also )?(?:(?:please )?(?:make|keep) it |it should be |it's |"
            rf"in )?(?:a )?(?!(?:tik ?toks?|reels?|shorts)\b){words}(?: (?:format|orientation|aspect(?: ratio)?|please|"
            r"shape))*(?=\s*(?:$|[.,;!?¦)]|and\b|please\b))",
            rf"(?<=\b(?:make|keep) it)\s+{words}(?: (?:format|video))?\b",
            rf"\b{words}(?=[ -](?:format\b|orientation\b|aspect\b|(?:¦ ?|[\w-]+,? (?:and )?){{0,3}}?{FILM_NOUN}\b))",
        )
        for index, pattern in enumerate(patterns):
            if index >= 1 and size is None:
                continue
            match = re.search(pattern, text, re.I)
            if match and not (index == 3 and TOPIC_STARTS.search(text[: match.start()])):
                wishes.size = wishes.size or size
                text = tidied(f"{text[: match.start()]} {CUT} {text[match.end() :]}")
    if wishes.size is None and re.search(r"^(?:(?!\b(?:about|on|how)\b).)*\b(?:reel|tik ?tok)\b", text, re.I):
        wishes.size = PORTRAIT
    return text


AUDIENCE = re.compile(
    r"(?:,\s*)?(?:\b(?:it(?:'s| is)|and|is|that(?:'s| is)|which is|specifically|especially|mainly|mostly|really)\s+)*"
    r"\b(?:for|aim(?:ed|ing)?(?: it)? (?:at|toward|towards)|target(?:ed|ing)?(?: (?:at|toward|towards))?|geared (?:to|"
    r"toward|towards)|intended for|meant for|"
    r"directed (?:at|to)|addressed to|suitable for|written for|to)\s+"
    r"(?P<who>(?:(?!(?:about|in|with|that|to|how|on|at|by|of|and|"
    rf"for)\b)[\w'’-]+,? (?:and )?){{0,4}}?{PERSON}\b(?!['’]s|-|\s+(?:business|company|shop|store|app|club|team|day|"
    rf"party|birthday|wedding|group|care|management|training|health|{FILM_NOUN}\b))"
    rf"(?: (?:and|or) (?:(?:their|young|older|new) )?{PERSON}\b)?(?: (?:(?<=people )with|(?<=adults )with|"
    r"who|whose|aged|between|under|over|in their|"
    r"in the|in a|from|of all ages|with no|with little|without|of|at)\b(?:(?!\b(?:about|explaining|on how|"
    r"to explain)\b)[^,.;!?¦])*)?)",
    re.I,
)


def cut_audience(text: str, wishes: Wishes) -> str:
    """Cut out whom the film is for; ``to`` counts only after explaining, teaching or showing."""
    for match in AUDIENCE.finditer(text):
        copula = re.match(r"\s*is\s+(?=to\b)", match[0])
        before = text[: match.start() + (copula.end() if copula else 0)].rstrip()
        starts = re.match(r"\W*(?:[a-z' ]+\s)?to\s", match[0])
        if (
            starts
            and not match[0].lower().lstrip(" ,").startswith("for")
            and re.search(r"\bto\s", match[0][: match.start("who") - match.start()])
        ):
            directed = re.search(r"aim|target|gear|direct|address", match[0], re.I)
            if not directed and not re.search(r"\b(?:explain|teach|show|describe|present|introduce)\w*\b", before, re.I):
                continue
        if re.search(
            r"\b(?:tools?|apps?|software|tips|advice|care|food|books?|toys|clothes|shoes|insurance|benefits?|classes|courses?|"
            r"rules|ideas|gifts?|recipes?|activities|games|exercises?|yoga|homes?)\s*$",
            before,
            re.I,
        ) and TOPIC_STARTS.search(before):
            continue
        wishes.audience = wishes.audience or re.sub(r"^the audience$|^an audience of ", "", match["who"].strip())
        return tidied(f"{before} {CUT} {text[match.end() :]}")
    return text


TONE_NOUN = (
    r"(?:tone(?: of voice)?|style|mood|feel(?:ing)?|vibes?|voice|narrator|narration|music|soundtrack|background music|"
    r"atmosphere|way|manner|look|energy|beats?|pace|colou?rs?|"
    r"piano(?: music)?|language|touch|ending|score|tune)"
)
TONE_RUN = rf"{MOOD_WORD}(?:(?:,| and| but|,? and also|/|-)+ ?(?:(?:very|really|a bit|a little|kind of) )?{MOOD_WORD})*"
DEGREE = r"(?:(?:very|really|quite|pretty|super|so|a bit|a little|kind of|sort of|more|rather|slightly) )*"
TONES = (
    re.compile(
        r"(?:,?\s*\b(?:and )?(?:in|with|using|use|has|have|having)\s+)(?:some |a |an |"
        rf"its )?{DEGREE}{TONE_RUN}(?: [\w-]+)?(?: |-){TONE_NOUN}\b(?: in the background| behind it| please)*",
        re.I,
    ),
    re.compile(
        r"(?:,?\s*\b(?:and )?(?:(?:please )?(?:make|keep) (?:it|this|the (?:video|film|tone|mood|style))|(?:it|"
        r"the \w+) should (?:be|feel|sound)|feels?|feeling|sounding|sounds|be|tone:|style:|mood:|"
        rf"i want it(?: to be)?|something)\s+){DEGREE}{TONE_RUN}(?=\s*(?:$|[.,;!?¦)]|and\b|for\b|in\b|with\b|please\b|but\b))",
        re.I,
    ),
    re.compile(
        rf"(?:^|(?<=[,;:¦(]))\s*(?:and |but )?{DEGREE}{TONE_RUN}(?: (?:{TONE_NOUN}|please))*(?=\s*(?:$|[.,;!?¦)]|and\b|please\b))", re.I
    ),
    re.compile(rf"\b{DEGREE}{TONE_RUN}(?=,? (?:¦ ?|[\w-]+,? (?:and )?){{0,3}}?{FILM_NOUN}\b)", re.I),
    re.compile(rf"\b{TONE_RUN}(?= {TONE_NOUN}\b)", re.I),
)


def cut_tone(text: str, wishes: Wishes) -> str:
    """Cut out how the film should feel; tone words inside the topic stay (``happy dogs``)."""
    for pattern in TONES:
        match = pattern.search(text)
        while match:
            beside_film = pattern is TONES[3]
            if beside_film and TOPIC_STARTS.search(text[: match.start()]):
                break
            wishes.feel(match[0])
            text = tidied(f"{text[: match.start()]} {CUT} {text[match.end() :]}")
            match = pattern.search(text)
    return text


def cut_wishes(text: str, wishes: Wishes) -> str:
    """Cut every wish out of an instruction; each leaves a ``¦``."""
    original = text.lower()
    for cut in (cut_seconds, cut_aspect, cut_tone, cut_audience, cut_aspect, cut_tone):
        text = cut(text, wishes)
    wishes.moods = dict(sorted(wishes.moods.items(), key=lambda vote: first_word_of(vote[0], original)))
    return text


def first_word_of(mood: Mood, text: str) -> int:
    """Find where a text first names a mood."""
    return min((match.start() for match in re.finditer(r"[a-z]+(?:-[a-z]+)*", text) if MOOD_OF.get(match[0]) is mood), default=len(text))


def tidied(text: str) -> str:
    """Join neighbouring cuts and spare spaces."""
    text = re.sub(rf"{CUT}(?:[\s,]*(?:and )?{CUT})+", CUT, text)
    return re.sub(r"\s+", " ", text).strip()
