"""The guard before all doors: turns away strange hosts, strange web pages and whoever has no key where keys are asked for."""

import ipaddress
import time
from collections import Counter
from urllib.parse import urlsplit

import psycopg
from starlette.datastructures import Headers, QueryParams
from starlette.types import ASGIApp, Receive, Scope, Send
from structlog.contextvars import bind_contextvars

from api.auth import Caller, Keyring
from api.cookies import is_from_own_page
from api.page import prefers_html
from api.problems import problem, request_id_of
from api.tickets import caller_with_ticket
from kiwi.access.keys import Keys
from kiwi.access.owners import UNLIMITED
from kiwi.errors import SetupIncomplete
from kiwi.settings import Settings
from kiwi.storage.database import open_database
from kiwi.work.line import ASKER

LOOPBACK = ("localhost", "127.0.0.1", "::1")
SHORTEST_KEY = 16
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
OPEN_PATHS = {"/api/health", "/readyz"}
"""What an operator's probes ask for, which hold no key; they tell nothing about films."""
PAGE_PATHS, SESSION = "/web/", "/api/session"
"""The page itself, which asks for a key, and what it asks first."""
MOST_GUESSES = 20
"""Wrong keys a minute from one address, after which wrong ones are told to wait; a right one always opens."""
GUESS_SECONDS = 60
NO_KEY = 401, "A key is needed: send it as Authorization: Bearer <key>."
NOT_OUR_PAGE = 403, "Origin: with a cookie this must come from the server's own page; other programs send a key."
AWAY = 503, "The database is away for a moment: try again."
WRONG_KEY = 401, "This key, or ticket, opens nothing here: it is wrong, or no longer good. Ask the operator for another."
TOO_MANY = "You have {most} requests open at once, which is the most (KIWI_OWNER_REQUESTS): close some, or try again later."
HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 429: {"Retry-After": str(GUESS_SECONDS)}}

Refused = tuple[int, str]


def listed(text: str) -> tuple[str, ...]:
    """The items of a setting that holds several."""
    return tuple(item.strip() for item in text.split(",") if item.strip())


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    return host in LOOPBACK or host.startswith("127.")


def check_keys(settings: Settings) -> None:
    """SetupIncomplete if a key could be guessed."""
    if any(len(key) < SHORTEST_KEY for key in listed(settings.api_keys.get_secret_value())):
        raise SetupIncomplete(f"A key in KIWI_API_KEYS is shorter than {SHORTEST_KEY} characters: make it longer.")


async def check_exposure(settings: Settings, host: str) -> None:
    """SetupIncomplete if serving on this address would let strangers in, because no key is asked for."""
    if is_loopback(host) or listed(settings.api_keys.get_secret_value()):
        return
    async with open_database(settings.database_url or None, settings.data_folder) as database:
        if not await Keys(database).ever():
            raise SetupIncomplete(
                f"Serving on {host} lets others in: set KIWI_API_KEYS or make a key with `kiwi keys create` first, or serve on 127.0.0.1."
            )


