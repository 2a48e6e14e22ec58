"""Connections: how many there may be, how long a request may take to arrive, and how long its header may be.

Uvicorn closes what rests between two requests; it waits for ever for a request that never becomes whole, and takes connections until
there is no descriptor left. What it lacks is added here, on its own protocols.
"""

import asyncio
import logging
import resource
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from http import HTTPStatus
from socket import socket
from typing import Any

import h11
import uvicorn
from fastapi import FastAPI
from starlette.responses import Response
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from api.peers import network_of
from api.problems import problem
from kiwi.net.listening import QUEUED

log = logging.getLogger(__name__)

HEADER_SECONDS = 10.0
MOST_HEADER = 32 * 1024
"""Bytes of a request's first line and its headers."""
STEP = 4 * 1024
"""Bytes of a header that are read at a time: by so many it may be longer than it may."""
BODY_SECONDS, BODY_RATE = 30.0, 1_000
"""A body gets so many seconds, and one more for each thousand bytes that came."""
LINGER_SECONDS = 2.0
"""What a client that is still sending gets to read why it is refused."""
ACCEPTED_AT_ONCE = 64
"""Connections that the loop takes in one go; no more than these can go over a limit before they are counted."""
FILES, FILES_A_CHILD, FILES_A_FILM = 200, 8, 4
"""Descriptors that are no connection's: of the program itself and its database, of a child process, of a film in the making."""
FILES_A_CONNECTION = 2
"""The connection, and the film that is sent or the recording that is taken through it."""
FEWEST = 16
OUT_OF_FILES = "socket.accept() out of system resource"
"""How asyncio calls it."""
SELDOM_SECONDS = 10.0


@dataclass(frozen=True)
class Room:
    """How many connections there may be."""

    all: int
    each: int
    """Of one address, or one network of IPv6."""


