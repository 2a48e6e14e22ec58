"""The REST door: what the wire contract promises, over real sockets."""

import asyncio
import base64
import json
import math
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from starlette.requests import Request

from api.rest import preferred_wait
from kiwi.storage.postgres import Server
from testing.servers import House, Studio, open_house, settings_for

ROOM = 8
WEBM = b"\x1aE\xdf\xa3" + b"voice" * 10


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def one_house(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("rest")
    async with open_house(settings_for(server.url, folder, queue=ROOM), Studio(folder)) as house:
        yield house


@pytest_asyncio.fixture(loop_scope="module")
async def house(one_house: House) -> AsyncIterator[House]:
    await one_house.clean()
    yield one_house
    await one_house.clean()


def names(answer: httpx.Response, status: int, field: str) -> None:
    """A problem that names its field."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert isinstance(problem["detail"], str)
    assert field in problem["detail"]
    assert problem["status"] == status
    assert problem["title"]
    assert problem["request_id"] == answer.headers["x-request-id"]


async def test_a_film_is_promised_at_once_and_then_made(house: House) -> None:
    answer = await house.client.post("/api/video/create", json={"text_input": "tea", "audio_data": None})
    assert answer.status_code == 202
    created = answer.json()
    assert set(created) == {"task_id", "status", "message", "created_at"}
    assert created["status"] == "pending"
    assert created["created_at"].endswith("Z")
    assert answer.headers["location"] == f"/api/video/status/{created['task_id']}"
    assert int(answer.headers["retry-after"]) >= 1
    task = await house.ended(created["task_id"])
    assert (task["status"], task["phase"], task["progress"], task["error"]) == ("completed", "completed", 100, None)
    assert task["data"]["is_multi_scene"] is True
    said = {"scene_number": 1, "title": "Tea 1", "description": "Tea is number 1.", "state": "ready", "progress": 100}
    assert task["data"]["scenes"][0].items() >= said.items()
    assert "transcription" not in task
    assert task["result"].items() >= {"total_scenes": 3, "scenes_generated": 3, "is_multi_scene": True, "video_prompt": "tea"}.items()
    assert task["result"]["video_url"] == f"/api/video/file/{created['task_id']}.mp4"
    assert "film" not in task["result"]


@pytest.mark.parametrize(
    "audio",
    [
        "data:audio/webm;base64," + base64.b64encode(WEBM).decode(),
        "data:audio/webm;codecs=opus;base64," + base64.b64encode(WEBM).decode(),
        base64.b64encode(WEBM).decode(),
        base64.encodebytes(WEBM).decode(),
        base64.b64encode(WEBM).decode().rstrip("="),
    ],
    ids=["data URL", "with codecs", "bare", "in lines", "unpadded"],
)
async def test_a_recording_comes_as_base64_in_every_dress(house: House, audio: str) -> None:
    task_id = (await house.client.post("/api/video/create", json={"audio_data": audio})).json()["task_id"]
    task = await house.ended(task_id)
    assert task["transcription"] == "Make a film about tea"
    stored = await house.app.state.context.engine.tasks.get(task_id)
    assert house.app.state.context.engine.store(task_id).path(stored.brief.recording).read_bytes() == WEBM


async def test_a_form_with_a_file_creates_too(house: House) -> None:
    wishes = {"text_input": "short", "fps": "24", "seconds": "12.5", "aspect": "9:16"}
    answer = await house.client.post("/api/video/create", files={"audio": ("brief.webm", WEBM, "audio/webm")}, data=wishes)
    assert answer.status_code == 202, answer.text
    task = await house.app.state.context.engine.tasks.get(answer.json()["task_id"])
    assert (task.brief.words, task.brief.fps, task.brief.seconds, str(task.brief.size)) == ("short", 24, 12.5, "1080x1920")
    assert task.brief.recording.size == len(WEBM)


BAD: list[tuple[Any, int, str]] = [
    ({}, 400, "text_input"),
    ({"text_input": "  ", "audio_data": ""}, 400, "text_input"),
    ({"text_input": 7}, 422, "text_input"),
    ({"text_input": "x" * 20_001}, 422, "text_input"),
    ({"text_input": "a\x00b"}, 422, "text_input"),
    ({"text_input": "\ud800"}, 422, "text_input"),
    ({"audio_data": "***"}, 422, "audio_data"),
    ({"audio_data": "data:audio/webm,hello"}, 422, "audio_data"),
    ({"audio_data": "data:audio/webm;base64,"}, 422, "audio_data"),
    ({"audio_data": ["x"]}, 422, "audio_data"),
    ({"audio_data": base64.b64encode(b"#!/bin/sh and more").decode()}, 415, "audio_data"),
    ({"text_input": "tea", "seconds": 4}, 422, "seconds"),
    ({"text_input": "tea", "seconds": 601}, 422, "seconds"),
    ({"text_input": "tea", "seconds": "soon"}, 422, "seconds"),
    ({"text_input": "tea", "seconds": True}, 422, "seconds"),
    ({"text_input": "tea", "seconds": math.nan}, 422, "seconds"),
    ({"text_input": "tea", "fps": 23}, 422, "fps"),
    ({"text_input": "tea", "fps": 29.97}, 422, "fps"),
    ({"text_input": "tea", "fps": 0}, 422, "fps"),
    ({"text_input": "tea", "size": "640x480"}, 422, "size"),
    ({"text_input": "tea", "size": "\ud800"}, 422, "size"),
    ({"text_input": "tea", "aspect": "4:3"}, 422, "aspect"),
    ({"text_input": "tea", "size": "1920x1080", "aspect": "9:16"}, 422, "aspect"),
    ({"text_input": "tea", "theme": "beige"}, 422, "theme"),
    ({"text_input": "tea", "theme": {"name": "night"}}, 422, "theme"),
    ({"text_input": "tea", "brief": {"recording": "/etc/passwd"}}, 422, "brief"),
    ([], 400, "object"),
    ("tea", 400, "object"),
]


async def test_bad_input_of_every_field_is_named_and_nothing_is_stored(house: House) -> None:
    for body, status, field in BAD:
        names(
            await house.client.post("/api/video/create", content=json.dumps(body), headers={"content-type": "application/json"}),
            status,
            field,
        )
    assert await house.stored() == 0
    assert not list((house.studio.folder / "tasks").glob("*"))


async def test_bad_bodies_forms_and_headers_are_refused_and_nothing_is_stored(house: House) -> None:
    async def create(**request: Any) -> httpx.Response:
        return await house.client.post("/api/video/create", **request)

    json_type = {"content-type": "application/json"}
    names(await create(content=b'{"text_input": ', headers=json_type), 400, "JSON")
    names(await create(content=b"[" * 100_000, headers=json_type), 400, "JSON")
    names(await create(content=b"\xff\xfe", headers=json_type), 400, "JSON")
    names(await create(content=b"text_input=tea", headers={"content-type": "application/x-www-form-urlencoded"}), 415, "Content-Type")
    names(await create(content=b"tea", headers={"content-type": "text/plain"}), 415, "Content-Type")
    names(await create(files={"audio": ("a.sh", b"#!/bin/sh and more")}), 415, "audio")
    names(await create(files={"audio": ("a.webm", b"")}), 415, "audio")
    names(await create(files={"text_input": ("a.txt", b"tea")}), 422, "text_input")
    names(await create(files={"picture": ("a.png", b"tea")}), 422, "picture")
    names(await create(files={"audio": ("a.webm", WEBM)}, data={"fps": "many"}), 422, "fps")
    for key in ("", "two words", "ü", "x" * 256):
        names(await create(json={"text_input": "tea"}, headers={"Idempotency-Key": key.encode()}), 400, "Idempotency-Key")
    assert await house.stored() == 0


async def test_every_miss_is_a_problem(house: House) -> None:
    get, post, delete = house.client.get, house.client.post, house.client.delete
    for miss in ("nope", "%00", "..%2f..%2fetc", "x" * 300, "%ed%a0%80"):
        assert (await get(f"/api/video/status/{miss}")).status_code == 404
        assert (await delete(f"/api/video/task/{miss}")).status_code == 404
        assert (await post(f"/api/video/task/{miss}/cancel")).status_code == 404
    names(await get("/api/video/status/nope"), 404, "nope")
    names(await post("/api/video/task/nope/retry"), 404, "nope")
    names(await post("/api/video/task/nope/scenes/1/retake", json={"text": "x"}), 404, "nope")
    names(await get("/nowhere"), 404, "Not Found")
    names(await get("/api/video/create"), 405, "Method")
    for query, field in {"limit=0": "limit", "limit=x": "limit", "status=odd": "status", "cursor=odd!": "cursor"}.items():
        names(await get(f"/api/video/tasks?{query}"), 422, field)


async def test_tasks_are_an_array_newest_first_with_the_next_page_in_a_link(house: House) -> None:
    ids = [await house.create(f"tea {number}") for number in range(5)]
    seen: list[str] = []
    url: str | None = "/api/video/tasks?limit=2"
    while url:
        page = await house.client.get(url)
        assert isinstance(page.json(), list)
        seen += [task["task_id"] for task in page.json()]
        url = page.links.get("next", {}).get("url")
        if len(seen) == 2:
            await house.create("a newcomer")
    assert seen == ids[::-1]
    for task_id in ids:
        await house.ended(task_id)
    assert len((await house.client.get("/api/video/tasks?status=completed&limit=100")).json()) >= 5
    assert (await house.client.get("/api/video/tasks?status=failed")).json() == []


async def test_the_same_key_gives_the_same_film(house: House) -> None:
    async def create(words: str) -> httpx.Response:
        return await house.client.post("/api/video/create", json={"text_input": words}, headers={"Idempotency-Key": "k-1"})

    first, again = await create("tea"), await create("tea")
    assert first.json() == again.json()
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    names(await create("coffee"), 422, "Idempotency-Key")
    assert await house.stored() == 1


async def test_fifty_creates_at_once_with_one_key_make_one_film(house: House) -> None:
    async def create() -> httpx.Response:
        body = {"audio_data": base64.b64encode(WEBM).decode()}
        return await house.client.post("/api/video/create", json=body, headers={"Idempotency-Key": "k-2"})

    answers = await asyncio.gather(*(create() for _ in range(50)))
    assert {answer.status_code for answer in answers} <= {202, 409}
    ids = {answer.json()["task_id"] for answer in answers if answer.status_code == 202}
    assert len(ids) == 1
    assert all(answer.headers["retry-after"] for answer in answers)
    assert await house.stored() == 1
    assert len(list((house.studio.folder / "tasks").glob("*"))) == 1
    late = await create()
    assert (late.status_code, late.json()["task_id"]) == (202, ids.pop())


async def test_a_client_may_wait_for_the_end(house: House) -> None:
    answer = await house.client.post("/api/video/create", json={"text_input": "tea"}, headers={"Prefer": "respond-async, wait=10"})
    assert (answer.status_code, answer.json()["status"]) == (200, "completed")
    assert answer.headers["preference-applied"] == "wait=10"
    house.studio.hold("cut")
    answer = await house.client.post("/api/video/create", json={"text_input": "tea"}, headers={"Prefer": "wait=1"})
    assert (answer.status_code, answer.json()["status"]) == (202, "processing")
    assert answer.headers["retry-after"]


@pytest.mark.parametrize(
    ("prefer", "seconds"), [("wait=5", 5), ("foo; wait=99", 60), ("wait=x", None), ("await=5", None), ("", None), ("wait=0", 0)]
)
async def test_only_a_real_wish_to_wait_counts(prefer: str, seconds: int | None) -> None:
    assert preferred_wait(Request({"type": "http", "headers": [(b"prefer", prefer.encode())]})) == seconds


async def test_a_running_film_is_cancelled_and_goes_on_when_retried(house: House) -> None:
    house.studio.hold("render")
    task_id = await house.create()
    await house.studio.noted("begin render scene-1")
    names(await house.client.post(f"/api/video/task/{task_id}/retry"), 409, "processing")
    await house.client.post(f"/api/video/task/{task_id}/cancel")
    task = await house.ended(task_id, within=2)
    assert (task["status"], task["error"]) == ("cancelled", "The film was cancelled.")
    assert (await house.client.post(f"/api/video/task/{task_id}/cancel")).json()["status"] == "cancelled"
    house.studio.release("render")
    again = await house.client.post(f"/api/video/task/{task_id}/retry")
    assert (again.status_code, again.json()["status"], again.json()["attempt"]) == (202, "pending", 2)
    assert (await house.ended(task_id))["status"] == "completed"
    assert house.studio.notes()["done write"] == 1
    names(await house.client.post(f"/api/video/task/{task_id}/retry"), 409, "completed")


async def test_a_waiting_film_is_cancelled_at_once(house: House) -> None:
    house.studio.hold("read")
    ids = [await house.create() for _ in range(3)]
    waiting = ids[-1]
    assert (await house.client.post(f"/api/video/task/{waiting}/cancel")).json()["status"] == "cancelled"
    house.studio.release("read")
    await house.ended(ids[0])
    assert (await house.status(waiting))["status"] == "cancelled"


async def test_deleting_stops_the_work_and_leaves_nothing(house: House) -> None:
    house.studio.hold("cut")
    answer = await house.client.post("/api/video/create", files={"audio": ("b.webm", WEBM)})
    task_id = answer.json()["task_id"]
    await house.studio.noted("begin cut")
    gone = await house.client.delete(f"/api/video/task/{task_id}")
    assert (gone.status_code, next(iter(gone.json()))) == (200, "message")
    assert (await house.client.get(f"/api/video/status/{task_id}")).status_code == 404
    assert (await house.client.delete(f"/api/video/task/{task_id}")).status_code == 404
    assert not list((house.studio.folder / "tasks").glob("*"))
    engine = house.app.state.context.engine
    async with engine.database.pool.connection() as connection:
        for table in ("checkpoints", "checkpoint_writes", "checkpoint_blobs"):
            rows = await (await connection.execute(f"select 1 from {table} where thread_id = %s", (task_id,))).fetchall()
            assert rows == []


async def test_a_retake_changes_one_scene_and_says_so(house: House) -> None:
    task_id = await house.create()
    await house.ended(task_id)
    answer = await house.client.post(f"/api/video/task/{task_id}/scenes/2/retake", json={"text": " Cocoa \n wins. "})
    assert (answer.status_code, answer.json()["status"]) == (202, "pending")
    task = await house.ended(task_id)
    assert [scene["description"] for scene in task["data"]["scenes"]] == ["Tea is number 1.", "Cocoa wins.", "Tea is number 3."]
    assert (task["status"], task["attempt"]) == ("completed", 2)
    assert house.studio.notes()["done write"] == 1


async def test_a_retake_is_refused_by_field(house: House) -> None:
    task_id = await house.create()
    await house.ended(task_id)
    url = f"/api/video/task/{task_id}/scenes"
    for text in ("", "  ", None, 7, "x" * 1001, "a\x00b", "a\x1bb", "\ud800"):
        body = json.dumps({"text": text})
        names(await house.client.post(f"{url}/1/retake", content=body, headers={"content-type": "application/json"}), 422, "text")
    names(await house.client.post(f"{url}/1/retake", json={"text": "x", "voice": "y"}), 422, "voice")
    names(await house.client.post(f"{url}/4/retake", json={"text": "x"}), 404, "scene 4")
    names(await house.client.post(f"{url}/0/retake", json={"text": "x"}), 404, "scene 0")
    names(await house.client.post(f"{url}/one/retake", json={"text": "x"}), 422, "number")
    assert (await house.status(task_id))["status"] == "completed"


async def test_the_queue_has_an_end(house: House) -> None:
    house.studio.hold("read")
    running = [await house.create() for _ in range(2)]
    for task_id in running:
        while (await house.status(task_id))["status"] == "pending":
            await asyncio.sleep(0.02)
    for _ in range(ROOM):
        await house.create()
    answer = await house.client.post("/api/video/create", files={"audio": ("b.webm", WEBM)})
    names(answer, 429, "waiting")
    assert int(answer.headers["retry-after"]) > 0
    assert await house.stored() == 2 + ROOM
    assert not list((house.studio.folder / "tasks").glob("*"))
    house.studio.release("read")
    await house.ended(running[0])
    while len((await house.client.get("/api/video/tasks?status=pending")).json()) == ROOM:
        await asyncio.sleep(0.02)
    await house.create()


async def test_a_browser_is_shown_the_page_and_a_program_the_facts(house: House) -> None:
    program = await house.client.get("/")
    assert program.json().items() >= {"service": "KIWI-Video", "status": "running", "docs": "/docs", "asyncapi": "/asyncapi.json"}.items()
    browser = await house.client.get("/", headers={"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"})
    assert (browser.status_code, browser.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<title>KIWI" in browser.text
