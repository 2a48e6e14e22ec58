"""What passes between a child in the jail and its parent: a folder of its own, the bytes it shall open, and what it made of them.

Where this program is root, each child goes on as a user that nobody else is, and gets a copy of the bytes: neither the file they came
in nor a folder of ours is ever opened to that user.
"""

import contextlib
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import psutil  # type: ignore[import-untyped]

from kiwi.errors import RenderError
from kiwi.jail.entering import COPY
from kiwi.storage.assets import naming_a_full_disk
from kiwi.storage.privileges import CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_SETGID, CAP_SETUID, effective_capabilities, is_mapped

CAP_KILL, CAP_SYS_ADMIN = 5, 21
NEEDED = (CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_KILL, CAP_SETGID, CAP_SETUID)
"""To give a folder away, take it back, change user and end a child that has done so."""
FIRST_USER = 1_879_048_192
"""From here to 2³¹ systemd, container programs and distributions give numbers to nobody; a process's number is added."""
FEW_USERS = range(65_520, 65_534)
"""The same below 65,536, for containers that know no others; shared when more children run than there are."""
BESIDE, IN_TEMP = ".jail-", "kiwi-jail-"
"""How homes are named."""
PRIVATE = 0o600
MOST_KEPT, MOST_FILES = 512 << 20, 100
"""Bytes and files that a child may keep: one file of 256 MB is the most that is asked of any."""


class Handover(NamedTuple):
    """What a child is told of its jail."""

    home: Path
    """The only folder it may write into."""
    source: Path
    """The bytes it shall open, and the only ones of ours it may."""
    user: int | None
    """As whom it shall go on; None: as who it is."""


def plan_user(pid: int, user: int, capabilities: int, mapped: Callable[[int], bool]) -> int | None:
    """The user for the child with a process number; None where nobody can change user, or nobody need to.

    ``user`` is who this program runs as, ``capabilities`` its effective set, ``mapped`` tells which numbers exist here.
    """
    if user != 0 or not all(capabilities >> bit & 1 for bit in NEEDED):
        return None
    return next((number for number in (FIRST_USER + pid, FEW_USERS[pid % len(FEW_USERS)]) if mapped(number)), None)


def hand_over(pid: int, folder: Path, source: Path) -> Handover:
    """Make a home for the child with a process number, which is to fill a folder; OSError. ``clear`` removes it."""
    if not sys.platform.startswith("linux"):
        return Handover(Path(tempfile.mkdtemp(prefix=BESIDE, dir=folder.parent)), source, None)
    capabilities = effective_capabilities()
    user = plan_user(pid, os.geteuid(), capabilities, is_mapped)
    # with a file system of its own a child sees its home wherever it lies; without, it must pass the folders above
    beside = user is None or capabilities >> CAP_SYS_ADMIN & 1
    home = tempfile.mkdtemp(prefix=BESIDE if beside else f"{IN_TEMP}{_process(os.getpid())}-", dir=folder.parent if beside else None)
    return Handover(Path(home), source, user)


def check_kept(home: Path) -> None:
    """RenderError if a child keeps more in its home than it may, beside the copy of the bytes; looks at no more than that."""
    size = count = 0
    for inside, folders, files in os.walk(home):
        count += len(folders) + len(files)
        for name in files:
            if name != COPY or Path(inside) != home:
                with contextlib.suppress(FileNotFoundError):  # gone meanwhile
                    size += os.lstat(os.path.join(inside, name)).st_size
            if size > MOST_KEPT or count > MOST_FILES:
                raise RenderError("The child that opened what was sent left more than it may.")


def take_back(made: Path, folder: Path) -> None:
    """Move what a child made, which must be over, into the folder it was to fill.

    RenderError when that is no plain files, SetupIncomplete when the disk is full.
    """
    for name in sorted(os.listdir(made)):
        found = (made / name).lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
            raise RenderError(f"The child that opened what was sent left something else than a file: {name!r}.")
        os.chown(made / name, os.geteuid(), os.getegid(), follow_symlinks=False)
        (made / name).chmod(PRIVATE)
        with naming_a_full_disk():
            shutil.move(made / name, folder / name)


def clear(home: Path) -> None:
    """Remove a home, whoever it belongs to by now."""
    with contextlib.suppress(OSError):  # in a folder for everybody only its owner may remove it
        os.chown(home, os.geteuid(), os.getegid(), follow_symlinks=False)
    shutil.rmtree(home, ignore_errors=True)


def sweep() -> None:
    """Remove the homes that programs which were killed have left in the folder for temporary files."""
    for left in Path(tempfile.gettempdir()).glob(f"{IN_TEMP}*"):
        pid = left.name.removeprefix(IN_TEMP).partition(".")[0]
        if pid.isdigit() and not left.name.startswith(f"{IN_TEMP}{_process(int(pid))}-"):
            clear(left)


def _process(pid: int) -> str:
    """A process's name that no later one of the same number bears; empty when there is none."""
    try:
        return f"{pid}.{int(psutil.Process(pid).create_time())}"
    except psutil.Error:
        return ""
