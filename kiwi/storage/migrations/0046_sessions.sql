-- Browsers that have shown a key once; a cookie stands for it until it ends, is revoked, or its key opens nothing any more.
create table kiwi_session (
    digest bytea primary key,  -- SHA-256 of what the cookie names
    owner text not null,
    key text not null,  -- the prefix of the key that was shown; empty: none that was given out
    key_digest bytea not null,  -- SHA-256 of that key
    expires_at timestamptz not null
);

create index kiwi_session_by_time on kiwi_session (expires_at);

-- What cookies are signed with, the same on all servers of the database.
create table kiwi_secret (
    name text primary key,
    secret bytea not null
);
