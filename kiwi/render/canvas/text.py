"""Text: words set in balanced lines, as large as fits, by measuring."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import skia  # type: ignore[import-not-found]

from kiwi.render.canvas.fonts import Shaped, measure, shape
from kiwi.render.canvas.layout import Box
from kiwi.render.look.themes import Face

STEP = 0.965
"""From one size tried to the next smaller one."""
HEADING_LINES, HEADING_WORDS, LEAST_SHARE = 3, 7, 0.78
"""What is looked at for a line of one word, and down to which share of its size it may be set for another break."""
ROUNDING = 1e-6
"""Pixels that sums of widths may differ by."""
CLINGING = re.compile("a|an|the|of|to|in|on|at|by|for|and|or|but|is|are|as|with|your|our|my|its|no", re.IGNORECASE)
"""Words that should not end a line."""


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
    firsts = balance(widths, space, width, [bool(CLINGING.fullmatch(text)) for _, text in words])
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


def _without_lone_word(
    words: Sequence[tuple[int, str]], setting: Setting, size: float, block: Block, box: Box, smallest: float
) -> tuple[float, Block]:
    """A heading of three lines, one of them a single word, in two lines where a little smaller letters make it so."""
    counts = [sum(word.line == line for word in block.words) for line in range(block.lines)]
    if block.lines != HEADING_LINES or not block.lines < len(words) <= HEADING_WORDS or min(counts) > 1:
        return size, block
    least, smaller = max(smallest, LEAST_SHARE * size), size * STEP
    while smaller >= least:
        if _may_fit(words, setting, smaller, box, HEADING_LINES - 1):
            found = set_words(words, setting, smaller, box.width)
            if found.lines < block.lines and found.box.width <= box.width + 0.01:
                return smaller, found
        smaller *= STEP
    return size, block


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
    size, block = _without_lone_word(cut, setting, size, block, box, smallest)
    metric = measure(setting.face)
    slack = box.height - block.box.height
    top = slack * down
    if 0 < down < 1:
        top = min(slack, top + max(0.0, (metric.descent - (metric.ascent - metric.caps)) / 2 * size))
    across = (box.width - block.box.width) * setting.align
    return block.moved(box.left + across - block.box.left, box.top + top - block.box.top)
