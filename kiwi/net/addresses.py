"""Addresses: which places media may be fetched from, whoever names them."""

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

import httpx

from kiwi.errors import AddressForbidden, ProviderUnreachable
from kiwi.net.network import CONNECT_SECONDS, Origin, host_of, is_loopback, origin_of

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[list[str]]]
"""Host and port to IP addresses, in order of preference; OSError."""

LONGEST_URL = 8_192
MOST_ADDRESSES = 4
RESOLVE_SECONDS = 5.0
HOST = re.compile(r"(?!.*xn--)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
"""A host name of plain letters, in lower case and without a root's dot; never an IP address in any spelling."""

PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
CLOSED = tuple(
    map(
        ipaddress.ip_network,
        (
            # beside what the library knows not to be global
            "192.0.0.0/24",  # protocol assignments; one cloud's metadata
            "192.88.99.0/24",  # relays from IPv4 to IPv6
            "168.63.129.16/32",  # one cloud's wire server: a public address that answers inside alone
            "2001::/23",  # protocol assignments, tunnels through NAT among them
            "2002::/16",  # an IPv4 address in disguise, any
            "3fff::/20",  # documentation
        ),
    )
)


def is_public(ip: str) -> bool:
    """Whether an IP address belongs to the internet: no private, loopback, link-local, shared, metadata, reserved or group address,
    and no disguise of one."""
    try:
        address: Address = ipaddress.ip_address(ip)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address in NAT64:
        address = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    if isinstance(address, ipaddress.IPv6Address) and (address not in PUBLIC_V6 or address.scope_id):
        return False
    return address.is_global and not address.is_multicast and not any(address in closed for closed in CLOSED)


PRIVATE = tuple(
    map(
        ipaddress.ip_network,
        (
            *("127.0.0.0/8", "::1/128", "0.0.0.0/32", "::/128"),  # this machine
            *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"),
            *("169.254.0.0/16", "fe80::/10"),  # link-local
        ),
    )
)


def is_private(ip: str) -> bool:
    """Whether an IP address is this machine's or one of a private network: loopback, RFC 1918, link-local, unique-local."""
    try:
        address: Address = ipaddress.ip_address(ip)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in network for network in PRIVATE)


async def is_at_home(host: str, resolve: Resolve) -> bool:
    """Whether a URL's host is on this machine or in a private network: by its address, as ``*.local``, or by all that its name leads to.

    A name that leads nowhere is not.
    """
    name = host.lower().strip("[]").rstrip(".")
    try:
        ipaddress.ip_address(name)
    except ValueError:
        pass
    else:
        return is_private(name)
    if name.endswith((".local", ".localhost")) or name == "localhost":
        return True
    try:
        async with asyncio.timeout(RESOLVE_SECONDS):
            addresses = await resolve(name, 0)
    except (OSError, UnicodeError):
        return False
    return bool(addresses) and all(map(is_private, addresses))


def matches(host: str, patterns: Iterable[str]) -> bool:
    """Whether a host is one of these, or below one that begins with ``*.``."""
    return any(host == pattern or (pattern.startswith("*.") and host.endswith(pattern[1:])) for pattern in patterns)


def parsed(address: str, base: httpx.URL | None = None) -> httpx.URL:
    """An address as somebody else wrote it, perhaps relative to a base.

    AddressForbidden; like all that is said here it quotes hosts alone, for the rest may be a signed address.
    """
    if len(address) > LONGEST_URL or not address.isascii() or re.search(r"[\x00-\x20\x7f\\]", address):
        raise AddressForbidden("Media lies at an address with characters that no address has.")
    try:
        url = httpx.URL(address)
        return url if base is None or url.scheme else base.join(url)
    except httpx.InvalidURL:
        raise AddressForbidden("Media lies at something that is no address.") from None


def check(url: httpx.URL, hosts: Iterable[str], own: Origin | None) -> None:
    """Media may be fetched by https from a listed host's usual port, or from the provider's own origin. AddressForbidden."""
    if url.userinfo:
        raise AddressForbidden(f"Media lies at an address of {host_of(url)} that holds a name or password.")
    if origin_of(url) == own:
        return
    if url.scheme != "https" or origin_of(url)[2] != 443:
        raise AddressForbidden(f"Media lies at {url.scheme}://{url.netloc.decode('ascii')}, which is no plain https address.")
    if not HOST.fullmatch(host_of(url)) or not matches(host_of(url), hosts):
        raise AddressForbidden(f"Media lies at {host_of(url)}, which is not one of the provider's hosts.")


async def system_resolve(host: str, port: int) -> list[str]:
    """What the machine's resolver says."""
    answers = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


async def reachable(url: httpx.URL, own: Origin | None, resolve: Resolve) -> list[str]:
    """The IP addresses to connect to. AddressForbidden if a single one is not public; ProviderUnreachable.

    Only the provider's own origin, as the operator configured it, may be on this machine, and then it must be.
    """
    port = origin_of(url)[2]
    try:
        addresses = await resolve(host_of(url), port)
    except OSError as error:
        raise ProviderUnreachable(f"{host_of(url)} has no address: {error}") from None
    here = own is not None and origin_of(url) == own and is_loopback(host_of(url))
    if not addresses:
        raise ProviderUnreachable(f"{host_of(url)} has no address.")
    if not all(is_loopback(ip) if here else is_public(ip) for ip in addresses):
        raise AddressForbidden(f"{host_of(url)} leads to an address that is not on the internet.")
    return addresses


async def ask_at(
    transport: httpx.AsyncBaseTransport,
    addresses: Sequence[str],
    method: str,
    url: httpx.URL,
    headers: Mapping[str, str],
    *,
    seconds: float,
    content: bytes | None = None,
) -> httpx.Response:
    """Ask the very IP addresses that were checked, so that a second answer of the resolver changes nothing; ``seconds`` of silence.

    Whoever asks closes the answer. ProviderUnreachable; httpx.HTTPError.
    """
    known = url.netloc.decode("ascii")
    whole = {"Host": known, "Accept": "*/*", "Accept-Encoding": "identity", **headers}
    timeout = httpx.Timeout(seconds, connect=CONNECT_SECONDS).as_dict()
    for ip in addresses[:MOST_ADDRESSES]:
        extensions = {"sni_hostname": host_of(url), "timeout": timeout}
        request = httpx.Request(method, url.copy_with(host=ip), headers=whole, content=content, extensions=extensions)
        try:
            return await transport.handle_async_request(request)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            continue
    raise ProviderUnreachable(f"{known} cannot be reached.")
