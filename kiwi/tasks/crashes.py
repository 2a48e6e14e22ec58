"""Crashes: which film breaks the program, judged by what was running whenever a process of it ended.

A process that is killed from outside takes its films with it, and they are innocent. So an end counts against a film only if nothing
else ran there, as long as the film has got no further since; and if other films' processes end as well, something else ends them.
"""

import contextlib
from dataclasses import dataclass

from kiwi.storage.database import Connection, Database
from kiwi.tasks.lease_statements import HELD, HOLDERS, LEASE_SECONDS

MOST_CRASHES = 3
"""So often may a film end its process, alone and without getting any further in between."""
MOST_OUTAGES = 20
"""So often may its process end or freeze, whatever it is that ends it: no film comes back for ever."""
MOST_FREEZES = 3
"""So often may its process freeze before it has to run alone."""
WINDOW_HOURS, ELSEWHERE_HOURS = 24, 1
"""How long a crash counts against its film, and how long one of others speaks for it."""

NOTE_CRASHES = f"""
insert into kiwi_crash (holder, task_id, attempt, seq, progress, froze)
select l.holder, t.id, l.attempt, t.seq, t.progress,
    exists (select from ({HOLDERS}) k where k.pid = l.pid and k.lock = hashtextextended(l.task_id, 0))
from kiwi_lease l join kiwi_task t on t.id = l.task_id and t.attempt = l.attempt and t.status = 'processing'
where l.holder = %(holder)s and l.task_id not in ({HELD})
    and l.until > (select max(until) from kiwi_lease where holder = %(holder)s) - interval '{LEASE_SECONDS} seconds'
    and l.until - interval '{LEASE_SECONDS} seconds' > pg_postmaster_start_time()
    and not exists (select from kiwi_lease o where o.holder = %(holder)s and o.task_id in ({HELD}))
on conflict do nothing
"""  # noqa: S608 - constants
"""Write down what a process was making when it ended. One that still holds something lives; a restarted database ended every hold."""

REFUTE = "delete from kiwi_crash where holder = %(holder)s and not froze"
"""A process that has lost a hold, but not its life, says so."""

FORGET_OLD = f"""
with old as (delete from kiwi_crash where at < clock_timestamp() - interval '{WINDOW_HOURS} hours')
delete from kiwi_lease where until < clock_timestamp() - interval '{WINDOW_HOURS} hours'
"""  # noqa: S608 - constants

CASE = f"""
with mine as (
    select c.froze, (select count(*) from kiwi_crash o where o.holder = c.holder and o.froze = c.froze) = 1 as alone
    from kiwi_crash c
    where c.task_id = %(id)s and c.at > clock_timestamp() - interval '{WINDOW_HOURS} hours'
        and not exists (select from kiwi_event e where e.task_id = c.task_id and e.seq > c.seq
            and ((e.changes ->> 'progress')::integer > c.progress or e.changes ->> 'status' = 'pending'))
)
select count(*) filter (where not froze) as crashes,
    count(*) filter (where not froze and alone) as alone,
    count(*) filter (where froze) as freezes,
    exists (
        select from kiwi_crash o where not o.froze and o.at > clock_timestamp() - interval '{ELSEWHERE_HOURS} hours'
            and o.holder not in (select holder from kiwi_crash where task_id = %(id)s)
    ) as elsewhere
from mine
"""  # noqa: S608 - constants
"""What happened to a film since it last got further, or was begun afresh."""


@dataclass(frozen=True)
class Case:
    """What there is against a film."""

    crashes: int = 0
    """Ends of its process without getting any further in between."""
    alone: int = 0
    """Of these, the ones when it ran alone."""
    freezes: int = 0
    """How often its process froze meanwhile."""
    elsewhere: bool = False
    """Processes ended lately that did not make it."""

    @property
    def suspect(self) -> bool:
        """Whether it has to run alone, to find out."""
        return self.crashes > 0 or self.freezes >= MOST_FREEZES

    @property
    def guilty(self) -> bool:
        """Whether it breaks the program."""
        return (self.alone >= MOST_CRASHES and not self.elsewhere) or self.crashes + self.freezes >= MOST_OUTAGES


class Crashes:
    """The crashes that a database knows of."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, connection: Connection, holder: str) -> None:
        """Write down what a process was making that is no more, or has frozen; once, however many see it."""
        await connection.execute(NOTE_CRASHES, {"holder": holder})
        await connection.execute(FORGET_OLD)

    async def case(self, task_id: str, connection: Connection | None = None) -> Case:
        """What there is against a film."""
        async with contextlib.nullcontext(connection) if connection else self._database.pool.connection() as asked:
            rows = await (await asked.execute(CASE, {"id": task_id})).fetchall()
        return Case(**rows[0])
