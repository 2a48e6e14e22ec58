"""The program: wires database, crew and graph together."""

import contextlib
from collections.abc import AsyncIterator, Callable

from graph.checkpoint import open_checkpointer
from graph.engine import Engine
from graph.queue import open_queue
from graph.worker import Worker
from kiwi.assets import AssetStore
from kiwi.crew import Crew
from kiwi.database import open_database
from kiwi.local.crew import hire_local_crew
from kiwi.processes import Hands, open_hands
from kiwi.settings import Settings
from kiwi.tasks import Tasks
from kiwi.versions import versions
from kiwi.workshop import Workshop

__all__ = ["Engine", "Hire", "open_engine"]

Hire = Callable[[str], Crew]
"""Gives the crew for the film of a task's id."""


@contextlib.asynccontextmanager
async def open_engine(settings: Settings, hire: Hire | None = None) -> AsyncIterator[Engine]:
    """Database, children, worker and queue for as long as the block runs; SetupIncomplete when one cannot be had.

    The embedded crew makes the films unless another is hired.
    """
    data_folder = settings.data_folder
    async with (
        open_hands(settings.hands, data_folder) as hands,
        open_database(settings.database_url or None, data_folder) as database,
        open_checkpointer(database.url) as checkpointer,
        Tasks(database) as tasks,
    ):
        worker = Worker(tasks, checkpointer, hire or _local_crews(settings, hands))
        async with open_queue(database, tasks, worker, settings.queue) as queue:
            yield Engine(data_folder, database, tasks, hands, worker, queue)


def _local_crews(settings: Settings, hands: Hands) -> Hire:
    return lambda task_id: hire_local_crew(Workshop(hands, AssetStore.of_task(settings.data_folder, task_id)), versions())
