"""Nothing that is sent breaks the server: the five roots of 5xx that were found, and a fuzzer for whatever is like them."""

import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from kiwi.storage.postgres import Server
from testing.fuzzing import Fuzzer, fuzz
from testing.servers import House, Studio, open_house, settings_for
from tests.databases import an_empty_database

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.filterwarnings("ignore:astream_log is deprecated")]

CASES = 600
TEA = {"text_input": "tea"}
STREAMED = ("invoke", "stream", "stream_log", "stream_events")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("fuzz")
    settings = settings_for(an_empty_database(server), folder, films=4, queue=100_000, upload_mb=1)
    async with open_house(settings, Studio(folder, scenes=1)) as house:
        yield house


async def post(house: House, path: str, body: str) -> httpx.Response:
    return await house.client.post(path, content=body, headers={"Content-Type": "application/json"})


async def test_half_a_character_is_no_task(house: House) -> None:
    assert (await post(house, "/api/video/tickets", '{"task_ids": ["\\ud800"]}')).status_code == 422


async def test_a_batch_is_a_list(house: House) -> None:
    for inputs in (1, "tea", TEA, None, True, 1.5):
        answer = await post(house, "/video/batch", json.dumps({"inputs": inputs}))
        assert (answer.status_code, "inputs" in answer.json()["detail"]) == (422, True), inputs


async def test_a_config_is_an_object(house: House) -> None:
    for door in (*STREAMED, "batch"):
        odd: list[Any] = [None, 1, "x", True]
        sent: dict[str, Any] = {"inputs": [TEA]} if door == "batch" else {"input": TEA}
        for config in odd if door == "batch" else [*odd, []]:
            answer = await post(house, f"/video/{door}", json.dumps({**sent, "config": config}))
            assert (answer.status_code, "config" in answer.json()["detail"]) == (422, True), (door, config)
        answer = await post(house, f"/video/{door}", json.dumps({**sent, "config": {"configurable": {"thread_id": {}}}}))
        assert answer.status_code == 422


async def test_the_playground_has_only_its_own_pages(house: House) -> None:
    odd = ("%00", "index.html%00", "a" * 300, "a/" * 3_000, "assets", "assets/", "index.html/x", "%ff", "..%2f..%2fapi_handler.py")
    for name in odd:
        answer = await house.client.get(f"/video/playground/{name}")
        assert answer.status_code == 404, name
        assert answer.headers["content-type"] == "application/problem+json"
    for name in ("", "index.html", "favicon.ico"):
        assert (await house.client.get(f"/video/playground/{name}")).status_code == 200


async def test_no_case_of_our_fuzzer_breaks_anything(house: House, caplog: pytest.LogCaptureFixture) -> None:
    answer = await house.client.post("/api/video/create", json=TEA, headers={"Prefer": "wait=30"})
    talk = await house.client.post("/api/conversation/message", json={"message": "Explain how tea is made"})
    found = await fuzz(house.url, Fuzzer(17, answer.json()["task_id"], talk.json()["conversation_id"]), CASES)
    assert found.cases == CASES
    assert found.broken == []
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert {"200", "202", "400", "404", "405", "409", "415", "422", "1000", "4404"} <= found.statuses.keys(), found.statuses
    assert (await house.client.get("/readyz")).status_code == 200
