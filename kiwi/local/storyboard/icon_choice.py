"""Icons by meaning: the encoder tells which icon shows a phrase best; where none is near enough, a neutral shape stands."""

from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kiwi.local.read.encoder import Encoder, open_encoder
from kiwi.local.read.grammar import NOUN_TAGS, tagged
from kiwi.render.look.icons import FALLBACKS, described_icons, named_icons

VECTORS = Path(__file__).parent / "icons.npz"
FLOOR = 0.4
"""Likeness under which no icon shows a phrase."""
NAMED, LATER, SECOND = 0.3, 0.08, 0.1
"""What it is worth that an icon was picked by hand for a word of the phrase, or has its name: less for each noun and each icon before."""
CONTEXT = 0.25
"""Share of what is said around a phrase."""


@cache
def vectors_of() -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Names and unit vectors (icons, 384) of all icons that may be chosen, as training wrote them."""
    with np.load(VECTORS) as kept:
        vectors = kept["vectors"].astype(np.float32)
        return tuple(str(name) for name in kept["names"]), vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def describe(encoder: Encoder) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Names and vectors of all icons, computed anew from their names and tags."""
    described = described_icons()
    return tuple(described), encoder.embed(list(described.values()))


class IconFinder:
    """Chooses icons for one film: none twice."""

    def __init__(self, taken: Collection[str] = ()) -> None:
        self.taken = set(taken)
        self._encoder = open_encoder()
        self._names, self._vectors = vectors_of()

    def choose(self, phrase: str, context: str = "") -> str:
        """The icon that shows a phrase best and is not taken; a neutral one where nothing fits. ``context``: what it is part of."""
        name = self._nearest(phrase, context) or next((name for name in FALLBACKS if name not in self.taken), FALLBACKS[0])
        self.taken.add(name)
        return name

    def _nearest(self, phrase: str, context: str) -> str:
        if not phrase.strip():
            return ""
        own, around = self._encoder.embed([phrase, context or phrase])
        words = nouns_of(phrase)
        if len(phrase.split()) == 1 and (picked := next((name for name in named_icons(phrase) if name not in self.taken), "")):
            return picked
        likeness = self._vectors @ ((1 - CONTEXT) * own + CONTEXT * around)
        for place, word in enumerate(reversed(words)):
            for rank, name in enumerate(named_icons(word)):
                likeness[self._place(name)] += max(NAMED - LATER * place - SECOND * rank, 0.0)
        for place in np.argsort(-likeness)[: len(self.taken) + 1]:
            if likeness[place] < FLOOR:
                return ""
            if self._names[place] not in self.taken:
                return str(self._names[place])
        return ""

    def _place(self, name: str) -> int:
        return self._names.index(name)


def nouns_of(phrase: str) -> Sequence[str]:
    """The nouns of a phrase in order, in small letters; a word alone counts whatever it is."""
    words = tagged(phrase)
    return [word.text.lower() for word in words if word.tag in NOUN_TAGS or len(words) <= 2]
