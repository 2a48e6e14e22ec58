"""Aligning: when each word of a known text is heard in a voice that does not tell; Whisper points at it, silences correct it."""

import functools
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from faster_whisper.audio import pad_or_trim  # type: ignore[import-untyped]
from faster_whisper.tokenizer import Tokenizer  # type: ignore[import-untyped]
from hibari.g2p.normalize import normalize  # type: ignore[import-untyped]
from numpy.typing import NDArray

from kiwi.errors import BadMedia
from kiwi.film.model import Word
from kiwi.local.hear.recording import HEARING_RATE
from kiwi.local.hear.whisper import ENGLISH_ENOUGH, Ear, open_ear
from kiwi.local.read.grammar import pronouncer
from kiwi.local.speak.alignment import display_words, distance, is_said, share_spoken
from kiwi.storage import models

Sound = NDArray[np.float32]

LONGEST_WINDOW = 28.0
"""Seconds heard at once; Whisper takes 30."""
HOP = HEARING_RATE // 100
QUIET_DB, NOISY_DB, ABOVE_NOISE = -32.0, -20.0, 8.0
"""Below the loud parts of a voice; quieter is a pause, and so is what lies not far above the recording's noise."""
PAUSE = 0.15
"""Seconds from which silence lies between words, not inside one."""

# Fitted to 237 words of the embedded narrator, whose times are known.
EARLY_START, EARLY_END = 0.080, 0.070
"""Seconds by which Whisper points too early at a word's ends."""
REACH = 0.30
"""Seconds that a word's end is moved at most to where a pause really begins or ends."""
SHORTEST = 0.02
EDGE = 0.02
"""Seconds from an end of the sound within which a pause is the silence there."""
STOPS = ".,;:!?…—"
OFF_SEEN, OFF_LENGTH, OFF_LEAST = 0.12, 0.2, 0.05
"""How far Whisper's joints are usually off (seconds), and a word's length from the usual one (a share of it, and seconds)."""

MOST_WRONG = 0.40
"""Share of a text's sounds that may be heard as others: the hardest names and numbers reach 0.3, other texts 0.85."""
LARGEST_PUZZLE = 800
"""Sounds up to which a text is compared as a whole."""
MOST_MORE = 12
"""Sounds before the first word or after the last that are not the text's: about a second of talk."""
MOST_LESS = 5
"""Sounds at the text's end that nobody hears: a short word, swallowed."""


@dataclass(frozen=True)
class Span:
    """From when to when, in seconds."""

    start: float
    end: float


@dataclass(frozen=True)
class Window:
    """A stretch of sound that is heard at once."""

    begins: float
    sound: Sound


def align(text: str, sound: Sound) -> tuple[Word, ...]:
    """When each of the text's `display_words` is heard in ``sound`` (mono, 16 kHz, ±1), in seconds from its start.

    BadMedia when other words are heard; SetupIncomplete without the model.
    """
    written = display_words(text)
    ear = open_ear(models.whisper_model(models.folder()))
    loudness = measure_loudness(sound)
    pauses = find_pauses(loudness)
    windows = [Window(begin / HEARING_RATE, sound[begin:end]) for begin, end in itertools.pairwise(cut_points(len(sound), pauses))]
    language = language_of(ear, windows[0].sound)
    heard = [hear(ear, window.sound, language) for window in windows]
    shares = share_heard(written, list(itertools.chain.from_iterable(heard)))
    owners = share_windows(shares, [len(words) for words in heard])
    spans: list[Span] = []
    for index, window in enumerate(windows):
        spans += point_at(ear, window, [word for word, owner in zip(written, owners, strict=True) if owner == index], language)
    settled = settle(spans, pauses, written, len(sound) / HEARING_RATE)
    return tuple(Word(text=word, start=span.start, end=span.end) for word, span in zip(written, settled, strict=True))


def measure_loudness(sound: Sound) -> NDArray[np.float32]:
    """Decibels in each hundredth of a second, 0 where a voice is loud."""
    frames = len(sound) // HOP
    power = np.square(sound[: frames * HOP].reshape(frames, HOP)).mean(axis=1)
    smooth = np.convolve(power, [0.25, 0.5, 0.25], "same") + 1e-12
    decibels: NDArray[np.float32] = (10 * np.log10(smooth / max(float(np.quantile(smooth, 0.95)), 1e-12))).astype(np.float32)
    return decibels


def find_pauses(loudness: NDArray[np.float32]) -> list[Span]:
    """Where nobody speaks, the silence at both ends included."""
    if not len(loudness):
        return []
    threshold = max(QUIET_DB, min(NOISY_DB, float(np.quantile(loudness, 0.05)) + ABOVE_NOISE))
    quiet = np.concatenate([[False], loudness < threshold, [False]])
    edges = np.flatnonzero(np.diff(quiet.astype(np.int8)))
    spans = [Span(begin / 100, end / 100) for begin, end in edges.reshape(-1, 2).tolist()]
    return [span for span in spans if span.end - span.start >= PAUSE]


