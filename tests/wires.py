"""Servers written by hand, byte by byte, for what no well-behaved server does."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Act = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Wire:
    """A server on this machine: ``answers`` maps paths to raw bytes, after which the line is closed, or to what is done instead."""

    answers: Mapping[str, bytes | Act] = field(repr=False)
    greeting: bytes = b""
    """Sent before anything was asked, after which the line is closed."""
    port: int = 0
    connections: int = 0
    requests: list[bytes] = field(default_factory=list, repr=False)
    """Heads as they came."""

    def url(self, path: str = "", host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            if self.greeting:
                writer.write(self.greeting)
                return
            head = await reader.readuntil(b"\r\n\r\n")
            self.requests.append(head)
            answer = self.answers[head.split(b" ", 2)[1].decode().partition("?")[0]]
            if isinstance(answer, bytes):
                writer.write(answer)
                await writer.drain()
            else:
                await answer(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def a_wire(
    answers: Mapping[str, bytes | Act] | None = None, *, tls: ssl.SSLContext | None = None, greeting: bytes = b""
) -> AsyncIterator[Wire]:
    wire = Wire(answers or {}, greeting)
    talks: set[asyncio.Task[None]] = set()

    def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(wire._serve(reader, writer))
        talks.add(task)
        task.add_done_callback(talks.discard)

    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=tls)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
        for task in list(talks):
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


def http(body: bytes = b"", status: int = 200, kind: str = "application/json", **headers: str) -> bytes:
    """A well-formed answer; a header given as None-like "" is left out."""
    lines = {"Content-Type": kind, "Content-Length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return f"HTTP/1.1 {status} Said\r\n{head}\r\n".encode() + body
