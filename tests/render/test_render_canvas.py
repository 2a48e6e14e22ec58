"""Frames are composed in the codec's own colours, and moving pictures costs no sharpness or place."""

import numpy as np
import pytest
import skia  # type: ignore[import-not-found]

from kiwi.film.model import Size
from kiwi.render.canvas.compose import INK, Canvas, Picture, ink, paint, to_ink
from kiwi.render.canvas.layout import Box
from kiwi.render.canvas.motion import HIDDEN, Pose

SIZE = Size(width=64, height=48)
BLACK, RED = 0xFF000000, 0xFFFF0000


def filled(colour: int, box: Box) -> Picture:
    return paint(box, lambda canvas: canvas.drawRect(box.rect, skia.Paint(Color=colour)))


def backed(canvas: Canvas, colour: int = BLACK) -> Canvas:
    canvas.sheet.clear(ink(colour))
    return canvas


def test_ink_is_bt709_limited_range() -> None:
    """The numbers of ITU-R BT.709 for the corners of the colour cube."""
    corners = {
        0xFF000000: (16, 128, 128),
        0xFFFFFFFF: (235, 128, 128),
        RED: (63, 102, 240),
        0xFF00FF00: (173, 42, 26),
        0xFF0000FF: (32, 240, 118),
    }
    for colour, (luma, blue, red) in corners.items():
        mixed = ink(colour)
        found = mixed >> 8 & 255, mixed & 255, mixed >> 16 & 255
        assert np.abs(np.subtract(found, (luma, blue, red))).max() <= 1


def test_blending_ink_is_blending_colours() -> None:
    chance = np.random.default_rng(1)
    below = chance.integers(0, 256, (40, 40, 4), np.uint8)
    below[..., 3] = 255
    alpha = chance.integers(0, 256, (40, 40, 1))
    above = np.concatenate([chance.integers(0, 256, (40, 40, 3)) * alpha // 255, alpha], axis=2).astype(np.uint8)
    blended = np.rint(above + below * (255 - alpha) / 255).astype(np.uint8)
    canvas = Canvas(Size(width=40, height=40))
    canvas.draw(Picture.of(below))
    canvas.draw(Picture.of(above))
    assert np.abs(canvas.pixels.astype(int) - to_ink(blended).astype(int)).max() <= 2


def test_ink_never_exceeds_its_alpha() -> None:
    assert INK[:3, :3].clip(min=0).sum(axis=1).max() * 255 + INK[:3, 3].max() * 255 < 256 * 1.5
    corners = np.array([[[b, g, r, 255] for b in (0, 255) for g in (0, 255) for r in (0, 255)]], np.uint8)
    for alpha in (255, 128, 16):
        premultiplied = (corners.astype(int) * alpha // 255).astype(np.uint8)
        inked = to_ink(premultiplied)
        assert (inked[..., :3].max(axis=2) <= inked[..., 3]).all()


def test_planes_are_luma_then_both_chromas_at_half_size() -> None:
    canvas = backed(Canvas(SIZE))
    canvas.draw(filled(RED, Box(0, 0, 32, 48)))
    planes = np.zeros((72, 64), np.uint8)
    canvas.write_planes(planes)
    assert planes[24, 10] == pytest.approx(63, abs=1)
    assert planes[24, 50] == 16
    blue, red = planes[48:].reshape(2, 24, 32)
    assert blue[12, 5] == pytest.approx(102, abs=1)
    assert red[12, 5] == pytest.approx(240, abs=1)
    assert blue[12, 25] == red[12, 25] == 128


def luma(canvas: Canvas) -> np.ndarray:
    return canvas.pixels[..., 1].astype(float) - 16


def centre(canvas: Canvas) -> tuple[float, float]:
    weight = luma(canvas)
    ys, xs = np.indices(weight.shape)
    return float((xs * weight).sum() / weight.sum()), float((ys * weight).sum() / weight.sum())


def test_a_still_picture_lies_where_it_was_painted() -> None:
    canvas = backed(Canvas(SIZE))
    canvas.draw(filled(0xFFFFFFFF, Box(10, 12, 20, 22)))
    assert centre(canvas) == pytest.approx((14.5, 16.5))
    assert canvas.pixels[12, 10, 1] == 235
    assert canvas.pixels[11, 10, 1] == 16


@pytest.mark.parametrize("dy", [0.25, 0.5, 0.75, 1.0, -0.25, -2.5])
def test_fine_moves_go_by_quarters_of_a_pixel_and_others_by_whole_ones(dy: float) -> None:
    picture = filled(0xFFFFFFFF, Box(10, 12, 20, 22))
    fine, coarse = backed(Canvas(SIZE)), backed(Canvas(SIZE))
    fine.draw(picture, Pose(dy=dy, fine=True))
    coarse.draw(picture, Pose(dy=dy))
    assert centre(fine)[1] == pytest.approx(16.5 + dy, abs=0.02)
    assert centre(coarse)[1] == pytest.approx(16.5 + round(dy), abs=1e-6)


def test_turning_and_scaling_keep_the_pivot() -> None:
    picture = filled(0xFFFFFFFF, Box(20, 14, 40, 34))
    for pose in (Pose(scale=0.5), Pose(turn=30), Pose(turn=-75, scale=1.2)):
        canvas = backed(Canvas(SIZE))
        canvas.draw(picture, pose)
        assert centre(canvas) == pytest.approx((29.5, 23.5), abs=0.3)
        assert luma(canvas).sum() == pytest.approx(219 * 400 * pose.scale**2, rel=0.04)


def test_turning_is_clockwise_as_skia_turns() -> None:
    canvas = backed(Canvas(SIZE))
    canvas.draw(filled(0xFFFFFFFF, Box(40, 22, 44, 26)), Pose(turn=90), pivot=(32, 24))
    assert centre(canvas) == pytest.approx((31.5, 33.5), abs=0.3)


def test_a_window_shows_a_part_and_alpha_shows_through() -> None:
    canvas = backed(Canvas(SIZE))
    picture = filled(0xFFFFFFFF, Box(10, 10, 30, 30))
    canvas.draw(picture, Pose(window=(0.0, 0.0, 0.5, 1.0)))
    assert canvas.pixels[20, 15, 1] == 235
    assert canvas.pixels[20, 25, 1] == 16
    backed(canvas).draw(picture, Pose(alpha=0.5))
    assert canvas.pixels[20, 20, 1] == pytest.approx(16 + 219 / 2, abs=2)
    backed(canvas).draw(picture, HIDDEN)
    assert luma(canvas).sum() == 0


def test_a_picture_half_outside_the_frame_is_cut() -> None:
    canvas = backed(Canvas(SIZE))
    canvas.draw(filled(0xFFFFFFFF, Box(-10, -10, 10, 10)), Pose(turn=45))
    canvas.draw(filled(0xFFFFFFFF, Box(200, 200, 210, 210)), Pose(turn=45))
    assert canvas.pixels[2, 2, 1] == 235
    assert canvas.pixels[40, 60, 1] == 16
