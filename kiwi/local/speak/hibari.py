"""The embedded voice: hibari speaks, and its own durations tell exactly when each word is heard."""

import functools
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from hibari import Hibari, dsp  # type: ignore[import-untyped]
from hibari.g2p.normalize import normalize  # type: ignore[import-untyped]
from numpy.typing import NDArray

from kiwi.errors import BadBrief, SetupIncomplete
from kiwi.film.job_inputs import NarrateInput, Report
from kiwi.film.model import VoiceOver, Word
from kiwi.local.read.grammar import pronouncer
from kiwi.local.speak.alignment import display_words, share_spoken
from kiwi.local.speak.phrases import plan_phrases, refuse_unspeakable
from kiwi.local.speak.silence import keep_silent
from kiwi.local.speak.voice_cleanup import clean_up, find_speech
from kiwi.render.sound.waves import RATE, Samples, WaveWriter, fade
from kiwi.storage.assets import asset_of

MODEL_SHA256 = "5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8"
DURATIONS = b"/Cast_32_output_0"
VOICE_RATE = 24_000
UNIT = 600
"""Samples of 24 kHz in one unit of the model's durations: 25 ms."""
LATE = 0.040
"""Seconds by which the model's word starts lag behind the energy of the word."""
LEAD, TAIL = 0.080, 0.220
PUNCTUATION = frozenset(';:,.!?—…"“”() ')


@dataclass(frozen=True)
class Recorded:
    """A phrase's samples at 24 kHz, trimmed, and its words with seconds from its first sample."""

    samples: Samples
    words: tuple[Word, ...]


def narrate(job_input: NarrateInput, folder: Path, report: Report) -> VoiceOver:
    """Speak the order's text into ``voice.wav``: mono, 48 kHz, 16 bits.

    Its words are those of `display_words`, with seconds from the file's start. A silent order is not spoken (see `keep_silent`).
    Raises ValueError for an empty text, BadBrief for one the voice cannot say, SetupIncomplete when the voice's model is not the
    one the timings belong to.
    """
    if job_input.silent:
        return keep_silent(job_input, folder, report)
    phrases = plan_phrases(job_input.text)
    refuse_unspeakable(job_input.text)
    recorded = []
    for done, phrase in enumerate(phrases, 1):
        recorded.append(_record(phrase.text, job_input.speed))
        report(done / (len(phrases) + 1))
    voice, words = _join(recorded, [phrase.pause for phrase in phrases])
    path = folder / "voice.wav"
    with WaveWriter(path, 1, dither=False) as file:
        file.write(voice)
    report(1.0)
    return VoiceOver(asset=asset_of(path), seconds=len(voice) / RATE, words=words)


def report_durations(model: bytes) -> bytes:
    """Append the phoneme durations to an ONNX model's outputs: serialised protobufs merge when they are concatenated."""

    def field(number: int, content: bytes) -> bytes:
        return bytes([number << 3 | 2, len(content)]) + content

    int64_tensor = field(1, bytes([1 << 3, 7]))
    return model + field(7, field(12, field(1, DURATIONS) + field(2, int64_tensor)))


@functools.cache
def open_voice() -> Any:
    """The loaded voice, once a process."""
    path = Path(dsp.__file__).parent / "assets" / "hibari.onnx"
    model = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(model).hexdigest() != MODEL_SHA256:
        raise SetupIncomplete("The voice's model is missing or not the one of hibari-tts 0.2.1: run `make setup` again.")
    return Hibari(model=report_durations(model), threads=1, g2p=pronouncer())


