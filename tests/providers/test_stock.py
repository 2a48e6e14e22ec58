"""Stock libraries: what is looked for, which clip is taken, whose it is said to be, and what happens when they have none."""

import asyncio
import json
import logging
import os
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from emulators.library import SHELF, StockLibrary
from emulators.pexels import Pexels as PexelsEmulator
from emulators.pixabay import Pixabay as PixabayEmulator
from emulators.running import running_emulators
from emulators.scenarios import Scenario
from emulators.timeline import Job as Search
from emulators.timeline import Media
from emulators.vendor import Vendor as Emulator
from kiwi.clock import Clock
from kiwi.errors import (
    BadMedia,
    DownloadExpired,
    KeyRejected,
    ProviderBusy,
    ProviderError,
    ProviderUnreachable,
    RequestRejected,
    TookTooLong,
)
from kiwi.film.job_inputs import Developed, Report
from kiwi.film.model import Shot, Size, Storyboard, Take
from kiwi.money.catalogue import find_model
from kiwi.money.purchases import Kept, Place, Purchase, Stage, Wanted
from kiwi.net.redaction import RedactingFilter
from kiwi.providers.hire.clip_choice import Clip, ClipFile, choose, choose_file, plan_queries
from kiwi.providers.hire.stock import CLIPS_TRIED, Library, StockCamera, listed
from kiwi.providers.vendors.pexels import Video, open_pexels
from kiwi.providers.vendors.pixabay import open_pixabay
from kiwi.storage.assets import AssetStore, asset_of
from kiwi.work.jobs import Job
from kiwi.work.production import Production
from kiwi.work.workshop import Workshop
from tests.buyers import FakeBuyer, FakePurchaseStore
from tests.cameras import NearPool, a_shot
from tests.clocks import SteppedClock

KEY = "563492ad6f91700001000001-never-to-be-seen"
WIDE, TALL, SQUARE = Size.parse("320x180"), Size.parse("180x320"), Size.parse("180x180")


@dataclass(frozen=True)
class Hire:
    """A library of ours and the emulator it meets."""

    name: str
    open: Callable[[str, str, Clock], AbstractAsyncContextManager[Library]]
    emulator: type[Emulator]
    source: str


LIBRARIES = (Hire("pexels", open_pexels, PexelsEmulator, "Pexels"), Hire("pixabay", open_pixabay, PixabayEmulator, "Pixabay"))


class Lab(NearPool):
    """Develops for real, or, ``shut``, says that whatever is a film at all is developed."""

    def __init__(self) -> None:
        self.shut = True
        self.orders: list[dict[str, Any]] = []

    async def do(self, job: Job[Any, Any], order: dict[str, Any], folder: Path, report: Report) -> dict[str, Any]:
        self.orders.append(order)
        if not self.shut:
            return await super().do(job, order, folder, report)
        source = await asyncio.to_thread(Path(order["source"]).read_bytes)
        if source[4:8] != b"ftyp":
            raise BadMedia("This is no film.")
        (folder / "footage.mp4").write_bytes(source[:1000])
        developed = Developed(asset=asset_of(folder / "footage.mp4"), seconds=5.0, size=WIDE, fit="as it is")
        return developed.model_dump(mode="json")


@dataclass
class Archive:
    """One library at its emulated vendor."""

    hire: Hire
    library: Library
    emulator: Emulator
    clock: SteppedClock
    root: Path
    store: FakePurchaseStore
    lab: Lab = field(default_factory=Lab)
    shares: list[float] = field(default_factory=list)

    def camera(self) -> StockCamera:
        """What a program that has just started would have."""
        buyer = FakeBuyer(self.clock, store=self.store)
        production = Production("film", buyer, Workshop(self.lab, AssetStore(self.root)), self.clock)
        return self.library.camera(find_model(self.hire.name, "stock"), production, 900.0)

    async def shoot(self, search: str = "forest trees", prompt: str = "", number: int = 1, size: Size = WIDE, seconds: float = 2.0) -> Take:
        shot = a_shot(prompt, seconds, number=number).model_copy(update={"search": search})
        return await self.camera().shoot(shot, Storyboard(theme="night", size=size, fps=24, shots=(shot,)), self.shares.append)

    @property
    def searches(self) -> list[str]:
        """What was searched for."""
        return [request.query for request in self.emulator.requests if "search" in request.path or "videos" in request.path]

    @property
    def downloads(self) -> int:
        return sum(request.path.startswith("/files/") for request in self.emulator.requests)