def make_room(connections: int, each: int, pool: int, films: int) -> Room:
    """Room for so many connections, or for as many as leave the films their descriptors; the limit of open files is raised if it may be."""
    own = FILES + pool * FILES_A_CHILD + films * FILES_A_FILM
    wanted = own + connections * FILES_A_CONNECTION
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return Room(connections, min(each, connections))
    fitting = max((soft - own) // FILES_A_CONNECTION, FEWEST)
    log.warning("at most %d connections at once, not %d: the limit of open files is %d", fitting, connections, soft)
    return Room(fitting, min(each, fitting))


@dataclass
class Seldom:
    """Says the same thing at most once in a while, and how often it was so."""

    clock: Callable[[], float] = time.monotonic
    times: int = 0
    again: float = 0.0

    def warn(self, what: str) -> None:
        """Say it, or count it for the next time."""
        self.times += 1
        if self.clock() >= self.again:
            log.warning("%s; times since this was last said: %d", what, self.times)
            self.times, self.again = 0, self.clock() + SELDOM_SECONDS


class Config(uvicorn.Config):
    """How an app is served, and to how many at once."""

    def __init__(self, app: FastAPI, room: Room, **more: Any) -> None:
        super().__init__(
            app, http=HttpConnection, ws=SocketConnection, h11_max_incomplete_event_size=MOST_HEADER, backlog=ACCEPTED_AT_ONCE, **more
        )
        self.room = room
        self.crowded = Seldom()


class Server(uvicorn.Server):
    """Uvicorn that keeps calm when there are more connections than it can take."""

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or ():
            listener.listen(QUEUED)  # asyncio has one number for what it takes in one go and for the system's queue
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(quieter(Seldom(), loop.get_exception_handler()))


def quieter(seldom: Seldom, before: Callable[[asyncio.AbstractEventLoop, dict[str, Any]], object] | None) -> Callable[..., None]:
    """A handler of a loop's exceptions that does not let connections fill the log when there is no descriptor for them."""

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if context.get("message") == OUT_OF_FILES:
            seldom.warn(f"no connection can be taken: {context.get('exception')}")
        elif before is not None:
            before(loop, context)
        else:
            loop.default_exception_handler(context)

    return handle


class SocketConnection(WebSocketsSansIOProtocol):
    """A WebSocket, counted like any other connection."""

    network = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.network = network_of(self.client[0] if self.client else "")


class HttpConnection(H11Protocol):
    """A connection that must find room, and send its request in time."""

    config: Config
    network = ""
    refused = False
    _due: asyncio.TimerHandle | None = None
    _body: tuple[float, int] | None = None
    """When the body that is awaited began to come, and how much of it came."""
    _rests_since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        super().connection_made(transport)
        self.network = network_of(self.client[0] if self.client else "")
        self._rests_since = self.loop.time()
        room = self.config.room
        neighbours = [one for one in self.connections if getattr(one, "network", "") == self.network]
        if not (self._fits(neighbours, room.each) and self._fits(self.connections, room.all)):
            self.config.crowded.warn("a connection found no room")
            self._refuse(503, "There are too many connections: close some, or try again later.", linger=0.0)
            return
        self._due = self.loop.call_later(HEADER_SECONDS, self._late)

    def data_received(self, data: bytes) -> None:
        while data and not self.refused and not self.transport.is_closing() and self.transport.get_protocol() is self:
            part = data[:STEP] if self.conn.their_state is h11.IDLE else data
            data = data[len(part) :]
            if self._body is not None:
                self._body = (self._body[0], self._body[1] + len(part))
            super().data_received(part)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_watching()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """From here on the connection is another protocol's."""
        self._stop_watching()
        super().handle_websocket_upgrade(event)

    def send_400_response(self, msg: str) -> None:
        if len(self.conn.trailing_data[0]) > MOST_HEADER:
            self._refuse(431, f"The request's header has more than {MOST_HEADER // 1024} kB.")
        else:
            self._refuse(400, msg)

    def on_response_complete(self) -> None:
        self._rests_since = self.loop.time()
        super().on_response_complete()

    def shutdown(self) -> None:
        if self.refused:
            self.transport.close()
        else:
            super().shutdown()

    @property
    def rests(self) -> bool:
        """Whether no request is being answered here."""
        return self.cycle is None or self.cycle.response_complete

    def _fits(self, rivals: "Collection[Any]", most: int) -> bool:
        """Whether there is room among these, perhaps because whoever has waited longest without a request gives way."""
        present = [one for one in rivals if not one.transport.is_closing()]
        if len(present) <= most:
            return True
        resting = [one for one in present if isinstance(one, HttpConnection) and one is not self and one.rests]
        if not resting:
            return False
        min(resting, key=lambda one: one._rests_since).transport.abort()
        return True

    def _watch(self) -> None:
        """Have a clock run while a request is on its way, and no longer."""
        if self.refused or self.transport.is_closing() or self.transport.get_protocol() is not self:
            self._stop_watching()
        elif self.conn.their_state is h11.SEND_BODY:
            if self._body is None:
                self._stop_watching()
                self._body = (self.loop.time(), 0)
                self._due = self.loop.call_later(BODY_SECONDS, self._slow)
        elif self.conn.their_state is h11.IDLE:
            self._body = None
            if self._due is None:
                self._due = self.loop.call_later(HEADER_SECONDS, self._late)
        else:
            self._stop_watching()

    def _stop_watching(self) -> None:
        self._body = None
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _late(self) -> None:
        """A header did not come in time."""
        if self.conn.trailing_data[0]:
            self._refuse(408, f"The request's header did not come within {HEADER_SECONDS:g} s.")
        else:
            self.transport.close()

    def _slow(self) -> None:
        """Look whether a body comes fast enough; while nobody here takes it, that is no fault of the client's."""
        assert self._body is not None
        began, came = self._body
        left = began + BODY_SECONDS + came / BODY_RATE - self.loop.time()
        if left > 0 or self.flow.read_paused:
            self._due = self.loop.call_later(max(left, 1.0), self._slow)
        else:
            self._refuse(408, "The request's body comes too slowly.")

    def _refuse(self, status: int, detail: str, linger: float = LINGER_SECONDS) -> None:
        """Answer instead of the app, and hang up."""
        self._stop_watching()
        self.refused = True
        if not self.rests:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            if self.cycle.response_started:
                self.transport.close()
                return
        try:
            self.transport.write(_packed(self.conn, problem(status, detail, headers={"Connection": "close"})))
        except h11.LocalProtocolError:  # it has its answer already
            linger = 0.0
        self.loop.call_later(linger, self.transport.close)


def _packed(conn: h11.Connection, answer: Response) -> bytes:
    """An answer as the bytes to send."""
    head = h11.Response(status_code=answer.status_code, headers=answer.raw_headers, reason=HTTPStatus(answer.status_code).phrase.encode())
    return b"".join(conn.send(event) or b"" for event in (head, h11.Data(data=bytes(answer.body)), h11.EndOfMessage()))
