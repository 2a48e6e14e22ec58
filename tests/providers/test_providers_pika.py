"""Pika, through fal's queue and through its own door: what is sent, and what the answers mean."""

import json
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from emulators.fal import ENDPOINTS, judge
from emulators.fal import Fal as FalEmulator
from emulators.pika import Pika as PikaEmulator
from emulators.running import Emulators, running_emulators
from emulators.scenarios import Scenario
from kiwi.errors import KeyRejected, OutcomeUnknown, OutOfCredits, ProviderBusy, ProviderError, ProviderRefused, RequestRejected
from kiwi.money.catalogue import Model, find_model
from kiwi.money.purchases import Stage
from kiwi.net.network import Reply
from kiwi.providers.hire.shooting import State
from kiwi.providers.vendors.pika import Pika, broken, open_pika, refusal, result_of
from kiwi.providers.vendors.pika_direct import open_pika_direct
from kiwi.providers.vendors.pika_direct import refusal as direct_refusal
from kiwi.storage.assets import AssetStore
from tests.cameras import KEY, Hire, Set, a_shot, a_storyboard, open_set

FAL = Hire("pika", open_pika, FalEmulator)
DIRECT = Hire("pika-direct", open_pika_direct, PikaEmulator)
MODEL = find_model("pika", "video")
POLICY = [{"loc": ["body", "prompt"], "msg": "no", "type": "content_policy_violation"}]


@pytest.fixture(scope="module")
def running() -> Iterator[Emulators]:
    with running_emulators(FalEmulator(), PikaEmulator()) as emulators:
        yield emulators


@pytest.fixture
async def fal(tmp_path: Path, running: Emulators) -> AsyncIterator[Set]:
    async with open_set(FAL, tmp_path, running) as camera:
        yield camera


@pytest.fixture
async def direct(tmp_path: Path, running: Emulators) -> AsyncIterator[Set]:
    async with open_set(DIRECT, tmp_path, running) as camera:
        yield camera


def reply(status: int, body: Any, *, paid: bool = True, **headers: str) -> Reply:
    named = httpx.Headers({name.replace("_", "-"): value for name, value in headers.items()})
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply("fal", status, named, content, paid=paid, retry_after=None)


@pytest.mark.parametrize("size", ["1920x1080", "1080x1920", "1080x1080"])
@pytest.mark.parametrize(("seconds", "asked"), [(1.0, 5), (5.0, 5), (5.1, 10), (20.0, 10)])
async def test_fal_would_take_whatever_is_planned(fal: Set, size: str, seconds: float, asked: int) -> None:
    shot = a_shot(seconds=seconds)
    request = fal.vendor.plan(shot, a_storyboard(shot, size=size), MODEL)
    assert not list(judge(ENDPOINTS["v2.2/text-to-video"], request.body))
    assert request.path == "/fal-ai/pika/v2.2/text-to-video"
    assert type(request.body["duration"]) is int
    assert request.units == request.body["duration"] == asked


async def test_the_key_and_the_order_go_to_the_queue_as_it_wants_them(fal: Set) -> None:
    await fal.shoot()
    [order] = fal.emulator.creates
    assert order.headers["authorization"] == f"Key {KEY}"
    assert "negative_prompt" in order.json
    files = [request for request in fal.emulator.requests if request.path.startswith("/files/")]
    assert files
    assert not any("authorization" in request.headers for request in files)


async def test_a_queue_that_names_addresses_of_others_is_not_followed(fal: Set) -> None:
    assert isinstance(fal.vendor, Pika)
    for name in ("status_url", "response_url", "cancel_url"):
        job = {"status_url": fal.vendor.base_url, "response_url": fal.vendor.base_url, name: "https://evil.example/requests/1"}
        with pytest.raises(ProviderError, match="nothing was sent"):
            await (fal.vendor.cancel(job) if name == "cancel_url" else fal.vendor.api.ask("GET", job[name]))
    assert not fal.emulator.requests


async def test_what_is_kept_of_a_job_holds_no_key(fal: Set) -> None:
    shot = a_shot()
    placed = await fal.vendor.submit(fal.vendor.plan(shot, a_storyboard(shot), MODEL), AssetStore(fal.root))
    assert set(placed.job) == {"status_url", "response_url", "cancel_url"}
    assert KEY not in json.dumps(placed.job)


async def test_a_result_that_is_slow_to_come_is_asked_for_again(fal: Set) -> None:
    fal.emulator.script(Scenario.SERVER_ERROR, on="result", code="bad_gateway", count=3)
    await fal.shoot()
    assert fal.posts == 1
    assert fal.buyer.purchases[-1].stage is Stage.SETTLED


