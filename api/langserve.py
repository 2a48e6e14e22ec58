"""The LangServe door at ``/video``: RemoteRunnable, playground and schemas; nothing else may import langserve."""

import asyncio
import base64
import hashlib
import json
import logging
import re
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import aclosing
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import langserve
import orjson
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from langserve import CustomUserType, add_routes
from langserve.serialization import Serializer
from pydantic import BaseModel, ValidationError
from sse_starlette import EventSourceResponse
from starlette.exceptions import HTTPException

from api.auth import caller_of
from api.bodies import check_elements, parse_json
from api.context import context_of
from api.events import EventStream, line
from api.films import films_of
from api.journal import SECURITY_HEADERS
from api.problems import Refusal, problem_of
from api.runnable import MOST_INPUTS, CreateInput, FilmRunnable
from graph.films import Films
from kiwi.access.scopes import Scope
from kiwi.errors import KiwiError

log = logging.getLogger(__name__)

# no config_hashes: a short path can unpack to more than the memory holds
ENDPOINTS: tuple[Any, ...] = (
    "invoke",
    "batch",
    "stream",
    "stream_log",
    "stream_events",
    "playground",
    "input_schema",
    "output_schema",
    "config_schema",
)
ASKING: ContextVar[Films] = ContextVar("asking")
"""The films of whoever asks: a runnable is told nothing of its request, and nothing in a config that a client sends may say it."""
DIST = Path(langserve.__file__).parent / "playground" / "dist"
PAGES = {"", *(file.relative_to(DIST).as_posix() for file in DIST.rglob("*") if file.is_file())}
"""What the playground consists of; LangServe would try to open whatever it is asked for."""
LOG = "/stream_log"
"""What the playground reads."""
INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)

Answer = Callable[[Request], Coroutine[Any, Any, Response]]
Item = dict[str, Any]


class SafeSerializer(Serializer):
    """Plain JSON: whatever else turns up is named, never guessed at and never a reason to fail."""

    def dumps(self, obj: Any) -> bytes:
        return orjson.dumps(obj, default=_plain, option=orjson.OPT_NON_STR_KEYS)

    def loadd(self, s: Any) -> Any:
        return s


def _plain(odd: Any) -> Any:
    if isinstance(odd, BaseModel):
        return odd.model_dump(mode="json")
    if isinstance(odd, bytes | bytearray | memoryview):
        return {"__b64__": base64.b64encode(bytes(odd)).decode()}
    if isinstance(odd, set | frozenset):
        return sorted(odd, key=repr)
    return {"__repr__": f"{type(odd).__module__}.{type(odd).__qualname__}"}


class Brief(CreateInput, CustomUserType):
    """What film you want: words, a recording or both, and wishes that beat what the words say."""


class ClearRoute(APIRoute):
    """LangServe's routes with our refusals: checked before anything is begun, and never a bare 500."""

    def get_route_handler(self) -> Answer:
        answer = super().get_route_handler()

        async def clear(request: Request) -> Response:
            try:
                return await checked(request)
            except (HTTPException, RequestValidationError, KiwiError) as failure:
                if not _is_watched_by_a_page(request):
                    raise
                return _Stream(context_of(request), caller_of(request), _alone(_error(request, failure)))

        async def checked(request: Request) -> Response:
            if request.method == "POST":
                ASKING.set(films_of(request, Scope.CREATE))
                await _check_shape(request)
            elif request.path_params.get("file_path", "") not in PAGES:
                raise Refusal(404, "There is no such page.")
            try:
                response = await answer(request)
            except RequestValidationError as failure:
                raise _refusal(failure.errors()) from failure
            except ValidationError as failure:  # LangServe does not expect it of a batch's inputs
                if failure.title != Brief.__name__:
                    raise
                raise _refusal(failure.errors()) from failure
            if isinstance(response, EventSourceResponse):
                items: Any = response.body_iterator
                return await _streamed(request, items)
            return _with_scripts_allowed(response)

        return clear


