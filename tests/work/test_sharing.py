"""A scene that two children draw is the scene that one would have drawn."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from kiwi.errors import ChildDied
from kiwi.film.job_inputs import RenderEndInput, RenderInput
from kiwi.film.model import Size, TitleCard
from kiwi.render.scene.reel import render, render_end
from kiwi.storage.assets import ENDS_AT, REEL
from kiwi.work import jobs, sharing
from kiwi.work.processes import ChildPool, open_pool
from tests.render.test_render_scene import job_input

FRAMES = 180


def order(frames: int = FRAMES, height: int = 360) -> RenderInput:
    made = job_input(frames, size=Size(width=height * 16 // 9, height=height))
    card = TitleCard(headline="Twice as many hands", subline="Half the time", icon="sun")
    return made.model_copy(update={"shot": made.shot.model_copy(update={"card": card})})


def nothing(_: float) -> None:
    pass


@pytest_asyncio.fixture
async def pool(tmp_path: Path) -> AsyncIterator[ChildPool]:
    async with open_pool(2, tmp_path) as pool:
        yield pool


@pytest.mark.parametrize("first", [60, 120])
def test_the_end_that_another_draws_has_the_very_bytes(tmp_path: Path, first: int) -> None:
    alone, shared = tmp_path / "alone", tmp_path / "shared"
    for folder in (alone, shared):
        folder.mkdir()
    render(order(), alone, nothing)
    (shared / ENDS_AT).write_text(str(first))
    assert render_end(RenderEndInput(drawn=order(), first=first), shared, nothing).frames == FRAMES - first
    assert render(order(), shared, nothing).frames == FRAMES
    assert (shared / REEL).read_bytes() == (alone / REEL).read_bytes()
    assert [path.name for path in shared.iterdir()] == [REEL]


def test_who_hears_too_late_draws_on(tmp_path: Path) -> None:
    (tmp_path / ENDS_AT).write_text("0")
    assert render(order(60), tmp_path, nothing).frames == 60
    assert [path.name for path in tmp_path.iterdir()] == [REEL]


@pytest.mark.parametrize(
    ("drawn", "middle"), [(0.05, 120), (0.5, 120), (0.6, 0), (0.9, 0)], ids=["at first", "half way", "late", "at the end"]
)
def test_what_is_left_is_parted_where_x264_begins_anew(drawn: float, middle: int) -> None:
    assert sharing.middle_of(order(), drawn) == middle


async def test_an_idle_child_draws_the_end_and_none_is_asked_where_all_work(pool: ChildPool, tmp_path: Path, monkeypatch: Any) -> None:
    asked: list[str] = []
    do = pool.do

    async def noting(job: Any, *rest: Any) -> Any:
        asked.append(job.name)
        return await do(job, *rest)

    monkeypatch.setattr(pool, "do", noting)
    large = order(240, 720)
    folder = tmp_path / "scene"
    folder.mkdir()
    done = await sharing.draw(pool, large, folder, nothing)
    assert (asked, done["frames"]) == (["render", "render_end"], 240)
    asked.clear()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    short = order(60, 720)
    await asyncio.gather(*(sharing.draw(pool, short, tmp_path / name, nothing) for name in ("one", "two")))
    assert asked == ["render", "render"]


async def test_cancelling_ends_both(pool: ChildPool, tmp_path: Path) -> None:
    large = order(600, 720)
    drawing = asyncio.create_task(sharing.draw(pool, large, tmp_path, nothing))
    async with asyncio.timeout(20):
        while len(pool.working) < 2:
            await asyncio.sleep(0.02)
    children = [child.process.pid for child in pool.working]
    drawing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await drawing
    assert not pool.working
    for pid in children:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


async def test_a_helper_that_is_killed_ends_the_attempt(pool: ChildPool, tmp_path: Path, monkeypatch: Any) -> None:
    ends: list[Any] = []
    do = pool.do

    async def killing(job: Any, *rest: Any) -> Any:
        task = asyncio.ensure_future(do(job, *rest))
        if job is jobs.RENDER_END:
            before = set(pool.working)
            while not (new := set(pool.working) - before):
                await asyncio.sleep(0.01)
            ends.append(new)
            os.kill(next(iter(new)).process.pid, signal.SIGKILL)
        return await task

    monkeypatch.setattr(pool, "do", killing)
    async with asyncio.timeout(30):
        with pytest.raises(ChildDied):
            await sharing.draw(pool, order(600, 720), tmp_path, nothing)
    assert len(ends) == 1
    assert not pool.working
