"""Housekeeping: what a film needs no more goes when it is delivered; what is old goes at night."""

import asyncio
import logging
import shutil
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from graph.engine import Engine
from graph.state import FilmState
from kiwi.film.model import Asset, Film
from kiwi.settings import Settings
from kiwi.storage.assets import AssetStore
from kiwi.storage.disk import megabytes_of
from kiwi.tasks.retention import Keep, every_task, forget_conversations, holding_old, old_recordings, old_tasks
from kiwi.tasks.statements import DELETE

log = logging.getLogger(__name__)

DAY = 24 * 3600


@dataclass
class Swept:
    """What went."""

    films: int = 0
    recordings: int = 0
    conversations: int = 0
    leftovers: int = 0
    """Folders of no task that is known here."""
    megabytes: float = 0.0


@dataclass(frozen=True)
class Housekeeper:
    """Keeps the data folder and the database as small as the operator wishes."""

    engine: Engine
    keep: Keep

    async def tidy(self, task_id: str, state: FilmState, films: Sequence[Film]) -> None:
        """Remove what only the making of a film needed, once it is delivered; what a retake needs stays, and the versions that are kept."""
        try:
            await asyncio.to_thread(self.engine.store(task_id).tidy, needed(state, films))
        except OSError as trouble:  # the film is there all the same, and goes with all it has
            log.warning("what the film of task %s needs no more is still there: %s", task_id, trouble)

    async def sweep(self) -> Swept:
        """Remove what is older than it is to be kept."""
        swept, keep = Swept(), self.keep
        if keep.days:
            for task_id in await old_tasks(self.engine.database, keep.days):
                swept.films += await self._forget(task_id, swept)
            swept.conversations = await forget_conversations(self.engine.database, keep.days)
            await self._sweep_folders(swept)
        if keep.recordings_days:
            for task_id in await old_recordings(self.engine.database, keep.recordings_days):
                swept.recordings += await self._forget_recording(task_id, swept)
        swept.megabytes = round(swept.megabytes, 1)
        log.info("swept: %s", asdict(swept))
        return swept

    async def _forget(self, task_id: str, swept: Swept) -> bool:
        async with holding_old(self.engine.database, task_id, self.keep.days) as connection:
            if connection is None:
                return False
            swept.megabytes += await asyncio.to_thread(megabytes_of, self.engine.store(task_id).root)
            await self.engine.erase(task_id)
            await connection.execute(DELETE.encode(), {"id": task_id})
        return True

    async def _forget_recording(self, task_id: str, swept: Swept) -> bool:
        async with holding_old(self.engine.database, task_id, self.keep.recordings_days) as connection:
            if connection is None:
                return False
            megabytes = await asyncio.to_thread(self.engine.store(task_id).drop_recordings)
        swept.megabytes += megabytes
        return megabytes > 0

    async def _sweep_folders(self, swept: Swept) -> None:
        """Folders that no task of this database has, such as those of Studio's threads and of promises that were never made."""
        known = set(await every_task(self.engine.database))
        await asyncio.to_thread(_remove_strangers, self.engine.data_folder, known, self.keep.days, swept)


def housekeeper_of(engine: Engine, settings: Settings) -> Housekeeper:
    """The housekeeper of an engine, as the operator wishes it."""
    return Housekeeper(engine, Keep(settings.keep_days, settings.keep_recordings_days))


def _remove_strangers(data_folder: Path, known: set[str], days: int, swept: Swept) -> None:
    folders = {AssetStore.of_task(data_folder, task_id).root for task_id in known}
    for folder in (data_folder / "tasks").glob("*"):
        if folder not in folders and folder.is_dir() and time.time() - folder.stat().st_mtime > days * DAY:
            swept.leftovers += 1
            swept.megabytes += megabytes_of(folder)
            shutil.rmtree(folder, ignore_errors=True)


def needed(state: FilmState, films: Iterable[Film]) -> list[Asset]:
    """The media of a finished thread from which the next film is cut when one scene changes, and the films that can be seen."""
    shots = state["storyboard"].shots
    voices = [state["voice_over"][shot.scene_id].asset for shot in shots if shot.scene_id in state["voice_over"]]
    taken = [state["takes"][shot.id] for shot in shots if shot.id in state["takes"]]
    takes = [asset for take in taken for asset in (take.footage, take.origin) if asset]
    reels = [state["reels"][shot.scene_id].asset for shot in shots]
    seen = [asset for film in films for asset in (film.video, film.srt, film.vtt, film.poster, film.manifest)]
    return [*voices, *takes, *reels, *seen]
