"""A studio of fakes behind real doors: servers in this process and in others, and clients that keep count."""

import asyncio
import contextlib
import hashlib
import itertools
import json
import multiprocessing
import os
import shutil
import signal
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import httpx
from psycopg.errors import DeadlockDetected

from api.connections import Room, Server
from api.guard import proxies_of
from kiwi.errors import RenderError
from kiwi.film.crew import Crew
from kiwi.film.model import Asset, Film
from kiwi.settings import Settings
from kiwi.storage.assets import AssetStore, asset_of
from kiwi.tasks.task import Status
from server import attach, build_app, configure, listening, open_doors, serve
from testing.fakes import Calls, FakeCrew, a_script

STAGES = ("listen", "read", "write", "narrate", "draw", "shoot", "score", "render", "cut", "inspect")
FILM = bytes(range(256)) * 800
SLOW_SECONDS = 2.0


@dataclass
class FilmingCrew(FakeCrew):
    """Fakes that leave real files behind."""

    store: AssetStore = field(default_factory=lambda: AssetStore(Path()))

    async def cut(self, *made: Any) -> Film:
        film = await super().cut(*made)
        script = made[1]
        usual = [scene.voice_over for scene in a_script(len(script.scenes)).scenes]
        told = [scene.voice_over for scene in script.scenes]
        more = b"" if told == usual else hashlib.sha256("\n".join(told).encode()).digest()

        async def make(folder: Path) -> Film:
            files = {"video": FILM + more, "srt": b"1\n", "vtt": b"WEBVTT\n", "poster": b"\xff\xd8", "manifest": b"{}"}
            assets: dict[str, Asset] = {}
            for name, content in files.items():
                path = folder / Path(getattr(film, name).name).name
                path.write_bytes(content)
                assets[name] = asset_of(path)
            return film.model_copy(update=assets)

        return await self.store.once(f"film{more.hex()[:8]}", make, Film)


class Studio:
    """Hires fakes for every film, notes what they begin and finish, and can hold them up by a file ``hold-<stage>``.

    A file ``die-<stage>`` kills the program there, ``fail-<stage>`` fails the film.
    With ``-<task>`` behind it, a file is for one film alone.
    """

    def __init__(self, folder: Path, pace: float = 0.0, scenes: int = 3) -> None:
        self.folder = folder
        self.pace = pace
        self.scenes = scenes
        self.calls = Calls()
        folder.mkdir(parents=True, exist_ok=True)

    def hire(self, task_id: str) -> Crew:
        fakes = FilmingCrew(self.calls, self.scenes, AssetStore.of_task(self.folder, task_id))
        paced: Any = Paced(self, fakes, task_id)
        return Crew(*[paced] * 10)

    def hold(self, stage: str) -> None:
        (self.folder / f"hold-{stage}").touch()

    def release(self, stage: str) -> None:
        (self.folder / f"hold-{stage}").unlink()

    def note(self, what: str) -> None:
        with (self.folder / "notes").open("a") as notes:
            notes.write(what + "\n")

    def notes(self) -> Counter[str]:
        path = self.folder / "notes"
        return Counter(path.read_text().splitlines()) if path.exists() else Counter()

    async def noted(self, what: str, within: float = 30) -> None:
        """Wait until something was noted."""
        async with asyncio.timeout(within):
            while not self.notes()[what]:
                await asyncio.sleep(0.02)


class Paced:
    """A crew that takes its time."""

    def __init__(self, studio: Studio, crew: FilmingCrew, task_id: str) -> None:
        self.studio = studio
        self.crew = crew
        self.task_id = task_id

    def told(self, what: str) -> bool:
        """Whether a file says so, to all films or to this one."""
        return any((self.studio.folder / name).exists() for name in (what, f"{what}-{self.task_id}"))

    def __getattr__(self, stage: str) -> Any:
        async def work(*asked: Any, **more: Any) -> Any:
            first = asked[0] if asked else None
            scene = getattr(first, "scene_id", "") or (first.id if stage == "narrate" and first else "")
            scene = scene or (first.asset.name if stage == "watch" and first else "")
            name = f"{stage} {scene}".strip()
            self.studio.note(f"begin {name}")
            if self.told(f"die-{stage}"):
                os._exit(9)
            if self.told(f"fail-{stage}"):
                raise RenderError("The encoder has stopped: look into the log.")
            while (self.studio.folder / "stubborn").exists():
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.sleep(0.05)
            while self.told(f"hold-{stage}"):
                await asyncio.sleep(0.01)
            if self.told(f"slow-{stage}"):
                await asyncio.sleep(SLOW_SECONDS)
            await asyncio.sleep(self.studio.pace)
            made = await getattr(self.crew, stage)(*asked, **more)
            self.studio.note(f"done {name}")
            return made

        return work


