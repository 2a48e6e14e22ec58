"""The queue: a task and its job are one; nothing that was promised is left behind."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from api.messages import told
from graph.checkpoint import open_checkpointer
from graph.engine import Engine
from graph.outbox import Post, open_outbox
from graph.queue import open_queue
from graph.worker import Worker
from kiwi.errors import KeyReused, NoSuchScene, NoSuchTask, QueueFull, TaskBusy, TaskOver
from kiwi.film.model import Brief, Intent, Script
from kiwi.money.producer import Unpaid
from kiwi.net.webhooks import Receivers
from kiwi.storage.database import Database
from kiwi.tasks.leases import Lease, Leases
from kiwi.tasks.table import Tasks
from kiwi.tasks.task import Status, Task
from kiwi.work.processes import ChildPool
from testing.fakes import FakeCrew

OpenEngine = Callable[..., Awaitable[Engine]]


@pytest.fixture
async def engines(database: Database, tmp_path: Path) -> AsyncIterator[OpenEngine]:
    """Opens any number of engines on one database, as several machines would."""
    async with AsyncExitStack() as opened:

        async def open_engine(fake: FakeCrew, room: int = 100) -> Engine:
            return await opened.enter_async_context(an_engine(database, tmp_path, fake, room))

        yield open_engine


@asynccontextmanager
async def an_engine(database: Database, folder: Path, fake: FakeCrew, room: int) -> AsyncIterator[Engine]:
    async with open_checkpointer(database.url) as checkpointer, Tasks(database) as tasks:
        worker = Worker(tasks, checkpointer, Unpaid(lambda _: fake.crew()))
        post = Post(Receivers(), told)
        async with open_queue(database, tasks, worker, room) as queue, open_outbox(database, post) as outbox:
            yield Engine(folder, database, tasks, ChildPool(1, folder), worker, queue, outbox)


@asynccontextmanager
async def working(engine: Engine, films: int = 2) -> AsyncIterator[None]:
    work = asyncio.create_task(engine.queue.work(films))
    try:
        yield
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


async def ended(engine: Engine, task_id: str, within: float = 30) -> Task:
    async with asyncio.timeout(within):
        async for event in engine.tasks.follow(task_id):
            last = event.task
    return last


def folders(data: Path) -> int:
    """How many tasks have left media."""
    return len(list(data.glob("tasks/*")))


async def jobs(engine: Engine) -> int:
    async with engine.database.pool.connection() as connection:
        rows = await (await connection.execute("select count(*) as number from procrastinate_jobs")).fetchall()
    return int(rows[0]["number"])


async def leave_behind(engine: Engine) -> None:
    """Have every job fetched a minute ago by a worker that is no more."""
    async with engine.database.pool.connection() as connection:
        await connection.execute("update procrastinate_jobs set status = 'doing'")
        await connection.execute("update procrastinate_events set at = at - interval '1 minute'")


async def test_a_promised_film_is_made_and_leaves_no_job(engines: OpenEngine) -> None:
    engine = await engines(FakeCrew())
    task, new = await engine.promise(Brief(words="tea"))
    assert new
    assert await jobs(engine) == 1
    async with working(engine):
        assert (await ended(engine, task.id)).status is Status.COMPLETED
        while await jobs(engine):
            await asyncio.sleep(0.02)


async def test_a_film_that_cannot_be_queued_is_not_promised(engines: OpenEngine, tmp_path: Path) -> None:
    engine = await engines(FakeCrew(), room=2)
    for _ in range(2):
        await engine.promise(Brief(words="tea"))
    with pytest.raises(QueueFull, match="2 films are waiting"):
        await engine.promise(Brief(words="tea"), b"\x1aE\xdf\xa3")
    assert await engine.tasks.count(*Status) == await jobs(engine) == 2
    assert folders(tmp_path) == 0


async def test_a_key_makes_one_film_one_job_and_one_recording(engines: OpenEngine, tmp_path: Path) -> None:
    engine = await engines(FakeCrew())
    made = await asyncio.gather(*(engine.promise(Brief(), b"\x1aE\xdf\xa3", "key", "print") for _ in range(8)))
    assert len({task.id for task, _ in made}) == sum(new for _, new in made) == await jobs(engine) == 1
    assert folders(tmp_path) == 1
    with pytest.raises(KeyReused):
        await engine.promise(Brief(words="other"), b"", "key", "other print")


async def test_two_workers_make_every_film_once(engines: OpenEngine) -> None:
    fake = FakeCrew()
    one, two = await engines(fake), await engines(fake)
    made = [(await one.promise(Brief(words=f"tea {number}")))[0] for number in range(6)]
    async with working(one), working(two):
        for task in made:
            assert (await ended(two, task.id)).status is Status.COMPLETED
        async with asyncio.timeout(30):
            while one.queue.running or two.queue.running:
                await asyncio.sleep(0.01)
    assert fake.calls.asked["write"] == fake.calls.asked["cut"] == 6
    assert one.queue.ended[Status.COMPLETED] + two.queue.ended[Status.COMPLETED] == 6


async def test_no_more_films_are_made_at_once_than_allowed(engines: OpenEngine) -> None:
    engine = await engines(FakeCrew())
    made = [(await engine.promise(Brief(words="tea")))[0] for _ in range(4)]
    most = 0

    async def look() -> None:
        nonlocal most
        while True:
            most = max(most, engine.queue.running)
            await asyncio.sleep(0)

    looking = asyncio.create_task(look())
    async with working(engine, films=1):
        for task in made:
            await ended(engine, task.id)
    looking.cancel()
    assert most == 1


async def test_what_a_stopping_worker_held_goes_to_the_next(engines: OpenEngine) -> None:
    begun = asyncio.Event()

    class Slow(FakeCrew):
        async def write(self, intent: Intent) -> Script:
            begun.set()
            await asyncio.sleep(60)
            return await super().write(intent)

    slow, quick = Slow(), FakeCrew()
    first, second = await engines(slow), await engines(quick)
    task, _ = await first.promise(Brief(words="tea"))
    async with working(first):
        await asyncio.wait_for(begun.wait(), 10)
    async with working(second):
        done = await ended(second, task.id)
    assert (done.status, done.attempt) == (Status.COMPLETED, 2)
    assert (slow.calls.asked["read"], quick.calls.asked["read"]) == (1, 0)


async def test_what_nobody_holds_is_queued_again_but_not_what_somebody_holds(engines: OpenEngine) -> None:
    engine = await engines(FakeCrew())
    task, _ = await engine.promise(Brief(words="tea"))
    await leave_behind(engine)
    async with engine.tasks.hold(task.id):
        for _ in range(3):
            await engine.queue.mend()
        assert engine.queue.put_back == 0
    await engine.queue.mend()
    assert engine.queue.put_back == 0
    await engine.queue.mend()
    assert engine.queue.put_back == 1
    async with working(engine):
        assert (await ended(engine, task.id)).status is Status.COMPLETED


async def test_a_task_without_a_job_is_taken_up_after_a_while(engines: OpenEngine) -> None:
    engine = await engines(FakeCrew())
    task = await engine.submit(Brief(words="tea"))
    await engine.queue.mend()
    assert await jobs(engine) == 0
    async with engine.database.pool.connection() as connection:
        await connection.execute("update kiwi_task set updated_at = updated_at - interval '31 seconds'")
    async with engine.tasks.hold(task.id):
        await engine.queue.mend()
        assert await jobs(engine) == 0
    await engine.queue.mend()
    await engine.queue.mend()
    assert await jobs(engine) == 1


async def test_a_worker_may_take_a_moment_to_take_its_film_up(engines: OpenEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, hold, fetched = await engines(FakeCrew()), Tasks.hold, asyncio.Event()

    @asynccontextmanager
    async def slow(self: Tasks, task_id: str) -> AsyncIterator[Lease]:
        fetched.set()
        await asyncio.sleep(0.4)
        async with hold(self, task_id) as lease:
            yield lease

    monkeypatch.setattr(Tasks, "hold", slow)
    task, _ = await engine.promise(Brief(words="tea"))
    async with working(engine):
        await fetched.wait()
        for _ in range(3):
            await engine.queue.mend()
        assert (await ended(engine, task.id)).status is Status.COMPLETED
    assert engine.queue.put_back == 0


async def test_the_job_of_a_deleted_task_goes_too(engines: OpenEngine) -> None:
    engine = await engines(FakeCrew())
    task, _ = await engine.promise(Brief(words="tea"))
    await engine.forget(task.id)
    with pytest.raises(NoSuchTask):
        await engine.forget(task.id)
    async with working(engine):
        async with asyncio.timeout(30):
            while await jobs(engine):
                await asyncio.sleep(0.02)
    assert engine.queue.ended.total() == 0


async def test_a_busy_thread_is_waited_for(engines: OpenEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.queue.BUSY_SECONDS", 0)
    engine = await engines(FakeCrew())
    async with working(engine):
        task = await engine.submit(Brief(words="tea"))
        async with engine.tasks.hold(task.id), engine.database.pool.connection() as connection:
            await engine.queue.put_new(connection, task.id)
            await asyncio.sleep(0.3)
            assert (await engine.tasks.get(task.id)).status is Status.PENDING
        assert (await ended(engine, task.id)).status is Status.COMPLETED


async def test_a_scene_is_edited_once_however_often_its_job_runs(engines: OpenEngine) -> None:
    fake = FakeCrew()
    engine = await engines(fake)
    task, _ = await engine.promise(Brief(words="tea"))
    async with working(engine):
        await ended(engine, task.id)
        with pytest.raises(NoSuchScene, match="no scene 9"):
            await engine.retake(task.id, 9, "Cocoa wins.")
        await engine.retake(task.id, 2, "Cocoa wins.")
        with pytest.raises(TaskBusy):
            await engine.retake(task.id, 2, "Milk wins.")
        done = await ended(engine, task.id)
        assert [scene.description for scene in done.scenes] == ["Tea is number 1.", "Cocoa wins.", "Tea is number 3."]
        drawn = fake.calls.asked["draw"]
        await engine.retake(task.id, 2, "Cocoa wins.")
        await ended(engine, task.id)
    assert drawn == fake.calls.asked["draw"] == 2
    assert fake.calls.asked["write"] == 1


@asynccontextmanager
async def held_elsewhere(engine: Engine, task_id: str, *, stopping: bool = False) -> AsyncIterator[Task]:
    """A worker elsewhere that has begun a task and says no more, unless that it is stopping."""
    async with Leases(engine.database).hold(task_id) as lease:
        task = await engine.tasks.begin(task_id)
        await lease.begin(task.attempt)
        if stopping:
            await lease.say_stopping()
        yield task


async def test_what_this_process_left_behind_when_the_database_was_away_is_queued_again(engines: OpenEngine) -> None:
    engine = await engines(FakeCrew())
    task, _ = await engine.promise(Brief(words="tea"))
    await leave_behind(engine)
    async with engine.tasks.hold(task.id) as lease, engine.database.pool.connection() as connection:
        lease.resigns_at = 0.0
        await connection.execute("update kiwi_lease set pid = 0, until = until - interval '1 minute'")
        for _ in range(3):
            await engine.queue.mend()
        assert engine.queue.put_back == 0, "it is not done with it yet"
    for _ in range(2):
        await engine.queue.mend()
    assert engine.queue.put_back == 1
    async with working(engine):
        assert (await ended(engine, task.id)).status is Status.COMPLETED


async def test_whoever_does_not_answer_is_cut_off(engines: OpenEngine) -> None:
    engine = await engines(FakeCrew())
    task, _ = await engine.promise(Brief(words="tea"))
    async with held_elsewhere(engine, task.id) as begun, asyncio.timeout(2):
        cancelled = await engine.cancel(task.id)
    assert (cancelled.status, cancelled.error) == (Status.CANCELLED, "The film was cancelled.")
    with pytest.raises(TaskOver):
        await engine.tasks.report(task.id, begun.attempt, progress=50)


async def test_whoever_has_answered_may_take_its_time_to_stop(engines: OpenEngine) -> None:
    engine = await engines(FakeCrew())
    task, _ = await engine.promise(Brief(words="tea"))
    async with held_elsewhere(engine, task.id, stopping=True) as begun:
        asked = await engine.cancel(task.id)
        assert (asked.status, asked.cancel_requested) == (Status.PROCESSING, True)
        forgetting = asyncio.create_task(engine.forget(task.id))
        await asyncio.sleep(2)
        assert not forgetting.done()
        await engine.tasks.stop(task.id, begun.attempt)
    await asyncio.wait_for(forgetting, 5)


async def test_a_task_is_deleted_though_its_worker_is_frozen(engines: OpenEngine, tmp_path: Path) -> None:
    engine = await engines(FakeCrew())
    task, _ = await engine.promise(Brief(words="tea"), b"\x1aE\xdf\xa3")
    async with held_elsewhere(engine, task.id), asyncio.timeout(3):
        await engine.forget(task.id)
    with pytest.raises(NoSuchTask):
        await engine.tasks.get(task.id)
    assert folders(tmp_path) == 0


async def test_jobs_that_an_earlier_version_put_back_are_made(engines: OpenEngine) -> None:
    engine = await engines(FakeCrew())
    task = await engine.submit(Brief(words="tea"))
    async with engine.database.pool.connection() as connection:
        await engine.queue._put(connection, task.id, told={"crashes": 2, "progress": 10, "seq": 4})
    async with working(engine):
        assert (await ended(engine, task.id)).status is Status.COMPLETED


async def test_an_interrupted_film_goes_on_before_others_begin(engines: OpenEngine) -> None:
    engine = await engines(FakeCrew())
    interrupted, _ = await engine.promise(Brief(words="tea"))
    await leave_behind(engine)
    await engine.promise(Brief(words="cocoa"))
    for _ in range(2):
        await engine.queue.mend()
    async with engine.database.pool.connection() as connection:
        query = "select args ->> 'task_id' as task_id from procrastinate_jobs order by priority desc, id"
        rows = await (await connection.execute(query)).fetchall()
    assert rows[0]["task_id"] == interrupted.id
    assert len(rows) == 2
