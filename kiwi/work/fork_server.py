"""The program that starts children by forking: ``python -m kiwi.work.fork_server DATA_FOLDER``, Linux alone.

What children import is imported here, once, and their memory is this process's until they write to it: a child is there within
milliseconds. It must have one thread when it forks, so it does no work of its own.
"""

import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import sys
from pathlib import Path
from typing import NoReturn

from kiwi.storage import models
from kiwi.work import child

LONGEST_ASKED = 64 * 1024
"""Bytes of what is asked in one go."""


class ForkServer:
    """Forks a child for each message with its standard input and output, and its standard error; tells when one has ended."""

    def __init__(self, asked: socket.socket, data_folder: Path) -> None:
        self.asked = asked
        self.data_folder = data_folder
        self.selector = selectors.DefaultSelector()
        self.selector.register(asked, selectors.EVENT_READ)

    def serve(self) -> None:
        """Until whoever asks is gone."""
        while True:
            for key, _ in self.selector.select():
                if key.data is not None:
                    self._bury(key.fd, key.data)
                elif not self._answer():
                    return

    def _answer(self) -> bool:
        message, descriptors, _, _ = socket.recv_fds(self.asked, LONGEST_ASKED, 2)
        if not message:
            return False
        child.load(json.loads(message)["load"])
        gc.collect()
        gc.freeze()  # the collector leaves alone what children share
        server = os.getpid()
        if (pid := os.fork()) == 0:
            self._become_a_child(server, *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        watched = os.pidfd_open(pid)
        self.selector.register(watched, selectors.EVENT_READ, pid)
        self._tell({"pid": pid}, watched)
        return True

    def _become_a_child(self, server: int, both: int, errors: int) -> NoReturn:
        """Work as a child with these descriptors, and nothing of the server's."""
        child.die_with_parent()
        if os.getppid() != server:
            os._exit(0)
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for descriptor, place in ((both, 0), (both, 1), (errors, 2)):
            os.dup2(descriptor, place)
        for descriptor in [int(name) for name in os.listdir("/proc/self/fd") if int(name) > 2]:
            with contextlib.suppress(OSError):  # that of the listing itself
                os.close(descriptor)
        child.work(self.data_folder, "trusted")

    def _bury(self, watched: int, pid: int) -> None:
        self.selector.unregister(watched)
        os.close(watched)
        _, status = os.waitpid(pid, 0)
        self._tell({"ended": pid, "code": os.waitstatus_to_exitcode(status)})

    def _tell(self, what: dict[str, int], *descriptors: int) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the next look tells that nobody is there
            socket.send_fds(self.asked, [json.dumps(what).encode()], descriptors)


def main() -> None:
    """Serve whoever is at the other end of our standard input."""
    child.die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.umask(0o077)
    data_folder = Path(sys.argv[1])
    models.use_folder(data_folder / "models")
    ForkServer(socket.socket(fileno=os.dup(0)), data_folder).serve()


if __name__ == "__main__":
    main()
