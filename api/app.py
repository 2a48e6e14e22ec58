"""The app: all doors on one frame, in the order in which a request passes them."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.middleware.cors import CORSMiddleware

from api import conversation, events, files, langserve, operations, page, preview, rest, session, socket, tickets, webhooks
from api.auth import Keyring
from api.context import ServerContext
from api.guard import Guard, listed
from api.journal import Journal, RequestMeters
from api.limits import BodyLimit
from api.mcp import mcp_route
from api.openapi import describe, operation_id
from api.problems import add_problems
from kiwi.access.keys import Keys
from kiwi.access.sessions import Sessions
from kiwi.settings import Settings

SENT = ["Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID", "Prefer", "Range", "If-Range", "X-API-Key", "X-Request-ID"]
EXPOSED = [
    "Content-Disposition",
    "Content-Range",
    "ETag",
    "Idempotent-Replayed",
    "Link",
    "Location",
    "Preference-Applied",
    "Retry-After",
    "X-Request-ID",
]


def build_app(settings: Settings, lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]]) -> FastAPI:
    """The app around what the lifespan opens and attaches."""
    app = FastAPI(
        title=page.SERVICE,
        summary="Say what film you want and get it.",
        version=version("kiwi-video"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=operation_id,
    )
    app.state.keyring = keyring = Keyring(listed(settings.api_keys.get_secret_value()))
    registry = CollectorRegistry()
    app.state.meters = operations.Meters(registry)
    films = (rest.router, files.router, preview.router, events.router, tickets.router, socket.router, conversation.router, webhooks.router)
    for door in (*films, operations.router, operations.pages, page.router, session.router):
        app.include_router(door)
    app.router.routes.append(mcp_route())
    app.include_router(langserve.langserve_router(app))
    add_problems(app)
    describe(app)
    # the last one added is the first to see a request
    app.add_middleware(BodyLimit, most=settings.upload_mb * 2**20)
    app.add_middleware(Guard, settings=settings, keyring=keyring)
    app.add_middleware(CORSMiddleware, **_cors(settings))
    app.add_middleware(Journal, meters=RequestMeters(registry))
    return app


def attach(app: FastAPI, context: ServerContext) -> None:
    """Give an app the engine behind its doors."""
    app.state.context = context
    app.state.keyring.attach(Keys(context.engine.database), Sessions(context.engine.database))
    context.admits = app.state.keyring.holds
    app.state.meters.watch(context.engine)


def _cors(settings: Settings) -> dict[str, Any]:
    return {
        "allow_origins": listed(settings.origins),
        "allow_methods": ["GET", "HEAD", "POST", "DELETE"],
        "allow_headers": SENT,
        "expose_headers": EXPOSED,
        "max_age": 600,
    }
