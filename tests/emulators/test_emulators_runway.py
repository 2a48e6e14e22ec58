"""Runway's emulator satisfies Runway's own client, strictly, and refuses what Runway refuses."""

import base64
import io
from collections.abc import AsyncIterator, Iterator
from typing import Any

import av
import httpx
import pytest
import runwayml
from runwayml import AsyncRunwayML, BaseModel, RunwayML

from emulators.media import render_still
from emulators.running import Emulators, running_emulators
from emulators.runway import Runway
from emulators.scenarios import Scenario, Stage
from emulators.timeline import SteppedClock

BOAT: dict[str, Any] = {"model": "gen4.5", "prompt_text": "a boat", "ratio": "1280:720", "duration": 2}
BOAT_JSON: dict[str, Any] = {"model": "gen4.5", "promptText": "a boat", "ratio": "1280:720", "duration": 2}
PICTURE = "data:image/png;base64," + base64.b64encode(render_still(320, 180, "a boat")).decode()


@pytest.fixture(scope="module")
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture(scope="module")
def emulators(clock: SteppedClock) -> Iterator[Emulators]:
    with running_emulators(Runway(clock, queue_seconds=5, run_seconds=10)) as emulators:
        yield emulators


@pytest.fixture
def runway(emulators: Emulators) -> Runway:
    runway = emulators.vendor(Runway)
    runway.clear()
    return runway


@pytest.fixture
def sdk(emulators: Emulators, runway: Runway) -> Iterator[RunwayML]:
    with httpx.Client(trust_env=False) as client:
        yield RunwayML(
            api_key="key_emulated",
            base_url=emulators.url("runway"),
            max_retries=0,
            timeout=5,
            http_client=client,
            _strict_response_validation=True,
        )


@pytest.fixture
async def async_sdk(emulators: Emulators, runway: Runway) -> AsyncIterator[AsyncRunwayML]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield AsyncRunwayML(
            api_key="key_emulated",
            base_url=emulators.url("runway"),
            max_retries=0,
            timeout=5,
            http_client=client,
            _strict_response_validation=True,
        )


@pytest.fixture
def client(emulators: Emulators, runway: Runway) -> Iterator[httpx.Client]:
    headers = {"authorization": "Bearer key_emulated", "x-runway-version": "2024-11-06"}
    with httpx.Client(base_url=emulators.url("runway"), headers=headers, timeout=5, trust_env=False) as client:
        yield client


def estimated(created: BaseModel) -> float:
    """Credits that a create said it may cost; the client keeps the field though its awaitable reply does not name it."""
    credit: float = created.to_dict()["estimatedCost"]["credits"]  # type: ignore[index]
    return credit


def shape(content: bytes) -> tuple[int, int, float, int]:
    """Width, height, seconds and number of sound tracks."""
    with av.open(io.BytesIO(content), "r") as clip:
        stream = clip.streams.video[0]
        return stream.width, stream.height, (clip.duration or 0) / av.time_base, len(clip.streams.audio)


def test_a_clip_goes_from_pending_to_succeeded(sdk: RunwayML, clock: SteppedClock, client: httpx.Client) -> None:
    created = sdk.text_to_video.create(**BOAT)
    assert estimated(created) == 24
    seen = []
    for _ in range(4):
        task = sdk.tasks.retrieve(created.id)
        seen.append((task.status, getattr(task, "progress", None)))
        clock.advance(5)
    assert seen == [("PENDING", None), ("RUNNING", 0), ("RUNNING", 0.5), ("SUCCEEDED", None)]
    assert task.status == "SUCCEEDED"
    assert task.cost.credits == 24
    assert shape(client.get(task.output[0]).content) == (1280, 720, 2.0, 0)


async def test_the_asynchronous_client_is_satisfied_too(async_sdk: AsyncRunwayML, clock: SteppedClock, runway: Runway) -> None:
    created = await async_sdk.image_to_video.create(model="gen4_turbo", prompt_image=PICTURE, prompt_text="x", ratio="720:1280", duration=5)
    clock.advance(20)
    assert (await async_sdk.tasks.retrieve(created.id)).status == "SUCCEEDED"
    assert runway.purchases[0].path == "/v1/image_to_video"


def test_an_upload_stands_for_an_image(sdk: RunwayML, runway: Runway) -> None:
    uri = sdk.uploads.create_ephemeral(file=("boat.png", render_still(64, 64, "a boat"))).uri
    sdk.image_to_video.create(model="gen4_turbo", prompt_image=[{"uri": uri, "position": "first"}], ratio="960:960")
    assert [len(content or b"") for content in runway.uploads.values()] == [len(render_still(64, 64, "a boat"))]


