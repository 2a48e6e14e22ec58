"""The worker: what it promises about a thread, whatever happens to it."""

import asyncio
import errno
from collections.abc import AsyncIterator
from typing import Any

import pytest
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

from graph.checkpoint import open_checkpointer
from graph.progress import SILENCE
from graph.turns import Turns
from graph.worker import Worker
from kiwi.errors import BadBrief, HoldLost, RenderError, SetupIncomplete, TaskBusy
from kiwi.film.job_inputs import Report
from kiwi.film.model import Asset, Brief, Heard, Reel
from kiwi.film.review import Edit
from kiwi.money.producer import Unpaid
from kiwi.storage.database import Database
from kiwi.storage.fencing import HELD
from kiwi.tasks.leases import Lease, Leases
from kiwi.tasks.table import Tasks
from kiwi.tasks.task import Event, Phase, Status
from testing.fakes import FakeCrew, an_asset


@pytest.fixture
async def checkpointer(database: Database) -> AsyncIterator[AsyncPostgresSaver]:
    async with open_checkpointer(database.url) as checkpointer:
        yield checkpointer


def worker_of(fake: FakeCrew, tasks: Tasks, checkpointer: AsyncPostgresSaver) -> Worker:
    return Worker(tasks, checkpointer, Unpaid(lambda _: fake.crew()))


async def events_of(tasks: Tasks, task_id: str) -> list[Event]:
    return [event async for event in tasks.follow(task_id)]


async def test_a_task_becomes_a_film_and_every_step_is_told(tasks: Tasks, checkpointer: AsyncPostgresSaver) -> None:
    fake = FakeCrew()
    task, _ = await tasks.submit(Brief(words="tea"))
    done = await worker_of(fake, tasks, checkpointer).run(task.id)
    assert (done.status, done.progress, done.phase) == (Status.COMPLETED, 100, Phase.COMPLETED)
    assert done.result is not None
    assert done.result["video_url"] == f"/api/video/file/{task.id}.mp4"
    assert done.result["total_scenes"] == done.result["scenes_generated"] == 3
    events = await events_of(tasks, task.id)
    progress = [event.task.progress for event in events]
    assert progress == sorted(progress)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert {event.node for event in events} >= {"hear_brief", "write_script", "render_scene", "cut_film", "inspect_film"}
    assert [scene.title for scene in events[-1].task.scenes] == ["Tea 1", "Tea 2", "Tea 3"]


class HardOfHearing(FakeCrew):
    """Hears one word wrong, mends it, and remembers what it was told beside the recording."""

    hints = ""

    async def listen(self, recording: Asset, report: Report, hints: str = "") -> Heard:
        self.hints = hints
        repaired = (("Keesh", "quiche"),)
        return Heard(words="Sell our quiche.", transcription="Sell our Keesh.", repaired=repaired, language="en", seconds=2.0)


async def test_what_was_heard_is_told_as_it_was_heard_and_filmed_as_it_was_mended(tasks: Tasks, checkpointer: AsyncPostgresSaver) -> None:
    fake = HardOfHearing()
    task, _ = await tasks.submit(Brief(words="For Café Kavella", recording=an_asset("brief.webm")))
    done = await worker_of(fake, tasks, checkpointer).run(task.id)
    assert fake.hints == "For Café Kavella"
    assert done.transcription == "Sell our Keesh."
    assert done.result is not None
    assert done.result["video_prompt"] == "Sell our quiche.\nFor Café Kavella"


async def test_a_failure_is_written_down_in_its_own_words(tasks: Tasks, checkpointer: AsyncPostgresSaver) -> None:
    fake = FakeCrew()
    fake.calls.fail["read"] = [BadBrief("Name a topic.")]
    task, _ = await tasks.submit(Brief(words="…"))
    with pytest.raises(BadBrief):
        await worker_of(fake, tasks, checkpointer).run(task.id)
    failed = await tasks.get(task.id)
    assert (failed.status, failed.error) == (Status.FAILED, "Name a topic.")


async def test_an_unknown_failure_tells_the_client_an_incident_and_no_secret(
    tasks: Tasks, checkpointer: AsyncPostgresSaver, caplog: pytest.LogCaptureFixture
) -> None:
    fake = FakeCrew()
    fake.calls.fail["draw"] = [ValueError("password=hunter2")]
    task, _ = await tasks.submit(Brief(words="tea"))
    with pytest.raises(RenderError, match="incident"):
        await worker_of(fake, tasks, checkpointer).run(task.id)
    error = (await tasks.get(task.id)).error or ""
    assert "hunter2" not in error
    incident = error.split("incident ")[1].rstrip(".")
    assert incident in caplog.text


