"""The guard of the test suite: no test reaches another machine, by whatever way."""

import asyncio
import contextlib
import socket
import ssl

import httpx
import pytest

from tests.conftest import Guard, LeftTheMachine
from tests.wires import a_wire, http


def plain_connect() -> None:
    with socket.socket() as line:
        line.settimeout(1)
        line.connect(("192.0.2.1", 80))


def plain_connect_ex() -> None:
    with socket.socket(socket.AF_INET6) as line:
        line.settimeout(1)
        line.connect_ex(("2001:db8::1", 80))


def by_name() -> None:
    socket.create_connection(("example.com", 80), timeout=1)


def by_name_in_bytes() -> None:
    socket.getaddrinfo(b"example.com", 80)


def in_datagrams() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.sendto(b"?", ("192.0.2.1", 53))


def through_tls() -> None:
    with ssl.create_default_context().wrap_socket(socket.socket(), server_hostname="example.com") as line:
        line.settimeout(1)
        line.connect(("192.0.2.1", 443))


@pytest.mark.parametrize("leave", [plain_connect, plain_connect_ex, by_name, by_name_in_bytes, in_datagrams, through_tls])
def test_every_blocking_way_out_is_refused(leave, guard: Guard) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LeftTheMachine, match="only reach this machine"):
        leave()
    assert len(guard.refused) == 1
    guard.refused.clear()


@pytest.mark.parametrize("host", ["192.0.2.1", "example.com", "::ffff:8.8.8.8"])
async def test_every_way_out_of_a_loop_is_refused(host: str, guard: Guard) -> None:
    with pytest.raises(LeftTheMachine):
        await asyncio.open_connection(host, 80)
    async with httpx.AsyncClient(trust_env=False) as client:
        with pytest.raises((LeftTheMachine, ExceptionGroup)):
            await client.get(httpx.URL(scheme="http", host=host))
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as line:
        line.setblocking(False)
        with pytest.raises(LeftTheMachine):
            await asyncio.get_running_loop().sock_connect(line, (host, 80))
    assert len(guard.refused) == 3
    guard.refused.clear()


async def test_this_machine_stays_within_reach(guard: Guard) -> None:
    async with a_wire({"/": http(b"{}")}) as wire, httpx.AsyncClient(trust_env=False) as client:
        for host in ("127.0.0.1", "localhost"):
            assert (await client.get(wire.url("/", host))).status_code == 200
    ours, theirs = socket.socketpair()
    ours.close()
    theirs.close()
    assert guard.refused == []


def test_a_refusal_that_was_swallowed_fails_the_test_all_the_same(guard: Guard) -> None:
    with contextlib.suppress(LeftTheMachine):
        socket.getaddrinfo("example.com", 80)
    with pytest.raises(AssertionError, match=r"example\.com"):
        guard.settle()
    guard.settle()
