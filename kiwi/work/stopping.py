"""Stopping work for good: a cancellation may be lost, so it is said again."""

import asyncio
from typing import Any

AGAIN_SECONDS = 1.0


async def stop(*work: asyncio.Task[Any], again_seconds: float = AGAIN_SECONDS) -> None:
    """Cancel tasks and wait until all have ended, however they end.

    On Python 3.11 `asyncio.wait_for`, which the connection pool waits with, returns as if nothing was when its result and a
    cancellation come in the same turn of the loop; the task then works on for ever, and whoever waits for its end waits as long.
    """
    pending = set(work)
    while pending:
        for one in pending:
            one.cancel()
        _, pending = await asyncio.wait(pending, timeout=again_seconds)
    await asyncio.gather(*work, return_exceptions=True)
