-- Browsers that have shown a key once: of each the digest of what its cookie names, whose it is, and with which key it came in.
create table kiwi_session (
    digest bytea primary key,
    owner text not null,
    key text not null,
    key_digest bytea not null,
    expires_at timestamptz not null
);
-- What cookies are signed with, the same for all servers of the database.
create table kiwi_secret (
    name text primary key,
    secret bytea not null
);
