"""The app of ``langgraph dev``: our doors beside LangGraph's own API, on one port; langgraph.json names it."""

import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from server import create_app

OURS = ("/api/{path:path}", "/video/{path:path}")
"""What our doors answer there; everything else is LangGraph's."""
OUR_SOCKETS = ("/ws/{path:path}",)


def beside_langgraph(doors: FastAPI) -> Starlette:
    """An app that hands our paths to our doors as they are, whose guards then stand before nothing else."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with doors.router.lifespan_context(doors):
            yield

    routes = [*(Route(path, doors, include_in_schema=False) for path in OURS), *(WebSocketRoute(path, doors) for path in OUR_SOCKETS)]
    return Starlette(routes=routes, lifespan=lifespan)


app = beside_langgraph(create_app())
