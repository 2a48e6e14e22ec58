"""The cameras of the Gemini API: what is sent, and what the answers mean in either of the two shapes Google has."""

import base64
import json
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulators.gemini import Gemini as GeminiEmulator
from emulators.running import Emulators, running_emulators
from emulators.scenarios import Scenario
from kiwi.errors import KeyRejected, OutcomeUnknown, OutOfCredits, ProviderBusy, ProviderError, ProviderRefused, RequestRejected
from kiwi.money.catalogue import Kind, find_model
from kiwi.money.purchases import Placed, Purchase, Stage
from kiwi.net.network import Reply
from kiwi.providers.vendors import veo
from kiwi.providers.vendors.gemini_image import open_gemini_image, picture_in
from kiwi.providers.vendors.google import refusal, seen
from kiwi.providers.vendors.omni import Omni, open_omni
from kiwi.providers.vendors.omni import failed as omni_failed
from kiwi.providers.vendors.veo import Veo, open_veo
from tests.buyers import FakePurchaseStore
from tests.cameras import KEY, Hire, Set, a_shot, a_storyboard, open_set
from tests.clocks import SteppedClock

HIRES = {
    "omni": Hire("omni", open_omni, GeminiEmulator),
    "veo": Hire("veo", open_veo, GeminiEmulator),
    "gemini-image": Hire("gemini-image", open_gemini_image, GeminiEmulator, kind="image"),
}
MODEL = find_model("veo", "video")
BAD_KEY = {"error": {"code": 400, "message": "no", "details": [{"reason": "API_KEY_INVALID"}]}}


@pytest.fixture(scope="module")
def running() -> Iterator[Emulators]:
    with running_emulators(GeminiEmulator()) as emulators:
        yield emulators


@pytest.fixture(params=HIRES)
async def filming(request: pytest.FixtureRequest, tmp_path: Path, running: Emulators) -> AsyncIterator[Set]:
    async with open_set(HIRES[request.param], tmp_path, running) as camera:
        yield camera


@pytest.fixture
async def picturing(tmp_path: Path, running: Emulators) -> AsyncIterator[Set]:
    async with open_set(HIRES["gemini-image"], tmp_path, running) as camera:
        yield camera


def reply(status: int, body: Any, *, retry_after: float | None = None, paid: bool = True) -> Reply:
    return Reply("veo", status, httpx.Headers(), json.dumps(body).encode(), paid=paid, retry_after=retry_after)


@pytest.mark.parametrize("size", ["1920x1080", "1080x1920", "1080x1080"])
@pytest.mark.parametrize("seconds", [0.5, 3.0, 5.5, 8.0, 40.0])
async def test_google_takes_whatever_is_planned(filming: Set, size: str, seconds: float) -> None:
    shot = a_shot(seconds=seconds)
    take = await filming.shoot(shot, a_storyboard(shot, size=size))
    assert take.footage is not None
    assert filming.posts == 1
    assert filming.buyer.purchases[0].most <= Decimal(1)


async def test_the_key_goes_in_a_header_and_to_google_alone(filming: Set) -> None:
    await filming.shoot()
    assert all(request.headers["x-goog-api-key"] == KEY for request in filming.emulator.requests)
    assert not any("key" in request.query for request in filming.emulator.requests)


@pytest.mark.parametrize("opener", [open_omni, open_veo])
async def test_files_are_fetched_from_the_configured_place(opener: Any) -> None:
    async with opener(KEY, "https://proxy.example/google/", SteppedClock()) as vendor:
        assert vendor.place_of("https://generativelanguage.googleapis.com/v1beta/files/a1:download?alt=media") == (
            "https://proxy.example/google/v1beta/files/a1:download?alt=media"
        )
        for other in ("https://storage.googleapis.com/a", "http://generativelanguage.googleapis.com/a", "", "file:///etc/passwd"):
            assert vendor.place_of(other) == other


@pytest.mark.parametrize(("name", "kind"), [("omni", "video"), ("veo", "video"), ("gemini-image", "image")])
async def test_a_model_that_is_gone_is_named_with_the_setting(name: str, kind: Kind, tmp_path: Path, running: Emulators) -> None:
    async with open_set(HIRES[name], tmp_path, running) as camera:
        model = find_model(name, kind).model_copy(update={"id": "gemini-0-gone"})
        with pytest.raises(ProviderError, match=r"gemini-0-gone.*KIWI_CAMERAS"):
            await camera.camera(model).shoot(a_shot(), a_storyboard(a_shot()), camera.shares.append)
        assert camera.buyer.purchases[-1].stage is Stage.REFUSED


