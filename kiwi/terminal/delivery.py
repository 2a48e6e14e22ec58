"""Handing a film over: copies of it and what lies beside it, under the name the client chose."""

import contextlib
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from kiwi.errors import BadBrief, SetupIncomplete
from kiwi.film.model import Film
from kiwi.storage.assets import AssetStore, disk_is_full, sync_file
from kiwi.storage.privacy import as_usual

LONGEST_NAME = 60


def file_name(title: str) -> str:
    """A title as a file name without suffix: ``How Solar Panels Work`` -> ``how-solar-panels-work``."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_NAME].strip("-") or "film"


def check_place(folder: Path) -> None:
    """See that a film can be written to a folder, or to the one it is yet to be made in; leaves nothing. BadBrief if it cannot."""
    try:
        there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as failure:
        raise BadBrief(
            f"The film cannot be written to {folder}: {failure.strerror or failure}. Choose another place with --out."
        ) from failure


def deliver(film: Film, store: AssetStore, out: Path) -> dict[str, Path]:
    """Copy ``F.mp4`` to ``out`` and captions, poster and manifest beside it; all or nothing, the film last.

    SetupIncomplete when the place is full or may not be written.
    """
    beside = {"srt": film.srt, "vtt": film.vtt, "poster": film.poster, "manifest": film.manifest, "film": film.video}
    targets = {what: out.with_suffix(".mp4" if what == "film" else Path(asset.name).suffix) for what, asset in beside.items()}
    parts = {what: target.with_name(f".{target.name}.part") for what, target in targets.items()}
    try:
        with as_usual(), _removing(parts.values().__iter__()):
            out.parent.mkdir(parents=True, exist_ok=True)
            for what, asset in beside.items():
                shutil.copyfile(store.path(asset), parts[what])
                sync_file(parts[what])
            for what, target in targets.items():
                os.replace(parts[what], target)
    except OSError as failure:
        why = "the disk is full" if disk_is_full(failure) else (failure.strerror or str(failure))
        raise SetupIncomplete(
            f"The film cannot be written to {out.parent}: {why}. It is kept; choose another place with --out."
        ) from failure
    return targets


@contextlib.contextmanager
def _removing(leftovers: Iterator[Path]) -> Iterator[None]:
    """Whatever happens, half-copied files go."""
    try:
        yield
    finally:
        for leftover in leftovers:
            leftover.unlink(missing_ok=True)
