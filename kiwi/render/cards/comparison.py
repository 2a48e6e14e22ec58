"""The comparison card: two panels against each other."""

from dataclasses import dataclass

import skia  # type: ignore[import-not-found]

from kiwi.film.model import ComparisonCard, Point, Side
from kiwi.render.canvas.compose import paint
from kiwi.render.canvas.layout import Box, equal_columns, equal_rows
from kiwi.render.canvas.motion import Move, fade, pop, rise, shown, slide
from kiwi.render.canvas.stage import Element, Layer, Stage
from kiwi.render.canvas.text import Block, Setting, fit
from kiwi.render.cards.parts.elements import draw_badge, draw_panel, text_layer
from kiwi.render.cards.parts.headings import display_setting, grown, heading_above
from kiwi.render.cards.parts.labels import set_alike
from kiwi.render.cards.parts.placeholders import placeholder_layers
from kiwi.render.look.colours import Colour, over

VERSUS = "vs"
UNDER_ICON = 26
"""Between an icon and the heading below it."""
INDENT = 50
"""From a point's mark to its words."""


@dataclass(frozen=True)
class Flank:
    """One side's name, colours, and when and how it comes in."""

    name: str
    fill: Colour
    line: Colour
    start: float
    move: Move
    largest: float
    """The heading's size where it stands under its icon, the same on both sides; pixels."""

    @property
    def tint(self) -> Colour:
        """An icon's second tone on ``fill``."""
        return over(self.line & 0xFFFFFF | 0x59000000, self.fill)


def plan(card: ComparisonCard, stage: Stage) -> list[Element]:
    """Heading, two panels (stacked when the picture is tall) and a badge where they meet."""
    theme, far = stage.theme, stage.px(140)
    elements, room = heading_above(card.heading, stage, share=0.24)
    gap = stage.px(56 if stage.wide else 44)
    left, right = equal_rows(room, 2, gap) if stage.tall else equal_columns(room, 2, gap)
    labels = _labels(card, (left, right), stage)
    move = rise if stage.tall else slide
    starts = [stage.cue(side.cue, 0.3) for side in (card.left, card.right)]
    largest = grown(stage.px(84), max(card.left.heading, card.right.heading, key=len))
    elements += _side(card.left, left, labels[0], stage, Flank("left", theme.accent, theme.accent_text, starts[0], move(-far), largest))
    elements += _side(card.right, right, labels[1], stage, Flank("right", theme.second, theme.second_text, starts[1], move(far), largest))
    elements.append(_versus(room, stage, max(starts) + 0.25))
    return elements


def _side(side: Side, box: Box, labels: list[Block], stage: Stage, flank: Flank) -> list[Element]:
    """A panel with a strip in its side's colour, icon and heading at its top, points below."""

    def draw(canvas: skia.Canvas) -> None:
        draw_panel(canvas, box, stage)
        radius = stage.px(stage.theme.radius)
        canvas.save()
        canvas.clipRRect(skia.RRect.MakeRectXY(box.rect, radius, radius), skia.ClipOp.kIntersect, True)
        canvas.drawRect(Box(box.left, box.top, box.right, box.top + stage.px(14)).rect, skia.Paint(Color=flank.fill))
        canvas.restore()

    panel = Layer(
        f"{flank.name} panel",
        paint(box, draw, margin=stage.px(44)),
        shown(flank.start, stage.end, flank.move, fade(), seconds=0.8),
        box,
        holds=True,
    )
    head, _, stacked = _parts(side, box, stage)
    badge = (_stacked_badge if stacked else _lying_badge)(side, head, stage, flank) if side.icon else None
    radius = stage.px(stage.theme.radius)
    placeholders = placeholder_layers(f"{flank.name} panel", box, stage, radius, stage.begin + 0.1, flank.start, side.icon, badge)
    elements: list[Element] = [*placeholders, panel, *(_stacked_head if stacked else _lying_head)(side, head, stage, flank)]
    return elements + _points(side.points, labels, stage, flank)


def _parts(side: Side, panel: Box, stage: Stage) -> tuple[Box, Box, bool]:
    """The head's and the points' share of a panel, and whether the head's icon stands above its heading.

    Without points all of a panel is head; in a wide low panel the points stand beside the head.
    """
    inner = panel.inset(stage.px(50), stage.px(40))
    if not side.points:
        return inner, inner, True
    if inner.width > inner.height * 1.9:
        width, gap = inner.width * 0.36, stage.px(44)
        return (
            Box(inner.left, inner.top, inner.left + width, inner.bottom),
            Box(inner.left + width + gap, inner.top, inner.right, inner.bottom),
            True,
        )
    high = min(inner.height * 0.38, stage.px(170))
    body = Box(inner.left, inner.top + high + stage.px(28), inner.right, inner.bottom)
    return Box(inner.left, inner.top, inner.right, inner.top + high), body, False


def _lying_head(side: Side, box: Box, stage: Stage, flank: Flank) -> list[Element]:
    """Icon and heading beside each other."""
    elements: list[Element] = []
    room = box
    if side.icon:
        badge = _lying_badge(side, box, stage, flank)
        elements.append(_badge(badge, side.icon, stage, flank))
        room = Box(badge.right + stage.px(30), box.top, box.right, box.bottom)
    return [*elements, _heading(side.heading, room, stage, flank, align=0.0)]


