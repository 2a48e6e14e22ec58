"""The Python client: one core, waited for or awaited, through cuts and restarts."""

import asyncio
import hashlib
import inspect
import random
import signal
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from kiwi.client import (
    AsyncFilmTask,
    AsyncKiwiClient,
    ClientError,
    Damaged,
    FilmTask,
    KiwiClient,
    NoFilm,
    Refused,
    State,
    Unreachable,
)
from kiwi.client.wire import SseReader, refusal
from kiwi.storage.postgres import Server
from testing.servers import FILM, House, OtherServer, Scissors, Studio, a_free_port, open_house, settings_for

RECORDING = (Path(__file__).parents[2] / "examples" / "brief.webm").read_bytes()
KEY = "kiwi_0123456789abcdef"

in_one_loop = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def one_house(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("client")
    settings = settings_for(server.url, folder, api_keys=KEY, queue=3)
    async with open_house(settings, Studio(folder), headers={"Authorization": f"Bearer {KEY}"}) as house:
        yield house


@pytest_asyncio.fixture(loop_scope="module")
async def house(one_house: House) -> AsyncIterator[House]:
    await one_house.clean()
    yield one_house
    await one_house.clean()


@pytest_asyncio.fixture(loop_scope="module")
async def client(house: House) -> AsyncIterator[AsyncKiwiClient]:
    async with AsyncKiwiClient(house.url, KEY) as client:
        yield client


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@in_one_loop
async def test_from_words_to_a_file(client: AsyncKiwiClient, tmp_path: Path) -> None:
    task = await client.create("tea", seconds=6, size="1080x1080", fps=24)
    heard: list[int] = []
    assert await task.wait(lambda event: heard.append(event.seq)) is task
    assert heard == list(range(1, heard[-1] + 1))
    assert (task.status, task.progress) == ("completed", 100)
    film = await task.download(tmp_path)
    assert film.read_bytes() == FILM
    assert film.name == f"{task.id}.mp4"
    assert (await task.download(tmp_path / "tea.vtt", "vtt")).read_bytes() == b"WEBVTT\n"
    assert names_in(tmp_path) == sorted([film.name, "tea.vtt"])
    again = await client.task(task.id)
    assert again.state == task.state


@in_one_loop
async def test_a_film_is_watched_while_it_is_made_and_afterwards(house: House, client: AsyncKiwiClient) -> None:
    house.studio.hold("write")
    task = await client.create("tea")
    parts = task.preview()
    assert (await anext(parts))[4:8] == b"ftyp"
    house.studio.release("write")
    assert all(part.endswith(b"free") for part in [part async for part in parts])  # what fakes draw cannot be seen
    assert b"".join([part async for part in (await task.wait()).preview()]) == FILM
    with pytest.raises(Refused):
        [part async for part in AsyncFilmTask(client, State("nobody")).preview()]

    def watch() -> bytes:
        with KiwiClient(house.url, KEY) as waiting:
            return b"".join(waiting.task(task.id).preview())

    assert await asyncio.to_thread(watch) == FILM


@in_one_loop
async def test_a_recording_is_sent_as_it_is(client: AsyncKiwiClient, tmp_path: Path) -> None:
    path = tmp_path / "brief.webm"
    path.write_bytes(RECORDING)
    spoken = [
        await client.create(audio=path, idempotency_key="said-once"),
        await client.create(audio=RECORDING, idempotency_key="said-once"),
    ]
    assert spoken[0].id == spoken[1].id
    await spoken[0].wait()
    assert spoken[0].state.transcription


@in_one_loop
async def test_progress_may_be_awaited_and_time_may_run_out(house: House, client: AsyncKiwiClient) -> None:
    house.studio.hold("read")
    task = await client.create("tea")
    heard = asyncio.Queue[int]()
    with pytest.raises(TimeoutError):
        await task.wait(lambda event: heard.put(event.seq), timeout=0.4)
    assert heard.qsize() >= 2
    assert not task.state.over
    house.studio.release("read")
    await task.wait(timeout=10)


@in_one_loop
async def test_a_film_is_cancelled_retried_retaken_and_deleted(house: House, client: AsyncKiwiClient) -> None:
    house.studio.hold("narrate")
    task = await client.create("tea")
    await house.studio.noted("begin narrate scene-1")
    await task.cancel()
    with pytest.raises(NoFilm, match="was cancelled"):
        await task.wait()
    with pytest.raises(NoFilm):
        await task.download("nowhere")
    house.studio.release("narrate")
    await (await task.retry()).wait()
    assert house.studio.notes()["done read"] == 1
    await (await task.retake(2, "Tea is something else.")).wait()
    assert task.state.scenes[1]["description"] == "Tea is something else."
    assert task.state.scenes[0]["description"] == "Tea is number 1."
    with pytest.raises(Refused, match="no scene 9") as refused:
        await task.retake(9, "More tea.")
    assert refused.value.status == 404
    await task.delete()
    with pytest.raises(Refused) as gone:
        await task.refresh()
    assert gone.value.status == 404


@in_one_loop
async def test_refusals_say_what_to_change(house: House, client: AsyncKiwiClient) -> None:
    for wrong, field in (({"seconds": 1}, "seconds"), ({"fps": 7}, "fps"), ({"size": "1x1"}, "size"), ({"theme": "mud"}, "theme")):
        with pytest.raises(Refused) as refused:
            await client.create("tea", **wrong)
        assert (refused.value.status, refused.value.field) == (422, field)
    with pytest.raises(Refused, match="no brief"):
        await client.create()
    async with AsyncKiwiClient(house.url, "wrong") as stranger:
        with pytest.raises(Refused, match="opens nothing here: it is wrong"):
            await stranger.tasks()
    house.studio.hold("read")
    with pytest.raises(Refused, match="waiting already") as full:
        [await client.create(f"tea {number}") for number in range(8)]
    assert (full.value.status, full.value.retry_after) == (429, 10)
    assert await house.stored() < 8


def test_a_refusal_names_the_limit_that_is_reached() -> None:
    told = b'{"status": 402, "detail": "Your films take 5 MB, which is the most (KIWI_OWNER_MB): delete some.", "limit": "megabytes"}'
    assert (refusal(402, told).limit, refusal(402, told).retry_after) == ("megabytes", None)
    assert refusal(429, b'{"detail": "later"}', "10").limit == ""


@in_one_loop
async def test_the_list_goes_on_over_pages(client: AsyncKiwiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiwi.client.awaiting.MOST_ON_A_PAGE", 2)
    made = [(await (await client.create(f"tea {number}")).wait()).id for number in range(5)]
    assert [task.id for task in await client.tasks()] == made[::-1]
    assert [task.id for task in await client.tasks(limit=3)] == made[:1:-1]
    assert await client.tasks(status="failed") == []


@in_one_loop
async def test_the_waiting_client_does_the_same_in_plain_code(house: House, tmp_path: Path) -> None:
    def use() -> None:
        caller = threading.current_thread()
        with KiwiClient(house.url, KEY) as client:
            assert client.health()["status"] == "healthy"
            task = client.create("tea")
            seen = [event.seq for event in task.events()]
            assert seen == list(range(1, seen[-1] + 1))
            heard: list[threading.Thread] = []
            other = client.create("green tea").wait(lambda event: heard.append(threading.current_thread()))
            assert set(heard) == {caller}
            assert task.download(tmp_path / "tea.mp4").read_bytes() == FILM
            assert {task.id, other.id} == {known.id for known in client.tasks()}
            for _ in task.events():
                break
            with pytest.raises(Refused):
                client.task("nope")
            house.studio.hold("read")
            slow = client.create("slow tea")
            with pytest.raises(TimeoutError):
                slow.wait(timeout=0.3)
            assert slow.cancel().id == slow.id

    await asyncio.to_thread(use)
    assert "kiwi-client" not in {thread.name for thread in threading.enumerate()}


def methods(kind: type) -> dict[str, inspect.Signature]:
    found = {}
    for name, function in inspect.getmembers(kind, inspect.isfunction):
        if not name.startswith("_") and name not in {"ask"}:
            signature = inspect.signature(function)
            found[name] = signature.replace(
                parameters=[parameter.replace(annotation=inspect.Parameter.empty) for parameter in signature.parameters.values()],
                return_annotation=inspect.Signature.empty,
            )
    return found


@pytest.mark.parametrize(("waiting", "awaited"), [(KiwiClient, AsyncKiwiClient), (FilmTask, AsyncFilmTask)])
def test_both_clients_take_the_same(waiting: type, awaited: type) -> None:
    assert methods(waiting) == methods(awaited)


async def test_events_survive_cuts_and_kills_and_miss_nothing(server: Server, database_url: str, tmp_path: Path) -> None:
    studio, port = Studio(tmp_path, pace=0.02), a_free_port()
    scissors = Scissors(port)
    async with OtherServer(studio, database_url, port) as other, scissors.open() as cut:
        async with AsyncKiwiClient(f"http://127.0.0.1:{cut}") as client:
            scissors.after = 6_000
            task = await client.create("tea")
            chance = random.Random("cuts")
            seen: list[int] = []
            async for event in task.events():
                seen.append(event.seq)
                scissors.after = chance.randrange(6_000, 9_000)
                if len(seen) == 4:
                    await other.stop(signal.SIGKILL)
                    restart = asyncio.create_task(other.start())
                if len(seen) == 14:
                    await other.stop(signal.SIGTERM)
                    await other.start()
            await restart
        assert scissors.cuts >= 2
        assert seen == list(range(1, seen[-1] + 1))
        assert task.status == "completed"


@in_one_loop
async def test_a_download_goes_on_where_it_was_cut(house: House, client: AsyncKiwiClient, tmp_path: Path) -> None:
    task = await (await client.create("tea")).wait()
    scissors = Scissors(httpx.URL(house.url).port or 0)
    async with scissors.open() as port, AsyncKiwiClient(f"http://127.0.0.1:{port}", KEY) as far:
        scissors.after = 60_000
        same = await far.task(task.id)
        film = await same.download(tmp_path / "a" / "tea.mp4")
    assert film.read_bytes() == FILM
    assert 2 <= scissors.cuts <= 5
    assert names_in(film.parent) == ["tea.mp4"]


@in_one_loop
async def test_what_a_killed_program_left_is_used_or_thrown_away(client: AsyncKiwiClient, tmp_path: Path) -> None:
    task = await (await client.create("tea")).wait()
    target = tmp_path / "tea.mp4"
    part = tmp_path / f".tea.mp4.{hashlib.sha256(FILM).hexdigest()[:16]}.part"
    for left in (FILM[:100_000], FILM, FILM + b"more", b"other bytes", b""):
        part.write_bytes(left)
        assert (await task.download(target)).read_bytes() == FILM
        assert names_in(tmp_path) == [target.name]
        target.unlink()


class Liar(httpx.AsyncBaseTransport):
    """A server whose film is not what it promised."""

    def __init__(self) -> None:
        self.asked = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if request.url.path.endswith(".mp4"):
            return httpx.Response(200, content=b"not a film")
        return httpx.Response(200, json={"task_id": "a", "status": "completed", "result": {"video_url": "/a.mp4", "sha256": "0" * 64}})


async def test_other_bytes_than_promised_are_not_kept(tmp_path: Path) -> None:
    async with AsyncKiwiClient(transport=Liar()) as client:
        task = await client.task("a")
        with pytest.raises(Damaged):
            await task.download(tmp_path / "a.mp4")
    assert names_in(tmp_path) == []


async def test_patience_ends() -> None:
    async with AsyncKiwiClient(f"http://127.0.0.1:{a_free_port()}", patience=0.3) as client:
        began = time.monotonic()
        with pytest.raises(Unreachable, match="has not answered"):
            await client.create("tea")
        with pytest.raises(Unreachable):
            [event async for event in AsyncFilmTask(client, State("a")).events()]
        assert time.monotonic() - began < 2


def test_a_client_whose_server_was_never_there_says_so_soon() -> None:
    with KiwiClient(f"http://127.0.0.1:{a_free_port()}") as client:
        began = time.monotonic()
        with pytest.raises(Unreachable, match="Is there a KIWI-Video server at"):
            client.create("tea")
        assert time.monotonic() - began < 3


class Deaf(httpx.AsyncBaseTransport):
    """Hears every request and answers none before the third."""

    def __init__(self) -> None:
        self.heard: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.heard.append(request)
        if len(self.heard) < 3:
            raise httpx.ReadError("cut", request=request)
        return httpx.Response(202, json={"task_id": "a", "status": "pending"})


async def test_a_create_that_is_asked_again_is_the_same_create() -> None:
    deaf = Deaf()
    async with AsyncKiwiClient(transport=deaf) as client:
        await client.create("tea")
    assert len(deaf.heard) == 3
    assert len({request.headers["idempotency-key"] for request in deaf.heard}) == 1


async def test_what_would_be_done_twice_is_not_asked_again() -> None:
    deaf = Deaf()
    async with AsyncKiwiClient(transport=deaf) as client:
        with pytest.raises(ClientError, match="may have heard"):
            await AsyncFilmTask(client, State("a")).retake(1, "More tea.")
    assert len(deaf.heard) == 1


def test_a_task_shows_itself_and_nothing_a_server_could_slip_in() -> None:
    task: Any = AsyncFilmTask(AsyncKiwiClient(), State("a", "failed", error="<script>alert(1)</script>"))
    assert "<script>" not in task._repr_html_()
    assert "&lt;script&gt;" in task._repr_html_()
    result = {"video_url": '/a.mp4"onerror="x', "poster_url": "/a.jpg", "title": "Tea"}
    done = State("a", "completed", progress=100, result=result)
    assert '<video controls preload="none"' in AsyncFilmTask(AsyncKiwiClient(), done)._repr_html_()
    assert 'onerror="x' not in AsyncFilmTask(AsyncKiwiClient(), done)._repr_html_()
    assert "<video" not in AsyncFilmTask(AsyncKiwiClient(api_key="secret"), done)._repr_html_()
    assert "secret" not in AsyncFilmTask(AsyncKiwiClient(api_key="secret"), done)._repr_html_()
    assert repr(task) == "<AsyncFilmTask a failed 0%>"


def test_lines_become_events_however_they_are_cut_up() -> None:
    reader = SseReader()
    lines = ["retry: 250", "", ": still here", "", "id: 7", 'data: {"a":', "data: 1}", "", "event: x", "", 'data:{"b":2}', ""]
    assert [told for line in lines if (told := reader.read(line)) is not None] == [{"a": 1}, {"b": 2}]
    assert reader.retry == 0.25
