"""The heading that stands above a card's own composition, and what is left of the picture below it."""

from kiwi.render.canvas.fonts import measure
from kiwi.render.canvas.layout import Box
from kiwi.render.canvas.stage import Element, Stage
from kiwi.render.canvas.text import Setting, fit
from kiwi.render.cards.parts.elements import in_turn, rule_layer, word_layers

SNUG = 1.12


def grown(size: float, text: str) -> float:
    """How large a headline may be: the shorter it is, the larger, or a single word would be lost in the picture."""
    return size * (1.5 if len(text) <= 10 else 1.25 if len(text) <= 30 else 1.0)


def drawn_near(badge: Box, words_end: float, stage: Stage) -> Box:
    """A badge at the right, drawn towards words that end at ``words_end`` pixels: a third of the room between them is enough."""
    near = words_end + badge.width * 0.14 + stage.px(120)
    return badge.moved(min(0.0, near + (badge.left - near) / 3 - badge.left), 0)


def display_setting(stage: Stage, align: float) -> Setting:
    """How headings are set: as snug as the face's tallest and deepest letters allow without touching."""
    reach = measure(stage.theme.display)
    return Setting(stage.theme.display, max(SNUG, reach.ascent + reach.descent), align)


def heading_above(text: str, stage: Stage, share: float = 0.26) -> tuple[list[Element], Box]:
    """Set a heading with its rule in the middle of the safe area's top, at most ``share`` of its height; return it and the room below."""
    safe = stage.safe
    if not text.strip():
        return [], safe
    bar, gap = stage.px(10), stage.px(24)
    room = Box(safe.left, safe.top, safe.right, safe.top + safe.height * share - bar - gap)
    largest = stage.px(104 if stage.wide else 92)
    block = fit(text, display_setting(stage, 0.5), room, largest, stage.px(46), lines=2, down=0.0)
    starts = in_turn(block, stage.begin, 0.06)
    elements: list[Element] = [*word_layers("heading", block, stage, stage.theme.text, starts)]
    below = Box(safe.left, block.box.bottom + gap, safe.right, block.box.bottom + gap + bar)
    rule = below.placed(min(stage.px(132), block.box.width), bar)
    elements.append(rule_layer("heading rule", rule, stage, max(starts.values()) + 0.15))
    return elements, Box(safe.left, rule.bottom + stage.px(44 if stage.wide else 50), safe.right, safe.bottom)
