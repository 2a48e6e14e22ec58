"""The work of ``kiwi film``: opens the engine, runs one task in it and hands the film over."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from commands.ahead import Ahead
from commands.film import Wish
from kiwi.access.owners import own_name
from kiwi.errors import BadBrief, NoSuchTask, ProviderRefused, RenderError, SetupIncomplete
from kiwi.film.limits import CARDS
from kiwi.film.model import Film
from kiwi.film.review import Review
from kiwi.providers import CAMERAS
from kiwi.settings import Settings
from kiwi.storage.postgres import has_been_made
from kiwi.tasks.request import parse_brief
from kiwi.tasks.task import Phase, Status, Task
from kiwi.terminal.delivery import deliver, deliver_anew
from kiwi.terminal.exits import Exit, ending, guarded
from kiwi.terminal.places import file_name
from kiwi.terminal.progress_line import Showing
from kiwi.terminal.saying import print_json, say
from kiwi.work import jobs
from opening import open_engine

if TYPE_CHECKING:
    from graph.engine import Engine

SHOWN = ("title", "duration", "resolution", "fps", "sha256", "faults", "remarks", "degraded", "credits", "cost")
"""Of a result, with --json."""
TYPED = (jobs.READ, jobs.WRITE, jobs.DRAW, jobs.NARRATE, jobs.RENDER)
"""What a film from words needs first."""


def make(wish: Wish) -> None:
    """Make what was asked for, asking a person where they wanted to be asked."""
    with ending():
        settings = Settings()
        _check_strict(wish, settings)
    waiting = guarded(_make(wish, settings, wish.resume))
    while waiting is not None:  # nothing is open meanwhile: people take their time
        decided = _ask(waiting, settings)
        waiting = guarded(_make(wish, settings, waiting.id, decided))


def _check_strict(wish: Wish, settings: Settings) -> None:
    """SetupIncomplete when a strict film is to be shot with a camera that has no key here."""
    camera = wish.fields["camera"]
    if not wish.fields["strict"] or camera in {"", CARDS} or wish.resume:
        return
    account = next(entry.account for entry in CAMERAS if entry.name == camera)
    if not getattr(settings, f"{account}_key").get_secret_value().strip():
        raise SetupIncomplete(
            f"--strict with --camera {camera} needs a key: set KIWI_{account.upper()}_KEY, or leave --strict and our own camera steps in."
        )


async def _make(wish: Wish, settings: Settings, resume: str, review: Review | None = None) -> Task | None:
    """Make a film; the task, if it awaits its review first."""
    with Showing() as showing:
        if resume:
            await _check_known(resume, settings)
            async with open_engine(settings, expecting=TYPED) as engine:
                made = await _run(engine, await engine.take_up(resume), showing, review)
                places = await _handed_over(wish, engine, made)
        else:
            async with _beginning(wish, settings, showing) as (engine, task):
                made = await _run(engine, task, showing, review)
                places = await _handed_over(wish, engine, made)
    if places is None:
        return made
    assert made.result is not None
    _say_notes(made.result)
    if wish.as_json:
        told = {key: made.result[key] for key in SHOWN if key in made.result}
        print_json({"task_id": made.id, **{what: str(place) for what, place in places.items()}, **told})
    else:
        typer.echo(places["film"])
    return None


async def _check_known(task_id: str, settings: Settings) -> None:
    """NoSuchTask, before anything but the database is opened."""
    if not settings.database_url and not has_been_made(settings.data_folder):
        raise NoSuchTask(f"There is no task {task_id}.")
    from kiwi.storage.database import open_database
    from kiwi.tasks.table import Tasks

    async with open_database(settings.database_url or None, settings.data_folder) as database, Tasks(database) as tasks:
        await tasks.get(task_id)


@contextlib.asynccontextmanager
async def _beginning(wish: Wish, settings: Settings, showing: Showing) -> AsyncIterator[tuple["Engine", Task]]:
    """An engine and a new task in it, whose brief is understood while the engine is still being opened."""
    ahead = Ahead(settings, parse_brief(wish.words, **wish.fields), wish.recording)
    expecting = (jobs.LISTEN, *TYPED) if wish.recording else TYPED
    async with open_engine(settings, expecting=expecting, meanwhile=ahead.begin) as engine:
        try:
            if wish.recording:
                showing.note("Listening to the brief")
            await ahead.done()
            task = await engine.submit(ahead.brief, wish.recording, own_name(settings), task_id=ahead.task_id)
            ahead.submitted = True
        finally:
            await ahead.end()
        yield engine, task


async def _handed_over(wish: Wish, engine: "Engine", task: Task) -> dict[str, Path] | None:
    """Where the film and what belongs to it lie now; None: it awaits its review."""
    return None if task.status is Status.AWAITING_REVIEW else await asyncio.to_thread(_deliver, wish, engine, task)


def _deliver(wish: Wish, engine: "Engine", task: Task) -> dict[str, Path]:
    assert task.result is not None
    made, store, title = Film.model_validate(task.result["film"]), engine.store(task.id), task.result["title"]
    if wish.out is not None:
        return deliver(made, store, wish.out, replace=True)
    if wish.force:
        return deliver(made, store, wish.out_folder / f"{file_name(title)}.mp4", replace=True)
    return deliver_anew(made, store, wish.out_folder, title)


def _ask(task: Task, settings: Settings) -> Review:
    """Show what a task waits with, and go on as a person decides."""
    from kiwi.terminal.looking import ask_about

    try:
        review = ask_about(task)
    except (EOFError, KeyboardInterrupt) as nobody:
        say.print(f"\nThe {task.stage} waits. Go on with: kiwi film --resume {task.id}")
        raise typer.Exit(Exit.CANCELLED) from nobody
    if review.approve or review.edits:
        return review
    guarded(_turn_down(task, settings))
    say.print(f"Cancelled. Look at the {task.stage} again with: kiwi film --resume {task.id}")
    raise typer.Exit(Exit.CANCELLED)


async def _turn_down(task: Task, settings: Settings) -> None:
    async with open_engine(settings) as engine:
        await engine.review(task.id, Review(approve=False).told)


def _say_notes(result: Mapping[str, Any]) -> None:
    """What a person should know of a finished film, on stderr."""
    falls = [f"{fall['scene'] or fall['node']}: {fall['used']} instead of {fall['wanted']}: {fall['why']}" for fall in result["degraded"]]
    for note in dict.fromkeys([*result["faults"], *result["remarks"], *falls]):
        say.print(f"note: {note}", style="yellow")
    if cost := result.get("cost"):
        parts = ", ".join(f"{provider} ${dollars:.3f}" for provider, dollars in cost["providers"].items())
        say.print(f"Cost: ${cost['spent']:.3f}" + (f" ({parts})" if parts else ""))


async def _run(engine: "Engine", task: Task, showing: Showing, review: Review | None) -> Task:
    """Run the task here and show its events; a cancelled program cancels the task, and one that cannot be made is forgotten."""
    if task.over:
        return task
    try:
        return await _work(engine, task, showing, review)
    except (BadBrief, NoSuchTask, ProviderRefused):
        cost = await engine.producer.cost(task.id)
        if not (cost and cost["spent"]):  # what was bought is kept for a retry
            await engine.forget(task.id)
        raise


async def _work(engine: "Engine", task: Task, showing: Showing, review: Review | None) -> Task:
    work = asyncio.create_task(engine.worker.run(task.id, review=review))
    watch = asyncio.create_task(_watch(engine, task, showing))
    try:
        await asyncio.wait({work})
        return await _seen_through(engine, work.result(), watch)
    except asyncio.CancelledError:
        await engine.cancel(task.id)
        await asyncio.wait({work})
        say.print(f"Cancelled. Go on with: kiwi film --resume {task.id}")
        raise
    finally:
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)


async def _seen_through(engine: "Engine", task: Task, watch: "asyncio.Task[None]") -> Task:
    """The task, or how it ends where a server of the same database has taken it from a program that slept."""
    if task.status in {Status.PENDING, Status.PROCESSING}:
        say.print("Another process has taken the film over; showing how it gets on.")
        await asyncio.wait({watch})
        task = await engine.tasks.get(task.id)
    if task.over and task.status is not Status.COMPLETED:
        raise RenderError(task.error or "There is no film.")
    return task


async def _watch(engine: "Engine", task: Task, showing: Showing) -> None:
    async for event in engine.tasks.follow(task.id, task.seq):
        showing.show(event.task)
        if event.task.phase is Phase.EXECUTION:
            engine.pool.dismiss()
