"""The ledger: what was bought of providers, in PostgreSQL, and what may still be bought, over all processes."""

import asyncio
from collections.abc import Mapping
from decimal import Decimal
from random import Random
from typing import Any

from psycopg.types.json import Jsonb

from kiwi.clock import Clock
from kiwi.errors import ProviderError, StaleAttempt
from kiwi.money.buying import FilmBuyer, PurchaseService, micro
from kiwi.money.ledger_statements import (
    ACCEPT,
    CLAIM,
    CLOSE,
    FORGET,
    FORGET_OUTCOME,
    GIVE_UP,
    INTEND,
    LATEST,
    LOCK,
    NOT_BOUGHT,
    OPEN,
    OWNER_SPENT_TODAY,
    SETTLE,
    SPENDING,
    SPENT_TODAY,
    STANDING,
    UNKNOWN,
)
from kiwi.money.purchases import Buyer, Placed, Purchase, Spending, Stage, Wanted
from kiwi.money.verdict import ASKED_SECONDS, RUNNING_SECONDS, Caps, Standing, Wait, judge
from kiwi.storage.database import Connection, Database
from kiwi.storage.fencing import HELD

Row = Mapping[str, Any]


class Ledger:
    """All purchases; one per process. Every method may raise psycopg.OperationalError when the database is away."""

    def __init__(self, database: Database, clock: Clock, random: Random) -> None:
        self._database = database
        self._counter = PurchaseService(LedgerStore(database), clock, random)

    def buyer(self, task_id: str, cap: Decimal, day_cap: Decimal, budget: Decimal | None, owner_cap: Decimal | None = None) -> Buyer:
        """Where a film buys, within US dollars that it may cost, that all films of a day (UTC) may cost, and that its client allows.

        ``owner_cap`` is what all films of its owner may cost in a day, where owners are limited.
        """
        return FilmBuyer(self._counter, task_id, Caps(film=cap, day=day_cap, budget=budget, owner_day=owner_cap))

    async def spending(self, task_id: str) -> Spending:
        """What a film has cost so far; providers that charged nothing are left out."""
        rows = await self._rows(SPENDING, {"task_id": task_id})
        providers = {row["provider"]: row["spent"] for row in rows}
        return Spending(spent=sum(providers.values(), Decimal(0)), providers=providers)

    async def open_purchases(self, task_id: str) -> list[Purchase]:
        """The jobs that providers may still be working on, oldest first."""
        return [_purchase(row) for row in await self._rows(OPEN, {"task_id": task_id})]

    async def answered(self, task_id: str) -> None:
        """Wait until the providers that this process has asked for a film have answered, though nobody waits for the film any more."""
        await self._counter.answered(task_id)

    async def unknown(self) -> list[Purchase]:
        """The purchases whose outcome nobody knows, oldest first: an operator looks them up at the provider."""
        return [_purchase(row) for row in await self._rows(UNKNOWN, {})]

    async def not_bought(self, number: int) -> bool:
        """An operator has found that a purchase of unknown outcome was never made: it costs nothing and may be made. False: it is none."""
        return bool(await self._rows(NOT_BOUGHT, {"number": number}))

    async def mark_cancelled(self, purchase: Purchase, cost: Decimal) -> None:
        """It was called off at the provider, who charges ``cost``. May be repeated; what has come to an end stays as it is."""
        await self._counter.store.close(purchase, Stage.CANCELLED, cost=micro(cost))

    async def spent_today(self) -> Decimal:
        """US dollars of all films since midnight UTC, and what may still be charged for them."""
        spent: Decimal = (await self._rows(SPENT_TODAY, {}))[0]["spent"]
        return spent

    async def owner_spent_today(self, task_id: str) -> Decimal | None:
        """US dollars of all films of a film's owner since midnight UTC; None: nobody limits this owner."""
        rows = await self._rows(OWNER_SPENT_TODAY, {"task_id": task_id})
        return rows[0]["spent"] if rows else None

    async def forget(self, task_id: str) -> None:
        """Drop a deleted task's claims, and give its jobs up; its purchases stay, and what may still be charged for them counts."""
        async with self._database.pool.connection() as connection:
            await connection.execute(FORGET, {"task_id": task_id})
            await connection.execute(GIVE_UP, {"task_id": task_id})

    async def _rows(self, query: str, entry: Row) -> list[dict[str, Any]]:
        async with self._database.pool.connection() as connection:
            return await (await connection.execute(query.encode(), entry)).fetchall()


