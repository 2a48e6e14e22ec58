"""Captions lie in their band, one word lit at a time."""

import numpy as np
import pytest

from kiwi.film.model import SIZES, Caption, Size, Spoken
from kiwi.render.canvas.compose import Canvas, ink
from kiwi.render.canvas.stage import Stage
from kiwi.render.look.themes import THEMES
from kiwi.render.scene.caption_layer import CaptionBand, place_words

SMALL = Size(width=640, height=360)


def words(text: str, start: int, each: int = 6) -> tuple[Spoken, ...]:
    return tuple(
        Spoken(text=word, start=start + each * number, end=start + each * (number + 1)) for number, word in enumerate(text.split())
    )


def caption(*lines: str, start: int = 10, end: int = 0) -> Caption:
    rows, first = [], start
    for line in lines:
        rows.append(words(line, first))
        first = rows[-1][-1].end
    return Caption(lines=tuple(rows), start=start, end=end or first)


def stage_of(size: Size, theme: str = "night") -> Stage:
    return Stage(size, 30, 150, THEMES[theme])


def drawn(band: CaptionBand, stage: Stage, frame: int) -> np.ndarray:
    canvas = Canvas(stage.size)
    canvas.sheet.clear(ink(0xFF808080))
    band.draw(canvas, frame)
    return canvas.pixels[..., :3].astype(int)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize(
    "lines",
    [("Hello",), ("This line has forty-two characters in it.", "And so has this one, or very nearly so...."), ("W" * 42, "i" * 42)],
    ids=["short", "full", "wide"],
)
def test_two_full_lines_fit_the_band_in_every_theme_and_size(size: Size, lines: tuple[str, ...]) -> None:
    for theme in THEMES:
        stage = stage_of(size, theme)
        placed = [word for _, word in place_words(caption(*lines), stage)]
        assert all(word.box.within(stage.caption_band.inset(stage.px(20), stage.px(10))) for word in placed)
        for number, word in enumerate(placed):
            assert not any(word.box.overlaps(other.box) for other in placed[number + 1 :])


def test_nothing_is_drawn_before_and_after_a_caption() -> None:
    stage = stage_of(SMALL)
    band = CaptionBand((caption("Light comes", "in packets", start=10, end=40),), stage)
    empty = drawn(CaptionBand((), stage), stage, 0)
    assert (drawn(band, stage, 9) == empty).all()
    assert (drawn(band, stage, 40) == empty).all()
    assert (drawn(band, stage, 25) != empty).any()


def test_exactly_the_spoken_word_is_on_the_pill() -> None:
    stage = stage_of(SMALL)
    shot = caption("Light comes", "in packets", start=10, end=60)
    band = CaptionBand((shot,), stage)
    quiet = drawn(band, stage, 50)
    placed = place_words(shot, stage)
    for spoken, _ in placed:
        changed = (drawn(band, stage, spoken.end - 1) != quiet).any(axis=2)
        for other, word in placed:
            left, top, right, bottom = (round(edge) for edge in (word.box.left, word.box.top, word.box.right, word.box.bottom))
            lit = changed[top:bottom, left:right].mean()
            assert lit > 0.9 if other is spoken else lit < 0.1


def test_no_word_is_lit_in_a_pause() -> None:
    stage = stage_of(SMALL)
    first, second = Spoken(text="Now", start=10, end=16), Spoken(text="wait", start=40, end=46)
    band = CaptionBand((Caption(lines=((first, second),), start=10, end=60),), stage)
    assert (drawn(band, stage, 30) == drawn(band, stage, 50)).all()


def test_a_caption_that_follows_another_leaves_no_gap() -> None:
    stage = stage_of(SMALL)
    one, two = caption("One two", start=10, end=22), caption("Three four five six", start=24, end=60)
    band = CaptionBand((one, two), stage)
    empty = drawn(CaptionBand((), stage), stage, 0)
    assert all((drawn(band, stage, frame) != empty).any() for frame in range(10, 60))
