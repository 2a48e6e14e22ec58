"""Pexels' video search: free, under a key without any word before it, with a link to the author."""

from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from starlette.responses import JSONResponse, Response

from emulators.library import StockClip, StockLibrary, found
from emulators.scenarios import Scenario, Script, Stage
from emulators.timeline import Job

RATE = 20_000
"""Requests a month."""
SMALLEST = {"small": 720, "medium": 1080, "large": 2160}
"""The short side that a size asks for at least."""
RENDITIONS = ((540, "sd"), (720, "hd"), (1080, "hd"))
REFUSALS = {
    Scenario.BAD_KEY: (401, "Unauthorized"),
    Scenario.OUT_OF_CREDITS: (403, "Forbidden"),
    Scenario.BUSY: (429, "Too many requests"),
    Scenario.DAILY_QUOTA: (429, "Monthly limit exceeded"),
    Scenario.SERVER_ERROR: (503, "Service Unavailable"),
    Scenario.MODERATED_INPUT: (400, "Invalid query"),
}


class Pexels(StockLibrary):
    """Pexels' API under ``/pexels``."""

    name = "pexels"
    optional = ("next_page", "prev_page", "url", "total_results")
    left = RATE

    def clear(self) -> None:
        """Forget everything, the rate too."""
        super().clear()
        self.left = RATE

    def add_routes(self) -> None:
        """Add the search under its new address and its old one, which both may end in a slash."""
        for path in ("/v1/videos/search", "/v1/videos/search/", "/videos/search", "/videos/search/"):
            self.app.add_api_route(path, self.search, methods=["GET"], response_model=None)

    def key_of(self, request: Request) -> str:
        """The whole header; a word before the key makes it no key."""
        key = request.headers.get("authorization", "")
        return "" if " " in key else key

    def refuse(self, script: Script) -> Response:
        """Say no as Pexels does."""
        if script.scenario is Scenario.INVALID_REQUEST:
            return JSONResponse({"error": f"Invalid {script.field or 'query'}"}, script.status or 400)
        status, words = REFUSALS[script.scenario]
        return JSONResponse({"error": words}, script.status or status, {"retry-after": script.retry_after} if script.retry_after else None)

    async def search(self, request: Request) -> Response:
        """GET the search."""
        self.admit(request)
        asked = request.query_params
        query, page, each = asked.get("query", ""), whole(asked.get("page"), 1), whole(asked.get("per_page"), 15)
        if not query or page < 1 or not 1 <= each <= 80:
            return self.refuse(Script(scenario=Scenario.INVALID_REQUEST, field="query" if not query else "per_page"))
        clips = [clip for clip in found(query) if fits(clip, asked.get("orientation"), asked.get("size"))]

        def accept(script: Script) -> Response:
            self.left -= 1
            job = self.open_search(script, query)
            shown = clips[(page - 1) * each : page * each]
            body = {
                "page": page,
                "per_page": each,
                "total_results": len(clips),
                "url": f"https://www.pexels.com/search/videos/{quote(query)}/",
            }
            body["videos"] = [self.told(request, job, clip) for clip in shown]
            if page * each < len(clips):
                following = urlencode({**asked, "page": page + 1, "per_page": each})
                body["next_page"] = f"{self.origin(request)}/v1/videos/search/?{following}"
            rate = {"x-ratelimit-limit": str(RATE), "x-ratelimit-remaining": str(self.left), "x-ratelimit-reset": "1798761600"}
            return self.answer(job, Stage.POLL, body, headers=rate)

        return await self.create(request, query, accept, paid=False)

    def told(self, request: Request, job: Job, clip: StockClip) -> dict[str, Any]:
        """What Pexels tells of a clip: one of its files is a playlist and has no size."""
        preview = self.preview_link(request, job, clip)
        files: list[dict[str, Any]] = [
            {"id": clip.id * 10, "quality": "hls", "file_type": "application/x-mpegURL", "width": None, "height": None, "fps": None},
            *(
                {
                    "id": clip.id * 10 + 1 + place,
                    "quality": quality,
                    "file_type": "video/mp4",
                    "width": width,
                    "height": height,
                    "fps": clip.fps,
                }
                for place, (short, quality) in enumerate(RENDITIONS)
                for width, height in [clip.sides(short)]
            ),
        ]
        for file in files:
            short = min(file["width"], file["height"]) if file["width"] else RENDITIONS[0][0]
            file["link"] = self.file_link(request, job, clip, short)
        person = {"id": clip.author_id, "name": clip.author, "url": f"https://www.pexels.com/@author-{clip.author_id}"}
        return {
            "id": clip.id,
            "width": clip.width,
            "height": clip.height,
            "duration": clip.seconds,
            "url": f"https://www.pexels.com/video/{clip.id}/",
            "image": preview,
            "full_res": None,
            "tags": [],
            "user": person,
            "video_files": files,
            "video_pictures": [{"id": clip.id * 100, "picture": preview, "nr": 0}],
        }


def whole(text: str | None, default: int) -> int:
    """A number out of a query string; 0 when it is none."""
    if text is None:
        return default
    return int(text) if text.isdigit() else 0


def fits(clip: StockClip, orientation: str | None, size: str | None) -> bool:
    """Whether a clip has the shape and at least the size that is asked for."""
    shape = "square" if clip.width == clip.height else "landscape" if clip.width > clip.height else "portrait"
    return orientation in {None, shape} and SMALLEST.get(size or "small", 0) <= min(clip.width, clip.height)
