import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jiwer
import numpy as np
import pytest

from kiwi.errors import BadBrief
from kiwi.film.job_inputs import ListenInput, NarrateInput
from kiwi.film.model import Heard
from kiwi.local.hear.recording import HEARING_RATE
from kiwi.local.hear.whisper import _said, is_trustworthy, keep_speech, listen, open_ear
from kiwi.local.score.music import choose_tracks
from kiwi.local.speak.hibari import narrate
from kiwi.storage import models
from tests.recordings import MEDIA, SAID, Sound, noise, save, tone

EXAMPLE = Path(__file__).parents[2] / "examples" / "brief.webm"


@pytest.fixture(scope="module", autouse=True)
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The real model, put together for these tests."""
    before = list(models._chosen)
    models.use_folder(tmp_path_factory.getbasetemp() / "models")
    yield
    models._chosen[:] = before


def hear(path: Path, tmp_path: Path, hints: str = "") -> Heard:
    return listen(ListenInput(recording=str(path), hints=hints), tmp_path, lambda _: None)


def say(text: str, tmp_path: Path) -> Path:
    narrate(NarrateInput(text=text), tmp_path, lambda _: None)
    return tmp_path / "voice.wav"


def plain(words: str) -> str:
    return re.sub(r"[^a-z ]", "", words.lower().replace("-", " ").replace("mr.", "mister"))


@pytest.mark.parametrize("name", SAID)
def test_real_people_are_understood(name: str, tmp_path: Path) -> None:
    heard = hear(MEDIA / name, tmp_path)
    assert heard.language == "en"
    assert jiwer.wer(plain(SAID[name]), plain(heard.words)) <= 0.05
    assert heard.words == heard.shown
    assert (heard.repaired, heard.doubtful) == ((), ())


def test_a_rare_word_that_was_misheard_is_mended_for_the_film_and_shown_as_it_was_heard(tmp_path: Path) -> None:
    heard = hear(say("Please promote our quiche, our ratatouille and our lemon meringue pie.", tmp_path), tmp_path)
    assert "our Keesh, our" in heard.shown
    assert "our quiche, our" in heard.words
    assert heard.repaired == (("Keesh", "quiche"),)
    assert heard.remarks == ("Heard “Keesh”, taken for “quiche”.",)


def test_a_name_nobody_knows_is_doubted_until_it_is_typed_beside_the_recording(tmp_path: Path) -> None:
    recording = say("Announce that Kavella Yoga starts a new course in Harrogate on Monday.", tmp_path)
    alone = hear(recording, tmp_path)
    assert "Kavella" not in alone.words
    assert alone.repaired == ()
    assert alone.doubtful
    assert all(word in alone.words for word in alone.doubtful)
    assert len(alone.remarks) == len(alone.doubtful)
    hinted = hear(recording, tmp_path, "Kavella Yoga, Harrogate")
    assert "Kavella Yoga" in hinted.words
    assert "in Harrogate" in hinted.words
    assert hinted.doubtful == ()
    assert hinted.shown == alone.shown


def test_what_is_typed_beside_a_recording_is_never_heard_in_it_unless_it_was_said(tmp_path: Path) -> None:
    heard = hear(MEDIA / "dashwood.ogg", tmp_path, "Zentrik, Brackenbury, Kavella and Quillmark")
    assert heard.words == heard.shown


def test_the_example_is_the_brief_it_says_and_progress_only_grows(tmp_path: Path) -> None:
    shares: list[float] = []
    heard = listen(ListenInput(recording=str(EXAMPLE)), tmp_path, shares.append)
    assert re.fullmatch(r"Make a (30|thirty)[- ]second promotional video about AI technology\.", heard.words)
    assert heard.seconds == pytest.approx(5.85, abs=0.1)
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] <= 1


SILENCES = {"no signal": np.zeros(96_000, np.float32), "a dead input's hiss": noise(2, level=1e-5)}


@pytest.mark.parametrize("name", SILENCES)
def test_silence_is_called_silence(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadBrief, match="recording is silent: check that the microphone is on"):
        hear(save(SILENCES[name], tmp_path / "brief.wav"), tmp_path)


def clatter() -> Sound:
    chance = np.random.default_rng(2)
    sound = np.zeros(48_000 * 5, np.float32)
    for place in chance.integers(0, len(sound) - 1_000, 50):
        sound[place : place + 1_000] += (0.4 * chance.standard_normal(1_000) * np.exp(-np.arange(1_000) / 150)).astype(np.float32)
    return sound


NOISES = {
    "hiss": noise(5, level=0.02),
    "a loud hiss": noise(5, level=0.2),
    "hum": tone(5, 50),
    "whistling": tone(5, 900),
    "keys": clatter(),
}


@pytest.mark.parametrize("name", NOISES)
def test_noise_is_not_taken_for_words(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadBrief, match="noise in the recording but no words"):
        hear(save(NOISES[name], tmp_path / "brief.flac"), tmp_path, "Zentrik headphones")


def test_music_is_not_taken_for_words(tmp_path: Path) -> None:
    from kiwi.film.model import Mood

    with pytest.raises(BadBrief, match="noise in the recording but no words"):
        hear(choose_tracks(Mood.CALM, "x", 1)[0], tmp_path)


def test_a_whispered_recording_is_turned_up_and_its_silences_left_out() -> None:
    from kiwi.local.hear.recording import decode

    quiet = 0.02 * decode(MEDIA / "amiable.flac")
    long = np.concatenate([np.zeros(5 * HEARING_RATE, np.float32), quiet, np.zeros(5 * HEARING_RATE, np.float32)])
    speech = keep_speech(long + noise(len(long) / HEARING_RATE, 1e-5, HEARING_RATE))
    assert len(speech) < len(quiet) + HEARING_RATE
    assert np.abs(speech).max() > 0.2


def test_words_are_weighed_in_the_tokens_in_which_whisper_writes_them() -> None:
    ear = open_ear(models.whisper_model(models.folder()))
    for word in (" the", " table", " quiche", " Tobermory", " peonies"):
        assert ear.hf_tokenizer.decode([*ear.spell(word)]) == word
    assert len(ear.spell(" the")) == len(ear.spell(" table")) == 1


@dataclass
class FakeSegment:
    avg_logprob: float = -0.3
    no_speech_prob: float = 0.1
    compression_ratio: float = 1.4


@pytest.mark.parametrize(
    ("segment", "trusted"),
    [
        (FakeSegment(), True),
        (FakeSegment(no_speech_prob=0.9), True),
        (FakeSegment(no_speech_prob=0.9, avg_logprob=-0.9), False),
        (FakeSegment(avg_logprob=-1.4), False),
        (FakeSegment(compression_ratio=3.0), False),
    ],
)
def test_a_segment_is_trusted_as_far_as_the_model_trusts_it(segment: FakeSegment, trusted: bool) -> None:
    assert is_trustworthy(segment) is trusted


@pytest.mark.parametrize("phantom", ["Thank you.", "Thank you. Thank you.", "you", "Thanks for watching!", "♪ ♪", "", "...", "Bye-bye."])
def test_what_whisper_says_of_noise_is_no_brief(phantom: str) -> None:
    with pytest.raises(BadBrief, match="no words"):
        _said([phantom])


def test_thanks_beside_real_words_stay() -> None:
    assert _said(["A film about tea.", "Thank you."]) == "A film about tea. Thank you."
