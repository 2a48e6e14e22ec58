"""Shapes by name and by the platform that shows them."""

import math
import re

from kiwi.film.model import LANDSCAPE, PORTRAIT, SQUARE, Size

RATIO = re.compile(r"(?<![\d:])(\d{1,4})\s*(?::|x|×|/|by|to)\s*(\d{1,4})(?![\d:])", re.I)
"""A ratio; one that we do not make becomes the nearest that we do."""
OTHERS = {(4, 5), (5, 4), (3, 4), (4, 3), (2, 3), (3, 2), (21, 9), (9, 21)}
"""Those that people ask for, that no film of ours has, and that are no times of day."""
MADE = {(16, 9), (9, 16), (1, 1), *((size.width, size.height) for size in (LANDSCAPE, PORTRAIT, SQUARE))}
FEWEST_PIXELS = 100
SHAPES = (
    (PORTRAIT, r"nine (?:by|to) sixteen|9 16|vert(?:ical\w*)?|portrait|upright|tall|hochformat|hochkant"),
    (LANDSCAPE, r"sixteen (?:by|to) nine|16 9|landscape|horizontal\w*|wide(?:[\s-]?screen)?|querformat|sideways"),
    (SQUARE, r"one (?:by|to) one|squared?|quadrat\w*"),
)
PLACES = (
    (
        PORTRAIT,
        r"tik\s?-?toks?|reels?|(?:youtube |yt )shorts?|shorts|stor(?:y|ies)|snap(?:chat)?|pinterest|(?:smart\s?)?phones?|mobile|handy|"
        r"whats\s?app status",
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
    return not any(_sides(ratio) in OTHERS or (_is_pixels(ratio) and _sides(ratio) not in MADE) for ratio in RATIO.finditer(words))


def size_of(words: str) -> Size | None:
    """The picture's size that a phrase names; None: a place that takes any shape, such as Instagram.

    A shape's own name beats a platform: ``square for YouTube`` is square.
    """
    ratios = [
        (one.start(), -len(one[0]), _nearest(*_sides(one)))
        for one in RATIO.finditer(words)
        if _sides(one) in MADE | OTHERS or _is_pixels(one)
    ]
    for found in (ratios + _named(SHAPES, words), _named(PLACES, words)):
        if found:
            return min(found, key=lambda one: one[:2])[2]
    return None


def _named(names: tuple[tuple[Size, str], ...], words: str) -> list[tuple[int, int, Size]]:
    """Where shapes are named, the longest first of what begins at one place."""
    patterns = [(size, re.compile(rf"(?<![^\W_])(?:{name})(?![^\W_])", re.I)) for size, name in names]
    return [(match.start(), -len(match[0]), size) for size, pattern in patterns for match in pattern.finditer(words)]


def _sides(ratio: re.Match[str]) -> tuple[int, int]:
    return int(ratio[1]), int(ratio[2])


def _is_pixels(ratio: re.Match[str]) -> bool:
    """Whether it is a picture's size: ``1280x720``."""
    return min(_sides(ratio)) >= FEWEST_PIXELS and "x" in ratio[0].lower().replace("×", "x")


def _nearest(width: int, height: int) -> Size:
    """The size of ours whose shape is nearest: of 4:5 square."""
    return min((PORTRAIT, LANDSCAPE, SQUARE), key=lambda size: abs(math.log(width / height) - math.log(size.width / size.height)))
