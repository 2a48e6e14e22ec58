"""Lengths of time in words and digits, to seconds: ``half a minute``, ``0:45``, ``1½ min``, ``a minute thirty``, ``22nd``."""

import re

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
NUMBERS = (
    {word: float(value) for value, word in enumerate(ONES)}
    | {word: 10.0 * value for value, word in enumerate(TENS, start=2)}
    | {"fourty": 40.0, "couple": 2.0, "few": 3.0, "dozen": 12.0}
)
PARTS = {"half": 0.5, "½": 0.5, "quarter": 0.25, "¼": 0.25, "¾": 0.75}
UNITS = ((r"s|secs?|seconds?|sek\w*", 1.0), (r"m|mins?|minut\w*", 60.0), (r"h|hrs?|hours?", 3600.0))
MISHEARD = re.compile(r"\b(\d+)(?:st|nd|rd|th)s?\b")
"""``22nd``: how a recogniser writes “twenty-second”; ``32nd`` is thirty seconds and two letters too many."""
TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[½¼¾]|[^\W\d_]+")
CLOCK = re.compile(r"(?<!\d)(?:(\d{1,2}):)?(\d{1,2}):([0-5]\d)(?!\d)")
FRACTION = re.compile(r"\s*\b(?:1/2|one[\s-]half)\b", re.I)
CORRECTED = re.compile(r"\b(?:no|sorry|rather|actually|make that|i mean)\b", re.I)
RANGE = re.compile(r"–|—|\bto\b|\bor\b|/")
CEILING = re.compile(
    r"\b(?:under|below|within|at most|max(?:imum|\.)?|tops|up to|(?:no|not) (?:more|longer|over)(?: than)?|less than|"
    r"shouldn['’]t (?:be longer|exceed)|(?:keep|kept) (?:it )?(?:under|below)|or less|or shorter|limit)\b",
    re.I,
)
"""How a length is named that a film may stay under."""
OTHER_LENGTH = re.compile(
    r"\b(?:(?P<longer>longer|lengthen|too short|twice as long|double (?:it|the)|more (?:seconds|time)|(?:seconds?|minutes?) more)|"
    r"shorter|shorten|too long|half (?:as long|the (?:length|time))|less (?:long|seconds|time)|(?:seconds?|minutes?) less)\b",
    re.I,
)
"""A length that is named by another one: ``ten seconds longer``."""


def seconds_of(words: str) -> float | None:
    """Read the seconds that a phrase names, the larger of a range, the last of a correction; None when it names none.

    A bare number counts seconds, and after minutes it is the seconds beside them. Formats: English number words and digits.
    """
    heard = (_last_of(part) for part in reversed(CORRECTED.split(words)))
    return next((seconds for seconds in heard if seconds is not None), None)


def _last_of(words: str) -> float | None:
    if clock := list(CLOCK.finditer(words)):
        hours, minutes, seconds = (float(part or 0) for part in clock[-1].groups())
        return hours * 3600 + minutes * 60 + seconds
    ends = RANGE.split(MISHEARD.sub(_unit_heard, FRACTION.sub(" ½", words.lower())))
    return max(filter(None, map(_counted, ends)), default=None)


def _unit_heard(misheard: re.Match[str]) -> str:
    """“thirty-second” and “twenty-second” both lose their unit; a number over twenty keeps its tens alone."""
    number = int(misheard[1])
    return f"{number - 2 if 20 < number < 100 and number % 10 == 2 else number} seconds"


def _counted(words: str) -> float:
    """The seconds of a phrase that names one length, as its numbers, parts and units follow each other."""
    total, number, unit, before = 0.0, None, 0.0, ""
    for word in TOKEN.findall(words):
        if (value := _number(word)) is not None:
            number = value + (number if number and _joins(value, number) else 0.0)
        elif word == "hundred":
            number = 100 * (number or 1.0)
        elif word == "quarters":
            number = (number or 1.0) / 4
        elif word in PARTS:
            number = (number or 0.0) + PARTS[word]
        elif named := _unit(word, before):
            if number is not None or not unit:
                total += named if number is None else number * named
            number, unit = None, named
        before = word
    # after a unit a bare part is one of it, a bare number seconds: a minute and a half, a minute thirty
    return total + (number or 0.0) * (unit if unit and number and number < 1 else 1.0)


def _number(word: str) -> float | None:
    return float(word.replace(",", ".")) if word[0].isdecimal() else NUMBERS.get(word)


def _joins(value: float, number: float) -> bool:
    """Whether a number goes on with the one before it: forty five, one hundred and twenty."""
    return (value < 10 <= number < 100 and number % 10 == 0) or (value < 100 <= number and number % 100 == 0)


def _unit(word: str, before: str) -> float | None:
    """The seconds of a unit; a lone ``s``, ``m`` or ``h`` counts only behind a number."""
    if len(word) == 1 and not (before[:1].isdigit() or before in PARTS):
        return None
    return next((seconds for spelling, seconds in UNITS if re.fullmatch(spelling, word)), None)
