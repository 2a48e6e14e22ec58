"""Marks: what the reader's network saw in a text, as stretches of its characters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, zip_longest

import numpy as np
from numpy.typing import NDArray

from kiwi.local.read.grammar import tagged
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


CLAUSE = re.compile(r",? (?:who|whose)\b[^.!?\n]+")
TIE = re.compile(r"\s(?:to|at|on|of|in|for|with|by)\s", re.I)
"""A word between two stretches that makes them one: “Questions | to | Janet at the office”."""
DENYING = re.compile(r"no|without|not", re.I)
CLOSES = re.compile(r"(?:[^().!?\n]|[.!?](?=\S)){0,100}\)")
"""What a bracket holds, up to its end, within one sentence."""
AFTERTHOUGHT = 4
"""Words."""
VERB_TAGS = frozenset({"VB", "VBD", "VBP", "VBZ", "MD"})
FRONTED = re.compile(
    r"(?!.*\b(?:is|are|was|were|will|have|has|can|do|does|get|gets|come|comes|be)\b)"
    r"(?:every|each|until|till|from|on|in|at|by|since|during|this|next|after|before)(?: [\w'’-]+){1,6}",
    re.I,
)
"""When something holds that is told behind it: “until the end of July | every MOT is …”, “every second | coffee is …”."""
DATED = re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day$", re.I)
LEADING_IN = re.compile(r"(?:for|if|when|whenever|until|before|after|once|in case|to)\b", re.I)
"""How a clause begins that says when an appeal holds: “For urgent questions, | write to …”."""
REST = re.compile(
    r"(?:\s+(?!(?:thank|please|make|keep|use|do|so|and|but|with|in|for|as|on|cheers)\w*\b)[\w'’-]+){1,4}[.!?…]+[\"”’)]*", re.I
)
"""A sentence's few last words, which only go on: “You'd be | mad to miss it.”"""
FRONT = re.compile(
    r"(?!(?:and|so|oh|ok\w*|well|um|uh|please|then|tell|say\w*|mention|text|it should|the|script|title|with|about|for|voice)\b)"
    r"(?:[\w'’-]+ ){1,4}[\w'’-]+, ",
    re.I,
)
"""A sentence's few first words, behind which it goes on: “New members welcome, | no skill required.”"""
OWN = re.compile(r"(?:we|i|our|my)\b", re.I)
TELLING_WORDS = 7
"""A sentence of so many words about the client is for viewers, too: “We farm sheep and sell lamb.”"""
TALK = re.compile(
    r"\b(?:thank\w*|please|pls|sorry|cheers|hi|hello|hey|dear|regards|videos?|films?|clips?|reel|movie|advert|ads?|make|can you|could you|"
    r"send you|attach\w*|(?:our|my|the) logo|budget|deadline|my boss|approv\w*|upload\w*|let you know|your (?:app|tool|api)|"
    r"would you|(?:i|we)(?:['’]d| would)? (?:want|need|think|like|love|mean|hope)|let me|that['’]s (?:it|all)|nothing|say|"
    r"show|ok(?:ay)?)\b",
    re.I,
)
"""What a client says to the film maker."""
TORN_WORDS = 2
"""So many words within a sentence that nobody marked are no slip of the network's but part of what is said."""


