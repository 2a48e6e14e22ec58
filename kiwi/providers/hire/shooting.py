"""Shooting: how a camera that is hired per job films a shot: buy, watch, fetch, develop; a vendor only says how it is asked."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, ClassVar

from kiwi.clock import Clock, jittered
from kiwi.errors import (
    BadMedia,
    DownloadCut,
    DownloadExpired,
    ProviderBusy,
    ProviderError,
    ProviderUnreachable,
    TookTooLong,
)
from kiwi.film.job_inputs import Developed, DevelopInput, Report
from kiwi.film.model import Asset, Shot, Storyboard, Take, Value
from kiwi.money.catalogue import Model
from kiwi.money.purchases import Placed, Purchase, Stage, Wanted
from kiwi.net.download import download
from kiwi.providers.hire.plans import Request
from kiwi.providers.hire.retries import Patience, patiently, pause_after
from kiwi.storage.assets import AssetStore, asset_of, digest_of
from kiwi.work import jobs
from kiwi.work.production import Production

LONGEST_PAUSE = 60.0
"""Seconds of backing off."""
UNREACHABLE_TIMES = 4
"""Connections tried before another provider may step in."""
FETCH_TIMES = 4
"""Downloads begun of one job's media."""
ASSET = "asset"
"""What media that came with the answer is called in a job."""
MEDIA = "media"
"""The file that a delivery is stored in; what it is, whoever develops it finds out."""
MOST_BYTES = 512 * 2**20
DOWNLOAD_SECONDS = 300.0
LATE_SECONDS = 60.0
"""What a job gets that whoever ordered it has waited for already."""
WATCHED, DEVELOPED = 0.8, 1.0
"""Share of the work that is done when the vendor is, and when all is."""


class State(StrEnum):
    """Where a job stands at a vendor."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Look:
    """What a vendor says about a job."""

    state: State
    share: float | None = None
    """Done, 0..1, if it says so."""
    cost: Decimal | None = None
    """US dollars it has charged, if it says so."""
    url: str = field(default="", repr=False)
    """Where the media lies."""
    content: bytes = field(default=b"", repr=False)
    """The media itself, if it came with the answer."""
    kept: Asset | None = None
    """The media, if it is in the store already."""
    size: int | None = None
    """Bytes of the media, if it says so."""
    failure: ProviderError | None = field(default=None)
    """FAILED: why."""
    again: bool = False
    """FAILED: the same request may succeed another time."""


class JobFailed(Exception):
    """A job came to nothing at the vendor."""

    def __init__(self, look: Look) -> None:
        super().__init__(str(look.failure))
        self.look = look

    @property
    def failure(self) -> ProviderError:
        """What it means for us."""
        return self.look.failure or ProviderError("The job failed, and the provider does not say why.")


class Delivered(Value):
    """What a job gave, as it came."""

    asset: Asset
    cost: Decimal | None = None


class JobOrder(Value):
    """Names what a job gave."""

    provider: str
    job: dict[str, Any]
    fetch: int
    """How often it was fetched before."""


class AnswerOrder(Value):
    """Names the answer to an order that was the media itself."""

    part: str
    request: str


class Vendor(ABC):
    """One vendor that films to order, for the whole process; knows its wire and nothing of films being made."""

    name: ClassVar[str]
    hosts: ClassVar[tuple[str, ...]]
    """Where its media may lie."""
    beat: ClassVar[float]
    """Seconds between two looks at a job, at least."""
    refunds_waiting: ClassVar[bool] = False
    """A job that is stopped before it runs costs nothing."""

    def __init__(self, base_url: str, clock: Clock) -> None:
        self.base_url = base_url
        self.clock = clock

    @abstractmethod
    def plan(self, shot: Shot, storyboard: Storyboard, model: Model, still: bytes = b"") -> Request:
        """What to send for a shot; ``still``: the picture the clip shall begin with, where the model needs one."""

    @abstractmethod
    async def submit(self, request: Request, assets: AssetStore) -> Placed:
        """Send it, exactly once. ProviderError: nothing was bought; OutcomeUnknown: perhaps it was.

        A vendor that answers with the media itself puts it into ``assets`` and names it as the job's `ASSET`, so that it is never lost.
        """

    @abstractmethod
    async def look(self, job: Mapping[str, Any]) -> Look:
        """Ask after a job. ProviderBusy: no answer now; ProviderError: none ever."""

    async def cancel(self, job: Mapping[str, Any]) -> bool:
        """Stop a job; False when it had ended, or cannot be stopped. ProviderError."""
        return False

    def still_model(self, model: Model) -> Model | None:
        """The model that makes the picture a clip begins with, where ``model`` films from pictures alone."""
        return None

    def fetch_headers(self) -> dict[str, str]:
        """What a download from the vendor's own origin must bear."""
        return {}

    def camera(self, model: Model, production: Production, wait_seconds: float) -> "HiredCamera":
        """A camera for one film."""
        return HiredCamera(self, model, production, wait_seconds)

    async def call_off(self, purchase: Purchase) -> Decimal | None:
        """Stop what was bought, and return the US dollars that are due all the same. ProviderError.

        None: it is done, or nobody can stop it; it is paid and stays ordered, for whoever goes on with the film.
        """
        look = await self.look(purchase.job)
        if look.state is State.DONE:
            return None
        if look.state is State.FAILED:
            return _due(purchase, look)
        if not await self.cancel(purchase.job):
            return None
        return Decimal(0) if self.refunds_waiting and look.state is State.WAITING else purchase.most


