"""The LangServe door at ``/video``: RemoteRunnable, playground and schemas; nothing else may import langserve."""

import asyncio
import base64
import hashlib
import json
import logging
import re
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from typing import Any

import orjson
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from langserve import CustomUserType, add_routes
from langserve.serialization import Serializer
from pydantic import BaseModel
from sse_starlette import EventSourceResponse

from api.doors import Doors, Pause
from api.events import PAUSES, EventStream, line
from api.problems import Refusal, problem_of
from api.runnable import MOST_INPUTS, CreateInput, FilmRunnable

log = logging.getLogger(__name__)

ENDPOINTS = ("invoke", "batch", "stream", "stream_log", "stream_events", "playground", "input_schema", "output_schema", "config_schema")
INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)

Answer = Callable[[Request], Coroutine[Any, Any, Response]]
Item = dict[str, Any]


class SafeSerializer(Serializer):
    """Plain JSON: whatever else turns up is named, never guessed at and never a reason to fail."""

    def dumps(self, obj: Any) -> bytes:
        """See Serializer."""
        return orjson.dumps(obj, default=_plain, option=orjson.OPT_NON_STR_KEYS)

    def loadd(self, s: Any) -> Any:
        """See Serializer."""
        return s


def _plain(odd: Any) -> Any:
    if isinstance(odd, BaseModel):
        return odd.model_dump(mode="json")
    if isinstance(odd, bytes | bytearray | memoryview):
        return {"__b64__": base64.b64encode(bytes(odd)).decode()}
    if isinstance(odd, set | frozenset):
        return sorted(odd, key=repr)
    return {"__repr__": f"{type(odd).__module__}.{type(odd).__qualname__}"}


class SentInput(CreateInput, CustomUserType):
    """The create request, which LangServe hands on as it was parsed."""


class ClearRoute(APIRoute):
    """LangServe's routes with our refusals: checked before anything is begun, and never a bare 500."""

    def get_route_handler(self) -> Answer:
        """See APIRoute."""
        answer = super().get_route_handler()

        async def clear(request: Request) -> Response:
            if request.method == "POST":
                await _check_shape(request)
            try:
                response = await answer(request)
            except RequestValidationError as failure:
                raise _refusal(failure) from failure
            if isinstance(response, EventSourceResponse):
                return await _streamed(request, response.body_iterator)
            return _with_scripts_allowed(response)

        return clear


async def _check_shape(request: Request) -> None:
    """Refuse what LangServe would stumble over."""
    try:
        body = await request.json()
    except (ValueError, RecursionError) as failure:
        raise Refusal(400, "The body is not JSON.") from failure
    if not isinstance(body, dict):
        raise Refusal(400, "The body is not a JSON object.")
    inputs = body.get("inputs")
    if isinstance(inputs, list) and len(inputs) > MOST_INPUTS:
        raise Refusal(422, f"Send at most {MOST_INPUTS} at once.", field="inputs")


def _refusal(failure: RequestValidationError) -> Refusal:
    """What the client must change, by the innermost field that it sent."""
    first = failure.errors()[0]
    if not isinstance(first, dict):
        return Refusal(422, str(first))
    names = [str(name) for name in first.get("loc", ()) if isinstance(name, str)]
    return Refusal(422, str(first["msg"]), field=names[-1] if names else "input")


async def _streamed(request: Request, items: AsyncGenerator[Item, None]) -> Response:
    """A stream that has begun; what refuses it before its first event is a refusal and no stream."""
    first = await anext(items)
    if first.get("event") == "error":
        raise await _reason(items)
    doors: Doors = request.app.state.doors
    return EventStream(doors, _lines(request, doors, first, items))


async def _lines(request: Request, doors: Doors, first: Item, items: AsyncGenerator[Item, None]) -> AsyncGenerator[str, None]:
    yield _line(first)
    async with aclosing(doors.paced(items)) as paced:
        async for item in paced:
            if item is Pause.QUIET:
                yield PAUSES[Pause.QUIET]
            elif isinstance(item, dict) and item.get("event") != "error":
                yield _line(item)
            else:
                break
