"""The poster: the frame of the finished film that tells most, as a JPEG."""

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from kiwi.errors import RenderError
from kiwi.film.model import Storyboard

LONG_SIDE = 1280
QUALITY = 90
SETTLED_SHARE = 0.6
"""By this share of the first shot its card has come in, and has not begun to leave."""
LEAVING_SECONDS = 0.45


def poster_frame(storyboard: Storyboard) -> int:
    """The frame that shows the title whole: after its words if there is time before the shot is covered."""
    shot = storyboard.shots[0]
    leaving = shot.frames - round(LEAVING_SECONDS * storyboard.fps)
    quiet = shot.captions[-1].end if shot.captions else 0
    return quiet if shot.frames // 3 <= quiet < leaving else max(0, min(round(SETTLED_SHARE * shot.frames), leaving))


def take_poster(film: Path, frame: int, fps: int, out: Path) -> None:
    """Write one frame of a film as a JPEG of 1280 pixels on its long side; RenderError when the film has no such frame."""
    with av.open(str(film), format="mp4") as opened:
        stream = opened.streams.video[0]
        wanted = Fraction(frame, fps)
        opened.seek(int(wanted / (stream.time_base or Fraction(1, fps))), stream=stream)
        for picture in opened.decode(stream):
            if picture.pts is not None and picture.pts * (stream.time_base or 0) >= wanted:
                scale = min(1.0, LONG_SIDE / max(picture.width, picture.height))
                width, height = round(picture.width * scale), round(picture.height * scale)
                small = picture.reformat(width, height, "bgr24", src_colorspace="ITU709", interpolation="LANCZOS").to_ndarray()
                break
        else:
            raise RenderError(f"The film has no frame {frame} for a poster.")
    written, jpeg = cv2.imencode(".jpg", np.asarray(small, np.uint8), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not written:
        raise RenderError("The poster could not be encoded.")
    out.write_bytes(jpeg.tobytes())
