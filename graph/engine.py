"""Engine: everything that makes films, opened, and what may be asked of it."""

import asyncio
import contextlib
import shutil
import time
import uuid
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, cast

from langgraph.checkpoint.base import CheckpointTuple

from graph.editing import EDITED, exported
from graph.outbox import Outbox
from graph.preview import Preview, Voices
from graph.queue import Queue
from graph.state import FilmState, union
from graph.stills import Picture, Stills, still_input
from graph.worker import Worker
from kiwi.access.owners import LOCAL
from kiwi.errors import BadBrief, NoSuchScene, NoSuchTask, TaskBusy
from kiwi.film.job_inputs import ReadInput, UnderstandInput
from kiwi.film.model import Brief, Understood
from kiwi.film.review import CARD_KINDS, Edit, announced, parse_review, revised, shown_scenes
from kiwi.money.producer import Producer
from kiwi.storage.assets import RECORDING, AssetStore
from kiwi.storage.database import Connection, Database
from kiwi.storage.disk import check_room
from kiwi.tasks.table import Enqueue, Tasks, check_awaits_review
from kiwi.tasks.task import Status, Task
from kiwi.tasks.versions import film_of, parted
from kiwi.work import jobs
from kiwi.work.processes import ChildPool
from kiwi.work.stopping import stop
from kiwi.work.workshop import Workshop, ask

NOTHING: dict[str, Any] = {"currency": "USD", "total": 0.0, "lines": []}
ANSWER_SECONDS, STOPPING_SECONDS = 1.2, 10.0
"""What a worker gets to answer when a task is cancelled or deleted, and what it gets to stop once it has answered."""
PAUSE_SECONDS = 0.05
WREST_SECONDS = 2.0
"""How long it is tried to take a task away; then it is deleted all the same, and its worker finds it gone."""
MEDIA_TRIES = 5
"""How often a folder is removed into which children of a frozen worker still write."""


