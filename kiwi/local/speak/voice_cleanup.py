"""A recorded voice made ready for the film: where speech begins and ends, rumble out, no clicks, 48 kHz."""

import functools

import numpy as np
from scipy.signal import butter, firwin, oaconvolve, sosfiltfilt  # type: ignore[import-untyped]

from kiwi.render.sound.waves import RATE, Samples, fade

QUIET_DB = -42.0
"""Below the loudest 10 ms of a recording; what is quieter at its ends is not speech."""


def find_speech(samples: Samples, rate: int) -> tuple[float, float]:
    """Where the energy of a recording begins and ends, in seconds."""
    hop = rate // 200
    frames = len(samples) // hop
    power = np.square(samples[: frames * hop].reshape(frames, hop)).mean(axis=1)
    smooth = np.convolve(power, [0.5, 0.5], "same")
    loud = np.flatnonzero(smooth > smooth.max() * 10 ** (QUIET_DB / 10))
    return float(loud[0]) * hop / rate, float(loud[-1] + 1) * hop / rate


def clean_up(samples: Samples) -> Samples:
    """Double the rate (flat to 11 kHz, images below −90 dB), take out what lies under 70 Hz, fade the ends, never clip."""
    spread = np.zeros(2 * len(samples), np.float32)
    spread[::2] = samples
    return clean(oaconvolve(spread, _doubler(), "same"))


def clean(samples: Samples) -> Samples:
    """A voice at 48 kHz without what lies under 70 Hz, its ends faded, never clipping."""
    quiet = sosfiltfilt(butter(2, 70, "highpass", fs=RATE, output="sos"), samples).astype(np.float32)
    quiet *= min(1.0, 0.97 / max(float(np.abs(quiet).max()), 1e-9))
    return fade(quiet, RATE * 5 // 1000, RATE * 10 // 1000)


@functools.cache
def _doubler() -> Samples:
    """A zero-phase low-pass at the old Nyquist frequency for doubling the rate; unity gain."""
    taps: Samples = (2 * firwin(255, 11_600, window=("kaiser", 9.0), fs=RATE)).astype(np.float32)
    return taps
