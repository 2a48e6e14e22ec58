"""``kiwi tasks``: the films that were asked for."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from kiwi.terminal.exits import guarded
from kiwi.terminal.saying import print_json

if TYPE_CHECKING:
    from kiwi.tasks.task import Task


def tasks(
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 50,
) -> None:
    """List films that were asked for, newest first, by local time: how each stands, and why one failed."""
    guarded(_tasks(limit, as_json=as_json))


async def _tasks(limit: int, *, as_json: bool) -> None:
    from kiwi.settings import Settings
    from kiwi.storage.database import open_database
    from kiwi.tasks.table import Tasks

    settings = Settings()
    async with open_database(settings.database_url or None, settings.data_folder) as database, Tasks(database) as tasks:
        page = await tasks.list(limit=limit)
    if as_json:
        print_json([_told(task) for task in page.tasks])
        return
    if not page.tasks:
        typer.echo("No films yet.", err=True)
    for task in page.tasks:
        typer.echo(shown(task))


def shown(task: "Task") -> str:
    """A task for a person, in one line, and the reason below it when there is no film."""
    what = " ".join(((task.result or {}).get("title") or task.transcription or task.brief.words).split())
    line = f"{task.id}  {task.created_at.astimezone():%Y-%m-%d %H:%M}  {task.status:<15} {task.progress:3d}%  {what[:60]}"
    return f"{line}\n    {' '.join(task.error.split())}" if task.error else line


def _told(task: "Task") -> dict[str, Any]:
    """A task for other programs, in the wire contract's words."""
    told = task.model_dump(mode="json", include={"status", "phase", "progress", "message", "error", "attempt", "created_at", "updated_at"})
    return {"task_id": task.id, "owner": task.owner, **told, "title": (task.result or {}).get("title"), "text_input": task.brief.words}
