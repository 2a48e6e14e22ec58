"""Worker: takes a task's thread, runs or resumes it, and reports every step."""

import asyncio
import contextlib
import logging
import math
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any, NoReturn

import psycopg
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from langgraph.types import Command

from graph.build import FilmGraph, build_graph
from graph.checkpoint import FencedSaver
from graph.progress import Signs, stage_of
from graph.reporter import ProgressReporter, lines_of
from graph.result import result_of
from graph.state import FilmInput, FilmState
from kiwi.errors import HoldLost, KiwiError, NoSuchTask, RenderError, StaleAttempt, TaskOver
from kiwi.film.model import Film, Script
from kiwi.film.review import Edit, Review, announced, revised
from kiwi.money.producer import Producer
from kiwi.storage.assets import naming_a_full_disk
from kiwi.storage.fencing import holding
from kiwi.tasks.attempt import Attempt
from kiwi.tasks.leases import Lease
from kiwi.tasks.table import Tasks
from kiwi.tasks.task import Status, Task
from kiwi.tasks.versions import films_of, with_versions
from kiwi.work.stopping import stop

log = logging.getLogger(__name__)

UNWANTED = (NoSuchTask, StaleAttempt, TaskOver)
"""What writing to a task says when nobody wants the work any more."""

LOOK_SECONDS = 1.0
"""How often it is looked whether a stage hangs."""
LAY_DOWN_SECONDS = 15.0
"""Work that was stopped and has not ended by then is left to whoever takes the task over."""
MOST_HANGS = 2
"""So often is a film begun in which a stage hangs."""


