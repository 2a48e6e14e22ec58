import re
from itertools import pairwise
from pathlib import Path

import jiwer
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwi.errors import BadBrief, SetupIncomplete
from kiwi.film.job_inputs import ListenInput, NarrateInput
from kiwi.film.model import VoiceOver
from kiwi.local.hear.whisper import listen
from kiwi.local.speak import hibari
from kiwi.local.speak.alignment import display_words
from kiwi.local.speak.hibari import narrate, place_words
from kiwi.local.speak.phrases import LONGEST_PHRASE, plan_phrases
from kiwi.local.speak.voice_cleanup import find_speech
from kiwi.render.sound.waves import RATE, Samples, WaveReader
from kiwi.storage import models

HARD = [
    "At 7:30 am, Dr. Smith’s AI (U.S. made) costs $5 or 40% at kiwi.example: a 3-in-1 well-known tool — truly!",
    "On March 5, 2024 we sold 1,250 cups for $1.2 million; that’s 3.5 km & 20°C in No. 4!",
    "“Wait… what?” she said. Why not — it’s 24/7.",
    "Salt & pepper. C++ and x² in Café Zürich 🎉 cost ½.",
]


def speak(text: str, folder: Path, speed: float = 1.0) -> tuple[VoiceOver, Samples]:
    voice = narrate(NarrateInput(text=text, speed=speed), folder, lambda _: None)
    with WaveReader(folder / "voice.wav") as file:
        assert file.channels == 1
        return voice, file.read(0, file.frames)[:, 0]


@pytest.mark.parametrize("text", HARD)
def test_every_written_word_has_its_time_in_order(text: str, tmp_path: Path) -> None:
    voice, samples = speak(text, tmp_path)
    assert [word.text for word in voice.words] == display_words(text)
    assert voice.seconds == len(samples) / RATE
    edges = [edge for word in voice.words for edge in (word.start, word.end)]
    assert edges == sorted(edges)
    assert all(word.end - word.start >= 0.02 for word in voice.words)
    assert 0 < edges[0] < edges[-1] < voice.seconds


