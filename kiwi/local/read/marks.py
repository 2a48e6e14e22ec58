"""Marks: what the reader's network saw in a text, as stretches of its characters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kiwi.local.read.labels import OUTSIDE, OVERLAYS, ROLES, begin, within
from kiwi.local.read.tokens import Pieces

FORBIDDEN = -1e4
UM = ROLES.index("um")
SEVERAL = frozenset({"say", "point"})
"""What may stand twice side by side: of the rest, two stretches without anything between them are one."""
SPOKEN = "say"
CONTENT = ("say", "topic", "point", "action", "quote", "by", "occasion", "audience", "name", "avoid")
SENTENCE = re.compile(r"\S[^.!?…\n]*[.!?…]+[\"”’)]*(?=\s|$)")
"""A stretch that ends as a sentence does."""
TRAILING = " \n,;:–—-"
BEGUN = re.compile(r"\s(?:to|at|in|on|from|for|with|by|of)$", re.I)
CURRENCIES = "$€£¥"
"""Written before their amount and never apart from it."""
THOUSANDS = re.compile(r",\d{3}(?!\d)")


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
    acts: dict[str, float] = field(default_factory=dict, compare=False)

    def of(self, *tags: str) -> list[Mark]:
        """The stretches with one of these tags, in order."""
        return [mark for mark in self.roles if mark.tag in tags]

    def words_of(self, *tags: str) -> list[str]:
        """Their words."""
        return [mark.words for mark in self.of(*tags)]

    def talk(self) -> str:
        """The text without what the film says or is about: what is said to the film maker."""
        letters = list(self.text)
        for mark in self.of(*CONTENT):
            letters[mark.start : mark.end] = "\n" * (mark.end - mark.start)
        return "".join(letters)

    def inside(self, mark: Mark, tag: str) -> list[Mark]:
        """The overlays with a tag that lie inside a stretch."""
        return [one for one in self.overlays if one.tag == tag and mark.start <= one.start and one.end <= mark.end]


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


PEOPLE = frozenset({"name", "audience"})
"""Whom a sentence may name in its middle."""
TORN_WORDS = 2
"""So many words within a sentence that nobody marked are no slip of the network's but part of what is said."""


