"""Draws captions: a panel that fits its words, the spoken word on a pill."""

from dataclasses import dataclass

import skia  # type: ignore[import-not-found]

from kiwi.film.model import Caption, Spoken
from kiwi.render.canvas.compose import Canvas, Picture, ink, paint
from kiwi.render.canvas.layout import Box
from kiwi.render.canvas.motion import STILL, Pose, clamp, ease_out
from kiwi.render.canvas.stage import Stage
from kiwi.render.canvas.text import PlacedWord, Setting, set_words

LARGEST = {"wide": 59.0, "square": 52.0, "tall": 62.0}
"""Sizes of the words in pixels of a picture whose shorter side is 1080."""
GROW_SECONDS = 0.1
"""The pill grows on the word it belongs to; on its way from word to word it would be seen lying over half words."""
APPEAR_SECONDS = 0.16
REACH = 24.0
"""How far beyond its panel a caption is seen at most: it rises, and pills are larger than words."""


@dataclass(frozen=True, eq=False)
class PlacedCaption:
    """A caption laid out: frames, its panel, and for every word its place and its two pictures."""

    start: int
    end: int
    follows: bool
    """Straight after another: the panel is there already."""
    followed: bool
    panel: Box
    words: tuple[tuple[Spoken, PlacedWord], ...]
    dim: Picture
    settled: Picture
    """The panel with the dim words on it."""
    lit: tuple[Picture, ...]


def place_words(caption: Caption, stage: Stage) -> list[tuple[Spoken, PlacedWord]]:
    """Lay a caption's lines into the band, as large as fits; its line breaks are kept."""
    shape = "tall" if stage.tall else "wide" if stage.wide else "square"
    setting = Setting(stage.theme.strong, leading=1.32, align=0.5, spacing=0.14)
    band = stage.caption_band.inset(stage.px(34), stage.px(18))
    size = stage.px(LARGEST[shape])
    lines = [[(number, word.text) for number, word in enumerate(line)] for line in caption.lines]
    blocks = [set_words(line, setting, size, 1e9) for line in lines]
    height = blocks[0].box.height + (len(blocks) - 1) * setting.leading * size
    shrunk = min(1.0, band.width / max(block.box.width for block in blocks), band.height / height)
    size *= shrunk
    down = 0.5 if stage.tall else 1.0
    top = band.top + (band.height - height * shrunk) * down
    placed = []
    for row, (line, words) in enumerate(zip(caption.lines, lines, strict=True)):
        block = set_words(words, setting, size, 1e9)
        block = block.moved(band.left + (band.width - block.box.width) / 2 - block.box.left, top + row * setting.leading * size)
        placed += list(zip(line, block.words, strict=True))
    return placed


def _place(caption: Caption, stage: Stage, *, follows: bool, followed: bool) -> PlacedCaption:
    theme = stage.theme
    words = place_words(caption, stage)
    around = words[0][1].box
    for _, word in words[1:]:
        around = around.united(word.box)

    def draw_dim(canvas: skia.Canvas) -> None:
        for _, word in words:
            word.draw(canvas, theme.caption_text)

    def lit(word: PlacedWord) -> Picture:
        return paint(word.box, lambda canvas: word.draw(canvas, theme.caption_pill_text), margin=word.size * 0.1)

    panel = around.inset(-stage.px(34), -stage.px(18))
    dim = paint(around, draw_dim, margin=words[0][1].size * 0.1)
    radius = panel_radius(stage, panel)

    def draw_settled(canvas: skia.Canvas) -> None:
        canvas.drawRoundRect(panel.rect, radius, radius, skia.Paint(AntiAlias=True, Color=theme.caption_panel))
        draw_dim(canvas)

    pictures = tuple(lit(word) for _, word in words)
    return PlacedCaption(caption.start, caption.end, follows, followed, panel, tuple(words), dim, paint(panel, draw_settled), pictures)


def panel_radius(stage: Stage, box: Box) -> float:
    """The corner radius of a panel or pill."""
    return min(stage.px(min(26.0, max(stage.theme.radius * 0.7, 4))), box.height * 0.32)


