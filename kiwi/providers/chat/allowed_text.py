"""What a model's texts may hold: words, and of addresses only those that the client wrote."""

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator

from kiwi.local.read.sentences import plain_text
from kiwi.providers.chat.fence import without_controls

ADDRESS = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]{1,11}:/|\bwww\.|\b(?:data|javascript|mailto):)\S*|\b[\w-]{2,}(?:\.[\w-]+)*\.[a-z]{2,}\b(?:/\S*)?", re.I
)
PATH = re.compile(r"(?:(?<![\w.])(?:~|\.{1,2})?/[\w.-]+/\S*|(?<![\w.])(?:~|\.{1,2})/\S+|\b[A-Za-z]:\\\S*|\\\\\S+)")
CODE = re.compile(r"[<>{}`|\\]|\$\(|\*\*|__|&\w+;|\b(?:drop table|select \* from|rm -rf|import os)\b", re.I)
SKIPPED = 3
"""Words of a client that may be left out between two of a sentence: hesitations."""
CHANGED = 6
"""Of so many words of a sentence one may be written otherwise: 20% for twenty percent."""
TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")


def plain(text: str) -> str:
    """One line of words: no markup, no emoji, nothing that is not seen."""
    return " ".join(plain_text(without_controls(text)).split())


Line = Annotated[str, AfterValidator(plain)]
"""A text in a model's answer, as one plain line."""


def smuggled(text: str, client: str) -> str:
    """An address, a path or code in a text that the client never wrote; empty if there is none."""
    for pattern in (ADDRESS, PATH, CODE):
        for found in pattern.finditer(text):
            if found[0].rstrip(".,!?").casefold() not in client.casefold():
                return found[0]
    return ""


def texts_of(value: object) -> Iterator[str]:
    """Every text inside plain values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts_of(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from texts_of(inner)


def foreign_matter(value: object, client: str) -> tuple[str, ...]:
    """A complaint for each text with something smuggled in it."""
    found = (smuggled(text, client) for text in texts_of(value))
    return tuple(f"“{one[:40]}” is no word to be spoken or shown: leave addresses, paths, markup and code out." for one in found if one)


def tokens_of(text: str) -> list[str]:
    """Comparable words; in writings without spaces, characters."""
    return TOKEN.findall(text.casefold().replace("’", "").replace("'", ""))


def stands_in(sentence: str, words: list[str], after: int = 0, skipped: int = SKIPPED) -> int:
    """Where a sentence ends in the client's words (tokens), looked for from ``after`` on; 0 if it is not theirs."""
    wanted = tokens_of(sentence)
    if not wanted:
        return after
    for start in range(after, len(words)):
        if words[start] not in wanted[:2]:
            continue
        at, missed = start, 0
        for token in wanted:
            met = next((place for place in range(at, min(at + skipped + 1, len(words))) if words[place] == token), None)
            missed += met is None
            at = at if met is None else met + 1
        if missed <= len(wanted) // CHANGED:
            return at
    return 0


def keywords(text: str, most: int) -> tuple[str, ...]:
    """Single lower-case nouns, as icons are looked up by, from a text that names some."""
    named = text.split(",") if "," in text else text.split()
    found = (re.sub(r"[^a-z]", "", word.lower()) for word in named if " " not in word.strip())
    return tuple(dict.fromkeys(word for word in found if 2 <= len(word) <= 24))[:most]
