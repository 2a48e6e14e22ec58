"""A fuzzer of our own for what OpenAPI does not describe: LangServe, sockets and streams, files in ranges, odd headers and odd bytes.

Requests are written onto the socket as they are, because a client library would mend or refuse most of them.
"""

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote, urlsplit

from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, InvalidStatus, WebSocketException

ANSWER_SECONDS = 60.0
"""Whoever has not been answered by then has found something."""
STREAM_SECONDS = 0.05
MOST_READ = 64 * 1024
BROKEN = 1011
"""How a WebSocket is closed by a server that broke down."""

TEXTS = (
    *("", " ", "\0", "\ud800", "\udfff\ud800", "a" * 300, "b" * 5_000, "../../etc/passwd", "%00", "..%2f", "null", "true", "0", "-1"),
    *(
        "💥",
        "\u202egnp",
        "é" * 300,
        "\r\n\r\n",
        "${jndi}",
        "{{7*7}}",
        "' or 1=1 --",
        "data:audio/webm;base64,",
        "data:,",
        "GkXfo59ChoEB",
        "=",
    ),
    *("00000000-0000-0000-0000-000000000000", "1" * 5_000, "1e400", "NaN", ",", "a:1,b:2", "bytes=0-", "*", '"x"', "wait=1", "text/html"),
)
NUMBERS = (
    *("0", "-1", "1.5", "1e400", "-1e400", "NaN", "Infinity", "0.1e-400"),
    *("1" + "0" * 400, "9" * 5_000, "2147483648", "9223372036854775808"),
)
FILM = {"text_input": "tea", "seconds": 10, "size": "1920x1080", "fps": 30, "theme": "", "camera": "", "strict": False, "budget": 0}
CALL = {"input": FILM, "config": {"configurable": {"thread_id": ""}, "tags": ["a"], "metadata": {"a": 1}}, "kwargs": {}}
NAMES = {f"{which}_{what}": ["film"] for which in ("include", "exclude") for what in ("names", "types", "tags")}
BODIES: dict[str, Any] = {
    "/video/invoke": CALL,
    "/video/batch": {**CALL, "inputs": [FILM, FILM], "config": [{}, {"configurable": {"thread_id": ""}}]},
    "/video/stream": CALL,
    "/video/stream_log": {**CALL, **NAMES, "diff": True},
    "/video/stream_events": {**CALL, **NAMES, "version": "v2"},
    "/api/video/create": {**FILM, "audio_data": "data:audio/webm;base64,GkXfo59ChoEB", "aspect": "16:9", "review": False},
    "/api/video/estimate": FILM,
    "/api/video/tickets": {"task_ids": ["ID"]},
    "/api/video/task/ID/review": {
        "approve": True,
        "revision": 1,
        "order": False,
        "scenes": [{"scene_number": 1, "description": "Other.", "title": "Tea", "card": "quote", "prompt": "A cup.", "remove": False}],
    },
    "/api/video/task/ID/scenes/1/retake": {"text": "Other.", "picture": True},
    "/api/video/task/ID/variant": {"aspect": "9:16", "size": "1080x1920", "seconds": 12, "theme": "paper"},
    "/api/video/task/ID/cancel": {},
    "/api/video/task/ID/retry": {},
    "/api/conversation/message": {"conversation_id": "TALK", "message": "calm", "audio_data": "", "confirm_generate": False},
    "/api/conversation/TALK/generate": {},
}
READS = (
    *("/video/playground/ODD", "/video/playground/index.html", "/video/playground/assets", "/video/input_schema", "/video/c/ODD/invoke"),
    *("/api/video/file/ID.mp4", "/api/video/file/ODD", "/api/video/file/ODD.mp4", "/api/video/file/ID.json", "/api/video/status/ODD"),
    *("/api/video/events/ID?after=ODD", "/api/video/events/ODD", "/api/video/events?ids=ID,ODD&after=ODD", "/api/video/events?ids=ODD"),
    *("/api/video/tasks?limit=ODD&cursor=ODD&status=ODD", "/api/video/tasks?cursor=ODD", "/api/conversation/ODD", "/metrics", "/readyz"),
    *("/api/video/task/ID/scenes/1/still.jpg", "/api/video/task/ID/scenes/ODD/still.jpg", "/api/video/file/ID.vODD.mp4"),
    *("/api/video/task/ID/storyboard", "/api/video/task/ODD/storyboard", "/api/video/file/ID.v1.mp4"),
    *("/api/video/events/ID?ticket=ODD", "/docs/ODD", "/ODD", "/docs", "/", "/openapi.json", "/api/health"),
)
SOCKETS = ("/ws/ID", "/ws/ODD", "/ws/ID?after=ODD", "/ws/ID?ticket=ODD", "/ws/ID?after=0")
HEADERS = (
    *("Idempotency-Key", "Prefer", "Range", "If-Range", "If-None-Match", "If-Match", "Last-Event-ID", "Accept", "Accept-Encoding"),
    *("X-Request-ID", "X-API-Key", "Authorization", "Cookie", "Origin", "Content-Type", "Content-Encoding", "X-Forwarded-For", "Expect"),
)
RANGES = (
    *("bytes=0-0", "bytes=-1", "bytes=9-1", "bytes=0-0,1-1", "bytes=" + ",".join(["0-1"] * 300), "bytes=0-" + "9" * 5_000),
    *("bytes=-0", "x=1-2"),
)
TYPES = (
    *("application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=b", "multipart/form-data; boundary="),
    *("multipart/form-data; boundary=b; charset=odd", "/;;="),
)


