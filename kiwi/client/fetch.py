"""Fetching a file: resumed where it was cut, checked, and in its place only when it is whole."""

import asyncio
import hashlib
import os
from pathlib import Path
from typing import BinaryIO, Protocol

import httpx

from kiwi.client.wire import Damaged, Refused, refusal


class Pauses(Protocol):
    """How to wait between tries."""

    def met(self) -> None:
        """The server answered."""

    async def pause(self, why: object, least: float = 0.0) -> None:
        """Wait, or give up."""


class Fetch:
    """One file on its way; what is there already of a film with a known sha256 is not fetched again."""

    def __init__(self, http: httpx.AsyncClient, address: str, target: Path, digest: str, pauses: Pauses) -> None:
        self.http = http
        self.address = address
        self.target = target
        self.digest = digest
        self.pauses = pauses
        self.etag = ""
        self.part = target.with_name(f".{target.name}.{digest[:16]}.part")

    async def run(self) -> None:
        """Fetch, check, put in place. Damaged; Refused; Unreachable; OSError."""
        if not self.digest:
            await asyncio.to_thread(self.part.unlink, True)
        resumed = await asyncio.to_thread(self._there) > 0
        await self._fetch()
        if not await asyncio.to_thread(self._right):
            await asyncio.to_thread(self.part.unlink)
            if not resumed:
                raise Damaged(f"{self.target.name} came with other bytes than the server promised: fetch it again.")
            await self._fetch()
            if not await asyncio.to_thread(self._right):
                await asyncio.to_thread(self.part.unlink)
                raise Damaged(f"{self.target.name} came with other bytes than the server promised: fetch it again.")
        await asyncio.to_thread(self._publish)

    async def _fetch(self) -> None:
        while True:
            try:
                await self._go_on()
                return
            except httpx.TransportError as cut:
                await self.pauses.pause(repr(cut))
            except Refused as refused:
                if refused.status != httpx.codes.SERVICE_UNAVAILABLE:
                    raise
                await self.pauses.pause(refused, least=refused.retry_after or 0.0)

    async def _go_on(self) -> None:
        """One request for what is still missing."""
        there = await asyncio.to_thread(self._there)
        headers = {"Accept-Encoding": "identity"}
        if there:
            headers["Range"] = f"bytes={there}-"
            if self.etag:
                headers["If-Range"] = self.etag
        async with self.http.stream("GET", self.address, headers=headers) as answer:
            if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE and there:
                return  # all of it is there, or too much: the digest tells
            if answer.status_code not in {httpx.codes.OK, httpx.codes.PARTIAL_CONTENT}:
                raise refusal(answer.status_code, await answer.aread(), answer.headers.get("retry-after"))
            self.etag = answer.headers.get("etag", "")
            mode = "ab" if answer.status_code == httpx.codes.PARTIAL_CONTENT else "wb"
            with await asyncio.to_thread(self._open, mode) as part:
                # written as they come: what is held back to fill a piece would be lost with the line
                async for piece in answer.aiter_bytes():
                    self.pauses.met()
                    await asyncio.to_thread(part.write, piece)

    def _open(self, mode: str) -> BinaryIO:
        self.part.parent.mkdir(parents=True, exist_ok=True)
        return open(self.part, mode)  # type: ignore[return-value]

    def _there(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0

    def _right(self) -> bool:
        if not self.digest:
            return True
        with self.part.open("rb") as part:
            return hashlib.file_digest(part, "sha256").hexdigest() == self.digest

    def _publish(self) -> None:
        with self.part.open("rb") as part:
            os.fsync(part.fileno())
        os.replace(self.part, self.target)
