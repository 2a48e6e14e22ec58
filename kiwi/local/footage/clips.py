"""Somebody else's clip or picture, opened like something dangerous: few demuxers, few decoders, no other file, every frame checked."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Literal

import av
import cv2
import numpy as np
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from av.video.stream import VideoStream
from numpy.typing import NDArray

from kiwi.errors import BadMedia
from kiwi.film.model import Size
from kiwi.local.footage.hdr import in_range
from kiwi.local.hear.containers import MP4, WEBM, is_cut_off

Pixels = NDArray[np.uint8]

LEAST_SECONDS, MOST_SECONDS = 0.5, 180.0
LEAST_SIDE, MOST_SIDE = 128, 8192
MOST_PIXELS, MOST_STILL_PIXELS = 4096 * 2304, 40_000_000
MOST_LOPSIDED = 4.0
"""Long side over short side."""
MOST_FRAMES_A_SECOND = 125
MOST_DAMAGED = 0.05
"""Share of packets that may be unreadable before the whole clip counts as damaged."""
OPEN_SECONDS = 5.0
LEAST_HD = 720
"""Shorter side from which colours without a tag are BT.709; below, BT.601 (what players assume)."""
UNSPECIFIED = 2
"""ITU-T H.273: the matrix is not known; 0 is RGB."""

EXACT = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INP
"""Without rounding well, every conversion makes a picture darker."""

CODECS = frozenset({"h264", "hevc", "vp8", "vp9", "av1", "libdav1d"})
STILL_CODECS = frozenset({"png", "mjpeg", "webp"})
DAMAGED = "The clip is damaged and cannot be decoded."


@dataclass(frozen=True)
class Kind:
    """A kind of file we open: the only demuxer and the only decoders it gets."""

    demuxer: str
    codecs: frozenset[str]
    most_pixels: int


CLIP_KINDS = {"mov": Kind("mov", CODECS, MOST_PIXELS), "matroska": Kind("matroska", CODECS, MOST_PIXELS)}
STILL_KINDS = {name: Kind(f"{name}_pipe", STILL_CODECS, MOST_STILL_PIXELS) for name in ("png", "jpeg", "webp")}
FORMATS = "mov,mp4,matroska,webm,png_pipe,jpeg_pipe,webp_pipe"


def sniff(path: Path, *, still: bool) -> Kind:
    """Tell what a file is by its first bytes; BadMedia when it is no clip (or picture) that we open, or is cut off."""
    with path.open("rb") as file:
        head = file.read(12)
    if still:
        for magic, name in ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg")):
            if head.startswith(magic):
                return STILL_KINDS[name]
        if head[:4] == b"RIFF" and head[8:] == b"WEBP":
            return STILL_KINDS["webp"]
        raise BadMedia("What came is no picture: PNG, JPEG and WebP are opened.")
    for found, container, name in ((head[4:8] == b"ftyp", MP4, "mov"), (head[:4] == b"\x1aE\xdf\xa3", WEBM, "matroska")):
        if found:
            if is_cut_off(path, container):
                raise BadMedia("The clip is cut off: its end is missing.")
            return CLIP_KINDS[name]
    raise BadMedia("What came is no video: MP4, QuickTime, WebM and Matroska are opened.")


@contextlib.contextmanager
def opened(path: Path, kind: Kind) -> Iterator[tuple[InputContainer, VideoStream]]:
    """The file behind the only demuxer it may have, and its first picture track; BadMedia when there is none."""
    limits = {"max_pixels": str(kind.most_pixels)}
    options = {
        "protocol_whitelist": "file",
        "format_whitelist": FORMATS,
        "codec_whitelist": ",".join(sorted(kind.codecs | {"aac", "mp3", "mp3float", "opus", "libopus", "vorbis", "libvorbis"})),
    }
    try:
        source = av.open(str(path.absolute()), format=kind.demuxer, container_options=options, options=limits, timeout=OPEN_SECONDS)
    except (av.FFmpegError, ValueError) as fault:
        raise BadMedia(DAMAGED) from fault
    with source:
        tracks = [track for track in source.streams.video if not track.disposition & Disposition.attached_pic]
        if not tracks:
            raise BadMedia("The clip has no picture.")
        track = tracks[0]
        codec = track.codec_context.name if track.codec_context else "something unknown"
        if codec not in kind.codecs:
            raise BadMedia(f"The clip's picture is coded as {codec}, which is not opened.")
        check_size(track.width, track.height, kind.most_pixels)
        track.codec_context.thread_count = 1
        track.codec_context.options = limits
        yield source, track


def check_size(width: int, height: int, most_pixels: int) -> None:
    """Refuse what is too small to be shown, too large to be decoded or too long to be a picture."""
    short, long = min(width, height), max(width, height)
    if short < LEAST_SIDE or long > MOST_SIDE or width * height > most_pixels or long > MOST_LOPSIDED * short:
        raise BadMedia(f"A picture of {width}x{height} pixels cannot be used.")


def decode(path: Path, kind: Kind) -> Iterator[VideoFrame]:
    """Every frame in order, each of the first one's size; BadMedia when too much is unreadable, or one is of another size."""
    with opened(path, kind) as (source, track):
        packets = damaged = 0
        size: tuple[int, int] | None = None
        packed = source.demux(track)
        while True:
            try:
                packet = next(packed, None)
                if packet is None:
                    break
                packets += 1
                frames = packet.decode()
            except av.error.InvalidDataError:
                damaged += 1
                if damaged > max(1, packets * MOST_DAMAGED):
                    raise BadMedia(DAMAGED) from None
                continue
            except (av.FFmpegError, ValueError) as fault:
                raise BadMedia(DAMAGED) from fault
            for frame in frames:
                size = size or (frame.width, frame.height)
                check_size(frame.width, frame.height, kind.most_pixels)
                if (frame.width, frame.height) != size:
                    raise BadMedia("The clip changes its size.")
                yield frame


