"""LangServe: RemoteRunnable as its users call it, against a server in a process of its own."""

import asyncio
import base64
import contextlib
import functools
import json
import operator
import re
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from langserve import RemoteRunnable

from api.langserve import SafeSerializer
from kiwi.storage.postgres import Server
from nodes import PIPELINE
from testing.servers import House, OtherServer, Studio, a_free_port
from tests.whole.test_architecture import imports, sources

in_one_loop = pytest.mark.asyncio(loop_scope="module")

Remote = RemoteRunnable[dict[str, Any], dict[str, Any]]
Chunks = list[dict[str, Any]]

TEA = {"text_input": "Make a film about tea"}
NODES = {node.__name__ for node in PIPELINE}
KEY = "kiwi_0123456789abcdef"
ROOT = Path(__file__).parents[2]


@contextlib.asynccontextmanager
async def a_house(folder: Path, url: str, **settings: Any) -> AsyncIterator[tuple[House, OtherServer]]:
    studio, port = Studio(folder), a_free_port()
    async with (
        OtherServer(studio, url, port, **settings) as other,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as client,
    ):
        yield House(f"http://127.0.0.1:{port}", client, studio), other


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A server in another process."""
    async with a_house(tmp_path_factory.mktemp("langserve"), server.url, films=4, upload_mb=1, queue=20) as (house, _):
        yield house


@pytest_asyncio.fixture(loop_scope="module")
async def remote(house: House) -> AsyncIterator[Remote]:
    remote = Remote(f"{house.url}/video/")
    yield remote
    for hold in house.studio.folder.glob("hold-*"):
        hold.unlink()
    await remote.async_client.aclose()
    remote.sync_client.close()


def is_a_film(made: Any) -> bool:
    return (made["status"], made["video_url"], made["total_scenes"]) == ("completed", f"/api/video/file/{made['task_id']}.mp4", 3)


def named(task_id: str) -> Any:
    return {"configurable": {"thread_id": task_id}}


@in_one_loop
async def test_invoke_gives_the_result_of_a_task_like_any_other(house: House, remote: Remote) -> None:
    for made in (await asyncio.to_thread(remote.invoke, TEA), await remote.ainvoke({**TEA, "size": "1080x1080", "fps": 24, "seconds": 6})):
        assert is_a_film(made)
        task = await house.status(made["task_id"])
        assert task["result"].items() <= made.items()
        assert "film" not in made
        assert (await house.client.get(made["video_url"])).status_code == 200
        assert made["task_id"] in [listed["task_id"] for listed in (await house.client.get("/api/video/tasks")).json()]


@in_one_loop
async def test_batch_gives_each_its_own_film(remote: Remote) -> None:
    asked = [{"text_input": f"A film about {what}"} for what in ("tea", "coffee", "milk")]
    for made in (await asyncio.to_thread(remote.batch, asked), await remote.abatch(asked)):
        assert all(is_a_film(one) for one in made)
        assert [one["video_prompt"] for one in made] == [one["text_input"] for one in asked]
        assert len({one["task_id"] for one in made}) == 3


@in_one_loop
async def test_stream_tells_real_progress_under_the_names_of_the_nodes(house: House, remote: Remote) -> None:
    for chunks in (await asyncio.to_thread(lambda: list(remote.stream(TEA))), [chunk async for chunk in remote.astream(TEA)]):
        *told, made = chunks
        assert is_a_film(made)
        assert {name for chunk in told for name in chunk} == NODES | {"task"}
        events = [event for chunk in told for event in chunk.values()]
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
        assert [event["progress"] for event in events] == sorted(event["progress"] for event in events)
        assert events[-1]["progress"] > 80
        assert next(event for event in events if "data" in event)["data"]["scenes"][0]["title"] == "Tea 1"
        assert {event["task_id"] for event in events} == {made["task_id"]}


@in_one_loop
async def test_stream_events_carry_an_event_of_each_node(remote: Remote) -> None:
    events: Chunks = [dict(event) async for event in remote.astream_events(TEA, version="v2")]
    assert [events[0]["event"], events[-1]["event"]] == ["on_chain_start", "on_chain_end"]
    own = [event for event in events if event["event"] == "on_custom_event"]
    assert {event["name"] for event in own} == NODES | {"task"}
    assert [event["data"]["seq"] for event in own] == list(range(1, len(own) + 1))
    assert is_a_film(events[-1]["data"]["output"])
    assert len([event for event in events if event["event"] == "on_chain_stream"]) == len(own) + 1


@in_one_loop
async def test_stream_log_adds_up_to_the_film(remote: Remote) -> None:
    patches: list[Any] = [patch async for patch in remote.astream_log(TEA)]
    total = functools.reduce(operator.add, patches)
    assert is_a_film(total.state["final_output"])
    assert {name for chunk in total.state["streamed_output"][:-1] for name in chunk} == NODES | {"task"}


@in_one_loop
async def test_a_client_that_goes_away_stops_nothing_and_may_come_back(house: House, remote: Remote) -> None:
    house.studio.hold("cut")
    async with contextlib.aclosing(remote.astream(TEA)) as chunks:  # type: ignore[type-var]
        task_id = (await anext(chunks))["task"]["task_id"]
    await house.studio.noted("begin cut")
    house.studio.release("cut")
    assert is_a_film(await remote.ainvoke({}, named(task_id)))
    assert is_a_film(await remote.ainvoke({}, named(task_id)))
    again = [chunk async for chunk in remote.astream({}, named(task_id))]
    assert (again[0]["task"]["progress"], is_a_film(again[-1]), len(again)) == (100, True, 2)


@in_one_loop
async def test_a_film_that_fails_says_why_and_goes_on_when_asked_again(house: House, remote: Remote) -> None:
    house.studio.hold("narrate")

    async def stop() -> str:
        async with asyncio.timeout(30):
            while not (running := (await house.client.get("/api/video/tasks?status=processing")).json()):
                await asyncio.sleep(0.02)
        await house.client.post(f"/api/video/task/{running[0]['task_id']}/cancel")
        return str(running[0]["task_id"])

    calls: list[Callable[[], Any]] = [
        lambda: remote.ainvoke(TEA),
        lambda: drained(remote.astream(TEA)),
        lambda: drained(remote.astream_events(TEA)),
    ]
    for call in calls:
        stopping = asyncio.create_task(stop())
        with pytest.raises(httpx.HTTPStatusError, match=r"The film was cancelled\. \(task ") as failure:
            await call()
        assert failure.value.response.status_code == 409
        task_id = await stopping
    house.studio.release("narrate")
    assert is_a_film(await remote.ainvoke({}, named(task_id)))
    assert (await house.status(task_id))["attempt"] == 2


async def drained(chunks: AsyncIterator[Any]) -> list[Any]:
    return [chunk async for chunk in chunks]


@in_one_loop
async def test_one_failing_film_takes_nothing_from_its_batch(house: House, remote: Remote) -> None:
    house.studio.hold("narrate")
    making = asyncio.create_task(remote.abatch([TEA, TEA]))
    async with asyncio.timeout(30):
        while len(running := (await house.client.get("/api/video/tasks?status=processing")).json()) < 2:
            await asyncio.sleep(0.02)
    await house.client.post(f"/api/video/task/{running[0]['task_id']}/cancel")
    house.studio.release("narrate")
    made = await making
    assert sorted(one["status"] for one in made) == ["cancelled", "completed"]
    assert {one["error"] for one in made} == {"", "The film was cancelled."}


BAD: list[tuple[Any, int, str]] = [
    ({}, 400, "text_input"),
    ({"text_input": "  "}, 400, "text_input"),
    ({"text_input": 7}, 422, "text_input"),
    ({"text_input": "a" * 20_001}, 422, "text_input"),
    ({"text_input": "a\x00b"}, 422, "text_input"),
    ({"audio_data": "!"}, 422, "audio_data"),
    ({"audio_data": "AAAA"}, 415, "audio_data"),
    ({**TEA, "seconds": 4}, 422, "seconds"),
    ({**TEA, "seconds": "long"}, 422, "seconds"),
    ({**TEA, "size": "1x1"}, 422, "size"),
    ({**TEA, "aspect": "3:2"}, 422, "aspect"),
    ({**TEA, "aspect": "1:1", "size": "1920x1080"}, 422, "aspect"),
    ({**TEA, "fps": 7}, 422, "fps"),
    ({**TEA, "theme": "mud"}, 422, "theme"),
    ({**TEA, "log": ["forged"]}, 422, "log"),
    ({**TEA, "thread_id": "mine"}, 422, "thread_id"),
    ("tea", 422, "input"),
    ([], 422, "input"),
    (None, 422, "input"),
]


@in_one_loop
@pytest.mark.parametrize("door", ["invoke", "stream", "stream_log", "stream_events", "batch"])
async def test_bad_input_is_named_and_nothing_is_stored(house: House, door: str) -> None:
    before = await house.stored()
    for sent, status, field in BAD:
        body = {"inputs": [TEA, sent]} if door == "batch" else {"input": sent}
        answer = await house.client.post(f"/video/{door}", json=body)
        assert answer.status_code == status, (sent, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        assert field in answer.json()["detail"]
    for text in ("", "{", "[]", "7", '"x"', "null", "[" * 100_000, "{}"):
        answer = await house.client.post(f"/video/{door}", content=text, headers={"Content-Type": "application/json"})
        assert answer.status_code in {400, 422}, text[:20]
        assert answer.headers["content-type"] == "application/problem+json"
    assert (await house.client.post(f"/video/{door}", json={"input": {"text_input": "a" * 2**20}})).status_code == 413
    assert await house.stored() == before


@in_one_loop
async def test_the_playground_is_told_why_there_will_be_no_film(house: House, remote: Remote) -> None:
    as_the_page = {"Accept": "text/event-stream"}
    for sent, status, field in BAD:
        answer = await house.client.post("/video/stream_log", json={"input": sent}, headers=as_the_page)
        assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/event-stream")
        shown, error = (json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: "))
        [seen] = shown["ops"][0]["value"]["streamed_output"]
        assert field in seen["error"]
        assert error == {"status_code": status, "message": seen["error"]}
    with pytest.raises(httpx.HTTPStatusError, match="fps is 7") as failure:
        await drained(remote.astream_log({**TEA, "fps": 7}))
    assert failure.value.response.status_code == 422


@in_one_loop
async def test_a_batch_has_an_end(house: House, remote: Remote) -> None:
    before = await house.stored()
    for number in (17, 2_000):
        with pytest.raises(httpx.HTTPStatusError, match="inputs: Send at most 16 at once"):
            await remote.abatch([TEA] * number)
    assert await house.stored() == before
    assert (await house.client.post("/video/batch", json={"inputs": []})).json()["output"] == []


@in_one_loop
async def test_a_batch_that_the_queue_cannot_hold_leaves_nothing(house: House, remote: Remote) -> None:
    house.studio.hold("read")
    arrived = await house.stored() + 20
    async with asyncio.TaskGroup() as films:
        making = [films.create_task(remote.ainvoke(TEA)) for _ in range(20)]
        async with asyncio.timeout(30):
            while await house.stored() < arrived:
                await asyncio.sleep(0.05)
        with pytest.raises(httpx.HTTPStatusError, match="waiting already") as full:
            await remote.abatch([TEA] * 16)
        assert full.value.response.status_code == 429
        assert await house.stored() == arrived
        house.studio.release("read")
    assert all(is_a_film(made.result()) for made in making)


@in_one_loop
async def test_ids_are_made_here_and_only_looked_up(house: House, remote: Remote) -> None:
    before = await house.stored()
    for thread_id in ("mine", "../../etc", "a" * 300, "\x00", "0" * 8 + "-0000-0000-0000-" + "0" * 12):
        with pytest.raises(httpx.HTTPStatusError, match="There is no task") as failure:
            await remote.ainvoke({}, named(thread_id))
        assert failure.value.response.status_code == 404
    made = await remote.ainvoke(TEA, {"configurable": {"checkpoint_id": "x", "__pregel_send": "y"}, "run_id": None})
    assert re.fullmatch(r"[0-9a-f-]{36}", made["task_id"])
    with pytest.raises(httpx.HTTPStatusError, match="not both"):
        await remote.ainvoke(TEA, named(made["task_id"]))
    assert await house.stored() == before + 1


@in_one_loop
async def test_the_playground_and_the_schemas_are_served_offline(house: House) -> None:
    page = await house.client.get("/video/playground/")
    assert page.status_code == 200
    assert not re.findall(r"(?:src|href)=\"https?:", page.text)
    policy = page.headers["content-security-policy"]
    assert re.search(r"script-src 'self' 'unsafe-eval' 'sha256-[\w+/]+=*'", policy)
    for address in re.findall(r"(?:src|href)=\"(/video/[^\"]+)\"", page.text):
        assert (await house.client.get(address)).status_code == 200
    for address in ("/video/playground/..%2f..%2fapi_handler.py", "/video/playground/%2e%2e/%2e%2e/server.py", "/video/c/N4Ig/invoke"):
        assert (await house.client.get(address)).status_code == 404
    for name in ("input_schema", "config_schema"):
        schema = await house.client.get(f"/video/{name}")
        assert schema.status_code == 200
        assert '"null"' not in schema.text.replace('"default":null', "")
        assert "anyOf" not in schema.text
        for about in schema.json()["properties"].values():
            assert about.get("default", "") in about.get("enum", [about.get("default", "")]), "the playground's button stays off"
    assert "video_url" in (await house.client.get("/video/output_schema")).json()["properties"]
    paths = (await house.client.get("/openapi.json")).json()["paths"]
    assert {f"/video/{name}" for name in ("invoke", "batch", "stream", "stream_log", "stream_events")} <= paths.keys()


async def test_a_recording_is_heard_and_not_sent_back(server: Server, database_url: str, tmp_path: Path) -> None:
    recording = (ROOT / "examples" / "brief.webm").read_bytes()
    async with a_house(tmp_path, database_url) as (house, _):
        sent = "data:audio/webm;codecs=opus;base64," + base64.b64encode(recording).decode()
        for door in ("stream", "stream_events", "stream_log"):
            answer = await house.client.post(f"/video/{door}", json={"input": {"audio_data": sent, "text_input": None}})
            assert answer.status_code == 200
            assert "transcription" in answer.text
            assert len(answer.content) < len(recording)


async def test_keys_are_asked_for_and_a_stopping_server_says_so(server: Server, database_url: str, tmp_path: Path) -> None:
    async with a_house(tmp_path, database_url, api_keys=KEY) as (house, other):
        for door in ("invoke", "batch", "stream", "stream_log", "stream_events"):
            assert (await house.client.post(f"/video/{door}", json={"input": TEA})).status_code == 401
        for page in ("playground/", "input_schema", "config_schema", "output_schema"):
            assert (await house.client.get(f"/video/{page}")).status_code == 401
        house.studio.hold("read")
        remote = Remote(f"{house.url}/video", headers={"X-API-Key": KEY})
        watching = asyncio.create_task(drained(remote.astream(TEA)))
        waiting = asyncio.create_task(remote.ainvoke(TEA))
        await house.studio.noted("begin read")
        async with asyncio.timeout(30):
            while house.studio.notes()["begin read"] < 2:
                await asyncio.sleep(0.02)
        await other.stop(signal.SIGTERM)
        told = [str(failure) for failure in await asyncio.gather(watching, waiting, return_exceptions=True)]
        assert all("The server is about to stop; the film goes on" in text for text in told), told
        house.studio.release("read")
        await other.start()
        found = re.search(r"thread_id ([0-9a-f-]{36})", told[0])
        assert found is not None
        assert is_a_film(await remote.ainvoke({}, named(found[1])))
        await remote.async_client.aclose()


def test_odd_values_are_named_and_never_a_failure() -> None:
    odd = {"bytes": b"ab", "set": {2, 1}, 3: "number", "path": Path("a"), "type": {"type": "human", "content": "x"}}
    told = SafeSerializer().loads(SafeSerializer().dumps(odd))
    assert told["bytes"] == {"__b64__": "YWI="}
    assert told["set"] == [1, 2]
    assert told["3"] == "number"
    assert "Path" in told["path"]["__repr__"]
    assert told["type"] == {"type": "human", "content": "x"}
    assert json.loads(SafeSerializer().dumps(float("nan"))) is None


def test_langserve_is_known_in_one_place() -> None:
    users = {module for module, file in sources() if any(name.split(".")[0] == "langserve" for name in imports(file))}
    assert users == {"api.langserve"}
