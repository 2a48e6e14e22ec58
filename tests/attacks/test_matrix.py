"""Who may do what: a row for every route that the app has, and each row tried by everybody who comes to mind."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from starlette.routing import BaseRoute, Route, WebSocketRoute
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from kiwi.access.keys import Keys, prefix_of
from kiwi.access.scopes import Scope
from kiwi.storage.postgres import Server
from tests.attacks.tenants import Headers, Tenants, open_tenants
from tests.databases import an_empty_database

NOBODYS = "00000000-0000-0000-0000-000000000000"
READ, CREATE, DELETE = Scope.READ, Scope.CREATE, Scope.DELETE
OPEN = "open to everybody"
ANY_KEY = "open to any key"

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.filterwarnings("ignore:astream_log is deprecated")]


@dataclass(frozen=True)
class Row:
    """A route as it is asked. ``FILM``, ``TALK`` and ``DELIVERY`` stand for something of the owner's: whoever else asks is told that
    it is not there."""

    needs: Scope | str
    asks: str
    owner_gets: int
    body: str = ""

    @property
    def is_about_something(self) -> bool:
        return any(name in self.asks + self.body for name in ("FILM", "TALK", "DELIVERY"))


GOING_ON = '{"input": {}, "config": {"configurable": {"thread_id": "FILM"}}}'
MATRIX: dict[tuple[str, str], Row] = {
    ("GET", "/openapi.json"): Row(ANY_KEY, "/openapi.json", 200),
    ("HEAD", "/openapi.json"): Row(ANY_KEY, "/openapi.json", 200),
    ("GET", "/asyncapi.json"): Row(ANY_KEY, "/asyncapi.json", 200),
    ("GET", "/"): Row(ANY_KEY, "/", 200),
    ("GET", "/web/{path:path}"): Row(OPEN, "/web/app.js", 200),
    ("GET", "/api/session"): Row(OPEN, "/api/session", 200),
    ("POST", "/api/session"): Row(ANY_KEY, "/api/session", 204),
    ("DELETE", "/api/session"): Row(ANY_KEY, "/api/session", 204),
    ("GET", "/docs"): Row(ANY_KEY, "/docs", 200),
    ("GET", "/docs/{name}"): Row(ANY_KEY, "/docs/start.js", 200),
    ("GET", "/api/health"): Row(OPEN, "/api/health", 200),
    ("GET", "/readyz"): Row(OPEN, "/readyz", 200),
    ("GET", "/metrics"): Row(Scope.METRICS, "/metrics", 200),
    ("GET", "/video/input_schema"): Row(ANY_KEY, "/video/input_schema", 200),
    ("GET", "/video/output_schema"): Row(ANY_KEY, "/video/output_schema", 200),
    ("GET", "/video/config_schema"): Row(ANY_KEY, "/video/config_schema", 200),
    ("GET", "/video/playground/{file_path:path}"): Row(ANY_KEY, "/video/playground/", 200),
    ("POST", "/mcp"): Row(ANY_KEY, "/mcp", 200, '{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}'),
    ("POST", "/api/video/create"): Row(CREATE, "/api/video/create", 202, '{"text_input": "tea"}'),
    ("POST", "/api/video/estimate"): Row(READ, "/api/video/estimate", 200, '{"text_input": "tea"}'),
    ("GET", "/api/video/tasks"): Row(READ, "/api/video/tasks", 200),
    ("GET", "/api/video/status/{task_id}"): Row(READ, "/api/video/status/FILM", 200),
    ("GET", "/api/video/file/{name}"): Row(READ, "/api/video/file/FILM.mp4", 200),
    ("HEAD", "/api/video/file/{name}"): Row(READ, "/api/video/file/FILM.mp4", 200),
    ("GET", "/api/video/events/{task_id}"): Row(READ, "/api/video/events/FILM", 200),
    ("GET", "/api/video/events"): Row(READ, "/api/video/events?ids=FILM", 200),
    ("GET", "/api/webhooks/deliveries"): Row(READ, "/api/webhooks/deliveries", 200),
    ("GET", "/api/webhooks/deliveries/{delivery_id}"): Row(READ, "/api/webhooks/deliveries/DELIVERY", 200),
    ("POST", "/api/webhooks/deliveries/{delivery_id}/resend"): Row(CREATE, "/api/webhooks/deliveries/DELIVERY/resend", 202),
    ("GET", "/api/webhooks/secret"): Row(CREATE, "/api/webhooks/secret", 200),
    ("POST", "/api/webhooks/secret/rotate"): Row(CREATE, "/api/webhooks/secret/rotate", 200),
    ("POST", "/api/video/tickets"): Row(READ, "/api/video/tickets", 201, '{"task_ids": ["FILM"]}'),
    ("WS", "/ws/{task_id}"): Row(READ, "/ws/FILM", 101),
    ("POST", "/video/invoke"): Row(CREATE, "/video/invoke", 200, GOING_ON),
    ("POST", "/video/batch"): Row(CREATE, "/video/batch", 200, GOING_ON.replace('"input": {}', '"inputs": [{}]')),
    ("POST", "/video/stream"): Row(CREATE, "/video/stream", 200, GOING_ON),
    ("POST", "/video/stream_log"): Row(CREATE, "/video/stream_log", 200, GOING_ON),
    ("POST", "/video/stream_events"): Row(CREATE, "/video/stream_events", 200, GOING_ON),
    ("POST", "/api/conversation/message"): Row(
        CREATE, "/api/conversation/message", 200, '{"conversation_id": "TALK", "message": "make it calm"}'
    ),
    ("GET", "/api/conversation/{conversation_id}"): Row(READ, "/api/conversation/TALK", 200),
    ("POST", "/api/conversation/{conversation_id}/generate"): Row(CREATE, "/api/conversation/TALK/generate", 202),
    ("DELETE", "/api/conversation/{conversation_id}"): Row(DELETE, "/api/conversation/TALK", 200),
    ("POST", "/api/video/task/{task_id}/cancel"): Row(CREATE, "/api/video/task/FILM/cancel", 200),
    ("POST", "/api/video/task/{task_id}/retry"): Row(CREATE, "/api/video/task/FILM/retry", 409),
    ("GET", "/api/video/task/{task_id}/storyboard"): Row(READ, "/api/video/task/FILM/storyboard", 200),
    ("GET", "/api/video/task/{task_id}/scenes/{number}/still.jpg"): Row(READ, "/api/video/task/FILM/scenes/1/still.jpg", 200),
    ("GET", "/api/video/task/{task_id}/preview.mp4"): Row(READ, "/api/video/task/FILM/preview.mp4", 200),
    ("HEAD", "/api/video/task/{task_id}/preview.mp4"): Row(READ, "/api/video/task/FILM/preview.mp4", 200),
    ("POST", "/api/video/task/{task_id}/review"): Row(CREATE, "/api/video/task/FILM/review", 409, '{"approve": true}'),
    ("POST", "/api/video/task/{task_id}/scenes/{number}/retake"): Row(
        CREATE, "/api/video/task/FILM/scenes/1/retake", 202, '{"text": "Another text."}'
    ),
    ("POST", "/api/video/task/{task_id}/variant"): Row(CREATE, "/api/video/task/FILM/variant", 202, '{"aspect": "9:16"}'),
    ("DELETE", "/api/video/task/{task_id}/scenes/{number}"): Row(CREATE, "/api/video/task/FILM/scenes/1", 202),
    ("DELETE", "/api/video/task/{task_id}"): Row(DELETE, "/api/video/task/FILM", 200),
}
"""In the order in which they are asked: what a film does not survive comes last."""


def leaves(routes: Iterable[BaseRoute]) -> Iterator[tuple[str, str]]:
    """Every method and path that is routed, of whatever kind; AssertionError for a kind that is not understood here."""
    for route in routes:
        if (router := getattr(route, "original_router", None)) is not None:
            yield from leaves(router.routes)
        elif isinstance(route, WebSocketRoute):
            yield "WS", route.path
        else:
            assert isinstance(route, Route), f"{route!r} is a kind of route that nobody has looked at"
            yield from ((method, route.path) for method in route.methods or ())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tenants(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Tenants]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("api.guard.MOST_GUESSES", 10_000)
        async with open_tenants(an_empty_database(server), tmp_path_factory.mktemp("matrix"), webhook_hosts="127.0.0.1:1") as tenants:
            yield tenants


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def belongings(tenants: Tenants) -> dict[str, str]:
    """A film, a conversation and a delivery of Ada's."""
    said = {"message": "Explain how tea is made"}
    answer = await tenants.house.client.post("/api/conversation/message", json=said, headers=tenants.ada)
    film = await tenants.made(tenants.ada, webhook_url="http://127.0.0.1:1/nobody")
    deliveries = (await tenants.house.client.get("/api/webhooks/deliveries", headers=tenants.ada)).json()
    return {"FILM": film, "TALK": answer.json()["conversation_id"], "DELIVERY": deliveries[0]["id"]}


