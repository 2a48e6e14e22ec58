"""The finished media: looked up by its task, sent in ranges, named by its digest."""

import re
from collections.abc import Sequence
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from starlette.datastructures import Headers
from starlette.responses import FileResponse

from api.films import MayRead
from api.problems import Refusal
from api.rest import ID, TaskId
from kiwi.errors import NoSuchTask
from kiwi.tasks.versions import parted
from kiwi.terminal.places import file_name

TYPES = {
    "mp4": "video/mp4",
    "srt": "application/x-subrip; charset=utf-8",
    "vtt": "text/vtt; charset=utf-8",
    "jpg": "image/jpeg",
    "json": "application/json",
    "otioz": "application/zip",
    "fcpxml": "application/xml",
}
RANGES = re.compile(r"bytes=\s*(\d*-\d*(?:\s*,\s*\d*-\d*)*)\s*", re.IGNORECASE)
MOST_RANGES = 16

router = APIRouter(prefix="/api/video", tags=["films"])


@router.head("/file/{name}", include_in_schema=False)
@router.get("/file/{name}")
async def file(request: Request, name: str, films: MayRead) -> Response:
    """A finished film, its .srt, .vtt, .jpg or .json, its cut for editors (.otioz, .fcpxml); ``.v2`` before that: an earlier version."""
    task_id, _, suffix = parted(name)
    if suffix not in TYPES or not ID.fullmatch(task_id):
        raise Refusal(404, "There is no such file.")
    try:
        task, path, digest = await films.media(name)
    except NoSuchTask as missing:
        raise Refusal(404, "There is no such file.") from missing
    etag = f'"{digest}"'
    title = str((task.result or {}).get("title", ""))
    headers = {
        "ETag": etag,
        "Cache-Control": "private, no-cache",
        "Content-Disposition": disposition(title, suffix),
        "Accept-Ranges": "bytes",
    }
    if not path.is_file():
        raise Refusal(404, "The file is no longer there.")
    if is_known(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    stat = path.stat()
    wanted = request.headers.get("range")
    if wanted is not None and request.headers.get("if-range") in {None, etag}:
        try:
            wanted = wanted_ranges(wanted, stat.st_size)
        except ValueError as outside:
            raise Refusal(
                416, "The file is shorter than that.", field="Range", headers={"Content-Range": f"bytes */{stat.st_size}"}
            ) from outside
    else:
        wanted = None
    _set_range(request, wanted)
    return FileResponse(path, headers=headers, media_type=TYPES[suffix], stat_result=stat)


@router.get("/task/{task_id}/scenes/{number}/still.jpg", response_class=Response, responses={200: {"content": {"image/jpeg": {}}}})
async def still(request: Request, task_id: TaskId, number: int, films: MayRead) -> Response:
    """A picture of one scene, counted from 1, as it will look: there as soon as the storyboard is."""
    picture = await films.still(task_id, number)
    etag = f'"{picture.name}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if is_known(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    return Response(await picture.draw(), headers=headers, media_type=TYPES["jpg"])


def wanted_ranges(header: str, size: int) -> str | None:
    """The ranges to send of a file of ``size`` bytes, in canonical form; None: the whole file, because the header means nothing.

    ValueError when it asks only for what lies outside.
    """
    found = RANGES.fullmatch(header)
    parts = [] if found is None else [part.strip() for part in found[1].split(",")]
    if not parts or len(parts) > MOST_RANGES:
        return None
    inside: list[str] = []
    for part in parts:
        first, _, last = part.partition("-")
        if not (first or last) or (first and last and int(last) < int(first)):
            return None
        start = int(first) if first else max(size - int(last), 0)
        if start < size and (first or int(last)):
            inside.append(f"{start}-{min(int(last), size - 1) if first and last else size - 1}")
    if not inside:
        raise ValueError(header)
    return f"bytes={','.join(inside)}"


def _set_range(request: Request, wanted: str | None) -> None:
    """Leave the response only the range that we have understood."""
    kept: Sequence[tuple[bytes, bytes]] = [pair for pair in request.scope["headers"] if pair[0] not in {b"range", b"if-range"}]
    request.scope["headers"] = [*kept, *([(b"range", wanted.encode())] if wanted else [])]
    request._headers = Headers(scope=request.scope)


def is_known(header: str | None, etag: str) -> bool:
    """Whether If-None-Match names what we would send."""
    if header is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in header.split(",")]
    return "*" in tags or etag in tags


def disposition(title: str, suffix: str) -> str:
    """Content-Disposition with a title that can be no path, no markup and no trick of writing direction."""
    plain = " ".join("".join(letter if letter.isprintable() and letter not in '<>:"/\\|?*' else " " for letter in title).split())
    full = quote(plain.strip(". ")[:80] or "film", safe="")
    return f"attachment; filename=\"{file_name(title)}.{suffix}\"; filename*=UTF-8''{full}.{suffix}"
