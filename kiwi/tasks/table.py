"""The task table and its event log: every change is one row update, one numbered event and one notice, in one transaction."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Self, Unpack

import psycopg
from psycopg.types.json import Jsonb

from kiwi.access.owners import LOCAL
from kiwi.errors import BadBrief, KeyReused, KiwiError, NoSuchTask, ProviderRefused, StaleAttempt, StaleRevision, TaskBusy, TaskOver
from kiwi.film.model import Brief
from kiwi.storage.cursors import read_cursor, write_cursor
from kiwi.storage.database import Connection, Database
from kiwi.tasks.leases import Lease, Leases
from kiwi.tasks.statements import BY_KEY, CHANGE, COUNT, DELETE, FREE_OLD_KEY, GET, GET_OWN, LOCK, PAGE, SUBMIT
from kiwi.tasks.task import RUNNING, Event, EventType, News, Page, Phase, SceneLine, Status, Task
from kiwi.tasks.watch import Watch, no_such_task, proper
from kiwi.work.stopping import stop

__all__ = ["Enqueue", "Event", "EventType", "Page", "Phase", "SceneLine", "Status", "Task", "Tasks", "check_awaits_review"]

Enqueue = Callable[[Connection, str], Awaitable[object]]
"""Puts a task's job into the queue, on a connection whose open transaction writes the task."""

WAITING = "Waiting for a free worker"

ASKED = {"cancel_requested": True, "message": "Cancelling"}

CANCELLED = {"status": Status.CANCELLED, "message": "Cancelled", "error": "The film was cancelled."}

CHANGED = (StaleAttempt, TaskOver)
"""What writing says when the task is no longer as it was found."""

TURNED_DOWN = "The {stage} was not approved."

NO_FILM = "The film could not be made"
CLIENTS = (BadBrief, ProviderRefused)
"""Failures that a client can mend, by another brief."""
AFRESH = {
    "status": Status.PENDING,
    "phase": Phase.UNDERSTANDING,
    "progress": 0,
    "message": WAITING,
    "error": None,
    "fault": "",
    "cancel_requested": False,
    "rendered": [],
    "seconds_left": None,
}
"""The result of a film that was made before stays: it is shown until the next is there."""


