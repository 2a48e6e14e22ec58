"""Bodies that take long to parse: none of them holds the loop on which everybody else is answered."""

import asyncio
import base64
import gc
import time
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from typing import TypeVar

import httpx
import pytest

from testing.servers import House, Studio, open_house, settings_for

Result = TypeVar("Result")
KEYS = 4_000_000
DOORS = {
    "/api/video/create": b"{%b}",
    "/api/video/tickets": b"{%b}",
    "/api/conversation/message": b"{%b}",
    "/video/invoke": b'{"input": {%b}}',
    "/video/batch": b'{"inputs": [{%b}]}',
}
HOLD_SECONDS = 0.1
"""Of processor time; the tests' own client works on the same loop."""


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(settings_for(database_url, tmp_path), Studio(tmp_path)) as house:
        assert (await post(house, "/video/batch", b"{}"))[0] == 422  # what is loaded by the first request is loaded
        gc.collect()
        gc.freeze()  # as the program does
        yield house
        gc.unfreeze()


async def holding(work: Awaitable[Result]) -> tuple[Result, float]:
    """What work gives, and for how long at a stretch it kept the loop busy: in processor seconds, which a busy machine has no part in."""
    longest = 0.0

    async def tick() -> None:
        nonlocal longest
        while True:
            before = time.thread_time()
            await asyncio.sleep(0.002)
            longest = max(longest, time.thread_time() - before)

    ticking = asyncio.create_task(tick())
    try:
        return await work, longest
    finally:
        ticking.cancel()


async def post(house: House, path: str, body: bytes, kind: str = "application/json") -> tuple[int, bytes, int]:
    """Send a body piece by piece until the server has answered: status, answer, and how much was sent."""
    url = httpx.URL(house.url)
    reader, writer = await asyncio.open_connection("127.0.0.1", url.port)
    writer.write(f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode())
    answering, sent = asyncio.create_task(reader.readuntil(b"\r\n\r\n")), 0
    try:
        while sent < len(body) and not answering.done():
            writer.write(body[sent : sent + 65_536])
            sent += 65_536
            await writer.drain()
        head = await asyncio.wait_for(answering, 30)
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        return int(head.split()[1]), await reader.readexactly(int(length.split(b":")[1])), sent
    finally:
        writer.transport.abort()


@pytest.mark.timeout(120)
async def test_millions_of_keys_are_refused_while_they_come_in(house: House) -> None:
    keys = b",".join(b'"k%d":1' % number for number in range(KEYS))
    for path, shape in DOORS.items():
        (status, answer, sent), held = await holding(post(house, path, shape % keys))
        assert held < HOLD_SECONDS
        assert status == 413, answer
        assert b"fields and values" in answer
        assert sent < 4 * 2**20


@pytest.mark.timeout(60)
async def test_what_is_under_the_limit_and_means_nothing_is_cheap_to_refuse(house: House) -> None:
    nested = b'{"inputs": [' + b",".join([b"[[]]"] * 45_000) + b"]}"
    strange = b'{"input": {' + b",".join(b'"k%d":1' % number for number in range(24_000)) + b"}}"
    for path, body in (("/video/batch", nested), ("/video/invoke", strange), ("/api/video/create", strange), ("/video/stream", strange)):
        (status, answer, _), held = await holding(post(house, path, body))
        assert status == 422, answer
        assert held < HOLD_SECONDS


@pytest.mark.timeout(60)
async def test_a_recording_of_many_megabytes_is_understood_beside_the_loop(house: House) -> None:
    recording = base64.b64encode(b"\x1aE\xdf\xa3" + bytes(45_000_000))
    for path, body in (
        ("/api/video/create", b'{"audio_data": "' + recording + b'"}'),
        ("/video/invoke", b'{"input": {"audio_data": "' + recording + b'"}}'),
    ):
        (status, answer, _), held = await holding(post(house, path, body))
        assert status in {200, 202}, answer
        assert held < HOLD_SECONDS


BOMBS = {
    "numbers of thousands of digits": b'{"seconds": [' + b",".join([b"9" * 4_000] * 12_000) + b"]}",
    "base64 with a space after each letter": b'{"audio_data": "' + b"Q " * (20 << 20) + b'"}',
}
LOCKED_SECONDS = 0.4


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", BOMBS)
async def test_no_body_keeps_pythons_lock_from_the_loop(name: str, house: House) -> None:
    """What another thread computes without letting go of the lock is time in which the loop stands still, though it computes nothing."""
    longest, body = 0.0, BOMBS[name]

    async def tick() -> None:
        nonlocal longest
        while True:
            before = time.process_time()
            await asyncio.sleep(0.002)
            longest = max(longest, time.process_time() - before)

    ticking = asyncio.create_task(tick())
    status, answer, _ = await post(house, "/api/video/create", body)
    ticking.cancel()
    assert status in {400, 415, 422}, answer
    assert longest < LOCKED_SECONDS
