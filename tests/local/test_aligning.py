"""Words found by ear, against a voice whose times are known; and what becomes of a hired voice's sound."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwi.errors import BadMedia
from kiwi.film.job_inputs import NarrateInput, RecordInput, Timing
from kiwi.film.model import VoiceOver, Word
from kiwi.local.hear.recording import HEARING_RATE, decode
from kiwi.local.speak import aligning
from kiwi.local.speak.aligning import (
    Span,
    align,
    at_pauses,
    cut_points,
    even_out,
    find_pauses,
    measure_loudness,
    settle,
    share_heard,
    share_windows,
)
from kiwi.local.speak.alignment import display_words
from kiwi.local.speak.hibari import narrate
from kiwi.local.speak.hired_voices import LIKE_OURS, checked_speech, convert, level, read_timing, record, within
from kiwi.render.sound.loudness import LoudnessMeter
from kiwi.render.sound.waves import RATE, Samples, WaveReader
from kiwi.storage import models
from kiwi.storage.assets import AssetStore
from kiwi.work import jobs
from kiwi.work.processes import open_pool
from kiwi.work.workshop import Workshop
from tests.recordings import MEDIA, SAID

TEXTS = [
    "In 2024 we sold 1,250 cups for $1.2 million; that’s 40% more than the year before.",
    "Visit Kavelina Tea House on Baker Street today. Your first cup is free.",
    "Take time: plant trees, dig ponds, build paths.",
]


@pytest.fixture(scope="module", autouse=True)
def ear(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The real model, put together for these tests."""
    before = list(models._chosen)
    models.use_folder(tmp_path_factory.getbasetemp() / "models")
    yield
    models._chosen[:] = before


def speak(text: str, folder: Path) -> tuple[VoiceOver, Samples]:
    """Our narrator's voice at 16 kHz, and when it says what."""
    voice = narrate(NarrateInput(text=text), folder, lambda _: None)
    return voice, decode(folder / "voice.wav")


def test_words_are_found_where_they_are(tmp_path: Path) -> None:
    errors = []
    for text in TEXTS:
        voice, sound = speak(text, tmp_path)
        found = align(text, sound)
        assert [word.text for word in found] == display_words(text)
        assert all(one.start < one.end <= other.start for one, other in itertools.pairwise(found))
        errors += [abs(one.start - other.start) for one, other in zip(found, voice.words, strict=True)]
    assert np.median(errors) <= 0.06
    assert np.quantile(errors, 0.95) <= 0.2
    assert max(errors) <= 0.35


def test_long_sound_is_heard_in_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aligning, "LONGEST_WINDOW", 6.0)
    text = f"{TEXTS[1]} {TEXTS[2]}"
    voice, sound = speak(text, tmp_path)
    assert voice.seconds > 6
    errors = [abs(one.start - other.start) for one, other in zip(align(text, sound), voice.words, strict=True)]
    assert np.median(errors) <= 0.06
    assert max(errors) <= 0.35


def test_a_persons_pauses_are_no_words() -> None:
    found = {word.text: word for word in align(SAID["dashwood.ogg"], decode(MEDIA / "dashwood.ogg"))}
    assert found["He"].start - found["them"].end > 0.4


def test_other_words_are_not_what_was_ordered(tmp_path: Path) -> None:
    _, sound = speak(TEXTS[1], tmp_path)
    with pytest.raises(BadMedia, match="something else than its text"):
        align(TEXTS[0], sound)


def test_directions_that_were_read_aloud_are_heard(tmp_path: Path) -> None:
    _, sound = speak(f"Say in a warm and inviting voice: {TEXTS[1]}", tmp_path)
    with pytest.raises(BadMedia, match=r"(more|something else) than its text"):
        align(TEXTS[1], sound)


def test_a_text_that_stops_too_soon_is_noticed(tmp_path: Path) -> None:
    _, sound = speak("Visit Kavelina Tea House on Baker Street today.", tmp_path)
    with pytest.raises(BadMedia, match="stops before its text ends"):
        align(TEXTS[1], sound)


# what is heard


