"""The door to a provider: what was sent is known, an answer is taken whole or not at all, and no key is ever told."""

import asyncio
import gzip
import json
import logging
import traceback
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

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
from kiwi.net.network import ApiClient, checked_base, open_api_client, retry_after_of
from tests.clocks import SteppedClock
from tests.wires import Act, Wire, a_wire, http

KEY = "key_0123456789abcdef"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def half_then_hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(http(b'{"id": "1"', Content_Length="200"))
    await asyncio.sleep(60)


ANSWERS: dict[str, bytes | Act] = {
    "/v1/job": http(b'{"id": "j-1", "more": {"n": 1}}'),
    "/v1/moved": http(status=302, Location="/v1/job"),
    "/v1/odd": http(status=302, Location="mailto:a@b"),
    "/v1/odder": http(status=302, Location="//xn--0/"),
    "/v1/cookie": http(b"{}", Set_Cookie="session=1; Path=/"),
    "/v1/html": http(b"<html>\n  <b>Sorry</b></html>", kind="text/html"),
    "/v1/empty": http(b""),
    "/v1/list": http(b"[1]"),
    "/v1/nan": http(b'{"x": NaN}'),
    "/v1/latin": http('{"x": "é"}'.encode("latin-1")),
    "/v1/deep": http(b'{"x":' * 100_000),
    "/v1/digits": http(b'{"x": ' + b"9" * 10_000 + b"}"),
    "/v1/no-length": http(b'{"id": "j-1", "mo', Content_Length=""),
    "/v1/short": http(b'{"id": "1"', Content_Length="200"),
    "/v1/chunks": http(b'5\r\n{"a":\r\n', Content_Length="", Transfer_Encoding="chunked"),
    "/v1/silent": b"",
    "/v1/nonsense": b"SSH-2.0-hello\r\n\r\n",
    "/v1/big": http(b'{"x": "' + b"x" * 5_000 + b'"}'),
    "/v1/packed": http(gzip.compress(b'{"id": "j-1"}'), Content_Encoding="gzip"),
    "/v1/audio": http(bytes(range(256)), kind="audio/mpeg"),
    "/v1/busy": http(b'{"error": "slow down"}', status=429, Retry_After="7"),
    "/v1/echo": http(b'{"error": "Incorrect API key ' + KEY.encode() + b'"}', status=401),
    "/v1/hang": hang,
    "/v1/half": half_then_hang,
}


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async with a_wire(ANSWERS) as wire:
        yield wire


@pytest.fixture
async def runway(wire: Wire) -> AsyncIterator[ApiClient]:
    async with open_api_client("Runway", wire.url("/v1"), {"Authorization": f"Bearer {KEY}"}, clock=SteppedClock(NOW)) as client:
        yield client


async def failure_of(client: ApiClient, path: str, *, paid: bool = False, seconds: float = 5.0, **sent: int) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        (await client.ask("POST", path, paid=paid, seconds=seconds, **sent)).checked().json()
    return caught.value


async def test_an_answer_comes_whole_whatever_its_status(runway: ApiClient, wire: Wire) -> None:
    reply = await runway.ask("POST", "/job", json={"model": "gen4.5"}, headers={"X-Runway-Version": "2024-11-06"})
    assert reply.checked().json() == {"id": "j-1", "more": {"n": 1}}
    head = wire.requests[0].decode()
    assert head.startswith("POST /v1/job HTTP/1.1\r\n")
    assert f"Authorization: Bearer {KEY}" in head
    assert "X-Runway-Version: 2024-11-06" in head
    busy = await runway.ask("GET", "/busy")
    assert (busy.status, busy.ok, busy.retry_after, busy.said()) == (429, False, 7.0, {"error": "slow down"})
    assert (await runway.ask("GET", "/audio")).checked().body == bytes(range(256))


async def test_no_redirect_is_followed_and_no_cookie_kept(runway: ApiClient, wire: Wire) -> None:
    moved = await runway.ask("GET", "/moved")
    assert moved.status == 302
    assert type(moved.failure()) is ProviderError
    await runway.ask("GET", "/cookie")
    await runway.ask("GET", "/cookie")
    assert b"ookie:" not in wire.requests[-1]
    assert len(wire.requests) == 3


async def test_a_redirect_to_nonsense_is_an_answer_like_any_other(runway: ApiClient) -> None:
    for path in ("/odd", "/odder"):
        assert type(await failure_of(runway, path, paid=True)) is ProviderError


async def test_the_environments_proxies_are_not_asked(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_wire() as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.url())
        async with open_api_client("Runway", wire.url("/v1")) as client:
            assert (await client.ask("GET", "/job")).ok
        assert proxy.connections == 0


async def test_every_request_has_a_connection_of_its_own(runway: ApiClient, wire: Wire) -> None:
    for _ in range(3):
        assert (await runway.ask("POST", "/job", paid=True)).ok
    assert wire.connections == 3


