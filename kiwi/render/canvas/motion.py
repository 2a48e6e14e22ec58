"""Motion: where an element is, how large and how visible, as a pure function of the shot's seconds."""

import math
from collections.abc import Callable
from dataclasses import dataclass

Easing = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Pose:
    """How a layer is laid on one frame, relative to where it was drawn."""

    alpha: float = 1.0
    dx: float = 0.0
    dy: float = 0.0
    """Pixels."""
    scale: float = 1.0
    turn: float = 0.0
    """Degrees clockwise; both about the centre of the layer's box."""
    window: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    """The visible part of the layer's picture as shares of it: left, top, right, bottom."""
    fine: bool = False
    """Slow enough for steps of whole pixels to be seen: placed by quarters of a pixel, if the picture is not large."""

    def __add__(self, other: "Pose") -> "Pose":
        """Both at once: shifts and turns add, scales and alphas multiply, windows intersect."""
        mine, theirs = self.window, other.window
        return Pose(
            alpha=self.alpha * other.alpha,
            dx=self.dx + other.dx,
            dy=self.dy + other.dy,
            scale=self.scale * other.scale,
            turn=self.turn + other.turn,
            window=(max(mine[0], theirs[0]), max(mine[1], theirs[1]), min(mine[2], theirs[2]), min(mine[3], theirs[3])),
            fine=self.fine or other.fine,
        )


Motion = Callable[[float], Pose]
"""Seconds from the shot's start -> pose."""
Move = Callable[[float], Pose]
"""Share of an entrance done, 0 (not there) .. 1 (settled) -> pose. An exit plays a move backwards."""

STILL = Pose()
HIDDEN = Pose(alpha=0.0)


def clamp(share: float) -> float:
    """Limit to 0..1."""
    return min(1.0, max(0.0, share))


def linear(share: float) -> float:
    """No easing."""
    return share


def ease_out(share: float) -> float:
    """Fast, then settling: cubic."""
    return 1 - (1 - share) ** 3


def ease_in(share: float) -> float:
    """Slow, then leaving: cubic."""
    return share**3


def ease_in_out(share: float) -> float:
    """Slow at both ends: cubic."""
    return 4 * share**3 if share < 0.5 else 1 - (2 - 2 * share) ** 3 / 2


def ease_out_expo(share: float) -> float:
    """Very fast, then a long settling; reaches exactly 1."""
    return (1 - 2 ** (-10 * share)) / (1 - 2**-10)


def ease_out_back(share: float) -> float:
    """Overshoots by about 7 %, then settles."""
    over = 1.35
    return 1 + (over + 1) * (share - 1) ** 3 + over * (share - 1) ** 2


def spring(share: float) -> float:
    """A damped oscillation that ends at rest: one visible overshoot of about 9 %."""
    return 1 - math.exp(-6.5 * share) * math.cos(2.2 * math.pi * share) * (1 - share)


def fade() -> Move:
    """Appear in place."""
    return lambda share: Pose(alpha=ease_in_out(share))


def rise(distance: float) -> Move:
    """Come up from ``distance`` pixels below (from above if negative) while fading in."""
    return lambda share: Pose(alpha=clamp(share * 2.2), dy=distance * (1 - ease_out_expo(share)))


def slide(distance: float) -> Move:
    """Come in from ``distance`` pixels right (from the left if negative) while fading in."""
    return lambda share: Pose(alpha=clamp(share * 2.2), dx=distance * (1 - ease_out_expo(share)))


def pop(smallest: float = 0.6, turn: float = 0.0) -> Move:
    """Grow past its size and settle; turns into place by ``turn`` degrees."""
    return lambda share: Pose(
        alpha=clamp(share * 4), scale=smallest + (1 - smallest) * ease_out_back(share), turn=turn * (1 - ease_out_back(share))
    )


def unroll(from_side: str = "left") -> Move:
    """Be uncovered from one side: ``left``, ``right``, ``top`` or ``bottom``."""
    shown: dict[str, Callable[[float], tuple[float, float, float, float]]] = {
        "left": lambda share: (0.0, 0.0, share, 1.0),
        "right": lambda share: (1 - share, 0.0, 1.0, 1.0),
        "top": lambda share: (0.0, 0.0, 1.0, share),
        "bottom": lambda share: (0.0, 1 - share, 1.0, 1.0),
    }
    window = shown[from_side]
    return lambda share: Pose(alpha=1.0 if share > 0 else 0.0, window=window(ease_in_out(share)))


def shown(
    start: float, end: float, entrance: Move, leaving: Move | None = None, seconds: float = 0.6, leaving_seconds: float = 0.28
) -> Motion:
    """Hidden before ``start``, then the entrance, still, and gone by ``end``.

    ``leaving`` is played backwards, eased in, and ends at ``end``; without it the element fades. An infinite ``end`` keeps it.
    A life shorter than both moves squeezes them, so that it is always seen.
    """
    out = leaving or fade()
    squeeze = clamp((end - start) / (seconds + leaving_seconds)) if end > start else 0.0
    into, off = seconds * squeeze, leaving_seconds * squeeze

    def at(second: float) -> Pose:
        if second < start or second >= end or not squeeze:
            return HIDDEN
        if second < start + into:
            return entrance((second - start) / into)
        if second > end - off:
            return out(1 - ease_in((second - (end - off)) / off) * 0.999)
        return STILL

    return at


def floating(height: float, seconds: float, phase: float = 0.0) -> Motion:
    """Float up and down by ``height`` pixels each way, once in so many seconds, forever."""
    return lambda second: Pose(dy=height * math.sin(2 * math.pi * (second / seconds + phase)), fine=True)


def breathing(amount: float, seconds: float, phase: float = 0.0) -> Motion:
    """Grow and shrink by the share ``amount``, once in so many seconds, forever."""
    return lambda second: Pose(scale=1 + amount * math.sin(2 * math.pi * (second / seconds + phase)))


def together(*motions: Motion) -> Motion:
    """All motions at once."""

    def at(second: float) -> Pose:
        pose = motions[0](second)
        for motion in motions[1:]:
            if pose.alpha <= 0:
                return HIDDEN
            more = motion(second)
            pose = pose if more is STILL else more if pose is STILL else pose + more
        return pose

    return at
