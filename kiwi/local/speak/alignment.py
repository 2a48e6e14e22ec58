"""Which spoken words stand for which written ones: ``7:30 am`` is said as ``seven thirty A.M.``."""

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

SYMBOLS_SAID = frozenset("&+=%@#*~^<>/$£€¥½¼¾±×÷§°π")
"""Signs that have a reading of their own, so that they count as a word when they stand alone."""

LARGEST_PUZZLE = 2_000
"""Written times spoken words up to which the best shares are searched for; beyond, they are dealt out by length."""


def display_words(text: str) -> list[str]:
    """Split text into the words a caption shows: ``"Yes — you!"`` is ``["Yes —", "you!"]``.

    Joined by spaces they are the text again (with single spaces). A mark that nobody says hangs on to the word before it.
    """
    words: list[str] = []
    held = ""
    for piece in text.split():
        if is_said(piece):
            words.append(held + piece)
            held = ""
        elif words:
            words[-1] += f" {piece}"
        else:
            held += f"{piece} "
    return words


def is_said(piece: str) -> bool:
    """Whether a run of characters without spaces has anything that can be spoken."""
    return any(letter.isalnum() or letter in SYMBOLS_SAID for letter in piece)


def share_spoken(written: Sequence[str], spoken: Sequence[str], sound: Callable[[str], str]) -> list[range]:
    """Tell for each written word which spoken words stand for it, in order and without a gap.

    ``sound`` gives a word's pronunciation, by which words that were rewritten are recognised. A range may be empty when
    nothing was said for a word.
    """
    plain = [word.replace("’", "'").split(" ")[0] for word in written]
    starts = [0] * len(written)
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, plain, spoken, autojunk=False).get_opcodes():
        if tag == "equal":
            starts[i1:i2] = range(j1, j2)
        elif i2 > i1:
            cuts = _deal([sound(word) for word in plain[i1:i2]], [sound(word) for word in spoken[j1:j2]])
            starts[i1:i2] = [j1 + cut for cut in cuts]
    if starts:
        starts[0] = 0
    return [range(start, end) for start, end in pairwise([*starts, len(spoken)])]


def _deal(written: list[str], spoken: list[str]) -> list[int]:
    """Where each written word's share of the spoken ones begins, so that the shares sound most like the words."""
    if len(written) * len(spoken) > LARGEST_PUZZLE:
        return [index * len(spoken) // len(written) for index in range(len(written))]
    ends = range(len(spoken) + 1)
    cost = [0.0 if end == 0 else float("inf") for end in ends]
    chosen: list[list[int]] = []
    for sound in written:
        options = [[(cost[start] + distance(sound, " ".join(spoken[start:end])), start) for start in range(end + 1)] for end in ends]
        best = [min(row) for row in options]
        cost = [value for value, _ in best]
        chosen.append([start for _, start in best])
    cuts: list[int] = []
    end = len(spoken)
    for row in reversed(chosen):
        end = row[end]
        cuts.append(end)
    return cuts[::-1]


def distance(one: str, other: str) -> int:
    """Levenshtein distance: how many characters must change to make ``other`` of ``one``."""
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, wanted in enumerate(other, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (letter != wanted))
    return row[-1]
