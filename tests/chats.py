"""A chat model's provider on loopback: it says what it was told to say and keeps what it was asked."""

import contextlib
import json
import re
import select
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

from kiwi.providers.chat.model import Chat
from kiwi.providers.chat.opening import open_chat
from kiwi.settings import Settings
from kiwi.storage.assets import AssetStore
from kiwi.work.processes import ChildPool
from kiwi.work.production import Production
from kiwi.work.workshop import Workshop
from tests.buyers import FakeBuyer, FakePurchaseStore
from tests.clocks import SteppedClock

KEY = "gemini-key-of-a-test"


@dataclass
class Answer:
    """One reply of the server."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False
    """The request is taken, and no answer ever comes, or none after the pieces."""
    pieces: tuple[bytes, ...] = ()
    """The body, if it comes bit by bit, with so many seconds before each."""
    pause: float = 0.0


def says(reply: object, *, ends: str = "STOP", read: int = 1_000, wrote: int = 200, thought: int = 100) -> Answer:
    """Gemini answers; what is no text is JSON."""
    text = reply if isinstance(reply, str) else json.dumps(reply)
    candidate = {"content": {"parts": [{"text": text}], "role": "model"}, "finishReason": ends, "index": 0}
    usage = {
        "promptTokenCount": read,
        "candidatesTokenCount": wrote,
        "thoughtsTokenCount": thought,
        "totalTokenCount": read + wrote + thought,
    }
    return events({"candidates": [candidate], "usageMetadata": usage, "modelVersion": "gemini-3.8-flash"})


def events(*bodies: object) -> Answer:
    """Server-sent events, one a body; what is no text is JSON."""
    texts = (body if isinstance(body, str) else json.dumps(body) for body in bodies)
    return Answer("".join(f"data: {text}\r\n\r\n" for text in texts).encode(), headers={"content-type": "text/event-stream"})


def openai_says(text: str, *, ends: str = "stop", refusal: str | None = None, cached: int = 0, pause: float = 0.0) -> Answer:
    """A server that talks as OpenAI's does, a word a piece."""
    words = [piece for piece in re.split(r"(?<= )", text) if piece]
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": "", "refusal": refusal}, *({"content": word} for word in words), {}]
    usage = {"prompt_tokens": 90, "completion_tokens": 10, "total_tokens": 100, "prompt_tokens_details": {"cached_tokens": cached}}
    base = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "gpt-x"}
    chunks = [
        base | {"choices": [{"index": 0, "delta": delta, "finish_reason": ends if place == len(deltas) else None}]}
        for place, delta in enumerate(deltas, start=1)
    ]
    pieces = [events(chunk).body for chunk in (*chunks, base | {"choices": [], "usage": usage}, "[DONE]")]
    return Answer(b"", headers={"content-type": "text/event-stream"}, pieces=tuple(pieces), pause=pause)


def openai_fails(status: int, code: str, **headers: str) -> Answer:
    """The errors of a server that talks as OpenAI's does."""
    error = {"message": f"no: {code}", "type": code, "code": code, "param": None}
    return Answer(json.dumps({"error": error}).encode(), status, headers)


def blocks(reason: str) -> Answer:
    """Gemini will not read the prompt."""
    usage = {"promptTokenCount": 1_000, "totalTokenCount": 1_000}
    return events({"promptFeedback": {"blockReason": reason}, "usageMetadata": usage})


def fails(status: int, message: str = "no", *details: dict[str, Any], headers: dict[str, str] | None = None) -> Answer:
    """Gemini's errors."""
    error = {"code": status, "message": message, "status": "FAILED", "details": list(details)}
    return Answer(json.dumps({"error": error}).encode(), status, headers or {})