def _record(text: str, speed: float) -> Recorded:
    """Say one phrase; its samples are trimmed to the speech with a little air around it."""
    voice = open_voice()
    written = display_words(text)
    spoken = _pronounce(text)
    ids, owners = _number(spoken, voice.vocab)
    *spectrum, durations = voice.sess.run(None, {"ids": np.asarray([ids], np.int64), "speed": np.asarray([speed], np.float32)})
    samples = dsp.synth(*(part[0] for part in spectrum), np.random.default_rng(0))
    times = np.concatenate([[0], np.cumsum(durations)]) * UNIT / VOICE_RATE
    said = [_stretch(times, owners, index) for index in range(len(spoken))]
    first, last = find_speech(samples, VOICE_RATE)
    shares = share_spoken(written, [word for word, _ in spoken], voice.g2p)
    begin = max(0.0, first - LEAD)
    words = place_words(written, [[said[index] for index in share] for share in shares], first, last, begin)
    cut = samples[round(begin * VOICE_RATE) : round((last + TAIL / 2) * VOICE_RATE)].astype(np.float32)
    return Recorded(fade(cut, VOICE_RATE // 100, VOICE_RATE * 6 // 100), words)


def _pronounce(text: str) -> list[tuple[str, str]]:
    """The words as they are said, each with its phonemes."""
    g2p = open_voice().g2p
    words = [["", ""]]
    for token in g2p.phonemize_tokens(g2p.tokenize(normalize(text))):
        words[-1][0] += token.text
        words[-1][1] += token.phonemes or ""
        if token.whitespace:
            words.append(["", ""])
    return [(text, phonemes) for text, phonemes in words if text]


def _number(spoken: Sequence[tuple[str, str]], vocabulary: dict[str, int]) -> tuple[list[int], list[int | None]]:
    """The model's input and, for each of its ids, which word speaks there (None: silence or punctuation)."""
    line = " ".join(phonemes for _, phonemes in spoken)
    owners = [None if letter in PUNCTUATION and letter != " " else index for index, (_, said) in enumerate(spoken) for letter in f"{said} "]
    known = [
        (vocabulary[letter], None if letter == " " else owner) for letter, owner in zip(line, owners, strict=False) if letter in vocabulary
    ]
    if all(owner is None for _, owner in known):
        raise BadBrief("There is nothing in the text that a voice can say: write at least one word.")
    return [0, *(number for number, _ in known), 0], [None, *(owner for _, owner in known), None]


def _stretch(times: NDArray[np.float64], owners: list[int | None], word: int) -> tuple[float, float] | None:
    """From where to where one spoken word is heard, in seconds; None when it has no sound."""
    places = [place for place, owner in enumerate(owners) if owner == word]
    return (float(times[places[0]]), float(times[places[-1] + 1])) if places else None


def place_words(
    written: Sequence[str], heard: Sequence[Iterable[tuple[float, float] | None]], first: float, last: float, begin: float
) -> tuple[Word, ...]:
    """Give each written word the stretch in which its spoken words are heard, in order, within ``first`` to ``last``.

    All times are seconds; the result counts from ``begin``. A word that nobody says shares the time of the one before it.
    """
    stretches: list[tuple[float, float]] = []
    now = first
    for parts in heard:
        sounds = [part for part in parts if part]
        start = min(max(now, sounds[0][0] - LATE), last) if sounds else now
        end = min(max(start, sounds[-1][1] - LATE), last) if sounds else now
        stretches.append((start, end))
        now = end
    stretches[0] = (first, stretches[0][1])
    stretches[-1] = (stretches[-1][0], last)
    for index, (start, end) in enumerate(stretches):
        if index and end <= start:
            middle = (stretches[index - 1][0] + end) / 2
            stretches[index - 1], stretches[index] = (stretches[index - 1][0], middle), (middle, end)
    return tuple(
        Word(text=text, start=round(start - begin, 4), end=round(end - begin, 4))
        for text, (start, end) in zip(written, stretches, strict=True)
    )


def _join(recorded: Sequence[Recorded], pauses: Sequence[float]) -> tuple[Samples, tuple[Word, ...]]:
    """Lay phrases one after the other and clean the whole up: 48 kHz, without rumble, silent ends."""
    pieces: list[Samples] = []
    words: list[Word] = []
    at = 0
    for phrase, pause in zip(recorded, pauses, strict=True):
        offset = at / VOICE_RATE
        words += [Word(text=word.text, start=round(word.start + offset, 4), end=round(word.end + offset, 4)) for word in phrase.words]
        gap = max(0, round((pause - LEAD - TAIL / 2) * VOICE_RATE))
        pieces += [phrase.samples, np.zeros(gap, np.float32)]
        at += len(phrase.samples) + gap
    pieces[-1] = np.zeros(round(TAIL / 2 * VOICE_RATE), np.float32)
    return clean_up(np.concatenate(pieces)), tuple(words)
