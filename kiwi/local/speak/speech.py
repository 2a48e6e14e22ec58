"""How long the narrator speaks."""

import re
from functools import lru_cache

from kiwi.local.read.grammar import TAGGING, bounded, pronouncer
from kiwi.local.read.sentences import split_sentences

# Fitted to the narrator's trimmed recordings of 22 sentences: mean error 0.18 s.
SECONDS_A_SOUND, SECONDS_A_COMMA, SECONDS_A_SENTENCE = 0.0735, 0.236, 0.315
LETTERS_A_SECOND = 13.0
"""For words outside the narrator's lexicon and language."""


@lru_cache(maxsize=8192)
def speech_seconds(text: str) -> float:
    """Estimate how long the narrator needs for a text, silence trimmed to 0.3 s a sentence; 0 for no words."""
    if not re.search(r"\w", text):
        return 0.0
    latin = len(re.findall(r"[A-Za-z0-9]", text))
    letters = len(re.findall(r"\w", text))
    if latin < 0.7 * letters:
        return SECONDS_A_SENTENCE + letters / LETTERS_A_SECOND * (3.0 if re.search(r"[\u3040-\u9fff\uac00-\ud7af]", text) else 1.0)
    return sum(sentence_seconds(sentence) for sentence in split_sentences(text))


def sentence_seconds(sentence: str) -> float:
    """Count the sounds and pauses of one sentence as the narrator would say it."""
    with TAGGING:
        sounds = str(pronouncer()(bounded(sentence)))
    spoken = re.findall(r"[^\W_]", sounds.replace("ˈ", "").replace("ˌ", ""))
    pauses = re.findall(r"[,;:—…]", sounds)
    return SECONDS_A_SOUND * len(spoken) + SECONDS_A_COMMA * len(pauses) + SECONDS_A_SENTENCE
