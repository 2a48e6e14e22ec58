"""Develops footage: what a camera sent, checked by decoding it, becomes a clip of exactly the shot's frames, or a picture to move in."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from mmap import ACCESS_READ, mmap
from pathlib import Path

import cv2
import numpy as np

from kiwi.errors import BadMedia, RenderError
from kiwi.film.job_inputs import Developed, DevelopInput, Report
from kiwi.film.model import Asset, Size
from kiwi.local.footage.clips import LEAST_SECONDS, Kind, Look, Pixels, Survey, bgr_of, decode, planes_of, sniff, survey, upright
from kiwi.render.footage.fitting import Crop, Fit, Lap, Point, describe, kept_shares, plan_fit
from kiwi.render.footage.focus import find_focus, map_attention, small
from kiwi.render.join.encode import DEVELOPED, ReelWriter
from kiwi.storage.assets import asset_of

SURVEYED = 0.3
"""Share of the work that is done when a clip is known."""
PUSH = 0.035
"""How much larger a held picture gets in a second."""
MOST_PUSH = 0.2
"""Over a whole shot."""
PUSH_LEAD_SECONDS = 0.5
"""The push begins this long before the picture stops, so that nothing seems to break off."""
BLACK = 40
"""The brightest channel of nearly all of a black picture is darker."""
STIR = 0.6
"""Mean difference, a quarter of a second apart, under which a picture seems to stand still."""
CRISP_FROM, CRISP = 1.15, 0.45
"""Pictures enlarged more than this are sharpened, by this share of what they lost."""
STILL_ROOM = 1.3
"""A picture to move in has so many times the pixels of the shot across its tighter side, if it has them."""
STILL_TRAVEL = 1.7
"""Of its longer side, at most so many times what is seen is kept."""
STILL_QUALITY = 95
MANIFEST_MARKS = (b"jumb", b"c2pa")
"""One of these stands in every file that carries content credentials."""
MEDIA_TYPES = {"mov": "video/mp4", "png_pipe": "image/png", "jpeg_pipe": "image/jpeg", "webp_pipe": "image/webp"}


def develop(job_input: DevelopInput, folder: Path, report: Report) -> Developed:
    """Turn untrusted bytes into ``folder/footage.mp4`` or ``folder/still.jpg``; the same order gives the same bytes.

    A clip comes out with exactly the shot's frames, size and rate, BT.709, without sound. BadMedia when it is none, too short, too
    long, too small, too large, cut off or damaged.
    """
    cv2.setNumThreads(1)
    source = Path(job_input.source)
    kind = sniff(source, still=job_input.still)
    made = _develop_still(job_input, source, kind, folder) if job_input.still else _develop_clip(job_input, source, kind, folder, report)
    report(1.0)
    return made.model_copy(update={"origin": keep_manifest(source, kind, job_input.scene, folder)})


def _develop_clip(job_input: DevelopInput, source: Path, kind: Kind, folder: Path, report: Report) -> Developed:
    looks: list[Look] = []
    known = survey(source, kind, looks)
    report(SURVEYED)
    begins, ends = lit_part(looks, known.seconds)
    lit = [look.picture for look in looks if begins <= look.second < ends]
    focus = job_input.focus or find_focus(map_attention(lit), kept_shares(known.size, job_input.size))
    fit = plan_fit(ends - begins, known.size, job_input.frames, job_input.fps, job_input.size, focus)
    fit = replace(fit, begins=fit.begins + begins, pushes=hardly_moves(lit))
    path, written = folder / "footage.mp4", 0
    with ReelWriter(path, job_input.size, job_input.fps, DEVELOPED) as reel:
        for planes in play(source, kind, known, fit, job_input):
            reel.write_planes(planes)
            written += 1
            report(SURVEYED + (0.99 - SURVEYED) * written / job_input.frames)
    if written != job_input.frames:
        raise RenderError(f"A clip was developed to {written} frames instead of {job_input.frames}.")
    return Developed(
        asset=asset_of(path), seconds=round(known.seconds, 3), size=known.size, fit=describe(fit, known.size, job_input.size, job_input.fps)
    )


def play(source: Path, kind: Kind, known: Survey, fit: Fit, job_input: DevelopInput) -> Iterator[Pixels]:
    """The shot's frames as I420 planes: laps one after the other, where two meet dissolved into each other, the end held."""
    frame, planes = 0, None
    leaving: list[Pixels] = []
    for number, lap in enumerate(fit.laps):
        entering, leaving = leaving, []
        last = number + 1 == len(fit.laps)
        for at, picture in enumerate(_run(source, kind, known, fit, lap, job_input)):
            planes = picture
            if not last and at >= lap.frames - fit.dissolve:
                leaving.append(picture)
                continue
            if at < len(entering):
                share = (at + 1) / (len(entering) + 1)
                planes = np.asarray(cv2.addWeighted(entering[at], 1 - share, picture, share, 0), np.uint8)
            yield pushed(planes, frame, fit, job_input)
            frame += 1
    if planes is None:
        raise BadMedia("The clip has no moving picture.")
    for _ in range(fit.held):
        yield pushed(planes, frame, fit, job_input)
        frame += 1


