"""Stock: how a library's camera films a shot: search, claim a clip that no other shot of the film has, fetch, develop, give credit."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel

from kiwi.errors import BadMedia, DownloadCut, DownloadExpired, OutcomeUnknown, ProviderBusy, ProviderError, TookTooLong
from kiwi.film.job_inputs import DevelopInput, Report
from kiwi.film.model import Asset, Credit, Shot, Size, Storyboard, Take, Value
from kiwi.money.catalogue import Model
from kiwi.money.purchases import Placed, Purchase, Stage, Wanted
from kiwi.net.download import download
from kiwi.providers.hire.clip_choice import Choice, Clip, choose, plan_queries
from kiwi.providers.hire.retries import Patience, buy_patiently
from kiwi.storage.assets import asset_of, digest_of
from kiwi.work import jobs
from kiwi.work.production import Production

PATIENCE = Patience(seconds=60.0, times=3)
TURN_SECONDS = 120.0
"""So long is waited until a search is our turn; then somebody else may film."""
ASK_TIMES = 3
"""Searches begun for the same answer, should we be killed in the middle of each."""
FETCH_TIMES = 2
CLIPS_TRIED = 3
"""Clips that may turn out to be no good before somebody else may film."""
MOST_BYTES = 512 * 2**20
DOWNLOAD_SECONDS = 180.0
MEDIA = "clip.mp4"
SEARCHED, FETCHED = 0.1, 0.5
"""Share of the work that is done when a clip is found, and when it is here."""


class Found(Value):
    """What a search gave, in the library's order."""

    clips: tuple[Clip, ...]


class Search(Value):
    """Names a search."""

    library: str
    query: str
    size: Size
    ask: int = 0


class Fetched(Value):
    """A clip's file, as it came."""

    asset: Asset


class FetchOrder(Value):
    """Names a clip's file."""

    library: str
    clip: str
    url: str


class Listing(BaseModel):
    """A clip as a library tells of it, as far as we need it."""

    @property
    def clip(self) -> Clip:
        """The same in our words."""
        raise NotImplementedError


class Library(ABC):
    """One vendor of stock footage, for the whole process; knows its wire and nothing of films being made."""

    name: ClassVar[str]
    source: ClassVar[str]
    """As credits call it."""
    licence: ClassVar[str]
    hosts: ClassVar[tuple[str, ...]]
    """Where its clips may lie."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url

    @abstractmethod
    async def search(self, query: str, size: Size) -> tuple[Clip, ...]:
        """Clips of about this shape, in the library's order. ProviderError."""

    def camera(self, model: Model, production: Production, wait_seconds: float) -> "StockCamera":
        """A camera for one film."""
        return StockCamera(self, model, production, min(wait_seconds, TURN_SECONDS))

    async def call_off(self, purchase: Purchase) -> Decimal:
        """Nothing to stop and nothing to pay."""
        return Decimal(0)


