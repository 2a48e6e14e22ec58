"""Pixabay: free stock footage; its key stands in the address, which therefore nobody is ever shown."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import BaseModel, Field

from kiwi.clock import Clock
from kiwi.errors import KeyRejected, ProviderBusy, ProviderError
from kiwi.film.model import Size
from kiwi.net.network import ApiClient, Reply, open_api_client
from kiwi.providers.hire.clip_choice import Clip, ClipFile
from kiwi.providers.hire.stock import Library, Listing, listed

PATH = "/api/videos/"
A_PAGE = 50
LEAST_SIDE = 1280
"""Pixels along the longer side that a clip must have, where the film has as many."""


class Rendition(BaseModel):
    """A file; one that does not exist has no address."""

    url: str = ""
    width: int = 0
    height: int = 0


class Hit(Listing):
    """A clip as Pixabay lists it."""

    id: int
    duration: float
    page: str = Field(alias="pageURL")
    tags: str = ""
    user: str
    videos: dict[str, Rendition]

    @property
    def clip(self) -> Clip:
        files = tuple(
            ClipFile(url=file.url, width=file.width, height=file.height)
            for file in self.videos.values()
            if file.url and file.width > 0 and file.height > 0
        )
        words = tuple(word.strip() for word in self.tags.split(",") if word.strip())
        return Clip(id=str(self.id), words=words, seconds=self.duration, author=self.user, page=self.page, files=files)


class Pixabay(Library):
    """Pixabay as a camera: free clips with whose they are."""

    name = "pixabay"
    source = "Pixabay"
    licence = "Pixabay Content License"
    hosts = ("cdn.pixabay.com",)

    def __init__(self, api: ApiClient, base_url: str) -> None:
        super().__init__(base_url)
        self.api = api

    async def search(self, query: str, size: Size) -> tuple[Clip, ...]:
        side = "min_width" if size.width >= size.height else "min_height"
        least = min(LEAST_SIDE, max(size.width, size.height))
        asked = {"q": query, "video_type": "film", "safesearch": "true", "order": "popular", "per_page": A_PAGE, side: least}
        reply = await self.api.ask("GET", PATH, params=asked)
        if not reply.ok:
            raise refusal(reply)
        return listed(reply.json().get("hits"), Hit, self.name)


def refusal(reply: Reply) -> ProviderError:
    """What an answer that is not ``ok`` means; Pixabay says it in plain text alone."""
    if reply.status == 400 and re.search(r"api key", reply.excerpt(), re.IGNORECASE):
        return KeyRejected("pixabay does not take the key.")
    if reply.status == 429 and reply.retry_after is None and reply.headers.get("x-ratelimit-reset", "").isdecimal():
        return ProviderBusy(f"pixabay answered 429: {reply.excerpt()}", float(reply.headers["x-ratelimit-reset"]))
    return reply.failure()


@asynccontextmanager
async def open_pixabay(key: str, base_url: str, clock: Clock) -> AsyncIterator[Pixabay]:
    """Pixabay for one event loop. SetupIncomplete."""
    async with open_api_client(Pixabay.name, base_url, params={"key": key}, clock=clock) as api:
        yield Pixabay(api, base_url)