def test_a_picture_is_a_real_picture(sdk: RunwayML, clock: SteppedClock, client: httpx.Client) -> None:
    created = sdk.text_to_image.create(model="gen4_image", prompt_text="a boat", ratio="1920:1080")
    clock.advance(20)
    task = sdk.tasks.retrieve(created.id)
    assert task.status == "SUCCEEDED"
    answer = client.get(task.output[0])
    assert (answer.headers["content-type"], shape(answer.content)[:2], estimated(created)) == ("image/png", (1920, 1080), 8)


def test_sound_costs_more_and_is_heard(sdk: RunwayML, clock: SteppedClock, client: httpx.Client) -> None:
    loud = sdk.text_to_video.create(model="veo3.1", prompt_text="a boat", ratio="1280:720", duration=4)
    quiet = sdk.text_to_video.create(model="veo3.1", prompt_text="a boat", ratio="1280:720", duration=4, audio=False)
    assert (estimated(loud), estimated(quiet)) == (160, 80)
    clock.advance(20)
    task = sdk.tasks.retrieve(loud.id)
    assert task.status == "SUCCEEDED"
    assert shape(client.get(task.output[0]).content)[3] == 1


@pytest.mark.parametrize(
    ("scenario", "details", "error"),
    [
        (Scenario.BAD_KEY, {}, runwayml.AuthenticationError),
        (Scenario.INVALID_REQUEST, {"field": "ratio"}, runwayml.BadRequestError),
        (Scenario.OUT_OF_CREDITS, {}, runwayml.BadRequestError),
        (Scenario.OUT_OF_CREDITS, {"status": 402}, runwayml.APIStatusError),
        (Scenario.BUSY, {"retry_after": "7"}, runwayml.RateLimitError),
        (Scenario.DAILY_QUOTA, {}, runwayml.RateLimitError),
        (Scenario.SERVER_ERROR, {"status": 502}, runwayml.InternalServerError),
    ],
)
def test_refusals_are_the_clients_own_errors(
    sdk: RunwayML, runway: Runway, scenario: Scenario, details: dict[str, Any], error: type[Exception]
) -> None:
    runway.script(scenario, **details)
    with pytest.raises(error):
        sdk.text_to_video.create(**BOAT)
    assert (len(runway.creates), runway.purchases, runway.credits) == (1, [], 100_000)


def test_a_busy_answer_says_when_to_come_back(client: httpx.Client, runway: Runway) -> None:
    runway.script(Scenario.BUSY, retry_after="Wed, 21 Oct 2026 07:28:00 GMT", retry_after_ms=1500)
    answer = client.post("/v1/text_to_video", json=BOAT_JSON)
    assert (answer.status_code, answer.headers["retry-after-ms"]) == (429, "1500")
    assert answer.headers["retry-after"] == "Wed, 21 Oct 2026 07:28:00 GMT"


def test_a_client_that_retries_pays_three_times(emulators: Emulators, runway: Runway) -> None:
    runway.script(Scenario.ACCEPTED_THEN_SILENT, times=None)
    with httpx.Client(trust_env=False) as client:
        sdk = RunwayML(api_key="key", base_url=emulators.url("runway"), max_retries=2, timeout=0.2, http_client=client)
        with pytest.raises(runwayml.APITimeoutError):
            sdk.text_to_video.create(**BOAT)
    assert (len(runway.creates), len(runway.purchases)) == (3, 3)


@pytest.mark.parametrize(
    ("scenario", "details", "code", "kept"),
    [
        (Scenario.MODERATED_INPUT, {}, "SAFETY.INPUT.TEXT", 24),
        (Scenario.MODERATED_OUTPUT, {}, "SAFETY.OUTPUT.VIDEO", 0),
        (Scenario.FAILED, {}, "INTERNAL.BAD_OUTPUT.CODE01", 0),
        (Scenario.FAILED, {"code": "ASSET.INVALID"}, "ASSET.INVALID", 0),
    ],
)
def test_failures_have_a_code_and_a_price(
    sdk: RunwayML, runway: Runway, clock: SteppedClock, scenario: Scenario, details: dict[str, Any], code: str, kept: int
) -> None:
    runway.script(scenario, **details)
    created = sdk.text_to_video.create(**BOAT)
    clock.advance(20)
    task = sdk.tasks.retrieve(created.id)
    assert task.status == "FAILED"
    assert (task.failure_code, task.cost.credits) == (code, kept)


def test_statuses_beyond_the_usual_ones(sdk: RunwayML, runway: Runway, clock: SteppedClock) -> None:
    runway.script(Scenario.THROTTLED_LONG)
    runway.script(Scenario.CANCELLED_REMOTELY)
    runway.script(Scenario.UNKNOWN_STATUS, code="MODERATING")
    throttled, cancelled, unknown = (sdk.text_to_video.create(**BOAT).id for _ in range(3))
    clock.advance(14)
    assert sdk.tasks.retrieve(throttled).status == "THROTTLED"
    assert sdk.tasks.retrieve(cancelled).status == "CANCELLED"
    with pytest.raises(runwayml.APIResponseValidationError):
        sdk.tasks.retrieve(unknown)
    clock.advance(2)
    assert sdk.tasks.retrieve(unknown).status == "SUCCEEDED"


