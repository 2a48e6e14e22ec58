"""The network: the only maker of HTTP clients; a provider is asked through a door that knows what was sent and hides its keys."""

import asyncio
import functools
import ipaddress
import json
import re
import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, NoReturn

import httpx

from kiwi.clock import Clock, SystemClock
from kiwi.errors import (
    KeyRejected,
    OutcomeUnknown,
    OutOfCredits,
    ProviderBusy,
    ProviderError,
    ProviderUnreachable,
    RequestRejected,
    SetupIncomplete,
)
from kiwi.net.redaction import Redaction

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 60.0
MOST_ANSWER_BYTES = 64 * 2**20
MOST_SENT_BYTES = 128 * 2**20
"""Taken of an answer by whoever sets no limit, such as an official SDK."""
MOST_RETRY_AFTER = 86_400.0
"""Longer waits are as good as a day."""
BROKEN = (httpx.HTTPError, ssl.SSLError)
"""What a line raises that breaks; httpx lets a record of TLS that was garbled on its way through as it is."""
EXCERPT = 200
"""Characters of an answer that a message quotes."""
HEADER_VALUE = re.compile(r"[\x21-\x7e]+(?: [\x21-\x7e]+)*")

Origin = tuple[str, str, int]


@functools.cache
def trusted_authorities() -> ssl.SSLContext:
    """The TLS context of every client: certificates are checked against the bundled authorities."""
    return httpx.create_ssl_context(trust_env=False)


def host_of(url: httpx.URL) -> str:
    """The host as it goes over the wire; httpx's own ``host`` decodes names of other scripts, and fails on odd ones."""
    return url.raw_host.decode("ascii")


def origin_of(url: httpx.URL) -> Origin:
    """Scheme, host and port: what decides who sees a key."""
    return url.scheme, host_of(url), url.port or {"https": 443, "http": 80}.get(url.scheme, 0)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def checked_base(provider: str, base_url: str, at_home: bool = False) -> httpx.URL:
    """A base address as the operator configured it; https, unless it is on this machine or known to be at home. SetupIncomplete."""
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        raise SetupIncomplete(f"The base URL of {provider} is not an address.") from None
    if url.scheme not in {"https", "http"} or not host_of(url) or url.userinfo or url.query or url.fragment:
        raise SetupIncomplete(f"The base URL of {provider} must look like https://host or https://host/path.")
    if url.scheme == "http" and not (at_home or is_loopback(host_of(url))):
        raise SetupIncomplete(f"The base URL of {provider} must be https: only this machine is asked in the clear.")
    return url


def retry_after_of(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait as an answer's headers (lower-case or httpx's own) say it: in milliseconds, in seconds or as a date."""
    for name, unit in (("retry-after-ms", 1e-3), ("retry-after", 1.0)):
        said = headers.get(name, "").strip()
        if re.fullmatch(r"[0-9]{1,300}(\.[0-9]{1,300})?", said):
            return min(float(said) * unit, MOST_RETRY_AFTER)
    try:
        until = parsedate_to_datetime(headers.get("retry-after", ""))
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(0.0, (until - now).total_seconds()), MOST_RETRY_AFTER)


@dataclass(frozen=True)
class Reply:
    """A provider's answer, whole."""

    provider: str
    status: int
    headers: httpx.Headers = field(repr=False)
    body: bytes = field(repr=False)
    paid: bool
    retry_after: float | None
    """Seconds to wait, if the answer says so."""
    redaction: Redaction = field(repr=False, compare=False, default_factory=Redaction)

    @property
    def ok(self) -> bool:
        """Whether the provider did what it was asked."""
        return 200 <= self.status < 300

    def json(self) -> dict[str, Any]:
        """The answer's JSON object. OutcomeUnknown when a paid request succeeded unreadably; ProviderError."""
        try:
            document = _strict_json(self.body)
        except (ValueError, RecursionError):
            document = None
        if isinstance(document, dict):
            return document
        message = f"{self.provider} answered {self.status} with something else than a JSON object: {self.excerpt()}"
        raise OutcomeUnknown(message) if self.paid and self.ok else ProviderError(message)

    def said(self) -> dict[str, Any]:
        """The JSON object of an answer that reports a failure; empty when it is anything else."""
        try:
            document = _strict_json(self.body)
        except (ValueError, RecursionError):
            return {}
        return document if isinstance(document, dict) else {}

    def excerpt(self) -> str:
        """How the answer begins, on one line and without secrets."""
        text = " ".join(self.redaction.clean(self.body[: 8 * EXCERPT].decode("utf-8", errors="replace")).split())
        text = "".join(letter for letter in text if letter.isprintable())
        return (text[:EXCERPT] + "…" if len(text) > EXCERPT else text) or "nothing"

    def failure(self) -> ProviderError:
        """What an answer that is not ``ok`` means when the provider's own words say no more than its status does."""
        message = f"{self.provider} answered {self.status}: {self.excerpt()}"
        if self.status in {425, 429, 503}:
            return ProviderBusy(message, self.retry_after)
        if self.status == 408 or self.status >= 500:
            return OutcomeUnknown(message) if self.paid else ProviderBusy(message, self.retry_after)
        if self.status in {401, 403}:
            return KeyRejected(message)
        if self.status == 402:
            return OutOfCredits(message)
        return RequestRejected(message) if self.status >= 400 else ProviderError(message)

    def checked(self) -> "Reply":
        """The same answer, if it is ``ok``; what `failure` says, otherwise."""
        if not self.ok:
            raise self.failure()
        return self


