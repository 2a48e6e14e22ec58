"""Children: they work, they fail in words, and they never outlive the program."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from kiwi.errors import BadBrief, ChildDied, RenderError, SetupIncomplete
from kiwi.storage.assets import AssetStore
from kiwi.work.jobs import Job
from kiwi.work.processes import ChildPool, open_pool
from kiwi.work.workshop import MOST_DEATHS, Workshop
from tests.jobs import Done, Task

ECHO = Job("echo", "tests.jobs:echo", Task, Done)
REFUSE = Job("refuse", "tests.jobs:refuse", Task, Done)
FILL = Job("fill", "tests.jobs:fill_the_disk", Task, Done)
CRASH = Job("crash", "tests.jobs:crash", Task, Done)
KILL = Job("kill", "tests.jobs:kill", Task, Done)
COUNT = Job("count", "tests.jobs:count", Task, Done)
MISSING = Job("missing", "tests.no_such_module:job", Task, Done)


def nothing(_: float) -> None:
    pass


@pytest_asyncio.fixture
async def pool(tmp_path: Path) -> AsyncIterator[ChildPool]:
    async with open_pool(2, tmp_path) as pool:
        yield pool


@pytest.fixture
def workshop(pool: ChildPool, tmp_path: Path) -> Workshop:
    return Workshop(pool, AssetStore(tmp_path / "assets"))


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z" if sys.platform == "linux" else True


async def gone(pid: int, seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < end:
        await asyncio.sleep(0.02)
    return not alive(pid)


async def test_an_order_is_filled_and_reported_and_its_child_stays_warm(workshop: Workshop) -> None:
    told: list[float] = []
    first = await workshop.fill(ECHO, Task(text="tea"), told.append)
    second = await workshop.fill(ECHO, Task(text="cocoa"), told.append)
    assert (first.text, second.text) == ("tea", "cocoa")
    assert first.pid == second.pid
    assert told == [0.5, 0.5]
    assert workshop.assets.path(first.asset).read_text() == "tea"


async def test_two_children_work_at_once_and_a_third_order_waits(workshop: Workshop) -> None:
    await workshop.pool.warm()
    made = await asyncio.gather(*(workshop.fill(ECHO, Task(text=str(n), seconds=0.2), nothing) for n in range(5)))
    assert len({done.pid for done in made}) == 2


async def test_a_job_that_takes_longer_than_it_may_is_ended(workshop: Workshop) -> None:
    await workshop.pool.warm()
    children = [child.process.pid for child in workshop.pool.idle]
    with pytest.raises(RenderError, match=r"tests.jobs:echo was ended after 0.5 s"):
        await workshop.fill(replace(ECHO, seconds=0.5), Task(text="tea", seconds=60), nothing)
    assert [await gone(pid) for pid in children].count(True) == 1
    assert (await workshop.fill(ECHO, Task(text="cocoa"), nothing)).text == "cocoa"


async def test_the_next_free_hand_is_for_who_is_urgent(workshop: Workshop) -> None:
    ended: list[str] = []

    async def fill(job: Job[Task, Done], text: str) -> None:
        await workshop.fill(job, Task(text=text, seconds=0.2), nothing)
        ended.append(text)

    await workshop.pool.warm()
    async with asyncio.TaskGroup() as group:
        for n in range(6):
            group.create_task(fill(ECHO, str(n)))
        await asyncio.sleep(0.1)
        group.create_task(fill(replace(ECHO, name="soon", urgent=True), "urgent"))
    assert ended.index("urgent") <= 3


async def test_an_equal_order_is_filled_once(workshop: Workshop, tmp_path: Path) -> None:
    job_input = Task(text=str(tmp_path / "runs"))
    assert await workshop.fill(COUNT, job_input, nothing) == await workshop.fill(COUNT, job_input, nothing)
    assert (tmp_path / "runs").read_text() == "ran\n"


async def test_a_jobs_failure_comes_back_as_itself_and_leaves_nothing(workshop: Workshop) -> None:
    with pytest.raises(BadBrief, match="say something"):
        await workshop.fill(REFUSE, Task(text="say something"), nothing)
    assert list(workshop.assets.root.iterdir()) == []
    assert (await workshop.fill(ECHO, Task(text="still here"), nothing)).text == "still here"


@pytest.mark.parametrize(("job", "sentence"), [(FILL, "disk is full"), (MISSING, "kiwi doctor")], ids=["full disk", "missing library"])
async def test_the_operator_is_told_what_to_mend(workshop: Workshop, job: Job[Task, Done], sentence: str) -> None:
    with pytest.raises(SetupIncomplete, match=sentence):
        await workshop.fill(job, Task(), nothing)


async def test_a_crash_tells_the_last_words_and_the_next_order_gets_a_new_child(workshop: Workshop) -> None:
    with pytest.raises(RenderError, match=r"code 9.*these were my last words"):
        await workshop.fill(CRASH, Task(), nothing)
    assert (await workshop.fill(ECHO, Task(text="again"), nothing)).text == "again"


async def test_an_order_that_kills_every_child_fails_after_three(workshop: Workshop, tmp_path: Path) -> None:
    with pytest.raises(ChildDied, match="code -9"):
        await workshop.fill(KILL, Task(text=str(tmp_path / "runs")), nothing)
    assert (tmp_path / "runs").read_text() == "ran\n" * MOST_DEATHS
    assert list(workshop.assets.root.iterdir()) == []


async def test_a_child_that_meets_its_own_limits_is_not_tried_again(workshop: Workshop, tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=f"code -{signal.SIGXCPU:d}") as told:
        await workshop.fill(KILL, Task(text=str(tmp_path / "runs"), seconds=signal.SIGXCPU), nothing)
    assert not isinstance(told.value, ChildDied)
    assert (tmp_path / "runs").read_text() == "ran\n"


async def test_a_child_that_falls_silent_counts_as_dead(workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await workshop.pool.warm()
    monkeypatch.setattr("kiwi.work.processes.SILENT_SECONDS", 3.0)
    work = asyncio.create_task(workshop.fill(COUNT, Task(text=str(tmp_path / "runs"), seconds=1), nothing))
    async with asyncio.timeout(20):
        while not (tmp_path / "runs").exists():
            await asyncio.sleep(0.02)
    (child,) = workshop.pool.working
    child.process.send_signal(signal.SIGSTOP)
    assert (await work).pid != child.process.pid
    assert child.process.returncode == -signal.SIGKILL


async def test_cancelling_kills_the_child_and_leaves_nothing_half_made(workshop: Workshop) -> None:
    begun = asyncio.Event()
    work = asyncio.create_task(workshop.fill(ECHO, Task(text="long", seconds=60), lambda _: begun.set()))
    await begun.wait()
    (child,) = workshop.pool.working
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert await gone(child.process.pid)
    assert list(workshop.assets.root.iterdir()) == []


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
async def test_children_die_with_the_program(tmp_path: Path, how: signal.Signals) -> None:
    program = (
        "import asyncio, pathlib\n"
        "from kiwi.work.processes import open_pool\n"
        "from tests.work.test_processes import COUNT\n"
        "async def main():\n"
        f"    folder = pathlib.Path({str(tmp_path)!r})\n"
        "    async with open_pool(1, folder) as pool:\n"
        "        job_input = {'text': str(folder / 'runs'), 'seconds': 60}\n"
        "        work = asyncio.create_task(pool.do(COUNT, job_input, folder, print))\n"
        "        while not (folder / 'runs').exists(): await asyncio.sleep(0.02)\n"
        "        print(next(iter(pool.working)).process.pid, flush=True)\n"
        "        await work\n"
        "asyncio.run(main())\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert alive(pid)
    parent.send_signal(how)
    parent.wait()
    parent.stdout.close()
    assert await gone(pid)
