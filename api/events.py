"""The door of server-sent events: one task or many, resumed where a client was cut off."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sse_starlette import ServerSentEvent
from starlette.types import Receive, Scope, Send

from api import messages
from api.auth import Caller, caller_of
from api.context import Ending, Pause, ServerContext, Stream
from api.films import MayRead
from api.problems import Refusal
from api.rest import ID, Context, TaskId
from kiwi.errors import NoSuchTask
from kiwi.tasks.task import Task

RETRY_MILLISECONDS = 1000
MOST_IDS = 50
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

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
        return Response(status_code=204, headers=HEADERS)
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
        return Response(status_code=204, headers=HEADERS)
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


class EventStream(Response):
    """Sends a stream, and signs of life in between, until it ends, its client goes or takes nothing any more, or the server stops."""

    media_type = "text/event-stream"
    greeting = f"retry: {RETRY_MILLISECONDS}\n\n"
    farewell = PAUSES[Pause.SHUTDOWN]
    """The last words when the server stops; empty: the stream itself tells and ends."""

    def __init__(self, context: ServerContext, caller: Caller, stream: AsyncGenerator[str, None]) -> None:
        super().__init__(headers=HEADERS)
        del self.headers["content-length"]
        self.context = context
        self.caller = caller
        self.stream = stream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:

        async def say(text: str) -> None:
            await send({"type": "http.response.body", "body": text.encode(), "more_body": True})

        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        line_to_client = Stream(self.context, "sse", self.caller, say)
        ending = await line_to_client.run(self._tell(line_to_client), _gone(receive), PAUSES[Pause.QUIET], heed=bool(self.farewell))
        if ending is Ending.SHUTDOWN:
            await say(self.farewell)
        if ending in {Ending.TOLD, Ending.SHUTDOWN}:  # else the answer stays unfinished, which makes the server hang up
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _tell(self, to: Stream) -> None:
        async with aclosing(self.stream) as stream:
            if self.greeting:
                await to.say(self.greeting)
            async for part in stream:
                await to.say(part)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
