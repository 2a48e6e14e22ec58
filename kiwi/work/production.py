"""Production: what everybody who works for one film shares."""

from dataclasses import dataclass

from kiwi.clock import Clock
from kiwi.money.purchases import Buyer
from kiwi.work.workshop import Workshop


@dataclass(frozen=True)
class Production:
    """One film's buyer, workshop and clock, for crews that buy."""

    task_id: str
    buyer: Buyer
    workshop: Workshop
    clock: Clock
