"""Fonts: faces opened from their packages, text shaped into glyphs with kerning, other scripts from Noto."""

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

import skia  # type: ignore[import-not-found]
import uharfbuzz as harfbuzz  # type: ignore[import-untyped]

from kiwi.errors import SetupIncomplete
from kiwi.render.canvas.layout import Box
from kiwi.render.look.themes import Face

EM = 1000
"""Fonts are measured once at this size; every other size is a multiple."""
FALLBACK_PACKAGE = "manimgx_fonts"
FALLBACK_FIRST = "NotoSans[wght].ttf"


@dataclass(frozen=True, eq=False)
class Font:
    """A face's bytes as skia and HarfBuzz see them."""

    typeface: skia.Typeface
    shaper: harfbuzz.Font

    def covers(self, character: str) -> bool:
        """Whether the face has a glyph for it."""
        return bool(self.typeface.unicharToGlyph(ord(character)))

    def at(self, size: float) -> skia.Font:
        """For drawing at a size in pixels."""
        font = skia.Font(self.typeface, size)
        font.setSubpixel(True)
        font.setBaselineSnap(False)
        font.setHinting(skia.FontHinting.kNone)
        font.setEdging(skia.Font.Edging.kAntiAlias)
        return font


@lru_cache(maxsize=64)
def load(face: Face) -> Font:
    """Open a face; SetupIncomplete if its package or file is missing."""
    try:
        folder = resources.files(face.package)
    except ModuleNotFoundError as missing:
        raise SetupIncomplete(f"the font package {face.package} is not installed: run `make setup`") from missing
    nested = folder / "files" / face.file
    file = nested if nested.is_file() else folder / face.file
    if not file.is_file():
        raise SetupIncomplete(f"the font file {face.file} is missing from {face.package}: run `make setup`")
    return _open(file.read_bytes(), face.axes)


def _open(content: bytes, axes: tuple[tuple[str, float], ...]) -> Font:
    typeface = skia.Typeface.MakeFromData(skia.Data.MakeWithCopy(content))
    shaper = harfbuzz.Font(harfbuzz.Face(content))
    shaper.scale = (EM, EM)
    if axes:
        shaper.set_variations(dict(axes))
        coordinates = skia.FontArguments.VariationPosition.Coordinates(
            [skia.FontArguments.VariationPosition.Coordinate(int.from_bytes(tag.encode(), "big"), value) for tag, value in axes]
        )
        arguments = skia.FontArguments()
        arguments.setVariationDesignPosition(skia.FontArguments.VariationPosition(coordinates))
        typeface = typeface.makeClone(arguments)
    return Font(typeface, shaper)


@lru_cache(maxsize=1)
def _fallback_files() -> tuple[str, ...]:
    files = sorted(
        path.name for path in resources.files(FALLBACK_PACKAGE).iterdir() if path.name.endswith(".ttf") and "Italic" not in path.name
    )
    return (FALLBACK_FIRST, *(name for name in files if name != FALLBACK_FIRST))


def _weight(face: Face) -> float:
    named = dict(face.axes).get("wght")
    stem = Path(face.file).stem
    return named or next(
        (weight for style, weight in (("ExtraBold", 800.0), ("SemiBold", 600.0), ("Bold", 700.0), ("Medium", 500.0)) if style in stem),
        400.0,
    )


@lru_cache(maxsize=4096)
def _font_for(character: str, face: Face) -> Font:
    """The face itself, or the first Noto face that has the character."""
    font = load(face)
    if font.covers(character):
        return font
    for name in _fallback_files():
        other = load(Face(FALLBACK_PACKAGE, name, (("wght", _weight(face)),)))
        if other.covers(character):
            return other
    return font


@dataclass(frozen=True)
class Run:
    """Glyphs of one font; positions in ems."""

    font: Font
    glyphs: tuple[int, ...]
    places: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Shaped:
    """A word as glyphs; in ems from its start on the baseline, y down."""

    runs: tuple[Run, ...]
    advance: float
    ink: Box

    def draw(self, canvas: skia.Canvas, x: float, baseline: float, size: float, paint: skia.Paint) -> None:
        """Draw at a size in pixels."""
        for run in self.runs:
            builder = skia.TextBlobBuilder()
            builder.allocRunPos(run.font.at(size), list(run.glyphs), [skia.Point(px * size, py * size) for px, py in run.places])
            blob = builder.make()
            if blob is not None:
                canvas.drawTextBlob(blob, x, baseline, paint)


def _runs_of(text: str, face: Face) -> list[tuple[Font, str]]:
    runs: list[tuple[Font, str]] = []
    for character in text:
        joins = bool(runs) and (character.isspace() or not character.isprintable() or runs[-1][0].covers(character))
        font = runs[-1][0] if joins else _font_for(character, face)
        if runs and runs[-1][0] is font:
            runs[-1] = (font, runs[-1][1] + character)
        else:
            runs.append((font, character))
    return runs


@lru_cache(maxsize=4096)
def shape(text: str, face: Face, tracking: float = 0.0) -> Shaped:
    """Turn text without line breaks into glyphs with kerning; ``tracking`` is extra space after each glyph, in ems."""
    runs, x = [], 0.0
    ink = Box(0, 0, 0, 0)
    for font, part in _runs_of(text, face):
        buffer = harfbuzz.Buffer()
        buffer.add_str(part)
        buffer.guess_segment_properties()
        harfbuzz.shape(font.shaper, buffer, {"kern": True, "liga": tracking == 0})
        glyphs, places = [], []
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            glyphs.append(info.codepoint)
            places.append((x + position.x_offset / EM, -position.y_offset / EM))
            x += position.x_advance / EM + tracking
        for (px, py), bounds in zip(places, font.at(EM).getBounds(glyphs), strict=True):
            if not bounds.isEmpty():
                glyph = Box(bounds.left() / EM + px, bounds.top() / EM + py, bounds.right() / EM + px, bounds.bottom() / EM + py)
                ink = glyph if ink.width == 0 else ink.united(glyph)
        runs.append(Run(font, tuple(glyphs), tuple(places)))
    return Shaped(tuple(runs), max(0.0, x - tracking), ink)


@dataclass(frozen=True)
class Measure:
    """A face's vertical measures in ems, all positive."""

    ascent: float
    descent: float
    caps: float


@lru_cache(maxsize=64)
def measure(face: Face) -> Measure:
    """How far the letters of a face reach above and below the baseline, by their outlines."""
    reach = shape("dlHkbgpqy", face).ink
    return Measure(ascent=-reach.top, descent=reach.bottom, caps=-shape("H", face).ink.top)