@pytest.mark.parametrize("path", ["/html", "/empty", "/list", "/nan", "/latin", "/deep", "/digits", "/no-length"])
async def test_a_success_that_cannot_be_read_is_an_unknown_outcome_only_if_it_was_paid(runway: ApiClient, path: str) -> None:
    assert type(await failure_of(runway, path, paid=True)) is OutcomeUnknown
    assert type(await failure_of(runway, path)) is ProviderError


async def test_an_unreadable_answer_is_quoted_on_one_line(runway: ApiClient) -> None:
    message = str(await failure_of(runway, "/html"))
    assert message == "Runway answered 200 with something else than a JSON object: <html> <b>Sorry</b></html>"
    assert str(await failure_of(runway, "/empty")).endswith("object: nothing")
    assert len(str(await failure_of(runway, "/deep"))) < 300


@pytest.mark.parametrize("path", ["/short", "/chunks", "/silent", "/nonsense", "/hang", "/half"])
async def test_a_paid_request_whose_answer_never_comes_whole_has_an_unknown_outcome(runway: ApiClient, wire: Wire, path: str) -> None:
    assert type(await failure_of(runway, path, paid=True, seconds=0.3)) is OutcomeUnknown
    assert len(wire.requests) == 1
    assert type(await failure_of(runway, path, seconds=0.3)) is ProviderBusy
    assert len(wire.requests) == 2


@pytest.mark.parametrize("paid", [True, False])
async def test_what_never_left_is_known_not_to_be_sent(paid: bool) -> None:
    async with a_wire() as gone:
        url = gone.url()
    async with open_api_client("Runway", url, {"Authorization": f"Bearer {KEY}"}) as client:
        assert type(await failure_of(client, "/job", paid=paid)) is ProviderUnreachable


@pytest.mark.parametrize("greeting", [http(status=400), b""], ids=["plain", "mute"])
async def test_a_machine_that_speaks_no_tls_was_sent_nothing(greeting: bytes) -> None:
    async with a_wire(greeting=greeting) as wire, open_api_client("Runway", wire.url(scheme="https")) as client:
        assert type(await failure_of(client, "/job", paid=True, seconds=0.3)) is ProviderUnreachable
        assert (wire.connections, wire.requests) == (1, [])


async def test_an_answer_that_is_too_big_is_not_taken(runway: ApiClient) -> None:
    assert type(await failure_of(runway, "/big", paid=True, most_bytes=1_000)) is OutcomeUnknown
    assert type(await failure_of(runway, "/big", most_bytes=1_000)) is ProviderError
    assert (await runway.ask("GET", "/big", most_bytes=6_000)).ok


