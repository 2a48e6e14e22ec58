"""One run of a program and all that it starts: seconds by the clock and of the processors, and the peak of their proportional memory."""

import contextlib
import ctypes
import os
import resource
import signal
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
LOOK_SECONDS = 0.5
END_SECONDS = 10.0
"""What is left of a run gets to end by itself before it is killed."""


@dataclass(frozen=True)
class Run:
    """What one run took."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


class RunFailed(Exception):
    """A program ended with an error."""


def adopt_orphans() -> None:
    """Whoever loses their parent below this process becomes its child, so that nothing a peer leaves behind goes unmeasured."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def descendants(pid: int) -> list[int]:
    """Every process below one."""
    children: dict[int, list[int]] = defaultdict(list)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            children[int(stat.read_text().rpartition(") ")[2].split()[1])].append(int(stat.parent.name))
    found, queue = [], [*children[pid]]
    while queue:
        found.append(queue.pop())
        queue += children[found[-1]]
    return found


def pss_mb(pid: int) -> float:
    """A process's share of the memory it uses, in MB; 0 when it has ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


class Watch(threading.Thread):
    """Looks twice a second at what all processes below this one share out of the memory."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak, self._over = 0.0, threading.Event()

    def run(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            self.peak = max(self.peak, sum(pss_mb(pid) for pid in descendants(os.getpid())))

    def stop(self) -> float:
        self._over.set()
        self.join()
        return self.peak


def spent() -> float:
    """Seconds of the processors that children have used which are over and waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def clear_up() -> None:
    """Wait for what a run has left, then end it: nothing of it may disturb the next one."""
    until = time.monotonic() + END_SECONDS
    while left := descendants(os.getpid()):
        if time.monotonic() > until:
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        time.sleep(0.02)


def run(command: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path) -> Run:
    """Run a program to its end. RunFailed; what it says is in ``log``."""
    adopt_orphans()
    watch, before, began = Watch(), spent(), time.perf_counter()
    watch.start()
    with log.open("wb") as said:
        code = subprocess.run(
            command, env=dict(environment), cwd=folder, stdout=said, stderr=said, stdin=subprocess.DEVNULL, check=False
        ).returncode
    seconds = time.perf_counter() - began
    peak = watch.stop()
    clear_up()
    if code:
        raise RunFailed(f"{command[0]} ended with {code}: " + log.read_text(errors="replace")[-2000:])
    return Run(seconds, spent() - before, peak)
