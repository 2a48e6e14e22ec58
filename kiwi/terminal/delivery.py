"""Handing a film over: copies of it and what lies beside it, under the name the client chose."""

import contextlib
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from kiwi.errors import SetupIncomplete
from kiwi.film.model import Film
from kiwi.storage.assets import AssetStore, disk_is_full, sync_file
from kiwi.storage.privacy import as_usual
from kiwi.terminal.places import free_place


def deliver_anew(film: Film, store: AssetStore, folder: Path, title: str) -> dict[str, Path]:
    """Deliver under a film's title, or the next name that is free; raises as ``deliver`` does."""
    while True:
        try:
            return deliver(film, store, free_place(folder, title), replace=False)
        except FileExistsError:  # another program took the name meanwhile
            continue


def deliver(film: Film, store: AssetStore, out: Path, *, replace: bool) -> dict[str, Path]:
    """Copy ``F.mp4`` to ``out`` and captions, poster and manifest beside it; all or nothing, the film last.

    SetupIncomplete when the place is full or may not be written; FileExistsError when something is there that is not to be replaced.
    """
    beside = {"srt": film.srt, "vtt": film.vtt, "poster": film.poster, "manifest": film.manifest, "film": film.video}
    targets = {what: out.with_suffix(".mp4" if what == "film" else Path(asset.name).suffix) for what, asset in beside.items()}
    parts = {what: target.with_name(f".{target.name}.{os.getpid()}.part") for what, target in targets.items()}
    try:
        with as_usual(), _removing(parts.values()):
            out.parent.mkdir(parents=True, exist_ok=True)
            for what, asset in beside.items():
                shutil.copyfile(store.path(asset), parts[what])
                sync_file(parts[what])
            _publish([(parts[what], target) for what, target in targets.items()], replace=replace)
    except FileExistsError:
        raise
    except OSError as failure:
        why = "the disk is full" if disk_is_full(failure) else (failure.strerror or str(failure))
        raise SetupIncomplete(
            f"The film cannot be written to {out.parent}: {why}. It is kept; choose another place with --out."
        ) from failure
    return targets


def _publish(pairs: Iterable[tuple[Path, Path]], *, replace: bool) -> None:
    """Give the parts their names; without ``replace`` only where nothing has them: FileExistsError, and none has been given."""
    with contextlib.ExitStack() as undo:
        for part, target in pairs:
            if replace:
                os.replace(part, target)
                continue
            try:
                os.link(part, target)
            except FileExistsError:
                raise
            except OSError:  # a file system without links
                with target.open("xb"):
                    pass
                os.replace(part, target)
            undo.callback(target.unlink)
        undo.pop_all()


@contextlib.contextmanager
def _removing(leftovers: Iterable[Path]) -> Iterator[None]:
    """Whatever happens, half-copied files go."""
    try:
        yield
    finally:
        for leftover in leftovers:
            leftover.unlink(missing_ok=True)
