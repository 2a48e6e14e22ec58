"""The one place where processes are started: children that do the crew's heavy work and die with their parent.

A child speaks JSON lines: orders on its standard input, ``report``, ``done`` and ``failed`` on its standard output.
"""

import asyncio
import contextlib
import json
import sys
from collections import deque
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from kiwi import errors
from kiwi.errors import RenderError
from kiwi.jobs import Job
from kiwi.orders import Report

LINE_LIMIT = 64 * 1024 * 1024
LAST_WORDS = 12
"""Lines of a dead child's standard error to tell."""


class Child:
    """One running child process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.last_words: deque[str] = deque(maxlen=LAST_WORDS)
        self.listening = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, data_folder: Path, *, confined: bool) -> "Child":
        """Start a child; ``confined``: it gives up rights before it reads its first order."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "kiwi.child", str(data_folder), "confined" if confined else "trusted"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=LINE_LIMIT,
            # a terminal's Ctrl-C is for the program, which then stops its children itself
            start_new_session=True,
        )
        return cls(process)

    async def _listen(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.last_words.append(line.decode(errors="replace").rstrip())

    async def do(self, function: str, order: dict[str, Any], folder: Path, report: Report) -> dict[str, Any]:
        """Have one order filled; a KiwiError of the job is raised here as itself."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        line = json.dumps({"function": function, "order": order, "folder": str(folder)}) + "\n"
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it died: its end is read below
            self.process.stdin.write(line.encode())
            await self.process.stdin.drain()
        while answer := await self.process.stdout.readline():
            said = json.loads(answer)
            if "report" in said:
                report(said["report"])
            elif "failed" in said:
                raise getattr(errors, said["failed"])(said["message"])
            else:
                return dict(said["done"])
        code = await self.process.wait()
        await self.listening
        raise RenderError(f"The process for {function} ended with code {code}. It said last: {' | '.join(self.last_words) or 'nothing'}")

    async def stop(self) -> None:
        """Kill it and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()
        await self.listening


class Hands:
    """A pool of at most ``count`` children, kept warm between orders."""

    def __init__(self, count: int, data_folder: Path) -> None:
        self.count = count
        self.data_folder = data_folder
        self.free = asyncio.Semaphore(count)
        self.patient = asyncio.Semaphore(count)
        """Who is not urgent waits here: before ``free`` stand no more of them than there are hands, so the urgent come next."""
        self.idle: list[Child] = []
        self.working: set[Child] = set()

    async def do(self, job: Job[Any, Any], order: dict[str, Any], folder: Path, report: Report) -> dict[str, Any]:
        """Have an order filled by the next free child; cancelling kills that child, and so does a job that takes too long: RenderError."""
        async with contextlib.nullcontext() if job.urgent else self.patient, self.free:
            child = await self._take(confined=job.confined)
            self.working.add(child)
            try:
                async with asyncio.timeout(job.seconds):
                    done = await child.do(job.function, order, folder, report)
            except TimeoutError as late:
                await asyncio.shield(self._lay_down(child, keep=False))
                raise RenderError(f"The process for {job.function} was ended after {job.seconds:g} s.") from late
            except errors.KiwiError:
                await self._lay_down(child, keep=child.process.returncode is None and not job.confined)
                raise
            except BaseException:
                await asyncio.shield(self._lay_down(child, keep=False))
                raise
            await self._lay_down(child, keep=not job.confined)
            return done

    async def _take(self, *, confined: bool) -> Child:
        if confined:
            return await Child.start(self.data_folder, confined=True)
        while self.idle:
            child = self.idle.pop()
            if child.process.returncode is None:
                return child
        return await Child.start(self.data_folder, confined=False)

    async def _lay_down(self, child: Child, *, keep: bool) -> None:
        self.working.discard(child)
        if keep and len(self.idle) < self.count:
            self.idle.append(child)
        else:
            await child.stop()

    async def warm(self) -> None:
        """Start the children before the first order, while the film is still being written."""
        while len(self.idle) + len(self.working) < self.count:
            self.idle.append(await Child.start(self.data_folder, confined=False))

    async def stop(self) -> None:
        """End every child."""
        await asyncio.gather(*(child.stop() for child in [*self.idle, *self.working]))
        self.idle.clear()


@contextlib.asynccontextmanager
async def open_hands(count: int, data_folder: Path) -> AsyncIterator[Hands]:
    """Children for as long as the block runs."""
    hands = Hands(count, data_folder)
    try:
        yield hands
    finally:
        await hands.stop()
