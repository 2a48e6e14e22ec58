"""One attempt at a task, told by its worker what becomes of it."""

from collections.abc import Mapping
from typing import Any, Unpack

from kiwi.errors import KiwiError
from kiwi.tasks.table import Tasks
from kiwi.tasks.task import News, Task


class Attempt:
    """A task as it stood when this attempt at it began. Whatever is said of it: NoSuchTask; TaskOver; StaleAttempt when it is over."""

    def __init__(self, tasks: Tasks, task: Task) -> None:
        self._tasks = tasks
        self.task = task
        self.id = task.id

    async def now(self) -> Task:
        """The task as it stands now. NoSuchTask."""
        return await self._tasks.get(self.id)

    def is_of(self, task: Task) -> bool:
        """Whether a task is still at this attempt."""
        return task.attempt == self.task.attempt

    async def until_unwanted(self) -> None:
        """Wait until nobody wants this attempt any more."""
        await self._tasks.until_unwanted(self.id, self.task.attempt)

    async def report(self, node: str = "", **news: Unpack[News]) -> None:
        """Write what changed. Progress never goes down and stays below 100 until ``finish``."""
        await self._tasks.report(self.id, self.task.attempt, node=node, **news)

    async def finish(self, result: Mapping[str, Any]) -> None:
        """Complete the task with its result, plain JSON."""
        await self._tasks.finish(self.id, self.task.attempt, result)

    async def fail(self, error: str | KiwiError) -> None:
        """End the task with one plain sentence that says why, or the failure that does."""
        await self._tasks.fail(self.id, self.task.attempt, error)

    async def stop(self) -> None:
        """Say that the work a client cancelled has stopped."""
        await self._tasks.stop(self.id, self.task.attempt)
