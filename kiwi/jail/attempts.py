"""What a jailed child tries, for the doctor: nobody believes a jail that was never shaken."""

import contextlib
import ctypes
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

from kiwi.film.job_inputs import Report
from kiwi.film.model import Value
from kiwi.storage.privileges import CAPABILITY_VERSION_3, CapabilityHeader, CapabilitySets, call

SECRET_NAMES = ("KIWI_", "_KEY", "_SECRET", "_TOKEN", "PASSWORD")


class AttemptInput(Value):
    """Try what should not be possible."""

    source: str
    """Absolute path of what the child may read."""
    forbidden: tuple[str, ...]
    """Absolute paths that are there, and nobody of the jail's business."""
    server_user: int


class Attempted(Value):
    """How that went."""

    succeeded: tuple[str, ...]
    """What was possible, in words."""
    read: int
    """Bytes of the source, which had to be."""


def prepare_attempt(place: Path) -> tuple[AttemptInput, Path]:
    """An input: try everything in an empty folder, and the folder to fill there."""
    folder, source, secret = place / "attempt", place / "source", place / "secret"
    folder.mkdir()
    source.write_text("source", encoding="ascii")
    secret.write_text("secret", encoding="ascii")
    return AttemptInput(source=str(source), forbidden=(str(secret), "/etc/passwd"), server_user=os.geteuid()), folder


def attempt(job_input: AttemptInput, folder: Path, report: Report) -> Attempted:
    """Try everything; reading the source and writing into the folder must work: OSError."""
    (folder / "kept").write_text("kept", encoding="ascii")
    (folder / "kept").unlink()
    tried = {
        **{f"read {path}": _reading(path) for path in job_input.forbidden},
        "write beside its folder": lambda: Path(job_input.forbidden[0]).with_name("left-by-a-child").touch(),
        "be the server's user": lambda: _refuse_unless(job_input.server_user == 0 and os.getuid() == 0),
        "find a key in its environment": lambda: _refuse_unless(any(part in name for name in os.environ for part in SECRET_NAMES)),
        "use a capability": lambda: _refuse_unless(_capabilities() != 0),
        "open a network socket": lambda: socket.socket(socket.AF_INET).close(),
        "open a local socket": lambda: socket.socket(socket.AF_UNIX).close(),
        "start a program": _start_program,
        "signal its parent": lambda: os.kill(os.getppid(), 0),
    }
    succeeded = tuple(what for what, try_it in tried.items() if _works(try_it))
    return Attempted(succeeded=succeeded, read=len(Path(job_input.source).read_bytes()))


def _works(try_it: Callable[[], object]) -> bool:
    with contextlib.suppress(OSError):
        try_it()
        return True
    return False


def _reading(path: str) -> Callable[[], object]:
    return lambda: os.listdir(path) if Path(path).is_dir() else Path(path).read_bytes()


def _refuse_unless(possible: bool) -> None:
    if not possible:
        raise PermissionError


def _capabilities() -> int:
    sets = (CapabilitySets * 2)()
    call("capget", ctypes.byref(CapabilityHeader(CAPABILITY_VERSION_3, 0)), sets)
    return int(sets[0].effective | sets[0].permitted | sets[1].effective | sets[1].permitted)


def _start_program() -> None:
    child = os.fork()
    if child == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
