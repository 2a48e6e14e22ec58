"""Every voice that is hired, in every situation its vendor can bring about: what it tells us, what it sends, what it pays."""

import asyncio
import itertools
import json
import logging
import os
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from emulators.elevenlabs import ElevenLabs as ElevenLabsEmulator
from emulators.gemini import Gemini as GeminiEmulator
from emulators.running import running_emulators
from emulators.scenarios import Scenario
from emulators.speech import speak
from emulators.vendor import Vendor as Emulator
from kiwi.clock import Clock
from kiwi.errors import (
    BadMedia,
    KeyRejected,
    OutcomeUnknown,
    OutOfCredits,
    OverBudget,
    ProviderBusy,
    ProviderError,
    ProviderRefused,
    ProviderUnreachable,
    RequestRejected,
)
from kiwi.film.job_inputs import Report
from kiwi.film.model import Scene, SceneRole, VoiceOver, Word
from kiwi.local.speak.alignment import display_words
from kiwi.local.speak.hired_voices import LEAD
from kiwi.local.speak.voice_cleanup import find_speech
from kiwi.money.catalogue import Model, find_model
from kiwi.money.purchases import Placed, Purchase, Stage
from kiwi.providers.hire.retries import UNREACHABLE_TIMES
from kiwi.providers.hire.speaking import HiredNarrator, Voice
from kiwi.providers.vendors.elevenlabs import open_elevenlabs, timing_of
from kiwi.providers.vendors.gemini_voice import open_gemini_voice
from kiwi.render.sound.waves import RATE, WaveReader
from kiwi.storage import models
from kiwi.storage.assets import AssetStore, asset_of
from kiwi.work.jobs import Job
from kiwi.work.production import Production
from kiwi.work.workshop import Workshop
from tests.buyers import FakeBuyer, FakePurchaseStore
from tests.cameras import NearPool
from tests.clocks import SteppedClock

KEY = "sk_0123456789abcdef-never-to-be-seen"
TEXT = "Solar panels turn 40% of sunlight into power. Call us today!"
Open = Callable[[str, str, Clock, float], AbstractAsyncContextManager[Voice]]


@dataclass(frozen=True)
class Hire:
    """A voice of ours and the emulator it meets."""

    name: str
    open: Open
    emulator: type[Emulator]
    voice: str
    late: float
    """Seconds by which a word's start may be wrong, at the worst."""

    @property
    def model(self) -> Model:
        return find_model(self.name, "voice")


VOICES = (
    Hire("elevenlabs", open_elevenlabs, ElevenLabsEmulator, "JBFqnCBsd6RMkjVDRZzb", 0.03),
    Hire("gemini", open_gemini_voice, GeminiEmulator, "Kore", 0.25),
)


class Ears(NearPool):
    """Remembers what it did; ``shut``: makes a voice-over without listening, for tests of what is sent and paid."""

    def __init__(self, shut: bool) -> None:
        self.shut = shut
        self.done: list[str] = []

    async def do(self, job: Job[Any, Any], order: dict[str, Any], folder: Path, report: Report) -> dict[str, Any]:
        self.done.append(job.name)
        if not self.shut:
            return await super().do(job, order, folder, report)
        (folder / "voice.wav").write_bytes(b"RIFF")
        words = tuple(Word(text=word, start=0.1, end=0.2) for word in display_words(order["text"]))
        return VoiceOver(asset=asset_of(folder / "voice.wav"), seconds=1.0, words=words).model_dump(mode="json")


