"""Paying once, through kills and cancellations: one suite for the ledger in PostgreSQL and for the books in memory."""

import asyncio
import types
from collections.abc import Awaitable, Callable, Coroutine, Generator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from kiwi.errors import OutcomeUnknown, OverBudget, ProviderBusy, ProviderError, ProviderRefused, ProviderUnreachable, TookTooLong
from kiwi.money.buying import PurchaseStore
from kiwi.money.purchases import Placed, Purchase, Stage
from kiwi.money.verdict import Caps
from tests.shops import PLENTY, Shop, Vendor, buyer_of, process, wanted


class Killed(BaseException):
    """The process is no more."""


class Mortal:
    """Kills its process at a moment: counted before and after whatever it does; the dead do nothing."""

    def __init__(self, store: PurchaseStore, at: int) -> None:
        self._books = store
        self._left = at

    def __getattr__(self, name: str) -> Any:
        async def live(*told: Any, **named: Any) -> Any:
            return await self.do(lambda: getattr(self._books, name)(*told, **named))

        return live

    async def do(self, act: Callable[[], Awaitable[Any]]) -> Any:
        self._step()
        done = await act()
        self._step()
        return done

    def _step(self) -> None:
        if self._left <= 0:
            raise Killed
        self._left -= 1


@types.coroutine
def cancelled_at(work: Coroutine[Any, Any, Any], step: int) -> Generator[Any, Any, Any]:
    """Cancel the task that runs this when the work waits for the ``step``-th time."""
    answer: Any = None
    thrown: asyncio.CancelledError | None = None
    while True:
        try:
            waits_for = work.send(answer) if thrown is None else work.throw(thrown)
        except StopIteration as end:
            return end.value
        step -= 1
        if step == 0:
            task = asyncio.current_task()
            assert task is not None
            task.cancel()
        thrown = None
        try:
            answer = yield waits_for
        except asyncio.CancelledError as said:
            thrown = said


# --- paying once ---


async def test_a_purchase_goes_from_its_intent_to_its_cost(shop: Shop) -> None:
    vendor, buyer = Vendor(shop.clock), buyer_of(process(shop))
    seen: list[Purchase] = []

    async def place() -> Placed:
        seen.extend(await shop.rows())
        return await vendor.take()()

    purchase = await buyer.buy(wanted(), place)
    assert [(row.stage, row.most, row.cost) for row in seen] == [(Stage.INTENDED, Decimal("0.6"), None)]
    assert (purchase.stage, purchase.job, purchase.task_id, purchase.part) == (Stage.ACCEPTED, {"id": "job-1"}, "film", "shot-1")
    assert purchase.at.utcoffset() == timedelta(0)
    await buyer.settle(purchase, Decimal("0.48"))
    assert [(row.stage, row.cost) for row in await shop.rows()] == [(Stage.SETTLED, Decimal("0.48"))]
    await buyer.settle(purchase)
    assert [(row.stage, row.cost) for row in await shop.rows()] == [(Stage.SETTLED, Decimal("0.48"))]


@pytest.mark.parametrize("settled", [False, True])
async def test_what_was_bought_is_given_again_and_not_asked_for(shop: Shop, settled: bool) -> None:
    vendor, buyer = Vendor(shop.clock), buyer_of(process(shop))
    first = await buyer.buy(wanted(), vendor.take())
    if settled:
        await buyer.settle(first)
    again = await buyer_of(process(shop), cap=Decimal(0)).buy(wanted(), vendor.take())
    assert (again.number, again.stage, again.job) == (first.number, Stage.SETTLED if settled else Stage.ACCEPTED, first.job)
    assert vendor.jobs == ["job"]


async def test_another_part_another_request_and_another_film_are_other_purchases(shop: Shop) -> None:
    vendor, counter = Vendor(shop.clock), process(shop)
    await buyer_of(counter).settle(await buyer_of(counter).buy(wanted(request="one"), vendor.take()))
    await buyer_of(counter).settle(await buyer_of(counter).buy(wanted(request="two"), vendor.take()))
    await buyer_of(counter).settle(await buyer_of(counter).buy(wanted("shot-2", request="one"), vendor.take()))
    await buyer_of(counter, "other").buy(wanted(request="one"), vendor.take())
    assert len(vendor.jobs) == len(await shop.rows()) == 4


