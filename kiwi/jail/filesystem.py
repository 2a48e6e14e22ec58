"""A file system of the process's own, in which nothing is but what it was told of."""

import contextlib
import ctypes
import errno
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from kiwi.storage.privileges import call

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 8, 32, 4096, 16384, 1 << 18
MNT_DETACH = 2
KEPT_FLAGS = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC
"""Of a mount, those that have the same number in statvfs(3); a user namespace may not take them away."""
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
PLACES = ("/tmp", "/var/tmp", "/mnt", "/media", "/opt", "/srv", "/run", "/home", "/var")  # noqa: S108 - only mounted over
"""Folders one of which the new file system is put together in; nothing is written into them."""
BEFORE = ".before"


def show_only(reads: Iterable[Path], keeps: Iterable[Path]) -> None:
    """Replace this process's file system; it must be in a mount namespace of its own, with the right to mount there.

    What is not there is passed over. OSError when the system refuses; then the process sees what it saw before.
    """
    keeps = [path.resolve() for path in keeps]
    wanted = [path for path in (*keeps, *reads) if path.exists()]
    real = _outermost({path.resolve() for path in wanted})
    root = next((Path(place) for place in PLACES if Path(place).is_dir() and not _hides(Path(place), real)), None)
    if root is None:
        raise OSError(errno.ENOENT, "no folder to put it together in")
    _mount(None, Path("/"), None, MS_REC | MS_PRIVATE)
    _mount("tmpfs", root, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m")
    usual = os.umask(0o022)  # whoever it goes on as passes these folders
    try:
        for path in real:
            _lay(path, root)
            if path not in keeps:
                _make_read_only(root / path.relative_to("/"))
        _link(wanted, root)
    finally:
        os.umask(usual)
    _enter(root)


def _link(paths: Iterable[Path], root: Path) -> None:
    for link, target in _links(paths):
        place = root / link.relative_to("/")
        if not os.path.lexists(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(target)


def _hides(place: Path, real: Iterable[Path]) -> bool:
    place = place.resolve()
    return any(path.is_relative_to(place) for path in real)


def _outermost(paths: Iterable[Path]) -> list[Path]:
    """Without those that lie in another of them."""
    kept: list[Path] = []
    for path in sorted(paths):
        if not any(path.is_relative_to(other) for other in kept):
            kept.append(path)
    return kept


def _links(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """The symbolic links on the way to paths, and what each says."""
    for path in paths:
        for place in (*reversed(path.parents), path):
            if place.is_symlink():
                target = os.readlink(place)
                yield place, target
                yield from _links([Path(os.path.normpath(place.parent / target)) / path.relative_to(place)])
                break


def _lay(path: Path, root: Path) -> None:
    place = root / path.relative_to("/")
    if path.is_dir():
        place.mkdir(parents=True, exist_ok=True)
    else:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    _mount(str(path), place, None, MS_BIND | MS_REC)


def _make_read_only(place: Path) -> None:
    flags = os.statvfs(place).f_flag & KEPT_FLAGS
    with contextlib.suppress(OSError):  # a device, or a mount that may not be changed: whose file it is still counts
        _mount(None, place, None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | flags)


def _enter(root: Path) -> None:
    """Make a mounted folder the root and let the old one go."""
    machine = os.uname().machine
    if machine not in PIVOT_ROOT:
        raise OSError(errno.ENOSYS, f"pivot_root is not known for {machine}")
    before = root / BEFORE
    before.mkdir()
    call("syscall", PIVOT_ROOT[machine], os.fsencode(root), os.fsencode(before))
    os.chdir("/")
    call("umount2", os.fsencode(f"/{BEFORE}"), MNT_DETACH)
    Path(f"/{BEFORE}").rmdir()
    _make_read_only(Path("/"))


def _mount(source: str | None, target: Path, kind: str | None, flags: int, options: str | None = None) -> None:
    texts = [None if text is None else os.fsencode(text) for text in (source, target, kind, options)]
    call("mount", texts[0], texts[1], texts[2], ctypes.c_ulong(flags), texts[3])