class Killed(BaseException):
    """The process is no more."""


class DyingBooks(FakePurchaseStore):
    """Nobody lives to write an answer down."""

    def __init__(self, others: FakePurchaseStore) -> None:
        super().__init__(others.clock)
        self._rows = others._rows

    async def accept(self, purchase: Purchase, placed: Placed) -> Purchase:
        raise Killed


async def test_a_picture_kept_before_a_kill_is_found_and_paid_once(picturing: Set) -> None:
    living = picturing.store
    picturing.store = DyingBooks(living)
    shot = a_shot()
    with pytest.raises(Killed):
        await picturing.shoot(shot)
    assert [purchase.stage for purchase in picturing.buyer.purchases] == [Stage.INTENDED]
    picturing.store = living
    take = await picturing.shoot(shot)
    assert take.footage is not None
    assert picturing.posts == 1
    (purchase,) = picturing.buyer.purchases
    assert purchase.stage is Stage.SETTLED


async def test_an_answer_without_a_picture_is_not_kept_for_the_next_try(picturing: Set) -> None:
    picturing.emulator.script(Scenario.FAILED)
    await picturing.shoot()
    assert picturing.posts == 2
    assert [purchase.stage for purchase in picturing.buyer.purchases] == [Stage.FAILED, Stage.SETTLED]


