"""The mix: voices over music that makes room for them, at the loudness players expect, in blocks whatever the length."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d, uniform_filter1d  # type: ignore[import-untyped]

from kiwi.film.job_inputs import PlacedVoice
from kiwi.render.sound.loudness import LoudnessMeter, crest, gain_of
from kiwi.render.sound.waves import RATE, Samples, WaveReader, WaveWriter

VOICE_LUFS, MUSIC_LUFS, FILM_LUFS = -16.0, -22.0, -14.0
CEILING_DB = -2.2
"""dBTP: AAC at 256 kbit/s brings peaks back, in the worst of our 28 tracks by 1.1 dB, and −1 dBTP must hold in the film."""
TOLERANCE = 0.2
"""LU by which the film may miss its loudness before it is mixed once more."""
MOST_GAIN_DB = 30.0
BLOCK = 10 * RATE

DUCK_DB = -10.0
DUCK_RATE = 100
"""Points of the ducking curve a second."""
STAY_DOWN = 0.7
"""Seconds between words up to which the music does not come back."""
AHEAD, ATTACK, HOLD, RELEASE = 0.05, 0.30, 0.10, 0.60
"""Seconds: the music is down this long before the first word, after falling, and stays after the last one, then rises."""

REACH = RATE * 15 // 1000
"""Frames to each side over which the limiter turns down and comes back."""
MARGIN = 4 * REACH
FADE_IN, FADE_OUT = 0.02, 0.08
NEAR_PEAK = 0.7
"""Of the highest peak so far; quieter stretches are not searched for peaks between samples."""


@dataclass(frozen=True)
class Loudness:
    """What the finished mix measures."""

    lufs: float
    """Integrated, BS.1770; −inf for silence."""
    true_peak: float
    """dBTP, before the sound is coded."""


def mix(voices: Sequence[PlacedVoice], music: Path, seconds: float, out: Path, music_lufs: float = MUSIC_LUFS) -> Loudness:
    """Mix voices and music into ``out``: stereo, 48 kHz, 16 bits, exactly ``round(seconds × 48000)`` frames, −14 LUFS.

    Raises RenderError when a source is no WAV of 48 kHz. Needs the memory of some seconds of sound, however long the film is.
    """
    frames = round(seconds * RATE)
    with contextlib.ExitStack() as open_files:
        tape = open_files.enter_context(WaveReader(music))
        mouths = [(open_files.enter_context(WaveReader(Path(voice.path))), round(voice.starts_at * RATE)) for voice in voices]
        voice_gain = _gain_to(VOICE_LUFS, _loudness(voice.read(*span) for voice, _ in mouths for span in _spans(voice.frames)))
        music_gain = _gain_to(music_lufs, _loudness(tape.read(*span) for span in _spans(min(frames, tape.frames))))
        curve = plan_duck(voices, seconds) * np.float32(music_gain)

        def blend(start: int, stop: int) -> Samples:
            places = np.arange(start, stop, dtype=np.float32) * np.float32(DUCK_RATE / RATE)
            blended: Samples = _stereo(tape.read(start, stop)) * np.interp(places, np.arange(len(curve)), curve).astype(np.float32)[:, None]
            for voice, begin in mouths:
                if begin < stop and begin + voice.frames > start:
                    blended += voice.read(start - begin, stop - begin) * np.float32(voice_gain)
            blended *= _edges(start, stop, frames)
            return blended

        return _master(blend, frames, out)


def plan_duck(voices: Sequence[PlacedVoice], seconds: float) -> Samples:
    """The music's gain under the voices, 100 points a second: 1 where nobody speaks, −10 dB under words, smooth between."""
    times = np.arange(round(seconds * DUCK_RATE) + 2, dtype=np.float32) / DUCK_RATE
    depth = np.zeros(len(times), np.float32)
    for start, end in speaking(voices):
        corners = [start - AHEAD - ATTACK, start - AHEAD, end + HOLD, end + HOLD + RELEASE]
        reach = slice(max(0, int(corners[0] * DUCK_RATE)), max(0, int(corners[3] * DUCK_RATE) + 2))
        depth[reach] = np.maximum(depth[reach], np.interp(times[reach], corners, [0, 1, 1, 0]))
    eased = 0.5 - 0.5 * np.cos(np.pi * depth)
    curve: NDArray[np.float32] = (10 ** (DUCK_DB / 20 * eased)).astype(np.float32)
    return curve


