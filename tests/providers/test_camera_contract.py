"""Every camera that is hired per job, in every situation its vendor can bring about: what it tells us, what it sends, what it pays."""

import asyncio
import contextlib
import itertools
import logging
import socket
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import av
import pytest

from emulators.fal import Fal as FalEmulator
from emulators.gemini import Gemini as GeminiEmulator
from emulators.pika import Pika as PikaEmulator
from emulators.running import Emulators, running_emulators
from emulators.runway import Runway as RunwayEmulator
from emulators.scenarios import Scenario
from kiwi.errors import (
    AddressForbidden,
    BadMedia,
    DownloadCut,
    DownloadExpired,
    KeyRejected,
    OutcomeUnknown,
    OutOfCredits,
    OverBudget,
    ProviderError,
    ProviderRefused,
    ProviderUnreachable,
    RequestRejected,
    TookTooLong,
)
from kiwi.film.model import Take
from kiwi.money.purchases import Stage
from kiwi.providers.hire.plans import utf16_units
from kiwi.providers.vendors.gemini_image import open_gemini_image
from kiwi.providers.vendors.omni import open_omni
from kiwi.providers.vendors.pika import open_pika
from kiwi.providers.vendors.pika_direct import open_pika_direct
from kiwi.providers.vendors.runway import open_runway
from kiwi.providers.vendors.veo import open_veo
from tests.buyers import FakePurchaseStore
from tests.cameras import KEY, QUEUE, WAIT, Hire, NearPool, Set, a_shot, a_storyboard, open_set
from tests.clocks import SteppedClock

CAMERAS = (
    Hire("runway", open_runway, RunwayEmulator),
    Hire("pika", open_pika, FalEmulator, milliseconds=False, faults={Scenario.NO_LENGTH_EARLY_CLOSE: DownloadCut}),
    Hire("pika-direct", open_pika_direct, PikaEmulator, cancels=0, milliseconds=False, reasons=False),
    Hire("omni", open_omni, GeminiEmulator),
    Hire("veo", open_veo, GeminiEmulator, cancels=0),
    Hire("gemini-image", open_gemini_image, GeminiEmulator, kind="image", cancels=0, watched=False),
)


def only(which: Callable[[Hire], bool]) -> pytest.MarkDecorator:
    """For cameras that can be in that situation at all."""
    return pytest.mark.parametrize("hire", [hire for hire in CAMERAS if which(hire)], ids=lambda hire: hire.name, indirect=True)


WATCHED = only(lambda hire: hire.watched)
STOPPABLE = only(lambda hire: hire.cancels > 0)
GIVING_REASONS = only(lambda hire: hire.reasons)
SAYING_MILLISECONDS = only(lambda hire: hire.milliseconds)
LATE_MODERATORS = only(lambda hire: hire.reasons and not hire.emulator.moderates_at_submit)


@pytest.fixture(params=CAMERAS, ids=lambda hire: hire.name)
def hire(request: pytest.FixtureRequest) -> Hire:
    found: Hire = request.param
    return found


