"""The mux: reels and sound joined by packet copy, in one MP4 that starts at once."""

import errno
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from kiwi.errors import RenderError
from kiwi.film.job_inputs import Report

MP4 = {"movflags": "+faststart", "use_editlist": "0", "fflags": "+bitexact"}
"""No edit lists: upload sites refuse them (https://support.google.com/youtube/answer/1722171). Bit-exact: no version in the file."""


@dataclass(frozen=True)
class Splice:
    """A reel and the frames it must have."""

    path: Path
    frames: int


@dataclass(frozen=True)
class Likeness:
    """What two reels must have in common to lie in one track."""

    codec: str
    size: tuple[int, int]
    ticks: Fraction
    parameters: bytes
    """The H.264 parameter sets."""


def mux(reels: Sequence[Splice], sound: Path, fps: int, title: str, out: Path, report: Report, comment: str = "") -> int:
    """Join the reels and the sound (AAC in an MP4) into ``out``; returns its frames.

    Both are copied packet by packet. Needs the same memory for any length. RenderError when a reel or the sound is missing or
    broken, or when a reel has another length than planned or does not fit the others.
    """
    wanted = sum(reel.frames for reel in reels)
    if not wanted:
        raise RenderError("There are no reels to join.")
    try:
        with _open(reels[0].path) as first, _open(sound) as recording, av.open(str(out), "w", format="mp4", options=MP4) as film:
            if not recording.streams.audio:
                raise RenderError(f"There is no sound in {sound.name}.")
            film.metadata["title"] = title
            if comment:
                film.metadata["comment"] = comment
            picture = film.add_stream_from_template(first.streams.video[0])
            voice = film.add_stream_from_template(recording.streams.audio[0])
            _interleave(film, _pictures(reels, picture, fps), _sounds(recording, voice), Fraction(wanted, fps), report)
    except av.error.FFmpegError as fault:
        if fault.errno == errno.ENOSPC:
            raise OSError(errno.ENOSPC, "The disk is full") from fault
        raise RenderError(f"The film could not be joined: {fault}.") from fault
    return wanted


def _interleave(
    film: OutputContainer, pictures: Iterator["Packet[Any]"], sounds: Iterator["Packet[Any]"], seconds: Fraction, report: Report
) -> None:
    """Write packets in the order of their time, so that a player never has to look far ahead."""
    heard = next(sounds, None)
    for seen in pictures:
        now = _seconds(seen)
        while heard is not None and _seconds(heard) <= now:
            film.mux(heard)
            heard = next(sounds, None)
        film.mux(seen)
        report(min(float(now / seconds), 1.0))
    while heard is not None:
        film.mux(heard)
        heard = next(sounds, None)
    report(1.0)


def _seconds(packet: "Packet[Any]") -> Fraction:
    return (packet.pts or 0) * packet.time_base


def _open(path: Path) -> InputContainer:
    try:
        return av.open(str(path), format="mp4")
    except (av.error.FFmpegError, OSError) as fault:
        raise RenderError(f"{path.name} cannot be opened: {fault}.") from fault


def _pictures(reels: Sequence[Splice], track: VideoStream, fps: int) -> Iterator["Packet[Any]"]:
    """Every reel's packets, timed one after the other."""
    alike: Likeness | None = None
    frame = 0
    for reel in reels:
        with _open(reel.path) as opened:
            if not opened.streams.video:
                raise RenderError(f"The reel {reel.path.name} has no picture.")
            stream = opened.streams.video[0]
            likeness = _likeness(stream)
            alike = alike or likeness
            if likeness != alike:
                raise RenderError(f"The reel {reel.path.name} was encoded unlike the first one and cannot be joined to it.")
            for packet in _packets(opened, reel, fps):
                packet.stream = track
                packet.pts = packet.dts = frame * (packet.duration or 0)
                frame += 1
                yield packet


def _likeness(stream: VideoStream) -> Likeness:
    context = stream.codec_context
    if stream.time_base is None:
        raise RenderError("A reel has no time base.")
    return Likeness(context.name, (context.width, context.height), stream.time_base, bytes(context.extradata or b""))


def _packets(opened: InputContainer, reel: Splice, fps: int) -> Iterator["Packet[Any]"]:
    """A reel's packets, each lasting exactly one frame, checked as they pass."""
    stream = opened.streams.video[0]
    ticks = 1 / (fps * (stream.time_base or Fraction(1)))
    if ticks.denominator != 1:
        raise RenderError(f"The reel {reel.path.name} does not count in frames of {fps} fps.")
    number = 0
    for packet in opened.demux(stream):
        if not packet.size:
            continue
        if packet.pts != packet.dts or packet.pts != number * ticks or (number == 0 and not packet.is_keyframe):
            raise RenderError(f"The reel {reel.path.name} has frame {number} out of order and cannot be copied.")
        packet.duration = int(ticks)
        number += 1
        yield packet
    if number != reel.frames:
        raise RenderError(f"The reel {reel.path.name} has {number} frames instead of {reel.frames}.")


def _sounds(recording: InputContainer, track: AudioStream) -> Iterator["Packet[Any]"]:
    """The sound's packets as they are."""
    for packet in recording.demux(recording.streams.audio[0]):
        if packet.size:
            packet.stream = track
            yield packet
