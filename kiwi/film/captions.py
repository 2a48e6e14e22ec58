"""Captions: which words stand on screen together, in which lines, for which frames, and the two sidecar formats."""

import math
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise, zip_longest

from kiwi.film.model import Caption, Spoken, Storyboard

LINE = 42
"""Characters a line may hold (Netflix Timed Text Style Guide: English)."""
COMFORTABLE = 50
"""Characters a caption may hold before it looks like a page."""
SHORTEST_SECONDS, LONGEST_SECONDS = 5 / 6, 7.0
"""How long a caption stays, at least and at most (the same guide)."""
EASY_SPEED, FASTEST_SPEED = 17.0, 20.0
"""Characters a second that everybody, and that most people, can read."""
GAP_FRAMES = 2
LINGER_SECONDS = 0.4
"""How long a caption stays after its last word when nobody speaks."""
PAUSE_SECONDS = 0.5
"""A shorter silence is bridged: the word stays lit, the caption stays until the next one."""

EARLY_SECONDS, LATE_SECONDS = 0.3, 0.4
"""A caption may come so much before its first word, or after it, where one beside it could not be read otherwise."""

CLOSERS = "\"'”’»)]"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ABBREVIATIONS = _words("mr. mrs. ms. dr. st. vs. no. nos. jr. sr. prof. e.g. i.e. approx. fig. inc. ltd. co. mt. gen. rev.")
INITIALS = re.compile(r"^(?:\w\.)+$")
CONJUNCTIONS = _words(
    "and but or nor so yet because which that who whose when while where if than as until unless although though since how what why",
)
PREPOSITIONS = _words(
    "in on at for with from to of by into onto about through over under after before between without within across around behind "
    "near per like during against toward towards up off out",
)
LEADERS = _words(
    "a an the my your his her its our their this these those every each no some any is are was were be been am do does did has "
    "have had will would can could should may might must not very more most less i you we they he she it i'm you're we're it's don't "
    "one two three four five six seven eight nine ten good new big small great own other first last next best whole",
)
"""Words that lean on the next one: a line should not end with them."""
PRONOUNS = _words("it me you him her us them up there")
"""Words that lean on the one before: ``open it`` stays together."""
ADJECTIVE_ENDINGS = ("est", "ous", "ful", "ive", "able", "ible", "less")

Lines = tuple[tuple[Spoken, ...], ...]
IMPOSSIBLE = math.inf


def plan_captions(words: Sequence[Spoken], fps: int, line: int = LINE, until: int | None = None) -> tuple[Caption, ...]:
    """Group a shot's words into captions that read well and keep in step with the voice.

    Captions start with their first word, never cross a sentence's end, and lie one after the other without overlap.
    Word starts must increase; a word longer than ``line`` characters is broken. ``until`` is the frame where the last
    caption must be gone. In the result each word stays lit until the next, unless a pause lies between.
    """
    pieces = _broken(words, line)
    lit = iter(_lit(pieces, fps))
    groups = [lines for sentence in _sentences(pieces, fps) for lines in _phrases(sentence, fps, line)]
    captions = []
    for lines, after in zip_longest(groups, groups[1:]):
        shown = tuple(tuple(next(lit) for _ in words_of_line) for words_of_line in lines)
        ends_by = after[0][0].start if after else until
        captions.append(_timed(shown, lines[-1][-1].end, ends_by, fps, is_last=after is None))
    return _readable(captions, fps, until)


def in_film(storyboard: Storyboard) -> tuple[Caption, ...]:
    """All captions of a film, their frames counted from the film's start."""
    captions: list[Caption] = []
    starts_at = 0
    for shot in storyboard.shots:
        captions += [_shifted(caption, starts_at) for caption in shot.captions]
        starts_at += shot.frames
    return tuple(captions)


def write_srt(captions: Iterable[Caption], fps: int) -> str:
    """SubRip text; the format has no escapes, so an arrow inside a caption becomes a character."""
    cues = []
    for number, caption in enumerate(captions, start=1):
        lines = "\n".join(_plain(line).replace("-->", "→") for line in caption.lines)
        cues.append(f"{number}\n{_stamp(caption.start, fps, ',')} --> {_stamp(caption.end, fps, ',')}\n{lines}\n")
    return "\n".join(cues)


def write_vtt(captions: Iterable[Caption], fps: int) -> str:
    """WebVTT text with a timestamp before every word but a cue's first (https://www.w3.org/TR/webvtt1/)."""
    cues = ["WEBVTT\n"]
    for caption in captions:
        lines = "\n".join(" ".join(_timestamped(word, caption, fps) for word in line) for line in caption.lines)
        cues.append(f"{_stamp(caption.start, fps)} --> {_stamp(caption.end, fps)}\n{lines}\n")
    return "\n".join(cues)


def _shifted(caption: Caption, frames: int) -> Caption:
    lines = tuple(tuple(Spoken(text=w.text, start=w.start + frames, end=w.end + frames) for w in line) for line in caption.lines)
    return Caption(lines=lines, start=caption.start + frames, end=caption.end + frames)


