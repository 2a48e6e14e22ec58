"""Faint outlines that keep the place of what has not been named yet, so that a composition is whole from the start."""

import skia  # type: ignore[import-not-found]

from kiwi.render.canvas.compose import paint
from kiwi.render.canvas.layout import Box
from kiwi.render.canvas.motion import fade, pop, shown
from kiwi.render.canvas.stage import Layer, Stage
from kiwi.render.look.icons import draw_icon

FILL, LINE, ICON = 0x0F000000, 0x42000000, 0x60
"""How much of the text's colour is seen: as alphas of colours, and of what is drawn."""
WORTHWHILE_SECONDS = 0.2
"""A place that is taken sooner needs no outline."""


def placeholder_layers(
    name: str, box: Box, stage: Stage, radius: float, start: float, until: float, icon: str = "", badge: Box | None = None
) -> list[Layer]:
    """The outline of a thing that appears at ``until``, from ``start`` on, unlit with its icon; nothing if that is hardly any time."""
    if until - start < WORTHWHILE_SECONDS:
        return []
    tint, width = stage.theme.text & 0xFFFFFF, stage.px(3)
    line = box.inset(width / 2)

    def draw(canvas: skia.Canvas) -> None:
        canvas.drawRoundRect(box.rect, radius, radius, skia.Paint(AntiAlias=True, Color=tint | FILL))
        stroke = skia.Paint(AntiAlias=True, Color=tint | LINE, Style=skia.Paint.kStroke_Style, StrokeWidth=width)
        dashes = [stage.px(18), stage.px(14)]
        stroke.setPathEffect(skia.DashPathEffect.Make(dashes, 0))
        canvas.drawRoundRect(line.rect, radius, radius, stroke)
        if icon:
            _draw_unlit(canvas, icon, badge or box, tint)

    motion = shown(start, min(stage.end, until + 0.45), pop(0.9), fade(), seconds=0.5, leaving_seconds=0.4)
    return [Layer(f"{name} placeholder", paint(box, draw), motion)]


def _draw_unlit(canvas: skia.Canvas, icon: str, badge: Box, tint: int) -> None:
    """An icon as it will stand on its badge, in lines of the text's colour alone."""
    size = badge.width * 0.58
    canvas.saveLayerAlpha(badge.rect, ICON)
    canvas.translate(badge.left + (badge.width - size) / 2, badge.top + (badge.height - size) / 2)
    draw_icon(canvas, icon, size, colour=tint | 0xFF000000, second=tint | 0x40000000)
    canvas.restore()
