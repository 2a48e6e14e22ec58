"""How sure Whisper is of each word it wrote, and how likely it finds other words in its place."""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any

import numpy as np
from tokenizers import Tokenizer

WINDOW_FRAMES = 3_000
"""Of 10 ms: what Whisper hears at once."""
AFTER = 6
"""How many words after a doubtful one are weighed with it: what follows fits some words better than others."""
LEAST = 1e-9
LOST_MERGE = ["Ġ", "t"]
"""The first of Whisper's merges, which the tokenizer in the model's package lacks."""


@dataclass(frozen=True)
class HeardWord:
    """A word with its marks and the blank before it, as Whisper wrote it."""

    text: str
    probability: float
    """The mean of its tokens', marks aside."""
    tokens: range
    """Where they stand in the passage."""


@dataclass(frozen=True)
class Passage:
    """What Whisper wrote of one window of at most 30 s, and its opinion of it."""

    ear: Any
    """A loaded WhisperModel."""
    encoding: Any
    """What its encoder made of the window."""
    tokenizer: Any
    tokens: tuple[int, ...]
    """Of text alone."""
    spell: Callable[[str], Sequence[int]]
    """The tokens in which Whisper would write a text."""

    @cached_property
    def words(self) -> Sequence[HeardWord]:
        """Its words, in order; their texts together are the passage."""
        texts, parts = self.tokenizer.split_to_word_tokens([*self.tokens, self.tokenizer.eot])
        ends = [*accumulate(map(len, parts[:-1]))]
        pieces = [(text, range(end - len(part), end)) for text, part, end in zip(texts, parts, ends, strict=False)]
        return together(pieces, self._probabilities(self.tokens))

    def gain(self, replaced: range, text: str) -> float:
        """How much likelier the ear finds the passage with ``text`` for some words: natural logarithm, negative for less likely."""
        begin, end = self.words[replaced.start].tokens.start, self.words[replaced.stop - 1].tokens.stop
        until = self.words[min(replaced.stop - 1 + AFTER, len(self.words) - 1)].tokens.stop
        other = [*self.tokens[:begin], *self.spell(text), *self.tokens[end:until]]
        return self._likelihood(other) - self._likelihood(self.tokens[:until])

    def _likelihood(self, tokens: Sequence[int]) -> float:
        return sum(math.log(max(one, LEAST)) for one in self._probabilities(tokens))

    def _probabilities(self, tokens: Sequence[int]) -> Sequence[float]:
        (aligned,) = self.ear.model.align(self.encoding, self.tokenizer.sot_sequence, [list(tokens)], WINDOW_FRAMES)
        probabilities: Sequence[float] = aligned.text_token_probs
        return probabilities


def complete(tokenizer: Tokenizer) -> Tokenizer:
    """The same tokenizer with the lost merge, without which no word that begins with a small t is spelt as Whisper spells it."""
    known = json.loads(tokenizer.to_str())
    merges = known["model"]["merges"]
    if LOST_MERGE not in merges[:1]:
        merges.insert(0, LOST_MERGE)
    return Tokenizer.from_str(json.dumps(known))


def together(pieces: Sequence[tuple[str, range]], probabilities: Sequence[float]) -> list[HeardWord]:
    """Words of pieces, each with its tokens: a piece without a blank before it belongs to the word before (``,`` or ``-free``)."""
    groups: list[list[tuple[str, range]]] = []
    for piece in pieces:
        if groups and not piece[0].startswith(" "):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    words = []
    for group in groups:
        spoken = [tokens for text, tokens in group if any(letter.isalnum() for letter in text)] or [group[0][1]]
        sure = float(np.mean([probabilities[token] for tokens in spoken for token in tokens]))
        words.append(HeardWord("".join(text for text, _ in group), sure, range(group[0][1].start, group[-1][1].stop)))
    return words
