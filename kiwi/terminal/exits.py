"""How commands end: an exit code, and one sentence for what is known to go wrong."""

import asyncio
import json
import sys
from collections.abc import Coroutine
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
from kiwi.terminal.progress_line import say

Result = TypeVar("Result")


class Exit(IntEnum):
    """What the process ends with."""

    DONE = 0
    FAILED = 1
    MUST_CHANGE = 2
    CANCELLED = 130


MUST_CHANGE = (BadBrief, DiskFull, NoSuchKey, NoSuchPurchase, NoSuchTask, TaskBusy, TaskOver, SetupIncomplete, ProviderRefused)


def guarded(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a command; what is known to go wrong becomes one sentence and an exit code."""
    try:
        return asyncio.run(work)
    except MUST_CHANGE as failure:
        say.print(f"error: {failure}", style="red", soft_wrap=True)
        raise typer.Exit(Exit.MUST_CHANGE) from failure
    except KiwiError as failure:
        say.print(f"error: {failure}", style="red", soft_wrap=True)
        raise typer.Exit(Exit.FAILED) from failure
    except (KeyboardInterrupt, asyncio.CancelledError) as stopped:
        raise typer.Exit(Exit.CANCELLED) from stopped


def print_json(value: object) -> None:
    """A result for other programs, on stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")
