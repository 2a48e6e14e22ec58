"""A client's recording, made fit to be sent on: decoded, proven to hold speech, and written again without anything but its sound."""

import wave
from pathlib import Path

import numpy as np

from kiwi.film.job_inputs import Cleaned, ListenInput, Report
from kiwi.local.hear.recording import HEARING_RATE, decode
from kiwi.local.hear.whisper import keep_speech
from kiwi.storage.assets import asset_of


def clean(job_input: ListenInput, folder: Path, report: Report) -> Cleaned:
    """Write the recording as mono 16 kHz WAV; BadBrief when it cannot be opened or nobody speaks in it (see `decode`, `keep_speech`)."""
    sound = decode(Path(job_input.recording))
    report(0.5)
    keep_speech(sound)
    path = folder / "recording.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(HEARING_RATE)
        file.writeframes((np.clip(sound, -1.0, 1.0) * 32_767).astype("<i2").tobytes())
    report(1.0)
    return Cleaned(asset=asset_of(path), seconds=len(sound) / HEARING_RATE)