class Tasks:
    """Tasks and their events in a database; ``async with Tasks(database) as tasks`` closes what following opened."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._watch = Watch(database)
        self.leases = Leases(database)
        """Who holds what."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._watch.close()

    async def submit(
        self,
        brief: Brief,
        idempotency_key: str | None = None,
        fingerprint: str | None = None,
        *,
        task_id: str | None = None,
        owner: str = LOCAL,
        enqueue: Enqueue | None = None,
    ) -> tuple[Task, bool]:
        """Store a task, its first event and its job, all or none; True if it is new.

        A caller who has stored media for the task already says its id.

        A key that came within 24 hours from the same owner gives the task of then if the fingerprint of the request is the same, else
        KeyReused.
        BadBrief for text that is none (NUL, half a surrogate pair).
        """
        try:
            entry = {
                "owner": owner,
                "brief": Jsonb(brief.model_dump()),
                "key": idempotency_key,
                "fingerprint": fingerprint,
                "message": WAITING,
            }
            return await self._submit(task_id or str(uuid.uuid4()), entry, enqueue)
        except (psycopg.DataError, UnicodeEncodeError) as strange:
            raise BadBrief("The text holds characters that cannot be stored: send plain Unicode.") from strange

    async def _submit(self, task_id: str, entry: Mapping[str, Any], enqueue: Enqueue | None) -> tuple[Task, bool]:
        async with self._database.pool.connection() as connection:
            while True:
                async with connection.transaction():
                    if entry["key"] is not None:
                        await connection.execute(FREE_OLD_KEY, entry)
                    if made := await _one(connection, SUBMIT, {**entry, "id": task_id}):
                        if enqueue is not None:
                            await enqueue(connection, made.id)
                        return made, True
                if known := await _one(connection, BY_KEY, entry):
                    if known.fingerprint != entry["fingerprint"]:
                        raise KeyReused("This Idempotency-Key came before with another request: send a new key.")
                    return known, False

    async def get(self, task_id: str, owner: str | None = None) -> Task:
        """The task as it stands; NoSuchTask, also when an owner is named whose it is not."""
        query = GET if owner is None else GET_OWN
        async with self._database.pool.connection() as connection:
            return _found(task_id, await _one(connection, query, {"id": proper(task_id), "owner": owner}))

    async def list(self, limit: int = 50, cursor: str | None = None, status: Status | None = None, owner: str | None = None) -> Page:
        """Tasks, newest first; a cursor goes on exactly where its page ended, whatever came since. BadBrief for a strange cursor."""
        entry = {"limit": limit + 1, "before": None if cursor is None else read_cursor(cursor), "status": status, "owner": owner}
        async with self._database.pool.connection() as connection:
            rows = await (await connection.execute(PAGE, entry)).fetchall()
        tasks = tuple(Task.model_validate(row["task"]) for row in rows[:limit])
        return Page(tasks=tasks, cursor=write_cursor(rows[limit - 1]["number"]) if len(rows) > limit else None)

    async def count(self, *statuses: Status) -> int:
        """How many tasks stand at one of these."""
        async with self._database.pool.connection() as connection:
            rows = await (await connection.execute(COUNT, {"statuses": [*statuses]})).fetchall()
        return int(rows[0]["number"])

    async def begin(self, task_id: str, attempt: int | None = None) -> Task:
        """Take a task up as its worker, holding it (see ``hold``); write with the ``attempt`` of what is returned.

        Taking over from a worker that died is a new attempt, which voids whatever the old one still writes.
        NoSuchTask; TaskOver; StaleAttempt if ``attempt`` is given and a later one exists.
        """
        while True:
            task = await self.get(task_id)
            if task.over:
                raise _refusal(task, task.attempt)
            if attempt is not None and attempt < task.attempt:
                raise _refusal(task, attempt)
            dead = task.status is Status.PROCESSING
            message = "Going on where it stopped" if dead else "Getting started"
            changes = {"status": Status.PROCESSING, "message": message, "seconds_left": None}
            with contextlib.suppress(*CHANGED):
                return (await self._write(task_id, task.attempt, changes, statuses=[task.status], again=int(dead))).task

    async def report(
        self,
        task_id: str,
        attempt: int,
        *,
        node: str = "",
        **news: Unpack[News],
    ) -> Event:
        """Write what changed, as the worker of an attempt. Progress never goes down and stays below 100 until ``finish``.

        NoSuchTask; TaskOver; StaleAttempt.
        """
        if (status := news.get("status")) is not None and status not in RUNNING:
            raise ValueError(f"a report cannot make a task {status}")
        told: dict[str, Any] = {name: value for name, value in news.items() if value is not None}
        if "progress" in told:
            told["progress"] = min(told["progress"], 99)
        if "scenes" in told:
            told["scenes"] = [scene.model_dump() for scene in told["scenes"]]
        return await self._write(task_id, attempt, told, node=node)

    async def finish(self, task_id: str, attempt: int, result: Mapping[str, Any], *, message: str = "The film is ready") -> Event:
        """Complete the task with its result, plain JSON. NoSuchTask; TaskOver; StaleAttempt."""
        changes = {"status": Status.COMPLETED, "phase": Phase.COMPLETED, "progress": 100, "message": message, "result": dict(result)}
        return await self._write(task_id, attempt, changes, kind=EventType.COMPLETE)

    async def fail(self, task_id: str, attempt: int, error: str | KiwiError, *, node: str = "", message: str = NO_FILM) -> Event:
        """End the task with one plain sentence that says why, or the failure that does. NoSuchTask; TaskOver; StaleAttempt."""
        fault = "client" if isinstance(error, CLIENTS) else "operator"
        changes = {"status": Status.FAILED, "message": message, "error": str(error), "fault": fault}
        return await self._write(task_id, attempt, changes, node=node, kind=EventType.ERROR)

    async def stop(self, task_id: str, attempt: int) -> Event:
        """Say as the worker that the work a client cancelled has stopped. NoSuchTask; TaskOver; StaleAttempt."""
        return await self._write(task_id, attempt, CANCELLED, kind=EventType.ERROR)

    async def cancel(self, task_id: str) -> Task:
        """Cancel a task: at once if no worker holds it, else ask its worker, who answers with ``stop``.

        A task that is over stays as it is. NoSuchTask.
        """
        while True:
            task = await self.get(task_id)
            held = not task.over and task.status is Status.PROCESSING and await self.leases.is_held(task_id)
            if task.over or (held and task.cancel_requested):
                return task
            changes, kind = (ASKED, EventType.PROGRESS) if held else (CANCELLED, EventType.ERROR)
            with contextlib.suppress(*CHANGED):
                return (await self._write(task_id, task.attempt, changes, kind=kind, statuses=[task.status])).task

    async def cut_off(self, task: Task, cost: Mapping[str, Any] | None) -> Task:
        """Cancel a task whose worker does not answer: whatever that still writes is void. As it then stands; NoSuchTask."""
        changes = {**CANCELLED, **({} if cost is None else {"cost": dict(cost)})}
        with contextlib.suppress(*CHANGED):
            return (await self._write(task.id, task.attempt, changes, kind=EventType.ERROR)).task
        return await self.get(task.id)

    async def retry(self, task_id: str, *, enqueue: Enqueue | None = None, also_completed: bool = False, message: str = WAITING) -> Task:
        """Put a failed or cancelled task back into the queue as a new attempt; ``also_completed`` ones too, for a retake.

        NoSuchTask; TaskBusy while it is waiting or running; TaskOver if it is completed.
        """
        async with self._changing(task_id) as (connection, task):
            if not task.over:
                raise TaskBusy(f"Task {task_id} is still {task.status}.")
            if task.status is Status.COMPLETED and not also_completed:
                raise _refusal(task, task.attempt)
            again = (await _change(connection, task, {**AFRESH, "message": message}, again=1)).task
            if enqueue is not None:
                await enqueue(connection, task_id)
            return again

    async def review(self, task_id: str, revision: int | None = None, *, enqueue: Enqueue | None = None) -> Task:
        """End a task's wait for its review: answered and back in the queue, or without ``enqueue`` turned down, as if cancelled.

        NoSuchTask; TaskBusy unless it awaits one; StaleRevision if ``revision`` is given and another is to be looked at.
        """
        async with self._changing(task_id) as (connection, task):
            check_awaits_review(task, revision)
            if enqueue is None:
                down = {**CANCELLED, "error": TURNED_DOWN.format(stage=task.stage)}
                return (await _change(connection, task, down, kind=EventType.ERROR)).task
            await enqueue(connection, task_id)
            return (await _change(connection, task, {"status": Status.PENDING, "message": WAITING})).task

    async def delete(self, task_id: str) -> Task:
        """Forget a task and its events; its worker's next write and its followers get NoSuchTask. NoSuchTask."""
        async with self._database.pool.connection() as connection:
            return _found(task_id, await _one(connection, DELETE, {"id": proper(task_id)}))

    def follow(self, task_id: str, after: int = 0) -> AsyncIterator[Event]:
        """Yield the events after seq ``after``, old then live, and end with the current attempt. NoSuchTask.

        Any number of followers may watch one task; each new event is read once per process.
        """
        return self._watch.follow(task_id, after)

    async def follow_many(self, task_ids: Iterable[str] | Mapping[str, int]) -> AsyncIterator[Event]:
        """Yield the events of several tasks, each in its order, until all have ended; a mapping gives each its ``after``.

        A task that does not exist, or no longer, ends without an event.
        """
        after = dict(task_ids) if isinstance(task_ids, Mapping) else dict.fromkeys(task_ids, 0)
        streams = [self._watch.follow(task_id, seq) for task_id, seq in after.items()]
        turns = {asyncio.ensure_future(anext(stream, None)): stream for stream in streams}
        try:
            while turns:
                done, _ = await asyncio.wait(turns, return_when=asyncio.FIRST_COMPLETED)
                for turn in done:
                    stream = turns.pop(turn)
                    with contextlib.suppress(NoSuchTask):
                        if (event := turn.result()) is not None:
                            turns[asyncio.ensure_future(anext(stream, None))] = stream
                            yield event
        finally:
            await stop(*turns)

    async def until_unwanted(self, task_id: str, attempt: int) -> None:
        """Wait until an attempt's work is no longer wanted: cancelled, deleted, ended, or taken over by a later attempt."""
        try:
            task = await self.get(task_id)
            if _unwanted(task, attempt):
                return
            async for event in self.follow(task_id, task.seq):
                if _unwanted(event.task, attempt):
                    return
        except NoSuchTask:
            return

    def hold(self, task_id: str) -> AbstractAsyncContextManager[Lease]:
        """Keep every other process off a task's thread, for as long as this process gives signs of life. TaskBusy if one is on it."""
        return self.leases.hold(proper(task_id))

    @asynccontextmanager
    async def _changing(self, task_id: str) -> AsyncIterator[tuple[Connection, Task]]:
        """A transaction in which nobody else changes the task."""
        async with self._database.pool.connection() as connection, connection.transaction():
            yield connection, _found(task_id, await _one(connection, LOCK, {"id": proper(task_id)}))

    async def _write(
        self,
        task_id: str,
        attempt: int,
        changes: Mapping[str, Any],
        *,
        node: str = "",
        kind: EventType = EventType.PROGRESS,
        statuses: Iterable[Status] = RUNNING,
        again: int = 0,
    ) -> Event:
        """Write to a task that is at this attempt and one of these statuses; what may not be written is told by the error.

        It takes one round trip, so that a process that freezes at any moment holds nobody up.
        """
        entry = _entry(task_id, attempt, changes, node=node, kind=kind, statuses=statuses, again=again)
        async with self._database.pool.connection() as connection:
            if (row := await (await connection.execute(CHANGE, entry)).fetchone()) is not None:
                return _event(row, entry)
            raise _refusal(_found(task_id, await _one(connection, GET, entry)), attempt)


