"""Draws and encodes one shot: background or footage, card, captions, transitions, into its reel."""

import time
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Protocol

import cv2
import numpy as np

from kiwi.film.job_inputs import RenderEnd, RenderEndInput, RenderInput, Report
from kiwi.film.model import Caption, Reel
from kiwi.render.canvas.compose import Canvas, Picture, Pixels
from kiwi.render.canvas.layout import Box
from kiwi.render.canvas.motion import Pose
from kiwi.render.canvas.stage import Element, Layer, Stage
from kiwi.render.cards import plan_card
from kiwi.render.footage.clip_layer import Footage, open_source
from kiwi.render.footage.dirty_regions import dirty_region_of, parts_of
from kiwi.render.footage.grade import filmed
from kiwi.render.footage.overlays import captions_over, credit_layers, plan_overlay
from kiwi.render.join.encode import DRAWN, FILMED, MOVED, ReelWriter
from kiwi.render.look.themes import THEMES
from kiwi.render.scene.backgrounds import Backdrop
from kiwi.render.scene.caption_layer import CaptionBand
from kiwi.render.scene.label_layer import label_layers
from kiwi.render.scene.layer_cache import LayerCache
from kiwi.render.scene.transition_layer import TransitionLayer
from kiwi.storage.assets import ENDS_AT, REEL, REEL_END, asset_of

REPORT_FRAMES = 10
WAIT_SECONDS = 0.005


def captions_of(job_input: RenderInput) -> tuple[Caption, ...]:
    """The captions that stand in an order's picture."""
    shot = job_input.shot
    if job_input.footage:
        return shot.captions if captions_over(shot) else ()
    return shot.burned


def stage_of(job_input: RenderInput) -> Stage:
    """The stage an order's card plays on."""
    shot = job_input.shot
    return Stage(
        job_input.size,
        job_input.fps,
        shot.frames,
        THEMES[job_input.theme],
        captioned=bool(captions_of(job_input)),
        opens=shot.entrance == "none",
        closes=shot.exit == "none",
        labelled=bool(job_input.label),
    )


class Ground(Protocol):
    """What a shot's elements lie on."""

    def draw(self, canvas: Canvas, frame: int) -> None:
        """Write every pixel of the canvas."""
        ...


class Play:
    """One shot, planned: can draw any of its frames."""

    def __init__(self, job_input: RenderInput) -> None:
        shot, stage = job_input.shot, stage_of(job_input)
        self.stage = stage
        self._backdrop, self._elements = _filmed(job_input, stage) if job_input.footage else _drawn(job_input, stage)
        self._settled = LayerCache(self._elements)
        self._captions = CaptionBand(captions_of(job_input), stage)
        self._curtain = TransitionLayer(stage, shot.entrance, shot.exit)

    def draw(self, canvas: Canvas, frame: int) -> None:
        """Compose a frame of the shot; every pixel of the canvas is written."""
        self._backdrop.draw(canvas, frame)
        self._draw_over(canvas, frame, self._poses(frame))

    def shoot(self, canvas: Canvas, frame: int, planes: Pixels) -> None:
        """Compose a frame of the shot as I420 planes; footage becomes ink only where it is drawn on."""
        if not isinstance(self._backdrop, Footage):
            self.draw(canvas, frame)
            canvas.write_planes(planes)
            return
        poses = self._poses(frame)
        parts = parts_of(self._reach(frame, poses), self.stage.size)
        self._backdrop.show(frame, planes)
        for part in parts:
            canvas.read_planes(planes, part)
        self._draw_over(canvas, frame, poses)
        for part in parts:
            canvas.write_planes(planes, part)

    def _poses(self, frame: int) -> list[Pose]:
        return [element.motion(frame / self.stage.fps) for element in self._elements]

    def _reach(self, frame: int, poses: list[Pose]) -> list[Box]:
        """Where anything is drawn on a frame."""
        whole, second = self.stage.frame, frame / self.stage.fps
        if self._curtain.covers(frame):
            return [whole]
        drawn = (dirty_region_of(element, pose, second, whole) for element, pose in zip(self._elements, poses, strict=True))
        return [*(box for box in drawn if box), *self._captions.reach(frame)]

    def _draw_over(self, canvas: Canvas, frame: int, poses: list[Pose]) -> None:
        self._draw_elements(canvas, frame / self.stage.fps, poses)
        self._captions.draw(canvas, frame)
        self._curtain.draw(canvas, frame)

    def _draw_elements(self, canvas: Canvas, second: float, poses: list[Pose]) -> None:
        merged = self._settled.merged(poses)
        covered: set[int] = set()
        for index, (element, pose) in enumerate(zip(self._elements, poses, strict=True)):
            if index in merged:
                run, picture = merged[index]
                covered |= set(run)
                canvas.draw(picture)
            if index not in covered:
                _draw_element(canvas, element, pose, second)