@dataclass(frozen=True)
class StockCamera:
    """One library, filming for one film."""

    library: Library
    model: Model
    production: Production
    turn_seconds: float = TURN_SECONDS
    fetch_seconds: float = DOWNLOAD_SECONDS
    most_bytes: int = MOST_BYTES

    async def shoot(self, shot: Shot, storyboard: Storyboard, report: Report) -> Take:
        """ProviderError when there is no clip for the shot, or none that is any good."""
        tried, failure = 0, ProviderError(f"{self.library.name} found no clip for “{shot.search or shot.prompt[:60] or shot.id}”.")
        async for choice in self._choices(shot, storyboard):
            report(SEARCHED)
            try:
                return await self._take(choice, shot, storyboard, report)
            except (BadMedia, DownloadCut, DownloadExpired, ProviderBusy) as broken:
                tried, failure = tried + 1, broken
            if tried == CLIPS_TRIED:
                break
        raise failure

    async def _choices(self, shot: Shot, storyboard: Storyboard) -> AsyncIterator[Choice]:
        """Clips that are this shot's alone, best first."""
        for query in await asyncio.to_thread(plan_queries, shot):
            found = await self._search(query, shot.id, storyboard.size)
            for choice in choose(found.clips, shot, query, storyboard.size, storyboard.fps):
                if await self.production.buyer.claim(f"{self.library.name}:{choice.clip.id}", shot.id):
                    yield choice

    async def _search(self, query: str, part: str, size: Size) -> Found:
        """A search's answer: the film's own, if any shot has searched so before."""
        assets = self.production.workshop.assets
        name = digest_of("search", "1", Search(library=self.library.name, query=query, size=size))
        found = await assets.known(name, Found)
        for ask in range(ASK_TIMES):
            if found is not None:
                break
            # we may be killed between asking and keeping; what costs nothing may be asked again, under another name
            request = digest_of("search", "1", Search(library=self.library.name, query=query, size=size, ask=ask))
            wanted = Wanted(model=self.model, part=part, request=request, most=Decimal(0))
            await self._ask(wanted, partial(self._place, query, size, name))
            found = await assets.known(name, Found)
        if found is None:
            raise ProviderError(f"{self.library.name} was asked {ASK_TIMES} times for “{query}”, and no answer was kept.")
        return found

    async def _ask(self, wanted: Wanted, place: Callable[[], Awaitable[Placed]]) -> None:
        """Search when it is our turn. TookTooLong when that does not come soon; ProviderError."""
        try:
            async with asyncio.timeout(self.turn_seconds):
                purchase = await buy_patiently(self.production, wanted, place, PATIENCE)
        except OutcomeUnknown:
            return
        except TimeoutError:
            raise TookTooLong(f"{self.library.name} lets nobody search within {self.turn_seconds:g} s.") from None
        if purchase.stage is not Stage.SETTLED:
            await self.production.buyer.settle(purchase, Decimal(0))

    async def _place(self, query: str, size: Size, name: str) -> Placed:
        async def search(folder: Path) -> Found:
            return Found(clips=await self.library.search(query, size))

        await self.production.workshop.assets.once(name, search, Found)
        return Placed(job={"search": name})

    async def _take(self, choice: Choice, shot: Shot, storyboard: Storyboard, report: Report) -> Take:
        """Fetch a clip, develop it for its shot, and say whose it is."""
        workshop, clip = self.production.workshop, choice.clip
        name = digest_of("fetch", "1", FetchOrder(library=self.library.name, clip=clip.id, url=choice.file.url))
        fetched = await workshop.assets.once(name, partial(self._fetch, choice), Fetched)
        report(FETCHED)
        order = DevelopInput(source=workshop.path(fetched.asset), still=False, frames=shot.frames, fps=storyboard.fps, size=storyboard.size)
        developed = await workshop.examine(jobs.DEVELOP, order, lambda share: report(FETCHED + (1 - FETCHED) * share))
        credit = Credit(author=clip.author, source=self.library.source, url=clip.page, licence=self.library.licence)
        return Take(shot_id=shot.id, camera=self.model.name, footage=developed.asset, credit=credit)

    async def _fetch(self, choice: Choice, folder: Path) -> Fetched:
        """Bring a clip's file. BadMedia, DownloadExpired; DownloadCut, ProviderBusy: more often than we try."""
        path = folder / MEDIA
        for left in reversed(range(FETCH_TIMES)):
            try:
                await download(
                    choice.file.url,
                    path,
                    hosts=self.library.hosts,
                    most_bytes=self.most_bytes,
                    deadline_seconds=self.fetch_seconds,
                    base_url=self.library.base_url,
                )
                break
            except (DownloadCut, ProviderBusy):
                if not left:
                    raise
        return Fetched(asset=await asyncio.to_thread(asset_of, path))


def listed(told: object, kind: type[Listing], library: str) -> tuple[Clip, ...]:
    """The clips that an answer tells of; one of another shape than agreed is passed over. ProviderError when all of them are."""
    clips = []
    for one in told if isinstance(told, list) else []:
        try:
            clip = kind.model_validate(one).clip
            clip.model_dump_json()  # half of a pair of letters cannot be kept
        except ValueError:
            continue
        clips.append(clip)
    if not clips and told != []:
        raise ProviderError(f"{library} tells of its clips in another way than it used to: update this program.")
    return tuple(clips)
