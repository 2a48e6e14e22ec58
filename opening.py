"""Opening everything that makes films, side by side: children load their models and the database starts while the graph is imported."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING, Any

from api.messages import told
from kiwi.settings import Settings
from kiwi.storage.postgres import open_postgres
from kiwi.storage.privacy import close_folder, keep_private
from kiwi.work.jobs import Job
from kiwi.work.processes import ChildPool, open_pool

if TYPE_CHECKING:
    from graph.assembly import Assemble
    from graph.engine import Engine
    from kiwi.film.crew import Crew

Hire = Callable[[str], "Crew"]
"""Gives the crew for the film of a task's id."""


@contextlib.asynccontextmanager
async def open_engine(
    settings: Settings,
    hire: Hire | None = None,
    *,
    expecting: Sequence[Job[Any, Any]] = (),
    meanwhile: Callable[[ChildPool], object] = lambda pool: None,
) -> AsyncIterator["Engine"]:
    """Database, children, worker and queue for as long as the block runs; SetupIncomplete when one cannot be had.

    The embedded crew makes the films unless another is hired. Children get ready at once for the jobs that are expected;
    ``meanwhile`` is told of them while the rest is still being opened.
    """
    data_folder = settings.data_folder
    keep_private()
    await asyncio.to_thread(close_folder, data_folder)
    database = contextlib.nullcontext(settings.database_url) if settings.database_url else open_postgres(data_folder)
    async with contextlib.AsyncExitStack() as opened:
        pool = await opened.enter_async_context(open_pool(settings.hands, data_folder))
        await pool.expect(expecting)
        meanwhile(pool)
        imports = asyncio.create_task(asyncio.to_thread(_import_assemble))
        try:
            url = await opened.enter_async_context(database)
        finally:  # a thread that imports cannot be called back
            assemble = await imports
        opened.callback(pool.end)  # they go while the database is being closed
        yield await opened.enter_async_context(assemble(settings, pool, url, hire, told))


def _import_assemble() -> "Assemble":
    from graph.assembly import assemble  # noqa: PLC0415 - all that follows is heavy

    return assemble
