"""The sound files between our stages: 48 kHz, 16-bit WAV, read and written in blocks of float32 samples."""

import wave
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kiwi.errors import RenderError
from kiwi.film.timeline import SOUND_RATE

Samples = NDArray[np.float32]
"""Shape (frames, channels), or (frames,) for one channel; full scale is ±1."""

RATE = SOUND_RATE


class WaveReader:
    """A WAV file of ours, from which any stretch can be read; RenderError when it is not one."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = wave.open(str(path), "rb")  # noqa: SIM115 - closed by close()
        except (wave.Error, EOFError) as fault:
            raise RenderError(f"{path.name} is not a WAV file: {fault}.") from fault
        self.channels = self._file.getnchannels()
        self.frames = self._file.getnframes()
        if self._file.getframerate() != RATE or self._file.getsampwidth() != 2:
            self.close()
            raise RenderError(f"{path.name} is not 48 kHz with 16 bits.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Give the file back."""
        self._file.close()

    def read(self, start: int, stop: int) -> Samples:
        """Frames ``start`` to ``stop`` (may lie outside the file), shape (stop − start, channels); outside it is silent."""
        first, last = max(0, min(start, self.frames)), max(0, min(stop, self.frames))
        samples = np.zeros((stop - start, self.channels), np.float32)
        if last > first:
            self._file.setpos(first)
            raw = np.frombuffer(self._file.readframes(last - first), "<i2").reshape(-1, self.channels)
            samples[first - start : first - start + len(raw)] = raw.astype(np.float32) / 32768
        return samples


class WaveWriter:
    """A WAV file in the making, 48 kHz and 16 bits; the dither is the same in every run."""

    def __init__(self, path: Path, channels: int, *, dither: bool) -> None:
        self._file = wave.open(str(path), "wb")  # noqa: SIM115 - closed by __exit__
        self._file.setnchannels(channels)
        self._file.setsampwidth(2)
        self._file.setframerate(RATE)
        self._noise = np.random.default_rng(0) if dither else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def write(self, samples: Samples) -> None:
        """Append samples, within ±1; what is exactly silent stays so."""
        scaled = samples * np.float32(32767)
        if self._noise is not None:
            triangle = self._noise.random(samples.shape, np.float32) - self._noise.random(samples.shape, np.float32)
            scaled += np.where(samples == 0, np.float32(0), triangle)
        self._file.writeframesraw(np.clip(np.round(scaled), -32768, 32767).astype("<i2").tobytes())


def fade(samples: Samples, frames_in: int, frames_out: int) -> Samples:
    """A copy that rises from and falls to silence over so many frames."""
    faded = samples.copy()
    shape = (-1,) + (1,) * (samples.ndim - 1)
    for frames, side in ((frames_in, faded), (frames_out, faded[::-1])):
        slope = side[:frames]
        slope *= (0.5 - 0.5 * np.cos(np.pi * np.arange(len(slope), dtype=np.float32) / max(frames, 1))).reshape(shape)
    return faded
