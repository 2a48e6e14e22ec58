"""WebSocket and server-sent events: one log, whoever watches and however often a watcher is cut off."""

import asyncio
import json
import random
from collections.abc import AsyncGenerator, AsyncIterator, MutableMapping
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidMessage

from api.auth import Caller
from api.events import EventStream
from api.socket import _close, _say
from kiwi.storage.postgres import Server
from testing.servers import House, Scissors, Studio, open_house, settings_for, told_by_sse

pytestmark = pytest.mark.asyncio(loop_scope="module")

Message = dict[str, Any]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def one_house(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("streams")
    async with open_house(settings_for(server.url, folder), Studio(folder, pace=0.01), heartbeat=0.3) as house:
        yield house


@pytest_asyncio.fixture(loop_scope="module")
async def house(one_house: House) -> AsyncIterator[House]:
    await one_house.clean()
    yield one_house
    await one_house.clean()


async def told(socket: ClientConnection) -> list[Message]:
    """Every JSON message until the server closes."""
    heard: list[Message] = []
    try:
        while True:
            text = await socket.recv()
            if text == "ping":
                await socket.send("pong")
            elif text != "pong":
                heard.append(json.loads(text))
    except ConnectionClosed:
        return heard


async def test_an_old_client_sees_what_it_always_saw(house: House) -> None:
    house.studio.hold("read")
    task_id = await house.create()
    async with connect(f"{house.ws}/ws/{task_id}", origin="http://localhost:3000") as socket:  # type: ignore[arg-type]
        first = json.loads(await socket.recv())
        await socket.send("ping")
        while (text := await socket.recv()) != "pong":
            assert text == "ping" or json.loads(text)["type"] == "progress"
        house.studio.release("read")
        rest = await told(socket)
    assert socket.close_code == 1000
    assert [first["type"], rest[-1]["type"]] == ["connected", "complete"]
    assert {message["type"] for message in rest[:-1]} == {"progress"}
    for message in [first, *rest]:
        assert message["task_id"] == task_id
        assert message.keys() >= {"status", "phase", "progress", "message", "result", "error", "data", "created_at", "updated_at", "seq"}
    assert rest[-1]["result"]["video_url"].startswith("/api/video/file/")
    assert next(message for message in rest if "scenes" in message["data"])["data"]["scenes"][0]["title"] == "Tea 1"
    assert [message["progress"] for message in rest] == sorted(message["progress"] for message in rest)
    assert [message["seq"] for message in rest] == list(range(rest[0]["seq"], rest[-1]["seq"] + 1))


async def test_silence_is_kept_alive(house: House) -> None:
    house.studio.hold("read")
    task_id = await house.create()
    async with connect(f"{house.ws}/ws/{task_id}") as socket:
        texts = [await socket.recv() for _ in range(5)]
    assert "ping" in texts
    async with house.client.stream("GET", f"/api/video/events/{task_id}") as answer:
        async for line in answer.aiter_lines():
            if line.startswith(":"):
                break
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["x-accel-buffering"] == "no"
    assert answer.headers["cache-control"] == "no-store"


async def test_whoever_comes_late_is_told_the_end_at_once(house: House) -> None:
    task_id = await house.create()
    await house.ended(task_id)
    async with connect(f"{house.ws}/ws/{task_id}") as socket:
        assert [message["type"] for message in await told(socket)] == ["connected", "complete"]
    assert socket.close_code == 1000
    late = await told_by_sse(house.client, f"/api/video/events/{task_id}")
    assert [message["type"] for _, message in late] == ["connected", "complete"]
    seen = await house.client.get(f"/api/video/events/{task_id}", headers={"Last-Event-ID": late[-1][0]})
    assert seen.status_code == 204


async def test_a_cancelled_film_ends_in_an_error(house: House) -> None:
    house.studio.hold("cut")
    task_id = await house.create()
    await house.studio.noted("begin cut")
    async with connect(f"{house.ws}/ws/{task_id}") as socket:
        await socket.recv()
        await house.client.post(f"/api/video/task/{task_id}/cancel")
        end = (await told(socket))[-1]
    assert (end["type"], end["status"], end["error"]) == ("error", "cancelled", "The film was cancelled.")


@pytest.mark.parametrize("task_id", ["nope", "%00", "..", "x" * 200])
async def test_an_unknown_task_is_told_and_closed(house: House, task_id: str) -> None:
    async with connect(f"{house.ws}/ws/{task_id}") as socket:
        message = json.loads(await socket.recv())
        assert (message["type"], message["error"]) == ("error", "Task not found")
        await socket.wait_closed()
    assert socket.close_code == 4404
    answer = await house.client.get(f"/api/video/events/{task_id}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_a_watcher_of_a_deleted_task_is_told(house: House) -> None:
    house.studio.hold("read")
    task_id = await house.create()
    async with connect(f"{house.ws}/ws/{task_id}") as socket:
        await socket.recv()
        await house.client.delete(f"/api/video/task/{task_id}")
        assert (await told(socket))[-1]["type"] == "error"
    assert socket.close_code in {1000, 4404}


async def test_a_strange_position_is_refused(house: House) -> None:
    task_id = await house.create()
    for after in ("-1", "x", "1e3", "9" * 30, "%D9%A3"):
        async with connect(f"{house.ws}/ws/{task_id}?after={after}") as socket:
            assert "after" in json.loads(await socket.recv())["error"]
            await socket.wait_closed()
        assert socket.close_code == 4400
        answer = await house.client.get(f"/api/video/events/{task_id}?after={after}")
        assert (answer.status_code, "after" in answer.json()["detail"]) == (422, True)


async def test_chatter_and_long_messages_are_cut_off(house: House) -> None:
    house.studio.hold("read")
    task_id = await house.create()
    async with connect(f"{house.ws}/ws/{task_id}") as socket:
        for _ in range(60):
            await socket.send("ping")
        await told(socket)
    assert socket.close_code == 1008
    async with connect(f"{house.ws}/ws/{task_id}") as socket:
        await socket.send("x" * 5000)
        await told(socket)
    assert socket.close_code == 1009


async def test_everybody_sees_the_same_events_also_who_comes_back(house: House) -> None:
    house.studio.hold("read")
    task_id = await house.create()

    async def by_socket() -> list[int]:
        async with connect(f"{house.ws}/ws/{task_id}?after=0") as socket:
            return [message["seq"] for message in (await told(socket))[1:]]

    async def by_events() -> list[int]:
        return [int(number) for number, _ in (await told_by_sse(house.client, f"/api/video/events/{task_id}?after=0"))[1:]]

    async def by_fits() -> list[int]:
        seen: list[int] = []
        while True:
            async with connect(f"{house.ws}/ws/{task_id}?after={seen[-1] if seen else 0}") as socket:
                heard = 0
                async for text in socket:
                    message: Message = json.loads(text) if text != "ping" else {"type": "ping"}
                    if message["type"] in {"progress", "complete"}:
                        seen.append(message["seq"])
                        heard += 1
                    if message["type"] == "complete":
                        return seen
                    if heard == 3:
                        break

    watching = [asyncio.ensure_future(watch()) for watch in (by_socket, by_socket, by_events, by_fits)]
    await asyncio.sleep(0.1)
    house.studio.release("read")
    seen = await asyncio.gather(*watching)
    assert seen[0] == list(range(1, seen[0][-1] + 1))
    assert seen[0][-1] > 15
    assert all(one == seen[0] for one in seen)


async def test_several_films_share_one_stream_that_can_be_taken_up_again(house: House) -> None:
    ids = [await house.create(f"tea {number}") for number in range(3)]
    url = f"/api/video/events?ids={','.join(ids)},nope&after={ids[0]}:0,{ids[1]}:0,{ids[2]}:0"
    whole = await told_by_sse(house.client, url)
    by_task = {task_id: [message["seq"] for _, message in whole if message["task_id"] == task_id][1:] for task_id in ids}
    for seen in by_task.values():
        assert seen == list(range(1, seen[-1] + 1))
    assert {"type": "error", "task_id": "nope", "error": "Task not found"} in [message for _, message in whole]
    middle = len(whole) // 2
    rest = await told_by_sse(house.client, url, **{"Last-Event-ID": whole[middle][0]})
    told_then = [(message["task_id"], message["seq"]) for _, message in whole[middle + 1 :] if message["type"] != "connected"]
    told_again = [(message["task_id"], message["seq"]) for _, message in rest if message["type"] in {"progress", "complete"}]
    assert sorted(told_again) == sorted(told_then)
    over = await house.client.get(url, headers={"Last-Event-ID": whole[-1][0]})
    assert over.status_code == 204
    assert (await house.client.get("/api/video/events?ids=nope")).status_code == 404
    for ids_sent in ("", ",", "a b", ",".join("x" * 51)):
        assert (await house.client.get(f"/api/video/events?ids={ids_sent}")).status_code in {404, 422}
    assert "ids" in (await house.client.get("/api/video/events?ids=%20")).json()["detail"]


async def sse_until_cut(client: httpx.AsyncClient, task_id: str, seen: list[int]) -> bool:
    """Read whole events on until the line is cut; True at the film's end."""
    headers = {"Last-Event-ID": str(seen[-1])} if seen else {}
    try:
        async with client.stream("GET", f"/api/video/events/{task_id}?after=0", headers=headers) as answer:
            event: dict[str, str] = {}
            async for line in answer.aiter_lines():
                name, _, value = line.partition(": ")
                if name:
                    event[name] = value
                    continue
                message, event = json.loads(event.get("data", "{}")), {}
                if message.get("type") in {"progress", "complete"}:
                    seen.append(message["seq"])
                if message.get("type") == "complete":
                    return True
    except httpx.TransportError:
        pass
    return False


async def socket_until_cut(url: str, task_id: str, seen: list[int]) -> bool:
    try:
        async with connect(f"{url}/ws/{task_id}?after={seen[-1] if seen else 0}") as socket:
            async for text in socket:
                message = json.loads(text) if text != "ping" else {}
                if message.get("type") in {"progress", "complete"}:
                    seen.append(message["seq"])
                if message.get("type") == "complete":
                    return True
    except (ConnectionClosed, InvalidMessage, OSError):
        pass
    return False


@pytest.mark.parametrize("door", ["events", "socket"])
async def test_a_watcher_cut_at_random_bytes_misses_nothing(house: House, door: str) -> None:
    chance = random.Random(door)
    scissors = Scissors(httpx.URL(house.url).port or 0)
    task_id = await house.create()
    passes: list[list[int]] = []
    async with scissors.open() as port, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
        while scissors.cuts < 50 or not passes:
            seen: list[int] = []
            over = False
            while not over:
                scissors.after = chance.randrange(1, 9000)
                if door == "events":
                    over = await sse_until_cut(client, task_id, seen)
                else:
                    over = await socket_until_cut(f"ws://127.0.0.1:{port}", task_id, seen)
            passes.append(seen)
    assert scissors.cuts >= 50
    for seen in passes:
        assert seen == list(range(1, seen[-1] + 1))


async def test_a_reader_that_takes_nothing_is_given_up_and_holds_nobody_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    context = house.app.state.context
    monkeypatch.setattr(context, "patience", 0.2)
    asked = 0

    async def endless() -> AsyncGenerator[str, None]:
        nonlocal asked
        while True:
            asked += 1
            yield "data: x\n\n"

    taken = 0

    async def take_some(message: Any) -> None:
        nonlocal taken
        taken += 1
        if taken > 5:
            await asyncio.Event().wait()

    async def stay() -> Any:
        await asyncio.Event().wait()

    stuck = asyncio.ensure_future(EventStream(context, Caller("local"), endless())({}, stay, take_some))
    task_id = await house.create()
    assert (await told_by_sse(house.client, f"/api/video/events/{task_id}?after=0"))[-1][1]["type"] == "complete"
    await asyncio.wait_for(stuck, 5)
    assert asked <= taken
    assert context.open_streams["sse"] == 0


async def test_streams_are_counted_while_they_are_open(house: House) -> None:
    house.studio.hold("read")
    task_id = await house.create()
    streams = house.app.state.context.open_streams
    before = streams["websocket"]
    async with connect(f"{house.ws}/ws/{task_id}") as socket:
        await socket.recv()
        assert streams["websocket"] == before + 1
    async with asyncio.timeout(30):
        while streams["websocket"] != before:
            await asyncio.sleep(0.01)


async def test_a_socket_that_the_server_hung_up_itself_counts_as_left() -> None:
    hung_up = "Unexpected ASGI message, after sending 'websocket.close'."

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] != "websocket.accept":
            raise RuntimeError(hung_up)

    socket = WebSocket({"type": "websocket", "headers": []}, receive, send)
    await socket.accept()
    with pytest.raises(WebSocketDisconnect):
        await _say(socket, "connected")
    await _close(socket, 1000)
