"""Webhooks: what becomes of a film is told to its client's server, signed, until it arrives, and nowhere it must not go."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import pytest_asyncio
from standardwebhooks import Webhook, WebhookVerificationError

import graph.outbox
from graph.outbox import PAUSES
from kiwi.errors import BadWebhook, SetupIncomplete
from kiwi.film.model import Brief
from kiwi.net.addresses import is_public
from kiwi.net.webhooks import Receivers, places_of
from kiwi.storage.database import Database, open_database
from kiwi.storage.postgres import Server
from kiwi.tasks.deliveries import Deliveries, State, expecting
from kiwi.tasks.table import Tasks
from kiwi.tasks.task import Status
from server import open_engine
from testing.servers import House, OtherServer, Studio, a_free_port, open_house, settings_for
from tests.databases import an_empty_database
from tests.net.test_download import HOSTILE, Names
from tests.wires import a_wire, http

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Receiver:
    """A client's server: answers in turn what it was told to, the last for ever, and keeps what came."""

    answers: list[bytes] = field(default_factory=lambda: [http(status=204)])
    came: list[tuple[dict[str, str], str]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = [line.partition(": ") for line in head.split("\r\n")[1:] if line]
        headers = {name.lower(): value for name, _, value in lines}
        body = (await reader.readexactly(int(headers["content-length"]))).decode()
        self.came.append((headers, body))
        writer.write(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])
        await writer.drain()
        writer.close()

    async def told(self, number: int, within: float = 30) -> list[dict[str, Any]]:
        """What the first so many requests said."""
        async with asyncio.timeout(within):
            while len(self.came) < number:
                await asyncio.sleep(0.02)
        return [json.loads(body) for _, body in self.came[:number]]


@asynccontextmanager
async def a_receiver(port: int = 0, **known: Any) -> AsyncIterator[Receiver]:
    receiver = Receiver(**known)
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", port)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def one_house(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("webhooks")
    async with open_house(settings_for(an_empty_database(server), folder), Studio(folder)) as house:
        yield house


@pytest_asyncio.fixture(loop_scope="module")
async def house(one_house: House, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    await one_house.clean()
    monkeypatch.setattr(graph.outbox, "PAUSES", (0.05, 0.05))
    yield one_house
    await one_house.clean()


def allow(house: House, *receivers: Receiver, **more: Any) -> None:
    """Have the operator allow these receivers, and no other of an earlier test."""
    house.app.state.context.engine.outbox.receivers = Receivers(tuple(f"127.0.0.1:{one.port}" for one in receivers), **more)


async def create(house: House, url: str, **more: Any) -> str:
    answer = await house.client.post("/api/video/create", json={"text_input": "tea", "webhook_url": url, **more})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["task_id"])


async def secret(house: House) -> str:
    return str((await house.client.get("/api/webhooks/secret")).json()["secret"])


async def deliveries(house: House, query: str = "") -> list[dict[str, Any]]:
    return list((await house.client.get(f"/api/webhooks/deliveries{query}")).json())


async def settled(house: House, state: str, number: int = 1) -> list[dict[str, Any]]:
    """The deliveries, when so many stand like this."""
    async with asyncio.timeout(30):
        while len(found := [one for one in await deliveries(house) if one["state"] == state]) < number:
            await asyncio.sleep(0.02)
    return found


async def test_every_end_and_the_wait_for_a_review_are_told_as_the_status_shows_them(house: House) -> None:
    async with a_receiver() as receiver:
        allow(house, receiver)
        film = await create(house, receiver.url, review=True)
        await receiver.told(1)
        await house.client.post(f"/api/video/task/{film}/review", json={"approve": True})
        await receiver.told(2)
        (house.studio.folder / "hold-write").touch()
        cancelled = await create(house, receiver.url)
        await house.studio.noted("begin write", 30)
        await house.client.post(f"/api/video/task/{cancelled}/cancel")
        (house.studio.folder / "hold-write").unlink()
        awaiting, completed, ended = await receiver.told(3)
        verifier = Webhook(await secret(house))
        for headers, body in receiver.came:
            verifier.verify(body, headers)
        assert [one["type"] for one in (awaiting, completed, ended)] == ["film.awaiting_review", "film.completed", "film.cancelled"]
        assert awaiting["data"]["status"] == "awaiting_review"
        assert awaiting["data"]["data"]["scenes"]
        assert completed["data"] == await house.status(film)
        assert completed["data"]["result"]["video_url"]
        assert completed["timestamp"] == completed["data"]["updated_at"]
        assert ended["data"] == await house.status(cancelled)
        assert len({headers["webhook-id"] for headers, _ in receiver.came}) == 3
        assert [one["state"] for one in await deliveries(house, f"?task_id={film}")] == ["delivered", "delivered"]