@dataclass(frozen=True)
class Case:
    """One thing that is sent."""

    method: str
    """GET …, or WS."""
    path: str
    headers: tuple[tuple[str, bytes], ...] = ()
    content: bytes = b""
    said: tuple[str | bytes, ...] = ()
    """Of a WebSocket."""

    def __str__(self) -> str:
        headers = " ".join(f"{name}: {value[:80]!r}" for name, value in self.headers)
        return f"{self.method} {self.path[:200]} {headers} {self.content[:400]!r} {[one[:40] for one in self.said]}"


@dataclass
class Found:
    """What came of it."""

    statuses: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    @property
    def cases(self) -> int:
        return self.statuses.total()


class Fuzzer:
    """Makes cases, the same ones for the same seed, about a film and a conversation that exist."""

    def __init__(self, seed: int, film: str, talk: str) -> None:
        self.random = Random(seed)
        self.names = {"ID": film, "TALK": talk}

    def cases(self) -> Iterator[Case]:
        """Without end."""
        makers: tuple[Callable[[], Case], ...] = (self._posted, self._posted, self._posted, self._read, self._read, self._socket)
        while True:
            yield self.random.choice(makers)()

    def _posted(self) -> Case:
        path = self.random.choice([*BODIES])
        content = self._bytes(self._text(self._changed(BODIES[path])).encode())
        headers = (("Content-Type", b"application/json"), *self._headers())
        if self.random.random() < 0.1:
            kind = self.random.choice(TYPES)
            content = self._form() if "form" in kind else content
            headers = (("Content-Type", kind.encode()), *self._headers())
        method = "POST" if self.random.random() < 0.97 else self.random.choice(("PUT", "DELETE", "HEAD", "OPTIONS", "BREW"))
        return Case(method, self._path(path), headers, content)

    def _read(self) -> Case:
        method = "GET" if self.random.random() < 0.9 else self.random.choice(("HEAD", "OPTIONS", "DELETE", "POST"))
        return Case(method, self._path(self.random.choice(READS)), self._headers())

    def _socket(self) -> Case:
        said: list[str | bytes] = []
        for _ in range(self.random.randrange(4)):
            text = self._odd()
            said.append(self.random.choice((text, text.encode("utf-8", "replace"), "ping", "pong", "x" * 5_000)))
        said = ["ping"] * 60 if self.random.random() < 0.05 else said
        return Case("WS", self._path(self.random.choice(SOCKETS)), (), said=tuple(said))

    def _path(self, path: str) -> str:
        for name, known in self.names.items():
            path = path.replace(name, known)
        while "ODD" in path:
            odd = quote(self._odd()[:2_000].encode("utf-8", "surrogatepass"), safe=self.random.choice(("", "/.", "/.,:=&?")))
            path = path.replace("ODD", odd, 1)
        return path

    def _headers(self) -> tuple[tuple[str, bytes], ...]:
        chosen = []
        for _ in range(self.random.choice((0, 0, 1, 2))):
            name = self.random.choice(HEADERS)
            value = self.random.choice(RANGES) if name == "Range" else self._odd()
            plain = value.encode("utf-8", "replace").translate(None, b"\r\n\0")
            chosen.append((name, plain))
        return tuple(chosen)

    def _odd(self) -> str:
        return self.random.choice((*TEXTS, *self.names.values()))

    def _form(self) -> bytes:
        parts = []
        for _ in range(self.random.randrange(4)):
            name, file = self.random.choice((*FILM, "audio", "ODD")), self.random.choice(("", '; filename="a.webm"', '; filename="\0"'))
            parts.append(f'--b\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n{self._odd()}\r\n')
        return self._bytes(("".join(parts) + "--b--\r\n").encode("utf-8", "replace"))

    def _changed(self, value: Any) -> Any:
        """The value with a few places made odd."""
        changed = json.loads(json.dumps(value))
        for name, known in self.names.items():
            changed = json.loads(json.dumps(changed).replace(f'"{name}"', f'"{known}"'))
        for _ in range(self.random.choice((0, 1, 1, 1, 2, 3))):
            changed = self._change(changed)
        return changed

    def _change(self, value: Any) -> Any:
        if isinstance(value, dict) and value and self.random.random() < 0.85:
            name = self.random.choice([*value])
            match self.random.randrange(8):
                case 0:
                    return {kept: content for kept, content in value.items() if kept != name}
                case 1:
                    return {**value, self._odd(): self._strange()}
                case _:
                    return {**value, name: self._change(value[name])}
        if isinstance(value, list) and value and self.random.random() < 0.7:
            place = self.random.randrange(len(value))
            return [*value[:place], self._change(value[place]), *value[place + 1 :]] * self.random.choice((1, 1, 1, 9))
        return self._strange()

    def _strange(self) -> Any:
        deep: Any = []
        for _ in range(self.random.choice((3, 90, 400))):
            deep = [deep]
        number = f"\x01{self.random.choice(NUMBERS)}\x01"
        kinds: tuple[Any, ...] = (
            None,
            True,
            False,
            [],
            {},
            [[]],
            {"": ""},
            [None],
            deep,
            number,
            number,
            self._odd(),
            self._odd(),
            self._odd(),
            {self._odd(): 1},
        )
        return self.random.choice(kinds)

    def _text(self, value: Any) -> str:
        """JSON, with the numbers that Python would not write."""
        return json.dumps(value).replace('"\\u0001', "").replace('\\u0001"', "")

    def _bytes(self, content: bytes) -> bytes:
        """The bytes, now and then spoiled."""
        match self.random.randrange(20):
            case 0:
                return content[: self.random.randrange(len(content) + 1)]
            case 1 if content:
                place = self.random.randrange(len(content))
                return content[:place] + self.random.randbytes(1) + content[place + 1 :]
            case 2:
                return self.random.choice((b"", b"null", b"[]", b'"x"', b"\xff\xfe", b"[" * 50_000, b'{"a":' * 3_000, b"\xef\xbb\xbf{}"))
        return content


