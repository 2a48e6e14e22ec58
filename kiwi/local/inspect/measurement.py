"""Measurement: decodes a finished film, cheaply, and notes what can be seen and heard in it."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import ceil, log10
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from kiwi.film.model import Watched

BLACK_SECONDS = 0.4
BLACK_LUMA = 16 + 0.06 * 219
BLACK_SHARE = 0.98
"""A picture is black when this share of it is darker (as FFmpeg's blackdetect has it)."""
FROZEN_DIFFERENCE = 0.255
"""Mean difference of luma under which two pictures are the same: −60 dB of full scale, as FFmpeg's freezedetect has it."""
LOOKS_A_SECOND = 4
LOOK_WIDTH = 320
QUIET_SECONDS, QUIET_LEVEL = 1.5, 10 ** (-50 / 20)
QUIET_STEP = 0.1

Luma = NDArray[np.uint8]
Stretch = tuple[float, float]
"""Seconds of the film: from, to."""


@dataclass(frozen=True)
class Seen:
    """The picture track."""

    codec: str
    pixels: str
    width: int
    height: int
    fps: float
    tagged: bool
    """Its colours say what they mean."""
    frames: int
    seconds: float
    black: tuple[Stretch, ...]
    """Black for 0.4 s or longer."""
    frozen: tuple[Stretch, ...]
    """The longest runs of equal pictures, a second or longer."""


@dataclass(frozen=True)
class Sounded:
    """The sound track."""

    codec: str
    rate: int
    channels: int
    seconds: float
    lufs: float
    true_peak: float
    """dBTP."""
    quiet: float
    """Seconds in stretches of 1.5 s or more under −50 dB."""


def box_names(path: Path) -> list[str]:
    """The names of an MP4's top-level boxes, in order (ISO/IEC 14496-12, 4.2)."""
    names, at, size = [], 0, path.stat().st_size
    with path.open("rb") as film:
        while at + 8 <= size:
            film.seek(at)
            head = film.read(16)
            length = int.from_bytes(head[8:16] if head[:4] == b"\0\0\0\1" else head[:4], "big")
            names.append(head[4:8].decode("latin1"))
            at += length if length >= 8 else size
    return names


def look(path: Path) -> Seen | None:
    """Watch the picture, its two halves at once; None when there is none.

    Of every group of pictures the tail is skipped, less than 0.4 s of it: no black stretch hides there. Where something black
    comes before or after such a tail, it is watched too.
    """
    with av.open(str(path), format="mp4") as film:
        if not film.streams.video:
            return None
        stream = film.streams.video[0]
        fps, middle = Fraction(stream.average_rate or 1), (stream.duration or 0) // 2
        with ThreadPoolExecutor(2) as eyes:
            first, second = (eyes.submit(_look_at, path, fps, *half) for half in ((None, middle), (middle, None)))
            frames = first.result()[0]
            watches = first.result()[1], second.result()[1]
        return _seen(stream, frames, _united(watches[0].black + watches[1].black), _united(watches[0].frozen + watches[1].frozen))


def glance(path: Path, reels: Sequence[Watched]) -> Seen | None:
    """Look at nothing but key frames of a film whose reels were watched, and at all that is near a dark one; None without a picture."""
    with av.open(str(path), format="mp4") as film:
        if not film.streams.video:
            return None
        stream = film.streams.video[0]
        stream.codec_context.thread_count = 1
        watch, frames = _Watch(Fraction(stream.average_rate or 1), keys_only=True), 0
        for group in _groups(film.demux(stream)):
            frames += len(group)
            watch.group(group)
        watch.end(frames)
        starts = list(accumulate((reel.seconds for reel in reels), initial=0.0))
        black = [(at + begin, at + end) for at, reel in zip(starts, reels, strict=False) for begin, end in reel.black]
        frozen = [(at + begin, at + end) for at, reel in zip(starts, reels, strict=False) for begin, end in reel.frozen]
        return _seen(stream, frames, _united(watch.black + black), tuple(_continued(frozen, starts, watch.frozen)))


def _continued(frozen: list[Stretch], joins: Sequence[float], still: Sequence[Stretch]) -> Iterator[Stretch]:
    """Stretches from reels, as one where the picture of the film does not change at the join between them."""
    last: Stretch | None = None
    for begin, end in frozen:
        at_join = last is not None and begin == last[1] and begin in joins
        if last is not None and at_join and any(start < begin < stop for start, stop in still):
            last = last[0], end
            continue
        if last is not None:
            yield last
        last = begin, end
    if last is not None:
        yield last


def _seen(stream: VideoStream, frames: int, black: tuple[Stretch, ...], frozen: tuple[Stretch, ...]) -> Seen:
    context = stream.codec_context
    return Seen(
        codec=context.name,
        pixels=context.pix_fmt or "",
        width=context.width,
        height=context.height,
        fps=float(stream.average_rate or 1),
        tagged=context.colorspace not in {None, 2},
        frames=frames,
        seconds=float((stream.duration or 0) * (stream.time_base or 0)),
        black=black,
        frozen=frozen,
    )


def _look_at(path: Path, fps: Fraction, begin: int | None, end: int | None) -> tuple[int, "_Watch"]:
    """Count all frames and watch the groups between two timestamps, and the one before, so that nothing hides at the seam."""
    watch, frames, seen_to = _Watch(fps), 0, 0
    before: list[Packet[Any]] = []
    with av.open(str(path), format="mp4") as film:
        stream = film.streams.video[0]
        stream.codec_context.thread_count = 1
        for group in _groups(film.demux(stream)):
            frames += len(group)
            starts = group[0].pts or 0
            if (end is None or starts < end) and (begin is None or starts >= begin):
                if before:
                    watch.group(before)
                watch.group(group)
                seen_to, before = frames, []
            else:
                before = group if begin is not None and starts < begin else []
        watch.end(seen_to)
    return frames, watch


def _united(stretches: list[Stretch]) -> tuple[Stretch, ...]:
    """Stretches that overlap or touch, as one."""
    united: list[Stretch] = []
    for begin, end in sorted(stretches):
        if united and begin <= united[-1][1]:
            united[-1] = united[-1][0], max(end, united[-1][1])
        else:
            united.append((begin, end))
    return tuple(united)


def _groups(packets: Iterator["Packet[Any]"]) -> Iterator[list["Packet[Any]"]]:
    """Packets from one key frame to before the next."""
    group: list[Packet[Any]] = []
    for packet in packets:
        if packet.is_keyframe and group:
            yield group
            group = []
        if packet.size:
            group.append(packet)
    if group:
        yield group


class _Watch:
    """Goes through a film group by group and notes what is black and what does not move."""

    def __init__(self, fps: Fraction, *, keys_only: bool = False) -> None:
        self.black: list[Stretch] = []
        self.frozen: list[Stretch] = []
        self._fps = float(fps)
        self._blind = max(ceil(BLACK_SECONDS * fps) - 1, 0)
        self._every = max(round(fps / LOOKS_A_SECOND), 1)
        self._keys_only = keys_only
        self._unseen: list[Packet[Any]] = []
        self._last = -1
        self._dark_from: int | None = None
        self._still: tuple[int, Luma] | None = None

    def group(self, packets: list["Packet[Any]"]) -> None:
        """See one group: all of it but its tail, and the tail of the one before when the first picture is dark."""
        if self._unseen and any(_is_dark(_luma(picture)) for picture in packets[0].decode()):
            self._watch(self._unseen)
        seen = 1 if self._keys_only else max(len(packets) - self._blind, 1)
        self._watch(packets[:seen])
        self._unseen = packets
        if self._dark_from is not None:
            self._watch(packets[seen:])
            self._unseen = []

    def _watch(self, packets: list["Packet[Any]"]) -> None:
        """Decode packets in order, and note the pictures not seen before."""
        for packet in packets:
            for picture in packet.decode():
                number = round(float((picture.pts or 0) * (picture.time_base or 0)) * self._fps)
                if number > self._last:
                    self._picture(_luma(picture), number)
                    self._last = number

    def _picture(self, luma: Luma, number: int) -> None:
        dark = _is_dark(luma)
        if dark and self._dark_from is None:
            self._dark_from = number
        elif not dark:
            self._lighten(number)
        if self._keys_only or number % self._every == 0:
            small = cv2.resize(luma, (LOOK_WIDTH, max(round(LOOK_WIDTH * luma.shape[0] / luma.shape[1]), 1)), interpolation=cv2.INTER_AREA)
            self._move(np.asarray(small, np.uint8), number)

    def _lighten(self, number: int) -> None:
        if self._dark_from is not None and (number - self._dark_from) / self._fps >= BLACK_SECONDS:
            self.black.append((self._dark_from / self._fps, number / self._fps))
        self._dark_from = None

    def _move(self, small: Luma, number: int) -> None:
        if self._still is None:
            self._still = number, small
        elif float(np.mean(cv2.absdiff(small, self._still[1]))) > FROZEN_DIFFERENCE:
            self._thaw(number)
            self._still = number, small

    def _thaw(self, number: int) -> None:
        if self._still is not None and (number - self._still[0]) / self._fps >= 1.0:
            self.frozen.append((self._still[0] / self._fps, number / self._fps))

    def end(self, frames: int) -> None:
        """The film is over; what seems to stand still at its end is seen to the last frame."""
        if self._still is not None and (frames - self._still[0]) / self._fps >= 1.0:
            self._watch(self._unseen)
        self._lighten(frames)
        self._thaw(frames)


def _luma(picture: VideoFrame) -> Luma:
    """A picture's brightness plane, without copying it."""
    plane = picture.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
    luma: Luma = rows[:, : plane.width]
    return luma


def _is_dark(luma: Luma) -> bool:
    return float(np.mean(luma[::8, ::8] <= BLACK_LUMA)) >= BLACK_SHARE


def listen(film: InputContainer) -> Sounded | None:
    """Hear all of the sound and measure it with FFmpeg's ebur128; None when there is none."""
    if not film.streams.audio:
        return None
    stream = film.streams.audio[0]
    graph = av.filter.Graph()
    source, meter, sink = graph.add_abuffer(template=stream), graph.add("ebur128", "metadata=1:peak=true"), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    told: dict[str, str] = {}
    silence = _Silence(stream.rate)
    for frame in film.decode(stream):
        silence.hear(frame.to_ndarray())
        graph.push(frame)
        told = _drained(graph) or told
    graph.push(None)
    told = _drained(graph) or told
    peak = max(float(told.get(f"lavfi.r128.true_peaks_ch{channel}", 0)) for channel in range(stream.channels))
    return Sounded(
        codec=stream.codec_context.name,
        rate=stream.rate,
        channels=stream.channels,
        seconds=float((stream.duration or 0) * (stream.time_base or 0)),
        lufs=float(told.get("lavfi.r128.I", "-inf")),
        true_peak=20 * log10(peak) if peak > 0 else float("-inf"),
        quiet=silence.seconds(),
    )


def _drained(graph: av.filter.Graph) -> dict[str, str]:
    """What the meter said with the last frame it let go; empty when it holds on to all."""
    told: dict[str, str] = {}
    while True:
        try:
            told = dict(graph.pull().metadata)
        except (av.error.BlockingIOError, av.error.EOFError):
            return told


class _Silence:
    """Finds long silences in blocks of any length."""

    def __init__(self, rate: int) -> None:
        self._step = round(rate * QUIET_STEP)
        self._rest: NDArray[np.float32] = np.zeros(0, np.float32)
        self._run, self._total = 0, 0

    def hear(self, block: NDArray[Any]) -> None:
        samples = np.concatenate([self._rest, np.abs(block).max(axis=0).astype(np.float32)])
        steps = len(samples) // self._step
        for loudest in samples[: steps * self._step].reshape(steps, self._step).max(axis=1):
            if loudest < QUIET_LEVEL:
                self._run += 1
            else:
                self._close()
        self._rest = samples[steps * self._step :]

    def _close(self) -> None:
        if self._run * QUIET_STEP >= QUIET_SECONDS:
            self._total += self._run
        self._run = 0

    def seconds(self) -> float:
        self._close()
        return self._total * QUIET_STEP