def test_names_and_numbers_may_be_heard_otherwise() -> None:
    written = display_words("At 7:30 am, Dr. Smith’s AI costs $5 or 40%: a tool!")
    heard = ["At", "7.30am,", "Dr.", "Smith's", "AI", "costs", "$5", "or", "40", "percent,", "a", "tool."]
    assert [len(share) for share in share_heard(written, heard)][-2:] == [1, 1]


def test_each_word_belongs_to_the_window_it_is_heard_in() -> None:
    assert share_windows([range(2), range(2, 3), range(3, 3), range(3, 4), range(4, 4)], [3, 1]) == [0, 0, 1, 1, 1]


def test_windows_are_cut_in_pauses() -> None:
    seconds = HEARING_RATE
    assert cut_points(20 * seconds, []) == [0, 20 * seconds]
    assert cut_points(40 * seconds, [Span(19, 21), Span(24, 26), Span(30, 31)]) == [0, 25 * seconds, 40 * seconds]
    assert cut_points(40 * seconds, []) == [0, 28 * seconds, 40 * seconds]


def test_pauses_are_seen_through_noise() -> None:
    noise = np.random.default_rng(0)
    sound = noise.normal(0, 0.2, 3 * HEARING_RATE).astype(np.float32)
    sound[HEARING_RATE : HEARING_RATE * 3 // 2] = noise.normal(0, 0.01, HEARING_RATE // 2)
    ((pause),) = find_pauses(measure_loudness(sound))
    assert pause.start == pytest.approx(1.0, abs=0.03)
    assert pause.end == pytest.approx(1.5, abs=0.03)


# settling


def test_words_end_and_begin_where_the_pause_between_them_does() -> None:
    spans = [Span(0.1, 0.5), Span(0.5, 1.2), Span(1.2, 1.6)]
    settled = settle(spans, [Span(0, 0.1), Span(0.6, 0.9), Span(1.6, 2.0)], ["Tea,", "and", "milk"], 2.0)
    assert (settled[0], settled[1].start, settled[2].end) == (Span(0.1, 0.6), 0.9, 1.6)


def test_a_pause_far_from_every_joint_changes_nothing() -> None:
    spans = [Span(0.0, 1.5), Span(1.5, 2.0)]
    assert at_pauses(spans, [Span(0.5, 0.7)], [False, False], 2.0) == {}


def test_lengths_steady_what_is_pointed_at_wrongly() -> None:
    pointed = [Span(0.0, 0.2), Span(0.2, 1.0), Span(1.0, 1.3)]
    evened = even_out(pointed, [10, 2, 4])
    assert evened[0].end > 0.4
    assert evened[0].start == 0.0
    assert evened[-1].end == 1.3


def test_what_agrees_stays() -> None:
    spans = [Span(0.0, 0.5), Span(0.5, 1.0), Span(1.0, 1.5)]
    assert [round(span.end, 6) for span in even_out(spans, [5, 5, 5])] == [0.5, 1.0, 1.5]


@given(st.lists(st.tuples(st.floats(0, 9), st.floats(0, 9)), min_size=1, max_size=8), st.lists(st.floats(0.1, 8), max_size=3))
def test_settled_words_follow_each_other_within_the_sound(pointed: list[tuple[float, float]], pauses: list[float]) -> None:
    settled = settle([Span(*pair) for pair in pointed], [Span(start, start + 0.3) for start in pauses], ["tea"] * len(pointed), 10.0)
    edges = [
        edge
        for word in within([Word(text="tea", start=s.start, end=s.end) for s in settled], 0.1, 9.9, 0.08)
        for edge in (word.start, word.end)
    ]
    assert edges == sorted(edges)
    assert edges[0] == 0.08
    assert edges[-1] == pytest.approx(9.88)


# a hired voice's sound


def timing(text: str, step: float = 0.1) -> Timing:
    return Timing(
        letters=tuple(text),
        starts=tuple(place * step for place in range(len(text))),
        ends=tuple((place + 1) * step for place in range(len(text))),
    )


def test_letters_make_the_words_that_are_displayed() -> None:
    words = read_timing("“Go — now!”", timing("“Go — now!”"), 9.0)
    assert words is not None
    assert [(word.text, round(word.start, 2), round(word.end, 2)) for word in words] == [("“Go —", 0.1, 0.3), ("now!”", 0.6, 0.9)]


@pytest.mark.parametrize(
    "told",
    [
        timing("Tea is raedy"),
        timing("Tea is"),
        timing("Tea is ready", 0.0),
        Timing(letters=tuple("Tea is ready"), starts=(0.0,) * 12, ends=(0.1,) * 11),
        timing("Tea is ready").model_copy(update={"starts": tuple(reversed(timing("Tea is ready").starts))}),
        Timing(letters=(), starts=(), ends=()),
    ],
    ids=["other letters", "fewer letters", "no times", "not as many", "backwards", "none"],
)
def test_times_that_make_no_sense_are_not_believed(told: Timing) -> None:
    assert read_timing("Tea is ready", told, 9.0) is None


def test_letters_after_the_end_mean_that_it_was_cut_off() -> None:
    with pytest.raises(BadMedia, match="cut off"):
        read_timing("Tea is ready", timing("Tea is ready"), 0.5)


@pytest.mark.parametrize(("seconds", "text"), [(0.2, "x" * 100), (9.0, "Tea is ready.")])
def test_sound_that_cannot_be_the_text_is_refused(seconds: float, text: str) -> None:
    with pytest.raises(BadMedia, match="cannot be its text"):
        checked_speech(np.random.default_rng(0).normal(0, 0.1, round(seconds * 24_000)).astype(np.float32), 24_000, text)


@pytest.mark.parametrize("samples", [np.zeros(24_000, np.float32), np.zeros(0, np.float32), np.full(100, 0.5, np.float32)])
def test_silence_is_no_voice(samples: Samples) -> None:
    with pytest.raises(BadMedia, match="silent"):
        checked_speech(samples, 24_000, "Tea is ready.")


@pytest.mark.parametrize("rate", [16_000, 22_050, 24_000, 44_100, 48_000])
def test_every_rate_becomes_the_films_without_a_change_of_pitch(rate: int) -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(rate) / rate).astype(np.float32)
    converted = convert(tone, rate, RATE)
    assert len(converted) == RATE
    assert np.abs(np.fft.rfft(converted)).argmax() == 440


