"""The files of a film that was made in a thread of ``langgraph dev``, which no task stands for."""

from pathlib import Path
from typing import Any

import httpx
from langgraph_sdk import get_client

from kiwi.film.model import Film
from kiwi.storage.assets import AssetStore


async def path_in_thread(data_folder: Path, name: str) -> Path | None:
    """Where ``<thread>.<suffix>`` lies, as the thread's state has it; None: no thread has such a file. Asks the server it runs in."""
    thread, _, suffix = name.rpartition(".")
    try:
        values: Any = (await get_client().threads.get_state(thread))["values"]
        film = Film.model_validate(values["film"])
    except (httpx.HTTPStatusError, KeyError, TypeError):
        return None
    store = AssetStore.of_task(data_folder, thread)
    files = (store.path(asset) for asset in (film.video, film.srt, film.vtt, film.poster, film.manifest))
    return next((file for file in files if file.suffix == f".{suffix}"), None)