def bridged(text: str, marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """The same stretches, and the whole sentences without any that stand between two spoken ones: those are spoken, too."""
    found = list(marks)
    sentences = [match.span() for match in SENTENCE.finditer(text)]
    says = [any(mark.tag == SPOKEN and start <= mark.start < end for mark in marks) for start, end in sentences]
    for place, (start, end) in enumerate(sentences[1:-1], start=1):
        free = not any(mark.start < end and start < mark.end for mark in marks)
        if free and says[place - 1] and says[place + 1]:
            found.append(Mark(SPOKEN, start, end, " ".join(text[start:end].split())))
    return tuple(sorted(found, key=lambda mark: mark.start))


def untorn(text: str, marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """The same stretches, or, of a text that orders nothing, torn sentences whole: prose is spoken as it stands."""
    if {mark.tag for mark in marks} != {SPOKEN, "tone"}:
        return tuple(marks)
    found = list(marks)
    for sentence in SENTENCE.finditer(text):
        start, end = sentence.span()
        inside = [mark for mark in found if mark.start < end and start < mark.end]
        gaps = [text[one.end : other.start] for one, other in pairwise(inside)] + [text[mark.end : end] for mark in inside[-1:]]
        if inside and inside[0].tag == SPOKEN and any(len(re.findall(r"\w+", gap)) >= TORN_WORDS for gap in gaps):
            whole = Mark(SPOKEN, inside[0].start, end, " ".join(text[inside[0].start : end].split()))
            found = [mark for mark in found if mark not in inside] + [whole]
    return tuple(sorted(found, key=lambda mark: mark.start))


def with_names(text: str, marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """The same stretches, a spoken one that stops before a name going on to its end: “Our name is Velo.” is one sentence."""
    found = list(marks)
    for place, (mark, after) in enumerate(pairwise(marks)):
        if (
            mark.tag == SPOKEN
            and after.tag == "name"
            and not re.search(r"[.!?…,;:]$", mark.words)
            and not text[mark.end : after.start].strip()
        ):
            closing = re.match(r"[.!?…]*", text[after.end :])
            end = after.end + (closing.end() if closing else 0)
            found[place] = Mark(SPOKEN, mark.start, end, " ".join(f"{mark.words} {text[after.start : end]}".split()))
    return tuple(found)


def with_people(text: str, marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """The same stretches, two spoken ones around whom they name joined to one sentence: “Happy birthday to | Rosa | who turns 80.”"""
    found: list[Mark] = []
    for mark in marks:
        named, before = (found[-1], found[-2]) if len(found) > 1 else (mark, mark)
        around = (before.tag, mark.tag) == (SPOKEN, SPOKEN) and named.tag in PEOPLE
        if around and not (text[before.end : named.start] + text[named.end : mark.start]).strip():
            found[-2] = Mark(SPOKEN, before.start, mark.end, " ".join(text[before.start : mark.end].split()))
        else:
            found.append(mark)
    return tuple(found)


def with_begun_clauses(text: str, marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """The same stretches, a topic that ends in a preposition right before a spoken one begins it: “our office moves to | Bristol”."""
    found: list[Mark] = []
    for mark in marks:
        last = found[-1] if found else mark
        if found and (last.tag, mark.tag) == ("topic", SPOKEN) and BEGUN.search(last.words) and text[last.end : mark.start] == " ":
            found[-1] = Mark(SPOKEN, last.start, mark.end, f"{last.words} {mark.words}")
        else:
            found.append(mark)
    return tuple(found)


def with_short_points(text: str, marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """The same stretches, points of one word or a price joined to their neighbour where only a blank is between: “starts July 1st”."""
    found: list[Mark] = []
    for mark in marks:
        last = found[-1] if found else mark
        short = 1 in (len(last.words.split()), len(mark.words.split()))
        if (
            found
            and last.tag == mark.tag
            and mark.tag in SEVERAL
            and short
            and text[last.end : mark.start] == " "
            and not mark.words[:1].isupper()
        ):
            found[-1] = Mark(mark.tag, last.start, mark.end, f"{last.words} {mark.words}")
        else:
            found.append(mark)
    return tuple(found)


def mended(text: str, marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Stretches as a reader would have drawn them, where the network's are torn."""
    for mend in (untorn, with_people, with_begun_clauses, with_names, with_short_points, bridged):
        marks = mend(text, marks)
    return tuple(marks)


def role_marks(text: str, pieces: Pieces, scores: NDArray[np.float32]) -> tuple[Mark, ...]:
    """The stretches behind the roles' scores (pieces, classes); hesitations do not end the stretch around them."""
    found: list[tuple[int, list[tuple[int, int]]]] = []
    open_tag: int | None = None
    for (start, end), label in zip(pieces.spans, best_path(scores, ROLE_TRANSITIONS), strict=True):
        if label == OUTSIDE:
            open_tag = None
            continue
        tag, goes_on = divmod(label - 1, 2)
        if tag == UM:
            continue
        runs_on = ROLES[tag] not in SEVERAL and found and found[-1][0] == tag and not text[found[-1][1][-1][1] : start].strip()
        if (goes_on and open_tag == tag) or runs_on:
            found[-1][1].append((start, end))
        else:
            found.append((tag, [(start, end)]))
        open_tag = tag
    return tuple(_mark(text, ROLES[tag], parts, _gaps(text, parts, pieces)) for tag, parts in found)


def overlay_marks(text: str, pieces: Pieces, scores: NDArray[np.float32]) -> tuple[Mark, ...]:
    """The names and subjects behind the overlays' scores (pieces, classes)."""
    found: list[tuple[int, list[tuple[int, int]]]] = []
    for (start, end), label in zip(pieces.spans, best_path(scores, OVERLAY_TRANSITIONS), strict=True):
        if label == OUTSIDE:
            continue
        tag, goes_on = divmod(label - 1, 2)
        runs_on = found and found[-1][0] == tag and not text[found[-1][1][-1][1] : start].strip()
        if found and (goes_on or runs_on):
            found[-1][1].append((start, end))
        else:
            found.append((tag, [(start, end)]))
    return tuple(_mark(text, OVERLAYS[tag], parts, []) for tag, parts in found)


def _gaps(text: str, parts: Sequence[tuple[int, int]], pieces: Pieces) -> list[tuple[int, int]]:
    """The hesitations inside a stretch: pieces that lie between its own."""
    own = set(parts)
    first, last = parts[0][0], parts[-1][1]
    gaps: list[tuple[int, int]] = []
    for span in pieces.spans:
        if first <= span[0] < last and span not in own:
            if gaps and not any(gaps[-1][1] <= part[0] < span[0] for part in own):
                gaps[-1] = (gaps[-1][0], span[1])
            else:
                gaps.append(span)
    return gaps


def _mark(text: str, tag: str, parts: Sequence[tuple[int, int]], gaps: Sequence[tuple[int, int]]) -> Mark:
    start, end = _whole_words(text, parts[0][0], parts[-1][1])
    words, at = "", start
    for gap_start, gap_end in gaps:
        words += text[at:gap_start].rstrip(" ,…-–—") + " "
        at = gap_end
        while at < end and text[at] in " ,…-–—":
            at += 1
    words = (words + text[at:end]).strip(TRAILING)
    return Mark(tag, start, end, " ".join(words.split()))


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Never half a word, address or amount: what the network cut is completed. Closing marks belong to what they close."""
    while (
        start
        and (text[start].isalnum() or text[start] == "@")
        and (text[start - 1].isalnum() or (text[start - 1] in "._@" and text[start - 2 : start - 1].isalnum()))
    ):
        start -= 1 + (not text[start - 1].isalnum())
    if start and text[start - 1] in CURRENCIES and text[start].isdigit():
        start -= 1
    if end < len(text) and text[end - 1] in CURRENCIES and text[end].isdigit():
        end += 1
    while (
        end < len(text)
        and text[end - 1].isalnum()
        and (
            text[end].isalnum()
            or (text[end] in "._@/-" and text[end + 1 : end + 2].isalnum())
            or (text[end - 1].isdigit() and THOUSANDS.match(text, end))
        )
    ):
        end += 1 + (not text[end].isalnum())
    while end < len(text) and text[end] in ".!?…" and not text[end - 1].isspace() and (end + 1 == len(text) or not text[end + 1].isalnum()):
        end += 1
    if end < len(text) and text[end] in '"”’' and any(mark in text[start:end] for mark in '"“‘'):
        end += 1
    if start and text[start - 1] in '"“' and any(mark in text[start:end] for mark in '"”'):
        start -= 1
    return start, end
