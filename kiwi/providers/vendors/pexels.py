"""Pexels: free stock footage; whose it is must be told."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pydantic import BaseModel

from kiwi.clock import Clock
from kiwi.film.model import Size
from kiwi.net.network import ApiClient, open_api_client
from kiwi.providers.hire.clip_choice import Clip, ClipFile
from kiwi.providers.hire.stock import Library, Listing, listed

PATH = "/v1/videos/search"
A_PAGE = 40
ORIENTATIONS = {-1: "portrait", 0: "square", 1: "landscape"}


class File(BaseModel):
    """A rendition; of a playlist nobody knows the size."""

    link: str
    file_type: str | None = None
    width: int | None = None
    height: int | None = None


class Person(BaseModel):
    """An author."""

    name: str


class Video(Listing):
    """A clip as Pexels lists it."""

    id: int
    duration: float
    url: str
    tags: tuple[Any, ...] = ()
    user: Person
    video_files: list[File]

    @property
    def clip(self) -> Clip:
        slug = self.url.rstrip("/").rpartition("/")[2]
        words = [*re.findall(r"[^\W\d_]{2,}", slug), *(tag for tag in self.tags if isinstance(tag, str))]
        files = tuple(
            ClipFile(url=file.link, width=file.width, height=file.height)
            for file in self.video_files
            if file.link and file.width and file.height and file.file_type in {None, "video/mp4"}
        )
        return Clip(id=str(self.id), words=tuple(words), seconds=self.duration, author=self.user.name, page=self.url, files=files)


class Pexels(Library):
    """Pexels as a camera: free clips with whose they are."""

    name = "pexels"
    source = "Pexels"
    licence = "Pexels License"
    hosts = ("videos.pexels.com", "player.vimeo.com", "*.vimeocdn.com", "vod-progressive.akamaized.net")

    def __init__(self, api: ApiClient, base_url: str) -> None:
        super().__init__(base_url)
        self.api = api

    async def search(self, query: str, size: Size) -> tuple[Clip, ...]:
        shape = ORIENTATIONS[(size.width > size.height) - (size.width < size.height)]
        asked = {"query": query, "orientation": shape, "per_page": A_PAGE, "locale": "en-US"}
        answer = (await self.api.ask("GET", PATH, params=asked)).checked().json()
        return listed(answer.get("videos"), Video, self.name)


@asynccontextmanager
async def open_pexels(key: str, base_url: str, clock: Clock) -> AsyncIterator[Pexels]:
    """Pexels for one event loop. SetupIncomplete."""
    async with open_api_client(Pexels.name, base_url, {"Authorization": key}, clock=clock) as api:
        yield Pexels(api, base_url)
