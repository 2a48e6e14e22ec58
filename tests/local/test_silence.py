import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwi.errors import BadBrief
from kiwi.film.job_inputs import NarrateInput
from kiwi.film.model import VoiceOver
from kiwi.local.speak.alignment import display_words
from kiwi.local.speak.hibari import narrate
from kiwi.local.speak.silence import CHUNK, SHORTEST_WORD, chunks, pause_after, readable_words, time_words
from kiwi.render.sound.waves import RATE, WaveReader

GERMAN = "Unsere Bäckerei öffnet am Samstag um neun. Kommen Sie vorbei, es gibt frische Brötchen!"
JAPANESE = "東京の新しいパン屋が土曜日に開店します。ぜひお越しください。"
THAI = "ร้านเบเกอรี่ของเราเปิดวันเสาร์นี้"
CHINESE = "我们的面包店星期六开门，欢迎光临。"


def keep_silent(text: str, folder: Path, speed: float = 1.0) -> VoiceOver:
    return narrate(NarrateInput(text=text, silent=True, speed=speed), folder, lambda _: None)


def test_a_silent_order_is_silence_with_every_word_in_it(tmp_path: Path) -> None:
    voice = keep_silent(GERMAN, tmp_path)
    with WaveReader(tmp_path / "voice.wav") as file:
        assert file.channels == 1
        samples = file.read(0, file.frames)
    assert not np.any(samples)
    assert voice.seconds == len(samples) / RATE
    assert [word.text for word in voice.words] == display_words(GERMAN)
    edges = [edge for word in voice.words for edge in (word.start, word.end)]
    assert edges == sorted(edges)
    assert 0 < edges[0] < edges[-1] < voice.seconds


def test_it_lasts_as_long_as_reading_takes_with_a_pause_between_sentences(tmp_path: Path) -> None:
    voice = keep_silent(GERMAN, tmp_path)
    assert 12 <= len(GERMAN) / voice.seconds <= 16
    words = {word.text: word for word in voice.words}
    assert words["Kommen"].start - words["neun."].end == pytest.approx(0.4, abs=0.01)
    assert words["es"].start - words["vorbei,"].end == pytest.approx(0.16, abs=0.01)
    assert words["Sie"].start == words["Kommen"].end
    assert all(word.end - word.start >= SHORTEST_WORD - 1e-6 for word in voice.words)


def test_a_slower_order_is_read_more_slowly(tmp_path: Path) -> None:
    assert keep_silent(GERMAN, tmp_path, 0.5).seconds > 1.5 * keep_silent(GERMAN, tmp_path).seconds


@pytest.mark.parametrize("text", [JAPANESE, THAI, CHINESE, "今天店里有 WiFi 和咖啡，欢迎。"])
def test_writing_without_blanks_is_read_in_chunks(text: str, tmp_path: Path) -> None:
    words = readable_words(text)
    assert "".join(words) == "".join(text.split())
    assert all(len(word) <= CHUNK for word in words)
    assert all(re.search(r"\w", word) for word in words)
    assert len(words) > 2
    assert [word.text for word in keep_silent(text, tmp_path).words] == words


def test_no_mark_is_parted_from_its_letter_and_no_line_opens_with_a_stop() -> None:
    pieces = readable_words(THAI) + readable_words("「こんにちは、世界のみなさん」とキャサリンがいった。")
    assert not any(re.match(r"[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e、。」ャー]", piece) for piece in pieces)
    assert not any(piece[-1] in "「เแโใไ" for piece in pieces)


def test_chunks_are_even_and_other_words_stay_whole() -> None:
    assert [len(piece) for piece in chunks("一二三四五六七八九")] == [5, 4]
    assert chunks("Donaudampfschifffahrtsgesellschaft") == ["Donaudampfschifffahrtsgesellschaft"]


def test_wide_letters_take_twice_as_long_to_read() -> None:
    (narrow,), _ = time_words(["abcdefgh"], 15)
    (wide,), _ = time_words(["一二三四五六七八"], 15)
    assert wide.end - wide.start > 1.6 * (narrow.end - narrow.start)


@pytest.mark.parametrize(
    ("word", "seconds"), [("fin.", 0.4), ("«Fin!»", 0.4), ("終わり。」", 0.4), ("नमस्ते।", 0.4), ("then,", 0.16), ("和", 0.0)]
)
def test_a_clause_ends_where_its_marks_say(word: str, seconds: float) -> None:
    assert pause_after(word) == seconds


@given(st.text(alphabet="aé 東京のร้าเ、。「」\n.—", max_size=80))
def test_no_letter_is_lost(text: str) -> None:
    assert "".join("".join(readable_words(text)).split()) == "".join("".join(display_words(text)).split())


def test_nothing_to_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no text"):
        keep_silent("  ", tmp_path)
    with pytest.raises(BadBrief, match="nothing to read"):
        keep_silent("… —", tmp_path)