@pytest.fixture(autouse=True)
def no_key_is_told(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No log line of anybody's holds a key, even at the most talkative level."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "uvicorn")  # the emulators' own
    yield
    assert KEY not in caplog.text


@pytest.fixture(scope="module")
def running() -> Iterator[Emulators]:
    with running_emulators(*(emulator() for emulator in dict.fromkeys(hire.emulator for hire in CAMERAS))) as emulators:
        yield emulators


@pytest.fixture
async def filming(hire: Hire, tmp_path: Path, running: Emulators) -> AsyncIterator[Set]:
    async with open_set(hire, tmp_path, running) as camera:
        yield camera
        assert not camera.leftovers


@pytest.fixture
async def developing(filming: Set) -> Set:
    filming.pool = NearPool()
    return filming


async def failing(camera: Set, kind: type[ProviderError], **shot: Any) -> ProviderError:
    """Shoot, expecting a failure of exactly this kind, which holds no key anywhere."""
    with pytest.raises(ProviderError) as caught:
        await camera.shoot(a_shot(**shot))
    told = "".join(traceback.format_exception(caught.value))
    assert type(caught.value) is kind, told
    assert KEY not in told + repr(caught.value) + repr(caught.value.__dict__)
    return caught.value


def looked_at(camera: Set, take: Take) -> tuple[int, str]:
    """Frames and size of a take's footage as it decodes."""
    assert take.footage is not None
    with av.open(str(camera.assets.path(take.footage))) as media:
        assert not media.streams.audio
        frames = sum(1 for _ in media.decode(video=0))
        return frames, f"{media.streams.video[0].width}x{media.streams.video[0].height}"


def assert_developed(camera: Set, take: Take) -> None:
    assert_footage(camera, take)
    if not take.still:
        assert looked_at(camera, take) == (48, "320x180")


def assert_footage(camera: Set, take: Take) -> None:
    assert take.camera == camera.hire.model.name
    assert take.still == (camera.hire.kind == "image")
    assert take.footage is not None
    assert camera.assets.path(take.footage).stat().st_size == take.footage.size > 0


# 1: it works


async def test_a_shot_is_ordered_once_watched_patiently_and_comes_as_footage(developing: Set) -> None:
    filming = developing
    take = await filming.shoot()
    assert_developed(filming, take)
    assert filming.posts == 1
    [purchase] = filming.buyer.purchases
    assert purchase.stage is Stage.SETTLED
    assert purchase.cost is None or 0 < purchase.cost <= purchase.most
    assert purchase.most == filming.buyer.purchases[0].most <= Decimal(1)
    assert filming.shares == sorted(filming.shares)
    assert 0 < filming.shares[-1] <= 1
    looks = [request for request in filming.emulator.requests if request.method == "GET"]
    assert all(later.at - earlier.at >= filming.vendor.beat for earlier, later in itertools.pairwise(looks) if later.path == earlier.path)


# 2: keys


async def test_a_wrong_key_is_told_at_once(filming: Set) -> None:
    filming.emulator.script(Scenario.BAD_KEY)
    await failing(filming, KeyRejected)
    assert filming.posts == 1
    assert not filming.clock.sleeps
    assert [purchase.stage for purchase in filming.buyer.purchases] == [Stage.REFUSED]


@WATCHED
async def test_a_key_withdrawn_while_a_job_runs_loses_nothing(filming: Set) -> None:
    filming.emulator.script(Scenario.BAD_KEY, on="poll")
    await failing(filming, KeyRejected)
    assert_footage(filming, await filming.shoot())
    assert filming.posts == 1


# 3, 4: requests the vendor will not take


async def test_a_malformed_request_names_its_field(filming: Set) -> None:
    filming.emulator.script(Scenario.INVALID_REQUEST, field="ratio")
    failure = await failing(filming, RequestRejected)
    assert isinstance(failure, RequestRejected)
    assert failure.field == "ratio"
    assert filming.posts == 1


async def test_an_empty_account_is_told_at_once(filming: Set) -> None:
    filming.emulator.script(Scenario.OUT_OF_CREDITS)
    await failing(filming, OutOfCredits)
    assert (filming.posts, filming.clock.sleeps) == (1, [])


# 5: busy


@pytest.mark.parametrize("how", ["seconds", "date"])
async def test_a_busy_vendor_is_asked_again_when_it_says(filming: Set, how: str) -> None:
    date = format_datetime(filming.clock.now() + timedelta(seconds=7), usegmt=True)
    filming.emulator.script(Scenario.BUSY, retry_after="7" if how == "seconds" else date)
    await busy_for_seven_seconds(filming)


@SAYING_MILLISECONDS
async def test_a_busy_vendor_that_says_milliseconds_is_understood(filming: Set) -> None:
    filming.emulator.script(Scenario.BUSY, retry_after_ms=7000)
    await busy_for_seven_seconds(filming)


async def busy_for_seven_seconds(filming: Set) -> None:
    await filming.shoot()
    assert filming.posts == 2
    assert len(filming.emulator.purchases) == 1
    assert 7 <= filming.clock.sleeps[0] <= 7 * 1.25


async def test_a_vendor_that_is_busy_all_the_time_is_left(filming: Set) -> None:
    filming.emulator.script(Scenario.BUSY, times=None)
    await failing(filming, TookTooLong)
    assert 6 < filming.posts < 60
    assert filming.clock.passed <= WAIT
    assert not filming.emulator.purchases


async def test_nobody_waits_longer_than_a_shot_may_take(filming: Set) -> None:
    filming.emulator.script(Scenario.BUSY, retry_after="3600")
    await failing(filming, TookTooLong)
    assert (filming.posts, filming.clock.sleeps) == (1, [])


async def test_a_used_up_day_is_not_waited_for(filming: Set) -> None:
    filming.emulator.script(Scenario.DAILY_QUOTA)
    await failing(filming, OutOfCredits)
    assert (filming.posts, filming.clock.sleeps) == (1, [])


# 6: answers that make no sense


async def test_a_vendor_that_sheds_load_is_asked_again(filming: Set) -> None:
    filming.emulator.script(Scenario.SERVER_ERROR, status=503, times=2)
    await filming.shoot()
    assert filming.posts == 3
    assert len(filming.emulator.purchases) == 1


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_a_server_that_fails_on_an_order_may_have_taken_it(filming: Set, status: int) -> None:
    filming.emulator.script(Scenario.SERVER_ERROR, status=status)
    await failing(filming, OutcomeUnknown)
    assert filming.posts == 1


@pytest.mark.parametrize("garbage", [Scenario.HTML_BODY, Scenario.EMPTY_BODY, Scenario.TRUNCATED_JSON])
async def test_an_unreadable_yes_counts_as_bought(filming: Set, garbage: Scenario) -> None:
    filming.emulator.script(garbage)
    await failing(filming, OutcomeUnknown)
    await failing(filming, OutcomeUnknown)
    assert filming.posts == 1


@WATCHED
@pytest.mark.parametrize(
    "trouble",
    [
        *({"scenario": Scenario.SERVER_ERROR, "status": status} for status in (500, 502, 503, 504)),
        *({"scenario": garbage} for garbage in (Scenario.HTML_BODY, Scenario.EMPTY_BODY, Scenario.TRUNCATED_JSON)),
        {"scenario": Scenario.BUSY, "retry_after": "30"},
    ],
    ids=lambda trouble: str(trouble.get("status", trouble["scenario"])),
)
async def test_a_look_that_fails_is_repeated(filming: Set, trouble: dict[str, Any]) -> None:
    filming.emulator.script(**trouble, on="poll", nth=2, count=2)
    await filming.shoot()
    assert filming.posts == 1
    if "retry_after" in trouble:
        assert any(30 <= pause <= 30 * 1.25 for pause in filming.clock.sleeps)


# 7, 8: the network


async def test_an_order_without_an_answer_is_never_sent_twice(hire: Hire, tmp_path: Path, running: Emulators) -> None:
    async with open_set(hire, tmp_path, running, answer_seconds=0.3) as camera:
        camera.emulator.script(Scenario.ACCEPTED_THEN_SILENT)
        await failing(camera, OutcomeUnknown)
        await failing(camera, OutcomeUnknown)
        assert camera.posts == len(camera.emulator.purchases) == 1
        assert [purchase.stage for purchase in camera.buyer.purchases] == [Stage.UNKNOWN]


async def test_an_order_whose_answer_is_cut_off_is_never_sent_twice(filming: Set) -> None:
    filming.emulator.script(Scenario.ACCEPTED_THEN_CUT)
    await failing(filming, OutcomeUnknown)
    await failing(filming, OutcomeUnknown)
    assert filming.posts == len(filming.emulator.purchases) == 1
    assert [purchase.stage for purchase in filming.buyer.purchases] == [Stage.UNKNOWN]


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_vendor_out_of_reach_is_tried_a_few_times(filming: Set, scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        nowhere = f"{scheme}://127.0.0.1:{server.getsockname()[1]}"
    async with filming.hire.open(KEY, nowhere, filming.clock, 2.0) as vendor:
        filming.vendor = vendor
        await failing(filming, ProviderUnreachable)
    assert len(filming.clock.sleeps) == 3
    assert {purchase.stage for purchase in filming.buyer.purchases} == {Stage.REFUSED}


async def test_a_vendor_without_proof_of_who_it_is_is_told_nothing(filming: Set) -> None:
    async with filming.hire.open(KEY, filming.vendor.base_url.replace("http:", "https:"), filming.clock, 2.0) as vendor:
        filming.vendor = vendor
        await failing(filming, ProviderUnreachable)
    assert not filming.emulator.requests


# 9: moderation


async def test_words_that_moderation_refuses_are_not_asked_for_again(filming: Set) -> None:
    filming.emulator.script(Scenario.MODERATED_INPUT)
    await refused_by_moderation(filming)


@LATE_MODERATORS
async def test_words_that_moderation_refuses_at_the_end_are_not_asked_for_again(filming: Set) -> None:
    filming.emulator.script(Scenario.MODERATED_INPUT, at_end=True)
    await refused_by_moderation(filming)


@GIVING_REASONS
async def test_footage_that_moderation_refuses_is_not_asked_for_again(filming: Set) -> None:
    filming.emulator.script(Scenario.MODERATED_OUTPUT)
    await refused_by_moderation(filming)


async def refused_by_moderation(filming: Set) -> None:
    failure = await failing(filming, ProviderRefused)
    assert filming.posts == 1
    [purchase] = filming.buyer.purchases
    assert purchase.stage in {Stage.REFUSED, Stage.FAILED}
    if purchase.stage is Stage.FAILED:
        assert str(await failing(filming, ProviderRefused)) == str(failure)
        assert filming.posts == 1


@GIVING_REASONS
async def test_a_job_that_goes_wrong_is_ordered_anew_three_times_at_most(filming: Set) -> None:
    filming.emulator.script(Scenario.FAILED, times=None)
    await failing(filming, ProviderError)
    assert filming.posts == 3
    await failing(filming, ProviderError)
    assert filming.posts == 3


@GIVING_REASONS
async def test_a_job_that_goes_wrong_once_is_made_good(filming: Set) -> None:
    filming.emulator.script(Scenario.FAILED)
    assert_footage(filming, await filming.shoot())
    assert filming.posts == 2
    assert [purchase.stage for purchase in filming.buyer.purchases] == [Stage.FAILED, Stage.SETTLED]


# 10, 11: jobs that take too long, and ends that somebody else decides


def cancellations(camera: Set) -> int:
    return sum(request.method in {"DELETE", "PUT"} or request.path.endswith("cancel") for request in camera.emulator.requests)


@WATCHED
@pytest.mark.parametrize("endless", [Scenario.THROTTLED_LONG, Scenario.NEVER_FINISHES])
async def test_a_job_that_takes_too_long_is_called_off_once(filming: Set, endless: Scenario) -> None:
    filming.emulator.script(endless)
    await failing(filming, TookTooLong)
    assert WAIT <= filming.clock.passed <= WAIT + 2 * 60
    assert cancellations(filming) == filming.hire.cancels
    [purchase] = filming.buyer.purchases
    free = endless is Scenario.THROTTLED_LONG and filming.vendor.refunds_waiting
    assert purchase.cost == (0 if free else purchase.most if filming.hire.cancels else None)
    await failing(filming, TookTooLong)
    assert filming.posts == 1


@STOPPABLE
async def test_a_job_whose_calling_off_fails_counts_as_charged(filming: Set) -> None:
    filming.emulator.script(Scenario.SERVER_ERROR, on="cancel", count=None)
    filming.wait = 20.0
    await failing(filming, TookTooLong)
    [purchase] = filming.buyer.purchases
    assert (purchase.stage, purchase.cost) == (Stage.ACCEPTED, None)
    assert cancellations(filming) == 1


@WATCHED
async def test_a_long_queue_is_waited_out(filming: Set) -> None:
    filming.emulator.script(Scenario.THROTTLED_LONG, seconds=200)
    assert_footage(filming, await filming.shoot())
    assert filming.posts == 1


@STOPPABLE
async def test_a_job_cancelled_at_the_vendor_is_over(filming: Set) -> None:
    filming.emulator.script(Scenario.CANCELLED_REMOTELY)
    await failing(filming, ProviderError)
    await failing(filming, ProviderError)
    assert filming.posts == 1


async def cut_off(camera: Set) -> None:
    """Shoot, and stop the program in the middle of the job."""
    shooting = asyncio.create_task(camera.shoot())
    while camera.clock.passed < QUEUE + 2 * camera.vendor.beat:
        await asyncio.sleep(0)
    shooting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await shooting
    assert shooting.cancelled()


@WATCHED
async def test_a_job_nobody_wants_any_more_is_called_off(filming: Set) -> None:
    await cut_off(filming)
    [purchase] = filming.buyer.purchases
    assert purchase.stage is Stage.ACCEPTED
    assert not cancellations(filming)
    due = await filming.vendor.call_off(purchase)
    assert due == (purchase.most if filming.hire.cancels else None)
    assert cancellations(filming) == filming.hire.cancels


# 12: an API that has moved on


@pytest.mark.parametrize("novelty", [Scenario.UNKNOWN_STATUS, Scenario.EXTRA_FIELDS, Scenario.MISSING_OPTIONAL])
async def test_what_a_vendor_adds_or_leaves_out_does_not_matter(filming: Set, novelty: Scenario) -> None:
    filming.emulator.script(novelty)
    assert_footage(filming, await filming.shoot())
    assert filming.posts == 1


# 13: the program ends in between


@WATCHED
async def test_after_a_restart_the_job_is_asked_for_and_not_ordered(filming: Set) -> None:
    await cut_off(filming)
    filming.assets.sweep()
    take = await filming.shoot()
    assert_footage(filming, take)
    requests = len(filming.emulator.requests)
    assert await filming.shoot() == take
    assert filming.posts == 1
    assert len(filming.emulator.requests) == requests


@WATCHED
async def test_a_job_that_the_vendor_has_forgotten_is_not_ordered_anew(filming: Set) -> None:
    await cut_off(filming)
    filming.emulator.jobs.clear()
    await failing(filming, ProviderError)
    assert filming.posts == 1
    [purchase] = filming.buyer.purchases
    assert (purchase.stage, purchase.cost) == (Stage.FAILED, purchase.most)


# 14, 15: fetching


@WATCHED
async def test_an_expired_address_is_replaced_by_a_fresh_one(filming: Set) -> None:
    filming.emulator.script(Scenario.EXPIRED_URL, status=410)
    assert_footage(filming, await filming.shoot())
    assert filming.posts == 1


@WATCHED
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Scenario.EXPIRED_URL, DownloadExpired),
        (Scenario.SHORT_CONTENT_LENGTH, DownloadCut),
        (Scenario.CUT_CHUNKED, DownloadCut),
        (Scenario.NO_LENGTH_EARLY_CLOSE, BadMedia),
        (Scenario.ZERO_BYTES, BadMedia),
        (Scenario.HTML_DOWNLOAD, BadMedia),
        (Scenario.WRONG_CONTENT_TYPE, BadMedia),
        (Scenario.OVERSIZED, BadMedia),
        (Scenario.SLOW_DRIP, DownloadCut),
        (Scenario.REDIRECT_TO_PRIVATE, AddressForbidden),
        (Scenario.REDIRECT_TO_FILE, AddressForbidden),
        (Scenario.NOT_A_VIDEO, BadMedia),
    ],
    ids=lambda value: str(value) if isinstance(value, Scenario) else "",
)
async def test_media_that_cannot_be_had_was_paid_and_is_told(developing: Set, fault: Scenario, kind: type[ProviderError]) -> None:
    filming = developing
    filming.fetch_seconds = 0.4 if fault is Scenario.SLOW_DRIP else 20.0
    filming.emulator.script(fault, **({"count": None} if fault is Scenario.EXPIRED_URL else {}))
    await failing(filming, filming.hire.faults.get(fault, kind))
    assert filming.posts == 1
    assert [purchase.stage for purchase in filming.buyer.purchases] == [Stage.SETTLED]


