"""Footage behind what is read: played or set in motion, graded to the theme, shaded where words stand."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import av
import cv2
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from kiwi.errors import RenderError
from kiwi.film.model import Size
from kiwi.render.canvas.compose import Canvas, Pixels, Plane, Planes, parted
from kiwi.render.canvas.stage import Stage
from kiwi.render.footage.grade import Grade
from kiwi.render.footage.kenburns import KenBurns
from kiwi.render.footage.overlays import Overlay
from kiwi.render.footage.scrim import plan_scrim

LOOKS = 6
"""How often footage is measured at most."""
FROST = 24
"""Frosted footage is seen through cells of so many pixels of a picture whose shorter side is 1080."""


class Source(Protocol):
    """Gives pictures of the frame's size, in the grade's colours."""

    def show(self, frame: int, into: Planes) -> None:
        """Fill planes with a frame of the shot."""
        ...

    def looks(self) -> Iterator[Plane]:
        """The luma of a few pictures from all over the shot, for measuring."""
        ...


class Clip:
    """A developed clip: a frame of it for every frame of the shot."""

    def __init__(self, path: Path, size: Size, frames: int, grade: Grade) -> None:
        self._path, self._size, self._frames, self._grade = path, size, frames, grade
        self._played = self._open(0)
        self._next = 0

    @contextmanager
    def _opened(self) -> Iterator[tuple[InputContainer, VideoStream]]:
        try:
            with av.open(str(self._path), format="mp4") as clip:
                track = clip.streams.video[0]
                if (track.width, track.height, track.frames) != (self._size.width, self._size.height, self._frames):
                    raise RenderError(f"The footage {self._path.name} was not developed for this shot.")
                track.codec_context.thread_count = 1
                yield clip, track
        except (av.FFmpegError, IndexError) as fault:
            raise RenderError(f"The footage {self._path.name} cannot be played: {fault}.") from fault

    def _open(self, frame: int) -> Iterator[Planes]:
        """Every picture from a frame on."""
        with self._opened() as (clip, track):
            start = frame * ((track.duration or 0) // self._frames)
            clip.seek(start, stream=track)
            for picture in clip.decode(track):
                if picture.pts is not None and picture.pts >= start:
                    yield _planes(picture)

    def show(self, frame: int, into: Planes) -> None:
        if frame != self._next:
            self._played = self._open(frame)
        self._next = frame + 1
        planes = next(self._played, None)
        if planes is None:
            raise RenderError(f"The footage {self._path.name} ends before its shot.")
        self._grade.tone(planes, into)

    def looks(self) -> Iterator[Plane]:
        with self._opened() as (clip, track):
            keys = [packet for packet in clip.demux(track) if packet.is_keyframe and packet.size]
            for key in [*keys[:: math.ceil(len(keys) / LOOKS)], None]:
                for picture in track.codec_context.decode(key):
                    yield self._grade.tone(_planes(picture))[0]


def _planes(picture: VideoFrame) -> Planes:
    sizes = ((picture.height, picture.width), *[(picture.height // 2, picture.width // 2)] * 2)
    found: list[Plane] = []
    for plane, (rows, columns) in zip(picture.planes, sizes, strict=True):
        found.append(np.asarray(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[:rows, :columns])
    return found[0], found[1], found[2]


class Still:
    """A developed picture, on the move."""

    def __init__(self, path: Path, stage: Stage, seed: str, grade: Grade) -> None:
        self._move = KenBurns(path, stage.size, stage.fps, stage.frames, seed, grade)
        self._frames = stage.frames

    def show(self, frame: int, into: Planes) -> None:
        self._move.show(frame, into)

    def looks(self) -> Iterator[Plane]:
        for number in range(LOOKS):
            yield self._move.luma(round(number * (self._frames - 1) / (LOOKS - 1)))


class Footage:
    """The ground of one shot that was filmed."""

    def __init__(self, source: Source, stage: Stage, overlay: Overlay) -> None:
        self._source = source
        self._cell = round(stage.px(FROST)) if overlay.frosted else 0
        self._scrim = plan_scrim(overlay, (_frosted(luma, self._cell) for luma in source.looks()), stage)
        self._planes: Pixels = np.empty((stage.size.height * 3 // 2, stage.size.width), np.uint8)

    def show(self, frame: int, planes: Pixels) -> None:
        """Fill I420 planes with this frame's picture."""
        parts = parted(planes)
        self._source.show(frame, parts)
        if self._cell:
            for plane, cell in zip(parts, (self._cell, self._cell // 2, self._cell // 2), strict=True):
                np.copyto(plane, _frosted(plane, cell))
        self._scrim.darken(parts)

    def draw(self, canvas: Canvas, frame: int) -> None:
        """Fill the canvas with this frame's picture."""
        self.show(frame, self._planes)
        canvas.read_planes(self._planes)


def _frosted(plane: Plane, cell: int) -> Plane:
    """A plane seen through frosted glass, if it has cells."""
    if not cell:
        return plane
    rows, columns = plane.shape
    small = cv2.resize(plane, (max(2, columns // cell), max(2, rows // cell)), interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), 1.6)
    return np.asarray(cv2.resize(soft, (columns, rows), interpolation=cv2.INTER_LINEAR), np.uint8)


def open_source(path: str, stage: Stage, seed: str, *, still: bool) -> Source:
    """A developed asset as a source of pictures; RenderError when it cannot be opened."""
    grade = Grade(stage.theme)
    return Still(Path(path), stage, seed, grade) if still else Clip(Path(path), stage.size, stage.frames, grade)