class Worker:
    """Makes films, one thread at a time per call."""

    def __init__(self, tasks: Tasks, checkpointer: AsyncPostgresSaver, producer: Producer) -> None:
        self.tasks = tasks
        self.checkpointer = checkpointer
        self.producer = producer
        self.observe: Callable[[str, float], object] = lambda node, seconds: None
        """Told how many seconds each stage of a film took, from the beginning of its first part to the end of its last."""
        self.delivered: Callable[[str, FilmState, list[Film]], Awaitable[None]] | None = None
        """Told of a film that was delivered, of its thread's last state and of all its versions, while the thread is held."""

    async def run(
        self,
        task_id: str,
        edit: Edit | None = None,
        review: Review | None = None,
        turn: AbstractAsyncContextManager[None] | None = None,
    ) -> Task:
        """Make a task's film, from its beginning or from where it stopped; ``edit`` changes a scene first, once, however often it is asked.

        A film whose script or storyboard a person wants to see ends the run there, awaiting its review, which is handed in to a later run.

        A failure is written down, then raised: KiwiError. TaskBusy if another process is on it; HoldLost if the hold on it was lost
        and nobody has taken it yet. When the work is no longer wanted, or somebody else does it, the task is returned as it then
        stands; when this program is stopped, or the database goes away (psycopg.OperationalError), it is left for the next worker.
        With a ``turn`` the task is held, but not begun before that has come.
        """
        async with self.tasks.hold(task_id) as lease, turn or contextlib.nullcontext():
            if review is None and (task := await self.tasks.get(task_id)).status is Status.AWAITING_REVIEW:
                return task
            attempt = Attempt(self.tasks, await self.tasks.begin(task_id))
            await lease.begin(attempt.task.attempt)
            with holding(lease):
                for hangs in range(1, MOST_HANGS + 1):
                    if (hanging := await self._attend(attempt, lease, edit, review)) is None:
                        break
                    log.warning("task %s hangs in %s, time %d of %d", task_id, hanging or "nothing", hangs, MOST_HANGS)
                    if hangs == MOST_HANGS:
                        await self._give_up(attempt, f"{stage_of(hanging)} gave no sign of life for too long: retry later.")
            return await self._come_to_an_end(attempt)

    async def _attend(self, attempt: Attempt, lease: Lease, edit: Edit | None, review: Review | None) -> str | None:
        """Make the film until it is there, or not wanted, or no longer ours; or until a stage hangs, which is returned."""
        signs = Signs(time.monotonic())
        film = asyncio.create_task(self._make(attempt, edit, review, signs))
        unwanted = asyncio.create_task(attempt.until_unwanted())
        lost = asyncio.create_task(lease.lost.wait())
        hanging = asyncio.create_task(_until_hanging(signs))
        try:
            await asyncio.wait({film, unwanted, lost, hanging}, return_when=asyncio.FIRST_COMPLETED)
            if film.done() or await self._has_told_its_end(attempt):
                await film
                return None
            if unwanted.done():
                await lease.say_stopping()
            return None if unwanted.done() or lost.done() else hanging.result()
        finally:
            lease.resigns_at = asyncio.get_running_loop().time() + LAY_DOWN_SECONDS
            await stop(film, unwanted, lost, hanging)
            lease.resigns_at = math.inf

    async def _come_to_an_end(self, attempt: Attempt) -> Task:
        """Say what became of an attempt that ended without a failure, unless that is for somebody else to say."""
        with contextlib.suppress(NoSuchTask):
            now = await attempt.now()
            if not attempt.is_of(now):
                return now  # what is ordered at providers is now another worker's
            if not now.cancel_requested and now.status is Status.AWAITING_REVIEW:
                return now
            if not now.cancel_requested and not now.over:
                raise HoldLost(f"The hold on task {attempt.id} was lost.")
        await self._tell_cost(attempt)
        with contextlib.suppress(*UNWANTED):
            await attempt.stop()
        await self.producer.call_off(attempt.id)
        return await attempt.now()

    async def _give_up(self, attempt: Attempt, why: str) -> NoReturn:
        await self._tell_cost(attempt)
        await attempt.fail(why)
        raise RenderError(why)

    async def _edit(self, attempt: Attempt, edit: Edit) -> None:
        """Edit the thread's script unless that was done already, and tell the client the script as it now is."""
        graph, thread = await self._thread(attempt.task)
        known: FilmState = (await graph.aget_state(thread)).values  # type: ignore[assignment]
        message = announced(edit, known["script"])
        script = await _change(graph, thread, known, edit)
        await attempt.report(node="write_script", scenes=lines_of(script), message=message)

    async def _has_told_its_end(self, attempt: Attempt) -> bool:
        """Whether the attempt has just written its own end; a cancellation may be somebody else's word."""
        with contextlib.suppress(NoSuchTask):
            now = await attempt.now()
            return now.status in {Status.COMPLETED, Status.FAILED} and attempt.is_of(now)
        return False

    async def _make(self, attempt: Attempt, edit: Edit | None, review: Review | None, signs: Signs) -> None:
        """Run the thread and write down how it ended."""
        try:
            if edit is not None:
                await self._edit(attempt, edit)
            with naming_a_full_disk():
                state, asked = await self._run_thread(attempt, review, signs)
            if asked is not None:
                await self._ask(attempt, asked)
                return
            result = result_of(attempt.id, state, await self.producer.cost(attempt.id))
            result = with_versions(attempt.id, result, attempt.task.result, datetime.now(UTC))
            await attempt.finish(result)
            if self.delivered is not None:
                await self.delivered(attempt.id, state, films_of(result))
        except (*UNWANTED, HoldLost):
            return
        except psycopg.OperationalError:
            raise  # nobody could be told; the task goes on when the database is back
        except KiwiError as failure:
            await self._tell_cost(attempt)
            await attempt.fail(failure)
            raise
        except Exception as failure:
            incident = uuid.uuid4().hex[:12]
            log.exception("task %s failed, incident %s", attempt.id, incident)
            await self._tell_cost(attempt)
            sentence = f"Something went wrong inside KIWI-Video; the operator finds it in the log as incident {incident}."
            await attempt.fail(sentence)
            raise RenderError(sentence) from failure

    async def _tell_cost(self, attempt: Attempt) -> None:
        """Say what was spent before a film comes to nothing: after its end nothing changes."""
        if (cost := await self.producer.cost(attempt.id)) is not None:
            with contextlib.suppress(*UNWANTED):
                await attempt.report(cost=cost)

    async def _ask(self, attempt: Attempt, asked: Mapping[str, Any]) -> None:
        """Tell the client what a person is to look at."""
        review = {name: value for name, value in asked.items() if name != "scenes"}
        node = f"review_{review.setdefault('stage', 'script')}"
        message = str(review["message"])
        await attempt.report(node=node, status=Status.AWAITING_REVIEW, message=message, review=review)

    async def _run_thread(self, attempt: Attempt, review: Review | None, signs: Signs) -> tuple[FilmState, Mapping[str, Any] | None]:
        """Stream the graph into the event log; the thread's last state, and what it asks a person, if it waits for an answer."""
        graph, thread = await self._thread(attempt.task)
        known = await graph.aget_state(thread)
        reporter = ProgressReporter(self.producer, attempt, signs)
        await reporter.take_up(known.values, known.next)
        # `next` may be empty in an unfinished thread, so whatever has a checkpoint is resumed
        start: FilmInput | Command[Any] | None = FilmInput(brief=attempt.task.brief) if known.created_at is None else None
        if review is not None and known.interrupts and _answers(review, known.interrupts[0].value):
            start = Command(resume=review.told)
        async with reporter.speaking_up():
            async for mode, told in graph.astream(start, thread, stream_mode=["custom", "updates"], durability="sync"):
                await reporter.hear(mode, told)
        for node, ended in reporter.ended.items():
            self.observe(node, ended - reporter.began.get(node, ended))
        known = await graph.aget_state(thread)
        values: FilmState = known.values  # type: ignore[assignment]
        return values, known.interrupts[0].value if known.interrupts else None

    async def _thread(self, task: Task) -> tuple[FilmGraph, RunnableConfig]:
        """The graph for a task's crew, whose checkpoints are void once this attempt is over, and its thread."""
        thread: RunnableConfig = {"configurable": {"thread_id": task.id}, "recursion_limit": 100}
        saver = FencedSaver(self.checkpointer, task.id, task.attempt)
        return build_graph(await self.producer.hire(task.id, task.brief), saver), thread


async def _change(graph: FilmGraph, thread: RunnableConfig, known: FilmState, edit: Edit) -> Script:
    """Write an edit into a thread, once, however often it is asked; the script as it now is."""
    script = revised(known["script"], [edit], known["intent"], known.get("storyboard"))
    if script != known["script"]:
        # whoever has let the script through is not asked again about words of their own
        await graph.aupdate_state(thread, {"script": script}, as_node="review_script" if "review" in known else "write_script")
    return script


def _answers(review: Review, asked: Mapping[str, Any]) -> bool:
    """Whether a decision is about what is asked: the same job may come again after the thread has gone on to the next question."""
    return review.revision is None or review.revision == asked.get("revision", 1)


async def _until_hanging(signs: Signs) -> str:
    """Wait until a stage hangs; which one."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        if (hanging := signs.hanging(time.monotonic())) is not None:
            return hanging
