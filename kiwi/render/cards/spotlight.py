"""The spotlight card: one large icon, a heading and a few words."""

from kiwi.film.model import SpotlightCard
from kiwi.render.canvas.layout import Box, rows
from kiwi.render.canvas.motion import fade, shown
from kiwi.render.canvas.stage import Element, Stage
from kiwi.render.canvas.text import Block, Setting, fit
from kiwi.render.cards.parts.elements import badge_layer, in_turn, orbit_layers, rule_layer, text_layer, word_layers
from kiwi.render.cards.parts.headings import display_setting, grown
from kiwi.render.cards.parts.pulses import around_badge, badge_radius, inside_rings, pulse


def plan(card: SpotlightCard, stage: Stage) -> list[Element]:
    """The icon beside the words when the picture is wide, else above them."""
    theme, begin = stage.theme, stage.begin
    badge, room = _beside(stage) if stage.wide else _above(stage)
    badge, align = inside_rings(badge, stage), 0.0 if stage.wide else 0.5
    heading, rule, text = _texts(card, stage, room, align)
    appearing = shown(begin + 0.5, stage.end, fade(), fade(), seconds=0.8)
    halo = pulse("halo", badge, stage, theme.accent, appearing, reach=stage.px(64), seconds=4.4, radius=badge_radius(badge, stage))
    elements: list[Element] = [halo, *orbit_layers(around_badge(badge, stage), stage, begin, (theme.accent, theme.second))]
    elements.append(badge_layer("icon", badge, card.icon, stage, begin))
    starts = in_turn(heading, stage.cue(card.cue, after=0.2), 0.07)
    elements += word_layers("heading", heading, stage, theme.text, starts)
    settled = max(starts.values())
    elements.append(rule_layer("rule", rule, stage, settled + 0.15))
    if text:
        elements.append(text_layer("text", text, stage, theme.dim, settled + 0.3))
    return elements


def _beside(stage: Stage) -> tuple[Box, Box]:
    safe, ring = stage.safe, stage.px(72)
    diameter = min(safe.height * 0.7, safe.width * 0.3)
    badge = Box(safe.left + ring, safe.top, safe.left + ring + diameter, safe.bottom).placed(diameter, diameter)
    return badge, Box(badge.right + ring + stage.px(50), safe.top, safe.right, safe.bottom)


def _above(stage: Stage) -> tuple[Box, Box]:
    safe, ring = stage.safe, stage.px(66)
    diameter = min(safe.height * (0.42 if stage.tall else 0.38), safe.width * 0.48)
    badge = Box(safe.left, safe.top + ring, safe.right, safe.top + ring + diameter).placed(diameter, diameter)
    return badge, Box(safe.left, badge.bottom + ring, safe.right, safe.bottom)


def _texts(card: SpotlightCard, stage: Stage, room: Box, align: float) -> tuple[Block, Box, Block | None]:
    """Heading, rule and text as one stack."""
    theme, gap, bar = stage.theme, stage.px(32), stage.px(12)
    low = room.height * 0.3 if card.text.strip() else 0.0
    largest = grown(stage.px(144 if stage.wide else 132), card.heading)
    high = Box(room.left, room.top, room.right, room.bottom - low - bar - 2 * gap)
    heading = fit(card.heading, display_setting(stage, align), high, largest, stage.px(52), lines=3, down=0.0)
    text = None
    if low:
        text = fit(card.text, Setting(theme.body, 1.34, align), Box(room.left, 0, room.right, low), stage.px(54), stage.px(32), 4, 0.0)
    heights = [heading.box.height, bar, *([text.box.height] if text else [])]
    places = rows(room, heights, gap, down=0.5 if stage.wide else 0.0)
    rule = places[1].placed(min(stage.px(150), heading.box.width), bar, align)
    return heading.moved(0, places[0].top - heading.box.top), rule, text.moved(0, places[2].top - text.box.top) if text else None
