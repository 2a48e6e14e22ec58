"""Showing on a terminal's standard error how a film gets on."""

import time
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

from kiwi.tasks.task import Task

SPOKEN_SECONDS = 0.9
"""At most so often is the same message written into a file."""
say = Console(stderr=True, highlight=False)


class Showing:
    """The progress display: a bar where somebody looks, one line a stage where a file does."""

    def __init__(self) -> None:
        self.bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            console=say,
            transient=True,
            disable=not say.is_terminal,
        )
        self.line = self.bar.add_task("Getting started", total=100)
        self.said = ""
        self.said_at = 0.0

    def __enter__(self) -> Self:
        self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.stop()

    def show(self, task: Task) -> None:
        """Show where a task stands."""
        left = f", about {task.seconds_left} s left" if task.seconds_left and not task.over else ""
        self.bar.update(self.line, completed=task.progress, description=f"{task.message}{left}")
        news = task.message != self.said or time.monotonic() - self.said_at >= SPOKEN_SECONDS
        if not say.is_terminal and news:
            self.said, self.said_at = task.message, time.monotonic()
            say.print(f"{task.progress:3d}%  {task.message}{left}")
