"""Fencing: whoever makes a film makes sure, before it publishes or buys anything, that the film is still its own."""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Protocol


class Hold(Protocol):
    """A task that is held."""

    task_id: str
    attempt: int | None
    """What the holder writes as; None: it has not begun."""

    async def confirm(self) -> None:
        """HoldLost if somebody else may have taken the task."""
        ...


HELD: ContextVar[Hold | None] = ContextVar("held", default=None)
"""What the work of this context is done for; None: for nobody who could lose it."""


@contextlib.contextmanager
def holding(hold: Hold) -> Iterator[None]:
    """Whatever is begun inside is done for this hold."""
    token = HELD.set(hold)
    try:
        yield
    finally:
        HELD.reset(token)


async def confirm() -> None:
    """Go on only if what this context works for is still held: a process that was frozen may have lost it. HoldLost."""
    if (hold := HELD.get()) is not None:
        await hold.confirm()
