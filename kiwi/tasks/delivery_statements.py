"""The SQL of webhooks; that a film's end is told is promised by kiwi.statements.CHANGE."""

DELIVERIES, DELIVER = "webhooks", "deliver_webhook"
"""The queue of deliveries, and the name of their job."""

EXPECT = "insert into kiwi_webhook (task_id, url) values (%(task_id)s, %(url)s)"

DELIVERY = """
select d.id, d.task_id, d.seq, d.type, d.url, d.state, d.turn, d.tries, d.round, d.status, d.error, d.created_at, d.next_at, d.delivered_at,
    t.owner
from kiwi_delivery d join kiwi_task t on t.id = d.task_id
"""

DUE = DELIVERY + "where d.id = %(id)s and d.turn = %(turn)s and d.state = 'waiting'"

GET_OWN = DELIVERY + "where d.id = %(id)s and t.owner = %(owner)s"

PAGE = (
    DELIVERY.replace("select", "select d.number,", 1)
    + """
where t.owner = %(owner)s and (%(before)s::bigint is null or d.number < %(before)s)
    and (%(state)s::text is null or d.state = %(state)s) and (%(task_id)s::text is null or d.task_id = %(task_id)s)
order by d.number desc limit %(limit)s
"""
)

QUEUE = f"""
insert into procrastinate_jobs (queue_name, task_name, priority, args, scheduled_at)
select '{DELIVERIES}', '{DELIVER}', (tries = 0)::integer, jsonb_build_object('delivery_id', id, 'turn', turn), next_at from delivery
"""  # noqa: S608 - constants
"""News goes before what is tried again, lest one owner's dead receivers hold up everybody."""

TRIED = f"""
with delivery as (
    update kiwi_delivery
    set state = %(state)s, tries = tries + 1, round = round + 1, turn = turn + 1, status = %(status)s, error = %(error)s,
        next_at = clock_timestamp() + make_interval(secs => %(pause)s),
        delivered_at = case when %(state)s = 'delivered' then clock_timestamp() else delivered_at end
    where id = %(id)s and turn = %(turn)s and state = 'waiting'
    returning *
), queued as ({QUEUE} where next_at is not null)
select id from delivery
"""  # noqa: S608 - constants
"""How a try ended, and with it the job of the next one; without a pause there is none."""

AGAIN = f"""
with delivery as (
    update kiwi_delivery d
    set state = 'waiting', turn = d.turn + 1, round = 0, next_at = clock_timestamp()
    from kiwi_task t where t.id = d.task_id and d.id = %(id)s and t.owner = %(owner)s
    returning d.*
), queued as ({QUEUE})
select id from delivery
"""  # noqa: S608 - constants

LOCK_SECRETS = "select pg_advisory_xact_lock(hashtextextended(%(owner)s, 2))"

SECRETS = """
select secret, retires_at from kiwi_webhook_secret
where owner = %(owner)s and (retires_at is null or retires_at > clock_timestamp()) order by number desc
"""

RETIRE = """
with former as (delete from kiwi_webhook_secret where owner = %(owner)s and retires_at is not null)
update kiwi_webhook_secret set retires_at = clock_timestamp() + make_interval(secs => %(seconds)s)
where owner = %(owner)s and retires_at is null
"""

SIGN_WITH = "insert into kiwi_webhook_secret (owner, secret) values (%(owner)s, %(secret)s)"
