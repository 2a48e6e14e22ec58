import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from kiwi.errors import SetupIncomplete
from kiwi.storage.postgres import LONGEST_SOCKET_PATH, SOCKET_NAME, Server, open_postgres
from kiwi.storage.privileges import NOBODY, Launch, Way

ROOT = Path(__file__).parents[2]

USER_PROGRAM = """
import asyncio, sys
from pathlib import Path
from kiwi.storage.postgres import open_postgres
async def main():
    async with open_postgres(Path(sys.argv[1])) as url:
        print(url, flush=True)
        await asyncio.to_thread(sys.stdin.read)
asyncio.run(main())
"""


@contextmanager
def another_process(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A program that uses the folder's server until its standard input closes."""
    command = [sys.executable, "-c", USER_PROGRAM, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            yield process
        finally:
            process.kill()


def url_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def postmaster(folder: Path) -> int:
    return int((folder / "postgres" / "cluster" / "postmaster.pid").read_text().split()[0])


def starts(folder: Path) -> int:
    return (folder / "postgres" / "server.log").read_text().count("starting PostgreSQL")


def ask(url: str, question: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return row[0]


def do(url: str, command: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(command.encode())


def modes(*folders: Path) -> dict[Path, tuple[int, int, int]]:
    """Mode and owners of folders and of everything above them."""
    return {
        path: (found.st_mode, found.st_uid, found.st_gid)
        for folder in folders
        for path in (folder, *folder.parents)
        if (found := path.stat())
    }


@pytest.fixture
def folder(stopped: Path) -> Path:
    return stopped


@contextmanager
def replaced(file: Path, by: bytes | None) -> Iterator[None]:
    """A file with other contents, or without the file, for a while."""
    aside = file.rename(file.with_suffix(".aside"))
    try:
        if by is not None:
            file.write_bytes(by)
            os.chown(file, aside.stat().st_uid, aside.stat().st_gid)
        yield
    finally:
        aside.replace(file)


@pytest.fixture
async def url(folder: Path) -> AsyncIterator[str]:
    async with open_postgres(folder) as url:
        yield url


def test_the_server_is_durable_and_on_a_socket_alone(server: Server) -> None:
    assert ask(server.url, "select current_setting('fsync')") == "on"
    assert ask(server.url, "select current_setting('listen_addresses')") == ""
    assert ask(server.url, "select current_setting('timezone')") == "UTC"
    assert ask(server.url, "select pg_encoding_to_char(encoding) from pg_database where datname = current_database()") == "UTF8"


async def test_what_was_stored_is_there_after_a_restart(url: str) -> None:
    assert ask(url, "select n from kept") == 7


def test_a_first_start_after_a_killed_one_changes_no_mode_or_owner_outside_its_folder(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    half = private / "data" / "postgres" / "new-killed"
    (half / "cluster").mkdir(parents=True)
    watched = (private, ROOT, Path(sys.executable).parent, Path(psycopg.__file__).parent)
    before = modes(*watched)
    server = Server(private / "data")
    server.join()
    assert ask(server.url, "select 1") == 1
    server.leave()
    assert modes(*watched) == before
    assert (private / "data").stat().st_uid == os.geteuid()
    assert not half.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to drop its privileges")
def test_the_server_of_root_does_not_run_as_root(server: Server) -> None:
    status = Path(f"/proc/{postmaster(server.home.parent)}/status").read_text()
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert "0" not in fields["Uid"].split()
    assert int(fields["CapEff"], 16) == 1 << 1  # CAP_DAC_OVERRIDE


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to drop its privileges")
@pytest.mark.skipif(subprocess.run(["unshare", "-U", "true"], check=False).returncode != 0, reason="user namespaces are forbidden here")
def test_root_can_also_serve_from_a_user_namespace(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    server = Server(private / "data", launch=lambda _: Launch(Way.NAMESPACE, NOBODY, 0))
    server.join()
    try:
        assert ask(server.url, "select 1") == 1
        assert (private / "data" / "postgres" / "cluster").stat().st_uid == 0
    finally:
        server.leave()


def test_a_killed_process_leaves_the_server_up_and_the_next_attaches_to_it(folder: Path) -> None:
    with another_process(folder) as process:
        url = url_of(process)
        survivor = postmaster(folder)
        process.kill()
        process.wait()
    assert ask(url, "select n from kept") == 7
    server = Server(folder)
    start = time.monotonic()
    server.join()
    assert time.monotonic() - start < 0.5
    assert (server.url, postmaster(folder)) == (url, survivor)
    server.leave()
    assert not (folder / "postgres" / "cluster" / "postmaster.pid").exists()


def test_processes_that_start_at_once_share_one_server_until_the_last_has_left(folder: Path) -> None:
    before = starts(folder)
    with ExitStack() as stack:
        processes = [stack.enter_context(another_process(folder)) for _ in range(3)]
        assert len({url_of(process) for process in processes}) == 1
        only = postmaster(folder)
        for process in processes[:2]:
            assert process.stdin is not None
            process.stdin.close()
            assert process.wait() == 0
            assert postmaster(folder) == only
        assert processes[2].stdin is not None
        processes[2].stdin.close()
        assert processes[2].wait() == 0
        assert not (folder / "postgres" / "cluster" / "postmaster.pid").exists()
    assert starts(folder) == before + 1


async def test_several_users_in_one_process_are_users_too(folder: Path) -> None:
    async with open_postgres(folder) as outer:
        async with open_postgres(folder) as inner:
            assert inner == outer
        assert ask(outer, "select n from kept") == 7


@pytest.fixture
def deep(folder: Path, tmp_path: Path) -> Iterator[Path]:
    """The data folder where its path is too long for a socket, for a while."""
    place = tmp_path / ("d" * 60) / ("e" * 60)
    place.mkdir(parents=True)
    yield folder.rename(place / "data")
    (place / "data").rename(folder)


def sockets_of(url: str) -> Path:
    return Path(str(conninfo_to_dict(url)["host"]))


def test_a_deep_data_folder_gets_a_short_private_socket_folder(deep: Path) -> None:
    server = Server(deep)
    server.join()
    assert ask(server.url, "select n from kept") == 7
    sockets = sockets_of(server.url)
    assert len(os.fsencode(sockets / SOCKET_NAME)) <= LONGEST_SOCKET_PATH
    assert sockets.stat().st_mode & 0o777 == 0o700
    assert not sockets.is_relative_to(deep)
    server.leave()
    assert not sockets.exists()


def test_a_socket_folder_that_others_may_enter_is_refused(deep: Path) -> None:
    server = Server(deep)
    server.join()
    sockets = sockets_of(server.url)
    server.leave()
    sockets.mkdir()
    sockets.chmod(0o777)
    with pytest.raises(SetupIncomplete, match="belongs to somebody else"):
        server.join()
    server.leave()
    sockets.rmdir()


def kill_whole_server(folder: Path) -> None:
    """What a power cut leaves: no process, and a pid file that tells of one."""
    pid = postmaster(folder)
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for victim in (pid, *map(int, children)):
        os.kill(victim, signal.SIGKILL)


def test_after_a_crash_of_the_machine_the_server_starts_and_nothing_is_lost(folder: Path) -> None:
    with another_process(folder) as process:
        do(url_of(process), "create table kept_too as select 8 as n")
        kill_whole_server(folder)
        process.kill()
        process.wait()
    server = Server(folder)
    server.join()
    assert ask(server.url, "select n from kept_too") == 8
    server.leave()


def test_a_pid_file_whose_number_now_belongs_to_a_stranger_is_no_server(folder: Path) -> None:
    with another_process(folder) as process:
        url_of(process)
        kill_whole_server(folder)
        process.kill()
        process.wait()
    stale = folder / "postgres" / "cluster" / "postmaster.pid"
    with subprocess.Popen(["sleep", "60"], user=(folder / "postgres" / "cluster").stat().st_uid) as stranger:
        stale.write_text("\n".join([str(stranger.pid), *stale.read_text().splitlines()[1:]]) + "\n")
        server = Server(folder)
        server.join()
        assert ask(server.url, "select n from kept") == 7
        server.leave()
        assert stranger.poll() is None
        stranger.kill()


async def test_a_server_that_dies_under_its_users_comes_back(url: str, folder: Path) -> None:
    first = postmaster(folder)
    os.kill(first, signal.SIGKILL)
    for _ in range(100):
        await asyncio.sleep(0.1)
        try:
            assert ask(url, "select n from kept") == 7
            break
        except psycopg.OperationalError:
            continue
    assert postmaster(folder) != first


async def test_a_broken_cluster_is_told_with_the_servers_last_words(folder: Path) -> None:
    control = folder / "postgres" / "cluster" / "global" / "pg_control"
    with replaced(control, None), pytest.raises(SetupIncomplete, match=r"pg_control.*KIWI_DATABASE_URL"):
        async with open_postgres(folder):
            pass


async def test_a_cluster_of_another_version_is_told(folder: Path) -> None:
    version = folder / "postgres" / "cluster" / "PG_VERSION"
    with replaced(version, b"13\n"), pytest.raises(SetupIncomplete, match="incompatible"):
        async with open_postgres(folder):
            pass


async def test_a_data_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(SetupIncomplete, match="cannot be used"):
        async with open_postgres(tmp_path / "data"):
            pass


async def test_a_cancelled_start_leaves_no_server(folder: Path) -> None:
    async def use() -> None:
        async with open_postgres(folder):
            await asyncio.sleep(60)

    task = asyncio.create_task(use())
    await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not (folder / "postgres" / "cluster" / "postmaster.pid").exists()


def test_a_stranger_cannot_reach_the_socket(server: Server) -> None:
    assert [path.lstat().st_mode & 0o077 for path in (server.home, server.home / SOCKET_NAME)] == [0, 0]
