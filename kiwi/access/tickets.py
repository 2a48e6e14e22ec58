"""Tickets: each opens the streams of named tasks for their owner, once, within a minute, on any server of the database."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from kiwi.access.keys import digest_of_key
from kiwi.storage.database import Database

TICKET_SECONDS = 60
TICKET_BYTES = 32

ISSUE = """
with expired as (delete from kiwi_ticket where expires_at < clock_timestamp() - interval '1 minute')
insert into kiwi_ticket (digest, owner, key, task_ids, expires_at)
values (%(digest)s, %(owner)s, %(key)s, %(task_ids)s, clock_timestamp() + %(seconds)s * interval '1 second')
"""
SPEND = """
delete from kiwi_ticket where digest = %(digest)s and task_ids = %(task_ids)s::text[] and expires_at > clock_timestamp()
returning owner, key
"""


@dataclass(frozen=True)
class Holder:
    """Who asked for a ticket, and with which key."""

    owner: str
    key: str
    """The key's prefix; empty: none that was given out."""


class Tickets:
    """The tickets that are still good."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def issue(self, holder: Holder, task_ids: Iterable[str]) -> str:
        """A ticket for the streams of these tasks, which the caller has found to be the holder's."""
        ticket = secrets.token_urlsafe(TICKET_BYTES)
        entry = {"digest": digest_of_key(ticket), "owner": holder.owner, "key": holder.key, "task_ids": sorted(set(task_ids))}
        async with self._database.pool.connection() as connection:
            await connection.execute(ISSUE, {**entry, "seconds": TICKET_SECONDS})
        return ticket

    async def spend(self, ticket: str, task_ids: Iterable[str]) -> Holder | None:
        """Who holds a ticket for exactly these tasks; afterwards it is good for nothing. None: it is no ticket, or no longer."""
        entry = {"digest": digest_of_key(ticket), "task_ids": sorted(set(task_ids))}
        async with self._database.pool.connection() as connection:
            rows = await (await connection.execute(SPEND, entry)).fetchall()
        return Holder(rows[0]["owner"], rows[0]["key"]) if rows else None
