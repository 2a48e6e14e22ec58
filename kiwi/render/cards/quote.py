"""The quote card: somebody's words as they are spoken, under a large quotation mark."""

import skia  # type: ignore[import-not-found]

from kiwi.film.model import QuoteCard
from kiwi.render.canvas.compose import paint
from kiwi.render.canvas.fonts import shape
from kiwi.render.canvas.layout import Box
from kiwi.render.canvas.motion import fade, pop, rise, shown, together
from kiwi.render.canvas.stage import Element, Layer, Stage
from kiwi.render.canvas.text import Block, Setting, fit
from kiwi.render.cards.parts.elements import rule_layer, text_layer, word_layers
from kiwi.render.cards.parts.headings import grown
from kiwi.render.cards.parts.pulses import nodding

MARK = "“"
SIGNED_SECONDS = 2.0
"""How long the author's name is seen at least, if the shot is long enough."""


def plan(card: QuoteCard, stage: Stage) -> list[Element]:
    """The mark to the left of the words when the picture is wide, else above them; the author below."""
    align = 0.0 if stage.wide else 0.5
    mark, quote, name = _places(card, stage, align)
    starts = {index: stage.cue(word.start) for index, word in enumerate(card.words)} or {0: stage.begin}
    elements: list[Element] = [_mark_layer(mark, stage)]
    elements += word_layers("quote", quote, stage, stage.theme.text, starts, move=rise(quote.size * 0.25))
    if name:
        signed = min(max(starts.values()) + 0.5, stage.seconds - SIGNED_SECONDS)
        elements += _signature(card.by, name, stage, align, max(stage.begin + 0.3, signed))
    return elements


def _places(card: QuoteCard, stage: Stage, align: float) -> tuple[Box, Block, Box | None]:
    """Where the mark stands, the words, and the room for the author's name."""
    safe, gap = stage.safe, stage.px(40)
    across, down = stage.px(200), stage.px(150)
    name = stage.px(70) if card.by.strip() else 0.0
    foot = name + gap if name else 0.0
    head = 0.0 if stage.wide else down + gap
    room = Box(safe.left + (across + gap if stage.wide else 0.0), safe.top + head, safe.right, safe.bottom - foot)
    texts = [word.text for word in card.words]
    largest = grown(stage.px(116 if stage.wide else 108), " ".join(texts))
    quote = fit(texts, Setting(stage.theme.display, 1.2, align), room, largest, stage.px(40), lines=8, down=0.0)
    quote = quote.moved(0, (room.height - quote.box.height) * 0.5)
    if stage.wide:
        left, top = quote.box.left - gap - across, quote.box.top
    else:
        left, top = safe.centre[0] - across / 2, quote.box.top - gap - down
    below = Box(room.left, quote.box.bottom + gap, room.right, quote.box.bottom + gap + name)
    return Box(left, top, left + across, top + down), quote, below if name else None


def _mark_layer(box: Box, stage: Stage) -> Layer:
    """The display face's own opening mark, as large as fits its box."""
    glyphs = shape(MARK, stage.theme.display)
    size = min(box.width / glyphs.ink.width, box.height / glyphs.ink.height)
    left = box.left + (box.width - glyphs.ink.width * size) / 2 - glyphs.ink.left * size

    def draw(canvas: skia.Canvas) -> None:
        glyphs.draw(canvas, left, box.top - glyphs.ink.top * size, size, skia.Paint(AntiAlias=True, Color=stage.theme.accent))

    arriving = shown(stage.begin, stage.end, pop(0.5, turn=-14), fade(), seconds=0.8)
    return Layer("mark", paint(box, draw), together(arriving, nodding(0, -stage.px(10), 5.0)), box)


def _signature(by: str, box: Box, stage: Stage, align: float, start: float) -> list[Element]:
    """A short rule and the author's name, on one line."""
    dash, gap = stage.px(64), stage.px(24)
    room = Box(box.left + dash + gap, box.top, box.right, box.bottom)
    name = fit(by, Setting(stage.theme.strong, 1.2), room, stage.px(54), stage.px(28), lines=1)
    slack = (room.width - name.box.width) * align
    name = name.moved(slack, 0)
    middle = (name.box.top + name.box.bottom) / 2
    rule = Box(box.left + slack, middle - stage.px(3), box.left + slack + dash, middle + stage.px(3))
    return [rule_layer("dash", rule, stage, start), text_layer("by", name, stage, stage.theme.dim, start + 0.15)]
