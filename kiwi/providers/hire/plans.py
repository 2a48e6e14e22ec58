"""Plans: how a shot is fitted to what a vendor's model can do: its ratio, its lengths and its longest prompt."""

import hashlib
import json
import math
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from kiwi.film.model import Shot, Size, Storyboard, Value
from kiwi.money.catalogue import Model

NOTHING_SAID = "A calm, slowly moving background of soft light"
"""What is filmed for a shot that says nothing about its picture."""
UNSPOKEN = {"Cc": " ", "Cf": "", "Cs": "", "Co": "", "Cn": ""}
"""Unicode categories that no prompt needs, and what stands there instead: controls, invisible signs, halves of pairs, private and
unassigned code points."""


class Request(Value):
    """A whole paid request as it will be sent."""

    model: Model
    path: str
    """Below the vendor's base URL."""
    body: dict[str, Any]
    units: float = 1
    """What is bought, in the model's unit: seconds of footage, or images."""

    @property
    def most(self) -> Decimal:
        """US dollars it will cost by the catalogue."""
        return self.model.cost(self.units)

    @property
    def digest(self) -> str:
        """Sha256 of whatever the answer depends on; a new price makes no new request."""
        whole = [self.model.provider, self.model.id, self.path, self.body]
        return hashlib.sha256(json.dumps(whole, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def utf16_units(text: str) -> int:
    """Length as JavaScript counts it, and with it the vendors."""
    return len(text.encode("utf-16-le")) // 2


def words_of(text: str) -> list[str]:
    """The words of a text, of visible characters alone."""
    return "".join(UNSPOKEN.get(unicodedata.category(letter), letter) for letter in text).split()


def plan_prompt(shot: Shot, most_units: int) -> str:
    """What a shot asks of a camera in at most so many UTF-16 units (0: any), cut after a word where that is possible; never empty."""
    words = words_of(shot.prompt) or words_of(shot.search) or words_of(NOTHING_SAID)
    prompt = " ".join(words)
    if not most_units or utf16_units(prompt) <= most_units:
        return prompt
    while len(words) > 1 and utf16_units(" ".join(words)) > most_units:
        words.pop()
    return _cut(" ".join(words), most_units)


def _cut(text: str, most_units: int) -> str:
    while utf16_units(text) > most_units:
        text = text[:-1]
    return text


def plan_ratio(ratios: Sequence[str], size: Size) -> str:
    """Of ratios such as ``16:9`` or ``1280:720`` the one that loses least of the picture; of equals, the smallest that is large enough."""

    def order(ratio: str) -> tuple[float, bool, int]:
        width, height = map(int, ratio.split(":"))
        off = abs(math.log((width / height) / (size.width / size.height)))
        small = width * height < size.width * size.height
        return round(off, 6), small, -width * height if small else width * height

    return min(ratios, key=order)


def plan_seconds(lengths: Sequence[int], shot: Shot, storyboard: Storyboard) -> int:
    """The shortest length that is as long as the shot, else the longest there is."""
    return next((length for length in sorted(lengths) if length * storyboard.fps >= shot.frames), max(lengths))
