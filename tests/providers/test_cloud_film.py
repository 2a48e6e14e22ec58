"""A film with hired crew, from the brief to the result, on emulated vendors: what is bought, what it costs, who steps in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest

from emulators.elevenlabs import ElevenLabs
from emulators.pexels import Pexels
from emulators.running import Emulators, running_emulators
from emulators.runway import Runway
from emulators.scenarios import Scenario
from graph.checkpoint import open_checkpointer
from graph.worker import Worker
from kiwi.errors import KeyRejected, OverBudget, ProviderError
from kiwi.film.model import Storyboard
from kiwi.money.ledger import Ledger
from kiwi.money.producer import Producer
from kiwi.providers.agency import Agency, open_agency
from kiwi.providers.chat.model import Chat
from kiwi.providers.producing import PaidProducer
from kiwi.settings import Settings
from kiwi.storage.assets import AssetStore
from kiwi.storage.database import Database
from kiwi.tasks.request import parse_brief
from kiwi.tasks.table import Tasks
from kiwi.tasks.task import Status, Task
from kiwi.work.workshop import Workshop
from testing.fakes import FakeCrew
from tests.cameras import GlancingPool, NearPool
from tests.chats import Answer, running_chat_server
from tests.clocks import SteppedClock

KEY = "key_0123456789abcdef-never-to-be-seen"
WORDS = "Make a 12 second film about tea."


class FilmedCrew(FakeCrew):
    """Fakes whose shots say what to film."""

    places = ("ocean", "forest", "mountain")

    async def draw(self, *asked: Any, **more: Any) -> Storyboard:
        storyboard = await super().draw(*asked, **more)
        told = [{"prompt": f"A calm {place}", "search": place} for place in self.places]
        shots = tuple(shot.model_copy(update=change) for shot, change in zip(storyboard.shots, told, strict=True))
        return storyboard.model_copy(update={"shots": shots})


@dataclass
class Lot:
    """Where films are made in a test: everything but the embedded crew is as in the product."""

    database: Database
    tasks: Tasks
    worker: Worker
    producer: Producer
    agency: Agency
    ledger: Ledger
    emulators: Emulators
    fake: FilmedCrew
    clock: SteppedClock

    @property
    def runway(self) -> Runway:
        return self.emulators.vendor(Runway)

    @property
    def chat(self) -> Chat:
        assert self.agency.chat is not None
        return self.agency.chat

    async def promise(self, words: str = WORDS, **wishes: Any) -> Task:
        task, _ = await self.tasks.submit(parse_brief(words, **wishes))
        return task

    async def film(self, words: str = WORDS, **wishes: Any) -> Task:
        return await self.worker.run((await self.promise(words, **wishes)).id)


@asynccontextmanager
async def open_lot(
    database: Database, tasks: Tasks, folder: Path, silence_seconds: float | None = None, **settings: Any
) -> AsyncIterator[Lot]:
    """``silence_seconds`` of a chat model."""
    clock, fake = SteppedClock(), FilmedCrew()
    vendors = [kind(clock.monotonic, 5.0, 40.0) for kind in (Runway, Pexels, ElevenLabs)]
    with running_emulators(*vendors) as emulators:
        accounts: dict[str, Any] = {"runway_key": KEY, "runway_base_url": emulators.url("runway"), "chat_model": ""}
        chosen = Settings(_env_file=None, data_dir=folder, **{**accounts, **settings})
        async with open_checkpointer(database.url) as checkpointer, open_agency(chosen, clock, silence_seconds) as agency:
            ledger = Ledger(database, clock, Random(7))

            def workshop_of(task_id: str) -> Workshop:
                return Workshop(GlancingPool(), AssetStore.of_task(folder, task_id))

            producer = PaidProducer(chosen, agency, NearPool(), ledger, clock, workshop_of, lambda _: fake.crew())
            yield Lot(database, tasks, Worker(tasks, checkpointer, producer), producer, agency, ledger, emulators, fake, clock)


@pytest.fixture
async def lot(database: Database, tasks: Tasks, tmp_path: Path) -> AsyncIterator[Lot]:
    async with open_lot(database, tasks, tmp_path) as lot:
        yield lot


def whys(task: Task) -> list[tuple[str, str, str]]:
    assert task.result is not None
    return [(fall["wanted"], fall["used"], fall["scene"]) for fall in task.result["degraded"]]


async def test_a_film_is_shot_by_the_hired_camera_and_says_what_it_cost(lot: Lot) -> None:
    task = await lot.film()
    assert task.status is Status.COMPLETED
    assert not whys(task)
    assert len(lot.runway.purchases) == 3
    # three shots of two seconds each, at twelve cents a second
    assert task.cost == {"currency": "USD", "spent": 0.72, "providers": {"runway": 0.72}}
    assert task.result is not None
    assert task.result["cost"] == task.cost
    assert task.estimate is not None
    assert task.estimate["total"] >= task.cost["spent"]
    assert task.estimate["lines"][0]["provider"] == "runway"


async def test_the_estimate_is_told_before_anything_is_bought(lot: Lot) -> None:
    task = await lot.film()
    async for event in lot.tasks.follow(task.id):
        if event.task.cost and event.task.cost["spent"]:
            break
        told = event.task.estimate
    assert told is not None
    estimate = await lot.producer.estimate(parse_brief(WORDS))
    assert estimate is not None
    assert estimate.total > 0
    assert len(lot.runway.creates) == 3  # of the film; the estimate bought nothing


async def test_a_refused_shot_is_drawn_and_told(lot: Lot) -> None:
    lot.runway.script(Scenario.MODERATED_INPUT)
    task = await lot.film()
    assert task.status is Status.COMPLETED
    assert [(wanted, used) for wanted, used, _ in whys(task)] == [("runway:gen4.5", "cards")]
    assert len(lot.runway.creates) == 3


async def test_an_empty_account_draws_the_whole_film(lot: Lot) -> None:
    lot.runway.script(Scenario.OUT_OF_CREDITS, times=None)
    task = await lot.film()
    assert [used for _, used, _ in whys(task)] == ["cards"] * 3
    assert not lot.runway.purchases
    assert task.cost is not None
    assert task.cost["spent"] == 0


async def test_stock_steps_in_before_cards_and_is_credited(database: Database, tasks: Tasks, tmp_path: Path) -> None:
    async with running_pexels(database, tasks, tmp_path) as lot:
        lot.runway.script(Scenario.OUT_OF_CREDITS, times=None)
        task = await lot.film()
        assert task.result is not None
        assert {used for _, used, _ in whys(task)} == {"pexels:videos"}
        assert {credit["source"] for credit in task.result["credits"]} == {"Pexels"}
        assert len({credit["url"] for credit in task.result["credits"]}) == 3


@asynccontextmanager
async def running_pexels(database: Database, tasks: Tasks, folder: Path) -> AsyncIterator[Lot]:
    with running_emulators(Pexels()) as stock:
        async with open_lot(database, tasks, folder, pexels_key=KEY, pexels_base_url=stock.url("pexels")) as lot:
            yield lot


async def test_who_asks_for_free_footage_pays_nothing_for_what_it_lacks(database: Database, tasks: Tasks, tmp_path: Path) -> None:
    async with running_pexels(database, tasks, tmp_path) as lot:
        lot.fake.places = ("ocean", "ocean", "ocean")
        task = await lot.film(camera="pexels")
        assert not lot.runway.creates
        assert {(wanted, used) for wanted, used, _ in whys(task)} == {("pexels:videos", "cards")}
        assert task.estimate is not None
        assert task.estimate["total"] == 0


async def test_a_camera_without_a_key_is_told_though_nobody_can_be_hired(database: Database, tasks: Tasks, tmp_path: Path) -> None:
    async with open_lot(database, tasks, tmp_path, runway_key="") as lot:
        assert (await lot.film()).result["degraded"] == []  # type: ignore[index] # nothing was asked for
        task = await lot.film(camera="runway")
        assert {(wanted, used) for wanted, used, _ in whys(task)} == {("runway", "cards")}
        with pytest.raises(OverBudget, match="runway: It has no key here"):
            await lot.film(camera="runway", strict=True)


async def test_strict_fails_instead_and_a_retry_goes_on_with_what_was_bought(lot: Lot) -> None:
    lot.runway.script(Scenario.BAD_KEY)
    promised = await lot.promise(strict=True)
    with pytest.raises(KeyRejected):
        await lot.worker.run(promised.id)
    assert (await lot.tasks.get(promised.id)).status is Status.FAILED
    await lot.tasks.retry(promised.id)
    task = await lot.worker.run(promised.id)
    assert task.status is Status.COMPLETED
    assert not whys(task)
    assert len(lot.runway.purchases) == 3


@pytest.mark.parametrize("wishes", [{"budget": 0.5}, {"budget": 0.0}])
async def test_a_film_over_its_budget_is_drawn_and_nothing_is_sent(lot: Lot, wishes: dict[str, Any]) -> None:
    task = await lot.film(**wishes)
    assert not lot.runway.creates
    assert [used for _, used, _ in whys(task)] == ["cards"] * 3
    assert task.result is not None
    assert "within the caps" in task.result["degraded"][0]["why"]
    assert task.estimate is not None
    assert (task.estimate["total"], task.estimate["cap"]) == (0, wishes["budget"])


async def test_a_strict_film_over_its_budget_is_refused_before_anything_is_sent(lot: Lot) -> None:
    promised = await lot.promise(strict=True, budget=0.5)
    with pytest.raises(OverBudget, match=r"\$0\.50"):
        await lot.worker.run(promised.id)
    assert not lot.runway.creates


async def test_the_day_has_a_cap_that_all_films_share(database: Database, tasks: Tasks, tmp_path: Path) -> None:
    async with open_lot(database, tasks, tmp_path, spend_day=2) as lot:
        films = [await lot.film() for _ in range(3)]
        spent = await lot.ledger.spent_today()
        assert spent <= 2
        assert whys(films[-1])
        assert sum(film.cost["spent"] for film in films if film.cost) == pytest.approx(float(spent))


async def test_cards_may_be_asked_for_and_a_camera_without_a_key_is_named(lot: Lot) -> None:
    assert not whys(await lot.film(camera="cards"))
    assert not lot.runway.creates
    task = await lot.film(camera="veo")
    assert [(wanted, used) for wanted, used, _ in whys(task)] == [("veo", "runway:gen4.5")] * 3
    with pytest.raises(ProviderError, match="veo"):
        await lot.film(camera="veo", strict=True)


async def test_a_cancelled_film_calls_off_what_it_has_ordered(lot: Lot) -> None:
    lot.runway.script(Scenario.NEVER_FINISHES, times=None)
    promised = await lot.promise()
    making = asyncio.create_task(lot.worker.run(promised.id))
    while len(lot.runway.purchases) < 2:
        await asyncio.sleep(0.01)
    await lot.tasks.cancel(promised.id)
    task = await making
    assert task.status is Status.CANCELLED
    cancelled = [request for request in lot.runway.requests if request.method == "DELETE"]
    assert len(cancelled) == len(lot.runway.purchases)
    assert not await lot.ledger.open_purchases(promised.id)
    # three shots were ordered; the client sees what may still be charged for them
    assert task.cost is not None
    assert task.cost["spent"] > 0


async def test_a_films_own_model_that_falls_silent_is_waited_for_once_and_told(database: Database, tasks: Tasks, tmp_path: Path) -> None:
    with running_chat_server(Answer(b"", hangs=True)) as server:
        own = {"runway_key": "", "chat_model": "openai:qwen", "chat_url": f"{server.url}/v1"}
        async with open_lot(database, tasks, tmp_path, silence_seconds=0.3, **own) as lot:
            task = await lot.film()
            assert await lot.ledger.spent_today() == 0
        assert len(server.requests) == 1
    assert task.status is Status.COMPLETED
    assert [(wanted, used) for wanted, used, _ in whys(task)] == [("openai:qwen", "embedded")] * 3
    assert task.result is not None
    assert {fall["why"] for fall in task.result["degraded"]} == {"openai:qwen said nothing for 0.3 s."}
    assert task.cost == {"currency": "USD", "spent": 0.0, "providers": {}}
    assert task.estimate is not None
    assert task.estimate["total"] == 0


async def test_no_key_is_told_anywhere(lot: Lot, caplog: pytest.LogCaptureFixture) -> None:
    lot.runway.script(Scenario.BAD_KEY, times=None)
    task = await lot.film()
    events = [event async for event in lot.tasks.follow(task.id)]
    assert KEY not in task.model_dump_json() + "".join(event.model_dump_json() for event in events) + caplog.text
