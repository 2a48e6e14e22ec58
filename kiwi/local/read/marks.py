"""Marks: what the reader's network saw in a text, as stretches of its characters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kiwi.local.read.labels import OUTSIDE, OVERLAYS, ROLES, begin, within
from kiwi.local.read.tokens import Pieces

FORBIDDEN = -1e4
UM = ROLES.index("um")
SEVERAL = frozenset({"say", "point"})
"""What may stand twice side by side: of the rest, two stretches without anything between them are one."""
SPOKEN = "say"
SENTENCE_END = re.compile(r"[.!?…]+[\"”’)]*(?=\s|$)|\n")
TRAILING = " \n,;:–—-"
BEGUN = re.compile(r"\s(?:to|at|in|on|from|for|with|by|of)$", re.I)
WORD = re.compile(r"@?\w+(?:(?:[._@/-]|(?<=[a-z])['’](?=[a-z])|(?<=\d),(?=\d{3}(?!\d)))\w+)*|[$€£¥]\d+(?:[.,]\d+)*\w*|.", re.S)
"""What is never torn; any other character stands alone."""
LONGEST_STRETCH = 600
"""Characters to which stretches are joined."""
LONGEST_WORD = 200
"""Characters before a place in which its word is looked for."""
CLOSING = re.compile(r"[.!?…]+(?!\w)")


@dataclass(frozen=True)
class Mark:
    """A stretch of a text that has a tag, ``end`` exclusive; ``words`` are its characters without the hesitations inside."""

    tag: str
    start: int
    end: int
    words: str


@dataclass(frozen=True)
class Marks:
    """Everything that was seen in one text."""

    text: str
    roles: tuple[Mark, ...] = ()
    overlays: tuple[Mark, ...] = ()
    video_type: str = ""
    act: str = ""
    knowledge: float = 0.0
    """How surely the film shall tell what is known about the world, 0 to 1."""

    def of(self, *tags: str) -> list[Mark]:
        """The stretches with one of these tags, in order."""
        return [mark for mark in self.roles if mark.tag in tags]

    def words_of(self, *tags: str) -> list[str]:
        """Their words."""
        return [mark.words for mark in self.of(*tags)]

    def first(self, *tags: str) -> str:
        """The words of the first one; empty: there is none."""
        return next(iter(self.words_of(*tags)), "")


@lru_cache(maxsize=16)
def sentences_in(text: str) -> tuple[tuple[int, int], ...]:
    """Where each sentence that ends as one begins and ends; what stands in a line without such an end is none."""
    found, start = list[tuple[int, int]](), 0
    for end in SENTENCE_END.finditer(text):
        while start < end.end() and text[start].isspace():
            start += 1
        if end[0] != "\n" and start < end.start():
            found.append((start, end.end()))
        start = end.end()
    return tuple(found)


def best_path(scores: NDArray[np.float32], allowed: NDArray[np.bool_]) -> list[int]:
    """The best sequence of classes (pieces, classes) in which only allowed transitions (classes, classes) occur (Viterbi)."""
    barred = np.where(allowed, 0.0, FORBIDDEN).astype(np.float32)
    best, steps = scores[0].copy(), []
    for row in scores[1:]:
        reached = best[:, None] + barred
        steps.append(reached.argmax(0))
        best = reached.max(0) + row
    path = [int(best.argmax())]
    for step in reversed(steps):
        path.append(int(step[path[-1]]))
    return path[::-1]


def transitions(tags: Sequence[str], interrupting: int | None = None) -> NDArray[np.bool_]:
    """Which class may follow which: a stretch goes on only after its own begin, or after what may interrupt any stretch."""
    count = 1 + 2 * len(tags)
    allowed = np.ones((count, count), dtype=np.bool_)
    for tag in range(len(tags)):
        allowed[:, within(tag)] = False
        allowed[[begin(tag), within(tag)], within(tag)] = True
        if interrupting is not None and tag != interrupting:
            allowed[[begin(interrupting), within(interrupting)], within(tag)] = True
    return allowed


ROLE_TRANSITIONS = transitions(ROLES, interrupting=UM)
OVERLAY_TRANSITIONS = transitions(OVERLAYS)


DENYING = re.compile(r"no|without|not", re.I)
FRONTED = re.compile(
    r"(?!.*\b(?:is|are|was|were|will|have|has|can|do|does|get|gets|come|comes|be)\b)"
    r"(?:every|each|until|till|from|on|in|at|by|since|during|this|next|after|before)(?: [\w'’-]+){1,6}",
    re.I,
)
"""When something holds that is told behind it: “until the end of July | every MOT is …”, “every second | coffee is …”."""


def mended(text: str, marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Stretches, one where only a blank parts what goes on: “Our name is | Velo”, “our office moves to | Bristol”.

    Whom a sentence names keeps a stretch of its own as well. The rules are those that measurably help on briefs that the network had
    not seen.
    """
    found: list[Mark] = []
    named: list[Mark] = []
    for place, mark in enumerate(marks):
        last = found[-1] if found else mark
        followed = any(after.tag == SPOKEN and not text[mark.end : after.start].strip() for after in marks[place + 1 : place + 2])
        through = bool(named) and named[-1].end == last.end
        gap = text[last.end : mark.start]
        near = found and mark.end - last.start <= LONGEST_STRETCH and not gap.strip(" ")
        if near and _goes_on(text, last, mark, followed=followed, through=through):
            tag = SPOKEN if last.tag == "topic" else last.tag
            found[-1] = Mark(tag, last.start, mark.end, " ".join(f"{last.words} {text[mark.start : mark.end]}".split()))
            named += [mark] if mark.tag in {"name", "audience"} else []
        else:
            found.append(mark)
    return tuple(sorted([*found, *named], key=lambda mark: mark.start))


