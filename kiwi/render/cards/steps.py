"""The steps card: numbered nodes on a path that draws itself from one to the next."""

from dataclasses import dataclass

import skia  # type: ignore[import-not-found]

from kiwi.film.model import Point, StepsCard
from kiwi.render.canvas.compose import Picture, paint
from kiwi.render.canvas.layout import Box, equal_columns, equal_rows
from kiwi.render.canvas.motion import Motion, fade, pop, shown, slide, together, unroll
from kiwi.render.canvas.stage import Element, Layer, Stage
from kiwi.render.canvas.text import Block, Setting, fit
from kiwi.render.cards.parts.elements import draw_badge, text_layer
from kiwi.render.cards.parts.headings import heading_above
from kiwi.render.cards.parts.labels import set_alike
from kiwi.render.cards.parts.placeholders import placeholder_layers
from kiwi.render.cards.parts.pulses import badge_radius, hopping
from kiwi.render.look.colours import Colour, over

SHORT = 16
"""Characters of a label that still has room in a third of a square picture."""
DRAWING_SECONDS = 0.5
"""From one node to the next."""


@dataclass(frozen=True)
class Step:
    """One step's node and its words."""

    node: Box
    label: Block


def plan(card: StepsCard, stage: Stage) -> list[Element]:
    """From left to right where there is width for it, else from top to bottom."""
    elements, room = heading_above(card.heading, stage)
    if not card.steps:
        return elements
    count = len(card.steps)
    across = stage.wide or (not stage.tall and count <= 3 and max(len(step.text) for step in card.steps) <= SHORT)
    places = (_across if across else _down)(card.steps, room, stage)
    starts = [max(stage.cue(step.cue), stage.begin + 0.4 + 0.12 * number) for number, step in enumerate(card.steps)]
    elements += _path_layers(places, stage, starts, across)
    for number, (place, start) in enumerate(zip(places, starts, strict=True)):
        radius = badge_radius(place.node, stage)
        early = stage.begin + 0.25 + 0.14 * number
        elements += placeholder_layers(f"node {number + 1}", place.node, stage, radius, early, start, card.steps[number].icon)
    nodes: list[Element] = []
    for number, (step, place, start) in enumerate(zip(card.steps, places, starts, strict=True)):
        move = None if across else slide(stage.px(44))
        elements.append(text_layer(f"step {number + 1}", place.label, stage, stage.theme.text, start + 0.12, move))
        nodes.append(_node(number, step, place.node, stage, _node_motion(stage, start, number / count)))
    return elements + nodes


def _across(steps: tuple[Point, ...], room: Box, stage: Stage) -> list[Step]:
    """Nodes on a gentle wave, words under each."""
    cells = equal_columns(room, len(steps), stage.px(28))
    side = min(stage.px(300), cells[0].width * 0.64, room.height * 0.5)
    wave = stage.px(48) if len(steps) > 2 else 0.0
    gap = stage.px(34)
    words = room.height - side - wave - gap
    labels = _labels(steps, [Box(cell.left, 0, cell.right, words) for cell in cells], stage, 0.5)
    tallest = max(label.box.height for label in labels)
    top = room.top + min(stage.px(30), words - tallest)
    placed = []
    for number, (cell, label) in enumerate(zip(cells, labels, strict=True)):
        high = top + (wave if number % 2 else 0.0)
        node = Box(cell.left, high, cell.right, high + side).placed(side, side)
        placed.append(Step(node, label.moved(0, node.bottom + gap - label.box.top)))
    return placed


def _down(steps: tuple[Point, ...], room: Box, stage: Stage) -> list[Step]:
    """Nodes under each other, words beside each; all of it in the middle."""
    count, gap = len(steps), stage.px(34)
    high = min((room.height - gap * (count - 1)) / count, stage.px(250))
    band = equal_rows(room.placed(room.width, high * count + gap * (count - 1), down=0.0), count, gap)
    side = min(high, stage.px(190))
    indent = side + stage.px(44)
    labels = _labels(steps, [Box(row.left + indent, row.top, row.right, row.bottom) for row in band], stage, 0.0)
    shift = (room.width - indent - max(label.box.width for label in labels)) * 0.4
    return [
        Step(row.placed(side, side, across=0.0).moved(shift, 0), label.moved(shift, 0)) for row, label in zip(band, labels, strict=True)
    ]


