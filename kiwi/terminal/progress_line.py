"""Showing on a terminal's standard error how a film gets on."""

import time
from typing import Any, Self

from kiwi.tasks.task import Status, Task
from kiwi.terminal.saying import say

SPOKEN_SECONDS = 0.9
"""At most so often is the same message written into a file."""

BEGUN = "Getting started"
"""What a new task says of itself."""


class Showing:
    """The progress display: a bar where somebody looks, one line a stage where a file does."""

    def __init__(self) -> None:
        self.bar: Any = None
        self.line: Any = None
        self.said = ""
        self.said_at = 0.0
        self.told: set[str] = set()

    def __enter__(self) -> Self:
        if say.is_terminal:
            self._draw()
        return self

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.stop()
            say.beside = None

    def _draw(self) -> None:
        from rich.console import Console  # noqa: PLC0415 - a file needs none of it
        from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

        console = Console(stderr=True, highlight=False)
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
        self.bar = Progress(*columns, console=console, transient=True)
        self.line = self.bar.add_task("Getting ready", total=100)
        self.bar.start()
        say.beside = lambda text, style: console.print(text, style=style or None, markup=False, soft_wrap=True)

    def show(self, task: Task) -> None:
        """Show where a task stands, and, once each, what was heard and the script."""
        self._tell(f"Heard: {task.transcription}" if task.transcription else "")
        self._tell("\n".join(f"{scene.number}. {scene.title}: {scene.description}".strip(" :") for scene in task.scenes))
        if self.said and task.message == BEGUN:
            return  # what is done at first was said before there was a task
        left = f", about {task.seconds_left} s left" if task.seconds_left and task.status is Status.PROCESSING else ""
        self.note(task.message, task.progress, left)

    def note(self, message: str, percent: int = 0, left: str = "") -> None:
        """Show what is being done, and how long it will take still."""
        if self.bar is not None:
            self.bar.update(self.line, completed=percent, description=f"{message}{left}")
        elif message != self.said or time.monotonic() - self.said_at >= SPOKEN_SECONDS:
            self.said, self.said_at = message, time.monotonic()
            say.print(f"{percent:3d}%  {message}{left}")

    def _tell(self, text: str) -> None:
        if text and text not in self.told:
            self.told.add(text)
            say.print(text)