async def test_every_route_has_a_row_and_every_row_a_route(tenants: Tenants) -> None:
    app: FastAPI = tenants.house.app
    assert set(leaves(app.routes)) == MATRIX.keys()


@pytest.mark.parametrize("named", MATRIX, ids=" ".join)
async def test_only_the_owner_with_the_scope_gets_through(tenants: Tenants, belongings: dict[str, str], named: tuple[str, str]) -> None:
    method, row = named[0], MATRIX[named]
    revoked = await tenants.key("ada")
    await tenants.keys.revoke(prefix_of(revoked["Authorization"].removeprefix("Bearer ")))
    ask = Asking(tenants, method, row)
    for headers in ({}, revoked, {"X-API-Key": "kiwi_0123456789ab_" + "x" * 43}):
        assert await ask.status(belongings, headers) == (row.owner_gets if row.needs == OPEN else ask.refused(401))
    if isinstance(row.needs, Scope):
        others = [scope for scope in Scope if scope is not row.needs]
        assert await ask.status(belongings, await tenants.key("ada", others)) == ask.refused(403)
    if row.is_about_something:
        for stranger in (tenants.bob, tenants.operator):
            theirs, nobodys = (
                await ask.told(belongings, stranger),
                await ask.told(dict.fromkeys(belongings, NOBODYS), stranger),
            )
            assert theirs == nobodys
            assert theirs[0] == 404
    needed = [row.needs] if isinstance(row.needs, Scope) else [Scope.METRICS]
    await settled(tenants, belongings["FILM"])
    assert await ask.status(belongings, await tenants.key("ada", needed)) == row.owner_gets


