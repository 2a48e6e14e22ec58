"""No brief, however odd, holds the server's loop: reading, writing and planning happen in children with a limit of wall time."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from kiwi.storage.postgres import Server
from testing.servers import House, Studio, open_house, settings_for
from tests.databases import an_empty_database
from tests.watchdog import watching

pytestmark = pytest.mark.asyncio(loop_scope="module")

LONGEST_HOLD = 0.1
"""Seconds that the loop may be busy at a time."""
ODD = {
    "one word of quotation marks": '"“a' * 1_000,
    "one endless word": "a" * 20_000,
    "nothing but quotation marks": "“" * 5_000,
    "nothing but brackets": "[(" * 9_000,
    "markdown without end": "**" * 9_999,
    "links": "[a](b" * 4_000,
    "tags": "<" * 20_000,
    "half a sentence": "and so " * 2_800,
    "commas": "," * 19_999 + "a",
    "full stops": ". " * 9_000 + "tea",
    "line breaks": "a\n" * 9_999,
    "tabs": "a\t" * 9_999,
    "numbers": "1 " * 9_999,
    "one long number": "9" * 19_000,
    "clocks": "9:16 " * 3_900,
    "lengths": "30 seconds " * 1_800,
    "shapes": "vertical square landscape " * 760,
    "hesitations": "um uh er " * 2_200,
    "orders": "make a video about " * 1_050,
    "quotations": "“Be good.” said Ann. " * 900,
    "addresses": "www.example.com/a " * 1_100,
    "hyphens": "a-" * 9_990,
    "apostrophes": "a'" * 9_990,
    "combining marks": "é" * 9_000,
    "other scripts": "水" * 6_000,
    "right to left": "שלום " * 3_900,
    "capitals": "TEA " * 4_900,
    "emoji between words": "tea 🎉 " * 2_800,
    "zeros": "0." * 9_999,
    "a list": "- tea\n" * 3_300,
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("stillness")
    async with open_house(settings_for(an_empty_database(server), folder, films=1, queue=1_000), Studio(folder, scenes=1)) as house:
        await house.client.post("/api/conversation/message", json={"message": "hello"})  # the child that reads is there
        yield house


@pytest.mark.parametrize("words", ODD.values(), ids=ODD.keys())
async def test_an_odd_brief_is_answered_and_holds_nothing_up(house: House, words: str) -> None:
    assert len(words) <= 20_000
    with watching(asyncio.get_running_loop()) as watch:
        answer = await house.client.post("/api/video/create", json={"text_input": words})
        said = await house.client.post("/api/conversation/message", json={"message": words[:2_000]})
        assert (await house.client.get("/readyz")).status_code in {200, 503}
    assert answer.status_code in {202, 400, 422}, answer.text
    assert said.status_code in {200, 400, 422}, said.text
    assert watch.longest.seconds < LONGEST_HOLD, watch.longest.stack


async def test_the_first_assistant_holds_nobody_up(house: House) -> None:
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    with watching(asyncio.get_running_loop()) as watch:
        answer = await house.client.post("/mcp", json=asked, headers={"Accept": "application/json, text/event-stream"})
    assert answer.status_code == 200, answer.text
    assert watch.longest.seconds < LONGEST_HOLD, watch.longest.stack
