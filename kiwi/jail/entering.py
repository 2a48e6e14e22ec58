"""The child's side: it gives up, layer by layer and for good, what whoever opens bytes from outside does not need."""

import contextlib
import ctypes
import errno
import os
import resource
import shutil
import signal
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from kiwi.jail import landlock, seccomp
from kiwi.jail.filesystem import show_only
from kiwi.jail.measures import CAPABILITIES, EACH, FILES, LANDLOCK, LIMITED, NETWORK, ONLY_LINUX, PRIVILEGES, SECCOMP, USER, Measure
from kiwi.storage.privileges import CAPABILITY_VERSION_3, CapabilityHeader, CapabilitySets, call

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWNET = 0x00020000, 0x08000000, 0x10000000, 0x40000000
SPACES = CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWNET
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
MOST_CAPABILITIES = 64

LIMITS = {
    resource.RLIMIT_AS: 4 << 30,
    resource.RLIMIT_CPU: 1_200,
    resource.RLIMIT_FSIZE: 256 << 20,
    resource.RLIMIT_NOFILE: 256,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_MEMLOCK: 64 << 10,
}
"""Enough for Whisper base and ten minutes of speech on a slow machine; bytes, seconds or files."""
MOST_THREADS = 64
"""Of a child with a user of its own. The kernel counts them for each user, so others cannot be held to it."""

