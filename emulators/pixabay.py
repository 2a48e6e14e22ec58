"""Pixabay's video search: free, its key in the query string, its errors in plain text."""

from typing import Any

from fastapi import Request
from starlette.responses import PlainTextResponse, Response

from emulators.library import StockClip, StockLibrary, found
from emulators.scenarios import Scenario, Script, Stage
from emulators.timeline import Job

RATE = 100
"""Requests in 60 seconds."""
RENDITIONS = {"medium": 1080, "small": 720, "tiny": 540}
"""Short sides; nothing here has the large one."""
EMPTY = {"url": "", "width": 0, "height": 0, "size": 0, "thumbnail": ""}
REFUSALS = {
    Scenario.BAD_KEY: (400, "[ERROR 400] Invalid or missing API key (https://pixabay.com/api/docs/)."),
    Scenario.OUT_OF_CREDITS: (403, "[ERROR 403] Access denied."),
    Scenario.BUSY: (429, "API rate limit exceeded"),
    Scenario.DAILY_QUOTA: (429, "API rate limit exceeded"),
    Scenario.SERVER_ERROR: (503, "Service Unavailable"),
    Scenario.MODERATED_INPUT: (400, '[ERROR 400] "q" is invalid.'),
}


class Pixabay(StockLibrary):
    """Pixabay's API under ``/pixabay``."""

    name = "pixabay"
    optional = ("total", "totalHits")

    def add_routes(self) -> None:
        """Add the search."""
        for path in ("/api/videos/", "/api/videos"):
            self.app.add_api_route(path, self.search, methods=["GET"], response_model=None)

    def key_of(self, request: Request) -> str:
        """The key in the query string."""
        return request.query_params.get("key", "")

    def refuse(self, script: Script) -> Response:
        """Say no as Pixabay does: in plain text."""
        if script.scenario is Scenario.INVALID_REQUEST:
            return outside(script.field or "per_page", script.status or 400)
        status, words = REFUSALS[script.scenario]
        headers = {"retry-after": script.retry_after} if script.retry_after else None
        return PlainTextResponse(words, script.status or status, headers)

    async def search(self, request: Request) -> Response:
        """GET the search."""
        self.admit(request)
        asked = request.query_params
        query, page, each = asked.get("q", ""), asked.get("page", "1"), asked.get("per_page", "20")
        if not each.isdigit() or not 3 <= int(each) <= 200:
            return outside("per_page")
        least = [asked.get(side, "0") for side in ("min_width", "min_height")]
        if not all(side.isdigit() for side in least):
            return outside("min_width")
        clips = [clip for clip in found(query) if clip.width >= int(least[0]) and clip.height >= int(least[1])]
        first = (int(page) - 1) * int(each) if page.isdigit() else -1
        if first < 0 or (first and first >= len(clips)):
            return outside("page")

        def accept(script: Script) -> Response:
            job = self.open_search(script, query)
            hits = [self.told(request, job, clip) for clip in clips[first : first + int(each)]]
            left = str(max(RATE - len(self.requests), 0))
            rate = {"x-ratelimit-limit": str(RATE), "x-ratelimit-remaining": left, "x-ratelimit-reset": "60"}
            return self.answer(job, Stage.POLL, {"total": len(clips), "totalHits": len(clips), "hits": hits}, headers=rate)

        return await self.create(request, query, accept, paid=False)

    def told(self, request: Request, job: Job, clip: StockClip) -> dict[str, Any]:
        """What Pixabay tells of a clip."""
        preview = self.preview_link(request, job, clip)
        videos: dict[str, dict[str, Any]] = {"large": EMPTY}
        for word, short in RENDITIONS.items():
            width, height = clip.sides(short)
            url = self.file_link(request, job, clip, short)
            videos[word] = {"url": url, "width": width, "height": height, "size": clip.size(short), "thumbnail": preview}
        return {
            "id": clip.id,
            "pageURL": f"https://pixabay.com/videos/id-{clip.id}/",
            "type": "film",
            "tags": ", ".join(clip.tags),
            "duration": clip.seconds,
            "videos": videos,
            "views": clip.id * 7,
            "downloads": clip.id * 3,
            "likes": clip.id % 97,
            "comments": clip.id % 11,
            "user_id": clip.author_id,
            "user": clip.author,
            "userImageURL": "",
        }


def outside(field: str, status: int = 400) -> Response:
    """A parameter that is out of its range."""
    return PlainTextResponse(f'[ERROR {status}] "{field}" is out of valid range.', status)
