"""Recordings made by our own hands for tests: sounds, files of every kind we open, and files nobody should."""

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

MEDIA = Path(__file__).parent / "media"
RATE = 48_000

Sound = NDArray[np.float32]

SAID = {
    "dashwood.ogg": "And mister John Dashwood had then leisure to consider how much there might be prudently in his power to do for them "
    "He was not an ill disposed young man unless to be rather cold hearted and rather selfish is to be ill disposed",
    "amiable.flac": "Had he married a more amiable woman he might have been made still more respectable than he was",
}

KINDS = {
    ".webm": ("webm", "libopus"),
    ".ogg": ("ogg", "libopus"),
    ".m4a": ("mp4", "aac"),
    ".mp3": ("mp3", "libmp3lame"),
    ".wav": ("wav", "pcm_s16le"),
    ".flac": ("flac", "flac"),
    ".aac": ("adts", "aac"),
}


def tone(seconds: float, pitch: float = 440.0, level: float = 0.3, rate: int = RATE) -> Sound:
    return (level * np.sin(2 * np.pi * pitch * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def noise(seconds: float, level: float = 0.1, rate: int = RATE) -> Sound:
    return (level * np.random.default_rng(3).standard_normal(round(seconds * rate))).astype(np.float32)


def save(sound: Sound, path: Path, rate: int = RATE) -> Path:
    """Encode a mono sound as the path's suffix says, by `KINDS`."""
    container, codec = KINDS[path.suffix]
    with av.open(str(path), "w", format=container) as file:
        stream = file.add_stream(codec, rate=rate, layout="mono")
        assert isinstance(stream, av.AudioStream)
        for at in range(0, len(sound), rate * 10):
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(sound[at : at + rate * 10].reshape(1, -1)), format="fltp", layout="mono"
            )
            frame.sample_rate, frame.pts = rate, at
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path
