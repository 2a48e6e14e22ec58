"""Outages of the database: films go on when it is back, and none is blamed."""

import asyncio
from pathlib import Path
from typing import Any

from kiwi.film.model import Brief, Film
from kiwi.storage.database import open_database
from kiwi.storage.postgres import Server
from kiwi.tasks.task import Status
from testing.fakes import FakeCrew
from tests.databases import an_empty_database
from tests.graph.test_queue import an_engine, ended, working
from tests.tasks.test_watch import crash_and_restart

OUTAGES = 3


async def test_a_film_outlives_as_many_crashes_of_its_database_as_would_condemn_it(mortal: Server, tmp_path: Path) -> None:
    begun, goes_on = asyncio.Event(), asyncio.Event()

    class Slow(FakeCrew):
        async def cut(self, *asked: Any) -> Film:
            begun.set()
            await goes_on.wait()
            return await super().cut(*asked)

    fake = Slow()
    async with open_database(an_empty_database(mortal), tmp_path) as database, an_engine(database, tmp_path, fake, room=5) as engine:
        task, _ = await engine.promise(Brief(words="tea"))
        async with working(engine):
            for _ in range(OUTAGES):
                async with asyncio.timeout(60):
                    await begun.wait()
                begun.clear()
                await crash_and_restart(mortal)
            async with asyncio.timeout(60):
                await begun.wait()
            goes_on.set()
            done = await ended(engine, task.id, within=60)
        assert done.status is Status.COMPLETED
        assert done.attempt > OUTAGES
        assert fake.calls.asked["render scene-1"] == 1
        async with database.pool.connection() as connection:
            assert await (await connection.execute("select from kiwi_crash")).fetchall() == []
