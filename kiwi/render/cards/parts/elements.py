"""Elements that several cards share: words that arrive one after the other, panels, badges with icons, rules, kickers."""

import math
from collections.abc import Collection, Mapping

import skia  # type: ignore[import-not-found]

from kiwi.render.canvas.compose import paint
from kiwi.render.canvas.layout import Box
from kiwi.render.canvas.motion import Motion, Move, Pose, fade, floating, pop, rise, shown, together, unroll
from kiwi.render.canvas.stage import Layer, Stage
from kiwi.render.canvas.text import Block, PlacedWord
from kiwi.render.look.icons import draw_icon

CRISP = 24
"""Themes of smaller corner radius have square badges."""
STAGGER = 0.06
"""Seconds between elements that arrive one after the other."""


def word_layers(
    name: str,
    block: Block,
    stage: Stage,
    colour: int,
    starts: Mapping[int, float],
    others: Mapping[int, int] | None = None,
    move: Move | None = None,
) -> list[Layer]:
    """Every word of a block on its own; ``starts`` gives by word index the second it arrives, ``others`` other colours."""
    enter = move or rise(block.size * 0.45)

    def layer(number: int, word: PlacedWord) -> Layer:
        tint = (others or {}).get(word.index, colour)
        return Layer(
            f"{name} {number + 1}",
            paint(word.box, lambda canvas: word.draw(canvas, tint), margin=block.size * 0.08),
            shown(starts[word.index], stage.end, enter, rise(-block.size * 0.2), seconds=0.7),
            word.box,
        )

    return [layer(number, word) for number, word in enumerate(block.words)]


def in_turn(block: Block, first: float, stagger: float = STAGGER) -> dict[int, float]:
    """Word index -> second, one after the other."""
    return {word.index: first + number * stagger for number, word in enumerate(block.words)}


def text_layer(name: str, block: Block, stage: Stage, colour: int, start: float, move: Move | None = None) -> Layer:
    """A whole block at once."""
    return Layer(
        name,
        paint(block.box, lambda canvas: block.draw(canvas, colour), margin=block.size * 0.08),
        shown(start, stage.end, move or rise(stage.px(28)), fade(), seconds=0.6),
        block.box,
    )


def draw_panel(canvas: skia.Canvas, box: Box, stage: Stage, fill: int | None = None, radius: float | None = None) -> None:
    """Draw a theme's panel with its shadow and border."""
    theme = stage.theme
    corner = stage.px(theme.radius) if radius is None else radius
    draw_shadow(canvas, skia.RRect.MakeRectXY(box.rect, corner, corner), stage)
    canvas.drawRoundRect(box.rect, corner, corner, skia.Paint(AntiAlias=True, Color=theme.panel if fill is None else fill))
    edge = stage.px(theme.edge)
    if edge > 0 and theme.panel_edge >> 24:
        line = box.inset(edge / 2)
        stroke = skia.Paint(AntiAlias=True, Color=theme.panel_edge, Style=skia.Paint.kStroke_Style, StrokeWidth=edge)
        canvas.drawRoundRect(line.rect, max(0.0, corner - edge / 2), max(0.0, corner - edge / 2), stroke)


def draw_shadow(canvas: skia.Canvas, shape: skia.RRect, stage: Stage, lift: float = 10) -> None:
    """Draw the shadow that a shape throws, blurred or crisp as the theme likes it, only outside the shape."""
    theme = stage.theme
    canvas.save()
    canvas.clipRRect(shape, skia.ClipOp.kDifference, True)
    shadow = skia.Paint(AntiAlias=True, Color=theme.shadow)
    fallen = skia.RRect(shape)
    if theme.hard_shadow:
        fallen.offset(stage.px(lift * 0.8), stage.px(lift * 0.8))
    else:
        fallen.offset(0, stage.px(lift))
        shadow.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, stage.px(lift * 1.5)))
    canvas.drawRRect(fallen, shadow)
    canvas.restore()


def panel_layer(name: str, box: Box, stage: Stage, start: float, move: Move | None = None, fill: int | None = None) -> Layer:
    """A panel that holds other elements."""
    picture = paint(box, lambda canvas: draw_panel(canvas, box, stage, fill), margin=stage.px(44))
    return Layer(name, picture, shown(start, stage.end, move or rise(stage.px(60)), fade(), seconds=0.75), box, holds=True)


