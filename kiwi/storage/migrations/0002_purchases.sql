-- What was bought of providers. Rows outlive their tasks: money is history.
create table kiwi_purchase (
    number bigint generated always as identity primary key,
    task_id text not null,
    provider text not null,
    model text not null,
    part text not null,
    request text not null,  -- digest; the same part and request of a task is bought once
    stage text not null default 'intended'
        check (stage in ('intended', 'accepted', 'settled', 'refused', 'failed', 'cancelled', 'unknown')),
    most numeric(14, 6) not null check (most >= 0 and most < 'Infinity'),  -- US dollars, as cost is
    cost numeric(14, 6) check (cost >= 0 and cost < 'Infinity'),  -- null: not known yet, so most may be charged
    job jsonb not null default '{}',
    failure text not null default '',
    failure_kind text not null default '',  -- class of the error
    again boolean not null default false,  -- a failure after which the same request may be bought another time
    at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp()
);

create index kiwi_purchase_by_request on kiwi_purchase (task_id, part, request, number);
create index kiwi_purchase_by_model on kiwi_purchase (provider, model, at);
create index kiwi_purchase_running on kiwi_purchase (provider, model, at) where stage in ('intended', 'accepted');
create index kiwi_purchase_by_time on kiwi_purchase (at);

-- Nothing that is claimed is given to two parts of one film.
create table kiwi_claim (
    task_id text not null,
    what text not null,
    part text not null,
    primary key (task_id, what)
);
