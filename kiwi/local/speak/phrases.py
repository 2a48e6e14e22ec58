"""How a text is breathed: what is said at once, and the silence after it."""

import itertools
import unicodedata
from dataclasses import dataclass

from kiwi.errors import BadBrief
from kiwi.local.read.sentences import segmenter
from kiwi.local.speak.alignment import display_words

PAUSES = {"…": 0.55, ",": 0.16, ";": 0.24, ":": 0.24, "—": 0.24}
PAUSE, PARAGRAPH_PAUSE, SPLIT_PAUSE = 0.40, 0.60, 0.10
LONGEST_PHRASE = 260
"""Characters said in one breath of the model; longer sentences are split where they have a comma."""


@dataclass(frozen=True)
class Phrase:
    """What the model says at once, and the seconds of silence after it."""

    text: str
    pause: float


def refuse_unspeakable(text: str) -> None:
    """Raise BadBrief when a word has letters that an English voice cannot read, naming the word."""
    for word in text.split():
        letters = [letter for letter in word if letter.isalpha()]
        if any(not _is_readable(letter, alone=len(letters) == 1) for letter in letters):
            raise BadBrief(f"The voice speaks English only and cannot say “{word[:40]}”: write it in Latin letters, or leave it out.")


def _is_readable(letter: str, *, alone: bool) -> bool:
    name = unicodedata.name(letter, "")
    return name.startswith(("LATIN ", "MICRO ", "FEMININE ", "MASCULINE ")) or (alone and name.startswith("GREEK "))


def plan_phrases(text: str) -> list[Phrase]:
    """Split text into what is said at once and the silence between; ValueError when nothing in it can be said."""
    if not text.strip():
        raise ValueError("there is no text to speak")
    pauses = _find_ends(text)
    phrases: list[Phrase] = []
    sentence: list[str] = []
    letters = 0
    for word in display_words(text):
        sentence.append(word)
        spent = range(letters + 1, letters + _letters(word) + 1)
        letters = spent.stop - 1
        ends = [pauses[place] for place in spent if place in pauses]
        if ends:
            phrases += _breathe(sentence, max(ends))
            sentence = []
    phrases += _breathe(sentence, PAUSE)
    if not phrases:
        raise BadBrief("There is nothing in the text that a voice can say: write at least one word.")
    return phrases


def _find_ends(text: str) -> dict[int, float]:
    """After how many letters (whatever is no space) a sentence ends, and the pause that it asks for."""
    ends: dict[int, float] = {}
    letters = 0
    for paragraph in text.splitlines():
        for sentence in segmenter().segment(paragraph):
            letters += _letters(sentence)
            ends[letters] = PAUSE
        ends[letters] = PARAGRAPH_PAUSE
    return ends


def _letters(text: str) -> int:
    return len("".join(text.split()))


def _breathe(words: list[str], pause: float) -> list[Phrase]:
    """Split one sentence into phrases that are short enough, at its last comma or else between two words."""
    phrases = []
    while sum(map(len, words)) + len(words) > LONGEST_PHRASE:
        room = LONGEST_PHRASE - len(words[0])
        fit = 1 + sum(length <= room for length in itertools.accumulate(len(word) + 1 for word in words[1:]))
        breaks = [place for place in range(1, fit + 1) if words[place - 1][-1] in ",;:—" and place < len(words)]
        cut = breaks[-1] if breaks else min(fit, len(words) - 1)
        if not cut:
            break
        phrases.append(Phrase(" ".join(words[:cut]), PAUSES.get(words[cut - 1][-1], SPLIT_PAUSE)))
        words = words[cut:]
    if words:
        phrases.append(Phrase(" ".join(words), max(pause, PAUSES.get(words[-1].rstrip("”’\"')]")[-1:], 0.0))))
    return phrases
