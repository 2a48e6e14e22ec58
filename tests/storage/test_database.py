import asyncio
from pathlib import Path

import procrastinate
import psycopg
import pytest
from procrastinate.schema import SchemaManager

from kiwi.errors import SetupIncomplete
from kiwi.film.model import Brief
from kiwi.storage.database import Database, open_database
from kiwi.tasks.table import Tasks


async def tables(database: Database) -> set[str]:
    async with database.pool.connection() as connection:
        rows = await (await connection.execute("select tablename from pg_tables where schemaname = 'public'")).fetchall()
    return {row["tablename"] for row in rows}


async def test_without_a_url_the_embedded_server_of_the_data_folder_is_used(stopped: Path) -> None:
    async with open_database("", stopped) as database, Tasks(database) as tasks:
        task, _ = await tasks.submit(Brief(words="kept"))
    async with open_database(None, stopped) as database, Tasks(database) as tasks:
        assert await tasks.get(task.id) == task


async def test_a_url_gets_the_very_same_tables(database: Database) -> None:
    assert {"kiwi_task", "kiwi_event", "kiwi_migration", "procrastinate_jobs"} <= await tables(database)


async def test_migrating_again_changes_nothing(database: Database) -> None:
    async with database.pool.connection() as connection:
        before = await (await connection.execute("select * from kiwi_migration order by name")).fetchall()
        await database.migrate()
        assert await (await connection.execute("select * from kiwi_migration order by name")).fetchall() == before


async def test_processes_that_open_an_empty_database_at_once_all_find_it_ready(database_url: str, tmp_path: Path) -> None:
    async def use() -> None:
        async with open_database(database_url, tmp_path) as database, Tasks(database) as tasks:
            await tasks.submit(Brief(words="at once"))

    await asyncio.gather(*(use() for _ in range(4)))
    async with open_database(database_url, tmp_path) as database, Tasks(database) as tasks:
        assert len((await tasks.list()).tasks) == 4


async def test_a_queue_that_somebody_installed_before_is_tolerated(database_url: str, tmp_path: Path) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(SchemaManager.get_schema().encode())
    async with open_database(database_url, tmp_path) as database:
        assert "kiwi_task" in await tables(database)


async def test_only_the_queues_new_migrations_are_run_after_an_upgrade(fresh_database: Database) -> None:
    async with fresh_database.pool.connection() as connection:
        rows = await (
            await connection.execute("select name from kiwi_migration where name like 'procrastinate/%' order by name")
        ).fetchall()
        assert rows
        last = rows[-1]["name"]
        # The newest of them replaces functions, which may be done again: as if this version had only now brought it.
        await connection.execute("delete from kiwi_migration where name = %s", (last,))
        await fresh_database.migrate()
        assert await (await connection.execute("select 1 from kiwi_migration where name = %s", (last,))).fetchone()


async def test_a_database_of_a_later_version_is_refused(fresh_database: Database) -> None:
    async with fresh_database.pool.connection() as connection:
        await connection.execute("insert into kiwi_migration (name) values ('9999_from_the_future.sql')")
    with pytest.raises(SetupIncomplete, match="later version"):
        await fresh_database.migrate()


async def test_a_database_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SetupIncomplete, match="cannot be reached") as told:
        async with open_database(f"postgresql://kiwi:secret@/kiwi?host={tmp_path}", tmp_path):
            pass
    assert "secret" not in str(told.value)


async def test_a_job_is_queued_in_the_transaction_that_writes_its_task(database: Database, tasks: Tasks) -> None:
    app = procrastinate.App(connector=procrastinate.PsycopgConnector())

    @app.task(name="make")
    async def make(task_id: str) -> None: ...

    async def enqueue(connection: psycopg.AsyncConnection[object], task_id: str) -> None:
        await make.configure(connection=connection).defer_async(task_id=task_id)

    async def enqueue_and_break(connection: psycopg.AsyncConnection[object], task_id: str) -> None:
        await enqueue(connection, task_id)
        raise KeyboardInterrupt

    task, _ = await tasks.submit(Brief(words="one"), enqueue=enqueue)
    with pytest.raises(KeyboardInterrupt):
        await tasks.submit(Brief(words="two"), enqueue=enqueue_and_break)
    async with database.pool.connection() as connection:
        jobs = await (await connection.execute("select args from procrastinate_jobs")).fetchall()
    assert [job["args"]["task_id"] for job in jobs] == [task.id]
    assert [task.id for task in (await tasks.list()).tasks] == [task.id]
