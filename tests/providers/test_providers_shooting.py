"""A hired camera and a vendor that says what it is told to: what no emulator can be brought to do at the right moment."""

import asyncio
import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from emulators.media import Clip, video
from emulators.scenarios import Script
from kiwi.errors import BadMedia, KeyRejected, OutcomeUnknown, ProviderBusy, ProviderError, ProviderUnreachable, RenderError, TookTooLong
from kiwi.film.model import Shot, Storyboard
from kiwi.money.catalogue import Model, find_model
from kiwi.money.purchases import Placed, Purchase, Stage
from kiwi.providers.hire.plans import Request
from kiwi.providers.hire.shooting import LATE_SECONDS, HiredCamera, Look, State, Vendor
from kiwi.storage.assets import AssetStore
from kiwi.work.production import Production
from kiwi.work.workshop import Workshop
from tests.buyers import FakeBuyer, FakePurchaseStore
from tests.cameras import GlancingPool, a_shot, a_storyboard
from tests.clocks import SteppedClock

WAITING, RUNNING, GONE = Look(State.WAITING), Look(State.RUNNING, share=0.5), Look(State.FAILED, failure=ProviderError("gone"))
CLIP = video(Clip(320, 180, 1), "a boat", Script()).content
DONE = Look(State.DONE, cost=Decimal("0.30"), content=CLIP)
MODEL = find_model("runway", "video")


class ScriptedVendor(Vendor):
    """Says one thing after the other, the last for good; what is an error is raised."""

    name = "runway"
    hosts = ("media.example",)
    beat = 5.0
    refunds_waiting = True

    def __init__(self, clock: SteppedClock, *looks: Look | ProviderError, placed: tuple[Placed | ProviderError, ...] = ()) -> None:
        super().__init__("https://vendor.example", clock)
        self.looks = list(looks)
        self.placed = list(placed)
        self.posts = self.cancelled = 0
        self.stops: bool | ProviderError = True
        self.meanwhile: Look | None = None
        """What the vendor says from the moment it is asked to stop."""

    def plan(self, shot: Shot, storyboard: Storyboard, model: Model, still: bytes = b"") -> Request:
        return Request(model=model, path="/v1/film", body={"prompt": shot.prompt}, units=5)

    async def submit(self, request: Request, assets: AssetStore) -> Placed:
        self.posts += 1
        await asyncio.sleep(0)
        placed = self.placed.pop(0) if self.placed else Placed(job={"id": f"job-{self.posts}"})
        if isinstance(placed, ProviderError):
            raise placed
        return placed

    async def look(self, job: Mapping[str, Any]) -> Look:
        look = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
        if isinstance(look, ProviderError):
            raise look
        return look

    async def cancel(self, job: Mapping[str, Any]) -> bool:
        self.cancelled += 1
        self.looks = [self.meanwhile] if self.meanwhile else self.looks
        if isinstance(self.stops, ProviderError):
            raise self.stops
        return self.stops


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def store(clock: SteppedClock) -> FakePurchaseStore:
    return FakePurchaseStore(clock)


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    assert not list(tmp_path.glob(".making-*"))


def camera_of(vendor: ScriptedVendor, clock: SteppedClock, store: FakePurchaseStore, root: Path) -> HiredCamera:
    production = Production("film", FakeBuyer(clock, store=store), Workshop(GlancingPool(), AssetStore(root)), clock)
    return HiredCamera(vendor, MODEL, production, 60.0, Random(1))


async def shoot(camera: HiredCamera, shares: list[float] | None = None) -> None:
    shot = a_shot()
    take = await camera.shoot(shot, a_storyboard(shot), (shares if shares is not None else []).append)
    assert take.footage is not None


async def test_a_job_that_ends_while_it_is_called_off_is_used(clock: SteppedClock, store: FakePurchaseStore, root: Path) -> None:
    vendor = ScriptedVendor(clock, RUNNING)
    vendor.stops, vendor.meanwhile = False, DONE
    await shoot(camera_of(vendor, clock, store, root))
    assert vendor.cancelled == 1
    assert [(one.stage, one.cost) for one in store.purchases] == [(Stage.SETTLED, Decimal("0.30"))]


@pytest.mark.parametrize("stops", [False, ProviderBusy("away")])
async def test_a_job_that_cannot_be_called_off_counts_as_charged_and_is_asked_for_again(
    clock: SteppedClock, store: FakePurchaseStore, root: Path, stops: bool | ProviderError
) -> None:
    vendor = ScriptedVendor(clock, WAITING)
    vendor.stops = stops
    with pytest.raises(TookTooLong):
        await shoot(camera_of(vendor, clock, store, root))
    assert [(one.stage, one.cost, one.most) for one in store.purchases] == [(Stage.ACCEPTED, None, MODEL.cost(5))]
    vendor = ScriptedVendor(clock, DONE)
    await shoot(camera_of(vendor, clock, store, root))
    assert (vendor.posts, [one.stage for one in store.purchases]) == (0, [Stage.SETTLED])


