"""Landlock: the kernel lets a process, and all it starts, reach only the files it was told of, whoever it runs as."""

import ctypes
import errno
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from kiwi.storage.privileges import call

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
"""System calls, by the same number on every machine."""
TELL_VERSION, PATH_BENEATH = 1, 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << bit for bit in range(6))
MAKE_CHAR, MAKE_DIR, MAKE_REG, MAKE_SOCK, MAKE_FIFO, MAKE_BLOCK, MAKE_SYM = (1 << bit for bit in range(6, 13))
REFER, TRUNCATE, IOCTL_DEV = (1 << bit for bit in range(13, 16))
READING = READ_FILE | READ_DIR
KEEPING = READING | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | REFER | TRUNCATE
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
"""What can be asked of a file that is no folder."""
EVERY_TCP = 0b11
EVERY_SCOPE = 0b11
"""Other processes' signals and abstract sockets."""


class Ruleset(ctypes.Structure):
    """`struct landlock_ruleset_attr`: what is refused unless a rule allows it."""

    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class PathRule(ctypes.Structure):
    """`struct landlock_path_beneath_attr`."""

    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """The kernel's version of Landlock; OSError where it has none or it is switched off."""
    if not sys.platform.startswith("linux"):
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    return _number_of(CREATE_RULESET, None, ctypes.c_size_t(0), TELL_VERSION)


def refused_by(abi: int) -> Ruleset:
    """All that a version of Landlock can refuse."""
    last = {1: MAKE_SYM, 2: REFER}.get(abi, TRUNCATE if abi < 5 else IOCTL_DEV)
    return Ruleset(2 * last - 1, EVERY_TCP if abi >= 4 else 0, EVERY_SCOPE if abi >= 6 else 0)


def restrict(reads: Iterable[Path], keeps: Iterable[Path]) -> int:
    """Let this thread and what it starts reach no files but these: read some, keep what it likes below others; the version.

    Paths that are not there are passed over. No new privileges must be possible any more. OSError where the kernel cannot.
    """
    abi = version()
    refused = refused_by(abi)
    # a kernel takes a longer structure than it knows as long as the rest is zero
    ruleset = _number_of(CREATE_RULESET, ctypes.byref(refused), ctypes.c_size_t(ctypes.sizeof(refused)), 0)
    try:
        for paths, allowed in ((reads, READING), (keeps, KEEPING)):
            for path in paths:
                _allow(ruleset, path, allowed & refused.files)
        call("syscall", RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
    return abi


def _allow(ruleset: int, path: Path, allowed: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rule = PathRule(allowed if path.is_dir() else allowed & OF_FILES, place)
        call("syscall", ADD_RULE, ruleset, PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(place)


def _number_of(*arguments: object) -> int:
    """What a system call returns, when it is a number."""
    given = int(ctypes.CDLL(None, use_errno=True).syscall(*arguments))
    if given < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return given
