"""Whoever guesses keys is told to wait, whoever has one comes in, and nobody says that they come from elsewhere."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from kiwi.storage.postgres import Server
from testing.servers import House, Studio, open_house, settings_for
from tests.databases import an_empty_database

KEY = "kiwi_the_operators_own"
HEADERS = {"Authorization": f"Bearer {KEY}"}
PATH = "/api/video/tasks"
MANY = 60

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def url(server: Server) -> str:
    return an_empty_database(server)


@pytest_asyncio.fixture(loop_scope="module")
async def house(url: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("guesses")
    settings: dict[str, Any] = getattr(request, "param", {})
    async with open_house(settings_for(url, folder, api_keys=KEY, **settings), Studio(folder)) as house:
        yield house


async def guess(house: House, times: int, address: str = "") -> list[int]:
    """What so many wrong keys are answered, each from another address if a pattern is given."""
    statuses = []
    for number in range(times):
        forwarded = {"X-Forwarded-For": address.format(number)} if address else {}
        answer = await house.client.get(PATH, headers={"Authorization": f"Bearer kiwi_{number:032}", **forwarded})
        statuses.append(answer.status_code)
    return statuses


async def test_a_right_key_opens_while_wrong_ones_are_told_to_wait(house: House) -> None:
    assert 429 in await guess(house, MANY)
    for _ in range(3):
        assert (await house.client.get(PATH, headers=HEADERS)).status_code == 200
    refused = await house.client.get(PATH, headers={"X-API-Key": "kiwi_" + "0" * 32})
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    both = {"Authorization": "Bearer kiwi_wrong_wrong_wrong", "X-API-Key": KEY}
    assert (await house.client.get(PATH, headers=both)).status_code == 200
    assert (await house.client.get(PATH)).status_code == 401  # who says nothing guesses nothing
    assert (await house.client.get("/readyz")).status_code == 200


async def test_a_guesser_who_claims_to_come_from_elsewhere_is_not_believed(house: House) -> None:
    assert 429 in await guess(house, MANY, "203.0.113.{}")
    assert 429 in await guess(house, 3, "::1")


@pytest.mark.parametrize("house", [{"proxies": "192.0.2.0/24, 127.0.0.0/8"}], indirect=True)
async def test_a_named_proxy_is_believed(house: House) -> None:
    assert set(await guess(house, MANY, "203.0.113.{}")) == {401}
    assert 429 in await guess(house, MANY, "198.51.100.1, 203.0.113.7, 192.0.2.9")  # the nearest whom nobody vouches for
    assert await guess(house, 1, "198.51.100.1") == [401]
