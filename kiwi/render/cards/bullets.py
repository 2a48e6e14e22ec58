"""The bullets card: a heading and its points, one under the other, each sliding in at its cue."""

from kiwi.film.model import BulletsCard, Point
from kiwi.render.canvas.layout import Box, equal_rows, rows
from kiwi.render.canvas.motion import slide
from kiwi.render.canvas.stage import Element, Stage
from kiwi.render.canvas.text import Block, Setting, fit
from kiwi.render.cards.parts.elements import badge_layer, in_turn, panel_layer, rule_layer, text_layer, word_layers
from kiwi.render.cards.parts.headings import grown, heading_above
from kiwi.render.cards.parts.placeholders import placeholder_layers

TALLEST_ROW = {"wide": 176.0, "square": 168.0, "tall": 216.0}
FALLBACK_ICON = "check-fat"


def plan(card: BulletsCard, stage: Stage) -> list[Element]:
    """Panels with a badge and a label each; the heading on the left when the picture is wide, else above."""
    elements, room = _heading_beside(card.heading, stage) if stage.wide and card.heading.strip() else heading_above(card.heading, stage)
    places = _rows(room, len(card.points), stage)
    inner = [_inside(place, stage) for place in places]
    setting = Setting(stage.theme.strong, 1.16)
    size = min(
        (_label(point, words, setting, stage.px(68), stage).size for point, (_, words) in zip(card.points, inner, strict=True)), default=0.0
    )
    starts = [stage.cue(point.cue, 0.3 + 0.12 * number) for number, point in enumerate(card.points)]
    for number, (point, place, (badge, words)) in enumerate(zip(card.points, places, inner, strict=True)):
        start, until = starts[number], starts[number + 1] if number + 1 < len(starts) else stage.end
        label = _label(point, words, setting, size, stage)
        early, radius, icon = stage.begin + 0.25 + 0.14 * number, stage.px(stage.theme.radius), point.icon or FALLBACK_ICON
        elements += placeholder_layers(f"row {number + 1}", place, stage, radius, early, start, icon, badge)
        bar = Box(place.left + stage.px(11), badge.top, place.left + stage.px(19), badge.bottom)
        elements.append(panel_layer(f"row {number + 1}", place, stage, start, slide(stage.px(90))))
        elements.append(rule_layer(f"marker {number + 1}", bar, stage, start + 0.2, from_side="top", until=until))
        elements.append(badge_layer(f"icon {number + 1}", badge, icon, stage, start + 0.12))
        elements.append(text_layer(f"point {number + 1}", label, stage, stage.theme.text, start + 0.12, slide(stage.px(60))))
    return elements


def _heading_beside(text: str, stage: Stage) -> tuple[list[Element], Box]:
    """The heading in the left third, its rule under it; the rest is for the points."""
    safe, bar, gap = stage.safe, stage.px(12), stage.px(36)
    column = Box(safe.left, safe.top, safe.left + safe.width * 0.36, safe.bottom - bar - gap)
    block = fit(text, Setting(stage.theme.display, 1.14), column, grown(stage.px(112), text), stage.px(52), lines=5, down=0.0)
    places = rows(safe, [block.box.height, bar], gap)
    block = block.moved(0, places[0].top - block.box.top)
    starts = in_turn(block, stage.begin, 0.07)
    rule = Box(safe.left, places[1].top, safe.left + stage.px(150), places[1].bottom)
    elements: list[Element] = [*word_layers("heading", block, stage, stage.theme.text, starts)]
    elements.append(rule_layer("rule", rule, stage, max(starts.values()) + 0.15))
    return elements, Box(column.right + stage.px(80), safe.top, safe.right, safe.bottom)


def _rows(room: Box, count: int, stage: Stage) -> list[Box]:
    if not count:
        return []
    shape = "tall" if stage.tall else "wide" if stage.wide else "square"
    gap = min(stage.px(28), room.height * 0.2 / count)
    high = min(stage.px(TALLEST_ROW[shape]), (room.height - gap * (count - 1)) / count)
    band = room.placed(room.width, high * count + gap * (count - 1), down=0.5 if stage.wide else 0.0)
    return equal_rows(band, count, gap)


def _inside(place: Box, stage: Stage) -> tuple[Box, Box]:
    """Where a row's badge and its label go."""
    pad = place.height * 0.15
    side = place.height - 2 * pad
    left = place.left + stage.px(34)
    badge = Box(left, place.top + pad, left + side, place.bottom - pad)
    return badge, Box(badge.right + stage.px(30), place.top + pad * 0.6, place.right - stage.px(30), place.bottom - pad * 0.6)


def _label(point: Point, room: Box, setting: Setting, largest: float, stage: Stage) -> Block:
    return fit(point.text, setting, room, largest, min(largest, stage.px(34)), lines=2)