async def _check_shape(request: Request) -> None:
    """Refuse what LangServe would stumble over."""
    request._json = body = await parse_json(request)  # LangServe asks for it again
    if not isinstance(body, dict):
        raise Refusal(400, "The body is not a JSON object.")
    batch = request.url.path.endswith("/batch")
    inputs, config = body.get("inputs", []), body.get("config", {})
    if batch and not isinstance(inputs, list):
        raise Refusal(422, "Send a list.", field="inputs")
    if batch and len(inputs) > MOST_INPUTS:
        raise Refusal(422, f"Send at most {MOST_INPUTS} at once.", field="inputs")
    if not isinstance(config, dict | list if batch else dict):
        raise Refusal(422, "Send an object, or leave it out.", field="config")
    check_elements(body)


def _refusal(errors: Sequence[Any]) -> Refusal:
    """What the client must change, by the innermost field that it sent."""
    first = errors[0]
    if not isinstance(first, dict):
        return Refusal(422, str(first))
    names = [str(name) for name in first.get("loc", ()) if isinstance(name, str)]
    return Refusal(422, str(first["msg"]), field=names[-1] if names else "input")


def _is_watched_by_a_page(request: Request) -> bool:
    """Whether the playground asks: its page shows what a stream tells, and nothing at all of another answer."""
    return request.url.path.endswith(LOG) and "text/event-stream" in request.headers.get("accept", "")


async def _alone(text: str) -> AsyncGenerator[str, None]:
    yield text


async def _streamed(request: Request, items: AsyncGenerator[Item, None]) -> Response:
    """A stream that has begun; what refuses it before its first event is a refusal and no stream."""
    first = await anext(items)
    if first.get("event") == "error":
        raise await _reason(items)
    return _Stream(context_of(request), caller_of(request), _lines(request, first, items))


async def _lines(request: Request, first: Item, items: AsyncGenerator[Item, None]) -> AsyncGenerator[str, None]:
    yield _line(first)
    async with aclosing(items):
        async for item in items:
            if item["event"] == "error":
                yield _error(request, await _reason(items))
                return
            yield _line(item)


def _line(item: Item) -> str:
    return line(str(item.get("data", "")), event=str(item["event"]))


async def _reason(items: AsyncGenerator[Item, None]) -> Exception:
    """Why LangServe gave a stream up: it says a bare 500, then raises what it was."""
    turn = asyncio.ensure_future(anext(items, None))
    await asyncio.wait({turn})
    failure = turn.exception()
    return failure if isinstance(failure, Exception) else RuntimeError("LangServe ended a stream and did not say why")


def _error(request: Request, failure: Exception) -> str:
    """The failure as RemoteRunnable reads it; before it, as the playground shows it, which knows no event but data."""
    said = json.loads(bytes(problem_of(request, failure).body))
    if said["status"] == 500 and not isinstance(failure, HTTPException):
        log.error("a stream broke off, incident %s", said.get("incident", ""), exc_info=failure)
    state: Item = {"id": "", "streamed_output": [{"error": said["detail"]}], "final_output": None, "logs": {}}
    shown = {"ops": [{"op": "replace", "path": "", "value": state}]}
    before = line(json.dumps(shown), event="data") if request.url.path.endswith(LOG) else ""
    return before + line(json.dumps({"status_code": said["status"], "message": said["detail"]}), event="error")


def _with_scripts_allowed(response: Response) -> Response:
    """The playground's page holds a script, let in by its digest, and checks its form with code made from the schema."""
    if str(response.headers.get("content-type", "")).startswith("text/html"):
        digests = [base64.b64encode(hashlib.sha256(script).digest()).decode() for script in INLINE_SCRIPT.findall(bytes(response.body))]
        allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
        response.headers["Content-Security-Policy"] = (
            f"{SECURITY_HEADERS['Content-Security-Policy']}; script-src 'self' 'unsafe-eval' {allowed}"
        )
    return response


class _Stream(EventStream):
    """LangServe's clients take a pause to be an event of an unknown kind."""

    greeting = farewell = ""


def langserve_router(app: FastAPI) -> APIRouter:
    """LangServe's routes for the app that will have an engine behind its doors."""
    router = APIRouter(route_class=ClearRoute, tags=["langserve"])
    add_routes(
        router,
        FilmRunnable(lambda: app.state.context, ASKING.get),
        path="/video",
        input_type=Brief,
        enabled_endpoints=ENDPOINTS,
        serializer=SafeSerializer(),
    )
    return router
