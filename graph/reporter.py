"""Telling how a film gets on: what the graph streams becomes reports on its task."""

import time
from collections.abc import Mapping
from typing import Any

from graph.progress import WEIGHTS, Gauge, Signs, message_of, phase_of
from kiwi.film.model import Intent, Script, Storyboard
from kiwi.film.review import shown_scenes
from kiwi.money.producer import Producer
from kiwi.tasks.table import Tasks
from kiwi.tasks.task import Phase, SceneLine, Task

REPORT_SECONDS = 0.1
"""At most so often is progress within a part written down."""


class ProgressReporter:
    """Turns what the graph streams into reports on a task."""

    def __init__(self, tasks: Tasks, producer: Producer, task: Task, signs: Signs) -> None:
        self.tasks = tasks
        self.producer = producer
        self.task = task
        self.intent: Intent | None = None
        self.script: Script | None = None
        self.storyboard: Storyboard | None = None
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
            self.storyboard = state.get("storyboard")
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
            self.script = update["script"]
            await self._tell_scenes(node)
            await self._tell_estimate(self.script)
        if "storyboard" in update:
            self.storyboard = update["storyboard"]
            await self._tell_scenes(node)

    async def _tell_scenes(self, node: str) -> None:
        if self.script is not None:
            told, revision = lines_of(self.script, self.storyboard), self.storyboard.revision if self.storyboard else None
            await self.tasks.report(self.task.id, self.task.attempt, node=node, scenes=told, revision=revision)

    async def _tell_estimate(self, script: Script | None) -> None:
        estimate = await self.producer.estimate(self.task.brief, self.intent, script)
        if estimate is not None:
            await self.tasks.report(self.task.id, self.task.attempt, estimate=estimate.told())

    async def _tell_cost(self) -> None:
        cost = await self.producer.cost(self.task.id)
        if cost != self.cost:
            self.cost = cost
            await self.tasks.report(self.task.id, self.task.attempt, cost=cost)


def lines_of(script: Script, storyboard: Storyboard | None = None) -> list[SceneLine]:
    """The scenes as the client is told of them."""
    names = {"scene_number": "number"}
    shown = shown_scenes(script, storyboard)
    return [SceneLine(**{names.get(name, name): value for name, value in scene.items() if name != "prompt"}) for scene in shown]
