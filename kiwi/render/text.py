"""Text: shaping with kerning, script fallback, balanced line breaks and sizes fitted by measuring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from pathlib import Path

import skia  # type: ignore[import-not-found]
import uharfbuzz as harfbuzz  # type: ignore[import-untyped]

from kiwi.errors import SetupIncomplete
from kiwi.render.layout import Box
from kiwi.render.themes import Face

EM = 1000
"""Fonts are measured once at this size; every other size is a multiple."""
STEP = 0.965
"""From one size tried to the next smaller one."""
ROUNDING = 1e-6
"""Pixels that sums of widths may differ by."""
CLINGING = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "to",
        "in",
        "on",
        "at",
        "by",
        "for",
        "and",
        "or",
        "but",
        "is",
        "are",
        "as",
        "with",
        "your",
        "our",
        "my",
        "its",
        "no",
    ]
)
"""Words that should not end a line."""
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


@dataclass(frozen=True)
class PlacedWord:
    """A word at its place on the frame; pixels."""

    text: str
    index: int
    """Of the word it is, or is a piece of, among the words given."""
    line: int
    shaped: Shaped
    size: float
    x: float
    baseline: float
    ascent: float
    descent: float

    @property
    def box(self) -> Box:
        """From its first to its last visible pixel across, as high as its line."""
        ink = self.shaped.ink
        return Box(self.x + ink.left * self.size, self.baseline - self.ascent, self.x + ink.right * self.size, self.baseline + self.descent)

    def draw(self, canvas: skia.Canvas, colour: int) -> None:
        """Draw in a colour 0xAARRGGBB."""
        self.shaped.draw(canvas, self.x, self.baseline, self.size, skia.Paint(AntiAlias=True, Color=colour))


@dataclass(frozen=True)
class Block:
    """Words set in lines."""

    words: tuple[PlacedWord, ...]
    lines: int
    size: float
    box: Box
    """Around everything that can be seen of it."""

    def moved(self, dx: float, dy: float) -> "Block":
        """The same elsewhere."""
        words = tuple(replace(word, x=word.x + dx, baseline=word.baseline + dy) for word in self.words)
        return replace(self, words=words, box=self.box.moved(dx, dy))

    def draw(self, canvas: skia.Canvas, colour: int, others: Mapping[int, int] | None = None) -> None:
        """Draw in a colour; ``others`` gives words by index other colours."""
        for word in self.words:
            word.draw(canvas, (others or {}).get(word.index, colour))

    def line_box(self, line: int) -> Box:
        """Around the words of one line."""
        first, *rest = (word.box for word in self.words if word.line == line)
        for box in rest:
            first = first.united(box)
        return first


def lines_needed(widths: Sequence[float], space: float, limit: float) -> int:
    """Count the lines that words of these widths fill, one after the other."""
    lines, length = 1, 0.0
    for number, width in enumerate(widths):
        if number == 0:
            length = width
        elif length + space + width > limit + ROUNDING:
            lines, length = lines + 1, width
        else:
            length += space + width
    return lines


def balance(widths: Sequence[float], space: float, limit: float, clinging: Sequence[bool] = ()) -> list[int]:
    """Break words of these widths into as few lines as fit ``limit``, of lengths as equal as can be; return each line's first word.

    Words marked ``clinging`` (articles, prepositions) avoid ending a line. A word wider than the limit has a line to itself.
    """
    count = len(widths)
    ends = [0.0]
    for width in widths:
        ends.append(ends[-1] + width + space)

    def length(first: int, after: int) -> float:
        return ends[after] - ends[first] - space

    fewest = lines_needed(widths, space, limit)
    ideal = (ends[count] - space * fewest) / fewest
    best: dict[tuple[int, int], tuple[float, tuple[int, ...]]] = {(0, 0): (0.0, ())}
    for lines in range(1, fewest + 1):
        for after in range(lines, count + 1):
            choices = []
            for start in range(lines - 1, after):
                before = best.get((lines - 1, start))
                if before is None or (after - start > 1 and length(start, after) > limit + 2 * ROUNDING):
                    continue
                hangs = 0.12 if after < count and clinging and clinging[after - 1] else 0.0
                choices.append((before[0] + ((length(start, after) - ideal) / limit) ** 2 + hangs, (*before[1], start)))
            if choices:
                best[lines, after] = min(choices)
    return list(best[fewest, count][1])


@dataclass(frozen=True)
class Setting:
    """How words are set: the face, the least line height in sizes, the alignment (0 left, 0.5 centred, 1 right), extra spaces in sizes."""

    face: Face
    leading: float = 1.16
    align: float = 0.0
    tracking: float = 0.0
    spacing: float = 0.0
    """Extra space between words, in sizes."""

    @property
    def space(self) -> float:
        """The whole space between words, in sizes."""
        return shape("n n", self.face).advance - 2 * shape("n", self.face).advance + self.tracking + self.spacing


def set_words(words: Sequence[tuple[int, str]], setting: Setting, size: float, width: float) -> Block:
    """Set (index, word) pairs at a size, broken into balanced lines of at most ``width`` pixels, the box's left top at 0, 0."""
    shaped = [shape(text, setting.face, setting.tracking) for _, text in words]
    space = setting.space * size
    widths = [word.advance * size for word in shaped]
    firsts = balance(widths, space, width, [text.lower() in CLINGING for _, text in words])
    metric = measure(setting.face)
    ascent = max(metric.ascent, *(-word.ink.top for word in shaped)) * size
    descent = max(metric.descent, *(word.ink.bottom for word in shaped)) * size
    spans = list(zip(firsts, [*firsts[1:], len(words)], strict=True))
    lengths = [sum(widths[first:after]) + space * (after - first - 1) for first, after in spans]
    pitch = max(size * setting.leading, ascent + descent)
    widest, placed = max(lengths), []
    for line, (first, after) in enumerate(spans):
        x = (widest - lengths[line]) * setting.align
        for number in range(first, after):
            index, text = words[number]
            baseline = ascent + line * pitch
            placed.append(PlacedWord(text, index, line, shaped[number], size, x, baseline, ascent, descent))
            x += widths[number] + space
    boxes = [word.box for word in placed]
    box = Box(min(b.left for b in boxes), 0, max(b.right for b in boxes), max(b.bottom for b in boxes))
    return Block(tuple(placed), len(spans), size, box).moved(-box.left, 0)


