"""What a render can be held against: probes of the least that a frame can cost, run by as many processes as render, all at once.

Two limits, both without any scene's own work:

- ``limit``: a frame that is drawn, at its least. A card's: a moving background copied, one settled picture of the whole safe area
  laid on it, turned to planes, encoded. A clip's: a developed clip decoded, its planes laid together, encoded.
- ``encoder``: x264 alone. It encodes planes that lie in memory before the clock starts: `READY` frames from the middle of the very
  shot that it is compared with, to and fro, so that every frame follows a neighbour.

All write reels with the options that renders use. The time is the processes' own (CPU), so that other programs on the machine change
little; what the processes take from each other, caches and memory, is in it, for all of them run the same probe at the same moment.
"""

import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import NamedTuple

import av
import cv2
import numpy as np

from kiwi.film.job_inputs import RenderInput
from kiwi.film.model import Size
from kiwi.render.canvas.compose import Canvas, Picture, Pixels, parted
from kiwi.render.join.encode import DEVELOPED, DRAWN, FILMED, ReelWriter
from kiwi.render.scene.reel import Play, render

FRAMES, FPS = 150, 30
READY = 24
"""Frames kept for the encoder alone: 75 MB of 1080p in each process."""


class Took(NamedTuple):
    """What a work took."""

    cpu: float
    wall: float
    """Seconds."""


class Together:
    """So many processes that do the same work at the same moment; a context manager."""

    def __init__(self, processes: int) -> None:
        context = get_context("spawn")
        self.processes = processes
        self._pool = ProcessPoolExecutor(processes, context, _wait_here, (context.Barrier(processes),))

    def __enter__(self) -> "Together":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    def do(self, work: Callable[[Path], Callable[[], object]]) -> Took:
        """Have every process do it: the mean of their own time, and the time of the slowest by the clock.

        ``work`` gets a folder, makes ready and returns what is timed.
        """
        took = list(self._pool.map(_timed, [work] * self.processes))
        return Took(sum(one.cpu for one in took) / len(took), max(one.wall for one in took))


_barrier: Barrier


def _wait_here(barrier: Barrier) -> None:
    global _barrier  # noqa: PLW0603 - a pool hands its processes nothing else that they keep
    _barrier = barrier
    cv2.setNumThreads(1)


def _timed(work: Callable[[Path], Callable[[], object]]) -> Took:
    with tempfile.TemporaryDirectory() as folder:
        ready = work(Path(folder))
        _barrier.wait()
        cpu, wall = time.process_time(), time.perf_counter()
        ready()
        return Took(time.process_time() - cpu, time.perf_counter() - wall)


def draw_least(job_input: RenderInput, folder: Path) -> Callable[[], None]:
    """The limit of a card: see above."""
    size = job_input.size
    play, canvas = Play(job_input), Canvas(size)
    safe = play.stage.safe
    rows, columns = slice(int(safe.top), int(safe.bottom)), slice(int(safe.left), int(safe.right))
    play.draw(canvas, FRAMES // 2)
    settled = Picture.of_ink(canvas.pixels[rows, columns].copy(), columns.start, rows.start)
    ground = np.concatenate([canvas.pixels, canvas.pixels], axis=1)

    def fill() -> None:
        with ReelWriter(folder / "reel.mp4", size, FPS) as reel:
            for frame in range(FRAMES):
                np.copyto(canvas.pixels, ground[:, frame : frame + size.width])
                canvas.draw(settled)
                reel.write(canvas)

    return fill


def copy_clip(job_input: RenderInput, folder: Path) -> Callable[[], None]:
    """The limit of a clip: see above."""

    def fill() -> None:
        with av.open(job_input.footage) as clip, ReelWriter(folder / "reel.mp4", job_input.size, FPS, FILMED) as reel:
            clip.streams.video[0].codec_context.thread_count = 1
            for picture in clip.decode(video=0):
                reel.write_planes(np.asarray(picture.to_ndarray(), np.uint8))

    return fill


def encode_ready(job_input: RenderInput, folder: Path) -> Callable[[], None]:
    """The encoder alone: see above."""
    play, canvas, size = Play(job_input), Canvas(job_input.size), job_input.size
    ready = [np.empty((size.height * 3 // 2, size.width), np.uint8) for _ in range(READY)]
    for number, planes in enumerate(ready):
        play.shoot(canvas, FRAMES // 2 - READY // 2 + number, planes)
    to_and_fro = [*ready, *ready[-2:0:-1]]

    def fill() -> None:
        with ReelWriter(folder / "reel.mp4", size, FPS, FILMED if job_input.footage else DRAWN) as reel:
            for frame in range(FRAMES):
                reel.write_planes(to_and_fro[frame % len(to_and_fro)])

    return fill


def draw_all(job_input: RenderInput, folder: Path) -> Callable[[], object]:
    """A render as it is, its planning and hashing included."""
    return partial(render, job_input, folder, lambda _share: None)


def film_something(path: Path, size: Size) -> None:
    """Write a developed clip: rough ground under a camera that pans two pixels a frame, with the grain of a sensor."""
    chance = np.random.default_rng(1)
    ground, tint = (_rough(chance, size.height + FRAMES, size.width + 2 * FRAMES) for _ in range(2))
    grain = [np.rint(chance.standard_normal((size.height, size.width)) * 1.5).astype(np.int16) for _ in range(4)]
    planes = np.empty((size.height * 3 // 2, size.width), np.uint8)
    luma, blue, red = parted(planes)
    with ReelWriter(path, size, FPS, DEVELOPED) as reel:
        for frame in range(FRAMES):
            seen = slice(frame // 2, frame // 2 + size.height), slice(2 * frame, 2 * frame + size.width)
            np.clip(ground[seen] + grain[frame % 4], 16, 235, out=luma, casting="unsafe")
            blue[:] = tint[seen][::2, ::2]
            red[:] = 255 - blue
            reel.write_planes(planes)


def _rough(chance: np.random.Generator, rows: int, columns: int) -> Pixels:
    """Noise of every size, the larger the stronger, as in pictures of the world."""
    rough = np.zeros((rows, columns), np.float32)
    for cell in (4, 8, 16, 64, 256):
        cells = chance.standard_normal((rows // cell + 2, columns // cell + 2)).astype(np.float32)
        rough += cv2.resize(cells, (columns, rows), interpolation=cv2.INTER_CUBIC) * cell**0.5
    return np.clip(128 + 6 * rough, 16, 235).astype(np.uint8)
