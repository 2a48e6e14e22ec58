"""The program: opens the doors to what makes films. ``python server.py`` serves and works."""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from types import FrameType

import uvicorn
from fastapi import FastAPI

from api.app import attach, build_app
from api.connections import Config, Room, make_room
from api.connections import Server as CalmServer
from api.context import ServerContext
from api.guard import check_exposure, check_keys, listed, proxies_of
from api.journal import keep_journal
from api.mcp import talk
from graph.engine import Engine
from kiwi.access.owners import UNLIMITED, own_name
from kiwi.errors import SetupIncomplete
from kiwi.net.listening import listening
from kiwi.settings import Settings
from kiwi.tasks.quotas import bequeath
from opening import Hire, open_engine

__all__ = ["Engine", "Hire", "attach", "build_app", "configure", "create_app", "listening", "open_doors", "open_engine", "serve", "work"]

log = logging.getLogger("server")

LAY_DOWN_SECONDS = 5.0
"""What running films get to stop where they are."""
CLOSE_SECONDS = 2
"""What open connections get to end."""
LAST_SECONDS = 9.5
"""After a signal the process is gone by then, whatever hangs."""
MOST_SAID = 4096
"""Bytes of a WebSocket message from a client."""


@contextlib.asynccontextmanager
async def open_doors(settings: Settings, hire: Hire | None = None) -> AsyncIterator[ServerContext]:
    """An engine that works while the block runs, and what its doors share."""
    async with open_engine(settings, hire) as engine:
        context = ServerContext(settings, engine)
        context.work = asyncio.create_task(engine.work(settings.films))
        context.work.add_done_callback(_tell_end)
        try:
            yield context
        finally:
            await lay_down(context)


def _tell_end(work: asyncio.Task[None]) -> None:
    """Say why no more films are made: readiness says no more than that."""
    if not work.cancelled() and (failure := work.exception()) is not None:
        log.error("the worker broke down", exc_info=failure)


async def lay_down(context: ServerContext) -> None:
    """Tell the open streams, take no more work, and leave running films to the next worker."""
    context.draining.set()
    if context.work is not None:
        context.work.cancel()
        await asyncio.wait({context.work}, timeout=LAY_DOWN_SECONDS)


def create_app(settings: Settings | None = None, hire: Hire | None = None) -> FastAPI:
    """The app for any ASGI host; engine and worker live as long as its lifespan."""
    chosen = settings or Settings()

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_doors(chosen, hire) as context:
            await take_in(app, context)
            yield

    return build_app(chosen, lifespan)


class Server(CalmServer):
    """A server that drains on the first signal and is gone at the second."""

    def __init__(self, config: uvicorn.Config, context: ServerContext) -> None:
        super().__init__(config)
        self.context = context
        self.loop = asyncio.get_running_loop()
        self.stopping: asyncio.Task[None] | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Called by the signal."""
        if self.context.draining.is_set():
            os._exit(128 + sig)
        self.context.draining.set()
        self.loop.call_soon_threadsafe(self._stop)

    def _stop(self) -> None:
        # set again on the loop, which a signal does not wake by itself
        self.context.draining.set()
        self.loop.call_later(LAST_SECONDS, os._exit, 1)
        self.stopping = asyncio.ensure_future(self._lay_down())

    async def _lay_down(self) -> None:
        log.info("stopping: streams are told, films are left to the next worker")
        await lay_down(self.context)
        self.should_exit = True


async def serve(settings: Settings, host: str, port: int, hire: Hire | None = None) -> None:
    """Serve and work until a signal; SetupIncomplete when this address may not or cannot be served on."""
    check_keys(settings)
    await check_exposure(settings, host)
    _keep_journal(settings)
    with listening(host, port) as listener:
        async with open_doors(settings, hire) as context:

            @contextlib.asynccontextmanager
            async def lifespan(app: FastAPI) -> AsyncIterator[None]:
                await take_in(app, context)
                yield

            address, own_port = listener.getsockname()[:2]
            log.info("serving on http://%s:%d", f"[{address}]" if ":" in address else address, own_port)
            # else a full collection goes through all that was imported, and holds the loop for a tenth of a second
            gc.collect()
            gc.freeze()
            room = make_room(settings.connections, settings.connections_each, settings.hands, settings.films)
            await Server(configure(build_app(settings, lifespan), room, proxies_of(settings)), context).serve([listener])


async def take_in(app: FastAPI, context: ServerContext) -> None:
    """Attach what is behind an app's doors; what was made at this machine belongs from now on to whoever its own owner is."""
    attach(app, context)
    await app.state.keyring.look()
    heir = own_name(context.settings)
    for former in UNLIMITED:
        if former != heir:
            await bequeath(context.engine.database, former, heir)


def configure(app: FastAPI, room: Room, proxies: Sequence[str] = ()) -> uvicorn.Config:
    """How an app is served, and to how many at once; of a client's address, only these proxies are believed."""
    return Config(
        app,
        room,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        timeout_keep_alive=65,  # longer than the pools of clients, which must not find a line that was just hung up
        timeout_graceful_shutdown=CLOSE_SECONDS,
        ws_max_size=MOST_SAID,
    )


async def work(settings: Settings, hire: Hire | None = None) -> None:
    """Make films for the servers of the same database until a signal; SetupIncomplete."""
    _keep_journal(settings)
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def on_signal(number: int) -> None:
        if stop.is_set():
            os._exit(128 + number)
        stop.set()
        loop.call_later(LAST_SECONDS, os._exit, 1)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal, number)
    async with open_doors(settings, hire) as context:
        log.info("working")
        ends = {asyncio.ensure_future(stop.wait()), *([context.work] if context.work else [])}
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)


async def serve_mcp(settings: Settings, hire: Hire | None = None) -> None:
    """Be the tools of the assistant that started this program, and make its films, until it hangs up; SetupIncomplete."""
    _keep_journal(settings)
    async with open_doors(settings, hire) as context:
        await talk(context)


def _keep_journal(settings: Settings) -> None:
    keep_journal([*listed(settings.api_keys.get_secret_value()), settings.database_url, *settings.keys])


def main() -> None:
    """The entry point of ``python server.py``."""
    try:
        settings = Settings()
        asyncio.run(serve(settings, settings.host, settings.port))
    except SetupIncomplete as failure:
        sys.stderr.write(f"error: {failure}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