@asynccontextmanager
async def open_archive(hire: Hire, root: Path, **emulated: Any) -> AsyncIterator[Archive]:
    clock = SteppedClock()
    emulator = hire.emulator(clock.monotonic, **emulated)
    with running_emulators(emulator) as running:
        async with hire.open(KEY, running.url(emulator.name), clock) as library:
            yield Archive(hire, library, emulator, clock, root, FakePurchaseStore(clock))


@pytest.fixture(params=LIBRARIES, ids=lambda hire: hire.name)
def hire(request: pytest.FixtureRequest) -> Hire:
    found: Hire = request.param
    return found


@pytest.fixture(autouse=True)
def no_key_is_told(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No log line holds a key, even at the most talkative level, once httpx is listened to as the journal does."""
    caplog.set_level(logging.DEBUG)
    guard = RedactingFilter()
    logging.getLogger("httpx").addFilter(guard)
    yield
    logging.getLogger("httpx").removeFilter(guard)
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("uvicorn")]  # what the emulator logs is its own
    assert not [line for line in ours if KEY in line]


@pytest.fixture
async def archive(hire: Hire, tmp_path: Path) -> AsyncIterator[Archive]:
    async with open_archive(hire, tmp_path) as archive:
        yield archive
        assert not [name for _, folders, files in os.walk(tmp_path) for name in [*folders, *files] if ".making-" in name or ".part" in name]


async def failing(archive: Archive, kind: type[ProviderError], **shot: Any) -> ProviderError:
    """The failure of a shot, which tells no key in any of its words."""
    with pytest.raises(kind) as caught:
        await archive.shoot(**shot)
    assert type(caught.value) is kind
    assert KEY not in "".join(traceback.format_exception(caught.value))
    return caught.value


async def test_a_shot_gets_a_clip_of_what_it_shows_and_says_whose_it_is(archive: Archive) -> None:
    archive.lab.shut = False
    take = await archive.shoot()
    assert take.camera == f"{archive.hire.name}:videos"
    assert take.footage is not None
    assert take.credit is not None
    assert (take.credit.author, take.credit.source) == ("Jonas Berg", archive.hire.source)
    assert "1102" in take.credit.url
    assert take.credit.licence
    assert archive.downloads == 1
    assert archive.shares == sorted(archive.shares)
    assert archive.shares[-1] == 1


async def test_it_costs_nothing_and_the_books_say_so(archive: Archive) -> None:
    await archive.shoot()
    (purchase,) = archive.store.purchases
    assert (purchase.stage, purchase.most, purchase.cost) == (Stage.SETTLED, Decimal(0), Decimal(0))
    assert KEY not in purchase.model_dump_json()
    assert await archive.library.call_off(purchase) == 0


async def test_no_key_reaches_the_host_that_delivers(archive: Archive) -> None:
    await archive.shoot()
    (delivery,) = (request for request in archive.emulator.requests if request.path.startswith("/files/"))
    assert KEY not in delivery.query + str(delivery.headers)


async def test_a_clip_is_never_shown_twice_in_a_film(archive: Archive) -> None:
    takes = await asyncio.gather(*(archive.shoot("coffee cup", number=number) for number in (1, 2, 3)), return_exceptions=True)
    urls = [take.credit.url for take in takes if isinstance(take, Take) and take.credit]
    assert len(urls) == len(set(urls)) >= 1
    left = [take for take in takes if not isinstance(take, Take)]
    assert all(type(failure) is ProviderError and "found no clip" in str(failure) for failure in left)


async def test_a_search_that_another_shot_made_is_not_made_again(archive: Archive) -> None:
    await archive.shoot("nature", number=1)
    await archive.shoot("nature", number=2)
    assert len(archive.searches) == 1


async def test_nothing_found_is_looked_for_in_fewer_words(archive: Archive) -> None:
    take = await archive.shoot("zebra", prompt="A slow train crosses a wide landscape")
    assert take.credit is not None
    assert "1111" in take.credit.url
    assert len(archive.searches) >= 2


async def test_nothing_found_at_all_lets_the_next_camera_film(archive: Archive) -> None:
    failure = await failing(archive, ProviderError, search="zebra xylophone")
    assert "found no clip for “zebra xylophone”" in str(failure)
    assert archive.downloads == 0


async def test_a_tall_film_gets_tall_clips(archive: Archive) -> None:
    take = await archive.shoot("coffee", size=TALL)
    assert take.credit is not None
    assert "1115" in take.credit.url


async def test_the_smallest_file_that_is_large_enough_is_taken(archive: Archive) -> None:
    await archive.shoot()
    assert [request.path.rpartition("-")[2] for request in archive.emulator.requests if "/files/" in request.path] == ["540.mp4"]
    await archive.shoot("ocean waves", number=2, size=Size.parse("1280x720"))
    assert archive.emulator.requests[-1].path.endswith("-720.mp4")


async def test_a_program_that_starts_again_takes_the_same_clip_and_asks_nobody(archive: Archive) -> None:
    once = await archive.shoot()
    asked = len(archive.emulator.requests)
    assert await archive.shoot() == once
    assert len(archive.emulator.requests) == asked


async def test_a_search_that_was_cut_off_by_a_kill_is_made_again(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    async def search_and_die(query: str, size: Size) -> tuple[Clip, ...]:
        raise RuntimeError("killed")

    monkeypatch.setattr(archive.library, "search", search_and_die)
    with pytest.raises(RuntimeError, match="killed"):
        await archive.shoot()
    monkeypatch.undo()
    assert (await archive.shoot()).footage is not None


@pytest.mark.parametrize(
    ("scenario", "kind"),
    [
        (Scenario.BAD_KEY, KeyRejected),
        (Scenario.OUT_OF_CREDITS, KeyRejected),
        (Scenario.INVALID_REQUEST, RequestRejected),
        (Scenario.HTML_BODY, ProviderError),
        (Scenario.EMPTY_BODY, ProviderError),
        (Scenario.TRUNCATED_JSON, ProviderError),
    ],
)
async def test_a_refused_search_is_told_as_what_it_is(archive: Archive, scenario: Scenario, kind: type[ProviderError]) -> None:
    archive.emulator.script(scenario, times=None)
    await failing(archive, kind)
    assert len(archive.searches) == 1
    assert [purchase.stage for purchase in archive.store.purchases] == [Stage.REFUSED]


async def test_a_key_the_library_does_not_know_is_rejected(hire: Hire, tmp_path: Path) -> None:
    async with open_archive(hire, tmp_path, keys={"another"}) as archive:
        await failing(archive, KeyRejected)


async def test_a_busy_library_is_asked_again_when_it_says(archive: Archive) -> None:
    archive.emulator.script(Scenario.BUSY, retry_after="9")
    await archive.shoot()
    assert len(archive.searches) == 2
    assert 9 <= sum(archive.clock.sleeps) <= 13


async def test_a_library_that_stays_busy_lets_the_next_camera_film(archive: Archive) -> None:
    archive.emulator.script(Scenario.DAILY_QUOTA, times=None)
    await failing(archive, ProviderBusy)
    assert len(archive.searches) <= 3
    assert sum(archive.clock.sleeps) <= 75


async def test_a_library_in_trouble_is_asked_again(archive: Archive) -> None:
    archive.emulator.script(Scenario.SERVER_ERROR)
    assert (await archive.shoot()).footage is not None
    assert len(archive.searches) == 2


async def test_nobody_there_is_told_so(hire: Hire, tmp_path: Path) -> None:
    clock = SteppedClock()
    async with hire.open(KEY, "http://127.0.0.1:9", clock) as library:
        archive = Archive(hire, library, hire.emulator(), clock, tmp_path, FakePurchaseStore(clock))
        await failing(archive, ProviderUnreachable)


@pytest.mark.parametrize("scenario", [Scenario.EXTRA_FIELDS, Scenario.MISSING_OPTIONAL])
async def test_other_fields_change_nothing(archive: Archive, scenario: Scenario) -> None:
    archive.emulator.script(scenario)
    assert (await archive.shoot()).footage is not None


@pytest.mark.parametrize("scenario", [Scenario.SHORT_CONTENT_LENGTH, Scenario.CUT_CHUNKED])
async def test_a_download_that_is_cut_is_begun_again_and_then_another_clip_is_taken(archive: Archive, scenario: Scenario) -> None:
    archive.emulator.script(scenario, times=None)
    with pytest.raises(ProviderError):
        await archive.shoot("nature")
    assert archive.downloads == 2 * CLIPS_TRIED


@pytest.mark.parametrize(
    ("scenario", "kind"),
    [
        (Scenario.NOT_A_VIDEO, BadMedia),
        (Scenario.HTML_DOWNLOAD, BadMedia),
        (Scenario.ZERO_BYTES, BadMedia),
        (Scenario.OVERSIZED, BadMedia),
        (Scenario.REDIRECT_TO_PRIVATE, ProviderError),
        (Scenario.EXPIRED_URL, DownloadExpired),
    ],
)
async def test_clips_that_are_no_good_are_passed_over_a_few_times(archive: Archive, scenario: Scenario, kind: type[ProviderError]) -> None:
    archive.emulator.script(scenario, times=None, count=None)
    with pytest.raises(kind):
        await archive.shoot("nature")
    assert archive.downloads == CLIPS_TRIED


async def test_when_one_clip_is_no_good_the_next_best_is_taken(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    library = archive.emulator
    assert isinstance(library, StockLibrary)
    find = library.media_of

    async def first_is_a_picture(job: Search, name: str) -> Media:
        return Media(b"GIF89a", "video/mp4", name) if archive.downloads == 1 else await find(job, name)

    monkeypatch.setattr(library, "media_of", first_is_a_picture)
    take = await archive.shoot("nature")
    assert take.footage is not None
    assert archive.downloads == 2


async def test_whoever_waits_too_long_for_a_turn_lets_another_film(archive: Archive) -> None:
    class FullTill(FakeBuyer):
        async def buy(self, wanted: Wanted, place: Place, kept: Kept | None = None) -> Purchase:
            await asyncio.Event().wait()
            raise AssertionError

    camera = archive.camera()
    camera = replace(camera, turn_seconds=0.05, production=replace(camera.production, buyer=FullTill(archive.clock)))
    shot = a_shot()
    with pytest.raises(TookTooLong):
        await camera.shoot(shot, Storyboard(theme="night", size=WIDE, fps=24, shots=(shot,)), archive.shares.append)


# choosing


def a_clip(number: int = 1, *words: str, seconds: float = 8.0, sizes: str = "1920x1080") -> Clip:
    files = tuple(ClipFile(url=f"https://media.example/{number}-{size}", **Size.parse(size).model_dump()) for size in sizes.split())
    return Clip(id=str(number), words=words, seconds=seconds, author="A", page=f"https://example/{number}", files=files)


def ids(clips: list[Clip], search: str = "boat lake", prompt: str = "", size: str = "1920x1080", seconds: float = 4.0) -> list[str]:
    shot = a_shot(prompt, seconds).model_copy(update={"search": search})
    return [choice.clip.id for choice in choose(clips, shot, search, Size.parse(size), 24)]


def test_the_clip_with_most_words_in_common_comes_first() -> None:
    assert ids([a_clip(1, "city"), a_clip(2, "boats"), a_clip(3, "boat", "lake", "dawn")]) == ["3", "2", "1"]


def test_words_of_the_prompt_decide_between_equals() -> None:
    assert ids([a_clip(1, "boat", "storm"), a_clip(2, "boat", "dawn")], prompt="A boat at dawn") == ["2", "1"]


def test_a_clip_that_nobody_described_beats_one_of_something_else() -> None:
    assert ids([a_clip(1, "office"), a_clip(2)]) == ["2", "1"]


def test_a_clip_that_lasts_long_enough_beats_a_shorter_one() -> None:
    assert ids([a_clip(1, "boat", seconds=2), a_clip(2, "boat", seconds=9)], seconds=8) == ["2", "1"]


def test_a_sharp_clip_beats_a_blurred_one() -> None:
    assert ids([a_clip(1, "boat", sizes="640x360"), a_clip(2, "boat", sizes="1920x1080")]) == ["2", "1"]


def test_among_equals_the_library_decides() -> None:
    assert ids([a_clip(number, "boat") for number in (5, 3, 4)]) == ["5", "3", "4"]


@pytest.mark.parametrize(
    ("size", "files", "chosen"),
    [
        ("1920x1080", "640x360 1920x1080 3840x2160", "1920x1080"),
        ("1280x720", "3840x2160 1366x768 1920x1080", "1366x768"),
        ("1920x1080", "640x360 1280x720", "1280x720"),
        ("1080x1920", "1920x1080 1080x1920 2160x3840", "1080x1920"),
        ("1080x1920", "1920x1080", None),
        ("1920x1080", "1080x1920 1080x1080", None),
        ("1080x1080", "1920x1080 1080x1920 1280x720", "1920x1080"),
        ("1920x1080", "", None),
    ],
)
def test_the_smallest_file_that_fills_the_picture_is_chosen(size: str, files: str, chosen: str | None) -> None:
    file = choose_file(a_clip(sizes=files).files, Size.parse(size))
    assert (f"{file.width}x{file.height}" if file else None) == chosen


@pytest.mark.parametrize(
    "odd",
    [
        '"tags": ["\\ud800"]',
        '"duration": 1e999',
        '"duration": -1',
        '"user": {"name": "\\udfff"}',
        f'"video_files": [{{"link": "x", "width": {10**400}, "height": 1}}]',
    ],
)
def test_a_clip_told_of_in_what_nobody_can_keep_or_count_with_is_passed_over(odd: str) -> None:
    known = {"id": 1, "duration": 8, "url": "https://example/boat-1/", "user": {"name": "A"}, "video_files": []}
    told = [known, known | json.loads(f"{{{odd}}}")]
    assert len(listed(told, Video, "pexels")) == 1


def test_what_is_searched_for_gets_simpler() -> None:
    shot = a_shot("A red boat crosses a calm lake at dawn").model_copy(update={"search": "boat lake dawn"})
    queries = plan_queries(shot)
    assert queries[0] == "boat lake dawn"
    assert queries[1] == "boat"
    assert len(queries) == len(set(queries)) <= 5


def test_a_shot_without_a_search_is_looked_for_by_what_is_said() -> None:
    shot: Shot = a_shot("").model_copy(update={"search": ""})
    assert plan_queries(shot) == ["tea"]


def test_the_shelf_of_the_tests_has_what_they_look_for() -> None:
    assert {1102, 1111, 1115} <= {clip.id for clip in SHELF}
