"""Fitting: which parts a film has time for, and how long it becomes. No part is ever shortened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kiwi.film.model import MAX_SECONDS, MIN_SECONDS
from kiwi.film.pacing import bounds
from kiwi.local.write.parts import Part

STRETCH = 1.9
"""A film of an asked length is at most this many times as long as its words: more than half of it is captioned, the rest is title,
pauses and end card."""
NATURAL = 1.33
"""A film whose length nobody named."""
EASY = 0.95
"""A film that misses its length by less than this is as long as it was asked to be."""


@dataclass(frozen=True)
class Fitted:
    """What is told, what is left out, and how long the film is."""

    parts: tuple[Part, ...]
    left_out: tuple[Part, ...]
    seconds: float


Arrange = Callable[[Sequence[Part]], Sequence[float]]
"""The seconds of speech of each scene that parts become, 0 for a silent title or end card."""


def fit(parts: Sequence[Part], asked: float | None, arrange: Arrange) -> Fitted:
    """Choose parts for a film of ``asked`` seconds; None: as long as its words make it.

    What tells least goes first, together with what leans on it; if even the most important part alone is too long, the film grows.
    """
    kept = list(parts)
    while asked is not None and bounds(arrange(kept))[0] > asked and (group := _least_telling(kept)):
        kept = [part for number, part in enumerate(kept) if number not in group]
    left_out = tuple(part for part in parts if part not in kept)
    words = sum(part.seconds for part in kept)
    least, most = bounds(arrange(kept))
    if asked is None:
        return Fitted(tuple(kept), left_out, _bounded(min(max(least, NATURAL * words), most)))
    filled = min(max(least, STRETCH * words), most)
    return Fitted(tuple(kept), left_out, _bounded(asked if least <= asked and filled >= EASY * asked else max(least, min(filled, asked))))


def _least_telling(parts: Sequence[Part]) -> set[int]:
    """The places of the part that tells least and of what leans on it; empty when nothing may go."""
    groups: list[list[int]] = []
    for number, part in enumerate(parts):
        if part.leans and groups:
            groups[-1].append(number)
        else:
            groups.append([number])
    loose = [group for group in groups if not any(parts[number].kept for number in group)]
    if len(groups) < 2 or not loose:
        return set()
    # of equals the later goes first
    weakest = min(loose, key=lambda group: (max(parts[number].weight for number in group), -group[0]))
    return set(weakest)


def _bounded(seconds: float) -> float:
    return float(min(max(seconds, MIN_SECONDS), MAX_SECONDS))
