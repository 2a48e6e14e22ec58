"""Captions read well, keep in step with the voice, and are written as the formats demand."""

import re
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kiwi.film.captions import (
    EARLY_SECONDS,
    GAP_FRAMES,
    LONGEST_SECONDS,
    SHORTEST_SECONDS,
    ends_sentence,
    in_film,
    plan_captions,
    write_srt,
    write_vtt,
)
from kiwi.film.model import LANDSCAPE, Caption, Shot, Spoken, Storyboard, TitleCard

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
FPS = 30


def spoken(text: str, fps: int = FPS, words_per_second: float = 2.8, pause: float = 0.35) -> tuple[Spoken, ...]:
    """Speak a text evenly, longer words longer, with a pause after each sentence."""
    words, at = [], 0.1
    for word in text.split():
        seconds = (len(word) + 1) / 5.7 / words_per_second
        words.append(Spoken(text=word, start=round(at * fps), end=max(round((at + seconds) * fps), round(at * fps) + 1)))
        at += seconds + (pause if word[-1] in ".!?" else 0.0)
    return tuple(words)


def shown(captions: tuple[Caption, ...]) -> list[list[str]]:
    return [[" ".join(word.text for word in line) for line in caption.lines] for caption in captions]


def film_of(*shots: tuple[Caption, ...], frames: int = 300, fps: int = FPS) -> Storyboard:
    card = TitleCard(headline="Kiwi")
    planned = tuple(
        Shot(id=f"shot-{n}", scene_id=f"scene-{n}", frames=frames, voice_starts=0, card=card, captions=captions)
        for n, captions in enumerate(shots)
    )
    return Storyboard(theme="night", size=LANDSCAPE, fps=fps, shots=planned)


def _speech(texts: list[str], lengths: list[int], gaps: list[int]) -> tuple[Spoken, ...]:
    words, at = [], 5
    for text, length, gap in zip(texts, lengths, gaps, strict=False):
        words.append(Spoken(text=text, start=at, end=at + length))
        at += length + gap
    return tuple(words)


words_of_speech = st.builds(
    _speech,
    st.lists(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=60), min_size=1, max_size=40),
    st.lists(st.integers(1, 40), min_size=40, max_size=40),
    st.lists(st.sampled_from([0, 0, 0, 0, 3, 12, 40, 300]), min_size=40, max_size=40),
)


@PATIENT
@given(words_of_speech, st.sampled_from([24, 25, 30, 60]), st.sampled_from([24, 28, 42]))
def test_every_word_is_shown_once_in_order_within_the_lines(words: tuple[Spoken, ...], fps: int, line: int) -> None:
    captions = plan_captions(words, fps, line)
    assert "".join(word.text for caption in captions for row in caption.lines for word in row) == "".join(w.text for w in words)
    for rows in shown(captions):
        assert 1 <= len(rows) <= 2
        assert all(1 <= len(row) <= line for row in rows)


@PATIENT
@given(words_of_speech, st.sampled_from([24, 25, 30, 60]))
def test_captions_never_overlap_and_leave_no_flickering_gap(words: tuple[Spoken, ...], fps: int) -> None:
    captions = plan_captions(words, fps)
    for caption, after in pairwise(captions):
        assert after.start == caption.end or after.start - caption.end >= GAP_FRAMES
    for caption in captions:
        assert caption.start < caption.end <= caption.start + LONGEST_SECONDS * fps
        assert 0 <= caption.lines[0][0].start - caption.start <= round(EARLY_SECONDS * fps)  # it may come early, to be read


@PATIENT
@given(words_of_speech, st.sampled_from([24, 25, 30, 60]))
def test_a_caption_is_short_only_when_the_next_one_is_due(words: tuple[Spoken, ...], fps: int) -> None:
    captions = plan_captions(words, fps)
    for caption, after in zip(captions, [*captions[1:], None], strict=True):
        due = after is not None and after.start == caption.end
        assert caption.end - caption.start >= SHORTEST_SECONDS * fps or due


@PATIENT
@example((Spoken(text="0000!", start=5, end=6), Spoken(text="0", start=6, end=7)))
@given(words_of_speech)
def test_exactly_one_word_is_lit_while_somebody_speaks(words: tuple[Spoken, ...]) -> None:
    lit = [word for caption in plan_captions(words, FPS) for row in caption.lines for word in row]
    for word, after in pairwise(lit):
        assert word.start < word.end <= after.start
    frames = {frame for word in lit for frame in range(word.start, word.end)}
    if all(len(word.text) <= 42 and word.end - word.start <= LONGEST_SECONDS * FPS for word in words):
        assert all(frame in frames for word in words for frame in range(word.start, word.end))


@PATIENT
@given(words_of_speech)
def test_words_inside_a_caption_lie_inside_its_frames(words: tuple[Spoken, ...]) -> None:
    for caption in plan_captions(words, FPS):
        assert all(caption.start <= word.start < word.end <= caption.end for row in caption.lines for word in row)


