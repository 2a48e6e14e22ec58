import asyncio
import uuid
from pathlib import Path

import pytest

from kiwi.errors import BadBrief, KeyReused, NoSuchTask, StaleAttempt, TaskBusy, TaskOver
from kiwi.film.model import LANDSCAPE, Brief
from kiwi.storage.database import Database, open_database
from kiwi.tasks.table import Event, EventType, Phase, SceneLine, Status, Task, Tasks

BRIEF = Brief(words="A film about AI technology", seconds=30.0, size=LANDSCAPE)
SCENES = (SceneLine(number=1, title="AI", description="What it is"), SceneLine(number=2, title="You", description="What it does"))


THIS, THAT = str(uuid.uuid4()), str(uuid.uuid4())


async def begun(tasks: Tasks) -> Task:
    task, _ = await tasks.submit(BRIEF)
    return await tasks.begin(task.id)


async def log(tasks: Tasks, task_id: str) -> list[Event]:
    """The events of a task that is over."""
    return [event async for event in tasks.follow(task_id)]


async def test_a_submitted_task_waits_with_its_first_event(tasks: Tasks) -> None:
    task, created = await tasks.submit(BRIEF)
    assert created
    assert (task.status, task.phase, task.progress, task.attempt, task.seq) == (Status.PENDING, Phase.UNDERSTANDING, 0, 1, 1)
    assert task.brief == BRIEF
    assert task.created_at.utcoffset() is not None
    assert await tasks.get(task.id) == task
    first = await anext(aiter(tasks.follow(task.id)))
    assert (first.seq, first.type, first.changes["status"], first.task) == (1, EventType.PROGRESS, "pending", task)


async def test_a_whole_life_is_in_the_log_and_every_event_shows_the_task_as_it_stood(tasks: Tasks) -> None:
    task = await begun(tasks)
    stood = [task]
    stood.append((await tasks.report(task.id, 1, node="hear_brief", transcription="a film", progress=5, message="Heard")).task)
    stood.append((await tasks.report(task.id, 1, node="write_script", phase=Phase.PLANNING, scenes=SCENES, progress=20)).task)
    stood.append((await tasks.finish(task.id, 1, {"video_url": "/api/video/file/a.mp4"})).task)
    events = await log(tasks, task.id)
    assert [event.seq for event in events] == [1, 2, 3, 4, 5]
    assert [event.task for event in events][1:] == stood
    assert [event.node for event in events] == ["", "", "hear_brief", "write_script", ""]
    assert [event.type for event in events] == [EventType.PROGRESS] * 4 + [EventType.COMPLETE]
    assert [event.at for event in events] == sorted(event.at for event in events)
    end = await tasks.get(task.id)
    assert end == events[-1].task
    assert (end.status, end.phase, end.progress, end.scenes, end.transcription) == (
        Status.COMPLETED,
        Phase.COMPLETED,
        100,
        SCENES,
        "a film",
    )
    assert end.result == {"video_url": "/api/video/file/a.mp4"}


async def test_an_event_holds_only_what_changed(tasks: Tasks) -> None:
    task = await begun(tasks)
    event = await tasks.report(task.id, 1, message="Drawing")
    assert event.changes == {"message": "Drawing", "progress": 0}


async def test_progress_never_goes_down_and_is_100_only_at_the_end(tasks: Tasks) -> None:
    task = await begun(tasks)
    shown = [(await tasks.report(task.id, 1, progress=share)).task.progress for share in (10, 40, 30, 100, 50)]
    assert shown == [10, 40, 40, 99, 99]
    assert (await tasks.finish(task.id, 1, {})).task.progress == 100
    assert [event.changes["progress"] for event in await log(tasks, task.id)][2:] == [10, 40, 40, 99, 99, 100]


async def test_reports_written_at_once_are_numbered_without_gaps_and_monotone(tasks: Tasks) -> None:
    task = await begun(tasks)
    await asyncio.gather(*(tasks.report(task.id, 1, progress=share) for share in range(60)))
    await tasks.fail(task.id, 1, "Enough.")
    events = await log(tasks, task.id)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    progress = [event.task.progress for event in events]
    assert progress == sorted(progress)
    assert [event.task.updated_at for event in events] == sorted(event.task.updated_at for event in events)


async def test_a_report_cannot_end_a_task(tasks: Tasks) -> None:
    task = await begun(tasks)
    with pytest.raises(ValueError, match="completed"):
        await tasks.report(task.id, 1, status=Status.COMPLETED)


