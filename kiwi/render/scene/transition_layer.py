"""Draws what covers a whole frame: a transition's shapes in the theme's gradient with an accent edge, and the fade at the film's end."""

import skia  # type: ignore[import-not-found]

from kiwi.render.canvas.compose import Canvas, Picture, ink, paint_pixels
from kiwi.render.canvas.motion import ease_in_out
from kiwi.render.canvas.stage import COVER_SECONDS, FADE_SECONDS, Stage
from kiwi.render.look.themes import darkest
from kiwi.render.scene.transitions import Disc, Polygon, Shape, covering, share_covered


def _path(shapes: list[Shape], frame: skia.Rect) -> skia.Path:
    path = skia.Path()
    for shape in shapes:
        if isinstance(shape, Polygon):
            path.addPoly([skia.Point(x, y) for x, y in shape.points], True)
            continue
        if isinstance(shape, Disc):
            path.addCircle(shape.x, shape.y, shape.radius)
        else:
            rect = skia.Rect.MakeXYWH(shape.x - shape.width / 2, shape.y - shape.height / 2, shape.width, shape.height)
            path.addRRect(skia.RRect.MakeRectXY(rect, shape.radius, shape.radius))
        if shape.hole:
            path.addRect(frame)
            path.setFillType(skia.PathFillType.kEvenOdd)
    return path


class TransitionLayer:
    """The transitions of one shot."""

    def __init__(self, stage: Stage, entrance: str, leaving: str) -> None:
        self._stage, self._entrance, self._leaving = stage, entrance, leaving
        self._cover_frames = min(round(COVER_SECONDS * stage.fps), stage.frames // 3)
        self._fade_frames = min(round(FADE_SECONDS * stage.fps), stage.frames // 3)
        self._extent = float(stage.size.width), float(stage.size.height)
        self._edge = skia.Paint(AntiAlias=True, Color=ink(stage.theme.accent))
        self._picture = None if entrance == leaving == "none" else _cover(stage)
        self._cover = _brush(self._picture) if self._picture else None

    def covers(self, frame: int) -> bool:
        """Whether anything is drawn over a frame."""
        first = 0 if self._entrance == "none" else self._cover_frames
        last = self._fade_frames if self._leaving == "none" else self._cover_frames
        return not first <= frame < self._stage.frames - last

    def draw(self, canvas: Canvas, frame: int) -> None:
        """Draw over a composed frame."""
        frames = self._stage.frames
        if self._entrance != "none":
            self._draw_side(canvas, self._entrance, share_covered(frame, frames, self._cover_frames, leaving=False), leaving=False)
        if self._leaving != "none":
            self._draw_side(canvas, self._leaving, share_covered(frame, frames, self._cover_frames, leaving=True), leaving=True)
        else:
            self._fade(canvas, frame - (frames - self._fade_frames) + 1)

    def _draw_side(self, canvas: Canvas, name: str, share: float, *, leaving: bool) -> None:
        edge, cover = covering(name, share, leaving, self._extent)
        bounds = self._stage.frame.rect
        if edge:
            canvas.sheet.drawPath(_path(edge, bounds), self._edge)
        if cover:
            canvas.sheet.drawPath(_path(cover, bounds), self._cover)

    def _fade(self, canvas: Canvas, faded_frames: int) -> None:
        if faded_frames > 0:
            share = ease_in_out(faded_frames / self._fade_frames)
            canvas.sheet.drawColor(ink(darkest(self._stage.theme) & 0xFFFFFF | round(255 * share) << 24), skia.BlendMode.kSrcOver)


def _cover(stage: Stage) -> Picture:
    ends = [skia.Point(0, 0), skia.Point(stage.size.width, stage.size.height)]
    gradient = skia.Paint(Shader=skia.GradientShader.MakeLinear(ends, list(stage.theme.cover)), Dither=True)
    return Picture.of(*paint_pixels(stage.frame, lambda canvas: canvas.drawPaint(gradient)))


def _brush(picture: Picture) -> skia.Paint:
    """Paint with a picture that must outlive the brush."""
    place, clamp = skia.Matrix.Translate(picture.left, picture.top), skia.TileMode.kClamp
    return skia.Paint(AntiAlias=True, Shader=picture.image.makeShader(clamp, clamp, skia.SamplingOptions(), place))
