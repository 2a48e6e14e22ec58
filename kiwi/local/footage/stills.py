"""Stills of a finished film, small enough to be shown to somebody who judges it."""

from pathlib import Path

import av
import cv2

from kiwi.errors import RenderError
from kiwi.film.job_inputs import LookInput, Report, Stills
from kiwi.storage.assets import asset_of

QUALITY = 80


def look(job_input: LookInput, folder: Path, report: Report) -> Stills:
    """One JPEG for each moment: the first frame at or after it, the last one beyond the end; RenderError when it cannot be decoded."""
    pictures = []
    try:
        with av.open(job_input.film, format="mp4") as film:
            for number, moment in enumerate(job_input.moments, start=1):
                path = folder / f"still-{number}.jpg"
                path.write_bytes(_jpeg(_frame_at(film, moment), job_input.side))
                pictures.append(asset_of(path))
                report(number / len(job_input.moments))
    except av.error.FFmpegError as fault:
        raise RenderError(f"The film cannot be decoded: {fault}.") from fault
    return Stills(pictures=tuple(pictures))


def _frame_at(film: av.container.InputContainer, seconds: float) -> av.VideoFrame:
    """Seek to the key frame before and decode up to the moment."""
    film.seek(round(seconds * av.time_base), backward=True)
    found = None
    for frame in film.decode(video=0):
        found = frame
        if frame.time is not None and frame.time >= seconds - 0.001:
            break
    if found is None:
        raise RenderError(f"The film has no picture at {seconds:.2f} s.")
    return found


def _jpeg(frame: av.VideoFrame, side: int) -> bytes:
    share = min(1.0, side / max(frame.width, frame.height))
    size = max(2, round(frame.width * share)), max(2, round(frame.height * share))
    pixels = cv2.resize(frame.to_ndarray(format="bgr24"), size, interpolation=cv2.INTER_AREA)
    _, coded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return coded.tobytes()