async def test_a_failure_is_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_receiver() as receiver:
        allow(house, receiver)
        (house.studio.folder / "hold-write").touch()
        film = await create(house, receiver.url)
        await house.studio.noted("begin write", 30)
        engine = house.app.state.context.engine
        await engine.tasks.fail(film, (await engine.tasks.get(film)).attempt, "The paper tore.")
        (house.studio.folder / "hold-write").unlink()
        told = (await receiver.told(1))[0]
        assert (told["type"], told["data"]["error"]) == ("film.failed", "The paper tore.")


async def test_nobody_is_told_of_a_film_that_named_nobody(house: House) -> None:
    async with a_receiver() as receiver:
        allow(house, receiver)
        await house.ended(await house.create())
        assert not await deliveries(house)
        assert not receiver.came


async def test_the_operators_own_address_is_told_of_all_but_those_that_name_another(house: House) -> None:
    async with a_receiver() as operators, a_receiver() as own:
        allow(house, own, default=operators.url)
        first = await house.create()
        await operators.told(1)
        second = await create(house, own.url)
        told = await own.told(1)
        assert [body["data"]["task_id"] for body in await operators.told(1)] == [first]
        assert told[0]["data"]["task_id"] == second
        # the address is allowed, not the place
        refused = await house.client.post("/api/video/create", json={"text_input": "tea", "webhook_url": operators.url + "/other"})
        assert refused.status_code == 422


async def test_what_does_not_arrive_is_tried_again_with_the_same_words_and_id(house: House) -> None:
    async with a_receiver(answers=[http(status=500), http(status=429, Retry_After="1"), http(status=200)]) as receiver:
        allow(house, receiver)
        await create(house, receiver.url)
        delivered = (await settled(house, "delivered"))[0]
        assert (delivered["tries"], delivered["status"], delivered["error"], delivered["next_at"]) == (3, 200, "", None)
        assert len({body for _, body in receiver.came}) == 1
        assert {headers["webhook-id"] for headers, _ in receiver.came} == {delivered["id"]}
        stamps = [int(headers["webhook-timestamp"]) for headers, _ in receiver.came]
        assert stamps[2] > stamps[0]  # it was left alone for the second it asked for


async def test_it_is_given_up_in_the_end_and_can_be_asked_for_again(house: House) -> None:
    async with a_receiver(answers=[http(status=503)]) as receiver:
        allow(house, receiver)
        await create(house, receiver.url)
        failed = (await settled(house, "failed"))[0]
        assert (failed["tries"], failed["error"]) == (3, "The receiver answered 503.")
        receiver.answers = [http()]
        again = await house.client.post(f"/api/webhooks/deliveries/{failed['id']}/resend")
        assert (again.status_code, again.json()["state"]) == (202, "waiting")
        assert (await settled(house, "delivered"))[0]["tries"] == 4
        # and once more, though it has arrived
        await house.client.post(f"/api/webhooks/deliveries/{failed['id']}/resend")
        await receiver.told(5)
        assert len({headers["webhook-id"] for headers, _ in receiver.came}) == 1


async def test_one_that_waits_for_its_hour_can_be_had_now_and_only_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph.outbox, "PAUSES", (3600.0,))
    outbox = house.app.state.context.engine.outbox
    async with a_receiver(answers=[http(status=500), http()]) as receiver:
        allow(house, receiver)
        await create(house, receiver.url)
        async with asyncio.timeout(30):
            while not (waiting := await deliveries(house)) or not waiting[0]["tries"]:
                await asyncio.sleep(0.02)
        hour = (await outbox.deliveries.get("local", waiting[0]["id"])).turn
        await house.client.post(f"/api/webhooks/deliveries/{waiting[0]['id']}/resend")
        await receiver.told(2)
        await settled(house, "delivered")
        await outbox._deliver(waiting[0]["id"], hour)  # the job of the hour comes, and finds nothing to do
        assert len(receiver.came) == 2


async def test_a_receiver_that_wants_no_more_is_left_alone(house: House) -> None:
    async with a_receiver(answers=[http(status=410)]) as receiver:
        allow(house, receiver)
        await create(house, receiver.url)
        assert (await settled(house, "failed"))[0]["tries"] == 1


async def test_no_redirect_is_followed(house: House) -> None:
    async with a_receiver() as canary, a_receiver(answers=[http(status=307, Location=canary.url)]) as receiver:
        allow(house, receiver, canary)
        await create(house, receiver.url)
        failed = (await settled(house, "failed"))[0]
        assert "redirects are not followed" in failed["error"]
        assert not canary.came


