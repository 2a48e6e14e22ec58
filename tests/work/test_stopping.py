"""Work that lost its cancellation is cancelled again."""

import asyncio

import pytest

from kiwi.work.stopping import stop


async def test_what_lost_a_cancellation_is_cancelled_again() -> None:
    lost = 0

    async def work() -> None:
        nonlocal lost
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                lost += 1
                if lost == 3:
                    raise

    stubborn = asyncio.create_task(work())
    await asyncio.sleep(0)
    await asyncio.wait_for(stop(stubborn, again_seconds=0.01), 5)
    assert (lost, stubborn.cancelled()) == (3, True)


async def test_what_ended_or_broke_is_left_in_peace() -> None:
    async def broken() -> None:
        raise ValueError("broken")

    ended = asyncio.create_task(asyncio.sleep(0))
    broke = asyncio.create_task(broken())
    await asyncio.wait({ended, broke})
    await stop(ended, broke)
    await stop()
    assert not ended.cancelled()
    with pytest.raises(ValueError, match="broken"):
        broke.result()


async def test_a_quick_cleanup_is_not_disturbed() -> None:
    cleaned = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.05)
            cleaned.set()

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    await stop(task)
    assert cleaned.is_set()
