"""Shapes by name and by the platform that shows them."""

import re

from kiwi.film.model import LANDSCAPE, PORTRAIT, SQUARE, Size

RATIO = re.compile(r"(?<![\d:])(\d{1,4})\s*(?::|x|×|/|by|to)\s*(\d{1,4})(?![\d:])", re.I)
"""A ratio; one that we do not make becomes the nearest that we do."""
OTHERS = {(4, 5), (5, 4), (3, 4), (4, 3), (2, 3), (3, 2), (21, 9), (9, 21)}
"""Those that people ask for, that no film of ours has, and that are no times of day."""
SHAPES = (
    (PORTRAIT, r"nine (?:by|to) sixteen|9 16|vert(?:ical\w*)?|portrait|upright|tall|hochformat|hochkant"),
    (LANDSCAPE, r"sixteen (?:by|to) nine|16 9|landscape|horizontal\w*|wide(?:[\s-]?screen)?|querformat|sideways"),
    (SQUARE, r"one (?:by|to) one|squared?|quadrat\w*"),
)
PLACES = (
    (
        PORTRAIT,
        r"tik\s?-?toks?|reels?|(?:youtube |yt )?shorts|stor(?:y|ies)|snap(?:chat)?|(?:smart\s?)?phones?|mobile|whats\s?app status",
    ),
    (
        LANDSCAPE,
        r"you\s?-?tube|yt|vimeo|tvs?|television|telly|cinema|projector|beamer|big screen|web\s?site|home\s?page|web page|landing page|"
        r"intranet|powerpoint|presentation|monitors?|screens?|laptops?|desktop|full hd|1080p",
    ),
    (SQUARE, r"(?:insta(?:gram)?|ig|facebook|fb|linkedin) (?:posts?|feed)|feed(?: posts?)?"),
)
"""Where films of a shape are shown."""


def is_made(words: str) -> bool:
    """Whether a phrase names no ratio, or one that films are made in."""
    found = RATIO.search(words)
    return found is None or (int(found[1]), int(found[2])) not in OTHERS


def size_of(words: str) -> Size | None:
    """The picture's size that a phrase names; None: a place that takes any shape, such as Instagram.

    A shape's own name beats a platform: ``square for YouTube`` is square.
    """
    if ratio := RATIO.search(words):
        width, height = int(ratio[1]), int(ratio[2])
        return PORTRAIT if width < height else LANDSCAPE if width > height else SQUARE
    for names in (SHAPES, PLACES):
        patterns = [(size, re.compile(rf"(?<![^\W_])(?:{name})(?![^\W_])", re.I)) for size, name in names]
        found = [(match.start(), -len(match[0]), size) for size, pattern in patterns for match in pattern.finditer(words)]
        if found:
            return min(found, key=lambda one: one[:2])[2]
    return None
