"""The words of an answer: what a string of some name says about its sentence, and how it is made to fit."""

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from emulators.gemini_material import Material, keywords_of, sentences

Schema = Mapping[str, Any]

FORMATS = {
    "date-time": "2026-11-22T12:00:00Z",
    "date": "2026-11-22",
    "time": "12:00:00Z",
    "duration": "PT30S",
    "email": "studio@example.com",
    "uri": "https://example.com/",
    "uuid": "6f1c8f2e-2f5a-4d57-9a53-1f0c3f7a9e21",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "hostname": "example.com",
}
SAMPLES = (
    "#3366cc",
    "#3366CC",
    "en",
    "en-US",
    "EN",
    "a",
    "1",
    "10",
    "2026",
    "2026-11-22",
    "12:30",
    "30s",
    "16:9",
    "1920x1080",
    "abc",
    "A1",
    "a1b2c3d4",
)
"""Tried in turn on a pattern that the brief's own words do not match."""
NARRATION = r"voice|narrat|text|sentence|descri|summary|line|spoken|speech|script|body|content|message|quote|reason|answer|explain"
CAMERA = (
    "Slow push in on",
    "Wide aerial view of",
    "Close-up of",
    "Handheld tracking shot of",
    "Low angle, golden hour:",
    "Gentle pan across",
)


@dataclass(frozen=True)
class Place:
    """Where in the answer a value stands."""

    name: str = ""
    index: int = 0
    """In the list around it."""
    count: int = 1
    """The length of that list."""
    depth: int = 0
    of: str = ""
    """What the list around it is of."""
    listed: bool = False
    sentence: str = ""
    """What the object around it is about."""
    record: Mapping[str, Any] | None = None
    """The record of the prompt that the object around it belongs to."""
    chapters: tuple[str, ...] = ()
    """For a list of objects: what each of them is about, if that is known already."""

    def under(self, name: str) -> "Place":
        """The place of a property."""
        return replace(self, name=name, depth=self.depth + 1, chapters=())

    @property
    def known(self) -> Any:
        """What the prompt's own record says under this name; None when nothing does."""
        if self.record is None:
            return None
        if self.name in self.record:
            return self.record[self.name]
        return self.record.get("id") if self.name.endswith("_id") else None

    @property
    def kind(self) -> str:
        """The word an id starts with."""
        if self.name.endswith("_id"):
            return self.name.removesuffix("_id")
        return re.sub(r"\W*\d+$", "", str((self.record or {}).get("id", ""))) or self.of or "item"


Voice = Callable[[Place, Material, str | None], str]
WORDINGS: tuple[tuple[str, Voice], ...] = (
    (r"^(?:words|transcript|transcription|original|brief|verbatim)$", lambda place, material, default: material.brief),
    (r"lang", lambda place, material, default: default or "en"),
    (r"^id$|_id$", lambda place, material, default: f"{place.kind}-{place.index + 1}"),
    (r"call_?to_?action|^cta$|^action$", lambda place, material, default: material.call if default is None else default),
    (r"button", lambda place, material, default: default or "Find out more"),
    (r"^(?:name|brand|company|product|who|by|audience|tone|figure)$", lambda place, material, default: default or named(place, material)),
    (r"prompt|visual|picture|camera|image|footage|scenery", lambda place, material, default: shot_of(place, material)),
    (
        r"keyword|tag|icon|query|search|noun",
        lambda place, material, default: default or next(iter(keywords_of(place.sentence or material.topic)), "idea"),
    ),
    (r"title|head|topic", lambda place, material, default: heading_of(place, material)),
    (NARRATION, lambda place, material, default: place.sentence or material.topic),
    (
        r"label|subject|caption|point|name|theme|figure",
        lambda place, material, default: heading_of(place, material) if default is None else default,
    ),
    (r"colou?r", lambda place, material, default: default or "#3366cc"),
    (r"ur[il]$|link", lambda place, material, default: default or FORMATS["uri"]),
    (r"", lambda place, material, default: material.phrase(place.sentence) if default is None else default),
)
"""What strings say, by their names; the first that matches."""


def text_for(place: Place, material: Material, default: str | None) -> str:
    """What a string at a place says."""
    return next(voice(place, material, default) for name, voice in WORDINGS if re.search(name, place.name, re.IGNORECASE))


def named(place: Place, material: Material) -> str:
    """What is only told if the brief says it: a proper name; nothing of the rest."""
    return material.name if re.search(r"name|brand|company|product", place.name, re.IGNORECASE) else ""


def shot_of(place: Place, material: Material) -> str:
    """Words for a camera."""
    return f"{CAMERA[place.index % len(CAMERA)]} {material.sight(place.sentence)}, soft natural light, shallow depth of field"


def heading_of(place: Place, material: Material) -> str:
    """A short phrase with a capital letter: the brief's topic at the top, below it of what the object is about."""
    phrase = material.topic if place.depth <= 1 else material.phrase(place.sentence)
    return phrase if place.name == "topic" else phrase[:1].upper() + phrase[1:]


def takes(schema: Schema, text: str) -> bool:
    """Whether a string schema takes a text."""
    pattern = schema.get("pattern")
    return schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", len(text)) and (not pattern or bool(re.search(pattern, text)))


def cut(text: str, longest: int) -> str:
    """The text's whole sentences that fit, else its words that fit, else its letters."""
    kept = ""
    for sentence in sentences(text):
        if len(kept) + len(sentence) + bool(kept) > longest:
            break
        kept = f"{kept} {sentence}".strip()
    if kept:
        return kept
    head = text[:longest]
    return (head[: head.rfind(" ")] if " " in head and len(text) > longest else head).rstrip(" ,;:-") or head


def distinct(lines: Sequence[str], schema: Schema) -> list[str]:
    """Lines made different from each other by a number at the end, within their longest length."""
    longest = schema.get("maxLength")
    seen: dict[str, None] = {}
    for line in lines:
        for number in itertools.count(1):
            mark = f" {number}" if number > 1 else ""
            candidate = (line if longest is None else line[: max(longest - len(mark), 0)]) + mark
            if candidate not in seen:
                seen[candidate] = None
                break
    return list(seen)
