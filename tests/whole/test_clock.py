"""The clock: real, stepped, and the two ways to spread waiting."""

import asyncio
from datetime import UTC, timedelta
from random import Random

import pytest

from kiwi.clock import Clock, SystemClock, backoff, jittered
from tests.clocks import SteppedClock


async def test_the_machines_clock_tells_utc_and_waits() -> None:
    clock: Clock = SystemClock()
    before = clock.monotonic()
    await clock.sleep(0.01)
    assert clock.monotonic() - before >= 0.009
    assert clock.now().tzinfo is UTC


async def test_a_stepped_clock_lets_hours_pass_at_once() -> None:
    clock = SteppedClock()
    dawn = clock.now()
    async with asyncio.timeout(1):
        await clock.sleep(3_600)
    assert clock.monotonic() == 3_600
    assert clock.now() - dawn == timedelta(hours=1)
    assert clock.sleeps == [3_600]


async def test_those_who_wait_together_wake_in_the_order_of_their_moments() -> None:
    clock = SteppedClock()
    woken: list[tuple[str, float]] = []

    async def wait(name: str, *sleeps: float) -> None:
        for seconds in sleeps:
            await clock.sleep(seconds)
            woken.append((name, clock.monotonic()))

    await asyncio.gather(wait("late", 60), wait("early", 5, 5), wait("between", 7))
    assert woken == [("early", 5), ("between", 7), ("early", 10), ("late", 60)]


async def test_a_sleeper_who_is_cancelled_moves_no_hands() -> None:
    clock = SteppedClock()
    sleeper = asyncio.create_task(clock.sleep(1_000))
    await asyncio.sleep(0)
    sleeper.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sleeper
    await clock.sleep(1)
    assert clock.monotonic() == 1


def test_jitter_never_shortens_a_wait() -> None:
    waits = [jittered(5.0, Random(seed)) for seed in range(500)]
    assert min(waits) >= 5.0
    assert max(waits) <= 6.25
    assert max(waits) - min(waits) > 1.0


def test_backoff_doubles_its_ceiling_up_to_the_cap() -> None:
    for attempt, ceiling in ((0, 1.0), (1, 2.0), (3, 8.0), (6, 30.0), (10_000, 30.0)):
        waits = [backoff(attempt, 1.0, 30.0, Random(seed)) for seed in range(500)]
        assert min(waits) >= 0.0
        assert 0.8 * ceiling < max(waits) <= ceiling