async def settled(tenants: Tenants, film: str) -> None:
    """Wait until nobody makes a film any more: what an earlier row has begun is done."""
    async with asyncio.timeout(20):
        while (await tenants.house.client.get(f"/api/video/status/{film}", headers=tenants.ada)).json()["status"] in {
            "pending",
            "processing",
        }:
            await asyncio.sleep(0.05)


class Asking:
    """Asks for a row's route."""

    def __init__(self, tenants: Tenants, method: str, row: Row) -> None:
        self.tenants = tenants
        self.method = method
        self.row = row

    def refused(self, status: int) -> int:
        """What a refusal looks like here: a WebSocket knows one only."""
        return 403 if self.method == "WS" else status

    async def status(self, names: dict[str, str], headers: Headers) -> int:
        return int((await self.told(names, headers))[0])

    async def told(self, names: dict[str, str], headers: Headers) -> tuple[Any, ...]:
        """Status, headers and body, without what differs from one request to the next."""
        path, body = self.row.asks, self.row.body
        for name, known in names.items():
            path, body = path.replace(name, known), body.replace(name, known)
        if self.method == "WS":
            return await self._listen(path, names, headers)
        sent: dict[str, Any] = (
            {"content": body, "headers": {**headers, "Content-Type": "application/json"}} if body else {"headers": headers}
        )
        self.tenants.house.client.cookies.clear()  # of a session that an earlier row has begun
        answer = await self.tenants.house.client.request(self.method, path, **sent)
        return answer.status_code, _kept(answer.headers), _without(names, answer.text, answer.headers["x-request-id"])

    async def _listen(self, path: str, names: dict[str, str], headers: Headers) -> tuple[Any, ...]:
        try:
            async with connect(f"{self.tenants.house.ws}{path}", additional_headers=headers) as socket:
                message = str(await socket.recv())
        except InvalidStatus as refusal:
            return (refusal.response.status_code,)
        return 404 if json.loads(message).get("error") == "Task not found" else 101, _without(names, message)


def _kept(headers: httpx.Headers) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers.items() if name not in {"date", "x-request-id"}]


def _without(names: dict[str, str], text: str, *more: str) -> str:
    for changing in (*names.values(), *more):
        text = text.replace(changing, "…")
    return text


async def test_what_is_anothers_takes_as_long_as_what_is_not_there(tenants: Tenants, belongings: dict[str, str]) -> None:
    film = await tenants.made(tenants.ada)
    for path in ("/api/video/status/{}", "/api/video/file/{}.mp4", "/api/video/events/{}"):
        seconds: dict[str, list[float]] = {film: [], NOBODYS: []}
        for _ in range(60):
            for name, known in seconds.items():  # in turn, so that both meet the same load
                answer = await tenants.house.client.get(path.format(name), headers=tenants.bob)
                assert answer.status_code == 404
                known.append(answer.elapsed.total_seconds())
        theirs, nobodys = (sorted(known)[5] for known in seconds.values())
        assert abs(theirs - nobodys) < 0.25 * nobodys + 0.0002, (path, theirs, nobodys)


async def test_the_key_itself_is_kept_nowhere(tenants: Tenants) -> None:
    made, key = await Keys(tenants.house.app.state.context.engine.database).create("ada")
    async with tenants.house.app.state.context.engine.database.pool.connection() as connection:
        rows = await (await connection.execute("select to_jsonb(k)::text as kept from kiwi_key k")).fetchall()
    secret = key.removeprefix(made.prefix + "_")
    assert len(secret) >= 43
    assert any(made.prefix in row["kept"] for row in rows)
    assert not any(secret in row["kept"] for row in rows)
    assert (await tenants.house.client.get("/api/video/tasks", headers={"X-API-Key": key})).status_code == 200
    for near in (key[:-1], key + "x", made.prefix, f"{made.prefix}_", f"{made.prefix}_{'x' * 43}", secret):
        assert (await tenants.house.client.get("/api/video/tasks", headers={"X-API-Key": near})).status_code == 401
