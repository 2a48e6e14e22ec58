"""Pika's emulator takes forms, films what they ask for and complains in Pika's shape."""

import io
from collections.abc import Iterator
from typing import Any

import av
import httpx
import pytest

from emulators.media import render_still
from emulators.pika import Pika
from emulators.running import Emulators, running_emulators
from emulators.scenarios import Scenario
from emulators.timeline import SteppedClock

BOAT = {"promptText": "a boat", "duration": "5", "resolution": "720p", "aspectRatio": "0.5625"}


@pytest.fixture(scope="module")
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture(scope="module")
def emulators(clock: SteppedClock) -> Iterator[Emulators]:
    with running_emulators(Pika(clock, queue_seconds=5, run_seconds=10)) as emulators:
        yield emulators


@pytest.fixture
def pika(emulators: Emulators) -> Pika:
    pika = emulators.vendor(Pika)
    pika.clear()
    return pika


@pytest.fixture
def client(emulators: Emulators, pika: Pika) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=emulators.url("pika"), headers={"x-api-key": "key"}, timeout=5, trust_env=False) as client:
        yield client


def sides(content: bytes) -> tuple[int, int]:
    with av.open(io.BytesIO(content), "r") as clip:
        return clip.streams.video[0].width, clip.streams.video[0].height


def test_a_video_goes_from_queued_to_finished(client: httpx.Client, clock: SteppedClock, pika: Pika) -> None:
    video = client.post("/generate/2.2/t2v", data=BOAT).json()["video_id"]
    seen = []
    for _ in range(4):
        told = client.get(f"/videos/{video}").json()
        seen.append((told["status"], told["progress"], told["url"] is None))
        clock.advance(5)
    assert seen == [("queued", 0, True), ("started", 0, True), ("started", 50, True), ("finished", 100, False)]
    assert sides(client.get(told["url"]).content) == (720, 1280)
    assert [len(pika.creates), len(pika.purchases)] == [1, 1]


def test_an_image_comes_as_a_part_and_gives_its_shape(client: httpx.Client, clock: SteppedClock) -> None:
    files = {"image": ("boat.png", render_still(320, 320, "a boat"), "image/png")}
    video = client.post("/generate/2.2/i2v", data={"resolution": "720p"}, files=files).json()["video_id"]
    clock.advance(20)
    assert sides(client.get(client.get(f"/videos/{video}").json()["url"]).content) == (720, 720)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"promptText": ""}, "promptText"),
        ({"duration": "7"}, "duration"),
        ({"resolution": "480p"}, "resolution"),
        ({"aspectRatio": "9:16"}, "aspectRatio"),
        ({"aspectRatio": "3"}, "aspectRatio"),
        ({"seed": "one"}, "seed"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(client: httpx.Client, pika: Pika, changes: dict[str, str], field: str) -> None:
    answer = client.post("/generate/2.2/t2v", data=BOAT | changes)
    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body", field])
    assert pika.purchases == []


def test_an_image_that_is_none_is_refused(client: httpx.Client) -> None:
    assert client.post("/generate/2.2/i2v", files={"image": ("a.png", b"no image", "image/png")}).status_code == 422
    assert client.post("/generate/2.2/i2v", data={"promptText": "x"}).json()["detail"][0]["loc"] == ["body", "image"]


@pytest.mark.parametrize(
    ("scenario", "details", "status"),
    [
        (Scenario.BAD_KEY, {}, 403),
        (Scenario.INVALID_REQUEST, {"field": "seed"}, 422),
        (Scenario.OUT_OF_CREDITS, {}, 402),
        (Scenario.BUSY, {"retry_after": "3"}, 429),
        (Scenario.SERVER_ERROR, {"status": 500}, 500),
        (Scenario.MODERATED_INPUT, {}, 400),
    ],
)
def test_refusals_cost_nothing(client: httpx.Client, pika: Pika, scenario: Scenario, details: dict[str, Any], status: int) -> None:
    pika.script(scenario, **details)
    answer = client.post("/generate/2.2/t2v", data=BOAT)
    assert (answer.status_code, answer.headers.get("retry-after")) == (status, details.get("retry_after"))
    assert pika.purchases == []


@pytest.mark.parametrize(
    ("scenario", "word"),
    [
        (Scenario.FAILED, "failed"),
        (Scenario.MODERATED_OUTPUT, "failed"),
        (Scenario.CANCELLED_REMOTELY, "failed"),
        (Scenario.HAPPY, "finished"),
    ],
)
def test_videos_end_as_scripted(client: httpx.Client, pika: Pika, clock: SteppedClock, scenario: Scenario, word: str) -> None:
    pika.script(scenario)
    video = client.post("/generate/2.2/t2v", data=BOAT).json()["video_id"]
    clock.advance(20)
    assert client.get(f"/videos/{video}").json()["status"] == word


def test_unknown_videos_unknown_words_and_missing_keys(client: httpx.Client, pika: Pika, clock: SteppedClock) -> None:
    pika.script(Scenario.UNKNOWN_STATUS)
    video = client.post("/generate/2.2/t2v", data=BOAT).json()["video_id"]
    clock.advance(6)
    assert client.get(f"/videos/{video}").json()["status"] == "postprocessing"
    assert client.get("/videos/nobody").status_code == 404
    assert client.get(f"/videos/{video}", headers={"x-api-key": ""}).status_code == 403
