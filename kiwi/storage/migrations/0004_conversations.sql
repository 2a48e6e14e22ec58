-- What a client says before there is a film. talk holds the messages and what was understood of them.
create table kiwi_conversation (
    id text primary key,
    version integer not null check (version > 0),  -- goes up with every change, so that none is lost to another
    talk jsonb not null,
    task_id text references kiwi_task (id) on delete set null,  -- the latest film's
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp()
);

create index kiwi_conversation_by_task on kiwi_conversation (task_id);
