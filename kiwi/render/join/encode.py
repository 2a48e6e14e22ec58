"""Encodes frames into a reel: closed-GOP H.264 in an MP4 whose packets can be copied into a film."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import numpy as np
from av.error import FFmpegError
from av.video.reformatter import ColorRange, Colorspace

from kiwi.errors import RenderError
from kiwi.film.model import Size
from kiwi.render.canvas.compose import Canvas, Pixels
from kiwi.render.join.fragments import GROWING, TIMESCALE

BT709 = 1
"""ITU-T H.273, tables 2 to 4: primaries, transfer and matrix of BT.709 all have this number."""
START_CODE, KIND, REMARK = b"\0\0\0\1", 0x1F, 6
"""ITU-T H.264, 7.4.1: the bits that say what a unit is, and supplemental enhancement information."""
QUALITY = "20"
"""Constant quantiser of what moves, at 46 dB and more: no rate control to go wrong at joins."""
X264 = "8x8dct=1:open-gop=0:scenecut=0:rc-lookahead=0:sync-lookahead=0"
"""8x8 transforms make it High profile; nothing looks ahead, so frames leave as they come."""
DRAWN = {"preset": "ultrafast", "qp": QUALITY, "profile": "high", "x264-params": f"{X264}:ipratio=1.78"}
"""Key frames are quantised by 15: the dither of gradients, which the frames between copy, survives there and nowhere else."""
DEVELOPED = {"preset": "ultrafast", "qp": "18", "profile": "high", "x264-params": f"{X264}:subme=1:keyint=12"}
"""Footage on its way into a film: nearly what it was, quick to decode and to enter anywhere."""
FILM = f"{X264}:pbratio=2:zones=0,999999,q=22"
"""The zone's quantiser serves the noise of film; given as the reel's own it would stand in the parameter sets, and the reel could not be
joined to drawn ones. A quantiser must lie within those of all kinds of frames: hence the wide bounds of one that we never write."""
FILMED = {"preset": "ultrafast", "qp": QUALITY, "profile": "high", "x264-params": FILM}
"""A reel with a clip: a third less time than with a constant rate factor and adaptive quantisers, which look at every frame twice, for as
good a picture: 44 to 48 dB at 5 to 9 Mbit/s of 1080p."""
MOVED = {"preset": "ultrafast", "qp": QUALITY, "profile": "high", "x264-params": f"{FILM}:subme=1"}
"""A reel with a picture in motion: all of it moves by parts of pixels, and a search as fine halves the bits."""


@contextmanager
def encoder_faults() -> Iterator[None]:
    """Let the system's errors (a full disk) through, and say what the encoder said for all others."""
    try:
        yield
    except FFmpegError as fault:
        if isinstance(fault, OSError):
            raise
        raise RenderError(f"The encoder said: {fault}.") from fault


def with_start_codes(coded: bytes) -> bytes:
    """A frame's units as an encoder gives them, each behind a start code, instead of its length, as files have it (ITU-T H.264, B.1).

    What the encoder remarks about itself at the beginning of a reel is left out.
    """
    found, at = bytearray(), 0
    while at < len(coded):
        ends = at + 4 + int.from_bytes(coded[at : at + 4])
        if coded[at + 4] & KIND != REMARK:
            found += START_CODE + coded[at + 4 : ends]
        at = ends
    return bytes(found)


class ReelWriter:
    """Writes one reel; a context manager. OSError and RenderError as the encoder fails. ``growing``: it can be read meanwhile."""

    def __init__(self, path: Path, size: Size, fps: int, coding: Mapping[str, str] = DRAWN, *, growing: bool = False) -> None:
        options = {"video_track_timescale": str(TIMESCALE), **(GROWING if growing else {})}
        with encoder_faults():
            self._container = av.open(str(path), "w", format="mp4", options=options)
        self._stream = self._container.add_stream("libx264", rate=fps)
        self._fps = fps
        self._stream.width, self._stream.height, self._stream.pix_fmt = size.width, size.height, "yuv420p"
        context = self._stream.codec_context
        context.thread_count = 1
        context.gop_size = fps
        context.max_b_frames = 0
        context.color_primaries = context.color_trc = context.colorspace = BT709
        context.color_range = ColorRange.MPEG
        context.options = dict(coding)
        self._planes: Pixels = np.empty((size.height * 3 // 2, size.width), np.uint8)
        self._written = 0
        self._flushed = False

    def __enter__(self) -> "ReelWriter":
        return self

    def write(self, canvas: Canvas) -> None:
        """Encode the next frame."""
        canvas.write_planes(self._planes)
        self.write_planes(self._planes)

    def write_planes(self, planes: Pixels) -> None:
        """Encode the next frame of I420 planes, as `Canvas.write_planes` fills them."""
        frame = av.VideoFrame.from_numpy_buffer(planes, "yuv420p")
        frame.pts = self._written
        frame.colorspace, frame.color_range = Colorspace.ITU709, ColorRange.MPEG
        self._written += 1
        self._send(frame)

    def append(self, reel: Path) -> None:
        """Go on with the packets of a reel that was coded alike; no frame can be encoded after them."""
        self._finish()
        with encoder_faults(), av.open(str(reel), format="mp4") as after:
            for packet in after.demux(after.streams.video[0]):
                if packet.size:
                    coded = av.Packet(with_start_codes(bytes(packet)))
                    coded.stream, coded.time_base, coded.is_keyframe = self._stream, Fraction(1, self._fps), packet.is_keyframe
                    coded.pts = coded.dts = self._written
                    coded.duration = 1
                    self._container.mux(coded)
                    self._written += 1

    def _finish(self) -> None:
        if not self._flushed:
            self._flushed = True
            self._send(None)

    def _send(self, frame: av.VideoFrame | None) -> None:
        with encoder_faults():
            self._container.mux(self._stream.encode(frame))

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            with encoder_faults():
                self._container.close()
