"""Pauses make a film exactly as long as asked, fairly, and never cut speech."""

from math import ceil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiwi.film.pacing import LEAD_SECONDS, Pace, Pause, pace, share_out, stretch

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
pauses = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(0, 200)).map(lambda n: Pause(n[0], n[0] + n[1], n[0] + n[1] + n[2])),
    min_size=1,
    max_size=20,
)


@PATIENT
@given(st.integers(0, 5000), st.lists(st.integers(0, 300), min_size=1, max_size=20))
def test_shares_lose_no_frame_and_follow_the_room(frames: int, room: list[int]) -> None:
    shares = share_out(frames, room)
    assert sum(shares) == (frames if any(room) else 0)
    assert all(abs(share - frames * one / max(sum(room), 1)) < 1 for share, one in zip(shares, room, strict=True))


def test_equal_rooms_get_shares_that_differ_by_at_most_one() -> None:
    assert share_out(100, [1, 1, 1]) == [33, 33, 34]


@PATIENT
@given(pauses, st.integers(0, 6000))
def test_pauses_hit_the_length_within_their_limits(given_pauses: list[Pause], frames: int) -> None:
    lengths = stretch(given_pauses, frames)
    least, most = sum(pause.least for pause in given_pauses), sum(pause.most for pause in given_pauses)
    assert sum(lengths) == min(max(frames, least), most)
    assert all(pause.least <= length <= pause.most for pause, length in zip(given_pauses, lengths, strict=True))


def test_natural_pauses_are_left_alone() -> None:
    assert stretch([Pause(10, 20, 60), Pause(5, 5, 5), Pause(10, 30, 60)], 55) == [20, 5, 30]


@PATIENT
@given(st.lists(st.floats(1.0, 9.0), min_size=1, max_size=30), st.sampled_from([24, 25, 30, 60]), st.floats(5, 300))
def test_a_film_is_as_long_as_asked_or_as_near_as_speech_allows(voices: list[float], fps: int, seconds: float) -> None:
    wanted = round(seconds * fps)
    paces = pace(voices, fps, wanted)
    frames = sum(one.frames for one in paces)
    shortest = sum(one.frames for one in pace(voices, fps, 0))
    longest = sum(one.frames for one in pace(voices, fps, 10**6))
    assert frames == min(max(wanted, shortest), longest)
    for one, voice in zip(paces, voices, strict=True):
        assert one.voice_starts + ceil(voice * fps) + ceil(0.35 * fps) <= one.frames
    assert all(one.voice_starts == ceil(LEAD_SECONDS * fps) for one in paces[1:])


def test_six_scenes_of_speech_become_exactly_thirty_seconds() -> None:
    paces = pace([1.8, 4.2, 3.9, 4.4, 3.6, 2.9], 30, 900)
    assert sum(one.frames for one in paces) == 900


def test_a_silent_scene_lasts_as_long_as_needed() -> None:
    assert sum(one.frames for one in pace([2.0, 0.0, 2.0], 30, 360)) == 360


@pytest.mark.parametrize("wanted", [290, 300, 310])
def test_held_shots_keep_their_pace_and_the_others_make_up_for_it(wanted: int) -> None:
    held = [Pace(20, 100), None, Pace(8, 120)]
    paces = pace([2.0, 1.0, 2.0], 30, wanted, held)
    assert (paces[0], paces[2]) == (held[0], held[2])
    assert sum(one.frames for one in paces) == wanted
