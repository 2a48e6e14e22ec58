"""The cut of a finished film, asked for at the file door."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import opentimelineio as otio  # type: ignore[import-untyped]
import pytest
import pytest_asyncio

from graph.engine import Engine
from kiwi.errors import NoSuchTask, TaskBusy
from kiwi.film.model import SQUARE, Brief
from kiwi.render.join.editing import VOICES
from kiwi.storage.postgres import Server
from kiwi.tasks.task import Status, Task
from server import open_engine
from testing.servers import Studio, open_house, settings_for
from tests.databases import an_empty_database

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Engine]:
    """With the embedded crew, at work."""
    async with open_engine(settings_for(an_empty_database(server), tmp_path_factory.mktemp("editing"))) as engine:
        work = asyncio.create_task(engine.work(1))
        yield engine
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


async def made(engine: Engine, task_id: str) -> Task:
    async with asyncio.timeout(120):
        while not (task := await engine.tasks.get(task_id)).over:
            await asyncio.sleep(0.1)
    assert task.status is Status.COMPLETED, task.error
    async with asyncio.timeout(30):
        while await engine.tasks.leases.is_held(task_id):  # what only the making needed is tidied away
            await asyncio.sleep(0.05)
    return task


async def words_of(engine: Engine, task_id: str) -> list[str]:
    """What the clips of the voice-over say."""
    _, path, _ = await engine.media(f"{task_id}.otioz")
    timeline = otio.adapters.read_from_file(str(path))
    track = next(track for track in timeline.tracks if track.name == VOICES)
    return [str(clip.metadata["kiwi"]["words"]) for clip in track.find_clips()]


async def test_the_cut_is_made_when_it_is_asked_for_and_again_after_a_retake(engine: Engine) -> None:
    task, _ = await engine.promise(Brief(words="Tea is good. Drink it every day.", size=SQUARE, fps=24))
    task = await made(engine, task.id)
    assert task.result is not None
    assert task.result["editing"]["otioz"].endswith(f"{task.id}.otioz")
    before = await words_of(engine, task.id)
    assert "Tea is good." in before
    _, path, digest = await engine.media(f"{task.id}.fcpxml")
    assert "Tea is good." in path.read_text("utf-8")
    assert (await engine.media(f"{task.id}.fcpxml"))[2] == digest
    number = 1 + next(index for index, scene in enumerate(task.scenes) if scene.description == "Tea is good.")
    again = await engine.retake(task.id, number, "Coffee is better.")
    assert again.status is Status.PENDING
    with pytest.raises((TaskBusy, NoSuchTask), match=r"its cut can be had|has no film"):
        await engine.media(f"{task.id}.otioz")
    await made(engine, task.id)
    assert await words_of(engine, task.id) == ["Coffee is better." if words == "Tea is good." else words for words in before]


async def test_a_film_whose_parts_are_gone_has_no_cut(server: Server, tmp_path: Path) -> None:
    async with open_house(settings_for(an_empty_database(server), tmp_path), Studio(tmp_path)) as house:
        task = await house.ended(await house.create())
        for url in task["result"]["editing"].values():
            answer = await house.client.get(url)
            assert (answer.status_code, answer.json()["detail"]) == (404, "There is no such file.")
