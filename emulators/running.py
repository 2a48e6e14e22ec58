"""Runs emulated vendors on a loopback port: in a thread for a test, or in the foreground for a demo."""

import asyncio
import socket
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import TypeVar

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from emulators import build_emulators, hire
from emulators.faults import TRANSPORT
from emulators.vendor import Vendor

V = TypeVar("V", bound=Vendor)
LOOPBACK = "127.0.0.1"
KEPT_ALIVE = 3600
"""Seconds; a server that closes idle connections does so, now and then, just as a client writes its next request."""
PATIENCE = 5.0
"""Seconds for those who still draw to notice that nobody waits."""


class Protocol(H11Protocol):
    """HTTP as usual, with the bare connection within reach of answers that cut it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Show the connection to the application."""
        super().connection_made(transport)
        self.app = partial(with_transport, self.app, transport)


async def with_transport(app: ASGIApp, transport: asyncio.Transport, scope: Scope, receive: Receive, send: Send) -> None:
    """Call an application that can reach its connection."""
    scope.setdefault("extensions", {})[TRANSPORT] = transport
    await app(scope, receive, send)


class Emulators:
    """Vendors that are running."""

    def __init__(self, vendors: Collection[Vendor], port: int) -> None:
        self.vendors = {vendor.name: vendor for vendor in vendors}
        self.port = port
        self.origin = f"http://{LOOPBACK}:{port}"

    def url(self, name: str) -> str:
        """The base URL of a vendor; KeyError when it is not running."""
        return f"{self.origin}/{self.vendors[name].name}"

    def vendor(self, kind: type[V]) -> V:
        """The running vendor of a kind, to script it and read its ledger; KeyError when it is not running."""
        found = self.vendors[kind.name]
        if not isinstance(found, kind):
            raise KeyError(kind.name)
        return found


async def serve(server: uvicorn.Server, listening: socket.socket) -> None:
    """Serve until told to stop, then hang up on whoever still waits."""
    await server.serve(sockets=[listening])
    for connection in list(server.server_state.connections):
        connection.transport.abort()
    await asyncio.wait([asyncio.create_task(asyncio.sleep(0)), *server.server_state.tasks], timeout=PATIENCE)


def prepare(vendors: Collection[Vendor], port: int) -> tuple[uvicorn.Server, socket.socket]:
    """A server for the vendors and its socket, listening on loopback only; OSError when the port is taken."""
    config = uvicorn.Config(
        build_emulators(vendors),
        http=Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_keep_alive=KEPT_ALIVE,
        timeout_graceful_shutdown=1,
    )
    listening = socket.create_server((LOOPBACK, port))
    return uvicorn.Server(config), listening


@contextmanager
def running_emulators(*vendors: Vendor, port: int = 0) -> Iterator[Emulators]:
    """Run vendors (none given: all of the menu) in a thread on a free port until the block ends."""
    hired = vendors or hire()
    server, listening = prepare(hired, port)
    thread = threading.Thread(target=lambda: asyncio.run(serve(server, listening)), name="emulators", daemon=True)
    thread.start()
    try:
        yield Emulators(hired, listening.getsockname()[1])  # the socket listens already: who connects early waits in its backlog
    finally:
        server.should_exit = server.force_exit = True
        thread.join()


def run_in_foreground(vendors: Collection[Vendor], port: int, announce: Callable[[Emulators], None]) -> None:
    """Say where the vendors are and run them until a signal; OSError when the port is taken."""
    server, listening = prepare(vendors, port)
    announce(Emulators(vendors, listening.getsockname()[1]))
    with suppress(KeyboardInterrupt):  # the server hangs up first and then passes the signal on
        asyncio.run(serve(server, listening))
