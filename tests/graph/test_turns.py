"""Turns: films beside each other, a suspect alone."""

import asyncio

from graph.turns import Turns


async def test_a_suspect_is_made_alone_and_the_rest_beside_each_other() -> None:
    turns = Turns()
    making: set[str] = set()
    seen: list[set[str]] = []

    async def make(name: str) -> None:
        async with turns.taken(alone=name.startswith("suspect")):
            making.add(name)
            seen.append(set(making))
            await asyncio.sleep(0.01)
            making.remove(name)

    names = ("one", "two", "suspect one", "three", "suspect two", "four")
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        for name in names:
            group.create_task(make(name))
            await asyncio.sleep(0)
    assert [together for together in seen if any(name.startswith("suspect") for name in together)] == [{"suspect one"}, {"suspect two"}]
    assert {"one", "two"} in seen
    assert {"three", "four"} in seen  # both came behind suspects


async def test_who_gives_up_waiting_is_not_waited_for() -> None:
    turns = Turns()
    async with turns.taken(alone=False):
        waiting = asyncio.create_task(turns.taken(alone=True).__aenter__())
        await asyncio.sleep(0.01)
        behind = asyncio.create_task(turns.taken(alone=False).__aenter__())
        await asyncio.sleep(0.01)
        assert not behind.done()
        waiting.cancel()
        async with asyncio.timeout(1):
            await behind


async def test_a_film_that_fails_gives_its_turn_back() -> None:
    turns = Turns()
    for alone in (True, False):
        try:
            async with turns.taken(alone=alone):
                raise ValueError
        except ValueError:
            pass
    async with asyncio.timeout(1), turns.taken(alone=True):
        pass