def _goes_on(text: str, last: Mark, mark: Mark, *, followed: bool, through: bool) -> bool:
    """Whether a stretch goes on with the one before it; ``followed`` by a spoken one, ``through`` a name that ended the one before."""
    tags, ended = (last.tag, mark.tag), text[last.start : last.end].rstrip()[-1:] in ".!?…,;:"
    if tags == ("topic", SPOKEN):
        return BEGUN.search(last.words) is not None
    if last.tag == mark.tag in SEVERAL:
        if not ended and FRONTED.fullmatch(last.words) and mark.words[:1].islower():
            return True
        lengths = len(last.words.split()), len(mark.words.split())
        short = (1 in lengths and not mark.words[:1].isupper()) or lengths == (1, 1)
        return not ended and (short or last.words.isdigit() or through)
    if tags == ("wish", "avoid"):
        return DENYING.fullmatch(last.words) is not None
    if tags == (SPOKEN, "action"):
        return not ended and BEGUN.search(last.words) is not None
    return not ended and (tags in {(SPOKEN, "name"), (SPOKEN, "point")} or (tags == (SPOKEN, "audience") and followed))


def role_marks(text: str, pieces: Pieces, scores: NDArray[np.float32]) -> tuple[Mark, ...]:
    """The stretches behind the roles' scores (pieces, classes); hesitations do not end the stretch around them."""
    return _stretches(text, pieces, best_path(scores, ROLE_TRANSITIONS), ROLES)


def overlay_marks(text: str, pieces: Pieces, scores: NDArray[np.float32]) -> tuple[Mark, ...]:
    """The names and subjects behind the overlays' scores (pieces, classes)."""
    return _stretches(text, pieces, best_path(scores, OVERLAY_TRANSITIONS), OVERLAYS)


def _stretches(text: str, pieces: Pieces, path: Sequence[int], tags: Sequence[str]) -> tuple[Mark, ...]:
    """The stretches of a path of classes, each of one run of pieces or of several around hesitations."""
    found: list[tuple[str, list[list[int]]]] = []
    last, ended = -2, True
    for place, ((start, end), label) in enumerate(zip(pieces.spans, path, strict=True)):
        tag, goes_on = divmod(label - 1, 2)
        if label == OUTSIDE or tags[tag] == "um":
            ended = ended or label == OUTSIDE
            continue
        same = bool(found) and found[-1][0] == tags[tag]
        if same and ((goes_on and not ended) or (tags[tag] not in SEVERAL and not text[found[-1][1][-1][1] : start].strip())):
            if place == last + 1:
                found[-1][1][-1][1] = end
            else:
                found[-1][1].append([start, end])
        else:
            found.append((tags[tag], [[start, end]]))
        last, ended = place, False
    return tuple(_mark(text, tag, runs) for tag, runs in found)


def _mark(text: str, tag: str, runs: list[list[int]]) -> Mark:
    start, end = runs[0][0], runs[-1][1] = _whole_words(text, runs[0][0], runs[-1][1])
    return Mark(tag, start, end, " ".join(" ".join(text[first:last].strip(TRAILING) for first, last in runs).split()))


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Never half a word, address or amount: what the network cut is completed. Closing marks belong to what they close."""
    start, end = _word_at(text, start).start(), _word_at(text, end - 1).end()
    if closing := CLOSING.match(text, end):
        end = closing.end()
    if end < len(text) and text[end] in '"”’' and any(mark in text[start:end] for mark in '"“‘'):
        end += 1
    if start and text[start - 1] in '"“' and any(mark in text[start:end] for mark in '"”'):
        start -= 1
    return start, end


def _word_at(text: str, place: int) -> re.Match[str]:
    """The word, address or amount around a place, or the one character there."""
    begun = max(text.rfind(" ", 0, place), text.rfind("\n", 0, place), place - LONGEST_WORD) + 1
    return next(word for word in WORD.finditer(text, begun) if word.end() > place)