async def test_an_official_sdk_takes_no_more_than_anybody(runway: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiwi.net.network.MOST_SENT_BYTES", 1_000)
    with pytest.raises(httpx.ReadError, match="more than 1000 bytes"):
        await runway.http.get("/big")
    assert (await runway.http.get("/job")).is_success


async def test_a_packed_answer_that_nobody_asked_for_is_not_unpacked(runway: ApiClient, wire: Wire) -> None:
    assert type(await failure_of(runway, "/packed", paid=True)) is OutcomeUnknown
    assert type(await failure_of(runway, "/packed")) is ProviderBusy
    with pytest.raises(httpx.DecodingError):
        await runway.http.get("/packed")
    assert all(b"Accept-Encoding: identity" in head for head in wire.requests)


async def test_a_cancelled_request_is_cancelled(runway: ApiClient, wire: Wire) -> None:
    asking = asyncio.create_task(runway.ask("POST", "/hang", paid=True))
    while not wire.requests:
        await asyncio.sleep(0.01)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_an_address_that_the_provider_named_is_asked_only_if_it_is_its_own(runway: ApiClient, wire: Wire) -> None:
    assert (await runway.ask("GET", wire.url("/v1/job?logs=false"))).ok
    for foreign in (
        wire.url("/v1/job", host="localhost"),
        f"https://127.0.0.1:{wire.port}/v1/job",
        f"http://127.0.0.1:{wire.port}@evil.example/v1/job",
        f"http://user@127.0.0.1:{wire.port}/v1/job",
        "https://queue.fal.run.evil.example/",
        "http://[::1/",
    ):
        assert "not its own" in str(await failure_of(runway, foreign))
    assert len(wire.requests) == 1


def everything_told_by(failure: BaseException) -> str:
    """The failure, its traceback, and all that hangs on it."""
    chain: list[BaseException | None] = [failure, failure.__cause__, failure.__context__]
    return "".join([*traceback.format_exception(failure), *(repr(vars(link)) + repr(link) for link in chain if link)])


async def test_a_key_is_in_no_message_no_repr_and_no_log(runway: ApiClient, wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    told = [repr(runway), repr(await runway.ask("GET", "/job")), repr(await runway.ask("GET", "/echo"))]
    failures = [await failure_of(runway, path, paid=True, seconds=0.3) for path in ("/echo", "/short", "/hang", "https://evil.example/")]
    async with open_api_client("Pixabay", wire.url("/v1"), params={"key": KEY}) as pixabay:
        told.append(repr(pixabay))
        failures += [await failure_of(pixabay, path, seconds=0.3) for path in ("/short", "/echo", "/html")]
        assert f"?key={KEY}".encode() in wire.requests[-1]
    told += map(everything_told_by, failures)
    assert any("Incorrect API key ***" in text for text in told)
    assert KEY not in "".join(told)
    assert KEY not in caplog.text


async def test_a_key_that_only_an_sdk_knows_is_hidden_all_the_same(wire: Wire) -> None:
    async with open_api_client("Runway", wire.url("/v1"), secrets=[KEY]) as client:
        assert KEY not in str(await failure_of(client, "/echo"))
        assert isinstance(client.http, httpx.AsyncClient)


@pytest.mark.parametrize("key", ["", " ", f"{KEY}\n", f"{KEY}\r\nX-Other: 1", "schlüssel", "a\tb"])
async def test_a_key_that_cannot_be_one_is_the_operators_to_correct(key: str) -> None:
    with pytest.raises(SetupIncomplete, match="key of Runway") as caught:
        async with open_api_client("Runway", "https://api.example", {"X-API-KEY": key}):
            pass
    assert KEY not in everything_told_by(caught.value)


@pytest.mark.parametrize(
    "url", ["https://api.dev.runwayml.com", "http://127.0.0.1:8000", "http://localhost:1/x", "http://[::1]:80", "http://127.9.9.9"]
)
def test_a_base_url_is_https_or_this_machine(url: str) -> None:
    assert checked_base("Runway", url).host


@pytest.mark.parametrize(
    "url",
    [
        *("http://api.example", "http://192.168.1.2", "http://localhost.evil.example", "http://127.0.0.1.evil.example", "ftp://localhost"),
        *(
            "api.example",
            "",
            "https://",
            "https://user:pw@api.example",
            "https://api.example?key=1",
            "https://api.example#x",
            "http://[::1",
        ),
    ],
)
def test_any_other_base_url_is_the_operators_to_correct(url: str) -> None:
    with pytest.raises(SetupIncomplete, match="base URL of Runway"):
        checked_base("Runway", url)


@pytest.mark.parametrize(
    ("status", "unpaid", "paid"),
    [
        (400, RequestRejected, RequestRejected),
        (401, KeyRejected, KeyRejected),
        (402, OutOfCredits, OutOfCredits),
        (403, KeyRejected, KeyRejected),
        (404, RequestRejected, RequestRejected),
        (408, ProviderBusy, OutcomeUnknown),
        (422, RequestRejected, RequestRejected),
        (429, ProviderBusy, ProviderBusy),
        (500, ProviderBusy, OutcomeUnknown),
        (502, ProviderBusy, OutcomeUnknown),
        (503, ProviderBusy, ProviderBusy),
        (504, ProviderBusy, OutcomeUnknown),
        (301, ProviderError, ProviderError),
    ],
)
async def test_a_status_says_who_acts(status: int, unpaid: type[ProviderError], paid: type[ProviderError]) -> None:
    answer = http(json.dumps({"error": "told so"}).encode(), status=status, Retry_After="3")
    async with a_wire({"/": answer}) as wire, open_api_client("Pika", wire.url()) as client:
        for is_paid, kind in ((False, unpaid), (True, paid)):
            failure = await failure_of(client, "/", paid=is_paid)
            assert type(failure) is kind
            assert "told so" in str(failure)
            assert not isinstance(failure, ProviderBusy) or failure.retry_after == 3.0
        assert len(wire.requests) == 2


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": " 0 "}, 0.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "7"}, 7.0),
        ({"retry-after": format_datetime(NOW + timedelta(seconds=90), usegmt=True)}, 90.0),
        ({"retry-after": "Sun, 22 Nov 2026 12:00:30 -0000"}, 30.0),
        ({"retry-after": "Sun, 22 Nov 2026 13:01:00 +0100"}, 60.0),
        ({"retry-after": format_datetime(NOW - timedelta(hours=1), usegmt=True)}, 0.0),
        ({"retry-after": "999999999"}, 86_400.0),
        ({"retry-after": "9" * 300}, 86_400.0),
        ({"retry-after": "9" * 1_000}, None),
        ({"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"}, 86_400.0),
        *(({"retry-after": odd}, None) for odd in ("", "-1", "nan", "inf", "1e3", "1_0", "٧", "tomorrow", "Sun, 99 Nov 2026 12:00:30 GMT")),
    ],
)
def test_how_long_to_wait_is_read_in_every_spelling(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_of(headers, NOW) == seconds
    assert retry_after_of(httpx.Headers({name.title().encode(): value.encode() for name, value in headers.items()}), NOW) == seconds
