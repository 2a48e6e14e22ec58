"""The promise to a client, frozen: a task as it stands, and the numbered events that brought it there."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Self, TypedDict

from pydantic import Field

from kiwi.access.owners import LOCAL
from kiwi.film.model import Brief, Value


class Status(StrEnum):
    """Where a task stands."""

    PENDING = "pending"
    PROCESSING = "processing"
    AWAITING_REVIEW = "awaiting_review"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDS = frozenset({Status.COMPLETED, Status.FAILED, Status.CANCELLED})
"""What a task stays, unless it is retried."""
RUNNING = frozenset({Status.PROCESSING, Status.AWAITING_REVIEW})
"""What a worker's reports may change."""


class Phase(StrEnum):
    """The stretch of work a client is shown."""

    UNDERSTANDING = "understanding"
    PLANNING = "planning"
    EXECUTION = "execution"
    COMPLETED = "completed"


class SceneLine(Value):
    """A scene as a client is told of it."""

    number: int
    """From 1."""
    title: str
    description: str
    id: str = ""
    card: str = ""
    """The kind of its card; empty: there is no storyboard yet."""
    seconds: float | None = None


NOT_BEGUN, READY = -1, 100
"""Percent of a scene that nobody renders yet, and of one that is there."""


class News(TypedDict, total=False):
    """What a worker may report of a task; what is None stays as it is."""

    status: Status | None
    """Processing or awaiting_review."""
    phase: Phase | None
    progress: int | None
    message: str | None
    transcription: str | None
    understood: Mapping[str, Any] | None
    scenes: Iterable[SceneLine] | None
    rendered: Sequence[int] | None
    review: Mapping[str, Any] | None
    revision: int | None
    seconds_left: int | None
    estimate: Mapping[str, Any] | None
    cost: Mapping[str, Any] | None


class Task(Value):
    """A task as it stands after its event ``seq``. Times are the database's, in UTC."""

    id: str
    owner: str = LOCAL
    """Whose it is; nobody else is told that it exists."""
    status: Status = Status.PENDING
    phase: Phase = Phase.UNDERSTANDING
    progress: int = Field(default=0, ge=0, le=100)
    """Percent; never goes down within an attempt, 100 only when completed."""
    message: str = ""
    brief: Brief
    transcription: str | None = None
    """What was heard; None for a written brief."""
    understood: dict[str, Any] | None = None
    """What the brief was taken to want."""
    scenes: tuple[SceneLine, ...] = ()
    rendered: tuple[int, ...] = ()
    """Percent of each scene; NOT_BEGUN, READY."""
    revision: int = 0
    """Of the storyboard; 0: there is none yet."""
    review: dict[str, Any] | None = None
    """What a person was asked last: stage, revision, message; holds while the task awaits its review."""
    seconds_left: int | None = None
    """Until the film is there; None: not known."""
    result: dict[str, Any] | None = None
    error: str | None = None
    fault: Literal["client", "operator", ""] = ""
    """Who can mend what the error speaks of; empty: there is none."""
    estimate: dict[str, Any] | None = None
    """What it would cost, told before anything is bought; None: nothing can be bought."""
    cost: dict[str, Any] | None = None
    """What it has cost so far; None: nothing can be bought."""
    attempt: int = 1
    """One run of the task's thread; a later one makes every write of an earlier one void."""
    seq: int = 0
    """Of the latest event; events are numbered from 1 without gaps."""
    cancel_requested: bool = False
    idempotency_key: str | None = None
    fingerprint: str | None = None
    """What the client's request was when the key first came."""
    created_at: datetime
    updated_at: datetime

    @property
    def over(self) -> bool:
        """Whether the task has reached its end."""
        return self.status in ENDS

    @property
    def stage(self) -> str:
        """What a person is asked to look at: script or storyboard."""
        return str((self.review or {}).get("stage", "script"))

    @property
    def asked_revision(self) -> int:
        """Of what a person is asked to look at."""
        return int((self.review or {}).get("revision", 1))

    def after(self, changes: Mapping[str, Any], *, seq: int, attempt: int, at: datetime) -> Self:
        """The task once an event's changes have come true."""
        later = {"seq": seq, "attempt": attempt, "updated_at": at}
        return self.model_validate({**self.model_dump(), **changes, **later})


class EventType(StrEnum):
    """What a watcher is told: something changed, the film is there, or there will be none."""

    PROGRESS = "progress"
    COMPLETE = "complete"
    ERROR = "error"


class Event(Value):
    """One entry of a task's log."""

    task_id: str
    seq: int
    """Dense from 1 per task, over all its attempts."""
    attempt: int
    at: datetime
    type: EventType
    node: str
    """The pipeline's node that reported; empty: the engine itself."""
    changes: dict[str, Any]
    """The fields that changed, as plain JSON."""
    task: Task
    """The whole task as it stood then."""

    @property
    def last(self) -> bool:
        """Whether this ended an attempt."""
        return self.type is not EventType.PROGRESS


class Page(Value):
    """A stretch of the list of tasks, newest first."""

    tasks: tuple[Task, ...]
    cursor: str | None
    """What to ask for to go on; None: this was the last page."""
