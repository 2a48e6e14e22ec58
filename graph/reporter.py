"""Reporting how a film gets on: what the graph streams becomes changes of its task."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from math import gcd
from typing import Any

import psycopg

from graph.progress import COUNTED, WEIGHTS, Countdown, Gauge, Signs, phase_of
from kiwi.errors import NoSuchTask, StaleAttempt, TaskOver
from kiwi.film.model import Intent, Script, Storyboard, film_seconds
from kiwi.film.review import shown_scenes
from kiwi.money.producer import Producer
from kiwi.tasks.attempt import Attempt
from kiwi.tasks.task import NOT_BEGUN, READY, Phase, SceneLine
from kiwi.work.stopping import stop

REPORT_SECONDS = 0.1
"""At most so often is progress within a part written down."""
SILENT_SECONDS = 1.0
"""After so long without a word the latest is said again, with the seconds that are left."""
LONG_SECONDS, LONG_SILENCE = 600.0, 10.0
"""A film that takes longer than that says so less often: its log is kept."""


class ProgressReporter:
    """Turns what the graph streams into reports on an attempt."""

    def __init__(self, producer: Producer, attempt: Attempt, signs: Signs) -> None:
        self.producer = producer
        self.attempt = attempt
        self.brief = attempt.task.brief
        self.intent: Intent | None = None
        self.script: Script | None = None
        self.storyboard: Storyboard | None = None
        self.cost: dict[str, Any] | None = None
        self.signs = signs
        self.gauge = Gauge()
        self.percent = 0
        self.node = ""
        """What the latest message was about."""
        self.said: object = None
        """Which scenes were counted as done, and at work, when something was reported last."""
        self.reported_at = time.monotonic()
        self.began: dict[str, float] = {}
        self.ended: dict[str, float] = {}

    async def take_up(self, state: Mapping[str, Any], following: tuple[str, ...]) -> None:
        """Start from what an earlier run of the thread has left."""
        self.gauge.take_up(state, following)
        self.countdown = Countdown(time.monotonic(), self.gauge.percent())
        self.intent = state.get("intent")
        if "script" in state:
            self.storyboard = state.get("storyboard")
            await self._tell_what_is_known("write_script", {"script": state["script"]})
        else:
            await self._tell_estimate(None)

    async def hear(self, mode: str, told: Any) -> None:
        """Report one item of the stream, if it says something new."""
        if mode == "custom":
            begins = told["node"] not in self.began
            self.began.setdefault(told["node"], time.monotonic())
            self.gauge.note(told)
            self.signs.note(told["node"], time.monotonic())
            await self._report(told["node"], begins=begins)
            return
        for node, update in told.items():
            if node not in WEIGHTS:
                continue  # LangGraph's own remarks
            self.ended[node] = time.monotonic()
            self.gauge.finish(node, self._scenes_in(update or {}))
            self.signs.finish(node, time.monotonic())
            await self._tell_what_is_known(node, update or {})
            if node in COUNTED:
                await self._report(node)
        await self._tell_cost()

    @contextlib.asynccontextmanager
    async def speaking_up(self) -> AsyncIterator[None]:
        """Say again where the film stands, at least every second, while the block runs."""
        repeating = asyncio.create_task(self._repeat())
        try:
            yield
        finally:
            await stop(repeating)

    async def _repeat(self) -> None:
        began = time.monotonic()
        while True:
            silence = SILENT_SECONDS if time.monotonic() - began < LONG_SECONDS else LONG_SILENCE
            await asyncio.sleep(max(0.05, self.reported_at + 0.8 * silence - time.monotonic()))
            if self.node and time.monotonic() - self.reported_at >= 0.8 * silence:
                # whoever makes the film finds out when it is no longer wanted, or when the database is away
                with contextlib.suppress(NoSuchTask, StaleAttempt, TaskOver, psycopg.OperationalError):
                    await self._say(self.node)
                self.reported_at = time.monotonic()

    async def _report(self, node: str, *, begins: bool = False) -> None:
        """Say how far the film is, if a stage begins, a scene is begun or done, or it is time again."""
        if node == "score_music" and not begins and self.gauge.parts.get("render_scene", 0) > self.gauge.done("render_scene"):
            node = "render_scene"  # which is what takes its time
        counted = [self.gauge.done(one) for one in COUNTED], [percent in (NOT_BEGUN, READY) for percent in self._rendered()]
        due = self.gauge.percent() > self.percent and time.monotonic() >= self.reported_at + REPORT_SECONDS
        if begins or due or counted != self.said:
            self.said = counted
            await self._say(node)

    async def _say(self, node: str) -> None:
        now = time.monotonic()
        self.node, self.reported_at = node, now
        self.percent = max(self.gauge.percent(), self.percent)
        self.countdown.note(self.percent, now)
        await self.attempt.report(
            node=node,
            phase=Phase(phase_of(node)),
            progress=self.percent,
            message=self.gauge.message(node),
            rendered=self._rendered() or None,
            seconds_left=self.countdown.left(now),
        )

    def _rendered(self) -> list[int]:
        return self.gauge.rendered(shot.scene_id for shot in self.storyboard.shots) if self.storyboard else []

    def _scenes_in(self, update: Mapping[str, Any]) -> Iterable[str]:
        """The scenes that a node of one scene has made something for."""
        shots = {shot.id: shot.scene_id for shot in self.storyboard.shots} if self.storyboard else {}
        return [*update.get("reels", ()), *(shots.get(shot, shot) for shot in update.get("takes", ()))]

    async def _tell_what_is_known(self, node: str, update: Mapping[str, Any]) -> None:
        if node == "hear_brief" and self.brief.recording:
            await self.attempt.report(node=node, transcription=update["heard"].shown)
        if node == "read_intent":
            self.intent = update["intent"]
            await self.attempt.report(node=node, understood=understood_of(self.intent))
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
            understood = understood_of(self.intent, self.script) if self.intent else None
            await self.attempt.report(node=node, understood=understood, scenes=told, revision=revision)

    async def _tell_estimate(self, script: Script | None) -> None:
        estimate = await self.producer.estimate(self.brief, self.intent, script)
        if estimate is not None:
            await self.attempt.report(estimate=estimate.told())

    async def _tell_cost(self) -> None:
        cost = await self.producer.cost(self.attempt.id)
        if cost != self.cost:
            self.cost = cost
            await self.attempt.report(cost=cost)


def understood_of(intent: Intent, script: Script | None = None) -> dict[str, Any]:
    """What a brief was taken to want, as plain JSON; its length is that of the words, once there are any."""
    size = intent.size
    shape = gcd(size.width, size.height)
    more = {"audience": intent.audience, "name": intent.name, "call_to_action": intent.call_to_action}
    return {
        "topic": intent.topic,
        "video_type": intent.video_type.value,
        "tone": intent.mood.value,
        "seconds": round(film_seconds(intent, script) if script else intent.seconds, 1),
        "size": str(size),
        "aspect": f"{size.width // shape}:{size.height // shape}",
        "language": intent.language,
        **{name: value for name, value in more.items() if value},
    }


def lines_of(script: Script, storyboard: Storyboard | None = None) -> list[SceneLine]:
    """The scenes as the client is told of them."""
    names = {"scene_number": "number"}
    shown = shown_scenes(script, storyboard)
    return [SceneLine(**{names.get(name, name): value for name, value in scene.items() if name != "prompt"}) for scene in shown]
