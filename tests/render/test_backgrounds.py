import time
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from kiwi.film.model import LANDSCAPE, SIZES, Size
from kiwi.render.canvas.compose import INK, Canvas
from kiwi.render.canvas.shapes import STYLES
from kiwi.render.look.themes import THEMES, Theme
from kiwi.render.scene.backgrounds import FLOATING, ROLLING, Backdrop, floated, rolled_halves

SMALL = Size(width=640, height=360)
FROZEN = 0.255
"""Mean difference of 8-bit levels below which ffmpeg's freezedetect at -60 dB takes two frames for the same."""
every_theme = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)


def drawn(backdrop: Backdrop, size: Size, frame: int) -> npt.NDArray[np.uint8]:
    canvas = Canvas(size)
    backdrop.draw(canvas, frame)
    return canvas.pixels


def luma(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    height = 320 * pixels.shape[0] // pixels.shape[1]
    return np.asarray(cv2.resize(pixels[..., 1], (320, height), interpolation=cv2.INTER_AREA), np.float32)


def luminances(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """WCAG relative luminance of every pixel of ink."""
    colours = (pixels[..., :3].astype(np.float64) - INK[:3, 3] * 255) @ np.linalg.inv(INK[:3, :3].astype(np.float64)).T / 255
    colours = np.clip(colours, 0, 1)
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.0722, 0.7152, 0.2126]), np.float64)


@every_theme
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_text_is_readable_on_almost_every_pixel_and_accents_stand_out(theme: Theme, size: Size) -> None:
    quarter = Size(width=size.width // 4, height=size.height // 4)
    ground = luminances(drawn(Backdrop(quarter, 30, theme, "scene-1"), quarter, 20)).ravel()
    for colour, least in ((theme.text, 4.5), (theme.dim, 4.5), (theme.accent, 3.0), (theme.second, 3.0)):
        ink = luminances(np.array([[[*_ink(colour), 255]]], np.uint8)).item()
        ratios = (np.maximum(ground, ink) + 0.05) / (np.minimum(ground, ink) + 0.05)
        assert np.quantile(ratios, 0.01) >= least


def _ink(colour: int) -> list[int]:
    blue, green, red = (colour >> shift & 255 for shift in (0, 8, 16))
    return [round(float(value)) for value in INK[:3] @ np.array([blue, green, red, 255], np.float32)]


@every_theme
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_picture_never_freezes(theme: Theme, size: Size) -> None:
    quarter = Size(width=size.width // 2, height=size.height // 2)
    backdrop = Backdrop(quarter, 30, theme, "scene-1")
    for start in range(0, 600, 60):
        before = luma(drawn(backdrop, quarter, start))
        later = luma(drawn(backdrop, quarter, start + 110))
        assert np.abs(later - before).mean() > 1.3 * FROZEN


@every_theme
def test_the_same_seed_draws_the_same_and_another_seed_another_picture(theme: Theme) -> None:
    first = drawn(Backdrop(SMALL, 30, theme, "scene-1"), SMALL, 77)
    assert np.array_equal(first, drawn(Backdrop(SMALL, 30, theme, "scene-1"), SMALL, 77))
    assert not np.array_equal(first, drawn(Backdrop(SMALL, 30, theme, "scene-2"), SMALL, 77))


@every_theme
def test_every_pixel_is_opaque_and_overwritten(theme: Theme) -> None:
    canvas = Canvas(SMALL)
    canvas.pixels[:] = 7
    Backdrop(SMALL, 25, theme, "a").draw(canvas, 3)
    assert canvas.pixels[..., 3].min() == 255
    assert np.array_equal(canvas.pixels, drawn(Backdrop(SMALL, 25, theme, "a"), SMALL, 3))


@every_theme
def test_gradients_are_dithered(theme: Theme) -> None:
    """In a smooth gradient without noise whole stretches of a row have one value; noise breaks them up."""
    pixels = drawn(Backdrop(SMALL, 30, theme, "scene-1"), SMALL, 0)[..., 1]
    changes = (np.diff(pixels.astype(int), axis=1) != 0).mean()
    assert changes > 0.2


@pytest.mark.parametrize("fps", [24, 25, 30, 60])
@pytest.mark.parametrize("pace", [pace for _, pace in ROLLING.values()])
def test_a_rolling_picture_moves_equally_far_every_frame(fps: int, pace: float) -> None:
    steps = {after - before for before, after in pairwise(rolled_halves(LANDSCAPE, fps, pace, frame) for frame in range(500))}
    assert len(steps) == 1
    assert 12 <= min(steps) / 2 * fps <= 36


def test_a_rolling_picture_shows_no_seam_where_it_comes_round() -> None:
    for theme in THEMES.values():
        if theme.background not in ROLLING:
            continue
        rolled = SMALL.width // 3
        halves = rolled_halves(SMALL, 30, ROLLING[theme.background][1], 1)
        pixels = drawn(Backdrop(SMALL, 30, theme, "scene-1"), SMALL, 2 * rolled // halves)[..., 1].astype(int)
        jumps = np.abs(np.diff(pixels, axis=1)).mean(axis=0)
        seam = SMALL.width - rolled - 1
        assert jumps[seam] <= np.delete(jumps, seam).max()


def test_a_floating_picture_stays_within_its_margin() -> None:
    places = [floated(64.0, 30, frame) for frame in range(2000)]
    assert min(min(place) for place in places) == 0
    assert max(max(place) for place in places) == 128


def test_every_kind_is_drawn_by_somebody() -> None:
    assert {theme.background for theme in THEMES.values()} <= FLOATING.keys() | ROLLING.keys()
    assert {theme.shapes for theme in THEMES.values()} <= STYLES.keys()


def test_a_frame_costs_little() -> None:
    """Measured 0.6 to 1.0 ms of one core; the bound leaves room for a busy machine."""
    for theme in THEMES.values():
        backdrop, canvas = Backdrop(LANDSCAPE, 30, theme, "scene-1"), Canvas(LANDSCAPE)
        backdrop.draw(canvas, 0)
        spent = []
        for frame in range(12):
            started = time.process_time()
            backdrop.draw(canvas, frame)
            spent.append(time.process_time() - started)
        assert min(spent) < 0.004
