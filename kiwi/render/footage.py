"""Footage behind what is read: played or set in motion, graded to the theme, shaded where words stand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from kiwi.errors import RenderError
from kiwi.film import Size
from kiwi.render.canvas import Canvas
from kiwi.render.grade import Grade, Plane, Planes, cover_needed, darkest_needed
from kiwi.render.kenburns import KenBurns
from kiwi.render.layout import Box
from kiwi.render.overlays import Overlay
from kiwi.render.stage import Stage

Field = NDArray[np.float32]

LOOKS = 5
"""How often a picture in motion is measured."""
LIGHTEST = 97.0
"""Percentile of the luma under words that counts as their ground."""
LEAST_COVER, MOST_COVER = 0.28, 0.86
VIGNETTE = 0.22
"""How much the corners are darkened."""
FROST = 24
"""Frosted footage is seen through cells of so many pixels of a picture whose shorter side is 1080."""


class Source(Protocol):
    """Gives pictures of the frame's size."""

    def planes(self, frame: int) -> Planes:
        """Of a frame of the shot; they may be changed only before the next are asked for."""
        ...

    def looks(self) -> Iterator[Planes]:
        """A few pictures from all over the shot, for measuring."""
        ...


class Clip:
    """A developed clip: a frame of it for every frame of the shot."""

    def __init__(self, path: Path, size: Size, frames: int) -> None:
        self._path, self._size, self._frames = path, size, frames
        self._played = self._open(0)
        self._next = 0

    def _open(self, frame: int) -> Iterator[Planes]:
        """Every picture from a frame on."""
        try:
            with av.open(str(self._path), format="mp4") as clip:
                track = clip.streams.video[0]
                if (track.width, track.height, track.frames) != (self._size.width, self._size.height, self._frames):
                    raise RenderError(f"The footage {self._path.name} was not developed for this shot.")
                track.codec_context.thread_count = 1
                ticks = (track.duration or 0) // self._frames
                clip.seek(frame * ticks, stream=track)
                for picture in clip.decode(track):
                    if picture.pts is not None and picture.pts >= frame * ticks:
                        yield _planes(picture)
        except (av.FFmpegError, IndexError) as fault:
            raise RenderError(f"The footage {self._path.name} cannot be played: {fault}.") from fault

    def planes(self, frame: int) -> Planes:
        """See Source."""
        if frame != self._next:
            self._played = self._open(frame)
        self._next = frame + 1
        planes = next(self._played, None)
        if planes is None:
            raise RenderError(f"The footage {self._path.name} ends before its shot.")
        return planes

    def looks(self) -> Iterator[Planes]:
        """See Source."""
        with av.open(str(self._path), format="mp4") as clip:
            track = clip.streams.video[0]
            track.codec_context.skip_frame = "NONKEY"
            for picture in clip.decode(track):
                yield _planes(picture)


def _planes(picture: av.VideoFrame) -> Planes:
    sizes = ((picture.height, picture.width), *[(picture.height // 2, picture.width // 2)] * 2)
    found: list[Plane] = []
    for plane, (rows, columns) in zip(picture.planes, sizes, strict=True):
        found.append(np.asarray(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[:rows, :columns])
    return found[0], found[1], found[2]


class Still:
    """A developed picture, on the move."""

    def __init__(self, path: Path, stage: Stage, seed: str) -> None:
        self._move = KenBurns(path, stage.size, stage.fps, stage.frames, seed)
        self._frames = stage.frames

    def planes(self, frame: int) -> Planes:
        """See Source."""
        return self._move.planes(frame)

    def looks(self) -> Iterator[Planes]:
        """See Source."""
        for number in range(LOOKS):
            yield self._move.planes(round(number * (self._frames - 1) / (LOOKS - 1)))


class Footage:
    """The ground of one shot that was filmed."""

    def __init__(self, source: Source, stage: Stage, overlay: Overlay) -> None:
        self._source, self._stage = source, stage
        self._frosted = overlay.frosted
        self._grade = Grade(stage.theme)
        width, height = stage.size.width, stage.size.height
        self._alpha = np.full((height, width), 255, np.uint8)
        self._grade.cover(self._scrim(overlay))

    def draw(self, canvas: Canvas, frame: int) -> None:
        """Fill the canvas with this frame's picture."""
        planes = self._toned(self._source.planes(frame))
        self._grade.shade(planes)
        size = self._stage.size.width, self._stage.size.height
        blue, red = (cv2.resize(plane, size, interpolation=cv2.INTER_NEAREST) for plane in planes[1:])
        cv2.merge([blue, planes[0], red, self._alpha], dst=canvas.pixels)

    def _toned(self, planes: Planes) -> Planes:
        toned = self._grade.tone(planes)
        if not self._frosted:
            return toned
        cell = max(2, round(self._stage.px(FROST)) // 2 * 2)
        return _frost(toned[0], cell), _frost(toned[1], cell // 2), _frost(toned[2], cell // 2)

    def _scrim(self, overlay: Overlay) -> Field:
        """How dark each part must be: as much as the words on it need, and the corners a little."""
        rows, columns = self._stage.size.height, self._stage.size.width
        across = (np.arange(columns, dtype=np.float32) + 0.5) / columns * 2 - 1
        down = (np.arange(rows, dtype=np.float32) + 0.5) / rows * 2 - 1
        cover = VIGNETTE * np.clip((across[None, :] ** 2 + down[:, None] ** 2 - 0.7) / 1.3, 0, 1)
        if overlay.words and overlay.shade:
            needed = self._needed(overlay)
            cover = np.maximum(cover, needed * _falling(overlay.shade, overlay.reach, rows, columns))
        return np.asarray(cover, np.float32)

    def _needed(self, overlay: Overlay) -> float:
        """How much must be covered for every word to be read in every picture."""
        most = darkest_needed(overlay.colours)
        needed = LEAST_COVER
        for planes in self._source.looks():
            luma = self._toned(planes)[0]
            for box in overlay.words:
                part = luma[max(0, int(box.top)) : int(box.bottom) + 1, max(0, int(box.left)) : int(box.right) + 1]
                if part.size:
                    needed = max(needed, cover_needed(float(np.percentile(part, LIGHTEST)), most, self._grade.night))
        return min(needed, MOST_COVER)


def _frost(plane: Plane, cell: int) -> Plane:
    small = cv2.resize(plane, (max(2, plane.shape[1] // cell), max(2, plane.shape[0] // cell)), interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), 1.6)
    return np.asarray(cv2.resize(soft, plane.shape[::-1], interpolation=cv2.INTER_LINEAR), np.uint8)


def _falling(box: Box, reach: float, rows: int, columns: int) -> Field:
    """1 inside a box, falling softly to 0 at ``reach`` pixels from it."""
    xs, ys = np.arange(columns, dtype=np.float32) + 0.5, np.arange(rows, dtype=np.float32) + 0.5
    across = np.maximum(np.maximum(box.left - xs, xs - box.right), 0)[None, :]
    down = np.maximum(np.maximum(box.top - ys, ys - box.bottom), 0)[:, None]
    near = np.clip(1 - np.sqrt(across**2 + down**2) / max(reach, 1.0), 0, 1)
    return np.asarray(near * near * (3 - 2 * near), np.float32)


def open_source(path: str, stage: Stage, seed: str, *, still: bool) -> Source:
    """A developed asset as a source of pictures."""
    return Still(Path(path), stage, seed) if still else Clip(Path(path), stage.size, stage.frames)