async def test_an_intent_that_nobody_followed_up_counts_as_bought_and_is_never_sent_again(shop: Shop) -> None:
    vendor = Vendor(shop.clock)
    assert isinstance(await shop.store.open("film", wanted(), Caps(film=PLENTY, day=PLENTY)), Purchase)
    for _ in range(2):
        with pytest.raises(OutcomeUnknown, match="shot-1"):
            await buyer_of(process(shop)).buy(wanted(), vendor.take())
    assert [(row.stage, row.cost) for row in await shop.rows()] == [(Stage.UNKNOWN, None)]
    assert not vendor.jobs
    with pytest.raises(OverBudget):
        await buyer_of(process(shop), cap=Decimal("0.70")).buy(wanted("shot-2"), vendor.take())


@pytest.mark.parametrize("failure", [OutcomeUnknown("The answer never came."), ZeroDivisionError("a bug")], ids=["timeout", "bug"])
async def test_what_may_have_been_sent_is_never_sent_again(shop: Shop, failure: Exception) -> None:
    vendor = Vendor(shop.clock)
    with pytest.raises(type(failure)):
        await buyer_of(process(shop)).buy(wanted(), vendor.take(failure=failure))
    with pytest.raises(OutcomeUnknown):
        await buyer_of(process(shop)).buy(wanted(), vendor.take())
    assert (len(vendor.jobs), (await shop.rows())[0].stage) == (1, Stage.UNKNOWN)


async def test_an_answer_kept_before_a_kill_is_taken_up_and_paid_at_its_cost(shop: Shop) -> None:
    vendor, kept = Vendor(shop.clock), Placed(job={"id": "kept"}, most=Decimal("0.50"))

    async def nothing() -> Placed | None:
        return None

    async def something() -> Placed | None:
        return kept

    for part, failure in (("shot-1", Killed()), ("shot-2", OutcomeUnknown("silence"))):
        with pytest.raises(type(failure)):
            await buyer_of(process(shop)).buy(wanted(part), vendor.take(failure=failure), nothing)
        with pytest.raises(OutcomeUnknown):
            await buyer_of(process(shop)).buy(wanted(part), vendor.take(), nothing)
        buyer = buyer_of(process(shop), cap=Decimal(0))
        found = await buyer.buy(wanted(part), vendor.take(), something)
        assert (found.stage, found.job, found.most) == (Stage.ACCEPTED, kept.job, kept.most)
        await buyer.settle(found, Decimal("0.40"))
    assert [(row.stage, row.cost) for row in await shop.rows()] == [(Stage.SETTLED, Decimal("0.40"))] * 2
    assert len(vendor.jobs) == 2


async def test_what_is_kept_is_asked_for_only_when_nobody_knows_what_was_answered(shop: Shop) -> None:
    vendor = Vendor(shop.clock)

    async def kept() -> Placed | None:
        raise AssertionError

    buyer = buyer_of(process(shop))
    with pytest.raises(ProviderBusy):
        await buyer.buy(wanted(), vendor.take(failure=ProviderBusy("Later.")), kept)
    await buyer.fail(await buyer.buy(wanted(), vendor.take(), kept), ProviderError("odd"), again=True)
    await buyer.settle(await buyer.buy(wanted(), vendor.take(), kept))
    assert (await buyer.buy(wanted(), vendor.take(), kept)).stage is Stage.SETTLED
    assert len(vendor.jobs) == 3


