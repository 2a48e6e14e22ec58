"""The line before the child of quick work: askers take turns."""

import asyncio

from kiwi.work.line import ASKER, Line


async def join(line: Line, asker: str, served: list[str], lasts: float = 0.0) -> None:
    ASKER.set(asker)
    async with line.turn():
        served.append(asker)
        await asyncio.sleep(lasts)


async def test_whoever_asks_once_is_next_however_often_another_asks() -> None:
    line, served = Line(), list[str]()
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        for asker in (*["bob"] * 6, "ada", "ada", "eve"):
            group.create_task(join(line, asker, served))
    assert served == ["bob", "bob", "ada", "eve", "bob", "ada", "bob", "bob", "bob"]


async def test_who_leaves_the_line_holds_up_nobody() -> None:
    line, served = Line(), list[str]()
    first = asyncio.create_task(join(line, "ada", served, lasts=0.05))
    await asyncio.sleep(0)
    waiting = [asyncio.create_task(join(line, "bob", served)) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    async with line.turn():  # comes after all of them have passed
        waiting[2].cancel()
    await asyncio.gather(first, *waiting, return_exceptions=True)
    async with asyncio.timeout(1):
        await join(line, "eve", served)
    assert served[0] == "ada"
    assert served[-1] == "eve"


async def test_one_that_is_called_and_leaves_at_once_passes_its_turn_on() -> None:
    line, served = Line(), list[str]()
    async with line.turn():
        called = asyncio.create_task(join(line, "bob", served))
        behind = asyncio.create_task(join(line, "eve", served))
        await asyncio.sleep(0)
    called.cancel()  # it has its turn by now, and does not know it yet
    async with asyncio.timeout(1):
        await behind
    assert served == ["eve"]
