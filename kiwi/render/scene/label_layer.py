"""The label that says how the film was made: small, in the upper left corner, to be read on whatever lies under it."""

import skia  # type: ignore[import-not-found]

from kiwi.render.canvas.compose import paint
from kiwi.render.canvas.layout import Box
from kiwi.render.canvas.motion import fade, shown
from kiwi.render.canvas.stage import Element, Layer, Stage
from kiwi.render.canvas.text import Setting, fit

GROUND, INK = 0xC8101418, 0xFFFFFFFF


def label_layers(text: str, stage: Stage) -> list[Element]:
    """The label as long as the shot lasts; nothing without a text."""
    if not text:
        return []
    band, inset = stage.label_band, stage.px(18)
    room = Box(band.left + inset, band.top, band.right - inset, band.bottom)
    line = fit(text, Setting(stage.theme.strong, 1.2), room, stage.px(32), stage.px(32), 1)
    box = Box(band.left, band.top, line.box.right + inset, band.bottom)

    def draw(canvas: skia.Canvas) -> None:
        around = skia.RRect.MakeRectXY(skia.Rect.MakeLTRB(box.left, box.top, box.right, box.bottom), box.height / 2, box.height / 2)
        canvas.drawRRect(around, skia.Paint(Color=GROUND, AntiAlias=True))
        line.draw(canvas, INK)

    return [Layer("label", paint(box, draw, margin=stage.px(4)), shown(stage.begin, stage.end, fade(), fade()), box)]
