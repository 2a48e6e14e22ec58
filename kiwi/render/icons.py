"""Icons by keyword, and icons as pictures: Phosphor's set, two tones in a theme's colours."""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache, lru_cache
from typing import Literal

import skia  # type: ignore[import-not-found]
from py_phosphor_icons import all_icons, get_svg

from kiwi.render.icon_topics import TOPICS
from kiwi.render.themes import Colour

Weight = Literal["duotone", "regular", "bold", "fill", "light", "thin"]

FALLBACKS = (
    "sparkle", "star-four", "shooting-star", "star", "circles-three", "seal", "hexagon", "diamonds-four", "spiral", "pinwheel", "sphere",
    "circles-four", "clover", "stack-simple", "shapes", "rainbow", "asterisk", "flag-pennant", "cube", "polygon", "infinity", "medal",
    "crown-simple", "circle-half", "diamond", "balloon", "pentagon", "confetti", "octagon", "triangle", "cylinder", "circle", "flower",
    "circle-dashed", "parallelogram",
)  # fmt: skip
"""Icons that suit anything, best first."""

EXACT, FIRST_WORD, NAME_WORD, TAG = 100.0, 64.0, 48.0, 34.0
TOPIC = 110.0
"""Hand-picked beats a name: a ``panel`` is not a window's side panel."""
LATER = 12.0
"""What each earlier keyword is worth more than the next."""
ENOUGH = 20.0

UNASKED_CATEGORIES = frozenset({"Arrows", "Brands", "Design", "Office & Editing", "Math & Finance"})
"""Interface and drawing-tool icons: only by their own name or by topic, never by a tag."""
NEGATIONS = frozenset({"slash", "x", "minus", "break", "broken", "empty", "none", "dashed", "half", "warning", "low", "small", "angry"})
NOT_PICTURES = re.compile(
    r"(^|-)logo($|-)|^text-|^letter-|^number-|^file-(?!text|lock|cloud|image|audio|video)|^article-|^caret-|^git-|^gender-|^currency-"
    r"|^radio-button$|^finn-|^google-|^four-k$|^gif$|^(x|control|option|command|function|selection|seal-question|key-return|numpad|at|hash)(-|$)"
    r"|^dots-|^align-|^cigarette$|^skull$|^toilet|^(not|sub|super)-|subset|superset|^sigma$|^pi$|^tilde$|^cursor-text$|^textbox$"
)
EVERYDAY_NAMES = frozenset((
    "apple", "square", "windows", "notion", "steam", "medium", "sketch", "slack", "stripe", "threads", "messenger", "meta", "x", "matrix",
    "coda", "framer", "tidal", "angular", "phosphor", "goodreads",
))  # fmt: skip
"""Brands whose name is also a word: the word does not ask for the brand."""


