"""Nothing that fits our OpenAPI, or misses it, breaks the server."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from kiwi.storage.postgres import Server
from testing.schemas import try_operations
from testing.servers import House, Studio, open_house, settings_for
from tests.databases import an_empty_database

EXAMPLES = 4
"""Of each operation, of each kind."""

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.filterwarnings("ignore:astream_log is deprecated"),
    pytest.mark.filterwarnings("ignore:Overriding standard format"),
    # hypothesis suspects its strategies, but it is the server beside it that waits for random times
    pytest.mark.filterwarnings("ignore:Do not use the `random` module"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("schemathesis")
    settings = settings_for(an_empty_database(server), folder, films=4, queue=100_000, upload_mb=1)
    async with open_house(settings, Studio(folder, scenes=1)) as house:
        yield house


async def test_no_case_of_schemathesis_breaks_anything(house: House, caplog: pytest.LogCaptureFixture) -> None:
    schema = (await house.client.get("/openapi.json")).json()
    found = await asyncio.to_thread(try_operations, house.url, schema, EXAMPLES)
    assert found.cases > 120
    assert found.broken == []
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert {"200", "404", "422"} <= found.statuses.keys(), found.statuses
