"""What a hired camera needs around it in a test: a storyboard, a till in memory, a store, hands in this very process, and its vendor."""

import asyncio
import importlib
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import av

from emulators.running import Emulators
from emulators.scenarios import Scenario
from emulators.vendor import Vendor as Emulator
from kiwi.clock import Clock
from kiwi.errors import ProviderError
from kiwi.film.job_inputs import Developed, Report
from kiwi.film.model import Shot, Size, Spoken, StatementCard, Storyboard, Take
from kiwi.money.catalogue import Kind, Model, find_model
from kiwi.providers.hire.shooting import HiredCamera, Vendor
from kiwi.storage.assets import AssetStore, asset_of
from kiwi.work.jobs import DEVELOP, Job
from kiwi.work.processes import ChildPool
from kiwi.work.production import Production
from kiwi.work.workshop import Workshop
from tests.buyers import FakeBuyer, FakePurchaseStore
from tests.clocks import SteppedClock

KEY = "key_0123456789abcdef-never-to-be-seen"
PROMPT = "A red boat crosses a calm lake at dawn, slow push in"
WAIT = 300.0
QUEUE, RUN = 8.0, 40.0
"""Simulated seconds that a job waits and runs."""


class GlancingPool(ChildPool):
    """Develop by looking at the first frame alone, where a test is not about media."""

    def __init__(self) -> None:
        self.data_folder = Path()

    async def do(self, job: Job[Any, Any], order: dict[str, Any], folder: Path, report: Report) -> dict[str, Any]:
        assert job is DEVELOP
        with av.open(order["source"]) as media:
            frame = next(media.decode(video=0))
        await asyncio.to_thread(shutil.copyfile, order["source"], folder / "footage")
        size = Size(width=frame.width, height=frame.height)
        made = Developed(asset=asset_of(folder / "footage"), seconds=0.0, size=size, fit="as it came")
        return made.model_dump(mode="json")


class NearPool(GlancingPool):
    """Fills orders in a thread of this process: quicker than a child, and without its walls."""

    async def do(self, job: Job[Any, Any], order: dict[str, Any], folder: Path, report: Report) -> dict[str, Any]:
        module, _, function = job.function.partition(":")
        work = getattr(importlib.import_module(module), function)
        made = await asyncio.to_thread(work, job.job_input.model_validate(order), folder, report)
        return dict(made.model_dump(mode="json"))


def a_shot(prompt: str = PROMPT, seconds: float = 2.0, fps: int = 24, number: int = 3) -> Shot:
    return Shot(
        id=f"shot-{number}",
        scene_id=f"scene-{number}",
        frames=round(seconds * fps),
        voice_starts=2,
        card=StatementCard(words=(Spoken(text="Tea", start=3, end=9),)),
        prompt=prompt,
        search="boat lake",
    )


def a_storyboard(*shots: Shot, size: str = "320x180", fps: int = 24) -> Storyboard:
    return Storyboard(theme="night", size=Size.parse(size), fps=fps, shots=shots)


Open = Callable[[str, str, Clock, float], AbstractAsyncContextManager[Vendor]]
"""Key, base URL, clock, seconds to wait for an answer."""


@dataclass(frozen=True)
class Hire:
    """A vendor of ours and the emulator it meets."""

    name: str
    open: Open
    emulator: type[Emulator]
    kind: Kind = "video"
    model_id: str = ""
    cancels: int = 1
    """Requests that call a job off."""
    watched: bool = True
    """Takes its time, and is asked after; otherwise the answer to the order is the media itself."""
    milliseconds: bool = True
    """A busy vendor may say how many milliseconds to wait."""
    reasons: bool = True
    """Says why a job failed, and thereby whether it is worth another try."""
    faults: dict[Scenario, type[ProviderError]] = field(default_factory=dict)
    """Faults of a download that this vendor's answers help to see more clearly."""

    @property
    def model(self) -> Model:
        return find_model(self.name, self.kind, self.model_id)


@dataclass
class Set:
    """One camera at its emulated vendor."""

    hire: Hire
    vendor: Vendor
    emulator: Emulator
    clock: SteppedClock
    root: Path
    store: FakePurchaseStore
    wait: float = WAIT
    cap: Decimal = Decimal(1_000)
    shares: list[float] = field(default_factory=list)
    fetch_seconds: float = 30.0
    pool: ChildPool = field(default_factory=GlancingPool)

    @property
    def buyer(self) -> FakeBuyer:
        """What a program that has just started would have."""
        return FakeBuyer(self.clock, store=self.store, cap=self.cap)

    @property
    def assets(self) -> AssetStore:
        return AssetStore(self.root)

    def camera(self, model: Model | None = None) -> HiredCamera:
        production = Production("film", self.buyer, Workshop(self.pool, self.assets), self.clock)
        return HiredCamera(
            self.vendor, model or self.hire.model, production, self.wait, Random(7), fetch_seconds=self.fetch_seconds, most_bytes=2**22
        )

    async def shoot(self, shot: Shot | None = None, storyboard: Storyboard | None = None) -> Take:
        shot = shot or a_shot()
        return await self.camera().shoot(shot, storyboard or a_storyboard(shot), self.shares.append)

    @property
    def posts(self) -> int:
        """Requests that could have cost money."""
        return len(self.emulator.creates)

    @property
    def leftovers(self) -> list[Path]:
        """What is half-made in the store."""
        return [path for path in self.root.rglob("*") if ".making-" in path.name or path.suffix == ".part"]


@asynccontextmanager
async def open_set(hire: Hire, root: Path, running: Emulators, *, answer_seconds: float = 5.0) -> AsyncIterator[Set]:
    """A vendor of ours in front of its emulator, which has forgotten everything, on one clock."""
    clock, emulator = SteppedClock(), running.vendor(hire.emulator)
    emulator.clear()
    emulator.clock, emulator.queue_seconds, emulator.run_seconds = clock.monotonic, QUEUE, RUN
    async with hire.open(KEY, running.url(emulator.name), clock, answer_seconds) as vendor:
        yield Set(hire, vendor, emulator, clock, root, FakePurchaseStore(clock))
