"""The doors for assistants: the Model Context Protocol at ``/mcp``, by streamable HTTP, and over stdin and stdout.

Each request over HTTP stands alone, so that any server of a database answers any; the SDK is imported when somebody first asks.
"""

import asyncio
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from api.context import ServerContext, context_of
from api.films import films_of
from api.problems import Refusal, problem
from graph.films import Films
from kiwi.access.owners import own_name
from kiwi.tasks.task import Task

if TYPE_CHECKING:
    from mcp.server.mcpserver import Context, MCPServer
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

    from api.tools import FilmsOf, Link

PATH = "/mcp"
LAST_SECONDS = 1.0
"""What those who are waiting get to be answered when the server stops."""
MOST_BYTES = 256 * 1024
"""Of a request: a film's words with room to spare."""


class Door:
    """Answers requests of the protocol; an ASGI app."""

    def __init__(self) -> None:
        self._opening: asyncio.Task[None] | None = None
        self._manager: StreamableHTTPSessionManager | None = None
        self._open = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        request = Request(scope, receive)
        context = context_of(request)
        if context.draining.is_set():
            await problem(503, "The server is about to stop.")(scope, receive, send)
            return
        if self._opening is None or self._opening.done():
            self._opening = asyncio.create_task(self._run(context))
        opened = asyncio.ensure_future(self._open.wait())
        await asyncio.wait({opened, self._opening}, return_when=asyncio.FIRST_COMPLETED)
        opened.cancel()
        if self._manager is None:
            self._opening.result()
            raise Refusal(503, "The server is about to stop.")
        await self._manager.handle_request(scope, receive, send)

    async def _run(self, context: ServerContext) -> None:
        """Keep the SDK's part open until the server stops."""
        # in a thread, because half a second of imports would hold the loop
        server = await asyncio.to_thread(_tools, lambda asked, needed: films_of(_request_of(asked), needed), _links, context)
        server.streamable_http_app(streamable_http_path=PATH, json_response=True, stateless_http=True, max_request_body_size=MOST_BYTES)
        async with server.session_manager.run():
            self._manager = server.session_manager
            self._open.set()
            await context.draining.wait()
            self._manager = None
            await asyncio.sleep(LAST_SECONDS)


def mcp_route() -> Route:
    """The route of the door; nothing is streamed without being asked for, so there is nothing to GET."""
    return Route(PATH, endpoint=Door(), methods=["POST"], include_in_schema=False)


async def talk(context: ServerContext) -> None:
    """Serve whoever started this program, over stdin and stdout, until they hang up; films belong to the machine's own owner."""
    films = context.films_of(own_name(context.settings))
    await _tools(lambda asked, needed: films, _files, context).run_stdio_async()


def _tools(films: "FilmsOf", link: "Link", context: ServerContext) -> "MCPServer":
    from api.tools import build_tools  # noqa: PLC0415 - few servers need it

    return build_tools(films, link, context)


def _request_of(asked: "Context[Any, Any]") -> Request:
    request = asked.request_context.request
    assert isinstance(request, Request)
    return request


async def _links(asked: "Context[Any, Any]", films: Films, task: Task) -> dict[str, str]:
    """Addresses below the server that was asked."""
    base = str(_request_of(asked).base_url).rstrip("/")
    result = task.result or {}
    links = {name: result.get(name) for name in ("video_url", "poster_url", "manifest_url")}
    return {name: f"{base}{path}" for name, path in links.items() if path}


async def _files(asked: "Context[Any, Any]", films: Films, task: Task) -> dict[str, str]:
    """Files on this machine."""
    return {suffix: str((await films.media(f"{task.id}.{suffix}"))[1]) for suffix in ("mp4", "srt", "vtt", "jpg")}
