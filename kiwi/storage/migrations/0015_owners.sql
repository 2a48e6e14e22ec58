-- Whose it is. 'local': what was made while no key was configured; 'operator': what came with a key of KIWI_API_KEYS.
alter table kiwi_task add column owner text not null default 'local';
alter table kiwi_task drop constraint kiwi_task_idempotency_key_key;
create unique index kiwi_task_by_key on kiwi_task (owner, idempotency_key);
create index kiwi_task_by_owner on kiwi_task (owner, number);

alter table kiwi_conversation add column owner text not null default 'local';

alter table kiwi_purchase add column owner text;  -- null: bought before there were owners, or for a film that was gone already
create index kiwi_purchase_by_owner on kiwi_purchase (owner, at);

-- Keys that were given out. A row is never deleted: where a key was ever made, a key is asked for.
create table kiwi_key (
    prefix text primary key,  -- what is shown of it
    digest bytea not null,  -- SHA-256 of the whole key, which nobody keeps
    owner text not null,
    scopes text[] not null,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz,
    revoked_at timestamptz
);

-- Tickets that are still good: whoever spends one deletes it, so it is good once, on whatever server, across restarts.
create table kiwi_ticket (
    digest bytea primary key,  -- SHA-256
    owner text not null,
    key text not null,  -- the prefix of the key it was asked for with; empty: none that was given out
    task_ids text[] not null check (cardinality(task_ids) > 0),  -- sorted
    expires_at timestamptz not null
);

create index kiwi_ticket_by_time on kiwi_ticket (expires_at);
