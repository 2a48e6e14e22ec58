"""The WebSocket door: flat messages, text ping and pong, resumed by ``?after=``."""

import asyncio
import contextlib
import time
from functools import partial

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from api import messages
from api.auth import caller_of
from api.context import Ending, Stream, context_of
from api.films import MayRead
from api.rest import ID
from graph.films import Films
from kiwi.errors import NoSuchTask

DONE, BAD_REQUEST, RESTART, NOT_FOUND, TOO_MUCH, NOT_ALLOWED, TOO_LONG, TOO_SLOW = 1000, 4400, 1012, 4404, 1008, 1008, 1009, 1013
MOST_MESSAGES, PER_SECONDS = 50, 5.0
"""What a client may say; more is no keep-alive."""

router = APIRouter()


@router.websocket("/ws/{task_id}")
async def watch(socket: WebSocket, task_id: str, films: MayRead) -> None:
    """Tell one task's events until it is over."""
    context = context_of(socket)
    await socket.accept()
    stream, begun = Stream(context, "websocket", caller_of(socket), partial(_say, socket)), asyncio.Event()
    with contextlib.suppress(WebSocketDisconnect, TimeoutError):
        ending = await stream.run(_tell(socket, stream, films, task_id, begun), _hear(socket, stream, begun), "ping")
        if ending is Ending.SHUTDOWN:
            await _close(socket, RESTART, "the server restarts")
        elif ending is Ending.REVOKED:
            await _close(socket, NOT_ALLOWED, "the key opens nothing any more")
        elif ending is Ending.STUCK:
            async with asyncio.timeout(1):  # it will hardly take this; the server hangs up
                await _close(socket, TOO_SLOW, "nothing is taken any more")


async def _say(socket: WebSocket, text: str) -> None:
    """Send; WebSocketDisconnect when the server has hung up by itself, as it does on a message that is too long."""
    try:
        await socket.send_text(text)
    except RuntimeError as gone:
        raise WebSocketDisconnect(TOO_LONG) from gone


async def _close(socket: WebSocket, code: int, reason: str = "") -> None:
    with contextlib.suppress(RuntimeError):  # it may have hung up by itself
        await socket.close(code, reason)


async def _tell(socket: WebSocket, stream: Stream[str], films: Films, task_id: str, begun: asyncio.Event) -> None:
    after = socket.query_params.get("after")
    if after is not None and not (after.isascii() and after.isdigit() and len(after) <= 9):
        await stream.say(messages.packed({"type": "error", "task_id": task_id[:64], "error": "after: send the number of an event."}))
        await _close(socket, BAD_REQUEST, "after is not a number")
        return
    try:
        if not ID.fullmatch(task_id):
            raise NoSuchTask
        await _follow(stream, films, task_id, None if after is None else int(after), begun)
    except NoSuchTask:
        await stream.say(messages.not_found(task_id))
        await _close(socket, NOT_FOUND)
    else:
        await _close(socket, DONE)


async def _follow(stream: Stream[str], films: Films, task_id: str, after: int | None, begun: asyncio.Event) -> None:
    task = await films.get(task_id)
    position = messages.position_of(task, after)
    await stream.say(messages.connected(task, position))
    begun.set()
    async for event in films.follow(task, position):
        await stream.say(stream.context.packer.event(event))


async def _hear(socket: WebSocket, stream: Stream[str], begun: asyncio.Event) -> None:
    """Answer pings, once the client was told where the task stands, until it goes or chatters."""
    since, heard = time.monotonic(), 0
    while (message := await socket.receive())["type"] == "websocket.receive":
        if message.get("text") == "ping":
            await begun.wait()
            await stream.say("pong")
        heard += 1
        if heard > MOST_MESSAGES:
            if time.monotonic() - since < PER_SECONDS:
                await _close(socket, TOO_MUCH, "too many messages")
                return
            since, heard = time.monotonic(), 0
