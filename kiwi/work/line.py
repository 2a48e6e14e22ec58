"""Line: who waits for the one child of quick work. Askers take turns, so nobody who asks often keeps the others waiting."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar

ASKER: ContextVar[str] = ContextVar("asker", default="")
"""For whom the work of this context is done; empty: for the films in the making."""


class Line:
    """One at a time; after each comes the next asker, and among the things that one asker waits for, the oldest."""

    def __init__(self) -> None:
        self._busy = False
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}
        """By asker, who comes next in front."""

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn of the context's asker, and have it for as long as the block runs."""
        if self._busy:
            await self._wait(ASKER.get())
        self._busy = True
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, asker: str) -> None:
        called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(asker, deque()).append(called)
        try:
            await called
        except asyncio.CancelledError:
            if called.done() and not called.cancelled():
                self._pass_on()  # it was called, and left all the same
            raise

    def _pass_on(self) -> None:
        while self._waiting:
            asker = next(iter(self._waiting))
            line = self._waiting.pop(asker)
            called = line.popleft()
            if line:
                self._waiting[asker] = line  # behind the others
            if not called.done():
                called.set_result(None)
                return
        self._busy = False
