"""One PostgreSQL for tasks, events, queue and checkpoints: the operator's by URL, or the embedded one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from procrastinate.schema import SchemaManager
from psycopg import AsyncConnection
from psycopg.errors import IdleInTransactionSessionTimeout
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

from kiwi.errors import SetupIncomplete
from kiwi.storage.postgres import open_postgres

OLDEST_SERVER = 14
MIGRATIONS = Path(__file__).parent / "migrations"
QUEUE_PREFIX = "procrastinate/"
MOST_CONNECTIONS = 10
PATIENCE_SECONDS = 5.0
SLEEP_SECONDS = 5
"""A process that freezes within a transaction holds up for so long at most whoever wants the same row."""
DEAF_SECONDS = 8
"""After so long without a sign from the other machine a connection that something was sent on counts as cut."""
MIGRATION_LOCK = 0x6B697769
"""The advisory lock under which one process at a time changes the schema."""

REMEMBER_MIGRATIONS = """
create table if not exists kiwi_migration (name text primary key, applied_at timestamptz not null default now())
"""

Connection = AsyncConnection[DictRow]


class Pool(AsyncConnectionPool[Connection]):
    """Connections for short statements."""

    @asynccontextmanager
    async def connection(self, timeout: float | None = None) -> AsyncIterator[Connection]:  # noqa: ASYNC109 - the pool's own signature
        """What ends a transaction that its process slept through is a cut like any other."""
        try:
            async with super().connection(timeout) as connection:
                yield connection
        except IdleInTransactionSessionTimeout as cut:
            raise psycopg.OperationalError(str(cut)) from cut


@dataclass(frozen=True)
class Database:
    """An open PostgreSQL: ``pool`` for short statements, ``url`` for whoever needs connections of their own.

    While the database is away, ``pool.connection()`` raises psycopg.OperationalError after five seconds.
    """

    url: str
    pool: Pool

    async def connect(self) -> Connection:
        """A connection of the caller's own, which the caller closes; autocommit, rows as dicts."""
        return await AsyncConnection.connect(
            self.url,
            autocommit=True,
            row_factory=dict_row,
            connect_timeout=int(PATIENCE_SECONDS),
            tcp_user_timeout=DEAF_SECONDS * 1000,
        )

    async def migrate(self) -> None:
        """Bring our tables and the queue's up to date; several processes may do so at once.

        SetupIncomplete if the database was written by a later version of this program.
        """
        async with await self.connect() as connection:
            await connection.execute("select pg_advisory_lock(%s)", (MIGRATION_LOCK,))
            await connection.execute(REMEMBER_MIGRATIONS)
            applied = {row["name"] for row in await (await connection.execute("select name from kiwi_migration")).fetchall()}
            ours, queue = await asyncio.to_thread(_scripts)
            if unknown := sorted(applied - ours.keys() - queue.keys()):
                raise SetupIncomplete(f"The database was written by a later version of this program ({unknown[-1]}): install that version.")
            await _apply(connection, {name: script for name, script in ours.items() if name not in applied})
            await _apply(connection, await _plan_queue(connection, queue, applied))


@asynccontextmanager
async def open_database(url: str | None, folder: Path) -> AsyncIterator[Database]:
    """Open the PostgreSQL at ``url``, or without one the embedded server of a data folder, and bring its tables up to date.

    SetupIncomplete if it cannot be reached or is older than version 14.
    """
    if url:
        async with _open_pool(url) as database:
            yield database
    else:
        async with open_postgres(folder) as embedded, _open_pool(embedded) as database:
            yield database


@asynccontextmanager
async def _open_pool(url: str) -> AsyncIterator[Database]:
    await _check_server(url)

    async def check(connection: Connection) -> None:
        try:
            await connection.execute("")
        except psycopg.OperationalError:  # the server was restarted, so every other connection is cut as well
            await pool.drain()
            raise

    pool = Pool(
        url,
        min_size=1,
        max_size=MOST_CONNECTIONS,
        timeout=PATIENCE_SECONDS,
        kwargs={"autocommit": True, "row_factory": dict_row},
        configure=_configure,
        check=check,
        reconnect_timeout=PATIENCE_SECONDS,  # the pool's pauses double: begin anew rather than sleep on after a long outage
        open=False,
    )
    async with pool:
        database = Database(url, pool)
        await database.migrate()
        yield database


async def _check_server(url: str) -> None:
    try:
        async with await AsyncConnection.connect(url, connect_timeout=int(PATIENCE_SECONDS)) as connection:
            version = connection.info.server_version // 10_000
    except psycopg.Error as trouble:
        raise SetupIncomplete(f"The database cannot be reached: {' '.join(str(trouble).split())}") from trouble
    if version < OLDEST_SERVER:
        raise SetupIncomplete(f"The database is PostgreSQL {version}; this program needs {OLDEST_SERVER} or later.")


async def _configure(connection: AsyncConnection[Any]) -> None:
    await connection.execute(f"set timezone to 'UTC'; set idle_in_transaction_session_timeout to '{SLEEP_SECONDS}s'".encode())


def _scripts() -> tuple[dict[str, str], dict[str, str]]:
    """Our migrations and the queue's, by name, in the order they are applied."""
    ours = {file.name: file.read_text(encoding="utf-8") for file in sorted(MIGRATIONS.glob("*.sql"))}
    folder = Path(SchemaManager.get_migrations_path())
    queue = {QUEUE_PREFIX + file.name: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.sql"))}
    return ours, queue


async def _plan_queue(connection: Connection, migrations: dict[str, str], applied: set[str]) -> dict[str, str]:
    """The scripts that bring the queue's tables up to date: the whole schema once, later only what is new.

    Tables that somebody else installed are taken to be of the installed version.
    """
    if any(name.startswith(QUEUE_PREFIX) for name in applied):
        return {name: script for name, script in migrations.items() if name not in applied}
    cursor = await connection.execute("select to_regclass('procrastinate_jobs') is not null as there")
    there = (await cursor.fetchall())[0]["there"]
    whole = "" if there else SchemaManager.get_schema()
    return {name: whole if name == next(iter(migrations)) else "" for name in migrations}


async def _apply(connection: Connection, scripts: dict[str, str]) -> None:
    """Run scripts in order, all or none, and remember them."""
    async with connection.transaction():
        for name, script in scripts.items():
            if script:
                await connection.execute(script.encode())
            await connection.execute("insert into kiwi_migration (name) values (%s)", (name,))
