"""What an owner has, weighed against what one owner may have: films waiting and running, dollars a day, megabytes."""

import asyncio
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from kiwi.access.owners import UNLIMITED
from kiwi.errors import DaySpent, TooManyFilms, TooManyMegabytes
from kiwi.money.verdict import dollars
from kiwi.settings import Settings
from kiwi.storage.assets import AssetStore
from kiwi.storage.database import Connection, Database

MEGABYTE = 2**20
WEIGHED_SECONDS = 30.0
"""So long is a film's folder not weighed again."""

LOCK_OWNER = "select pg_advisory_xact_lock(hashtextextended(%(owner)s, 1))"
"""One promise of an owner at a time is weighed against the limits, over all servers."""

COUNT = """
select count(*) as films from kiwi_task where owner = %(owner)s and status in ('pending', 'processing') and id <> %(id)s
"""

SPENT = """
select coalesce(sum(coalesce(cost, most)), 0) as spent from kiwi_purchase
where owner = %(owner)s and at >= date_trunc('day', clock_timestamp(), 'UTC')
"""

IDS = "select id from kiwi_task where owner = %(owner)s"

INHERIT = """
with conversation as (update kiwi_conversation set owner = %(heir)s where owner = %(owner)s),
secret as (
    update kiwi_webhook_secret set owner = %(heir)s
    where owner = %(owner)s and not exists (select from kiwi_webhook_secret h where h.owner = %(heir)s)
)
update kiwi_task t
set owner = %(heir)s,
    idempotency_key = case when exists (select from kiwi_task h where h.owner = %(heir)s and h.idempotency_key = t.idempotency_key)
        then null else t.idempotency_key end
where owner = %(owner)s
"""


@dataclass(frozen=True)
class Allowance:
    """What one owner of keys may have."""

    films: int
    """Waiting and running."""
    spend_day: Decimal
    """US dollars of a day, in UTC."""
    megabytes: int

    @classmethod
    def of(cls, settings: Settings) -> "Allowance":
        """As the operator has set it."""
        return cls(settings.owner_films, settings.owner_spend_day, settings.owner_mb)


@dataclass
class Scales:
    """Weighs the folders of films, and remembers for a while what they weighed."""

    data_folder: Path
    _known: dict[str, tuple[float, int]] = field(default_factory=dict)
    """By task: until when it is believed, and bytes."""

    async def weigh(self, task_ids: Iterable[str]) -> int:
        """Bytes on the disk of the films of these tasks."""
        return await asyncio.to_thread(self._weigh, tuple(task_ids))

    def _weigh(self, task_ids: tuple[str, ...]) -> int:
        now = time.monotonic()
        known = {task_id: entry for task_id, entry in self._known.items() if entry[0] > now}
        for task_id in task_ids:
            if task_id not in known:
                known[task_id] = now + WEIGHED_SECONDS, folder_bytes(AssetStore.of_task(self.data_folder, task_id).root)
        self._known = known
        return sum(known[task_id][1] for task_id in task_ids)


class Quotas:
    """What one owner has in a database and on the disk."""

    def __init__(self, database: Database, scales: Scales, owner: str, allowance: Allowance) -> None:
        self._database = database
        self._scales = scales
        self._owner = owner
        self._allowance = allowance

    @property
    def limited(self) -> bool:
        """Whether limits of its own hold for this owner: those of the whole server hold for everybody."""
        return self._owner not in UNLIMITED

    async def weigh(self) -> int:
        """Bytes on the disk of all films; 0 where nobody counts them."""
        if not self.limited:
            return 0
        async with self._database.pool.connection() as connection:
            rows = await (await connection.execute(IDS, {"owner": self._owner})).fetchall()
        return await self._scales.weigh(row["id"] for row in rows)

    async def check(self, connection: Connection, task_id: str, taken: int, *, buys: bool) -> None:
        """OverLimit unless one film more may be made, within the transaction that promises it.

        ``taken``: bytes on the disk, as weighed before; ``buys``: whether the film may cost anything.
        """
        if not self.limited:
            return
        if taken > self._allowance.megabytes * MEGABYTE:
            raise TooManyMegabytes(f"Your films take {self._allowance.megabytes:,} MB, which is the most (KIWI_OWNER_MB): delete some.")
        entry = {"owner": self._owner, "id": task_id}
        await connection.execute(LOCK_OWNER, entry)
        most = self._allowance.films
        if (await _row(connection, COUNT, entry))["films"] >= most:
            raise TooManyFilms(f"{most} of your films are waiting or being made, which is the most (KIWI_OWNER_FILMS): try again later.")
        cap = self._allowance.spend_day
        if buys and cap and (spent := (await _row(connection, SPENT, entry))["spent"]) >= cap:
            raise DaySpent(
                f"Your films of today have cost {dollars(spent)} of the {dollars(cap)} that they may (KIWI_OWNER_SPEND_DAY): "
                'come back after midnight UTC, or send "budget": 0 for a film that costs nothing.'
            )


async def bequeath(database: Database, owner: str, heir: str) -> None:
    """Give all films and conversations of an owner to another."""
    async with database.pool.connection() as connection:
        await connection.execute(INHERIT, {"owner": owner, "heir": heir})


def folder_bytes(folder: Path) -> int:
    """Bytes of all files in a folder; what vanishes meanwhile weighs nothing."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(place, name)).st_size
            except FileNotFoundError:
                continue
    return total


async def _row(connection: Connection, query: str, entry: Mapping[str, Any]) -> Mapping[str, Any]:
    return (await (await connection.execute(query.encode(), entry)).fetchall())[0]