async def test_a_task_can_wait_for_a_review_and_go_on(tasks: Tasks) -> None:
    task = await begun(tasks)
    assert (await tasks.report(task.id, 1, status=Status.AWAITING_REVIEW)).task.status is Status.AWAITING_REVIEW
    again = await tasks.begin(task.id)
    assert (again.status, again.attempt) == (Status.PROCESSING, 1)


async def test_a_worker_that_takes_over_makes_the_old_ones_writes_void(tasks: Tasks) -> None:
    task = await begun(tasks)
    await tasks.report(task.id, 1, progress=50)
    taken = await tasks.begin(task.id)
    assert (taken.attempt, taken.progress) == (2, 50)
    for write in (
        tasks.report(task.id, 1, progress=60),
        tasks.finish(task.id, 1, {}),
        tasks.fail(task.id, 1, "No."),
        tasks.stop(task.id, 1),
    ):
        with pytest.raises(StaleAttempt):
            await write
    assert await tasks.get(task.id) == taken
    await tasks.finish(task.id, 2, {})


async def test_an_older_job_cannot_begin_a_later_attempt(tasks: Tasks) -> None:
    task = await begun(tasks)
    await tasks.fail(task.id, 1, "No.")
    await tasks.retry(task.id)
    with pytest.raises(StaleAttempt):
        await tasks.begin(task.id, attempt=1)
    assert (await tasks.begin(task.id, attempt=2)).attempt == 2


async def test_nothing_is_written_before_begin(tasks: Tasks) -> None:
    task, _ = await tasks.submit(BRIEF)
    with pytest.raises(StaleAttempt, match="begun"):
        await tasks.report(task.id, 1, progress=1)


async def test_nothing_is_written_after_the_end(tasks: Tasks) -> None:
    task = await begun(tasks)
    end = (await tasks.finish(task.id, 1, {"video_url": "x"})).task
    for write in (tasks.report(task.id, 1, progress=1), tasks.finish(task.id, 1, {}), tasks.fail(task.id, 1, "No."), tasks.begin(task.id)):
        with pytest.raises(TaskOver):
            await write
    assert await tasks.cancel(task.id) == end
    assert await tasks.get(task.id) == end


async def test_a_task_that_does_not_exist_is_told_by_every_door(tasks: Tasks) -> None:
    placeholder = str(uuid.uuid4())
    for call in (
        tasks.get(placeholder),
        tasks.begin(placeholder),
        tasks.report(placeholder, 1, progress=1),
        tasks.finish(placeholder, 1, {}),
        tasks.cancel(placeholder),
        tasks.retry(placeholder),
        tasks.delete(placeholder),
        log(tasks, placeholder),
    ):
        with pytest.raises(NoSuchTask):
            await call


async def test_a_waiting_task_is_cancelled_at_once(tasks: Tasks) -> None:
    task, _ = await tasks.submit(BRIEF)
    assert (await tasks.cancel(task.id)).status is Status.CANCELLED
    assert [event.type for event in await log(tasks, task.id)] == [EventType.PROGRESS, EventType.ERROR]
    with pytest.raises(TaskOver):
        await tasks.begin(task.id)


async def test_a_running_task_is_asked_to_stop_and_its_worker_answers(tasks: Tasks) -> None:
    task, _ = await tasks.submit(BRIEF)
    async with tasks.hold(task.id):
        await tasks.begin(task.id)
        told = asyncio.create_task(tasks.until_unwanted(task.id, 1))
        await asyncio.sleep(0.05)
        assert not told.done()
        asked = await tasks.cancel(task.id)
        assert (asked.status, asked.cancel_requested) == (Status.PROCESSING, True)
        assert await tasks.cancel(task.id) == asked
        await asyncio.wait_for(told, 2)
        end = (await tasks.stop(task.id, 1)).task
    assert (end.status, end.error) == (Status.CANCELLED, "The film was cancelled.")
    assert (await log(tasks, task.id))[-1].type is EventType.ERROR


async def test_a_running_task_whose_worker_has_died_is_cancelled_at_once(tasks: Tasks) -> None:
    task = await begun(tasks)
    assert (await tasks.cancel(task.id)).status is Status.CANCELLED


async def test_a_task_asked_to_stop_is_cancelled_once_its_worker_has_died(tasks: Tasks) -> None:
    task, _ = await tasks.submit(BRIEF)
    async with tasks.hold(task.id):
        await tasks.begin(task.id)
        await tasks.cancel(task.id)
    assert (await tasks.cancel(task.id)).status is Status.CANCELLED