def _strict_json(body: bytes) -> Any:
    """ValueError; RecursionError."""

    def refuse(constant: str) -> NoReturn:
        raise ValueError(f"{constant} is no JSON")

    return json.loads(body.decode("utf-8"), parse_constant=refuse)


class _Sending:
    """Whether a request's first byte may have left: httpcore tells of every step it takes."""

    def __init__(self) -> None:
        self.begun = False

    async def __call__(self, event: str, about: Mapping[str, Any]) -> None:
        """Called by httpx's ``trace`` extension at each step of a request."""
        self.begun = self.begun or event.endswith("send_request_headers.started")


class ApiClient:
    """One provider's API. ``http`` is for official SDKs that take a client."""

    def __init__(
        self, provider: str, http: httpx.AsyncClient, transport: httpx.AsyncBaseTransport, redaction: Redaction, clock: Clock
    ) -> None:
        self.provider = provider
        self.http = http
        self.transport = transport
        self.redaction = redaction
        self.clock = clock

    def __repr__(self) -> str:
        return f"ApiClient({self.provider}, {self.http.base_url})"

    async def ask(
        self,
        method: str,
        path: str,
        *,
        paid: bool = False,
        seconds: float = ANSWER_SECONDS,
        most_bytes: int = MOST_ANSWER_BYTES,
        **sent: Any,
    ) -> Reply:
        """Send one request, once, and take its whole answer within ``seconds``, whatever its status.

        ``path`` may be a whole address that the provider named, of the same origin. ``sent`` is what httpx takes: json, params, data,
        files, content, headers.

        ProviderUnreachable: nothing was sent. OutcomeUnknown: a paid request was sent, and its answer never came whole.
        ProviderBusy: the same of an unpaid one. ProviderError: the address belongs to somebody else, or the answer is too big.
        """
        request = self._request(method, path, sent)
        sending = _Sending()
        # a deadline during the greetings of TLS would leave the line open: httpcore closes it at its own timeout alone
        timeout = httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, 0.8 * seconds))
        request.extensions |= {"trace": sending, "timeout": timeout.as_dict()}
        try:
            async with asyncio.timeout(seconds):
                reply = await self._exchange(request, paid, most_bytes)
        except TimeoutError:
            failure = self._failure(sending, paid, f"no whole answer within {seconds:g} s")
        except BROKEN as error:
            failure = self._failure(sending, paid, f"{type(error).__name__} {error}")
        else:
            if reply is not None:
                return reply
            failure = self._too_big(paid, most_bytes)
        raise failure  # outside of the handlers: httpx's errors hold the request, and with it the keys

    def _request(self, method: str, path: str, sent: dict[str, Any]) -> httpx.Request:
        try:
            request = self.http.build_request(method, path, **sent)
        except httpx.InvalidURL:
            request = None
        if request is None or request.url.userinfo or origin_of(request.url) != origin_of(self.http.base_url):
            raise ProviderError(f"{self.provider} was to be asked at an address that is not its own; nothing was sent.")
        return request

    async def _exchange(self, request: httpx.Request, paid: bool, most_bytes: int) -> Reply | None:
        """The answer, or None when it is too big. The client is left out: it logs addresses, and fails on redirects to nonsense."""
        response = await self.transport.handle_async_request(request)
        try:
            body = bytearray()
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > most_bytes:
                    return None
        finally:
            await response.aclose()
        retry_after = retry_after_of(response.headers, self.clock.now())
        return Reply(self.provider, response.status_code, response.headers, bytes(body), paid, retry_after, self.redaction)

    def _failure(self, sending: _Sending, paid: bool, what: str) -> ProviderError:
        what = self.redaction.clean(what).strip()
        if not sending.begun:
            return ProviderUnreachable(f"{self.provider} cannot be reached: {what}")
        if paid:
            return OutcomeUnknown(f"{self.provider} was asked and its answer never came: {what}")
        return ProviderBusy(f"{self.provider} broke off: {what}")

    def _too_big(self, paid: bool, most_bytes: int) -> ProviderError:
        message = f"{self.provider} answered with more than {most_bytes} bytes"
        return OutcomeUnknown(message) if paid else ProviderError(message)


