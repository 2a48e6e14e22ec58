"""Sending: one signed request to an address that may be asked, over the connection that was checked, and what the answer means."""

import asyncio
import re
import socket
import ssl
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from importlib.metadata import version

import httpx
from standardwebhooks import Webhook

from kiwi.clock import Clock, SystemClock
from kiwi.errors import AddressForbidden, BadWebhook, ProviderUnreachable
from kiwi.net.addresses import HOST, Resolve, ask_at, is_public, matches, parsed
from kiwi.net.network import BROKEN, host_of, new_transport, origin_of, retry_after_of

ANSWER_SECONDS = 15.0
"""What a receiver gets to answer, connecting included."""
LONGEST_URL = 2_048
NAMES = ThreadPoolExecutor(4, "webhook-names")
"""Looks names up: clients choose them, and whoever answers for one may take their time; nobody else shall wait for that."""
GONE = 410
"""By this answer a receiver says that it wants nothing more."""
PLACE = re.compile(r"(\*\.)?[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?|\[[0-9a-f:.]{2,45}\](?::[0-9]{1,5})?")


async def look_up(host: str, port: int) -> list[str]:
    """What the machine's resolver says. OSError."""
    ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    answers = await asyncio.get_running_loop().run_in_executor(NAMES, ask)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


@dataclass(frozen=True)
class Answer:
    """What came of one try."""

    status: int | None
    """None: there was no answer."""
    error: str = ""
    """One sentence; empty: it was delivered."""
    retry_after: float = 0.0
    """Seconds that the receiver asks to be left alone."""

    @property
    def final(self) -> bool:
        """Whether another try is unwanted."""
        return self.status == GONE


@dataclass(frozen=True)
class Receivers:
    """Where webhooks may go: to the internet by https, and wherever else the operator allows."""

    places: tuple[str, ...] = ()
    """Hosts, perhaps with a port, that may lie anywhere and be asked in the clear: ``localhost:9000``, ``*.internal``."""
    default: str = ""
    """The operator's own address, which may lie anywhere."""
    resolve: Resolve = look_up
    tls: ssl.SSLContext | None = None
    clock: Clock = field(default_factory=SystemClock)

    def check(self, address: str) -> httpx.URL:
        """An address that may be asked, whatever its name will lead to. BadWebhook."""
        url = _parsed(address)
        if url is None or url.scheme not in {"https", "http"} or not host_of(url) or url.userinfo or url.fragment:
            raise BadWebhook("Send an address such as https://example.com/hooks, without a name, password or fragment.")
        if self._is_allowed(url):
            return url
        if url.scheme != "https" or origin_of(url)[2] != 443:
            raise BadWebhook("Webhooks go to https and its usual port alone; the operator can allow other hosts in KIWI_WEBHOOK_HOSTS.")
        if not HOST.fullmatch(host_of(url)):
            raise BadWebhook("Webhooks go to hosts on the internet, by name; the operator can allow other hosts in KIWI_WEBHOOK_HOSTS.")
        return url

    async def post(self, address: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Send a body once; redirects are not followed, and of the answer only its status is read."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS), new_transport(self.tls) as transport:
                url = self.check(address)
                reached = await self._addresses(url)
                response = await ask_at(transport, reached, "POST", url, headers, content=body, seconds=ANSWER_SECONDS)
                await response.aclose()
        except TimeoutError:
            return Answer(None, f"No answer came within {ANSWER_SECONDS:g} s.")
        except (BadWebhook, ProviderUnreachable) as failure:
            return Answer(None, str(failure))
        except BROKEN as failure:
            return Answer(None, f"The connection broke: {type(failure).__name__}.")
        return self._judge(response)

    async def _addresses(self, url: httpx.URL) -> list[str]:
        """The IP addresses to connect to. BadWebhook if a single one is not public and nobody has allowed it; ProviderUnreachable."""
        try:
            addresses = await self.resolve(host_of(url).strip("[]"), origin_of(url)[2])
        except (OSError, UnicodeError):
            addresses = []
        if not addresses:
            raise ProviderUnreachable(f"{host_of(url)} has no address.")
        if not self._is_allowed(url) and not all(map(is_public, addresses)):
            raise BadWebhook(
                f"{host_of(url)} leads to an address that is not on the internet; the operator can allow it in KIWI_WEBHOOK_HOSTS."
            )
        return addresses

    def _is_allowed(self, url: httpx.URL) -> bool:
        if self.default and url == httpx.URL(self.default):
            return True
        host, port = host_of(url), origin_of(url)[2]
        host = f"[{host}]" if ":" in host else host
        usual = {"https": 443, "http": 80}[url.scheme]
        return matches(f"{host}:{port}", self.places) or (port == usual and matches(host, self.places))

    def _judge(self, response: httpx.Response) -> Answer:
        status = response.status_code
        if 200 <= status < 300:
            return Answer(status)
        if 300 <= status < 400:
            return Answer(status, f"The receiver answered {status}: redirects are not followed, give the address itself.")
        if status == GONE:
            return Answer(status, f"The receiver answered {status}: it wants no more.")
        wait = retry_after_of(response.headers, self.clock.now()) or 0.0
        return Answer(status, f"The receiver answered {status}.", wait)


def _parsed(address: str) -> httpx.URL | None:
    try:
        return parsed(address) if len(address) <= LONGEST_URL else None
    except AddressForbidden:
        return None


def places_of(setting: str) -> tuple[str, ...]:
    """The hosts of KIWI_WEBHOOK_HOSTS; BadWebhook for what is none."""
    places = tuple(place.strip().lower() for place in setting.split(",") if place.strip())
    for place in places:
        if not PLACE.fullmatch(place):
            raise BadWebhook(f"{place!r} is no host: write names such as hooks.internal, *.internal or localhost:9000.")
    return places


def signed(delivery_id: str, at: datetime, body: str, secrets: Iterable[str]) -> dict[str, str]:
    """The headers of a request, by Standard Webhooks 1.0: one signature for each secret. ``at`` is aware, in UTC."""
    return {
        "content-type": "application/json",
        "user-agent": f"KIWI-Video/{version('kiwi-video')}",
        "webhook-id": delivery_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(delivery_id, at, body) for secret in secrets),
    }
