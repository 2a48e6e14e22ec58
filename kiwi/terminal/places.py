"""Where a film goes: under which name, and whose earlier film is there already."""

import itertools
import re
import sys
import tempfile
import unicodedata
from pathlib import Path

from kiwi.errors import BadBrief
from kiwi.terminal.asking import hears_yes
from kiwi.terminal.saying import say

LONGEST_NAME = 60
SUFFIXES = (".mp4", ".srt", ".vtt", ".jpg", ".json")
"""Of a film and of what is laid beside it."""


def file_name(title: str) -> str:
    """A title as a file name without suffix: ``How Solar Panels Work`` -> ``how-solar-panels-work``."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_NAME].strip("-") or "film"


def taken(film: Path) -> list[Path]:
    """What is already there of the files that a film at this path would have."""
    return [place for suffix in SUFFIXES if (place := film.with_suffix(suffix)).exists()]


def free_place(folder: Path, title: str) -> Path:
    """Where a film of this title goes without touching an earlier one: ``tea.mp4``, else ``tea-2.mp4`` …"""
    name = file_name(title)
    names = (name, *(f"{name}-{number}" for number in range(2, 10_000)))
    return next(place for one in itertools.chain(names) if not taken(place := folder / f"{one}.mp4"))


def check_place(out: Path | None, out_folder: Path, *, force: bool) -> Path | None:
    """See, before anything is spent, that the film can be written where it is to go; leaves nothing. BadBrief if it cannot.

    ``out``: the film itself. Where files of that name are already, a person at a terminal is asked, and nobody else overwrites them.
    """
    if out is not None:
        if out.is_dir():
            raise BadBrief(f"{out} is a folder: name a file with --out, or the folder with --out-folder.")
        _check_free(out, force=force)
    _check_folder(out.parent if out is not None else out_folder)
    return out


def _check_free(out: Path, *, force: bool) -> None:
    if force or not (there := taken(out)):
        return
    names = ", ".join(place.name for place in there)
    refusal = BadBrief(f"{names} in {out.parent} would be overwritten: choose another --out, or say --force.")
    if not (sys.stdin.isatty() and say.is_terminal):
        raise refusal
    try:
        if not hears_yes(f"{names} in {out.parent} will be overwritten. Go on?"):
            raise refusal
    except EOFError as nobody:
        raise refusal from nobody


def _check_folder(folder: Path) -> None:
    try:
        there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as failure:
        raise BadBrief(
            f"The film cannot be written to {folder}: {failure.strerror or failure}. Choose another place with --out."
        ) from failure
