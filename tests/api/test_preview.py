"""A film is watched while it is made: scenes come in their order as they are drawn, and whoever watches holds nothing up."""

import asyncio
import contextlib
import io
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import httpx
import numpy as np
import pytest
import pytest_asyncio

from api.auth import Caller
from api.preview import Growing
from kiwi.film.job_inputs import Report
from kiwi.film.model import Brief, Intent, Reel, Scene, Script, Shot, Storyboard, Take, VoiceOver
from kiwi.local.embedded import render_input
from kiwi.render.join.encode import ReelWriter
from kiwi.storage.assets import REEL, AssetStore, asset_of, digest_of
from kiwi.storage.postgres import Server
from kiwi.work import jobs
from testing.servers import FILM, FilmingCrew, House, Paced, Studio, open_house, settings_for
from tests.databases import an_empty_database
from tests.reels import SMALL, write_tone

pytestmark = pytest.mark.asyncio(loop_scope="module")

FRAMES = 75
"""Of each scene: two whole seconds and a half."""
LONG = 60.0


@dataclass
class DrawingCrew(FilmingCrew):
    """Fakes that draw and speak, each frame when the test allows it."""

    studio: "DrawingStudio | None" = None

    async def narrate(self, scene: Scene, report: Report) -> VoiceOver:
        voice = await super().narrate(scene, report)

        async def make(folder: Path) -> VoiceOver:
            write_tone(folder / "voice.wav", voice.seconds, channels=1)
            return voice.model_copy(update={"asset": asset_of(folder / "voice.wav")})

        return await self.store.once(f"voice-{scene.id}", make, VoiceOver)

    async def draw(
        self, script: Script, voice_over: Mapping[str, VoiceOver], intent: Intent, brief: Brief, before: Storyboard | None
    ) -> Storyboard:
        board = await super().draw(script, voice_over, intent, brief, before)
        shots = tuple(shot.model_copy(update={"frames": FRAMES}) for shot in board.shots)
        return board.model_copy(update={"size": SMALL, "shots": shots})

    async def render(self, shot: Shot, take: Take, storyboard: Storyboard, report: Report) -> Reel:
        studio = self.studio
        assert studio is not None

        async def make(folder: Path) -> Reel:
            with ReelWriter(folder / REEL, SMALL, storyboard.fps, growing=True) as reel:
                for frame in range(shot.frames):
                    await studio.may_draw(shot.scene_id, frame)
                    reel.write_planes(np.full((SMALL.height * 3 // 2, SMALL.width), 40 + frame, np.uint8))
                    report(frame / shot.frames)
            return Reel(asset=asset_of(folder / REEL), frames=shot.frames)

        drawn = render_input(shot, take, storyboard, str)
        return await self.store.once(digest_of(jobs.RENDER.name, jobs.RENDER.version, drawn), make, Reel, ours=True)


class DrawingStudio(Studio):
    """Draws no more of a scene than it may."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.allowed: dict[str, int] = {}
        self.changed = asyncio.Event()

    def hire(self, task_id: str) -> Paced:  # type: ignore[override]
        crew = DrawingCrew(self.calls, self.scenes, AssetStore.of_task(self.folder, task_id), self)
        return CrewOf(self, crew, task_id)

    def allow(self, frames: int = FRAMES, *scenes: int) -> None:
        self.allowed |= dict.fromkeys((f"scene-{number}" for number in scenes or (1, 2, 3)), frames)
        self.changed.set()

    async def may_draw(self, scene: str, frame: int) -> None:
        while frame >= self.allowed.get(scene, 0):
            self.changed.clear()
            await self.changed.wait()


class CrewOf(Paced):
    """Every port is the same paced crew."""

    def __getattr__(self, name: str) -> object:
        ports = {"listener", "reader", "writer", "narrator", "artist", "camera", "composer", "renderer", "editor", "critic"}
        return self if name in ports else super().__getattr__(name)


@dataclass
class Watcher:
    """Reads a preview and counts what can be played of it."""

    house: House
    task_id: str
    came: bytearray = field(default_factory=bytearray)
    over: bool = False
    grew: asyncio.Event = field(default_factory=asyncio.Event)
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)

    async def read(self) -> None:
        async with self.house.client.stream("GET", address(self.task_id), timeout=LONG) as answer:
            self.status, self.headers = answer.status_code, answer.headers
            async for part in answer.aiter_raw():
                self.came += part
                self.grew.set()
        self.over = True
        self.grew.set()

    async def until(self, frames: int) -> None:
        """Wait until so many frames, and no more, can be played."""
        async with asyncio.timeout(LONG):
            while len(pictures(self.came)) < frames:
                self.grew.clear()
                await self.grew.wait()
        assert len(pictures(self.came)) == frames

    async def end(self) -> None:
        async with asyncio.timeout(LONG):
            while not self.over:
                self.grew.clear()
                await self.grew.wait()


def address(task_id: str) -> str:
    return f"/api/video/task/{task_id}/preview.mp4"


def pictures(came: bytes | bytearray) -> list[int]:
    """The times of all frames that can be decoded."""
    if b"moof" not in came:
        return []
    times: list[int] = []
    with contextlib.suppress(av.error.FFmpegError), av.open(io.BytesIO(came), "r") as opened:
        times.extend(frame.pts or 0 for frame in opened.decode(video=0))
    return times


@asynccontextmanager
async def watching(house: House, task_id: str) -> AsyncIterator[Watcher]:
    watcher = Watcher(house, task_id)
    reading = asyncio.create_task(watcher.read())
    try:
        yield watcher
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def whole_house(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("preview")
    async with open_house(settings_for(an_empty_database(server), folder), DrawingStudio(folder), heartbeat=0.2) as house:
        yield house


@pytest_asyncio.fixture(loop_scope="module")
async def house(whole_house: House) -> AsyncIterator[House]:
    studio_of(whole_house).allowed.clear()
    yield whole_house
    await whole_house.clean()


def studio_of(house: House) -> DrawingStudio:
    assert isinstance(house.studio, DrawingStudio)
    return house.studio


async def ready(house: House, task_id: str, *scenes: int) -> None:
    """Wait until the task tells that scenes are drawn."""
    async with asyncio.timeout(LONG):
        while True:
            told = {scene["scene_number"]: scene["state"] for scene in (await house.status(task_id))["data"].get("scenes", ())}
            if all(told.get(number) == "ready" for number in scenes):
                return
            await asyncio.sleep(0.02)


async def test_scenes_come_in_their_order_while_the_film_is_made(house: House) -> None:
    studio, task_id = studio_of(house), await house.create()
    async with watching(house, task_id) as watcher:
        studio.allow(FRAMES, 1)
        await watcher.until(FRAMES)
        studio.allow(FRAMES, 3)
        await ready(house, task_id, 3)
        assert len(pictures(watcher.came)) == FRAMES
        assert (await house.status(task_id))["status"] == "processing"
        studio.allow(FRAMES, 2)
        await watcher.end()
    assert (watcher.status, watcher.headers["content-type"], watcher.headers["accept-ranges"]) == (200, "video/mp4", "none")
    assert pictures(watcher.came) == [3000 * number for number in range(3 * FRAMES)]
    with av.open(io.BytesIO(watcher.came), "r") as opened:
        heard = list(opened.decode(audio=0))
    assert [frame.pts for frame in heard] == [1024 * number for number in range(len(heard))]
    assert max(float(np.abs(frame.to_ndarray()).max()) for frame in heard) > 0.1
    assert (await house.ended(task_id))["status"] == "completed"


async def test_a_scene_is_seen_second_by_second_while_it_is_drawn(house: House) -> None:
    studio, task_id = studio_of(house), await house.create()
    async with watching(house, task_id) as watcher:
        for allowed, seen in ((33, 30), (63, 60), (FRAMES, FRAMES)):
            studio.allow(allowed, 1)
            await watcher.until(seen)
        assert b"free" in watcher.came  # signs of life


async def test_afterwards_it_is_the_film_with_its_ranges(house: House) -> None:
    studio_of(house).allow()
    task_id = await house.create()
    assert (await house.ended(task_id))["status"] == "completed"
    whole = await house.client.get(address(task_id))
    assert (whole.status_code, whole.content) == (200, FILM)
    part = await house.client.get(address(task_id), headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, FILM[10:20])
    same = await house.client.get(address(task_id), headers={"If-None-Match": whole.headers["etag"]})
    assert same.status_code == 304


async def test_before_that_a_range_is_answered_with_all_and_a_head_at_once(house: House) -> None:
    studio, task_id = studio_of(house), await house.create()
    head = await house.client.head(address(task_id), headers={"Range": "bytes=0-9"})
    assert (head.status_code, head.headers["content-type"], head.headers["cache-control"]) == (200, "video/mp4", "no-store")
    assert head.headers["accept-ranges"] == "none"
    studio.allow()
    async with house.client.stream("GET", address(task_id), headers={"Range": "bytes=0-"}) as answer:
        assert answer.status_code == 200
        came = await answer.aread()
    assert len(pictures(came)) in {3 * FRAMES, 0}  # the film itself, which is a fake, if that was there first


async def test_who_comes_later_is_told_all(house: House) -> None:
    studio, task_id = studio_of(house), await house.create()
    studio.allow(FRAMES, 1, 2)
    await ready(house, task_id, 1, 2)
    async with watching(house, task_id) as watcher:
        await watcher.until(2 * FRAMES)


async def test_a_film_that_is_cancelled_or_fails_ends_with_what_there_is(house: House) -> None:
    studio, task_id = studio_of(house), await house.create()
    studio.allow(FRAMES, 1)
    async with watching(house, task_id) as watcher:
        await watcher.until(FRAMES)
        await house.client.post(f"/api/video/task/{task_id}/cancel")
        await watcher.end()
    again = await house.client.get(address(task_id))
    assert (again.status_code, len(pictures(again.content))) == (200, FRAMES)


async def test_where_nothing_was_drawn_there_is_nothing(house: House) -> None:
    house.studio.hold("write")
    task_id = await house.create()
    async with watching(house, task_id) as watcher:
        await house.studio.noted("begin write")
        await house.client.post(f"/api/video/task/{task_id}/cancel")
        await watcher.end()
    assert watcher.came.replace(b"\0\0\0\x08free", b"")[4:8] == b"ftyp"
    for missing in (task_id, "nope", "00000000-0000-4000-8000-000000000000"):
        answer = await house.client.get(address(missing))
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_a_film_that_is_deleted_ends_its_preview(house: House) -> None:
    studio, task_id = studio_of(house), await house.create()
    studio.allow(FRAMES, 1)
    async with watching(house, task_id) as watcher:
        await watcher.until(FRAMES)
        await house.client.delete(f"/api/video/task/{task_id}")
        await watcher.end()


async def test_who_has_gone_is_counted_no_more(house: House) -> None:
    streams, task_id = house.app.state.context.open_streams, await house.create()
    async with httpx.AsyncClient(base_url=house.url) as client, client.stream("GET", address(task_id)) as answer:
        assert answer.status_code == 200
        assert streams["preview"] == 1
    async with asyncio.timeout(LONG):
        while streams["preview"]:
            await asyncio.sleep(0.01)


async def test_who_takes_nothing_is_waited_for_a_while_and_holds_no_film_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    context = house.app.state.context
    asked: list[int] = []
    taken: list[Any] = []
    monkeypatch.setattr(Growing, "patience", 0.5)

    async def endless() -> AsyncGenerator[bytes, None]:
        while True:
            asked.append(1)
            yield bytes(100)

    async def take_some(message: Any) -> None:
        taken.append(message)
        if len(taken) > 5:
            await asyncio.Event().wait()

    async def stay() -> Any:
        await asyncio.Event().wait()

    stuck = asyncio.ensure_future(Growing(context, Caller("local"), endless())({}, stay, take_some))
    studio_of(house).allow()
    assert (await house.ended(await house.create(), LONG))["status"] == "completed"
    await asyncio.wait_for(stuck, LONG)
    assert len(asked) <= len(taken)
    assert all(message.get("more_body", True) for message in taken)  # it is not taken for whole
    assert context.open_streams["preview"] == 0


async def test_a_film_that_goes_on_after_a_restart_is_watched_from_its_beginning(server: Server, tmp_path: Path) -> None:
    settings = settings_for(an_empty_database(server), tmp_path)
    studio = DrawingStudio(tmp_path)
    async with open_house(settings, studio) as first:
        task_id = await first.create()
        studio.allow(FRAMES, 1)
        studio.allow(40, 2)
        async with watching(first, task_id) as before:
            await before.until(FRAMES + 30)
    async with open_house(settings, studio) as second, watching(second, task_id) as after:
        await after.until(FRAMES + 30)
        studio.allow()
        await after.end()
        assert len(pictures(after.came)) == 3 * FRAMES
        assert (await second.ended(task_id))["status"] == "completed"
