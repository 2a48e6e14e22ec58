"""Icons by keyword, and icons as pictures: Phosphor's set, two tones in a theme's colours."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Literal

import skia  # type: ignore[import-not-found]
from py_phosphor_icons import all_icons, get_svg

from kiwi.render.look.colours import Colour
from kiwi.render.look.icon_topics import TOPICS

Weight = Literal["duotone", "regular", "bold", "fill", "light", "thin"]

FALLBACKS = (
    "sparkle", "star-four", "shooting-star", "star", "circles-three", "seal", "hexagon", "diamonds-four", "spiral", "pinwheel", "sphere",
    "circles-four", "clover", "stack-simple", "shapes", "rainbow", "asterisk", "flag-pennant", "cube", "polygon", "infinity", "medal",
    "crown-simple", "circle-half", "diamond", "balloon", "pentagon", "confetti", "octagon", "triangle", "cylinder", "circle", "flower",
    "circle-dashed", "parallelogram",
)  # fmt: skip
"""Icons that suit anything, best first."""

NOT_PICTURES = re.compile(
    r"(^|-)logo($|-)|^text-|^letter-|^number-|^file-(?!text|lock|cloud|image|audio|video)|^article-|^caret-|^git-|^gender-|^currency-"
    r"|^radio-button$|^finn-|^google-|^four-k$|^gif$|^(x|control|option|command|function|selection|seal-question|key-return|numpad|at|hash)(-|$)"
    r"|^dots-|^align-|^cigarette$|^skull$|^toilet|^(not|sub|super)-|subset|superset|^sigma$|^pi$|^tilde$|^cursor-text$|^textbox$"
)


@cache
def _choosable() -> dict[str, tuple[str, ...]]:
    """Every icon that is a picture, to the words of its name."""
    return {icon.name: tuple(icon.name.split("-")) for icon in all_icons() if not NOT_PICTURES.search(icon.name)}


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


def described_icons() -> dict[str, str]:
    """Every icon that may be chosen to what it shows, in a few words: its name and its tags."""
    tags = {icon.name: icon.tags for icon in all_icons()}
    return {name: " ".join(dict.fromkeys([*words, *tags.get(name, ())[:6]])) for name, words in _choosable().items()}


def named_icons(word: str) -> tuple[str, ...]:
    """Icons that were picked by hand for a word, or whose own name it is, best first."""
    names = _choosable()
    found: list[str] = []
    for form in forms_of(word):
        found += [name for name in TOPICS.get(form, ()) if name in names][:2]
        found += [form] if form in names else []
    return tuple(dict.fromkeys(found))[:3]


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
