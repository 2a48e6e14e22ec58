"""The critic: judges a finished film from outside, by decoding it."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import av

from kiwi.errors import RenderError
from kiwi.film.captions import LINE
from kiwi.film.job_inputs import InspectInput, Report, WatchInput
from kiwi.film.model import Inspection, Watched
from kiwi.local.inspect.measurement import Seen, Sounded, box_names, glance, listen, look

SECONDS_TOLERANCE = 0.10
"""Share of the asked seconds."""
LUFS, LUFS_TOLERANCE = -14.0, 1.0
LOUDEST_PEAK = -0.9
"""dBTP: −1 as it can be measured."""
MOST_DRIFT = 0.1
LONGEST_FREEZE = 4.0
MOST_QUIET = 0.1
"""Share of the film that may be silent."""
LONGEST_CAPTION, FASTEST_CAPTION = 7.05, 25.0
"""Seconds; characters a second."""
LEAST_CAPTIONED, ENDS_SECONDS = 0.5, 2.0
"""Share of the film, apart from the seconds that a title and an end card may be silent in a film of any length."""


@dataclass(frozen=True)
class Cue:
    """A caption as it stands in a SubRip file; seconds."""

    start: float
    end: float
    lines: tuple[str, ...]


def watch(job_input: WatchInput, folder: Path, report: Report) -> Watched:
    """Note what is black and what does not move in a reel; RenderError when it cannot be decoded."""
    try:
        seen = look(Path(job_input.reel))
    except av.error.FFmpegError as fault:
        raise RenderError(f"The reel cannot be decoded: {fault}.") from fault
    if seen is None:
        raise RenderError("The reel has no picture.")
    return Watched(seconds=seen.seconds, black=seen.black, frozen=seen.frozen)


def inspect(job_input: InspectInput, folder: Path, report: Report) -> Inspection:
    """Look at and listen to a film and name every fault; RenderError when it cannot be decoded.

    Costs half a second of one core for 30 seconds of 1080p when its reels were watched, else two. When the film's manifest lies
    beside it, its frames are checked too.
    """
    path = Path(job_input.film)
    try:
        with ThreadPoolExecutor(1) as ears:
            hearing = ears.submit(_listen, path)
            seen = glance(path, job_input.reels) if job_input.reels else look(path)
            report(0.75)
            sounded = hearing.result()
    except av.error.FFmpegError as fault:
        raise RenderError(f"The film cannot be decoded: {fault}.") from fault
    if seen is None or sounded is None:
        track = "picture" if seen is None else "sound"
        return Inspection(seconds=0.0, lufs=float("-inf"), true_peak=float("-inf"), faults=(f"The film has no {track}.",))
    cues = read_srt(Path(job_input.captions).read_text("utf-8-sig"))
    seconds = max(seen.seconds, sounded.seconds)
    faults = [
        *judge_file(box_names(path), seen, planned_frames(path)),
        *judge_picture(seen, job_input),
        *judge_sound(sounded, seen),
        *judge_captions(cues, seconds),
    ]
    report(1.0)
    return Inspection(seconds=round(seconds, 3), lufs=round(sounded.lufs, 2), true_peak=round(sounded.true_peak, 2), faults=tuple(faults))


def _listen(path: Path) -> Sounded | None:
    with av.open(str(path), format="mp4") as film:
        return listen(film)


def planned_frames(film: Path) -> int | None:
    """The frames the manifest beside a film promises; None when there is no manifest."""
    manifest = film.with_suffix(".json")
    if not manifest.exists():
        return None
    frames = json.loads(manifest.read_text("utf-8")).get("frames")
    return frames if isinstance(frames, int) else None


def judge_file(boxes: list[str], seen: Seen, planned: int | None) -> Iterator[str]:
    """Faults of the file itself."""
    if "moov" not in boxes or "mdat" not in boxes or boxes.index("moov") > boxes.index("mdat"):
        yield "The film is not faststart: its index comes after its pictures."
    if planned is not None and planned != seen.frames:
        yield f"The film has {seen.frames} frames, its manifest says {planned}."


def judge_picture(seen: Seen, job_input: InspectInput) -> Iterator[str]:
    """Faults that can be seen."""
    if (seen.codec, seen.pixels) != ("h264", "yuv420p"):
        yield f"The picture is {seen.codec} {seen.pixels}, not h264 yuv420p."
    if not seen.tagged:
        yield "The picture's colours are not tagged."
    if (seen.width, seen.height) != (job_input.size.width, job_input.size.height):
        yield f"The picture is {seen.width}x{seen.height}, asked for {job_input.size}."
    if abs(seen.fps - job_input.fps) >= 0.01:
        yield f"The picture runs at {seen.fps:.3f} fps, asked for {job_input.fps}."
    if abs(seen.seconds - job_input.seconds) > SECONDS_TOLERANCE * job_input.seconds:
        yield f"The film lasts {seen.seconds:.1f} s, asked for {job_input.seconds:.1f}."
    for start, end in seen.black:
        yield f"The picture is black from {start:.1f} s to {end:.1f} s."
    for start, end in seen.frozen:
        if end - start >= LONGEST_FREEZE:
            yield f"The picture is frozen from {start:.1f} s to {end:.1f} s."


def judge_sound(sounded: Sounded, seen: Seen) -> Iterator[str]:
    """Faults that can be heard."""
    if (sounded.codec, sounded.rate, sounded.channels) != ("aac", 48_000, 2):
        yield f"The sound is {sounded.codec}, {sounded.rate} Hz, {sounded.channels} channels, not AAC 48 kHz stereo."
    if abs(sounded.seconds - seen.seconds) > MOST_DRIFT:
        yield f"Picture and sound differ by {abs(sounded.seconds - seen.seconds):.2f} s."
    if abs(sounded.lufs - LUFS) > LUFS_TOLERANCE:
        yield f"The film's loudness is {sounded.lufs:.1f} LUFS, not {LUFS:.0f} ± {LUFS_TOLERANCE:.0f}."
    if sounded.true_peak > LOUDEST_PEAK:
        yield f"The sound peaks at {sounded.true_peak:.1f} dBTP, over −1."
    if sounded.quiet > MOST_QUIET * seen.seconds:
        yield f"The film is silent for {sounded.quiet:.1f} s."


def judge_captions(cues: list[Cue], seconds: float) -> Iterator[str]:
    """Faults of the captions, each named by its number."""
    for number, cue in enumerate(cues, start=1):
        stays, characters = cue.end - cue.start, len(" ".join(cue.lines))
        if stays <= 0:
            yield f"Caption {number} ends before it begins."
            continue
        if cue.end > seconds + 0.05:
            yield f"Caption {number} ends after the film."
        if len(cue.lines) > 2 or any(len(line) > LINE for line in cue.lines):
            yield f"Caption {number} is larger than two lines of {LINE} characters."
        if stays > LONGEST_CAPTION:
            yield f"Caption {number} stays {stays:.1f} s."
        if characters / stays > FASTEST_CAPTION:
            yield f"Caption {number} runs at {characters / stays:.0f} characters a second."
    for number, (before, after) in enumerate(pairwise(cues), start=2):
        if after.start < before.end - 0.001:
            yield f"Caption {number} overlaps the one before."
    covered = sum(max(0.0, cue.end - cue.start) for cue in cues)
    if not cues or covered < LEAST_CAPTIONED * (seconds - ENDS_SECONDS):
        yield f"Captions cover {covered:.1f} s of {seconds:.1f}." if cues else "There are no captions."


def read_srt(text: str) -> list[Cue]:
    """The cues of a SubRip file; blocks without a time are no cues."""
    cues = []
    for block in re.split(r"\n\s*\n", text.replace("\r", "")):
        found = re.search(r"(\d+):(\d\d):(\d\d)[,.](\d{3}) --> (\d+):(\d\d):(\d\d)[,.](\d{3})[^\n]*\n?(.*)", block, re.DOTALL)
        if found:
            start, end = (
                int(h) * 3600 + int(m) * 60 + int(s) + int(ms) / 1000 for h, m, s, ms in (found.groups()[:4], found.groups()[4:8])
            )
            cues.append(Cue(start, end, tuple(line for line in found[9].split("\n") if line.strip())))
    return cues
