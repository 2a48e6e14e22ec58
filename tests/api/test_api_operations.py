"""What an operator sees: health, readiness, figures, the API's page."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from prometheus_client.parser import text_string_to_metric_families

from kiwi.storage.postgres import Server
from testing.servers import House, Studio, open_house, settings_for

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("operations")
    async with open_house(settings_for(server.url, folder), Studio(folder)) as house:
        await house.clean()
        yield house


async def test_health_tells_what_is_configured(house: House) -> None:
    answer = await house.client.get("/api/health")
    assert answer.json().items() >= {"status": "healthy", "service": "KIWI-Video"}.items()
    assert answer.json()["configured"]["films_at_once"] == 2


async def test_a_draining_server_is_not_ready(house: House) -> None:
    assert (await house.client.get("/readyz")).json() == {"status": "ready"}
    draining = house.app.state.context.draining
    draining.set()
    answer = await house.client.get("/readyz")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert answer.headers["retry-after"]
    draining.clear()


async def test_figures_are_read_by_prometheus(house: House) -> None:
    await house.ended(await house.create())
    async with asyncio.timeout(30):
        while not house.app.state.context.engine.queue.ended.total():  # counted a moment after its end is told
            await asyncio.sleep(0.01)
    answer = await house.client.get("/metrics")
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    by_status = {sample.labels["status"]: sample.value for sample in families["kiwi_tasks"].samples}
    assert (by_status["completed"], by_status["failed"]) == (1, 0)
    requests = {(one.labels["route"], one.labels["status"]): one.value for one in families["kiwi_http_requests"].samples if one.labels}
    assert requests["/api/video/create", "202"] == 1
    stages = {one.labels["node"] for one in families["kiwi_stage_duration_seconds"].samples if one.name.endswith("_count")}
    assert stages >= {"write_script", "render_scene", "cut_film"}
    films = {one.labels["status"]: one.value for one in families["kiwi_films"].samples if one.name.endswith("_total")}
    assert films["completed"] == 1
    assert families["kiwi_disk_free_bytes"].samples[0].value > 0
    assert {"kiwi_films_running", "kiwi_open_streams", "kiwi_ready"} <= families.keys()


async def test_the_page_of_the_api_needs_no_network(house: House) -> None:
    page = await house.client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", page.text)
    for name in re.findall(r"(?:src|href)=\"(docs/[^\"]+)\"", page.text):
        asset = await house.client.get(f"/{name}")
        assert (asset.status_code, bool(asset.content)) == (200, True)
    assert (await house.client.get("/docs/other.js")).status_code == 404
    api = (await house.client.get("/openapi.json")).json()
    assert api["paths"]["/api/video/create"]["post"]["requestBody"]["content"].keys() == {"application/json", "multipart/form-data"}