def lit_part(looks: Sequence[Look], seconds: float) -> tuple[float, float]:
    """From where to where a clip is not black, which some fade from and to; BadMedia when there is no half second of it."""
    lit = [look.second for look in looks if np.percentile(look.picture.max(axis=2), 98) > BLACK]
    if not lit:
        raise BadMedia("The clip is black.")
    begins = lit[0] if lit[0] > looks[0].second else 0.0
    ends = lit[-1] if lit[-1] < looks[-1].second else seconds
    if ends - begins < LEAST_SECONDS:
        raise BadMedia("All but a moment of the clip is black.")
    return begins, ends


def hardly_moves(pictures: Sequence[Pixels]) -> bool:
    """Whether a clip would seem to stand still."""
    return all(np.abs(one.astype(np.int16) - other).mean() < STIR for one, other in pairwise(pictures))


def _run(source: Path, kind: Kind, known: Survey, fit: Fit, lap: Lap, job_input: DevelopInput) -> Iterator[Pixels]:
    """One lap: for each of its frames, the picture that the clip shows at that second."""
    wanted = [_index(known, fit.second(frame, job_input.fps)) for frame in range(lap.frames)]
    asked = iter(wanted)
    now = next(asked)
    for index, frame in enumerate(decode(source, kind)):
        if index < now:
            continue
        planes = fitted(planes_of(frame), fit.crop, known.size, job_input.size)
        while index == now:
            yield planes
            following = next(asked, None)
            if following is None:
                return
            now = following


def _index(known: Survey, second: float) -> int:
    """The frame that a clip shows at a second."""
    return max(0, int(np.searchsorted(known.times, second, "right")) - 1)


