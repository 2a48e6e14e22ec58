"""Who this program is to its embedded PostgreSQL: a role with a password that owns its tables and has no power over the server.

The superuser that made the cluster cannot log in at all. What needs its rights is done here, in single-user mode, while the server is
down: for a new cluster before its first start, for one of an earlier version, in which this program was the superuser itself, once.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import quote

from kiwi.storage.assets import sync_file, sync_folder

ROLE, DATABASE = "kiwi_program", "postgres"
PASSWORD_FILE, RULES_FILE = "password", "pg_hba.conf"
PASSWORD_BYTES = 32

RULES = f"""\
# Written by this program, which would write it again. Nobody else logs in, not even the superuser.
local all {ROLE} scram-sha-256
local all all reject
host all all all reject
"""
TAKE_PLACE = (
    f"do $$ begin if not exists (select from pg_roles where rolname = '{ROLE}') then create role {ROLE}; end if; end $$",
    f"alter role {ROLE} login nosuperuser nocreaterole nocreatedb noreplication nobypassrls",
    f"alter database {DATABASE} owner to {ROLE}",
)
HAND_OVER = """
do $$
declare
    thing record;
    first_ours constant oid := 16384;  -- what came with the cluster has lower numbers
begin
    for thing in select oid::regclass as name from pg_class
        where oid >= first_ours and relkind in ('r', 'p', 'v', 'm', 'f') and relpersistence <> 't' and relowner <> 'the_role'::regrole
    loop
        execute format('alter table %s owner to the_role', thing.name);
    end loop;
    for thing in select oid::regclass as name from pg_class  -- those of a column went with its table
        where oid >= first_ours and relkind = 'S' and relowner <> 'the_role'::regrole
    loop
        execute format('alter sequence %s owner to the_role', thing.name);
    end loop;
    for thing in select oid::regprocedure as name from pg_proc where oid >= first_ours and proowner <> 'the_role'::regrole
    loop
        execute format('alter routine %s owner to the_role', thing.name);
    end loop;
    for thing in select oid::regtype as name from pg_type
        where oid >= first_ours and typowner <> 'the_role'::regrole
        and (typtype in ('e', 'd', 'r') or exists (select from pg_class where pg_class.oid = typrelid and relkind = 'c'))
    loop
        execute format('alter type %s owner to the_role', thing.name);
    end loop;
    for thing in select oid::regnamespace as name from pg_namespace
        where oid >= first_ours and nspowner <> 'the_role'::regrole and nspname not like 'pg\\_%'
    loop
        execute format('alter schema %s owner to the_role', thing.name);
    end loop;
end $$
""".replace("the_role", ROLE)
"""Makes whatever was made since the cluster was the role's."""


def is_in_place(home: Path, cluster: Path) -> bool:
    """Whether this program has its role in a cluster, and the superuser no way in."""
    rules = cluster / RULES_FILE
    return (home / PASSWORD_FILE).is_file() and rules.is_file() and rules.read_text(encoding="utf-8") == RULES


def renew_password(home: Path) -> list[str]:
    """Write a new password into its file; the statements that set up the role with it, for the superuser."""
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    owner = home.stat()
    _write(home / PASSWORD_FILE, f"*:*:*:{ROLE}:{password}\n", owner.st_uid)
    return [*TAKE_PLACE, f"alter role {ROLE} password '{password}'", HAND_OVER]


def write_rules(cluster: Path) -> None:
    """Let nobody but the role log in from the next start on."""
    _write(cluster / RULES_FILE, RULES, cluster.stat().st_uid)


def url_of(home: Path, sockets: Path) -> str:
    """How to connect as the role. The password is in a file, which libpq reads, so that it is in no message and no list of processes."""
    # an empty password, so that one from the environment, which is for another server, is not taken
    query = {"host": sockets, "password": "", "passfile": home / PASSWORD_FILE}
    return f"postgresql://{ROLE}@/{DATABASE}?" + "&".join(f"{name}={quote(str(value), safe='')}" for name, value in query.items())


def _write(path: Path, text: str, owner: int) -> None:
    """Replace a file that only its owner may read; whole, or not at all."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    os.chown(part, owner, -1)
    sync_file(part)
    part.replace(path)
    sync_folder(path.parent)
