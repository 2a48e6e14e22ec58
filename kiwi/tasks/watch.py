"""Watching the event log: replay from the tables, then live, each new event read once per process for all its followers."""

import asyncio
import random
import re
from collections import deque
from collections.abc import AsyncIterator, Iterable
from itertools import islice
from typing import Any, NoReturn

import psycopg

from kiwi.errors import NoSuchTask
from kiwi.storage.database import Connection, Database
from kiwi.tasks.statements import FIND, FOLLOWED, NEWS, STOOD
from kiwi.tasks.task import Event, Task
from kiwi.work.stopping import stop

CHANNEL = "kiwi_event"
"""Notified with a task's id when its log grew or the task was deleted."""
WINDOW = 256
"""Latest events of a followed task kept in memory; whoever is further behind reads the tables."""
REPLAYED_AT_ONCE = 500
CHECK_SECONDS = 15.0
"""How often a silent line to the database is tested and the log looked at anyway."""

OUR_IDS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def no_such_task(task_id: str) -> NoSuchTask:
    """The error for an id that names no task."""
    return NoSuchTask(f"There is no task {task_id[:64]!r}.")


def proper(task_id: str) -> str:
    """The id, if it could be one of ours; NoSuchTask for text that the database might not even take as a question."""
    if not OUR_IDS.fullmatch(task_id):
        raise no_such_task(task_id)
    return task_id


class Feed:
    """One followed task: how it stands, its latest events, and who waits for the next."""

    def __init__(self) -> None:
        self.task: Task | None = None
        self.recent: deque[Event] = deque(maxlen=WINDOW)
        self.changed = asyncio.Event()
        self.followers = 0
        self.failure: BaseException | None = None

    def publish(self, row: dict[str, Any]) -> None:
        """Take in the next event of the log."""
        if self.task is not None and row["seq"] == self.task.seq + 1:
            event = _event(self.task, row)
            self.task = event.task
            self.recent.append(event)

    def wake(self) -> None:
        """Let everybody who waits look again."""
        self.changed.set()
        self.changed = asyncio.Event()

    def end(self, failure: BaseException) -> None:
        """Let everybody who waits raise."""
        self.failure = failure
        self.wake()

    def since(self, seq: int) -> list[Event] | None:
        """The events after ``seq``, oldest first; None if memory does not reach back that far."""
        if self.task is None or seq >= self.task.seq:
            return []
        if not self.recent or self.recent[0].seq > seq + 1:
            return None
        return list(islice(self.recent, seq + 1 - self.recent[0].seq, None))


