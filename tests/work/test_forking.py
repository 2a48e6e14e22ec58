"""The fork server: children come from it, it can be lost, and nothing that it loads keeps it from forking."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kiwi.settings import child_environment
from kiwi.work import jobs
from kiwi.work.forked import can_fork
from kiwi.work.jobs import Job
from kiwi.work.processes import ChildPool, open_forks, open_pool
from tests.jobs import Done, Task
from tests.work.test_processes import gone, nothing

ECHO = Job("echo", "tests.jobs:echo", Task, Done)
LIMIT = 1 << 20
LOADED = [
    name
    for job in (jobs.READ, jobs.WRITE, jobs.DRAW, jobs.STILL, jobs.NARRATE, jobs.SCORE, jobs.MIX, jobs.RENDER, jobs.CUT, jobs.INSPECT)
    for name in (job.function, *([f"{job.shares}()"] if job.shares else []))
]

pytestmark = pytest.mark.skipif(not can_fork(), reason="this system has no fork server")


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[1])


async def echo(pool: ChildPool, folder: Path, text: str) -> int:
    making = folder / text
    making.mkdir()
    done = await pool.do(ECHO, {"text": text}, making, nothing)
    assert done["text"] == text
    return int(done["pid"])


async def test_children_are_forked_from_one_server_and_go_with_it(tmp_path: Path) -> None:
    async with open_pool(2, tmp_path) as pool:
        await pool.warm()
        pids = [child.process.pid for child in pool.idle]
        (server,) = {parent_of(pid) for pid in pids}
        assert parent_of(server) == os.getpid()
        os.kill(server, signal.SIGKILL)
        assert all([await gone(pid) for pid in pids])
        assert not await gone(await echo(pool, tmp_path, "after"), seconds=0.1)  # started as where there is no such server
    assert await gone(server)


async def test_a_child_that_is_not_wanted_any_more_never_works(tmp_path: Path) -> None:
    forks = await open_forks(tmp_path)
    assert forks is not None
    child = await forks.child([], LIMIT)
    child.kill()
    assert child.pid == 0
    assert await child.wait() == -signal.SIGKILL
    assert await child.stdout.read() == b""
    child.stdin.close()
    await forks.stop()


async def test_whoever_waits_for_a_child_hears_that_the_server_is_gone(tmp_path: Path) -> None:
    forks = await open_forks(tmp_path)
    assert forks is not None
    forks.process.send_signal(signal.SIGSTOP)
    child = await forks.child([], LIMIT)
    waiting = asyncio.create_task(child.wait())
    await forks.stop()
    assert await waiting == -signal.SIGKILL
    child.stdin.close()
    with pytest.raises(ConnectionError):
        await forks.child([], LIMIT)


def test_what_children_share_starts_no_thread() -> None:
    program = (
        "import os\n"
        "from kiwi.work.child import load\n"
        f"for name in {LOADED!r}:\n"
        "    load([name])\n"
        "    assert len(os.listdir('/proc/self/task')) == 1, name\n"
    )
    subprocess.run([sys.executable, "-c", program], env=child_environment(), check=True, timeout=300)