async def test_a_job_is_not_waited_for_longer_by_whoever_begins_again(clock: SteppedClock, store: FakePurchaseStore, root: Path) -> None:
    vendor = ScriptedVendor(clock, RUNNING)
    vendor.stops = False
    camera = replace(camera_of(vendor, clock, store, root), wait_seconds=600.0)
    for ends in (600, 600 + LATE_SECONDS):
        with pytest.raises(TookTooLong):
            await shoot(camera)
        assert ends <= clock.passed <= ends + 30


async def test_a_job_that_fails_while_it_is_called_off_is_charged_as_it_says(
    clock: SteppedClock, store: FakePurchaseStore, root: Path
) -> None:
    vendor = ScriptedVendor(clock, RUNNING)
    vendor.stops, vendor.meanwhile = False, Look(State.FAILED, cost=Decimal(0), failure=ProviderError("broken"))
    with pytest.raises(TookTooLong):
        await shoot(camera_of(vendor, clock, store, root))
    assert [(one.stage, one.cost) for one in store.purchases] == [(Stage.FAILED, Decimal(0))]


async def test_a_vendor_that_stays_silent_is_left_in_time(clock: SteppedClock, store: FakePurchaseStore, root: Path) -> None:
    vendor = ScriptedVendor(clock, ProviderBusy("away", 3_600))
    with pytest.raises(TookTooLong):
        await shoot(camera_of(vendor, clock, store, root))
    assert clock.passed < 90


async def test_what_a_vendor_refuses_while_a_job_runs_leaves_the_job_to_be_asked_for_later(
    clock: SteppedClock, store: FakePurchaseStore, root: Path
) -> None:
    with pytest.raises(KeyRejected):
        await shoot(camera_of(ScriptedVendor(clock, RUNNING, KeyRejected("withdrawn")), clock, store, root))
    assert [one.stage for one in store.purchases] == [Stage.ACCEPTED]
    vendor = ScriptedVendor(clock, DONE)
    await shoot(camera_of(vendor, clock, store, root))
    assert vendor.posts == 0


async def test_a_program_that_is_stopped_while_it_orders_keeps_the_answer(
    clock: SteppedClock, store: FakePurchaseStore, root: Path
) -> None:
    vendor = ScriptedVendor(clock, DONE)
    shooting = asyncio.create_task(shoot(camera_of(vendor, clock, store, root)))
    while not vendor.posts:
        await asyncio.sleep(0)
    shooting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await shooting
    assert [one.stage for one in store.purchases] == [Stage.ACCEPTED]
    await shoot(camera_of(vendor, clock, store, root))
    assert vendor.posts == 1
    assert not vendor.cancelled