def _labels(steps: tuple[Point, ...], rooms: list[Box], stage: Stage, align: float) -> list[Block]:
    setting = Setting(stage.theme.strong, 1.18, align)
    texts = [step.text for step in steps]
    return set_alike(texts, rooms, setting, largest=stage.px(70), smallest=stage.px(28), lines=4, down=0.0 if align else 0.5, worth=0.84)


def _node(number: int, step: Point, box: Box, stage: Stage, motion: Motion) -> Layer:
    """A badge with the step's icon and its number on a small chip; without an icon the number alone."""
    theme = stage.theme

    def draw(canvas: skia.Canvas) -> None:
        if step.icon:
            draw_badge(canvas, box, step.icon, stage, theme.badge, theme.badge_icon, theme.badge_tint)
            chip = box.placed(box.width * 0.36, box.width * 0.36, 1.02, 1.02)
        else:
            draw_badge(canvas, box, "circle", stage, theme.badge, theme.badge, theme.badge)
            chip = box
        _draw_number(canvas, str(number + 1), chip, stage, bare=not step.icon)

    return Layer(f"node {number + 1}", paint(box, draw, margin=stage.px(32)), motion, box)


def _node_motion(stage: Stage, start: float, phase: float) -> Motion:
    arriving = shown(start, stage.end, pop(0.3, turn=-24), fade(), seconds=0.7)
    return together(arriving, hopping(stage.px(10), 5.0, phase))


def _draw_number(canvas: skia.Canvas, number: str, box: Box, stage: Stage, *, bare: bool) -> None:
    theme, (x, y) = stage.theme, box.centre
    if not bare:
        canvas.drawCircle(x, y, box.width / 2, skia.Paint(AntiAlias=True, Color=theme.text))
    text = fit(number, Setting(theme.display, 1.0, 0.5), box.inset(box.width * 0.1), box.width * (0.56 if bare else 0.62), 4, lines=1)
    ink = text.words[0].shaped.ink
    level = (ink.top + ink.bottom) / 2 * text.size + text.words[0].baseline
    text.moved(0, y - level).draw(canvas, theme.badge_icon if bare else theme.ground[0])


def _curve(one: Box, other: Box, across: bool) -> skia.Path:
    """From the edge of one node to the edge of the other."""
    path = skia.Path()
    if across:
        (_, y), (_, to_y), middle = one.centre, other.centre, (one.right + other.left) / 2
        path.moveTo(one.right - 2, y)
        path.cubicTo(middle, y, middle, to_y, other.left + 2, to_y)
    else:
        path.moveTo(one.centre[0], one.bottom - 2)
        path.lineTo(other.centre[0], other.top + 2)
    return path


def _path_layers(places: list[Step], stage: Stage, starts: list[float], across: bool) -> list[Layer]:
    """Between every two nodes a faint track and, over it, the line that reaches the next node as it appears."""
    theme, width = stage.theme, stage.px(10)
    track = over(theme.text & 0xFFFFFF | 0x38000000, theme.ground[len(theme.ground) // 2])
    layers = []
    for number in range(len(places) - 1):
        curve = _curve(places[number].node, places[number + 1].node, across)
        bounds = curve.getBounds()
        box = Box(bounds.left(), bounds.top(), bounds.right(), bounds.bottom())
        side = "left" if across else "top"
        for name, colour, start in (("track", track, stage.begin + 0.3), ("line", theme.accent, starts[number + 1] - DRAWING_SECONDS)):
            picture = _line(curve, box, colour, width)
            begin = max(stage.begin, start)
            layers.append(Layer(name, picture, shown(begin, stage.end, unroll(side), fade(), seconds=DRAWING_SECONDS + 0.1)))
    return layers


def _line(curve: skia.Path, box: Box, colour: Colour, width: float) -> Picture:
    stroke = skia.Paint(AntiAlias=True, Color=colour, Style=skia.Paint.kStroke_Style, StrokeWidth=width)
    return paint(box, lambda canvas: canvas.drawPath(curve, stroke), margin=width)
