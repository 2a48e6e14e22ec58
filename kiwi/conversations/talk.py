"""The nouns of a conversation, frozen: messages, what is wanted so far, the film that it amounts to, and where it stands."""

from datetime import datetime
from enum import StrEnum

from kiwi.errors import BadBrief
from kiwi.film.model import Brief, Intent, Understood, Value
from kiwi.local.read.settle import settled
from kiwi.tasks.task import ENDS, Status

MOST_MESSAGES = 50
"""Of both sides together."""
LONGEST_MESSAGE = 2_000
"""Characters that a client may type at once; a recording may say more."""
NO_TOPIC = "There is no topic yet: say what the film should be about."


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


def read_wanted(wanted: Wanted) -> Intent | None:
    """The film that a conversation amounts to; None: there is no topic yet."""
    return settled(wanted.film, Brief()) if wanted.film.about else None


def brief_of(wanted: Wanted, wishes: Brief | None = None) -> Brief:
    """The brief for what is wanted: the client's own words, and what they were understood to mean. BadBrief.

    ``wishes``: a brief whose fields, not its words, beat what was said.
    """
    wishes = wishes or Brief()
    if not wanted.film.about:
        raise BadBrief(NO_TOPIC)
    words = "\n".join(wanted.words)
    intent = settled(wanted.film, wishes)
    return wishes.model_copy(update={"words": words, "intent": intent.model_copy(update={"original": words})})
