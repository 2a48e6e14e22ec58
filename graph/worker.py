"""Worker: takes a task's thread, runs or resumes it, and reports every step."""

import asyncio
import contextlib
import logging
import math
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, NoReturn

import psycopg
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from langgraph.types import Command

from graph.build import FilmGraph, build_graph
from graph.checkpoint import FencedSaver
from graph.progress import WEIGHTS, Gauge, Signs, message_of, phase_of, stage_of
from graph.result import result_of
from graph.state import FilmInput, FilmState
from kiwi.errors import HoldLost, KiwiError, NoSuchTask, RenderError, StaleAttempt, TaskOver
from kiwi.film.model import Intent, Script
from kiwi.film.review import LOOK, Edit, Review, edited
from kiwi.money.producer import Producer
from kiwi.storage.assets import naming_a_full_disk
from kiwi.storage.fencing import holding
from kiwi.tasks.leases import Lease
from kiwi.tasks.table import Tasks
from kiwi.tasks.task import Phase, SceneLine, Status, Task
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

REPORT_SECONDS = 0.1
"""At most so often is progress within a part written down."""


class Worker:
    """Makes films, one thread at a time per call."""

    def __init__(self, tasks: Tasks, checkpointer: AsyncPostgresSaver, producer: Producer) -> None:
        self.tasks = tasks
        self.checkpointer = checkpointer
        self.producer = producer
        self.observe: Callable[[str, float], object] = lambda node, seconds: None
        """Told how many seconds each stage of a film took, from the beginning of its first part to the end of its last."""
        self.delivered: Callable[[str, FilmState], Awaitable[None]] | None = None
        """Told of a film that was delivered and of its thread's last state, while the thread is held."""

    async def run(
        self,
        task_id: str,
        edit: Edit | None = None,
        review: Review | None = None,
        turn: AbstractAsyncContextManager[None] | None = None,
    ) -> Task:
        """Make a task's film, from its beginning or from where it stopped; ``edit`` changes a scene first, once, however often it is asked.

        A film whose script a person wants to see ends the run there, awaiting its review, which is handed in to a later run.

        A failure is written down, then raised: KiwiError. TaskBusy if another process is on it; HoldLost if the hold on it was lost
        and nobody has taken it yet. When the work is no longer wanted, or somebody else does it, the task is returned as it then
        stands; when this program is stopped, or the database goes away (psycopg.OperationalError), it is left for the next worker.
        With a ``turn`` the task is held, but not begun before that has come.
        """
        async with self.tasks.hold(task_id) as lease, turn or contextlib.nullcontext():
            if review is None and (task := await self.tasks.get(task_id)).status is Status.AWAITING_REVIEW:
                return task
            task = await self.tasks.begin(task_id)
            await lease.begin(task.attempt)
            with holding(lease):
                for hangs in range(1, MOST_HANGS + 1):
                    if (hanging := await self._attend(task, lease, edit, review)) is None:
                        break
                    log.warning("task %s hangs in %s, time %d of %d", task_id, hanging or "nothing", hangs, MOST_HANGS)
                    if hangs == MOST_HANGS:
                        await self._give_up(task, f"{stage_of(hanging)} gave no sign of life for too long: retry later.")
            return await self._come_to_an_end(task)

    async def _attend(self, task: Task, lease: Lease, edit: Edit | None, review: Review | None) -> str | None:
        """Make the film until it is there, or not wanted, or no longer ours; or until a stage hangs, which is returned."""
        signs = Signs(time.monotonic())
        film = asyncio.create_task(self._make(task, edit, review, signs))
        unwanted = asyncio.create_task(self.tasks.until_unwanted(task.id, task.attempt))
        lost = asyncio.create_task(lease.lost.wait())
        hanging = asyncio.create_task(_until_hanging(signs))
        try:
            await asyncio.wait({film, unwanted, lost, hanging}, return_when=asyncio.FIRST_COMPLETED)
            if film.done() or await self._has_told_its_end(task):
                await film
                return None
            if unwanted.done():
                await lease.say_stopping()
            return None if unwanted.done() or lost.done() else hanging.result()
        finally:
            lease.resigns_at = asyncio.get_running_loop().time() + LAY_DOWN_SECONDS
            await stop(film, unwanted, lost, hanging)
            lease.resigns_at = math.inf

    async def _come_to_an_end(self, task: Task) -> Task:
        """Say what became of an attempt that ended without a failure, unless that is for somebody else to say."""
        with contextlib.suppress(NoSuchTask):
            now = await self.tasks.get(task.id)
            if now.attempt != task.attempt:
                return now  # what is ordered at providers is now another worker's
            if not now.cancel_requested and now.status is Status.AWAITING_REVIEW:
                return now
            if not now.cancel_requested and not now.over:
                raise HoldLost(f"The hold on task {task.id} was lost.")
        await self._tell_cost(task)
        with contextlib.suppress(*UNWANTED):
            await self.tasks.stop(task.id, task.attempt)
        await self.producer.call_off(task.id)
        return await self.tasks.get(task.id)

    async def _give_up(self, task: Task, why: str) -> NoReturn:
        await self._tell_cost(task)
        await self.tasks.fail(task.id, task.attempt, why)
        raise RenderError(why)

    async def edit_scene(self, task_id: str, scene_id: str, voice_over: str) -> None:
        """Give one scene of a thread another text; the next run makes only what depends on it. TaskBusy; KeyError."""
        async with self.tasks.hold(task_id):
            graph, thread = await self._thread(await self.tasks.get(task_id))
            known: FilmState = (await graph.aget_state(thread)).values  # type: ignore[assignment]
            numbers = {scene.id: number for number, scene in enumerate(known["script"].scenes, 1)}
            await self._reword(graph, thread, known, Edit(scene=numbers[scene_id], voice_over=voice_over))

    async def _edit(self, task: Task, edit: Edit) -> None:
        """Edit the thread's script unless that was done already, and tell the client the script as it now is."""
        graph, thread = await self._thread(task, self._fenced(task))
        known: FilmState = (await graph.aget_state(thread)).values  # type: ignore[assignment]
        script = known["script"]
        if script.scenes[edit.scene - 1].voice_over != edit.voice_over:
            script = await self._reword(graph, thread, known, edit)
        await self.tasks.report(task.id, task.attempt, node="write_script", scenes=_lines(script))

    async def _reword(self, graph: FilmGraph, thread: RunnableConfig, known: FilmState, edit: Edit) -> Script:
        script = edited(known["script"], edit)
        # whoever has let the script through is not asked again about words of their own
        await graph.aupdate_state(thread, {"script": script}, as_node="review_script" if "review" in known else "write_script")
        return script

    async def _has_told_its_end(self, task: Task) -> bool:
        """Whether the attempt has just written its own end; a cancellation may be somebody else's word."""
        with contextlib.suppress(NoSuchTask):
            now = await self.tasks.get(task.id)
            return now.status in {Status.COMPLETED, Status.FAILED} and now.attempt == task.attempt
        return False

    async def _make(self, task: Task, edit: Edit | None, review: Review | None, signs: Signs) -> None:
        """Run the thread and write down how it ended."""
        try:
            if edit is not None:
                await self._edit(task, edit)
            with naming_a_full_disk():
                state = await self._run_thread(task, review, signs)
            if state is None:
                await self.tasks.report(task.id, task.attempt, node="review_script", status=Status.AWAITING_REVIEW, message=LOOK)
                return
            await self.tasks.finish(task.id, task.attempt, result_of(task.id, state, await self.producer.cost(task.id)))
            if self.delivered is not None:
                await self.delivered(task.id, state)
        except (*UNWANTED, HoldLost):
            return
        except psycopg.OperationalError:
            raise  # nobody could be told; the task goes on when the database is back
        except KiwiError as failure:
            await self._tell_cost(task)
            await self.tasks.fail(task.id, task.attempt, failure)
            raise
        except Exception as failure:
            incident = uuid.uuid4().hex[:12]
            log.exception("task %s failed, incident %s", task.id, incident)
            await self._tell_cost(task)
            sentence = f"Something went wrong inside KIWI-Video; the operator finds it in the log as incident {incident}."
            await self.tasks.fail(task.id, task.attempt, sentence)
            raise RenderError(sentence) from failure

    async def _tell_cost(self, task: Task) -> None:
        """Say what was spent before a film comes to nothing: after its end nothing changes."""
        if (cost := await self.producer.cost(task.id)) is not None:
            with contextlib.suppress(*UNWANTED):
                await self.tasks.report(task.id, task.attempt, cost=cost)

    async def _run_thread(self, task: Task, review: Review | None, signs: Signs) -> Any:
        """Stream the graph into the event log and return the thread's last state; None: it waits for somebody to look at the script."""
        graph, thread = await self._thread(task, self._fenced(task))
        known = await graph.aget_state(thread)
        teller = ProgressReporter(self.tasks, self.producer, task, signs)
        await teller.take_up(known.values, known.next)
        # `next` may be empty in an unfinished thread, so whatever has a checkpoint is resumed
        start: FilmInput | Command[Any] | None = FilmInput(brief=task.brief) if known.created_at is None else None
        if review is not None and known.interrupts:
            start = Command(resume=review.told)
        async for mode, told in graph.astream(start, thread, stream_mode=["custom", "updates"], durability="sync"):
            await teller.hear(mode, told)
        for node, ended in teller.ended.items():
            self.observe(node, ended - teller.began.get(node, ended))
        known = await graph.aget_state(thread)
        return None if known.interrupts else known.values

    def _fenced(self, task: Task) -> FencedSaver:
        return FencedSaver(self.checkpointer, task.id, task.attempt)

    async def _thread(self, task: Task, saver: BaseCheckpointSaver[str] | None = None) -> tuple[FilmGraph, RunnableConfig]:
        thread: RunnableConfig = {"configurable": {"thread_id": task.id}, "recursion_limit": 100}
        return build_graph(await self.producer.hire(task.id, task.brief), saver or self.checkpointer), thread