@dataclass
class Booth:
    """One voice at its emulated vendor."""

    hire: Hire
    vendor: Voice
    emulator: Emulator
    clock: SteppedClock
    root: Path
    store: FakePurchaseStore
    cap: Decimal = Decimal(1_000)
    pool: Ears = field(default_factory=lambda: Ears(shut=True))
    shares: list[float] = field(default_factory=list)

    @property
    def assets(self) -> AssetStore:
        return AssetStore(self.root)

    @property
    def buyer(self) -> FakeBuyer:
        """What a program that has just started would have."""
        return FakeBuyer(self.clock, store=self.store, cap=self.cap)

    def narrator(self, voice: str = "") -> HiredNarrator:
        production = Production("film", self.buyer, Workshop(self.pool, self.assets), self.clock)
        return self.vendor.narrator(self.hire.model, voice or self.hire.voice, production)

    async def narrate(self, text: str = TEXT, number: int = 1) -> VoiceOver:
        scene = Scene(id=f"scene-{number}", role=SceneRole.BODY, title="Tea", voice_over=text)
        return await self.narrator().narrate(scene, self.shares.append)

    @property
    def posts(self) -> int:
        return len(self.emulator.creates)

    @property
    def purchases(self) -> list[Purchase]:
        return self.store.purchases


@asynccontextmanager
async def open_booth(hire: Hire, root: Path, *, key: str = KEY, answer_seconds: float = 30.0, **emulated: Any) -> AsyncIterator[Booth]:
    clock = SteppedClock()
    emulator = hire.emulator(clock.monotonic, **emulated)
    with running_emulators(emulator) as running:
        async with hire.open(key, running.url(emulator.name), clock, answer_seconds) as vendor:
            yield Booth(hire, vendor, emulator, clock, root, FakePurchaseStore(clock))


@pytest.fixture(params=VOICES, ids=lambda hire: hire.name)
def hire(request: pytest.FixtureRequest) -> Hire:
    found: Hire = request.param
    return found


@pytest.fixture
def elevenlabs() -> Hire:
    return VOICES[0]


