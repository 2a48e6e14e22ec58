"""Answers that are wrong below JSON: garbled bodies, silence, connections cut half-way, files that drip."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable

from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from emulators.scenarios import Scenario, Script
from emulators.timeline import Media

TRANSPORT = "emulators.transport"
"""Where ``running.Protocol`` leaves the connection, for answers that HTTP servers refuse to give."""
HTML = "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n"
DENIED = '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>\n'
PRIVATE = "http://169.254.169.254/latest/meta-data/"
"""The address cloud machines keep their secrets at."""
LOCAL_FILE = "file:///etc/passwd"
OVERSIZED = 4 * 1024**3
PIECE = 64 * 1024
DRIP_SECONDS = 0.25
DRIP_BYTES = 16


class Silence(Response):
    """Never answers; ends when the client hangs up."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait for the client to give up."""
        while (await receive())["type"] != "http.disconnect":
            pass


class CutResponse(Response):
    """Writes some bytes to the bare connection, or none, and closes it."""

    def __init__(self, wire: bytes) -> None:
        super().__init__()
        self._wire = wire

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Write, close, and return once the connection is gone; RuntimeError on a server that is not ours."""
        transport = scope.get("extensions", {}).get(TRANSPORT)
        if transport is None:
            raise RuntimeError("Only a server started by emulators.running can cut a connection.")
        transport.write(self._wire)
        transport.close()
        while (await receive())["type"] != "http.disconnect":
            pass


def garbled(script: Script, whole: bytes) -> Response:
    """What arrives instead of ``whole``, if anything does."""
    broken: dict[Scenario, Response] = {
        Scenario.HTML_BODY: Response(HTML, script.status or 200, media_type="text/html"),
        Scenario.EMPTY_BODY: Response(b"", script.status or 200, media_type="application/json"),
        Scenario.TRUNCATED_JSON: Response(whole[: max(len(whole) // 2, 1)], script.status or 200, media_type="application/json"),
        Scenario.ACCEPTED_THEN_SILENT: Silence(),
        Scenario.ACCEPTED_THEN_CUT: CutResponse(b""),
    }
    return broken[script.scenario]


def headed(headers: dict[str, str], part: bytes) -> CutResponse:
    """The head of a good answer, and the part of its body that comes before the cut."""
    return CutResponse("\r\n".join(["HTTP/1.1 200 OK", *(f"{name}: {value}" for name, value in headers.items()), "", ""]).encode() + part)


def short(script: Script, body: bytes, kind: str) -> Response:
    """Half of what Content-Length promises."""
    return headed({"Content-Type": kind, "Content-Length": str(len(body))}, body[: len(body) // 2])


def cut(script: Script, body: bytes, kind: str) -> Response:
    """A first chunk and no last one."""
    half = body[: len(body) // 2]
    return headed({"Content-Type": kind, "Transfer-Encoding": "chunked"}, b"%x\r\n%s\r\n" % (len(half), half))


def unmeasured(script: Script, body: bytes, kind: str) -> Response:
    """Half of a body that only the end of the connection ends: nothing tells it from a whole one."""
    return headed({"Content-Type": kind, "Connection": "close"}, body[: len(body) // 2])


def oversized(script: Script, body: bytes, kind: str) -> Response:
    """More than anyone ordered."""
    size = script.size or OVERSIZED
    return StreamingResponse(endless(body, size), headers={"Content-Length": str(size)} if script.declared else None, media_type=kind)


def slow(script: Script, body: bytes, kind: str) -> Response:
    """All of it, in a very long time."""
    pause = DRIP_SECONDS if script.seconds is None else script.seconds
    return StreamingResponse(dripping(body, pause), headers={"Content-Length": str(len(body))}, media_type=kind)


DELIVERIES: dict[Scenario, Callable[[Script, bytes, str], Response]] = {
    Scenario.SHORT_CONTENT_LENGTH: short,
    Scenario.CUT_CHUNKED: cut,
    Scenario.NO_LENGTH_EARLY_CLOSE: unmeasured,
    Scenario.ZERO_BYTES: lambda script, body, kind: Response(b"", media_type=kind),
    Scenario.HTML_DOWNLOAD: lambda script, body, kind: Response(HTML, media_type="text/html"),
    Scenario.WRONG_CONTENT_TYPE: lambda script, body, kind: Response(body, media_type=script.code or "text/plain"),
    Scenario.OVERSIZED: oversized,
    Scenario.SLOW_DRIP: slow,
    Scenario.REDIRECT_TO_PRIVATE: lambda script, body, kind: RedirectResponse(script.location or PRIVATE, 302),
    Scenario.REDIRECT_TO_FILE: lambda script, body, kind: RedirectResponse(script.location or LOCAL_FILE, 302),
}
"""How each fault of delivery sends a body of some content type."""


def deliver(script: Script, media: Media) -> Response:
    """The media as a CDN sends it, with the script's fault of delivery."""
    sent = DELIVERIES.get(script.scenario)
    return sent(script, media.content, media.content_type) if sent else Response(media.content, media_type=media.content_type)


def expired(script: Script) -> Response:
    """What a CDN says of a link whose time is over."""
    return Response(DENIED, script.status or 403, media_type="application/xml")


async def endless(body: bytes, size: int) -> AsyncIterator[bytes]:
    """The body and then zeros up to size."""
    yield body[:size]
    for sent in itertools.count(len(body), PIECE):
        if sent >= size:
            return
        yield bytes(min(PIECE, size - sent))
        await asyncio.sleep(0)  # lets the server notice that the client has gone


async def dripping(body: bytes, pause: float) -> AsyncIterator[bytes]:
    """The body, a few bytes at a time."""
    for start in range(0, len(body), DRIP_BYTES):
        yield body[start : start + DRIP_BYTES]
        await asyncio.sleep(pause)
