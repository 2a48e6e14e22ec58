"""Labelled briefs as the network sees them, and the small changes that make each of them many."""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from labelled import Labelled
from tokenizers import Tokenizer

from kiwi.local.read.labels import ACTS, OVERLAYS, ROLES, TYPES, begin, within
from kiwi.local.read.tokens import Pieces, pieces_of

SWAPPED = ("point", "action", "audience", "wish", "avoid", "occasion")
MIXED = 0.3
"""Share of the stretches of a mixed brief that are another brief's."""
IGNORED = -100
LONGEST = 254
"""Word pieces of a window, its two marks apart."""


@dataclass(frozen=True)
class Lettered:
    """A brief with a label for every character: (tag or "", whether a stretch begins here), for roles and for overlays."""

    text: str
    roles: tuple[tuple[str, bool], ...]
    overlays: tuple[tuple[str, bool], ...]
    source: Labelled


@dataclass(frozen=True)
class Example:
    """Numbers for one step of training."""

    pieces: Pieces
    roles: tuple[int, ...]
    overlays: tuple[int, ...]
    video_type: int
    act: int
    knowledge: float
    """-1: not known."""


def lettered(brief: Labelled) -> Lettered:
    """Spread the spans over their characters; a hesitation interrupts the span around it."""
    roles: list[tuple[str, bool]] = [("", False)] * len(brief.text)
    overlays: list[tuple[str, bool]] = [("", False)] * len(brief.text)
    for span in brief.spans:
        into = overlays if span.inside and span.tag in OVERLAYS else roles
        for at in range(span.start, span.end):
            into[at] = (span.tag, at == span.start)
        if span.tag == "name" and not span.inside:
            for at in range(span.start, span.end):
                overlays[at] = ("name", at == span.start)
    return Lettered(brief.text, tuple(roles), tuple(overlays), brief)


def example_of(brief: Lettered, tokenizer: Tokenizer) -> Example:
    """Labels for every word piece. A stretch that opens with a hesitation begins after it."""
    pieces = pieces_of(brief.text, tokenizer)
    source = brief.source
    return Example(
        pieces=pieces,
        roles=_classes(brief.roles, pieces, ROLES),
        overlays=_classes(brief.overlays, pieces, OVERLAYS),
        video_type=TYPES.index(source.video_type) if source.video_type in TYPES else IGNORED,
        act=ACTS.index(source.act or "brief"),
        knowledge=-1.0 if source.act else float(source.wants_knowledge),
    )


def _classes(letters: Sequence[tuple[str, bool]], pieces: Pieces, tags: Sequence[str]) -> tuple[int, ...]:
    classes: list[int] = []
    open_tag, before = "", 0
    for start, end in pieces.spans:
        tag = letters[start][0]
        # a stretch may begin on a blank or a mark that was dropped since the last piece
        begins = any(first and other == tag for other, first in letters[before:end])
        before = end
        if not tag:
            classes.append(0)
            open_tag = ""
        elif tag == "um":
            classes.append(begin(tags.index(tag)) if begins else within(tags.index(tag)))
            open_tag = open_tag or "um"
        else:
            classes.append(begin(tags.index(tag)) if begins or open_tag != tag else within(tags.index(tag)))
            open_tag = tag
    return tuple(classes)


