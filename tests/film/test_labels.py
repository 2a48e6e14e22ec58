"""Where a film shows that it was made with AI."""

import pytest

from kiwi.film.labels import labelled, shows_label
from kiwi.film.model import LANDSCAPE, Credit, Shot, Storyboard, Take, VoiceOver
from testing.fakes import a_shot, a_voice_over, an_asset

SCENES = ("scene-1", "scene-2", "scene-3")
SPOKEN = {scene: a_voice_over() for scene in SCENES}
SILENT = {scene: a_voice_over().model_copy(update={"words": ()}) for scene in SCENES}
DRAWN = Take(shot_id="shot-1", camera="cards")
SYNTHETIC = Take(shot_id="shot-1", camera="runway:gen4.5", footage=an_asset("footage.mp4"))
STOCK = SYNTHETIC.model_copy(update={"camera": "pexels", "credit": Credit(author="Ada", source="Pexels", url="https://example.com")})


def shown(voices: dict[str, VoiceOver], label: str, *takes: Take) -> list[bool]:
    shots = tuple(map(a_shot, SCENES))
    marked = labelled(Storyboard(theme="night", size=LANDSCAPE, fps=30, shots=shots), voices, label).shots
    return [shows_label(shot, take) for shot, take in zip(marked, takes, strict=True)]


@pytest.mark.parametrize("label", ["", "end"])
def test_where_somebody_speaks_it_stands_on_the_last_scene(label: str) -> None:
    assert shown(SPOKEN, label, DRAWN, SYNTHETIC, DRAWN) == [False, False, True]


def test_in_the_corner_it_stands_on_all() -> None:
    assert shown(SPOKEN, "corner", DRAWN, SYNTHETIC, STOCK) == [True, True, True]


def test_where_nobody_speaks_it_stands_on_what_a_model_filmed() -> None:
    for label in ("", "end", "corner"):
        assert shown(SILENT, label, DRAWN, SYNTHETIC, STOCK) == [False, True, False]
        assert not any(shown({}, label, DRAWN, DRAWN, STOCK))


def test_nobody_has_to_show_it() -> None:
    assert shown(SPOKEN, "none", SYNTHETIC, SYNTHETIC, SYNTHETIC) == [False, False, False]


def test_a_retake_moves_it_where_it_then_belongs() -> None:
    before: Shot = a_shot("scene-1").model_copy(update={"label": "always"})
    board = Storyboard(theme="night", size=LANDSCAPE, fps=30, shots=(before, a_shot("scene-2")))
    assert [shot.label for shot in labelled(board, SPOKEN, "end").shots] == ["", "always"]
