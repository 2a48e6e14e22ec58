"""Sharing: a scene that is being drawn while another child has nothing to do is finished by both."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from kiwi.film.job_inputs import RenderEndInput, RenderInput, Report
from kiwi.storage.assets import ENDS_AT
from kiwi.work import jobs
from kiwi.work.processes import ChildPool

LOOK_SECONDS = 0.05
"""How often it is looked whether a child has nothing to do."""
BEGINNING = 8
"""Frames that could be drawn while another child gets ready."""


async def draw(pool: ChildPool, job_input: RenderInput, folder: Path, report: Report) -> dict[str, Any]:
    """Have a scene drawn into ``folder``: from its beginning by one child, from the middle of what is left by the next that is idle.

    Cancelling ends both; so does one of them that fails.
    """
    drawn = 0.0

    def note(share: float) -> None:
        nonlocal drawn
        drawn = share
        report(share)

    first = asyncio.create_task(pool.do(jobs.RENDER, job_input.model_dump(mode="json"), folder, note))
    working: set[asyncio.Task[dict[str, Any]]] = {first}
    try:
        idle = 0
        while not first.done() and len(working) == 1:
            await asyncio.wait(working, timeout=LOOK_SECONDS)
            idle = idle + 1 if pool.has_idle else 0
            # who finds nobody working once may only stand between two jobs
            middle = middle_of(job_input, drawn) if drawn and not first.done() and idle > 1 else 0
            if middle:
                working.add(asyncio.create_task(_draw_end(pool, job_input, middle, folder)))
        for task in asyncio.as_completed(working):
            await task
        return first.result()
    finally:
        await _stopped(working)


def middle_of(job_input: RenderInput, drawn: float) -> int:
    """Where what is left to draw parts in two: at the beginning of every second group of pictures, which x264 numbers by turns 0 and 1,
    so that the reel has the very bytes that one child alone would have given it. 0: it is not worth it.
    """
    frames, group = job_input.shot.frames, job_input.fps
    at = round(drawn * frames)
    middle = round((at + frames + BEGINNING) / 2 / (2 * group)) * 2 * group
    return middle if at + group <= middle <= frames - group / 2 else 0


async def _draw_end(pool: ChildPool, job_input: RenderInput, first: int, folder: Path) -> dict[str, Any]:
    told = folder / f"{ENDS_AT}.part"
    told.write_text(str(first))
    told.rename(folder / ENDS_AT)
    order = RenderEndInput(drawn=job_input, first=first)
    return await pool.do(jobs.RENDER_END, order.model_dump(mode="json"), folder, lambda _: None)


async def _stopped(tasks: set[asyncio.Task[dict[str, Any]]]) -> None:
    for task in _unfinished(tasks):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _unfinished(tasks: set[asyncio.Task[dict[str, Any]]]) -> Iterator[asyncio.Task[dict[str, Any]]]:
    return (task for task in tasks if not task.done())
