"""The queue of films: jobs in the same PostgreSQL as their tasks, run here or on any machine, and put back when their worker dies."""

import asyncio
import contextlib
import itertools
import logging
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import psycopg
from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from structlog.contextvars import bound_contextvars

from graph.nightly import MADE_GOOD, every_night
from graph.queue_statements import COUNT_WAITING, FILMS, JOB, ORPHANS, STALLED, TAKE_BACK
from graph.turns import Turns
from graph.worker import UNWANTED, Worker
from kiwi.errors import KiwiError, QueueFull, TaskBusy
from kiwi.film.review import Edit, Review
from kiwi.storage.database import Connection, Database
from kiwi.tasks.crashes import Case, Crashes
from kiwi.tasks.table import Enqueue, Tasks
from kiwi.tasks.task import Status
from kiwi.work.stopping import stop

log = logging.getLogger(__name__)

MEND_SECONDS = (0.1, 0.2, 0.4, 0.8, 1.0)
"""Pauses between looks for work that was left behind: short at the start, which may follow a crash; the last one stays."""
POLL_SECONDS = 2.0
LAY_DOWN_SECONDS = 3.0
"""What running films get to stop where they are, before they are told again."""
BUSY_SECONDS, BUSY_ATTEMPTS = 2, 1_000
"""A thread that somebody else holds is asked for so often; a budget of its own, because waiting is no failure."""
CUT_ATTEMPTS = 20
"""How often a film is taken up again after its database went away."""
POISON = "The program broke down {times} times at the same point of this film: change the brief, or retry."

AHEAD, BEHIND = 1, 0
"""Priorities: a film that was interrupted goes on before others begin, unless it looks as if it was its own fault."""


