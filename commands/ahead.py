"""What the embedded crew can do of a film before database and graph are there: hear, read, write, speak and plan the pictures.

The film's stages find it done.
"""

import asyncio
import shutil
import uuid
from dataclasses import dataclass

from kiwi.film.crew import together
from kiwi.film.model import Brief, Heard
from kiwi.local.embedded import CardArtist, HibariNarrator, SourcedWriter, TrainedReader, WhisperListener
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
        self.awaited = False
        """Database and graph are there: what is still to be begun is begun by the film's stages, which tell of it."""
        self.store = AssetStore.of_task(self.settings.data_folder, self.task_id)
        self.work: asyncio.Task[None] | None = None

    def begin(self, pool: ChildPool) -> None:
        """Start, if nobody is hired who would listen or read instead."""
        if not self.settings.has_keys:
            self.work = asyncio.create_task(self._work(Workshop(pool, self.store)))

    async def _work(self, workshop: Workshop) -> None:
        """As the stages do it, with equal inputs: whatever differs is done again by them."""
        brief, words, heard = self.brief, self.brief.words, None
        if self.recording:
            brief = brief.model_copy(update={"recording": await self.store.keep(self.recording, RECORDING)})
            heard = await self._hear(workshop, brief)
            words = f"{heard.words}\n{words}".strip()
        intent = await TrainedReader(workshop).read(words, brief, heard)
        script = await SourcedWriter(workshop, self.settings.knowledge != "none").write(intent)
        if brief.review == "script" or self.awaited:
            return
        narrator = HibariNarrator(workshop)
        voices = await together({scene.id: narrator.narrate(scene, lambda _: None) for scene in script.scenes if scene.voice_over})
        if not self.awaited:
            await CardArtist(workshop).draw(script, voices, intent, brief, None)

    async def _hear(self, workshop: Workshop, brief: Brief) -> Heard:
        assert brief.recording is not None
        return await WhisperListener(workshop).listen(brief.recording, lambda _: None, brief.words)

    async def done(self) -> None:
        """Wait for what was begun; raises whatever is wrong with the brief."""
        self.awaited = True
        if self.work is not None:
            await self.work

    async def end(self) -> None:
        """Leave nothing of a film that was never submitted."""
        if self.work is not None:
            await stop(self.work)
        if not self.submitted:
            await asyncio.to_thread(shutil.rmtree, self.store.root, ignore_errors=True)