async def test_a_full_disk_is_told_as_what_it_is(tasks: Tasks, checkpointer: AsyncPostgresSaver) -> None:
    fake = FakeCrew()
    fake.calls.fail["draw"] = [OSError(errno.ENOSPC, "No space left on device")]
    task, _ = await tasks.submit(Brief(words="tea"))
    with pytest.raises(SetupIncomplete):
        await worker_of(fake, tasks, checkpointer).run(task.id)
    error = (await tasks.get(task.id)).error or ""
    assert error.startswith("The disk is full: whoever hosts this must make room")


async def test_a_retry_goes_on_where_the_failure_was(tasks: Tasks, checkpointer: AsyncPostgresSaver) -> None:
    fake = FakeCrew()
    fake.calls.fail["cut"] = [RenderError("no room")]
    task, _ = await tasks.submit(Brief(words="tea"))
    worker = worker_of(fake, tasks, checkpointer)
    with pytest.raises(RenderError):
        await worker.run(task.id)
    await tasks.retry(task.id)
    assert (await worker.run(task.id)).status is Status.COMPLETED
    assert fake.calls.asked.pop("cut") == 2
    assert set(fake.calls.asked.values()) == {1}


class Slow(FakeCrew):
    """Never comes to an end in one port."""

    stuck = asyncio.Event()

    async def cut(self, *args: object) -> None:  # type: ignore[override]
        self.calls.ask("cut")
        self.stuck.set()
        await asyncio.sleep(3600)


async def started(tasks: Tasks, checkpointer: AsyncPostgresSaver) -> tuple[str, Slow, asyncio.Task[object]]:
    fake = Slow()
    fake.stuck = asyncio.Event()
    task, _ = await tasks.submit(Brief(words="tea"))
    run: asyncio.Task[object] = asyncio.create_task(worker_of(fake, tasks, checkpointer).run(task.id))
    await fake.stuck.wait()
    return task.id, fake, run


async def test_cancelling_stops_the_work_and_says_so(tasks: Tasks, checkpointer: AsyncPostgresSaver) -> None:
    task_id, _, run = await started(tasks, checkpointer)
    assert (await tasks.cancel(task_id)).cancel_requested
    await asyncio.wait_for(run, 2)
    task = await tasks.get(task_id)
    assert task.status is Status.CANCELLED
    assert (await events_of(tasks, task_id))[-1].type == "error"


async def test_deleting_a_running_task_stops_its_work(tasks: Tasks, checkpointer: AsyncPostgresSaver) -> None:
    task_id, _, run = await started(tasks, checkpointer)
    await tasks.delete(task_id)
    await asyncio.wait({run}, timeout=2)
    assert run.done()


async def test_a_stopped_program_leaves_its_task_to_the_next_worker(tasks: Tasks, checkpointer: AsyncPostgresSaver) -> None:
    task_id, slow, run = await started(tasks, checkpointer)
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)
    assert (await tasks.get(task_id)).status is Status.PROCESSING
    fake = FakeCrew(calls=slow.calls)
    done = await worker_of(fake, tasks, checkpointer).run(task_id)
    assert (done.status, done.attempt) == (Status.COMPLETED, 2)
    assert fake.calls.asked.pop("cut") == 2
    assert set(fake.calls.asked.values()) == {1}


async def test_one_thread_is_run_by_one_worker(tasks: Tasks, checkpointer: AsyncPostgresSaver) -> None:
    task_id, _, run = await started(tasks, checkpointer)
    with pytest.raises(TaskBusy):
        await worker_of(FakeCrew(), tasks, checkpointer).run(task_id)
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)


async def test_an_edited_scene_runs_through_the_thread_again(tasks: Tasks, checkpointer: AsyncPostgresSaver) -> None:
    fake = FakeCrew()
    worker = worker_of(fake, tasks, checkpointer)
    task, _ = await tasks.submit(Brief(words="tea"))
    await worker.run(task.id)
    await tasks.retry(task.id, also_completed=True)
    again = await worker.run(task.id, Edit(scene_id="scene-2", voice_over="Cocoa is better."))
    assert again.status is Status.COMPLETED
    assert [scene.description for scene in again.scenes] == ["Tea is number 1.", "Cocoa is better.", "Tea is number 3."]
    assert (fake.calls.asked["listen"], fake.calls.asked["read"], fake.calls.asked["write"], fake.calls.asked["cut"]) == (0, 1, 1, 2)


