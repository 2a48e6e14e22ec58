"""The film's sound: voices and music mixed, then coded, while the pictures are still being made."""

import errno
import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.packet import Packet

from kiwi.errors import RenderError
from kiwi.film.job_inputs import MixInput, Report
from kiwi.film.model import Sound
from kiwi.render.join.mux import MP4
from kiwi.render.sound.mix import mix
from kiwi.render.sound.waves import RATE, WaveReader
from kiwi.storage.assets import asset_of

AUDIO_BITS = 256_000
AAC = {"aac_coder": "fast", "aac_is": "0", "aac_pns": "0"}
"""At this rate the fast coder leaves less audible noise than the default one (measured per Bark band), in half the time."""
AAC_FRAME = 1024
"""Samples of one AAC packet, and the delay of FFmpeg's encoder."""
MIXED_SHARE = 0.6
"""Of the work, done when the sound is mixed."""


def lay_sound(job_input: MixInput, folder: Path, report: Report) -> Sound:
    """Make ``folder/sound.mp4``; the same order gives the same bytes. RenderError when a source is no WAV of 48 kHz."""
    tape, coded = folder / "mix.wav", folder / "sound.mp4"
    heard = mix(job_input.voices, Path(job_input.music), job_input.seconds, tape)
    report(MIXED_SHARE)
    code(tape, coded)
    tape.unlink()
    report(1.0)
    return Sound(asset=asset_of(coded), lufs=heard.lufs if math.isfinite(heard.lufs) else None, true_peak=heard.true_peak)


def code(wave: Path, out: Path) -> None:
    """Code a WAV (stereo, 48 kHz) as AAC in an MP4. RenderError when it is none, OSError when the disk is full."""
    try:
        with WaveReader(wave) as tape, av.open(str(out), "w", format="mp4", options=MP4) as file:
            track = file.add_stream("aac", rate=RATE, layout="stereo", options=AAC)
            track.bit_rate = AUDIO_BITS
            for packet in _packets(tape, track):
                file.mux(packet)
    except av.error.FFmpegError as fault:
        if fault.errno == errno.ENOSPC:
            raise OSError(errno.ENOSPC, "The disk is full") from fault
        raise RenderError(f"The sound could not be coded: {fault}.") from fault


def _packets(tape: WaveReader, track: AudioStream) -> Iterator["Packet[Any]"]:
    """The tape as AAC without the encoder's delay.

    The first packet holds nothing but the delay: left away, sound and picture start together without an edit list.
    """
    packets = _coded(tape, track)
    delay = next(packets, None)
    if delay is not None and delay.pts != -AAC_FRAME:
        raise RenderError(f"The AAC encoder delays by {-(delay.pts or 0)} samples instead of {AAC_FRAME}.")
    yield from packets


def _coded(tape: WaveReader, track: AudioStream) -> Iterator["Packet[Any]"]:
    if tape.channels != 2:
        raise RenderError("The mix is not stereo.")
    for start in range(0, tape.frames, AAC_FRAME):
        samples = tape.read(start, min(start + AAC_FRAME, tape.frames))
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.T), "fltp", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        yield from track.encode(frame)
    yield from track.encode(None)
