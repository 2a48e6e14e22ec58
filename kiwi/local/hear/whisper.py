"""The embedded ear: Whisper base understands a recording in any language, and admits when it heard nothing."""

import functools
import hashlib
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import ctranslate2  # type: ignore[import-untyped]
import numpy as np
import tokenizers
from faster_whisper import WhisperModel  # type: ignore[import-untyped]
from faster_whisper.tokenizer import Tokenizer  # type: ignore[import-untyped]
from faster_whisper.transcribe import Segment  # type: ignore[import-untyped]
from faster_whisper.vad import VadOptions, get_speech_timestamps  # type: ignore[import-untyped]
from numpy.typing import NDArray

from kiwi.errors import NothingHeard
from kiwi.film.job_inputs import ListenInput, Report
from kiwi.film.model import Heard
from kiwi.local.hear.doubts import remarks_of, settle
from kiwi.local.hear.recording import HEARING_RATE, decode
from kiwi.local.hear.weighing import Passage, complete
from kiwi.storage import models

SILENT_RMS = 10 ** (-66 / 20)
COMFORTABLE, MOST_GAIN = 0.5, 30.0
"""Where the loudest voice should lie, and how far a quiet recording is turned up for it."""
TURNS = VadOptions(threshold=0.5, min_speech_duration_ms=150, min_silence_duration_ms=1_000, speech_pad_ms=300)
SHORTEST_SPEECH = 0.3
"""Seconds; less than that in a whole recording is a click, not a brief."""
ENGLISH, ENGLISH_ENOUGH = "en", 0.3
"""Its code, and the probability from which a recording is taken for it even if an accent suggests another language."""

DOUBTFUL_SPEECH, DOUBTFUL_WORDS, IMPROBABLE_WORDS, REPETITION = 0.6, -0.7, -1.15, 2.4
PHANTOMS = re.compile(
    r"thank you(?: (?:so|very) much)?(?: for (?:watching|listening))?|thanks for (?:watching|listening)|please subscribe|subtitles by .*|"
    r"you|bye(?:[- ]bye)?|okay?|oh|uh|hm+|mm+|so|music|applause|i'm sorry|the end",
    re.I,
)
"""What Whisper says of noise, as whole sentences."""

SILENT = "The recording is silent: check that the microphone is on and record it again."
WORDLESS = "There is noise in the recording but no words that can be understood: record it again, closer to the microphone."


def prepare() -> None:
    """Hold the model, which lies where the jail does not reach; raises as `whisper_model` does."""
    models.hold_whisper_model(models.folder())


def listen(job_input: ListenInput, folder: Path, report: Report) -> Heard:
    """Understand the recording; what is not English comes out translated.

    Raises BadBrief when it cannot be opened (see `decode`), is silent, or has no words in it; SetupIncomplete without the model.
    """
    recording = decode(Path(job_input.recording))
    report(0.05)
    seconds = len(recording) / HEARING_RATE
    speech = keep_speech(recording)
    report(0.1)
    model = open_ear(models.whisper_model(models.folder()))
    ctranslate2.set_random_seed(0)
    language = _language(model, speech)
    kept = [*_heard(model, speech, language, report)]
    said = _said(one.segment.text.strip() for one in kept)
    settled = settle(_passages(model, kept, language), job_input.hints, translated=language != ENGLISH)
    report(1.0)
    return Heard(
        words=settled.words,
        transcription=said,
        repaired=settled.repaired,
        doubtful=settled.doubtful,
        remarks=remarks_of(settled),
        language=language,
        seconds=seconds,
    )


@dataclass(frozen=True)
class Kept:
    """What was written of a stretch of speech, and what the encoder made of the window that it lies in."""

    segment: Segment
    encoding: ctranslate2.StorageView


def _heard(model: "Ear", speech: NDArray[np.float32], language: str, report: Report) -> Iterator[Kept]:
    """What was written of the speech and can be trusted, stretch by stretch."""
    segments, _ = model.transcribe(
        speech,
        language=language,
        task=_task(language),
        beam_size=5,
        temperature=[0.0, 0.2, 0.4],
        condition_on_previous_text=False,
        compression_ratio_threshold=REPETITION,
    )
    for segment in segments:
        report(0.1 + 0.8 * min(1.0, segment.end * HEARING_RATE / len(speech)))
        if is_trustworthy(segment):
            yield Kept(segment, model.encoding)