def _broken(words: Sequence[tuple[int, str]], setting: Setting, size: float, width: float) -> list[tuple[int, str]]:
    """Cut words that are wider than a line into pieces that fit."""
    pieces = []
    for index, text in words:
        piece = ""
        for character in text:
            if piece and shape(piece + character, setting.face, setting.tracking).advance * size > width:
                pieces.append((index, piece))
                piece = ""
            piece += character
        pieces.append((index, piece))
    return pieces


def _may_fit(words: Sequence[tuple[int, str]], setting: Setting, size: float, box: Box, lines: int) -> bool:
    """Whether it is worth setting words at a size: much cheaper than doing it."""
    widths = [shape(text, setting.face, setting.tracking).advance * size for _, text in words]
    needed = lines_needed(widths, setting.space * size, box.width)
    metric = measure(setting.face)
    height = (needed - 1) * setting.leading * size + (metric.ascent + metric.descent) * size
    return needed <= lines and height <= box.height + 0.01 and max(widths) <= box.width + 0.05 * size


def fit(
    words: str | Sequence[str],
    setting: Setting,
    box: Box,
    largest: float,
    smallest: float,
    lines: int = 4,
    down: float = 0.5,
) -> Block:
    """Set words as large as fits a box, ``largest`` to ``smallest`` pixels, at ``down`` (0 top, 0.5 middle) and the setting's alignment.

    What does not fit even at the smallest size is broken inside words, and then set smaller still: nothing ever leaves the box.
    """
    given = list(enumerate(words.split() if isinstance(words, str) else words)) or [(0, "")]
    size, cut = largest, given
    while True:
        hopeless = size > 4 and not _may_fit(cut, setting, size, box, lines if size >= smallest else len(cut))
        if not hopeless:
            block = set_words(cut, setting, size, box.width)
            if (block.box.width <= box.width + 0.01 and block.box.height <= box.height + 0.01) or size <= 4:
                break
        size *= STEP
        if size < smallest:
            cut = _broken(given, setting, size, box.width)
    metric = measure(setting.face)
    slack = box.height - block.box.height
    top = slack * down
    if 0 < down < 1:
        top = min(slack, top + max(0.0, (metric.descent - (metric.ascent - metric.caps)) / 2 * size))
    across = (box.width - block.box.width) * setting.align
    return block.moved(box.left + across - block.box.left, box.top + top - block.box.top)
