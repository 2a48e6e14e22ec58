"""Forms: what shape a spoken sentence has, so that a card can show it: a figure, a list, two sides, a saying."""

import re
from dataclasses import dataclass

from kiwi.film.model import Form
from kiwi.local.read.grammar import tagged

MONEY = (
    r"(?:[$€£¥₹]\s?\d[\d,.]*\d?(?:\s?(?:k|m|bn|million|billion))?|"
    r"\d[\d,.]*\s?(?:(?:thousand|million|billion)\s)?(?:euros?|dollars|pounds|francs|rupees|cents|pence|[$€£¥₹]))"
)
SHARE = r"\d+(?:[.,]\d+)?\s?(?:%|per ?cent)"
COUNT = r"\d{1,3}(?:[,.]\d{3})+|\d+(?:\.\d+)?\s?(?:million|billion|thousand)|\d+(?:\.\d+)?"
FIGURE = re.compile(rf"(?<![\w.,:/@+-])(?:{MONEY}|{SHARE}|(?:{COUNT}))(?![\w:/@]|[.,]\d|-\d)", re.I)
"""A figure that a card may show large. Not part of a time, a date, a phone number, an address or a version."""
PAIR = re.compile(rf"(?<![\w.,])\d[\d.,]*\s+to\s+\d|\bfrom\s+{COUNT}[^.!?]{{0,24}}\sto\s+[$€£¥₹]?\d", re.I)
"""Two figures that tell only together: ``23 to 18``, ``from 2.1 million in 2022 to 3.4 million``."""
CALENDAR = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|a\.?m|p\.?m|o['’]clock|noon|street|road|avenue|lane|room|platform|bus|line|page)\b\.?",
    re.I,
)
YEAR = re.compile(r"(?:1[0-9]|20)\d\d")
QUOTED = re.compile(r"^[“\"](?P<words>[^“”\"]{8,})[”\"]\s*[—–-]?\s*(?P<by>[^“”\"]{0,40})$")
SAID = re.compile(r"^(?:said|says|asked|asks)\s+(?:the\s+)?", re.I)
ITEM = r"[^,;:.!?]{2,32}"
LISTED = re.compile(
    rf"^(?P<lead>[^,;:]*?)(?P<sep>:\s*|\b(?:are|is|with|have|has|offer|sell|bring|include|includes|need|get|from|of|like)\s+)"
    rf"(?P<items>{ITEM}(?:, {ITEM})+(?:,? (?:and|or) {ITEM}))[.!]?$",
    re.I,
)
MOST_ITEMS = 6
LONGEST = 400
"""Characters of a sentence that may have a form."""


@dataclass(frozen=True)
class Shape:
    """How a sentence can be shown; see Scene."""

    form: Form = Form.STATEMENT
    points: tuple[str, ...] = ()
    figure: str = ""


PLAIN = Shape()


SIGNED = re.compile(
    r"(?:with|lots of|all|much)\s+(?:(?:all|our|my|much|lots of|best|warm\w*|kind\w*)\s+){0,4}"
    r"(?:love|wishes|regards|thanks|kisses)\b[^\d:]*",
    re.I,
)
"""How the line begins that a letter is signed with: who signs is no list."""


def shape_of(sentence: str) -> Shape:
    """The form of a sentence and what a card shows of it; a very long one is plain."""
    if len(sentence) > LONGEST or SIGNED.fullmatch(sentence):
        return PLAIN
    if quoted := QUOTED.match(sentence):
        return Shape(Form.QUOTE, figure=SAID.sub("", quoted["by"]).strip(" ."))
    if points := items_of(sentence):
        return Shape(Form.LIST, points=points)
    if figure := figure_of(sentence):
        return Shape(Form.NUMBER, figure=figure)
    return PLAIN


def figure_of(sentence: str) -> str:
    """The one figure worth showing large; empty when there is none, or several of which none is money or a share."""
    if PAIR.search(sentence):
        return ""
    found = [match for match in FIGURE.finditer(sentence) if not _is_calendar(sentence, match) and not _is_named(sentence, match)]
    telling = [match[0].strip() for match in found if re.search(r"[%$€£¥₹]|[a-z]", match[0], re.I)]
    plain = [match[0] for match in found if len(match[0]) > 1]
    if len(telling) == 1:
        return telling[0].rstrip(".,")
    return plain[0] if len(found) == 1 and plain else ""


def _is_named(sentence: str, match: re.Match[str]) -> bool:
    """Whether a bare number is a part of a name: “14 Tanner Street”, “a Piaggio Ape 50”."""
    before, after = sentence[: match.start()], sentence[match.end() :]
    ends = re.search(r"\S\s[A-Z]\w*\s$", before) and re.match(r"\s*(?:[.,;:!?]|$|(?:with|and|for|in)\b)", after)
    return match[0].strip().isdigit() and bool(STREET.match(after) or ends)


STREET = re.compile(
    r"(?:\s[A-Z][\w'’]*){1,3}\s(?i:street|road|lane|avenue|square|place|way|drive|hill|court|row|close|gate|terrace|gardens?|st|rd|ave)\b"
)
"""How a street goes on behind the number of a house."""


def _is_calendar(sentence: str, match: re.Match[str]) -> bool:
    """Whether a number names a day, a time, a year, a place in a street or a line."""
    before, after = sentence[: match.start()].rstrip(), sentence[match.end() :]
    if YEAR.fullmatch(match[0]):
        return True
    after = re.sub(r"^\s?(?:to|and|until|–|-)\s?\d{1,2}\b", "", after)  # of “24 to 31 December” both are days
    neighbour = re.match(r"\s?(?:st|nd|rd|th)?\s?(?:of )?(\w[\w.'’]*)", after)
    behind = re.search(r"([\w.'’]+)$", before)
    return (
        any(word and CALENDAR.fullmatch(word[1]) for word in (neighbour, behind))
        or re.search(r"(?:\bat|\bno\.?|number|\bto|–|-)$", before, re.I) is not None
    )


TELLING = frozenset({"PRP", "MD", "TO", "VBZ", "VBP", "VBD"})
"""Tags of words that no thing of a list has: “a baby, knock and we'll plan around you” is none."""


def items_of(sentence: str) -> tuple[str, ...]:
    """The things a sentence lists, three to six short ones, as they are spoken; empty when it does something else."""
    listed = LISTED.match(sentence.strip())
    if listed is None:
        return ()
    items = [item.strip() for item in re.split(r",\s*(?:and |or )?|\s(?:and|or)\s", listed["items"]) if item.strip()]
    if not 3 <= len(items) <= MOST_ITEMS or any(len(item.split()) > 5 or CALENDAR.search(item) for item in items):
        return ()
    if any(token.tag in TELLING for token in tagged(listed["items"])):
        return ()
    return tuple(items)
