-- Who works on a task, and until when nobody else may. Means nothing after a crash of the database, which frees every hold.
create unlogged table kiwi_lease (
    task_id text primary key,
    holder text not null,  -- the process
    pid integer not null,  -- of the database's backend that holds the task's lock
    attempt integer,  -- what it writes as; null: it has not begun
    stopping boolean not null default false,  -- it has heard that its work is no longer wanted
    until timestamptz not null
);

-- Processes that ended, or froze, while they made films: one row a film. What they say is judged by kiwi/tasks/crashes.py.
create table kiwi_crash (
    holder text not null,
    task_id text not null,
    attempt integer not null,
    seq integer not null,
    progress integer not null,  -- how far the film was
    froze boolean not null,  -- the process was still there, but no longer renewed its lease
    at timestamptz not null default clock_timestamp(),
    primary key (holder, task_id, attempt)
);

create index kiwi_crash_by_task on kiwi_crash (task_id);
create index kiwi_crash_by_time on kiwi_crash (at);

-- Whatever a transaction writes for an attempt that is over is not written.
create function kiwi_fence(task text, of_attempt integer) returns void language plpgsql as $$
begin
    perform from kiwi_task
    where id = task and attempt = of_attempt and status in ('processing', 'awaiting_review')
    for share;
    if not found then
        raise exception 'attempt % of task % is over', of_attempt, task using errcode = 'KW001';
    end if;
end
$$;