@pytest.fixture(autouse=True, scope="module")
def ear(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The real model, put together for these tests."""
    before = list(models._chosen)
    models.use_folder(tmp_path_factory.getbasetemp() / "models")
    yield
    models._chosen[:] = before


@pytest.fixture(autouse=True)
def no_key_is_told(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    yield
    assert KEY not in caplog.text


@pytest.fixture
async def booth(hire: Hire, tmp_path: Path) -> AsyncIterator[Booth]:
    async with open_booth(hire, tmp_path) as booth:
        yield booth
        assert not [name for name in os.listdir(tmp_path) if name.startswith(".making-")]


@pytest.fixture
def listening(booth: Booth) -> Booth:
    """A booth whose sound is really listened to."""
    booth.pool.shut = False
    return booth


async def failing(booth: Booth, kind: type[ProviderError], text: str = TEXT) -> ProviderError:
    """The failure of a scene, which tells no key in any of its words."""
    with pytest.raises(kind) as caught:
        await booth.narrate(text)
    assert type(caught.value) is kind
    assert KEY not in "".join(traceback.format_exception(caught.value))
    return caught.value


async def test_a_scene_is_said_once_and_each_word_displayed_has_its_time(listening: Booth) -> None:
    voice = await listening.narrate()
    assert listening.posts == 1
    assert [word.text for word in voice.words] == display_words(TEXT)
    with WaveReader(listening.root / voice.asset.name) as file:
        assert (file.channels, file.frames) == (1, round(voice.seconds * RATE))
        samples = file.read(0, file.frames)
        assert abs(samples[: RATE // 25]).max() < 0.003
        assert abs(samples[-RATE // 10 :]).max() < 0.003
        assert 0.1 < abs(samples).max() < 0.98
    edges = [edge for word in voice.words for edge in (word.start, word.end)]
    assert edges == sorted(edges)
    assert 0 < edges[0] < edges[-1] < voice.seconds
    assert listening.shares == sorted(listening.shares)
    assert listening.shares[-1] == 1
    said = speak(TEXT, listening.hire.voice)
    shift = LEAD - find_speech(said.samples, 24_000)[0]
    errors = [abs(word.start - said.spans[place][0] - shift) for word, place in zip(voice.words, word_places(TEXT), strict=True)][1:]
    assert max(errors) <= listening.hire.late
    assert sorted(errors)[len(errors) // 2] <= 0.06


def word_places(text: str) -> list[int]:
    return [place for place, letter in enumerate(text) if letter != " " and (place == 0 or text[place - 1] == " ")]


async def test_what_was_said_is_paid_and_costs_what_it_should(booth: Booth) -> None:
    await booth.narrate()
    (purchase,) = booth.purchases
    assert purchase.stage is Stage.SETTLED
    assert purchase.part == "scene-1"
    if booth.hire.name == "elevenlabs":
        assert purchase.cost is None
        assert purchase.most == booth.hire.model.cost(len(TEXT))
    else:
        assert purchase.cost is not None
        assert float(purchase.cost) == pytest.approx(float(booth.hire.model.price) * speak(TEXT, booth.hire.voice).seconds / 60, rel=0.01)
        assert purchase.cost < purchase.most
    assert KEY not in purchase.model_dump_json()
    assert await booth.vendor.call_off(purchase) is None


async def test_the_words_sent_are_the_words_displayed(booth: Booth) -> None:
    await booth.narrate()
    body = booth.emulator.creates[0].body.decode()
    assert TEXT in body
    assert KEY not in body


@pytest.mark.parametrize(
    ("scenario", "kind"),
    [
        (Scenario.BAD_KEY, KeyRejected),
        (Scenario.INVALID_REQUEST, RequestRejected),
        (Scenario.OUT_OF_CREDITS, OutOfCredits),
        (Scenario.DAILY_QUOTA, OutOfCredits),
        (Scenario.MODERATED_INPUT, ProviderRefused),
    ],
)
async def test_a_refusal_is_told_as_what_it_is_and_nothing_was_bought(booth: Booth, scenario: Scenario, kind: type[ProviderError]) -> None:
    booth.emulator.script(scenario, times=None)
    await failing(booth, kind)
    assert booth.posts == 1
    assert not booth.clock.sleeps
    assert [purchase.stage for purchase in booth.purchases] == [Stage.REFUSED]


async def test_a_key_that_the_vendor_does_not_know_is_rejected(hire: Hire, tmp_path: Path) -> None:
    async with open_booth(hire, tmp_path, keys={"another-key"}) as booth:
        await failing(booth, KeyRejected)


async def test_a_field_that_is_wrong_is_named(booth: Booth) -> None:
    booth.emulator.script(Scenario.INVALID_REQUEST, field="text")
    failure = await failing(booth, RequestRejected)
    assert isinstance(failure, RequestRejected)
    assert "text" in failure.field


async def test_a_voice_or_model_that_is_gone_names_the_setting(booth: Booth) -> None:
    gone = booth.hire.model.model_copy(update={"id": "retired-model"})
    narrator = booth.vendor.narrator(gone, booth.hire.voice, booth.narrator().production)
    with pytest.raises(ProviderError, match="KIWI_NARRATORS"):
        await narrator.narrate(Scene(id="scene-1", role=SceneRole.BODY, title="Tea", voice_over=TEXT), booth.shares.append)


@pytest.mark.parametrize(
    ("details", "least"),
    [({"retry_after": "7"}, 7.0), ({"retry_after_ms": 1500}, 1.5), ({"retry_after": "in 20 s"}, 20.0)],
    ids=["seconds", "milliseconds", "date"],
)
async def test_a_busy_vendor_is_asked_again_when_it_says(booth: Booth, details: dict[str, Any], least: float) -> None:
    if details.get("retry_after") == "in 20 s":
        details = {"retry_after": format_datetime(booth.clock.now() + timedelta(seconds=20), usegmt=True)}
    if booth.hire.name == "gemini":
        details = {"retry_delay": f"{least}s"}
    booth.emulator.script(Scenario.BUSY, **details)
    await booth.narrate()
    assert booth.posts == 2
    assert least <= sum(booth.clock.sleeps) <= 1.3 * least + 1
    assert [purchase.stage for purchase in booth.purchases] == [Stage.REFUSED, Stage.SETTLED]


async def test_too_many_at_once_is_no_failure(elevenlabs: Hire, tmp_path: Path) -> None:
    async with open_booth(elevenlabs, tmp_path) as booth:
        booth.emulator.script(Scenario.BUSY, code="too_many_concurrent_requests", times=2)
        await booth.narrate()
        assert booth.posts == 3


async def test_patience_ends(booth: Booth) -> None:
    booth.emulator.script(Scenario.BUSY, times=None, retry_after="50", retry_delay="50s")
    await failing(booth, ProviderBusy)
    assert sum(booth.clock.sleeps) <= 150
    assert 2 <= booth.posts <= 4


@pytest.mark.parametrize(
    ("scenario", "details"),
    [
        (Scenario.SERVER_ERROR, {"status": 500}),
        (Scenario.SERVER_ERROR, {"status": 502}),
        (Scenario.HTML_BODY, {}),
        (Scenario.EMPTY_BODY, {}),
        (Scenario.TRUNCATED_JSON, {}),
    ],
)
async def test_an_answer_nobody_can_read_counts_as_bought_and_is_not_bought_again(
    booth: Booth, scenario: Scenario, details: dict[str, Any]
) -> None:
    booth.emulator.script(scenario, **details)
    await failing(booth, OutcomeUnknown)
    await failing(booth, OutcomeUnknown)
    assert booth.posts == 1
    assert [purchase.stage for purchase in booth.purchases] == [Stage.UNKNOWN]


async def test_a_vendor_that_says_it_cannot_now_is_asked_again(booth: Booth) -> None:
    booth.emulator.script(Scenario.SERVER_ERROR, status=503)
    await booth.narrate()
    assert booth.posts == 2


async def test_an_answer_that_never_comes_is_not_bought_again(hire: Hire, tmp_path: Path) -> None:
    async with open_booth(hire, tmp_path, answer_seconds=30.0) as booth:
        await asyncio.to_thread(speak, TEXT, hire.voice)  # the emulator's own voice takes its time once
        booth.emulator.script(Scenario.ACCEPTED_THEN_SILENT)
        booth.vendor.answer_seconds = 1.0  # type: ignore[attr-defined]
        await failing(booth, OutcomeUnknown)
        await failing(booth, OutcomeUnknown)
        assert booth.posts == 1


async def test_nobody_there_is_asked_a_few_times_and_nothing_was_bought(hire: Hire, tmp_path: Path) -> None:
    clock = SteppedClock()
    async with hire.open(KEY, "http://127.0.0.1:9", clock, 5.0) as vendor:
        booth = Booth(hire, vendor, hire.emulator(), clock, tmp_path, FakePurchaseStore(clock))
        await failing(booth, ProviderUnreachable)
        assert [purchase.stage for purchase in booth.purchases] == [Stage.REFUSED] * UNREACHABLE_TIMES
        assert len(clock.sleeps) == UNREACHABLE_TIMES - 1


async def test_fields_nobody_has_heard_of_change_nothing(booth: Booth) -> None:
    booth.emulator.script(Scenario.EXTRA_FIELDS)
    await booth.narrate()
    assert booth.posts == 1


async def test_letters_without_times_are_found_by_ear(elevenlabs: Hire, tmp_path: Path) -> None:
    async with open_booth(elevenlabs, tmp_path) as booth:
        booth.pool.shut = False
        booth.emulator.script(Scenario.MISSING_OPTIONAL)
        voice = await booth.narrate()
        told = await booth.narrate(number=2)
        errors = [abs(one.start - other.start) for one, other in zip(voice.words, told.words, strict=True)]
        assert max(errors) <= 0.25
        assert sorted(errors)[len(errors) // 2] <= 0.06


async def test_an_answer_without_sound_is_bought_again_a_few_times(booth: Booth) -> None:
    booth.emulator.script(Scenario.ZERO_BYTES, times=2)
    await booth.narrate()
    assert booth.posts == 3
    assert [purchase.stage for purchase in booth.purchases] == [Stage.FAILED, Stage.FAILED, Stage.SETTLED]
    assert all(purchase.cost == purchase.most for purchase in booth.purchases[:2])


async def test_answers_that_never_have_sound_end(booth: Booth) -> None:
    booth.emulator.script(Scenario.ZERO_BYTES, times=None)
    await failing(booth, BadMedia)
    assert booth.posts == 3


async def test_words_that_moderation_stops_while_they_are_said_are_not_said_again(tmp_path: Path) -> None:
    async with open_booth(VOICES[1], tmp_path) as booth:
        booth.emulator.script(Scenario.MODERATED_OUTPUT)
        await failing(booth, ProviderRefused)
        await failing(booth, ProviderRefused)
        assert booth.posts == 1
        assert [purchase.stage for purchase in booth.purchases] == [Stage.FAILED]


async def test_half_of_the_words_are_bad_media_and_paid(listening: Booth) -> None:
    listening.emulator.script(Scenario.SHORT_CLIP, seconds=0.6 if listening.hire.name == "gemini" else None)
    await failing(listening, BadMedia)
    await failing(listening, BadMedia)
    assert listening.posts == 1
    assert [purchase.stage for purchase in listening.purchases] == [Stage.SETTLED]


async def test_a_program_that_starts_again_says_nothing_twice(booth: Booth) -> None:
    once = await booth.narrate()
    again = await booth.narrate()
    assert once == again
    assert booth.posts == 1
    assert booth.pool.done == ["record"]


async def test_killed_between_the_answer_and_the_books_it_is_still_said(booth: Booth, monkeypatch: pytest.MonkeyPatch) -> None:
    async def place_and_die(purchase: Purchase, placed: Placed) -> Purchase:
        raise RuntimeError("killed")

    monkeypatch.setattr(booth.store, "accept", place_and_die)
    with pytest.raises(RuntimeError, match="killed"):
        await booth.narrate()
    monkeypatch.undo()
    voice = await booth.narrate()
    assert [word.text for word in voice.words] == display_words(TEXT)
    assert booth.posts == 1


async def test_a_film_that_may_cost_nothing_buys_nothing(booth: Booth) -> None:
    booth.cap = Decimal(0)
    await failing(booth, OverBudget)
    assert booth.posts == 0


async def test_scenes_are_said_side_by_side_within_the_models_limit(elevenlabs: Hire, tmp_path: Path) -> None:
    async with open_booth(elevenlabs, tmp_path) as booth:
        booth.pool.shut = False
        booth.emulator.at_once = elevenlabs.model.concurrent  # type: ignore[attr-defined]
        # the books' own time stands still: those who wait turn the clock faster than requests travel, and old intents give places back
        booth.store = FakePurchaseStore(SteppedClock())
        buyer = booth.buyer
        production = Production("film", buyer, Workshop(booth.pool, booth.assets), booth.clock)
        narrator = booth.vendor.narrator(elevenlabs.model, elevenlabs.voice, production)
        texts = [f"This is scene number {number} of our film." for number in ("one", "two", "three", "four", "five")]
        scenes = [Scene(id=f"scene-{n}", role=SceneRole.BODY, title="", voice_over=text) for n, text in enumerate(texts, 1)]
        voices = await asyncio.gather(*(narrator.narrate(scene, lambda _: None) for scene in scenes))
        assert [" ".join(word.text for word in voice.words) for voice in voices] == texts
        assert len(booth.emulator.creates) == len(booth.emulator.purchases) == 5


@pytest.mark.parametrize("text", ["Café Zürich: 24/7 — “really”!", "Tea 🎉 is ready.", "It costs $5 & up."])
async def test_odd_letters_keep_their_words(elevenlabs: Hire, tmp_path: Path, text: str) -> None:
    async with open_booth(elevenlabs, tmp_path) as booth:
        booth.pool.shut = False
        voice = await booth.narrate(text)
        assert [word.text for word in voice.words] == display_words(text)
        assert all(one.end <= other.start for one, other in itertools.pairwise(voice.words))


@pytest.mark.parametrize("odd", ['"characters": ["\\ud800"]', '"character_start_times_seconds": [1e999]', '"characters": 5'])
def test_times_that_cannot_be_kept_are_not_told(odd: str) -> None:
    known = {"characters": ["H"], "character_start_times_seconds": [0.0], "character_end_times_seconds": [0.1]}
    assert timing_of(known) is not None
    assert timing_of(known | json.loads(f"{{{odd}}}")) is None