async def _change(
    connection: Connection, task: Task, changes: Mapping[str, Any], *, kind: EventType = EventType.PROGRESS, again: int = 0
) -> Event:
    """Write a change to a task that the transaction has locked."""
    entry = _entry(task.id, task.attempt, changes, kind=kind, statuses=Status, again=again)
    rows = await (await connection.execute(CHANGE, entry)).fetchall()
    return _event(rows[0], entry)


def _entry(
    task_id: str, attempt: int, changes: Mapping[str, Any], *, kind: EventType, statuses: Iterable[Status], node: str = "", again: int = 0
) -> dict[str, Any]:
    places = {"id": proper(task_id), "attempt": attempt, "statuses": [*statuses]}
    return places | {"changes": Jsonb(_storable(changes)), "type": kind, "node": node, "again": again}


def _event(row: Mapping[str, Any], entry: Mapping[str, Any]) -> Event:
    """The event that a CHANGE wrote."""
    task = Task.model_validate(row["task"])
    told = {"type": entry["type"], "node": entry["node"], "changes": row["changes"]}
    return Event(task_id=task.id, seq=task.seq, attempt=task.attempt, at=task.updated_at, task=task, **told)


def _storable(value: Any) -> Any:
    """Plain JSON whose texts PostgreSQL takes: what a tool printed last may hold anything."""
    match value:
        case str():
            return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
        case Mapping():
            return {_storable(name): _storable(content) for name, content in value.items()}
        case list() | tuple():
            return [_storable(content) for content in value]
    return value