def test_a_caption_never_crosses_a_sentences_end() -> None:
    captions = plan_captions(spoken("It lasts a year. So how do panels work? They turn light into power."), FPS)
    assert shown(captions)[0] == ["It lasts a year."]
    for rows in shown(captions):
        assert not re.search(r"[.!?] \w", " ".join(rows))


@pytest.mark.parametrize("line", [24, 42])
def test_a_line_does_not_end_with_a_word_that_leans_on_the_next(line: int) -> None:
    text = (
        "Solar panels turn the light of the sun into clean electricity for your home, and the rest of it goes back to the grid. "
        "When a tiny packet of light hits a cell, it knocks an electron loose, which then flows through the wires."
    )
    rows = [row for caption in shown(plan_captions(spoken(text), FPS, line)) for row in caption]
    leaning = [row for row in rows if row.split()[-1].lower() in {"the", "a", "an", "of", "into", "for", "your", "to", "and", "which"}]
    assert leaning == []


def test_two_lines_are_balanced() -> None:
    for caption in shown(plan_captions(spoken("The quick brown fox jumped over the lazy dog and ran back home."), FPS, 40)):
        if len(caption) == 2:
            assert abs(len(caption[0]) - len(caption[1])) <= 12


def test_ordinary_speech_is_readable() -> None:
    text = (
        "Meet the team that bakes your bread at four in the morning. Every loaf rises slowly, because good things take time. "
        "Come by on Saturday, taste three kinds of sourdough, and take one home. We are on Twenty Second Square, next to the market."
    )
    for line in (26, 42):
        for caption in plan_captions(spoken(text), FPS, line):
            characters = sum(len(" ".join(w.text for w in row)) for row in caption.lines)
            assert characters / ((caption.end - caption.start) / FPS) <= 20
            assert caption.end - caption.start >= 25


def test_the_last_caption_is_gone_when_the_shot_is_covered() -> None:
    words = (Spoken(text="Done.", start=10, end=20),)
    assert plan_captions(words, FPS, until=24)[-1].end == 24
    assert plan_captions(words, FPS)[-1].end == 35


def test_a_short_pause_keeps_the_word_lit_and_a_long_one_does_not() -> None:
    near, far = (
        plan_captions((Spoken(text="Well,", start=0, end=10), Spoken(text="yes.", start=start, end=start + 10)), FPS) for start in (20, 60)
    )
    assert near[0].lines[0][0].end == 20
    assert far[0].lines[0][0].end == 10


def test_nothing_spoken_needs_no_caption() -> None:
    assert plan_captions((), FPS) == ()


@pytest.mark.parametrize(
    ("word", "after", "pause", "ends"),
    [
        ("year.", "So", 0.0, True),
        ("Dr.", "Smith", 0.3, False),
        ("U.S.", "President", 0.05, False),
        ("a.m.", "The", 0.4, True),
        ("really?”", "she", 0.0, True),
        ("kiwi.example", "Now", 0.0, False),
        ("3.5", "times", 0.0, False),
        ("etc.", "and", 0.0, False),
    ],
)
def test_a_full_stop_ends_a_sentence_only_where_one_ends(word: str, after: str, pause: float, ends: bool) -> None:
    assert ends_sentence(word, after, pause) is ends


def test_srt_counts_from_the_films_start() -> None:
    captions = plan_captions((Spoken(text="Hello", start=30, end=45), Spoken(text="there.", start=45, end=60)), FPS)
    assert write_srt(in_film(film_of(captions, captions)), FPS) == (
        "1\n00:00:01,000 --> 00:00:02,400\nHello there.\n\n2\n00:00:11,000 --> 00:00:12,400\nHello there.\n"
    )


def test_vtt_escapes_text_and_times_each_word() -> None:
    captions = plan_captions((Spoken(text="R&D", start=30, end=45), Spoken(text="<fast>", start=45, end=60)), FPS)
    assert write_vtt(captions, FPS) == "WEBVTT\n\n00:00:01.000 --> 00:00:02.400\nR&amp;D <00:00:01.500>&lt;fast&gt;\n"


@PATIENT
@given(words_of_speech, st.sampled_from([24, 25, 30, 60]))
def test_sidecars_have_one_block_a_caption_and_ordered_times(words: tuple[Spoken, ...], fps: int) -> None:
    captions = plan_captions(words, fps)
    srt, vtt = write_srt(captions, fps), write_vtt(captions, fps)
    assert len(srt.split("\n\n")) == len(captions)
    assert len(vtt.split("\n\n")) == len(captions) + 1
    times = re.findall(r"(\d\d:\d\d:\d\d,\d{3}) --> (\d\d:\d\d:\d\d,\d{3})\n", srt)
    assert len(times) == len(captions)
    flat = [time for pair in times for time in pair]
    assert flat == sorted(flat)
    for block in vtt.split("\n\n")[1:]:
        stamps = re.findall(r"(?<![&\d])\d\d:\d\d:\d\d\.\d{3}", block.replace("\n", " "))
        assert stamps[0] < stamps[1]
