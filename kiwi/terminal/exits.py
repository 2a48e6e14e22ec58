"""How commands end: an exit code, and one sentence for what is known to go wrong."""

import contextlib
from collections.abc import Coroutine, Iterator
from enum import IntEnum
from typing import Any, TypeVar

import typer

from kiwi.errors import (
    BadBrief,
    DiskFull,
    KiwiError,
    NoSuchKey,
    NoSuchPurchase,
    NoSuchTask,
    ProviderRefused,
    SetupIncomplete,
    TaskBusy,
    TaskOver,
)
from kiwi.terminal.saying import say

Result = TypeVar("Result")


class Exit(IntEnum):
    """What the process ends with."""

    DONE = 0
    FAILED = 1
    MUST_CHANGE = 2
    CANCELLED = 130


MUST_CHANGE = (BadBrief, DiskFull, NoSuchKey, NoSuchPurchase, NoSuchTask, TaskBusy, TaskOver, SetupIncomplete, ProviderRefused)


@contextlib.contextmanager
def ending() -> Iterator[None]:
    """What is known to go wrong inside becomes one sentence and an exit code."""
    try:
        yield
    except MUST_CHANGE as failure:
        say.print(f"error: {failure}", style="red")
        raise typer.Exit(Exit.MUST_CHANGE) from failure
    except KiwiError as failure:
        say.print(f"error: {failure}", style="red")
        raise typer.Exit(Exit.FAILED) from failure
    except KeyboardInterrupt as stopped:
        raise typer.Exit(Exit.CANCELLED) from stopped


def guarded(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a command's work to its end, as ``ending`` has it."""
    import asyncio  # noqa: PLC0415 - a tenth of the time that help takes

    with ending():
        try:
            return asyncio.run(work)
        except asyncio.CancelledError as stopped:
            raise typer.Exit(Exit.CANCELLED) from stopped
