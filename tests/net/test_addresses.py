"""At home is this machine and what lies in a private network, whatever it is called."""

import pytest

from kiwi.net.addresses import is_at_home, is_private


def resolving(*addresses: str) -> "Resolver":
    return Resolver(addresses)


class Resolver:
    """Knows one answer, and what it was asked."""

    def __init__(self, addresses: tuple[str, ...]) -> None:
        self.addresses, self.asked = addresses, list[str]()

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        if not self.addresses:
            raise OSError("no such name")
        return list(self.addresses)


@pytest.mark.parametrize(
    "ip",
    [
        *("127.0.0.1", "127.9.9.9", "::1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.254", "192.168.1.2"),
        *("169.254.7.7", "fe80::1", "fe80::1%eth0", "fd12:3456::1", "fc00::1", "::ffff:192.168.0.9"),
    ],
)
def test_addresses_of_this_machine_and_of_private_networks_are_private(ip: str) -> None:
    assert is_private(ip)


@pytest.mark.parametrize(
    "ip",
    [
        "8.8.8.8",
        "172.15.0.1",
        "172.32.0.1",
        "192.169.0.1",
        "11.0.0.1",
        "2001:db8::1",
        "2606:4700::1",
        "::ffff:8.8.8.8",
        "100.64.0.1",
        "x",
        "",
    ],
)
def test_any_other_address_is_not(ip: str) -> None:
    assert not is_private(ip)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "::1", "192.168.0.5", "localhost", "LOCALHOST", "studio.local", "Studio.local.", "x.localhost"]
)
async def test_such_hosts_are_at_home_and_nobody_is_asked(host: str) -> None:
    resolver = resolving("8.8.8.8")
    assert await is_at_home(host, resolver)
    assert resolver.asked == []


@pytest.mark.parametrize(
    ("addresses", "home"),
    [
        (("192.168.0.5",), True),
        (("192.168.0.5", "fd00::5"), True),
        (("192.168.0.5", "8.8.8.8"), False),
        (("8.8.8.8",), False),
        ((), False),
    ],
)
async def test_a_name_is_at_home_if_it_leads_nowhere_else(addresses: tuple[str, ...], home: bool) -> None:
    resolver = resolving(*addresses)
    assert await is_at_home("llama.lan", resolver) is home
    assert resolver.asked == ["llama.lan"]


@pytest.mark.parametrize("host", ["8.8.8.8", "local", "notlocal", "studio.local.evil.example", "127.0.0.1.evil.example", "a" * 300])
async def test_what_only_looks_like_home_is_not(host: str) -> None:
    assert not await is_at_home(host, resolving())
