"""Paid films whose workers are killed at random moments, and the audit: the vendors' own ledgers held against ours.

Half of the kills come at any moment of a film's life, half within 30 ms after a paid request came in, where the money is. Now and then
a job comes to nothing at the vendor, which may be bought again. A request whose answer died with its worker counts as bought: it is
told as unknown, and no second one is sent.

Unless whole films are asked for, those of our own crew who take time are played by understudies, so that the films' life is buying.
"""

import asyncio
import json
import multiprocessing
import os
import random
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from emulators import hire
from emulators.running import Emulators, running_emulators
from emulators.scenarios import Scenario
from emulators.vendor import Vendor
from kiwi.clock import SystemClock
from kiwi.errors import TaskBusy
from kiwi.film.crew import Crew
from kiwi.film.job_inputs import Developed, DevelopInput, Report
from kiwi.film.model import Scene, VoiceOver, Word
from kiwi.money.purchases import Purchase, Stage
from kiwi.providers.producing import PaidProducer
from kiwi.settings import Settings
from kiwi.storage.database import Database, open_database
from kiwi.storage.postgres import Server
from kiwi.tasks.request import parse_brief
from kiwi.tasks.table import Tasks
from kiwi.tasks.task import Status
from kiwi.work.jobs import Job
from kiwi.work.workshop import By, Input, Result, Workshop
from server import open_engine
from testing.fakes import FakeCrew, an_asset

BRIEFS = (
    "A river runs through the old town. Boats carry bread to the market. Children wave from the bridge. At night the lanterns float away.",
    "Rain falls on the mountain. The forest drinks it slowly. A fox waits under the oak. In the morning the valley shines.",
    "The baker wakes before the sun. Flour hangs in the warm air. The first bread leaves the oven. The village smells it and smiles.",
    "A harbour sleeps in the fog. The first ferry brings the mail. Gulls follow the fishing boats. The lighthouse says good night.",
)
REQUEST_FIELDS: dict[str, Any] = {"size": "1080x1080", "fps": 24, "seconds": 12.0}
MOST_KILLS_A_FILM = 12
AFTER_CREATE_SECONDS = 0.03
LET_GO_SECONDS = 20.0
HASTE = 20.0
CONTEXT = multiprocessing.get_context("forkserver")


def hurry() -> None:
    """Let this process wait a twentieth of what it means to: who may ask a vendor every five seconds asks four times a second."""
    monotonic, sleep = SystemClock.monotonic, SystemClock.sleep

    def hasty_monotonic(self: SystemClock) -> float:
        return monotonic(self) * HASTE

    async def hasty_sleep(self: SystemClock, seconds: float) -> None:
        await sleep(self, seconds / HASTE)

    SystemClock.monotonic = hasty_monotonic  # type: ignore[method-assign]
    SystemClock.sleep = hasty_sleep  # type: ignore[method-assign]


class Understudy(FakeCrew):
    """Plays everybody of our crew who takes time, at once and with files that are not there."""

    async def narrate(self, scene: Scene, report: Report) -> VoiceOver:
        """Four words a second."""
        spoken = scene.voice_over.split()
        words = tuple(Word(text=text, start=0.2 + 0.25 * at, end=0.4 + 0.25 * at) for at, text in enumerate(spoken))
        return VoiceOver(asset=an_asset("voice.wav"), seconds=0.5 + 0.25 * len(spoken), words=words)


class UnderstudiedWorkshop(Workshop):
    """Takes footage as it comes, so that no child is started."""

    async def fill(self, job: Job[Input, Result], job_input: Input, report: Report, by: By[Input] | None = None) -> Result:
        if isinstance(job_input, DevelopInput):
            seen = Developed(asset=an_asset("footage.mp4"), seconds=5, size=job_input.size, fit="as it came")
            return job.result.model_validate(seen.model_dump())
        return await super().fill(job, job_input, report, by)


def understudied(producer: PaidProducer) -> PaidProducer:
    """A producer who buys as ever, with understudies for whoever of us takes time."""

    def workshop_of(task_id: str) -> Workshop:
        real = producer.workshop_of(task_id)
        return UnderstudiedWorkshop(real.pool, real.assets)

    return replace(producer, workshop_of=workshop_of, crew_of=lambda workshop: acted(producer.crew_of(workshop)))