@dataclass(frozen=True)
class Engine:
    """Everything that makes films, opened."""

    data_folder: Path
    database: Database
    tasks: Tasks
    pool: ChildPool
    worker: Worker
    queue: Queue
    outbox: Outbox
    reserve_mb: int = 0
    """Megabytes of the disk that no new work may take."""
    stills: Stills = field(default_factory=Stills)
    voices: Voices = field(default_factory=Voices)

    @property
    def producer(self) -> Producer:
        """Hires crews and keeps what they spend."""
        return self.worker.producer

    async def work(self, films: int) -> None:
        """Make films, so many at once, and tell what is to be told, until cancelled."""
        both = asyncio.create_task(self.queue.work(films)), asyncio.create_task(self.outbox.work())
        try:
            done, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                one.result()
        finally:
            await stop(*both)

    async def check_room(self) -> None:
        """DiskFull if the disk has no room for another film."""
        await asyncio.to_thread(check_room, self.data_folder, self.reserve_mb)

    def store(self, task_id: str) -> AssetStore:
        """Where a task's media lies."""
        return AssetStore.of_task(self.data_folder, task_id)

    async def understand(self, words: str) -> Understood:
        """What a message says, found out by a child. BadBrief when that takes too long."""
        return await ask(self.pool, jobs.UNDERSTAND, UnderstandInput(words=words))

    async def refuse(self, brief: Brief) -> None:
        """BadBrief for typed words that hold nothing to film, or ask for a length that no film has; a recording must be heard first."""
        if brief.words and brief.recording is None and brief.intent is None:
            await ask(self.pool, jobs.READ, ReadInput(words=brief.words, brief=brief))

    async def submit(self, brief: Brief, recording: bytes = b"", owner: str = LOCAL, *, task_id: str = "") -> Task:
        """Promise a film that the caller makes with ``worker.run``; a recording is stored with its task. DiskFull.

        ``task_id``: where the caller has begun with it already.
        """
        await self.check_room()
        task_id = task_id or str(uuid.uuid4())
        brief = await self._with_recording(task_id, brief, recording)
        task, _ = await self.tasks.submit(brief, task_id=task_id, owner=owner)
        return task

    async def promise(
        self,
        brief: Brief,
        recording: bytes = b"",
        key: str | None = None,
        fingerprint: str | None = None,
        *,
        owner: str = LOCAL,
        also: Enqueue | None = None,
    ) -> tuple[Task, bool]:
        """Promise a film that the queue makes; task, first event and job are stored in one transaction. True if it is new.

        ``also`` writes, in that transaction, what belongs to a new task, or refuses it.

        A known idempotency key of the owner gives the task of then. KeyReused; QueueFull; DiskFull.
        """

        async def put(connection: Connection, new_id: str) -> None:
            await self.check_room()
            await self.queue.put_new(connection, new_id)

        task_id = str(uuid.uuid4())
        task = None
        try:
            brief = await self._with_recording(task_id, brief, recording)
            enqueue = in_turn(put, also)
            task, new = await self.tasks.submit(brief, key, fingerprint, task_id=task_id, owner=owner, enqueue=enqueue)
            return task, new
        finally:
            if recording and (task is None or task.id != task_id):
                await self._remove_media(task_id)

    async def estimate(self, brief: Brief, recording: bytes = b"") -> dict[str, Any]:
        """What a film would cost, as plain JSON; nothing at all where nothing can be bought."""
        assumed = brief if not recording else brief.model_copy(update={"words": ""})
        told = await self.producer.estimate(assumed)
        return NOTHING if told is None else told.told()

    async def take_up(self, task_id: str) -> Task:
        """A task to go on with: one that failed or was cancelled gets a new attempt. NoSuchTask."""
        task = await self.tasks.get(task_id)
        return await self.tasks.retry(task_id) if task.status in {Status.FAILED, Status.CANCELLED} else task

    async def cancel(self, task_id: str) -> Task:
        """Cancel a task, and at the providers what it has ordered there; one that is over stays as it is. NoSuchTask.

        Its worker gets a moment to answer; one that is frozen is not waited for.
        """
        ends = time.monotonic() + ANSWER_SECONDS
        task = await self.tasks.cancel(task_id)
        at_once = task.over
        while not task.over and time.monotonic() < ends:
            await asyncio.sleep(PAUSE_SECONDS)
            task = await self.tasks.get(task_id)
        if not task.over and not await self.tasks.leases.is_stopping(task_id):
            task = await self.tasks.cut_off(task, await self.producer.cost(task_id))
            at_once = task.over
        if at_once:
            await self.producer.call_off(task_id)
        return task

    async def retry(self, task_id: str, also: Enqueue | None = None) -> Task:
        """Queue a failed or cancelled task again; it goes on where it stopped. NoSuchTask; TaskBusy; TaskOver; DiskFull.

        ``also``, as in every method that has it, is called within the transaction that queues the task, and may refuse it.
        """
        await self.check_room()
        return await self.tasks.retry(task_id, enqueue=in_turn(self.queue.putting(), also))

    async def retake(
        self, task_id: str, number: int, voice_over: str | None = None, *, picture: bool = False, also: Enqueue | None = None
    ) -> Task:
        """Queue a finished task again with another text or another picture for one scene, counted from 1: a new version.

        Only what depends on it is made anew. The wish travels with the job, so that a kill at any moment leaves both or neither.
        NoSuchTask; NoSuchScene; TaskBusy; BadBrief; DiskFull.
        """
        known = await self.known(task_id)
        scene_id = _scene_of(known, number)
        shots = {shot.scene_id: shot for shot in known["storyboard"].shots} if "storyboard" in known else {}
        if picture and scene_id not in shots:
            raise NoSuchScene(f"Scene {number} has no picture yet.")
        seen = shots[scene_id].card.kind if picture else ""
        return await self._change(task_id, known, Edit(scene_id=scene_id, voice_over=voice_over, passes=seen), also)

    async def remove_scene(self, task_id: str, number: int, also: Enqueue | None = None) -> Task:
        """Queue a finished task again without one of its scenes, counted from 1: a new version.

        NoSuchTask; NoSuchScene; TaskBusy; BadBrief; DiskFull.
        """
        known = await self.known(task_id)
        return await self._change(task_id, known, Edit(scene_id=_scene_of(known, number), remove=True), also)

    async def _change(self, task_id: str, known: FilmState, edit: Edit, also: Enqueue | None) -> Task:
        await self.check_room()
        await self.tasks.get(task_id)
        changed = revised(known["script"], [edit], known["intent"], known.get("storyboard"))
        if edit.passes and changed == known["script"]:
            raise BadBrief("There is no other picture for these words: change them, too.")
        enqueue, message = in_turn(self.queue.putting(edit), also), announced(edit, known["script"])
        return await self.tasks.retry(task_id, enqueue=enqueue, also_completed=True, message=message)

    async def review(self, task_id: str, said: object, also: Enqueue | None = None) -> Task:
        """Queue a task that awaits its review again, let through or changed, or end it as cancelled; see ``parse_review``.

        The decision travels with the job, so that a kill at any moment leaves both or neither. NoSuchTask; TaskBusy; StaleRevision;
        BadBrief.
        """
        task = await self.tasks.get(task_id)
        check_awaits_review(task)
        review = parse_review(said, len(task.scenes), task.stage)
        check_awaits_review(task, review.revision)
        if review.edits:
            known = await self.known(task_id)
            revised(known["script"], review.edits, known["intent"], known.get("storyboard"))
        review = review.model_copy(update={"revision": task.asked_revision})
        goes_on = review.approve or review.edits
        enqueue = in_turn(self.queue.putting(review=review), also) if goes_on else None
        task = await self.tasks.review(task_id, review.revision, enqueue=enqueue)
        if task.over:
            await self.producer.call_off(task_id)
        return task

    async def known(self, task_id: str) -> FilmState:
        """What a task's thread remembers; nothing before it has begun."""
        saved = await self._saved(task_id)
        values: Any = saved.checkpoint["channel_values"] if saved else {}
        return cast(FilmState, values)

    async def so_far(self, task_id: str) -> FilmState:
        """The same, with what has been filmed in the step that is under way."""
        saved = await self._saved(task_id)
        values: Any = dict(saved.checkpoint["channel_values"]) if saved else {}
        for _, channel, written in (saved.pending_writes or ()) if saved else ():
            if channel == "takes":
                values[channel] = union(values.get(channel, {}), written)
        return cast(FilmState, values)

    def preview(self, task: Task) -> AsyncGenerator[bytes, None]:
        """Its head and fragments as they come; nothing at all, where nothing is drawn and nothing will be. RenderError."""
        changes = self.tasks.follow(task.id, task.seq)
        store, code = self.store(task.id), partial(self.voices.code, self.pool)
        return Preview(task, changes, partial(self.so_far, task.id), store, code).play()

    async def storyboard(self, task_id: str) -> dict[str, Any]:
        """What a person may look at and change, as plain JSON: the scenes, as soon as there is a script. NoSuchTask; TaskBusy before."""
        task, known = await self.tasks.get(task_id), await self.known(task_id)
        if "script" not in known:
            raise TaskBusy(f"Task {task_id} is {task.status}: its script is not written yet.")
        script, storyboard = known["script"], known.get("storyboard")
        told = await self.producer.estimate(task.brief, known["intent"], script)
        return {
            "task_id": task_id,
            "stage": "storyboard" if storyboard else "script",
            "revision": storyboard.revision if storyboard else 1,
            "title": script.title,
            "size": str(storyboard.size if storyboard else known["intent"].size),
            "cards": [*CARD_KINDS],
            "scenes": shown_scenes(script, storyboard),
            "estimate": NOTHING if told is None else told.told(),
        }

    async def still(self, task_id: str, number: int) -> Picture:
        """A picture of one scene, counted from 1, as soon as there is a storyboard. NoSuchScene."""
        return self.stills.picture(self.pool, still_input(await self.known(task_id), number, self.store(task_id)))

    async def forget(self, task_id: str) -> None:
        """Stop a task, then delete it with its thread and its media, the task last. NoSuchTask."""
        await self.tasks.cancel(task_id)
        async with contextlib.AsyncExitStack() as held:
            await self._hold(held, task_id)
            await self.erase(task_id)
            await self.tasks.delete(task_id)

    async def erase(self, task_id: str) -> None:
        """Remove everything of a task but the task, which goes last; call only while nobody can take it up."""
        await self._remove_media(task_id)
        await self.worker.checkpointer.adelete_thread(task_id)
        await self.producer.call_off(task_id)
        await self.producer.forget(task_id)

    async def _hold(self, held: contextlib.AsyncExitStack, task_id: str) -> None:
        """Wait for the worker to let go; from one that does not the task is taken away."""
        began, patience = time.monotonic(), ANSWER_SECONDS
        while (waited := time.monotonic() - began) < patience + WREST_SECONDS:
            with contextlib.suppress(TaskBusy):
                await held.enter_async_context(self.tasks.hold(task_id))
                return
            if waited > patience and patience < STOPPING_SECONDS and await self.tasks.leases.is_stopping(task_id):
                patience = STOPPING_SECONDS
            elif waited > patience:
                await self.tasks.leases.wrest(task_id)
            await asyncio.sleep(PAUSE_SECONDS)

    async def media(self, file_name: str) -> tuple[Task, Path, str]:
        """The task, path and sha256 of a finished film's file, by its public name ``<task>.<suffix>`` or ``<task>.v<version>.<suffix>``.

        The cut for editing programs is the newest version's, made when it is first asked for. NoSuchTask if there is none; TaskBusy for a
        cut while the film is being made again.
        """
        task_id, number, suffix = parted(file_name)
        task = await self.tasks.get(task_id)
        if suffix in EDITED and number is None:
            await self.check_room()
            cut = await exported(task, await self.known(task_id), Workshop(self.pool, self.store(task_id)))
            asset = cut.otioz if suffix == "otioz" else cut.fcpxml
            return task, self.store(task_id).path(asset), asset.digest
        film = film_of(task.result, number) if task.result is not None else None
        for asset in (film.video, film.srt, film.vtt, film.poster, film.manifest) if film else ():
            if Path(asset.name).suffix == f".{suffix}":
                return task, self.store(task_id).path(asset), asset.digest
        raise NoSuchTask(f"Task {task_id} has no file {file_name}.")

    async def _saved(self, task_id: str) -> CheckpointTuple | None:
        return await self.worker.checkpointer.aget_tuple({"configurable": {"thread_id": task_id, "checkpoint_ns": ""}})

    async def _with_recording(self, task_id: str, brief: Brief, recording: bytes) -> Brief:
        if not recording:
            return brief
        return brief.model_copy(update={"recording": await self.store(task_id).keep(recording, RECORDING)})

    async def _remove_media(self, task_id: str) -> None:
        root = self.store(task_id).root
        for _ in range(MEDIA_TRIES):
            await asyncio.to_thread(shutil.rmtree, root, ignore_errors=True)
            if not root.exists():
                return


def _scene_of(known: FilmState, number: int) -> str:
    """The id of a scene, counted from 1. NoSuchScene."""
    scenes = known["script"].scenes if "script" in known else ()
    if not 1 <= number <= len(scenes):
        raise NoSuchScene(f"The film has no scene {number}: it has {len(scenes)}.")
    return scenes[number - 1].id


def in_turn(first: Enqueue, also: Enqueue | None) -> Enqueue:
    """Two things to do within one transaction, the second of which may be none."""

    async def both(connection: Connection, task_id: str) -> None:
        await first(connection, task_id)
        if also is not None:
            await also(connection, task_id)

    return both
