"""Systems that offer less than this one: fewer capabilities, calls that the kernel does not know or forbids, another user.

Run as a script, this file makes itself such a system and then becomes the program it was given; only root can do so.
"""

import ctypes
import errno
import json
import os
import platform
import struct
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from kiwi.jail.entering import CLONE_NEWNS
from kiwi.jail.filesystem import show_only
from kiwi.jail.seccomp import ALLOW, EQUAL, FAIL, LOAD, MACHINES, NUMBER, RETURN, SECCOMP, SET_MODE_FILTER, Program
from kiwi.storage.privileges import CAPABILITY_VERSION_3, CapabilityHeader, CapabilitySets, call, effective_capabilities

ROOT = Path(__file__).parent.parent
CAP_SYS_ADMIN, CAP_SETUID = 21, 7
UNSHARE = {"x86_64": 272, "aarch64": 97}.get(platform.machine(), 0)
LANDLOCK = 444
PR_CAPBSET_DROP = 24


@dataclass(frozen=True)
class System:
    """What it lacks."""

    capabilities: tuple[int, ...] = ()
    unknown: tuple[int, ...] = ()
    """Numbers of system calls that the kernel does not know."""
    forbidden: tuple[int, ...] = ()
    user: int = 0
    passable: bool = False
    """The interpreter can be reached by everybody, wherever it lies."""

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A Python program there, which may import ours; its output."""
        command = [sys.executable, "-m", "tests.systems", json.dumps(asdict(self)), sys.executable, "-c", program, *arguments]
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
        return subprocess.run(command, check=False, capture_output=True, text=True, timeout=120, cwd=ROOT, env=environment)


def no_filters() -> tuple[int, ...]:
    """The call without which there is no seccomp."""
    return (SECCOMP[MACHINES[platform.machine()][0]],)


def make_passable() -> None:
    """Enter a file system in which folders above the interpreter and this checkout are open to all."""
    call("unshare", CLONE_NEWNS)
    homes = {"root", "mnt", "proc"}  # what is not laid here is made anew, for everybody
    usual = [Path("/", name) for name in os.listdir("/") if name not in homes and not Path("/", name).is_symlink()]
    ours = [Path(prefix) for prefix in (sys.prefix, sys.base_prefix)]
    show_only([path for path in Path("/").iterdir() if path.is_symlink()], [*usual, *ours, Path("/proc"), ROOT])


def become(system: System, command: Sequence[str]) -> None:
    """Lose what the system lacks and execute the command."""
    if system.passable:
        make_passable()
    steps = [(LOAD, 0, 0, NUMBER)]
    for numbers, failure in ((system.unknown, errno.ENOSYS), (system.forbidden, errno.EPERM)):
        for number in numbers:
            steps += [(EQUAL, 0, 1, number), (RETURN, 0, 0, FAIL | failure)]
    filters = b"".join(struct.pack("=HBBI", *step) for step in [*steps, (RETURN, 0, 0, ALLOW)])
    memory = ctypes.create_string_buffer(filters, len(filters))
    program = Program(len(filters) // 8, ctypes.addressof(memory))
    call("syscall", no_filters()[0], SET_MODE_FILTER, 0, ctypes.byref(program))
    for capability in system.capabilities:
        call("prctl", PR_CAPBSET_DROP, capability, 0, 0, 0)
    if system.user:
        os.setgroups([])
        os.setresgid(system.user, system.user, system.user)
        os.setresuid(system.user, system.user, system.user)
    else:
        kept = effective_capabilities() & ~sum(1 << capability for capability in system.capabilities)
        low, high = kept & 0xFFFFFFFF, kept >> 32
        sets = (CapabilitySets * 2)(CapabilitySets(low, low, 0), CapabilitySets(high, high, 0))
        call("capset", ctypes.byref(CapabilityHeader(CAPABILITY_VERSION_3, 0)), sets)
    os.execv(command[0], list(command))


if __name__ == "__main__":
    become(System(**json.loads(sys.argv[1])), sys.argv[2:])