def rule_layer(
    name: str, box: Box, stage: Stage, start: float, colour: int | None = None, from_side: str = "left", until: float | None = None
) -> Layer:
    """A rounded bar that draws itself from a side and withdraws into it, by the stage's end or ``until``."""
    tint = stage.theme.accent if colour is None else colour
    radius = min(box.height / 2, box.width / 2, stage.px(max(stage.theme.radius, 1)))
    picture = paint(box, lambda canvas: canvas.drawRoundRect(box.rect, radius, radius, skia.Paint(AntiAlias=True, Color=tint)))
    end = stage.end if until is None else until
    return Layer(name, picture, shown(start, end, unroll(from_side), unroll(from_side), seconds=0.55), box)


def draw_badge(canvas: skia.Canvas, box: Box, icon: str, stage: Stage, fill: int, line: int, tint: int) -> None:
    """Draw a disc (a soft square in themes of crisp shapes) with its shadow and an icon in it."""
    crisp = stage.theme.radius < CRISP
    radius = min(box.width / 2, box.width * 0.12 + stage.px(stage.theme.radius)) if crisp else box.width / 2
    shape = skia.RRect.MakeRectXY(box.rect, radius, radius)
    draw_shadow(canvas, shape, stage, lift=min(12.0, 4 + box.width / stage.unit * 0.03))
    canvas.drawRRect(shape, skia.Paint(AntiAlias=True, Color=fill))
    if stage.theme.hard_shadow:
        stroke = skia.Paint(
            AntiAlias=True, Color=stage.theme.panel_edge, Style=skia.Paint.kStroke_Style, StrokeWidth=stage.px(stage.theme.edge)
        )
        canvas.drawRRect(shape, stroke)
    size = box.width * 0.58
    canvas.save()
    canvas.translate(box.left + (box.width - size) / 2, box.top + (box.height - size) / 2)
    draw_icon(canvas, icon, size, colour=line, second=tint)
    canvas.restore()


def badge_layer(name: str, box: Box, icon: str, stage: Stage, start: float, drift: Motion | None = None) -> Layer:
    """A badge in the theme's badge colours that pops in and, if ``drift`` is given, keeps moving."""
    theme = stage.theme
    picture = paint(
        box,
        lambda canvas: draw_badge(canvas, box, icon, stage, theme.badge, theme.badge_icon, theme.badge_tint),
        margin=min(stage.px(36), box.width * 0.3),
    )
    arriving = shown(start, stage.end, pop(0.4, turn=-20), fade(), seconds=0.75)
    return Layer(name, picture, together(arriving, drift) if drift else arriving, box)


def orbit_reach(diameter: float, stage: Stage) -> float:
    """How far a badge's ring reaches beyond it: clear of the corners of a square one; pixels."""
    return 0.14 * diameter + stage.px(16) if stage.theme.radius < CRISP else stage.px(40)


def orbit_layers(box: Box, stage: Stage, start: float, colours: Collection[int]) -> list[Layer]:
    """Decoration for a large badge: a thin ring around it, and dots that circle on it."""
    theme, (x, y) = stage.theme, box.centre
    radius = box.width / 2 + orbit_reach(box.width, stage)
    ring_box = Box(x - radius, y - radius, x + radius, y + radius)
    stroke = skia.Paint(AntiAlias=True, Color=theme.second & 0xFFFFFF | 0x66000000, Style=skia.Paint.kStroke_Style, StrokeWidth=stage.px(3))
    ring = paint(ring_box, lambda canvas: canvas.drawCircle(x, y, radius, stroke), margin=stage.px(3))
    appearing = shown(start + 0.15, stage.end, fade(), fade(), seconds=0.8)
    layers = [Layer("ring", ring, appearing)]
    for number, colour in enumerate(colours):
        layers.append(_orbiter(x, y, radius, stage, colour, appearing, number / len(colours), 11 - number))
    return layers


def _orbiter(x: float, y: float, radius: float, stage: Stage, colour: int, appearing: Motion, phase: float, size: float) -> Layer:
    dot = stage.px(size)
    picture = paint(
        Box(x - dot, y - dot, x + dot, y + dot), lambda canvas: canvas.drawCircle(x, y, dot, skia.Paint(AntiAlias=True, Color=colour))
    )

    def circling(second: float) -> Pose:
        angle = 2 * math.pi * (second / 14 + phase)
        return Pose(dx=radius * math.cos(angle), dy=radius * math.sin(angle), fine=True)

    return Layer("dot", picture, together(appearing, circling))


def adrift(stage: Stage, phase: float = 0.0) -> Motion:
    """The slow float of things that would otherwise stand still."""
    return floating(stage.px(6), 5.0, phase)
