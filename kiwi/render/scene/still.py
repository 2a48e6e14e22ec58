"""A still: one frame of a shot as a small JPEG, drawn as its reel would be and not encoded."""

import base64
from pathlib import Path

import av
import cv2
import numpy as np

from kiwi.errors import RenderError
from kiwi.film.job_inputs import Report, Still, StillInput
from kiwi.film.model import Shot
from kiwi.render.canvas.compose import Canvas
from kiwi.render.scene.reel import Play

QUALITY = 85
LEAVING_SECONDS = 0.45
"""Before a shot ends, what covers it comes in."""


def still_frame(shot: Shot, fps: int) -> int:
    """The frame that shows all of a shot: when everything is said, if that is before the shot is covered, else the last before it is."""
    leaving = max(0, shot.frames - round(LEAVING_SECONDS * fps) - 1)
    quiet = shot.captions[-1].end if shot.captions else 0
    return quiet if shot.frames // 3 <= quiet < leaving else leaving


def draw_still(job_input: StillInput, folder: Path, report: Report) -> Still:
    """The job: draw it, ``job_input.side`` pixels on its longer side. RenderError."""
    cv2.setNumThreads(1)
    shot = job_input.drawn
    width, height = shot.size.width, shot.size.height
    planes = np.empty((height * 3 // 2, width), np.uint8)
    Play(shot).shoot(Canvas(shot.size), still_frame(shot.shot, shot.fps), planes)
    share = min(1.0, job_input.side / max(width, height))
    frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
    small = frame.reformat(round(width * share), round(height * share), "bgr24", src_colorspace="ITU709", interpolation="AREA")
    written, jpeg = cv2.imencode(".jpg", small.to_ndarray(), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not written:
        raise RenderError("The still could not be written.")
    return Still(jpeg=base64.b64encode(jpeg.tobytes()).decode())
