"""The number card: a big number that counts up to its value, with its label; a percentage also fills a ring or a bar."""

import skia  # type: ignore[import-not-found]

from kiwi.film.model import NumberCard
from kiwi.render.canvas.compose import ink, paint
from kiwi.render.canvas.layout import Box, rows
from kiwi.render.canvas.motion import clamp, ease_in_out, fade, rise, shown
from kiwi.render.canvas.stage import Element, Layer, Sketch, Stage
from kiwi.render.canvas.text import Block, Setting, fit
from kiwi.render.cards.parts.counting import Count, Counted, Numeral, counting, fit_number, move_numeral, number_layers, take_apart
from kiwi.render.cards.parts.elements import adrift, badge_layer, orbit_layers, orbit_reach, rule_layer, text_layer

COUNT_SECONDS = 1.5
RING = 26.0
"""Width of the ring that a percentage fills, in pixels of a picture whose shorter side is 1080."""


def plan(card: NumberCard, stage: Stage) -> list[Element]:
    """Number, rule and label in a stack; the icon to the left when the picture is wide, else above."""
    text_room, badge = _rooms(stage, bool(card.icon))
    align = 0.0 if badge is not None and stage.wide else 0.5
    counted = take_apart(card.number)
    numeral, rule, label = _stack(card, counted, stage, text_room, align)
    start = stage.cue(card.cue)
    rolls = min(COUNT_SECONDS, max(0.3, (min(stage.end, stage.seconds) - start) * 0.6))
    count = counting(counted, start, rolls)
    share = _share(counted)
    theme, elements = stage.theme, list[Element]()
    if badge is not None:
        elements += (
            _ring(badge, stage, count, share) if share else orbit_layers(badge, stage, stage.begin + 0.1, (theme.accent, theme.second))
        )
        elements.append(badge_layer("icon", badge, card.icon, stage, stage.begin, adrift(stage)))
    arriving = shown(start, stage.end, rise(stage.px(70)), fade(), seconds=0.6)
    elements += number_layers(numeral, theme.accent, count, arriving, start + rolls)
    elements.append(rule_layer("rule", rule, stage, start + 0.3, theme.second))
    if label is not None:
        elements.append(text_layer("label", label, stage, theme.text, start + 0.4))
    return elements


def _rooms(stage: Stage, icon: bool) -> tuple[Box, Box | None]:
    safe = stage.safe
    if not icon:
        return safe, None
    if stage.wide:
        side = min(safe.height * 0.48, safe.width * 0.24)
        ring = _reach(side, stage)
        column = Box(safe.left, safe.top, safe.left + side + 2 * ring, safe.bottom)
        return Box(column.right + stage.px(70), safe.top, safe.right, safe.bottom), column.placed(side, side)
    side = min(safe.height * 0.3, safe.width * 0.36)
    ring = _reach(side, stage)
    badge = Box(safe.left, safe.top + ring, safe.right, safe.top + ring + side).placed(side, side)
    return Box(safe.left, badge.bottom + ring + stage.px(24), safe.right, safe.bottom), badge


def _reach(side: float, stage: Stage) -> float:
    """How far the ring around the badge reaches beyond it."""
    return orbit_reach(side, stage) + stage.px(RING) / 2


def _stack(card: NumberCard, counted: Counted, stage: Stage, room: Box, align: float) -> tuple[Numeral, Box, Block | None]:
    theme, gap, bar = stage.theme, stage.px(40), stage.px(12)
    low = min(stage.px(210), room.height * 0.36) if card.label.strip() else 0.0
    high = Box(room.left, room.top, room.right, room.bottom - low - bar - 2 * gap)
    numeral = fit_number(counted, theme.display, high, stage.px(380 if stage.wide else 330), align)
    label = None
    if low:
        below = Box(room.left, 0, room.right, low)
        label = fit(card.label, Setting(theme.strong, 1.2, align), below, stage.px(78), stage.px(36), 2, 0.0)
    heights = [numeral.box.height, bar, *([label.box.height] if label else [])]
    places = rows(room, heights, gap, down=0.5 if stage.wide else 0.0)
    numeral = move_numeral(numeral, 0, places[0].top - numeral.box.top)
    rule = places[1].placed(min(stage.px(190), room.width), bar, align)
    return numeral, rule, label.moved(0, places[2].top - label.box.top) if label else None


def _share(counted: Counted) -> float:
    """The part of a whole that a percentage is; 0 for what is no percentage."""
    decimals = len(counted.numeral.partition(".")[2])
    share = counted.last / 10**decimals / 100
    return share if counted.after.strip().startswith(("%", "percent")) and 0 < share <= 1 else 0.0


def _ring(badge: Box, stage: Stage, count: Count, share: float) -> list[Element]:
    """A track around the badge that fills clockwise from the top as the number counts."""
    theme, width, (x, y) = stage.theme, stage.px(RING), badge.centre
    radius = badge.width / 2 + orbit_reach(badge.width, stage)
    circle = Box(x - radius, y - radius, x + radius, y + radius)
    stroke = {"AntiAlias": True, "Style": skia.Paint.kStroke_Style, "StrokeWidth": width}
    track = skia.Paint(Color=theme.second & 0xFFFFFF | 0x40000000, **stroke)
    appearing = shown(stage.begin, stage.end, fade(), fade(), seconds=0.5)
    filled = skia.Paint(Color=ink(theme.second), StrokeCap=skia.Paint.kRound_Cap, **stroke)
    top = count(1e9)

    def draw(canvas: skia.Canvas, second: float) -> None:
        done = clamp(count(second) / top)
        filled.setColor(ink(theme.second & 0xFFFFFF | round(255 * ease_in_out(appearing(second).alpha)) << 24))
        if done > 0.01:
            canvas.drawArc(circle.rect, -90, 360 * share * done, False, filled)

    picture = paint(circle, lambda canvas: canvas.drawCircle(x, y, radius, track), margin=width)
    return [Layer("track", picture, appearing), Sketch("ring", draw, appearing)]