def _drawn(job_input: RenderInput, stage: Stage) -> tuple[Ground, list[Element]]:
    elements = [*plan_card(job_input.shot.card, stage), *label_layers(job_input.label, stage)]
    return Backdrop(job_input.size, job_input.fps, stage.theme, job_input.shot.id), elements


def _filmed(job_input: RenderInput, stage: Stage) -> tuple[Ground, list[Element]]:
    shot = job_input.shot
    lit = replace(stage, theme=filmed(stage.theme))
    overlay = plan_overlay(shot.card, lit)
    credit = credit_layers(job_input.credit, lit)
    footage = Footage(open_source(job_input.footage, stage, shot.id, still=job_input.still), stage, overlay)
    return footage, [*overlay.elements, *credit, *label_layers(job_input.label, lit)]


def _draw_element(canvas: Canvas, element: Element, pose: Pose, second: float) -> None:
    if pose.alpha <= 0:
        return
    if isinstance(element, Layer):
        picture = element.picture if isinstance(element.picture, Picture) else element.picture(second)
        canvas.draw(picture, pose, element.pivot)
        return
    canvas.sheet.save()
    canvas.sheet.translate(pose.dx, pose.dy)
    element.draw(canvas.sheet, second)
    canvas.sheet.restore()


def render(job_input: RenderInput, folder: Path, report: Report) -> Reel:
    """Write the shot's reel to ``folder/reel.mp4``; the same order gives the same bytes.

    Where ``folder`` tells at the beginning of a group of pictures that another child draws the end, that is waited for and appended.
    """
    path, frames, last = folder / REEL, job_input.shot.frames, job_input.shot.frames
    with Drawing(job_input, path, growing=True) as drawing:
        for frame in range(frames):
            if frame % job_input.fps == 0:
                last = _ends_at(folder, frame) or frames
            if frame == last:
                drawing.reel.append(_drawn_by_another(folder))
                break
            drawing.draw(frame)
            if frame % REPORT_FRAMES == 0:
                report(frame / frames)
    for beside in (ENDS_AT, REEL_END):
        (folder / beside).unlink(missing_ok=True)
    report(1.0)
    return Reel(asset=asset_of(path), frames=frames)


def render_end(job_input: RenderEndInput, folder: Path, report: Report) -> RenderEnd:
    """Write the end of a shot beside the reel that another child writes."""
    frames = range(job_input.first, job_input.drawn.shot.frames)
    half_made = folder / f"{REEL_END}.part"
    with Drawing(job_input.drawn, half_made, growing=False) as drawing:
        for frame in frames:
            drawing.draw(frame)
    half_made.rename(folder / REEL_END)
    return RenderEnd(frames=len(frames))


class Drawing:
    """A shot on its way into a reel; a context manager."""

    def __init__(self, job_input: RenderInput, path: Path, *, growing: bool) -> None:
        cv2.setNumThreads(1)
        self._play, self._canvas = Play(job_input), Canvas(job_input.size)
        self._planes = np.empty((job_input.size.height * 3 // 2, job_input.size.width), np.uint8)
        coding = (MOVED if job_input.still else FILMED) if job_input.footage else DRAWN
        self.reel = ReelWriter(path, job_input.size, job_input.fps, coding, growing=growing)

    def __enter__(self) -> "Drawing":
        return self

    def draw(self, frame: int) -> None:
        """Compose a frame and encode it."""
        self._play.shoot(self._canvas, frame, self._planes)
        self.reel.write_planes(self._planes)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.reel.__exit__(kind, error, trace)


def _ends_at(folder: Path, frame: int) -> int:
    """The frame from which on another child draws; 0: none does, or from one that is drawn already."""
    told = folder / ENDS_AT
    first = int(told.read_text()) if told.exists() else 0
    return first if first >= frame else 0


def _drawn_by_another(folder: Path) -> Path:
    """The end that another child draws, once it is there: whoever set it to work ends us if it fails."""
    while not (end := folder / REEL_END).exists():
        time.sleep(WAIT_SECONDS)
    return end
