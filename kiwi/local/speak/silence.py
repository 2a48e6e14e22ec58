"""A voice-over that nobody speaks: silence for as long as its text takes to read, with a time for every word."""

import math
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from kiwi.errors import BadBrief
from kiwi.film.job_inputs import NarrateInput, Report
from kiwi.film.model import VoiceOver, Word
from kiwi.local.speak.alignment import display_words
from kiwi.local.speak.phrases import PAUSE, PAUSES
from kiwi.render.sound.waves import RATE, WaveWriter
from kiwi.storage.assets import asset_of

READING_SPEED = 15.0
"""Characters a second; the wide ones of Chinese, Japanese and Korean count twice."""
SHORTEST_WORD = 0.25
"""Seconds that a word is lit at least."""
LEAD, TAIL = 0.080, 0.220
"""Seconds before the first word and after the last, as the embedded voice has them."""
CHUNK = 8
"""Most characters of a chunk of writing that has no blanks."""

UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")
"""Thai, Lao, Burmese, Khmer, Chinese and Japanese: written without blanks between words."""
SENTENCE_ENDS = ".!?。！？｡؟۔।॥…"
BREATHS = PAUSES | dict.fromkeys("、，،；：", PAUSES[","])
CLOSERS = "\"'”’»)]」』）】"
OPENS = "「『（【《〈“‘«เแโใไ"
"""Marks that belong to what follows, and Thai vowels that are written before the consonant they are spoken after."""


def keep_silent(job_input: NarrateInput, folder: Path, report: Report) -> VoiceOver:
    """Write silence into ``voice.wav`` (mono, 48 kHz, 16 bits) that lasts as long as reading the order's text.

    Its words are those of `readable_words`, with seconds from the file's start. Raises ValueError for an empty text, BadBrief for
    one with nothing to read in it.
    """
    if not job_input.text.strip():
        raise ValueError("there is no text to read")
    written = readable_words(job_input.text)
    if not written:
        raise BadBrief("There is nothing to read in the text: write at least one word.")
    words, seconds = time_words(written, READING_SPEED * job_input.speed)
    path = folder / "voice.wav"
    samples = round(seconds * RATE)
    with WaveWriter(path, 1, dither=False) as file:
        file.write(np.zeros(samples, np.float32))
    report(1.0)
    return VoiceOver(asset=asset_of(path), seconds=samples / RATE, words=words)


def time_words(written: Sequence[str], speed: float) -> tuple[tuple[Word, ...], float]:
    """Words one after the other at ``speed`` characters a second, a breath at the end of clauses; and the seconds of the whole."""
    words: list[Word] = []
    now = LEAD
    for number, text in enumerate(written):
        end = now + max(SHORTEST_WORD, width(text) / speed)
        words.append(Word(text=text, start=round(now, 4), end=round(end, 4)))
        now = end + (pause_after(text) if number < len(written) - 1 else 0.0)
    return tuple(words), now + TAIL


def width(text: str) -> int:
    """How many characters there are to read, a blank included and marks that sit on a letter not."""
    letters = (letter for letter in text if not unicodedata.category(letter).startswith("M"))
    return 1 + sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in letters)


def pause_after(word: str) -> float:
    """Seconds for which nothing new is lit after a word."""
    last = word.rstrip(CLOSERS + " ")[-1:]
    return PAUSE if last and last in SENTENCE_ENDS else BREATHS.get(last, 0.0)


def readable_words(text: str) -> list[str]:
    """The words of `display_words`; writing without blanks comes in chunks of at most `CHUNK` characters."""
    return [chunk for word in display_words(text) for chunk in chunks(word)]


def chunks(word: str) -> list[str]:
    """Split a word of a script without blanks after its marks and then evenly; any other word stays whole."""
    if len(word) <= CHUNK or not UNSPACED.search(word):
        return [word]
    runs = re.findall(r"[^。！？｡、，；：…]+[。！？｡、，；：…」』）】”’]*|[。！？｡、，；：…]+", word)
    return [piece for run in runs for piece in _even(_clusters(run))]


def _clusters(run: str) -> list[str]:
    """Letters with what may not be parted from them: marks, closing signs, and what an opening sign opens."""
    found: list[str] = []
    for letter in run:
        clings = unicodedata.category(letter).startswith("M") or letter in SENTENCE_ENDS + CLOSERS + "、，；：ーっゃゅょッャュョ"
        if found and (clings or found[-1][-1] in OPENS):
            found[-1] += letter
        else:
            found.append(letter)
    return found


def _even(clusters: Sequence[str]) -> list[str]:
    """Join clusters to as few chunks as hold at most `CHUNK` characters each, of about the same length."""
    length = sum(map(len, clusters))
    most = math.ceil(length / math.ceil(length / CHUNK))
    pieces = [""]
    for cluster in clusters:
        if pieces[-1] and len(pieces[-1]) + len(cluster) > most:
            pieces.append("")
        pieces[-1] += cluster
    return pieces
