"""Fitting a clip to its shot: what of its picture is kept, how fast it plays, and what fills the frames it is short of."""

import math
from dataclasses import dataclass

from kiwi.film.model import Size

SLOWEST, FASTEST = 0.8, 1.25
"""Speeds at which movement still looks natural."""
LONGEST_HOLD_SECONDS, LONGEST_HOLD = 1.6, 0.3
"""A last frame may be held so long, and for this share of the shot; what is missing more is filled by another lap."""
DISSOLVE_SECONDS = 0.6
"""From one lap into the next."""
SKIPPED = 0.35
"""Share of what is cut off a long clip that goes at its start: beginnings are often still, ends often shaky."""

Point = tuple[float, float]
"""Shares of a picture's width and height."""
CENTRE: Point = (0.5, 0.5)


@dataclass(frozen=True)
class Crop:
    """The part of a picture that is kept; pixels, not whole ones."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Lap:
    """One run through the clip."""

    first: int
    """Frame of the shot where it starts."""
    frames: int


@dataclass(frozen=True)
class Fit:
    """How a clip becomes a shot."""

    crop: Crop
    begins: float
    """Seconds into the clip where every lap starts."""
    speed: float
    laps: tuple[Lap, ...]
    dissolve: int
    """Frames that two laps share."""
    held: int
    """Frames at the shot's end that show the clip's last picture, slowly enlarged."""
    pushes: bool = False
    """The clip hardly moves: all of it is slowly enlarged."""

    def second(self, frame: int, fps: int) -> float:
        """The second of the clip that is in the middle of a lap's frame."""
        return self.begins + (frame + 0.5) / fps * self.speed


def kept_shares(source: Size, size: Size) -> Point:
    """What shares of a source's width and height remain when it fills a size."""
    scale = max(size.width / source.width, size.height / source.height)
    return size.width / scale / source.width, size.height / scale / source.height


def crop_around(source: Size, size: Size, focus: Point) -> Crop:
    """The largest part of a source in the shape of ``size`` whose middle is as near to the focus as the edges allow."""
    across, down = kept_shares(source, size)
    left = min(max(focus[0] - across / 2, 0.0), 1 - across)
    top = min(max(focus[1] - down / 2, 0.0), 1 - down)
    return Crop(left * source.width, top * source.height, across * source.width, down * source.height)


def plan_fit(seconds: float, source: Size, frames: int, fps: int, size: Size, focus: Point = CENTRE) -> Fit:
    """Plan how a clip of so many seconds fills exactly ``frames`` frames of a shot of this size.

    Within the limits of speed it plays whole; longer, it is cut; a little shorter, its end is held; much shorter, it runs
    again, each lap dissolving into the next.
    """
    crop = crop_around(source, size, focus)
    natural = seconds * fps
    if natural > frames * FASTEST:
        return Fit(crop, (seconds - frames / fps) * SKIPPED, 1.0, (Lap(0, frames),), 0, 0)
    if natural >= frames * SLOWEST:
        return Fit(crop, 0.0, natural / frames, (Lap(0, frames),), 0, 0)
    played = math.floor(natural / SLOWEST)
    missing = frames - played
    if played and missing <= min(LONGEST_HOLD_SECONDS * fps, LONGEST_HOLD * frames):
        return Fit(crop, 0.0, SLOWEST, (Lap(0, played),), 0, missing)
    return _looped(crop, natural, frames, fps)


def _looped(crop: Crop, natural: float, frames: int, fps: int) -> Fit:
    """Equal laps, as few as fill the shot, no faster than natural."""
    longest = math.floor(natural / SLOWEST)
    dissolve = max(1, round(min(DISSOLVE_SECONDS * fps, natural / 3)))
    count = math.ceil((frames - dissolve) / (longest - dissolve))
    step = (frames - dissolve) / count
    starts = [round(number * step) for number in range(count)]
    laps = tuple(Lap(start, end + dissolve - start) for start, end in zip(starts, [*starts[1:], frames - dissolve], strict=True))
    return Fit(crop, 0.0, min(1.0, natural / max(lap.frames for lap in laps)), laps, dissolve, 0)


def describe(fit: Fit, source: Size, size: Size, fps: int) -> str:
    """Say in words what was done."""
    crop, words = fit.crop, []
    if crop.width < source.width - 1 or crop.height < source.height - 1:
        x, y = (crop.left + crop.width / 2) / source.width, (crop.top + crop.height / 2) / source.height
        words.append(f"cropped to {crop.width:.0f}x{crop.height:.0f} around {x:.2f} {y:.2f}")
    scale = size.width / crop.width
    if abs(scale - 1) > 0.01:
        words.append(f"{'enlarged' if scale > 1 else 'reduced'} to {scale:.2f}")
    if fit.begins > 0 and len(fit.laps) == 1:
        words.append(f"cut to {fit.laps[0].frames / fps:.1f} s from {fit.begins:.1f} s on")
    if abs(fit.speed - 1) > 0.005:
        words.append(f"played at {fit.speed:.2f} of its speed")
    if len(fit.laps) > 1:
        words.append(f"looped {len(fit.laps)} times, dissolving for {fit.dissolve / fps:.1f} s")
    if fit.held:
        words.append(f"end held for {fit.held / fps:.1f} s")
    if fit.pushes:
        words.append("slowly enlarged, since it hardly moves")
    return ", ".join(words) or "as it is"
