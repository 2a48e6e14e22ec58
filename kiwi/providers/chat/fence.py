"""The fence: a client's words inside a prompt are material, shut off by a mark that they cannot contain."""

import hashlib
from functools import cache
from importlib.resources import files

CHARACTERS = 24_000
"""Of a client's words: as many as a request may have, and what we write around them."""


def fenced(kind: str, text: str) -> str:
    """A block that only its own tag ends: a digest of the text is part of the tag's name, so no text can hold its own."""
    text = without_controls(text)[:CHARACTERS]
    mark = hashlib.sha256(f"{kind}\n{text}".encode()).hexdigest()[:20]
    tag = f"k{mark}-{kind}"
    return f"<{tag}>\n{text}\n</{tag}>"


def without_controls(text: str) -> str:
    """A text without characters that are not seen: control characters, and those that turn the writing round or hide it."""
    spaced = (one if one == "\n" else " " if one.isspace() else one for one in text)
    return "".join(one for one in spaced if one == "\n" or (one.isprintable() and one not in HIDDEN))


HIDDEN = frozenset(map(chr, (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, *range(0xE0000, 0xE0080))))


@cache
def prompt(node: str) -> str:
    """A node's instructions: what every node must know about fences, then ``prompts/<node>.md``; the same whatever the film."""
    folder = files("kiwi.providers.chat").joinpath("prompts")
    return "\n\n".join(folder.joinpath(f"{name}.md").read_text("utf-8").strip() for name in ("material", node))