@pytest.mark.parametrize("end", ["deleted", "taken over", "finished"])
async def test_a_worker_learns_that_its_work_is_unwanted(tasks: Tasks, end: str) -> None:
    task = await begun(tasks)
    told = asyncio.create_task(tasks.until_unwanted(task.id, 1))
    await asyncio.sleep(0.05)
    match end:
        case "deleted":
            await tasks.delete(task.id)
        case "taken over":
            await tasks.begin(task.id)
        case _:
            await tasks.finish(task.id, 1, {})
    await asyncio.wait_for(told, 2)
    await asyncio.wait_for(tasks.until_unwanted(task.id, 1), 2)


async def test_cancel_and_finish_at_once_leave_one_end(tasks: Tasks) -> None:
    ends = set()
    for _ in range(100):
        task = await begun(tasks)
        await asyncio.gather(tasks.cancel(task.id), tasks.finish(task.id, 1, {}), return_exceptions=True)
        end = await tasks.get(task.id)
        events = await log(tasks, task.id)
        assert [event.last for event in events] == [False, False, True]
        assert events[-1].task == end
        assert (end.status is Status.COMPLETED) == (end.progress == 100) == (end.error is None)
        ends.add(end.status)
    assert ends <= {Status.COMPLETED, Status.CANCELLED}


async def test_a_failed_task_is_tried_again_as_a_new_attempt(tasks: Tasks) -> None:
    queued = []

    async def enqueue(_: object, task_id: str) -> None:
        queued.append(task_id)

    task = await begun(tasks)
    await tasks.report(task.id, 1, progress=70, scenes=SCENES)
    await tasks.fail(task.id, 1, "The disk is full.", node="render_scene")
    again = await tasks.retry(task.id, enqueue=enqueue)
    assert (again.status, again.attempt, again.progress, again.error, again.scenes) == (Status.PENDING, 2, 0, None, SCENES)
    assert queued == [task.id]
    await tasks.begin(task.id)
    await tasks.finish(task.id, 2, {})
    assert [event.seq for event in await log(tasks, task.id)] == list(range(1, 8))


async def test_only_a_task_that_is_over_is_tried_again(tasks: Tasks) -> None:
    task, _ = await tasks.submit(BRIEF)
    with pytest.raises(TaskBusy):
        await tasks.retry(task.id)
    await tasks.begin(task.id)
    with pytest.raises(TaskBusy):
        await tasks.retry(task.id)
    await tasks.finish(task.id, 1, {})
    with pytest.raises(TaskOver):
        await tasks.retry(task.id)
    assert (await tasks.retry(task.id, also_completed=True)).attempt == 2


async def test_a_retry_whose_job_cannot_be_queued_changes_nothing(tasks: Tasks) -> None:
    async def enqueue(_: object, task_id: str) -> None:
        raise ConnectionError(task_id)

    task = await begun(tasks)
    failed = (await tasks.fail(task.id, 1, "No.")).task
    with pytest.raises(ConnectionError):
        await tasks.retry(task.id, enqueue=enqueue)
    assert await tasks.get(task.id) == failed


async def test_a_deleted_task_is_gone_with_its_events(tasks: Tasks) -> None:
    task = await begun(tasks)
    assert await tasks.delete(task.id) == task
    with pytest.raises(NoSuchTask):
        await tasks.get(task.id)
    with pytest.raises(NoSuchTask):
        await tasks.report(task.id, 1, progress=1)


async def test_fifty_submits_with_one_key_make_one_task(tasks: Tasks, database: Database, tmp_path: Path) -> None:
    queued = []

    async def enqueue(_: object, task_id: str) -> None:
        queued.append(task_id)

    async with open_database(database.url, tmp_path) as other, Tasks(other) as others:
        answers = await asyncio.gather(*(door.submit(BRIEF, "key", "same", enqueue=enqueue) for door in (tasks, others) for _ in range(25)))
    assert len({task.id for task, _ in answers}) == 1
    assert [created for _, created in answers].count(True) == 1
    assert queued == [answers[0][0].id]
    assert len((await tasks.list()).tasks) == 1


async def test_a_key_with_another_request_is_refused(tasks: Tasks) -> None:
    await tasks.submit(BRIEF, "key", "one")
    with pytest.raises(KeyReused):
        await tasks.submit(BRIEF, "key", "two")


async def test_a_key_is_free_again_after_a_day(tasks: Tasks, database: Database) -> None:
    first, _ = await tasks.submit(BRIEF, "key", "one")
    async with database.pool.connection() as connection:
        await connection.execute("update kiwi_task set created_at = created_at - interval '23 hours 59 minutes'")
        assert (await tasks.submit(BRIEF, "key", "one"))[0].id == first.id
        await connection.execute("update kiwi_task set created_at = created_at - interval '2 minutes'")
    second, created = await tasks.submit(BRIEF, "key", "two")
    assert created
    assert second.id != first.id
    assert (await tasks.get(first.id)).idempotency_key is None


