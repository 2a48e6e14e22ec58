"""A real PostgreSQL for the whole test run, and a fresh database in it for whoever asks."""

import itertools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest

from kiwi.database import Database, open_database
from kiwi.postgres import Server
from kiwi.tasks import Tasks

NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An embedded server that lives as long as the test run."""
    server = Server(tmp_path_factory.mktemp("server"))
    server.join()
    yield server
    server.leave()


@pytest.fixture(scope="session")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a stopped cluster, in which a table waits; each test leaves it so."""
    folder = tmp_path_factory.mktemp("stopped") / "data"
    server = Server(folder)
    server.join()
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("create table kept as select 7 as n")
    server.leave()
    return folder


@pytest.fixture
def database_url(server: Server) -> str:
    """The URL of an empty database of the test's own."""
    name = f"test_{next(NUMBERS)}"
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
    return server.url.replace("/postgres?", f"/{name}?")


@pytest.fixture
async def fresh_database(database_url: str, tmp_path: Path) -> AsyncIterator[Database]:
    """An open database of the test's own, which it may spoil."""
    async with open_database(database_url, tmp_path) as database:
        yield database


@pytest.fixture
async def database(server: Server, tmp_path: Path) -> AsyncIterator[Database]:
    """An open database with our tables, empty; shared by tests, one after the other."""
    async with open_database(server.url, tmp_path) as database:
        async with database.pool.connection() as connection:
            await connection.execute("truncate kiwi_task, procrastinate_jobs restart identity cascade")
        yield database


@pytest.fixture
async def tasks(database: Database) -> AsyncIterator[Tasks]:
    """An empty task table."""
    async with Tasks(database) as tasks:
        yield tasks
