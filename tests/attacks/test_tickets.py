"""A ticket opens the streams of its holder's own tasks, once, and nothing else."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from kiwi.storage.postgres import Server
from testing.servers import House, Studio, open_house, settings_for, told_by_sse
from tests.databases import an_empty_database

KEY = "kiwi_the_operators_own"
HEADERS = {"Authorization": f"Bearer {KEY}"}
STRANGER = "00000000-0000-0000-0000-000000000000"

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def url(server: Server) -> str:
    return an_empty_database(server)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("tickets")
    async with open_house(settings_for(url, folder, api_keys=KEY), Studio(folder)) as house:
        yield house


async def a_film(house: House) -> str:
    """A finished one, whose stream ends at once."""
    answer = await house.client.post("/api/video/create", json={"text_input": "tea"}, headers={**HEADERS, "Prefer": "wait=30"})
    assert answer.json()["status"] == "completed", answer.text
    return str(answer.json()["task_id"])


async def asked_for(house: House, *task_ids: Any) -> httpx.Response:
    body = json.dumps({"task_ids": [*task_ids]})  # ASCII, which names half a character as such
    return await house.client.post("/api/video/tickets", content=body, headers={**HEADERS, "Content-Type": "application/json"})


async def a_ticket(house: House, *task_ids: str) -> str:
    answer = await asked_for(house, *task_ids)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["ticket"])


async def opens(house: House, address: str) -> bool:
    """Whether a WebSocket gets in."""
    try:
        async with connect(f"{house.ws}{address}") as socket:
            await socket.recv()
    except InvalidStatus:
        return False
    return True


async def test_what_no_task_is_called_gets_no_ticket(house: House) -> None:
    film = await a_film(house)
    strange: Any
    for strange in ("", " ", ",", "*", "\ud800", "\0", "a" * 10_000, f"{film},{film}", film.upper(), 7, None, [film], {}):
        for ids in ((strange,), (film, strange)):
            answer = await asked_for(house, *ids)
            assert (answer.status_code, "task_ids" in answer.json()["detail"]) == (422, True), strange
    answer = await asked_for(house, film, STRANGER)
    assert (answer.status_code, STRANGER in answer.json()["detail"]) == (404, True)


async def test_a_ticket_opens_no_door_but_streams(house: House) -> None:
    film = await a_film(house)
    context = [
        ("GET", "/api/video/tasks"),
        ("GET", "/metrics"),
        ("GET", "/openapi.json"),
        ("GET", f"/api/video/status/{film}"),
        ("GET", f"/api/video/file/{film}.mp4"),
        ("GET", f"/api/video/task/{film}/preview.mp4"),
        ("POST", "/api/video/create"),
        ("POST", "/api/video/tickets"),
        ("POST", f"/api/video/events/{film}"),
        ("HEAD", f"/api/video/events/{film}"),
        ("POST", f"/api/video/task/{film}/cancel"),
        ("POST", "/video/invoke"),
        ("DELETE", f"/api/video/task/{film}"),
    ]
    minted = (await asked_for(house, "")).json().get("ticket", "")  # what signed the empty string once opened every door
    for ticket in (await a_ticket(house, film), minted, ""):
        for method, path in context:
            body: dict[str, Any] = {"json": {"task_ids": [""]}} if path.endswith("tickets") else {}
            answer = await house.client.request(method, path, params={"ticket": ticket}, **body)
            assert answer.status_code in {401, 429}, (method, path)
    assert (await house.client.get(f"/api/video/status/{film}", headers=HEADERS)).status_code == 200


async def test_a_ticket_is_bound_to_its_tasks(house: House) -> None:
    film, other = await a_film(house), await a_film(house)
    ticket = await a_ticket(house, film)
    for address in (
        f"/api/video/events/{other}",
        f"/api/video/events?ids={other}",
        f"/api/video/events?ids={film},{other}",
        f"/api/video/events?ids=&ids={film}",
        "/api/video/events?ids=",
    ):
        mark = "&" if "?" in address else "?"
        answer = await house.client.get(f"{address}{mark}ticket={ticket}")
        assert answer.status_code in {401, 429}, address
    assert not await opens(house, f"/ws/{other}?ticket={ticket}")
    assert await opens(house, f"/ws/{film}?ticket={ticket}")  # what it was not good for has not used it up
    both = await a_ticket(house, film, other)
    told = await told_by_sse(house.client, f"/api/video/events?ids={other},{film}&ticket={both}")
    assert {message["task_id"] for _, message in told} == {film, other}


async def test_a_ticket_is_good_once_also_after_a_restart(house: House, url: str, tmp_path: Path) -> None:
    film = await a_film(house)
    spent, kept = await a_ticket(house, film), await a_ticket(house, film)
    assert await opens(house, f"/ws/{film}?ticket={spent}")
    assert not await opens(house, f"/ws/{film}?ticket={spent}")
    async with open_house(settings_for(url, tmp_path, api_keys=KEY), Studio(tmp_path)) as restarted:
        assert not await opens(restarted, f"/ws/{film}?ticket={spent}")
        assert await opens(restarted, f"/ws/{film}?ticket={kept}")
        assert not await opens(restarted, f"/ws/{film}?ticket={kept}")
    assert not await opens(house, f"/ws/{film}?ticket={kept}")
