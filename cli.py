"""The command line: ``kiwi film``, ``estimate``, ``purchases``, ``tasks``, ``keys``, ``sweep``, ``doctor``, ``serve``, ``mcp``, ``worker``.

Results on stdout, progress on stderr.

Exit codes: 0 done; 1 the film could not be made; 2 the request or this machine must be changed first; 130 cancelled.
"""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kiwi.access.owners import own_name
from kiwi.errors import BadBrief, NoSuchPurchase, ProviderRefused, RenderError, SetupIncomplete
from kiwi.film.model import Brief, Film
from kiwi.film.review import Review
from kiwi.settings import Settings
from kiwi.storage.privacy import keep_private
from kiwi.tasks.request import FilmRequest, parse_brief
from kiwi.tasks.task import Status, Task
from kiwi.terminal.doctor import Finding, examine, examine_jail, examine_providers, examine_signing
from kiwi.terminal.exits import Exit, guarded, print_json
from kiwi.terminal.key_commands import keys
from kiwi.terminal.progress_line import Showing, say

if TYPE_CHECKING:
    from server import Engine

app = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)
app.add_typer(keys, name="keys")

MAX_RECORDING_BYTES = 200 * 1024 * 1024


SHOWN = ("title", "duration", "resolution", "fps", "sha256", "faults", "remarks", "degraded", "credits", "cost")
"""Of a result, with --json."""


def about(field: str) -> str:
    """What a field of the request is for, and what may stand in it."""
    choices = FilmRequest.model_json_schema()["properties"][field].get("enum", ())
    described = FilmRequest.model_fields[field].description or ""
    return f"{described}: {' | '.join(map(str, choices))}." if choices else f"{described}."


@app.command()
def film(
    words: Annotated[str, typer.Argument(help=about("text_input"))] = "",
    audio: Annotated[Path | None, typer.Option(help="A recording of the brief instead: WebM, Ogg, MP4, MP3, WAV or FLAC.")] = None,
    size: Annotated[str, typer.Option(help=about("size"))] = "",
    aspect: Annotated[str, typer.Option(help=about("aspect"))] = "",
    fps: Annotated[int, typer.Option(help=about("fps"))] = 30,
    seconds: Annotated[float | None, typer.Option(help=about("seconds"))] = None,
    theme: Annotated[str, typer.Option(help=about("theme"))] = "",
    camera: Annotated[str, typer.Option(help=about("camera"))] = "",
    strict: Annotated[bool, typer.Option("--strict", help=about("strict"))] = False,
    budget: Annotated[float | None, typer.Option(help=about("budget"))] = None,
    label: Annotated[str, typer.Option(help=about("label"))] = "",
    review: Annotated[bool, typer.Option("--review", help="Show the script and ask before voice and pictures are made.")] = False,
    storyboard: Annotated[bool, typer.Option("--storyboard", help="Show the storyboard and ask before anything is filmed.")] = False,
    out: Annotated[Path | None, typer.Option(help="Where the film goes; captions, poster and manifest go beside it.")] = None,
    out_folder: Annotated[Path, typer.Option(help="Where a film without --out goes, named by its title.")] = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of the path.")] = False,
    resume: Annotated[str, typer.Option(help="Go on with a task that was interrupted, cancelled or failed.")] = "",
) -> None:
    """Make a film from words or from a recording."""
    stage = "storyboard" if storyboard else "script" if review else ""
    shape = {"size": size, "aspect": aspect, "fps": fps, "seconds": seconds, "theme": theme}
    wish = _Asked(words, audio, {**shape, "camera": camera, "budget": budget, "strict": strict, "label": label, "review": stage})
    waiting = guarded(_film(wish, resume, out, out_folder, as_json=as_json))
    while waiting is not None:  # nothing is open meanwhile: people take their time
        review_of = _ask(waiting)
        waiting = guarded(_film(wish, waiting.id, out, out_folder, as_json=as_json, review=review_of))


@app.command()
def estimate(
    words: Annotated[str, typer.Argument(help="What film you want.")],
    seconds: Annotated[float | None, typer.Option(help=about("seconds"))] = None,
    camera: Annotated[str, typer.Option(help=about("camera"))] = "",
    budget: Annotated[float | None, typer.Option(help=about("budget"))] = None,
) -> None:
    """Say what a film would cost, as JSON; nothing is bought."""
    guarded(_estimate(words, seconds=seconds, camera=camera, budget=budget))


@app.command()
def tasks(
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
) -> None:
    """List tasks, newest first."""
    guarded(_tasks(limit, as_json=as_json))


