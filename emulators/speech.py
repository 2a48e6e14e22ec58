"""What the vendors' voices say: English by a small embedded voice, other scripts in murmured syllables, and when each letter is heard."""

import difflib
import functools
import hashlib
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from hibari import Hibari, dsp  # type: ignore[import-untyped]
from hibari.g2p.normalize import normalize  # type: ignore[import-untyped]
from numpy.typing import NDArray

RATE = 24_000
"""Samples a second."""
UNIT = 600 / RATE
"""Seconds in one unit of the voice model's durations."""
LATE = 0.040
"""Seconds by which the model's word starts lag behind the sound of the word."""
LETTER_SECONDS = 0.075
"""A murmured letter's length."""
PAUSE = 0.25
"""Seconds of silence between two phrases."""
LONGEST_PHRASE = 260
"""Characters that are spoken in one breath."""
LOUDNESS = 0.9
SILENT = 0.02
"""Of the loudest sample: below it nothing is heard."""
DURATIONS = b"/Cast_32_output_0"
PUNCTUATION = frozenset(';:,.!?—…"“”() ')
SYLLABLE = re.compile(r"[^\W\daeiouyаеёиоуыэюя]*(?:[aeiouyаеёиоуыэюя]+|\w)", re.IGNORECASE)

Samples = NDArray[np.float32]
Span = tuple[float, float]
"""From when to when, in seconds."""


@dataclass(frozen=True)
class Speech:
    """Mono sound at 24 kHz and, for each character of the text, from when to when it is heard (seconds)."""

    text: str
    samples: Samples
    spans: tuple[Span, ...]

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / RATE

    @property
    def pcm(self) -> bytes:
        """The sound as signed 16-bit little-endian samples."""
        return (np.clip(self.samples, -1.0, 1.0) * 32_767).astype("<i2").tobytes()


@functools.lru_cache(maxsize=64)
def speak(text: str, voice: str = "", speed: float = 1.0) -> Speech:
    """Say a text. The voice's name decides the pitch; the same words by the same voice sound the same. ValueError for no words."""
    pieces: list[Samples] = []
    words: list[tuple[int, int, Span]] = []
    now = 0.0
    for first, phrase in split_phrases(text):
        sound, heard = _say(phrase, pitch_of(voice), speed)
        words += [(first + start, first + end, (now + span[0], now + span[1])) for start, end, span in heard]
        pieces += [sound, np.zeros(round(PAUSE * RATE), np.float32)]
        now = sum(map(len, pieces)) / RATE
    if not pieces:
        raise ValueError("there are no words to say")
    samples = np.concatenate(pieces[:-1])
    loudest = float(np.abs(samples).max()) or 1.0
    return Speech(text, samples * np.float32(LOUDNESS / loudest), spread(len(text), words, len(samples) / RATE))


def split_phrases(text: str) -> Iterator[tuple[int, str]]:
    """Cut a text into what is said in one breath, each with its place: sentences, long ones cut at their commas or spaces."""
    end = 0
    for sentence in Hibari.split_sentences(text):
        start, rest = text.index(sentence, end), sentence
        end = start + len(sentence)
        while len(rest) > LONGEST_PHRASE:
            head = rest[:LONGEST_PHRASE]
            cut = max(head.rfind(", "), head.rfind("; ")) + 1 or head.rfind(" ") + 1 or LONGEST_PHRASE
            yield start, rest[:cut]
            start, rest = start + cut, rest[cut:]
        if re.search(r"\w", rest):
            yield start, rest


def pitch_of(voice: str) -> float:
    """Turn a voice's name into how high it speaks, 1.0 being the embedded voice's own pitch."""
    return 1.0 if not voice else 0.72 + 0.5 * hashlib.sha256(voice.encode()).digest()[0] / 255


def _say(phrase: str, pitch: float, speed: float) -> tuple[Samples, list[tuple[int, int, Span]]]:
    """One breath: its sound, and for each word its place in the phrase and when it is heard."""
    places = [(word.start(), word.end()) for word in re.finditer(r"\S+", phrase)]
    letters = re.findall(r"[^\W\d_]", phrase)
    latin = sum(letter.isascii() or "À" <= letter <= "ſ" for letter in letters)
    if latin < 0.7 * len(letters):
        sound, spans = murmur(phrase, places, pitch, speed)
    else:
        sound, spans = _pronounce(phrase, places, pitch, speed)
    return sound, [(*place, span) for place, span in zip(places, spans, strict=True)]


@functools.cache
def _voice() -> Any:
    """The embedded voice, once a process; its model's phoneme durations are made an output of it.

    Two serialised protobufs merge when they are concatenated, so a few bytes add the output.
    """
    model = (Path(dsp.__file__).parent / "assets" / "hibari.onnx").read_bytes()
    int64_tensor = _field(1, bytes([1 << 3, 7]))
    return Hibari(model=model + _field(7, _field(12, _field(1, DURATIONS) + _field(2, int64_tensor))), threads=1)


def _field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | 2, len(content)]) + content