def _passages(model: "Ear", kept: Iterable[Kept], language: str) -> Iterator[Passage]:
    """The segments of each window together."""
    tokenizer = Tokenizer(model.hf_tokenizer, model.model.is_multilingual, task=_task(language), language=language)
    for _, window in itertools.groupby(kept, lambda one: one.segment.seek):
        parts = [*window]
        tokens = [token for one in parts for token in one.segment.tokens if token < tokenizer.eot]
        if tokens:
            yield Passage(model, parts[0].encoding, tokenizer, tuple(tokens), model.spell)


def keep_speech(recording: NDArray[np.float32]) -> NDArray[np.float32]:
    """The stretches in which somebody speaks, one after the other, at a comfortable level; BadBrief when there are none."""
    if float(np.sqrt(np.square(recording).mean())) < SILENT_RMS:
        raise NothingHeard(SILENT)
    recording = recording - recording.mean()
    loudest = float(np.quantile(np.abs(recording), 0.999))
    level = recording * np.float32(min(MOST_GAIN, COMFORTABLE / max(loudest, 1e-9)))
    turns = get_speech_timestamps(np.clip(level, -1, 1), TURNS)
    if sum(turn["end"] - turn["start"] for turn in turns) < SHORTEST_SPEECH * HEARING_RATE:
        raise NothingHeard(WORDLESS)
    return np.concatenate([level[turn["start"] : turn["end"]] for turn in turns])


def is_trustworthy(segment: Segment) -> bool:
    """Whether a segment was heard rather than dreamt up, by the model's own doubts."""
    if segment.avg_logprob < IMPROBABLE_WORDS or segment.compression_ratio > REPETITION:
        return False
    return not (segment.no_speech_prob > DOUBTFUL_SPEECH and segment.avg_logprob < DOUBTFUL_WORDS)


def _said(kept: Iterable[str]) -> str:
    """The words together; BadBrief when they are none, or only what Whisper makes of noise."""
    words = " ".join(filter(None, kept))
    sentences = [sentence.strip(" .,!?…-♪") for sentence in re.split(r"[.!?…]+", words)]
    if not any(re.search(r"\w", sentence) and not PHANTOMS.fullmatch(sentence) for sentence in sentences):
        raise NothingHeard(WORDLESS)
    return words


def _task(language: str) -> str:
    return "transcribe" if language == ENGLISH else "translate"


class Ear(WhisperModel):  # type: ignore[misc]
    """Whisper that does not encode the same half minute twice: once to tell the language, once to write it down."""

    _encoded: tuple[bytes, ctranslate2.StorageView] = (b"", None)

    def encode(self, features: NDArray[np.float32]) -> ctranslate2.StorageView:
        name = hashlib.sha256(np.ascontiguousarray(features).tobytes()).digest()
        if self._encoded[0] != name:
            self._encoded = (name, super().encode(features))
        return self._encoded[1]

    @functools.cached_property
    def _complete(self) -> tokenizers.Tokenizer:
        return complete(self.hf_tokenizer)

    def spell(self, text: str) -> Sequence[int]:
        """The tokens in which Whisper would write a text."""
        tokens: Sequence[int] = self._complete.encode(text, add_special_tokens=False).ids
        return tokens

    @property
    def encoding(self) -> ctranslate2.StorageView:
        """What was encoded last: the window that the last segment came from."""
        return self._encoded[1]


def _language(model: Ear, speech: NDArray[np.float32]) -> str:
    # `transcribe` leaves the last frame away: only with the very same half minute is what was encoded found again
    best, _, every = model.detect_language(features=model.feature_extractor(speech)[..., :-1])
    return ENGLISH if dict(every).get(ENGLISH, 0.0) >= ENGLISH_ENOUGH else str(best)


@functools.cache
def open_ear(folder: Path) -> Ear:
    """The loaded model, once a process."""
    files = models.held_files(folder)
    return Ear(str(folder), device="cpu", compute_type="int8", cpu_threads=1, num_workers=1, local_files_only=True, files=files)