class LedgerStore:
    """The books in PostgreSQL. See PurchaseStore."""

    def __init__(self, database: Database) -> None:
        self._pool = database.pool
        self._judging = asyncio.Lock()
        """Of the pool's connections one at most waits for other processes."""

    async def find(self, task_id: str, wanted: Wanted) -> Purchase | None:
        async with self._pool.connection() as connection:
            return (await _latest(connection, _places(task_id, wanted)))[0]

    async def open(self, task_id: str, wanted: Wanted, caps: Caps) -> Purchase | Wait | ProviderError:
        places = _places(task_id, wanted)
        async with self._judging, self._pool.connection() as connection, connection.transaction():
            await connection.execute(LOCK)
            last, ended = await _latest(connection, places)
            if last is not None and last.stage is Stage.INTENDED:
                await connection.execute(FORGET_OUTCOME, {"number": last.number})
            counted = await (await connection.execute(STANDING, places)).fetchall()
            verdict = judge(wanted, Standing(last=last, **ended, **counted[0]), caps)
            if verdict is not None:
                return verdict
            hold = HELD.get()
            intended = await (await connection.execute(INTEND, places | {"attempt": hold and hold.attempt})).fetchall()
            if not intended:
                raise StaleAttempt(f"Another worker makes task {task_id}: nothing was bought.")
            return _purchase(intended[0])

    async def accept(self, purchase: Purchase, placed: Placed) -> Purchase:
        answer = {"number": purchase.number, "job": Jsonb(placed.job), "most": placed.most}
        async with self._pool.connection() as connection:
            return _purchase((await (await connection.execute(ACCEPT, answer)).fetchall())[0])

    async def close(
        self, purchase: Purchase, stage: Stage, failure: BaseException | None = None, *, cost: Decimal | None = None, again: bool = False
    ) -> None:
        words, kind = ("", "") if failure is None else (str(failure), type(failure).__name__)
        words = words.replace("\0", "").encode("utf-8", "replace").decode("utf-8")  # what PostgreSQL takes as text
        end = {"number": purchase.number, "stage": stage, "cost": cost, "failure": words, "kind": kind, "again": again}
        async with self._pool.connection() as connection:
            await connection.execute(CLOSE, end)

    async def settle(self, purchase: Purchase, cost: Decimal | None) -> None:
        async with self._pool.connection() as connection:
            await connection.execute(SETTLE, {"number": purchase.number, "cost": cost})

    async def claim(self, task_id: str, what: str, part: str) -> bool:
        async with self._pool.connection() as connection:
            rows = await (await connection.execute(CLAIM, {"task_id": task_id, "what": what, "part": part})).fetchall()
        return bool(rows[0]["ours"])


def _places(task_id: str, wanted: Wanted) -> dict[str, Any]:
    names = {"task_id": task_id, "provider": wanted.model.provider, "model": wanted.model.id}
    ages = {"asked_seconds": ASKED_SECONDS, "running_seconds": RUNNING_SECONDS}
    return names | ages | {"part": wanted.part, "request": wanted.request, "most": wanted.most}


def _purchase(row: Row) -> Purchase:
    return Purchase.model_validate({name: row[name] for name in Purchase.model_fields})


async def _latest(connection: Connection, places: Row) -> tuple[Purchase | None, dict[str, Any]]:
    """The latest purchase of a part and request, and what its failure was."""
    row = await (await connection.execute(LATEST, places)).fetchone()
    return (None, {}) if row is None else (_purchase(row), {"kind": row["failure_kind"], "again": row["again"]})
