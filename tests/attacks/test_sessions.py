"""The page's cookie: whose it is, what it opens, who may use it, and when it ends."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from itsdangerous import URLSafeTimedSerializer
from starlette.requests import HTTPConnection
from starlette.responses import Response
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from api.cookies import COOKIE, is_secure, set_cookie
from kiwi.access.keys import prefix_of
from kiwi.access.scopes import Scope
from kiwi.access.sessions import Session
from kiwi.storage.postgres import Server
from tests.attacks.tenants import Tenants, open_tenants
from tests.databases import an_empty_database

pytestmark = pytest.mark.asyncio(loop_scope="module")

Headers = dict[str, str]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tenants(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Tenants]:
    async with open_tenants(an_empty_database(server), tmp_path_factory.mktemp("sessions")) as tenants:
        yield tenants


async def cookie(tenants: Tenants, key: Headers) -> Headers:
    """What a browser sends that has shown a key."""
    answer = await tenants.house.client.post("/api/session", headers=key)
    assert answer.status_code == 204, answer.text
    tenants.house.client.cookies.clear()
    return {"Cookie": f"{COOKIE}={answer.cookies[COOKIE]}"}


async def ask(tenants: Tenants, method: str, path: str, headers: Headers, **more: Any) -> httpx.Response:
    answer = await tenants.house.client.request(method, path, headers=headers, **more)
    tenants.house.client.cookies.clear()
    return answer


def own(tenants: Tenants) -> Headers:
    return {"Origin": tenants.house.url}


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(tenants: Tenants) -> None:
    answer = await tenants.house.client.post("/api/session", headers=tenants.ada)
    said = answer.headers["set-cookie"]
    key = tenants.ada["Authorization"].removeprefix("Bearer ")
    assert "HttpOnly" in said
    assert "SameSite=strict" in said
    assert "Path=/" in said
    assert "Max-Age=43200" in said
    assert "Secure" not in said  # this came without TLS, over which a browser would not send it
    assert key not in said
    assert prefix_of(key) not in said
    tenants.house.client.cookies.clear()


async def test_a_cookie_opens_every_door_of_its_owner_and_nothing_of_others(tenants: Tenants) -> None:
    film, ada, bob = await tenants.made(tenants.ada), await cookie(tenants, tenants.ada), await cookie(tenants, tenants.bob)
    doors = (f"/api/video/status/{film}", f"/api/video/file/{film}.mp4", f"/api/video/file/{film}.jpg", f"/api/video/events/{film}")
    for path in (*doors, f"/api/video/events?ids={film}"):
        assert (await ask(tenants, "GET", path, ada)).status_code == 200, path
        assert (await ask(tenants, "GET", path, bob)).status_code == 404, path
    for path in ("/docs", "/openapi.json", "/video/playground/", "/video/input_schema", "/api/video/tasks"):
        assert (await ask(tenants, "GET", path, ada)).status_code == 200, path
    told = (await ask(tenants, "GET", "/api/session", ada)).json()
    assert told == {"needs_key": True, "signed_in": True, "name": "ada"}
    assert (await ask(tenants, "GET", "/api/session", {})).json() == {"needs_key": True, "signed_in": False}
    async with connect(f"{tenants.house.ws}/ws/{film}", additional_headers={**ada, **own(tenants)}) as socket:
        assert json.loads(await socket.recv())["task_id"] == film


async def test_the_playgrounds_requests_come_in_by_the_cookie(tenants: Tenants) -> None:
    film, ada = await tenants.made(tenants.ada), await cookie(tenants, tenants.ada)
    said = {"input": {}, "config": {"configurable": {"thread_id": film}}}
    answer = await ask(tenants, "POST", "/video/invoke", {**ada, **own(tenants)}, json=said)
    assert (answer.status_code, answer.json()["output"]["task_id"]) == (200, film)


@pytest.mark.parametrize("origin", [None, "null", "http://localhost:3000", "http://127.0.0.1:1", "https://evil.example"])
async def test_what_changes_something_must_come_from_the_servers_own_page(tenants: Tenants, origin: str | None) -> None:
    ada = await cookie(tenants, tenants.ada)
    film = await tenants.made(tenants.ada)
    headers = {**ada, **({"Origin": origin} if origin else {})}
    for method, path in (("POST", "/api/video/create"), ("DELETE", f"/api/video/task/{film}"), ("DELETE", "/api/session")):
        assert (await ask(tenants, method, path, headers)).status_code == 403, (method, path)
    with pytest.raises(InvalidStatus):
        await connect(f"{tenants.house.ws}/ws/{film}", additional_headers=headers)
    assert (await ask(tenants, "GET", f"/api/video/status/{film}", ada)).status_code == 200
    created = await ask(tenants, "POST", "/api/video/create", {**ada, **own(tenants)}, json={"text_input": "tea"})
    assert created.status_code == 202


async def test_a_cookie_may_do_what_its_key_may(tenants: Tenants) -> None:
    reading = await cookie(tenants, await tenants.key("ada", [Scope.READ]))
    assert (await ask(tenants, "GET", "/api/video/tasks", reading)).status_code == 200
    refused = await ask(tenants, "POST", "/api/video/create", {**reading, **own(tenants)}, json={"text_input": "tea"})
    assert refused.status_code == 403
    assert (await ask(tenants, "GET", "/metrics", reading)).status_code == 403
    assert (await ask(tenants, "GET", "/metrics", await cookie(tenants, tenants.operator))).status_code == 200


async def test_whoever_signs_out_is_out_also_with_a_copy_of_the_cookie_and_in_open_streams(tenants: Tenants) -> None:
    ada, film = await cookie(tenants, tenants.ada), await tenants.film(tenants.ada)
    tenants.house.studio.hold("cut")
    running = await tenants.film(tenants.ada)
    async with connect(f"{tenants.house.ws}/ws/{running}", additional_headers={**ada, **own(tenants)}) as socket:
        assert (await ask(tenants, "DELETE", "/api/session", {**ada, **own(tenants)})).status_code == 204
        assert (await ask(tenants, "GET", f"/api/video/status/{film}", ada)).status_code == 401
        async with asyncio.timeout(10):
            await socket.wait_closed()
        assert socket.close_code == 1008
    tenants.house.studio.release("cut")
    assert (await ask(tenants, "GET", "/api/session", ada)).json()["signed_in"] is False


async def test_a_session_ends_with_its_key_and_with_its_time(tenants: Tenants) -> None:
    key = await tenants.key("ada")
    ada = await cookie(tenants, key)
    late = await cookie(tenants, tenants.ada)
    await tenants.keys.revoke(prefix_of(key["Authorization"].removeprefix("Bearer ")))
    await asyncio.sleep(1.1)
    assert (await ask(tenants, "GET", "/api/video/tasks", ada)).status_code == 401
    assert (await ask(tenants, "GET", "/api/video/tasks", late)).status_code == 200
    async with tenants.house.app.state.context.engine.database.pool.connection() as connection:
        await connection.execute("update kiwi_session set expires_at = clock_timestamp()")
    assert (await ask(tenants, "GET", "/api/video/tasks", late)).status_code == 401


async def test_what_we_have_not_signed_is_nobody(tenants: Tenants) -> None:
    ada = await cookie(tenants, tenants.ada)
    name, _, value = ada["Cookie"].partition("=")
    forged = str(URLSafeTimedSerializer(b"another secret", salt=COOKIE).dumps("token"))
    for bad in (value[:-1], value + "x", value.swapcase(), forged, "", "x" * 5000, '"', value.rpartition(".")[0]):
        assert (await ask(tenants, "GET", "/api/video/tasks", {"Cookie": f"{name}={bad}"})).status_code == 401, bad
    assert (await ask(tenants, "POST", "/api/session", own(tenants))).status_code == 401


async def test_only_a_digest_of_the_cookie_is_kept(tenants: Tenants) -> None:
    ada = await cookie(tenants, tenants.ada)
    token = ada["Cookie"].partition("=")[2].partition(".")[0]
    async with tenants.house.app.state.context.engine.database.pool.connection() as connection:
        rows = await (await connection.execute("select to_jsonb(s)::text as kept from kiwi_session s")).fetchall()
    assert rows
    assert not any(token in row["kept"] for row in rows)


async def test_the_page_itself_is_open_and_asks_for_the_key(tenants: Tenants) -> None:
    page = await ask(tenants, "GET", "/", {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page.status_code == 200
    assert "<main" in page.text
    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")
    assert (await ask(tenants, "GET", "/", {})).status_code == 401
    for strange in ("/web/../server.py", "/web/%2e%2e/server.py", "/web/__init__.py", "/web/", "/web/fonts"):
        assert (await ask(tenants, "GET", strange, {})).status_code in {401, 404}, strange


@pytest.mark.parametrize(("scheme", "secure"), [("http", False), ("https", True)])
async def test_over_tls_the_cookie_never_travels_without_it(tenants: Tenants, scheme: str, secure: bool) -> None:
    scope = {"type": "http", "scheme": scheme, "server": ("kiwi.example", 443), "path": "/api/session", "query_string": b"", "headers": []}
    answer = Response(status_code=204)
    sessions = tenants.house.app.state.keyring.sessions
    await set_cookie(answer, sessions, Session("ada", "", b"x" * 32), secure=is_secure(HTTPConnection(scope)))
    assert ("Secure" in answer.headers["set-cookie"]) is secure
