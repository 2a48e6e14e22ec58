"""The icons card: a grid of tiles, each an icon and its label."""

from kiwi.film import IconsCard, Point
from kiwi.render.elements import badge_layer, panel_layer, text_layer
from kiwi.render.headings import heading_above
from kiwi.render.layout import Box, columns, equal_rows
from kiwi.render.motion import pop
from kiwi.render.pulses import hopping
from kiwi.render.stage import Element, Stage
from kiwi.render.text import Block, Setting, fit

WIDE_ROWS = {1: (1,), 2: (2,), 3: (3,), 4: (4,), 5: (3, 2), 6: (3, 3)}
SQUARE_ROWS = {1: (1,), 2: (2,), 3: (3,), 4: (2, 2), 5: (3, 2), 6: (3, 3)}
TALL_ROWS = {1: (1,), 2: (1, 1), 3: (1, 1, 1), 4: (2, 2), 5: (2, 2, 1), 6: (2, 2, 2)}
"""Tiles in each row, by how many there are."""


def plan(card: IconsCard, stage: Stage) -> list[Element]:
    """Tiles of one size in rows, each popping up at its cue."""
    elements, room = heading_above(card.heading, stage)
    tiles = _tiles(room, len(card.points), stage)
    lying = bool(tiles) and tiles[0].width > tiles[0].height * 1.9
    places = [_inside(tile, stage, lying) for tile in tiles]
    setting = Setting(stage.theme.strong, 1.18, 0.0 if lying else 0.5)
    sizes = [_label(point, room, setting, stage.px(48), stage).size for point, (_, room) in zip(card.points, places, strict=True)]
    for number, (point, tile, (badge, words)) in enumerate(zip(card.points, tiles, places, strict=True)):
        start = max(stage.cue(point.cue), stage.begin + 0.35 + 0.12 * number)
        label = _label(point, words, setting, min(sizes), stage)
        elements.append(panel_layer(f"tile {number + 1}", tile, stage, start, pop(0.78)))
        elements.append(
            badge_layer(
                f"icon {number + 1}", badge, point.icon or "sparkle", stage, start + 0.12, hopping(stage.px(12), 5.0, number / len(tiles))
            )
        )
        elements.append(text_layer(f"label {number + 1}", label, stage, stage.theme.text, start + 0.22))
    return elements


def _tiles(room: Box, count: int, stage: Stage) -> list[Box]:
    """Equal tiles, as square as the room lets them be, each row in the middle."""
    if not count:
        return []
    plan_of = TALL_ROWS if stage.tall else WIDE_ROWS if stage.wide else SQUARE_ROWS
    counts = plan_of.get(count) or tuple([3] * (count // 3) + ([count % 3] if count % 3 else []))
    gap = stage.px(34 if stage.wide else 30)
    most = max(counts)
    width = min((room.width - gap * (most - 1)) / most, stage.px(560) if stage.wide else room.width)
    high = min((room.height - gap * (len(counts) - 1)) / len(counts), width * 1.05 if most > 1 or stage.wide else stage.px(300))
    band = room.placed(room.width, high * len(counts) + gap * (len(counts) - 1), down=0.4)
    return [
        tile for row, inside in zip(equal_rows(band, len(counts), gap), counts, strict=True) for tile in columns(row, [width] * inside, gap)
    ]


def _inside(tile: Box, stage: Stage, lying: bool) -> tuple[Box, Box]:
    """Where a tile's badge and its label go: beside each other in a lying tile, else above each other."""
    pad, gap = stage.px(28), stage.px(24)
    inner = tile.inset(min(pad, tile.width * 0.08), min(pad, tile.height * 0.1))
    if lying:
        side = min(inner.height, stage.px(180))
        badge = Box(inner.left, inner.top, inner.left + side, inner.bottom).placed(side, side)
        return badge, Box(badge.right + gap * 1.4, inner.top, inner.right, inner.bottom)
    low = min(inner.height * 0.36, stage.px(126))
    side = min(inner.height - low - gap, inner.width * 0.74, stage.px(216))
    slack = max(0.0, inner.height - low - gap - side)
    badge = Box(inner.left, inner.top + slack * 0.5, inner.right, inner.top + slack * 0.5 + side).placed(side, side)
    return badge, Box(inner.left, badge.bottom + gap, inner.right, badge.bottom + gap + low)


def _label(point: Point, room: Box, setting: Setting, largest: float, stage: Stage) -> Block:
    return fit(point.text, setting, room, largest, min(largest, stage.px(28)), lines=3)
