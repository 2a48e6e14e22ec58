"""The clock: the time and the waiting of whoever talks to providers, so that tests can turn its hands."""

import asyncio
import time
from datetime import UTC, datetime
from random import Random
from typing import Protocol


class Clock(Protocol):
    """What tells the time and waits."""

    def monotonic(self) -> float:
        """Seconds that never run backwards; only their differences mean something."""

    def now(self) -> datetime:
        """The time of day, in UTC."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The machine's own clock."""

    def monotonic(self) -> float:
        return time.monotonic()

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def jittered(seconds: float, random: Random) -> float:
    """Seconds to wait so that many who wait do not come back together: never sooner than asked, at most a quarter later."""
    return seconds * random.uniform(1.0, 1.25)


def backoff(attempt: int, base: float, cap: float, random: Random) -> float:
    """Seconds to wait after failure number ``attempt``, counted from 0: anything up to ``base`` doubled each time, never above ``cap``."""
    return random.uniform(0.0, min(cap, base * 2.0 ** min(attempt, 64)))
