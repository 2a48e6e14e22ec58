"""The worker: what it promises about a thread, whatever happens to it."""

import asyncio
import errno
from collections.abc import AsyncIterator

import pytest
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

from graph.checkpoint import open_checkpointer
from graph.worker import Worker
from kiwi.database import Database
from kiwi.errors import BadBrief, RenderError, SetupIncomplete, TaskBusy
from kiwi.film import Asset, Brief, Heard
from kiwi.orders import Report
from kiwi.producer import Unpaid
from kiwi.task import Event, Phase, Status
from kiwi.tasks import Tasks
from tests.fakes import FakeCrew, an_asset


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
    await worker.edit_scene(task.id, "scene-2", "Cocoa is better.")
    await tasks.retry(task.id, also_completed=True)
    again = await worker.run(task.id)
    assert again.status is Status.COMPLETED
    assert [scene.description for scene in again.scenes] == ["Tea is number 1.", "Cocoa is better.", "Tea is number 3."]
    assert (fake.calls.asked["listen"], fake.calls.asked["read"], fake.calls.asked["write"], fake.calls.asked["cut"]) == (0, 1, 1, 2)
    with pytest.raises(KeyError):
        await worker.edit_scene(task.id, "scene-9", "Nobody.")