@dataclass(frozen=True)
class Survey:
    """What a clip is found to be by decoding all of it."""

    times: tuple[float, ...]
    """Of every frame; seconds from the first, increasing."""
    seconds: float
    size: Size
    """As it is to be shown: upright, with square pixels."""


@dataclass(frozen=True, eq=False)
class Look:
    """A small upright picture of a clip in BGR, and its second."""

    second: float
    picture: Pixels


def survey(path: Path, kind: Kind, look: "list[Look] | None" = None) -> Survey:
    """Decode all of a clip; BadMedia when it is too short, too long or broken.

    ``look`` gets about four frames a second, upright, in BGR at a size for maps of attention.
    """
    times: list[float] = []
    lengths: list[float] = []
    looked, shape, first = -1.0, Size(width=0, height=0), None
    for frame in decode(path, kind):
        second = _second(frame, times)
        first = second if first is None else first
        second -= first
        if times and second <= times[-1]:
            second = times[-1] + 0.001
        times.append(second)
        lengths.append(float((frame.duration or 0) * (frame.time_base or 0)))
        if second > MOST_SECONDS or len(times) > MOST_SECONDS * MOST_FRAMES_A_SECOND:
            raise BadMedia(f"The clip is longer than {MOST_SECONDS / 60:g} minutes.")
        if len(times) == 1:
            shape = shown_size(frame, path, kind)
        if look is not None and second >= looked + 0.25:
            looked = second
            look.append(Look(second, thumbnail(frame)))
    if len(times) < 2:
        raise BadMedia("The clip has no moving picture.")
    gap = median(later - earlier for earlier, later in pairwise(times))
    seconds = times[-1] + (lengths[-1] if 0 < lengths[-1] < 4 * gap else gap)
    if seconds < LEAST_SECONDS:
        raise BadMedia(f"The clip lasts {seconds:.2f} s: too short to be used.")
    return Survey(tuple(times), seconds, shape)