async def test_pages_show_every_task_once_whatever_comes_meanwhile(tasks: Tasks) -> None:
    old = [(await tasks.submit(BRIEF))[0].id for _ in range(12)]
    seen: list[str] = []
    cursor = None
    for _ in range(4):
        page = await tasks.list(3, cursor)
        seen += [task.id for task in page.tasks]
        cursor = page.cursor
        await tasks.submit(BRIEF)
    assert seen == old[::-1]
    assert cursor is None
    assert [task.id for task in (await tasks.list()).tasks][-12:] == old[::-1]


async def test_a_page_survives_the_deletion_of_its_last_task(tasks: Tasks) -> None:
    ids = [(await tasks.submit(BRIEF))[0].id for _ in range(4)]
    page = await tasks.list(2)
    await tasks.delete(ids[2])
    assert [task.id for task in (await tasks.list(2, page.cursor)).tasks] == [ids[1], ids[0]]


async def test_tasks_are_listed_and_counted_by_status(tasks: Tasks) -> None:
    running = await begun(tasks)
    waiting, _ = await tasks.submit(BRIEF)
    assert [task.id for task in (await tasks.list(status=Status.PROCESSING)).tasks] == [running.id]
    assert [task.id for task in (await tasks.list(status=Status.PENDING)).tasks] == [waiting.id]
    assert await tasks.count(Status.PENDING) == 1
    assert await tasks.count(Status.PENDING, Status.PROCESSING) == 2
    assert await tasks.count(Status.FAILED) == 0


@pytest.mark.parametrize("cursor", ["", "?", "abc", "LTE", "MA", "x" * 500, "é", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk"])
async def test_a_cursor_of_somebody_else_is_refused(tasks: Tasks, cursor: str) -> None:
    with pytest.raises(BadBrief, match="cursor"):
        await tasks.list(3, cursor)


async def test_one_process_at_a_time_holds_a_task(tasks: Tasks) -> None:
    async with tasks.hold(THIS):
        async with tasks.hold(THAT):
            pass
        with pytest.raises(TaskBusy):
            async with tasks.hold(THIS):
                pass
    async with tasks.hold(THIS):
        pass


async def test_a_holder_that_is_cancelled_lets_go(tasks: Tasks) -> None:
    held = asyncio.Event()

    async def work() -> None:
        async with tasks.hold(THIS):
            held.set()
            await asyncio.sleep(60)

    worker = asyncio.create_task(work())
    await asyncio.wait_for(held.wait(), 2)
    worker.cancel()
    with pytest.raises(asyncio.CancelledError):
        await worker
    async with tasks.hold(THIS):
        pass


@pytest.mark.parametrize("words", ["a\0b", "half a pair \ud83c"])
async def test_text_that_is_none_is_the_clients_to_fix(tasks: Tasks, words: str) -> None:
    with pytest.raises(BadBrief, match="characters"):
        await tasks.submit(Brief.model_construct(words=words))
    with pytest.raises(BadBrief, match="characters"):
        await tasks.submit(BRIEF, idempotency_key=words)
    assert (await tasks.list()).tasks == ()


async def test_every_other_text_comes_back_as_it_went(tasks: Tasks) -> None:
    words = "\u202e\U0001f95d \\u0000 'quote' \"double\" %s {x} \n\t" + "é" * 5000
    task, _ = await tasks.submit(Brief(words=words), idempotency_key="ключ")
    assert (await tasks.get(task.id)).brief.words == words


async def test_whatever_a_tool_said_last_can_be_told(tasks: Tasks) -> None:
    task = await begun(tasks)
    await tasks.report(task.id, 1, message="odd \ud83c bytes\0")
    assert (await tasks.fail(task.id, 1, "encoder said \0\ud83c!")).task.error == "encoder said ?!"


@pytest.mark.parametrize(
    "task_id", ["", "x", "a\0b", "\ud83c", "../../etc/passwd", "%s", "x" * 100_000, "00000000-0000-0000-0000-00000000000G"]
)
async def test_an_id_that_cannot_be_ours_is_no_task_and_harms_no_other_follower(tasks: Tasks, task_id: str) -> None:
    task = await begun(tasks)
    follower = asyncio.create_task(log(tasks, task.id))
    await asyncio.sleep(0)
    for call in (tasks.get(task_id), tasks.cancel(task_id), tasks.delete(task_id), tasks.report(task_id, 1), log(tasks, task_id)):
        with pytest.raises(NoSuchTask) as told:
            await call
        assert len(str(told.value)) < 200
    await tasks.finish(task.id, 1, {})
    assert len(await asyncio.wait_for(follower, 2)) == 3
