"""How alike two words sound: an edit distance between phonemes in which sounds that are easily mistaken cost little."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import hypot

import numpy as np
from numpy.typing import NDArray

VOWELS: Mapping[str, tuple[float, float]] = {
    "i": (0.0, 0.0),
    "ɪ": (0.2, 0.2),
    "ᵻ": (0.3, 0.4),
    "A": (0.35, 0.1),
    "ɛ": (0.6, 0.2),
    "æ": (0.85, 0.25),
    "ə": (0.5, 0.5),
    "ᵊ": (0.5, 0.5),
    "ɜ": (0.5, 0.5),
    "ɐ": (0.6, 0.5),
    "ʌ": (0.65, 0.6),
    "I": (0.8, 0.4),
    "ɑ": (1.0, 0.8),
    "W": (0.9, 0.7),
    "ɔ": (0.75, 0.95),
    "Y": (0.55, 0.75),
    "O": (0.45, 0.9),
    "ʊ": (0.2, 0.85),
    "u": (0.0, 1.0),
}
"""The narrator's vowels: how open (0 closed, 1 open) and how far back (0 front, 1 back) the tongue lies; of diphthongs the middle."""
CONSONANTS: Mapping[str, tuple[int, str, bool]] = {
    "p": (0, "stop", False),
    "b": (0, "stop", True),
    "m": (0, "nasal", True),
    "f": (1, "fricative", False),
    "v": (1, "fricative", True),
    "w": (0, "glide", True),
    "θ": (2, "fricative", False),
    "ð": (2, "fricative", True),
    "t": (3, "stop", False),
    "T": (3, "stop", True),
    "d": (3, "stop", True),
    "n": (3, "nasal", True),
    "s": (3, "fricative", False),
    "z": (3, "fricative", True),
    "l": (3, "liquid", True),
    "ɹ": (4, "liquid", True),
    "ʃ": (4, "fricative", False),
    "ʒ": (4, "fricative", True),
    "ʧ": (4, "affricate", False),
    "ʤ": (4, "affricate", True),
    "j": (5, "glide", True),
    "k": (6, "stop", False),
    "ɡ": (6, "stop", True),
    "ŋ": (6, "nasal", True),
    "h": (7, "fricative", False),
}
"""The narrator's consonants: where in the mouth (0 lips … 7 throat), how, and whether with voice."""

ANOTHER_VOWEL, TONGUE = 0.15, 0.45
"""Of a vowel for another: at least, and more the further the tongue moves."""
ANOTHER_VOICE, ANOTHER_MANNER, A_PLACE_ON = 0.25, 0.4, 0.12
VOWEL_FOR_CONSONANT = 1.2
LIGHT, LIGHT_GAP, GAP = frozenset("əᵊᵻɪhjwɹlT"), 0.55, 0.8
"""Sounds that come and go in quick speech, and what it costs when a sound of theirs, or another, is missing."""

ALPHABET = [*VOWELS, *CONSONANTS]
CODES = {sound: code for code, sound in enumerate(ALPHABET)}
SAME = {"ɾ": "T", "ʔ": "t", "g": "ɡ", "r": "ɹ", "o": "O", "e": "A", "a": "ɑ", "ɒ": "ɑ", "Q": "O"}
"""Other signs for the same sounds."""

Codes = NDArray[np.uint8]


def codes_of(phonemes: str) -> Codes:
    """The sounds of a word as numbers; stress and whatever is no sound is left out."""
    return np.array([CODES[sound] for letter in phonemes if (sound := SAME.get(letter, letter)) in CODES], np.uint8)


def _change(one: str, other: str) -> float:
    if one == other:
        return 0.0
    if one in VOWELS and other in VOWELS:
        (open_one, back_one), (open_other, back_other) = VOWELS[one], VOWELS[other]
        return ANOTHER_VOWEL + TONGUE * hypot(open_one - open_other, back_one - back_other)
    if one in VOWELS or other in VOWELS:
        return VOWEL_FOR_CONSONANT
    (place, manner, voice), (place_other, manner_other, voice_other) = CONSONANTS[one], CONSONANTS[other]
    cost = ANOTHER_VOICE * (voice != voice_other) + ANOTHER_MANNER * (manner != manner_other) + A_PLACE_ON * abs(place - place_other)
    return min(1.0, cost)


CHANGES = np.array([[_change(one, other) for other in ALPHABET] for one in ALPHABET], np.float32)
"""What it costs to hear one sound for another, by their codes."""
GAPS = np.array([LIGHT_GAP if sound in LIGHT else GAP for sound in ALPHABET], np.float32)
"""What it costs to miss a sound, or to hear one that is not there."""


def unlikeness(sound: Codes, others: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How unlike a word sounds words of one length (``others``: words × sounds): 0 the same, about 1 nothing in common.

    The cheapest way to turn one into the other, as a share of the longer one's sounds.
    """
    count, length = others.shape
    gaps = GAPS[others]
    row = [np.zeros(count, np.float32)]
    for place in range(length):
        row.append(row[-1] + gaps[:, place])
    for code in sound:
        before, row = row, [row[0] + GAPS[code]]
        for place in range(length):
            changed = before[place] + CHANGES[code][others[:, place]]
            row.append(np.minimum(np.minimum(before[place + 1] + GAPS[code], row[place] + gaps[:, place]), changed))
    cheapest: NDArray[np.float32] = row[-1] / max(len(sound), length, 1)
    return cheapest


@dataclass(frozen=True)
class Alike:
    """A word that sounds like another one."""

    word: str
    unlikeness: float


class SoundIndex:
    """Words by their sound."""

    def __init__(self, words: Iterable[tuple[str, str]]) -> None:
        """Take words, each with its phonemes; those without a sound are left out."""
        lengths: dict[int, tuple[list[str], list[Codes]]] = {}
        for word, phonemes in words:
            if len(codes := codes_of(phonemes)):
                names, sounds = lengths.setdefault(len(codes), ([], []))
                names.append(word)
                sounds.append(codes)
        self._lengths = {length: (names, np.stack(sounds)) for length, (names, sounds) in lengths.items()}

    def alike(self, phonemes: str, most: float) -> Sequence[Alike]:
        """The words whose unlikeness is at most ``most``, the most alike first."""
        sound = codes_of(phonemes)
        if not len(sound):
            return []
        found: list[Alike] = []
        for length, (names, sounds) in self._lengths.items():
            if LIGHT_GAP * abs(length - len(sound)) <= most * max(length, len(sound)):
                costs = unlikeness(sound, sounds)
                found += [Alike(names[place], round(float(costs[place]), 4)) for place in np.flatnonzero(costs <= most)]
        return sorted(found, key=lambda one: (one.unlikeness, one.word))
