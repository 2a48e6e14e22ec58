"""The graph for `langgraph dev` and Studio, which bring their own checkpointer."""

import contextlib
from collections.abc import AsyncIterator

from langchain_core.runnables import RunnableConfig

from graph.build import FilmGraph, build_graph
from kiwi.assets import AssetStore
from kiwi.local.crew import hire_local_crew
from kiwi.processes import open_hands
from kiwi.settings import Settings
from kiwi.versions import versions
from kiwi.workshop import Workshop


@contextlib.asynccontextmanager
async def make_graph(config: RunnableConfig) -> AsyncIterator[FilmGraph]:
    """A graph whose thread keeps its media in the data folder under its own id."""
    settings = Settings()
    thread = str(config.get("configurable", {}).get("thread_id", "studio"))
    async with open_hands(settings.hands, settings.data_dir) as hands:
        workshop = Workshop(hands, AssetStore.of_task(settings.data_dir, thread))
        yield build_graph(hire_local_crew(workshop, versions()))
