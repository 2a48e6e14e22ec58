"""Lengths of time in words and digits, to seconds: ``half a minute``, ``0:45``, ``1½ min``, ``a minute thirty``, ``22nd``."""

import re
from dataclasses import dataclass

UNITS = {"second": 1.0, "minute": 60.0, "hour": 3600.0}
SPELLINGS = {
    "second": r"s|secs?|seconds?|sekunden?|seg|segundos?",
    "minute": r"m|mins?|minutes?|minuten?|minutos?",
    "hour": r"h|hrs?|hours?",
}
ONES = [
    "zero",
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
]
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
NUMBERS = (
    {word: float(value) for value, word in enumerate(ONES)}
    | {word: 10.0 * value for value, word in enumerate(TENS, start=2)}
    | {"fourty": 40.0, "fourtyfive": 45.0, "a": 1.0, "an": 1.0, "couple": 2.0, "few": 3.0, "dozen": 12.0, "single": 1.0}
)
HUNDRED = "hundred"
PARTS = {"half": 0.5, "quarter": 0.25, "quarters": 0.25, "third": 1 / 3}
SIGNS = {"½": 0.5, "¼": 0.25, "¾": 0.75}
MISHEARD = re.compile(r"(\d+)(?:st|nd|rd|th)s?$")
"""``22nd``: how a recogniser writes “twenty-second”; ``32nd`` is thirty seconds and two letters too many."""
TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[½¼¾]|:|[^\W\d_]+")
CLOCK = re.compile(r"(?<!\d)(\d{1,2}):([0-5]\d)(?::([0-5]\d))?(?!\d)")
FRACTION = re.compile(r"\s*\b1/2\b")
CORRECTED = re.compile(r"\b(?:no|sorry|rather|actually|make that|i mean)\b", re.I)


@dataclass
class _Sum:
    """A length while its words are read one after the other."""

    seconds: float = 0.0
    number: float | None = None
    unit: float = 0.0
    """Of the unit named last."""
    named: bool = False
    """Whether any unit was named."""

    def take_number(self, value: float) -> None:
        """A number joins the one before it: forty five; one and a half."""
        joins = self.number is not None and (
            (value < 10 <= self.number < 100 and self.number % 10 == 0) or (value < 100 <= self.number and self.number % 100 == 0)
        )
        if joins and self.number is not None:
            self.number += value
        else:
            self.number = value

    def take_unit(self, seconds: float) -> None:
        """What was counted so far is counted in this unit; a unit alone is one of it."""
        if self.number is None and self.named and seconds == self.unit:
            return
        self.seconds += (1.0 if self.number is None else self.number) * seconds
        self.number, self.unit, self.named = None, seconds, True


RELATIVE = re.compile(
    r"\b(?:longer|shorter|(?:half|twice) as (?:long|short)|half the (?:length|time)|double|(?:more|less) (?:seconds|minutes|time))\b", re.I
)
"""A length that is named by another one: ``ten seconds longer``."""


NAMED = re.compile(
    rf"(?<![\w.,])(?:(?:\d+(?:[.,]\d+)?|(?:{'|'.join([*ONES, *TENS])})(?:[- ](?:{'|'.join(ONES)}))?|half an?|an?|one)[- ]?"
    r"(?:s|secs?|sek|seconds?|mins?|minutes?)(?: and a half)?)(?![\w'’])",
    re.I,
)
"""A length that is plain without its context."""


def lengths_in(text: str) -> list[str]:
    """The plain lengths in a text, in order."""
    return [match[0] for match in NAMED.finditer(text)]


def seconds_of(words: str) -> float | None:
    """Read the seconds that a phrase names, the larger of a range, the last of a correction; None when it names none.

    A bare number counts seconds, and after minutes it is the seconds beside them. Formats: English number words and digits.
    """
    if (correction := list(CORRECTED.finditer(words))) and (corrected := seconds_of(words[correction[-1].end() :])) is not None:
        return corrected
    words = FRACTION.sub("½", words)
    clock = list(CLOCK.finditer(words))
    if clock:
        parts = [float(part) for part in clock[-1].groups() if part is not None]
        return parts[0] * 60 + parts[1] if len(parts) == 2 else parts[0] * 3600 + parts[1] * 60 + parts[2]
    ends = re.split(r"(?<=[\w½])\s*(?:–|—|-(?=\s*\d)|\bto\b|\bor\b|/)\s*(?=[\d\w])", words.lower())
    lengths = [length for length in (_plain(end) for end in _with_units(ends)) if length is not None]
    return max(lengths) if lengths else None


def _with_units(ends: list[str]) -> list[str]:
    """Both ends of a range with a unit: ``20`` of ``20 to 30 seconds`` counts seconds, too."""
    unit = next((name for name in UNITS if re.search(rf"(?:\b|\d)(?:{SPELLINGS[name]})\b", ends[-1])), "")
    return [end if len(ends) == 1 or re.search(r"(?:\b|\d)(?:s|sec|min|hour|m\b|h\b)", end) else f"{end} {unit}" for end in ends]


def _plain(words: str) -> float | None:
    total = _Sum()
    tokens = [token.lower() for word in words.replace("-", " ").split() for token in _pieces(word)]
    for at, token in enumerate(tokens):
        after = tokens[at + 1 : at + 4]
        if (unit := _unit(token)) and not _is_letter_of(token, tokens[:at]):
            total.take_unit(unit)
        elif token in PARTS or token in SIGNS:
            _take_part(total, PARTS.get(token) or SIGNS[token], tokens[:at], after)
        elif token == HUNDRED:
            total.number = (total.number or 1.0) * 100
        elif (number := _number(token)) is not None and not (token in {"a", "an"} and (total.number is not None or _is_part_ahead(after))):
            total.take_number(number)
    if total.number is not None:
        total.seconds += total.number
        total.named = total.named or total.number > 0
    return total.seconds if total.named and total.seconds > 0 else None


def _pieces(word: str) -> list[str]:
    misheard = MISHEARD.match(word.strip(".,;!?"))
    if misheard:
        # “thirty-second” and “twenty-second” both lose their unit; a number over twenty keeps its tens alone
        number = int(misheard[1])
        return [str(number - number % 10 if 20 < number < 100 and number % 10 == 2 else number), "second"]
    return TOKEN.findall(word)


def _unit(token: str) -> float | None:
    return next((UNITS[name] for name, spelling in SPELLINGS.items() if re.fullmatch(spelling, token)), None)


def _is_letter_of(token: str, before: list[str]) -> bool:
    """A lone ``s``, ``m`` or ``h`` counts only behind a number."""
    return len(token) == 1 and not (before and (before[-1][0].isdigit() or before[-1] in SIGNS))


def _number(token: str) -> float | None:
    if token[0].isdecimal():
        return float(token.replace(",", "."))
    return NUMBERS.get(token)


def _is_part_ahead(after: list[str]) -> bool:
    return bool(after) and after[0] in PARTS


def _take_part(total: _Sum, share: float, before: list[str], after: list[str]) -> None:
    """``half a minute``, ``a minute and a half``, ``one and a half minutes``, ``three quarters of a minute``."""
    unit_ahead = next((unit for token in after if (unit := _unit(token))), None)
    if unit_ahead is None and total.unit:
        total.seconds += share * total.unit
    elif total.number is not None and share == PARTS["quarter"] and before and before[-1] != "a" and total.number > 1:
        total.number *= share
    else:
        total.number = (total.number or 0.0) + share if (before and before[-1] in {"and", "a"}) or total.number else share
