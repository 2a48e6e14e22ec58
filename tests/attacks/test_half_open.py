"""Connections that never become requests: they take the server from nobody, and its films no descriptor."""

import asyncio
import contextlib
import os
import resource
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from kiwi.film.crew import Crew
from kiwi.film.job_inputs import Report
from kiwi.film.model import Reel, Shot, Storyboard, Take
from kiwi.settings import Settings
from kiwi.storage.assets import AssetStore
from kiwi.storage.database import Database
from kiwi.work.jobs import Job
from kiwi.work.processes import ChildPool
from server import serve
from testing.fakes import an_asset
from testing.servers import FilmingCrew, House, OtherServer, Studio, a_free_port, open_house, settings_for
from tests import jobs

FILES = 512
HALF = b"GET /api/video/tasks HTTP/1.1\r\nHost: localhost\r\nX-Half: "
Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class ChildCrew(FilmingCrew):
    """Renders in a new child process each time, which takes descriptors."""

    async def render(self, shot: Shot, take: Take, storyboard: Storyboard, report: Report) -> Reel:
        pool, folder = ChildPool(1, self.store.root), self.store.root / shot.id
        folder.mkdir(parents=True)
        try:
            job = Job("count", "tests.jobs:count", jobs.Task, jobs.Done)
            await pool.do(job, jobs.Task(text=str(folder / "ran")).model_dump(), folder, report)
        finally:
            await pool.stop()
        return Reel(asset=an_asset("reel.mp4"), frames=shot.frames)


class ChildStudio(Studio):
    def hire(self, task_id: str) -> Crew:
        return ChildCrew(self.calls, self.scenes, AssetStore.of_task(self.folder, task_id)).crew()


def serve_with_few_files(folder: Path, port: int, pace: float, settings: dict[str, Any]) -> None:
    """What runs in another process: a server that may open few files, and whose log is a file."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))
    os.dup2(os.open(folder / "log", os.O_WRONLY | os.O_CREAT), 2)
    chosen = Settings(_env_file=None, data_dir=folder, pool=1, **settings)
    asyncio.run(serve(chosen, "127.0.0.1", port, ChildStudio(folder, pace).hire))


async def half_open(port: int, sent: bytes = HALF) -> Line:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with contextlib.suppress(ConnectionError):
        writer.write(sent)
        await writer.drain()
    return reader, writer


async def hung_up(line: Line) -> bytes:
    """What a server says until it hangs up."""
    with contextlib.suppress(ConnectionError):
        return await line[0].read()
    return b""


@contextlib.asynccontextmanager
async def closing(lines: list[Line]) -> AsyncIterator[None]:
    try:
        yield
    finally:
        for _, writer in lines:
            writer.transport.abort()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


async def test_a_thousand_half_headers_take_the_server_from_nobody(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("testing.servers.serve_studio", serve_with_few_files)
    lines: list[Line] = []
    async with OtherServer(Studio(tmp_path), database.url, a_free_port()) as server, closing(lines):
        for _ in range(11):
            lines += await asyncio.gather(*(half_open(server.port) for _ in range(100)))
        began = time.monotonic()
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=3) as client:
            for _ in range(5):
                assert (await client.get("/readyz", headers={"Connection": "close"})).status_code == 200
            task_id = (await client.post("/api/video/create", json={"text_input": "tea"}, timeout=20)).json()["task_id"]
            while (task := (await client.get(f"/api/video/status/{task_id}", timeout=20)).json())["status"] in {"pending", "processing"}:
                await asyncio.sleep(0.2)
        assert (task["status"], task["error"]) == ("completed", None)
        assert (tmp_path / "log").stat().st_size < 100_000
        async with asyncio.timeout(max(began + 14 - time.monotonic(), 1)):
            await asyncio.gather(*map(hung_up, lines))


async def test_no_request_may_begin_with_a_header_of_megabytes(house: House) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for header in (b"X-Long: " + b"x" * 2**20 * 8, b"".join(b"X-%d: y\r\n" % number for number in range(500_000))):
        line = await half_open(port_of(house), b"GET / HTTP/1.1\r\nHost: localhost\r\n" + header)
        async with closing([line]):
            assert (await asyncio.wait_for(hung_up(line), 8)).startswith(b"HTTP/1.1 431 ")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 80 * 1024
    assert (await house.client.get("/", headers={"X-Long": "x" * 16_384})).status_code == 200


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(settings_for(database_url, tmp_path, connections=20, connections_each=8), Studio(tmp_path)) as house:
        yield house


def port_of(house: House) -> int:
    return httpx.URL(house.url).port or 0


async def streams(house: House, task_id: str, count: int) -> list[Line]:
    """Watchers of a film, who are no idle connections."""
    asked = f"GET /api/video/events/{task_id} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    lines = [await half_open(port_of(house), asked) for _ in range(count)]
    for reader, _ in lines:
        assert (await asyncio.wait_for(reader.readline(), 5)).startswith(b"HTTP/1.1 200 ")
    return lines


async def test_one_address_has_its_share_and_who_only_waits_gives_way(house: House) -> None:
    house.studio.hold("read")
    task_id = await house.create()
    await house.client.aclose()
    waiting = [await half_open(port_of(house)) for _ in range(8)]
    watching = await streams(house, task_id, 8)
    async with closing([*waiting, *watching]):
        assert await asyncio.gather(*map(hung_up, waiting)) == [b""] * 8  # without a word
        surplus = await half_open(port_of(house), b"")
        async with closing([surplus]):
            answer = await asyncio.wait_for(hung_up(surplus), 5)
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"too many connections" in answer
        async with closing([watching.pop()]):
            pass
        await asyncio.sleep(0.1)
        async with closing(await streams(house, task_id, 1)):
            pass
    house.studio.release("read")


async def test_a_body_that_drips_is_not_waited_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.connections.BODY_SECONDS", 0.5)
    head = b"POST /api/video/create HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
    line = await half_open(port_of(house), head + b"{")
    async with closing([line]):
        for _ in range(4):
            line[1].write(b" ")
            await asyncio.sleep(0.1)
        assert (await asyncio.wait_for(hung_up(line), 5)).startswith(b"HTTP/1.1 408 ")
    answered = await half_open(port_of(house), b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n")
    async with closing([answered]):
        assert b" 200 " in await answered[0].readline()
        await asyncio.wait_for(hung_up(answered), 5)  # the answer is whole, so the rest of its question is not waited for either