def _pronounce(phrase: str, places: Sequence[tuple[int, int]], pitch: float, speed: float) -> tuple[Samples, list[Span]]:
    """Real speech, and when each written word of it is heard."""
    voice = _voice()
    said: list[tuple[str, str]] = [("", "")]
    for token in voice.g2p.phonemize_tokens(voice.g2p.tokenize(normalize(phrase))):
        said[-1] = (said[-1][0] + token.text, said[-1][1] + (token.phonemes or ""))
        if token.whitespace:
            said.append(("", ""))
    said = [(text, sounds) for text, sounds in said if any(sound in voice.vocab and sound not in PUNCTUATION for sound in sounds)]
    if not said:
        return murmur(phrase, places, pitch, speed)
    line = [(index, sound) for index, (_, sounds) in enumerate(said) for sound in f"{sounds} " if sound in voice.vocab][:-1]
    ids = voice.ids("".join(sound for _, sound in line))
    *spectrum, f0, durations = voice.sess.run(None, {"ids": np.asarray([ids], np.int64), "speed": np.asarray([speed], np.float32)})
    wave = dsp.synth(*(part[0] for part in spectrum), f0[0] * np.float32(pitch), np.random.default_rng(0)).astype(np.float32)
    times = np.concatenate([[0.0], np.cumsum(durations) * UNIT])
    heard = [(float("inf"), 0.0)] * len(said)
    for place, (owner, sound) in enumerate(line, 1):
        if sound not in PUNCTUATION:
            heard[owner] = (min(heard[owner][0], times[place] - LATE), max(heard[owner][1], times[place + 1] - LATE))
    written = [phrase[start:end] for start, end in places]
    return wave, share_out(written, [text for text, _ in said], [without_silence(wave, *span) for span in heard])


def without_silence(sound: Samples, begin: float, end: float) -> Span:
    """The stretch up to its last sound: the model counts the pause at a comma as part of the word before it."""
    stretch = sound[max(round(begin * RATE), 0) : round(end * RATE)]
    loud = np.flatnonzero(np.abs(stretch) > SILENT * np.abs(sound).max())
    return begin, begin + (int(loud[-1]) / RATE if len(loud) else end - begin)


def share_out(written: Sequence[str], said: Sequence[str], heard: Sequence[Span]) -> list[Span]:
    """Give each written word the time of the spoken words it stands for; where they differ in number, by length."""
    bare = [[re.sub(r"\W", "", word.lower()) for word in words] for words in (written, said)]
    spans: list[Span] = []
    for _, first, last, begin, end in difflib.SequenceMatcher(None, bare[0], bare[1], autojunk=False).get_opcodes():
        if last - first == end - begin:
            spans += heard[begin:end]
            continue
        start = heard[begin][0] if begin < len(heard) else heard[-1][1]
        stop = heard[end - 1][1] if end > begin else start
        lengths = np.cumsum([0, *(len(word) for word in written[first:last])]) / max(sum(map(len, written[first:last])), 1)
        edges = [float(start + (stop - start) * share) for share in lengths]
        spans += list(itertools.pairwise(edges))
    return spans


def murmur(phrase: str, places: Sequence[tuple[int, int]], pitch: float, speed: float) -> tuple[Samples, list[Span]]:
    """Vowel-like bursts, one a syllable, for words in a script the embedded voice cannot read."""
    letter = LETTER_SECONDS / speed
    pieces, spans = [], []
    for start, end in places:
        word = phrase[start:end]
        syllables = SYLLABLE.findall(word) or [word]
        pieces += [_burst(syllable, len(word) * letter / len(syllables), 190.0 * pitch) for syllable in syllables]
        pieces.append(np.zeros(round(letter * RATE), np.float32))
        spans.append((start * letter, end * letter))
    sound = np.concatenate(pieces)
    scale = len(sound) / RATE / max((places[-1][1] + 1) * letter, 1e-9)
    return sound, [(begin * scale, stop * scale) for begin, stop in spans]


def _burst(syllable: str, seconds: float, hertz: float) -> Samples:
    """One syllable: harmonics of a falling tone under two formants picked by its letters."""
    time = np.arange(max(round(seconds * RATE), 1)) / RATE
    tone = hertz * (1.06 - 0.12 * time / max(seconds, 1e-9))
    phase = 2 * np.pi * np.cumsum(tone) / RATE
    seed = hashlib.sha256(syllable.encode()).digest()
    formants = (300 + 500 * seed[0] / 255, 900 + 1400 * seed[1] / 255)
    sound = np.zeros(len(time))
    for harmonic in range(1, 16):
        weight = sum(np.exp(-(((harmonic * hertz - formant) / 220) ** 2)) for formant in formants) + 0.15 / harmonic
        sound += weight * np.sin(harmonic * phase)
    return (sound * np.sin(np.pi * np.linspace(0, 1, len(time))) ** 0.5 * 0.2).astype(np.float32)


def spread(length: int, words: Sequence[tuple[int, int, Span]], seconds: float) -> tuple[Span, ...]:
    """Give every character its time: a word's letters share the word's, what lies between two words lies between their times."""
    edges: list[tuple[int, float]] = [(0, 0.0)]
    for start, end, (begin, stop) in words:
        edges.append((start, min(max(begin, edges[-1][1]), seconds)))
        edges.append((end, min(max(stop, edges[-1][1]), seconds)))
    if edges[-1][0] < length:
        edges.append((length, seconds))
    at = np.interp(np.arange(length + 1), [place for place, _ in edges], [moment for _, moment in edges])
    return tuple((round(float(begin), 3), round(float(stop), 3)) for begin, stop in itertools.pairwise(at))
