"""``kiwi film``: what was asked is checked and the first line said before anything heavy is there."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from kiwi.errors import BadBrief, NoSuchTask
from kiwi.film.limits import FRAME_RATES, LABELS, SIZE_NAMES, THEMES
from kiwi.money.entries import CAMERAS
from kiwi.tasks.fields import FIELDS, check_fields
from kiwi.terminal.exits import ending
from kiwi.terminal.places import check_place
from kiwi.terminal.saying import say

MAX_RECORDING_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True)
class Wish:
    """What was asked for, checked."""

    words: str
    recording: bytes
    fields: dict[str, Any]
    resume: str
    out: Path | None
    out_folder: Path
    force: bool
    as_json: bool


def film(
    words: Annotated[str, typer.Argument(help=FIELDS["text_input"].help)] = "",
    audio: Annotated[Path | None, typer.Option(help="A recording of the brief instead: WebM, Ogg, MP4, MP3, WAV or FLAC.")] = None,
    size: Annotated[str, typer.Option(help=FIELDS["size"].help, autocompletion=lambda: [*SIZE_NAMES.values()])] = "",
    aspect: Annotated[str, typer.Option(help=FIELDS["aspect"].help, autocompletion=lambda: [*SIZE_NAMES])] = "",
    fps: Annotated[int, typer.Option(help=FIELDS["fps"].help, autocompletion=lambda: [*map(str, FRAME_RATES)])] = 30,
    seconds: Annotated[float | None, typer.Option(help=FIELDS["seconds"].help)] = None,
    theme: Annotated[str, typer.Option(help=FIELDS["theme"].help, autocompletion=lambda: [*THEMES])] = "",
    camera: Annotated[str, typer.Option(help=FIELDS["camera"].help, autocompletion=lambda: [*CAMERAS])] = "",
    strict: Annotated[bool, typer.Option("--strict", help=FIELDS["strict"].help)] = False,
    budget: Annotated[float | None, typer.Option(help=FIELDS["budget"].help)] = None,
    label: Annotated[str, typer.Option(help=FIELDS["label"].help, autocompletion=lambda: [*LABELS])] = "",
    review: Annotated[bool, typer.Option("--review", help="Show the script and ask before voice and pictures are made.")] = False,
    storyboard: Annotated[bool, typer.Option("--storyboard", help="Show the storyboard and ask before anything is filmed.")] = False,
    out: Annotated[Path | None, typer.Option(help="Where the film goes; captions, poster and manifest go beside it.")] = None,
    out_folder: Annotated[Path, typer.Option(help="Where a film without --out goes, named by its title; an earlier one stays.")] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Put the film in the place of an earlier one of the same name.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of the path.")] = False,
    resume: Annotated[str, typer.Option(help="Go on with a task that was interrupted, cancelled or failed.")] = "",
) -> None:
    """Make a film from words or from a recording."""
    shape = {"size": size, "aspect": aspect, "fps": fps, "seconds": seconds, "theme": theme}
    stage = "storyboard" if storyboard else "script" if review else ""
    fields = {**shape, "camera": camera, "budget": budget, "strict": strict, "label": label, "review": stage}
    with ending():
        if resume:
            _check_task(resume)
        else:
            _check(words, audio, fields)
        recording = b"" if resume or audio is None else _read(audio)
        out = check_place(out, out_folder, force=force)
    say.print("  0%  Getting ready" if not say.is_terminal else "Getting ready …")
    from commands.filming import make

    make(Wish(words, recording, fields, resume, out, out_folder, force, as_json))


def _check_task(task_id: str) -> None:
    """NoSuchTask for what no task's id looks like: the database need not be asked."""
    try:
        UUID(task_id)
    except ValueError as strange:
        raise NoSuchTask(f"There is no task {task_id[:64]}: `kiwi tasks` lists them.") from strange


def _check(words: str, audio: Path | None, fields: dict[str, Any]) -> None:
    if not words.strip() and audio is None:
        raise BadBrief("There is no brief: say what film you want, in words or with --audio.")
    check_fields({"text_input": words, **fields})


def _read(audio: Path) -> bytes:
    """The recording; BadBrief with one sentence."""
    try:
        if audio.stat().st_size > MAX_RECORDING_BYTES:
            raise BadBrief(f"{audio} is larger than {MAX_RECORDING_BYTES // 2**20} MB: send a shorter or compressed recording.")
        recording = audio.read_bytes()
    except OSError as failure:
        raise BadBrief(f"{audio} cannot be read: {failure.strerror}.") from failure
    if not recording:
        raise BadBrief(f"{audio} is empty: record the brief again.")
    return recording
