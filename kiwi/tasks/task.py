"""The promise to a client, frozen: a task as it stands, and the numbered events that brought it there."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Self

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
    scenes: tuple[SceneLine, ...] = ()
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
