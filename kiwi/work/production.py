"""Production: what everybody who works for one film shares."""

from dataclasses import dataclass

from kiwi.clock import Clock
from kiwi.money.purchases import Till
from kiwi.work.workshop import Workshop


@dataclass(frozen=True)
class Production:
    """One film's till, workshop and clock, for crews that buy."""

    task_id: str
    till: Till
    workshop: Workshop
    clock: Clock