async def test_what_a_provider_did_not_take_costs_nothing_and_may_be_bought_later(shop: Shop) -> None:
    vendor, buyer = Vendor(shop.clock), buyer_of(process(shop), cap=Decimal("0.60"))
    for failure in (ProviderBusy("Later.", 3.0), ProviderUnreachable("No way."), ProviderRefused("Not this.\0\ud800")):
        with pytest.raises(type(failure)):
            await buyer.buy(wanted(), vendor.take(failure=failure))
    assert (await buyer.buy(wanted(), vendor.take())).stage is Stage.ACCEPTED
    assert [row.stage for row in await shop.rows()] == [Stage.REFUSED] * 3 + [Stage.ACCEPTED]


async def test_a_job_that_came_to_nothing_is_bought_three_times_at_most(shop: Shop) -> None:
    vendor, buyer = Vendor(shop.clock), buyer_of(process(shop))
    for _ in range(3):
        purchase = await buyer.buy(wanted(), vendor.take())
        await buyer.fail(purchase, ProviderError("The picture was broken."), cost=Decimal("0.10"), again=True)
    with pytest.raises(ProviderError, match="The picture was broken"):
        await buyer.buy(wanted(), vendor.take())
    assert [(row.stage, row.cost) for row in await shop.rows()] == [(Stage.FAILED, Decimal("0.1"))] * 3
    assert len(vendor.jobs) == 3


async def test_a_job_that_may_not_be_repeated_fails_again_as_the_same_kind_of_error(shop: Shop) -> None:
    vendor, buyer = Vendor(shop.clock), buyer_of(process(shop))
    for part, failure in (
        ("shot-1", ProviderRefused("Not this.")),
        ("shot-2", ProviderBusy("Too much.", 5)),
        ("shot-3", TookTooLong("An hour.")),
    ):
        await buyer.fail(await buyer.buy(wanted(part), vendor.take()), failure, again=False)
        with pytest.raises(ProviderError) as told:
            await buyer_of(process(shop)).buy(wanted(part), vendor.take())
        assert (type(told.value), str(told.value)) == (type(failure), str(failure))
    assert len(vendor.jobs) == 3


async def test_what_was_called_off_may_be_bought_again_by_a_film_that_is_tried_again(shop: Shop) -> None:
    vendor, buyer = Vendor(shop.clock), buyer_of(process(shop))
    purchase = await buyer.buy(wanted(), vendor.take())
    for cost in ("0.10", "0.20"):
        await shop.store.close(purchase, Stage.CANCELLED, cost=Decimal(cost))
    again = await buyer.buy(wanted(), vendor.take())
    await buyer.fail(purchase, TookTooLong("late"), again=False)
    assert [(row.stage, row.cost) for row in await shop.rows()] == [(Stage.CANCELLED, Decimal("0.1")), (Stage.ACCEPTED, None)]
    assert again.number != purchase.number


async def test_what_was_delivered_stays_delivered(shop: Shop) -> None:
    buyer = buyer_of(process(shop))
    purchase = await buyer.buy(wanted(), Vendor(shop.clock).take())
    await buyer.settle(purchase)
    await buyer.fail(purchase, TookTooLong("too late"), again=True)
    await shop.store.close(purchase, Stage.CANCELLED, cost=Decimal(0))
    assert [(row.stage, row.cost) for row in await shop.rows()] == [(Stage.SETTLED, None)]


async def test_two_who_ask_for_the_same_at_once_buy_it_once(shop: Shop) -> None:
    vendor, buyer = Vendor(shop.clock, seconds=3), buyer_of(process(shop))
    bought = await asyncio.gather(*(buyer.buy(wanted(), vendor.take()) for _ in range(5)))
    assert {purchase.number for purchase in bought} == {1}
    assert vendor.jobs == ["job"]


async def test_an_answer_that_comes_after_its_purchase_was_given_up_is_kept(shop: Shop) -> None:
    vendor = Vendor(shop.clock)
    vendor.answers.clear()
    slow = asyncio.create_task(buyer_of(process(shop)).buy(wanted(), vendor.take()))
    await vendor.asked.wait()
    with pytest.raises(OutcomeUnknown):
        await buyer_of(process(shop)).buy(wanted(), vendor.take())
    vendor.answers.set()
    await slow
    assert (await buyer_of(process(shop)).buy(wanted(), vendor.take())).job == {"id": "job-1"}
    assert vendor.jobs == ["job"]


