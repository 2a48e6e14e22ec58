import asyncio
import os
import random
import signal
from pathlib import Path

import psycopg
import pytest

from kiwi.errors import NoSuchTask
from kiwi.film.model import Brief
from kiwi.storage.database import Database, open_database
from kiwi.storage.postgres import Server
from kiwi.tasks.table import Event, Status, Task, Tasks
from kiwi.tasks.watch import WINDOW
from tests.databases import an_empty_database

BRIEF = Brief(words="A film about watching")


THIS = "5a9dd1b5-1a9c-4f0e-9a51-3e5f0c7d2f11"


async def begun(tasks: Tasks) -> Task:
    task, _ = await tasks.submit(BRIEF)
    return await tasks.begin(task.id)


async def collect(tasks: Tasks, task_id: str, after: int = 0) -> list[Event]:
    return [event async for event in tasks.follow(task_id, after)]


def watch(tasks: Tasks, task_id: str, after: int = 0) -> asyncio.Task[list[Event]]:
    return asyncio.create_task(collect(tasks, task_id, after))


async def write(tasks: Tasks, task: Task, count: int, pause: float = 0.0) -> None:
    for number in range(count):
        await tasks.report(task.id, task.attempt, node="render_scene", progress=number * 99 // count, message=f"Frame {number}")
        await asyncio.sleep(pause)
    await tasks.finish(task.id, task.attempt, {"video_url": "x"})


def numbers(events: list[Event]) -> list[int]:
    return [event.seq for event in events]


async def test_followers_on_several_connections_see_the_same_events_while_they_are_written(
    tasks: Tasks, database: Database, tmp_path: Path
) -> None:
    task = await begun(tasks)
    async with open_database(database.url, tmp_path) as other, Tasks(other) as others:
        followers = [watch(door, task.id) for door in (tasks, others) for _ in range(3)]
        writer = asyncio.create_task(write(tasks, task, 100))
        for after in (0, 5, 50):
            while (await tasks.get(task.id)).seq < after:
                await asyncio.sleep(0.01)
            followers.append(watch(others, task.id, after))
        await writer
        seen = [await follower for follower in followers]
    whole = seen[0]
    assert numbers(whole) == list(range(1, 104))
    assert all(events == whole for events in seen[1:7])
    assert [numbers(events)[0] for events in seen[7:]] == [6, 51]
    assert all(events == whole[events[0].seq - 1 :] for events in seen[7:])


async def test_a_follower_cut_again_and_again_misses_nothing(tasks: Tasks) -> None:
    task = await begun(tasks)
    writer = asyncio.create_task(write(tasks, task, 150, pause=0.002))
    cuts = random.Random(7)
    seen: list[Event] = []
    while not seen or not seen[-1].last:
        left = cuts.randrange(1, 12)
        async for event in tasks.follow(task.id, seen[-1].seq if seen else 0):
            seen.append(event)
            left -= 1
            if not left:
                break
    await writer
    assert numbers(seen) == list(range(1, 154))
    assert seen == await collect(tasks, task.id)


async def test_what_a_live_follower_sees_is_what_a_later_one_reads(tasks: Tasks) -> None:
    task = await begun(tasks)
    live = watch(tasks, task.id)
    await write(tasks, task, 20)
    assert await live == await collect(tasks, task.id)


async def test_an_event_read_after_a_resume_still_shows_the_whole_task(tasks: Tasks) -> None:
    task = await begun(tasks)
    await tasks.report(task.id, 1, transcription="heard", progress=10)
    await tasks.report(task.id, 1, message="Writing")
    await tasks.finish(task.id, 1, {})
    resumed = await collect(tasks, task.id, 3)
    assert [(event.task.transcription, event.task.message) for event in resumed] == [("heard", "Writing"), ("heard", "The film is ready")]
    assert resumed == (await collect(tasks, task.id))[3:]


async def test_a_follower_after_the_end_ends_at_once(tasks: Tasks) -> None:
    task = await begun(tasks)
    await tasks.finish(task.id, 1, {})
    assert numbers(await asyncio.wait_for(collect(tasks, task.id, 2), 2)) == [3]
    assert await asyncio.wait_for(collect(tasks, task.id, 3), 2) == []
    assert await asyncio.wait_for(collect(tasks, task.id, 99), 2) == []


async def test_a_follower_ahead_of_this_process_sees_nothing_twice(tasks: Tasks, database: Database) -> None:
    task = await begun(tasks)
    behind = watch(tasks, task.id)
    await asyncio.sleep(0.05)
    async with database.pool.connection() as connection, connection.transaction():
        # Written, but not told to this process yet: as when a client comes over from another server that was told first.
        await connection.execute("update kiwi_task set seq = 4 where id = %s", (task.id,))
        await connection.execute(
            "insert into kiwi_event select task_id, seq + 2, attempt, at, type, node, changes from kiwi_event where task_id = %s",
            (task.id,),
        )
    ahead = watch(tasks, task.id, 4)
    await asyncio.sleep(0.05)
    await tasks.finish(task.id, 1, {})
    assert numbers(await asyncio.wait_for(ahead, 2)) == [5]
    assert numbers(await asyncio.wait_for(behind, 2)) == [1, 2, 3, 4, 5]


async def test_a_follower_that_claims_the_future_still_gets_what_comes(tasks: Tasks) -> None:
    task = await begun(tasks)
    follower = watch(tasks, task.id, 1000)
    await asyncio.sleep(0.05)
    await tasks.finish(task.id, 1, {})
    assert numbers(await asyncio.wait_for(follower, 2)) == [3]


async def test_the_end_of_an_earlier_attempt_does_not_end_the_following(tasks: Tasks) -> None:
    task = await begun(tasks)
    first = watch(tasks, task.id)
    await tasks.fail(task.id, 1, "No.")
    assert numbers(await first) == [1, 2, 3]
    await tasks.retry(task.id)
    second = watch(tasks, task.id)
    await asyncio.sleep(0.05)
    assert not second.done()
    await tasks.begin(task.id)
    await tasks.finish(task.id, 2, {})
    events = await second
    assert numbers(events) == [1, 2, 3, 4, 5, 6]
    assert [event.attempt for event in events] == [1, 1, 1, 2, 2, 2]


async def test_the_follower_of_a_deleted_task_is_told(tasks: Tasks) -> None:
    task = await begun(tasks)
    follower = watch(tasks, task.id)
    await asyncio.sleep(0.05)
    await tasks.delete(task.id)
    with pytest.raises(NoSuchTask):
        await asyncio.wait_for(follower, 2)


async def test_a_follower_too_slow_for_memory_reads_on_from_the_tables(tasks: Tasks) -> None:
    task = await begun(tasks)
    slow = aiter(tasks.follow(task.id))
    seen = [await anext(slow)]
    await write(tasks, task, WINDOW + 50)
    seen += [event async for event in slow]
    assert numbers(seen) == list(range(1, WINDOW + 54))


async def test_five_hundred_followers_cost_one_reading_of_each_event(tasks: Tasks, database: Database) -> None:
    task = await begun(tasks)
    followers = [watch(tasks, task.id, 2) for _ in range(500)]
    await asyncio.sleep(0.3)
    async with database.pool.connection() as connection:
        asked = "select coalesce(sum(idx_scan), 0)::int as scans from pg_stat_user_indexes where relname = 'kiwi_event'"
        await connection.execute("select pg_stat_force_next_flush()")
        before = (await (await connection.execute(asked)).fetchall())[0]["scans"]
        await write(tasks, task, 20, pause=0.01)
        events = await asyncio.gather(*followers)
        await asyncio.sleep(1.1)  # other connections report their statistics once a second
        after = (await (await connection.execute(asked)).fetchall())[0]["scans"]
    assert {tuple(numbers(seen)) for seen in events} == {tuple(range(3, 24))}
    assert after - before < 100


async def test_several_tasks_are_followed_at_once_each_in_its_order(tasks: Tasks) -> None:
    films = [await begun(tasks) for _ in range(3)]
    seen: dict[str, list[int]] = {task.id: [] for task in films}

    async def follow() -> None:
        async for event in tasks.follow_many({films[0].id: 0, films[1].id: 0, films[2].id: 2, "ghost": 0}):
            seen[event.task_id].append(event.seq)

    follower = asyncio.create_task(follow())
    await asyncio.gather(*(write(tasks, task, 15) for task in films))
    await asyncio.wait_for(follower, 5)
    assert list(seen.values()) == [list(range(1, 19)), list(range(1, 19)), list(range(3, 19))]


async def test_one_task_deleted_among_several_ends_alone(tasks: Tasks) -> None:
    kept, gone = await begun(tasks), await begun(tasks)

    async def follow() -> list[Event]:
        return [event async for event in tasks.follow_many([kept.id, gone.id])]

    follower = asyncio.create_task(follow())
    await asyncio.sleep(0.05)
    await tasks.delete(gone.id)
    await tasks.finish(kept.id, 1, {})
    assert [event.seq for event in await asyncio.wait_for(follower, 5) if event.task_id == kept.id] == [1, 2, 3]


async def test_a_log_that_cannot_be_read_is_told_to_the_followers(fresh_database: Database) -> None:
    async with Tasks(fresh_database) as tasks:
        task = await begun(tasks)
        follower = watch(tasks, task.id)
        await asyncio.sleep(0.05)
        async with fresh_database.pool.connection() as connection:
            await connection.execute("alter table kiwi_event rename column changes to elsewhere")
            await connection.execute("select pg_notify('kiwi_event', %s)", (task.id,))
        with pytest.raises(ExceptionGroup) as told:
            await asyncio.wait_for(follower, 2)
    assert told.group_contains(psycopg.errors.UndefinedColumn)


async def crash_and_restart(server: Server) -> None:
    pid = int((server.cluster / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGQUIT)  # what ``pg_ctl stop -m immediate`` does
    while (server.cluster / "postmaster.pid").exists():
        await asyncio.sleep(0.01)
    await asyncio.to_thread(server.join)


async def test_followers_live_through_restarts_of_the_database(mortal: Server, tmp_path: Path) -> None:
    async with open_database(an_empty_database(mortal), tmp_path) as database, Tasks(database) as tasks:
        task = await begun(tasks)
        followers = [watch(tasks, task.id) for _ in range(5)]
        written = 0
        for round_number in range(2):
            for _ in range(20):
                await tasks.report(task.id, 1, message=f"Round {round_number}")
                written += 1
            await crash_and_restart(mortal)
        late = watch(tasks, task.id, 10)
        await tasks.finish(task.id, 1, {})
        seen = await asyncio.wait_for(asyncio.gather(*followers), 10)
        assert all(numbers(events) == list(range(1, written + 4)) for events in seen)
        assert seen[0][-1].task.status is Status.COMPLETED
        assert numbers(await asyncio.wait_for(late, 5)) == list(range(11, written + 4))
        assert seen[0] == await collect(tasks, task.id)


async def test_an_acknowledged_write_outlives_a_crash_of_the_database(mortal: Server, tmp_path: Path) -> None:
    async with open_database(an_empty_database(mortal), tmp_path) as database, Tasks(database) as tasks:
        acknowledged = [(await tasks.submit(BRIEF))[0] for _ in range(20)]
        await crash_and_restart(mortal)
        assert list((await tasks.list(20)).tasks) == acknowledged[::-1]


async def test_a_hold_that_the_database_dropped_ends_quietly(mortal: Server, tmp_path: Path) -> None:
    async with open_database(an_empty_database(mortal), tmp_path) as database, Tasks(database) as tasks, tasks.hold(THIS):
        await crash_and_restart(mortal)
        async with tasks.hold(THIS):
            pass