# 16: media that is not quite as ordered


@only(lambda hire: hire.kind == "video")
@pytest.mark.parametrize(
    "oddity", [Scenario.WRONG_SIZE, Scenario.WRONG_FPS, Scenario.SHORT_CLIP, Scenario.NO_AUDIO, Scenario.WITH_AUDIO, Scenario.MOOV_AT_END]
)
async def test_odd_media_is_fitted_to_the_shot(developing: Set, oddity: Scenario) -> None:
    developing.emulator.script(oddity)
    assert_developed(developing, await developing.shoot())


@only(lambda hire: hire is CAMERAS[0])
@pytest.mark.parametrize("oddity", [Scenario.HEVC, Scenario.TEN_BIT, Scenario.ROTATED, Scenario.VARIABLE_FPS])
async def test_media_that_takes_long_to_draw_is_developed_alike_whoever_sends_it(developing: Set, oddity: Scenario) -> None:
    developing.emulator.script(oddity)
    assert_developed(developing, await developing.shoot())


# 19: money and turns


async def test_what_goes_over_the_cap_is_never_ordered(filming: Set) -> None:
    filming.cap = Decimal("0.001")
    await failing(filming, OverBudget)
    assert not filming.emulator.requests


async def test_no_more_jobs_run_at_once_than_the_vendor_allows(filming: Set) -> None:
    # the books' own time stands still: those who wait turn the clock faster than requests travel, and old intents give their places back
    filming.store = FakePurchaseStore(SteppedClock())
    filming.wait = 1_000_000.0
    shots = [a_shot(number=number, prompt=f"Boat number {number}") for number in range(1, 6)]
    board, camera = a_storyboard(*shots), filming.camera()
    takes = await asyncio.gather(*(camera.shoot(shot, board, lambda _: None) for shot in shots))
    assert [take.shot_id for take in takes] == [shot.id for shot in shots]
    assert filming.posts == len({purchase.prompt for purchase in filming.emulator.purchases}) == 5
    jobs = [(job.began, job.began + job.queue_seconds + job.run_seconds) for job in filming.emulator.jobs.values()]
    assert max([sum(begun <= moment < ended for begun, ended in jobs) for moment, _ in jobs], default=0) <= filming.hire.model.concurrent


# 20: prompts


@pytest.mark.parametrize(
    "prompt",
    ["", "\x00\x07\u200b", "Tea\x00 in\x1b[31m a\ud800 cup\n\n\tat dawn", "🚣" * 700, "A lake " + "and a boat 🚣 " * 200],
    ids=["empty", "controls", "mixed", "emoji", "long"],
)
async def test_every_prompt_is_one_the_vendor_takes(filming: Set, prompt: str) -> None:
    await filming.shoot(a_shot(prompt=prompt))
    [purchase] = filming.emulator.purchases
    assert purchase.prompt.strip()
    assert purchase.prompt.isprintable()
    assert not filming.hire.model.prompt_units or utf16_units(purchase.prompt) <= filming.hire.model.prompt_units
