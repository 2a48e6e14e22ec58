"""Everything eases in and out, and transitions shut exactly at the cut."""

import itertools
from math import inf

import pytest

from kiwi.render.canvas import motion
from kiwi.render.canvas.motion import HIDDEN, STILL, Pose, fade, floating, pop, rise, shown, slide, spring, together, unroll
from kiwi.render.scene.transitions import TRANSITIONS, Disc, Plate, Polygon, Shape, covering, share_covered

MOVES = {"fade": fade(), "rise": rise(40), "slide": slide(-40), "pop": pop(0.5, turn=-20), "unroll": unroll("top")}
EASINGS = [motion.linear, motion.ease_out, motion.ease_in, motion.ease_in_out, motion.ease_out_expo, motion.ease_out_back, spring]


@pytest.mark.parametrize("easing", EASINGS, ids=lambda easing: easing.__name__)
def test_easings_run_from_nothing_to_exactly_all(easing: motion.Easing) -> None:
    assert easing(0.0) == pytest.approx(0, abs=1e-9)
    assert easing(1.0) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("name", MOVES)
def test_an_element_comes_rests_and_goes(name: str) -> None:
    at = shown(1.0, 3.0, MOVES[name], seconds=0.5, leaving_seconds=0.25)
    assert at(0.99) is HIDDEN
    assert at(1.7) is STILL
    assert at(3.0) is HIDDEN
    arriving = at(1.1)
    assert arriving not in {STILL, HIDDEN}
    settled, before = at(1.4999), at(1.4)
    assert settled.alpha == pytest.approx(1, abs=0.01)
    assert abs(settled.dx) + abs(settled.dy) <= abs(before.dx) + abs(before.dy) + 0.01
    assert at(2.9).alpha < 1


def test_a_life_too_short_for_both_moves_squeezes_them() -> None:
    at = shown(0.0, 0.3, fade(), seconds=0.5, leaving_seconds=0.25)
    assert max(at(frame / 60).alpha for frame in range(18)) > 0.9
    assert shown(2.0, 1.0, fade())(1.5) is HIDDEN


def test_what_never_ends_stays() -> None:
    assert shown(0.0, inf, fade())(1e6) is STILL


def test_motions_together_add_up_and_windows_intersect() -> None:
    both = Pose(alpha=0.5, dx=1, scale=2, window=(0, 0, 0.5, 1)) + Pose(alpha=0.5, dx=2, turn=3, window=(0.25, 0, 1, 1), fine=True)
    assert both == Pose(alpha=0.25, dx=3, scale=2, turn=3, window=(0.25, 0, 0.5, 1), fine=True)
    hidden = together(shown(1.0, 2.0, fade()), floating(5, 2.0))
    assert hidden(0.5).alpha == 0
    assert hidden(1.8).fine


def covers(shapes: list[Shape], x: float, y: float) -> bool:
    return any(_covers(shape, x, y) for shape in shapes)


def _covers(shape: Shape, x: float, y: float) -> bool:
    if isinstance(shape, Disc):
        return ((x - shape.x) ** 2 + (y - shape.y) ** 2 <= shape.radius**2) != shape.hole
    if isinstance(shape, Plate):
        return (abs(x - shape.x) <= shape.width / 2 and abs(y - shape.y) <= shape.height / 2) != shape.hole
    assert isinstance(shape, Polygon)
    inside = False
    for (x1, y1), (x2, y2) in zip(shape.points, (*shape.points[1:], shape.points[0]), strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


EXTENTS = [(1920.0, 1080.0), (1080.0, 1920.0), (1080.0, 1080.0)]


def share_of(shapes: list[Shape], extent: tuple[float, float]) -> float:
    spots = [((column + 0.5) / 12 * extent[0], (row + 0.5) / 12 * extent[1]) for column in range(12) for row in range(12)]
    return sum(covers(shapes, *spot) for spot in spots) / len(spots)


@pytest.mark.parametrize("extent", EXTENTS, ids=str)
@pytest.mark.parametrize("leaving", [True, False])
@pytest.mark.parametrize("name", TRANSITIONS)
def test_a_transition_covers_more_and_more_until_all(name: str, leaving: bool, extent: tuple[float, float]) -> None:
    shares = [share_of(covering(name, step / 20, leaving, extent)[1], extent) for step in range(21)]
    assert shares[0] == 0
    assert shares[-1] == 1
    assert shares[19] > 0.75
    assert all(later >= earlier - 0.02 for earlier, later in itertools.pairwise(shares))
    assert any(0.15 < share < 0.85 for share in shares)


@pytest.mark.parametrize("name", TRANSITIONS)
def test_the_accent_edge_runs_ahead_of_the_cover(name: str) -> None:
    edge, cover = covering(name, 0.5, True, EXTENTS[0])
    assert share_of(edge, EXTENTS[0]) > share_of(cover, EXTENTS[0])
    assert covering(name, 1.0, True, EXTENTS[0])[0] == []


def test_the_cut_lies_between_two_wholly_covered_frames() -> None:
    assert share_covered(149, 150, 10, leaving=True) == 1
    assert share_covered(0, 90, 10, leaving=False) == 1
    assert share_covered(139, 150, 10, leaving=True) == 0
    assert share_covered(10, 90, 10, leaving=False) == 0
    assert 0 < share_covered(144, 150, 10, leaving=True) < share_covered(147, 150, 10, leaving=True) < 1