def test_fields_that_come_or_go_are_seen_by_a_strict_client(sdk: RunwayML, runway: Runway) -> None:
    runway.script(Scenario.EXTRA_FIELDS)
    runway.script(Scenario.MISSING_OPTIONAL)
    assert sdk.tasks.retrieve(sdk.text_to_video.create(**BOAT).id).status == "PENDING"
    with pytest.raises(runwayml.APIResponseValidationError):
        sdk.tasks.retrieve(sdk.text_to_video.create(**BOAT).id)


def test_a_deleted_task_is_gone(sdk: RunwayML, runway: Runway) -> None:
    created = sdk.text_to_video.create(**BOAT)
    sdk.tasks.delete(created.id)
    with pytest.raises(runwayml.NotFoundError):
        sdk.tasks.retrieve(created.id)
    assert runway.jobs[created.id].cancelled_at is not None


def test_deleting_can_fail_too(sdk: RunwayML, runway: Runway) -> None:
    runway.script(Scenario.SERVER_ERROR, on=Stage.CANCEL)
    created = sdk.text_to_video.create(**BOAT)
    with pytest.raises(runwayml.InternalServerError):
        sdk.tasks.delete(created.id)
    sdk.tasks.delete(created.id)


def test_the_organization_counts_credits_and_generations(sdk: RunwayML, runway: Runway) -> None:
    sdk.text_to_video.create(**BOAT)
    told = sdk.organization.retrieve()
    assert (told.credit_balance, told.usage.models["gen4.5"].daily_generations) == (100_000 - 24, 1)
    runway.credits = 10
    with pytest.raises(runwayml.BadRequestError, match="enough credits"):
        sdk.text_to_video.create(**BOAT)
    assert len(runway.purchases) == 1


@pytest.mark.parametrize(
    ("path", "changes", "field"),
    [
        ("text_to_video", {"model": "gen3a_turbo"}, "model"),
        ("text_to_video", {"model": "gen4_turbo"}, "model"),
        ("text_to_video", {"ratio": "16:9"}, "ratio"),
        ("text_to_video", {"ratio": "960:960"}, "ratio"),
        ("text_to_video", {"duration": 11}, "duration"),
        ("text_to_video", {"duration": 2.5}, "duration"),
        ("text_to_video", {"duration": None}, "duration"),
        ("text_to_video", {"promptText": ""}, "promptText"),
        ("text_to_video", {"promptText": "a" * 1001}, "promptText"),
        ("text_to_video", {"promptText": "🥝" * 501}, "promptText"),
        ("text_to_video", {"audio": True}, "audio"),
        ("text_to_video", {"seed": -1}, "seed"),
        ("text_to_video", {"model": "veo3.1", "duration": 5}, "duration"),
        ("image_to_video", {"model": "gen4_turbo"}, "promptImage"),
        ("image_to_video", {"promptImage": "http://example.test/a.png"}, "promptImage"),
        ("image_to_video", {"promptImage": "https://93.184.216.34/a.png"}, "promptImage"),
        ("image_to_video", {"promptImage": "data:image/gif;base64,R0lG"}, "promptImage"),
        ("image_to_video", {"promptImage": "data:image/png;base64,***"}, "promptImage"),
        ("image_to_video", {"promptImage": "runway://upload/none"}, "promptImage"),
        ("image_to_video", {"promptImage": [{"uri": PICTURE, "position": "last"}]}, "promptImage"),
        ("text_to_image", {"model": "gen4_image", "ratio": "1600:900"}, "ratio"),
        ("text_to_image", {"model": "gen4_image_turbo"}, "referenceImages"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(client: httpx.Client, runway: Runway, path: str, changes: dict[str, Any], field: str) -> None:
    answer = client.post(f"/v1/{path}", json=BOAT_JSON | changes)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(field)
    assert field in answer.json()["issues"][0]["path"]
    assert runway.purchases == []


@pytest.mark.parametrize("prompt", ["a" * 1000, "🥝" * 500, "[[scenario:happy]]"])
def test_a_prompt_may_have_a_thousand_units(client: httpx.Client, prompt: str) -> None:
    assert client.post("/v1/text_to_video", json=BOAT_JSON | {"promptText": prompt}).status_code == 200


def test_the_version_and_the_key_must_be_sent(client: httpx.Client) -> None:
    assert client.post("/v1/text_to_video", json=BOAT_JSON, headers={"x-runway-version": "2023-01-01"}).status_code == 400
    assert client.post("/v1/text_to_video", json=BOAT_JSON, headers={"authorization": "Basic abc"}).status_code == 401
    assert client.post("/v1/text_to_video", content=b"no json").status_code == 400
