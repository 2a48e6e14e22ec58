"""What the embedded crew can do of a film before database and graph are there: hear, read and write. The film's stages find it done."""

import asyncio
import shutil
import uuid
from dataclasses import dataclass

from kiwi.film.model import Brief, Heard
from kiwi.local.embedded import SourcedWriter, TrainedReader, WhisperListener
from kiwi.settings import Settings
from kiwi.storage.assets import RECORDING, AssetStore
from kiwi.work.processes import ChildPool
from kiwi.work.stopping import stop
from kiwi.work.workshop import Workshop


@dataclass
class Ahead:
    """One film's beginning. Nothing of it is left unless the film was submitted."""

    settings: Settings
    brief: Brief
    recording: bytes

    def __post_init__(self) -> None:
        self.task_id = str(uuid.uuid4())
        self.submitted = False
        self.store = AssetStore.of_task(self.settings.data_folder, self.task_id)
        self.work: asyncio.Task[None] | None = None

    def begin(self, pool: ChildPool) -> None:
        """Start, if nobody is hired who would listen or read instead."""
        if not self.settings.has_keys:
            self.work = asyncio.create_task(self._understand(Workshop(pool, self.store)))

    async def _understand(self, workshop: Workshop) -> None:
        """As the stages do it, with equal inputs: whatever differs is done again by them."""
        brief, words, heard = self.brief, self.brief.words, None
        if self.recording:
            brief = brief.model_copy(update={"recording": await self.store.keep(self.recording, RECORDING)})
            heard = await self._hear(workshop, brief)
            words = f"{heard.words}\n{words}".strip()
        intent = await TrainedReader(workshop).read(words, brief, heard)
        await SourcedWriter(workshop, self.settings.knowledge != "none").write(intent)

    async def _hear(self, workshop: Workshop, brief: Brief) -> Heard:
        assert brief.recording is not None
        return await WhisperListener(workshop).listen(brief.recording, lambda _: None, brief.words)

    async def done(self) -> None:
        """Wait for it; raises whatever is wrong with the brief."""
        if self.work is not None:
            await self.work

    async def end(self) -> None:
        """Leave nothing of a film that was never submitted."""
        if self.work is not None:
            await stop(self.work)
        if not self.submitted:
            await asyncio.to_thread(shutil.rmtree, self.store.root, ignore_errors=True)