class Again(BaseRetryStrategy):
    """Which jobs go back into the queue: those that wait for a thread, lost their database, or were interrupted by the program's end."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, asyncio.CancelledError):
            return RetryDecision()
        if isinstance(exception, TaskBusy) and job.attempts < BUSY_ATTEMPTS:
            return RetryDecision(retry_in={"seconds": BUSY_SECONDS})
        if isinstance(exception, psycopg.OperationalError) and job.attempts < CUT_ATTEMPTS:
            return RetryDecision(retry_in={"seconds": min(2**job.attempts, 30)})
        return None


class Queue:
    """Puts films into the queue, and makes them."""

    def __init__(self, database: Database, tasks: Tasks, worker: Worker, room: int) -> None:
        self._database = database
        self._tasks = tasks
        self._worker = worker
        self._room = room
        """Tasks that may wait at once."""
        self._crashes = Crashes(database)
        self._turns = Turns()
        self._left_behind: set[int] = set()
        """Jobs that looked so in the latest round."""
        self.running = 0
        """Films being made by this process."""
        self.ended: Counter[Status] = Counter()
        """Films that came to their end here."""
        self.put_back = 0
        """Films that were left behind and queued again."""
        connector = PsycopgConnector(conninfo=database.url, min_size=1, max_size=4, timeout=5.0)
        self._app = App(connector=connector, periodic_defaults=MADE_GOOD)
        self._app.task(name=JOB, queue=FILMS, retry=Again())(self._make)

    def putting(self, edit: Edit | None = None, review: Review | None = None) -> Enqueue:
        """What puts a task's job into the queue within the transaction that writes the task; with what a person has decided about it."""
        decided = {"edit": edit, "review": review}
        return partial(self._put, told={name: noun.model_dump() for name, noun in decided.items() if noun is not None})

    async def put_new(self, connection: Connection, task_id: str) -> None:
        """Put a new task's job into the queue, within the transaction that writes the task; QueueFull."""
        rows = await (await connection.execute(COUNT_WAITING)).fetchall()
        if rows[0]["number"] > self._room:
            raise QueueFull(f"{self._room} films are waiting already: try again later.")
        await self._put(connection, task_id, told={})

    def nightly(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        """Have something done once a night by those who work; call before they begin."""
        every_night(self._app, FILMS, self._database, name, work)

    async def _put(self, connection: Connection, task_id: str, told: dict[str, Any], priority: int = BEHIND) -> None:
        job = self._app.configure_task(JOB, queue=FILMS, connection=connection, priority=priority)
        try:
            await job.defer_async(task_id=task_id, **told)
        except ConnectorException as cut:
            raise psycopg.OperationalError(str(cut.__cause__ or cut)) from cut

    async def work(self, films: int) -> None:
        """Make films, so many at once, until cancelled; interrupted ones go back into the queue."""
        both = asyncio.create_task(self._mend()), asyncio.create_task(self._run(films))
        try:
            done, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                one.result()
        finally:
            await stop(*both, again_seconds=LAY_DOWN_SECONDS)

    async def _run(self, films: int) -> None:
        while True:
            with contextlib.suppress(ConnectorException):  # the database went away: the next round finds it again
                await self._app.run_worker_async(
                    queues=[FILMS],
                    concurrency=films,
                    fetch_job_polling_interval=POLL_SECONDS,
                    shutdown_graceful_timeout=0,
                    install_signal_handlers=False,
                    delete_jobs="always",
                )
            log.warning("the queue was cut off, trying again")
            await asyncio.sleep(random.uniform(0.2, 1.0))

    async def _make(
        self,
        task_id: str,
        edit: dict[str, Any] | None = None,
        review: dict[str, Any] | None = None,
        **_: object,
    ) -> None:
        """The job: make one film, or as much of it as can be made until a person decides. Jobs of an earlier version may say more."""
        self.running += 1
        try:
            with bound_contextvars(task_id=task_id):
                case = await self._crashes.case(task_id)
                if case.guilty:
                    await self._give_up(task_id, case)
                else:
                    wanted = None if edit is None else Edit.model_validate(edit)
                    decided = None if review is None else Review.model_validate(review)
                    task = await self._worker.run(task_id, wanted, decided, self._turns.taken(alone=case.suspect))
                    if task.over:
                        self.ended[task.status] += 1
                    log.info("task %s is %s", task_id, task.status)
        except TaskBusy:
            raise
        except UNWANTED as reason:
            log.info("%s", reason)
        except KiwiError as failure:
            self.ended[Status.FAILED] += 1
            log.warning("task %s failed: %s", task_id, failure)
        finally:
            self.running -= 1

    async def _give_up(self, task_id: str, case: Case) -> None:
        async with self._tasks.hold(task_id):
            task = await self._tasks.begin(task_id)
            await self._tasks.fail(task_id, task.attempt, POISON.format(times=case.crashes + case.freezes))
            self.ended[Status.FAILED] += 1
            log.warning("task %s is given up: %s", task_id, case)

    async def _mend(self) -> None:
        """Put back, within seconds, what workers have left behind that died or lost their hold."""
        for pause in itertools.chain(MEND_SECONDS, itertools.repeat(MEND_SECONDS[-1])):
            with contextlib.suppress(psycopg.OperationalError):
                await self.mend()
            await asyncio.sleep(pause)

    async def mend(self) -> None:
        """One round. A job counts as left behind when two rounds running found nobody on its thread."""
        async with self._database.pool.connection() as connection:
            found = await (await connection.execute(STALLED)).fetchall()
            # what this process has lost it puts back itself, as soon as it has stopped
            stalled = [row for row in found if row["task_id"] not in self._tasks.leases.held]
            before, self._left_behind = self._left_behind, {row["id"] for row in stalled}
            for row in stalled:
                if row["id"] in before:
                    await self._take_back(connection, row)
            for row in await (await connection.execute(ORPHANS)).fetchall():
                log.warning("task %s was left without a job, queueing it", row["task_id"])
                await self._put(connection, row["task_id"], told={})

    async def _take_back(self, connection: Connection, row: dict[str, Any]) -> None:
        async with connection.transaction():
            if not await (await connection.execute(TAKE_BACK, row)).fetchall() or not row["wanted"]:
                return
            if row["holder"] not in {None, self._tasks.leases.holder}:
                await self._crashes.note(connection, row["holder"])
            case = await self._crashes.case(row["task_id"], connection)
            log.warning("task %s was left behind, queueing it again: %s", row["task_id"], case)
            self.put_back += 1
            told = {name: content for name, content in row["args"].items() if name != "task_id"}
            await self._put(connection, row["task_id"], told, priority=BEHIND if case.alone > 1 else AHEAD)


@asynccontextmanager
async def open_queue(database: Database, tasks: Tasks, worker: Worker, room: int) -> AsyncIterator[Queue]:
    """A queue for as long as the block runs."""
    queue = Queue(database, tasks, worker, room)
    async with queue._app.open_async():
        yield queue
