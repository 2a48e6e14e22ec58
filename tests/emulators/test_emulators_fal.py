"""fal's emulator satisfies fal's own client, and fails the way fal does."""

import asyncio
import base64
import io
from collections.abc import AsyncIterator, Iterator
from typing import Any

import av
import fal_client
import httpx
import pytest
from fal_client import client as fal_constants

from emulators.fal import Fal
from emulators.media import render_still
from emulators.running import Emulators, running_emulators
from emulators.scenarios import Scenario, Stage
from emulators.timeline import SteppedClock

TEXT, IMAGE = "fal-ai/pika/v2.2/text-to-video", "fal-ai/pika/v2.2/image-to-video"
BOAT: dict[str, Any] = {"prompt": "a boat", "aspect_ratio": "9:16", "resolution": "720p", "duration": 5}
TALL = "data:image/png;base64," + base64.b64encode(render_still(180, 320, "a boat")).decode()


@pytest.fixture(scope="module")
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture(scope="module")
def emulators(clock: SteppedClock) -> Iterator[Emulators]:
    with running_emulators(Fal(clock, queue_seconds=5, run_seconds=10)) as emulators:
        yield emulators


@pytest.fixture
def fal(emulators: Emulators) -> Fal:
    fal = emulators.vendor(Fal)
    fal.clear()
    return fal


@pytest.fixture
async def sdk(emulators: Emulators, fal: Fal, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[fal_client.AsyncClient]:
    monkeypatch.setattr(fal_constants, "QUEUE_URL_FORMAT", emulators.url("fal") + "/")
    sdk = fal_client.AsyncClient(key="id:secret", default_timeout=5)
    yield sdk
    await (await sdk._client).aclose()


@pytest.fixture
def client(emulators: Emulators, fal: Fal) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=emulators.url("fal"), headers={"authorization": "Key id:secret"}, timeout=5, trust_env=False) as client:
        yield client


def shape(content: bytes) -> tuple[int, int, float, int]:
    """Width, height, seconds and number of sound tracks."""
    with av.open(io.BytesIO(content), "r") as clip:
        stream = clip.streams.video[0]
        return stream.width, stream.height, (clip.duration or 0) / av.time_base, len(clip.streams.audio)


async def test_a_request_is_queued_runs_and_gives_a_clip(
    sdk: fal_client.AsyncClient, fal: Fal, clock: SteppedClock, client: httpx.Client
) -> None:
    handle = await sdk.submit(TEXT, BOAT)
    assert handle.status_url.endswith(f"/fal/fal-ai/pika/requests/{handle.request_id}/status")
    assert await handle.status() == fal_client.Queued(position=0)
    clock.advance(10)
    assert await handle.status() == fal_client.InProgress(logs=None)
    running = await handle.status(with_logs=True)
    assert isinstance(running, fal_client.InProgress)
    assert running.logs
    clock.advance(10)
    ended = await handle.status()
    assert isinstance(ended, fal_client.Completed)
    assert (ended.error, ended.metrics) == (None, {"inference_time": 10})
    found = (await handle.get())["video"]
    answer = await asyncio.to_thread(client.get, found["url"])
    assert (found["content_type"], found["file_size"]) == ("video/mp4", len(answer.content))
    assert shape(answer.content) == (720, 1280, 5.0, 0)
    assert [len(fal.creates), len(fal.purchases)] == [1, 1]


async def test_a_request_is_found_again_by_its_id(sdk: fal_client.AsyncClient, clock: SteppedClock) -> None:
    request_id = (await sdk.submit(TEXT, BOAT)).request_id
    clock.advance(20)
    assert "video" in await sdk.result(TEXT, request_id)


async def test_a_clip_follows_its_image(sdk: fal_client.AsyncClient, fal: Fal, clock: SteppedClock, client: httpx.Client) -> None:
    handle = await sdk.submit(IMAGE, {"prompt": "x", "image_url": TALL, "duration": "5"})
    clock.advance(20)
    answer = await asyncio.to_thread(client.get, (await handle.get())["video"]["url"])
    assert shape(answer.content)[:2] == (720, 1280)


async def test_cancelling_stops_what_runs_and_not_what_has_ended(sdk: fal_client.AsyncClient, fal: Fal, clock: SteppedClock) -> None:
    stopped, ended = await sdk.submit(TEXT, BOAT), await sdk.submit(TEXT, BOAT)
    await stopped.cancel()
    clock.advance(20)
    with pytest.raises(fal_client.FalClientHTTPError) as late:
        await ended.cancel()
    assert (late.value.status_code, late.value.response.json()) == (400, {"status": "ALREADY_COMPLETED"})
    status = await stopped.status()
    assert isinstance(status, fal_client.Completed)
    assert status.error_type == "client_cancelled"
    with pytest.raises(fal_client.FalClientHTTPError):
        await sdk.cancel(TEXT, "nobody")


@pytest.mark.parametrize(
    ("scenario", "details", "status", "error_type"),
    [
        (Scenario.BAD_KEY, {}, 401, None),
        (Scenario.INVALID_REQUEST, {"field": "seed"}, 422, None),
        (Scenario.OUT_OF_CREDITS, {}, 403, None),
        (Scenario.SERVER_ERROR, {"status": 500}, 500, "internal_error"),
        (Scenario.SERVER_ERROR, {"status": 503}, 503, "runner_scheduling_failure"),
    ],
)
async def test_refusals_reach_the_client(
    sdk: fal_client.AsyncClient, fal: Fal, scenario: Scenario, details: dict[str, Any], status: int, error_type: str | None
) -> None:
    fal.script(scenario, **details)
    with pytest.raises(fal_client.FalClientHTTPError) as refused:
        await sdk.submit(TEXT, BOAT)
    assert (refused.value.status_code, refused.value.error_type) == (status, error_type)
    assert (len(fal.creates), fal.purchases) == (1, [])