@pytest.mark.parametrize("gain", [0.02, 0.5])
def test_every_voice_is_as_loud_as_ours(gain: float, tmp_path: Path) -> None:
    speak(TEXTS[2], tmp_path)
    with WaveReader(tmp_path / "voice.wav") as file:
        voice = level(file.read(0, file.frames)[:, 0] * np.float32(gain))
    meter = LoudnessMeter()
    meter.push(np.repeat(voice[:, None], 2, axis=1))
    assert meter.lufs() == pytest.approx(LIKE_OURS, abs=0.3)


def raw(path: Path, sound: Samples) -> str:
    path.write_bytes((sound * 32_767).astype("<i2").tobytes())
    return str(path)


async def test_a_child_records_what_nobody_timed(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    (tmp_path / "ours").mkdir()
    voice, sound = speak(TEXTS[2], tmp_path / "ours")
    job_input = RecordInput(sound=raw(tmp_path / "said.pcm", sound), rate=HEARING_RATE, text=TEXTS[2])
    async with open_pool(1, tmp_path_factory.getbasetemp()) as hands:
        recorded = await Workshop(hands, AssetStore(tmp_path / "store")).fill(jobs.RECORD, job_input, lambda _: None)
        with pytest.raises(BadMedia):
            await Workshop(hands, AssetStore(tmp_path / "store")).fill(
                jobs.RECORD, job_input.model_copy(update={"rate": 3}), lambda _: None
            )
    assert recorded.seconds == pytest.approx(voice.seconds, abs=0.05)
    assert [word.text for word in recorded.words] == display_words(TEXTS[2])


def test_the_same_sound_gives_the_same_bytes(tmp_path: Path) -> None:
    _, sound = speak(TEXTS[2], tmp_path)
    told = timing(TEXTS[2], len(sound) / HEARING_RATE / (len(TEXTS[2]) + 1))
    job_input = RecordInput(sound=raw(tmp_path / "said.pcm", sound), rate=HEARING_RATE, text=TEXTS[2], timing=told)
    assert record(job_input, tmp_path, lambda _: None) == record(job_input, tmp_path, lambda _: None)
