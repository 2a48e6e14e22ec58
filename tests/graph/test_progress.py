"""Signs of life: a stage hangs when even the most patient one in work would have said something."""

import pytest

from graph.progress import SILENCE, USUAL_SILENCE, Signs, stage_of


@pytest.mark.parametrize("node", ["read_intent", "render_scene", "shoot_scene"])
def test_a_stage_hangs_when_it_has_been_silent_for_longer_than_it_may(node: str) -> None:
    signs, most = Signs(heard=0.0), SILENCE.get(node, USUAL_SILENCE)
    signs.note(node, now=10.0)
    assert signs.hanging(10.0 + most) is None
    assert signs.hanging(11.0 + most) == node


def test_a_stage_is_given_the_patience_of_those_in_work_beside_it_and_of_no_other() -> None:
    signs = Signs(heard=0.0)
    signs.note("shoot_scene", now=0.0)
    signs.note("score_music", now=0.0)
    assert signs.hanging(USUAL_SILENCE + 1) is None
    signs.finish("shoot_scene", now=0.0)  # one part of it; another may still be filmed
    assert signs.hanging(USUAL_SILENCE + 1) is None
    signs.note("cut_film", now=0.0)
    assert signs.hanging(USUAL_SILENCE + 1) == "cut_film"
    signs.finish("cut_film", now=5.0)
    assert signs.hanging(USUAL_SILENCE + 1) is None
    assert signs.hanging(USUAL_SILENCE + 6) == ""


def test_a_stage_is_named_in_words() -> None:
    assert (stage_of("render_scene"), stage_of("cut_film"), stage_of("")) == ("Rendering a scene", "Cutting the film", "The film")