def test_a_locked_user_is_told_why_and_a_busy_queue_says_when(client: httpx.Client, fal: Fal) -> None:
    fal.script(Scenario.OUT_OF_CREDITS)
    assert client.post(f"/{TEXT}", json=BOAT).json()["detail"].startswith("User is locked")
    fal.script(Scenario.BUSY, retry_after="7")
    busy = client.post(f"/{TEXT}", json=BOAT)
    assert (busy.status_code, busy.headers["retry-after"]) == (429, "7")


async def test_the_clients_own_retries_pay_again(sdk: fal_client.AsyncClient, fal: Fal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fal_constants, "MAX_ATTEMPTS", 3)
    monkeypatch.setattr(fal_constants, "BASE_DELAY", 0.01)
    sdk.default_timeout = 0.2
    fal.script(Scenario.ACCEPTED_THEN_SILENT, times=None)
    with pytest.raises(httpx.ReadTimeout):
        await sdk.submit(TEXT, BOAT)
    assert len(fal.purchases) == 3


@pytest.mark.parametrize(
    ("scenario", "details", "status", "kind"),
    [
        (Scenario.MODERATED_INPUT, {}, 422, "content_policy_violation"),
        (Scenario.MODERATED_OUTPUT, {}, 422, "content_policy_violation"),
        (Scenario.FAILED, {"code": "generation_timeout"}, 500, "generation_timeout"),
    ],
)
async def test_completed_is_not_success(
    sdk: fal_client.AsyncClient, fal: Fal, clock: SteppedClock, scenario: Scenario, details: dict[str, Any], status: int, kind: str
) -> None:
    fal.script(scenario, **details)
    handle = await sdk.submit(TEXT, BOAT)
    clock.advance(20)
    assert isinstance(await handle.status(), fal_client.Completed)
    with pytest.raises(fal_client.FalClientHTTPError) as failed:
        await handle.get()
    assert failed.value.status_code == status
    assert failed.value.response.json()["detail"][0]["type"] == kind
    assert failed.value.response_headers["x-fal-retryable"] == str(status == 500).lower()


async def test_a_lost_runner_is_told_in_status_and_result(sdk: fal_client.AsyncClient, fal: Fal, clock: SteppedClock) -> None:
    fal.script(Scenario.FAILED)
    handle = await sdk.submit(TEXT, BOAT)
    clock.advance(20)
    status = await handle.status()
    assert isinstance(status, fal_client.Completed)
    assert (status.error, status.error_type) == ("Runner disconnected", "runner_disconnected")
    with pytest.raises(fal_client.FalClientHTTPError) as failed:
        await handle.get()
    assert (failed.value.status_code, failed.value.error_type) == (503, "runner_disconnected")


@pytest.mark.parametrize(
    ("endpoint", "changes", "field"),
    [
        (TEXT, {"prompt": ""}, "prompt"),
        (TEXT, {"aspect_ratio": "1280:720"}, "aspect_ratio"),
        (TEXT, {"resolution": "4k"}, "resolution"),
        (TEXT, {"duration": 7}, "duration"),
        (TEXT, {"duration": [5]}, "duration"),
        (TEXT, {"aspect_ratio": {}}, "aspect_ratio"),
        (TEXT, {"seed": "one"}, "seed"),
        (IMAGE, {}, "image_url"),
        (IMAGE, {"image_url": "data:image/png;base64,AAAA"}, "image_url"),
    ],
)
async def test_the_queue_takes_anything_and_the_model_complains(
    sdk: fal_client.AsyncClient, fal: Fal, endpoint: str, changes: dict[str, Any], field: str
) -> None:
    handle = await sdk.submit(endpoint, BOAT | changes)
    assert isinstance(await handle.status(), fal_client.Completed)
    with pytest.raises(fal_client.FalClientHTTPError) as failed:
        await handle.get()
    assert (failed.value.status_code, failed.value.response.json()["detail"][0]["loc"]) == (422, ["body", field])


def test_odd_answers_about_a_request(client: httpx.Client, fal: Fal, clock: SteppedClock) -> None:
    fal.script(Scenario.UNKNOWN_STATUS)
    fal.script(Scenario.MISSING_OPTIONAL)
    fal.script(Scenario.SERVER_ERROR, on=Stage.RESULT, status=504)
    fal.script(Scenario.THROTTLED_LONG)
    unknown, missing, broken, throttled = (client.post(f"/{TEXT}", json=BOAT).json() for _ in range(4))
    clock.advance(10)
    assert client.get(unknown["status_url"]).json()["status"] == "WARMING_UP"
    assert client.get(unknown["response_url"]).status_code == 400
    clock.advance(10)
    assert client.get(throttled["status_url"]).json()["queue_position"] > 1
    assert "metrics" not in client.get(missing["status_url"]).json()
    assert client.get(missing["response_url"]).json()["video"]["file_size"] is None
    assert [client.get(broken["response_url"]).status_code for _ in range(2)] == [504, 200]


def test_what_is_not_there_is_not_found(client: httpx.Client) -> None:
    assert client.get("/fal-ai/pika/requests/nobody/status").status_code == 404
    assert client.post("/fal-ai/pika/v9/text-to-video", json=BOAT).status_code == 404
    assert client.post(f"/{TEXT}", json=BOAT, headers={"authorization": "Bearer x"}).status_code == 401
