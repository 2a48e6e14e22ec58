"""The graph for `langgraph dev` and Studio, which bring their own checkpointer."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping

from langchain_core.runnables import RunnableConfig

from graph.build import FilmGraph, build_graph
from kiwi.film.crew import Crew
from kiwi.film.model import Brief
from kiwi.local.embedded import hire_local_crew
from kiwi.providers.producing import open_producer
from kiwi.settings import Settings
from kiwi.storage.assets import AssetStore
from kiwi.storage.database import open_database
from kiwi.storage.identity import signing_for
from kiwi.versions import versions
from kiwi.work.processes import ChildPool, open_pool
from kiwi.work.workshop import Workshop


@contextlib.asynccontextmanager
async def make_graph(config: RunnableConfig) -> AsyncIterator[FilmGraph]:
    """A graph whose thread keeps its media in the data folder under its own id; children are started by the first order."""
    settings, installed = await asyncio.to_thread(_read)
    thread = str(config.get("configurable", {}).get("thread_id", "studio"))
    async with open_pool(settings.hands, settings.data_folder) as pool, _open_crew(settings, installed, pool, thread) as crew:
        yield build_graph(crew)


@contextlib.asynccontextmanager
async def _open_crew(settings: Settings, installed: Mapping[str, str], pool: ChildPool, thread: str) -> AsyncIterator[Crew]:
    if not settings.has_keys:
        yield hire_local_crew(
            Workshop(pool, AssetStore.of_task(settings.data_folder, thread)),
            installed,
            await asyncio.to_thread(signing_for, settings.sign_certificate, settings.sign_key_file, settings.data_folder),
            knowledge=settings.knowledge != "none",
        )
        return
    # what is bought is written down in the database, for Studio as for everybody
    async with (
        open_database(settings.database_url or None, settings.data_folder) as database,
        open_producer(settings, pool, database) as producer,
    ):
        yield await producer.hire(thread, Brief())


def _read() -> tuple[Settings, Mapping[str, str]]:
    """What lies in files, which nobody may read on LangGraph's loop."""
    settings = Settings()
    return settings, versions()
