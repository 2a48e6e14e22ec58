"""Folders 0700 and files 0600: what this program keeps is for nobody but the user it runs as."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from kiwi.errors import SetupIncomplete

PRIVATE_MASK, PRIVATE_FOLDER = 0o077, 0o700
OUR_FOLDERS = frozenset({"postgres", "tasks", "models"})
"""In the data folder."""

_usual: list[int] = []


def keep_private() -> None:
    """From now on, whatever this process makes is for its user alone."""
    mask = os.umask(PRIVATE_MASK)
    if not _usual:
        _usual.append(mask)


@contextlib.contextmanager
def as_usual() -> Iterator[None]:
    """What is made inside is for whomever this program's user lets see files."""
    mask = os.umask(_usual[0]) if _usual else None
    try:
        yield
    finally:
        if mask is not None:
            os.umask(mask)


def close_folder(folder: Path) -> None:
    """Make the data folder, or close one that an earlier version left open; SetupIncomplete when it cannot be used.

    One in which other things lie as well is somebody's own: then only our folders in it are closed.
    """
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        inside = list(folder.iterdir())
    except OSError as trouble:
        raise SetupIncomplete(f"The data folder {folder} cannot be used: {trouble.strerror}.") from trouble
    ours = [path for path in inside if path.name in OUR_FOLDERS and path.is_dir()]
    for path in (*ours, folder) if len(ours) == len(inside) else ours:
        if path.stat().st_mode & PRIVATE_MASK:
            with contextlib.suppress(PermissionError):  # another user's, who shares it with us
                path.chmod(PRIVATE_FOLDER)
