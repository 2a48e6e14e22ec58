"""What all doors share: the engine, who is watching, and whether the server is about to stop."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, AnyStr, Generic, TypeVar

from starlette.requests import HTTPConnection

from api.auth import Caller
from api.messages import Packer
from api.problems import Refusal
from graph.engine import Engine
from graph.films import Films
from kiwi.access.tickets import Tickets
from kiwi.errors import DiskFull
from kiwi.settings import Settings
from kiwi.tasks.quotas import Allowance, Quotas, Scales
from kiwi.tasks.task import Task
from kiwi.work.stopping import stop

Item = TypeVar("Item")


class Pause(Enum):
    """What a stream may have to tell besides events."""

    QUIET = "nothing happened for a while"
    SHUTDOWN = "the server is about to stop"


class Ending(Enum):
    """How a stream came to its end."""

    TOLD = "everything was told"
    GONE = "the client went"
    STUCK = "the client takes nothing any more"
    SHUTDOWN = "the server is about to stop"
    REVOKED = "the client's key opens nothing any more"


async def everybody(_: Caller) -> bool:
    """Whoever is in may stay."""
    return True


@dataclass
class ServerContext:
    """The open engine as the doors see it."""

    settings: Settings
    engine: Engine
    heartbeat: float = 10.0
    """Seconds of silence after which a stream shows that it lives."""
    patience: float = 30.0
    """Seconds that a client may take nothing of what is sent; it may come back and misses nothing."""
    draining: asyncio.Event = field(default_factory=asyncio.Event)
    packer: Packer = field(default_factory=Packer)
    open_streams: Counter[str] = field(default_factory=Counter)
    work: asyncio.Task[None] | None = None
    """Makes films; None where this process only serves."""
    admits: Callable[[Caller], Awaitable[bool]] = everybody
    """Whether a caller who came in may stay."""
    _in_flight: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._scales = Scales(self.engine.data_folder)
        self.tickets = Tickets(self.engine.database)

    def films_of(self, owner: str) -> Films:
        """What an owner may see and have done."""
        return Films(self.engine, owner, Quotas(self.engine.database, self._scales, owner, Allowance.of(self.settings)))

    @property
    def working(self) -> bool:
        """Whether the server takes work and does it."""
        return not self.draining.is_set() and (self.work is None or not self.work.done())

    async def ready(self) -> bool:
        """Whether new work may be sent here: there is somebody to do it, and room on the disk."""
        with contextlib.suppress(DiskFull):
            await self.engine.check_room()
            return self.working
        return False

    @contextmanager
    def streaming(self, kind: str) -> Iterator[None]:
        """Count a stream while it is open."""
        self.open_streams[kind] += 1
        try:
            yield
        finally:
            self.open_streams[kind] -= 1

    @contextmanager
    def alone_with(self, owner: str, key: str | None) -> Iterator[None]:
        """One request at a time with an owner's idempotency key; Refusal for the others."""
        if key is None:
            yield
            return
        mine = owner, key
        if mine in self._in_flight:
            raise Refusal(409, "A request with this Idempotency-Key is being answered: try again.", headers={"Retry-After": "1"})
        self._in_flight.add(mine)
        try:
            yield
        finally:
            self._in_flight.discard(mine)

    async def paced(self, events: AsyncIterator[Item]) -> AsyncGenerator[Item | Pause, None]:
        """Events as they come; QUIET when none did for a heartbeat; SHUTDOWN, and the end, when the server is about to stop."""
        shutdown: asyncio.Task[Any] = asyncio.ensure_future(self.draining.wait())
        turn: asyncio.Task[Item | None] = asyncio.ensure_future(anext(events, None))
        try:
            while True:
                waiting: set[asyncio.Task[Any]] = {turn, shutdown}
                await asyncio.wait(waiting, timeout=self.heartbeat, return_when=asyncio.FIRST_COMPLETED)
                if turn.done():
                    if (event := turn.result()) is None:
                        return
                    yield event
                    turn = asyncio.ensure_future(anext(events, None))
                elif shutdown.done():
                    yield Pause.SHUTDOWN
                    return
                else:
                    yield Pause.QUIET
        finally:
            await stop(turn, shutdown)
            if isinstance(events, AsyncGenerator):
                await events.aclose()

    async def finished(self, task: Task, seconds: float) -> Task:
        """The task when it is over, or as it stands after so long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                async with aclosing(self.paced(self.engine.tasks.follow(task.id, task.seq))) as paced:
                    async for event in paced:
                        if event is Pause.SHUTDOWN:
                            break
        return await self.engine.tasks.get(task.id)


ENDINGS = (Ending.TOLD, Ending.GONE, Ending.SHUTDOWN, Ending.REVOKED)
ADMITTED_SECONDS = 2.0
"""How often it is looked whether whoever watches may stay."""


class Stream(Generic[AnyStr]):
    """An open stream to one client: it is told things, and shown signs of life when there is nothing to tell."""

    def __init__(
        self, context: ServerContext, kind: str, caller: Caller, send: Callable[[AnyStr], Awaitable[None]], patience: float | None = None
    ) -> None:
        self.context = context
        self.patience = patience or context.patience
        self.kind = kind
        self.caller = caller
        self._send: Callable[[AnyStr], Awaitable[None]] = send
        self._clock = asyncio.get_running_loop().time
        self._said_at = self._clock()
        self._saying_since: float | None = None

    async def say(self, message: AnyStr) -> None:
        """Send one whole message, however long the client takes to take it."""
        self._saying_since = self._clock()
        await self._send(message)
        self._said_at, self._saying_since = self._saying_since or self._clock(), None

    async def run(self, telling: Coroutine[Any, Any, None], leaving: Coroutine[Any, Any, None], sign: AnyStr, heed: bool = True) -> Ending:
        """Tell until that is done or the client leaves, takes nothing or lost its key; ``heed`` the server's stop, or let the telling."""
        with self.context.streaming(self.kind):
            ways = zip((telling, leaving, self._stop(heed), self._revoked()), ENDINGS, strict=True)
            ends = {asyncio.ensure_future(one): ending for one, ending in ways}
            try:
                while True:
                    await asyncio.wait(ends, timeout=self.context.heartbeat, return_when=asyncio.FIRST_COMPLETED)
                    for one, ending in ends.items():
                        if one.done():
                            one.result()
                            return ending
                    if not await self._lives(sign):
                        return Ending.STUCK
            finally:
                await stop(*ends)

    async def _lives(self, sign: AnyStr) -> bool:
        """Show a sign of life if nothing was said for a while; False when the client has taken nothing for too long."""
        now = self._clock()
        if self._saying_since is not None:
            return now - self._saying_since < self.patience
        if now - self._said_at >= 0.9 * self.context.heartbeat:
            try:
                async with asyncio.timeout(self.patience):
                    await self.say(sign)
            except TimeoutError:
                return False
        return True

    async def _stop(self, heed: bool) -> None:
        await (self.context.draining if heed else asyncio.Event()).wait()

    async def _revoked(self) -> None:
        while await self.context.admits(self.caller):  # noqa: ASYNC110 - another server may have revoked the key
            await asyncio.sleep(ADMITTED_SECONDS)


def context_of(connection: HTTPConnection) -> ServerContext:
    """The doors that a request came in by."""
    context = connection.app.state.context
    assert isinstance(context, ServerContext)
    return context
