"""How long each shot lasts: pauses stretch or shrink, fairly, until the film is as long as asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

MILLI = 1000
"""Frames a second where lengths are planned before there are frames."""
LEAD_SECONDS = 0.25
"""From a cut to the voice: the entrance has uncovered most of the picture by then."""
OPENING_LEAD = (0.4, 0.9, 2.0)
BREATH = (0.35, 0.75, 2.8)
END_CARD = (1.5, 3.0, 6.0)
SILENT_SCENE = (1.8, 2.6, 5.0)
"""Seconds a pause may have: least, natural, most."""


@dataclass(frozen=True)
class Pause:
    """Frames without speech that may be anything between ``least`` and ``most``; ``natural`` when there is no need."""

    least: int
    natural: int
    most: int

    @classmethod
    def of(cls, seconds: tuple[float, float, float], fps: int) -> "Pause":
        """Whole frames, never under the least seconds."""
        least, natural, most = seconds
        return cls(ceil(least * fps), round(natural * fps), int(most * fps))


@dataclass(frozen=True)
class Pace:
    """A shot's frames before the voice and altogether."""

    voice_starts: int
    frames: int


def bounds(voices: Sequence[float]) -> tuple[float, float]:
    """The least and the most seconds that a film of these scenes can have; ``voices`` are seconds of speech, 0 for a silent scene."""
    pauses = _pauses(voices)
    return sum(voices) + sum(pause.least for pause in pauses) / MILLI, sum(voices) + sum(pause.most for pause in pauses) / MILLI


def natural(voices: Sequence[float]) -> float:
    """The seconds that a film of these scenes has when nobody asks for a length."""
    return sum(voices) + sum(pause.natural for pause in _pauses(voices)) / MILLI


def _pauses(voices: Sequence[float]) -> list[Pause]:
    """All pauses of a film, in milliseconds."""
    last = len(voices) - 1
    return [pause for at, seconds in enumerate(voices) for pause in (_lead(at, seconds, MILLI), _rest(at == last, seconds, MILLI))]


def share_out(frames: int, room: Sequence[int]) -> list[int]:
    """Split frames into whole shares in proportion to the room each has, losing none: (100, [1, 1, 1]) -> [33, 33, 34]."""
    total, given, seen = sum(room), 0, 0
    shares = []
    for one in room:
        seen += one
        upto = frames * seen // total if total else 0
        shares.append(upto - given)
        given = upto
    return shares


def stretch(pauses: Sequence[Pause], frames: int) -> list[int]:
    """Make pauses last ``frames`` together, or as near to it as their limits allow; each gives or takes alike."""
    least, natural, most = (sum(getattr(pause, name) for pause in pauses) for name in ("least", "natural", "most"))
    frames = min(max(frames, least), most)
    if frames <= natural:
        more = share_out(frames - least, [pause.natural - pause.least for pause in pauses])
        return [pause.least + extra for pause, extra in zip(pauses, more, strict=True)]
    more = share_out(frames - natural, [pause.most - pause.natural for pause in pauses])
    return [pause.natural + extra for pause, extra in zip(pauses, more, strict=True)]


def pace(voices: Sequence[float], fps: int, frames: int, held: Sequence[Pace | None] = ()) -> list[Pace]:
    """Time every shot so that the film lasts ``frames`` where pauses can absorb it; speech is never cut.

    ``voices`` are the seconds of each scene's voice-over, 0 for a silent one. ``held`` are shots whose pace must stay as it is.
    """
    held = held or [None] * len(voices)
    leads = [_lead(number, seconds, fps) for number, seconds in enumerate(voices)]
    rests = [_rest(number == len(voices) - 1, seconds, fps) for number, seconds in enumerate(voices)]
    spoken = [ceil(seconds * fps) for seconds in voices]
    loose = [number for number, kept in enumerate(held) if kept is None]
    left = frames - sum(kept.frames for kept in held if kept) - sum(spoken[number] for number in loose)
    lengths = iter(stretch([pause for number in loose for pause in (leads[number], rests[number])], left))
    paces = []
    for kept, voice in zip(held, spoken, strict=True):
        lead, rest = (0, 0) if kept else (next(lengths), next(lengths))
        paces.append(kept or Pace(voice_starts=lead, frames=lead + voice + rest))
    return paces


def _lead(number: int, seconds: float, fps: int) -> Pause:
    """The pause before a scene's voice."""
    if not seconds:
        return Pause(0, 0, 0)
    if number == 0:
        return Pause.of(OPENING_LEAD, fps)
    frames = ceil(LEAD_SECONDS * fps)
    return Pause(frames, frames, frames)


def _rest(is_last: bool, seconds: float, fps: int) -> Pause:
    """The pause after a scene's voice, or a silent scene as a whole."""
    if is_last:
        return Pause.of(END_CARD, fps)
    return Pause.of(BREATH if seconds else SILENT_SCENE, fps)
