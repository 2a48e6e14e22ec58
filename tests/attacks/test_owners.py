"""Owners who share a server meet nothing of each other's, lose a revoked key at once, and have limits of their own."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError, InvalidStatus

from kiwi.access.keys import Keys, prefix_of
from kiwi.money.producer import Unpaid
from kiwi.storage.postgres import Server
from testing.servers import Studio, open_house, settings_for
from tests.attacks.tenants import OPERATOR, Headers, Tenants, bearer, open_tenants
from tests.databases import an_empty_database

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECONDS = 6.0
"""A revoked key opens nothing after so long, on a busy machine."""


@pytest.fixture(scope="module")
def url(server: Server) -> str:
    return an_empty_database(server)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tenants(url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Tenants]:
    async with open_tenants(url, tmp_path_factory.mktemp("owners"), owner_films=3, owner_mb=1, owner_spend_day=5) as tenants:
        yield tenants


async def create(tenants: Tenants, headers: Headers, **body: Any) -> httpx.Response:
    return await tenants.house.client.post("/api/video/create", json={"text_input": "tea", **body}, headers=headers)


async def listed(tenants: Tenants, headers: Headers) -> set[str]:
    return {task["task_id"] for task in (await tenants.house.client.get("/api/video/tasks", headers=headers)).json()}


async def heard(socket: ClientConnection) -> list[str | bytes]:
    """Everything until the line is closed."""
    return [message async for message in socket]


async def test_a_list_shows_only_what_is_ones_own(tenants: Tenants) -> None:
    films = {name: await tenants.film(headers) for name, headers in vars(tenants).items() if name in {"ada", "bob", "operator"}}
    for name, headers in ((name, getattr(tenants, name)) for name in films):
        known = await listed(tenants, headers)
        assert films[name] in known
        assert not known & {film for other, film in films.items() if other != name}
        page = await tenants.house.client.get("/api/video/tasks?limit=1", headers=headers)
        assert [task["task_id"] for task in page.json()] == [films[name]]


async def test_a_stream_of_many_tells_nothing_of_anothers(tenants: Tenants) -> None:
    adas, bobs = await tenants.made(tenants.ada), await tenants.made(tenants.bob)
    answer = await tenants.house.client.get(f"/api/video/events?ids={adas},{bobs}", headers=tenants.bob)
    told = [json.loads(line.removeprefix("data: ")) for line in answer.text.splitlines() if line.startswith("data: ")]
    assert {message["task_id"]: message.get("error") for message in told} == {adas: "Task not found", bobs: None}
    both = await tenants.house.client.post("/api/video/tickets", json={"task_ids": [bobs, adas]}, headers=tenants.bob)
    assert both.status_code == 404


async def test_idempotency_keys_are_each_owners_own(tenants: Tenants) -> None:
    once = {"Idempotency-Key": "order-17"}
    adas = await create(tenants, {**tenants.ada, **once})
    for headers, body in ((tenants.bob, {}), (tenants.operator, {"text_input": "coffee"})):
        answer = await create(tenants, {**headers, **once}, **body)
        assert answer.status_code == 202
        assert "idempotent-replayed" not in answer.headers
        assert answer.json()["task_id"] != adas.json()["task_id"]
    again = await create(tenants, {**tenants.ada, **once})
    assert (again.headers["idempotent-replayed"], again.json()["task_id"]) == ("true", adas.json()["task_id"])
    assert (await create(tenants, {**tenants.ada, **once}, text_input="coffee")).status_code == 422


async def test_a_conversations_film_is_its_owners(tenants: Tenants) -> None:
    said = {"message": "Explain how tea is made", "confirm_generate": True}
    turn = (await tenants.house.client.post("/api/conversation/message", json=said, headers=tenants.ada)).json()
    assert turn["task_id"] in await listed(tenants, tenants.ada)
    assert turn["task_id"] not in await listed(tenants, tenants.bob)
    answer = await tenants.house.client.get(f"/api/conversation/{turn['conversation_id']}", headers=tenants.operator)
    assert answer.status_code == 404


async def test_a_langserve_run_is_its_callers_whatever_its_config_says(tenants: Tenants) -> None:
    config = {"configurable": {"owner": "bob", "caller": "bob", "thread_id": ""}, "metadata": {"owner": "bob"}}
    answer = await tenants.house.client.post("/video/invoke", json={"input": {"text_input": "tea"}, "config": config}, headers=tenants.ada)
    assert answer.status_code == 200, answer.text
    assert answer.json()["output"]["task_id"] in await listed(tenants, tenants.ada)
    assert answer.json()["output"]["task_id"] not in await listed(tenants, tenants.bob)


async def test_a_revoked_key_opens_nothing_within_seconds_on_any_server(tenants: Tenants, url: str, tmp_path: Path) -> None:
    key = await tenants.key("ada")
    tenants.house.studio.hold("read")
    film = await tenants.film(key)
    async with open_house(settings_for(url, tmp_path, api_keys=OPERATOR), Studio(tmp_path)) as other:
        for house in (tenants.house, other):
            assert (await house.client.get(f"/api/video/status/{film}", headers=key)).status_code == 200
        ticket = (await other.client.post("/api/video/tickets", json={"task_ids": [film]}, headers=key)).json()["ticket"]
        async with connect(f"{other.ws}/ws/{film}", additional_headers=key) as socket:
            assert json.loads(await socket.recv())["type"] == "connected"
            began = time.monotonic()
            await tenants.keys.revoke(prefix_of(key["Authorization"].removeprefix("Bearer ")))
            async with asyncio.timeout(SECONDS):
                for house in (tenants.house, other):
                    while (await house.client.get(f"/api/video/status/{film}", headers=key)).status_code != 401:
                        await asyncio.sleep(0.1)
            with pytest.raises(ConnectionClosedError, match="1008"):
                await asyncio.wait_for(heard(socket), SECONDS)
            assert time.monotonic() - began < 2 * SECONDS
        assert (await other.client.get(f"/api/video/events/{film}?ticket={ticket}")).status_code == 401
        assert (await other.client.get(f"/api/video/status/{film}", headers=tenants.ada)).status_code == 200
    tenants.house.studio.release("read")


async def test_a_key_ends_when_it_expires(tenants: Tenants) -> None:
    _, key = await tenants.keys.create("ada", expires_at=datetime.now(UTC) + timedelta(seconds=2))
    assert (await tenants.house.client.get("/api/video/tasks", headers=bearer(key))).status_code == 200
    await asyncio.sleep(2)
    async with asyncio.timeout(SECONDS):
        while (await tenants.house.client.get("/api/video/tasks", headers=bearer(key))).status_code != 401:
            await asyncio.sleep(0.1)


async def test_where_keys_were_made_nobody_comes_in_without_one(server: Server, tmp_path: Path) -> None:
    url = an_empty_database(server)
    async with open_house(settings_for(url, tmp_path), Studio(tmp_path)) as house:
        assert (await house.client.get("/api/video/tasks")).status_code == 200
        made, key = await Keys(house.app.state.context.engine.database).create("ada")
        async with asyncio.timeout(SECONDS):
            while (await house.client.get("/api/video/tasks")).status_code != 401:
                await asyncio.sleep(0.1)
        assert (await house.client.get("/api/video/tasks", headers=bearer(key))).json() == []
        await Keys(house.app.state.context.engine.database).revoke(made.prefix)
    async with open_house(settings_for(url, tmp_path), Studio(tmp_path)) as house:
        assert (await house.client.get("/api/video/tasks")).status_code == 401


async def test_an_owner_has_only_so_many_films_waiting_and_running(tenants: Tenants) -> None:
    carol = await tenants.key("carol")
    tenants.house.studio.hold("read")
    answers = await asyncio.gather(*(create(tenants, {**carol, "Idempotency-Key": f"k-{number}"}) for number in range(12)))
    taken = [answer for answer in answers if answer.status_code == 202]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert (len(taken), len(refused)) == (3, 9)
    for answer in refused:
        said = answer.json()
        assert (said["limit"], said["code"], "KIWI_OWNER_FILMS" in said["detail"]) == ("films", "too_many_films", True)
        assert answer.headers["retry-after"] == "10"
    batch = {"inputs": [{"text_input": "tea"}]}
    assert (await tenants.house.client.post("/video/batch", json=batch, headers=carol)).status_code == 429
    known = taken[0].request.headers["idempotency-key"]
    assert (await create(tenants, {**carol, "Idempotency-Key": known})).headers["idempotent-replayed"] == "true"
    for headers in (tenants.bob, tenants.operator):
        assert (await create(tenants, headers)).status_code == 202
    stopped = taken[0].json()["task_id"]
    await tenants.house.client.post(f"/api/video/task/{stopped}/cancel", headers=carol)
    async with asyncio.timeout(20):
        while (await tenants.house.client.get(f"/api/video/status/{stopped}", headers=carol)).json()["status"] != "cancelled":
            await asyncio.sleep(0.05)
    assert (await create(tenants, carol)).status_code == 202
    retried = await tenants.house.client.post(f"/api/video/task/{stopped}/retry", headers=carol)
    assert (retried.status_code, retried.json()["limit"]) == (429, "films")
    tenants.house.studio.release("read")


async def test_an_owners_films_take_only_so_much_of_the_disk(tenants: Tenants) -> None:
    dave = await tenants.key("dave")
    films = [await tenants.made(dave) for _ in range(6)]  # 0.2 MB each
    full = await create(tenants, dave)
    assert (full.status_code, full.json()["limit"], "KIWI_OWNER_MB" in full.json()["detail"]) == (402, "megabytes", True)
    retake = await tenants.house.client.post(f"/api/video/task/{films[0]}/scenes/1/retake", json={"text": "Else."}, headers=dave)
    assert (retake.status_code, retake.json()["limit"]) == (402, "megabytes")
    assert (await create(tenants, tenants.bob)).status_code == 202
    assert (await tenants.house.client.delete(f"/api/video/task/{films[0]}", headers=dave)).status_code == 200
    assert (await create(tenants, dave)).status_code == 202


@dataclass(frozen=True)
class Selling(Unpaid):
    """Hires the same crews, where some might be bought."""

    def names(self) -> list[str]:
        return ["runway:gen4"]


async def test_an_owners_films_cost_only_so_much_a_day(tenants: Tenants) -> None:
    eve = await tenants.key("eve")
    worker = tenants.house.app.state.context.engine.worker
    worker.producer, unpaid = Selling(worker.producer.crew_of), worker.producer
    bought = """
        insert into kiwi_purchase (task_id, owner, provider, model, part, request, most, at)
        values ('gone', %s, 'p', 'm', 'x', 'y', %s, %s)
    """
    async with tenants.house.app.state.context.engine.database.pool.connection() as connection:
        yesterday = datetime.now(UTC) - timedelta(days=1)
        for owner, dollars, at in (("eve", 7, yesterday), ("eve", 4.5, datetime.now(UTC)), ("bob", 4.99, datetime.now(UTC))):
            await connection.execute(bought, (owner, dollars, at))
        assert (await create(tenants, eve)).status_code == 202
        await connection.execute(bought, ("eve", 0.5, datetime.now(UTC)))
    refused = await create(tenants, eve)
    assert (refused.status_code, refused.json()["limit"]) == (402, "spend_day")
    assert "KIWI_OWNER_SPEND_DAY" in refused.json()["detail"]
    assert (await create(tenants, eve, budget=0)).status_code == 202
    for headers in (tenants.bob, tenants.operator):
        assert (await create(tenants, headers)).status_code == 202
    worker.producer = unpaid


async def test_an_owner_who_opens_many_requests_leaves_room_for_the_others(server: Server, tmp_path: Path) -> None:
    async with open_tenants(an_empty_database(server), tmp_path, owner_requests=5) as tenants:
        tenants.house.studio.hold("read")
        films = {name: await tenants.film(getattr(tenants, name)) for name in ("ada", "bob")}
        url = tenants.house.url
        async with httpx.AsyncClient(base_url=url, timeout=10) as client, asyncio.TaskGroup() as group:
            opened = asyncio.Event()
            watching = [group.create_task(watch(client, films["bob"], tenants.bob, opened)) for _ in range(5)]
            await asyncio.wait_for(opened.wait(), 5)
            await asyncio.sleep(0.3)
            refused = await client.get("/api/video/tasks", headers=tenants.bob)
            assert (refused.status_code, "KIWI_OWNER_REQUESTS" in refused.json()["detail"]) == (429, True)
            with pytest.raises(InvalidStatus):
                await connect(f"{tenants.house.ws}/ws/{films['bob']}", additional_headers=tenants.bob)
            for headers in (tenants.ada, tenants.operator):
                assert (await client.get("/api/video/tasks", headers=headers)).status_code == 200
            watching.pop().cancel()
            async with asyncio.timeout(5):
                while (await client.get("/api/video/tasks", headers=tenants.bob)).status_code != 200:
                    await asyncio.sleep(0.05)
            for one in watching:
                one.cancel()
        tenants.house.studio.release("read")


async def watch(client: httpx.AsyncClient, film: str, headers: Headers, opened: asyncio.Event) -> None:
    """Follow a film until somebody has seen enough."""
    async with client.stream("GET", f"/api/video/events/{film}", headers=headers) as answer:
        assert answer.status_code == 200
        opened.set()
        async for _ in answer.aiter_lines():
            pass
