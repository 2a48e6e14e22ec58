"""Numbers and lengths of time as people say and type them."""

import re
from dataclasses import dataclass

UNITS = dict(
    zip(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ],
        range(1, 20),
        strict=True,
    )
)
TENS = dict(zip(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], range(20, 100, 10), strict=True))
ONE = "|".join(UNITS)
TEN = "|".join(TENS)
NUMBER = (
    rf"(?:\d+(?:\.\d+)?|(?:(?:an?|one|two|three|four|five) hundred(?: and)?(?: (?:{TEN})(?:[- ](?:{ONE}))?)?)|"
    rf"(?:{TEN})(?:[- ](?:{ONE}))?|(?:{ONE}))"
)
UNIT = r"(?:seconds?|secs?\b\.?|sec\b|minutes?|mins?\b\.?|hours?)"
UNIT_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True)
class Length:
    """A length of time found in a text, from ``start`` to ``end``."""

    start: int
    end: int
    seconds: float
    adjective: bool = False
    """``30-second`` stands before a noun; ``30 seconds`` does not."""


def value_of(words: str) -> float:
    """Read a number in digits or English words; ``a`` is 1."""
    text = words.lower().replace("-", " ").strip()
    if re.fullmatch(r"\d+(?:\.\d+)?", text):
        return float(text)
    total = 0
    for word in text.split():
        if word == "hundred":
            total = max(total, 1) * 100
        elif word in {"a", "an"}:
            total += 1
        else:
            total += UNITS.get(word, 0) + TENS.get(word, 0)
    return float(total)


def unit_seconds(unit: str) -> float:
    """Seconds of one ``second``, ``min`` or ``hour``."""
    return UNIT_SECONDS[unit[0].lower()]


CLOCK = re.compile(r"(?<![\d:])(\d{1,2}):([0-5]\d)(?![\d:])(?!\s*(?:[ap]\.?m|o['’]clock|in the (?:morning|evening)))", re.I)
AND_A_HALF = re.compile(rf"\b({NUMBER}|an?)[- ]({UNIT})[- ]and[- ]a[- ]half\b|\b({NUMBER}|an?)[- ]and[- ]a[- ]half[- ]({UNIT})", re.I)
BARE_AND_A_HALF = re.compile(r"\b(minute|hour)[- ]and[- ]a[- ]half\b", re.I)
PART = re.compile(r"\b(half|a quarter|quarter|three quarters)[- ](?:of )?(?:an?[- ])?(minute|min|hour)(?:[- ]long)?\b", re.I)
MIXED = re.compile(rf"\b({NUMBER}|an?)[- ]?(min(?:ute)?s?),?(?: and)? ({NUMBER})[- ]?(sec(?:ond)?s?)\b", re.I)
RANGE = re.compile(rf"\b({NUMBER})(?: (?:to|or) |(?<=\d) ?[-–] ?(?=\d))({NUMBER})[- ]?({UNIT})", re.I)
PLAIN = re.compile(rf"\b({NUMBER}|an?|a couple of|couple of|a few)([- ]?)({UNIT})(?:[- ]long)?", re.I)
LETTER = re.compile(r"(?<!the )(?<!['’])\b(\d+(?:\.\d+)?) ?(s|m|h)\b(?!['’])", re.I)
MISHEARD = re.compile(r"\b([1-9])2nds?\b|\b(\d{2,3}) ?2nds?\b(?! of)", re.I)
FEW = {"a couple of": 2.0, "couple of": 2.0, "a few": 3.0, "a": 1.0, "an": 1.0}
PARTS = {"half": 0.5, "a quarter": 0.25, "quarter": 0.25, "three quarters": 0.75}


def find_lengths(text: str) -> list[Length]:
    """Find every length of time in a text, in order and without overlap."""
    found: list[Length] = []

    def add(match: re.Match[str], seconds: float, adjective: bool = False) -> None:
        if not any(match.start() < other.end and other.start < match.end() for other in found):
            found.append(Length(match.start(), match.end(), seconds, adjective))

    for match in CLOCK.finditer(text):
        add(match, 60.0 * int(match[1]) + int(match[2]))
    for match in AND_A_HALF.finditer(text):
        count, unit = (match[1], match[2]) if match[1] else (match[3], match[4])
        add(match, (FEW.get(count.lower()) or value_of(count)) * unit_seconds(unit) + 0.5 * unit_seconds(unit))
    for match in BARE_AND_A_HALF.finditer(text):
        add(match, 1.5 * unit_seconds(match[1]), True)
    for match in PART.finditer(text):
        add(match, PARTS[match[1].lower()] * unit_seconds(match[2]), "-" in match[0])
    for match in MIXED.finditer(text):
        add(match, (FEW.get(match[1].lower()) or value_of(match[1])) * 60.0 + value_of(match[3]))
    for match in RANGE.finditer(text):
        add(match, (value_of(match[1]) + value_of(match[2])) / 2 * unit_seconds(match[3]))
    for match in PLAIN.finditer(text):
        count = FEW.get(match[1].lower()) or value_of(match[1])
        add(match, count * unit_seconds(match[3]), not match[3].rstrip(".").endswith("s"))
    for match in LETTER.finditer(text):
        add(match, float(match[1]) * unit_seconds(match[2]), True)
    for match in MISHEARD.finditer(text):
        add(match, 10.0 * int(match[1]) if match[1] else float(match[2]), True)
    return sorted(found, key=lambda length: length.start)