SYSTEM = (
    *("/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64", "/nix/store", "/gnu/store"),
    *("/etc/ld.so.cache", "/etc/localtime", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu", "/sys/devices/system/node"),
    *("/dev/urandom", "/dev/random", "/dev/zero"),
)
NOTHING = Path(os.devnull)
COPY, READABLE = "source", 0o400


def furnish(home: Path, source: Path, user: int | None) -> tuple[Path, int | None]:
    """Give a home, with a copy of the bytes to be opened, to the user that is to live there; where the bytes then are, and who it is.

    None: nobody, because there was none, or because the disk knows no owners. OSError.
    """
    if user is None:
        return source, None
    copy = home / COPY
    shutil.copyfile(source, copy)
    copy.chmod(READABLE)
    try:
        give(home, user, user)
    except OSError:
        give(home, os.geteuid(), os.getegid())
        return source, None
    return copy, user


def give(home: Path, user: int, group: int) -> None:
    """Make somebody the owner of a home and all in it; OSError."""
    for path in (home, *home.rglob("*")):
        os.chown(path, user, group, follow_symlinks=False)


def enter(home: Path, source: Path, user: int | None) -> list[Measure]:
    """Leave this process nothing but to compute, to read ``source`` and to keep files below ``home``; one thread should be running.

    ``user``: whom both already belong to, and as whom to go on; None: as who it is. A layer that the system does not offer is told
    and left out; the others hold without it.
    """
    tempfile.tempdir = str(home)
    limited = _measure(LIMITED, lambda: _limit(user))
    if not sys.platform.startswith("linux"):
        return [limited, *(Measure(name, False, ONLY_LINUX) for name in EACH)]
    alone = len(os.listdir("/proc/self/task")) == 1
    os.chdir(home)
    reads, keeps = [source, *program_folders(), *map(Path, SYSTEM)], [home, NOTHING]
    spaces = _leave(SPACES, reads, keeps)
    switched = _switched(user, home, source, in_sight=spaces[-1].holds)
    if not spaces[0].holds:
        spaces = _leave(SPACES | CLONE_NEWUSER, reads, keeps)
    measures = [
        limited,
        *switched,
        *spaces,
        _measure(CAPABILITIES, _drop_capabilities),
        _measure(PRIVILEGES, lambda: call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)),
        _measure(LANDLOCK, lambda: _restrict(reads, keeps, alone=alone)),
    ]
    # whoever changes its user is no longer told to die with its parent
    call("prctl", PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    call("prctl", PR_SET_DUMPABLE, 0, 0, 0, 0)
    return [*measures, _measure(SECCOMP, seccomp.refuse_calls)]


def program_folders() -> list[Path]:
    """Where this program's own code and libraries lie; not the folders around them, in which people keep other things."""
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    found = {Path(prefix, name) for prefix in prefixes for name in ("lib", "lib64")}
    found |= {Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    found |= {Path(entry) for entry in sys.path if entry.endswith(("site-packages", "dist-packages", ".zip"))}
    found.add(Path(__file__).parent.parent)
    return sorted(path for path in found if path.exists())


def _measure(name: str, step: Callable[[], str | None]) -> Measure:
    try:
        return Measure(name, True, step() or "")
    except OSError as refusal:
        return Measure(name, False, refusal.strerror or str(refusal))


def _limit(user: int | None) -> None:
    limits = LIMITS if user is None else LIMITS | {resource.RLIMIT_NPROC: MOST_THREADS}
    for limit, most in limits.items():
        with contextlib.suppress(ValueError, OSError):
            _, hard = resource.getrlimit(limit)
            lowered = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(limit, (lowered, lowered))


def _leave(spaces: int, reads: Iterable[Path], keeps: Iterable[Path]) -> list[Measure]:
    """Leave the network and the file system that others share; with CLONE_NEWUSER also where root alone may."""

    def leave() -> None:
        user, group = os.geteuid(), os.getegid()
        if spaces & CLONE_NEWUSER:
            call("prctl", PR_SET_DUMPABLE, 1, 0, 0, 0)  # or the files below would be root's
        call("unshare", spaces)
        if spaces & CLONE_NEWUSER:
            with contextlib.suppress(OSError):  # unnamed, it is itself all the same
                Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
                Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
                Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")

    left = _measure(NETWORK, leave)
    return [left, _measure(FILES, lambda: show_only(reads, keeps)) if left.holds else Measure(FILES, False, left.says)]


def _switched(user: int | None, home: Path, source: Path, *, in_sight: bool) -> list[Measure]:
    if user is not None:
        return [_measure(USER, lambda: _switch(user, home, source, in_sight=in_sight))]
    return [] if os.geteuid() else [Measure(USER, False, "no other user can be had here")]


def _switch(user: int, home: Path, source: Path, *, in_sight: bool) -> None:
    """Go on as another user; OSError, and ``home`` is ours again, where the program would then not find its own files."""
    try:
        for path in (source, *program_folders(), *_samples()):
            if not _is_open_to(user, path, in_sight=in_sight):
                raise PermissionError(errno.EACCES, f"{path} is not open to other users")
        _drop_bounds()
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    except OSError:
        give(home, os.geteuid(), os.getegid())
        raise


def _samples() -> list[Path]:
    """A loaded module from each of the program's folders."""
    files = [file for module in tuple(sys.modules.values()) if (file := getattr(module, "__file__", None))]
    found = (next((file for file in files if file.startswith(f"{folder}{os.sep}")), None) for folder in program_folders())
    return [Path(file) for file in found if file]


def _is_open_to(user: int, path: Path, *, in_sight: bool) -> bool:
    """Whether a user, without any group, may read a path; ``in_sight``: the folders above it may be passed."""
    real = path.resolve()
    found = real.stat()
    wanted = 0o5 if real.is_dir() else 0o4
    if (found.st_mode >> (6 if found.st_uid == user else 0)) & wanted != wanted:
        return False
    return in_sight or all(above.stat().st_mode & 0o1 or above.stat().st_uid == user for above in real.parents)


def _drop_bounds() -> None:
    """Give up what executing a program could ever bring; who may not has nothing to gain there."""
    with contextlib.suppress(OSError):
        for bit in range(MOST_CAPABILITIES):
            call("prctl", PR_CAPBSET_DROP, bit, 0, 0, 0)


def _drop_capabilities() -> None:
    _drop_bounds()
    with contextlib.suppress(OSError):
        call("prctl", PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    call("capset", ctypes.byref(CapabilityHeader(CAPABILITY_VERSION_3, 0)), (CapabilitySets * 2)())


def _restrict(reads: Iterable[Path], keeps: Iterable[Path], *, alone: bool) -> str:
    version = landlock.restrict(reads, keeps)
    if not alone:
        raise OSError(errno.EBUSY, "threads that were running before are not under it")
    return f"version {version}"
