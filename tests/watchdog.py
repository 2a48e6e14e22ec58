"""A watchdog for event loops: how long the longest was that a loop could not turn, and what it was doing then.

    with watching(asyncio.get_running_loop()) as watch:
        ...
    assert watch.longest.seconds < 0.1, watch.longest.stack

A thread asks the loop every ten milliseconds to answer, and the loop notes when it did. Time in which the loop's thread was ready to run
but had no processor is the machine's doing and does not count. Code that keeps Python's lock stops the watchdog too: what the watchdog
oversleeps counts as far as the loop's thread was computing meanwhile.
"""

import asyncio
import math
import selectors
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

EVERY_SECONDS = 0.01
SUSPICIOUS_SECONDS = 0.03
"""From here on it is looked what the loop is doing."""


@dataclass(frozen=True)
class Held:
    """A stretch in which a loop did not turn."""

    seconds: float = 0.0
    computing: float = 0.0
    """Seconds of processor time that the loop's thread took of it."""
    stack: str = ""
    """Where its thread was when last looked at; empty when there was no moment to look."""


class Watch:
    """What was seen of one loop so far."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.longest = Held()
        self.answers = 0
        self._loop = loop
        self._answered = threading.Event()
        self._thread = self._native = self._clock = 0
        """The loop's: as Python, the kernel and clock_gettime(2) know it; 0 until it has answered once."""
        self._at = self._computed = 0.0
        """When it last answered, and the processor time it had taken by then."""
        self._over = threading.Event()
        self._ended = math.inf
        self._watcher = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._watcher.start()

    def stop(self) -> None:
        """End; if the loop is held at this moment, that counts up to now."""
        self._ended = time.perf_counter()
        self._over.set()
        self._watcher.join()

    def _answer(self) -> None:
        if not self._thread:
            self._thread, self._native = threading.get_ident(), threading.get_native_id()
            self._clock = time.pthread_getcpuclockid(self._thread)
        self._at, self._computed = time.perf_counter(), time.thread_time()
        self._answered.set()

    def _watch(self) -> None:
        while not self._over.is_set() and not self._loop.is_closed():
            before, computed = self._at, self._computed
            self._over.wait(EVERY_SECONDS)
            late = time.perf_counter() - before - EVERY_SECONDS
            stack = self._look() if late > SUSPICIOUS_SECONDS else ""
            asked, computing, waited = time.perf_counter(), self._computing(), self._waiting()
            self._answered.clear()
            self._loop.call_soon_threadsafe(self._answer)
            stack = self._wait_for_answer(asked) or stack
            answered = min(self._at if self._answered.is_set() else time.perf_counter(), self._ended)
            if before:
                overslept = min(asked - before - EVERY_SECONDS, computing - computed)
                held = max(0.0, answered - asked - (self._waiting() - waited)) + max(0.0, overslept)
                if held > self.longest.seconds:
                    self.longest = Held(held, self._computing() - computed, stack)
            self.answers += self._answered.is_set()

    def _wait_for_answer(self, asked: float) -> str:
        """Where the loop's thread was when last seen at work; empty when it answered soon."""
        stack = ""
        while not self._answered.wait(EVERY_SECONDS) and not self._over.is_set():
            if time.perf_counter() - asked > SUSPICIOUS_SECONDS:
                stack = self._look() or stack
        return stack

    def _look(self) -> str:
        """Where the loop's thread is; empty when it waits for something to do."""
        frame = sys._current_frames().get(self._thread)
        if frame is None or frame.f_code.co_filename == selectors.__file__:
            return ""
        return "".join(traceback.format_stack(frame))

    def _computing(self) -> float:
        """Seconds of processor time that the loop's thread has taken."""
        return time.clock_gettime(self._clock) if self._clock else 0.0

    def _waiting(self) -> float:
        """Seconds that the loop's thread was ready to run and had no processor; 0 where the system does not tell."""
        try:
            return int(Path(f"/proc/self/task/{self._native}/schedstat").read_text(encoding="ascii").split()[1]) / 1e9
        except (OSError, IndexError):
            return 0.0


@contextmanager
def watching(loop: asyncio.AbstractEventLoop) -> Iterator[Watch]:
    """Watch a loop, of this thread or another, while the block runs."""
    watch = Watch(loop)
    watch.start()
    try:
        yield watch
    finally:
        watch.stop()