@app.command()
def purchases(
    not_bought: Annotated[int | None, typer.Option(help="The provider has no such order: it may be bought, by its number here.")] = None,
) -> None:
    """List, as JSON, what was ordered of providers without an answer; look each up there. It counts as bought until you say otherwise."""
    guarded(_purchases(not_bought))


@app.command()
def sweep() -> None:
    """Remove what is older than KIWI_KEEP_DAYS and KIWI_KEEP_RECORDINGS_DAYS, as is done every night; say, as JSON, what went."""
    guarded(_sweep())


@app.command()
def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False) -> None:
    """Check what a film needs of this machine and say how to get what is missing."""
    findings = asyncio.run(_examine())
    if as_json:
        print_json([vars(finding) for finding in findings])
    else:
        for finding in findings:
            sys.stdout.write(f"{'ok  ' if finding.well else 'MISS'}  {finding.name}: {finding.says}\n")
            if not finding.well:
                sys.stdout.write(f"      to mend: {finding.remedy}\n")
    raise typer.Exit(Exit.DONE if all(finding.well for finding in findings) else Exit.MUST_CHANGE)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to serve on; beyond this machine only where a key is asked for.")] = "",
    port: Annotated[int | None, typer.Option(min=0, max=65_535, help="Port to serve on; 0: any that is free.")] = None,
) -> None:
    """Serve REST, WebSocket, events and LangServe, and make the films."""
    import server

    settings = Settings()
    guarded(server.serve(settings, host or settings.host, settings.port if port is None else port))


@app.command()
def mcp() -> None:
    """Be the tools of an assistant that speaks the Model Context Protocol, over stdin and stdout, and make its films."""
    import server

    guarded(server.serve_mcp(Settings()))


@app.command()
def worker() -> None:
    """Make films for servers that share KIWI_DATABASE_URL and KIWI_DATA_DIR."""
    import server

    guarded(server.work(Settings()))


@dataclass(frozen=True)
class _Asked:
    """The options of ``film`` as they came."""

    words: str
    audio: Path | None
    fields: dict[str, Any]

    def brief(self) -> Brief:
        """Parse; BadBrief with one sentence."""
        if not self.words.strip() and self.audio is None:
            raise BadBrief("There is no brief: say what film you want, in words or with --audio.")
        return parse_brief(self.words, **self.fields)

    def recording(self) -> bytes:
        """Read the recording; BadBrief with one sentence."""
        if self.audio is None:
            return b""
        try:
            if self.audio.stat().st_size > MAX_RECORDING_BYTES:
                raise BadBrief(f"{self.audio} is larger than {MAX_RECORDING_BYTES // 2**20} MB: send a shorter or compressed recording.")
            recording = self.audio.read_bytes()
        except OSError as failure:
            raise BadBrief(f"{self.audio} cannot be read: {failure.strerror}.") from failure
        if not recording:
            raise BadBrief(f"{self.audio} is empty: record the brief again.")
        return recording


async def _film(
    wish: _Asked, resume: str, out: Path | None, out_folder: Path, *, as_json: bool, review: Review | None = None
) -> Task | None:
    """Make a film; the task, if it awaits its review first."""
    brief, recording = (None, b"") if resume else (wish.brief(), wish.recording())
    # heavy, and what is wrong with the brief has been told before
    from kiwi.terminal.delivery import check_place, deliver, file_name
    from server import open_engine

    check_place(out.parent if out else out_folder)
    with Showing() as showing:
        settings = Settings()
        async with open_engine(settings) as engine:
            task = await engine.submit(brief, recording, own_name(settings)) if brief else await engine.take_up(resume)
            try:
                task = await _make(engine, task, showing, review)
            except (BadBrief, ProviderRefused):
                cost = await engine.producer.cost(task.id)
                if not (cost and cost["spent"]):  # what was bought is kept for a retry
                    await engine.forget(task.id)
                raise
            if task.status is Status.AWAITING_REVIEW:
                return task
            assert task.result is not None
            target = out or out_folder / f"{file_name(task.result['title'])}.mp4"
            made = Film.model_validate(task.result["film"])
            places = await asyncio.to_thread(deliver, made, engine.store(task.id), target)
    _say_notes(task.result)
    if as_json:
        told = {key: task.result[key] for key in SHOWN if key in task.result}
        print_json({"task_id": task.id, **{what: str(place) for what, place in places.items()}, **told})
    else:
        sys.stdout.write(f"{places['film']}\n")
    return None


def _ask(task: Task) -> Review:
    """Show what a task waits with, and go on as a person decides."""
    from kiwi.terminal.looking import ask_about

    try:
        review = ask_about(task)
    except (EOFError, KeyboardInterrupt) as nobody:
        say.print(f"\nThe {task.stage} waits. Go on with: kiwi film --resume {task.id}")
        raise typer.Exit(Exit.CANCELLED) from nobody
    if review.approve or review.edits:
        return review
    guarded(_turn_down(task))
    say.print(f"Cancelled. Look at the {task.stage} again with: kiwi film --resume {task.id}")
    raise typer.Exit(Exit.CANCELLED)


