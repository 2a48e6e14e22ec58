"""Safe by default: keys, origins, hosts, limits, and nothing secret in the log."""

import asyncio
import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
import structlog
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from api.guard import MOST_GUESSES, Guesses, check_exposure, check_keys, proxies_of
from api.journal import Hide, keep_journal
from kiwi.access.keys import Keys
from kiwi.errors import SetupIncomplete
from kiwi.storage.database import open_database
from kiwi.storage.postgres import Server
from testing.servers import House, Studio, open_house, settings_for, told_by_sse

KEY, OTHER = "kiwi_0123456789abcdef", "kiwi_fedcba9876543210"
BEARER = {"Authorization": f"Bearer {KEY}"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def locked(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("locked")
    settings = settings_for(server.url, folder, api_keys=f"{KEY}, {OTHER}", upload_mb=1)
    async with open_house(settings, Studio(folder)) as house:
        yield house


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("open")
    async with open_house(settings_for(server.url, folder, upload_mb=1), Studio(folder)) as house:
        yield house


def test_guesses_are_counted_by_address_and_minute() -> None:
    guesses = Guesses()
    for number in range(MOST_GUESSES):
        guesses.count("192.0.2.1", 120.0)
        guesses.count(f"2001:db8::{number}", 121.0)
        guesses.count(f"::ffff:192.0.2.{number}", 121.0)
    assert guesses.too_many("192.0.2.1", 179.0)
    assert guesses.too_many("2001:db8::ffff", 179.0)
    assert not guesses.too_many("192.0.2.2", 179.0)
    assert not guesses.too_many("::ffff:192.0.2.2", 179.0)
    assert not guesses.too_many("2001:db8:0:1::1", 179.0)
    assert not guesses.too_many("192.0.2.1", 180.0)


@pytest.mark.asyncio(loop_scope="module")
async def test_any_of_the_keys_opens_and_probes_need_none(locked: House) -> None:
    for headers in (BEARER, {"X-API-Key": OTHER}, {"Authorization": f"bearer {OTHER}"}):
        assert (await locked.client.get("/api/video/tasks", headers=headers)).status_code == 200
    for headers in ({"Authorization": KEY}, {"Authorization": f"Basic {KEY}"}, {"X-API-Key": f"{KEY}, {OTHER}"}, {"Cookie": f"key={KEY}"}):
        refused = await locked.client.get("/nowhere", headers=headers)
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert (await locked.client.get("/nowhere", headers=BEARER)).status_code == 404
    health = (await locked.client.get("/api/health")).json()
    assert health["status"] == "healthy"
    assert KEY not in json.dumps(health)
    assert (await locked.client.get("/readyz")).status_code == 200


@pytest.mark.asyncio(loop_scope="module")
async def test_a_browser_streams_with_a_ticket(locked: House) -> None:
    answer = await locked.client.post("/api/video/create", json={"text_input": "tea"}, headers=BEARER)
    task_id = answer.json()["task_id"]

    async def ticket() -> str:
        answer = await locked.client.post("/api/video/tickets", json={"task_ids": [task_id]}, headers=BEARER)
        assert (answer.status_code, answer.json()["expires_in"]) == (201, 60)
        return str(answer.json()["ticket"])

    once = await ticket()
    async with connect(f"{locked.ws}/ws/{task_id}?ticket={once}") as socket:
        assert json.loads(await socket.recv())["type"] == "connected"
    for url in (f"{locked.ws}/ws/{task_id}", f"{locked.ws}/ws/{task_id}?ticket={once}", f"{locked.ws}/ws/other?ticket={await ticket()}"):
        with pytest.raises(InvalidStatus):
            await connect(url)
    async with connect(f"{locked.ws}/ws/{task_id}", additional_headers=BEARER) as socket:
        await socket.recv()
    events = f"/api/video/events/{task_id}"
    assert (await told_by_sse(locked.client, f"{events}?ticket={await ticket()}"))[-1][1]["type"] == "complete"
    many = f"/api/video/events?ids={task_id}&ticket={await ticket()}"
    assert (await told_by_sse(locked.client, many))[-1][1]["type"] == "complete"
    assert (await locked.client.get(f"/api/video/status/{task_id}?ticket={await ticket()}")).status_code == 401
    for ids in ([], "x", [1], ["x"] * 51, None):
        refused = await locked.client.post("/api/video/tickets", json={"task_ids": ids}, headers=BEARER)
        assert (refused.status_code, "task_ids" in refused.json()["detail"]) == (422, True)


@pytest.mark.asyncio(loop_scope="module")
async def test_only_known_web_pages_may_call(house: House) -> None:
    home, evil = {"Origin": "http://localhost:3000"}, {"Origin": "http://evil.example"}
    preflight = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type,idempotency-key"}
    allowed = await house.client.options("/api/video/create", headers={**home, **preflight})
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, "http://localhost:3000")
    assert (await house.client.options("/api/video/create", headers={**evil, **preflight})).status_code == 400
    created = await house.client.post("/api/video/create", json={"text_input": "tea"}, headers=home)
    assert created.headers["access-control-allow-origin"] == "http://localhost:3000"
    assert "Location" in created.headers["access-control-expose-headers"]
    for origin in (evil, {"Origin": "null"}, {"Origin": "http://localhost:3000.evil.example"}):
        refused = await house.client.post("/api/video/create", json={"text_input": "tea"}, headers=origin)
        assert (refused.status_code, "Origin" in refused.json()["detail"]) == (403, True)
        assert "access-control-allow-origin" not in refused.headers
        with pytest.raises(InvalidStatus):
            await connect(f"{house.ws}/ws/{created.json()['task_id']}", origin=origin["Origin"])  # type: ignore[arg-type]
    assert "access-control-allow-origin" not in (await house.client.get("/api/video/tasks", headers=evil)).headers
    own = await house.client.post("/api/video/create", json={"text_input": "tea"}, headers={"Origin": house.url})
    assert own.status_code == 202


@pytest.mark.asyncio(loop_scope="module")
async def test_strange_host_names_are_turned_away(house: House) -> None:
    port = httpx.URL(house.url).port
    for host in ("evil.example", f"evil.example:{port}", "127.0.0.1.evil.example", "[::2]"):
        answer = await house.client.get("/api/video/tasks", headers={"Host": host})
        assert (answer.status_code, "Host" in answer.json()["detail"]) == (400, True)
    for host in (f"localhost:{port}", "LOCALHOST", "[::1]:80", "127.0.0.1"):
        assert (await house.client.get("/api/video/tasks", headers={"Host": host})).status_code == 200


@pytest.mark.asyncio(loop_scope="module")
async def test_too_much_is_refused_before_it_is_read(house: House) -> None:
    url = "/api/video/create"
    announced = await house.client.post(url, content=b"x" * (2**20 + 1), headers={"content-type": "application/json"})
    assert (announced.status_code, announced.headers["connection"]) == (413, "close")
    assert "1 MB" in announced.json()["detail"]

    async def drip() -> AsyncIterator[bytes]:
        for _ in range(17):
            yield b"x" * 65_536

    for kind in ("application/json", "multipart/form-data; boundary=b"):
        dripped = await house.client.post(url, content=drip(), headers={"content-type": kind})
        assert dripped.status_code in {400, 413} if "multi" in kind else dripped.status_code == 413
        assert dripped.headers["content-type"] == "application/problem+json"
    form = await house.client.post(url, files={"audio": ("a.webm", b"\x1aE\xdf\xa3" * 300_000)})
    assert form.status_code == 413
    reader, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(house.url).port)
    writer.write(b"POST /api/video/create HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999999\r\n\r\n")
    assert b" 413 " in await asyncio.wait_for(reader.readline(), 5)
    writer.close()


