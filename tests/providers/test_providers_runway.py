"""Runway: what is sent for which shot, and what its answers mean."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulators.running import Emulators, running_emulators
from emulators.runway import Runway as RunwayEmulator
from emulators.runway_requests import still_complaints, video_complaints
from emulators.scenarios import Scenario
from kiwi.errors import BadMedia, OutcomeUnknown, OutOfCredits, ProviderError, ProviderRefused, RequestRejected, SetupIncomplete
from kiwi.film.model import LANDSCAPE, PORTRAIT, SQUARE, Size
from kiwi.money.catalogue import Model, catalogue, find_model
from kiwi.money.purchases import Stage
from kiwi.net.network import Reply
from kiwi.providers.hire.plans import Request, plan_prompt, plan_ratio, plan_seconds, utf16_units
from kiwi.providers.hire.shooting import State
from kiwi.providers.hire.wire import job_id
from kiwi.providers.vendors.runway import Runway, data_uri, failure_of, field_of, look_of, open_runway, refusal
from kiwi.work.processes import open_pool
from tests.cameras import KEY, Hire, Set, a_shot, a_storyboard, open_set
from tests.clocks import SteppedClock

RUNWAY = Hire("runway", open_runway, RunwayEmulator)
PNG = b"\x89PNG\r\n\x1a\n picture"
MODELS = [model for model in catalogue() if model.provider == "runway"]


@pytest.fixture(scope="module")
def running() -> Iterator[Emulators]:
    with running_emulators(RunwayEmulator()) as emulators:
        yield emulators


@pytest.fixture
async def filming(tmp_path: Path, running: Emulators) -> AsyncIterator[Set]:
    async with open_set(RUNWAY, tmp_path, running) as camera:
        yield camera


@pytest.fixture
async def runway() -> AsyncIterator[Runway]:
    async with open_runway(KEY, "https://runway.example", SteppedClock()) as vendor:
        yield vendor


def reply(status: int, body: Any, headers: dict[str, str] | None = None) -> Reply:
    return Reply("runway", status, httpx.Headers(headers or {}), json.dumps(body).encode(), paid=True, retry_after=None)


@pytest.mark.parametrize("size", ["1920x1080", "1080x1920", "1080x1080"])
@pytest.mark.parametrize("seconds", [0.5, 2.0, 4.4, 7.01, 31.0])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
async def test_runway_would_take_whatever_is_planned(runway: Runway, model: Model, seconds: float, size: str) -> None:
    shot = a_shot(seconds=seconds)
    first = runway.still_model(model)
    request = runway.plan(shot, a_storyboard(shot, size=size), model, PNG if first else b"")
    if model.kind == "image":
        assert not list(still_complaints(request.body, ()))
    else:
        assert not list(video_complaints(request.body, from_image=bool(first), uploads=()))
        assert request.units == request.body["duration"] in model.seconds
    assert request.most == model.cost(request.units)


def test_the_shape_that_loses_least_is_asked_for() -> None:
    assert plan_ratio(("1280:720", "720:1280"), PORTRAIT) == "720:1280"
    assert plan_ratio(("1280:720", "960:960"), SQUARE) == "960:960"
    assert plan_ratio(("1280:720", "720:1280", "1920:1080"), LANDSCAPE) == "1920:1080"
    assert plan_ratio(("1280:720", "1920:1080"), Size(width=640, height=360)) == "1280:720"
    assert plan_ratio(("16:9", "9:16"), SQUARE) == "16:9"


@pytest.mark.parametrize(("seconds", "asked"), [(0.1, 4), (4.0, 4), (4.04, 6), (6.0, 6), (8.0, 8), (30.0, 8)])
def test_the_shortest_clip_that_is_long_enough_is_asked_for(seconds: float, asked: int) -> None:
    shot = a_shot(seconds=seconds, fps=25)
    assert plan_seconds((4, 6, 8), shot, a_storyboard(shot, fps=25)) == asked


@pytest.mark.parametrize("prompt", ["word " * 400, "🚣 rows " * 300, "🚣" * 999, "x" * 1001, "a" * 1000])
def test_a_prompt_is_cut_after_a_word_where_there_is_one(prompt: str) -> None:
    cut = plan_prompt(a_shot(prompt), 1000)
    assert 900 < utf16_units(cut) <= 1000
    assert prompt.startswith(cut)
    assert " " not in prompt or prompt[len(cut) :].startswith(" ")


def test_a_shot_that_says_nothing_is_filmed_by_its_search_words_or_quietly() -> None:
    assert plan_prompt(a_shot(""), 1000) == "boat lake"
    assert len(plan_prompt(a_shot("").model_copy(update={"search": "\x00"}), 1000)) > 10


def test_the_same_request_has_the_same_digest_whatever_it_costs() -> None:
    model = find_model("runway", "video")
    request = Request(model=model, path="/v1/text_to_video", body={"a": 1, "b": 2})
    assert request.digest == request.model_copy(update={"model": model.model_copy(update={"price": 9})}).digest
    assert request.digest == request.model_copy(update={"body": {"b": 2, "a": 1}}).digest
    assert request.digest != request.model_copy(update={"body": {"a": 1, "b": 3}}).digest


async def test_sound_is_not_paid_for(runway: Runway) -> None:
    shot = a_shot()
    assert runway.plan(shot, a_storyboard(shot), find_model("runway", "video", "veo3.1_fast")).body["audio"] is False
    assert "audio" not in runway.plan(shot, a_storyboard(shot), find_model("runway", "video", "gen4.5")).body


async def test_a_model_that_films_from_pictures_gets_one_first(filming: Set) -> None:
    shot = a_shot()
    camera = filming.camera(find_model("runway", "video", "gen4_turbo"))
    for _ in range(2):
        take = await camera.shoot(shot, a_storyboard(shot), filming.shares.append)
        assert take.camera == "runway:gen4_turbo"
        assert [request.path for request in filming.emulator.creates] == ["/v1/text_to_image", "/v1/image_to_video"]
    assert filming.emulator.creates[1].json["promptImage"].startswith("data:image/")
    assert [(one.model, one.stage) for one in filming.buyer.purchases] == [("gen4_image", Stage.SETTLED), ("gen4_turbo", Stage.SETTLED)]
    assert filming.shares == sorted(filming.shares)


async def test_the_clip_that_follows_a_picture_is_the_only_thing_bought_again(filming: Set) -> None:
    filming.emulator.script(Scenario.HAPPY)
    filming.emulator.script(Scenario.FAILED)
    shot = a_shot()
    await filming.camera(find_model("runway", "video", "gen4_turbo")).shoot(shot, a_storyboard(shot), filming.shares.append)
    assert [request.path.rpartition("/")[2] for request in filming.emulator.creates] == [
        "text_to_image",
        "image_to_video",
        "image_to_video",
    ]


async def test_a_model_that_makes_pictures_is_a_camera_for_stills(filming: Set) -> None:
    take = await filming.camera(find_model("runway", "image")).shoot(a_shot(), a_storyboard(a_shot()), filming.shares.append)
    assert take.still
    assert take.camera == "runway:gen4_image"


async def test_the_vendor_says_what_an_order_costs_at_most(filming: Set) -> None:
    model = find_model("runway", "video").model_copy(update={"price": find_model("runway", "video").price * 3})
    await filming.camera(model).shoot(a_shot(), a_storyboard(a_shot()), filming.shares.append)
    [purchase] = filming.buyer.purchases
    assert purchase.most == purchase.cost == model.cost(2) / 3


async def test_footage_is_developed_behind_walls(filming: Set, tmp_path: Path) -> None:
    """With the real child, which has given up its rights."""
    async with open_pool(1, tmp_path) as pool:
        filming.pool = pool
        take = await filming.shoot()
        assert take.footage is not None
        filming.emulator.script(Scenario.NOT_A_VIDEO)
        with pytest.raises(BadMedia):
            await filming.shoot(a_shot("Another boat"))


async def test_a_model_that_is_gone_is_named_with_the_setting(filming: Set) -> None:
    model = find_model("runway", "video").model_copy(update={"id": "gen3a_turbo"})
    with pytest.raises(ProviderError, match=r"gen3a_turbo.*KIWI_CAMERAS"):
        await filming.camera(model).shoot(a_shot(), a_storyboard(a_shot()), filming.shares.append)


def test_pictures_go_inside_the_request_or_nowhere() -> None:
    assert data_uri(PNG).startswith("data:image/png;base64,")
    assert data_uri(b"\xff\xd8\xff\xe0").startswith("data:image/jpeg;base64,")
    with pytest.raises(BadMedia):
        data_uri(b"<html>")
    with pytest.raises(BadMedia):
        data_uri(b"\x89PNG" + bytes(4_000_000))


@pytest.mark.parametrize(
    ("status", "code", "kind", "again"),
    [
        ("CANCELLED", "", ProviderError, False),
        ("FAILED", "SAFETY.INPUT.TEXT", ProviderRefused, False),
        ("FAILED", "SAFETY.OUTPUT.VIDEO", ProviderRefused, False),
        ("FAILED", "INTERNAL.BAD_OUTPUT.CODE01", ProviderError, True),
        ("FAILED", "INTERNAL", ProviderError, True),
        ("FAILED", "", ProviderError, True),
        ("FAILED", "ASSET.INVALID", RequestRejected, False),
        ("FAILED", "SOMETHING.NEW", ProviderError, False),
    ],
)
def test_why_a_task_failed(status: str, code: str, kind: type[ProviderError], again: bool) -> None:
    failure, repeated = failure_of(status, code)
    assert (type(failure), repeated) == (kind, again)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (402, {"error": "Payment required"}, OutOfCredits),
        (400, {"error": "You do not have enough credits to run this task."}, OutOfCredits),
        (429, {"error": "daily limit"}, OutOfCredits),
        (404, {"error": "Not found"}, ProviderError),
        (400, {"error": "promptText: safety", "issues": [{"path": ["promptText"]}]}, RequestRejected),
        (400, {"error": "The request did not pass content moderation."}, ProviderRefused),
        (400, ["no object"], RequestRejected),
        (422, {"issues": "odd"}, RequestRejected),
        (500, {"error": "oh"}, OutcomeUnknown),
    ],
)
def test_what_a_refusal_means(status: int, body: Any, kind: type[ProviderError]) -> None:
    assert type(refusal(reply(status, body), find_model("runway", "video"))) is kind


def test_a_field_is_named_by_its_whole_path() -> None:
    assert field_of({"issues": [{"path": ["referenceImages", 0, "uri"]}]}) == "referenceImages.0.uri"
    assert field_of({"issues": []}) == field_of({}) == field_of({"issues": [{"path": 3}]}) == ""


@pytest.mark.parametrize("odd", [{}, {"status": None}, {"status": 7}, {"status": "RUNNING", "progress": "half", "output": {"a": 1}}])
def test_odd_answers_are_work_in_progress(odd: dict[str, Any]) -> None:
    look = look_of(odd)
    assert (look.state, look.share, look.url) == (State.RUNNING, None, "")


@pytest.mark.parametrize("said", [None, 7, "", "../organization", "a b", "a?b", "x" * 400, "ü"])
def test_a_job_without_a_usable_name_counts_as_bought(said: object) -> None:
    with pytest.raises(OutcomeUnknown):
        job_id(reply(200, {}), said)


@pytest.mark.parametrize("key", ["", "key with\nbreak", "schlüssel"])
async def test_a_key_that_is_none_is_told_before_anything_is_sent(key: str) -> None:
    with pytest.raises(SetupIncomplete):
        async with open_runway(key, "https://runway.example", SteppedClock()):
            pass


async def test_nothing_shows_the_key(runway: Runway) -> None:
    assert KEY not in repr(runway) + repr(runway.sdk) + repr(runway.api) + str(vars(runway.api))
