"""The title card: the film's name, as large as it can be, with its icon."""

from kiwi.film.model import TitleCard
from kiwi.render.canvas.layout import Box, rows
from kiwi.render.canvas.stage import Element, Layer, Stage
from kiwi.render.canvas.text import Block, Setting, fit
from kiwi.render.cards.parts.elements import adrift, badge_layer, in_turn, orbit_layers, orbit_reach, rule_layer, text_layer, word_layers
from kiwi.render.cards.parts.headings import drawn_near, grown


def plan(card: TitleCard, stage: Stage) -> list[Element]:
    """Headline with a rule under it and the subline below; the icon beside them when the picture is wide, else above."""
    beside = stage.wide and bool(card.icon)
    text_box, badge_box = _beside(stage) if beside else _above(stage, bool(card.icon))
    headline, rule, subline = _texts(card, stage, text_box, 0.0 if beside else 0.5)
    if beside:
        badge_box = drawn_near(badge_box, max(headline.box.right, subline.box.right if subline else 0.0), stage)
    theme, begin = stage.theme, stage.begin
    elements: list[Element] = []
    if card.icon:
        elements += orbit_layers(badge_box, stage, begin, (theme.accent, theme.second))
        elements.append(badge_layer("icon", badge_box, card.icon, stage, begin + 0.1, adrift(stage)))
    starts = in_turn(headline, begin, 0.08)
    elements += word_layers("headline", headline, stage, theme.text, starts, {_emphasis(headline): theme.accent})
    elements.append(rule_layer("rule", rule, stage, max(starts.values()) + 0.15))
    if subline:
        elements.append(_subline(subline, stage, max(starts.values()) + 0.3))
    return elements


def _beside(stage: Stage) -> tuple[Box, Box]:
    safe = stage.safe
    diameter = min(safe.height * 0.6, safe.width * 0.27)
    column = Box(safe.right - diameter - stage.px(110), safe.top, safe.right, safe.bottom)
    return Box(safe.left, safe.top, column.left - stage.px(40), safe.bottom), column.placed(diameter, diameter)


def _above(stage: Stage, icon: bool) -> tuple[Box, Box]:
    safe = stage.safe
    if not icon:
        return safe.inset(safe.width * 0.04, 0), safe
    diameter = min(safe.height * 0.32, safe.width * 0.38)
    ring = orbit_reach(diameter, stage) + stage.px(12)
    badge = Box(safe.left, safe.top + ring, safe.right, safe.top + ring + diameter).placed(diameter, diameter)
    return Box(safe.left, badge.bottom + ring + stage.px(20), safe.right, safe.bottom), badge


def _texts(card: TitleCard, stage: Stage, box: Box, align: float) -> tuple[Block, Box, Block | None]:
    """Headline, rule and subline as one stack: in the middle beside the icon, close under it."""
    theme, gap, bar = stage.theme, stage.px(38), stage.px(12)
    below = Box(box.left, 0, box.right, stage.px(140))
    subline = (
        fit(card.subline, Setting(theme.body, 1.3, align), below, stage.px(56), stage.px(32), 2, 0.0) if card.subline.strip() else None
    )
    low = subline.box.height if subline else 0.0
    high = Box(box.left, box.top, box.right, box.bottom - low - bar - 2 * gap)
    largest = grown(stage.px(164 if stage.wide else 176 if stage.tall else 150), card.headline)
    headline = fit(card.headline, Setting(theme.display, 1.12, align), high, largest, stage.px(64), lines=4, down=0.0)
    heights = [headline.box.height, bar, *([subline.box.height] if subline else [])]
    places = rows(box, heights, gap, down=0.5 if stage.wide else 0.0)
    headline = headline.moved(0, places[0].top - headline.box.top)
    rule = places[1].placed(min(stage.px(190), headline.box.width), bar, align)
    return headline, rule, subline.moved(0, places[2].top - subline.box.top) if subline else None


def _emphasis(headline: Block) -> int:
    """The longest word is in the accent colour, if there are others."""
    indices = {word.index for word in headline.words}
    return max(headline.words, key=lambda word: len(word.text)).index if len(indices) > 1 else -1


def _subline(subline: Block, stage: Stage, start: float) -> Layer:
    return text_layer("subline", subline, stage, stage.theme.dim, start)
