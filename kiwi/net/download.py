"""Downloads: media that a provider made, fetched from where it may lie and nowhere else, whole or not at all."""

import asyncio
import hashlib
import os
import re
import secrets
import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import httpx

from kiwi.errors import AddressForbidden, BadMedia, DownloadCut, DownloadExpired, ProviderBusy, ProviderError
from kiwi.net.addresses import Resolve, ask_at, check, parsed, reachable, system_resolve
from kiwi.net.network import BROKEN, Origin, host_of, new_transport, origin_of, retry_after_of
from kiwi.storage.assets import sync_folder

MOST_REDIRECTS = 3
SILENCE = 30.0
"""Seconds without a byte after which a download has been cut."""
PIECE = 2**20
"""Bytes written at once."""
EXPIRED = {401, 403, 404, 410}
NO_MEDIA = re.compile(r"text/.*|application/(.*\+)?(json|xml|javascript|x-www-form-urlencoded)|application/(vnd\.apple|x-)mpegurl")
"""Types of pages, error reports and playlists."""
NO_MEDIA_BEGINS = (b"<", b"{", b"[", b"#EXTM3U", b"ffconcat")


@dataclass(frozen=True)
class Downloaded:
    """A file that is in its place. What its bytes are is for a confined child to find out."""

    bytes: int
    sha256: str
    content_type: str


@dataclass(frozen=True)
class _Way:
    """How one download goes to its media."""

    transport: httpx.AsyncBaseTransport
    hosts: tuple[str, ...]
    own: Origin | None
    headers: Mapping[str, str]
    resolve: Resolve


async def download(
    url: str,
    target: Path,
    *,
    hosts: Iterable[str],
    most_bytes: int,
    deadline_seconds: float,
    base_url: str = "",
    headers: Mapping[str, str] | None = None,
    size: int | None = None,
    resolve: Resolve = system_resolve,
    tls: ssl.SSLContext | None = None,
) -> Downloaded:
    """Fetch ``url`` into ``target``, which exists when all of it has come and has reached the disk, and never before.

    ``hosts``: where media may lie, by https: names, and ``*.name`` for whatever is below a name. ``base_url``: the provider as the
    operator configured it; its own origin is allowed too, alone gets ``headers``, and alone may be on this machine, in the clear.
    ``size``: bytes, where the provider said so. ``most_bytes`` and ``deadline_seconds`` hold for the whole, redirects included.

    AddressForbidden; DownloadExpired: a fresh address is needed; DownloadCut, ProviderBusy, ProviderUnreachable: this address is worth
    another try; BadMedia: too big, empty, or a text; OSError of the disk.
    """
    own = origin_of(httpx.URL(base_url)) if base_url else None
    async with new_transport(tls) as transport:
        way = _Way(transport, tuple(hosts), own, headers or {}, resolve)
        try:
            async with asyncio.timeout(deadline_seconds), _part_of(target) as part:
                return await _fetch(url, way, part, most_bytes, size)
        except TimeoutError:
            failure = DownloadCut(f"A download did not end within {deadline_seconds:g} s.")
        except BROKEN as error:
            failure = DownloadCut(f"A download was cut: {type(error).__name__}.")
    raise failure  # outside of the handlers: httpx's errors hold the request, and with it a signed address


async def _fetch(address: str, way: _Way, part: "_Part", most_bytes: int, size: int | None) -> Downloaded:
    url = parsed(address)
    for _ in range(MOST_REDIRECTS + 1):
        check(url, way.hosts, way.own)
        response = await _request(url, way)
        try:
            if not response.has_redirect_location:
                return await _receive(response, url, part, most_bytes, size)
            url = parsed(response.headers["location"], url)
        finally:
            await response.aclose()
    raise AddressForbidden(f"Media lies behind more than {MOST_REDIRECTS} redirects.")


async def _request(url: httpx.URL, way: _Way) -> httpx.Response:
    headers = way.headers if origin_of(url) == way.own else {}
    return await ask_at(way.transport, await reachable(url, way.own, way.resolve), "GET", url, headers, seconds=SILENCE)


async def _receive(response: httpx.Response, url: httpx.URL, part: "_Part", most_bytes: int, size: int | None) -> Downloaded:
    if failure := _status_failure(response, host_of(url)):
        raise failure
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    promised = response.headers.get("content-length", "")
    if NO_MEDIA.fullmatch(kind) or response.headers.get("content-encoding", "identity") != "identity":
        raise BadMedia(f"{host_of(url)} sent {kind or 'something packed'} instead of media.")
    if promised == "0":
        raise BadMedia(f"{host_of(url)} sent an empty file.")
    if promised.isdecimal() and int(promised) > most_bytes:
        raise BadMedia(f"{host_of(url)} wants to send {promised} bytes, more than the {most_bytes} allowed.")
    async for piece in response.aiter_raw():
        if part.bytes + len(piece) > most_bytes:
            raise BadMedia(f"{host_of(url)} sent more than the {most_bytes} bytes allowed.")
        await part.take(piece)
    await part.finish()
    if not part.bytes or size not in {None, part.bytes}:
        raise DownloadCut(f"{host_of(url)} sent {part.bytes} bytes{f' of {size}' if size else ''}.")
    return Downloaded(part.bytes, part.digest.hexdigest(), kind)


def _status_failure(response: httpx.Response, host: str) -> ProviderError | None:
    status = response.status_code
    if status == httpx.codes.OK:
        return None
    if status in EXPIRED:
        return DownloadExpired(f"{host} no longer has the media ({status}).")
    if status in {408, 425, 429} or status >= 500:
        return ProviderBusy(f"{host} answered {status}.", retry_after_of(response.headers, datetime.now(UTC)))
    return BadMedia(f"{host} answered {status} instead of media.")


class _Part:
    """A file on its way, under another name."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.bytes = 0
        self.digest = hashlib.sha256()
        self._held = bytearray()

    async def take(self, piece: bytes) -> None:
        """Keep a piece. BadMedia when the file begins as no media does."""
        self.bytes += len(piece)
        self._held += piece
        if len(self._held) >= PIECE:
            await asyncio.to_thread(self._write)

    async def finish(self) -> None:
        """Bring all of it to the disk."""
        await asyncio.to_thread(self._write)
        await asyncio.to_thread(os.fsync, self.file.fileno())

    def _write(self) -> None:
        if self.file.tell() == 0 and bytes(self._held[:64]).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(NO_MEDIA_BEGINS):
            raise BadMedia("A text was sent instead of media.")
        self.digest.update(self._held)
        self.file.write(self._held)
        self.file.flush()
        self._held.clear()


@asynccontextmanager
async def _part_of(target: Path) -> AsyncIterator[_Part]:
    """A file beside the target that takes its name if nothing fails, and is gone otherwise."""
    path = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    file = await asyncio.to_thread(path.open, "xb")
    try:
        with file:
            yield _Part(file)
        await asyncio.to_thread(path.replace, target)
    except BaseException:
        await asyncio.to_thread(path.unlink, missing_ok=True)
        raise
    await asyncio.to_thread(sync_folder, target.parent)
