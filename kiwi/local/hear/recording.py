"""A client's recording, opened like something dangerous: one demuxer, few decoders, no other file, no network, no surprise in length."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer
from numpy.typing import NDArray

from kiwi.errors import BadBrief
from kiwi.film.model import MAX_RECORDING_SECONDS
from kiwi.local.hear.containers import CHOICE, CONTAINERS, SNIFFED, SPLINTERED, Container, is_cut_off, sniff

HEARING_RATE = 16_000
GRACE_SECONDS = 0.5
"""What codecs may add at the ends of a recording of exactly the permitted length."""
MISSED_SECONDS = 0.05
"""What a FLAC file may be short of the length it promises."""
MOST_DAMAGED = 0.05
"""Share of packets that may be unreadable before the whole recording counts as damaged."""
OPEN_SECONDS = 5.0
DECODE_SECONDS = 120.0
"""By the clock on the wall: ten minutes of sound take a slow and busy machine a quarter of it."""
IDLE_PACKETS, PACKETS_A_SECOND = 2_000, 1_000
"""Packets that a recording may have: so many to begin with, and so many more for each second that was decoded."""

CUT_OFF = "The recording is cut off: its end is missing, send the whole file."
GONE = "The recording is kept no longer: create the film anew, with its recording."
TOO_SLOW = "The recording takes too long to decode: save it again, shorter or in another format."
DAMAGED = f"The recording is damaged and cannot be decoded: save it again, or {CHOICE}."


def decode(path: Path, max_seconds: float = MAX_RECORDING_SECONDS) -> NDArray[np.float32]:
    """Decode untrusted bytes to mono samples at 16 kHz, ±1.

    Trusts what it decodes, not what headers say. Raises BadBrief, in one sentence for the client, for what is no recording, is
    cut off, damaged, silent of bytes, lasts longer than ``max_seconds``, is in more pieces than sound can be, takes too long, or
    is kept no longer.
    """
    began = time.monotonic()
    try:
        with path.open("rb") as file:
            container = sniff(file.read(SNIFFED))
    except FileNotFoundError as gone:
        raise BadBrief(GONE) from gone
    if is_cut_off(path, container):
        raise BadBrief(CUT_OFF)
    blocks: list[NDArray[np.float32]] = []
    heard, most = 0, round((max_seconds + GRACE_SECONDS) * HEARING_RATE)
    with _opened(path, container) as (source, stream):
        for block in _blocks(source, stream, began + DECODE_SECONDS):
            blocks.append(block)
            heard += len(block)
            if heard > most:
                raise BadBrief(f"The recording is longer than {max_seconds / 60:g} minutes: send a shorter one.")
        promised = stream.duration * stream.time_base if container.demuxer == "flac" and stream.duration and stream.time_base else 0
    if promised > heard / HEARING_RATE + MISSED_SECONDS:
        raise BadBrief(CUT_OFF)
    if not heard:
        raise BadBrief("The recording has no sound in it: record it again.")
    return np.concatenate(blocks)


@contextlib.contextmanager
def _opened(path: Path, container: Container) -> Iterator[tuple[InputContainer, AudioStream]]:
    """The file behind the only demuxer it may have, and its first audio stream."""
    options = {
        "protocol_whitelist": "file",
        "format_whitelist": ",".join(kind.demuxer for kind in CONTAINERS) + ",webm,mp4,m4a",
        "codec_whitelist": ",".join(sorted(container.codecs | {"libopus", "libvorbis"})),
    }
    try:
        source = av.open(str(path.absolute()), format=container.demuxer, container_options=options, timeout=OPEN_SECONDS)
    except (av.FFmpegError, ValueError) as fault:
        raise BadBrief(DAMAGED) from fault
    with source:
        if not source.streams.audio:
            raise BadBrief("The file has no sound in it: send a recording of your voice.")
        stream = source.streams.audio[0]
        codec = stream.codec_context.name if stream.codec_context else "something unknown"
        if codec not in container.codecs:
            raise BadBrief(f"The recording's sound is coded as {codec}: {CHOICE}.")
        stream.codec_context.thread_count = 1
        yield source, stream


def _blocks(source: InputContainer, stream: AudioStream, until: float) -> Iterator[NDArray[np.float32]]:
    """Decode one stream, packet by packet; BadBrief when too many of them are unreadable or without sound, or the time is over."""
    resampler = av.AudioResampler("flt", "mono", HEARING_RATE)
    packets = damaged = heard = 0
    try:
        for packet in source.demux(stream):
            packets += 1
            if packets > IDLE_PACKETS + PACKETS_A_SECOND * heard / HEARING_RATE:
                raise BadBrief(SPLINTERED)
            if time.monotonic() > until:
                raise BadBrief(TOO_SLOW)
            try:
                frames = packet.decode()
            except av.error.InvalidDataError:
                damaged += 1
                continue
            for frame in frames:
                for part in resampler.resample(frame):
                    heard += part.samples
                    yield part.to_ndarray().reshape(-1).astype(np.float32, copy=False)
        for part in resampler.resample(None):
            yield part.to_ndarray().reshape(-1).astype(np.float32, copy=False)
    except BadBrief:
        raise
    except (av.FFmpegError, ValueError) as fault:
        raise BadBrief(DAMAGED) from fault
    if damaged > max(1, packets * MOST_DAMAGED):
        raise BadBrief(DAMAGED)
