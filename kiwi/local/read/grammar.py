"""Word classes of English, by the narrator's own tagger, and the small repairs of spelling that need them."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from threading import Lock

from hibari.g2p import G2P  # type: ignore[import-untyped]

NOUN_TAGS = frozenset({"NN", "NNS", "NNP", "NNPS"})
SMALL_WORDS = frozenset("a an and as at but by for from in into nor of on or per so than that the to up via vs with".split())
LONGEST_WORD = 100
"""Characters: the tagger's time grows with the square of a word's length, so longer ones never reach it."""
TAGGING = Lock()
"""Nobody promises that the tagger may be used by two threads at once."""


def word_set(table: str) -> frozenset[str]:
    """A table of words, as they are written in a line."""
    return frozenset(table.split())


def made_of(words: str) -> re.Pattern[str]:
    """What matches a text that has no other words than these, which are parted by ``|``."""
    return re.compile(rf"\W*(?:{words})\b(?:\W+(?:{words})\b)*\W*", re.I)


QUESTION = re.compile(r"(?:how|why|what|who|when|where|which|is|are|can|do|does|did)\b", re.I)
"""How a question begins."""


@dataclass(frozen=True)
class Tagged:
    """One token, its Penn Treebank tag and where it starts in its text."""

    text: str
    tag: str
    start: int

    @property
    def end(self) -> int:
        """One past its last character."""
        return self.start + len(self.text)


@cache
def pronouncer() -> G2P:
    """The narrator's lexicon and tagger, opened once (0.5 s)."""
    return G2P(british=False)


def bounded(text: str) -> str:
    """A text without words that no tagger or narrator should be given: longer than ``LONGEST_WORD``."""
    return re.sub(rf"\S{{{LONGEST_WORD + 1},}}", lambda word: word[0][:LONGEST_WORD], text)


@lru_cache(maxsize=4096)
def tagged(text: str) -> tuple[Tagged, ...]:
    """Tag every token of an English text."""
    found, position = [], 0
    with TAGGING:
        tokens = pronouncer().tokenize(bounded(text))
    for token in tokens:
        start = text.find(token.text, position)
        if start < 0:
            continue
        position = start + len(token.text)
        found.append(Tagged(token.text, token.tag, start))
    return tuple(found)


def knows(word: str) -> bool:
    """Whether the narrator's lexicon holds a word."""
    lexicon = pronouncer().lexicon
    return word in lexicon.golds or word in lexicon.silvers


def capitalised(text: str) -> str:
    """Raise the first letter, leaving names such as iPhone or kiwi.example alone."""
    for position, letter in enumerate(text):
        if letter.isalpha():
            word = re.split(r"\s", text[position:], maxsplit=1)[0].rstrip(".,!?;:")
            if "." in word or any(other.isupper() for other in word[1:]):
                return text
            return text[:position] + letter.upper() + text[position + 1 :]
        if letter.isdigit():
            return text
    return text


def title_case(text: str) -> str:
    """Write a heading's words with capitals: ``how solar panels work`` → ``How Solar Panels Work``."""
    words = text.split()
    raised = []
    for index, word in enumerate(words):
        if 0 < index < len(words) - 1 and word.lower() in SMALL_WORDS:
            raised.append(word.lower())
        elif any(letter.isupper() for letter in word) or "." in word[1:-1] or (index and words[index - 1][-1:].isdigit()):
            raised.append(word)
        else:
            raised.append("-".join(part[:1].upper() + part[1:] for part in word.split("-")))
    return " ".join(raised)


def noun_phrases(text: str) -> list[str]:
    """The noun phrases of a text in order: nouns with what describes them, without articles and pronouns."""
    tokens = tagged(text)
    # “a process called outgassing” are two
    classes = re.sub(r"np", "n.", "".join(map(_class_of, tokens))).replace("p", "j")
    found = re.finditer(r"[an][anj]*n|n", classes)
    return [text[tokens[one.start()].start : tokens[one.end() - 1].end] for one in found]


def _class_of(token: Tagged) -> str:
    """``n``: a noun; ``a``: what describes one; ``j``: what joins either, ``p`` as a participle; ``.``: anything else."""
    if token.text[:1] in ".,;:!?":
        return "."
    if token.tag in NOUN_TAGS:
        return "n"
    if token.tag in {"JJ", "JJS"}:
        return "a"
    if token.tag == "VBN":
        return "p"
    return "j" if token.tag in {"VBG", "POS", "HYPH"} or token.text in {"-", "&", "’s", "'s"} else "."