async def test_a_replaced_secret_signs_beside_its_successor_and_the_one_before_no_more(house: House) -> None:
    async with a_receiver() as receiver:
        allow(house, receiver)
        secrets = [await secret(house)]
        for _ in range(2):
            rotated = (await house.client.post("/api/webhooks/secret/rotate")).json()
            assert rotated["former_signs_until"]
            secrets.append(rotated["secret"])
        assert await secret(house) == secrets[-1]
        await create(house, receiver.url)
        await receiver.told(1)
        headers, body = receiver.came[0]
        for good in secrets[1:]:
            Webhook(good).verify(body, headers)
        with pytest.raises(WebhookVerificationError):
            Webhook(secrets[0]).verify(body, headers)
        with pytest.raises(WebhookVerificationError):
            Webhook(secrets[-1]).verify(body.replace("film", "fi1m"), headers)


async def test_a_secret_that_retired_signs_nothing(house: House) -> None:
    former = await secret(house)
    await house.client.post("/api/webhooks/secret/rotate")
    engine = house.app.state.context.engine
    async with engine.database.pool.connection() as connection:
        await connection.execute("update kiwi_webhook_secret set retires_at = now() where retires_at is not null")
    assert former not in (await engine.outbox.deliveries.secrets("local")).signing


async def test_nobody_can_have_the_server_ask_what_is_not_on_the_internet() -> None:
    async def here(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    async with a_wire() as canary:
        for url in HOSTILE:
            answer = await Receivers(resolve=here).post(url.replace("{port}", str(canary.port)), b"{}", {})
            assert (answer.status, bool(answer.error)) == (None, True), url
        assert canary.connections == 0


@pytest.mark.parametrize(
    "url", ["http://example.com/x", "https://127.0.0.1/x", "https://example.com:8443/x", "nonsense", "https://u:p@example.com/"]
)
async def test_a_film_that_would_be_told_there_is_not_promised(house: House, url: str) -> None:
    allow(house)
    refused = await house.client.post("/api/video/create", json={"text_input": "tea", "webhook_url": url})
    assert (refused.status_code, refused.json()["field"]) == (422, "webhook_url")
    assert await house.stored() == 0


async def test_one_inner_address_among_public_ones_is_one_too_many() -> None:
    for addresses in (["10.0.0.1"], ["93.184.216.34", "169.254.169.254"], ["::ffff:127.0.0.1"], ["64:ff9b::7f00:1"]):
        assert not all(map(is_public, addresses))
        answer = await Receivers(resolve=Names(*addresses)).post("https://example.com/hooks", b"{}", {})
        assert (answer.status, "not on the internet" in answer.error) == (None, True)


async def test_it_is_sent_over_the_very_address_that_was_looked_up() -> None:
    names = Names("127.0.0.1")
    async with a_receiver() as receiver:
        receivers = Receivers((f"*.internal:{receiver.port}",), resolve=names)
        answer = await receivers.post(f"http://hooks.internal:{receiver.port}/x", b"{}", {"content-type": "application/json"})
        assert answer.status == 204
        assert names.asked == [("hooks.internal", receiver.port)]
        assert receiver.came[0][0]["host"] == f"hooks.internal:{receiver.port}"


async def test_a_receiver_that_never_answers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(30)

    monkeypatch.setattr("kiwi.net.webhooks.ANSWER_SECONDS", 0.3)
    async with a_wire({"/x": silence}) as wire:
        answer = await Receivers((f"127.0.0.1:{wire.port}",)).post(wire.url("/x"), b"{}", {})
        assert (answer.status, answer.error) == (None, "No answer came within 0.3 s.")


async def test_the_pauses_grow_and_fill_a_day() -> None:
    assert list(PAUSES) == sorted(PAUSES)
    assert 23 * 3600 < sum(PAUSES) < 25 * 3600


async def test_an_operator_is_told_what_is_no_host() -> None:
    assert places_of(" localhost:9000, *.Internal ,[::1]:80") == ("localhost:9000", "*.internal", "[::1]:80")
    for odd in ("http://localhost", "a b", "*", "x:y", "a/b"):
        with pytest.raises(BadWebhook, match="is no host"):
            places_of(odd)


async def test_a_default_that_is_no_address_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SetupIncomplete, match="KIWI_WEBHOOK_URL"):
        async with open_engine(settings_for("postgresql:///nowhere", tmp_path, webhook_url="nonsense")):
            pass


