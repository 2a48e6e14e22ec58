"""Makes ``brief.webm``, the spoken brief of the examples: the embedded voice as a microphone in a small room would hear it."""

import sys
import tempfile
from pathlib import Path

import av
import numpy as np
from scipy.signal import butter, fftconvolve, sosfilt  # type: ignore[import-untyped]

from kiwi.film.job_inputs import NarrateInput
from kiwi.local.speak.hibari import narrate
from kiwi.render.sound.waves import RATE, Samples, WaveReader

WORDS = "Make a thirty second promotional video about AI technology."
QUIET_SECONDS = 1.0
ROOM_SECONDS, ROOM_LEVEL = 0.22, 0.05
HISS_DB, HUM_DB, HUM_HZ = -58.0, -66.0, 50.0


def record(words: str) -> Samples:
    """The words spoken, mono at 48 kHz, with a second of room before and after."""
    with tempfile.TemporaryDirectory() as folder:
        narrate(NarrateInput(text=words), Path(folder), lambda _: None)
        with WaveReader(Path(folder) / "voice.wav") as file:
            voice = file.read(0, file.frames)[:, 0]
    quiet = np.zeros(round(QUIET_SECONDS * RATE), np.float32)
    return hear(np.concatenate([quiet, voice, quiet]))


def hear(sound: Samples) -> Samples:
    """What a cheap microphone makes of a sound: a short reverberation, a narrow band, hiss and mains hum; always the same."""
    chance = np.random.default_rng(7)
    times = np.arange(round(ROOM_SECONDS * RATE)) / RATE
    room = ROOM_LEVEL * chance.standard_normal(len(times)) * np.exp(-times / 0.05)
    room[0] = 1.0
    heard: Samples = fftconvolve(sound, room)[: len(sound)]
    heard = sosfilt(butter(2, [110, 9_000], "bandpass", fs=RATE, output="sos"), heard)
    heard += 10 ** (HISS_DB / 20) * sosfilt(butter(1, 3_000, fs=RATE, output="sos"), chance.standard_normal(len(sound)))
    heard += 10 ** (HUM_DB / 20) * np.sin(2 * np.pi * HUM_HZ * np.arange(len(sound)) / RATE)
    loud: Samples = (0.6 * heard / np.abs(heard).max()).astype(np.float32)
    return loud


def write_webm(sound: Samples, path: Path) -> None:
    """Save a mono sound as a browser's recorder would: Opus in WebM."""
    with av.open(str(path), "w", format="webm", options={"fflags": "+bitexact"}) as file:
        stream = file.add_stream("libopus", rate=RATE, layout="mono")
        stream.bit_rate = 40_000
        frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate = RATE
        frame.pts = 0
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))


if __name__ == "__main__":
    write_webm(record(WORDS), Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("brief.webm"))
