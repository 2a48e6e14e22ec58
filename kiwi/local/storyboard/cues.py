"""When something on a card is due: the frame where its words are spoken, and which words of a scene tell most."""

import re
from collections.abc import Collection, Sequence

from kiwi.film.captions import CONJUNCTIONS, LEADERS, PREPOSITIONS
from kiwi.film.model import Spoken

AHEAD_SECONDS = 0.07
"""Things appear a little before they are named."""
APART_SECONDS = 0.25
"""Between two things that appear one after the other."""
WORTH_IT = 1.5
"""What a word must score to be a second or third emphasis: six letters, or a keyword."""
LITTLE_WORDS = "just also there here what how why all only even too many much then now please let us"
STOP_WORDS = CONJUNCTIONS | PREPOSITIONS | LEADERS | frozenset(LITTLE_WORDS.split())


def token(word: str) -> str:
    """A word as it is compared: lower case, letters and digits alone, without a plural s."""
    bare = re.sub(r"[^\w%]", "", word.replace("’s", "").replace("'s", "")).casefold()
    return bare[:-1] if len(bare) > 3 and bare.endswith("s") and not bare.endswith("ss") else bare


def tokens(text: str) -> list[str]:
    """The comparable words of a text."""
    return [one for one in map(token, re.split(r"[\s\-–—/]+", text)) if one]


def telling(text: str) -> list[str]:
    """The words of a text that carry its meaning, as written in lower case."""
    bare = [re.sub(r"[^\w\-]", "", word).lower() for word in text.split()]
    return [word for word in bare if word and word not in STOP_WORDS]


def find_phrase(phrase: str, spoken: Sequence[Spoken], after: int = 0) -> range | None:
    """Where a phrase is spoken: indices of words from ``after`` on; None unless at least half of it is found."""
    wanted = tokens(phrase)
    heard = [tokens(word.text) for word in spoken]
    weights = [1 if word in STOP_WORDS else 3 for word in wanted]
    best, found = 0, None
    for start in range(after, len(spoken)):
        score, end = _matched(wanted, weights, heard, start)
        if score > best:
            best, found = score, range(start, end)
    return found if 2 * best >= sum(weights) else None


def _matched(wanted: Sequence[str], weights: Sequence[int], heard: Sequence[Sequence[str]], start: int) -> tuple[int, int]:
    """The weight of the wanted words met in order, the first at ``start``, with room for two words between, and where they end."""
    score, at, end = 0, start, start + 1
    limit = min(start + len(wanted) + 2, len(heard))
    for word, weight in zip(wanted, weights, strict=True):
        met = next((n for n in range(at, limit if score else start + 1) if any(_alike(one, word) for one in heard[n])), None)
        if met is not None:
            score, at, end = score + weight, met, met + 1
    return score, end


def _alike(one: str, other: str) -> bool:
    """Whether two tokens are the same word, endings aside."""
    shorter, longer = sorted((one, other), key=len)
    return one == other or (len(shorter) >= 4 and longer.startswith(shorter) and len(longer) - len(shorter) <= 3)


def plan_cues(phrases: Sequence[str], spoken: Sequence[Spoken], fps: int, first: int, last: int) -> list[int]:
    """The frame at which each phrase appears: just before it is spoken, in order, within ``first`` … ``last``.

    Phrases that are not found share the time between their neighbours.
    """
    found: list[int | None] = []
    after = 0
    for phrase in phrases:
        words = find_phrase(phrase, spoken, after)
        found.append(spoken[words.start].start - round(AHEAD_SECONDS * fps) if words else None)
        after = words.stop if words else after
    ends = spoken[-1].end if spoken else last
    cues = _filled(found, first, max(first, min(ends, last)))
    apart = round(APART_SECONDS * fps)
    for number, cue in enumerate(cues):
        cues[number] = max(cue, cues[number - 1] + apart) if number else max(cue, first)
    latest = [last - apart * (len(cues) - 1 - number) for number in range(len(cues))]
    return [max(0, min(cue, bound)) for cue, bound in zip(cues, latest, strict=True)]


def _filled(found: Sequence[int | None], first: int, last: int) -> list[int]:
    """Spread the unknown evenly between the known around them."""
    cues = list(found)
    for number, cue in enumerate(cues):
        if cue is not None:
            continue
        before = cues[number - 1] if number else None
        known = next((n for n in range(number + 1, len(cues)) if cues[n] is not None), len(cues))
        ahead = cues[known] if known < len(cues) else None
        low, high = first if before is None else before, last if ahead is None else ahead
        steps = known - number + (before is not None)
        cues[number] = low + (high - low) * (before is not None) // max(steps, 1)
    return [cue for cue in cues if cue is not None]


def emphasis(words: Sequence[Spoken], keywords: Collection[str], common: Collection[str]) -> tuple[int, ...]:
    """Indices of the one to three words that tell most: figures, keywords, then long words that are not said all the time."""
    wanted = {token(word) for word in keywords}
    scores: dict[int, float] = {}
    for number, word in enumerate(words):
        bare = token(word.text)
        if not bare or bare in STOP_WORDS or word.text.lower().strip(".,!?;:") in STOP_WORDS:
            continue
        known = any(_alike(bare, one) for one in wanted)
        scores[number] = 10.0 * known + 8.0 * bare[:1].isdigit() + min(len(bare), 12) / 4 - 3.0 * (bare in common)
    many = 1 if len(words) <= 6 else 2 if len(words) <= 12 else 3
    best = sorted(scores, key=lambda number: (-scores[number], number))[:many]
    return tuple(sorted(number for place, number in enumerate(best) if place == 0 or scores[number] >= WORTH_IT))
