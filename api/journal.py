"""The journal: JSON log lines that name their request and task and never a secret, and what is measured of every request."""

import logging
import re
import secrets
import sys
import time
from collections.abc import Iterable
from typing import TextIO

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kiwi.net.redaction import RedactingFilter, Redaction

log = structlog.stdlib.get_logger("api")

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
QUIET_PATHS = {"/api/health", "/readyz", "/metrics"}
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
}
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)


class Hide(Redaction):
    """Takes secrets out of a line that is about to be logged."""

    def __call__(self, logger: object, method: str, line: str) -> str:
        """The last of structlog's processors: the written line, without secrets."""
        return self.clean(line)


def keep_journal(known_secrets: Iterable[str], to: TextIO = sys.stderr, level: int = logging.INFO) -> None:
    """Have the whole program log JSON lines."""
    known_secrets = list(known_secrets)
    stamped: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*stamped, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=stamped,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
            Hide(known_secrets),  # type: ignore[list-item]  # the type knows no processor after the renderer
        ],
    )
    handler = logging.StreamHandler(to)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for loud in ("httpx", "procrastinate", "uvicorn.access", "langgraph", "faster_whisper", "google_genai"):
        logging.getLogger(loud).setLevel(logging.WARNING)
    # httpx logs whole addresses, and some providers take their key there: whoever listens to it shall not learn it
    httpx = logging.getLogger("httpx")
    for earlier in [kept for kept in httpx.filters if isinstance(kept, RedactingFilter)]:
        httpx.removeFilter(earlier)
    httpx.addFilter(RedactingFilter(known_secrets))


class RequestMeters:
    """What is counted of requests."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.requests = Counter("kiwi_http_requests_total", "Requests answered.", ["method", "route", "status"], registry=registry)
        self.seconds = Histogram(
            "kiwi_http_request_duration_seconds", "Time until an answer began.", ["route"], registry=registry, buckets=SECONDS
        )


class Journal:
    """Gives each request an id that is sent back and stands on each of its log lines; measures; adds the security headers."""

    def __init__(self, app: ASGIApp, meters: RequestMeters) -> None:
        self.app = app
        self.meters = meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        sent = Headers(scope=scope).get("x-request-id", "")
        request_id = sent if REQUEST_ID.fullmatch(sent) else secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        began = time.perf_counter()

        async def signed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                self._note(scope, message["status"], time.perf_counter() - began)
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            await self.app(scope, receive, signed)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "none")
        self.meters.requests.labels(scope["method"], route, str(status)).inc()
        self.meters.seconds.labels(route).observe(seconds)
        if scope["path"] not in QUIET_PATHS or status >= 400:
            about = {name: scope["path_params"][name] for name in ("task_id",) if name in scope.get("path_params", {})}
            log.info("answered", method=scope["method"], path=scope["path"], status=status, seconds=round(seconds, 4), **about)
