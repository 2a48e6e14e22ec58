"""How a job passes its time: queued, running, done; on a clock that can be stepped by hand."""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from emulators.scenarios import Scenario, Script, Stage

Clock = Callable[[], float]
"""Seconds from any origin, never going back."""
THROTTLED_TIMES = 20
"""How many times longer than usual a throttled job waits, unless the script says."""
NEARLY = 0.97
"""As far as a job that never finishes comes."""


class SteppedClock:
    """A clock that stands still until it is told how many seconds pass."""

    def __init__(self, now: float = 0.0) -> None:
        self._now = now

    def __call__(self) -> float:
        """Return the seconds it shows."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._now += seconds


class Phase(StrEnum):
    """Where a job is, in no vendor's words."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Media:
    """Bytes to deliver and what they are."""

    content: bytes
    content_type: str
    name: str


@dataclass
class Job:
    """One accepted create. ``media`` makes what is delivered; it runs in a thread and may be called many times."""

    id: str
    prompt: str
    script: Script
    began: float
    queue_seconds: float
    run_seconds: float
    media: Callable[[], Media]
    asked: dict[str, Any] = field(default_factory=dict)
    """What the vendor wants to remember of the request."""
    cancelled_at: float | None = None
    visits: Counter[Stage] = field(default_factory=Counter)
    links: int = 0
    """How many links to its media were given out."""

    def phase(self, now: float) -> Phase:
        """Where it is at that moment."""
        passed, scenario = now - self.began, self.script.scenario
        if self.cancelled_at is not None:
            return Phase.CANCELLED
        if passed < self.queued_for:
            return Phase.QUEUED
        if scenario is Scenario.CANCELLED_REMOTELY and passed >= self.queued_for + self.run_seconds / 2:
            return Phase.CANCELLED
        if scenario is Scenario.NEVER_FINISHES or passed < self.queued_for + self.run_seconds:
            return Phase.RUNNING
        ends_badly = scenario in {Scenario.FAILED, Scenario.MODERATED_OUTPUT} or (
            scenario is Scenario.MODERATED_INPUT and self.script.at_end
        )
        return Phase.FAILED if ends_badly else Phase.DONE

    @property
    def queued_for(self) -> float:
        """Seconds before it runs."""
        if self.script.scenario is not Scenario.THROTTLED_LONG:
            return self.queue_seconds
        return self.script.seconds if self.script.seconds is not None else THROTTLED_TIMES * (self.queue_seconds + self.run_seconds)

    def progress(self, now: float) -> float:
        """How much of the running is done, 0 to 1."""
        ran = max(now - self.began - self.queued_for, 0.0)
        if self.script.scenario is Scenario.NEVER_FINISHES:
            return NEARLY * -math.expm1(-ran / max(self.run_seconds, 0.001))
        return min(ran / self.run_seconds, 1.0) if self.run_seconds else 1.0

    def cancel(self, now: float) -> bool:
        """Stop it; False when it had already ended."""
        if self.phase(now) not in {Phase.QUEUED, Phase.RUNNING}:
            return False
        self.cancelled_at = now
        return True