def _second(frame: VideoFrame, before: list[float]) -> float:
    """When a frame is shown; frames that do not say follow each other at a thirtieth of a second."""
    if frame.pts is None or frame.time_base is None:
        return before[-1] + 1 / 30 if before else 0.0
    return float(frame.pts * frame.time_base)


def shown_size(frame: VideoFrame, path: Path, kind: Kind) -> Size:
    """A frame's size as it is to be shown: upright, with square pixels."""
    with opened(path, kind) as (_, track):
        ratio = track.sample_aspect_ratio
    stretch = float(ratio) if ratio and 0.25 <= ratio <= 4 else 1.0
    width, height = round(frame.width * stretch), frame.height
    upright = Size(width=height, height=width) if frame.rotation % 180 else Size(width=width, height=height)
    check_size(upright.width, upright.height, kind.most_pixels * 4)
    return upright


QUARTERS: dict[int, Literal[0, 1, 2]] = {90: 2, 180: 1, 270: 0}
"""Degrees counter-clockwise to cv2's codes of rotation."""


def upright(pixels: Pixels, frame: VideoFrame) -> Pixels:
    """Turn a plane or picture of a frame as its tag says."""
    code = QUARTERS.get(round(frame.rotation / 90) * 90 % 360)
    return pixels if code is None else np.asarray(cv2.rotate(pixels, code), np.uint8)


def _matrix(frame: VideoFrame) -> int:
    """The frame's own matrix, or what players assume of one that has no tag."""
    if frame.colorspace not in {0, UNSPECIFIED}:
        return frame.colorspace
    return Colorspace.ITU709 if min(frame.width, frame.height) >= LEAST_HD else Colorspace.ITU601


def _range(frame: VideoFrame) -> ColorRange:
    full = frame.color_range == ColorRange.JPEG or frame.format.name.startswith("yuvj") or not frame.format.components[0].is_luma
    return ColorRange.JPEG if full else ColorRange.MPEG


def bgr_of(frame: VideoFrame, width: int | None = None, height: int | None = None) -> Pixels:
    """A frame in ordinary colours, as it lies."""
    frame = in_range(frame)
    rgb = frame.format.is_rgb
    plain = frame.reformat(
        width, height, "bgr24", src_colorspace=None if rgb else _matrix(frame), src_color_range=_range(frame),
        dst_color_range=ColorRange.JPEG, interpolation=Interpolation.AREA if width else EXACT, threads=1,
    )  # fmt: skip
    return np.asarray(plain.to_ndarray(), np.uint8)


def thumbnail(frame: VideoFrame) -> Pixels:
    """A small upright BGR picture for looking at."""
    scale = 96 / max(frame.width, frame.height)
    return upright(bgr_of(frame, max(16, round(frame.width * scale)), max(16, round(frame.height * scale))), frame)


def planes_of(frame: VideoFrame) -> tuple[Pixels, Pixels, Pixels]:
    """A frame's upright luma and chroma, BT.709, limited range, 4:2:0; of an interlaced one, every other row: one moment."""
    shown = in_range(frame)
    rgb = shown.format.is_rgb
    plain = shown.reformat(
        format="yuv420p", src_colorspace=None if rgb else _matrix(shown), dst_colorspace=Colorspace.ITU709,
        src_color_range=_range(shown), dst_color_range=ColorRange.MPEG, interpolation=EXACT, threads=1,
    )  # fmt: skip
    wide, high = (frame.width + 1) // 2, (frame.height + 1) // 2
    sizes = ((frame.height, frame.width), (high, wide), (high, wide))
    planes = []
    for plane, (rows, columns) in zip(plain.planes, sizes, strict=True):
        whole = np.asarray(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
        planes.append(upright(np.ascontiguousarray(whole[: rows : 2 if frame.interlaced_frame else 1, :columns]), frame))
    return planes[0], planes[1], planes[2]