@pytest.mark.parametrize(
    ("answer", "state", "kind", "cost", "again"),
    [
        (reply(504, {"detail": "x", "error_type": "request_timeout"}), State.FAILED, ProviderError, Decimal(0), True),
        (reply(503, {"detail": "x"}, x_fal_error_type="runner_disconnected"), State.FAILED, ProviderError, Decimal(0), True),
        (reply(422, {"detail": POLICY}), State.FAILED, ProviderRefused, None, False),
        (reply(422, {"detail": [{"loc": ["body", "duration"], "type": "enum"}]}), State.FAILED, RequestRejected, None, False),
        (reply(500, {"detail": [{"type": "oh"}]}, x_fal_retryable="true"), State.FAILED, ProviderError, Decimal(0), True),
        (reply(500, {"detail": [{"type": "oh"}]}, x_fal_retryable="false"), State.FAILED, ProviderError, Decimal(0), False),
        (reply(200, {"video": {"url": "https://v3.fal.media/a.mp4"}}), State.DONE, None, None, False),
    ],
)
def test_what_a_result_means(answer: Reply, state: State, kind: type[ProviderError] | None, cost: Decimal | None, again: bool) -> None:
    look = result_of(answer)
    assert (look.state, look.cost, look.again) == (state, cost, again)
    assert look.failure is None if kind is None else type(look.failure) is kind


@pytest.mark.parametrize("answer", [reply(502, b"<html>", paid=False), reply(200, b"", paid=False), reply(422, b"{", paid=False)])
def test_a_result_nobody_can_read_is_asked_for_again(answer: Reply) -> None:
    with pytest.raises(ProviderBusy):
        result_of(answer)


@pytest.mark.parametrize("said", [{"video": None}, {"video": {"url": None, "file_size": None}}, {"images": []}])
def test_a_result_without_a_clip_names_none(said: dict[str, Any]) -> None:
    look = result_of(reply(200, said))
    assert (look.state, look.url, look.size) == (State.DONE, "", None)


def test_a_cancelled_job_is_not_ordered_anew() -> None:
    assert not broken("client_cancelled").again


LOCKED = "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing."


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, {"detail": "Authentication is required to access this application"}, KeyRejected),
        (403, {"detail": LOCKED}, OutOfCredits),
        (403, {"detail": "User is locked. Reason: TOP_UP."}, OutOfCredits),
        (403, {"detail": "Forbidden"}, KeyRejected),
        (404, {"detail": "Path /v9 not found"}, ProviderError),
        (422, {"detail": POLICY}, ProviderRefused),
        (422, {"detail": "a plain string"}, RequestRejected),
        (429, {"detail": "Too many"}, ProviderBusy),
        (503, {"detail": "x"}, ProviderBusy),
        (500, {"detail": "x"}, OutcomeUnknown),
    ],
)
def test_what_a_refusal_means(status: int, body: Any, kind: type[ProviderError]) -> None:
    assert type(refusal(reply(status, body), MODEL)) is kind


@pytest.mark.parametrize(("size", "ratio"), [("1920x1080", "1.7778"), ("1080x1920", "0.5625"), ("1080x1080", "1.0000")])
async def test_pika_itself_gets_a_form(direct: Set, size: str, ratio: str) -> None:
    shot = a_shot()
    await direct.shoot(shot, a_storyboard(shot, size=size))
    [order] = direct.emulator.creates
    form = parse_qs(order.body.decode())
    assert order.headers["x-api-key"] == KEY
    assert order.headers["content-type"] == "application/x-www-form-urlencoded"
    assert (form["aspectRatio"], form["duration"], form["resolution"]) == ([ratio], ["5"], ["720p"])


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (403, {"detail": "Not authenticated"}, KeyRejected),
        (402, {"detail": "Insufficient credits"}, OutOfCredits),
        (429, {"detail": "Daily quota exceeded"}, OutOfCredits),
        (404, {}, ProviderError),
        (400, {"detail": "The prompt violates the content policy"}, ProviderRefused),
        (422, {"detail": [{"loc": ["body", "seed"]}]}, RequestRejected),
    ],
)
def test_what_a_refusal_of_pika_itself_means(status: int, body: Any, kind: type[ProviderError]) -> None:
    failure = direct_refusal(reply(status, body), find_model("pika-direct", "video"))
    assert type(failure) is kind
    assert not isinstance(failure, RequestRejected) or failure.field == "seed"


async def test_a_version_that_is_gone_is_named_with_the_setting(fal: Set, direct: Set) -> None:
    for camera, gone in ((fal, "fal-ai/pika/v1/text-to-video"), (direct, "0.9")):
        model: Model = camera.hire.model.model_copy(update={"id": gone})
        with pytest.raises(ProviderError, match=rf"{gone}.*KIWI_CAMERAS"):
            await camera.camera(model).shoot(a_shot(), a_storyboard(a_shot()), camera.shares.append)