async def test_a_crew_works_for_the_attempt_that_holds_the_task(tasks: Tasks, checkpointer: AsyncPostgresSaver) -> None:
    seen: list[tuple[str, int | None]] = []

    class Curious(FakeCrew):
        async def render(self, *asked: Any) -> Reel:
            if (hold := HELD.get()) is not None:
                seen.append((hold.task_id, hold.attempt))
            return await super().render(*asked)

    task, _ = await tasks.submit(Brief(words="tea"))
    await worker_of(Curious(), tasks, checkpointer).run(task.id)
    assert seen == [(task.id, 1)] * 3
    assert HELD.get() is None


async def test_who_was_taken_over_leaves_everything_to_the_other(
    tasks: Tasks, checkpointer: AsyncPostgresSaver, monkeypatch: pytest.MonkeyPatch
) -> None:
    called_off: list[str] = []
    taken_over, renew = asyncio.Event(), Lease._renew

    async def once_taken_over(lease: Lease, now: float) -> None:
        await taken_over.wait()  # a sign of life between the wresting and the other's beginning finds a task that nobody has taken
        await renew(lease, now)

    monkeypatch.setattr(Lease, "_renew", once_taken_over)

    class Noting(Unpaid):
        async def call_off(self, task_id: str) -> None:
            called_off.append(task_id)

    slow, quick = Slow(), FakeCrew()
    slow.stuck = asyncio.Event()
    task, _ = await tasks.submit(Brief(words="tea"))
    run = asyncio.create_task(Worker(tasks, checkpointer, Noting(lambda _: slow.crew())).run(task.id))
    await slow.stuck.wait()
    other = Leases(tasks._database)
    await other.wrest(task.id)
    async with other.hold(task.id):
        taken = await tasks.begin(task.id)
        taken_over.set()
        assert (await asyncio.wait_for(run, 5)).attempt == taken.attempt == 2
    assert (await tasks.get(task.id)) == taken
    assert called_off == []
    assert (await worker_of(quick, tasks, checkpointer).run(task.id)).status is Status.COMPLETED
    assert quick.calls.asked["render scene-1"] == 0


async def test_a_worker_that_was_cut_off_stops_at_once(tasks: Tasks, checkpointer: AsyncPostgresSaver) -> None:
    task_id, _, run = await started(tasks, checkpointer)
    await tasks.cut_off(await tasks.get(task_id), {"currency": "USD", "spent": 0.5, "providers": {}})
    await asyncio.wait_for(run, 2)
    task = await tasks.get(task_id)
    assert (task.status, task.cost) == (Status.CANCELLED, {"currency": "USD", "spent": 0.5, "providers": {}})


async def test_who_loses_its_hold_leaves_the_film_to_whoever_comes_next(tasks: Tasks, checkpointer: AsyncPostgresSaver) -> None:
    task_id, _, run = await started(tasks, checkpointer)
    await Leases(tasks._database).wrest(task_id)
    with pytest.raises(HoldLost):
        await asyncio.wait_for(run, 5)
    assert (await tasks.get(task_id)).status is Status.PROCESSING
    assert (await worker_of(FakeCrew(), tasks, checkpointer).run(task_id)).status is Status.COMPLETED


async def test_a_stage_that_hangs_is_begun_once_more_and_then_fails(
    tasks: Tasks, checkpointer: AsyncPostgresSaver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SILENCE, "cut_film", 0.5)
    monkeypatch.setattr("graph.worker.LOOK_SECONDS", 0.05)
    fake, task = Slow(), (await tasks.submit(Brief(words="tea")))[0]
    fake.stuck = asyncio.Event()
    with pytest.raises(RenderError, match="Cutting the film gave no sign of life"):
        await asyncio.wait_for(worker_of(fake, tasks, checkpointer).run(task.id), 30)
    assert fake.calls.asked["cut"] == 2
    failed = await tasks.get(task.id)
    assert (failed.status, failed.attempt) == (Status.FAILED, 1)


async def test_a_film_waits_for_its_turn_before_it_begins(tasks: Tasks, checkpointer: AsyncPostgresSaver) -> None:
    turns, task = Turns(), (await tasks.submit(Brief(words="tea")))[0]
    async with turns.taken(alone=False):
        run = asyncio.create_task(worker_of(FakeCrew(), tasks, checkpointer).run(task.id, turn=turns.taken(alone=True)))
        async with asyncio.timeout(10):
            while not await tasks.leases.is_held(task.id):
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
        assert (await tasks.get(task.id)).status is Status.PENDING
    assert (await run).status is Status.COMPLETED