class _Taken(httpx.AsyncByteStream):
    """An answer's bytes, up to a limit. httpx.ReadError."""

    def __init__(self, sent: httpx.AsyncByteStream) -> None:
        self.sent = sent

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = MOST_SENT_BYTES
        async for piece in self.sent:
            left -= len(piece)
            if left < 0:
                raise httpx.ReadError(f"more than {MOST_SENT_BYTES} bytes were sent")
            yield piece

    async def aclose(self) -> None:
        await self.sent.aclose()


class _ApiTransport(httpx.AsyncHTTPTransport):
    """What sends an API's requests: an answer is no larger than it looks, for httpx unpacks gigabytes from some kilobytes."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request. httpx.DecodingError for a packed answer, which nobody asked for."""
        response = await super().handle_async_request(request)
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise httpx.DecodingError("the answer is packed")
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = _Taken(response.stream)
        return response


def new_transport(
    tls: ssl.SSLContext | None = None, kind: type[httpx.AsyncHTTPTransport] = httpx.AsyncHTTPTransport
) -> httpx.AsyncHTTPTransport:
    """What sends requests: it knows no proxies of the environment, no second try, and keeps no connection.

    A connection that was kept may be closed by the provider while a paid request is on its way: each gets a fresh one.
    """
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    return kind(verify=tls or trusted_authorities(), trust_env=False, limits=limits)


def secrets_in(values: Iterable[str]) -> set[str]:
    """Keys as they stand in headers and parameters, and their parts: ``Key id:secret`` holds ``id:secret`` and ``secret``."""
    whole = set(values)
    return whole | {value.split(" ")[-1] for value in whole} | {value.rpartition(":")[2] for value in whole}


@asynccontextmanager
async def open_api_client(
    provider: str,
    base_url: str,
    headers: Mapping[str, str] | None = None,
    *,
    params: Mapping[str, str] | None = None,
    secrets: Iterable[str] = (),
    clock: Clock | None = None,
) -> AsyncIterator[ApiClient]:
    """The door to one provider's API; every header, parameter and secret given here is hidden wherever it turns up. SetupIncomplete."""
    base = checked_base(provider, base_url)
    given = [*(headers or {}).values(), *(params or {}).values()]
    if not all(HEADER_VALUE.fullmatch(value) for value in given):
        raise SetupIncomplete(f"The key of {provider} is empty or holds characters that no key has: was a line break copied with it?")
    transport = new_transport(kind=_ApiTransport)
    client = httpx.AsyncClient(
        transport=transport,
        base_url=base,
        headers={"Accept-Encoding": "identity", **(headers or {})},
        params=params,
        timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        trust_env=False,
        follow_redirects=False,
    )
    async with client:
        yield ApiClient(provider, client, transport, Redaction(secrets_in([*given, *secrets])), clock or SystemClock())
