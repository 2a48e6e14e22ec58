"""The steps card: numbered nodes on a path that draws itself from one to the next."""

from dataclasses import dataclass

import skia  # type: ignore[import-not-found]

from kiwi.film import Point, StepsCard
from kiwi.render.canvas import Picture, paint
from kiwi.render.elements import draw_badge, text_layer
from kiwi.render.headings import heading_above
from kiwi.render.layout import Box, equal_columns, equal_rows
from kiwi.render.motion import Motion, fade, pop, shown, slide, together, unroll
from kiwi.render.pulses import hopping
from kiwi.render.stage import Element, Layer, Stage
from kiwi.render.text import Block, Setting, fit
from kiwi.render.themes import Colour, over

DRAWING_SECONDS = 0.5
"""From one node to the next."""


@dataclass(frozen=True)
class Step:
    """One step's node and the room for its words."""

    node: Box
    room: Box


def plan(card: StepsCard, stage: Stage) -> list[Element]:
    """From left to right where there is width for it, else from top to bottom."""
    elements, room = heading_above(card.heading, stage)
    count = len(card.steps)
    across = stage.wide or (not stage.tall and count <= 3)
    places = _across(room, count, stage) if across else _down(room, count, stage)
    labels = _labels(card.steps, places, stage, 0.5 if across else 0.0)
    starts = [max(stage.cue(step.cue), stage.begin + 0.4 + 0.12 * number) for number, step in enumerate(card.steps)]
    elements += _path_layers(places, stage, starts, across)
    for number, (step, place, label, start) in enumerate(zip(card.steps, places, labels, starts, strict=True)):
        elements.append(_node(number, step, place.node, stage, _node_motion(stage, start, number / count)))
        move = None if across else slide(stage.px(44))
        elements.append(text_layer(f"step {number + 1}", label, stage, stage.theme.text, start + 0.12, move))
    return elements


def _across(room: Box, count: int, stage: Stage) -> list[Step]:
    """Nodes on a gentle wave, words under each."""
    if not count:
        return []
    cells = equal_columns(room, count, stage.px(28))
    side = min(stage.px(196), cells[0].width * 0.62, room.height * 0.36)
    wave = stage.px(44) if count > 2 else 0.0
    gap = stage.px(34)
    words = min(room.height - side - wave - gap, stage.px(230))
    top = room.top + (room.height - side - wave - gap - words) * 0.5
    steps = []
    for number, cell in enumerate(cells):
        high = top + (wave if number % 2 else 0.0)
        node = Box(cell.left, high, cell.right, high + side).placed(side, side)
        steps.append(Step(node, Box(cell.left, node.bottom + gap, cell.right, node.bottom + gap + words)))
    return steps


def _down(room: Box, count: int, stage: Stage) -> list[Step]:
    """Nodes under each other, words beside each."""
    if not count:
        return []
    gap = stage.px(34)
    high = min((room.height - gap * (count - 1)) / count, stage.px(220))
    band = room.placed(room.width, high * count + gap * (count - 1), down=0.35)
    side = min(high, stage.px(150))
    return [
        Step(row.placed(side, side, across=0.0), Box(row.left + side + stage.px(44), row.top, row.right, row.bottom))
        for row in equal_rows(band, count, gap)
    ]


def _labels(steps: tuple[Point, ...], places: list[Step], stage: Stage, align: float) -> list[Block]:
    """Every step's words, all in the size of the smallest."""
    setting = Setting(stage.theme.strong, 1.18, align)
    down = 0.0 if align else 0.5
    largest, smallest = stage.px(52), stage.px(28)
    sizes = [fit(step.text, setting, place.room, largest, smallest, 4, down).size for step, place in zip(steps, places, strict=True)]
    common = min(sizes, default=largest)
    return [fit(step.text, setting, place.room, common, min(common, smallest), 4, down) for step, place in zip(steps, places, strict=True)]


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
    arriving = shown(start, stage.end, pop(0.3, turn=-24), pop(0.7), seconds=0.7)
    return together(arriving, hopping(stage.px(10), 5.0, phase))


def _draw_number(canvas: skia.Canvas, number: str, box: Box, stage: Stage, *, bare: bool) -> None:
    theme, (x, y) = stage.theme, box.centre
    if not bare:
        canvas.drawCircle(x, y, box.width / 2, skia.Paint(AntiAlias=True, Color=theme.accent))
    text = fit(number, Setting(theme.display, 1.0, 0.5), box.inset(box.width * 0.1), box.width * (0.56 if bare else 0.62), 4, lines=1)
    ink = text.words[0].shaped.ink
    level = (ink.top + ink.bottom) / 2 * text.size + text.words[0].baseline
    text.moved(0, y - level).draw(canvas, theme.badge_icon if bare else theme.accent_text)


def _curve(one: Box, other: Box, across: bool) -> skia.Path:
    (x, y), (to_x, to_y) = one.centre, other.centre
    path = skia.Path()
    path.moveTo(x, y)
    if across:
        middle = (x + to_x) / 2
        path.cubicTo(middle, y, middle, to_y, to_x, to_y)
    else:
        path.lineTo(to_x, to_y)
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
        for name, colour, start in (("track", track, starts[number] + 0.1), ("line", theme.accent, starts[number + 1] - DRAWING_SECONDS)):
            picture = _line(curve, box, colour, width)
            begin = max(stage.begin, start)
            layers.append(Layer(name, picture, shown(begin, stage.end, unroll(side), fade(), seconds=DRAWING_SECONDS + 0.1)))
    return layers


def _line(curve: skia.Path, box: Box, colour: Colour, width: float) -> Picture:
    stroke = skia.Paint(AntiAlias=True, Color=colour, Style=skia.Paint.kStroke_Style, StrokeWidth=width)
    return paint(box, lambda canvas: canvas.drawPath(curve, stroke), margin=width)
