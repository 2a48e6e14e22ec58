"""The voice of one scene, coded alone, so that a film's preview is heard before the whole film is mixed."""

import base64
import contextlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.error import FFmpegError

from kiwi.errors import RenderError
from kiwi.film.job_inputs import CodedVoice, Report, VoiceInput
from kiwi.film.timeline import AAC_FRAME
from kiwi.render.sound.coding import AAC, packets_of
from kiwi.render.sound.waves import RATE, Samples, WaveReader

VOICE_BITS = 96_000
SPOKEN_LEVEL, CEILING = 0.14, 0.9
"""Of full scale: the mean of what is spoken, about as loud as in a finished film, and the highest peak."""
QUIET = 0.1
"""What is quieter, of the loudest, is no speech."""
BLOCK = RATE // 10


def code_voice(job_input: VoiceInput, folder: Path, report: Report) -> CodedVoice:
    """The packets that begin within the scene, silence where nobody speaks. RenderError when the voice is no WAV of 48 kHz, mono.

    Scenes begin and end in silence, so that packets of one may follow those of another.
    """
    encoder = AudioCodecContext.create("aac", "w")
    encoder.sample_rate, encoder.layout, encoder.format, encoder.bit_rate = RATE, "mono", "fltp", VOICE_BITS
    encoder.options = AAC
    try:
        packets = [bytes(packet) for packet in packets_of(_blocks(job_input), encoder)][: job_input.packets]
    except FFmpegError as fault:
        raise RenderError(f"The voice could not be coded: {fault}.") from fault
    report(1.0)
    config = base64.b64encode(encoder.extradata or b"").decode()
    return CodedVoice(config=config, lengths=tuple(map(len, packets)), coded=base64.b64encode(b"".join(packets)).decode())


def _blocks(job_input: VoiceInput) -> Iterator[tuple[int, Samples]]:
    """The scene's sound, a packet's worth at a time, counted from its own beginning."""
    with WaveReader(Path(job_input.voice)) if job_input.voice else contextlib.nullcontext() as voice:
        if voice is not None and voice.channels != 1:
            raise RenderError("The voice is not mono.")
        begins, gain = (
            job_input.first * AAC_FRAME - job_input.starts_at,
            np.float32(1) if voice is None else _gain(voice.read(0, voice.frames)),
        )
        for start in range(0, job_input.packets * AAC_FRAME, AAC_FRAME):
            silence = np.zeros((AAC_FRAME, 1), np.float32)
            yield start, silence if voice is None else voice.read(begins + start, begins + start + AAC_FRAME) * gain


def _gain(samples: Samples) -> np.float32:
    """What makes a voice as loud as others, without the whole film's loudness, which nobody knows yet."""
    blocks = samples[: len(samples) // BLOCK * BLOCK].reshape(-1, BLOCK)
    levels = np.sqrt(np.square(blocks).mean(axis=1)) if len(blocks) else np.zeros(1, np.float32)
    spoken = levels[levels > QUIET * levels.max()]
    if not len(spoken):
        return np.float32(1)
    return np.float32(min(SPOKEN_LEVEL / float(np.sqrt(np.square(spoken).mean())), CEILING / float(np.abs(samples).max())))
