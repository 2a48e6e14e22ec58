"""The queue: a task and its job are one; nothing that was promised is left behind."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from graph.checkpoint import open_checkpointer
from graph.engine import Engine
from graph.queue import open_queue
from graph.worker import Worker
from kiwi.database import Database
from kiwi.film import Brief
from kiwi.processes import Hands
from kiwi.task import Status, Task
from kiwi.tasks import Tasks
from tests.fakes import FakeCrew

Open = Callable[..., "AsyncIterator[Engine]"]


@pytest.fixture
async def engines(database: Database, tmp_path: Path) -> AsyncIterator[Callable[..., asyncio.Future[Engine]]]:
    """Opens any number of engines on one database, as several machines would."""
    async with AsyncExitStack() as opened:

        async def open_engine(fake: FakeCrew, room: int = 100) -> Engine:
            return await opened.enter_async_context(an_engine(database, tmp_path, fake, room))

        yield open_engine  # type: ignore[misc]


@asynccontextmanager
async def an_engine(database: Database, folder: Path, fake: FakeCrew, room: int) -> AsyncIterator[Engine]:
    async with open_checkpointer(database.url) as checkpointer, Tasks(database) as tasks:
        worker = Worker(tasks, checkpointer, lambda _: fake.crew())
        async with open_queue(database, tasks, worker, room) as queue:
            yield Engine(folder, database, tasks, Hands(1, folder), worker, queue)


@asynccontextmanager
async def working(engine: Engine, films: int = 2) -> AsyncIterator[None]:
    work = asyncio.create_task(engine.queue.work(films))
    try:
        yield
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


async def ended(engine: Engine, task_id: str, within: float = 10) -> Task:
    async with asyncio.timeout(within):
        async for event in engine.tasks.follow(task_id):
            last = event.task
    return last


async def jobs(engine: Engine) -> int:
    async with engine.database.pool.connection() as connection:
        rows = await (await connection.execute("select count(*) as number from procrastinate_jobs")).fetchall()
    return int(rows[0]["number"])


async def test_a_promised_film_is_made_and_leaves_no_job(engines: Callable[..., asyncio.Future[Engine]]) -> None:
    engine = await engines(FakeCrew())
    task, new = await engine.promise(Brief(words="tea"))
    assert new
    assert await jobs(engine) == 1
    async with working(engine):
        assert (await ended(engine, task.id)).status is Status.COMPLETED
        while await jobs(engine):
            await asyncio.sleep(0.02)