class Watch:
    """The followers of one process, fed by one LISTEN connection; survives restarts of the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._feeds: dict[str, Feed] = {}
        self._dirty: set[str] = set()
        self._wake = asyncio.Event()
        self._work: asyncio.Task[None] | None = None
        self._parts: list[asyncio.Task[NoReturn]] = []

    async def follow(self, task_id: str, after: int) -> AsyncIterator[Event]:
        """Yield the events after ``after`` in order, without gap or double, until the current attempt has ended.

        NoSuchTask if there is none or it is deleted meanwhile. Waits, however long, while the database is away.
        """
        feed = self._enter(proper(task_id))
        try:
            task = await self._known(feed)
            seq = after if after <= task.seq else await self._no_further_than_written(task_id, after)
            while True:
                changed = feed.changed
                task = await self._known(feed)
                events = feed.since(seq)
                if events is None:
                    events = await self._replay(task_id, seq)
                for event in events:
                    seq = event.seq
                    yield event
                    if event.last and event.attempt == task.attempt:
                        return
                if not events:
                    if task.over and seq >= task.seq:
                        return
                    await changed.wait()
        finally:
            self._leave(task_id, feed)

    async def close(self) -> None:
        """Stop listening; followers that are left wait for ever, so end them first."""
        if self._work is not None:
            await stop(*self._parts)
            await stop(self._work)
            self._work = None

    def _enter(self, task_id: str) -> Feed:
        feed = self._feeds.setdefault(task_id, Feed())
        feed.followers += 1
        if feed.task is None:
            self._mark([task_id])
        if self._work is None:
            self._work = asyncio.create_task(self._run())
            self._work.add_done_callback(self._fell)
        return feed

    def _leave(self, task_id: str, feed: Feed) -> None:
        feed.followers -= 1
        if feed.followers == 0 and self._feeds.get(task_id) is feed:
            del self._feeds[task_id]

    async def _known(self, feed: Feed) -> Task:
        """How the task stands, as soon as that is known."""
        while True:
            if feed.failure is not None:
                raise feed.failure
            if feed.task is not None:
                return feed.task
            await feed.changed.wait()

    async def _replay(self, task_id: str, after: int) -> list[Event]:
        """Read a stretch of the log from the tables."""
        while True:
            try:
                async with self._database.pool.connection() as connection:
                    return await read_log(connection, task_id, after)
            except psycopg.OperationalError:
                await _pause()

    async def _no_further_than_written(self, task_id: str, after: int) -> int:
        """What a client may truly have seen: it can be ahead of this process's memory, but not of the tables."""
        while True:
            try:
                async with self._database.pool.connection() as connection:
                    rows = await (await connection.execute(FIND, {"ids": [task_id]})).fetchall()
            except psycopg.OperationalError:
                await _pause()
            else:
                return min(after, rows[0]["task"]["seq"]) if rows else 0

    def _mark(self, task_ids: Iterable[str]) -> None:
        """Have the reader look at these tasks."""
        self._dirty.update(task_ids)
        self._wake.set()

    def _fell(self, work: asyncio.Task[None]) -> None:
        """Tell the followers when the work under them broke off: silence would look like patience."""
        if not work.cancelled() and (failure := work.exception()) is not None:
            self._work = None
            feeds, self._feeds = self._feeds, {}
            for feed in feeds.values():
                feed.end(failure)

    async def _run(self) -> None:
        async with asyncio.TaskGroup() as together:
            self._parts = [together.create_task(self._listen()), together.create_task(self._read())]

    async def _listen(self) -> NoReturn:
        """Mark what the database notifies; after a cut, everything, because notices were lost."""
        while True:
            try:
                async with await self._database.connect() as connection:
                    await connection.execute(f"listen {CHANNEL}")
                    while True:
                        self._mark(self._feeds)
                        async for notice in connection.notifies(timeout=CHECK_SECONDS):
                            self._mark([notice.payload])
                        await connection.execute("select")
            except psycopg.OperationalError:
                await _pause()

    async def _read(self) -> NoReturn:
        """Read what was marked, all of it in one go however often it was marked."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            dirty, self._dirty = self._dirty & self._feeds.keys(), set()
            try:
                if dirty:
                    await self._catch_up(dirty)
            except psycopg.OperationalError:
                await _pause()
                self._mark(dirty)

    async def _catch_up(self, task_ids: set[str]) -> None:
        tasks = {task_id: self._feeds[task_id].task for task_id in task_ids}
        known = {task_id: task.seq for task_id, task in tasks.items() if task is not None}
        async with self._database.pool.connection() as connection:
            found = (
                await (await connection.execute(FIND, {"ids": [*(task_ids - known.keys())]})).fetchall() if known.keys() < task_ids else []
            )
            news = await (await connection.execute(NEWS, {"ids": [*known], "seqs": [*known.values()]})).fetchall() if known else []
        feeds = {task_id: feed for task_id in task_ids if (feed := self._feeds.get(task_id)) is not None}
        there = {row["task"]["id"] for row in found} | {row["id"] for row in news}
        for row in found:
            if (feed := feeds.get(row["task"]["id"])) is not None and feed.task is None:
                feed.task = Task.model_validate(row["task"])
        for row in news:
            if row["seq"] is not None and row["id"] in feeds:
                feeds[row["id"]].publish(row)
        for task_id, feed in feeds.items():
            if task_id in there:
                feed.wake()
            else:
                feed.end(no_such_task(task_id))


async def read_log(connection: Connection, task_id: str, after: int) -> list[Event]:
    """The next events after a seq, not all that there are if they are many. NoSuchTask."""
    stood = await (await connection.execute(STOOD, {"id": task_id, "after": after})).fetchone()
    if stood is None:
        raise no_such_task(task_id)
    task = Task.model_validate(stood["task"])
    events: list[Event] = []
    rows = await (await connection.execute(FOLLOWED, {"id": task_id, "after": after, "limit": REPLAYED_AT_ONCE})).fetchall()
    for row in rows:
        events.append(_event(task, row))
        task = events[-1].task
    return events


def _event(before: Task, row: dict[str, Any]) -> Event:
    task = before.after(row["changes"], seq=row["seq"], attempt=row["attempt"], at=row["at"])
    told = {name: row[name] for name in ("seq", "attempt", "at", "type", "node", "changes")}
    return Event.model_validate({"task_id": before.id, **told, "task": task})


async def _pause() -> None:
    """Wait a little, not in step with other processes, before asking a database that went away again."""
    await asyncio.sleep(random.uniform(0.05, 0.5))
