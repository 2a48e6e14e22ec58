"""What a sentence can show on a card: a figure, a year, a list of parts."""

import re

from kiwi.film.value import Value
from kiwi.local.knowledge.clauses import FINITE
from kiwi.local.knowledge.spoken import SAME_IN_PLURAL, UNITS
from kiwi.local.read.grammar import NOUN_TAGS, tagged

QUALIFIER = (
    r"(?:over|about|around|approximately|roughly|nearly|almost|more than|less than|fewer than|up to|at least|at most|some|an estimated|"
    r"estimated at|close to|just over|just under|under)"
)
SCALE = r"hundred|thousand|million|billion|trillion"
SHORT_UNITS = {
    **{spoken: short for short, spoken in reversed(UNITS.items())},
    **{f"{spoken}s": short for short, spoken in reversed(UNITS.items()) if spoken not in SAME_IN_PLURAL},
    "feet": "ft",
    "square feet": "sq ft",
    "kilometres per hour": "km/h",
    "miles per hour": "mph",
    "kilometres per second": "km/s",
    "metres per second": "m/s",
    "percent": "%",
    "per cent": "%",
    "kilometers": "km",
    "meters": "m",
    "kilometer": "km",
    "meter": "m",
    "centimeters": "cm",
    "millimeters": "mm",
    "square kilometers": "km²",
    "square meters": "m²",
    "square kilometres": "km²",
    "square metres": "m²",
    "cubic metres": "m³",
    "cubic kilometres": "km³",
    "degrees Celsius": "°C",
    "degrees Fahrenheit": "°F",
}
FIGURE = re.compile(
    rf"(?<![\w.,$€£-])((?:{QUALIFIER}\s)?)((?:minus\s)?[$€£]?\d[\d,]*(?:\.\d+)?)((?:\s(?:{SCALE}))?)"
    rf"(?:\s({'|'.join(sorted(map(re.escape, SHORT_UNITS), key=len, reverse=True))})\b)?(?![\w-]|[.,]\d)",
    re.I,
)
YEAR = re.compile(r"\b(?:(\d{1,4}(?:st|nd|rd|th)? (?:BC|BCE|AD|CE))|AD (\d{1,4})|(1[0-9]\d\d|20\d\d)(s?))\b(?![,.]\d| ?(?:%|percent))")
LIST = re.compile(
    r"(?:\bincluding|\bincludes?|\bsuch as|\bconsists? of|\bcompris(?:es?|ing)(?: of)?|\bcomposed of|\bmade (?:up )?of|\bcontains?"
    r"|\bdivided into|:|\bare|\bhas|\bhave|\bwith|\bproduces?|\bfeatures?)\s(.+)$"
)


class Figure(Value):
    """A number that a card can show large."""

    number: str
    """With its scale: ``384,399``, ``8.4 million``, ``$570 billion``."""
    unit: str
    """As a card shows it: ``km``, ``%``; empty: it counts things."""
    qualifier: str
    """What the article says before it, which must be told too: ``over``."""
    spoken: str
    """Its words in the sentence: ``384,399 kilometres``."""
    label: str
    """What is counted: ``known species``; empty where the sentence does not say it right behind."""

    @property
    def shown(self) -> str:
        """As it stands on a card: ``384,399 km``, ``70%``."""
        return f"{self.number}{'' if self.unit in {'%', '°C', '°F', ''} else ' '}{self.unit}"


def figure_in(text: str) -> Figure | None:
    """The first figure of a sentence that is no year, date or number of a name."""
    for match in FIGURE.finditer(text):
        qualifier, number, scale, unit = (group or "" for group in match.groups())
        before, after = text[: match.start(2)].rstrip(), text[match.end() :]
        counted = counted_in(after) if not unit else ""
        digits = re.sub(r"\D", "", number)
        is_date = re.fullmatch(r"1\d{3}|20\d\d", number) is not None or re.match(
            r"\s(?:BC|AD|CE|January|February|March|April|May|June|July|August)", after
        )
        is_date = is_date or re.match(r"\s(?:September|October|November|December)\b", after)
        if re.search(r"\d(?: (?:million|billion|percent))? (?:to|and|or)$", before) or re.search(
            r"\b(?:group|number|type|class|level|phase|part|chapter|article)$", before, re.I
        ):
            continue
        if not unit and not scale and (is_date or not counted or len(digits) < 2 or re.search(r"[A-Z][\w.]*$", before)):
            continue
        if re.search(r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)$", before):
            continue
        spoken = text[match.start() : match.end()].strip()
        return Figure(number=number + scale, unit=SHORT_UNITS.get(unit, ""), qualifier=qualifier.strip(), spoken=spoken, label=counted)
    return None


def counted_in(after: str) -> str:
    """The noun phrase right behind a number: ``known species`` of `` known species in seven families``."""
    words = []
    for token in tagged(after.strip())[:5]:
        if token.tag not in NOUN_TAGS | {"JJ", "VBN", "HYPH", "VBG", "JJS"}:
            break
        words.append(token)
    while words and words[-1].tag not in {"NNS", "NN"}:
        words = words[:-1]
    if not words or words[-1].tag != "NNS":
        return ""
    return after.strip()[words[0].start : words[-1].end]


def year_in(text: str) -> str:
    """The first year of a sentence, as a timeline shows it."""
    match = YEAR.search(text)
    if not match:
        return ""
    return match[1] or (f"AD {match[2]}" if match[2] else f"{match[3]}{match[4]}")


def parts_in(text: str) -> tuple[str, ...]:
    """Three to five things that a sentence lists, each of at most four words; empty when it lists none."""
    match = LIST.search(text.rstrip("."))
    if not match:
        return ()
    items = [
        re.sub(r"^(?:an?|the)\s", "", item.strip()) for item in re.split(r",\s*(?:and|or)\s+|,\s+|\s+(?:and|or)\s+(?=[^,]*$)", match[1])
    ]
    if not 3 <= len(items) <= 5 or "," not in match[1] or not re.search(r"\b(?:and|or)\b", match[1]):
        return ()
    return tuple(items) if all(is_part(item) for item in items) else ()


def is_part(item: str) -> bool:
    """Whether an item of a list is a short noun phrase."""
    tokens = tagged(item)
    if not 1 <= len(item.split()) <= 4 or not tokens:
        return False
    plain = all(token.tag not in FINITE | {"IN", "TO", "WDT", "WP", "PRP", "PRP$", "RB", "DT"} or token.text == "of" for token in tokens)
    return plain and tokens[-1].tag in NOUN_TAGS | {"VBG"}
