"""The film's sound: voices and music mixed, then coded, while the pictures are still being made."""

import errno
import math
from pathlib import Path

import av

from kiwi.errors import RenderError
from kiwi.film.job_inputs import MixInput, Report
from kiwi.film.model import Sound
from kiwi.film.timeline import AAC_FRAME
from kiwi.render.join.mux import MP4
from kiwi.render.sound.coding import AAC, packets_of
from kiwi.render.sound.mix import mix
from kiwi.render.sound.waves import RATE, WaveReader
from kiwi.storage.assets import asset_of

AUDIO_BITS = 256_000
MIXED_SHARE = 0.6
"""Of the work, done when the sound is mixed."""


def lay_sound(job_input: MixInput, folder: Path, report: Report) -> Sound:
    """Make ``folder/sound.mp4``; the same order gives the same bytes. RenderError when a source is no WAV of 48 kHz."""
    tape, coded = folder / "mix.wav", folder / "sound.mp4"
    heard = mix(job_input.voices, Path(job_input.music), job_input.seconds, tape, job_input.music_lufs)
    report(MIXED_SHARE)
    code(tape, coded)
    tape.unlink()
    report(1.0)
    return Sound(asset=asset_of(coded), lufs=heard.lufs if math.isfinite(heard.lufs) else None, true_peak=heard.true_peak)


def code(wave: Path, out: Path) -> None:
    """Code a WAV (stereo, 48 kHz) as AAC in an MP4. RenderError when it is none, OSError when the disk is full."""
    try:
        with WaveReader(wave) as tape, av.open(str(out), "w", format="mp4", options=MP4) as file:
            if tape.channels != 2:
                raise RenderError("The mix is not stereo.")
            track = file.add_stream("aac", rate=RATE, layout="stereo", options=AAC)
            track.bit_rate = AUDIO_BITS
            blocks = ((start, tape.read(start, min(start + AAC_FRAME, tape.frames))) for start in range(0, tape.frames, AAC_FRAME))
            for packet in packets_of(blocks, track.codec_context):
                packet.stream = track
                file.mux(packet)
    except av.error.FFmpegError as fault:
        if fault.errno == errno.ENOSPC:
            raise OSError(errno.ENOSPC, "The disk is full") from fault
        raise RenderError(f"The sound could not be coded: {fault}.") from fault
