"""A guard that nothing leaves this machine; a real PostgreSQL for the whole test run, and a fresh database in it for whoever asks."""

import ipaddress
import os
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pydantic import AliasChoices

from kiwi.providers import CAMERAS
from kiwi.settings import Settings
from kiwi.storage.database import Database, open_database
from kiwi.storage.postgres import Server
from kiwi.storage.postgres_role import ROLE
from kiwi.tasks.table import Tasks
from tests.browser.chromium import CHROMIUM, LEFT_OUT
from tests.databases import an_empty_database
from tests.shops import LedgerShop, MemoryShop


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what this machine cannot test."""
    if CHROMIUM is None:
        terminalreporter.write_line(LEFT_OUT, yellow=True)


class LeftTheMachine(RuntimeError):
    """A test tried to reach another machine."""


class Guard:
    """Refuses every way of Python's sockets to another machine, asyncio's included: all of them tell the interpreter's audit first.

    It remembers what it refused, since the program under test may swallow the error.
    """

    HERE = frozenset({None, "", "localhost", b"localhost"})
    CONNECTS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
    RESOLVES = frozenset({"socket.getaddrinfo", "socket.gethostbyname"})

    def __init__(self) -> None:
        self.refused: list[str] = []
        self.away = False
        """A live test runs, which is meant to leave."""

    def __call__(self, event: str, about: tuple[Any, ...]) -> None:
        if event in self.CONNECTS and about[0].family in {socket.AF_INET, socket.AF_INET6}:
            self._check(event, about[1][0] if about[1] else None)
        elif event in self.RESOLVES:
            self._check(event, about[0])

    def _check(self, event: str, host: Any) -> None:
        if host in self.HERE or self.away:
            return
        text = host.decode("ascii", errors="replace") if isinstance(host, bytes) else str(host)
        try:
            address = ipaddress.ip_address(text.partition("%")[0])
        except ValueError:
            pass
        else:
            mapped = getattr(address, "ipv4_mapped", None) or address
            if mapped.is_loopback or mapped.is_unspecified or event in self.RESOLVES:
                return  # to spell out a number asks nobody
        self.refused.append(f"{event} to {text}")
        raise LeftTheMachine(f"{event} to {text}: tests may only reach this machine")

    def settle(self) -> None:
        """Forget what was refused. AssertionError if anything was."""
        refused, self.refused = self.refused, []
        assert not refused, f"tests may only reach this machine: {refused}"


GUARD = Guard()
sys.addaudithook(GUARD)


@pytest.fixture
def guard() -> Guard:
    """The guard, for tests that mean to be refused."""
    return GUARD


@pytest.fixture(autouse=True)
def nothing_leaves_this_machine(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test that tried to reach another machine, even if it swallowed the error; live tests may."""
    GUARD.away = request.node.get_closest_marker("live") is not None
    yield
    GUARD.away = False
    GUARD.settle()


def _take_keys() -> dict[str, str]:
    """Whatever key the developer has set: no test but a live one may hire anybody with it."""
    aliases = [field.validation_alias for field in Settings.model_fields.values()]
    names = [str(name) for alias in aliases if isinstance(alias, AliasChoices) for name in alias.choices]
    return {name: os.environ.pop(name) for name in names if name in os.environ}


KEYS = _take_keys()


@pytest.fixture
def live_settings(monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings with the developer's own keys, for live tests."""
    for name, key in KEYS.items():
        monkeypatch.setenv(name, key)
    return Settings(cameras=",".join(entry.name for entry in CAMERAS))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An embedded server that lives as long as the test run; its role may also make databases, for tests to have one each."""
    server = Server(tmp_path_factory.mktemp("server"))
    server.join()
    server.leave()
    server.administer([f"alter role {ROLE} createdb"])
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
    server.administer([f"alter role {ROLE} createdb"])
    return folder


@pytest.fixture
def mortal(stopped: Path) -> Iterator[Server]:
    """A server that a test may kill; what others wrote is in databases of their own."""
    server = Server(stopped)
    server.join()
    yield server
    server.leave()


@pytest.fixture
def database_url(server: Server) -> str:
    """The URL of an empty database of the test's own."""
    return an_empty_database(server)


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
            tables = "kiwi_task, kiwi_purchase, kiwi_claim, kiwi_lease, kiwi_crash, procrastinate_jobs"
            await connection.execute(f"truncate {tables} restart identity cascade".encode())
        yield database


@pytest.fixture
async def tasks(database: Database) -> AsyncIterator[Tasks]:
    """An empty task table."""
    async with Tasks(database) as tasks:
        yield tasks


@pytest.fixture(params=["memory", "postgres"])
def shop(request: pytest.FixtureRequest) -> MemoryShop | LedgerShop:
    """Where purchases are tried: in books in memory, and in the ledger."""
    return MemoryShop() if request.param == "memory" else LedgerShop(request.getfixturevalue("database"))
