"""The app of ``langgraph dev``: our doors beside LangGraph's own API, on one port; langgraph.json names it."""

import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Receive, Scope, Send

from graph.thread_files import path_in_thread
from kiwi.settings import Settings
from server import create_app

OURS = ("/api/{path:path}", "/video/{path:path}")
"""What our doors answer there; everything else is LangGraph's."""
OUR_SOCKETS = ("/ws/{path:path}",)
FILE = "/api/video/file/{name}"


class ThreadFiles:
    """The finished film of a LangGraph thread, under the address in its state; what no thread has is left to our doors."""

    def __init__(self, doors: FastAPI) -> None:
        self.doors = doors
        self.data_folder = Settings().data_folder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = await path_in_thread(self.data_folder, Request(scope).path_params["name"]) if scope["method"] in {"GET", "HEAD"} else None
        await (self.doors if path is None else FileResponse(path))(scope, receive, send)


def beside_langgraph(doors: FastAPI) -> Starlette:
    """An app that hands our paths to our doors as they are, whose guards then stand before nothing else."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with doors.router.lifespan_context(doors):
            yield

    routes: list[BaseRoute] = [Route(FILE, ThreadFiles(doors), include_in_schema=False)]
    routes += [Route(path, doors, include_in_schema=False) for path in OURS]
    routes += [WebSocketRoute(path, doors) for path in OUR_SOCKETS]
    return Starlette(routes=routes, lifespan=lifespan)


app = beside_langgraph(create_app())
