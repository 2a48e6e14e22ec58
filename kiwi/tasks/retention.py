"""Keeping: which tasks are old by the database's clock, and a hold on one of them while it goes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from kiwi.storage.database import Connection, Database

RESTS = """
status not in ('pending', 'processing') and updated_at < clock_timestamp() - make_interval(days => %(days)s)
"""
OLD = f"select id from kiwi_task where {RESTS} order by number"  # noqa: S608 - constants
RECORDED = f"select id from kiwi_task where {RESTS} and brief #>> '{{recording,name}}' is not null order by number"  # noqa: S608
HOLD_OLD = f"select id from kiwi_task where id = %(id)s and {RESTS} for update skip locked"  # noqa: S608
EVERY = "select id from kiwi_task"
FORGET_TALKS = "delete from kiwi_conversation where updated_at < clock_timestamp() - make_interval(days => %(days)s) returning id"


@dataclass(frozen=True)
class Keep:
    """For how many days what is kept; 0: for ever."""

    days: int
    """Films and conversations, since they last changed."""
    recordings_days: int
    """Recordings of briefs, since their task last changed; at most as long as the films."""


async def old_tasks(database: Database, days: int) -> list[str]:
    """Tasks that nobody works on and that have not changed for so many days, the oldest first."""
    return await _ids(database, OLD, days)


async def old_recordings(database: Database, days: int) -> list[str]:
    """The same, of those whose brief was spoken."""
    return await _ids(database, RECORDED, days)


async def every_task(database: Database) -> list[str]:
    """All tasks there are."""
    return await _ids(database, EVERY, 0)


async def forget_conversations(database: Database, days: int) -> int:
    """Delete conversations in which nobody has said anything for so many days; how many there were."""
    return len(await _ids(database, FORGET_TALKS, days))


@asynccontextmanager
async def holding_old(database: Database, task_id: str, days: int) -> AsyncIterator[Connection | None]:
    """Keep an old task from being taken up again while the block runs; None: it was, meanwhile, or somebody else sweeps it.

    Whoever would retry it waits, and finds what the block has left of it.
    """
    async with database.pool.connection() as connection, connection.transaction():
        rows = await (await connection.execute(HOLD_OLD.encode(), {"id": task_id, "days": days})).fetchall()
        yield connection if rows else None


async def _ids(database: Database, query: str, days: int) -> list[str]:
    async with database.pool.connection() as connection:
        return [row["id"] for row in await (await connection.execute(query.encode(), {"days": days})).fetchall()]