# --- kills and cancellations ---


async def test_killed_at_any_moment_nothing_is_bought_twice(shop: Shop) -> None:
    moments, stages = 0, set[str]()
    while True:
        vendor, part = Vendor(shop.clock), f"shot-{moments}"
        mortal = Mortal(shop.store, moments)
        buyer = buyer_of(process(shop, mortal))
        finished = True
        try:
            purchase = await buyer.buy(wanted(part), lambda mortal=mortal, vendor=vendor, part=part: mortal.do(vendor.take(part)))  # type: ignore[misc]
            await buyer.settle(purchase)
        except Killed:
            finished = False
        sent = len(vendor.jobs)
        try:
            purchase = await buyer_of(process(shop)).buy(wanted(part), vendor.take(part))
            stages.add(purchase.stage)
            await buyer_of(process(shop)).settle(purchase)
        except OutcomeUnknown:
            stages.add("not known")
            assert (await shop.rows())[-1].stage is Stage.UNKNOWN
        assert len(vendor.jobs) <= 1
        assert sent <= len(vendor.jobs)
        if finished:
            break
        moments += 1
    assert moments == 10  # before and after: find, open, the request, accept, settle
    assert stages == {Stage.ACCEPTED, Stage.SETTLED, "not known"}


async def test_cancelled_at_any_moment_nothing_is_bought_twice_and_no_answer_is_lost(shop: Shop) -> None:
    for step in range(1, 60):
        vendor, part = Vendor(shop.clock, seconds=1), f"shot-{step}"
        counter = process(shop)
        buying = asyncio.create_task(_run(cancelled_at(buyer_of(counter).buy(wanted(part), vendor.take(part)), step)))
        await asyncio.wait({buying})
        if not buying.cancelled():
            break
        purchase = await buyer_of(process(shop)).buy(wanted(part), vendor.take(part))
        assert purchase.stage is Stage.ACCEPTED
        assert vendor.jobs == [part]
        await buyer_of(counter).settle(purchase)
    assert buying.result().job
    assert 2 < step < 59


async def _run(work: Awaitable[Any]) -> Any:
    return await work


async def test_a_cancellation_said_twice_waits_until_the_answer_is_stored(shop: Shop) -> None:
    vendor = Vendor(shop.clock, seconds=3)
    buying = asyncio.create_task(buyer_of(process(shop)).buy(wanted(), vendor.take()))
    await vendor.asked.wait()
    buying.cancel()
    await asyncio.sleep(0)
    buying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await buying
    assert [(row.stage, row.job) for row in await shop.rows()] == [(Stage.ACCEPTED, {"id": "job-1"})]


async def test_a_cancellation_does_not_wait_for_ever(shop: Shop) -> None:
    vendor, counter = Vendor(shop.clock), process(shop)
    vendor.answers.clear()
    counter.outlast_seconds = 0.02
    buying = asyncio.create_task(buyer_of(counter).buy(wanted(), vendor.take()))
    await vendor.asked.wait()
    buying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await buying
    assert not vendor.jobs
    vendor.answers.set()
    assert (await buyer_of(counter).buy(wanted(), vendor.take())).job == {"id": "job-1"}, "the same process waits for its own answer"


async def test_a_job_is_known_before_it_is_called_off_though_nobody_waited_for_its_answer(shop: Shop) -> None:
    vendor, counter = Vendor(shop.clock), process(shop)
    vendor.answers.clear()
    counter.outlast_seconds = 0.0
    buying = asyncio.create_task(buyer_of(counter).buy(wanted(), vendor.take()))
    await vendor.asked.wait()
    buying.cancel()
    await asyncio.wait({buying})
    await counter.answered("another film")
    assert [row.stage for row in await shop.rows()] == [Stage.INTENDED]
    vendor.answers.set()
    await counter.answered("film")
    assert [(row.stage, row.job) for row in await shop.rows()] == [(Stage.ACCEPTED, {"id": "job-1"})]
