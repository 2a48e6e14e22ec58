import importlib
from itertools import combinations
from pathlib import Path

import pytest
import skia  # type: ignore[import-not-found]

from kiwi.film import limits
from kiwi.film.model import Mood
from kiwi.render.look.colours import Colour, contrast, luminance, over
from kiwi.render.look.themes import THEMES, Face, Theme, theme_for

every_theme = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)


def grounds(theme: Theme) -> list[Colour]:
    """Every opaque colour the background can show at full strength."""
    bare = list(theme.ground)
    return bare + [over(glow, ground) for glow in theme.glows for ground in bare]


def panels(theme: Theme) -> list[Colour]:
    return [over(theme.panel, ground) for ground in grounds(theme)]


def test_every_name_that_a_client_may_choose_is_a_look() -> None:
    assert tuple(THEMES) == limits.THEMES


def test_luminance_and_contrast_agree_with_the_standards_own_examples() -> None:
    assert luminance(0xFFFFFFFF) == pytest.approx(1.0)
    assert luminance(0xFF000000) == 0
    assert contrast(0xFFFFFFFF, 0xFF000000) == pytest.approx(21.0)
    assert contrast(0xFF777777, 0xFFFFFFFF) == pytest.approx(4.48, abs=0.01)
    assert contrast(0xFFFF0000, 0xFFFFFFFF) == pytest.approx(4.0, abs=0.01)


def test_over_mixes_by_alpha() -> None:
    assert over(0x80FFFFFF, 0xFF000000) == 0xFF808080
    assert over(0x00123456, 0xFFABCDEF) == 0xFFABCDEF


@every_theme
def test_text_is_readable_on_the_ground_and_on_panels(theme: Theme) -> None:
    for colour in (theme.text, theme.dim):
        assert min(contrast(colour, ground) for ground in grounds(theme) + panels(theme)) >= 4.5


@every_theme
def test_accents_stand_out_on_the_ground_and_on_panels(theme: Theme) -> None:
    for colour in (theme.accent, theme.second):
        assert min(contrast(colour, ground) for ground in grounds(theme) + panels(theme)) >= 3.0


@every_theme
def test_text_on_filled_surfaces_is_readable(theme: Theme) -> None:
    assert contrast(theme.accent_text, theme.accent) >= 4.5
    assert contrast(theme.second_text, theme.second) >= 4.5
    assert contrast(theme.caption_pill_text, theme.caption_pill) >= 4.5
    assert min(contrast(theme.caption_text, over(theme.caption_panel, ground)) for ground in grounds(theme)) >= 4.5


@every_theme
def test_an_icon_stands_out_on_its_badge_and_the_badge_on_the_ground(theme: Theme) -> None:
    assert contrast(theme.badge_icon, theme.badge) >= 3.0


def test_there_are_at_least_six_themes_and_no_two_look_alike() -> None:
    assert len(THEMES) >= 6
    for one, other in combinations(THEMES.values(), 2):
        assert one.background != other.background
        assert one.shapes != other.shapes
        assert (one.display, one.body) != (other.display, other.body)
        assert set(one.ground).isdisjoint(other.ground)


@pytest.mark.parametrize("mood", Mood)
def test_every_mood_has_two_themes_or_more_and_reaches_them_all(mood: Mood) -> None:
    suited = {theme.name for theme in THEMES.values() if mood in theme.moods}
    assert len(suited) >= 2
    assert {theme_for(mood, str(seed)) for seed in range(100)} == suited


def test_the_same_seed_gets_the_same_theme() -> None:
    assert theme_for(Mood.CALM, "a bakery") == theme_for(Mood.CALM, "a bakery")
    assert theme_for(Mood.HAPPY, "a") in THEMES


def faces() -> list[Face]:
    return sorted({face for theme in THEMES.values() for face in (theme.display, theme.strong, theme.body)}, key=repr)


@pytest.mark.parametrize("face", faces(), ids=lambda face: f"{face.file}-{dict(face.axes).get('wght', '')}")
def test_every_typeface_is_installed_and_reaches_its_axes(face: Face) -> None:
    package = importlib.import_module(face.package)
    file = Path(str(package.__file__)).parent / "files" / face.file
    typeface = skia.Typeface.MakeFromFile(str(file))
    reach = {int(axis.tag).to_bytes(4, "big").decode(): (axis.min, axis.max) for axis in typeface.getVariationDesignParameters()}
    for tag, value in face.axes:
        low, high = reach[tag]
        assert low <= value <= high
