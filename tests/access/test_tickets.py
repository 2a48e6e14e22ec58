"""Tickets in the database; what they open over the wire is tried in tests/attacks."""

import asyncio

from kiwi.access.tickets import Holder, Tickets
from kiwi.storage.database import Database

ADA = Holder("ada", "kiwi_0123456789ab")


async def test_a_ticket_is_good_once_for_its_tasks(fresh_database: Database) -> None:
    tickets = Tickets(fresh_database)
    ticket = await tickets.issue(ADA, ["b", "a", "b"])
    for wrong, ids in ((ticket, ["a"]), (ticket, []), (ticket, ["a", "b", "c"]), (ticket + "0", ["a", "b"]), ("", ["a", "b"])):
        assert await tickets.spend(wrong, ids) is None
    assert await tickets.spend(ticket, ["b", "a"]) == ADA
    assert await tickets.spend(ticket, ["b", "a"]) is None


async def test_of_many_who_spend_a_ticket_at_once_one_gets_in(fresh_database: Database) -> None:
    context = [Tickets(fresh_database), Tickets(fresh_database)]
    ticket = await context[0].issue(ADA, ["a"])
    spent = await asyncio.gather(*(context[number % 2].spend(ticket, ["a"]) for number in range(20)))
    assert [holder for holder in spent if holder] == [ADA]


async def test_a_ticket_is_good_for_a_minute_and_swept_away_afterwards(fresh_database: Database) -> None:
    tickets = Tickets(fresh_database)
    ticket = await tickets.issue(ADA, ["a"])
    async with fresh_database.pool.connection() as connection:
        rows = await (await connection.execute("select expires_at - clock_timestamp() as left, digest from kiwi_ticket")).fetchall()
        assert 50 < rows[0]["left"].total_seconds() <= 60
        assert ticket.encode() not in bytes(rows[0]["digest"])
        await connection.execute("update kiwi_ticket set expires_at = clock_timestamp()")
        assert await tickets.spend(ticket, ["a"]) is None
        await connection.execute("update kiwi_ticket set expires_at = clock_timestamp() - interval '2 minutes'")
        await tickets.issue(ADA, ["b"])
        left = await (await connection.execute("select task_ids from kiwi_ticket")).fetchall()
    assert [row["task_ids"] for row in left] == [["b"]]
