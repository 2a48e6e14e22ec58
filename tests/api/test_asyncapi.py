"""What streams really send is what /asyncapi.json says: each of its messages is seen, and no other."""

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import pytest_asyncio
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from kiwi.storage.postgres import Server
from testing.servers import House, Studio, open_house, settings_for
from tests.databases import an_empty_database

pytestmark = pytest.mark.asyncio(loop_scope="module")

STRAY = {"type": "progres", "task_id": "x", "error": "x"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("asyncapi")
    async with open_house(settings_for(an_empty_database(server), folder), Studio(folder), heartbeat=0.2) as house:
        yield house


class Listener:
    """Holds what it hears against the document."""

    def __init__(self, house: House, document: dict[str, Any]) -> None:
        self.house = house
        self.document = document
        self.components = document["components"]
        self.heard: dict[str, Counter[str]] = {name: Counter() for name in document["channels"]}
        self.lines: dict[str, list[str]] = {}
        """Of the latest server-sent events: all but the data."""

    def hold(self, channel: str, said: Any) -> str:
        """The name of a message that was heard there; AssertionError: nothing like it was to be heard."""
        for name in self.document["channels"][channel]["messages"]:
            shape = {**self.components["messages"][name]["payload"], "components": self.components}
            with contextlib.suppress(jsonschema.ValidationError):
                jsonschema.validate(said, shape, format_checker=jsonschema.FormatChecker())
                self.heard[channel][name] += 1
                return str(name)
        raise AssertionError(f"{channel} was not to say {str(said)[:300]}")

    async def socket(self, socket: ClientConnection) -> int | None:
        """Hear a WebSocket out; the code it closed with."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                text = str(await socket.recv())
                self.hold("socket", text if text in {"ping", "pong"} else json.loads(text))
        if socket.close_code is not None:
            assert str(socket.close_code) in self.document["channels"]["socket"]["x-close-codes"]
        return socket.close_code

    async def watched(self, task_id: str, query: str = "") -> int | None:
        async with connect(f"{self.house.ws}/ws/{task_id}{query}") as socket:
            return await self.socket(socket)

    async def sse(self, channel: str, path: str, **headers: str) -> list[str]:
        """Hear server-sent events out; all that came beside the data."""
        told = self.lines[channel] = []
        async with self.house.client.stream("GET", path, headers=headers) as answer:
            async for line in answer.aiter_lines():
                if line.startswith("data: "):
                    self.hold(channel, json.loads(line[6:]))
                elif line:
                    told.append(line)
        return told


@pytest_asyncio.fixture(loop_scope="module")
async def listener(house: House) -> AsyncIterator[Listener]:
    await house.clean()
    yield Listener(house, (await house.client.get("/asyncapi.json")).json())
    await house.clean()


async def held(house: House, stage: str = "read") -> str:
    house.studio.hold(stage)
    task_id = await house.create()
    await house.studio.noted(f"begin {stage}")
    return task_id


async def test_a_socket_says_what_was_said_of_it(house: House, listener: Listener) -> None:
    task_id = await held(house)
    async with connect(f"{house.ws}/ws/{task_id}") as socket:
        await socket.send("ping")
        hearing = asyncio.create_task(listener.socket(socket))
        async with asyncio.timeout(10):
            while not listener.heard["socket"]["ping"]:
                await asyncio.sleep(0.02)
        house.studio.release("read")
        assert await hearing == 1000
    assert (await house.status(task_id))["status"] == "completed"
    (house.studio.folder / "fail-render").touch()
    failing = await house.create()
    assert await listener.watched(failing, "?after=0") == 1000
    (house.studio.folder / "fail-render").unlink()
    assert await listener.watched("nope") == 4404
    assert await listener.watched(task_id, "?after=x") == 4400
    assert {name for name, times in listener.heard["socket"].items() if times} == {*listener.document["channels"]["socket"]["messages"]}


async def test_a_server_that_stops_closes_as_was_said(house: House, listener: Listener) -> None:
    task_id = await held(house)
    draining = house.app.state.context.draining
    async with connect(f"{house.ws}/ws/{task_id}") as socket:
        await socket.recv()
        one = asyncio.create_task(listener.sse("film", f"/api/video/events/{task_id}"))
        many = asyncio.create_task(listener.sse("films", f"/api/video/events?ids={task_id}"))
        async with asyncio.timeout(10):
            while not (listener.heard["film"]["connected"] and listener.heard["films"]["connected"]):
                await asyncio.sleep(0.02)
        draining.set()
        try:
            assert await listener.socket(socket) == 1012
            assert "event: server_shutdown" in await one
            assert "event: server_shutdown" in await many
        finally:
            draining.clear()
    assert listener.heard["film"]["server_shutdown"] == listener.heard["films"]["server_shutdown"] == 1


async def test_chatter_and_long_messages_close_as_was_said(house: House, listener: Listener) -> None:
    task_id = await held(house)
    async with connect(f"{house.ws}/ws/{task_id}") as socket:
        for _ in range(60):
            await socket.send("ping")
        assert await listener.socket(socket) == 1008
    async with connect(f"{house.ws}/ws/{task_id}") as socket:
        await socket.send("x" * 5000)
        assert await listener.socket(socket) == 1009


async def test_server_sent_events_say_what_was_said_of_them(house: House, listener: Listener) -> None:
    about = listener.document["info"]["description"]
    task_id = await held(house)
    one = asyncio.create_task(listener.sse("film", f"/api/video/events/{task_id}?after=0"))
    many = asyncio.create_task(listener.sse("films", f"/api/video/events?ids={task_id},nope"))
    async with asyncio.timeout(10):
        while ": still here" not in listener.lines.get("film", []):
            await asyncio.sleep(0.02)
    house.studio.release("read")
    told = await one
    done = await house.status(task_id)
    assert (told[0], told[-1]) == ("retry: 1000", f"id: {done['seq']}")
    for word in ("`retry: 1000`", "`: still here`", "Last-Event-ID", "`?after=12`", "`server_shutdown`", "204"):
        assert word in about
    assert (await many)[-1] == f"id: {task_id}:{done['seq']}"
    assert listener.heard["films"]["refused"] == 1
    assert await listener.sse("film", f"/api/video/events/{task_id}", **{"Last-Event-ID": "1"})
    (house.studio.folder / "fail-render").touch()
    failing = await house.create()
    await listener.sse("film", f"/api/video/events/{failing}?after=0")
    await listener.sse("films", f"/api/video/events?ids={failing}&after={failing}:0")
    (house.studio.folder / "fail-render").unlink()
    for channel in ("film", "films"):
        assert {"connected", "progress", "complete", "failed"} <= {name for name, times in listener.heard[channel].items() if times}


async def test_what_nobody_spoke_of_would_be_found(listener: Listener) -> None:
    for stray in (STRAY, {**STRAY, "type": "complete"}, "pang"):
        with pytest.raises(AssertionError, match="was not to say"):
            listener.hold("socket", stray)