@cache
def _index() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Map words to names: by a word of the name, by tag, and every choosable name to the words it is made of."""
    by_word: dict[str, list[str]] = {}
    by_tag: dict[str, list[str]] = {}
    names: dict[str, tuple[str, ...]] = {}
    for icon in all_icons():
        if NOT_PICTURES.search(icon.name):
            continue
        names[icon.name] = tuple(icon.name.split("-"))
        for word in names[icon.name]:
            by_word.setdefault(word, []).append(icon.name)
        if icon.figma_category not in UNASKED_CATEGORIES:
            for word in {word for tag in icon.tags for word in tag.lower().replace("-", " ").split()}:
                by_tag.setdefault(word, []).append(icon.name)
    return _frozen(by_word), _frozen(by_tag), names


def _frozen(lists: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {word: tuple(names) for word, names in lists.items()}


@cache
def _brands() -> frozenset[str]:
    return frozenset(icon.name.removesuffix("-logo") for icon in all_icons() if icon.name.endswith("-logo")) - EVERYDAY_NAMES


SUFFIXES = (("'s", ""), ("ies", "y"), ("ves", "f"), ("es", ""), ("s", ""), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"), ("ers", ""))
MORE_SUFFIXES = (
    ("er", ""),
    ("er", "e"),
    ("y", ""),
    ("al", ""),
    ("ally", ""),
    ("ly", ""),
    ("ness", ""),
    ("ment", ""),
    ("ful", ""),
    ("ation", "e"),
)


def forms_of(word: str) -> Iterator[str]:
    """Yield a word and what it may be a form of, likeliest first: ``baking`` → baking, bak, bake."""
    word = word.lower().replace("’", "'").strip(".,;:!?\"'()")
    yield word
    for suffix, ending in SUFFIXES + MORE_SUFFIXES:
        stem = word.removesuffix(suffix)
        if stem != word and len(stem) >= 3:
            yield stem + ending
            if len(stem) > 3 and stem[-1] == stem[-2] and not ending:
                yield stem[:-1]
    yield word + "s"


def _scores(form: str) -> dict[str, float]:
    """How well each icon shows this exact word; icons that do not show it are absent."""
    by_word, by_tag, names = _index()
    scores: dict[str, float] = {}
    for name in by_tag.get(form, ()):
        scores[name] = TAG - 3 * len(names[name])
    for name in by_word.get(form, ()):
        kind = FIRST_WORD if names[name][0] == form else NAME_WORD
        scores[name] = max(scores.get(name, 0.0), kind - 5 * (len(names[name]) - 1))
    for name in scores:
        scores[name] -= 30 * len(NEGATIONS.intersection(names[name]) - {form})
    if form in names:
        scores[form] = EXACT
    for rank, name in enumerate(TOPICS.get(form, ())):
        scores[name] = TOPIC - 4 * rank
    if form in _brands():
        scores[f"{form}-logo"] = TOPIC
    return scores


@lru_cache(maxsize=512)
def _ranked(keyword: str) -> tuple[tuple[float, str], ...]:
    """Rank the icons for one keyword, best first; each further form of the word counts a little less."""
    keyword = keyword.strip().lower()
    best: dict[str, float] = {}
    phrases = [keyword, "-".join(keyword.split())] if " " in keyword else []
    for rank, word in enumerate(phrases + keyword.replace("-", " ").split()):
        for distance, form in enumerate(forms_of(word)):
            for name, score in _scores(form).items():
                best[name] = max(best.get(name, 0.0), score - 2 * distance - 3 * rank)
    return tuple(sorted(((score, name) for name, score in best.items() if score >= ENOUGH), key=lambda hit: (-hit[0], len(hit[1]), hit[1])))


def choose_icon(keywords: Sequence[str], taken: Collection[str]) -> str:
    """Name the icon that shows the keywords best, an earlier keyword before a later one, and that is not taken.

    Without a match it is one of the neutral `FALLBACKS`. ValueError only if every icon there is is taken.
    """
    hits: list[tuple[float, str]] = []
    for rank, keyword in enumerate(keywords):
        hits += [(score - LATER * rank, name) for score, name in _ranked(keyword) if name not in taken][:1]
    fitting = [(score, name) for score, name in hits if score >= ENOUGH]
    if fitting:
        return max(fitting, key=lambda hit: hit[0])[1]
    for name in (*FALLBACKS, *_index()[2]):
        if name not in taken:
            return name
    raise ValueError("every icon is taken")


@lru_cache(maxsize=64)
def _drawing(name: str, weight: Weight, colour: Colour, second: Colour) -> "skia.SVGDOM":
    svg = get_svg(name, weight).replace(' opacity="0.2"', f' fill="{_css(second)}" fill-opacity="{(second >> 24) / 255:.3f}"')
    svg = svg.replace("currentColor", _css(colour))
    drawing = skia.SVGDOM.MakeFromStream(skia.MemoryStream(svg.encode(), True))
    drawing.setContainerSize(skia.Size(256, 256))
    return drawing


def _css(colour: Colour) -> str:
    return f"#{colour & 0xFFFFFF:06x}"


def draw_icon(canvas: "skia.Canvas", name: str, size: float, *, colour: Colour, second: Colour, weight: Weight = "duotone") -> None:
    """Draw an icon as vectors into the square from the origin; ``second`` fills a duotone's second tone. FileNotFoundError if unknown."""
    canvas.save()
    canvas.scale(size / 256, size / 256)
    _drawing(name, weight, colour, second).render(canvas)
    canvas.restore()


@lru_cache(maxsize=64)
def icon_picture(name: str, size: int, weight: Weight, colour: Colour, second: Colour) -> "skia.Image":
    """Rasterise an icon to a premultiplied BGRA picture of ``size`` pixels square. FileNotFoundError for an unknown name."""
    kind = skia.ImageInfo.Make(size, size, skia.kBGRA_8888_ColorType, skia.kPremul_AlphaType)
    surface = skia.Surface.MakeRaster(kind)
    draw_icon(surface.getCanvas(), name, size, colour=colour, second=second, weight=weight)
    return surface.makeImageSnapshot()
