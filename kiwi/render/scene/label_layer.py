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
    safe, inset, high = stage.safe, stage.px(18), stage.px(32)
    room = Box(safe.left + inset, safe.top + stage.px(8), safe.centre[0], safe.top + stage.px(8) + high * 1.4)
    line = fit(text, Setting(stage.theme.strong, 1.2), room, high, high, 1, 0.0)
    box = Box(safe.left, safe.top, line.box.right + inset, line.box.bottom + stage.px(8))

    def draw(canvas: skia.Canvas) -> None:
        around = skia.RRect.MakeRectXY(skia.Rect.MakeLTRB(box.left, box.top, box.right, box.bottom), box.height / 2, box.height / 2)
        canvas.drawRRect(around, skia.Paint(Color=GROUND, AntiAlias=True))
        line.draw(canvas, INK)

    return [Layer("label", paint(box, draw, margin=stage.px(4)), shown(stage.begin, stage.end, fade(), fade()))]
