"""The SQL of the task table and its log; every write also notifies ``kiwi_event`` with the task's id."""

from kiwi.tasks.delivery_statements import QUEUE

FREE_OLD_KEY = """
update kiwi_task set idempotency_key = null
where owner = %(owner)s and idempotency_key = %(key)s and created_at < clock_timestamp() - interval '24 hours'
"""

SUBMIT = """
with task as (
    insert into kiwi_task (id, owner, brief, message, seq, idempotency_key, fingerprint)
    values (%(id)s, %(owner)s, %(brief)s, %(message)s, 1, %(key)s, %(fingerprint)s)
    on conflict (owner, idempotency_key) do nothing
    returning *
), event as (
    insert into kiwi_event (task_id, seq, attempt, at, type, changes)
    select id, seq, attempt, updated_at, 'progress',
        to_jsonb(task) - '{id,owner,number,brief,seq,attempt,idempotency_key,fingerprint,created_at,updated_at}'::text[]
    from task
)
select to_jsonb(task) - 'number' as task, pg_notify('kiwi_event', id) from task
"""

BY_KEY = "select to_jsonb(t) - 'number' as task from kiwi_task t where owner = %(owner)s and idempotency_key = %(key)s"

GET = "select to_jsonb(t) - 'number' as task from kiwi_task t where id = %(id)s"

GET_OWN = GET + " and owner = %(owner)s"
"""One statement, so that what is somebody else's takes as long to look up as what is not there."""

LOCK = GET + " for update"

PAGE = """
select to_jsonb(t) - 'number' as task, number from kiwi_task t
where (%(before)s::bigint is null or number < %(before)s) and (%(status)s::text is null or status = %(status)s)
    and (%(owner)s::text is null or owner = %(owner)s)
order by number desc limit %(limit)s
"""

COUNT = "select count(*) as number from kiwi_task where status = any(%(statuses)s)"

CHANGE = f"""
with task as (
    update kiwi_task t
    set (status, phase, progress, message, transcription, scenes, result, error, fault, estimate, cost, cancel_requested,
            understood, review, revision, rendered, seconds_left) = (
            select new.status, new.phase,
                case when %(again)s > 0 then new.progress else greatest(t.progress, new.progress) end,
                new.message, new.transcription, new.scenes, new.result, new.error, new.fault, new.estimate, new.cost,
                new.cancel_requested, new.understood, new.review, new.revision, new.rendered, new.seconds_left
            from jsonb_populate_record(t, %(changes)s) as new
        ),
        attempt = t.attempt + %(again)s, seq = t.seq + 1, updated_at = clock_timestamp()
    where t.id = %(id)s and t.attempt = %(attempt)s and t.status = any(%(statuses)s)
    returning t.*
), event as (
    insert into kiwi_event (task_id, seq, attempt, at, type, node, changes)
    select id, seq, attempt, updated_at, %(type)s, %(node)s, %(changes)s || jsonb_build_object('progress', progress) from task
    returning changes
), delivery as (
    insert into kiwi_delivery (task_id, seq, type, url)
    select task.id, task.seq, 'film.' || task.status, w.url from task join kiwi_webhook w on w.task_id = task.id
    where %(changes)s::jsonb ->> 'status' in ('awaiting_review', 'completed', 'failed', 'cancelled')
    returning *
), queued as ({QUEUE})
select to_jsonb(task) - 'number' as task, event.changes, pg_notify('kiwi_event', task.id) from task, event
"""  # noqa: S608 - constants
"""The webhook that tells an end is promised, and its job queued, by the statement that writes it."""

DELETE = """
with task as (delete from kiwi_task where id = %(id)s returning *)
select to_jsonb(task) - 'number' as task, pg_notify('kiwi_event', id) from task
"""

FIND = "select to_jsonb(t) - 'number' as task from kiwi_task t where t.id = any(%(ids)s)"

NEWS = """
select t.id, e.seq, e.attempt, e.at, e.type, e.node, e.changes
from unnest(%(ids)s::text[], %(seqs)s::integer[]) as known (id, seq)
join kiwi_task t on t.id = known.id
left join kiwi_event e on e.task_id = t.id and e.seq > known.seq
order by t.id, e.seq
"""

STOOD = """
select jsonb_build_object('id', t.id, 'owner', t.owner, 'brief', t.brief, 'created_at', t.created_at, 'updated_at', t.created_at,
                          'idempotency_key', t.idempotency_key, 'fingerprint', t.fingerprint)
    || coalesce((select jsonb_object_agg(change.key, change.value order by e.seq)
                 from kiwi_event e, jsonb_each(e.changes) as change
                 where e.task_id = t.id and e.seq <= %(after)s), '{}') as task
from kiwi_task t where t.id = %(id)s
"""

FOLLOWED = """
select seq, attempt, at, type, node, changes from kiwi_event
where task_id = %(id)s and seq > %(after)s order by seq limit %(limit)s
"""