@pytest.mark.asyncio(loop_scope="module")
async def test_every_answer_carries_its_id_and_the_security_headers(house: House) -> None:
    for path in ("/", "/docs", "/nowhere", "/api/video/tasks"):
        answer = await house.client.get(path, headers={"X-Request-ID": "mine-1"})
        assert answer.headers["x-request-id"] == "mine-1"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert "server" not in answer.headers
    for strange in ("a b", "x" * 200, "a\tb"):
        assert (await house.client.get("/", headers={"X-Request-ID": strange})).headers["x-request-id"] != strange


async def test_other_addresses_need_keys_and_keys_need_length(database_url: str, tmp_path: Path) -> None:
    for host in ("127.0.0.1", "localhost", "::1", "127.8.8.8"):
        await check_exposure(settings_for("", tmp_path), host)
    for host in ("0.0.0.0", "::", "192.168.1.7", "example.org", ""):
        with pytest.raises(SetupIncomplete, match="KIWI_API_KEYS"):
            await check_exposure(settings_for(database_url, tmp_path), host)
        await check_exposure(settings_for("", tmp_path, api_keys=KEY), host)
    async with open_database(database_url, tmp_path) as database:
        key, _ = await Keys(database).create("ada")
        await Keys(database).revoke(key.prefix)
    await check_exposure(settings_for(database_url, tmp_path), "0.0.0.0")  # where a key was ever made, one is asked for
    check_keys(settings_for("", tmp_path, api_keys=KEY))
    with pytest.raises(SetupIncomplete, match="shorter"):
        check_keys(settings_for("", tmp_path, api_keys=f"{KEY},short"))


def test_proxies_are_addresses_or_networks(tmp_path: Path) -> None:
    assert proxies_of(settings_for("", tmp_path)) == []
    assert proxies_of(settings_for("", tmp_path, proxies="10.0.0.7, 2001:db8::/32")) == ["10.0.0.7", "2001:db8::/32"]
    for strange in ("*", "proxy.example", "10.0.0.1/8", "127.0.0.1,*"):
        with pytest.raises(SetupIncomplete, match="KIWI_PROXIES"):
            proxies_of(settings_for("", tmp_path, proxies=strange))


@pytest.fixture
def journal() -> Iterator[io.StringIO]:
    """The log of a program that keeps secrets."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    lines = io.StringIO()
    keep_journal([KEY], lines)
    yield lines
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_a_log_line_is_json_with_its_task_and_without_secrets(journal: io.StringIO) -> None:
    log = logging.getLogger("kiwi.somewhere")
    with structlog.contextvars.bound_contextvars(task_id="t-1", request_id="r-1"):
        log.warning("key %s, postgresql://me:hunter2@host/db, Authorization: Bearer abc.def, ?ticket=1.2.3&x=1", KEY)
        secret = "hunter2"  # a traceback shows the lines of the source
        try:
            raise ValueError(f"password={secret} {KEY}")
        except ValueError:
            log.exception("it broke")
    structlog.stdlib.get_logger("api").info("answered", api_key=KEY, task_id="t-2")
    text = journal.getvalue()
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["task_id"] for line in lines] == ["t-1", "t-1", "t-2"]
    assert {line["level"] for line in lines} == {"warning", "error", "info"}
    assert all(line["timestamp"].endswith("Z") for line in lines)
    for secret in (KEY, "hunter2", "abc.def", "1.2.3"):
        assert secret not in text.replace('secret = \\"hunter2\\"', "")
    assert "ValueError" in text


def test_hiding_leaves_the_rest_as_it_is() -> None:
    line = '{"event": "token economy at 12:30, see http://host:80/x", "n": 1}'
    assert Hide([])(None, "", line) == line
