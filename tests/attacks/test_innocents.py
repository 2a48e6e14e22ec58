"""Innocent films: whoever kills the program from outside, or breaks it with one film, takes no other film with it."""

import asyncio
import random
from pathlib import Path

import httpx

from kiwi.storage.assets import AssetStore
from kiwi.storage.database import Database
from kiwi.work.jobs import Job
from kiwi.work.processes import open_pool
from kiwi.work.workshop import Workshop
from testing.servers import OtherServer, Studio, a_free_port
from tests.jobs import Done, Task

FILMS, KILLS = 4, 9


async def create(server: OtherServer) -> str:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=20) as client:
        return str((await client.post("/api/video/create", json={"text_input": "tea"})).json()["task_id"])


async def ends(database: Database, films: list[str], within: float = 60) -> dict[str, tuple[str, int]]:
    """How films ended, and after how many attempts."""
    async with asyncio.timeout(within):
        while True:
            async with database.pool.connection() as connection:
                rows = await (await connection.execute("select id, status, attempt, error from kiwi_task")).fetchall()
            if all(row["status"] in {"completed", "failed"} for row in rows):
                return {row["id"]: (row["status"], row["attempt"]) for row in rows if row["id"] in films}
            await asyncio.sleep(0.05)


async def test_kills_from_outside_fail_nobody(database: Database, tmp_path: Path) -> None:
    studio, dice = Studio(tmp_path), random.Random(7)
    studio.hold("cut")  # a stage that outlasts every kill
    async with OtherServer(studio, database.url, a_free_port()) as server:
        films = [await create(server) for _ in range(FILMS)]
        await studio.noted("begin cut")
        for _ in range(KILLS):
            await asyncio.sleep(dice.uniform(0.2, 1.5))
            await server.stop()
            begun = studio.notes()["begin cut"]
            await server.start()
            async with asyncio.timeout(15):  # each kill hits a film at work
                while studio.notes()["begin cut"] == begun:
                    await asyncio.sleep(0.02)
        studio.release("cut")
        ended = await ends(database, films)
    assert {status for status, _ in ended.values()} == {"completed"}
    assert sum(attempt for _, attempt in ended.values()) > 2 * FILMS  # they were hit
    assert {what: times for what, times in studio.notes().items() if what.startswith("done") and times != FILMS} == {}


async def test_a_film_that_breaks_the_program_takes_no_other_with_it(database: Database, tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    studio.hold("read")
    async with OtherServer(studio, database.url, a_free_port()) as server:
        poison, innocent = await create(server), await create(server)
        (tmp_path / f"die-cut-{poison}").touch()
        (tmp_path / f"slow-cut-{innocent}").touch()  # never done before its neighbour has broken the program
        studio.release("read")
        for _ in range(4):
            assert server.process is not None
            await asyncio.to_thread(server.process.join, 20)
            assert server.process.exitcode == 9
            await server.start()
        ended = await ends(database, [poison, innocent])
    assert ended[innocent][0] == "completed"
    assert ended[poison][0] == "failed"
    assert studio.notes()["done cut"] == 1


async def test_a_child_that_is_killed_from_outside_costs_no_film(tmp_path: Path) -> None:
    async with open_pool(1, tmp_path) as pool:
        ran = tmp_path / "ran"
        job_input = Task(text=str(ran), seconds=1)
        work = asyncio.create_task(
            Workshop(pool, AssetStore(tmp_path / "assets")).fill(Job("count", "tests.jobs:count", Task, Done), job_input, print)
        )
        async with asyncio.timeout(20):
            while not ran.exists():
                await asyncio.sleep(0.02)
        (child,) = pool.working
        child.process.kill()
        async with asyncio.timeout(20):
            assert (await work).pid != child.process.pid
        assert ran.read_text() == "ran\nran\n"
