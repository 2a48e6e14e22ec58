"""Deliveries: what was promised to be told to an owner's receivers, what came of it, and the secrets that sign it."""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from kiwi.errors import NoSuchDelivery
from kiwi.film.value import Value
from kiwi.storage.cursors import read_cursor, write_cursor
from kiwi.storage.database import Connection, Database
from kiwi.tasks.delivery_statements import AGAIN, DUE, EXPECT, GET_OWN, LOCK_SECRETS, PAGE, RETIRE, SECRETS, SIGN_WITH, TRIED
from kiwi.tasks.table import Enqueue

ROTATION_SECONDS = 24 * 3600
"""So long does a secret that was replaced sign beside its successor."""
SECRET_BYTES = 32


class State(StrEnum):
    """How far a delivery is."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


class Delivery(Value):
    """One event of a film, to be told to one address. Times are the database's, in UTC."""

    id: str
    """The ``webhook-id``, the same for every try."""
    task_id: str
    owner: str
    seq: int
    """Of the event in the task's log."""
    type: str
    """Such as ``film.completed``."""
    url: str
    state: State
    turn: int
    """Of the job that may try it."""
    tries: int
    round: int
    """Tries since it was promised, or last asked for again."""
    status: int | None
    """HTTP status of the latest answer; None: there was none."""
    error: str
    """Why the latest try failed; empty: it did not."""
    created_at: datetime
    next_at: datetime | None
    """Of the next try; None: there is none."""
    delivered_at: datetime | None


class Secrets(Value):
    """What deliveries to an owner's receivers are signed with."""

    current: str
    """``whsec_`` and base64, as libraries of Standard Webhooks take it."""
    former: str | None = None
    """Signs, too, until ``former_until``, so that receivers can change over."""
    former_until: datetime | None = None

    @property
    def signing(self) -> tuple[str, ...]:
        """All that sign now."""
        return (self.current, self.former) if self.former else (self.current,)


def expecting(url: str) -> Enqueue:
    """What notes, within the transaction that writes a new task, where its end is to be told."""

    async def expect(connection: Connection, task_id: str) -> None:
        await connection.execute(EXPECT, {"task_id": task_id, "url": url})

    return expect


class Deliveries:
    """The deliveries of all owners, in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, delivery_id: str, turn: int) -> Delivery | None:
        """The delivery that a job of this turn is to try; None: it is delivered, gone or another job's."""
        async with self._database.pool.connection() as connection:
            row = await (await connection.execute(DUE.encode(), {"id": delivery_id, "turn": turn})).fetchone()
        return None if row is None else Delivery.model_validate(row)

    async def tried(self, delivery: Delivery, state: State, *, status: int | None, error: str = "", pause: float | None = None) -> None:
        """Write down how a try ended, and queue the next after a pause in seconds; nothing if another job has done so."""
        entry = {"id": delivery.id, "turn": delivery.turn, "state": state, "status": status, "error": error, "pause": pause}
        async with self._database.pool.connection() as connection:
            await connection.execute(TRIED.encode(), entry)

    async def list(
        self, owner: str, limit: int = 50, cursor: str | None = None, state: State | None = None, task_id: str | None = None
    ) -> tuple[Sequence[Delivery], str | None]:
        """An owner's deliveries, newest first, and where the next page begins. BadBrief for a strange cursor."""
        before = None if cursor is None else read_cursor(cursor)
        entry = {"owner": owner, "limit": limit + 1, "before": before, "state": state, "task_id": task_id}
        async with self._database.pool.connection() as connection:
            rows = await (await connection.execute(PAGE.encode(), entry)).fetchall()
        numbers = [row.pop("number") for row in rows]
        return [Delivery.model_validate(row) for row in rows[:limit]], write_cursor(numbers[limit - 1]) if len(rows) > limit else None

    async def get(self, owner: str, delivery_id: str) -> Delivery:
        """One of an owner's deliveries; NoSuchDelivery."""
        async with self._database.pool.connection() as connection:
            row = await (await connection.execute(GET_OWN.encode(), {"id": delivery_id, "owner": owner})).fetchone()
        if row is None:
            raise no_such_delivery(delivery_id)
        return Delivery.model_validate(row)

    async def again(self, owner: str, delivery_id: str) -> Delivery:
        """Try one of an owner's deliveries at once, and as often as a new one, however it stands. NoSuchDelivery."""
        async with self._database.pool.connection() as connection:
            row = await (await connection.execute(AGAIN.encode(), {"id": delivery_id, "owner": owner})).fetchone()
        if row is None:
            raise no_such_delivery(delivery_id)
        return await self.get(owner, delivery_id)

    async def secrets(self, owner: str) -> Secrets:
        """What an owner's deliveries are signed with; made when it is first asked for."""
        async with self._database.pool.connection() as connection:
            if (known := await _secrets(connection, owner)) is not None:
                return known
            return await self._new_secret(connection, owner, only_first=True)

    async def rotate(self, owner: str) -> Secrets:
        """Replace an owner's secret; the former signs for a day more."""
        async with self._database.pool.connection() as connection:
            return await self._new_secret(connection, owner, only_first=False)

    async def _new_secret(self, connection: Connection, owner: str, *, only_first: bool) -> Secrets:
        entry = {"owner": owner, "seconds": ROTATION_SECONDS, "secret": new_secret()}
        async with connection.transaction():
            await connection.execute(LOCK_SECRETS, entry)
            if not (only_first and await _secrets(connection, owner)):
                await connection.execute(RETIRE, entry)
                await connection.execute(SIGN_WITH, entry)
            made = await _secrets(connection, owner)
        assert made is not None
        return made


def new_secret() -> str:
    """A secret that nobody guesses."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def no_such_delivery(delivery_id: str) -> NoSuchDelivery:
    """The error for an id that names no delivery."""
    return NoSuchDelivery(f"There is no delivery {delivery_id[:64]!r}.")


async def _secrets(connection: Connection, owner: str) -> Secrets | None:
    rows = await (await connection.execute(SECRETS, {"owner": owner})).fetchall()
    current = [row["secret"] for row in rows if row["retires_at"] is None]
    if not current:
        return None
    former = [row for row in rows if row["retires_at"] is not None]
    return Secrets(
        current=current[0],
        former=former[0]["secret"] if former else None,
        former_until=former[0]["retires_at"] if former else None,
    )