def fitted(planes: tuple[Pixels, Pixels, Pixels], crop: Crop, source: Size, size: Size) -> Pixels:
    """Cut out and scale planes to a size; crisper where they had to be enlarged."""
    out = np.empty((size.height * 3 // 2, size.width), np.uint8)
    chroma = out[size.height :].reshape(2, size.height // 2, size.width // 2)
    scale = size.width / crop.width
    rows, columns = planes[0].shape
    across, down = columns / source.width, rows / source.height
    # in steps of two: luma and chroma must be cut alike
    left, top = round(crop.left * across / 2), round(crop.top * down / 2)
    right, bottom = round((crop.left + crop.width) * across / 2), round((crop.top + crop.height) * down / 2)
    for plane, into, step in zip(planes, (out[: size.height], chroma[0], chroma[1]), (2, 1, 1), strict=True):
        part = plane[top * step : bottom * step, left * step : right * step]
        cv2.resize(part, into.shape[::-1], dst=into, interpolation=cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA)
    if scale > CRISP_FROM:
        luma = out[: size.height]
        soft = cv2.GaussianBlur(luma, (0, 0), min(scale, 3.0) * 0.7)
        cv2.addWeighted(luma, 1 + CRISP, soft, -CRISP, 0, dst=luma)
    return out


def pushed(planes: Pixels, frame: int, fit: Fit, job_input: DevelopInput) -> Pixels:
    """Enlarge what is held or hardly moves, slowly and from a gentle start, about the picture's middle."""
    if not (fit.held or fit.pushes):
        return planes
    lead = PUSH_LEAD_SECONDS * job_input.fps
    into = frame if fit.pushes else frame - (job_input.frames - fit.held - lead)
    if into <= 0:
        return planes
    speed = min(PUSH, MOST_PUSH * job_input.fps / job_input.frames)
    zoom = 1 + speed / job_input.fps * (into * into / (2 * lead) if into < lead else into - lead / 2)
    width, height = job_input.size.width, job_input.size.height
    out = np.empty_like(planes)
    chroma, to = planes[height:].reshape(2, height // 2, width // 2), out[height:].reshape(2, height // 2, width // 2)
    for plane, into_plane in ((planes[:height], out[:height]), (chroma[0], to[0]), (chroma[1], to[1])):
        high, wide = plane.shape
        matrix = np.array([[zoom, 0, (1 - zoom) * (wide - 1) / 2], [0, zoom, (1 - zoom) * (high - 1) / 2]])
        cv2.warpAffine(plane, matrix, (wide, high), dst=into_plane, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return out


def _develop_still(job_input: DevelopInput, source: Path, kind: Kind, folder: Path) -> Developed:
    """Keep of a picture what the shot can travel through, at no more pixels than it can use."""
    frame = next(decode(source, kind), None)
    if frame is None:
        raise BadMedia("The picture is damaged and cannot be decoded.")
    picture = upright(bgr_of(frame), frame)
    if np.percentile(picture.max(axis=2), 98) <= BLACK:
        raise BadMedia("The picture is black.")
    whole = Size(width=picture.shape[1], height=picture.shape[0])
    focus = job_input.focus or find_focus(map_attention([small(picture)]), kept_shares(whole, job_input.size))
    crop = room_around(whole, job_input.size, focus)
    left, top = round(crop.left), round(crop.top)
    part = picture[top : top + round(crop.height), left : left + round(crop.width)]
    scale = STILL_ROOM * max(job_input.size.width / part.shape[1], job_input.size.height / part.shape[0])
    if scale < 1:
        part = np.asarray(cv2.resize(part, (round(part.shape[1] * scale), round(part.shape[0] * scale)), interpolation=cv2.INTER_AREA))
    written, jpeg = cv2.imencode(
        ".jpg", part, [cv2.IMWRITE_JPEG_QUALITY, STILL_QUALITY, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    )
    if not written:
        raise RenderError("A picture could not be encoded.")
    path = folder / "still.jpg"
    path.write_bytes(jpeg.tobytes())
    kept = f"kept {part.shape[1]}x{part.shape[0]} around {focus[0]:.2f} {focus[1]:.2f}"
    return Developed(asset=asset_of(path), seconds=0.0, size=whole, fit=kept)


def room_around(whole: Size, size: Size, focus: Point) -> Crop:
    """What is kept of a picture: all of it, unless it is much longer than the shot sees at once."""
    seen = kept_shares(whole, size)
    across, down = min(1.0, seen[0] * STILL_TRAVEL), min(1.0, seen[1] * STILL_TRAVEL)
    left, top = (min(max(at - share / 2, 0.0), 1 - share) for at, share in zip(focus, (across, down), strict=True))
    return Crop(left * whole.width, top * whole.height, across * whole.width, down * whole.height)


def keep_manifest(source: Path, kind: Kind, scene: str, folder: Path) -> Asset | None:
    """The source's own manifest of content credentials, to be an ingredient of ours; None where it has none that can be read."""
    with source.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as media:
        found = any(media.find(mark) >= 0 for mark in MANIFEST_MARKS)
    if not (scene and found and kind.demuxer in MEDIA_TYPES):
        return None
    from kiwi.render.join.credentials import ingredient_of  # noqa: PLC0415 - a library of 20 MB that few clips need

    return ingredient_of(source, MEDIA_TYPES[kind.demuxer], scene, folder / "origin.c2pa")
