"""The chat model as reader: what the client wants, in their own words."""

import re
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import Annotated

from pydantic import Field

from kiwi.errors import BadBrief
from kiwi.film.model import LANDSCAPE, MAX_SECONDS, MIN_SECONDS, PORTRAIT, SQUARE, Brief, Heard, Intent, Mood, Size, VideoType
from kiwi.local.read.languages import language_of
from kiwi.local.read.sentences import finished, plain_text
from kiwi.local.read.settle import NOTHING_TO_FILM, action_of
from kiwi.local.speak.speech import speech_seconds
from kiwi.providers.chat.allowed_text import Line, foreign_matter, stands_in, tokens_of
from kiwi.providers.chat.asking import Question, Reply, Verdict, ask, tokens_in
from kiwi.providers.chat.fence import fenced, prompt
from kiwi.providers.chat.lengths import CLOSING_SECONDS, LEAST_SECONDS, MOST_SECONDS, OWN_SHARE, USUAL_SECONDS, WHOLE_TEXT
from kiwi.providers.chat.model import Chat
from kiwi.work.production import Production

FRAME_TOKENS = 700
"""Of an answer, beside the client's own sentences."""


class Shape(StrEnum):
    """The picture's shape as a client may ask for it."""

    LANDSCAPE = "landscape"
    PORTRAIT = "portrait"
    SQUARE = "square"
    OPEN = "open"


SIZES: dict[Shape, Size] = {Shape.LANDSCAPE: LANDSCAPE, Shape.PORTRAIT: PORTRAIT, Shape.SQUARE: SQUARE, Shape.OPEN: LANDSCAPE}


class IntentReply(Reply):
    """What the client wants, as the model understands it."""

    topic: Line = Field(max_length=90)
    video_type: VideoType
    seconds: float = Field(allow_inf_nan=False)
    """0: not said."""
    shape: Shape
    mood: Mood
    audience: Line = Field(max_length=80)
    key_points: tuple[Annotated[Line, Field(max_length=80)], ...] = Field(max_length=8)
    sentences: tuple[Line, ...]
    call_to_action: Line = Field(max_length=120)
    name: Line
    language: Line


@dataclass(frozen=True)
class ChatReader:
    """Reads with a chat model."""

    chat: Chat
    production: Production

    async def read(self, words: str, brief: Brief, heard: Heard | None) -> Intent:
        """BadBrief for words without a letter; whether others name something to film, our own reader decides."""
        if not re.search(r"[^\W\d_]", plain_text(words)):
            raise BadBrief(NOTHING_TO_FILM)
        reply = await ask(self.chat, self.production, question_of(words, heard))
        return intent_of(reply, words, brief)


def question_of(words: str, heard: Heard | None) -> Question[IntentReply]:
    """What the model is asked: the brief, and how it was said."""
    told = {"brief": words} | ({"tone": heard.tone} if heard and heard.tone else {})
    return Question(
        part="read_intent",
        kind=IntentReply,
        instructions=prompt("read_intent"),
        material="\n\n".join(fenced(kind, text) for kind, text in told.items()),
        tokens=FRAME_TOKENS + tokens_in(words),
        judge=lambda reply: critique(reply, words),
    )


def critique(reply: IntentReply, words: str) -> Verdict:
    """What no schema can say: there is a topic, only the client's own sentences are spoken, and nothing is smuggled in."""
    known, after = tokens_of(plain_text(words)), 0
    faults = [*foreign_matter(reply.model_dump(mode="json"), words)]
    if not re.search(r"[^\W\d_]", reply.topic):
        faults.append("The topic is empty: say in a few words of the brief what the film is about.")
    for sentence in reply.sentences:
        ends = stands_in(sentence, known, after)
        if not ends:
            faults.append(f"“{sentence[:60]}” is not a sentence of the brief, or not at this place: copy word for word and in order.")
        after = ends or after
    if reply.name and not stands_in(reply.name, known, skipped=0):
        faults.append(f"The name “{reply.name}” does not stand in the brief.")
    return Verdict(faults=tuple(faults))


def intent_of(reply: IntentReply, words: str, brief: Brief) -> Intent:
    """The model's answer as ours; the brief's own seconds and size win."""
    language = reply.language.lower()
    sentences = tuple(dict.fromkeys(finished(sentence) for sentence in reply.sentences if re.search(r"\w", sentence)))
    return Intent(
        topic=reply.topic.rstrip(" ."),
        video_type=reply.video_type,
        seconds=seconds_of(reply, sentences, brief),
        size=brief.size or SIZES[reply.shape],
        mood=reply.mood,
        audience=re.sub(r"^for\s+", "", reply.audience, flags=re.I).rstrip(" ."),
        key_points=tuple(dict.fromkeys(point.rstrip(" .") for point in reply.key_points if point)),
        sentences=sentences,
        call_to_action=action_of([reply.call_to_action] if reply.call_to_action else []),
        name=reply.name.rstrip(" ."),
        language=language if re.fullmatch(r"[a-z]{2}", language) else language_of(words),
        original=words,
    )


def seconds_of(reply: IntentReply, sentences: tuple[str, ...], brief: Brief) -> float:
    """The film's length: the brief's, what was asked for, or what the client's own words need."""
    if brief.seconds is not None:
        asked = brief.seconds
    elif reply.seconds > 0:
        asked = reply.seconds
    else:
        needed = sum(map(speech_seconds, sentences)) / OWN_SHARE + CLOSING_SECONDS
        least = LEAST_SECONDS if len(sentences) >= WHOLE_TEXT else USUAL_SECONDS
        asked = min(max(least, 5.0 * ceil(needed / 5.0)), MOST_SECONDS)
    return float(min(max(asked, MIN_SECONDS), MAX_SECONDS))
