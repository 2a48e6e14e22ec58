"""Caps, turns and claims: one suite for the ledger in PostgreSQL and for the books in memory; and the ledger alone."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest

from kiwi.errors import OutcomeUnknown, OverBudget, ProviderBusy, ProviderError
from kiwi.film.model import Brief
from kiwi.money.buying import PurchaseService
from kiwi.money.ledger import Ledger, LedgerStore
from kiwi.money.purchases import Buyer, Placed, Purchase, Stage, Wanted
from kiwi.money.verdict import Caps, Standing, judge
from kiwi.storage.database import Database, open_database
from kiwi.storage.postgres import Server
from kiwi.tasks.table import Tasks
from kiwi.work.stopping import stop
from tests.buyers import FakeBuyer, FakePurchaseStore
from tests.clocks import SteppedClock
from tests.shops import GEN, PLENTY, Shop, Vendor, buyer_of, process, wanted

# --- caps ---


async def test_nothing_is_bought_over_the_films_cap_to_the_last_millionth(shop: Shop) -> None:
    vendor, buyer = Vendor(shop.clock), buyer_of(process(shop), cap=Decimal("1.000001"))
    await buyer.settle(await buyer.buy(wanted("shot-1", most="0.7"), vendor.take()), Decimal("0.699999"))
    await buyer.buy(wanted("shot-2", most="0.300002"), vendor.take())
    with pytest.raises(
        OverBudget, match=r"shot-3 by runway:gen4\.5 may cost \$0\.000001, .*\$1\.000001 \(KIWI_SPEND_TASK\).*\$1\.000001 of that"
    ):
        await buyer.buy(wanted("shot-3", most="0.0000001"), vendor.take())
    await buyer.buy(wanted("search", most="0", model=GEN.model_copy(update={"id": "free"})), vendor.take())
    assert len(vendor.jobs) == 3


async def test_a_clients_budget_holds_below_the_cap_and_never_above_it(shop: Shop) -> None:
    vendor, counter = Vendor(shop.clock), process(shop)
    with pytest.raises(OverBudget, match="by its budget"):
        await buyer_of(counter, budget=Decimal("0.5")).buy(wanted(), vendor.take())
    with pytest.raises(OverBudget, match="KIWI_SPEND_TASK"):
        await buyer_of(counter, budget=Decimal(100), cap=Decimal("0.5")).buy(wanted(), vendor.take())
    assert not vendor.jobs


async def test_a_days_cap_counts_all_films_from_midnight_utc(shop: Shop) -> None:
    vendor, counter, day = Vendor(shop.clock), process(shop), Decimal("1.00")
    first = await buyer_of(counter, "monday", day=day).buy(wanted(), vendor.take())
    await buyer_of(counter).settle(first)
    await shop.date(first, before_midnight=timedelta())
    with pytest.raises(OverBudget, match="KIWI_SPEND_DAY"):
        await buyer_of(counter, "tuesday", day=day).buy(wanted(), vendor.take())
    await shop.date(first, before_midnight=timedelta(microseconds=1))
    await buyer_of(counter, "tuesday", day=day).buy(wanted(), vendor.take())
    assert len(vendor.jobs) == 2


async def test_a_providers_own_word_replaces_the_estimate(shop: Shop) -> None:
    buyer = buyer_of(process(shop), cap=Decimal(1))

    async def place() -> Placed:
        return Placed(job={"id": "dear"}, most=Decimal("1.2000001"))

    purchase = await buyer.buy(wanted(), place)
    assert (purchase.most, purchase.stage) == (Decimal("1.200001"), Stage.ACCEPTED)
    assert (await buyer.buy(wanted(), place)).number == purchase.number
    with pytest.raises(OverBudget, match=r"\$1\.200001 of that"):
        await buyer.buy(wanted("shot-2", most="0.01"), place)


# --- turns ---


async def test_no_more_jobs_run_at_once_than_the_model_allows_and_whoever_came_first_goes_first(shop: Shop) -> None:
    vendor, counter = Vendor(shop.clock), process(shop)
    held = [await buyer_of(counter).buy(wanted(part), vendor.take(part)) for part in ("shot-1", "shot-2")]

    find, queueing = counter.store.find, asyncio.Semaphore(0)

    async def film(part: str) -> None:
        buyer = buyer_of(counter, f"film of {part}")
        await buyer.settle(await buyer.buy(wanted(part), vendor.take(part)))

    async def found(task_id: str, wanted: Wanted) -> Purchase | None:
        known = await find(task_id, wanted)
        queueing.release()  # whoever asked goes on into the queue before anybody else has a turn
        return known

    counter.store.find = found  # type: ignore[method-assign]
    async with asyncio.TaskGroup() as group:
        for number in range(3, 8):
            group.create_task(film(f"shot-{number}"))
            await queueing.acquire()
        assert vendor.jobs == ["shot-1", "shot-2"]
        await buyer_of(counter).settle(held[0])
    assert vendor.jobs == [f"shot-{number}" for number in range(1, 8)]


async def test_another_model_does_not_wait(shop: Shop) -> None:
    vendor, counter = Vendor(shop.clock), process(shop)
    for part in ("shot-1", "shot-2"):
        await buyer_of(counter).buy(wanted(part), vendor.take())
    waits = asyncio.create_task(buyer_of(counter).buy(wanted("shot-3"), vendor.take()))
    await buyer_of(counter).buy(wanted("shot-4", model=GEN.model_copy(update={"id": "gen4_turbo"})), vendor.take())
    assert len(vendor.jobs) == 3
    await stop(waits, again_seconds=0.01)
    assert len(vendor.jobs) == 3


async def test_a_job_that_nobody_ends_gives_its_place_up_after_half_an_hour(shop: Shop) -> None:
    vendor, counter = Vendor(shop.clock), process(shop)
    for part in ("shot-1", "shot-2"):
        await buyer_of(counter).buy(wanted(part), vendor.take())
    await shop.pass_time(1_790)
    await buyer_of(counter).buy(wanted("shot-3"), vendor.take())
    assert 1_795 <= shop.clock.passed <= 1_805


async def test_an_intent_that_nobody_followed_up_gives_its_place_up_after_five_minutes(shop: Shop) -> None:
    vendor = Vendor(shop.clock)
    for part in ("shot-1", "shot-2"):
        await shop.store.open("dead", wanted(part), Caps(film=PLENTY, day=PLENTY))
    await shop.pass_time(290)
    await buyer_of(process(shop)).buy(wanted("shot-3"), vendor.take())
    assert 295 <= shop.clock.passed <= 305


async def test_a_film_that_goes_on_does_not_wait_for_its_own_dead_intents(shop: Shop) -> None:
    vendor, counter = Vendor(shop.clock), process(shop)
    for part in ("shot-1", "shot-2"):
        await shop.store.open("film", wanted(part), Caps(film=PLENTY, day=PLENTY))
    parts = ["shot-0", "shot-1", "shot-2"]
    bought = await asyncio.gather(*(buyer_of(counter).buy(wanted(part), vendor.take(part)) for part in parts), return_exceptions=True)
    assert [type(one) for one in bought] == [Purchase, OutcomeUnknown, OutcomeUnknown]
    assert vendor.jobs == ["shot-0"]
    assert shop.clock.passed < 60


async def test_a_job_of_a_film_that_has_ended_keeps_nobody_waiting(shop: Shop) -> None:
    vendor, counter = Vendor(shop.clock), process(shop)
    for part in ("shot-1", "shot-2"):
        await buyer_of(counter, "failed").buy(wanted(part), vendor.take())
    await shop.end("failed")
    await buyer_of(counter, "next").buy(wanted("shot-3"), vendor.take())
    assert shop.clock.passed == 0


@pytest.mark.parametrize(("limits", "seconds"), [({"per_minute": 3}, 60), ({"per_hour": 3}, 3_600)], ids=["minute", "hour"])
async def test_creates_keep_to_the_rate_and_refused_ones_count(shop: Shop, limits: dict[str, int], seconds: float) -> None:
    model = GEN.model_copy(update={"concurrent": 100, **limits})
    vendor, buyer = Vendor(shop.clock), buyer_of(process(shop))
    with pytest.raises(ProviderBusy):
        await buyer.buy(wanted("shot-0", model=model), vendor.take(failure=ProviderBusy("Later.")))
    for number in range(1, 3):
        await shop.pass_time(10)
        await buyer.buy(wanted(f"shot-{number}", model=model), vendor.take())
    await buyer.buy(wanted("shot-3", model=model), vendor.take())
    assert seconds <= shop.clock.passed <= 20 + seconds * 1.25
    assert len(vendor.jobs) == 4


# --- claims ---


async def test_nothing_is_given_to_two_parts_of_one_film(shop: Shop) -> None:
    buyer, other = buyer_of(process(shop)), buyer_of(process(shop), "other")
    claims = await asyncio.gather(*(buyer.claim("pexels:1448735", f"shot-{number}") for number in range(5)))
    assert sorted(claims) == [False] * 4 + [True]
    assert await buyer.claim("pexels:1448735", f"shot-{claims.index(True)}")
    assert await buyer.claim("pexels:2", "shot-9")
    assert await other.claim("pexels:1448735", "shot-9")


# --- the ledger alone ---


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return Ledger(database, SteppedClock(), Random(7))


def film_buyer(ledger: Ledger, film: str = "film", cap: Decimal = PLENTY) -> Buyer:
    return ledger.buyer(film, cap, PLENTY, None)


async def test_spending_is_told_by_provider_with_whatever_may_still_be_charged(ledger: Ledger) -> None:
    vendor, buyer = Vendor(SteppedClock()), film_buyer(ledger)
    settled = await buyer.buy(wanted("shot-1"), vendor.take())
    await buyer.settle(settled, Decimal("0.48"))
    await buyer.buy(wanted("shot-2"), vendor.take())
    with pytest.raises(OutcomeUnknown):
        await buyer.buy(wanted("shot-3", model=GEN.model_copy(update={"provider": "pika"})), vendor.take(failure=OutcomeUnknown("?")))
    with pytest.raises(ProviderBusy):
        await buyer.buy(wanted("shot-4", model=GEN.model_copy(update={"provider": "veo"})), vendor.take(failure=ProviderBusy("later")))
    await film_buyer(ledger, "other").buy(wanted(most="5"), vendor.take())
    spending = await ledger.spending("film")
    assert dict(spending.providers) == {"runway": Decimal("1.08"), "pika": Decimal("0.6")}
    assert spending.spent == Decimal("1.68")
    assert await ledger.spent_today() == Decimal("6.68")
    assert (await ledger.spending("nothing")).spent == 0


async def test_an_owners_films_of_a_day_share_a_cap_that_deleting_them_does_not_lift(ledger: Ledger, tasks: Tasks) -> None:
    vendor = Vendor(SteppedClock())
    films = {owner: [(await tasks.submit(Brief(words="tea"), owner=owner))[0].id for _ in range(2)] for owner in ("ada", "bob", "operator")}

    async def buy(film: str, most: str) -> None:
        buyer = ledger.buyer(film, PLENTY, PLENTY, None, Decimal(3))
        await buyer.settle(await buyer.buy(wanted("shot-1", most=most), vendor.take()))

    await buy(films["ada"][0], "2")
    assert await ledger.owner_spent_today(films["ada"][1]) == 2
    with pytest.raises(OverBudget, match=r"one owner's films of a day may cost \$3.00 \(KIWI_OWNER_SPEND_DAY\)"):
        await buy(films["ada"][1], "2")
    await tasks.delete(films["ada"][0])
    with pytest.raises(OverBudget):
        await buy(films["ada"][1], "2")
    await buy(films["ada"][1], "1")
    await buy(films["bob"][0], "2")
    for film in films["operator"]:
        await buy(film, "4")
        assert await ledger.owner_spent_today(film) is None


async def test_open_jobs_are_known_until_they_are_called_off(ledger: Ledger) -> None:
    vendor, buyer = Vendor(SteppedClock()), film_buyer(ledger)
    first, second = [await buyer.buy(wanted(part), vendor.take(part)) for part in ("shot-1", "shot-2")]
    await buyer.settle(first)
    assert await ledger.open_purchases("film") == [second]
    for cost in ("0.25", "0.50"):
        await ledger.mark_cancelled(second, Decimal(cost))
    await ledger.mark_cancelled(first, Decimal(0))
    assert await ledger.open_purchases("film") == []
    assert (await ledger.spending("film")).spent == Decimal("0.85")


async def test_a_deleted_film_is_forgotten_but_its_money_is_not(ledger: Ledger) -> None:
    buyer = film_buyer(ledger)
    await buyer.settle(await buyer.buy(wanted(), Vendor(SteppedClock()).take()))
    await buyer.claim("pexels:1", "shot-1")
    await ledger.forget("film")
    assert await buyer.claim("pexels:1", "shot-2")
    assert (await ledger.spending("film")).spent == Decimal("0.6")


async def test_the_jobs_of_a_deleted_film_take_no_places_and_are_paid(ledger: Ledger) -> None:
    vendor, model = Vendor(SteppedClock()), GEN.model_copy(update={"concurrent": 1})
    await film_buyer(ledger).buy(wanted(model=model), vendor.take())
    await ledger.forget("film")
    assert not await ledger.open_purchases("film")
    assert (await ledger.spending("film")).spent == Decimal("0.6")
    other = ledger.buyer("another", Decimal(10), Decimal(10), None)
    async with asyncio.timeout(30):
        assert (await other.buy(wanted(model=model), vendor.take())).stage is Stage.ACCEPTED


@pytest.fixture
async def elsewhere(database: Database, server: Server, tmp_path: Path) -> AsyncIterator[Database]:
    """The same database, as another process opens it."""
    async with open_database(server.url, tmp_path) as other:
        yield other


async def test_two_processes_never_go_over_a_cap_together(ledger: Ledger, elsewhere: Database) -> None:
    vendor, model = Vendor(SteppedClock()), GEN.model_copy(update={"concurrent": 100})
    ledgers = [ledger, Ledger(elsewhere, SteppedClock(), Random(8))]
    tills = [film_buyer(one, cap=Decimal("1.00")) for one in ledgers]
    wishes = (
        buyer.buy(wanted(f"shot-{side}-{n}", most="0.30", model=model), vendor.take())
        for side, buyer in enumerate(tills)
        for n in range(10)
    )
    bought = await asyncio.gather(*wishes, return_exceptions=True)
    assert sum(isinstance(one, Purchase) for one in bought) == len(vendor.jobs) == 3
    assert sum(isinstance(one, OverBudget) for one in bought) == 17
    assert (await ledger.spending("film")).spent == Decimal("0.9")


async def test_two_processes_share_the_places_of_a_model(ledger: Ledger, elsewhere: Database) -> None:
    running, most_at_once, clock = 0, 0, SteppedClock()
    tills = [film_buyer(ledger, "this"), film_buyer(Ledger(elsewhere, clock, Random(8)), "that")]

    async def shoot(buyer: Buyer, part: str) -> None:
        nonlocal running, most_at_once

        async def place() -> Placed:
            nonlocal running, most_at_once
            running += 1
            most_at_once = max(most_at_once, running)
            return Placed()

        purchase = await buyer.buy(wanted(part), place)
        await asyncio.sleep(0.02)
        running -= 1
        await buyer.settle(purchase)

    await asyncio.gather(*(shoot(buyer, f"shot-{number}") for buyer in tills for number in range(10)))
    assert most_at_once == 2


async def test_four_hundred_shots_that_wait_leave_the_database_alone(database: Database) -> None:
    store, clock = LedgerStore(database), SteppedClock()
    asked = 0

    class Counted(LedgerStore):
        async def open(self, task_id: str, wanted: Wanted, caps: Caps) -> Any:
            nonlocal asked
            asked += 1
            return await super().open(task_id, wanted, caps)

    for part in ("one", "two"):
        assert isinstance(await store.open("film", wanted(part), Caps(film=PLENTY, day=PLENTY)), Purchase)
    counter = PurchaseService(Counted(database), clock, Random(7))
    waiting = [asyncio.create_task(buyer_of(counter).buy(wanted(f"shot-{n}"), Vendor(clock).take())) for n in range(400)]
    while clock.passed < 20:
        await asyncio.sleep(0.001)
    assert asked <= clock.passed + 1
    await stop(*waiting, again_seconds=0.1)
    assert all(one.cancelled() for one in waiting)


async def test_an_answer_outlasts_a_database_that_is_away(
    fresh_database: Database, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    name = fresh_database.url.split("?", maxsplit=1)[0].rsplit("/", maxsplit=1)[-1]

    async def turn(allowed: str) -> None:
        async with await psycopg.AsyncConnection.connect(server.url, autocommit=True) as connection:
            await connection.execute(f"alter database {name} allow_connections {allowed}".encode())
            await connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (name,))

    class Repairing(SteppedClock):
        async def sleep(self, seconds: float) -> None:
            await turn("true")
            await super().sleep(seconds)

    vendor = Vendor(SteppedClock())

    async def place() -> Placed:
        await turn("false")
        return await vendor.take()()

    ledger = Ledger(fresh_database, Repairing(), Random(7))
    purchase = await film_buyer(ledger).buy(wanted(), place)
    assert (purchase.stage, purchase.job, vendor.jobs) == (Stage.ACCEPTED, {"id": "job-1"}, ["job"])
    assert "the database is away" in caplog.text
    assert await ledger.open_purchases("film") == [purchase]


async def test_an_answer_that_cannot_be_stored_is_told_in_the_log_and_counts_as_bought(caplog: pytest.LogCaptureFixture) -> None:
    class Away(FakePurchaseStore):
        async def accept(self, purchase: Purchase, placed: Placed) -> Purchase:
            raise psycopg.OperationalError("the server is gone")

    clock = SteppedClock()
    store, vendor = Away(clock), Vendor(clock)
    with pytest.raises(psycopg.OperationalError):
        await FakeBuyer(clock, store=store).buy(wanted(), vendor.take())
    assert 29 <= clock.passed <= 31
    assert "took it as {'id': 'job-1'}" in caplog.text
    with pytest.raises(OutcomeUnknown):
        await FakeBuyer(clock, store=store).buy(wanted(), vendor.take())
    assert vendor.jobs == ["job"]


def test_the_verdict_is_read_from_the_books_alone() -> None:
    caps = Caps(film=Decimal(5), day=Decimal(25))
    free = Standing(film=Decimal(0), day=Decimal(0), running=0, minute=0, hour=0)
    at = datetime(2026, 11, 22, tzinfo=UTC)
    known = Purchase(
        number=1, task_id="film", provider="runway", model="gen4.5", part="p", request="r", stage=Stage.FAILED, most=Decimal(1), at=at
    )
    assert judge(wanted(), free, caps) is None
    failed = free.model_copy(update={"last": known, "kind": "KiwiError", "again": True, "failures": 3})
    assert type(judge(wanted(), failed, caps)) is ProviderError, "a kind that no provider raises is told as a provider's failure"


async def test_an_operator_finds_what_is_unknown_and_says_that_it_was_never_bought(ledger: Ledger) -> None:
    async def lost() -> Placed:
        raise OutcomeUnknown("The answer never came.")

    async def taken() -> Placed:
        return Placed(job={"id": "job"})

    buyer = film_buyer(ledger, "film")
    with pytest.raises(OutcomeUnknown):
        await buyer.buy(wanted(), lost)
    [unknown] = await ledger.unknown()
    assert (unknown.part, (await ledger.spending("film")).spent) == ("shot-1", Decimal("0.60"))
    with pytest.raises(OutcomeUnknown):
        await buyer.buy(wanted(), taken)
    assert await ledger.not_bought(unknown.number)
    assert not await ledger.not_bought(unknown.number)
    assert not await ledger.unknown()
    assert (await ledger.spending("film")).spent == 0
    assert (await buyer.buy(wanted(), taken)).stage is Stage.ACCEPTED
