-- The promise to a client. Its row is always the fold of its events.
create table kiwi_task (
    id text primary key,
    number bigint generated always as identity unique,  -- order of arrival; what a page's cursor points at
    status text not null default 'pending'
        check (status in ('pending', 'processing', 'completed', 'failed', 'cancelled', 'awaiting_review')),
    phase text not null default 'understanding'
        check (phase in ('understanding', 'planning', 'execution', 'completed')),
    progress integer not null default 0 check (progress between 0 and 100),
    message text not null default '',
    brief jsonb not null,
    transcription text,
    scenes jsonb not null default '[]',
    result jsonb,
    error text,
    attempt integer not null default 1,
    seq integer not null default 0,  -- of its latest event
    cancel_requested boolean not null default false,
    idempotency_key text unique,  -- emptied when another task takes the key after a day
    fingerprint text,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp()
);

create index kiwi_task_by_status on kiwi_task (status, number);

-- The one log that every watcher reads. seq is dense from 1; changes holds the fields that changed, as they became.
create table kiwi_event (
    task_id text not null references kiwi_task (id) on delete cascade,
    seq integer not null,
    attempt integer not null,
    at timestamptz not null,
    type text not null check (type in ('progress', 'complete', 'error')),
    node text not null default '',
    changes jsonb not null,
    primary key (task_id, seq)
);
