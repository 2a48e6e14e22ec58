"""Our own film of the material, as a program of its own, cold.

python -m bench.peers.ours assemble MATERIAL OUT.mp4      voices, plan, music and pictures are given: fit, draw, encode, mix, join
python -m bench.peers.ours film MATERIAL OUT.mp4          words and pictures are given: the whole engine, its database and its critic too
python -m bench.peers.ours lossless MATERIAL OUT.mp4      as the first, every picture encoded without loss: what the others are held against
"""

import asyncio
import contextlib
import importlib
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bench.peers.material import FPS, THEME, OurPlan, picture_name
from kiwi.film.crew import Crew, together
from kiwi.film.job_inputs import DevelopInput, Report
from kiwi.film.model import Brief, Film, Shot, Storyboard, Take
from kiwi.local.embedded import hire_local_crew
from kiwi.local.footage import develop
from kiwi.render.join.encode import X264
from kiwi.render.scene import reel
from kiwi.settings import Settings
from kiwi.storage.assets import AssetStore
from kiwi.storage.identity import signing_for
from kiwi.versions import versions
from kiwi.work import jobs
from kiwi.work.processes import ChildPool, open_pool
from kiwi.work.workshop import Workshop
from opening import open_engine

LOSSLESS = {"preset": "ultrafast", "qp": "0", "x264-params": X264}


@contextlib.contextmanager
def without_loss() -> Iterator[None]:
    """Whatever this very process encodes loses nothing."""
    with contextlib.ExitStack() as patched:
        for module, name in ((develop, "DEVELOPED"), (reel, "DRAWN"), (reel, "FILMED"), (reel, "MOVED")):
            patched.enter_context(patch.object(module, name, LOSSLESS))
        yield


class NearPool(ChildPool):
    """Does every job in this very process."""

    async def do(self, job: jobs.Job[Any, Any], order: dict[str, Any], folder: Path, report: Report) -> dict[str, Any]:
        module, _, function = job.function.partition(":")
        work = getattr(importlib.import_module(module), function)
        made = await asyncio.to_thread(work, job.job_input.model_validate(order), folder, report)
        return dict(made.model_dump(mode="json"))


@contextlib.asynccontextmanager
async def open_near_pool(count: int, data_folder: Path) -> AsyncIterator[ChildPool]:
    yield NearPool(count, data_folder)


OpenPool = Callable[[int, Path], AbstractAsyncContextManager[ChildPool]]


@dataclass(frozen=True)
class GivenCamera:
    """Films nothing: fits the given pictures to their shots, as those of a vendor are."""

    workshop: Workshop
    material: Path

    async def shoot(self, shot: Shot, storyboard: Storyboard, report: Report) -> Take:
        name, still = picture_name([one.id for one in storyboard.shots].index(shot.id))
        order = DevelopInput(
            source=str(self.material / name), still=still, frames=shot.frames, fps=storyboard.fps, size=storyboard.size, scene=shot.scene_id
        )
        developed = await self.workshop.examine(jobs.DEVELOP, order, report)
        return Take(shot_id=shot.id, camera="given", footage=developed.asset, still=still)


def hire(workshop: Workshop, material: Path, data_folder: Path) -> Crew:
    """The embedded crew with a camera that takes what is given."""
    crew = hire_local_crew(workshop, versions(), signing_for("", "", data_folder))
    return replace(crew, camera=GivenCamera(workshop, material))


@contextlib.asynccontextmanager
async def workplace(material: Path, folder: Path, opening: OpenPool) -> AsyncIterator[tuple[Crew, Workshop]]:
    """A crew and its workshop, where voices and music lie already."""
    settings = Settings(_env_file=None, data_dir=folder / "data")
    shutil.copytree(material / "store", folder / "store")
    async with opening(settings.hands, settings.data_folder) as pool:
        workshop = Workshop(pool, AssetStore(folder / "store"))
        yield hire(workshop, material, settings.data_folder), workshop


def read_plan(material: Path) -> OurPlan:
    return OurPlan.model_validate_json((material / "ours.json").read_text("utf-8"))


async def assemble(material: Path, folder: Path, out: Path, opening: OpenPool = open_pool) -> None:
    """The film from what is given; sound is mixed while scenes are drawn, as the engine does."""
    plan = read_plan(material)

    def quiet(_: float) -> None: ...

    async with workplace(material, folder, opening) as (crew, workshop):
        mixing = asyncio.create_task(crew.editor.mix(plan.storyboard, plan.voice_over, plan.music, quiet))
        takes: dict[str, Take] = {}

        async def make(shot: Shot) -> None:
            takes[shot.id] = await crew.camera.shoot(shot, plan.storyboard, quiet)

        await together({shot.id: make(shot) for shot in plan.storyboard.shots})
        reels = await together(
            {shot.scene_id: crew.renderer.render(shot, takes[shot.id], plan.storyboard, quiet) for shot in plan.storyboard.shots}
        )
        await mixing
        film = await crew.editor.cut(plan.intent, plan.script, plan.storyboard, plan.voice_over, takes, reels, plan.music, quiet)
        shutil.copyfile(workshop.path(film.video), out)
        shutil.copyfile(workshop.path(film.srt), out.with_suffix(".srt"))


async def assemble_without_loss(material: Path, folder: Path, out: Path) -> None:
    with without_loss():
        await assemble(material, folder, out, open_near_pool)


async def make_film(material: Path, folder: Path, out: Path) -> None:
    """The film from words and pictures by the engine."""
    settings = Settings(_env_file=None, data_dir=folder / "data")
    pools: list[ChildPool] = []

    def crew_for(task_id: str) -> Crew:
        store = AssetStore.of_task(settings.data_folder, task_id)
        return hire(Workshop(pools[0], store), material, settings.data_folder)

    plan = read_plan(material)
    words, size = " ".join(scene.voice_over for scene in plan.script.scenes), plan.intent.size
    brief = Brief(words=words, script=plan.script, seconds=plan.intent.seconds, size=size, fps=FPS, theme=THEME)
    async with open_engine(settings, crew_for, meanwhile=pools.append) as engine:
        task = await engine.submit(brief)
        done = await engine.worker.run(task.id)
        if done.result is None:
            raise SystemExit(f"no film: {done.status} {done.error}")
        film, store = Film.model_validate(done.result["film"]), engine.store(task.id)
        await asyncio.to_thread(shutil.copyfile, store.path(film.video), out)
        await asyncio.to_thread(shutil.copyfile, store.path(film.srt), out.with_suffix(".srt"))


def main() -> None:
    way, material, out = sys.argv[1], Path(sys.argv[2]).resolve(), Path(sys.argv[3]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run({"assemble": assemble, "film": make_film, "lossless": assemble_without_loss}[way](material, Path(folder), out))


if __name__ == "__main__":
    main()
