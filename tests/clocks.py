"""A clock whose hands move when somebody waits: hours of polling in no time, in the right order."""

import asyncio
import heapq
import itertools
from datetime import UTC, datetime, timedelta

TURNS = 8
"""Turns of the loop that whoever is woken gets to wait again, before the hands move on."""


class SteppedClock:
    """Waiting moves it on at once, to the next moment that anybody waits for; it keeps what it was asked to sleep."""

    def __init__(self, began: datetime = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)) -> None:
        self.began = began
        self.passed = 0.0
        self.sleeps: list[float] = []
        self._order = itertools.count()
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._turning = False

    def monotonic(self) -> float:
        return self.passed

    def now(self) -> datetime:
        return self.began + timedelta(seconds=self.passed)

    def forward(self, seconds: float) -> None:
        """Let time pass while nobody waits."""
        self.passed += seconds

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        loop = asyncio.get_running_loop()
        woken: asyncio.Future[None] = loop.create_future()
        heapq.heappush(self._waiting, (self.passed + max(0.0, seconds), next(self._order), woken))
        if not self._turning:
            self._turn_after(TURNS)
        await woken

    def _turn_after(self, turns: int) -> None:
        self._turning = True
        if turns:
            asyncio.get_running_loop().call_soon(self._turn_after, turns - 1)
        else:
            self._turn()

    def _turn(self) -> None:
        """Wake the one whose moment comes first, and the next only when that one has had time to go on."""
        self._turning = False
        while self._waiting and not self._turning:
            moment, _, woken = heapq.heappop(self._waiting)
            if not woken.done():
                self.passed = max(self.passed, moment)
                woken.set_result(None)
                self._turn_after(TURNS)
