"""PurchaseStore, time and vendors to buy from: in memory and in PostgreSQL, so that one suite holds for both."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Protocol

from kiwi.money.buying import FilmBuyer, PurchaseService, PurchaseStore
from kiwi.money.catalogue import Model
from kiwi.money.ledger import LedgerStore
from kiwi.money.purchases import Placed, Purchase, Wanted
from kiwi.money.verdict import Caps
from kiwi.storage.database import Database
from tests.buyers import FakePurchaseStore
from tests.clocks import SteppedClock

GEN = Model(provider="runway", id="gen4.5", kind="video", unit="second", price=Decimal("0.12"), concurrent=2, source="test")
PLENTY = Decimal(1_000)


def wanted(part: str = "shot-1", *, most: str = "0.60", request: str = "", model: Model = GEN) -> Wanted:
    return Wanted(model=model, part=part, request=request or f"digest of {part}", most=Decimal(most))


class Shop(Protocol):
    """PurchaseStore, the time in which they live, and processes that buy."""

    clock: SteppedClock
    store: PurchaseStore

    async def pass_time(self, seconds: float) -> None: ...

    async def date(self, purchase: Purchase, *, before_midnight: timedelta) -> None: ...

    async def rows(self) -> list[Purchase]: ...

    async def end(self, film: str) -> None: ...


class MemoryShop:
    def __init__(self) -> None:
        self.clock = SteppedClock()
        self.memory = FakePurchaseStore(self.clock)
        self.store: PurchaseStore = self.memory

    async def pass_time(self, seconds: float) -> None:
        self.clock.forward(seconds)

    async def date(self, purchase: Purchase, *, before_midnight: timedelta) -> None:
        midnight = self.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
        self.memory._change(purchase, at=midnight - before_midnight)

    async def rows(self) -> list[Purchase]:
        return self.memory.purchases

    async def end(self, film: str) -> None:
        self.memory.ended.add(film)


class LedgerClock(SteppedClock):
    """As its hands move, everything in the database grows older."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.aged = 0.0
        self._database = database

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        await self.age()

    async def age(self) -> None:
        grown, self.aged = self.passed - self.aged, self.passed
        async with self._database.pool.connection() as connection:
            await connection.execute("update kiwi_purchase set at = at - %s", (timedelta(seconds=grown),))


class LedgerShop:
    def __init__(self, database: Database) -> None:
        self.clock = self.flow = LedgerClock(database)
        self.store: PurchaseStore = LedgerStore(database)
        self._database = database

    async def pass_time(self, seconds: float) -> None:
        self.clock.forward(seconds)
        await self.flow.age()

    async def date(self, purchase: Purchase, *, before_midnight: timedelta) -> None:
        change = "update kiwi_purchase set at = date_trunc('day', now(), 'UTC') - %s where number = %s"
        async with self._database.pool.connection() as connection:
            await connection.execute(change, (before_midnight, purchase.number))

    async def rows(self) -> list[Purchase]:
        async with self._database.pool.connection() as connection:
            rows = await (await connection.execute("select * from kiwi_purchase order by number")).fetchall()
        return [Purchase.model_validate({name: row[name] for name in Purchase.model_fields}) for row in rows]

    async def end(self, film: str) -> None:
        async with self._database.pool.connection() as connection:
            await connection.execute("insert into kiwi_task (id, brief, status) values (%s, '{}', 'failed')", (film,))


def process(shop: Shop, store: PurchaseStore | None = None) -> PurchaseService:
    """What one process has of its own; a new one knows nothing but the books."""
    return PurchaseService(store or shop.store, shop.clock, Random(7))


def buyer_of(
    counter: PurchaseService, film: str = "film", *, cap: Decimal = PLENTY, day: Decimal = PLENTY, budget: Decimal | None = None
) -> FilmBuyer:
    return FilmBuyer(counter, film, Caps(film=cap, day=day, budget=budget))


class Vendor:
    """Takes jobs, and counts them."""

    def __init__(self, clock: SteppedClock, seconds: float = 0.0) -> None:
        self.jobs: list[str] = []
        self.clock = clock
        self.seconds = seconds
        self.asked = asyncio.Event()
        self.answers = asyncio.Event()
        self.answers.set()

    def take(self, part: str = "job", failure: BaseException | None = None) -> Callable[[], Awaitable[Placed]]:
        async def place() -> Placed:
            self.asked.set()
            if self.seconds:
                await self.clock.sleep(self.seconds)
            await self.answers.wait()
            self.jobs.append(part)
            if failure is not None:
                raise failure
            return Placed(job={"id": f"{part}-{len(self.jobs)}"})

        return place
