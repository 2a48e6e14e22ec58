"""Leases: who works on a task, told by signs of life, so that a process that froze keeps nothing."""

import asyncio
import contextlib
import math
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg

from kiwi.errors import HoldLost, TaskBusy
from kiwi.storage.database import Connection, Database
from kiwi.tasks.crashes import REFUTE
from kiwi.tasks.lease_statements import BEGIN, BREAK, IS_HELD, IS_STOPPING, LEASE_SECONDS, LET_GO, RENEW, SAY_STOPPING, TAKE
from kiwi.work.stopping import stop

__all__ = ["LEASE_SECONDS", "Lease", "Leases"]

HEARTBEAT_SECONDS = 1.0
PROVEN_SECONDS = 2.5
"""So long is a hold believed in without a sign from the database: shorter than anybody waits before taking a task away."""


class Lease:
    """A task that this process holds. See Hold."""

    def __init__(self, database: Database, connection: Connection, task_id: str, holder: str) -> None:
        self.task_id = task_id
        self.attempt: int | None = None
        self.lost = asyncio.Event()
        """Set once it is certain that the task is no longer held."""
        self.resigns_at = math.inf
        """From this time of the loop on the lease is left to lapse: work that ought to have stopped has not."""
        self._database = database
        self._connection = connection
        self._holder = holder
        self._proven_at = -math.inf

    async def take(self) -> bool:
        """Take the task, also from a holder whose lease has lapsed; False: somebody holds it."""
        self._proven_at = asyncio.get_running_loop().time()
        if await self._says(TAKE):
            return True
        return bool(await self._says(BREAK, anyway=False) and await self._says(TAKE))

    async def begin(self, attempt: int) -> None:
        """Say as what attempt it is worked on from now on. HoldLost."""
        self.attempt = attempt
        if not await self._is_ours(BEGIN, attempt=attempt):
            raise HoldLost(f"The hold on task {self.task_id} was lost.")

    async def say_stopping(self) -> None:
        """Say that the work is being stopped as was asked: whoever waits for it may wait a little longer."""
        await self._is_ours(SAY_STOPPING)

    async def confirm(self) -> None:
        """Asks the database when there was no sign from it for a while."""
        now = asyncio.get_running_loop().time()
        if now - self._proven_at > PROVEN_SECONDS or self.lost.is_set():
            await self._renew(now)

    async def keep(self) -> None:
        """Give signs of life until the task is lost, or work that should have ended does not."""
        loop = asyncio.get_running_loop()
        while not self.lost.is_set():
            await asyncio.sleep(HEARTBEAT_SECONDS)
            with contextlib.suppress(HoldLost):
                await self._renew(loop.time())
        with contextlib.suppress(psycopg.OperationalError):
            async with self._database.pool.connection() as connection:
                await connection.execute(REFUTE, {"holder": self._holder})

    async def let_go(self) -> None:
        """Hold it no more."""
        await self._says(LET_GO)

    async def _renew(self, now: float) -> None:
        if now >= self.resigns_at or self.lost.is_set() or not await self._is_ours(RENEW):
            raise HoldLost(f"The hold on task {self.task_id} was lost.")
        self._proven_at = now

    async def _is_ours(self, query: str, **more: object) -> bool:
        """Write on the connection that has the lock; without it, or without the lease, the task is lost."""
        ours = False
        with contextlib.suppress(psycopg.OperationalError):
            ours = await self._says(query, **more)
        if not ours:
            self.lost.set()
        return ours

    async def _says(self, query: str, **more: object) -> bool:
        places = {"id": self.task_id, "holder": self._holder, **more}
        row = await (await self._connection.execute(query.encode(), places)).fetchone()
        return row is not None and bool(row["so"])


class Leases:
    """What the tasks of a database are held by; one per process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.holder = uuid.uuid4().hex
        """This process."""
        self.held: set[str] = set()
        """The tasks that this process works on, or is about to let go."""

    @asynccontextmanager
    async def hold(self, task_id: str) -> AsyncIterator[Lease]:
        """Keep every other process off a task, for as long as this one lives and gives signs of life. TaskBusy if one is on it."""
        async with await self._database.connect() as connection:
            lease = Lease(self._database, connection, task_id, self.holder)
            if not await lease.take():
                raise TaskBusy(f"Another process is working on task {task_id}.")
            keeping = asyncio.create_task(lease.keep())
            self.held.add(task_id)
            try:
                yield lease
            finally:
                self.held.discard(task_id)
                await stop(keeping)
                with contextlib.suppress(psycopg.OperationalError):  # a connection that was cut has let go already
                    await lease.let_go()

    async def is_held(self, task_id: str) -> bool:
        """Whether a process that gives signs of life is on a task."""
        return await self._says(IS_HELD, task_id)

    async def is_stopping(self, task_id: str) -> bool:
        """Whether the process on a task has said that it stops."""
        return await self._says(IS_STOPPING, task_id)

    async def wrest(self, task_id: str) -> None:
        """Take a task away from whoever holds it."""
        await self._says(BREAK, task_id)

    async def _says(self, query: str, task_id: str) -> bool:
        async with self._database.pool.connection() as connection:
            row = await (await connection.execute(query.encode(), {"id": task_id, "anyway": True})).fetchone()
        return row is not None and bool(row["so"])