def _between(one: Box, other: Box, share: float) -> Box:
    def mix(a: float, b: float) -> float:
        return a + (b - a) * share

    return Box(mix(one.left, other.left), mix(one.top, other.top), mix(one.right, other.right), mix(one.bottom, other.bottom))


class CaptionBand:
    """The captions of one shot."""

    def __init__(self, captions: tuple[Caption, ...], stage: Stage) -> None:
        near = round(0.3 * stage.fps)
        starts, ends = [caption.start for caption in captions], [caption.end for caption in captions]
        follows = [number > 0 and starts[number] - ends[number - 1] <= near for number in range(len(captions))]
        self._captions = [
            _place(caption, stage, follows=follows[number], followed=number + 1 < len(captions) and follows[number + 1])
            for number, caption in enumerate(captions)
        ]
        self._stage = stage
        self._panel = skia.Paint(AntiAlias=True)
        self._pill = skia.Paint(AntiAlias=True)

    def draw(self, canvas: Canvas, frame: int) -> None:
        """Draw the caption of a frame, if it has one."""
        for number in self._at(frame):
            caption = self._captions[number]
            self._draw(canvas, caption, self._captions[number - 1] if caption.follows else None, frame)

    def reach(self, frame: int) -> list[Box]:
        """Where a frame's caption is seen, and the one it comes from; nothing when it has none."""
        numbers = [number - back for number in self._at(frame) for back in range(2 if self._captions[number].follows else 1)]
        return [self._captions[number].panel.inset(-self._stage.px(REACH)) for number in numbers]

    def _at(self, frame: int) -> list[int]:
        captions = self._captions
        untils = [captions[number + 1].start if caption.followed else caption.end for number, caption in enumerate(captions)]
        return [number for number, until in enumerate(untils) if captions[number].start <= frame < until]

    def _draw(self, canvas: Canvas, caption: PlacedCaption, before: PlacedCaption | None, frame: int) -> None:
        fps = self._stage.fps
        into = clamp((frame - caption.start + 1) / (APPEAR_SECONDS * fps))
        out = 1.0 if caption.followed else clamp((caption.end - frame) / (APPEAR_SECONDS * fps))
        words = STILL
        if min(into, out) >= 1:
            canvas.draw(caption.settled)
        else:
            panel = _between(before.panel, caption.panel, ease_out(into)) if before else caption.panel
            self._fill(canvas, panel, self._panel, self._stage.theme.caption_panel, out if before else min(into, out))
            words = Pose(alpha=min(into, out), dy=round(self._stage.px(10) * (1 - ease_out(into))))
            canvas.draw(caption.dim, words)
        self._draw_lit(canvas, caption, frame, words)

    def _draw_lit(self, canvas: Canvas, caption: PlacedCaption, frame: int, pose: Pose) -> None:
        now = next((number for number, (spoken, _) in enumerate(caption.words) if spoken.start <= frame < spoken.end), None)
        if now is None:
            return
        spoken, word = caption.words[now]
        here = self._pill_box(word)
        share = ease_out(clamp((frame - spoken.start + 1) / (GROW_SECONDS * self._stage.fps)))
        inset = word.size * 0.16 * (1 - share)
        pill = here.inset(inset).moved(0, pose.dy)
        self._fill(canvas, pill, self._pill, self._stage.theme.caption_pill, pose.alpha)
        canvas.sheet.save()
        # a word is lit only where the pill lies under it, so that it can be read while the pill grows
        canvas.sheet.clipRect(pill.rect, True)
        canvas.draw(caption.lit[now], pose)
        canvas.sheet.restore()

    def _pill_box(self, word: PlacedWord) -> Box:
        return word.box.inset(-word.size * 0.19, -word.size * 0.1)

    def _fill(self, canvas: Canvas, box: Box, brush: skia.Paint, colour: int, alpha: float) -> None:
        radius = panel_radius(self._stage, box)
        brush.setColor(ink(colour & 0xFFFFFF | round((colour >> 24) * alpha) << 24))
        canvas.sheet.drawRRect(skia.RRect.MakeRectXY(box.rect, radius, radius), brush)
