"""The one place where processes are started: children that do the crew's heavy work and die with their parent.

A child speaks JSON lines: job inputs on its standard input, ``report``, ``done`` and ``failed`` on its standard output.
"""

import asyncio
import contextlib
import json
import logging
import math
import signal
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from kiwi import errors
from kiwi.errors import BadBrief, BadMedia, ChildDied, KiwiError, NothingHeard, RenderError, SetupIncomplete
from kiwi.film.job_inputs import Report
from kiwi.jail.handover import check_kept, clear, hand_over, sweep, take_back
from kiwi.jail.measures import Measure, reachable
from kiwi.settings import child_environment
from kiwi.storage.assets import naming_a_full_disk
from kiwi.work.forked import Forked, Forks, can_fork
from kiwi.work.jobs import Job
from kiwi.work.line import Line
from kiwi.work.stopping import stop

log = logging.getLogger(__name__)

LINE_LIMIT, CONFINED_LINE_LIMIT = 64 * 1024 * 1024, 1024 * 1024
"""Bytes of an answer; what nobody is sure of is not read for long."""
LAST_WORDS = 12
"""Lines of a dead child's standard error to tell."""
LAST_BYTES = 16 * 1024
"""Of its standard error, kept to tell them."""
MOST_SAID = 1_000
"""Lines that a confined child may say: it tells how far it is two hundred times at most."""
KEPT_SECONDS = 0.5
"""How often it is looked how much a confined child keeps."""
FAILURES = frozenset({BadBrief, NothingHeard, BadMedia, RenderError, SetupIncomplete})
"""What a confined job may fail with."""
LONGEST_MESSAGE = 2_000
READY = 4
"""Children at most that get ready for slow jobs before there are any: each takes memory for what it loads."""
SILENT_SECONDS = 600.0
"""A child that has said nothing for so long counts as dead: every job tells how far it is far more often."""
LIMITS = {signal.SIGXCPU, signal.SIGXFSZ, signal.SIGSYS}
"""Whoever dies of these has met its own limits, and would again."""
WORDS = frozenset({"report", "failed", "done", "jail"})
"""What a child's lines begin with."""


