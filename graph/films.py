"""Films: what one owner may see and have done with films; doors reach the engine through it, so that nobody meets what is another's."""

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.engine import Engine, in_turn
from graph.stills import Picture
from kiwi.conversations.store import Conversations
from kiwi.errors import TaskBusy
from kiwi.film.model import Brief, Size
from kiwi.film.variant import variant_of
from kiwi.storage.database import Connection
from kiwi.tasks.deliveries import expecting
from kiwi.tasks.quotas import Quotas
from kiwi.tasks.table import Enqueue
from kiwi.tasks.task import Event, Page, Status, Task
from kiwi.tasks.versions import parted


@dataclass(frozen=True)
class Films:
    """One owner's films and conversations. Another's film is NoSuchTask, found out by the same statement as one that is not there."""

    engine: Engine
    owner: str
    belongings: Quotas

    @property
    def conversations(self) -> Conversations:
        """The owner's."""
        return Conversations(self.engine.database, self.engine.understand, self.owner)

    async def promise(
        self,
        brief: Brief,
        recording: bytes = b"",
        key: str | None = None,
        fingerprint: str | None = None,
        also: Enqueue | None = None,
        webhook_url: str = "",
    ) -> tuple[Task, bool]:
        """Promise a film to the owner, within their limits. BadBrief: the words hold nothing to film; OverLimit; BadWebhook.

        Its end is told at ``webhook_url``, or where the operator wants it told.
        """
        receivers = self.engine.outbox.receivers
        if webhook_url:
            receivers.check(webhook_url)
        if told_at := webhook_url or receivers.default:
            also = in_turn(expecting(told_at), also)
        if not recording:
            await self.engine.refuse(brief)
        check = in_turn(await self._checking(brief, len(recording)), also)
        return await self.engine.promise(brief, recording, key, fingerprint, owner=self.owner, also=check)

    async def get(self, task_id: str) -> Task:
        """The task as it stands; NoSuchTask."""
        return await self.engine.tasks.get(task_id, self.owner)

    async def list(self, limit: int = 50, cursor: str | None = None, status: Status | None = None) -> Page:
        """Tasks, newest first; see Tasks."""
        return await self.engine.tasks.list(limit, cursor, status, self.owner)

    def follow(self, task: Task, after: int) -> AsyncIterator[Event]:
        """The events of a task that was got here, after a seq; see Tasks."""
        return self.engine.tasks.follow(task.id, after)

    async def media(self, file_name: str) -> tuple[Task, Path, str]:
        """A finished file of one of the owner's films. NoSuchTask."""
        await self.get(parted(file_name)[0])
        return await self.engine.media(file_name)

    async def preview(self, task_id: str) -> tuple[Task, AsyncGenerator[bytes, None]]:
        """A film of the owner's and what there is to see of it, as it comes; see Engine. NoSuchTask."""
        task = await self.get(task_id)
        return task, self.engine.preview(task)

    async def estimate(self, brief: Brief, recording: bytes = b"") -> dict[str, Any]:
        return await self.engine.estimate(brief, recording)

    async def cancel(self, task_id: str) -> Task:
        """Cancel one of the owner's films. NoSuchTask."""
        await self.get(task_id)
        return await self.engine.cancel(task_id)

    async def retry(self, task_id: str) -> Task:
        """Go on with a film that stopped, within the owner's limits. NoSuchTask, TaskBusy, TaskOver, OverLimit."""
        task = await self.get(task_id)
        return await self.engine.retry(task_id, await self._checking(task.brief))

    async def retake(self, task_id: str, number: int, voice_over: str | None, *, picture: bool = False) -> Task:
        """Give a scene of a finished film other words, within the owner's limits. NoSuchTask, NoSuchScene, TaskBusy, OverLimit."""
        task = await self.get(task_id)
        return await self.engine.retake(task_id, number, voice_over, picture=picture, also=await self._checking(task.brief))

    async def remove_scene(self, task_id: str, number: int) -> Task:
        """Make a film of the owner's again without a scene, within their limits. NoSuchTask, NoSuchScene, TaskBusy, BadBrief, OverLimit."""
        task = await self.get(task_id)
        return await self.engine.remove_scene(task_id, number, await self._checking(task.brief))

    async def review(self, task_id: str, said: object) -> Task:
        """Answer what a film of the owner's waits for, within their limits. NoSuchTask, TaskBusy, StaleRevision, BadBrief, OverLimit."""
        task = await self.get(task_id)
        return await self.engine.review(task_id, said, await self._checking(task.brief))

    async def storyboard(self, task_id: str) -> dict[str, Any]:
        """What may be looked at and changed of a film of the owner's. NoSuchTask, TaskBusy."""
        await self.get(task_id)
        return await self.engine.storyboard(task_id)

    async def still(self, task_id: str, number: int) -> Picture:
        """A picture of a scene of a film of the owner's. NoSuchTask, NoSuchScene."""
        await self.get(task_id)
        return await self.engine.still(task_id, number)

    async def variant(
        self, task_id: str, *, size: Size | None, seconds: float | None, theme: str, key: str | None = None
    ) -> tuple[Task, bool]:
        """Promise a new film from the script of one of the owner's, in another shape, length or look; see ``promise``. TaskBusy."""
        task, known = await self.get(task_id), await self.engine.known(task_id)
        if "script" not in known:
            raise TaskBusy(f"Task {task_id} is {task.status}: its script is not written yet.")
        voices = {scene: voice.seconds for scene, voice in known.get("voice_over", {}).items()}
        brief = variant_of(task.brief, known["words"], known["intent"], known["script"], voices, size, seconds, theme)
        asked = hashlib.sha256(f"{task_id} {size} {seconds} {theme}".encode()).hexdigest()
        return await self.promise(brief, b"", key, asked if key else None)

    async def forget(self, task_id: str) -> None:
        """Delete one of the owner's films with everything it made. NoSuchTask."""
        await self.get(task_id)
        await self.engine.forget(task_id)

    async def _checking(self, brief: Brief, more: int = 0) -> Enqueue:
        """What refuses a promise beyond the owner's limits, within its transaction: what was promised before is told, whatever they are."""
        taken = await self.belongings.weigh() + more
        buys = brief.budget != 0 and bool(self.engine.producer.names())

        async def check(connection: Connection, task_id: str) -> None:
            await self.belongings.check(connection, task_id, taken, buys=buys)

        return check
