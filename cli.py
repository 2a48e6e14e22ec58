"""Voice to video: say what film you want and get it.

Results on stdout, progress on stderr.

Exit codes: 0 done; 1 the film could not be made; 2 the request or this machine must be changed first; 130 cancelled.
"""

import os
import sys
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from kiwi.errors import SetupIncomplete

COMMANDS = {
    "film": ("commands.film:film", "Make a film from words or from a recording."),
    "estimate": ("commands.estimate:estimate", "Say what a film would cost, as JSON; nothing is bought."),
    "tasks": ("commands.tasks:tasks", "List films, newest first: how they stand, or why they failed."),
    "purchases": ("commands.purchases:purchases", "List, as JSON, orders whose outcome nobody knows."),
    "keys": ("commands.keys:keys", "Make, list and revoke keys of those who share a server."),
    "sweep": ("commands.sweep:sweep", "Remove what is old, as is done every night."),
    "doctor": ("commands.doctor:doctor", "Say what is missing on this machine and how to get it."),
    "serve": ("commands.serve:serve", "Serve REST, WebSocket, events, LangServe; make the films."),
    "worker": ("commands.worker:worker", "Make films for servers that share database and data."),
    "mcp": ("commands.mcp:mcp", "Be the tools of an assistant, by Model Context Protocol."),
}
"""Name to ``module:function``, imported when the command is called, and one line of help."""


def open_command(name: str) -> Any:
    """Import a command."""
    place, _ = COMMANDS[name]
    module, _, function = place.partition(":")
    found = getattr(import_module(module), function)
    if not isinstance(found, typer.Typer):
        alone = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
        alone.command(name)(found)
        found = alone
    opened: Any = typer.main.get_command(found)
    opened.name = name
    return opened


class Lazy(TyperGroup):
    """Lists every command by its line, and imports only the one that is called."""

    def __init__(self, **options: Any) -> None:
        options["commands"] = {name: TyperCommand(name, help=line) for name, (_, line) in COMMANDS.items()}
        super().__init__(**options)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, known, rest = super().resolve_command(ctx, args)
        return name, known and open_command(str(name)), rest


app = typer.Typer(cls=Lazy, help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)


def _tell_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version  # noqa: PLC0415 - few ask

        typer.echo(f"kiwi-video {version('kiwi-video')}")
        raise typer.Exit


@app.callback()
def _whole(
    version: Annotated[bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Say which version this is.")] = False,
) -> None:
    """Voice to video: say what film you want and get it.

    Results on stdout, progress on stderr.

    Exit codes: 0 done; 1 the film could not be made; 2 the request or this machine must be changed first; 130 cancelled.
    """


def main() -> None:
    """The entry point of ``kiwi``."""
    from kiwi.storage.privacy import keep_private  # noqa: PLC0415

    keep_private()
    try:
        app()
    except SystemExit as end:
        _leave(end.code)
        raise
    except SetupIncomplete as trouble:
        sys.stderr.write(f"error: {trouble}\n")
        sys.exit(2)


def _leave(code: str | int | None) -> None:
    """End at once: a thousand modules need not be taken down, the kernel frees all they have. Returns where an answer cannot be told."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        return
    if code is None or isinstance(code, int):
        os._exit(code or 0)


if __name__ == "__main__":
    main()
