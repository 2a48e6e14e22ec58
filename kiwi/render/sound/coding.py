"""Sound coded as AAC, from which packets can be put into a film as they are."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.packet import Packet

from kiwi.errors import RenderError
from kiwi.film.timeline import AAC_FRAME
from kiwi.render.sound.waves import RATE, Samples

AAC = {"aac_coder": "fast", "aac_is": "0", "aac_pns": "0"}
"""At this rate the fast coder leaves less audible noise than the default one (measured per Bark band), in half the time."""


def packets_of(blocks: Iterable[tuple[int, Samples]], encoder: AudioCodecContext) -> Iterator["Packet[Any]"]:
    """Blocks of sound, each with its first sample's number, as AAC without the encoder's delay.

    The first packet holds nothing but the delay: left away, sound and picture start together without an edit list.
    """
    packets = _coded(blocks, encoder)
    delay = next(packets, None)
    if delay is not None and delay.pts != -AAC_FRAME:
        raise RenderError(f"The AAC encoder delays by {-(delay.pts or 0)} samples instead of {AAC_FRAME}.")
    yield from packets


def _coded(blocks: Iterable[tuple[int, Samples]], encoder: AudioCodecContext) -> Iterator["Packet[Any]"]:
    for start, samples in blocks:
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.T), "fltp", encoder.layout.name)
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        yield from encoder.encode(frame)
    yield from encoder.encode(None)
