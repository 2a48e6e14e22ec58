"""A socket that takes connections, and whether there could be one; costs nothing to import."""

import contextlib
import socket

from kiwi.errors import SetupIncomplete

QUEUED = 2048
"""Connections that the system keeps waiting until they are taken."""


def listening(host: str, port: int) -> socket.socket:
    """A socket that takes connections; SetupIncomplete."""
    with contextlib.ExitStack() as opened:
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
            # the protocol is named because asyncio sends at once, without Nagle's 40 ms, only where it sees that this is TCP
            listener = opened.enter_context(socket.socket(family, kind, protocol))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(QUEUED)
        except OSError as failure:
            raise SetupIncomplete(
                f"{host}:{port} cannot be served on: {failure.strerror}. Choose another with --port or KIWI_PORT."
            ) from failure
        opened.pop_all()
        return listener


def check_free(host: str, port: int) -> None:
    """SetupIncomplete if nobody could listen there."""
    listening(host, port).close()