async def test_damaged_media_is_fetched_once_more(clock: SteppedClock, store: FakePurchaseStore, root: Path) -> None:
    class Truncating(GlancingPool):
        async def do(self, job: Any, order: dict[str, Any], folder: Path, report: Any) -> dict[str, Any]:
            if Path(order["source"]).stat().st_size < len(CLIP):  # noqa: ASYNC240
                raise BadMedia("cut off")
            return await super().do(job, order, folder, report)

    half = Look(State.DONE, content=CLIP[: len(CLIP) // 2])
    for looks, works in (((half, DONE), True), ((half,), False)):
        vendor = ScriptedVendor(clock, *looks)
        production = Production(
            f"film-{works}", FakeBuyer(clock, task_id=f"film-{works}"), Workshop(Truncating(), AssetStore(root / str(works))), clock
        )
        camera = HiredCamera(vendor, MODEL, production, 60.0)
        if works:
            await shoot(camera)
        else:
            with pytest.raises(BadMedia):
                await shoot(camera)
        assert vendor.posts == 1


async def test_a_finished_job_without_media_was_paid_and_is_told(clock: SteppedClock, store: FakePurchaseStore, root: Path) -> None:
    with pytest.raises(BadMedia):
        await shoot(camera_of(ScriptedVendor(clock, Look(State.DONE, cost=Decimal("0.1"))), clock, store, root))
    assert [(one.stage, one.cost) for one in store.purchases] == [(Stage.SETTLED, Decimal("0.1"))]


async def test_a_delivered_job_that_is_gone_when_its_media_is_lost_is_not_ordered_anew(
    clock: SteppedClock, store: FakePurchaseStore, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    await shoot(camera_of(ScriptedVendor(clock, DONE), clock, store, root))
    elsewhere = tmp_path_factory.mktemp("another-disk")
    vendor = ScriptedVendor(clock, Look(State.FAILED, failure=ProviderError("lost"), again=True))
    with pytest.raises(ProviderError, match="lost"):
        await shoot(camera_of(vendor, clock, store, elsewhere))
    assert vendor.posts == 0
    assert [one.stage for one in store.purchases] == [Stage.SETTLED]


async def test_a_vendor_out_of_reach_for_a_moment_is_asked_again(clock: SteppedClock, store: FakePurchaseStore, root: Path) -> None:
    vendor = ScriptedVendor(clock, DONE, placed=(ProviderUnreachable("no route"), ProviderBusy("full", 9.0)))
    await shoot(camera_of(vendor, clock, store, root))
    assert vendor.posts == 3
    assert 1.0 <= clock.sleeps[0] <= 3.25
    assert 9.0 <= clock.sleeps[1] <= 11.25


async def test_an_unknown_outcome_is_not_tried_again(clock: SteppedClock, store: FakePurchaseStore, root: Path) -> None:
    vendor = ScriptedVendor(clock, DONE, placed=(OutcomeUnknown("silence"),))
    for _ in range(2):
        with pytest.raises(OutcomeUnknown):
            await shoot(camera_of(vendor, clock, store, root))
    assert vendor.posts == 1


async def test_the_share_done_only_grows(clock: SteppedClock, store: FakePurchaseStore, root: Path) -> None:
    looks = [Look(State.RUNNING, share=share) for share in (0.1, 0.5, 2.0)]
    shares: list[float] = []
    await shoot(camera_of(ScriptedVendor(clock, *looks, DONE), clock, store, root), shares)
    assert shares == sorted(shares) == pytest.approx([0.08, 0.4, 0.8])


@pytest.mark.parametrize(
    ("look", "stops", "due", "cancelled"),
    [
        (WAITING, True, Decimal(0), 1),
        (WAITING, False, None, 1),
        (RUNNING, True, MODEL.cost(5), 1),
        (DONE, True, None, 0),
        (Look(State.FAILED, cost=Decimal(0), failure=ProviderError("no")), True, Decimal(0), 0),
        (GONE, True, MODEL.cost(5), 0),
    ],
    ids=["waiting", "too-late", "running", "done", "failed", "gone"],
)
async def test_what_is_due_for_a_job_called_off(clock: SteppedClock, look: Look, stops: bool, due: Decimal | None, cancelled: int) -> None:
    vendor = ScriptedVendor(clock, look)
    vendor.stops = stops
    names = {"task_id": "film", "provider": "runway", "model": MODEL.id, "part": "shot-1", "request": "0"}
    bought = Purchase(number=1, stage=Stage.ACCEPTED, most=MODEL.cost(5), job={"id": "job-1"}, at=clock.now(), **names)
    assert await vendor.call_off(bought) == due
    assert vendor.cancelled == cancelled


async def test_what_could_not_be_called_off_is_not_bought_again_when_the_film_goes_on(
    clock: SteppedClock, store: FakePurchaseStore, root: Path
) -> None:
    vendor = ScriptedVendor(clock, RUNNING)
    vendor.stops = False
    shooting = asyncio.create_task(shoot(camera_of(vendor, clock, store, root)))
    while not vendor.posts or store.purchases[0].stage is not Stage.ACCEPTED:
        await asyncio.sleep(0)
    shooting.cancel()
    await asyncio.wait({shooting})
    assert await vendor.call_off(store.purchases[0]) is None
    vendor.looks = [DONE]
    assert await vendor.call_off(store.purchases[0]) is None
    await shoot(camera_of(vendor, clock, store, root))
    assert vendor.posts == 1
    assert [one.stage for one in store.purchases] == [Stage.SETTLED]


class Breaking(GlancingPool):
    """Dies of whatever it looks at."""

    async def do(self, job: Any, order: dict[str, Any], folder: Path, report: Any) -> dict[str, Any]:
        raise RenderError("The process for it ended with code -11. It said last: File '/home/me/secret.py'")


async def test_footage_that_the_program_breaks_on_is_bad_media_and_not_the_end_of_the_film(
    clock: SteppedClock, store: FakePurchaseStore, root: Path
) -> None:
    vendor = ScriptedVendor(clock, DONE)
    production = Production("film", FakeBuyer(clock, store=store), Workshop(Breaking(), AssetStore(root)), clock)
    with pytest.raises(BadMedia) as broken:
        await shoot(HiredCamera(vendor, MODEL, production, 60.0, Random(1)))
    assert "secret" not in str(broken.value)
    assert vendor.posts == 1
    assert [one.stage for one in store.purchases] == [Stage.SETTLED]
