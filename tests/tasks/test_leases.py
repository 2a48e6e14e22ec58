"""Leases: a task is held by whoever lives and says so, and by nobody else."""

import asyncio
import time
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from kiwi.clock import SystemClock
from kiwi.errors import HoldLost, StaleAttempt, TaskBusy
from kiwi.film.model import Asset, Brief
from kiwi.money.ledger import Ledger
from kiwi.money.purchases import Placed
from kiwi.storage.assets import AssetStore, asset_of
from kiwi.storage.database import Database
from kiwi.storage.fencing import HELD, confirm, holding
from kiwi.tasks.lease_statements import BREAK, LEASE_SECONDS
from kiwi.tasks.leases import Lease, Leases
from kiwi.tasks.table import Tasks
from tests.shops import PLENTY, wanted

TASK = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def ours(database: Database) -> Leases:
    return Leases(database)


@pytest.fixture
def theirs(database: Database) -> Leases:
    """Another process."""
    return Leases(database)


@pytest.fixture
async def frozen(database: Database, theirs: Leases) -> AsyncIterator[Lease]:
    """A lease that lapsed a minute ago because its process gives no sign of life; its connection still has the lock."""
    async with theirs.hold(TASK) as lease:
        lease.resigns_at = lease._proven_at = 0.0
        async with database.pool.connection() as connection:
            await connection.execute("update kiwi_lease set until = until - interval '1 minute'")
        yield lease


@pytest.fixture
def old_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock without a lease is given no time, as if its connection were old."""
    monkeypatch.setattr("kiwi.tasks.leases.BREAK", BREAK.replace(f"interval '{LEASE_SECONDS} seconds'", "interval '0 seconds'"))


async def test_who_gives_signs_of_life_keeps_its_task(ours: Leases, theirs: Leases, database: Database, old_enough: None) -> None:
    async with theirs.hold(TASK) as lease:
        async with database.pool.connection() as connection:
            await connection.execute("update kiwi_lease set until = clock_timestamp() + interval '3 seconds'")
        await asyncio.sleep(3.5)
        assert await ours.is_held(TASK)
        with pytest.raises(TaskBusy):
            async with ours.hold(TASK):
                pass
        await lease.confirm()
    assert not await ours.is_held(TASK)


async def test_what_a_frozen_process_holds_is_taken_and_it_learns_of_it(
    ours: Leases, frozen: Lease, old_enough: None, database: Database
) -> None:
    assert not await ours.is_held(TASK)
    async with ours.hold(TASK):
        assert await ours.is_held(TASK)
        with pytest.raises(HoldLost):
            await frozen.confirm()
        assert await ours.is_held(TASK)
    async with database.pool.connection() as connection:
        assert await (await connection.execute("select from kiwi_lease")).fetchall() == []


async def test_a_process_that_slept_goes_on_if_nobody_wanted_its_task(frozen: Lease, ours: Leases) -> None:
    frozen.resigns_at = time.monotonic() + 3600
    await frozen.confirm()
    assert await ours.is_held(TASK)


async def test_a_lock_without_a_lease_is_left_alone_for_a_while(ours: Leases, frozen: Lease) -> None:
    assert not frozen.lost.is_set()
    with pytest.raises(TaskBusy):
        async with ours.hold(TASK):
            pass


async def test_a_task_can_be_taken_from_who_lives(ours: Leases, theirs: Leases) -> None:
    async with theirs.hold(TASK) as lease:
        await ours.wrest(TASK)
        async with ours.hold(TASK):
            await asyncio.wait_for(lease.lost.wait(), 3)


async def test_who_stops_says_so(ours: Leases, theirs: Leases) -> None:
    async with theirs.hold(TASK) as lease:
        assert not await ours.is_stopping(TASK)
        await lease.say_stopping()
        assert await ours.is_stopping(TASK)
    async with theirs.hold(TASK):
        assert not await ours.is_stopping(TASK)


async def test_work_that_does_not_stop_lets_its_lease_lapse(theirs: Leases) -> None:
    async with theirs.hold(TASK) as lease:
        lease.resigns_at = lease._proven_at = 0.0
        with pytest.raises(HoldLost):
            await lease.confirm()


async def test_who_holds_nothing_may_do_what_it_likes() -> None:
    assert HELD.get() is None
    await confirm()


async def test_who_has_lost_its_task_leaves_no_media(frozen: Lease, tmp_path: Path) -> None:
    made = AssetStore(tmp_path / "tasks")

    async def make(folder: Path) -> Asset:
        (folder / "film.mp4").write_bytes(b"film")
        return asset_of(folder / "film.mp4")

    with holding(frozen), pytest.raises(HoldLost):
        await made.once("film", make, Asset)
    assert not made.root.exists()

    async def make_slowly(folder: Path) -> Asset:
        frozen.resigns_at = frozen._proven_at = 0.0
        return await make(folder)

    frozen.resigns_at, frozen._proven_at = time.monotonic() + 3600, time.monotonic()
    with holding(frozen), pytest.raises(HoldLost):
        await made.once("film", make_slowly, Asset)
    assert list(made.root.iterdir()) == []


async def test_who_has_lost_its_task_buys_nothing_for_it(tasks: Tasks, database: Database) -> None:
    task, _ = await tasks.submit(Brief(words="tea"))
    buyer = Ledger(database, SystemClock(), Random(1)).buyer(task.id, PLENTY, PLENTY, None)
    asked: list[str] = []

    async def place() -> Placed:
        asked.append("job")
        return Placed(job={"id": "job"})

    async with tasks.hold(task.id) as lease:
        await lease.begin((await tasks.begin(task.id)).attempt)
        with holding(lease):
            await buyer.settle(await buyer.buy(wanted("shot-1"), place), Decimal(0))
            await tasks.begin(task.id)  # as another worker
            with pytest.raises(StaleAttempt):
                await buyer.buy(wanted("shot-2"), place)
    async with database.pool.connection() as connection:
        rows = await (await connection.execute("select part from kiwi_purchase")).fetchall()
    assert ([row["part"] for row in rows], asked) == (["shot-1"], ["job"])