async def test_an_end_and_its_delivery_are_written_together_or_not_at_all(server: Server) -> None:
    broken = """
        create function broken() returns trigger language plpgsql as $$ begin raise exception 'torn'; end $$;
        create trigger broken before insert on procrastinate_jobs for each row execute function broken();
    """
    async with open_database(an_empty_database(server), Path()) as database, Tasks(database) as tasks:
        task, _ = await tasks.submit(Brief(words="tea"), enqueue=expecting("https://example.com/hooks"))
        await tasks.begin(task.id)
        async with database.pool.connection() as connection:
            await connection.execute(broken)
        with pytest.raises(psycopg.errors.RaiseException, match="torn"):
            await tasks.finish(task.id, 1, {})
        assert (await tasks.get(task.id)).status is Status.PROCESSING
        assert await counted(database) == (0, 0)
        async with database.pool.connection() as connection:
            await connection.execute("drop trigger broken on procrastinate_jobs")
        await tasks.finish(task.id, 1, {})
        assert await counted(database) == (1, 1)
        await tasks.delete(task.id)
        assert (await counted(database))[0] == 0


async def counted(database: Database) -> tuple[int, int]:
    """Deliveries and jobs."""
    async with database.pool.connection() as connection:
        found = await connection.execute(
            "select (select count(*) from kiwi_delivery) as deliveries, (select count(*) from procrastinate_jobs) as jobs"
        )
        row = (await found.fetchall())[0]
    return row["deliveries"], row["jobs"]


async def test_what_a_dead_worker_had_in_hand_is_sent_by_another(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph.outbox, "PAUSES", (3600.0,))
    monkeypatch.setattr(graph.outbox, "MEND_SECONDS", 0.1)
    async with a_receiver(answers=[http(status=500), http()]) as receiver:
        allow(house, receiver)
        await create(house, receiver.url)
        async with asyncio.timeout(30):
            while not (waiting := await deliveries(house)) or not waiting[0]["tries"]:
                await asyncio.sleep(0.02)
        async with house.app.state.context.engine.database.pool.connection() as connection:
            await connection.execute("update procrastinate_jobs set status = 'doing', worker_id = null where queue_name = 'webhooks'")
        await receiver.told(2)


async def test_a_killed_server_tells_after_its_restart(server: Server, tmp_path: Path) -> None:
    port = a_free_port()
    studio = Studio(tmp_path / "studio")
    other = OtherServer(studio, an_empty_database(server), a_free_port(), webhook_hosts=f"127.0.0.1:{port}")
    async with other:
        house = House(f"http://127.0.0.1:{other.port}", httpx.AsyncClient(base_url=f"http://127.0.0.1:{other.port}", timeout=20), studio)
        film = await create(house, f"http://127.0.0.1:{port}/hooks")
        await house.ended(film)
        await other.stop()
        await other.start()
        async with a_receiver(port) as receiver:
            told = (await receiver.told(1, within=60))[0]
            assert (told["type"], told["data"]["task_id"]) == ("film.completed", film)
        await house.client.aclose()


async def test_news_goes_before_what_is_tried_again(server: Server) -> None:
    async with open_database(an_empty_database(server), Path()) as database, Tasks(database) as tasks:
        store = Deliveries(database)
        told = []
        for _ in range(2):
            task, _ = await tasks.submit(Brief(words="tea"), enqueue=expecting("https://example.com/hooks"))
            await tasks.begin(task.id)
            await tasks.finish(task.id, 1, {})
            told.append((await store.list("local", task_id=task.id))[0][0])
        await store.tried(told[0], State.FAILED, status=500, error="no")
        await store.again("local", told[0].id)
        async with database.pool.connection() as connection:
            found = await connection.execute("select args ->> 'delivery_id' as id, priority from procrastinate_jobs order by id")
            priorities = {row["id"]: row["priority"] for row in await found.fetchall()}
        assert (priorities[told[0].id], priorities[told[1].id]) == (0, 1)


async def test_a_slow_resolver_keeps_nobody_else_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    let_go = threading.Event()

    def tarpit(host: str, port: int, **_: Any) -> list[Any]:
        let_go.wait(20)
        return []

    monkeypatch.setattr("socket.getaddrinfo", tarpit)
    posts = [asyncio.create_task(Receivers().post("https://slow.example.com/x", b"{}", {})) for _ in range(16)]
    try:
        await asyncio.sleep(0.1)
        async with asyncio.timeout(2):
            assert await asyncio.to_thread(lambda: "others work on") == "others work on"
    finally:
        let_go.set()
        await asyncio.gather(*posts)