def cut_points(samples: int, pauses: Sequence[Span]) -> list[int]:
    """Where to cut sound into windows, its ends included: in the last pause that lets a window be short enough, else at its limit."""
    cuts, most = [0], round(LONGEST_WINDOW * HEARING_RATE)
    while samples - cuts[-1] > most:
        middles = [round((pause.start + pause.end) / 2 * HEARING_RATE) for pause in pauses]
        cuts.append(max((middle for middle in middles if cuts[-1] + most // 4 < middle <= cuts[-1] + most), default=cuts[-1] + most))
    return [*cuts, samples]


def look_at(ear: Ear, sound: Sound) -> tuple[Sound, int]:
    """What the ear makes of sound, exactly as when it transcribes, so that it is encoded once; and how many frames of it are sound."""
    features = ear.feature_extractor(sound)[:, :-1]
    frames = min(features.shape[-1], ear.feature_extractor.nb_max_frames)
    return pad_or_trim(features[:, :frames]), frames


def language_of(ear: Ear, sound: Sound) -> str:
    """ISO 639-1 code of what is spoken."""
    spoken = ear.model.detect_language(ear.encode(look_at(ear, sound)[0]))[0]
    return "en" if dict(spoken).get("<|en|>", 0.0) >= ENGLISH_ENOUGH else str(spoken[0][0])[2:-2]


def hear(ear: Ear, sound: Sound, language: str) -> list[str]:
    """The words that Whisper understands."""
    segments, _ = ear.transcribe(
        sound, language=language, beam_size=1, temperature=[0.0, 0.2], condition_on_previous_text=False, without_timestamps=True
    )
    return " ".join(segment.text for segment in segments).split()


@functools.lru_cache(maxsize=4096)
def sounds_of(words: str) -> str:
    """How words sound, one character a sound; their letters where no English lexicon helps."""
    if re.search(r"[^\W\d_]", words) and not re.search(r"[A-Za-zÀ-ſ]", words):
        return re.sub(r"\W", "", words.casefold())
    return re.sub(r"[\Wˈˌ]", "", str(pronouncer()(normalize(words))))


def share_heard(written: Sequence[str], heard: Sequence[str]) -> list[range]:
    """Which heard words stand for each written one. BadMedia when too many sounds are others, or others come before or after."""
    plain, spoken = ([re.sub(r"[^\w$%€£&+'’-]", "", word.lower()) for word in words] for words in (written, heard))
    shares = share_spoken(plain, spoken, sounds_of)
    wanted = [sounds_of(word) for word in written]
    got = [sounds_of(" ".join(heard[share.start : share.stop])) for share in shares]
    if wrong_share(wanted, got) > MOST_WRONG:
        raise BadMedia(f"The voice says something else than its text: “{' '.join(heard)[:120]}”.")
    unsaid = itertools.takewhile(lambda pair: not pair[1], zip(reversed(wanted), reversed(got), strict=True))
    if sum(len(sounds) for sounds, _ in unsaid) > MOST_LESS:
        raise BadMedia(f"The voice stops before its text ends: “{' '.join(heard)[-120:]}”.")
    if any(len(got[end]) - len(wanted[end]) > MOST_MORE for end in (0, -1)):
        raise BadMedia(f"The voice says more than its text: “{' '.join(heard)[:120]}”.")
    return shares


def wrong_share(wanted: Sequence[str], got: Sequence[str]) -> float:
    """Share of the sounds that are others; of long texts word by word, which counts a little more."""
    sounds = sum(map(len, wanted))
    if sounds <= LARGEST_PUZZLE:
        return distance("".join(wanted), "".join(got)) / max(sounds, 1)
    return sum(distance(one, other) for one, other in zip(wanted, got, strict=True)) / sounds


def share_windows(shares: Sequence[range], counts: Sequence[int]) -> list[int]:
    """The window in which each written word is heard, from how many words are heard in each window."""
    ends = list(itertools.accumulate(counts))
    return [next((index for index, end in enumerate(ends) if share.start < end), len(ends) - 1) for share in shares]


def point_at(ear: Ear, window: Window, words: Sequence[str], language: str) -> Iterator[Span]:
    """Where Whisper points when it is told the words, from the start of the first said token to the end of the last."""
    if not words:
        return
    tokenizer = Tokenizer(ear.hf_tokenizer, True, task="transcribe", language=language)
    tokens = [tokenizer.encode(f" {word}") for word in words]
    features, frames = look_at(ear, window.sound)
    pieces = ear.find_alignment(tokenizer, [list(itertools.chain.from_iterable(tokens))], ear.encode(features), frames)
    places = iter(_place(pieces[0]))
    now = Span(0.0, 0.0)
    for word in tokens:
        parts = list(itertools.islice(places, len(word)))
        said = [span for span, text in parts if is_said(text)] or [span for span, _ in parts]
        now = Span(said[0].start, said[-1].end) if said else now
        yield Span(window.begins + now.start + EARLY_START, window.begins + now.end + EARLY_END)


def _place(pieces: Sequence[dict[str, object]]) -> Iterator[tuple[Span, str]]:
    """The time and text of each token; the tokens of one piece share its time."""
    for piece in pieces:
        span = Span(float(str(piece["start"])), float(str(piece["end"])))
        tokens = piece["tokens"]
        assert isinstance(tokens, list)
        yield from itertools.repeat((span, str(piece["word"])), len(tokens))


def settle(spans: Sequence[Span], pauses: Sequence[Span], words: Sequence[str], seconds: float) -> list[Span]:
    """Make the spans of words follow each other within the sound, end and begin where the pauses between them do, and last as long
    as words of so many sounds do where Whisper is in doubt."""
    ordered = _in_order(spans, pauses, seconds)
    joints = at_pauses(ordered, pauses, [word[-1] in STOPS for word in words], seconds)
    for joint, pause in joints.items():
        ordered[joint] = Span(min(ordered[joint].start, pause.start - SHORTEST), pause.start)
        ordered[joint + 1] = Span(pause.end, max(ordered[joint + 1].end, pause.end + SHORTEST))
    cuts = [0, *sorted(joint + 1 for joint in joints), len(ordered)]
    lengths = [max(len(sounds_of(word)), 1) for word in words]
    return [span for begin, end in itertools.pairwise(cuts) for span in even_out(ordered[begin:end], lengths[begin:end])]


def _in_order(spans: Sequence[Span], pauses: Sequence[Span], seconds: float) -> list[Span]:
    """None begins before the one before it has ended; the first and the last reach to the silence around them."""
    first = next((pause.end for pause in pauses if pause.start <= EDGE), 0.0)
    last = next((pause.start for pause in pauses if pause.end >= seconds - EDGE), seconds)
    ordered: list[Span] = []
    now = first
    for span in spans:
        start = min(max(span.start, now), last)
        now = min(max(span.end, start), last)
        ordered.append(Span(start, now))
    if first:
        ordered[0] = Span(first, ordered[0].end)
    if last < seconds:
        ordered[-1] = Span(ordered[-1].start, last)
    return ordered


def at_pauses(spans: Sequence[Span], pauses: Sequence[Span], stops: Sequence[bool], seconds: float) -> dict[int, Span]:
    """Which pause lies behind which word, counted from 0; of two behind the same word the longer one."""
    joints: dict[int, Span] = {}
    for pause in sorted(pauses, key=lambda one: one.end - one.start):
        away = [_away(pause, one, other, stop) for one, other, stop in zip(spans, spans[1:], stops, strict=False)]
        nearest = min(range(len(away)), key=away.__getitem__, default=-1)
        if pause.start > EDGE and pause.end < seconds - EDGE and nearest >= 0 and away[nearest] <= REACH:
            joints[nearest] = pause
    return joints


def even_out(spans: Sequence[Span], lengths: Sequence[int]) -> list[Span]:
    """Move the joints of words that are spoken without a pause to where Whisper's finger and the words' lengths agree best.

    The first one's start and the last one's end stay; least squares, each weighted by how far it is usually off.
    """
    begin, end, inner = spans[0].start, spans[-1].end, len(spans) - 1
    usual = np.asarray(lengths) / sum(lengths) * (end - begin)
    sure = 1 / (OFF_LENGTH * usual + OFF_LEAST)
    # rows: each joint where Whisper sees it, then each word as long as usual; columns: the joints
    steps = np.diff(np.eye(inner + 2)[:, 1:-1], axis=0)
    fixed = np.zeros(inner + 1)
    fixed[0] -= begin
    fixed[-1] += end
    seen = [(one.end + other.start) / 2 for one, other in itertools.pairwise(spans)]
    rows = np.vstack([np.eye(inner) / OFF_SEEN, steps * sure[:, None]])
    joints = np.linalg.lstsq(rows, np.concatenate([np.asarray(seen) / OFF_SEEN, (usual - fixed) * sure]), rcond=None)[0]
    edges = [begin, *np.maximum.accumulate(np.clip(joints, begin, end)).tolist(), end]
    return [Span(one, other) for one, other in itertools.pairwise(edges)]


def _away(pause: Span, one: Span, other: Span, stop: bool) -> float:
    """How far a pause lies from the joint of two words, in seconds; a mark brings them nearer."""
    joint = (one.end + other.start) / 2
    return max(pause.start - joint, joint - pause.end, 0.0) + (0.0 if stop else 0.1)
