"""Sentences for people, on standard error; results alone go to standard output."""

import json
import sys
from collections.abc import Callable

import typer


class Say:
    """Standard error as a person reads it."""

    def __init__(self) -> None:
        self.beside: Callable[[str, str], None] | None = None
        """Writes while something moves on the terminal; None: nothing does."""

    @property
    def is_terminal(self) -> bool:
        """Whether somebody looks."""
        return sys.stderr.isatty()

    def print(self, text: str, *, style: str = "", end: str = "\n") -> None:
        """Say something; a ``style`` is the name of a colour, seen on terminals alone."""
        if self.beside is not None and end:
            self.beside(text, style)
            return
        typer.secho(text + end, fg=style or None, err=True, nl=False)


say = Say()


def print_json(value: object) -> None:
    """A result for other programs, on stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")