def _plain(line: Iterable[Spoken]) -> str:
    return " ".join(word.text for word in line)


def _stamp(frame: int, fps: int, point: str = ".") -> str:
    milliseconds = (frame * 1000 + fps // 2) // fps
    seconds, milliseconds = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{milliseconds:03}"


def _timestamped(word: Spoken, caption: Caption, fps: int) -> str:
    text = word.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<{_stamp(word.start, fps)}>{text}" if caption.start < word.start < caption.end else text


def _broken(words: Iterable[Spoken], line: int) -> list[Spoken]:
    """The words without white space inside, those too long for a line in pieces that share their time."""
    pieces: list[Spoken] = []
    for word in words:
        text = "".join(word.text.split())
        parts = [text[at : at + line] for at in range(0, len(text), line)]
        frames = max(word.end - word.start, len(parts))
        for number, part in enumerate(parts):
            start = word.start + frames * number // len(parts)
            start = max(start, pieces[-1].start + 1) if pieces else start
            end = max(word.start + frames * (number + 1) // len(parts), start + 1)
            pieces.append(Spoken(text=part, start=start, end=end))
    return pieces


def _lit(words: Sequence[Spoken], fps: int) -> list[Spoken]:
    """Keep each word lit until the next one, so that exactly one is lit while somebody speaks."""
    lit = []
    for word, after in zip_longest(words, words[1:]):
        end = word.end
        if after is not None:
            end = after.start if after.start - word.end <= PAUSE_SECONDS * fps else word.end
        lit.append(Spoken(text=word.text, start=word.start, end=end))
    return lit


def ends_sentence(text: str, after: str, pause_seconds: float = 0.0) -> bool:
    """Whether a sentence ends with this word, ``after`` being the word that follows it after a pause."""
    bare = text.rstrip(CLOSERS)
    if not bare.endswith((".", "!", "?", "…", "。", "！", "？")):
        return False
    if not bare.endswith("."):
        return True
    if bare.lower().lstrip("(\"'“‘") in ABBREVIATIONS:
        return False
    if INITIALS.match(bare):
        return after[:1].isupper() and pause_seconds >= 0.25
    return not after[:1].islower() or pause_seconds >= 0.25


def _sentences(words: Sequence[Spoken], fps: int) -> list[list[Spoken]]:
    sentences: list[list[Spoken]] = [[]]
    for word, after in zip_longest(words, words[1:]):
        sentences[-1].append(word)
        if after is not None and ends_sentence(word.text, after.text, (after.start - word.end) / fps):
            sentences.append([])
    return [sentence for sentence in sentences if sentence]


def _break_cost(left: str, right: str) -> float:
    """How much it hurts to break between two words of a sentence: 0 after a colon, 35 between an article and its noun."""
    bare = left.lower().rstrip(CLOSERS)
    if bare.endswith((":", ";", "—", "–")) or right in {"—", "–"}:
        return 0.0
    if bare.endswith((",", ".", "!", "?")):
        return 1.0
    ahead = right.lower().strip(CLOSERS + "“‘(")
    cost = 16.0 if ahead in PRONOUNS else 3.0 if ahead in CONJUNCTIONS else 7.0 if ahead == "of" else 5.0 if ahead in PREPOSITIONS else 10.0
    particle = bare in PREPOSITIONS and ahead in PREPOSITIONS
    if not particle and (bare in LEADERS or bare in PREPOSITIONS or bare in CONJUNCTIONS):
        cost += 25.0
    elif bare.endswith(ADJECTIVE_ENDINGS):
        cost += 6.0
    if (left[:1].isupper() and right[:1].isupper()) or left[-1:].isdigit():
        cost += 28.0
    return cost


def _phrases(words: Sequence[Spoken], fps: int, line: int) -> list[Lines]:
    """Split one sentence into captions at the least total cost (dynamic programming over break positions)."""
    best: list[tuple[float, list[Lines]]] = [(0.0, [])]
    for end in range(1, len(words) + 1):
        options: list[tuple[float, int, Lines]] = []
        for start in range(end - 1, -1, -1):
            layout, cost = _layout(words[start:end], line)
            if not layout:
                break
            cost += _caption_cost(words, start, end, fps, line)
            options.append((best[start][0] + cost, start, layout))
        total, start, layout = min(options, key=lambda option: option[0])
        best.append((total, [*best[start][1], layout]))
    return best[-1][1]


def _layout(words: Sequence[Spoken], line: int) -> tuple[Lines, float]:
    """Put words into at most two balanced lines; no lines at all when they do not fit."""
    if len(_plain(words)) <= line:
        return (tuple(words),), 0.0
    best: tuple[Lines, float] = ((), IMPOSSIBLE)
    for at in range(1, len(words)):
        top, bottom = len(_plain(words[:at])), len(_plain(words[at:]))
        if max(top, bottom) > line:
            continue
        cost = 4.0 + 10.0 * abs(top - bottom) / line + 0.6 * _break_cost(words[at - 1].text, words[at].text)
        if cost < best[1]:
            best = ((tuple(words[:at]), tuple(words[at:])), cost)
    return best


def _caption_cost(words: Sequence[Spoken], start: int, end: int, fps: int, line: int) -> float:
    """What one caption of words[start:end] costs: too short, too long, too fast, or badly broken off."""
    ended = words[end].start if end < len(words) else words[-1].end + LINGER_SECONDS * fps
    seconds = (ended - words[start].start) / fps
    spoken_seconds = (words[end - 1].end - words[start].start) / fps
    if spoken_seconds > LONGEST_SECONDS and end - start > 1:
        return 1000.0 * spoken_seconds
    characters = len(_plain(words[start:end]))
    speed = characters / seconds
    cost = 10.0 + 12.0 * (end - start == 1 and len(words) > 1)
    cost += 30.0 * max(0.0, SHORTEST_SECONDS - seconds) / SHORTEST_SECONDS
    cost += 2.0 * max(0.0, speed - EASY_SPEED) + 6.0 * max(0.0, speed - FASTEST_SPEED)
    cost += 8.0 * (max(0, characters - COMFORTABLE) / line) ** 2
    pauses = [after.start - word.end for word, after in pairwise(words[start:end])]
    cost += 8.0 * sum(pause > PAUSE_SECONDS * fps for pause in pauses)
    if end < len(words):
        cost += 1.5 * _break_cost(words[end - 1].text, words[end].text)
    return cost


def _readable(captions: Sequence[Caption], fps: int, until: int | None) -> tuple[Caption, ...]:
    """Give captions that are gone too soon time that their neighbours can spare, so that most people can read each."""
    spans = [[caption.start, caption.end] for caption in captions]
    needed = [math.ceil(sum(len(_plain(line)) for line in caption.lines) / FASTEST_SPEED * fps) for caption in captions]
    for number, span in enumerate(spans):
        before, after = (spans[number - 1] if number else None), (spans[number + 1] if number + 1 < len(spans) else None)
        end = after[0] if after else max(span[1], until or span[1])
        span[1] += max(0, min(needed[number] - (span[1] - span[0]), end - span[1]))
        begin = max(before[1] if before else 0, captions[number].start - round(EARLY_SECONDS * fps))
        span[0] -= max(0, min(needed[number] - (span[1] - span[0]), span[0] - begin))
        if after and (missing := needed[number] - (span[1] - span[0])) > 0:
            kept = max(needed[number + 1], math.ceil(SHORTEST_SECONDS * fps))
            spare = min(after[1] - after[0] - kept, round(LATE_SECONDS * fps))
            after[0] += max(0, min(missing, spare))
            span[1] = max(span[1], min(after[0], span[1] + missing))
    lent = [after is not None and span[1] > after.start for span, after in zip(spans, [*captions[1:], None], strict=False)]
    return tuple(_within(*each) for each in zip(captions, spans, lent, strict=True))


def _within(caption: Caption, span: Sequence[int], lent: bool) -> Caption:
    """A caption from another frame to another one; its words are lit while it is there, the last one also in time that the next lent."""
    start, end = span
    if (caption.start, caption.end) == (start, end):
        return caption
    left, lit = sum(map(len, caption.lines)), start
    lines = []
    for line in caption.lines:
        moved = []
        for word in line:  # each gets a frame of its own, however late the caption comes
            left -= 1
            begins = min(max(word.start, lit), end - left - 1)
            lit = end if lent and not left else min(max(word.end, begins + 1), end - left)
            moved.append(Spoken(text=word.text, start=begins, end=lit))
        lines.append(tuple(moved))
    return Caption(lines=tuple(lines), start=start, end=end)


def _timed(lines: Lines, spoken: int, ends_by: int | None, fps: int, *, is_last: bool) -> Caption:
    """Give a caption its frames: from its first word until it is read, the next begins, or seven seconds have passed."""
    start = lines[0][0].start
    characters = sum(len(_plain(line)) for line in lines)
    needed = start + math.ceil(max(SHORTEST_SECONDS, characters / EASY_SPEED) * fps)
    longest = start + math.floor(LONGEST_SECONDS * fps)
    end = min(max(spoken + round(LINGER_SECONDS * fps), needed), longest)
    if ends_by is not None and (is_last or ends_by <= end):
        end = min(end, ends_by)
    elif ends_by is not None:
        end = ends_by if ends_by - end < PAUSE_SECONDS * fps and ends_by <= longest else min(end, ends_by - GAP_FRAMES)
    end = max(end, start + 1)
    shown = tuple(tuple(Spoken(text=w.text, start=w.start, end=max(min(w.end, end), w.start + 1)) for w in line) for line in lines)
    return Caption(lines=shown, start=start, end=end)
