"""The icons card: a grid of tiles, each an icon and its label."""

from kiwi.film.model import IconsCard, Point
from kiwi.render.canvas.layout import Box, columns, equal_rows
from kiwi.render.canvas.motion import pop
from kiwi.render.canvas.stage import Element, Stage
from kiwi.render.canvas.text import Block, Setting
from kiwi.render.cards.parts.elements import badge_layer, panel_layer, text_layer
from kiwi.render.cards.parts.headings import heading_above
from kiwi.render.cards.parts.labels import set_alike
from kiwi.render.cards.parts.placeholders import placeholder_layers
from kiwi.render.cards.parts.pulses import hopping

ANY_ICON = "sparkle"
WIDE_ROWS = {1: (1,), 2: (2,), 3: (3,), 4: (4,), 5: (3, 2), 6: (3, 3)}
SQUARE_ROWS = {1: (1,), 2: (2,), 3: (1, 1, 1), 4: (2, 2), 5: (3, 2), 6: (3, 3)}
TALL_ROWS = {1: (1,), 2: (1, 1), 3: (1, 1, 1), 4: (2, 2), 5: (2, 2, 1), 6: (2, 2, 2)}
"""Tiles in each row, by how many there are."""


def plan(card: IconsCard, stage: Stage) -> list[Element]:
    """Tiles of one size in rows, each popping up at its cue."""
    elements, room = heading_above(card.heading, stage)
    tiles = _tiles(room, len(card.points), stage)
    lying = bool(tiles) and tiles[0].width > tiles[0].height * 1.9
    places = (_lying if lying else _standing)(card.points, tiles, stage)
    badges: list[Element] = []
    for number, (point, tile, (badge, label)) in enumerate(zip(card.points, tiles, places, strict=True)):
        start = max(stage.cue(point.cue), stage.begin + 0.35 + 0.12 * number)
        motion = hopping(stage.px(8), 5.0, number / len(tiles))
        early, radius = stage.begin + 0.25 + 0.14 * number, stage.px(stage.theme.radius)
        elements += placeholder_layers(f"tile {number + 1}", tile, stage, radius, early, start, point.icon or ANY_ICON, badge)
        elements.append(panel_layer(f"tile {number + 1}", tile, stage, start, pop(0.78)))
        elements.append(text_layer(f"label {number + 1}", label, stage, stage.theme.text, start + 0.22))
        badges.append(badge_layer(f"icon {number + 1}", badge, point.icon or ANY_ICON, stage, start + 0.12, motion))
    return elements + badges


def _tiles(room: Box, count: int, stage: Stage) -> list[Box]:
    """Equal tiles, as square as the room lets them be, each row in the middle."""
    if not count:
        return []
    plan_of = TALL_ROWS if stage.tall else WIDE_ROWS if stage.wide else SQUARE_ROWS
    counts = plan_of.get(count) or tuple([3] * (count // 3) + ([count % 3] if count % 3 else []))
    gap = stage.px(34 if stage.wide else 30)
    most = max(counts)
    width = min((room.width - gap * (most - 1)) / most, stage.px(560) if stage.wide else room.width)
    high = min((room.height - gap * (len(counts) - 1)) / len(counts), width * 1.2 if most > 1 or stage.wide else stage.px(340))
    band = room.placed(room.width, high * len(counts) + gap * (len(counts) - 1), down=0.0)
    return [
        tile for row, inside in zip(equal_rows(band, len(counts), gap), counts, strict=True) for tile in columns(row, [width] * inside, gap)
    ]


def _standing(points: tuple[Point, ...], tiles: list[Box], stage: Stage) -> list[tuple[Box, Block]]:
    """Badges with the labels under them; the badges as large as the longest label leaves room for."""
    gap = stage.px(22)
    inner = [tile.inset(min(stage.px(28), tile.width * 0.07), min(stage.px(34), tile.height * 0.1)) for tile in tiles]
    labels = _labels(points, [Box(box.left, box.top, box.right, box.top + box.height * 0.4) for box in inner], stage, 0.5)
    tallest = max((label.box.height for label in labels), default=0.0)
    places = []
    for box, label in zip(inner, labels, strict=True):
        side = min(box.height - gap - tallest, box.width * 0.76, stage.px(270))
        top = box.top + (box.height - side - gap - tallest) / 2
        badge = Box(box.left, top, box.right, top + side).placed(side, side)
        places.append((badge, label.moved(0, badge.bottom + gap + (tallest - label.box.height) / 2 - label.box.top)))
    return places


def _lying(points: tuple[Point, ...], tiles: list[Box], stage: Stage) -> list[tuple[Box, Block]]:
    """Badges with the labels at their right."""
    inner = [tile.inset(min(stage.px(30), tile.height * 0.12)) for tile in tiles]
    badges = [box.placed(side := min(box.height, box.width * 0.38, stage.px(220)), side, across=0.0) for box in inner]
    rooms = [Box(badge.right + stage.px(32), box.top, box.right, box.bottom) for badge, box in zip(badges, inner, strict=True)]
    return list(zip(badges, _labels(points, rooms, stage, 0.0), strict=True))


def _labels(points: tuple[Point, ...], rooms: list[Box], stage: Stage, align: float) -> list[Block]:
    setting = Setting(stage.theme.strong, 1.18, align)
    return set_alike([point.text for point in points], rooms, setting, largest=stage.px(66), smallest=stage.px(28), lines=3)