async def fuzz(url: str, fuzzer: Fuzzer, cases: int, pool: int = 6, headers: dict[str, str] | None = None) -> Found:
    """Send so many cases, a few at once, and tell what broke."""
    found, queue = Found(), iter(fuzzer.cases())
    known = tuple((name, value.encode()) for name, value in (headers or {}).items())

    async def work(times: int) -> None:
        for _ in range(times):
            case = next(queue)
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    told = await (_listen(url, case, headers or {}) if case.method == "WS" else _ask(url, case, known))
            except TimeoutError:
                told = "silent"
            found.statuses[told] += 1
            if told == "silent" or told.startswith("5") or told == str(BROKEN):
                found.broken.append(f"{told}: {case}")

    async with asyncio.TaskGroup() as all_hands:
        for hand in range(pool):
            all_hands.create_task(work(cases // pool + (hand < cases % pool)))
    return found


async def _ask(url: str, case: Case, known: tuple[tuple[str, bytes], ...]) -> str:
    """Send a case; the status it is answered with, or that of an error within a stream; empty: hung up on."""
    place = urlsplit(url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    try:
        lines = [f"{case.method} {case.path} HTTP/1.1".encode(), f"Host: {place.netloc}".encode(), b"Connection: close"]
        lines += [name.encode() + b": " + value for name, value in (*known, *case.headers)]
        if case.content or case.method in {"POST", "PUT"}:
            lines.append(f"Content-Length: {len(case.content)}".encode())
        with contextlib.suppress(ConnectionError):
            writer.write(b"\r\n".join(lines) + b"\r\n\r\n" + case.content)
            await writer.drain()
        with contextlib.suppress(ConnectionError):
            status = (await reader.readline()).split(b" ")[1:2]
            streaming = case.path.startswith(("/video/stream", "/api/video/events"))
            body = await _rest(reader, ANSWER_SECONDS if case.method == "POST" else STREAM_SECONDS) if streaming else b""
            return "500" if b'"status_code": 500' in body else b"".join(status).decode()
        return ""
    finally:
        writer.transport.abort()


async def _rest(reader: asyncio.StreamReader, seconds: float) -> bytes:
    body = b""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while len(body) < MOST_READ and (part := await reader.read(MOST_READ)):
                body += part
    return body


async def _listen(url: str, case: Case, headers: dict[str, str]) -> str:
    """Open a WebSocket and talk; the status of its refusal, or the code that it was closed with, if it was."""
    try:
        async with connect(url.replace("http", "ws", 1) + case.path, additional_headers=headers, open_timeout=ANSWER_SECONDS) as socket:
            with contextlib.suppress(WebSocketException, TimeoutError):
                for said in case.said:
                    await socket.send(said.encode("utf-8", "replace").decode() if isinstance(said, str) else said)
                async with asyncio.timeout(STREAM_SECONDS):
                    async for _ in socket:
                        pass
        return str(socket.close_code or "")
    except InvalidStatus as refusal:
        return str(refusal.response.status_code)
    except (InvalidHandshake, ConnectionError, EOFError):
        return ""
