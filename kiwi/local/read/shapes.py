"""Shapes by name and by the platform that shows them."""

import re

from kiwi.film.model import LANDSCAPE, PORTRAIT, SQUARE, Size

NAMES: tuple[tuple[Size, str], ...] = (
    (
        PORTRAIT,
        r"9\s*(?::|x|/|by|to|×)\s*16|nine (?:by|to) sixteen|9 16|vert(?:ical\w*)?|portrait|upright|tall|tik\s?-?toks?|reels?|"
        r"(?:youtube |yt )?shorts|stor(?:y|ies)|"
        r"snap(?:chat)?|phones?|mobile|handy|smart\s?phones?|whats\s?app status|hochformat|hochkant|1080\s*x\s*1920",
    ),
    (
        LANDSCAPE,
        r"16\s*(?::|x|/|by|to|×)\s*9|sixteen (?:by|to) nine|16 9|landscape|horizontal\w*|wide(?:[\s-]?screen)?|you\s?-?tube|yt|vimeo|tvs?|"
        r"television|telly|cinema|projector|beamer|big screen|website|web\s?site|homepage|home page|web page|landing page|intranet|"
        r"powerpoint|presentation|monitors?|screens?|laptops?|desktop|full hd|1080p|1920\s*x\s*1080|querformat|sideways",
    ),
    (
        SQUARE,
        r"1\s*(?::|x|/|by|to|×)\s*1|one (?:by|to) one|squared?|quadrat\w*|1080\s*x\s*1080|"
        r"(?:insta(?:gram)?|ig|facebook|fb|linkedin) (?:posts?|feed)|"
        r"feed(?: posts?)?",
    ),
)
"""What a stretch that names a shape may say, the plainest first where one says two."""
PLAIN = re.compile(r"vertical|portrait|upright|landscape|horizontal|wide|square|\d\s*[:x/×]\s*\d|sixteen|nine|one by", re.I)


UNMISTAKABLE = re.compile(
    r"(?<![^\W_])(?:9\s?[:x/]\s?16|16\s?[:x/]\s?9|1:1|tik\s?-?tok|reels?|shorts|you\s?tube|yt|vertical|landscape|widescreen|upright|"
    r"(?:in|as an?|make it) (?:square|portrait)|square format|portrait format|tv|projector|big screen|insta(?:gram)? story)(?![^\W_])",
    re.I,
)
"""Names of shapes and platforms that mean nothing else in talk to the film maker."""


def shapes_in(text: str) -> list[str]:
    """The shapes that a text names without any doubt, in order."""
    return [match[0] for match in UNMISTAKABLE.finditer(text)]


def size_of(words: str) -> Size | None:
    """The picture's size that a phrase names; None: a place that takes any shape, such as Instagram.

    A shape's own name beats a platform: ``square for YouTube`` is square.
    """
    found = [
        (PLAIN.search(match[0]) is None, match.start(), -len(match[0]), size)
        for size, names in NAMES
        for match in re.finditer(rf"(?<![^\W_])(?:{names})(?![^\W_])", words, re.I)
    ]
    return min(found, key=lambda one: one[:3])[3] if found else None