async def _one(connection: Connection, query: str, entry: Mapping[str, Any]) -> Task | None:
    row = await (await connection.execute(query.encode(), entry)).fetchone()
    return None if row is None else Task.model_validate(row["task"])


def _found(task_id: str, task: Task | None) -> Task:
    if task is None:
        raise no_such_task(task_id)
    return task


def check_awaits_review(task: Task, revision: int | None = None) -> None:
    """TaskBusy unless a task awaits its review; StaleRevision if that is of another revision than the one that was seen."""
    if task.status is not Status.AWAITING_REVIEW:
        raise TaskBusy(f"Task {task.id} is {task.status}: there is no {task.stage} to review.")
    if revision is not None and revision != task.asked_revision:
        raise StaleRevision(f"The {task.stage} is at revision {task.asked_revision} by now: look at it again.", task.asked_revision)


def _refusal(task: Task, attempt: int) -> KiwiError:
    """Why an attempt may not write to a task."""
    if attempt != task.attempt:
        return StaleAttempt(f"Task {task.id} is at attempt {task.attempt}; attempt {attempt} is over.")
    if task.over:
        return TaskOver(f"Task {task.id} is {task.status} already.")
    return StaleAttempt(f"Task {task.id} is {task.status}: nobody has begun attempt {attempt}.")


def _unwanted(task: Task, attempt: int) -> bool:
    return task.cancel_requested or task.over or task.attempt != attempt
