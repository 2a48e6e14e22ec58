"""Storage: what films take on the disk, and whether there is room for another."""

import contextlib
import os
import shutil
from pathlib import Path

from kiwi.errors import DiskFull
from kiwi.storage.assets import AssetStore

MEGABYTE = 2**20


def megabytes_of_task(data_folder: Path, task_id: str) -> float:
    """What a task keeps on the disk; 0 for one that keeps nothing. Looks at every file: not for the loop."""
    return megabytes_of(AssetStore.of_task(data_folder, task_id).root)


def megabytes_of_all(data_folder: Path) -> float:
    """What all tasks of a data folder keep on the disk. Looks at every file: not for the loop."""
    return megabytes_of(data_folder / "tasks")


def megabytes_of(folder: Path) -> float:
    """The files of a folder and of all inside it; 0 if it is not there."""
    size = 0
    for inside, _, files in os.walk(folder):
        for name in files:
            with contextlib.suppress(FileNotFoundError):  # gone meanwhile
                size += os.stat(os.path.join(inside, name), follow_symlinks=False).st_size
    return size / MEGABYTE


def free_bytes(folder: Path) -> int:
    """What is free where a folder lies, or will lie once it is made."""
    return shutil.disk_usage(next(place for place in (folder, *folder.parents) if place.exists())).free


def check_room(folder: Path, reserve_megabytes: int) -> None:
    """DiskFull if less is free where a folder lies than is kept in reserve."""
    if free_bytes(folder) < reserve_megabytes * MEGABYTE:
        raise DiskFull(f"The disk has less than {reserve_megabytes} MB left: whoever hosts this must make room, then send it again.")