def proxies_of(settings: Settings) -> list[str]:
    """The proxies whose word about a client's address is believed; SetupIncomplete."""
    for name in listed(settings.proxies):
        try:
            ipaddress.ip_network(name)
        except ValueError as strange:
            raise SetupIncomplete(f"KIWI_PROXIES: {name!r} is no address and no network such as 10.0.0.0/8.") from strange
    return list(listed(settings.proxies))


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
    """Turns away who may not come in, before any door; whom it lets in is told by ``caller_of``."""

    def __init__(self, app: ASGIApp, settings: Settings, keyring: Keyring) -> None:
        self.app = app
        self.keyring = keyring
        self.guesses = Guesses()
        self.open: Counter[str] = Counter()
        """Requests of owners of keys that are being answered, streams among them."""
        self.most = settings.owner_requests
        self.origins = set(listed(settings.origins))
        self.hosts = set(listed(settings.hosts))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        try:
            if scope["path"] not in OPEN_PATHS:
                await self.keyring.look()
            refusal = self._strange(scope) or await self._unknown(scope)
        except psycopg.OperationalError:
            refusal = AWAY
        if refusal is None:
            refusal = await self._answer(scope, receive, send)
        if refusal is None:
            return
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": refusal[1]})
        else:
            status, detail = refusal
            await problem(status, detail, headers=HEADERS.get(status), request_id=request_id_of(scope))(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> Refused | None:
        """Let a request pass, unless its owner has too many: then nobody else would find room."""
        caller = scope.get("state", {}).get("caller")
        if caller is None or caller.owner in UNLIMITED:
            await self.app(scope, receive, send)
            return None
        if self.open[caller.owner] >= self.most:
            return 429, TOO_MANY.format(most=self.most)
        self.open[caller.owner] += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.open[caller.owner] -= 1
            if not self.open[caller.owner]:
                del self.open[caller.owner]
        return None

    def _strange(self, scope: Scope) -> Refused | None:
        """Why the name it was asked under, or the web page that asks, is none of ours."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        hosts = self.hosts or (set() if self.keyring.locks else set(LOOPBACK))
        if hosts and _name(host) not in hosts:
            return 400, "Host: this server does not answer to that name; its operator can add it to KIWI_HOSTS."
        origin = headers.get("origin")
        if origin is not None and _changes(scope) and origin not in self.origins and urlsplit(origin).netloc != host:
            return 403, "Origin: this web page may not use the server; its operator can add it to KIWI_ORIGINS."
        return None

    async def _unknown(self, scope: Scope) -> Refused | None:
        """Find out who is asking, and note it where ``caller_of`` looks; or why nobody may come in like this."""
        if scope["path"] in OPEN_PATHS or _asks_for_page(scope):
            return None
        headers = Headers(scope=scope)
        kind, _, key = headers.get("authorization", "").partition(" ")
        said = [one for one in (key.strip() if kind.lower() == "bearer" else "", headers.get("x-api-key", "")) if one]
        if _asks_who_is_in(scope):
            said = []  # of cookies alone, since no wrong key is counted there
        caller = await self.keyring.caller(said)
        if caller is None and not said:
            caller = await self.keyring.caller_of_session(scope)
            if caller is not None and _changes(scope) and not is_from_own_page(scope):
                return NOT_OUR_PAGE
        ticket = QueryParams(scope["query_string"]).get("ticket")
        if caller is None and ticket:
            caller = await caller_with_ticket(scope, ticket, self.keyring)
        if caller is not None:
            _let_in(scope, caller)
            return None
        if _asks_who_is_in(scope):
            return None
        return self._guessed(scope) if said or ticket else NO_KEY

    def _guessed(self, scope: Scope) -> Refused:
        host, now = (scope.get("client") or ("",))[0], time.time()
        if self.guesses.too_many(host, now):
            return 429, "Too many wrong keys came from this address: try again in a minute."
        self.guesses.count(host, now)
        return WRONG_KEY


def _changes(scope: Scope) -> bool:
    """Whether a request may change something; a WebSocket has to be held to be one, because its answers may be read by any page."""
    return scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS


def _asks_for_page(scope: Scope) -> bool:
    """Whether somebody asks for the page, which asks for a key itself."""
    if scope["type"] != "http" or scope["method"] not in SAFE_METHODS:
        return False
    path = str(scope["path"])
    return path.startswith(PAGE_PATHS) or (path == "/" and prefers_html(Headers(scope=scope).get("accept", "")))


def _asks_who_is_in(scope: Scope) -> bool:
    return bool(scope["type"] == "http" and scope["method"] == "GET" and scope["path"] == SESSION)


def _let_in(scope: Scope, caller: Caller) -> None:
    scope.setdefault("state", {})["caller"] = caller
    ASKER.set(caller.owner)
    bind_contextvars(owner=caller.owner, **({"key": caller.key} if caller.key else {}))


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
