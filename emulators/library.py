"""The clips that the emulated stock libraries have on their shelf, and how they find and deliver them."""

import asyncio
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from fastapi import Request

from emulators.media import Clip, render_still, video
from emulators.scenarios import Script
from emulators.timeline import Job, Media
from emulators.vendor import Vendor

BYTES_FOR = 10
"""A file is padded to one byte for so many pixels of a second's picture, so that its size is known before it is drawn."""


@dataclass(frozen=True)
class StockClip:
    """One clip on the shelf."""

    id: int
    tags: tuple[str, ...]
    seconds: int
    author: str
    author_id: int
    width: int = 1920
    height: int = 1080
    fps: int = 25

    @property
    def words(self) -> str:
        """What the picture is drawn from."""
        return " ".join(self.tags)

    def sides(self, short: int) -> tuple[int, int]:
        """Width and height of a rendition whose short side is so long."""
        scale = short / min(self.width, self.height)
        return 2 * round(self.width * scale / 2), 2 * round(self.height * scale / 2)

    def size(self, short: int) -> int:
        """Bytes of a rendition."""
        width, height = self.sides(short)
        return width * height * self.seconds // BYTES_FOR


PORTRAIT = (1080, 1920)
SHELF: tuple[StockClip, ...] = (
    StockClip(1101, ("ocean", "sea", "waves", "water", "beach", "nature"), 8, "Marina Holt", 21),
    StockClip(1102, ("forest", "trees", "nature", "green", "leaves", "sunlight"), 7, "Jonas Berg", 22),
    StockClip(1103, ("city", "night", "street", "traffic", "lights", "people"), 6, "Aiko Mori", 23),
    StockClip(1104, ("coffee", "cup", "morning", "breakfast", "cafe", "drink"), 5, "Lena Ortiz", 24),
    StockClip(1105, ("mountain", "snow", "winter", "hiking", "nature", "sky"), 9, "Jonas Berg", 22),
    StockClip(1106, ("computer", "technology", "code", "robot", "screen", "data"), 6, "Priya Nair", 25),
    StockClip(1107, ("office", "meeting", "business", "team", "work", "people"), 7, "Tom Weller", 26),
    StockClip(1108, ("kitchen", "cooking", "food", "vegetables", "chef", "restaurant"), 6, "Lena Ortiz", 24),
    StockClip(1109, ("bees", "flowers", "garden", "honey", "spring", "nature"), 5, "Marina Holt", 21),
    StockClip(1110, ("stars", "space", "rocket", "moon", "night", "sky"), 8, "Priya Nair", 25),
    StockClip(1111, ("train", "travel", "railway", "landscape", "journey", "window"), 7, "Tom Weller", 26),
    StockClip(1112, ("children", "school", "learning", "classroom", "book", "family"), 6, "Aiko Mori", 23),
    StockClip(1113, ("rain", "window", "water", "drops", "weather", "nature"), 5, "Aiko Mori", 23, *PORTRAIT),
    StockClip(1114, ("running", "sport", "fitness", "park", "health", "people"), 6, "Tom Weller", 26, *PORTRAIT),
    StockClip(1115, ("coffee", "barista", "cafe", "milk", "hands", "people"), 5, "Lena Ortiz", 24, *PORTRAIT),
    StockClip(1116, ("waterfall", "river", "water", "rocks", "nature", "green"), 6, "Marina Holt", 21, *PORTRAIT),
)


def found(query: str, shelf: Sequence[StockClip] = SHELF) -> list[StockClip]:
    """The clips that share a word with a query, those with most words in common first; one letter more or less is the same word."""
    words = {word.rstrip("s") for word in re.findall(r"\w{3,}", query.lower())}
    shared = {clip: len(words & {tag.rstrip("s") for tag in clip.tags}) for clip in shelf}
    return sorted((clip for clip in shelf if shared[clip]), key=lambda clip: -shared[clip])


def padded(packed: bytes, size: int) -> bytes:
    """An MP4 made so long by a free box at its end (ISO 14496-12, 8.1.2), which no player reads."""
    spare = size - len(packed)
    return packed + struct.pack(">I4s", spare, b"free") + bytes(spare - 8) if spare >= 8 else packed


@lru_cache(maxsize=32)
def rendition(clip: StockClip, short: int, script: Script) -> Media:
    """A clip's file in one size."""
    width, height = clip.sides(short)
    media = video(Clip(width, height, clip.seconds, clip.fps), clip.words, script)
    return Media(padded(media.content, clip.size(short)), media.content_type, media.name)


class StockLibrary(Vendor):
    """A vendor that gives away what is on the shelf; each search is a job that its links belong to."""

    def open_search(self, script: Script, query: str) -> Job:
        """Remember a search and what its script is."""
        return self.open_job(script, query, lambda: Media(render_still(640, 360, query, ".jpg"), "image/jpeg", "search.jpg"))

    def link(self, request: Request, job: Job, name: str = "search.jpg") -> str:
        """A link that is as old as its search: when links expire, all of a search's do."""
        return f"{self.origin(request)}/files/{job.id}/1/{name}"

    def file_link(self, request: Request, job: Job, clip: StockClip, short: int) -> str:
        """The address of a clip's file in one size."""
        return self.link(request, job, f"{clip.id}-{short}.mp4")

    def preview_link(self, request: Request, job: Job, clip: StockClip) -> str:
        """The address of a clip's still."""
        return self.link(request, job, f"{clip.id}.jpg")

    async def media_of(self, job: Job, name: str) -> Media:
        """The file that a link names; LookupError when nothing on the shelf is called so."""
        named = re.fullmatch(r"(?P<id>\d+)(-(?P<short>\d+))?\.(mp4|jpg)", name)
        clip = next((clip for clip in SHELF if named and clip.id == int(named["id"])), None)
        if clip is None or named is None:
            raise LookupError(name)
        if named["short"] is None:
            return Media(await asyncio.to_thread(render_still, *clip.sides(360), clip.words, ".jpg"), "image/jpeg", name)
        return await asyncio.to_thread(rendition, clip, int(named["short"]), job.script)
