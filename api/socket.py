"""The WebSocket door: flat messages, text ping and pong, resumed by ``?after=``."""

import asyncio
import contextlib
import time
from contextlib import aclosing

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from api import messages
from api.doors import Doors, Pause, doors_of
from api.rest import ID
from kiwi.errors import NoSuchTask

DONE, BAD_REQUEST, RESTART, NOT_FOUND, TOO_MUCH = 1000, 4400, 1012, 4404, 1008
STUCK_SECONDS = 30.0
MOST_MESSAGES, PER_SECONDS = 50, 5.0
"""What a client may say; more is no keep-alive."""

router = APIRouter()


@router.websocket("/ws/{task_id}")
async def watch(socket: WebSocket, task_id: str) -> None:
    """Tell one task's events until it is over."""
    doors = doors_of(socket)
    await socket.accept()
    begun = asyncio.Event()
    with doors.streaming("websocket"):
        telling = asyncio.create_task(_tell(socket, doors, task_id, begun))
        hearing = asyncio.create_task(_hear(socket, begun))
        try:
            await asyncio.wait({telling, hearing}, return_when=asyncio.FIRST_COMPLETED)
            for one in (telling, hearing):
                if one.done():
                    with contextlib.suppress(WebSocketDisconnect, TimeoutError):
                        one.result()
        finally:
            telling.cancel()
            hearing.cancel()
            await asyncio.gather(telling, hearing, return_exceptions=True)


async def _tell(socket: WebSocket, doors: Doors, task_id: str, begun: asyncio.Event) -> None:
    after = socket.query_params.get("after")
    if after is not None and not (after.isascii() and after.isdigit() and len(after) <= 9):
        await _say(socket, messages.packed({"type": "error", "task_id": task_id[:64], "error": "after: send the number of an event."}))
        await socket.close(BAD_REQUEST, "after is not a number")
        return
    try:
        if not ID.fullmatch(task_id):
            raise NoSuchTask
        code = await _follow(socket, doors, task_id, None if after is None else int(after), begun)
    except NoSuchTask:
        await _say(socket, messages.not_found(task_id))
        code = NOT_FOUND
    await socket.close(code, "the server restarts" if code == RESTART else None)


async def _follow(socket: WebSocket, doors: Doors, task_id: str, after: int | None, begun: asyncio.Event) -> int:
    """Tell what happens; the close code."""
    task = await doors.engine.tasks.get(task_id)
    position = messages.position_of(task, after)
    await _say(socket, messages.connected(task, position))
    begun.set()
    async with aclosing(doors.paced(doors.engine.tasks.follow(task_id, position))) as paced:
        async for event in paced:
            if event is Pause.SHUTDOWN:
                return RESTART
            await _say(socket, "ping" if isinstance(event, Pause) else doors.packer.event(event))
    return DONE


async def _say(socket: WebSocket, text: str) -> None:
    """Send, and give a client up that takes nothing any more."""
    async with asyncio.timeout(STUCK_SECONDS):
        await socket.send_text(text)


async def _hear(socket: WebSocket, begun: asyncio.Event) -> None:
    """Answer pings, once the client was told where the task stands, until it goes or chatters."""
    since, heard = time.monotonic(), 0
    while (message := await socket.receive())["type"] == "websocket.receive":
        if message.get("text") == "ping":
            await begun.wait()
            await _say(socket, "pong")
        heard += 1
        if heard > MOST_MESSAGES:
            if time.monotonic() - since < PER_SECONDS:
                await socket.close(TOO_MUCH, "too many messages")
                return
            since, heard = time.monotonic(), 0
