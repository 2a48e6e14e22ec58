"""Asking a person at a terminal."""

import sys

from kiwi.terminal.saying import say


def hears_yes(question: str) -> bool:
    """Ask until y or n is said; EOFError when nobody is there. Typer's own question leaves a mark on stdout."""
    while True:
        say.print(f"{question} y/n: ", end="")
        said = sys.stdin.readline()
        if not said:
            raise EOFError
        if (answer := said.strip().lower()) in {"y", "yes", "n", "no"}:
            return answer.startswith("y")