def _due(purchase: Purchase, look: Look) -> Decimal:
    return purchase.most if look.cost is None else look.cost


class Deadline:
    """How long one shot may take."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self.clock = clock
        self.ends = clock.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds."""
        return self.ends - self.clock.monotonic()


def part_of(report: Report, begins: float, ends: float) -> Report:
    """A report of 0..1 as a stretch of another one."""
    return lambda share: report(begins + (ends - begins) * min(max(share, 0.0), 1.0))


@dataclass(frozen=True)
class HiredCamera:
    """One model of one vendor, filming for one film."""

    vendor: Vendor
    model: Model
    production: Production
    wait_seconds: float
    """How long a shot may take, from the moment the vendor could first be asked."""
    random: Random = field(default_factory=Random)
    fetch_seconds: float = DOWNLOAD_SECONDS
    most_bytes: int = MOST_BYTES

    async def shoot(self, shot: Shot, storyboard: Storyboard, report: Report) -> Take:
        """ProviderError, as its kinds say."""
        begun, still = 0.0, b""
        first = self.vendor.still_model(self.model)
        if first:
            begun = WATCHED / 3
            picture = await self._obtain(self.vendor.plan(shot, storyboard, first), shot.id, part_of(report, 0.0, begun))
            still = await asyncio.to_thread(self.production.workshop.assets.path(picture).read_bytes)
        request = self.vendor.plan(shot, storyboard, self.model, still)
        footage = await self._obtain(request, shot.id, part_of(report, begun, WATCHED))
        developed = await self._develop(request, footage, shot, storyboard, report)
        return Take(
            shot_id=shot.id, camera=self.model.name, footage=developed.asset, still=self.model.kind == "image", origin=developed.origin
        )

    async def _develop(self, request: Request, footage: Asset, shot: Shot, storyboard: Storyboard, report: Report) -> Developed:
        """Footage fitted to its shot; what is damaged is fetched a second time, since a cut download need not show. BadMedia."""
        order = DevelopInput(
            source=self.production.workshop.path(footage),
            still=self.model.kind == "image",
            frames=shot.frames,
            fps=storyboard.fps,
            size=storyboard.size,
            scene=shot.scene_id,
        )
        share = part_of(report, WATCHED, DEVELOPED)
        try:
            return await self.production.workshop.examine(jobs.DEVELOP, order, share)
        except BadMedia as damaged:
            failure = damaged
        fresh = await self._obtain(request, shot.id, lambda _: None, fetch=1)
        if fresh.digest == footage.digest:
            raise failure
        again = order.model_copy(update={"source": self.production.workshop.path(fresh)})
        return await self.production.workshop.examine(jobs.DEVELOP, again, share)

    async def _obtain(self, request: Request, part: str, report: Report, fetch: int = 0) -> Asset:
        """What a request gives, in the store: bought at most as often as the buyer allows."""
        buyer, assets = self.production.buyer, self.production.workshop.assets
        while True:
            purchase = await self._buy(request, part)
            name = digest_of("shoot", "1", JobOrder(provider=self.vendor.name, job=purchase.job, fetch=fetch))
            try:
                delivered = await assets.once(name, partial(self._deliver, purchase, report), Delivered)
            except JobFailed as failed:
                again, failure = failed.look.again and purchase.stage is Stage.ACCEPTED, failed.failure
                await buyer.fail(purchase, failure, cost=_due(purchase, failed.look), again=again)
            else:
                if purchase.stage is not Stage.SETTLED:
                    await buyer.settle(purchase, delivered.cost)
                return delivered.asset
            if not again:
                raise failure

    async def _buy(self, request: Request, part: str) -> Purchase:
        """Buy, asking again as long as it is certain that nothing was bought. TookTooLong; whatever the buyer raises."""
        wanted = Wanted(model=request.model, part=part, request=request.digest, most=request.most)
        name = digest_of("answer", "1", AnswerOrder(part=part, request=request.digest))
        submit, kept = partial(self._submit, request, name), partial(self.production.workshop.assets.known, name, Placed)
        patience = Patience(self.wait_seconds, unreachable_times=UNREACHABLE_TIMES, longest_pause=LONGEST_PAUSE)
        try:
            return await patiently(self.production.clock, request.digest, lambda: self.production.buyer.buy(wanted, submit, kept), patience)
        except ProviderUnreachable:
            raise
        except ProviderBusy as busy:
            raise TookTooLong(f"{self.model.name} takes no order within {self.wait_seconds:g} s: {busy}") from busy

    async def _submit(self, request: Request, name: str) -> Placed:
        """Send an order; media that came with the answer is noted before the buyer hears of it."""
        assets = self.production.workshop.assets
        placed = await self.vendor.submit(request, assets)

        async def note(folder: Path) -> Placed:
            return placed

        return await assets.once(name, note, Placed) if ASSET in placed.job else placed

    async def _deliver(self, purchase: Purchase, report: Report, folder: Path) -> Delivered:
        """Wait for a job and bring what it gave into ``folder``."""
        look = await self._watch(purchase, report)
        try:
            asset = await self._fetch(purchase, look, folder)
        except ProviderError:
            await self.production.buyer.settle(purchase, look.cost)  # what cannot be used was paid all the same
            raise
        return Delivered(asset=asset, cost=look.cost)

    async def _watch(self, purchase: Purchase, report: Report) -> Look:
        """Look until a job is done. JobFailed; TookTooLong, once it is called off."""
        waited = max(0.0, (self.production.clock.now() - purchase.at).total_seconds())
        seconds = max(self.wait_seconds - waited, min(self.wait_seconds, LATE_SECONDS))
        deadline, troubles = Deadline(self.production.clock, seconds), 0
        pause, seen = self.vendor.beat, Look(State.WAITING)
        while True:
            await self.production.clock.sleep(jittered(min(pause, max(self.vendor.beat, deadline.left)), self.random))
            pause = self.vendor.beat
            try:
                seen = await self.vendor.look(purchase.job)
            except ProviderBusy as busy:
                pause = max(pause, pause_after(busy, troubles, self.random, LONGEST_PAUSE))
                troubles += 1
            if seen.state is State.DONE:
                return seen
            if seen.state is State.FAILED:
                raise JobFailed(seen)
            if seen.share is not None:
                report(seen.share)
            if deadline.left <= 0:
                return await self._give_up(purchase, seen)

    async def _give_up(self, purchase: Purchase, seen: Look) -> Look:
        """Stop a job that takes too long; what it gave, should it have ended meanwhile. TookTooLong.

        A job that cannot be stopped is paid and will be there: it stays ordered, for whoever goes on with the film.
        """
        stopped, last = False, seen
        try:
            stopped = await self.vendor.cancel(purchase.job)
            last = seen if stopped else await self.vendor.look(purchase.job)
        except ProviderError:  # perhaps it was stopped, perhaps not
            pass
        if last.state is State.DONE:
            return last
        late = TookTooLong(f"{self.model.name} did not finish within {self.wait_seconds:g} s.")
        if stopped or last.state is State.FAILED:
            free = stopped and self.vendor.refunds_waiting and seen.state is State.WAITING
            await self.production.buyer.fail(purchase, late, cost=Decimal(0) if free else _due(purchase, last), again=False)
        raise late

    async def _fetch(self, purchase: Purchase, look: Look, folder: Path) -> Asset:
        """Bring a finished job's media into the store. BadMedia; DownloadCut, DownloadExpired: more than can be put right."""
        path, expired, cuts = folder / MEDIA, False, 0
        while not look.kept:
            try:
                await self._bring(look, path)
                return await asyncio.to_thread(asset_of, path)
            except DownloadExpired:
                if expired:
                    raise
                expired = True
            except (DownloadCut, ProviderBusy):
                cuts += 1
                if cuts == FETCH_TIMES:
                    raise
            look = await self._watch(purchase, lambda _: None)  # asking for a fresh address costs nothing
        return look.kept

    async def _bring(self, look: Look, path: Path) -> None:
        if look.content:
            await asyncio.to_thread(path.write_bytes, look.content)
            return
        if not look.url:
            raise BadMedia(f"{self.model.name} says it is done and names nothing that it made.")
        await download(
            look.url,
            path,
            hosts=self.vendor.hosts,
            most_bytes=self.most_bytes,
            deadline_seconds=self.fetch_seconds,
            base_url=self.vendor.base_url,
            headers=self.vendor.fetch_headers(),
            size=look.size,
        )
