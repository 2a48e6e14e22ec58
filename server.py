"""The program: wires database, crew and graph together."""

import contextlib
import shutil
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from graph.checkpoint import open_checkpointer
from graph.worker import Worker
from kiwi.assets import AssetStore
from kiwi.crew import Crew
from kiwi.database import Database, open_database
from kiwi.film import Brief
from kiwi.local.crew import hire_local_crew
from kiwi.processes import Hands, open_hands
from kiwi.settings import Settings
from kiwi.task import Status, Task
from kiwi.tasks import Tasks
from kiwi.versions import versions
from kiwi.workshop import Workshop


@dataclass(frozen=True)
class Engine:
    """Everything that makes films, opened."""

    data_folder: Path
    database: Database
    tasks: Tasks
    hands: Hands
    worker: Worker

    def store(self, task_id: str) -> AssetStore:
        """Where a task's media lies."""
        return AssetStore.of_task(self.data_folder, task_id)

    async def submit(self, brief: Brief, recording: bytes = b"") -> Task:
        """Promise a film; a recording is stored with its task."""
        task_id = str(uuid.uuid4())
        if recording:
            brief = brief.model_copy(update={"recording": await self.store(task_id).keep(recording, "recording")})
        task, _ = await self.tasks.submit(brief, task_id=task_id)
        return task

    async def take_up(self, task_id: str) -> Task:
        """A task to go on with: one that failed or was cancelled gets a new attempt. NoSuchTask."""
        task = await self.tasks.get(task_id)
        return await self.tasks.retry(task_id) if task.status in {Status.FAILED, Status.CANCELLED} else task

    async def forget(self, task_id: str) -> None:
        """Delete a task with its thread and its media."""
        await self.tasks.delete(task_id)
        await self.worker.checkpointer.adelete_thread(task_id)
        shutil.rmtree(self.store(task_id).root, ignore_errors=True)


@contextlib.asynccontextmanager
async def open_engine(settings: Settings) -> AsyncIterator[Engine]:
    """Database, children and worker for as long as the block runs; SetupIncomplete when one cannot be had."""
    data_folder = settings.data_folder
    async with (
        open_hands(settings.hands, data_folder) as hands,
        open_database(settings.database_url or None, data_folder) as database,
        open_checkpointer(database.url) as checkpointer,
        Tasks(database) as tasks,
    ):

        def hire(task_id: str) -> Crew:
            return hire_local_crew(Workshop(hands, AssetStore.of_task(data_folder, task_id)), versions())

        yield Engine(data_folder, database, tasks, hands, Worker(tasks, checkpointer, hire))