def mended(text: str, marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Stretches as a reader would have drawn them, where the network's are torn."""
    return with_whole_sentences(text, joined(text, with_clauses(text, with_reminders(text, with_headword(text, marks)))))


REMINDING = re.compile(r"(?:\b(?:please\s+)?(?:don['’]?t|do not) forget|\bremember)(?:\s+to)?\s+(?:your |the |a )?$", re.I)
"""What stands before a thing that viewers shall bring: “don't forget | shin pads”."""


HEADWORD = re.compile(r"(?:for sale|for rent|to let|wanted|lost|found|reminder)(?=\s*[:!])", re.I)


def with_headword(text: str, marks: Sequence[Mark]) -> list[Mark]:
    """The same stretches, and the word that a notice begins with: “For sale: 40 bales of hay”."""
    word = HEADWORD.match(text)
    unmarked = word is not None and not any(mark.start < word.end() for mark in marks)
    return [Mark(SPOKEN, 0, word.end(), word[0]), *marks] if word and unmarked else list(marks)


def with_reminders(text: str, marks: Sequence[Mark]) -> list[Mark]:
    """The same stretches, things to bring with the words that say so."""
    found = list(marks)
    for place, mark in enumerate(marks):
        begins = marks[place - 1].end if place else 0
        if mark.tag in SEVERAL and (reminder := REMINDING.search(text[begins : mark.start])):
            start = begins + reminder.start()
            found[place] = Mark(SPOKEN, start, mark.end, text[start : mark.start] + mark.words)
    return found


def with_clauses(text: str, marks: Sequence[Mark]) -> list[Mark]:
    """The same stretches, people with what is said of them behind: “grandma Rosa | who turns 80 on Saturday”."""
    found = list(marks)
    for place, (mark, after) in enumerate(zip_longest(marks, marks[1:])):
        if mark.tag == "audience" and (clause := CLAUSE.match(text, mark.end, after.start if after else len(text))):
            end = clause.start() + len(clause[0].rstrip(TRAILING))
            found[place] = Mark(mark.tag, mark.start, end, f"{mark.words}{text[mark.end : end]}")
    return found


def joined(text: str, marks: Sequence[Mark]) -> list[Mark]:
    """The same stretches, one sentence where only a blank parts what goes on: “Our name is | Velo”, “our office moves to | Bristol”.

    Whom a sentence names keeps a stretch of its own as well.
    """
    found: list[Mark] = []
    named: list[Mark] = []
    for place, mark in enumerate(marks):
        last = found[-1] if found else mark
        followed = any(after.tag == SPOKEN and not text[mark.end : after.start].strip() for after in marks[place + 1 : place + 2])
        through = bool(named) and named[-1].end == last.end
        gap = text[last.end : mark.start]
        tied = last.tag == mark.tag in {SPOKEN, "action"} and TIE.fullmatch(gap)
        if found and mark.end - last.start > LONGEST_STRETCH:
            found.append(mark)
        elif found and last.tag == SPOKEN and mark.start < (closed := closing_of(text, last)):
            end = max(mark.end, closed)
            found[-1] = Mark(SPOKEN, last.start, end, " ".join(text[last.start : end].split()))
        elif found and (last.tag, mark.tag) == (SPOKEN, "action") and LEADING_IN.match(last.words) and gap.strip() in {"", ","}:
            found[-1] = Mark("action", last.start, mark.end, f"{last.words}{gap.rstrip()} {mark.words}")
        elif found and (last.tag, mark.tag) == ("wish", "avoid") and DENYING.fullmatch(last.words) and not gap.strip():
            found[-1] = Mark("wish", last.start, mark.end, f"{last.words} {mark.words}")
        elif found and (tied or (not gap.strip(" ") and _goes_on(text, last, mark, followed=followed, through=through))):
            tag = SPOKEN if last.tag == "topic" else last.tag
            found[-1] = Mark(tag, last.start, mark.end, " ".join(f"{last.words} {gap} {text[mark.start : mark.end]}".split()))
            named += [mark] if mark.tag in {"name", "audience"} else []
        else:
            found.append(mark)
    return sorted([*found, *named], key=lambda mark: mark.start)


def is_afterthought(text: str, last: Mark, mark: Mark) -> bool:
    """Whether a comma alone parts few words without a verb from the sentence that they end: “in the library, | room 2.”"""
    between = text[last.end - 1 : mark.start].strip()
    closes = text[mark.start : mark.end].rstrip()[-1:] in ".!?"
    few = len(mark.words.split()) <= AFTERTHOUGHT and mark.words[:1].islower()
    return between.endswith(",") and closes and few and not any(token.tag in VERB_TAGS for token in tagged(mark.words))


def closing_of(text: str, mark: Mark) -> int:
    """Where the bracket ends that a stretch opens and does not close; 0: it opens none."""
    inside = text[mark.start : mark.end]
    if inside.count("(") <= inside.count(")"):
        return 0
    closes = CLOSES.match(text, mark.end)
    return closes.end() if closes else 0


def _goes_on(text: str, last: Mark, mark: Mark, *, followed: bool, through: bool) -> bool:
    """Whether a stretch goes on with the one before it; ``followed`` by a spoken one, ``through`` a name that ended the one before."""
    tags, ended = (last.tag, mark.tag), text[last.start : last.end].rstrip()[-1:] in ".!?…,;:"
    if tags == ("topic", SPOKEN):
        return BEGUN.search(last.words) is not None
    if last.tag == mark.tag in SEVERAL:
        if (
            not ended
            and (FRONTED.fullmatch(last.words) or (DATED.search(last.words) and mark.words.startswith("the ")))
            and mark.words[:1].islower()
        ):
            return True
        if last.tag == SPOKEN and is_afterthought(text, last, mark):
            return True
        lengths = len(last.words.split()), len(mark.words.split())
        short = (1 in lengths and not mark.words[:1].isupper()) or lengths == (1, 1)
        return not ended and (short or last.words.isdigit() or through)
    if tags == (SPOKEN, "action"):
        return not ended and BEGUN.search(last.words) is not None
    return not ended and (tags in {(SPOKEN, "name"), (SPOKEN, "point")} or (tags == (SPOKEN, "audience") and followed))


def with_whole_sentences(text: str, marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """The same stretches, sentences without any whole between spoken ones, and torn ones whole in prose, which orders nothing."""
    found = list(marks)
    scripted = any(mark.tag == SPOKEN and text[: mark.start].rstrip().endswith(('"', "“", ":")) for mark in marks)
    prose = {mark.tag for mark in marks} == {SPOKEN, "tone"}
    sentences = sentences_in(text)
    says = [False, *(any(mark.tag == SPOKEN and start <= mark.start < end for mark in marks) for start, end in sentences), False]
    for (start, end), before, after in zip(sentences, says, says[2:], strict=False):
        inside = [mark for mark in found if mark.start < end and start < mark.end]
        if any(mark.start < start or mark.end > end for mark in inside):
            continue  # what lies in several sentences is not made one of them
        gaps = [text[one.end : other.start] for one, other in pairwise(inside)] + [text[mark.end : end] for mark in inside[-1:]]
        torn = prose and inside and inside[0].tag == SPOKEN and any(len(re.findall(r"\w+", gap)) >= TORN_WORDS for gap in gaps)
        led = _is_led(inside, gaps, start)
        begins = bool(inside) and (inside[0].tag, inside[0].start) == (SPOKEN, start)
        broken_off = begins and not inside[1:] and REST.fullmatch(text, inside[0].end, end)
        addressed = begins and bool(inside[1:]) and {mark.tag for mark in inside[1:]} <= {"audience", "name"}
        own = not scripted and OWN.match(text, start, end) and {mark.tag for mark in inside} <= {"topic", "name", "point", SPOKEN}
        own = own and len(text[start:end].split()) >= TELLING_WORDS and not TALK.search(text, start, end) and any(says)
        begun_late = bool(inside) and {mark.tag for mark in inside} == {SPOKEN} and FRONT.fullmatch(text, start, inside[0].start)
        if torn or broken_off or addressed or led or own or begun_late or (before and after and not inside):
            begun = inside[0].start if inside and not (own or begun_late) else start
            whole = Mark(SPOKEN, begun, end, " ".join(text[begun:end].split()))
            gone = inside[led:]
            if addressed or own:
                gone = [mark for mark in inside if mark.tag in {SPOKEN, "point"}]
            found = [mark for mark in found if mark not in gone] + [whole]
    return tuple(sorted(found, key=lambda mark: mark.start))


def _is_led(inside: Sequence[Mark], gaps: Sequence[str], start: int) -> bool:
    """Whether a sentence begins with its subject, which has a stretch of its own: “Our charity, | Second Spoon, rescued 12 tonnes.”"""
    tags = [mark.tag for mark in inside]
    begins = tags[:1] == ["topic"] and inside[0].start == start
    return begins and SPOKEN in tags and set(tags[1:]) <= {SPOKEN, "name"} and not any(re.search(r"[\w:;–—-]", gap) for gap in gaps)


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