def speaking(voices: Sequence[PlacedVoice]) -> list[tuple[float, float]]:
    """When somebody speaks, in seconds of the film: words with less than 0.7 s between them are one stretch."""
    stretches: list[tuple[float, float]] = []
    for start, end in sorted((voice.starts_at + word.start, voice.starts_at + word.end) for voice in voices for word in voice.words):
        if stretches and start - stretches[-1][1] < STAY_DOWN:
            stretches[-1] = (stretches[-1][0], max(end, stretches[-1][1]))
        else:
            stretches.append((start, end))
    return stretches


def _master(blend: Callable[[int, int], Samples], frames: int, out: Path) -> Loudness:
    """Turn the blend up or down to the film's loudness under the ceiling, and write it; again when the limiter took too much."""
    before = _loudness(blend(*span) for span in _spans(frames))
    gain_db = min(FILM_LUFS - before, MOST_GAIN_DB) if np.isfinite(before) else 0.0
    for _ in range(4):
        heard = _write(blend, frames, gain_db, out)
        missed = FILM_LUFS - heard.lufs
        if not np.isfinite(missed) or abs(missed) <= TOLERANCE or gain_db + missed > MOST_GAIN_DB:
            break
        gain_db += missed * 1.1
    return heard


def _write(blend: Callable[[int, int], Samples], frames: int, gain_db: float, out: Path) -> Loudness:
    meter = LoudnessMeter()
    peak = 1e-9
    with WaveWriter(out, 2, dither=True) as film:
        for start, stop in _spans(frames):
            first, last = max(0, start - MARGIN), min(frames, stop + MARGIN)
            samples = limit(blend(first, last) * np.float32(gain_of(gain_db)), gain_of(CEILING_DB))[start - first : stop - first]
            film.write(samples)
            meter.push(samples)
            peak = max(peak, float(crest(samples, above=peak / NEAR_PEAK).max()))
    return Loudness(lufs=meter.lufs(), true_peak=float(20 * np.log10(peak)))


def limit(samples: Samples, ceiling: float) -> Samples:
    """Keep peaks, also those between samples, below the ceiling by turning down smoothly around them.

    What happens at a frame depends on `MARGIN` frames to each side only, so that a film can be limited block by block.
    """
    needed = ceiling / np.maximum(crest(samples, above=ceiling), ceiling)
    if needed.min() >= 1:
        return samples
    lowest = minimum_filter1d(needed, 2 * REACH + 1)
    for _ in range(2):
        lowest = uniform_filter1d(lowest, REACH + 1)
    limited: Samples = samples * lowest.astype(np.float32)[:, None]
    return limited


def _edges(start: int, stop: int, frames: int) -> Samples:
    """The film's own fades at both ends, for these frames; shape (frames, 1)."""
    edges = np.ones((stop - start, 1), np.float32)
    for seconds, first, along in ((FADE_IN, 0, 1), (FADE_OUT, frames - 1, -1)):
        places = np.arange(round(seconds * RATE))
        within = first + along * places - start
        inside = (within >= 0) & (within < stop - start)
        edges[within[inside], 0] *= 0.5 - 0.5 * np.cos(np.pi * places[inside] / len(places))
    return edges


def _spans(frames: int) -> Iterator[tuple[int, int]]:
    return ((start, min(start + BLOCK, frames)) for start in range(0, frames, BLOCK))


def _stereo(samples: Samples) -> Samples:
    return samples if samples.shape[1] == 2 else np.repeat(samples[:, :1], 2, axis=1)


def _loudness(blocks: Iterator[Samples]) -> float:
    meter = LoudnessMeter()
    for block in blocks:
        meter.push(_stereo(block))
    return meter.lufs()


def _gain_to(wanted: float, lufs: float) -> float:
    return gain_of(min(wanted - lufs, MOST_GAIN_DB)) if np.isfinite(lufs) else 1.0
