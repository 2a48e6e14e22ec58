"""The producer: hires a film's crew and keeps its books."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from kiwi.film.crew import Crew
from kiwi.film.model import Brief, Intent, Script
from kiwi.money.estimate import Estimate


class Producer(Protocol):
    """Who hires and pays."""

    def names(self) -> list[str]:
        """The models of providers that may be hired."""
        ...

    async def hire(self, task_id: str, brief: Brief) -> Crew:
        """The crew of one film. OverBudget if the brief is strict and the film would cost more than it may."""
        ...

    async def estimate(self, brief: Brief, intent: Intent | None = None, script: Script | None = None) -> Estimate | None:
        """What a film would cost, from its brief or, better, from its script; None: nothing can be bought here."""
        ...

    async def cost(self, task_id: str) -> dict[str, Any] | None:
        """What a film has cost so far, as plain JSON: ``{"currency", "spent", "providers"}``; None: nothing can be bought here."""
        ...

    async def call_off(self, task_id: str) -> None:
        """Cancel at the providers what a film nobody wants any more has ordered there; what cannot be reached is logged."""
        ...

    async def forget(self, task_id: str) -> None:
        """A film is deleted: drop what is kept about it, but never what was paid."""
        ...


@dataclass(frozen=True)
class Unpaid:
    """Hires crews that cost nothing."""

    crew_of: Callable[[str], Crew]

    def names(self) -> list[str]:
        return []

    async def hire(self, task_id: str, brief: Brief) -> Crew:
        return self.crew_of(task_id)

    async def estimate(self, brief: Brief, intent: Intent | None = None, script: Script | None = None) -> Estimate | None:
        return None

    async def cost(self, task_id: str) -> dict[str, Any] | None:
        return None

    async def call_off(self, task_id: str) -> None: ...

    async def forget(self, task_id: str) -> None: ...
