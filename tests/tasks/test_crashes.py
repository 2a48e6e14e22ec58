"""Crashes: what was running when a process ended, and what may be concluded from it."""

from contextlib import AsyncExitStack

import pytest

from kiwi.film.model import Brief
from kiwi.storage.database import Database
from kiwi.tasks.crashes import MOST_CRASHES, MOST_FREEZES, MOST_OUTAGES, NOTE_CRASHES, REFUTE, Case, Crashes
from kiwi.tasks.leases import Leases
from kiwi.tasks.table import Tasks
from kiwi.tasks.task import Task

DEAD = 999_999
"""No backend's."""


class Machine:
    """Processes that make films, and end."""

    def __init__(self, tasks: Tasks, database: Database) -> None:
        self.tasks = tasks
        self.database = database
        self.crashes = Crashes(database)

    async def film(self) -> Task:
        return (await self.tasks.submit(Brief(words="tea")))[0]

    async def end(self, *films: Task, progress: int = 0, freezes: bool = False) -> str:
        """Have a process begin films, report how far they are, and end or freeze; its name."""
        process = Leases(self.database)
        async with AsyncExitStack() as held:
            for film in films:
                lease = await held.enter_async_context(process.hold(film.id))
                begun = await self.tasks.begin(film.id)
                await lease.begin(begun.attempt)
                lease.resigns_at = 0.0  # no sign of life, as if it had ended
                await self.tasks.report(film.id, begun.attempt, progress=progress)
            async with self.database.pool.connection() as connection:
                if not freezes:
                    await connection.execute(f"update kiwi_lease set pid = {DEAD} where holder = %s".encode(), (process.holder,))
                await connection.execute("update kiwi_lease set until = until - interval '10 seconds' where holder = %s", (process.holder,))
                for _ in range(2):  # several see it
                    await self.crashes.note(connection, process.holder)
        return process.holder

    async def case(self, film: Task) -> Case:
        return await self.crashes.case(film.id)


@pytest.fixture
def machine(tasks: Tasks, database: Database, monkeypatch: pytest.MonkeyPatch) -> Machine:
    started_long_ago = NOTE_CRASHES.replace("pg_postmaster_start_time()", "pg_postmaster_start_time() - interval '1 hour'")
    monkeypatch.setattr("kiwi.tasks.crashes.NOTE_CRASHES", started_long_ago)
    return Machine(tasks, database)


async def test_a_film_nothing_happened_to_is_no_suspect(machine: Machine) -> None:
    case = await machine.case(await machine.film())
    assert case == Case()
    assert (case.suspect, case.guilty) == (False, False)


async def test_films_that_end_together_are_suspects_and_none_is_guilty(machine: Machine) -> None:
    films = [await machine.film() for _ in range(2)]
    for _ in range(MOST_CRASHES + 1):
        await machine.end(*films)
    for film in films:
        case = await machine.case(film)
        assert (case.crashes, case.alone, case.suspect, case.guilty) == (MOST_CRASHES + 1, 0, True, False)


async def test_a_film_that_ends_its_process_alone_three_times_is_guilty(machine: Machine) -> None:
    film, neighbour = await machine.film(), await machine.film()
    await machine.end(film, neighbour)
    guilty = []
    for _ in range(MOST_CRASHES):
        await machine.end(film)
        guilty.append((await machine.case(film)).guilty)
    assert guilty == [False, False, True]
    assert not (await machine.case(neighbour)).guilty


async def test_only_crashes_at_the_same_point_count(machine: Machine) -> None:
    film = await machine.film()
    counted = []
    for progress in (0, 0, 40, 40):
        await machine.end(film, progress=progress)
        counted.append((await machine.case(film)).alone)
    assert counted == [1, 2, 1, 2]


async def test_a_film_that_is_begun_afresh_is_no_suspect(machine: Machine) -> None:
    film = await machine.film()
    for _ in range(MOST_CRASHES):
        await machine.end(film, progress=40)
    taken = await machine.tasks.begin(film.id)
    await machine.tasks.fail(film.id, taken.attempt, "It broke down.")
    assert (await machine.case(film)).guilty
    await machine.tasks.retry(film.id)
    assert not (await machine.case(film)).suspect