async def _turn_down(task: Task) -> None:
    from server import open_engine

    async with open_engine(Settings()) as engine:
        await engine.review(task.id, Review(approve=False).told)


def _say_notes(result: Mapping[str, Any]) -> None:
    """What a person should know of a finished film, on stderr."""
    falls = [f"{fall['scene'] or fall['node']}: {fall['used']} instead of {fall['wanted']}: {fall['why']}" for fall in result["degraded"]]
    for note in dict.fromkeys([*result["faults"], *result["remarks"], *falls]):
        say.print(f"note: {note}", style="yellow", markup=False)
    if cost := result.get("cost"):
        parts = ", ".join(f"{provider} ${dollars:.3f}" for provider, dollars in cost["providers"].items())
        say.print(f"Cost: ${cost['spent']:.3f}" + (f" ({parts})" if parts else ""), markup=False)


async def _make(engine: "Engine", task: Task, showing: "Showing", review: Review | None) -> Task:
    """Run the task here and show its events; a cancelled program cancels the task."""
    if task.over:
        return task
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


async def _watch(engine: "Engine", task: Task, showing: "Showing") -> None:
    async for event in engine.tasks.follow(task.id, task.seq):
        showing.show(event.task)


async def _purchases(not_bought: int | None) -> None:
    from kiwi.clock import SystemClock
    from kiwi.money.ledger import Ledger
    from kiwi.storage.database import open_database

    settings = Settings()
    async with open_database(settings.database_url or None, settings.data_folder) as database:
        ledger = Ledger(database, SystemClock(), Random())
        if not_bought is not None and not await ledger.not_bought(not_bought):
            raise NoSuchPurchase(f"No purchase of unknown outcome has the number {not_bought}: `kiwi purchases` lists them.")
        shown = {"number", "at", "provider", "model", "task_id", "part", "most", "failure"}
        print_json([purchase.model_dump(mode="json", include=shown) for purchase in await ledger.unknown()])


async def _sweep() -> None:
    from dataclasses import asdict

    from graph.housekeeping import housekeeper_of
    from server import open_engine

    settings = Settings()
    async with open_engine(settings) as engine:
        print_json(asdict(await housekeeper_of(engine, settings).sweep()))


async def _estimate(words: str, **wishes: Any) -> None:
    brief = parse_brief(words, **wishes)
    from server import open_engine

    async with open_engine(Settings()) as engine:
        print_json(await engine.estimate(brief))


async def _tasks(limit: int, *, as_json: bool) -> None:
    from kiwi.storage.database import open_database
    from kiwi.tasks.table import Tasks

    settings = Settings()
    async with open_database(settings.database_url or None, settings.data_folder) as database, Tasks(database) as tasks:
        page = await tasks.list(limit=limit)
    if as_json:
        print_json([_told(task) for task in page.tasks])
        return
    for task in page.tasks:
        what = " ".join(((task.result or {}).get("title") or task.transcription or task.brief.words).split())
        sys.stdout.write(f"{task.id}  {task.created_at:%Y-%m-%d %H:%M}  {task.status:<15} {task.progress:3d}%  {what[:60]}\n")


def _told(task: Task) -> dict[str, Any]:
    """A task for other programs, in the wire contract's words."""
    told = task.model_dump(mode="json", include={"status", "phase", "progress", "message", "error", "attempt", "created_at", "updated_at"})
    return {"task_id": task.id, "owner": task.owner, **told, "title": (task.result or {}).get("title"), "text_input": task.brief.words}


async def _examine() -> list[Finding]:
    settings = Settings()
    findings = [*examine(settings.data_folder), examine_signing(settings)]
    return [*findings, await examine_jail(settings.data_folder), await examine_providers(settings), await _database(settings)]


async def _database(settings: Settings) -> Finding:
    from kiwi.storage.database import open_database

    try:
        async with open_database(settings.database_url or None, settings.data_folder) as database:
            rows = await (await (await database.connect()).execute("show server_version")).fetchall()
            return Finding("database", True, f"PostgreSQL {rows[0]['server_version']}{'' if settings.database_url else ', embedded'}")
    except SetupIncomplete as trouble:
        return Finding("database", False, str(trouble), "set KIWI_DATABASE_URL to a PostgreSQL you run, or give KIWI_DATA_DIR a local disk")


def main() -> None:
    """The entry point of ``kiwi``."""
    keep_private()
    app()


if __name__ == "__main__":
    main()
