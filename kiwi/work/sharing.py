"""Sharing: a scene that is being drawn while another child has nothing to do is finished by both."""

import asyncio
from pathlib import Path
from typing import Any

from kiwi.film.job_inputs import RenderEndInput, RenderInput, Report
from kiwi.storage.assets import ENDS_AT, REEL_END
from kiwi.work import jobs
from kiwi.work.processes import ChildPool
from kiwi.work.stopping import stop

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
    tasks, idle = [first], 0
    try:
        while not first.done():
            alone = len(tasks) == 1
            pending = [task for task in tasks if not task.done()]
            await asyncio.wait(pending, timeout=LOOK_SECONDS if alone else None, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                if task.done():
                    task.result()
            idle = idle + 1 if pool.has_idle else 0
            # who finds nobody working once may only stand between two jobs
            middle = middle_of(job_input, drawn) if alone and drawn and not first.done() and idle > 1 else 0
            if middle:
                tasks.append(asyncio.create_task(_draw_end(pool, job_input, middle, folder)))
        return first.result()
    finally:
        await stop(*tasks)
        if tasks[1:]:
            await asyncio.to_thread(_clear, folder)


def middle_of(job_input: RenderInput, drawn: float) -> int:
    """Where what is left to draw parts in two: at the beginning of every second group of pictures, which x264 numbers by turns 0 and 1,
    so that the reel has the very bytes that one child alone would have given it. 0: it is not worth it.
    """
    frames, group = job_input.shot.frames, job_input.fps
    at = round(drawn * frames)
    middle = round((at + frames + BEGINNING) / 2 / (2 * group)) * 2 * group
    return middle if at + group <= middle <= frames - group / 2 else 0


async def _draw_end(pool: ChildPool, job_input: RenderInput, first: int, folder: Path) -> dict[str, Any]:
    await asyncio.to_thread(_tell, folder, first)
    order = RenderEndInput(drawn=job_input, first=first)
    return await pool.do(jobs.RENDER_END, order.model_dump(mode="json"), folder, lambda _: None)


def _tell(folder: Path, first: int) -> None:
    told = folder / f"{ENDS_AT}.part"
    told.write_text(str(first))
    told.rename(folder / ENDS_AT)


def _clear(folder: Path) -> None:
    for name in (ENDS_AT, REEL_END, f"{ENDS_AT}.part", f"{REEL_END}.part"):
        (folder / name).unlink(missing_ok=True)