def windows(example: Example) -> list[Example]:
    """A long brief in pieces that overlap by half, so that every word has its neighbours."""
    count = len(example.pieces.ids)
    if count <= LONGEST:
        return [example]
    cut = []
    for start in range(0, count - LONGEST // 2, LONGEST // 2):
        part = slice(start, start + LONGEST)
        pieces = Pieces(example.pieces.ids[part], example.pieces.spans[part], example.pieces.cases[part])
        cut.append(replace(example, pieces=pieces, roles=example.roles[part], overlays=example.overlays[part]))
    return cut


class Augmenter:
    """Changes a brief as another client might have written it: other case, no punctuation, another length, platform or name."""

    def __init__(self, briefs: Sequence[Lettered], seed: int) -> None:
        self.random = random.Random(seed)
        self.pools: dict[str, list[str]] = {tag: [] for tag in ("length", "shape", "tone", "name", *SWAPPED)}
        for brief in briefs:
            for span in brief.source.spans:
                if span.tag in self.pools and not (span.inside and span.tag != "name"):
                    self.pools[span.tag].append(brief.text[span.start : span.end])

    def changed(self, brief: Lettered) -> Lettered:
        """One variant, drawn at random; often the brief as it is."""
        changes: tuple[tuple[float, Callable[[Lettered], Lettered]], ...] = (
            (0.30, lambda one: self._swapped(one, "length")),
            (0.30, lambda one: self._swapped(one, "shape")),
            (0.25, lambda one: self._swapped(one, "tone")),
            (0.4, self._mixed),
            (0.15, self._renamed),
            (0.25, self._renumbered),
            (0.12, self._hesitant),
            (0.12, self._mistyped),
            (0.12, _unpunctuated),
            (0.18, _lowered),
            (0.15, lambda one: _lowered(_unpunctuated(one))),
            (0.03, _shouted),
            (0.10, _unended),
        )
        for chance, change in changes:
            if self.random.random() < chance:
                brief = change(brief)
        return brief

    def _swapped(self, brief: Lettered, tag: str) -> Lettered:
        stretches = _stretches(brief.roles, tag)
        if not stretches or not self.pools[tag]:
            return brief
        start, end = self.random.choice(stretches)
        return _spliced(brief, start, end, self.random.choice(self.pools[tag]), (tag, brief.overlays[start][0]))

    def _mixed(self, brief: Lettered) -> Lettered:
        """Put others' words in place of some stretches: what surrounds a stretch must tell its role, not what it says."""
        for tag in SWAPPED:
            for start, end in reversed(_stretches(brief.roles, tag)):
                if self.random.random() < MIXED and self.pools[tag]:
                    brief = _spliced(brief, start, end, self.random.choice(self.pools[tag]), (tag, ""))
        return brief

    def _renamed(self, brief: Lettered) -> Lettered:
        stretches = _stretches(brief.overlays, "name")
        if not stretches:
            return brief
        old = brief.text[slice(*stretches[0])]
        new = self.random.choice(self.pools["name"])
        for start, end in reversed([stretch for stretch in stretches if brief.text[slice(*stretch)] == old]):
            brief = _spliced(brief, start, end, new, (brief.roles[start][0], "name"))
        return brief

    def _renumbered(self, brief: Lettered) -> Lettered:
        letters = list(brief.text)
        for at, letter in enumerate(letters):
            if letter.isdigit() and brief.roles[at][0] != "shape" and self.random.random() < 0.6:
                letters[at] = self.random.choice("123456789")
        return replace(brief, text="".join(letters))

    def _hesitant(self, brief: Lettered) -> Lettered:
        for _ in range(self.random.randint(1, 3)):
            blanks = [at for at, letter in enumerate(brief.text) if letter == " " and not brief.roles[at][1]]
            if not blanks:
                return brief
            at = self.random.choice(blanks)
            words = self.random.choice((" um", " uh", " um,", ", uh,", " er", " hmm", " you know,", " well,", ", I mean,", " like,"))
            brief = _spliced(brief, at, at, words, ("um", ""))
        return brief

    def _mistyped(self, brief: Lettered) -> Lettered:
        for _ in range(self.random.randint(1, 3)):
            inside = [at for at in range(1, len(brief.text) - 1) if brief.text[at - 1 : at + 2].isalpha() and not brief.roles[at][1]]
            if not inside:
                return brief
            at = self.random.choice(inside)
            if self.random.random() < 0.5:
                brief = _spliced(brief, at, at + 1, "", ("", ""))
            else:
                text = brief.text[: at - 1] + brief.text[at] + brief.text[at - 1] + brief.text[at + 1 :]
                brief = replace(brief, text=text)
        return brief


def _stretches(letters: Sequence[tuple[str, bool]], tag: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for at, (other, begins) in enumerate(letters):
        if other != tag:
            continue
        if found and found[-1][1] == at and not begins:
            found[-1] = (found[-1][0], at + 1)
        else:
            found.append((at, at + 1))
    return found


def _spliced(brief: Lettered, start: int, end: int, words: str, tags: tuple[str, str]) -> Lettered:
    """Put words in place of others; ``tags`` are their role and overlay."""
    role, overlay = tags
    # a change in the middle of a stretch does not begin one
    first = start < end and brief.roles[start][1]
    first_over = start < end and brief.overlays[start][1]
    if start == end and role == "um":
        first = True
    roles = tuple((role, first and at == 0) if role else ("", False) for at in range(len(words)))
    overlays = tuple((overlay, first_over and at == 0) if overlay else ("", False) for at in range(len(words)))
    return replace(
        brief,
        text=brief.text[:start] + words + brief.text[end:],
        roles=(*brief.roles[:start], *roles, *brief.roles[end:]),
        overlays=(*brief.overlays[:start], *overlays, *brief.overlays[end:]),
    )


def _lowered(brief: Lettered) -> Lettered:
    text = brief.text.lower()
    return replace(brief, text=text) if len(text) == len(brief.text) else brief


def _shouted(brief: Lettered) -> Lettered:
    text = brief.text.upper()
    return replace(brief, text=text) if len(text) == len(brief.text) else brief


def _unended(brief: Lettered) -> Lettered:
    kept = len(brief.text.rstrip(" .!?"))
    return replace(brief, text=brief.text[:kept], roles=brief.roles[:kept], overlays=brief.overlays[:kept])


def _unpunctuated(brief: Lettered) -> Lettered:
    """Without marks, as poor dictation comes; what belongs to numbers, times and addresses stays. A stretch's begin moves on."""
    gone = {match.start() for match in re.finditer(r"[.,;:!?](?!\w)", brief.text)}
    kept = [at for at in range(len(brief.text)) if at not in gone]
    return replace(
        brief,
        text="".join(brief.text[at] for at in kept),
        roles=tuple(brief.roles[at] for at in kept),
        overlays=tuple(brief.overlays[at] for at in kept),
    )
