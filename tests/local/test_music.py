import tracemalloc
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyloudnorm  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiwi.errors import SetupIncomplete
from kiwi.film.job_inputs import ScoreInput
from kiwi.film.model import Mood, Music
from kiwi.local.score import music
from kiwi.local.score.music import LONGEST_PIECE, OVERLAP, choose_tracks, decode, plan_pieces, score
from kiwi.local.score.passages import CROSSFADE, Passage, plan_passages, play
from kiwi.render.sound.waves import RATE, Samples, WaveReader


def compose(folder: Path, seconds: float, mood: Mood = Mood.CALM, seed: str = "tea") -> tuple[Music, Samples]:
    made = score(ScoreInput(mood=mood, seconds=seconds, seed=seed), folder, lambda _: None)
    with WaveReader(folder / "music.wav") as file:
        assert file.channels == 2
        return made, file.read(0, file.frames)


@pytest.mark.parametrize(("mood", "seconds"), [(Mood.CALM, 5.0), (Mood.HAPPY, 29.97), (Mood.ENERGETIC, 44.4), (Mood.TENDER, 75.0)])
def test_music_is_as_long_as_the_film_and_as_loud_as_asked(mood: Mood, seconds: float, tmp_path: Path) -> None:
    made, samples = compose(tmp_path, seconds, mood)
    assert len(samples) == round(seconds * RATE)
    assert made.seconds == len(samples) / RATE
    assert pyloudnorm.Meter(RATE).integrated_loudness(samples) == pytest.approx(-22, abs=0.4)
    assert np.abs(samples).max() < 1


def test_music_opens_softly_and_really_ends(tmp_path: Path) -> None:
    _, samples = compose(tmp_path, 20)

    def level(start: float, stop: float) -> float:
        return float(np.sqrt(np.square(samples[round(start * RATE) : round(stop * RATE)]).mean()))

    assert level(0, 0.01) < level(0.5, 2) / 10
    assert level(19.9, 20) < level(17, 18) / 20
    ending = [level(18 + at / 4, 18.25 + at / 4) for at in range(8)]
    assert ending[-1] < ending[4] < ending[0]
    assert not samples[-1].any()


def test_without_music_there_is_the_sound_of_a_quiet_room(tmp_path: Path) -> None:
    order = ScoreInput(mood=Mood.CALM, seconds=12.3, seed="tea", without_music=True)
    made = score(order, tmp_path, lambda _: None)
    with WaveReader(tmp_path / "music.wav") as file:
        samples = file.read(0, file.frames)
    assert (len(samples), made.title, made.synthetic) == (round(12.3 * RATE), "", False)
    assert made.lufs < -45
    assert 0.001 < np.abs(samples).max() < 1
    steps = np.sqrt(np.square(samples[: 12 * RATE]).reshape(120, -1).mean(1))
    assert steps.max() < 1.2 * steps.min()  # even, without a seam


def test_no_jump_clicks_and_none_lets_the_sound_drop(tmp_path: Path) -> None:
    """The steepest step between two samples is no steeper than in the track itself."""
    track = decode(choose_tracks(Mood.TENDER, "tea", 1)[0])
    passages = plan_passages(track, 70 * RATE)
    played = play(track, passages)
    assert len(passages) >= 3
    assert np.abs(np.diff(played, axis=0)).max() <= np.abs(np.diff(track, axis=0)).max() * 1.05
    at = 0
    for passage in passages[:-1]:
        at += passage.stop - passage.start
        inside = np.square(played[at - CROSSFADE // 2 : at + CROSSFADE // 2]).mean()
        around = np.square(played[at - 2 * CROSSFADE : at + 2 * CROSSFADE]).mean()
        assert 0.3 < inside / around < 3


def test_jumps_go_where_it_sounds_alike(tmp_path: Path) -> None:
    """A melody of two bars, four times over, is lengthened by whole repetitions of it."""
    notes = [220.0, 277.2, 329.6, 440.0, 392.0, 329.6, 293.7, 246.9]
    beat = np.arange(RATE // 2) / RATE
    phrase = np.concatenate([np.sin(2 * np.pi * pitch * beat) * np.exp(-beat * 4) for pitch in notes])
    track = np.repeat(np.tile(phrase, 6)[:, None], 2, axis=1).astype(np.float32) * np.float32(0.3)
    passages = plan_passages(track, len(track) + 6 * RATE)
    jumps = [before.stop - after.start for before, after in pairwise(passages)]
    assert sum(jumps) == pytest.approx(8 * RATE, abs=RATE // 50)
    assert passages[0].start == pytest.approx(2 * RATE, abs=RATE // 50)


@settings(deadline=None, max_examples=10)
@given(seconds=st.floats(0.5, 100), seed=st.sampled_from(["a", "b"]))
def test_passages_last_exactly_and_stay_inside_the_track(seconds: float, seed: str) -> None:
    track = TRACKS[seed]
    passages = plan_passages(track, round(seconds * RATE))
    assert sum(passage.stop - passage.start for passage in passages) == round(seconds * RATE)
    assert all(0 <= passage.start < passage.stop <= len(track) for passage in passages)
    assert seconds < 4 or passages[-1].stop == len(track)
    assert len(play(track, passages)) == round(seconds * RATE)


TRACKS = {seed: decode(choose_tracks(Mood.NOSTALGIC, seed, 1)[0]) for seed in "ab"}


def test_a_track_that_fits_is_played_from_its_beginning() -> None:
    assert plan_passages(TRACKS["a"], len(TRACKS["a"])) == [Passage(0, len(TRACKS["a"]))]


@given(st.integers(1, 700 * RATE))
def test_pieces_are_equal_and_overlap_into_the_whole(frames: int) -> None:
    lengths = plan_pieces(frames)
    assert sum(lengths) - OVERLAP * (len(lengths) - 1) == frames
    assert max(lengths) - min(lengths) <= 1
    assert max(lengths) <= LONGEST_PIECE * RATE + 1


@pytest.mark.parametrize("mood", Mood)
def test_the_same_words_get_the_same_track_and_others_another(mood: Mood) -> None:
    assert choose_tracks(mood, "tea", 3) == choose_tracks(mood, "tea", 3)
    assert len({choose_tracks(mood, str(seed), 1)[0] for seed in range(30)}) >= 4
    assert len(set(choose_tracks(mood, "tea", 5))) == 5
    assert all(track.parent.name == mood.value for track in choose_tracks(mood, "tea", 9))


def test_the_same_order_gives_the_same_bytes_and_names_its_maker(tmp_path: Path) -> None:
    once, _ = compose(tmp_path, 12)
    again, _ = compose(tmp_path, 12)
    assert once == again
    assert "ACE-Step" in once.title
    assert "Calm" in once.title


def test_missing_music_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(music, "tracks_dir", lambda: tmp_path)
    with pytest.raises(SetupIncomplete, match="no calm music: run `make setup` again"):
        compose(tmp_path, 12)


def test_no_length_is_a_mistake_of_ours(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="length"):
        compose(tmp_path, 0)


def test_a_longer_film_needs_no_more_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(music, "LONGEST_PIECE", 12)
    compose(tmp_path, 12)
    peaks = []
    for seconds in (22, 44):
        tracemalloc.start()
        score(ScoreInput(mood=Mood.CALM, seconds=seconds, seed="tea"), tmp_path, lambda _: None)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] <= 1.2 * peaks[0]