async def test_ends_of_others_speak_for_a_film(machine: Machine) -> None:
    films = [await machine.film() for _ in range(3)]
    for _ in range(MOST_CRASHES + 2):
        for film in films:
            await machine.end(film)
    for film in films:
        case = await machine.case(film)
        assert (case.alone, case.guilty) == (MOST_CRASHES + 2, False)


async def test_what_happened_to_others_long_ago_speaks_for_nobody(machine: Machine) -> None:
    film, other = await machine.film(), await machine.film()
    await machine.end(other)
    async with machine.database.pool.connection() as connection:
        await connection.execute("update kiwi_crash set at = at - interval '61 minutes'")
    for _ in range(MOST_CRASHES):
        await machine.end(film)
    assert (await machine.case(film)).guilty


async def test_a_crash_is_forgotten_after_a_day(machine: Machine) -> None:
    film = await machine.film()
    for _ in range(MOST_CRASHES):
        await machine.end(film)
    async with machine.database.pool.connection() as connection:
        await connection.execute("update kiwi_crash set at = at - interval '25 hours'")
    assert await machine.case(film) == Case()
    await machine.end(await machine.film())
    async with machine.database.pool.connection() as connection:
        assert len(await (await connection.execute("select from kiwi_crash")).fetchall()) == 1


async def test_a_frozen_process_makes_no_film_guilty(machine: Machine) -> None:
    film = await machine.film()
    for freezes in range(1, MOST_FREEZES + 2):
        await machine.end(film, freezes=True)
        case = await machine.case(film)
        assert (case.freezes, case.crashes, case.guilty) == (freezes, 0, False)
        assert case.suspect == (freezes >= MOST_FREEZES)


def test_no_film_comes_back_for_ever() -> None:
    assert not Case(crashes=MOST_OUTAGES - 1, alone=MOST_OUTAGES - 1, elsewhere=True).guilty
    assert Case(crashes=MOST_OUTAGES - 1, freezes=1, elsewhere=True).guilty


async def test_a_process_that_lives_refutes_its_end(machine: Machine) -> None:
    film = await machine.film()
    for _ in range(MOST_CRASHES):
        name = await machine.end(film)
        async with machine.database.pool.connection() as connection:
            await connection.execute(REFUTE, {"holder": name})
    assert await machine.case(film) == Case()


async def test_a_process_that_still_holds_something_has_not_ended(machine: Machine) -> None:
    film, other = await machine.film(), await machine.film()
    process = Leases(machine.database)
    async with process.hold(other.id), process.hold(film.id) as lease:
        lease.resigns_at = 0.0
        await lease.begin((await machine.tasks.begin(film.id)).attempt)
        async with machine.database.pool.connection() as connection:
            await connection.execute(f"update kiwi_lease set pid = {DEAD} where task_id = %s".encode(), (film.id,))
            await machine.crashes.note(connection, process.holder)
    assert await machine.case(film) == Case()


async def test_whoever_ends_before_beginning_a_film_has_not_ended_of_it(machine: Machine) -> None:
    film = await machine.film()
    process = Leases(machine.database)
    async with process.hold(film.id) as lease, machine.database.pool.connection() as connection:
        lease.resigns_at = 0.0
        await connection.execute(f"update kiwi_lease set pid = {DEAD}".encode())
        await machine.crashes.note(connection, process.holder)
    assert await machine.case(film) == Case()


async def test_a_database_that_was_restarted_says_nothing_about_films(tasks: Tasks, database: Database) -> None:
    machine = Machine(tasks, database)
    film = await machine.film()
    process = Leases(database)
    async with process.hold(film.id) as lease, database.pool.connection() as connection:
        lease.resigns_at = 0.0
        await lease.begin((await tasks.begin(film.id)).attempt)
        await connection.execute(f"update kiwi_lease set pid = {DEAD}, until = pg_postmaster_start_time() + interval '1 second'".encode())
        await machine.crashes.note(connection, process.holder)
    assert await machine.case(film) == Case()
