"""Problems: every error a client sees is application/problem+json (RFC 9457) with a string ``detail``."""

import json
import logging
import re
import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from kiwi import errors
from kiwi.storage.assets import disk_is_full

log = logging.getLogger(__name__)

LONGEST_DETAIL = 400

STATUS_OF: dict[type[errors.KiwiError], int] = {
    errors.BadBrief: 422,
    errors.KeyReused: 422,
    errors.NoSuchTask: 404,
    errors.NoSuchPurchase: 404,
    errors.NoSuchScene: 404,
    errors.NoSuchConversation: 404,
    errors.NoSuchDelivery: 404,
    errors.BadWebhook: 422,
    errors.ConversationFull: 409,
    errors.TaskBusy: 409,
    errors.TaskOver: 409,
    errors.StaleAttempt: 409,
    errors.QueueFull: 429,
    errors.TooManyFilms: 429,
    errors.OverLimit: 402,
    errors.DiskFull: 507,
    errors.SetupIncomplete: 503,
    errors.ProviderBusy: 503,
    errors.ProviderRefused: 422,
    errors.ProviderError: 502,
    errors.RenderError: 500,
}

AWAY = "The database is away for a moment: try again."

RETRY_SECONDS = {429: "10", 503: "2", 507: "60"}


class Refusal(HTTPException):
    """A request that is not done; ``field`` names what the client must change."""

    def __init__(self, status: int, detail: str, *, field: str = "", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, f"{field}: {detail}" if field else detail, dict(headers or {}))
        self.field = field


def problem(status: int, detail: str, *, code: str = "", headers: Mapping[str, str] | None = None, **more: Any) -> Response:
    """A problem as a response; more members may be added."""
    title = HTTPStatus(status).phrase
    shown = {"type": "about:blank", "title": title, "status": status, "code": code or _snake(title), "detail": detail[:LONGEST_DETAIL]}
    retry = {"Retry-After": RETRY_SECONDS[status]} if status in RETRY_SECONDS else {}
    body = json.dumps({**shown, **{name: value for name, value in more.items() if value}})  # ASCII: a detail may quote half a character
    return Response(body, status, {**retry, "Cache-Control": "no-store", **(headers or {})}, media_type="application/problem+json")


def problem_of(request: Request, failure: Exception) -> Response:
    """The problem that a known failure is to the client."""
    request_id = request_id_of(request.scope)
    if isinstance(failure, errors.KiwiError):
        status = next(STATUS_OF[kind] for kind in type(failure).__mro__ if kind in STATUS_OF)
        limit = failure.limit if isinstance(failure, errors.OverLimit) else ""
        field = "webhook_url" if isinstance(failure, errors.BadWebhook) else ""
        revision = failure.revision if isinstance(failure, errors.StaleRevision) else 0
        more: dict[str, Any] = {"limit": limit, "field": field, "revision": revision}
        return problem(status, str(failure), code=_snake(type(failure).__name__), request_id=request_id, **more)
    if isinstance(failure, HTTPException):
        field = failure.field if isinstance(failure, Refusal) else ""
        return problem(failure.status_code, str(failure.detail), headers=failure.headers, field=field, request_id=request_id)
    if isinstance(failure, RequestValidationError):
        first = failure.errors()[0]
        field = str(first["loc"][-1])
        return problem(422, f"{field}: {first['msg']}", field=field, request_id=request_id)
    if isinstance(failure, psycopg.OperationalError):
        return problem(503, AWAY, request_id=request_id)
    if isinstance(failure, OSError) and disk_is_full(failure):
        log.error("the disk is full")
        return problem(507, "The server's disk is full: its operator must free some space.", request_id=request_id)
    return unknown(request, failure)


def unknown(request: Request, _: Exception) -> Response:
    """Something broke: the client gets an incident, the log has the rest."""
    incident = uuid.uuid4().hex[:12]
    log.error("incident %s", incident)
    detail = f"Something went wrong inside KIWI-Video; the operator finds it in the log as incident {incident}."
    # the server hangs up after a crash; saying so keeps a client's pool from using the connection again
    return problem(500, detail, headers={"Connection": "close"}, incident=incident, request_id=request_id_of(request.scope))


def gone(request: Request, _: Exception) -> Response:
    """Whoever asked has left before all was said: nobody reads this, and nothing is wrong here."""
    return problem(400, "The request was broken off.", request_id=request_id_of(request.scope))


def request_id_of(scope: Mapping[str, Any]) -> str:
    """The id under which the log knows a request."""
    return str(scope.get("state", {}).get("request_id", ""))


def add_problems(app: FastAPI) -> None:
    """Have an app answer every failure as a problem."""
    for kind in (errors.KiwiError, HTTPException, RequestValidationError, psycopg.OperationalError, OSError):
        app.add_exception_handler(kind, problem_of)
    app.add_exception_handler(ClientDisconnect, gone)
    app.add_exception_handler(Exception, unknown)


def _snake(words: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[^A-Za-z]+", "_", words).lower()
