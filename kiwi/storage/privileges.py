"""How root runs a server that refuses root, without changing a single mode outside that server's own folder.

A dropped user must still pass folders that only root may enter (a data folder in ``/root``, a virtual environment in a
0700 checkout). Two ways do that; ``plan_launch`` picks the one this process is able to use:

- *capabilities*: another user id that keeps CAP_DAC_OVERRIDE as an ambient capability; works in ordinary containers;
- *namespace*: a user namespace in which root bears another number; works where user ids cannot be switched.

Run as a script, this file becomes that user and then the command it was given.
"""

import contextlib
import ctypes
import os
import sys
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_SETGID, CAP_SETUID = 0, 1, 6, 7
"""Bits of capabilities(7)."""
NEEDED = (CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_SETGID, CAP_SETUID)
PR_SET_KEEPCAPS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 8, 47, 2
"""Numbers of prctl(2)."""
PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP = 28, 1 << 2
"""With this bit access(2), which PostgreSQL asks whether its programs are there, sees the capability too."""
CAPABILITY_VERSION_3 = 0x20080522
CLONE_NEWUSER = 0x10000000
NOBODY = 65534
REFUSED = 126
"""The script's exit status when the system does not let it change user."""


class Way(StrEnum):
    """How the command's user is reached."""

    PLAIN = "plain"
    CAPABILITIES = "capabilities"
    NAMESPACE = "namespace"


class Launch(NamedTuple):
    """Who a command runs as; ``owner`` is the user id, seen from here, that its files must belong to."""

    way: Way
    uid: int
    owner: int

    def command(self, command: Sequence[str]) -> list[str]:
        """Wrap a command so that it runs as this launch says."""
        if self.way is Way.PLAIN:
            return list(command)
        return [sys.executable, "-I", "-S", __file__, self.way, str(self.uid), *command]


def plan_launch(user: int, capabilities: int, mapped: Callable[[int], bool], owner: int | None) -> Launch:
    """Choose how to run a command that refuses root.

    ``capabilities`` is this process's effective set, ``mapped`` tells which ids exist here, ``owner`` who owns the
    command's folder so far (None: nobody yet). Folders of an ordinary user are served as that user.
    """
    if user != 0:
        return Launch(Way.PLAIN, user, user)
    other = owner or NOBODY
    if all(capabilities >> bit & 1 for bit in NEEDED) and mapped(other):
        return Launch(Way.CAPABILITIES, other, other)
    return Launch(Way.NAMESPACE, NOBODY, 0)


def launch_here(owner: int | None) -> Launch:
    """Choose for this process; see ``plan_launch``."""
    if not sys.platform.startswith("linux"):
        return Launch(Way.PLAIN, os.geteuid(), os.geteuid())
    return plan_launch(os.geteuid(), effective_capabilities(), is_mapped, owner)


def effective_capabilities() -> int:
    """This process's effective set, as a number of bits."""
    for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("CapEff:"):
            return int(line.split()[1], 16)
    return 0


def is_mapped(number: int) -> bool:
    """Whether a number is a user and a group here: a container may know few."""
    return all(_maps(Path(f"/proc/self/{table}").read_text(encoding="ascii"), number) for table in ("uid_map", "gid_map"))


def _maps(table: str, number: int) -> bool:
    rows = (tuple(map(int, line.split())) for line in table.splitlines())
    return any(first <= number < first + count for first, _, count in rows)


class CapabilityHeader(ctypes.Structure):
    """Whose capabilities capset(2) sets; pid 0: the caller's."""

    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class CapabilitySets(ctypes.Structure):
    """32 capabilities, as capset(2) takes them; it wants two of these."""

    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def call(name: str, *arguments: object) -> None:
    """Call a function of the C library that tells its failure by a number other than 0; OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def _keep_capability(user: int) -> None:
    """Become ``user`` with CAP_DAC_OVERRIDE and nothing else, for this process and what it executes."""
    call("prctl", PR_SET_KEEPCAPS, 1, 0, 0, 0)
    with contextlib.suppress(OSError):  # root without CAP_SETPCAP may not
        call("prctl", PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    bit = 1 << CAP_DAC_OVERRIDE
    sets = (CapabilitySets * 2)(CapabilitySets(bit, bit, bit), CapabilitySets(0, 0, 0))
    call("capset", ctypes.byref(CapabilityHeader(CAPABILITY_VERSION_3, 0)), sets)
    call("prctl", PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


def _rename_root(user: int) -> None:
    """Enter a user namespace in which this process's user id reads ``user``; on disk nothing changes owner.

    Without CAP_SETFCAP root cannot be mapped; an unmapped id reads 65534 for process and files alike, which does as well.
    """
    outside = os.geteuid()
    call("unshare", CLONE_NEWUSER)
    with contextlib.suppress(PermissionError):
        Path("/proc/self/uid_map").write_text(f"{user} {outside} 1", encoding="ascii")


def become(way: str, user: int, command: Sequence[str]) -> None:
    """Change user and execute the command; SystemExit(REFUSED) with one line on stderr if the system does not allow it."""
    try:
        if way == Way.CAPABILITIES:
            _keep_capability(user)
        else:
            _rename_root(user)
    except OSError as refusal:
        sys.stderr.write(f"FATAL:  {refusal.strerror or refusal}\n")
        raise SystemExit(REFUSED) from refusal
    os.execv(command[0], list(command))  # noqa: S606 - no shell is the point


if __name__ == "__main__":
    become(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