async def test_two_shots_with_the_same_prompt_are_two_pictures(picturing: Set) -> None:
    for number in (1, 2):
        await picturing.shoot(a_shot(number=number))
    assert picturing.posts == len(picturing.buyer.purchases) == 2


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (reply(429, {"error": {"code": 429, "details": [{"retryDelay": "7.5s"}]}}), 7.5),
        (reply(429, {"error": {"code": "rate_limit_exceeded", "message": "Please retry in 12s."}}), 12.0),
        (reply(429, {"error": {"details": [{"retryDelay": "7s"}]}}, retry_after=3.0), 3.0),
        (reply(429, {"error": {"details": [{"retryDelay": "soon"}]}}), None),
        (reply(429, {}), None),
        (reply(429, {"error": "odd"}), None),
    ],
)
def test_how_long_google_asks_to_wait(answer: Reply, seconds: float | None) -> None:
    failure = refusal(answer, MODEL)
    assert isinstance(failure, ProviderBusy)
    assert failure.retry_after == seconds


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, BAD_KEY, KeyRejected),
        (401, {"error": {"code": "authentication"}}, KeyRejected),
        (402, {"error": {}}, OutOfCredits),
        (403, {"error": {}}, KeyRejected),
        (404, {"error": {}}, ProviderError),
        (429, {"error": {"code": "quota_exceeded"}}, OutOfCredits),
        (429, {"error": {"details": [{"violations": [{"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]}]}}, OutOfCredits),
        (400, {"error": {"code": "prohibited_content"}}, ProviderRefused),
        (400, {"error": {"code": 400, "message": "It violates Google's Responsible AI practices."}}, ProviderRefused),
        (400, {"error": {"code": 400, "message": "wrong"}}, RequestRejected),
        (400, {"error": {"details": [{"fieldViolations": "odd"}]}}, RequestRejected),
        (503, {"error": {"code": 503}}, ProviderBusy),
        (500, {"error": {"code": 500}}, OutcomeUnknown),
        (504, {"error": {"code": 504}}, OutcomeUnknown),
    ],
)
def test_what_a_refusal_means(status: int, body: Any, kind: type[ProviderError]) -> None:
    assert type(refusal(reply(status, body), MODEL)) is kind


def test_a_look_with_a_withdrawn_key_says_so() -> None:
    with pytest.raises(KeyRejected):
        seen(reply(400, BAD_KEY, paid=False))
    with pytest.raises(ProviderBusy):
        seen(reply(500, {}, paid=False))


@pytest.mark.parametrize(
    ("status", "errors", "kind", "cost", "again"),
    [
        ("failed", [{"code": "api_error"}], ProviderError, Decimal(0), True),
        ("failed", [{"code": "safety"}], ProviderRefused, Decimal(0), False),
        ("failed", None, ProviderError, Decimal(0), True),
        ("cancelled", [], ProviderError, None, False),
        ("budget_exceeded", [], OutOfCredits, Decimal(0), False),
        ("incomplete", [], ProviderError, Decimal(0), False),
        ("requires_action", [], ProviderError, Decimal(0), False),
    ],
)
def test_why_an_interaction_came_to_nothing(status: str, errors: Any, kind: type[ProviderError], cost: Decimal | None, again: bool) -> None:
    look = omni_failed(status, {"status": status, "errors": errors})
    assert (type(look.failure), look.cost, look.again) == (kind, cost, again)


@pytest.mark.parametrize(
    ("error", "kind", "again"),
    [
        ({"code": 1}, ProviderError, False),
        ({"code": 3, "message": "words that violate Google's Responsible AI practices"}, ProviderRefused, False),
        ({"code": 3, "message": "wrong"}, RequestRejected, False),
        ({"code": 13, "message": "internal"}, ProviderError, True),
        ({"code": 14}, ProviderError, True),
        ({"code": 7}, ProviderError, False),
        ({}, ProviderError, False),
    ],
)
def test_why_an_operation_came_to_nothing(error: dict[str, Any], kind: type[ProviderError], again: bool) -> None:
    look = veo.failed({"error": error})
    assert (type(look.failure), look.again, look.cost) == (kind, again, Decimal(0))


async def test_a_clip_may_come_with_the_answer(tmp_path: Path, running: Emulators, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_set(HIRES["omni"], tmp_path, running) as camera:
        assert isinstance(camera.vendor, Omni)
        shot = a_shot()
        request = camera.vendor.plan(shot, a_storyboard(shot), camera.hire.model)
        request.body["response_format"]["delivery"] = "inline"
        monkeypatch.setattr(camera.vendor, "plan", lambda *_: request)
        take = await camera.shoot(shot)
        assert take.footage is not None
        assert not any("files" in received.path for received in camera.emulator.requests)


async def test_a_retired_veo_is_a_setting_away(tmp_path: Path, running: Emulators) -> None:
    async with open_set(HIRES["veo"], tmp_path, running) as camera:
        assert isinstance(camera.vendor, Veo)
        model = find_model("veo", "video", "veo-3.1-generate-001")
        take = await camera.camera(model).shoot(a_shot(), a_storyboard(a_shot()), camera.shares.append)
        assert take.camera == "veo:veo-3.1-generate-001"


async def test_a_picture_is_paid_once_whatever_ends_in_between(picturing: Set) -> None:
    take = await picturing.shoot()
    assert take.still
    [purchase] = picturing.buyer.purchases
    assert len(json.dumps(purchase.job)) < 400
    assert purchase.cost is None or purchase.cost == purchase.most == picturing.hire.model.price
    assert await picturing.shoot() == take
    assert picturing.posts == 1


@pytest.mark.parametrize("scenario", [Scenario.MODERATED_INPUT, Scenario.MODERATED_OUTPUT])
async def test_a_refused_picture_is_not_paid_for_twice(picturing: Set, scenario: Scenario) -> None:
    picturing.emulator.script(scenario)
    for _ in range(2):
        with pytest.raises(ProviderRefused):
            await picturing.shoot()
    assert picturing.posts == 1


async def test_a_picture_of_no_bytes_is_asked_for_again(picturing: Set) -> None:
    picturing.emulator.script(Scenario.ZERO_BYTES)
    await picturing.shoot()
    assert picturing.posts == 2


@pytest.mark.parametrize(
    "parts",
    [None, [], [{"text": "Here"}], [{"inlineData": {"data": ""}}], [{"inlineData": {"data": "%%%"}}], [{"inlineData": 3}], "odd", [3]],
)
def test_an_answer_without_a_picture_holds_none(parts: Any) -> None:
    assert picture_in({"candidates": [{"content": {"parts": parts}}]}) == b""


def test_the_picture_behind_the_words_is_found() -> None:
    parts = [{"text": "Here"}, {"inlineData": {"mimeType": "image/png", "data": base64.b64encode(b"png").decode()}}]
    assert picture_in({"candidates": [{"content": {"parts": parts}}]}) == b"png"
