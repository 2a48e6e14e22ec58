"""Showing on a terminal's standard error how a film gets on."""

from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

from kiwi.tasks.task import Task

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
        self.said: set[str] = set()

    def __enter__(self) -> Self:
        self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.stop()

    def show(self, task: Task) -> None:
        """Show where a task stands."""
        self.bar.update(self.line, completed=task.progress, description=task.message)
        if not say.is_terminal and task.message not in self.said:
            self.said.add(task.message)
            say.print(f"{task.progress:3d}%  {task.message}")