@dataclass
class ChatServer:
    """What was asked, and what will be said; the last answer is said again and again."""

    answers: list[Answer] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    url: str = ""
    released: threading.Event = field(default_factory=threading.Event)
    talking: int = 0
    """How many are being answered at this moment."""
    hung_up: threading.Event = field(default_factory=threading.Event)
    """Somebody went away before an answer's end."""

    def say(self, *answers: Answer) -> None:
        self.answers += answers

    def prompt(self, number: int = 0) -> str:
        """All that a Gemini request says, instructions first."""
        request = self.requests[number]
        parts = [request["systemInstruction"], *request["contents"]]
        return "\n".join(part["text"] for one in parts for part in one["parts"] if "text" in part)

    def next(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class Handler(BaseHTTPRequestHandler):
    """Answers for a ChatServer, which sub-classes name."""

    protocol_version = "HTTP/1.1"
    chat: ClassVar[ChatServer]

    def do_POST(self) -> None:
        self.chat.requests.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.chat.paths.append(self.path)
        self.chat.keys.append(self.headers.get("x-goog-api-key", ""))
        answer = self.chat.next()
        if answer.hangs and not answer.pieces:
            self.chat.released.wait(30)
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in {"content-type": "application/json", **answer.headers}.items():
            self.send_header(name, value)
        if answer.pieces:
            self.close_connection = True
            self.end_headers()
            self.talk(answer)
            return
        self.send_header("content-length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def talk(self, answer: Answer) -> None:
        """Send an answer bit by bit, and notice when nobody listens any more."""
        self.chat.talking += 1
        try:
            for piece in answer.pieces:
                if answer.pause and (self.is_alone(answer.pause) or self.chat.released.is_set()):
                    return
                self.wfile.write(piece)
                self.wfile.flush()
            while answer.hangs and not self.chat.released.is_set() and not self.is_alone(0.05):
                pass
        except ConnectionError:
            self.chat.hung_up.set()
        finally:
            self.chat.talking -= 1

    def is_alone(self, seconds: float) -> bool:
        """Wait so long for the other side to hang up."""
        readable, _, _ = select.select([self.connection], [], [], seconds)
        if readable and not self.connection.recv(1, socket.MSG_PEEK):
            self.chat.hung_up.set()
            return True
        return False

    def log_message(self, *args: object) -> None:
        pass


@contextlib.contextmanager
def running_chat_server(*answers: Answer) -> Iterator[ChatServer]:
    server = ChatServer(list(answers))
    with ThreadingHTTPServer(("127.0.0.1", 0), type("ChatHandler", (Handler,), {"chat": server})) as http:
        server.url = f"http://127.0.0.1:{http.server_port}"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.released.set()
            http.shutdown()
            thread.join()


def chat_settings(url: str, **more: Any) -> Settings:
    return Settings(gemini_key=KEY, gemini_base_url=url, _env_file=None, **more)


@dataclass
class Studio:
    """A film's production around a chat model."""

    server: ChatServer
    chat: Chat
    production: Production
    buyer: FakeBuyer
    clock: SteppedClock


@contextlib.asynccontextmanager
async def open_studio(folder: Path, *answers: Answer, pool: ChildPool | None = None, seconds: float = 20.0) -> AsyncIterator[Studio]:
    """Gemini as a chat model, on loopback, which may be silent for so many seconds; nobody works unless ``hands`` are given."""
    with running_chat_server(*answers) as server:
        async with _studio(folder, server, chat_settings(server.url), seconds, pool) as studio:
            yield studio


@contextlib.asynccontextmanager
async def open_own_studio(folder: Path, *answers: Answer, seconds: float = 20.0) -> AsyncIterator[Studio]:
    """The same around a model of the client's own."""
    with running_chat_server(*answers) as server:
        settings = chat_settings("http://127.0.0.1:9", chat_model="openai:qwen", chat_url=f"{server.url}/v1")
        async with _studio(folder, server, settings, seconds) as studio:
            yield studio


@contextlib.asynccontextmanager
async def _studio(
    folder: Path, server: ChatServer, settings: Settings, seconds: float, pool: ChildPool | None = None
) -> AsyncIterator[Studio]:
    clock = SteppedClock()
    buyer = FakeBuyer(clock, store=FakePurchaseStore(clock))
    workshop = Workshop(pool or ChildPool(0, folder), AssetStore(folder / "store"))
    async with open_chat(settings, silence_seconds=seconds) as chat:
        assert chat is not None
        yield Studio(server, chat, Production("film", buyer, workshop, clock), buyer, clock)


def restarted(studio: Studio, folder: Path) -> Production:
    """The same film after a crash: the books and the store are what is left."""
    buyer = FakeBuyer(studio.clock, store=studio.buyer.store)
    return Production("film", buyer, Workshop(ChildPool(0, folder), AssetStore(folder / "store")), studio.clock)