class ProgressReporter:
    """Turns what the graph streams into reports on a task."""

    def __init__(self, tasks: Tasks, producer: Producer, task: Task, signs: Signs) -> None:
        self.tasks = tasks
        self.producer = producer
        self.task = task
        self.intent: Intent | None = None
        self.cost: dict[str, Any] | None = None
        self.signs = signs
        self.gauge = Gauge()
        self.percent = 0
        self.next_report = 0.0
        self.began: dict[str, float] = {}
        self.ended: dict[str, float] = {}

    async def take_up(self, state: Mapping[str, Any], following: tuple[str, ...]) -> None:
        """Start from what an earlier run of the thread has left."""
        self.gauge.take_up(state, following)
        self.intent = state.get("intent")
        if "script" in state:
            await self._tell_what_is_known("write_script", {"script": state["script"]})
        else:
            await self._tell_estimate(None)

    async def hear(self, mode: str, told: Any) -> None:
        """Report one item of the stream, if it says something new."""
        if mode == "custom":
            self.began.setdefault(told["node"], time.monotonic())
            self.gauge.note(told)
            self.signs.note(told["node"], time.monotonic())
            await self._report(told)
            return
        for node, update in told.items():
            if node not in WEIGHTS:
                continue  # LangGraph's own remarks
            self.ended[node] = time.monotonic()
            self.gauge.finish(node)
            self.signs.finish(node, time.monotonic())
            await self._tell_what_is_known(node, update or {})
        await self._tell_cost()

    async def _report(self, told: Any) -> None:
        begins = told["share"] == 0.0
        percent = self.gauge.percent()
        if not begins and (percent <= self.percent or time.monotonic() < self.next_report):
            return
        self.percent = max(percent, self.percent)
        self.next_report = time.monotonic() + REPORT_SECONDS
        node = told["node"]
        await self.tasks.report(
            self.task.id, self.task.attempt, node=node, phase=Phase(phase_of(node)), progress=self.percent, message=message_of(told)
        )

    async def _tell_what_is_known(self, node: str, update: Mapping[str, Any]) -> None:
        if node == "hear_brief" and self.task.brief.recording:
            await self.tasks.report(self.task.id, self.task.attempt, node=node, transcription=update["heard"].shown)
        if node == "read_intent":
            self.intent = update["intent"]
        if "script" in update:
            await self.tasks.report(self.task.id, self.task.attempt, node=node, scenes=_lines(update["script"]))
            await self._tell_estimate(update["script"])

    async def _tell_estimate(self, script: Script | None) -> None:
        estimate = await self.producer.estimate(self.task.brief, self.intent, script)
        if estimate is not None:
            await self.tasks.report(self.task.id, self.task.attempt, estimate=estimate.told())

    async def _tell_cost(self) -> None:
        cost = await self.producer.cost(self.task.id)
        if cost != self.cost:
            self.cost = cost
            await self.tasks.report(self.task.id, self.task.attempt, cost=cost)


async def _until_hanging(signs: Signs) -> str:
    """Wait until a stage hangs; which one."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        if (hanging := signs.hanging(time.monotonic())) is not None:
            return hanging


def _lines(script: Script) -> list[SceneLine]:
    return [SceneLine(number=number, title=scene.title, description=scene.voice_over) for number, scene in enumerate(script.scenes, 1)]
