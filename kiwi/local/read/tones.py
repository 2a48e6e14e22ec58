"""Moods behind tone words: by a table of the common ones, else by which mood's words the encoder finds most alike."""

import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from kiwi.film.model import Mood

MOODS: dict[Mood, str] = {
    Mood.CALM: "calm peaceful relaxed soothing quiet serene serious professional sober informative clear mellow minimal neutral elegant "
    "thoughtful educational factual matter-of-fact solemn respectful formal dignified moody mysterious dark",
    Mood.ENERGETIC: "energetic upbeat exciting dynamic bold punchy fast epic modern motivating urgent dramatic edgy confident cool lively "
    "intense catchy sporty loud",
    Mood.HAPPY: "happy cheerful fun funny playful joyful bright light-hearted friendly humorous cheeky optimistic sunny silly whimsical "
    "uplifting celebratory festive cute witty dry",
    Mood.NOSTALGIC: "nostalgic retro vintage old-fashioned wistful melancholic sad bittersweet reflective",
    Mood.TENDER: "tender warm heartfelt emotional touching loving romantic intimate sweet gentle soft kind moving caring cosy cozy "
    "inspiring hopeful sincere encouraging reassuring",
}
MOOD_OF = {word: mood for mood, words in MOODS.items() for word in words.split()}
MILD = frozenset("warm friendly modern clear bright kind cool soft sweet light fast professional educational".split())
"""Tone words that yield when a stronger one stands beside them."""
DENIED = re.compile(
    r"\b(?:not|no|never|nothing|without|less|instead of|rather than|isn['’]t|don['’]t|nor)\b"
    r"(?: (?:too|so|very|that|be|it|make|overly|all))*(?: an?)? [\w-]+",
    re.I,
)
ALIKE = 0.35
"""From this similarity on the encoder's opinion counts."""

Embed = Callable[[Sequence[str]], NDArray[np.float32]]


def mood_of(tones: Sequence[str], embed: Embed) -> Mood | None:
    """The mood that tone phrases name first; what they deny (``not too serious``) does not count. None when they name none."""
    named = [
        stem
        for phrase in tones
        for word in re.findall(r"[a-z]+(?:-[a-z]+)*", DENIED.sub(" ", phrase.lower()))
        for stem in (word, word.removesuffix("ly"), word.removesuffix("er"))
        if stem in MOOD_OF
    ]
    if named:
        return MOOD_OF[next((word for word in named if word not in MILD), named[0])]
    for phrase in tones:
        if rest := DENIED.sub(" ", phrase).strip(" ,.!"):
            words = list(MOOD_OF)
            alike = embed([*words, rest])
            nearest = int(np.argmax(alike[:-1] @ alike[-1]))
            if float(alike[nearest] @ alike[-1]) >= ALIKE:
                return MOOD_OF[words[nearest]]
    return None
