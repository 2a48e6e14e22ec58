"""Shapes by name and by the platform that shows them."""

import re

from kiwi.film.model import LANDSCAPE, PORTRAIT, SQUARE, Size

NEAREST = re.compile(r"(?<![\d:])(\d{1,2})\s*(?::|x|×|/|by|to)\s*(\d{1,2})(?![\d:])", re.I)
"""A ratio; one that we do not make becomes the nearest that we do."""
RATIOS = {(4, 5), (5, 4), (3, 4), (4, 3), (2, 3), (3, 2), (21, 9), (9, 21)}
"""Those that people ask for and that are no times of day."""
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


def ratio_of(words: str) -> tuple[int, int] | None:
    """The ratio of width to height that a phrase names in digits."""
    found = NEAREST.search(words)
    return (int(found[1]), int(found[2])) if found else None


def is_made(words: str) -> bool:
    """Whether a phrase names no ratio, or one that films are made in."""
    return ratio_of(words) not in RATIOS


def size_of(words: str) -> Size | None:
    """The picture's size that a phrase names; None: a place that takes any shape, such as Instagram.

    A shape's own name beats a platform: ``square for YouTube`` is square.
    """
    found = [
        (PLAIN.search(match[0]) is None, match.start(), -len(match[0]), size)
        for size, names in NAMES
        for match in re.finditer(rf"(?<![^\W_])(?:{names})(?![^\W_])", words, re.I)
    ]
    if found:
        return min(found, key=lambda one: one[:3])[3]
    width, height = ratio_of(words) or (0, 0)
    return None if is_made(words) else PORTRAIT if width < height else LANDSCAPE
