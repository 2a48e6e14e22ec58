"""The words that are known: how they sound, how they are written, and how often people use them."""

import functools
import math
import re
from collections.abc import Sequence

from hibari.g2p import Context  # type: ignore[import-untyped]

from kiwi.local.hear.sounds import Alike, SoundIndex
from kiwi.local.read.grammar import TAGGING, pronouncer
from kiwi.local.read.usage import counts

UNCOUNTED = 20_000
"""How often a word of the lexicon counts as used that the list does not have: as its rarest words are."""
A_TIMES_E = 0.012
"""How much unlikeness in sound a word makes good that is used e times as often."""
DERIVED = 3
"""The lexicon's own mark for a word that it lists or derives from one; less: guessed from the letters."""
SHORTEST_PART = 4
"""Letters of each half of a compound: ``touchtone`` is known because its halves are, ``crapery`` is not."""


def knows(word: str) -> bool:
    """Whether a word is in the list or the narrator's lexicon, also derived from one or made of two, or is a number."""
    plain = word.replace("’", "'")
    low = plain.lower().removesuffix("'s").removesuffix("'")
    if low in counts() or not re.search(r"[^\W\d_]", plain) or re.search(r"\d", plain):
        return True
    if "-" in plain:
        return all(knows(part) for part in plain.split("-"))
    if plain.islower() and any(
        low[:cut] in counts() and low[cut:] in counts() for cut in range(SHORTEST_PART, len(low) - SHORTEST_PART + 1)
    ):
        return True
    with TAGGING:
        read = pronouncer().phonemize_tokens(pronouncer().tokenize(plain))
    return all((token.rating or 0) >= DERIVED for token in read)


def sound_of(word: str) -> str:
    """A word's phonemes as the narrator would say it, known or not."""
    with TAGGING:
        return "".join(token.phonemes or "" for token in pronouncer().phonemize_tokens(pronouncer().tokenize(word)))


def alike_words(word: str, most: float, count: int) -> Sequence[Alike]:
    """The known words that an unknown one may have been, at most ``count`` and none more unlike than ``most``, the likeliest first."""
    alike = _index().alike(sound_of(word), most)
    return sorted(alike, key=lambda one: one.unlikeness - A_TIMES_E * math.log(counts().get(one.word.lower(), UNCOUNTED)))[:count]


def as_written(word: str) -> str:
    """A word of the list with the capital it has in the lexicon if it has one only there: ``riesling`` → ``Riesling``."""
    lexicon, name = pronouncer().lexicon, word.capitalize()
    listed = [entries.d for entries in (lexicon.golds, lexicon.silvers)]
    return name if any(name in entries for entries in listed) and not any(word in entries for entries in listed) else word


@functools.cache
def _index() -> SoundIndex:
    """Every word of the list and of the lexicon's first half by its sound; those that only guessing could pronounce are left out."""
    lexicon = pronouncer().lexicon
    listed = [word for word in lexicon.golds.d if word.isalpha() and len(word) > 2 and word.lower() not in counts()]
    nowhere = Context()
    with TAGGING:
        read = [(word, lexicon.get_word(word, "NN", None, nowhere)[0]) for word in [*counts(), *listed]]
    return SoundIndex((word, phonemes) for word, phonemes in read if phonemes)
