"""Rings that spread from a thing and fade, so that what stands still is still alive."""

import math

import skia  # type: ignore[import-not-found]

from kiwi.render.canvas.compose import ink
from kiwi.render.canvas.layout import Box
from kiwi.render.canvas.motion import STILL, Motion, Pose, ease_out
from kiwi.render.canvas.stage import Sketch, Stage


def badge_radius(box: Box, stage: Stage) -> float:
    """The corner radius of a badge, as `draw_badge` draws it: a disc, or a soft square in themes of crisp shapes."""
    crisp = stage.theme.radius < 24
    return min(box.width / 2, box.width * 0.12 + stage.px(stage.theme.radius)) if crisp else box.width / 2


def around_badge(box: Box, stage: Stage) -> Box:
    """The room that rings around a badge must leave free: more than its own when it has corners."""
    corner = badge_radius(box, stage)
    reach = (box.width / 2 - corner) * math.sqrt(2) + corner
    return box.inset(box.width / 2 - reach)


def inside_rings(box: Box, stage: Stage) -> Box:
    """A badge in the middle of a box that is as wide, corners and all, as a disc that fills it."""
    side = box.width**2 / around_badge(box, stage).width
    return box.placed(side, side)


def pulse(
    name: str, box: Box, stage: Stage, colour: int, appearing: Motion, *, reach: float, seconds: float, radius: float, rings: int = 2
) -> Sketch:
    """Rings around a box of rounded corners that grow by ``reach`` pixels and fade, one after the other, forever.

    ``appearing`` gives when and how strongly they are seen.
    """
    opacity = (colour >> 24) / 255

    def draw(canvas: skia.Canvas, second: float) -> None:
        shown = appearing(second).alpha
        for ring in range(rings):
            share = (second / seconds + ring / rings) % 1
            grown = reach * ease_out(share)
            alpha = opacity * shown * (1 - share) * min(1.0, share * 8)
            if alpha <= 0.01:
                continue
            rect = box.inset(-grown)
            stroke = skia.Paint(AntiAlias=True, Style=skia.Paint.kStroke_Style, StrokeWidth=max(1.0, stage.px(5) * (1 - 0.6 * share)))
            stroke.setColor(ink(colour & 0xFFFFFF | round(alpha * 255) << 24))
            canvas.drawRoundRect(rect.rect, radius + grown, radius + grown, stroke)

    return Sketch(name, draw, lambda second: Pose(alpha=appearing(second).alpha))


def hopping(height: float, every: float, phase: float) -> Motion:
    """A soft hop of ``height`` pixels once in so many seconds, at the share ``phase`` of them; still in between, which costs nothing."""
    span = 0.9

    def at(second: float) -> Pose:
        share = ((second / every - phase) % 1) * every / span
        return Pose(dy=-height * math.sin(math.pi * share) ** 2) if share < 1 else STILL

    return at


def nodding(across: float, down: float, seconds: float) -> Motion:
    """Swing to and fro by so many pixels: what says *here*."""

    def at(second: float) -> Pose:
        swing = 0.5 - 0.5 * math.cos(2 * math.pi * second / seconds)
        return Pose(dx=across * swing, dy=down * swing)

    return at
