"""The door of server-sent events: one task or many, resumed where a client was cut off."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sse_starlette import ServerSentEvent

from api import messages
from api.answers import NO_STORE, OpenAnswer, Say
from api.auth import Caller, caller_of
from api.context import Ending, Pause, ServerContext
from api.films import MayRead
from api.problems import Refusal
from api.rest import ID, Context, TaskId
from kiwi.errors import NoSuchTask
from kiwi.tasks.task import Task

RETRY_MILLISECONDS = 1000
MOST_IDS = 50

router = APIRouter(prefix="/api/video", tags=["events"])


@router.get("/events/{task_id}", response_class=Response)
async def events(
    request: Request, task_id: TaskId, context: Context, films: MayRead, after: Annotated[str | None, Query()] = None
) -> Response:
    """A task's events as they happen, until it is over. 204 tells a client that has seen the end to stay away."""
    known = request.headers.get("last-event-id", after)
    task = await films.get(task_id)
    start = None if known is None else _number(known)
    if start is not None and task.over and start >= task.seq:
        return Response(status_code=204, headers=NO_STORE)
    return EventStream(context, caller_of(request), _one(context, task, start))


@router.get("/events", response_class=Response)
async def events_of_many(
    request: Request,
    context: Context,
    films: MayRead,
    ids: Annotated[str, Query(max_length=65 * MOST_IDS)],
    after: Annotated[str | None, Query()] = None,
) -> Response:
    """The events of several tasks, ``?ids=a,b``, in one stream; an ``id:`` is ``a:12,b:7`` and resumes all of them."""
    names = list(dict.fromkeys(name for name in ids.split(",") if name))
    if not 1 <= len(names) <= MOST_IDS or not all(ID.fullmatch(name) for name in names):
        raise Refusal(422, f"Send 1 to {MOST_IDS} task ids, separated by commas.", field="ids")
    known = _positions(request.headers.get("last-event-id", after))
    found: dict[str, Task] = {}
    for name in names:
        try:
            found[name] = await films.get(name)
        except NoSuchTask:
            continue
    if not found:
        raise Refusal(404, "There is none of these tasks.")
    if all(task.over and known.get(name, -1) >= task.seq for name, task in found.items()):
        return Response(status_code=204, headers=NO_STORE)
    return EventStream(context, caller_of(request), _many(context, names, found, known))


async def _one(context: ServerContext, task: Task, after: int | None) -> AsyncGenerator[str, None]:
    position = messages.position_of(task, after)
    yield line(messages.connected(task, position), str(position))
    try:
        async for event in context.engine.tasks.follow(task.id, position):
            yield line(context.packer.event(event), str(event.seq))
    except NoSuchTask:
        yield line(messages.not_found(task.id))


async def _many(context: ServerContext, names: list[str], found: Mapping[str, Task], known: Mapping[str, int]) -> AsyncGenerator[str, None]:
    positions = {name: messages.position_of(task, known.get(name)) for name, task in found.items()}
    for name in names:
        if name in found:
            yield line(messages.connected(found[name], positions[name]), _vector(positions))
        else:
            yield line(messages.not_found(name))
    async for event in context.engine.tasks.follow_many(dict(positions)):
        positions[event.task_id] = event.seq
        yield line(context.packer.event(event), _vector(positions))


def line(message: str, number: str = "", event: str = "") -> str:
    """One server-sent event."""
    return ServerSentEvent(message, event=event or None, id=number or None, sep="\n").encode().decode()


PAUSES = {
    Pause.QUIET: ": still here\n\n",
    Pause.SHUTDOWN: line(messages.packed({"type": "server_shutdown"}), event="server_shutdown"),
}


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Refusal(422, "Send the number of an event.", field="after")
    return int(text)


def _positions(text: str | None) -> dict[str, int]:
    if not text:
        return {}
    pairs = [pair.rpartition(":") for pair in text.split(",")]
    return {name: _number(number) for name, _, number in pairs}


def _vector(positions: Mapping[str, int]) -> str:
    return ",".join(f"{name}:{seq}" for name, seq in positions.items())


class EventStream(OpenAnswer):
    """Events, and signs of life in between."""

    kind = "sse"
    media_type = "text/event-stream"
    greeting = f"retry: {RETRY_MILLISECONDS}\n\n"
    farewell = PAUSES[Pause.SHUTDOWN]
    """The last words when the server stops; empty: the stream itself tells and ends."""

    def __init__(self, context: ServerContext, caller: Caller, stream: AsyncGenerator[str, None]) -> None:
        super().__init__(context, caller, _encoded(stream), self.greeting.encode(), PAUSES[Pause.QUIET].encode())

    async def end(self, ending: Ending, say: Say) -> bool:
        """Say goodbye when the server stops."""
        if ending is Ending.SHUTDOWN:
            await say(self.farewell.encode())
        return ending in {Ending.TOLD, Ending.SHUTDOWN}

    @property
    def heeds(self) -> bool:
        return bool(self.farewell)


async def _encoded(stream: AsyncGenerator[str, None]) -> AsyncGenerator[bytes, None]:
    async with aclosing(stream):
        async for text in stream:
            yield text.encode()