def acted(crew: Crew) -> Crew:
    """Our crew with understudies for whoever takes time."""
    fake = Understudy()
    return replace(crew, narrator=fake, composer=fake, renderer=fake, editor=fake, critic=fake)


def work(settings: dict[str, Any], task_id: str, whole: bool) -> None:
    """What runs in the process that is killed: take a film up and make it."""

    hurry()

    async def run() -> None:
        ends = time.monotonic() + LET_GO_SECONDS
        async with open_engine(Settings(_env_file=None, **settings)) as engine:
            producer = engine.producer
            if not whole and isinstance(producer, PaidProducer):
                engine.worker.producer = understudied(producer)
            while True:
                try:
                    await engine.worker.run(task_id)
                    return
                except TaskBusy:  # the dead worker's connection is not closed yet
                    if time.monotonic() > ends:
                        raise
                await asyncio.sleep(0.02)

    asyncio.run(run())


@dataclass
class Tally:
    """What came of it all."""

    films: int = 0
    kills: int = 0
    kills_at_purchases: int = 0
    sold: int = 0
    """Paid requests that the vendors took, by their own ledgers."""
    stages: Counter[str] = field(default_factory=Counter)
    """Our ledger's rows by where they ended."""
    repeated: int = 0
    """Bought another time after a job had come to nothing, as it should be."""
    doubles: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def told(self) -> dict[str, Any]:
        return {**self.__dict__, "stages": dict(self.stages)}


@dataclass
class House:
    """Vendors, a database that outlives its workers, and workers that do not."""

    emulators: Emulators
    database: Database
    settings: dict[str, Any]
    dice: random.Random
    whole: bool = False
    """Our own crew does all its work."""

    @property
    def vendors(self) -> list[Vendor]:
        return list(self.emulators.vendors.values())

    @property
    def creates(self) -> int:
        return sum(len(vendor.creates) for vendor in self.vendors)

    async def film(self, kills: int, longest: float, tally: Tally, words: str = BRIEFS[0]) -> None:
        """Promise a film, make it however often its workers are killed, and audit it."""
        for vendor in self.vendors:
            vendor.clear()
        if self.dice.random() < 0.25:
            self.dice.choice(self.vendors).script(Scenario.FAILED, times=1)
        async with Tasks(self.database) as tasks:
            task, _ = await tasks.submit(parse_brief(words, **REQUEST_FIELDS))
            while await self._work(task.id, self._moment(kills, longest), tally):
                kills -= 1
            done = await tasks.get(task.id)
        tally.films += 1
        if done.status is not Status.COMPLETED:
            raise SystemExit(f"A film came to nothing: it is {done.status}, {done.error or 'and its worker told why above'}")
        await self._audit(task.id, tally)

    def _moment(self, kills: int, longest: float) -> tuple[str, float]:
        """When the next worker dies: never, at any moment, or after its next paid request."""
        if kills <= 0:
            return "never", 0.0
        if self.dice.random() < 0.5:
            return "any", self.dice.uniform(0.0, longest)
        return "create", self.dice.uniform(0.0, AFTER_CREATE_SECONDS)

    async def _work(self, task_id: str, moment: tuple[str, float], tally: Tally) -> bool:
        """Start a worker; True if it was killed before it was done."""
        kind, seconds = moment
        worker: ForkServerProcess = CONTEXT.Process(target=work, args=(self.settings, task_id, self.whole))
        asked = self.creates
        worker.start()
        ends = time.monotonic() + seconds if kind == "any" else float("inf")
        while worker.exitcode is None:
            if kind == "create" and ends == float("inf") and self.creates > asked:
                ends = time.monotonic() + seconds
            if time.monotonic() >= ends:
                return await self._kill(worker, kind, tally)
            await asyncio.sleep(0.001)
        return False

    async def _kill(self, worker: ForkServerProcess, kind: str, tally: Tally) -> bool:
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGKILL)
        await asyncio.to_thread(worker.join)
        if worker.exitcode != -signal.SIGKILL:
            return False
        tally.kills += 1
        tally.kills_at_purchases += kind == "create"
        return True

    async def _audit(self, task_id: str, tally: Tally) -> None:
        """Hold the vendors' ledgers against ours."""
        async with self.database.pool.connection() as connection:
            found = await (
                await connection.execute("select * from kiwi_purchase where task_id = %s order by number", (task_id,))
            ).fetchall()
        rows = [Purchase.model_validate({name: row[name] for name in Purchase.model_fields}) for row in found]
        tally.stages.update(row.stage for row in rows)
        tally.sold += sum(len(vendor.purchases) for vendor in self.vendors)
        tally.repeated += sum(row.stage is Stage.FAILED for row in rows)
        tally.doubles += [f"{task_id}: {double}" for double in doubles(rows, self.vendors)]


