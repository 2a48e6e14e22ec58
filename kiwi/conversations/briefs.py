"""The brief that a conversation amounts to, and how it will be read."""

import re
from collections.abc import Sequence
from functools import lru_cache

from kiwi.conversations.talk import Wanted
from kiwi.errors import BadBrief
from kiwi.film import Brief, Intent, VideoType
from kiwi.local.reader import read_intent
from kiwi.local.wishes import Wishes

FILM_OF = {
    VideoType.PROMOTIONAL: "a promotional video",
    VideoType.EXPLAINER: "an explainer video",
    VideoType.STORY: "a story",
    VideoType.NEWS: "a news video",
    VideoType.TUTORIAL: "a tutorial",
    VideoType.QUOTE: "a quote video",
}
"""What to call each in an order."""
NO_TOPIC = "There is no topic yet: say what the film should be about."


@lru_cache(maxsize=512)
def read_wanted(wanted: Wanted) -> Intent | None:
    """What the film would be; None: there is no topic yet."""
    if not wanted.words:
        return None
    try:
        brief = brief_of(wanted)
        return read_intent(brief.words, brief)
    except BadBrief:
        return None


def brief_of(wanted: Wanted) -> Brief:
    """The brief for what is wanted: the client's own words, unless what was said later would not be heard over them. BadBrief."""
    if not wanted.words:
        raise BadBrief(NO_TOPIC)
    plain = _brief(_lines(wanted.words), wanted)
    read = read_intent(plain.words, plain)
    if not (missing := _labels(wanted, read)):
        return plain
    labelled = _brief(_lines([*wanted.words, *missing]), wanted)
    if not _labels(wanted, read_intent(labelled.words, labelled)):
        return labelled
    return _brief(_written_anew(wanted, read), wanted)


def _lines(words: Sequence[str]) -> str:
    """Several messages as lines that end, or one as it came."""
    if len(words) == 1:
        return words[0]
    return "\n".join(line if re.search(r"[.!?:…][\"”’)]*$", line) else f"{line}." for line in words)


def _brief(words: str, wanted: Wanted) -> Brief:
    return Brief(words=words, seconds=wanted.seconds, size=wanted.size)


def _labels(wanted: Wanted, read: Intent) -> list[str]:
    """A line for each thing that was wanted and is not what was read."""
    style = Wishes()
    style.feel(wanted.style)
    lines = {
        f"Type: {FILM_OF[wanted.video_type]}" if wanted.video_type else "": read.video_type is wanted.video_type,
        f"Audience: {wanted.audience}" if wanted.audience else "": read.audience == wanted.audience,
        f"Tone: {wanted.style}" if style.best_mood else "": read.mood is style.best_mood,
        f"Name: {wanted.name}" if wanted.name else "": read.name == wanted.name,
        f"Call to action: {wanted.action}" if wanted.action else "": read.call_to_action == wanted.action,
    }
    return [line for line, there in lines.items() if line and not there]


def _written_anew(wanted: Wanted, read: Intent) -> str:
    """A brief in which what was said later comes first."""
    audience = wanted.audience or read.audience
    lines = [
        f"Make {FILM_OF[wanted.video_type or read.video_type]} about {read.topic}.",
        f"Audience: {audience}" if audience else "",
        f"Tone: {wanted.style or read.mood.value}",
        f"Name: {wanted.name or read.name}" if wanted.name or read.name else "",
        f"Key points: {', '.join(read.key_points)}" if read.key_points else "",
        *read.sentences,
        f"Call to action: {wanted.action or read.call_to_action}" if wanted.action or read.call_to_action else "",
    ]
    return _lines([line for line in lines if line])