def test_words_start_where_their_sound_does(tmp_path: Path) -> None:
    """Judged where a word follows a pause, so that its onset can be seen: within 60 ms, and not late by more than 40."""
    errors = []
    for text in ["Boats, cars, trains and planes.", "Stop. Go. Turn. Back!", "Take time: plant trees, dig ponds, build paths."]:
        voice, samples = speak(text, tmp_path)
        hop = RATE // 200
        power = np.square(samples[: len(samples) // hop * hop].reshape(-1, hop)).mean(axis=1)
        loud = power > power.max() * 3e-4
        onsets = [at / 200 for at in range(8, len(loud)) if loud[at] and not loud[at - 8 : at].any()]
        errors += [min((word.start - onset for word in voice.words), key=abs) for onset in onsets]
    assert len(errors) >= 8
    assert max(map(abs, errors)) <= 0.06
    assert max(errors) <= 0.04


def test_a_voice_begins_and_ends_with_the_silence_it_promises(tmp_path: Path) -> None:
    voice, samples = speak("Tea is ready.", tmp_path)
    first, last = find_speech(samples, RATE)
    assert first == pytest.approx(0.080, abs=0.012)
    assert voice.seconds - last == pytest.approx(0.220, abs=0.012)
    assert voice.words[0].start == pytest.approx(first, abs=0.012)
    assert voice.words[-1].end == pytest.approx(last, abs=0.012)
    assert samples[0] == samples[-1] == 0
    assert 0.1 < np.abs(samples).max() < 0.98


def test_nothing_rumbles_and_no_image_of_the_old_rate_is_heard(tmp_path: Path) -> None:
    _, samples = speak("She sells sea shells by the sea shore.", tmp_path)
    power = np.square(np.abs(np.fft.rfft(samples)))
    pitch = np.fft.rfftfreq(len(samples), 1 / RATE)
    assert power[pitch < 30].sum() < 1e-5 * power.sum()
    assert power[pitch > 12_500].sum() < 1e-7 * power.sum()


def test_sentences_are_breathed_apart(tmp_path: Path) -> None:
    voice, _ = speak("Tea is ready. Come in, friends.", tmp_path)
    starts = {word.text: word for word in voice.words}
    assert starts["Come"].start - starts["ready."].end == pytest.approx(0.40, abs=0.06)
    assert starts["friends."].start - starts["in,"].end < 0.3


def test_the_same_order_gives_the_same_bytes(tmp_path: Path) -> None:
    once, _ = speak("Made once.", tmp_path)
    again, _ = speak("Made once.", tmp_path)
    assert once == again


def test_speed_is_the_models_own(tmp_path: Path) -> None:
    calm, _ = speak("We have all the time in the world.", tmp_path, 0.85)
    quick, _ = speak("We have all the time in the world.", tmp_path, 1.15)
    assert 1.1 < calm.seconds / quick.seconds < 1.5
    assert quick.words[-1].end < quick.seconds


def test_progress_ends_at_one(tmp_path: Path) -> None:
    shares: list[float] = []
    narrate(NarrateInput(text="One. Two."), tmp_path, shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_what_is_said_is_understood(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    models.use_folder(tmp_path_factory.getbasetemp() / "models")
    text = (
        "Solar panels turn sunlight into electricity. Sarah's bakery makes fresh bread at dawn. "
        "The quick brown fox jumps over the lazy dog. Electric cars need fewer parts, less oil and no exhaust. "
        "Doctors, teachers and engineers use it every day."
    )
    speak(text, tmp_path)
    heard = listen(ListenInput(recording=str(tmp_path / "voice.wav")), tmp_path, lambda _: None)

    def plain(words: str) -> str:
        return re.sub(r"[^a-z ]", "", words.lower())

    assert jiwer.wer(plain(text), plain(heard.words)) <= 0.04


@pytest.mark.parametrize("text", ["", "  \n "])
def test_no_text_is_a_mistake_of_ours(text: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no text"):
        speak(text, tmp_path)


@pytest.mark.parametrize("text", ["…", "— !", "🎉🎉"])
def test_nothing_but_marks_cannot_be_said(text: str, tmp_path: Path) -> None:
    with pytest.raises(BadBrief, match="write at least one word"):
        speak(text, tmp_path)


@pytest.mark.parametrize(("text", "word"), [("Welcome to 東京 today", "東京"), ("Привет, friends", "Привет,"), ("शांति", "शांति")])
def test_a_word_an_english_voice_cannot_read_is_named(text: str, word: str, tmp_path: Path) -> None:
    with pytest.raises(BadBrief, match=f"cannot say “{word}”"):
        speak(text, tmp_path)
    assert not (tmp_path / "voice.wav").exists()


def test_another_model_than_the_measured_one_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(hibari, "MODEL_SHA256", "0" * 64)
    hibari.open_voice.cache_clear()
    with pytest.raises(SetupIncomplete, match="make setup"):
        speak("Hello.", tmp_path)


def test_a_long_sentence_is_split_at_commas_and_loses_no_word() -> None:
    clause = "and then we walked on along the river, "
    phrases = plan_phrases(clause * 20 + "home.")
    assert len(phrases) > 2
    assert all(len(phrase.text) <= LONGEST_PHRASE for phrase in phrases)
    assert all(phrase.text.endswith((",", ".")) for phrase in phrases)
    assert " ".join(phrase.text for phrase in phrases).split() == (clause * 20 + "home.").split()


@given(st.lists(st.sampled_from(["a", "it,", "word.", "x" * 300, "Dr.", "—"]), min_size=1, max_size=80))
def test_phrases_lose_nothing_however_odd_the_text(words: list[str]) -> None:
    text = " ".join(words)
    if any(word != "—" for word in words):
        assert " ".join(phrase.text for phrase in plan_phrases(text)).split() == [*text.split()]


def test_initials_titles_and_countries_do_not_end_a_sentence() -> None:
    text = "The U.S. Army met Dr. J. K. Smith. He paid $5.50 at 7 p.m. and left."
    assert [phrase.text for phrase in plan_phrases(text)] == ["The U.S. Army met Dr. J. K. Smith.", "He paid $5.50 at 7 p.m. and left."]


def test_a_word_without_sound_shares_its_neighbours_time() -> None:
    words = place_words(["a", "b", "c"], [[(0.1, 0.5)], [None], [(0.6, 0.9)]], first=0.08, last=0.9, begin=0.0)
    assert [word.text for word in words] == ["a", "b", "c"]
    edges = [edge for word in words for edge in (word.start, word.end)]
    assert edges == sorted(edges)
    assert all(later > earlier for word in words for earlier, later in [(word.start, word.end)])
    assert all(before.end <= after.start for before, after in pairwise(words))
