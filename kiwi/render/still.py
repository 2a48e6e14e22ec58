"""A still: one frame of a shot as a small JPEG, drawn as its reel would be and not encoded."""

import base64
from pathlib import Path

import av
import cv2
import numpy as np

from kiwi.errors import RenderError
from kiwi.film import Shot
from kiwi.orders import Report, Still, StillOrder
from kiwi.render.canvas import Canvas
from kiwi.render.poster import LEAVING_SECONDS
from kiwi.render.scene import Play

QUALITY = 85


def still_frame(shot: Shot, fps: int) -> int:
    """The frame that shows all of a shot: when everything is said, if that is before the shot is covered, else the last before it is."""
    leaving = max(0, shot.frames - round(LEAVING_SECONDS * fps) - 1)
    quiet = shot.captions[-1].end if shot.captions else 0
    return quiet if shot.frames // 3 <= quiet < leaving else leaving


def draw_still(order: StillOrder, folder: Path, report: Report) -> Still:
    """The job: draw it, ``order.side`` pixels on its longer side. RenderError."""
    cv2.setNumThreads(1)
    shot = order.drawn
    width, height = shot.size.width, shot.size.height
    planes = np.empty((height * 3 // 2, width), np.uint8)
    Play(shot).shoot(Canvas(shot.size), still_frame(shot.shot, shot.fps), planes)
    share = min(1.0, order.side / max(width, height))
    frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
    small = frame.reformat(round(width * share), round(height * share), "bgr24", src_colorspace="ITU709", interpolation="AREA")
    written, jpeg = cv2.imencode(".jpg", small.to_ndarray(), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not written:
        raise RenderError("The still could not be written.")
    return Still(jpeg=base64.b64encode(jpeg.tobytes()).decode())
