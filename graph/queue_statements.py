"""The SQL of the queue: procrastinate's jobs beside our tasks and leases."""

from kiwi.tasks.lease_statements import HELD

FILMS, JOB = "films", "make_film"
"""The queue, and the job in it."""

COUNT_WAITING = "select count(*) as number from kiwi_task where status = 'pending'"

TAKE_SECONDS = 1
"""What a worker gets to take a task's thread once it has fetched its job."""

STALLED = f"""
select j.id, t.id as task_id, t.status in ('pending', 'processing') as wanted, j.args, l.holder
from procrastinate_jobs j left join kiwi_task t on t.id = j.args ->> 'task_id' left join kiwi_lease l on l.task_id = t.id
where j.task_name = '{JOB}' and j.status = 'doing' and j.args ->> 'task_id' not in ({HELD})
    and not exists (select from procrastinate_events e
        where e.job_id = j.id and e.type = 'started' and e.at > clock_timestamp() - interval '{TAKE_SECONDS} seconds')
"""  # noqa: S608 - constants
"""Jobs of workers that hold their task's thread no more."""

ORPHANS = f"""
select t.id as task_id from kiwi_task t
where t.status in ('pending', 'processing') and t.updated_at < clock_timestamp() - interval '30 seconds'
    and t.id not in ({HELD})
    and not exists (select from procrastinate_jobs j
        where j.task_name = '{JOB}' and j.status in ('todo', 'doing') and j.args ->> 'task_id' = t.id)
"""  # noqa: S608 - constants
"""Tasks that are promised and that nobody is going to make: their program ended without having queued them."""

TAKE_BACK = """
delete from procrastinate_jobs
where id in (select id from procrastinate_jobs where id = %(id)s and status = 'doing' for update skip locked)
returning id
"""