def doubles(rows: list[Purchase], vendors: list[Vendor]) -> Iterator[str]:
    """Whatever was bought twice or behind our ledger's back, each in a sentence."""
    requests: defaultdict[tuple[str, str], list[Purchase]] = defaultdict(list)
    for row in rows:
        requests[row.part, row.request].append(row)
    for (part, _), same in requests.items():
        bought = [row.number for row in same if row.stage not in {Stage.REFUSED, Stage.FAILED, Stage.CANCELLED}]
        if len(bought) > 1:
            yield f"{part} was bought as purchases {bought}"
    sold = [(vendor.name, sale) for vendor in vendors for sale in vendor.purchases]
    known = {sale.job: [row for row in rows if sale.job and sale.job in json.dumps(row.job)] for _, sale in sold}
    paired = {row.number for found in known.values() for row in found}
    alone = [row for row in rows if row.number not in paired and row.stage not in {Stage.REFUSED, Stage.CANCELLED}]
    strangers = [sale for _, sale in sold if not known[sale.job]]  # answered at once, or never heard of
    if len(strangers) > len(alone):
        yield f"the vendors took {len(strangers)} requests that we know no job of, and we know {len(alone)} without one"
    alike: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for name, sale in sold:
        alike[name, sale.path, sale.prompt].append(sale.job)
    for (name, path, prompt), sales in alike.items():
        by = [row for job in sales for row in known[job]]
        failed = sum(row.stage is Stage.FAILED for row in [*by, *alone])
        if len(sales) > max(1, len({row.part for row in by})) + failed:
            yield f"{name}{path} took “{prompt[:60]}” {len(sales)} times"


@asynccontextmanager
async def open_house(folder: Path, seed: int, whole: bool = False, **wishes: Any) -> AsyncIterator[House]:
    """Emulators in this process, and a database of its own that no kill reaches."""
    own = Server(folder / "database")
    own.join()
    try:
        with running_emulators(*hire(queue_seconds=0.1, run_seconds=0.4)) as emulators:
            async with open_database(own.url, folder) as database:
                yield House(emulators, database, settings_of(emulators, own.url, folder, whole) | wishes, random.Random(seed), whole)
    finally:
        own.leave()


def settings_of(emulators: Emulators, database_url: str, folder: Path, whole: bool) -> dict[str, Any]:
    """An operator's settings with a key for every emulated vendor, and for nobody else whatever the environment says."""
    accounts = [name.removesuffix("_key") for name in Settings.model_fields if name.endswith("_key")]
    keys = {f"{account}_key": "emulated" if account in emulators.vendors else "" for account in accounts}
    addresses = {f"{account}_base_url": emulators.url(account) for account in accounts if account in emulators.vendors}
    chat = {} if whole and "gemini" in emulators.vendors else {"chat_model": ""}  # its critic looks at the finished film
    own = {"database_url": database_url, "data_dir": folder, "hands": 2, "spend_task": "100", "spend_day": "100000"}
    return {**keys, **addresses, **chat, **own}


async def kill_films(kills: int, seed: int, folder: Path, whole: bool = False, **wishes: Any) -> Tally:
    """Make films until so many workers were killed; ``wishes`` are settings."""
    CONTEXT.set_forkserver_preload(["bench.kills"])
    tally, began = Tally(), time.monotonic()
    async with open_house(folder, seed, whole, **wishes) as house:
        await house.film(0, 0.0, tally)  # the first one starts slowly
        started = time.monotonic()
        await house.film(0, 0.0, tally)
        life = time.monotonic() - started
        while tally.kills < kills:
            left = min(MOST_KILLS_A_FILM, kills - tally.kills)
            await house.film(left, life, tally, BRIEFS[tally.films % len(BRIEFS)])
            print(f"{tally.films} films, {tally.kills} kills, {tally.sold} sold", file=sys.stderr, flush=True)
    tally.seconds = round(time.monotonic() - began, 1)
    return tally
