"""Word pieces for the reader's network: ids, where each lies in the text, and how it is written (the vocabulary is lower case)."""

from collections.abc import Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

LONGEST_WORD = 60
"""Characters; a longer run without a blank becomes one unknown piece, so that no text is slow."""
UNKNOWN = "[UNK]"
LINE_BREAK = "¶"
"""Stands for a line break, which word pieces do not have. One character, so that places stay."""
CASES = ("lower", "capital", "capitals", "mixed", "other")


@dataclass(frozen=True)
class Pieces:
    """A text in word pieces; the three run in parallel. ``spans`` are character offsets, the end exclusive."""

    ids: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    cases: tuple[int, ...]


def open_tokenizer(vocabulary: Sequence[str]) -> Tokenizer:
    """BERT's uncased word pieces over a vocabulary, in the order of its ids."""
    known = {piece: number for number, piece in enumerate(vocabulary)}
    tokenizer = Tokenizer(WordPiece(known, unk_token=UNKNOWN, max_input_chars_per_word=LONGEST_WORD))
    tokenizer.normalizer = BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    return tokenizer


def pieces_of(text: str, tokenizer: Tokenizer) -> Pieces:
    """Cut a text into word pieces, without the marks at its ends."""
    found = tokenizer.encode(text.replace("\n", LINE_BREAK), add_special_tokens=False)
    return Pieces(tuple(found.ids), tuple(found.offsets), tuple(_case(text, start, end) for start, end in found.offsets))


def _case(text: str, start: int, end: int) -> int:
    """How the whole word around a piece is written."""
    while start and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and end - start < LONGEST_WORD:
        end += 1
    word = text[start:end]
    if word.islower():
        return 0
    if not any(letter.isalpha() for letter in word):
        return 4
    if word[:1].isupper() and (word[1:].islower() or len(word) == 1):
        return 1
    return 2 if word.isupper() else 3
