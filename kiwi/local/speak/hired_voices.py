"""Hired voices: what one said becomes a voice-over: checked, at the film's rate and the narrator's level, with a time for every word."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly  # type: ignore[import-untyped]

from kiwi.errors import BadMedia
from kiwi.film.job_inputs import RecordInput, Report, Timing
from kiwi.film.model import VoiceOver, Word
from kiwi.local.hear.recording import HEARING_RATE
from kiwi.local.speak.aligning import align
from kiwi.local.speak.alignment import display_words, is_said
from kiwi.local.speak.voice_cleanup import clean, find_speech
from kiwi.render.sound.loudness import LoudnessMeter, gain_of
from kiwi.render.sound.waves import RATE, Samples, WaveWriter, fade
from kiwi.storage.assets import asset_of

LIKE_OURS = -23.2
"""LUFS of the embedded narrator's recordings, so that scenes by one voice and by another are equally loud."""
LOUDEST = 0.97
SILENT_PEAK = 10 ** (-50 / 20)
LEAD, TAIL = 0.080, 0.220
"""Seconds of silence before and after the speech."""
RISE, FALL = 0.010, 0.060
"""Seconds over which the cut ends fade."""
QUICKEST, SLOWEST, GRACE = 0.03, 0.25, 1.0
"""Seconds of speech for a character, and how many more a short text may take."""
SHORTEST = 0.02
RATES = range(8_000, 96_001)


def record(job_input: RecordInput, folder: Path, report: Report) -> VoiceOver:
    """Make ``voice.wav`` of what a voice said: mono, 48 kHz, 16 bits; its words are those of `display_words`.

    BadMedia when it is silent, far too short or too long for its text, or says something else.
    """
    if job_input.rate not in RATES:
        raise BadMedia(f"The voice came with {job_input.rate} samples a second.")
    samples = read_samples(Path(job_input.sound))
    first, last = checked_speech(samples, job_input.rate, job_input.text)
    report(0.1)
    words = read_timing(job_input.text, job_input.timing, len(samples) / job_input.rate) if job_input.timing else None
    if words is None:
        words = align(job_input.text, convert(samples, job_input.rate, HEARING_RATE))
    report(0.8)
    begin = max(0.0, first - LEAD)
    spoken = convert(samples[round(begin * job_input.rate) : round((last + TAIL / 2) * job_input.rate)], job_input.rate, RATE)
    spoken = fade(spoken, round(RISE * RATE), round(FALL * RATE))
    silence = np.zeros(round((LEAD - (first - begin)) * RATE), np.float32)
    voice = level(clean(np.concatenate([silence, spoken, np.zeros(round(TAIL / 2 * RATE), np.float32)])))
    path = folder / "voice.wav"
    with WaveWriter(path, 1, dither=False) as file:
        file.write(voice)
    report(1.0)
    return VoiceOver(asset=asset_of(path), seconds=len(voice) / RATE, words=within(words, first, last, LEAD))


def read_samples(path: Path) -> Samples:
    """The samples as ±1."""
    raw = path.read_bytes()
    return np.frombuffer(raw[: len(raw) // 2 * 2], "<i2").astype(np.float32) / np.float32(32768)


def checked_speech(samples: Samples, rate: int, text: str) -> tuple[float, float]:
    """Where speech begins and ends, in seconds; BadMedia when there is none, or not as much as the text has."""
    if len(samples) < rate // 20 or float(np.abs(samples).max()) < SILENT_PEAK:
        raise BadMedia("The voice that was sent is silent.")
    first, last = find_speech(samples, rate)
    letters = sum(not letter.isspace() for letter in text)
    if not QUICKEST * letters <= last - first <= SLOWEST * letters + GRACE:
        raise BadMedia(f"The voice speaks for {last - first:.1f} s, which cannot be its text of {letters} letters.")
    return first, last


def convert(samples: Samples, rate: int, wanted: int) -> Samples:
    """The same sound at another rate."""
    if rate == wanted:
        return samples
    common = math.gcd(rate, wanted)
    converted: Samples = resample_poly(samples, wanted // common, rate // common, window=("kaiser", 9.0)).astype(np.float32)
    return converted


def level(voice: Samples) -> Samples:
    """As loud as the embedded narrator, if that does not make it clip."""
    meter = LoudnessMeter()
    meter.push(np.repeat(voice[:, None], 2, axis=1))
    loudest = max(float(np.abs(voice).max()), 1e-9)
    return voice * np.float32(min(gain_of(LIKE_OURS - meter.lufs()), LOUDEST / loudest))


def read_timing(text: str, timing: Timing, seconds: float) -> tuple[Word, ...] | None:
    """Put letters together to `display_words`; None when they are not the text's, or their times make no sense.

    BadMedia when letters are to be heard after the sound has ended.
    """
    letters = [
        (letter, start, end)
        for letters, start, end in zip(timing.letters, timing.starts, timing.ends, strict=False)
        for letter in letters
        if not letter.isspace()
    ]
    written = display_words(text)
    starts = [start for _, start, _ in letters]
    whole = len(timing.letters) == len(timing.starts) == len(timing.ends)
    if not whole or "".join(letter for letter, _, _ in letters) != "".join("".join(written).split()):
        return None
    if starts != sorted(starts) or any(not 0 <= start <= end < math.inf for _, start, end in letters) or starts[0] == letters[-1][2]:
        return None
    if starts[-1] > seconds:
        raise BadMedia("The voice is cut off before its text ends.")
    words, at = [], 0
    for word in written:
        length = len("".join(word.split()))
        parts = letters[at : at + length]
        said = [part for part in parts if is_said(part[0])] or parts
        words.append(Word(text=word, start=said[0][1], end=said[-1][2]))
        at += length
    return tuple(words)


def within(words: Sequence[Word], first: float, last: float, lead: float) -> tuple[Word, ...]:
    """The same words, one after the other, from ``first`` to ``last``, which lies ``lead`` seconds after the result's start."""
    starts = [first, *(min(max(word.start, first), last) for word in words[1:])]
    ends = [*(min(max(word.end, first), last) for word in words[:-1]), last]
    room = min(SHORTEST, (last - first) / (2 * len(words)))
    for index in range(1, len(words)):
        starts[index] = max(starts[index], starts[index - 1] + 2 * room)
    for index in reversed(range(len(words))):
        latest = last if index == len(words) - 1 else starts[index + 1]
        starts[index] = min(starts[index], latest - room)
        ends[index] = min(max(ends[index], starts[index] + room), latest)
    shift = lead - first
    return tuple(
        Word(text=word.text, start=round(start + shift, 4), end=round(end + shift, 4))
        for word, start, end in zip(words, starts, ends, strict=True)
    )
