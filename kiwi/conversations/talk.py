"""The nouns of a conversation, frozen: messages, what is wanted so far, and where it stands."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import model_validator

from kiwi.film.model import Understood, Value
from kiwi.tasks.task import ENDS, Status

MOST_MESSAGES = 50
"""Of both sides together."""
LONGEST_MESSAGE = 2_000
"""Characters that a client may type at once; a recording may say more."""


class Kind(StrEnum):
    """How a message came."""

    TEXT = "text"
    AUDIO = "audio"


class Role(StrEnum):
    """Who said it."""

    USER = "user"
    ASSISTANT = "assistant"


class State(StrEnum):
    """Where a conversation stands, in the wire contract's words."""

    ACTIVE = "active"
    CLARIFYING = "clarifying"
    CONFIRMED = "confirmed"
    GENERATING = "generating"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Question(StrEnum):
    """What can be asked; all but the topic once at most."""

    TOPIC = "topic"
    SUBJECT = "subject"
    """What stands behind a topic such as ``my business``."""
    AUDIENCE = "audience"
    ACTION = "action"
    LENGTH = "length"


class Said(Value):
    """What the client says now."""

    words: str
    kind: Kind = Kind.TEXT
    shown: str = ""
    """What of it stands in the conversation: a recording as it was heard, before it was mended; empty: the words."""


class Message(Value):
    """One thing said."""

    number: int
    """From 1."""
    role: Role
    words: str
    kind: Kind
    at: datetime


class Wanted(Value):
    """What a client has asked for so far."""

    words: tuple[str, ...] = ()
    """Their messages that changed something, as they came."""
    film: Understood = Understood()
    """What all of them together amount to."""

    @model_validator(mode="before")
    @classmethod
    def _from_before(cls, kept: Any) -> Any:
        """A talk that an earlier version kept as words and wishes: the wishes stay, the topic is asked for again."""
        if isinstance(kept, dict) and "film" not in kept:
            wishes = {name: kept[name] for name in ("seconds", "size", "audience", "style", "video_type", "name") if kept.get(name)}
            return {"words": kept.get("words", ()), "film": wishes}
        return kept


class Conversation(Value):
    """A conversation as it stands."""

    id: str
    version: int = 0
    """How often it was written; 0: not yet."""
    messages: tuple[Message, ...] = ()
    wanted: Wanted = Wanted()
    earlier: Wanted | None = None
    """What was wanted before the latest change."""
    asked: tuple[Question, ...] = ()
    open: Question | None = None
    """The question that waits for an answer."""
    mood: State = State.ACTIVE
    """Where the talk stands, films aside."""
    made: Wanted | None = None
    """What was wanted of the latest film."""
    task_id: str | None = None
    """The latest film's task; None when there is none, or no longer."""
    status: Status | None = None
    """Where that task stands."""
    error: str | None = None
    """Why it failed."""

    @property
    def filming(self) -> bool:
        """Whether a film is being made."""
        return self.status is not None and self.status not in ENDS

    @property
    def filmed(self) -> bool:
        """Whether what is wanted now has been made."""
        return self.status is Status.COMPLETED and self.made == self.wanted

    @property
    def state(self) -> State:
        """Where it stands; whether a film is ready, its task knows."""
        if self.filming:
            return State.GENERATING
        if self.filmed:
            return State.COMPLETED
        if self.status is Status.CANCELLED and self.made == self.wanted:
            return State.CANCELLED
        return self.mood

    @property
    def full(self) -> bool:
        """Whether nothing more can be said."""
        return len(self.messages) + 2 > MOST_MESSAGES

    def said(self, role: Role) -> tuple[str, ...]:
        """Everything that one side said."""
        return tuple(message.words for message in self.messages if message.role is role)
