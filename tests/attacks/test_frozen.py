"""A frozen worker: its films are taken over, cancelled and deleted meanwhile, and it publishes nothing when it wakes."""

import asyncio
import base64
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx

from kiwi.storage.assets import AssetStore
from kiwi.storage.database import Database
from testing.servers import OtherServer, Studio, a_free_port

TAKEN_OVER_SECONDS, CANCELLED_SECONDS, DELETED_SECONDS = 15, 2, 3
WOKEN_SECONDS = 2.5
"""What one that wakes gets to do harm."""
WEBM = base64.b64encode(b"\x1aE\xdf\xa3voice").decode()


@contextmanager
def frozen(server: OtherServer) -> Iterator[None]:
    """Stop a server's process within the block."""
    assert server.process is not None
    assert server.process.pid is not None
    os.kill(server.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(server.process.pid, signal.SIGCONT)


@asynccontextmanager
async def client_of(server: OtherServer) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}/api/video", timeout=20) as client:
        yield client


async def create(server: OtherServer) -> str:
    async with client_of(server) as client:
        return str((await client.post("/create", json={"audio_data": WEBM})).json()["task_id"])


async def until(studio: Studio, what: str, times: int, within: float = 30) -> float:
    """Wait until something was noted so often; the seconds it took."""
    began = time.monotonic()
    async with asyncio.timeout(within):
        while studio.notes()[what] < times:
            await asyncio.sleep(0.02)
    return time.monotonic() - began


async def published(database: Database, folder: Path) -> dict[str, Any]:
    """Everything a worker may have published."""
    found: dict[str, Any] = {}
    async with database.pool.connection() as connection:
        for table in ("kiwi_task", "kiwi_event", "checkpoints", "checkpoint_blobs", "checkpoint_writes"):
            rows = await (await connection.execute(f"select md5(t::text) as digest from {table} t order by 1".encode())).fetchall()
            found[table] = [row["digest"] for row in rows]
    return found | {"files": files(folder)}


def files(folder: Path) -> list[tuple[str, int]]:
    """All files of all films, and when they were written."""
    return sorted((str(path), path.stat().st_mtime_ns) for path in folder.glob("tasks/**/*") if path.is_file())


async def test_a_frozen_workers_film_is_taken_over_and_it_publishes_nothing_when_it_wakes(database: Database, tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    studio.hold("cut")
    freezes, works = (OtherServer(studio, database.url, a_free_port()) for _ in range(2))
    async with freezes, works:
        await works.stop()  # so that the other one gets the film
        task_id = await create(freezes)
        await until(studio, "begin cut", 1)
        await works.start()
        with frozen(freezes):
            assert await until(studio, "begin cut", 2) <= TAKEN_OVER_SECONDS
        await asyncio.sleep(WOKEN_SECONDS)
        before = await published(database, tmp_path)
        studio.release("cut")  # both could go on now
        async with client_of(works) as client, asyncio.timeout(20):
            while (task := (await client.get(f"/status/{task_id}")).json())["status"] == "processing":
                await asyncio.sleep(0.05)
        assert (task["status"], task["attempt"]) == ("completed", 2)
        after = await published(database, tmp_path)
        assert before["kiwi_task"] != after["kiwi_task"]
        assert studio.notes()["done cut"] == studio.notes()["begin inspect"] == 1
        await asyncio.sleep(WOKEN_SECONDS)
        assert await published(database, tmp_path) == after
        assert freezes.process is not None
        assert freezes.process.exitcode is None  # it lives, and has let go


async def test_a_frozen_workers_films_are_cancelled_and_deleted_at_once(database: Database, tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    studio.hold("render")
    freezes, works = (OtherServer(studio, database.url, a_free_port()) for _ in range(2))
    async with freezes, works:
        await works.stop()
        cancelled, deleted = await create(freezes), await create(freezes)
        await until(studio, "begin render scene-3", 2)
        await works.start()
        async with client_of(works) as client:
            with frozen(freezes):
                began = time.monotonic()
                await client.post(f"/task/{cancelled}/cancel")
                while (await client.get(f"/status/{cancelled}")).json()["status"] != "cancelled":
                    assert time.monotonic() - began <= CANCELLED_SECONDS
                    await asyncio.sleep(0.02)
                began = time.monotonic()
                assert (await client.delete(f"/task/{deleted}")).status_code == 200
                assert time.monotonic() - began <= DELETED_SECONDS
                assert not AssetStore.of_task(tmp_path, deleted).root.exists()
                before = await published(database, tmp_path)
                studio.release("render")
            await asyncio.sleep(WOKEN_SECONDS)
            assert await published(database, tmp_path) == before
            assert (await client.get(f"/status/{deleted}")).status_code == 404
            assert not AssetStore.of_task(tmp_path, deleted).root.exists()
            again = await client.post(f"/task/{cancelled}/retry")
            assert again.status_code == 202
            async with asyncio.timeout(30):
                while (task := (await client.get(f"/status/{cancelled}")).json())["status"] in {"pending", "processing"}:
                    await asyncio.sleep(0.05)
        assert task["status"] == "completed"
