"""Who may come in: keys, tickets for browsers, web pages by their origin, and the names the server answers to."""

import hashlib
import hmac
import ipaddress
import secrets
import time
from collections import Counter
from collections.abc import Iterable
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Request, Response
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from api.briefs import read_object
from api.problems import Refusal, problem, request_id_of
from kiwi.errors import SetupIncomplete
from kiwi.settings import Settings

LOOPBACK = ("localhost", "127.0.0.1", "::1")
SHORTEST_KEY = 16
TICKET_SECONDS = 60
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
OPEN_PATHS = {"/api/health", "/readyz"}
"""What an operator's probes ask for, which hold no key; they tell nothing about films."""
MOST_TICKET_IDS = 50
MOST_GUESSES = 20
"""Wrong keys a minute from one address, after which nobody there is let in until the minute is over: a right guess must not show."""
GUESS_SECONDS = 60

router = APIRouter(prefix="/api/video", tags=["events"])


def listed(text: str) -> tuple[str, ...]:
    """The items of a setting that holds several."""
    return tuple(item.strip() for item in text.split(",") if item.strip())


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    return host in LOOPBACK or host.startswith("127.")


def check_exposure(settings: Settings, host: str) -> None:
    """SetupIncomplete if serving on this address would let strangers in, or if a key could be guessed."""
    keys = listed(settings.api_keys.get_secret_value())
    if not is_loopback(host) and not keys:
        raise SetupIncomplete(f"Serving on {host} lets others in: set KIWI_API_KEYS first, or serve on 127.0.0.1.")
    if any(len(key) < SHORTEST_KEY for key in keys):
        raise SetupIncomplete(f"A key in KIWI_API_KEYS is shorter than {SHORTEST_KEY} characters: make it longer.")


class Keys:
    """The keys that open the doors, and tickets made from them: good for a minute, for one stream, for named tasks."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._digests = [hashlib.sha256(key.encode()).digest() for key in keys]
        # every server with the same keys honours the same tickets
        self._secret = hashlib.sha256(b"ticket" + b"".join(sorted(self._digests))).digest() if self._digests else secrets.token_bytes(32)
        self._spent: dict[str, float] = {}

    def __bool__(self) -> bool:
        return bool(self._digests)

    def known(self, key: str) -> bool:
        """Whether a client's key is one of ours, in the same time whichever it is."""
        digest = hashlib.sha256(key.encode()).digest()
        return sum(hmac.compare_digest(digest, known) for known in self._digests) > 0

    def ticket(self, task_ids: Iterable[str], now: float) -> str:
        """A ticket for the streams of these tasks."""
        start = f"{int(now) + TICKET_SECONDS}.{secrets.token_urlsafe(12)}"
        return f"{start}.{self._sign(start, task_ids)}"

    def spend(self, ticket: str, task_ids: Iterable[str], now: float) -> bool:
        """Whether a ticket is good for these tasks; it is not a second time."""
        start, _, signature = ticket.rpartition(".")
        if not start or not hmac.compare_digest(signature.encode(), self._sign(start, task_ids).encode()):
            return False
        ends = float(start.partition(".")[0])
        self._spent = {old: until for old, until in self._spent.items() if until > now}
        if ends <= now or start in self._spent:
            return False
        self._spent[start] = ends
        return True

    def _sign(self, start: str, task_ids: Iterable[str]) -> str:
        return hmac.new(self._secret, f"{start} {','.join(sorted(set(task_ids)))}".encode(), hashlib.sha256).hexdigest()


class Guesses:
    """Wrong keys of the minute, by where they came from."""

    def __init__(self) -> None:
        self._minute = 0.0
        self._wrong: Counter[str] = Counter()

    def count(self, host: str, now: float) -> None:
        """One more from a host."""
        if now // GUESS_SECONDS != self._minute:
            self._minute = now // GUESS_SECONDS
            self._wrong.clear()
        self._wrong[_network(host)] += 1

    def too_many(self, host: str, now: float) -> bool:
        """Whether a host has no more for this minute."""
        return now // GUESS_SECONDS == self._minute and self._wrong[_network(host)] >= MOST_GUESSES


