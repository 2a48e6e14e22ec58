"""How loud sound is to an ear: ITU-R BS.1770-5 loudness in a stream, and the peaks between samples."""

import functools
import math

import numpy as np
from numpy.typing import NDArray
from scipy.signal import firwin, sosfilt, upfirdn  # type: ignore[import-untyped]

from kiwi.render.sound.waves import RATE, Samples

K_WEIGHTING = np.array(
    [
        [1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585],
        [1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621],
    ]
)
"""The head's shelf and the low cut, for 48 kHz (BS.1770-5, tables 1 and 2)."""
HOP = RATE // 10
ABSOLUTE_GATE, RELATIVE_GATE = -70.0, -10.0
SILENT = float("-inf")

OVERSAMPLING, TAPS = 4, 20
STRETCH = 256
NEAR = 0.63


class LoudnessMeter:
    """Integrated loudness of a stereo stream of any length, in memory that hardly grows (16 bytes a second)."""

    def __init__(self) -> None:
        self._memory = np.zeros((len(K_WEIGHTING), 2, 2))
        self._rest: NDArray[np.float64] = np.zeros((0, 2))
        self._power: list[float] = []

    def push(self, samples: Samples) -> None:
        """Listen to the next frames, shape (frames, 2)."""
        weighted, self._memory = sosfilt(K_WEIGHTING, samples, axis=0, zi=self._memory)
        heard = np.concatenate([self._rest, weighted])
        hops = len(heard) // HOP
        self._power += (np.square(heard[: hops * HOP]).reshape(hops, HOP * 2).sum(axis=1) / HOP).tolist()
        self._rest = heard[hops * HOP :]

    def lufs(self) -> float:
        """What was heard so far, gated; −inf for silence. Shorter than 0.4 s: as if it went on."""
        hops = np.array(self._power or [float(np.square(self._rest).sum()) / HOP])
        power = np.convolve(hops, np.full(4, 0.25), "valid") if len(hops) >= 4 else np.array([hops.mean()])
        audible = power[power > _power(ABSOLUTE_GATE)]
        if not len(audible):
            return SILENT
        loud = audible[audible > audible.mean() * 10 ** (RELATIVE_GATE / 10)]
        return -0.691 + 10 * math.log10(float(loud.mean()))


def _power(lufs: float) -> float:
    return float(10 ** ((lufs + 0.691) / 10))


def gain_of(decibels: float) -> float:
    """The factor of an amplitude."""
    return float(10 ** (decibels / 20))


@functools.cache
def _interpolator() -> Samples:
    taps: Samples = (OVERSAMPLING * firwin(OVERSAMPLING * TAPS + 1, 1 / OVERSAMPLING, window=("kaiser", 6.0))).astype(np.float32)
    return taps


def crest(samples: Samples, above: float) -> Samples:
    """The magnitude at each frame of stereo samples, between samples and over both channels; shape (frames,).

    Where no sample comes near ``above`` (within 4 dB) the samples themselves are taken: no peak of real sound between them reaches it.
    """
    magnitude = _widest(samples)
    for start, stop in _hot_runs(magnitude, above * NEAR):
        first = max(0, start - TAPS)
        fine = _widest(upfirdn(_interpolator(), samples[first : stop + TAPS], up=OVERSAMPLING, axis=0))
        begin = OVERSAMPLING * (start - first) + OVERSAMPLING * TAPS // 2 - OVERSAMPLING // 2
        near = magnitude[start:stop]
        for phase in range(begin, begin + OVERSAMPLING):
            np.maximum(near, fine[phase : phase + OVERSAMPLING * len(near) : OVERSAMPLING], out=near)
    return magnitude


def _hot_runs(magnitude: Samples, threshold: float) -> list[tuple[int, int]]:
    """The stretches that reach a threshold, neighbours joined."""
    hot = np.maximum.reduceat(magnitude, np.arange(0, len(magnitude), STRETCH)) > threshold
    turns = np.flatnonzero(np.diff(hot.astype(np.int8), prepend=0, append=0))
    return [(int(start) * STRETCH, min(int(stop) * STRETCH, len(magnitude))) for start, stop in turns.reshape(-1, 2)]


def _widest(samples: Samples) -> Samples:
    """The larger magnitude of the two channels at each frame."""
    magnitude: Samples = np.maximum(np.abs(samples[:, 0]), np.abs(samples[:, 1]))
    return magnitude
