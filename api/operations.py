"""What an operator asks: does it live, is it ready, what are the figures; and the API's page, which works offline."""

import asyncio
from collections.abc import Iterator
from importlib.resources import files

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, Histogram, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector
from starlette.responses import FileResponse, HTMLResponse, JSONResponse

from api.auth import Keyring, needs
from api.context import ServerContext
from api.page import SERVICE
from api.problems import Refusal, problem
from api.rest import Context
from graph.engine import Engine
from graph.queue import Queue
from kiwi.access.scopes import Scope
from kiwi.errors import DiskFull
from kiwi.storage.disk import free_bytes
from kiwi.tasks.task import ENDS, Status

STAGE_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180, 600)
ASSETS = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}

DOCS = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{SERVICE} API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="docs/swagger-ui.css"><link rel="icon" href="data:,"></head>
<body><div id="api"></div><script src="docs/swagger-ui-bundle.js"></script><script src="docs/start.js"></script></body></html>
"""
START = 'SwaggerUIBundle({url: "openapi.json", dom_id: "#api", deepLinking: true, presets: [SwaggerUIBundle.presets.apis]});\n'

router = APIRouter(tags=["operations"])
pages = APIRouter(include_in_schema=False)


class QueueFigures(Collector):
    """What the queue of this process has counted."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue

    def collect(self) -> Iterator[Metric]:
        films = CounterMetricFamily("kiwi_films", "Films that came to their end in this process.", labels=["status"])
        for status in ENDS:
            films.add_metric([status.value], self.queue.ended[status])
        yield films
        yield CounterMetricFamily("kiwi_films_put_back", "Films left behind by a worker and queued again.", value=self.queue.put_back)


class Meters:
    """What is looked up when the figures are asked for."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self.tasks = Gauge("kiwi_tasks", "Tasks by status.", ["status"], registry=registry)
        self.films = Gauge("kiwi_films_running", "Films being made by this process.", registry=registry)
        self.streams = Gauge("kiwi_open_streams", "Open streams.", ["kind"], registry=registry)
        self.free = Gauge("kiwi_disk_free_bytes", "Free where the films lie.", registry=registry)
        self.ready = Gauge("kiwi_ready", "1 while new work is taken.", registry=registry)
        self.stages = Histogram(
            "kiwi_stage_duration_seconds", "What the stages of a film took.", ["node"], registry=registry, buckets=STAGE_SECONDS
        )

    def watch(self, engine: Engine) -> None:
        """Begin to count what an engine does."""
        self.registry.register(QueueFigures(engine.queue))
        engine.worker.observe = lambda node, seconds: self.stages.labels(node).observe(seconds)

    async def read(self, context: ServerContext) -> bytes:
        """The figures in Prometheus' own format."""
        for status in Status:
            self.tasks.labels(status.value).set(await context.engine.tasks.count(status))
        self.films.set(context.engine.queue.running)
        for kind in ("sse", "websocket"):
            self.streams.labels(kind).set(context.open_streams[kind])
        self.free.set(await asyncio.to_thread(free_bytes, context.engine.data_folder))
        self.ready.set(int(await context.ready()))
        return generate_latest(self.registry)


@router.get("/api/health")
async def health(request: Request, context: Context) -> Response:
    """The process lives; what is configured, never a key."""
    settings = context.settings
    configured = {
        "database": "by KIWI_DATABASE_URL" if settings.database_url else "embedded",
        "crew": "embedded",
        "providers": context.engine.producer.names(),
        "films_at_once": settings.films,
        "queue": settings.queue,
        "keys": _keyring(request).locks,
    }
    return JSONResponse({"status": "healthy", "service": SERVICE, "version": request.app.version, "configured": configured})


@router.get("/readyz")
async def ready(context: Context) -> Response:
    """200 while new work is taken; 503 while the server drains, its disk has no room or its database is away."""
    if not context.working:
        return problem(503, "The server is about to stop." if context.draining.is_set() else "The worker has stopped.")
    try:
        await context.engine.check_room()
    except DiskFull as full:
        return problem(503, str(full), headers={"Retry-After": "60"})
    async with context.engine.database.pool.connection() as connection:
        await connection.execute("select 1")
    return JSONResponse({"status": "ready"})


@router.get("/metrics", dependencies=[Depends(needs(Scope.METRICS))])
async def metrics(request: Request, context: Context) -> Response:
    """Figures for Prometheus."""
    meters: Meters = request.app.state.meters
    return Response(await meters.read(context), headers={"Content-Type": CONTENT_TYPE_LATEST})


@pages.get("/docs")
async def docs() -> Response:
    """The API, to be read and tried."""
    return HTMLResponse(DOCS)


@pages.get("/docs/{name}")
async def docs_asset(name: str) -> Response:
    """What the page consists of, from an installed package."""
    if name == "start.js":
        return Response(START, media_type="text/javascript")
    if name not in ASSETS:
        raise Refusal(404, "There is no such page.")
    return FileResponse(str(files("fastapi_offline") / "static" / name), media_type=ASSETS[name])


def _keyring(request: Request) -> Keyring:
    keyring = request.app.state.keyring
    assert isinstance(keyring, Keyring)
    return keyring
