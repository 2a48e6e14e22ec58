"""The SQL of leases. A task is held by whoever has its lock in the database **and** a lease that has not lapsed.

The lock goes within milliseconds when a process dies; the lease lapses when one freezes, whose lock the next holder then takes away.
"""

LEASE_SECONDS = 8
"""After so long without a sign of life its holder counts as frozen."""

HOLDERS = """
select pid, (classid::bigint << 32) | objid::bigint as lock from pg_locks
where locktype = 'advisory' and objsubid = 1 and granted
    and database = (select oid from pg_database where datname = current_database())
"""

HELD = f"""
select l.task_id from kiwi_lease l join ({HOLDERS}) k on k.pid = l.pid and k.lock = hashtextextended(l.task_id, 0)
where l.until > clock_timestamp()
"""  # noqa: S608 - constants
"""The tasks that are held."""

IS_HELD = f"select exists ({HELD} and l.task_id = %(id)s) as so"

IS_STOPPING = f"select exists ({HELD} and l.task_id = %(id)s and l.stopping) as so"

TAKE = f"""
with lock as materialized (select pg_try_advisory_lock(hashtextextended(%(id)s, 0)) as ours),
lease as (
    insert into kiwi_lease (task_id, holder, pid, until)
    select %(id)s, %(holder)s, pg_backend_pid(), clock_timestamp() + interval '{LEASE_SECONDS} seconds' from lock where ours
    on conflict (task_id) do update
    set holder = excluded.holder, pid = excluded.pid, until = excluded.until, attempt = null, stopping = false
)
select ours as so from lock
"""  # noqa: S608 - constants

BREAK = f"""
select pg_terminate_backend(k.pid, 1000) as so from ({HOLDERS}) k join pg_stat_activity a on a.pid = k.pid
where k.lock = hashtextextended(%(id)s, 0) and k.pid <> pg_backend_pid() and a.usename = current_user
    and (%(anyway)s or (
        a.backend_start < clock_timestamp() - interval '{LEASE_SECONDS} seconds'
        and not exists (select from kiwi_lease l where l.task_id = %(id)s and l.pid = k.pid and l.until > clock_timestamp())))
"""  # noqa: S608 - constants
"""Take the lock from a holder whose lease has lapsed; one that froze before it had a lease gets as long."""

OURS = "where task_id = %(id)s and holder = %(holder)s and pid = pg_backend_pid()"

RENEW = f"""
update kiwi_lease set until = clock_timestamp() + interval '{LEASE_SECONDS} seconds' {OURS} returning true as so
"""  # noqa: S608 - constants

BEGIN = f"update kiwi_lease set attempt = %(attempt)s {OURS} returning true as so"  # noqa: S608 - constants

SAY_STOPPING = f"update kiwi_lease set stopping = true {OURS} returning true as so"  # noqa: S608 - constants

LET_GO = f"""
with lease as (delete from kiwi_lease {OURS})
select pg_advisory_unlock(hashtextextended(%(id)s, 0)) as so
"""  # noqa: S608 - constants