class Guard:
    """Turns away strange hosts, strange web pages, and whoever has no key where keys are set."""

    def __init__(self, app: ASGIApp, settings: Settings, keys: Keys) -> None:
        self.app = app
        self.keys = keys
        self.guesses = Guesses()
        self.origins = set(listed(settings.origins))
        self.hosts = set(listed(settings.hosts)) or (set() if keys else set(LOOPBACK))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] not in {"http", "websocket"} or (refusal := self._refusal(scope)) is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": refusal[1]})
        else:
            status, detail = refusal
            told = {401: {"WWW-Authenticate": "Bearer"}, 429: {"Retry-After": str(GUESS_SECONDS)}}
            await problem(status, detail, headers=told.get(status), request_id=request_id_of(scope))(scope, receive, send)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self.hosts and _name(host) not in self.hosts:
            return 400, "Host: this server does not answer to that name; its operator can add it to KIWI_HOSTS."
        origin = headers.get("origin")
        unsafe = scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS
        if origin is not None and unsafe and origin not in self.origins and urlsplit(origin).netloc != host:
            return 403, "Origin: this web page may not use the server; its operator can add it to KIWI_ORIGINS."
        return self._shut(scope, headers) if self.keys and scope["path"] not in OPEN_PATHS else None

    def _shut(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        kind, _, key = headers.get("authorization", "").partition(" ")
        said = [one for one in (key.strip() if kind.lower() == "bearer" else "", headers.get("x-api-key", "")) if one]
        host, now = (scope.get("client") or ("",))[0], time.time()
        if said and self.guesses.too_many(host, now):
            return 429, "Too many wrong keys came from this address: try again in a minute."
        query = parse_qs(scope["query_string"].decode("latin-1"))
        if any(map(self.keys.known, said)) or (
            "ticket" in query and self.keys.spend(query["ticket"][0], _watched(scope["path"], query), now)
        ):
            return None
        if said:
            self.guesses.count(host, now)
        return 401, "A key is needed: send it as Authorization: Bearer <key>."


def _network(host: str) -> str:
    """An address as one client has it: of IPv6 it has a whole network."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address) or address.ipv4_mapped:
        return host
    return str(ipaddress.ip_network((address, 64), strict=False))


def _name(host: str) -> str:
    """A Host header without its port."""
    return host[1 : host.find("]")] if host.startswith("[") else host.partition(":")[0].lower()


def _watched(path: str, query: dict[str, list[str]]) -> list[str]:
    """The tasks whose stream a request opens."""
    if path == "/api/video/events":
        return [name for name in query.get("ids", [""])[0].split(",") if name]
    for start in ("/ws/", "/api/video/events/"):
        if path.startswith(start):
            return [path.removeprefix(start)]
    return []


def keys_of(request: Request) -> Keys:
    """The keys of the app that a request came to."""
    keys = request.app.state.keys
    assert isinstance(keys, Keys)
    return keys


@router.post("/tickets", status_code=201)
async def ticket(request: Request) -> Response:
    """A ticket for a browser, which can send no key with a WebSocket or an EventSource: ``?ticket=…``, once, within a minute."""
    ids = (await read_object(request, ("task_ids",))).get("task_ids")
    if not isinstance(ids, list) or not 1 <= len(ids) <= MOST_TICKET_IDS or not all(isinstance(one, str) for one in ids):
        raise Refusal(422, f"Send a list of 1 to {MOST_TICKET_IDS} task ids.", field="task_ids")
    answer = {"ticket": keys_of(request).ticket(ids, time.time()), "expires_in": TICKET_SECONDS}
    return JSONResponse(answer, 201, {"Cache-Control": "no-store"})
