"""Children of the fork server, as its user sees them: like processes of asyncio."""

import asyncio
import contextlib
import json
import os
import select
import signal
import socket
from collections import deque
from collections.abc import Sequence

LONGEST_TOLD = 4096
"""Bytes of what the fork server says in one go."""
LONGEST_DYING_MS = 1_000
"""What the kernel may take to end a process; as a rule a few milliseconds."""


def can_fork() -> bool:
    """Whether this system has what the fork server needs."""
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (AttributeError, OSError):
        return False
    return True


def _await_end(watched: int) -> None:
    """Wait until the process of a descriptor has ended, which nobody survives who was killed."""
    ends = select.poll()
    ends.register(watched, select.POLLIN)
    ends.poll(LONGEST_DYING_MS)


class Forked:
    """A child that was asked of the fork server; what `asyncio.subprocess.Process` has, as far as it is needed.

    What is written to it before it is there waits for it.
    """

    def __init__(self, stdin: asyncio.StreamWriter, stdout: asyncio.StreamReader, stderr: asyncio.StreamReader) -> None:
        self.pid = 0
        """0: it is not there yet."""
        self.stdin = stdin
        self.stdout = stdout
        self.stderr = stderr
        self.returncode: int | None = None
        self._watched = -1
        self._unwanted = False
        self._there = asyncio.Event()
        self._over = asyncio.Event()

    def begin(self, pid: int, watched: int) -> None:
        """It is there; ``watched`` is a descriptor of its process, which is closed at its end."""
        self.pid, self._watched = pid, watched
        self._there.set()
        if self._unwanted:
            self.kill()

    async def begun(self) -> None:
        """Wait until it is there, or will never be."""
        await self._there.wait()

    def kill(self) -> None:
        """End it; ProcessLookupError when it has ended. No other process is ever hit."""
        if self.returncode is not None:
            raise ProcessLookupError
        self._unwanted = True
        if self._watched >= 0:
            self.send_signal(signal.SIGKILL)

    def send_signal(self, number: int) -> None:
        """Send it one, once it is there."""
        signal.pidfd_send_signal(self._watched, number)

    async def wait(self) -> int:
        """Wait for its end; its exit code, negative for a signal."""
        await self._over.wait()
        assert self.returncode is not None
        return self.returncode

    def end(self, code: int) -> None:
        """It has ended, or does so at this moment."""
        self.returncode = code
        if self._watched >= 0:
            _await_end(self._watched)
            os.close(self._watched)
        self._there.set()
        self._over.set()


class Forks:
    """The user's end of a fork server: asks for children, hears of their ends."""

    def __init__(self, process: asyncio.subprocess.Process, asking: socket.socket) -> None:
        self.process = process
        self.gone = False
        self._asking = asking
        self._unborn: deque[Forked] = deque()
        """In the order in which they were asked for."""
        self._children: dict[int, Forked] = {}
        asking.setblocking(False)
        asyncio.get_running_loop().add_reader(asking, self._hear)

    async def child(self, load: Sequence[str], limit: int) -> Forked:
        """A new child, for which the server first loads what is named, once for all. ConnectionError when the server is gone."""
        ours, theirs = socket.socketpair()
        heard, said = os.pipe()
        stderr = asyncio.StreamReader()
        try:
            stdout, stdin = await asyncio.open_unix_connection(sock=ours, limit=limit)
            await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stderr), os.fdopen(heard, "rb", 0))
            made = Forked(stdin, stdout, stderr)
            self._ask(made, load, theirs.fileno(), said)
        finally:
            theirs.close()
            os.close(said)
        return made

    def _ask(self, made: Forked, load: Sequence[str], *descriptors: int) -> None:
        try:
            if self.gone:
                raise ConnectionResetError
            socket.send_fds(self._asking, [json.dumps({"load": load}).encode()], descriptors)
        except OSError as trouble:
            made.stdin.close()
            raise ConnectionResetError("The fork server is gone.") from trouble
        self._unborn.append(made)

    def _hear(self) -> None:
        try:
            message, descriptors, _, _ = socket.recv_fds(self._asking, LONGEST_TOLD, 1)
        except BlockingIOError:
            return
        except OSError:
            message, descriptors = b"", []
        told = json.loads(message or b"{}")
        if not told:
            self._lose()
        elif "pid" in told:
            born = self._children[told["pid"]] = self._unborn.popleft()
            born.begin(told["pid"], *descriptors)
        else:
            self._children.pop(told["ended"]).end(told["code"])

    def _lose(self) -> None:
        """The server is gone, and the kernel has ended its children with it."""
        if self.gone:
            return
        self.gone = True
        asyncio.get_running_loop().remove_reader(self._asking)
        self._asking.close()
        for child in (*self._children.values(), *self._unborn):
            child.end(-signal.SIGKILL)
        self._children.clear()
        self._unborn.clear()

    def end(self) -> None:
        """End the server, and with it every child."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()

    async def stop(self) -> None:
        """End the server and wait until it is gone."""
        self.end()
        await self.process.wait()
        self._lose()
