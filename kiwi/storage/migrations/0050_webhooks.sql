-- Where the client of a film wants to be told what becomes of it.
create table kiwi_webhook (
    task_id text primary key references kiwi_task (id) on delete cascade,
    url text not null
);

-- What is to be told, promised by the very statement that writes the event; what the event said is read from the log.
create table kiwi_delivery (
    number bigint generated always as identity unique,  -- what a page's cursor points at
    id text primary key default 'msg_' || replace(gen_random_uuid()::text, '-', ''),  -- the webhook-id, the same for every try
    task_id text not null references kiwi_task (id) on delete cascade,
    seq integer not null,  -- of the event that is told
    type text not null,
    url text not null,
    state text not null default 'waiting' check (state in ('waiting', 'delivered', 'failed')),
    turn integer not null default 0,  -- goes up with every job, so that an earlier one does nothing when it comes
    tries integer not null default 0,  -- in all
    round integer not null default 0,  -- tries since it was promised, or last asked for again
    status integer,  -- HTTP status of the latest answer; null: there was none
    error text not null default '',  -- why the latest try failed
    created_at timestamptz not null default clock_timestamp(),
    next_at timestamptz default clock_timestamp(),  -- of the next try; null: there is none
    delivered_at timestamptz,
    unique (task_id, seq)
);

-- What deliveries to an owner's receivers are signed with. At most one is in force and one retires.
create table kiwi_webhook_secret (
    number bigint generated always as identity primary key,
    owner text not null,
    secret text not null,
    created_at timestamptz not null default clock_timestamp(),
    retires_at timestamptz  -- until then it signs beside its successor; null: it is in force
);

create unique index kiwi_webhook_secret_by_owner on kiwi_webhook_secret (owner) where retires_at is null;
