"""Buttons: a call to action as short as a button needs it."""

import re

from kiwi.film.model import BUTTON_CHARACTERS
from kiwi.local.read.grammar import capitalised

DANGLING = frozenset("the a an our your and to for of with in at on or by from".split())
CUTS = (r"\s*[,;:–—]\s", r"\s(?:and|so|because|while|before|where|if|or)\s", r"\s(?:to|for|with|by|on|at|when|until|from|as|in)\s")
"""Where a call that is too long may end, the best places first."""


def button_of(action: str) -> str:
    """Shorten a call to action to what fits on a button, never in mid word."""
    text = re.split(r"[.!?](?:\s|$)", action.strip())[0].strip(" .!,")
    text = re.sub(r"^(?:so|and|please|just|then|finally)[,:]?\s+", "", text, flags=re.I)
    for piece in (text, *(re.split(cut, text, maxsplit=1)[0] for cut in CUTS)):
        if len(piece) <= BUTTON_CHARACTERS and len(piece.split()) > 1:
            return capitalised(piece)
    words = text.split()
    while len(words) > 1 and (len(" ".join(words)) > BUTTON_CHARACTERS or words[-1].lower() in DANGLING):
        words.pop()
    return capitalised(" ".join(words))[:BUTTON_CHARACTERS]