class QuietServer(Server):
    """A server beside the test, which keeps its own signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass
class House:
    """A running server and a client of it."""

    url: str
    client: httpx.AsyncClient
    studio: Studio
    app: Any = None

    @property
    def ws(self) -> str:
        return self.url.replace("http", "ws")

    async def create(self, words: str = "tea", **headers: str) -> str:
        answer = await self.client.post("/api/video/create", json={"text_input": words}, headers=headers)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["task_id"])

    async def status(self, task_id: str) -> dict[str, Any]:
        return dict((await self.client.get(f"/api/video/status/{task_id}")).json())

    async def ended(self, task_id: str, within: float = 30) -> dict[str, Any]:
        async with asyncio.timeout(within):
            while (task := await self.status(task_id))["status"] in {"pending", "processing"}:
                await asyncio.sleep(0.02)
        return task

    async def clean(self) -> None:
        """Leave nothing of a test to the next."""
        context = self.app.state.context
        for hold in self.studio.folder.glob("hold-*"):
            hold.unlink()
        for status in (Status.PENDING, Status.PROCESSING):
            for task in (await context.engine.tasks.list(100, status=status)).tasks:
                await context.engine.tasks.cancel(task.id)
        async with asyncio.timeout(30):
            while context.engine.queue.running:
                await asyncio.sleep(0.01)
        async with context.engine.database.pool.connection() as connection, asyncio.timeout(30):
            for _ in itertools.count():
                with contextlib.suppress(DeadlockDetected):  # with the queues' own looks for work
                    await connection.execute("truncate kiwi_task, kiwi_ticket, procrastinate_jobs restart identity cascade")
                    break
        shutil.rmtree(self.studio.folder / "tasks", ignore_errors=True)
        (self.studio.folder / "notes").unlink(missing_ok=True)
        self.client.cookies.clear()

    async def stored(self) -> int:
        return len((await self.client.get("/api/video/tasks")).json())


def settings_for(url: str, folder: Path, **more: Any) -> Settings:
    return Settings(_env_file=None, database_url=url, data_dir=folder, pool=1, **more)


@asynccontextmanager
async def open_house(settings: Settings, studio: Studio, heartbeat: float = 10.0, **client: Any) -> AsyncIterator[House]:
    """A server in this process, over real sockets."""
    async with open_doors(settings, studio.hire) as context:
        context.heartbeat = heartbeat

        @asynccontextmanager
        async def lifespan(_: Any) -> AsyncIterator[None]:
            yield

        app = build_app(settings, lifespan)
        attach(app, context)
        server = QuietServer(configure(app, Room(settings.connections, settings.connections_each), proxies_of(settings)))
        listener = listening("127.0.0.1", 0)
        serving = asyncio.create_task(server.serve([listener]))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            async with httpx.AsyncClient(base_url=url, timeout=20, **client) as asking:
                yield House(url, asking, studio, app)
        finally:
            context.draining.set()
            server.should_exit = True
            await serving


def serve_studio(folder: Path, port: int, pace: float, settings: dict[str, Any]) -> None:
    """What runs in another process: a whole server with fakes."""
    asyncio.run(serve(Settings(_env_file=None, data_dir=folder, pool=1, **settings), "127.0.0.1", port, Studio(folder, pace).hire))


class OtherServer:
    """A server in a process of its own, which can be killed and started again in a moment."""

    context = multiprocessing.get_context("forkserver")

    def __init__(self, studio: Studio, url: str, port: int, **settings: Any) -> None:
        self.context.set_forkserver_preload(["testing.servers"])
        self.studio = studio
        self.port = port
        self.settings = {"database_url": url, **settings}
        self.process: ForkServerProcess | None = None

    async def start(self) -> None:
        asked = (self.studio.folder, self.port, self.studio.pace, self.settings)
        self.process = self.context.Process(target=serve_studio, args=asked)
        self.process.start()
        async with asyncio.timeout(30), httpx.AsyncClient() as client:
            while True:
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get(f"http://127.0.0.1:{self.port}/readyz")).status_code == 200:
                        return
                await asyncio.sleep(0.02)

    async def stop(self, number: int = signal.SIGKILL) -> float:
        """Send a signal; the seconds until the process was gone."""
        assert self.process is not None
        assert self.process.pid is not None
        began = time.monotonic()
        os.kill(self.process.pid, number)
        await asyncio.to_thread(self.process.join, 15)
        assert self.process.exitcode is not None
        return time.monotonic() - began

    async def __aenter__(self) -> "OtherServer":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.process is not None and self.process.exitcode is None:
            await self.stop()


def a_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class Scissors:
    """A proxy that cuts each connection after so many bytes from the server; 0: never."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.after = 0
        self.cuts = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator[int]:
        """Listen; the proxy's port."""
        async with await asyncio.start_server(self._serve, "127.0.0.1", 0) as listening:
            yield int(listening.sockets[0].getsockname()[1])

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.port)
        ways = [asyncio.ensure_future(self._pass(reader, up_writer, 0)), asyncio.ensure_future(self._pass(up_reader, writer, self.after))]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        for end in (writer, up_writer):
            end.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, most: int) -> None:
        passed = 0
        with contextlib.suppress(ConnectionError):
            while part := await reader.read(4096):
                if most and passed + len(part) >= most:
                    writer.write(part[: most - passed])
                    await writer.drain()
                    await asyncio.sleep(0.005)
                    self.cuts += 1
                    return
                passed += len(part)
                writer.write(part)
                await writer.drain()


async def told_by_sse(client: httpx.AsyncClient, path: str, **headers: str) -> list[tuple[str, dict[str, Any]]]:
    """Every event of a stream until it ends: id and message."""
    told: list[tuple[str, dict[str, Any]]] = []
    async with client.stream("GET", path, headers=headers) as answer:
        number = ""
        async for line in answer.aiter_lines():
            if line.startswith("id: "):
                number = line[4:]
            elif line.startswith("data: "):
                told.append((number, json.loads(line[6:])))
    return told
