"""Turns: films of one process are made beside each other, but a suspect alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """Who may make a film now."""

    def __init__(self) -> None:
        self._changed = asyncio.Condition()
        self._making = 0
        self._alone = False
        self._waiting_alone = 0

    @asynccontextmanager
    async def taken(self, *, alone: bool) -> AsyncIterator[None]:
        """Wait for a turn and have it for as long as the block runs; nobody begins before somebody who waits to be alone."""
        async with self._changed:
            if alone:
                await self._wait_alone()
            else:
                await self._changed.wait_for(lambda: not self._alone and not self._waiting_alone)
            self._making += 1
            self._alone = alone
        try:
            yield
        finally:
            await asyncio.shield(self._give_back())

    async def _wait_alone(self) -> None:
        self._waiting_alone += 1
        try:
            await self._changed.wait_for(lambda: not self._making)
        finally:
            self._waiting_alone -= 1
            self._changed.notify_all()

    async def _give_back(self) -> None:
        async with self._changed:
            self._making -= 1
            self._alone = False
            self._changed.notify_all()
