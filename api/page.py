"""The door of the page: a browser that comes to ``/`` gets it, everybody else JSON; its files lie in the package ``web``."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from api.files import is_known
from api.problems import Refusal

SERVICE = "KIWI-Video"
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
PAGE = "index.html"
PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "Vary": "Accept, Accept-Encoding",
}

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Asset:
    """A file of the page, in memory: all of them weigh less than one picture."""

    content: bytes
    packed: bytes
    """The same as gzip has it; empty where that would be no smaller."""
    kind: str
    etag: str


@cache
def assets() -> dict[str, Asset]:
    """The page's files by their path below ``web``; nothing else is ever looked for."""
    found: dict[str, Asset] = {}
    folder = Path(str(files("web")))
    for file in sorted(folder.rglob("*")):
        if file.suffix in KINDS and file.is_file():
            content = file.read_bytes()
            etag = f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'
            packed = b"" if file.suffix == ".woff2" else gzip.compress(content, mtime=0)
            found[file.relative_to(folder).as_posix()] = Asset(content, packed, KINDS[file.suffix], etag)
    return found


@router.get("/")
async def root(request: Request) -> Response:
    """The page for a browser; for everybody else who answers here, and where to go on."""
    if prefers_html(request.headers.get("accept", "")):
        return _sent(request, PAGE, PAGE_HEADERS)
    links: dict[str, Any] = {"docs": "/docs", "openapi": "/openapi.json", "asyncapi": "/asyncapi.json", "health": "/api/health"}
    links |= {"create": "/api/video/create"}
    return JSONResponse({"service": SERVICE, "version": request.app.version, "status": "running", **links}, headers={"Vary": "Accept"})


@router.get("/web/{path:path}")
async def asset(request: Request, path: str) -> Response:
    """What the page consists of."""
    return _sent(request, path, {})


def _sent(request: Request, name: str, headers: dict[str, str]) -> Response:
    if (asset := assets().get(name)) is None:
        raise Refusal(404, "There is no such page.")
    headers = {"Vary": "Accept-Encoding", **headers, "ETag": asset.etag, "Cache-Control": "no-cache"}
    if is_known(request.headers.get("if-none-match"), asset.etag.removeprefix("W/")):
        return Response(status_code=304, headers=headers)
    if asset.packed and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(asset.packed, media_type=asset.kind, headers={**headers, "Content-Encoding": "gzip"})
    return Response(asset.content, media_type=asset.kind, headers=headers)


def prefers_html(accept: str) -> bool:
    """Whether a client asks for a page before JSON."""
    kinds = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    return "text/html" in kinds and ("application/json" not in kinds or kinds.index("text/html") < kinds.index("application/json"))
