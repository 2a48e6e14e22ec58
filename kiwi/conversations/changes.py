"""Short changes to the film as a whole: its length, its type, whom it is for, how it shall not feel."""

import re
from dataclasses import replace

from kiwi.conversations.drift import Drift
from kiwi.conversations.meaning import Meaning, bare_of, noted, tone_words, type_named, wishes_in
from kiwi.film import Intent
from kiwi.local.numbers import find_lengths
from kiwi.local.vocabulary import FILM_NOUN, MOOD_WORD
from kiwi.local.wishes import CUT, Wishes, cut_wishes, tidied

MOST_WORDS = 9
"""``longer`` in a longer sentence is about something else."""
STEP_SECONDS = 5.0
"""Lengths that we work out are multiples of this."""
TIMES = (
    (r"half (?:as long|the (?:length|time))|twice as short", 0.5),
    (r"twice as long|double (?:it|the (?:length|time))|two times (?:as long|longer)", 2.0),
    (r"(?:much|way|far|a lot) shorter", 0.5),
    (r"(?:much|way|far|a lot) longer", 2.0),
    (r"(?:a (?:bit|little)|slightly|somewhat) shorter", 0.8),
    (r"(?:a (?:bit|little)|slightly|somewhat) longer", 1.25),
    (r"shorter|too long|shorten it|less long", 2 / 3),
    (r"longer|too short|lengthen it|more time", 1.5),
)
"""How many times as long a film shall be, the plainest words last."""
UNLIKE = re.compile(rf"^\W*(?:\w+ ){{0,5}}(?:less|not|isn['’]t|too)(?: so| too| very| that| as)? {MOOD_WORD}(?: anymore)?\W*$", re.I)
EVERYBODY = re.compile(
    r"(?:it(?:['’]s| is) )?(?:for )?(?:everyone|everybody|anyone|anybody|all(?: people)?|(?:the )?(?:general )?public)\W*", re.I
)
NUMBER_ALONE = re.compile(r"\W*(?:(?:about|around|maybe|say|make it)\s+)?(\d{1,3})\W*", re.I)
TURNED = re.compile(
    r"(?:(?:make|turn|do|shoot) (?:it|this|that)(?: into| as)?|(?:it|this)(?:['’]s| is| should be)|as|more (?:of|like)|rather|i want|use|"
    rf"just)?\s*(?:an? |the )?(?P<kind>(?:[\w-]+ )?(?:{FILM_NOUN}|tutorial|explainer|story|news|ad|quote)(?: {FILM_NOUN})?)"
    r"(?: instead| rather| please)*[\s.!]*",
    re.I,
)
"""``make it a tutorial``."""


def change_in(text: str, read: Intent) -> Meaning | None:
    """The change that a message asks for; None: it is none of these."""
    bare = bare_of(text)
    if len(text.split()) > MOST_WORDS:
        return None
    if (seconds := _seconds_in(bare, read.seconds)) is not None:
        return Meaning(seconds=seconds)
    if UNLIKE.match(text):
        return Meaning(Drift.UNLIKE)
    if EVERYBODY.fullmatch(bare):
        return Meaning(Drift.SKIP)
    wishes = Wishes()
    turned = TURNED.fullmatch(tidied(cut_wishes(bare, wishes).replace(CUT, " ")))
    if turned and (kind := type_named(turned["kind"])):
        return replace(wishes_in(noted(bare)), video_type=kind, audience=wishes.audience)
    return None


def _seconds_in(bare: str, seconds: float) -> float | None:
    """The length after ``10 seconds longer``, ``half as long`` or a bare number."""
    if number := NUMBER_ALONE.fullmatch(bare):
        return float(number[1])
    by = re.search(r"\b(?P<more>longer|more)|(?:shorter|less)\b", bare, re.I)
    lengths = find_lengths(bare)
    if by and len(lengths) == 1 and not re.search(r"\b(?:than|to)\b", bare, re.I):
        return max(seconds + (lengths[0].seconds if by["more"] else -lengths[0].seconds), STEP_SECONDS)
    times = None if lengths else next((times for words, times in TIMES if re.search(rf"\b(?:{words})\b", bare, re.I)), None)
    return None if times is None else max(STEP_SECONDS, STEP_SECONDS * round(seconds * times / STEP_SECONDS))


def wishes_of_fragment(fragment: str) -> tuple[Meaning, list[str]]:
    """The wishes in a few words without a verb, and what else they hold: ``30 sec vertical upbeat, free parking``."""
    wishes = Wishes()
    left = cut_wishes(fragment, wishes)
    words = left.replace(CUT, ",").split()
    style = [word for word in tone_words(fragment) if word not in tone_words(left)]
    if len(words) <= MOST_WORDS and wishes != Wishes():
        # beside another wish a lone word such as "vertical" is one too
        words = [word if cut_wishes(word.strip(",."), wishes) != CUT else "," for word in words]
        style += tone_words(left)
    rest = [piece.strip(" .!-") for piece in " ".join(words).split(",")]
    meaning = Meaning(seconds=wishes.best_seconds, size=wishes.size, audience=wishes.audience, style=", ".join(dict.fromkeys(style)))
    return meaning, [piece for piece in rest if re.search(r"\w\W+\w", piece)]
