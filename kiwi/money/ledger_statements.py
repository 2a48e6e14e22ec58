"""The SQL of the ledger; whatever is spent or may still be charged is ``coalesce(cost, most)``."""

from kiwi.access.owners import UNLIMITED

OWNER_DAY = """
select coalesce(sum(coalesce(cost, most)), 0) from kiwi_purchase
where owner = o.owner and at >= date_trunc('day', clock_timestamp(), 'UTC')
"""

OWNER_SPENT_TODAY = f"""
select ({OWNER_DAY}) as spent from kiwi_task o where o.id = %(task_id)s and o.owner not in {UNLIMITED}
"""  # noqa: S608 - constants
"""No row: nobody limits this film's owner."""

LOCK = """
set local lock_timeout = '5s';
set local idle_in_transaction_session_timeout = '10s';
select pg_advisory_xact_lock(1801025392)
"""
"""One purchase at a time is judged, over all processes; a frozen one holds the others up for ten seconds at most."""

LATEST = """
select * from kiwi_purchase
where task_id = %(task_id)s and part = %(part)s and request = %(request)s
order by number desc limit 1
"""

STANDING = f"""
with clock as materialized (select clock_timestamp() as now),
creates as (
    select count(*) filter (where at > now - interval '1 minute') as minute,
        count(*) as hour,
        extract(epoch from min(at) filter (where at > now - interval '1 minute') + interval '1 minute' - min(now)) as minute_ends,
        extract(epoch from min(at) + interval '1 hour' - min(now)) as hour_ends
    from kiwi_purchase, clock
    where provider = %(provider)s and model = %(model)s and at > now - interval '1 hour'
)
select
    (select count(*) from kiwi_purchase
        where task_id = %(task_id)s and part = %(part)s and request = %(request)s and stage = 'failed') as failures,
    (select coalesce(sum(coalesce(cost, most)), 0) from kiwi_purchase where task_id = %(task_id)s) as film,
    (select coalesce(sum(coalesce(cost, most)), 0) from kiwi_purchase, clock where at >= date_trunc('day', now, 'UTC')) as day,
    ({OWNER_SPENT_TODAY}) as owner_day,
    (select count(*) from clock, kiwi_purchase p left join kiwi_task t on t.id = p.task_id
        where provider = %(provider)s and model = %(model)s and stage in ('intended', 'accepted')
            and at > now - case stage when 'intended' then %(asked_seconds)s else %(running_seconds)s end * interval '1 second'
            and (t.status is null or t.status in ('pending', 'processing', 'awaiting_review'))) as running,
    minute, hour, coalesce(minute_ends, 0) as minute_ends, coalesce(hour_ends, 0) as hour_ends
from creates
"""  # noqa: S608 - constants

INTEND = """
insert into kiwi_purchase (task_id, owner, provider, model, part, request, most)
select %(task_id)s, (select owner from kiwi_task where id = %(task_id)s), %(provider)s, %(model)s, %(part)s, %(request)s, %(most)s
where %(attempt)s::integer is null
    or exists (select from kiwi_task where id = %(task_id)s and attempt = %(attempt)s and status = 'processing')
returning *
"""
"""Whoever has lost its task buys nothing for it."""

FORGET_OUTCOME = (
    "update kiwi_purchase set stage = 'unknown', updated_at = clock_timestamp() where number = %(number)s and stage = 'intended'"
)

ACCEPT = """
update kiwi_purchase
set stage = case when stage in ('intended', 'unknown') then 'accepted' else stage end,
    failure = case when stage in ('intended', 'unknown') then '' else failure end,
    job = %(job)s, most = coalesce(%(most)s, most), updated_at = clock_timestamp()
where number = %(number)s
returning *
"""

CLOSE = """
update kiwi_purchase
set stage = %(stage)s, cost = %(cost)s, failure = %(failure)s, failure_kind = %(kind)s, again = %(again)s, updated_at = clock_timestamp()
where number = %(number)s and stage in ('intended', 'accepted', 'unknown')
"""

SETTLE = """
update kiwi_purchase
set stage = 'settled', cost = coalesce(%(cost)s, case when stage = 'settled' then cost end),
    failure = '', failure_kind = '', updated_at = clock_timestamp()
where number = %(number)s
"""

CLAIM = """
insert into kiwi_claim (task_id, what, part) values (%(task_id)s, %(what)s, %(part)s)
on conflict (task_id, what) do update set part = kiwi_claim.part
returning part = %(part)s as ours
"""

SPENDING = """
select provider, sum(coalesce(cost, most)) as spent from kiwi_purchase
where task_id = %(task_id)s
group by provider having sum(coalesce(cost, most)) > 0
order by provider
"""

OPEN = "select * from kiwi_purchase where task_id = %(task_id)s and stage = 'accepted' order by number"

SPENT_TODAY = """
select coalesce(sum(coalesce(cost, most)), 0) as spent from kiwi_purchase where at >= date_trunc('day', clock_timestamp(), 'UTC')
"""

FORGET = "delete from kiwi_claim where task_id = %(task_id)s"

GIVE_UP = """
update kiwi_purchase set stage = 'cancelled', updated_at = clock_timestamp()
where task_id = %(task_id)s and stage in ('intended', 'accepted')
"""
"""Nobody can ask for these jobs any more; they take no places of their models from others."""

UNKNOWN = "select * from kiwi_purchase where stage = 'unknown' order by number"

NOT_BOUGHT = """
update kiwi_purchase set stage = 'refused', cost = 0, updated_at = clock_timestamp()
where number = %(number)s and stage = 'unknown'
returning *
"""