def _stacked_head(side: Side, box: Box, stage: Stage, flank: Flank) -> list[Element]:
    """Icon above heading, both in the middle."""
    elements: list[Element] = []
    room = box
    if side.icon:
        badge = _stacked_badge(side, box, stage, flank)
        elements.append(_badge(badge, side.icon, stage, flank))
        # what is above the icon is as much as is left below the heading
        room = Box(box.left, badge.bottom + stage.px(UNDER_ICON), box.right, box.bottom - (badge.top - box.top) + 1)
    return [*elements, _heading(side.heading, room, stage, flank, align=0.5)]


def _lying_badge(side: Side, box: Box, stage: Stage, flank: Flank) -> Box:
    """Where an icon stands beside its heading."""
    size = min(box.height, box.width * 0.34)
    return box.placed(size, size, across=0.0)


def _stacked_badge(side: Side, box: Box, stage: Stage, flank: Flank) -> Box:
    """Where an icon stands above its heading, both together in the middle of a box."""
    size, gap = min(box.height * 0.52, box.width * 0.6, stage.px(320)), stage.px(UNDER_ICON)
    room = Box(0, 0, box.width, box.height - size - gap)
    words = fit(side.heading, display_setting(stage, 0.5), room, flank.largest, stage.px(34), 3)
    top = box.top + max(0.0, (box.height - size - gap - words.box.height) / 2)
    return Box(box.left, top, box.right, top + size).placed(size, size)


def _heading(text: str, room: Box, stage: Stage, flank: Flank, align: float) -> Layer:
    largest = flank.largest if align else stage.px(84)
    heading = fit(text, display_setting(stage, align), room, largest, stage.px(34), lines=3)
    return text_layer(f"{flank.name} heading", heading, stage, stage.theme.text, flank.start + 0.3)


def _badge(box: Box, icon: str, stage: Stage, flank: Flank) -> Layer:
    picture = paint(box, lambda canvas: draw_badge(canvas, box, icon, stage, flank.fill, flank.line, flank.tint), margin=stage.px(30))
    return Layer(f"{flank.name} icon", picture, shown(flank.start + 0.2, stage.end, pop(0.4, turn=-18), fade(), seconds=0.7), box)


def _rooms(side: Side, panel: Box, stage: Stage) -> list[Box]:
    """Rooms for a side's points, right of their marks, one under the other."""
    if not side.points:
        return []
    body, gap, count = _parts(side, panel, stage)[1], stage.px(20), len(side.points)
    high = min((body.height - gap * (count - 1)) / count, stage.px(128))
    band = body.placed(body.width, count * high + (count - 1) * gap, down=0.4)
    return [Box(row.left + stage.px(INDENT), row.top, row.right, row.bottom) for row in equal_rows(band, count, gap)]


def _labels(card: ComparisonCard, panels: tuple[Box, Box], stage: Stage) -> tuple[list[Block], list[Block]]:
    """The words of the points of both sides, all set alike."""
    rooms = [*_rooms(card.left, panels[0], stage), *_rooms(card.right, panels[1], stage)]
    texts = [point.text for point in (*card.left.points, *card.right.points)]
    setting, largest = Setting(stage.theme.strong, 1.2), stage.px(68 if stage.wide else 58)
    labels = set_alike(texts, rooms, setting, largest=largest, smallest=stage.px(26), lines=2, worth=0.86)
    return labels[: len(card.left.points)], labels[len(card.left.points) :]


def _points(points: tuple[Point, ...], labels: list[Block], stage: Stage, flank: Flank) -> list[Element]:
    """Every point at its cue: a mark in the side's colour and its words."""
    mark = stage.px(22)
    elements: list[Element] = []
    for number, (point, words) in enumerate(zip(points, labels, strict=True)):
        left, middle = words.box.left - stage.px(INDENT), words.line_box(0).centre[1]
        dot = Box(left, middle - mark / 2, left + mark, middle + mark / 2)
        start = max(stage.cue(point.cue), flank.start + 0.35 + 0.1 * number)
        elements.append(_dot(f"{flank.name} mark {number + 1}", dot, stage, flank.fill, start))
        elements.append(text_layer(f"{flank.name} point {number + 1}", words, stage, stage.theme.text, start + 0.06, slide(-stage.px(36))))
    return elements


def _dot(name: str, box: Box, stage: Stage, colour: Colour, start: float) -> Layer:
    radius = box.width / 2 if stage.theme.radius >= 24 else stage.px(4)
    picture = paint(box, lambda canvas: canvas.drawRoundRect(box.rect, radius, radius, skia.Paint(AntiAlias=True, Color=colour)))
    return Layer(name, picture, shown(start, stage.end, pop(0.2), fade(), seconds=0.5), box)


def _versus(room: Box, stage: Stage, start: float) -> Layer:
    """A small disc between the panels; it may lie over their edges, never over what they hold."""
    theme, side = stage.theme, stage.px(104)
    box = room.placed(side, side)
    word = fit(VERSUS, Setting(theme.display, 1.0, 0.5), box.inset(side * 0.2), side * 0.4, side * 0.2, lines=1)

    def draw(canvas: skia.Canvas) -> None:
        x, y = box.centre
        canvas.drawCircle(x, y, side / 2, skia.Paint(AntiAlias=True, Color=theme.text))
        word.draw(canvas, theme.ground[0])

    return Layer("versus", paint(box, draw), shown(start, stage.end, pop(0.3, turn=-90), fade(), seconds=0.8), box)
