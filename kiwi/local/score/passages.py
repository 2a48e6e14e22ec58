"""Making a track longer or shorter without breaking its music: where it can jump to a place that sounds the same."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kiwi.render.sound.waves import RATE, Samples

HOP = RATE // 50
WINDOW = 4096
ALIKE = 50
"""Frames (of 20 ms) on each side of a jump that should sound alike."""
LATE = 125
"""Frames (of 20 ms) at the track's end that no jump touches, so that it ends as its composer meant."""
SHORTEST_PASSAGE = RATE
LATEST_START = 2.4
"""Seconds of the track's opening that may be left out to make the length exact."""
LONGEST_JUMP = 0.72
"""Of the track's length; a longer way back would leave too little between two jumps."""
CROSSFADE = RATE // 5
REFINEMENT = HOP


@dataclass(frozen=True)
class Passage:
    """A stretch of a track, in frames of 48 kHz, ``stop`` exclusive."""

    start: int
    stop: int


def plan_passages(track: Samples, frames: int) -> list[Passage]:
    """Choose passages which, played one after the other, last exactly ``frames`` and end with the track's own ending.

    ``track`` is stereo, some seconds longer than its first and last two seconds. Jumps go where one second before and after
    sound most alike; a little of the opening is left out to make up what whole jumps cannot.
    """
    total = len(track)
    if frames < SHORTEST_PASSAGE * 4:
        return [Passage(0, frames)]
    slack = min(round(LATEST_START * RATE), total // 8)
    back = frames - total
    if -slack <= back <= 0:
        return [Passage(-back, total)]
    likeness = compare_places(track)
    jumps: list[tuple[int, int]] = []
    earliest = slack + SHORTEST_PASSAGE
    longest = int(LONGEST_JUMP * total)
    while back > longest:
        jumps.append(_best_jump(likeness, track, longest * 2 // 3, min(longest, back - longest // 4), earliest))
        back -= jumps[-1][0] - jumps[-1][1]
        earliest = jumps[-1][1] + SHORTEST_PASSAGE
    jumps.append(_best_jump(likeness, track, back, back + slack, earliest))
    back -= jumps[-1][0] - jumps[-1][1]
    places = [-back, *(place for jump in jumps for place in jump), total]
    return [Passage(start, stop) for start, stop in zip(places[::2], places[1::2], strict=True)]


def compare_places(track: Samples) -> NDArray[np.float32]:
    """How alike any two moments of a track sound, −1 to 1, one row a 20 ms frame: timbre and harmony together."""
    mono = track.mean(axis=1)
    frames = (len(mono) - WINDOW) // HOP
    window = np.hanning(WINDOW).astype(np.float32)
    pitches = np.fft.rfftfreq(WINDOW, 1 / RATE)
    audible = (pitches > 60) & (pitches < 10_000)
    octave = np.log2(pitches[audible] / 440)
    sorts = np.concatenate([_sorted_into(np.floor(octave * 12 + 0.5) % 12, 12), 0.5 * _sorted_into(np.floor((octave + 3) * 3), 24)], axis=1)
    spectra = np.stack([np.abs(np.fft.rfft(mono[at * HOP : at * HOP + WINDOW] * window))[audible] for at in range(frames)])
    features = np.log(np.square(spectra) @ sorts + 1e-4)
    features -= features.mean(axis=0)
    features /= features.std(axis=0) + 1e-6
    features /= np.linalg.norm(features, axis=1, keepdims=True) + 1e-6
    likeness: NDArray[np.float32] = (features @ features.T).astype(np.float32)
    return likeness


def _sorted_into(boxes: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """A matrix that adds up spectrum bins by the box they belong to; shape (bins, count)."""
    sorts: NDArray[np.float64] = (np.clip(boxes, 0, count - 1)[:, None] == np.arange(count)[None, :]).astype(np.float64)
    return sorts


def _best_jump(likeness: NDArray[np.float32], track: Samples, shortest: int, longest: int, earliest: int) -> tuple[int, int]:
    """From where, not before ``earliest``, to where to jump back by ``shortest`` to ``longest`` frames (forward when negative)."""
    best = (-np.inf, 0, 0)
    for lag in range(-(-shortest // HOP), longest // HOP + 1):
        along = np.diagonal(likeness, -abs(lag))
        middles = np.arange(max(ALIKE, -(-earliest // HOP) - max(lag, 0)), len(along) - LATE)
        if not len(middles) or not lag:
            continue
        sums = np.concatenate([[0.0], np.cumsum(along, dtype=np.float64)])
        low, high = np.maximum(middles - ALIKE, 0), np.minimum(middles + ALIKE, len(along))
        alike = (sums[high] - sums[low]) / (high - low)
        at = int(alike.argmax())
        best = max(best, (float(alike[at]), int(middles[at]), lag))
    _, place, lag = best
    if not lag:
        source = max(earliest, len(track) // 2, shortest)
        return source, source - shortest
    source, target = (place + lag, place) if lag > 0 else (place, place - lag)
    return source * HOP, _refine(track, source * HOP, target * HOP, shortest, longest)


def _refine(track: Samples, source: int, target: int, shortest: int, longest: int) -> int:
    """Move the target by up to 20 ms so that the waves themselves fall together, while the jump keeps its bounds."""
    half = RATE // 4
    wanted = track[source - half : source + half].mean(axis=1)
    around = track[target - half - REFINEMENT : target + half + REFINEMENT].mean(axis=1)
    if len(wanted) < 2 * half or len(around) < 2 * (half + REFINEMENT):
        return target
    size = 1 << (len(around) + len(wanted)).bit_length()
    match = np.fft.irfft(np.fft.rfft(around, size) * np.conj(np.fft.rfft(wanted, size)), size)[: 2 * REFINEMENT + 1]
    moved = target - REFINEMENT + int(match.argmax())
    return source - min(max(source - moved, shortest), longest)


def play(track: Samples, passages: list[Passage]) -> Samples:
    """The passages one after the other; each jump is a crossfade of 0.2 s that keeps the power even."""
    length = sum(passage.stop - passage.start for passage in passages)
    played = np.empty((length, track.shape[1]), np.float32)
    at = 0
    for passage in passages:
        played[at : at + passage.stop - passage.start] = track[passage.start : passage.stop]
        at += passage.stop - passage.start
    at = 0
    for before, after in pairwise(passages):
        at += before.stop - before.start
        reach = min(CROSSFADE // 2, after.start, len(track) - before.stop, at, length - at)
        leaving = track[before.stop - reach : before.stop + reach]
        coming = track[after.start - reach : after.start + reach]
        played[at - reach : at + reach] = _cross(leaving, coming)
    return played


def _cross(leaving: Samples, coming: Samples) -> Samples:
    """From one to the other at even power, however alike the two are."""
    angle = np.linspace(0, np.pi / 2, len(leaving), dtype=np.float32)[:, None]
    one, other = np.cos(angle), np.sin(angle)
    energy = float(np.sqrt(np.square(leaving).sum() * np.square(coming).sum()))
    alike = max(0.0, float((leaving * coming).sum()) / energy) if energy else 0.0
    return ((leaving * one + coming * other) / np.sqrt(1 + 2 * alike * one * other)).astype(np.float32)
