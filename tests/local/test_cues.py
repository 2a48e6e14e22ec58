"""Things appear when they are named."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiwi.film.model import Spoken
from kiwi.local.storyboard.cues import emphasis, find_phrase, plan_cues, telling, token

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def spoken(text: str, step: int = 10) -> tuple[Spoken, ...]:
    return tuple(Spoken(text=word, start=n * step + 20, end=n * step + 29) for n, word in enumerate(text.split()))


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("Fresh bread", "We sell fresh bread, coffee and cake.", (2, 4)),
        ("Fresh bread", "We sell bread and fresh bread.", (4, 6)),
        ("Solar panel", "The solar panels on your roof", (1, 3)),
        ("Sorting photos", "It sorts your photos for you", (1, 4)),
        ("40%", "You save 40% today", (2, 3)),
        ("A.I. tools", "New AI tools arrive", (1, 3)),
        ("The team’s plan", "Here is the team's plan.", (2, 5)),
        ("Visit kiwi.example", "Visit kiwi.example today.", (0, 2)),
        ("Elephants", "We sell fresh bread", None),
        ("the", "nothing here", None),
    ],
)
def test_a_phrase_is_found_where_it_is_spoken(phrase: str, text: str, found: tuple[int, int] | None) -> None:
    words = find_phrase(phrase, spoken(text))
    assert words == (range(*found) if found else None)


def test_points_appear_just_before_they_are_named() -> None:
    words = spoken("We bake bread, brew coffee and sell cake.")
    assert plan_cues(["Bread", "Coffee", "Cake"], words, 30, 8, 200) == [38, 58, 88]


def test_a_point_that_is_not_found_appears_between_its_neighbours() -> None:
    words = spoken("We bake bread, brew something and sell cake.")
    assert plan_cues(["Bread", "Tea", "Cake"], words, 30, 8, 200) == [38, 63, 88]


def test_points_of_a_silent_scene_share_its_time() -> None:
    assert plan_cues(["One", "Two", "Three"], (), 30, 10, 100) == [10, 40, 70]


@PATIENT
@given(
    st.lists(st.sampled_from(["bread", "coffee", "cake", "fresh milk", "nothing"]), min_size=1, max_size=6),
    st.lists(st.sampled_from(["bread", "coffee", "cake", "fresh", "milk", "and", "we"]), max_size=20).map(" ".join),
)
def test_cues_come_in_order_and_in_time(points: list[str], text: str) -> None:
    cues = plan_cues(points, spoken(text), 30, 8, 200)
    assert len(cues) == len(points)
    assert all(after - before >= 8 for before, after in pairwise(cues))
    assert cues[0] >= 0
    assert cues[-1] <= 200


def test_emphasis_falls_on_figures_and_keywords_not_on_small_words() -> None:
    words = spoken("Solar panels turn the light of the sun into 40% cheaper electricity for you.")
    chosen = {words[n].text for n in emphasis(words, ["electricity", "sun"], [])}
    assert chosen == {"sun", "40%", "electricity"}
    assert emphasis(spoken("It is on."), [], []) == ()


def test_telling_words_leave_out_what_says_nothing() -> None:
    assert telling("How the Sun Makes Power for You") == ["sun", "makes", "power"]
    assert token("Panels,") == token("panel") == "panel"
