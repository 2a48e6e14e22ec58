"""The graph for `langgraph dev` and Studio, which bring their own checkpointer."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

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
    """A graph whose thread keeps its media in the data folder under its own id; children are started by the first order."""
    hands_count, data_folder, installed = await asyncio.to_thread(_read)
    thread = str(config.get("configurable", {}).get("thread_id", "studio"))
    async with open_hands(hands_count, data_folder) as hands:
        yield build_graph(hire_local_crew(Workshop(hands, AssetStore.of_task(data_folder, thread)), installed))


def _read() -> tuple[int, Path, Mapping[str, str]]:
    """What lies in files, which nobody may read on LangGraph's loop."""
    settings = Settings()
    return settings.hands, settings.data_folder, versions()
