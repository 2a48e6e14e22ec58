"""Settling: from what was understood to the film that is made, by the brief's own fields, then the words, then defaults."""

import re
from collections.abc import Sequence

from kiwi.errors import BadBrief
from kiwi.film.model import LANDSCAPE, MAX_SECONDS, MIN_SECONDS, Brief, Intent, Mood, Understood, VideoType
from kiwi.local.read.grammar import capitalised

QUOTATION_MARKS = '"“”„‟«»'
DEFAULT_SECONDS = 30.0
"""Of a film whose length nobody named; where the client's words need more or less, the writer says so."""
NOTHING_TO_FILM = "The brief says nothing to film: say what the film should be about."
DEFAULT_MOODS = {
    VideoType.PROMOTIONAL: Mood.ENERGETIC,
    VideoType.EXPLAINER: Mood.CALM,
    VideoType.STORY: Mood.NOSTALGIC,
    VideoType.NEWS: Mood.CALM,
    VideoType.TUTORIAL: Mood.HAPPY,
    VideoType.QUOTE: Mood.TENDER,
    VideoType.GREETING: Mood.HAPPY,
}
"""Where no tone was named."""
LEAD = re.compile(
    r"^(?:(?:call[ -]to[ -]action|cta|button)\s*:\s*)?"
    r"(?:to\s+|that\s+|and\s+)?(?:(?:they|you|people|viewers|everyone)\s+)?"
    r"(?:(?:can|should|could|must|need to|have to|ought to)\s+)?(?:to\s+)?",
    re.I,
)
"""How a call to action begins that is told to the film maker."""
PLACE = re.compile(r"(?:our |my |the )?(?:[\w-]+\.)+[a-z]{2,}\S*|(?:our|my|the) (?:\w+ )?(?:website|shop|store|page|blog)", re.I)
"""Where viewers may go: to name it is a call to go there."""


def settled(understood: Understood, brief: Brief) -> Intent:
    """The intent behind what was understood; the brief's own seconds and size win.

    Raises BadBrief when nothing can be filmed or the length asked for lies outside 5 to 600 seconds.
    """
    if not understood.about:
        raise BadBrief(NOTHING_TO_FILM)
    video_type = understood.video_type or VideoType.EXPLAINER
    asked = understood.seconds if brief.seconds is None else brief.seconds
    if asked is not None and not MIN_SECONDS <= asked <= MAX_SECONDS:
        raise BadBrief(f"A film can last {MIN_SECONDS} to {MAX_SECONDS} seconds, not {asked:g}: ask for a length in that range.")
    found = {name: getattr(understood, name) for name in Understood.model_fields if name in Intent.model_fields}
    return Intent(
        **found
        | {
            "topic": understood.about,
            "at_most": understood.at_most and brief.seconds is None,
            "video_type": video_type,
            "seconds": DEFAULT_SECONDS if asked is None else float(asked),
            "length_asked": asked is not None,
            "size": brief.size or understood.size or LANDSCAPE,
            "mood": understood.mood or DEFAULT_MOODS[video_type],
            "original": understood.words,
        }
    )


def action_of(actions: Sequence[str]) -> str:
    """A call to action as it is said to viewers: ``they can book a table`` → ``Book a table``."""
    text = LEAD.sub("", next(iter(actions[-1:]), "").strip(QUOTATION_MARKS + " "), count=1)
    text = re.sub(r"^(?:send|point|direct) (?:them|people|viewers|everyone) to\s+", "Visit ", text, flags=re.I)
    if PLACE.fullmatch(text.strip(" .,;")):
        text = f"Visit {text[:1].lower()}{text[1:]}"
    if not re.search(r"\b(?:you|your)\b", text, re.I):
        for theirs, yours in ((r"\btheirs\b", "yours"), (r"\btheir\b", "your"), (r"\bthemselves\b", "yourself")):
            text = re.sub(theirs, yours, text, flags=re.I)
    return capitalised(text.strip(" .,;"))