class Child:
    """One running child process."""

    def __init__(self, process: asyncio.subprocess.Process | Forked, *, confined: bool = False) -> None:
        self.process = process
        self.confined = confined
        self.measures: tuple[Measure, ...] = ()
        """What holds a confined child, once it is held."""
        self.too_much = ""
        """Why it was ended, if it kept more than it may."""
        self.last_words = b""
        self.listening = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, data_folder: Path, *, confined: bool) -> "Child":
        """Start a child; ``confined``: it goes to jail before it opens what its first input names."""
        process = await asyncio.create_subprocess_exec(
            # -P: no module is taken from the folder that somebody happens to stand in
            *(sys.executable, "-P", "-m", "kiwi.work.child", str(data_folder), "confined" if confined else "trusted"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=CONFINED_LINE_LIMIT if confined else LINE_LIMIT,
            env=child_environment(),
            # a terminal's Ctrl-C is for the program, which then stops its children itself
            start_new_session=True,
        )
        return cls(process, confined=confined)

    async def begun(self) -> None:
        """Wait until it is there, so that its jobs' time is their own."""
        if isinstance(self.process, Forked):
            await self.process.begun()

    async def expect(self, expected: Sequence[Job[Any, Any]]) -> None:
        """Have it import and load what some jobs need, before the first of them comes."""
        assert self.process.stdin is not None
        line = json.dumps({"expect": [*_shared(expected), *(f"{job.prepare}()" for job in expected if job.prepare)]}) + "\n"
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it died: the pool takes another
            self.process.stdin.write(line.encode())
            await self.process.stdin.drain()

    async def _listen(self) -> None:
        assert self.process.stderr is not None
        while words := await self.process.stderr.read(LAST_BYTES):
            self.last_words = (self.last_words + words)[-LAST_BYTES:]

    async def do(self, function: str, job_input: dict[str, Any], folder: Path, report: Report, **jail: Any) -> dict[str, Any]:
        """Have one job done; a KiwiError of the job is raised here as itself. ChildDied. ``jail``: what a confined child must know."""
        assert self.process.stdin is not None
        line = json.dumps({"function": function, "job_input": job_input, "folder": str(folder), **jail}) + "\n"
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it died: its end is read below
            self.process.stdin.write(line.encode())
            await self.process.stdin.drain()
        lines = 0
        while said := await self._hear(function):
            lines += 1
            if self.confined and lines > MOST_SAID:
                raise RenderError(f"The process for {function} said more than anybody listens to.")
            if "report" in said:
                _pass_on(said["report"], report)
            elif "failed" in said:
                raise self._failure(said)
            elif "done" in said:
                return dict(said["done"])
            elif not self.measures:
                self.measures = tuple(Measure(*measure) for measure in said["jail"])
        code = await self.process.wait()
        await self.listening
        if self.too_much:
            raise RenderError(self.too_much)
        words = " | ".join(self.last_words.decode(errors="replace").splitlines()[-LAST_WORDS:])
        kind = ChildDied if code < 0 and -code not in LIMITS else RenderError
        raise kind(f"The process for {function} ended with code {code}. It said last: {words or 'nothing'}")

    async def _hear(self, function: str) -> dict[str, Any]:
        """The next thing the child says; empty when it is gone. Whoever broke a confined child may say anything."""
        assert self.process.stdout is not None
        try:
            async with asyncio.timeout(SILENT_SECONDS):
                try:
                    line = await self.process.stdout.readline()
                except ConnectionResetError:  # it ended with something of ours unread
                    return {}
            if not line:
                return {}
            said = json.loads(line)
        except TimeoutError as silence:
            await self.stop()
            raise ChildDied(f"The process for {function} said nothing for {SILENT_SECONDS:g} seconds and was ended.") from silence
        except (ValueError, RecursionError):  # no JSON, no UTF-8, longer than any answer, or nested without end
            said = None
        if not isinstance(said, dict) or not said.keys() & WORDS or not isinstance(said.get("done", {}), dict):
            raise RenderError(f"The process for {function} said what nobody understands.")
        return said

    def _failure(self, said: dict[str, Any]) -> KiwiError:
        told = getattr(errors, str(said["failed"]), None)
        kind: type[KiwiError] = told if isinstance(told, type) and issubclass(told, KiwiError) else RenderError
        if self.confined and kind not in FAILURES:
            kind = RenderError
        return kind(str(said.get("message", ""))[:LONGEST_MESSAGE])

    async def watch(self, home: Path) -> None:
        """End it as soon as it keeps more than it may."""
        while not self.too_much:
            await asyncio.sleep(KEPT_SECONDS)
            try:
                await asyncio.to_thread(check_kept, home)
            except RenderError as excess:
                self.too_much = str(excess)
        self.end()

    def end(self) -> None:
        """Kill it."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()

    async def stop(self) -> None:
        """Kill it and wait until it is gone."""
        self.end()
        await self.process.wait()
        await self.listening
        if self.process.stdin is not None:
            self.process.stdin.close()


def _shared(jobs: Sequence[Job[Any, Any]]) -> list[str]:
    """What children of some jobs load that others need, too; see `kiwi.work.child.load`."""
    return [name for job in jobs for name in (job.function, f"{job.shares}()" if job.shares else "") if name]


async def open_forks(data_folder: Path) -> Forks | None:
    """Start a fork server, where the system has what that needs."""
    if not can_fork():
        return None
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "kiwi.work.fork_server", str(data_folder)),
            stdin=theirs.fileno(),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env=child_environment(),
            start_new_session=True,
        )
    return Forks(process, ours)


def _pass_on(share: Any, report: Report) -> None:
    if isinstance(share, int | float) and math.isfinite(share):
        report(min(max(float(share), 0.0), 1.0))


class ChildPool:
    """A pool of at most ``count`` children, kept warm between jobs, and one more for quick jobs."""

    def __init__(self, count: int, data_folder: Path) -> None:
        self.count = count
        self.data_folder = data_folder
        self.free = asyncio.Semaphore(count)
        self.patient = asyncio.Semaphore(count)
        """Who is not urgent waits here: before ``free`` stand no more of them than there are hands, so the urgent come next."""
        self.quick = Line()
        self.idle: list[Child] = []
        self.idle_quick: list[Child] = []
        self.spare: dict[str, Child] = {}
        """Confined children that are ready for the first job of a name."""
        self.working: set[Child] = set()
        self.leaving: list[Child] = []
        """Children that were ended and not waited for."""
        self.measures: tuple[Measure, ...] = ()
        """What holds confined children on this machine; empty until the first of them was held."""
        self.ended = False
        self._forks: Forks | None = None
        self._opening = asyncio.Lock()

    @property
    def has_idle(self) -> bool:
        """Whether somebody has a hand free for whom nobody waits."""
        return not (self.free.locked() or self.patient.locked())

    async def do(self, job: Job[Any, Any], job_input: dict[str, Any], folder: Path, report: Report) -> dict[str, Any]:
        """Have a job done by the next free child; cancelling kills that child, and so does a job that takes too long: RenderError.

        A quick job that takes too long has been given too much: BadBrief.
        """
        async with self._turn(job):
            child = await self._take(job)
            self.working.add(child)
            try:
                await child.begun()
                async with asyncio.timeout(job.seconds):
                    if job.confined:
                        done = await self._in_jail(child, job, job_input, folder, report)
                    else:
                        done = await child.do(job.function, job_input, folder, report)
            except TimeoutError as late:
                await asyncio.shield(self._lay_down(child, job, keep=False))
                if job.quick:
                    slow = f"This takes longer than {job.seconds:g} seconds to {job.name}: say it in fewer or plainer words."
                    raise BadBrief(slow) from None
                raise RenderError(f"The process for {job.function} was ended after {job.seconds:g} s.") from late
            except KiwiError:
                await self._lay_down(child, job, keep=child.process.returncode is None and not job.confined)
                raise
            except BaseException:
                await asyncio.shield(self._lay_down(child, job, keep=False))
                raise
            await self._lay_down(child, job, keep=not job.confined)
            return done

    async def _in_jail(self, child: Child, job: Job[Any, Any], job_input: dict[str, Any], folder: Path, report: Report) -> dict[str, Any]:
        """Have a confined child do a job in a home of its own, and take from there what it made."""
        with naming_a_full_disk():
            handed = hand_over(child.process.pid, folder, Path(job_input[job.opens]))
        try:
            making = handed.home / folder.name
            making.mkdir()
            jail = {"home": str(handed.home), "user": handed.user, "opens": job.opens, "prepare": job.prepare}
            watching = asyncio.create_task(child.watch(handed.home))
            try:
                done = await child.do(job.function, job_input, making, report, **jail)
                await child.stop()  # nothing changes any more
            finally:
                await stop(watching)
            await asyncio.to_thread(check_kept, handed.home)
            await asyncio.to_thread(take_back, making, folder)
            return done
        finally:
            self._tell_once(child.measures)
            await asyncio.shield(self._clear(child, handed.home))

    async def _clear(self, child: Child, home: Path) -> None:
        await child.stop()
        await asyncio.to_thread(clear, home)

    def _tell_once(self, measures: tuple[Measure, ...]) -> None:
        if measures and not self.measures:
            self.measures = measures
            if open_still := reachable(measures):
                log.warning("children that open what clients send are not shut off from: %s", ", ".join(open_still))

    @contextlib.asynccontextmanager
    async def _turn(self, job: Job[Any, Any]) -> AsyncIterator[None]:
        """Wait until a child may work."""
        if job.quick:
            async with self.quick.turn():
                yield
            return
        async with contextlib.nullcontext() if job.urgent else self.patient, self.free:
            yield

    async def _take(self, job: Job[Any, Any]) -> Child:
        if self.ended:  # or who tries again would start a child that nobody ends
            raise ChildDied(f"The children were ended before {job.name} was done.")
        if job.confined:
            return self.spare.pop(job.name, None) or await Child.start(self.data_folder, confined=True)
        idle = self.idle_quick if job.quick else self.idle
        while idle:
            child = idle.pop()
            if child.process.returncode is None:
                return child
            await child.stop()
        return await self._new([job])

    async def _new(self, jobs: Sequence[Job[Any, Any]]) -> Child:
        """A child that is not confined, forked with what it will need where that can be."""
        async with self._opening:
            if self._forks is None:
                self._forks = await open_forks(self.data_folder)
        with contextlib.suppress(ConnectionResetError):  # it was killed, or cannot be: children are started as elsewhere
            if self._forks is not None:
                return Child(await self._forks.child(_shared(jobs), LINE_LIMIT))
        return await Child.start(self.data_folder, confined=False)

    async def _lay_down(self, child: Child, job: Job[Any, Any], *, keep: bool) -> None:
        self.working.discard(child)
        idle, most = (self.idle_quick, 1) if job.quick else (self.idle, self.count)
        if keep and len(idle) < most:
            idle.append(child)
        else:
            await child.stop()

    async def expect(self, jobs: Sequence[Job[Any, Any]]) -> None:
        """Start children that get ready for jobs to come; at most `READY` for all that are neither quick nor confined."""
        quick = [job for job in jobs if job.quick]
        slow = [job for job in jobs if not job.quick and not job.confined]
        for job in jobs:
            if job.confined and job.name not in self.spare:
                self.spare[job.name] = await self._ready([job], confined=True)
        if quick and not self.idle_quick:
            self.idle_quick.append(await self._ready(quick))
        while slow and len(self.idle) < min(self.count, READY):
            self.idle.append(await self._ready(slow))

    async def _ready(self, jobs: Sequence[Job[Any, Any]], *, confined: bool = False) -> Child:
        child = await (Child.start(self.data_folder, confined=True) if confined else self._new(jobs))
        await child.expect(jobs)
        return child

    def dismiss(self) -> None:
        """End the idle child of quick work, which nobody is expected to ask for soon; who does all the same gets another."""
        for child in self.idle_quick:
            child.end()
        self.leaving += self.idle_quick
        self.idle_quick.clear()

    async def warm(self) -> None:
        """Start the children before the first job, while the film is still being written."""
        while len(self.idle) + len(self.working) < self.count:
            self.idle.append(await self._new([]))
        for child in self.idle:
            await child.begun()

    def end(self) -> None:
        """Have every child end, and none begin; ``stop`` waits until they are gone."""
        self.ended = True
        for child in self._all():
            child.end()
        if self._forks is not None:
            self._forks.end()

    def _all(self) -> list[Child]:
        return [*self.idle, *self.idle_quick, *self.spare.values(), *self.working, *self.leaving]

    async def stop(self) -> None:
        """End every child."""
        self.end()
        if self._forks is not None:
            await self._forks.stop()
        await asyncio.gather(*(child.stop() for child in self._all()))
        for kept in (self.idle, self.idle_quick, self.spare, self.leaving):
            kept.clear()


@contextlib.asynccontextmanager
async def open_pool(count: int, data_folder: Path) -> AsyncIterator[ChildPool]:
    """Children for as long as the block runs."""
    pool = ChildPool(count, data_folder)
    await asyncio.to_thread(sweep)
    try:
        yield pool
    finally:
        await pool.stop()
