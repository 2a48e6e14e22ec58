"""Whoever has broken the decoder: jobs that do, in the place of one, what an attacker would.

What they need to know lies in the recording they are given, as JSON. Where nothing holds them, they must do no harm all the same: they
write and mount only in folders of the test's own, undo it, and lay hands on nobody but a bystander whom the test has started for that.
"""

import contextlib
import ctypes
import errno
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import Field

from kiwi.film.job_inputs import ListenInput, Report
from kiwi.film.model import Value

PTRACE_SEIZE = 0x4206
"""Unlike PTRACE_ATTACH it does not stop the other; it ends with the process that asked."""
MNT_DETACH = 2
F_SETOWN, F_SETSIG = 8, 10


class Found(Value):
    done: tuple[str, ...] = ()
    """What was possible."""
    seen: dict[str, str] = Field(default_factory=dict)
    """What was found out."""


def intrude(job_input: ListenInput, folder: Path, report: Report) -> Found:
    """Try all that the attack on the server tried, and more."""
    told = json.loads(Path(job_input.recording).read_bytes())
    (folder / "kept.txt").write_text("kept")
    tries: dict[str, Callable[[], Any]] = {
        **{f"read {path}": partial(open_some, path) for path in told["files"]},
        **{f"list {path}": partial(os.listdir, path) for path in told["folders"]},
        **{f"write into {path}": partial(plant, Path(path)) for path in told["own_folders"]},
        "connect over IPv4": lambda: socket.create_connection(("127.0.0.1", told["port"]), timeout=1).close(),
        "look a name up": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close(),
        "connect to the database": lambda: local_socket(told["socket"]),
        "make a pair of sockets": socket.socketpair,
        "listen where its siblings do": lambda: socket.socket(socket.AF_UNIX).bind("\0planted"),
        "start a program": lambda: subprocess.run(["/bin/true"], check=True),
        "start a process": fork,
        "signal another process": lambda: os.kill(told["bystander"], 0),
        "have the kernel signal another process": lambda: fcntl.fcntl(0, F_SETOWN, told["bystander"]),
        "choose what the kernel signals": lambda: fcntl.fcntl(0, F_SETSIG, signal.SIGSTOP),
        "look into another process": lambda: libc_call("ptrace", PTRACE_SEIZE, told["bystander"], 0, 0),
        "read another process's memory": lambda: open_some(f"/proc/{told['bystander']}/maps"),
        "become root": lambda: os.setresuid(0, 0, 0),
        "outlive the server": lambda: libc_call("prctl", 1, 0, 0, 0, 0),
        "mount": lambda: mount_and_undo(folder),
        "enter a user namespace": lambda: libc_call("unshare", 0x10000000),
        "make a link": lambda: (folder / "planted").symlink_to("/etc/shadow"),
        "raise its limits": raise_limits,
    }
    done = tuple(what for what, attempt in tries.items() if works(attempt))
    (folder / "planted").unlink(missing_ok=True)
    return Found(
        done=done, seen={"user": str(os.getuid()), "group": str(os.getgid()), "environment": " ".join(sorted(os.environ)), **status()}
    )


def works(attempt: Callable[[], Any]) -> bool:
    try:
        attempt()
    except (OSError, ValueError, subprocess.SubprocessError):  # ValueError: how setrlimit refuses
        return False
    return True


def plant(folder: Path) -> None:
    (folder / "planted").touch()
    (folder / "planted").unlink()


def mount_and_undo(folder: Path) -> None:
    place = os.fsencode(folder)
    libc_call("mount", b"none", place, b"tmpfs", 0, None)
    libc_call("umount2", place, MNT_DETACH)


def open_some(path: str) -> None:
    with open(path, "rb") as file:
        file.read(1)


def local_socket(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as door:
        door.connect(path)


def fork() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def libc_call(name: str, *arguments: object) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) != 0:
        raise OSError(ctypes.get_errno() or errno.EPERM, name)


def raise_limits() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def status() -> dict[str, str]:
    """What the kernel thinks of this process."""
    libc = ctypes.CDLL(None, use_errno=True)
    words = (ctypes.c_uint32 * 6)()
    libc.capget(ctypes.byref((ctypes.c_uint32 * 2)(0x20080522, 0)), words)
    return {
        "capabilities": " ".join(str(word) for word in words if word),
        "no_new_privileges": str(libc.prctl(39, 0, 0, 0, 0)),
        "threads": str(threading.active_count()),
    }


def tell_environment(job_input: ListenInput, folder: Path, report: Report) -> Found:
    return Found(seen=dict(os.environ))


def answer(job_input: ListenInput, folder: Path, report: Report) -> Found:
    """Say to the server what the recording says, past all that is between."""
    (folder / "kept.txt").write_text("kept")
    line = Path(job_input.recording).read_bytes()
    for descriptor in range(3, 64):  # one of them is where answers go
        with contextlib.suppress(OSError):
            os.write(descriptor, line)
    time.sleep(60)
    return Found()


def link(job_input: ListenInput, folder: Path, report: Report) -> Found:
    (folder / "film.mp4").symlink_to("/etc/passwd")
    return Found()


def stay(job_input: ListenInput, folder: Path, report: Report) -> Found:
    """Never end: hear no signal, heed no end of input."""
    for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}:
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_IGN)
    report(0.5)
    sys.stdout.flush()
    time.sleep(600)
    return Found()


def fill_the_disk(job_input: ListenInput, folder: Path, report: Report) -> Found:
    """Write files of the largest size there may be until somebody ends that; in holes, which take no room."""
    for number in range(8):
        with (folder / f"{number}").open("wb") as file:
            file.truncate(200 << 20)
        report(number / 10)
        time.sleep(0.2)
    return Found()


def make_many_files(job_input: ListenInput, folder: Path, report: Report) -> Found:
    for number in range(500):
        (folder / f"{number}").touch()
    return Found()


def chatter(job_input: ListenInput, folder: Path, report: Report) -> Found:
    """Say the same thing for as long as somebody listens."""
    line = b'{"report": 0.5}\n' * 2_000
    told = []
    for descriptor in range(3, 64):
        with contextlib.suppress(OSError):
            os.write(descriptor, line)
            told.append(descriptor)
    for _ in range(1_000):
        for descriptor in told:
            os.write(descriptor, line)
    return Found()
