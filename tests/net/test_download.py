"""Downloads: from nowhere but a provider's own places on the internet, whole or not at all."""

import asyncio
import hashlib
import os
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from kiwi.clock import SystemClock
from kiwi.errors import (
    AddressForbidden,
    BadMedia,
    DownloadCut,
    DownloadExpired,
    OutcomeUnknown,
    ProviderBusy,
    ProviderError,
    ProviderUnreachable,
)
from kiwi.net.addresses import HOST, check, is_public, matches, parsed
from kiwi.net.download import Downloaded, download
from kiwi.net.network import ApiClient, new_transport
from kiwi.net.redaction import Redaction
from tests.conftest import Guard
from tests.wires import Act, Wire, a_wire, http

HOSTS = ("*.cloudfront.net", "cdn.pixabay.com")
KEY = "key_0123456789abcdef"
MEDIA = bytes(range(256)) * 8_192
MP4 = b"\0\0\0\x20ftypisom" + MEDIA

HOSTILE = [
    # other schemes
    *("http://a.cloudfront.net/x", "ftp://a.cloudfront.net/x", "file:///etc/passwd", "file://localhost/etc/passwd", "FILE:/etc/passwd"),
    *("gopher://127.0.0.1:{port}/_GET", "dict://127.0.0.1:{port}/", "data:video/mp4;base64,AAAA", "javascript:alert(1)", "jar:https://a!/"),
    *("ws://a.cloudfront.net/", "unix:///run/x.sock", "ldap://127.0.0.1:{port}/", "", "/relative", "//127.0.0.1:{port}/x", "https:", "x"),
    # this machine, in every spelling
    *("http://127.0.0.1:{port}/", "https://127.0.0.1:{port}/", "https://localhost:{port}/", "https://LOCALHOST:{port}/x"),
    *("https://127.1:{port}/", "https://127.0.1:{port}/", "https://0:{port}/", "https://0.0.0.0:{port}/", "https://127.255.255.254:{port}/"),
    *("https://2130706433:{port}/", "https://0x7f000001:{port}/", "https://017700000001:{port}/", "https://0x7f.0.0.1:{port}/"),
    *("https://0177.0.0.1:{port}/", "https://127.0.0.1.:{port}/", "https://[::1]:{port}/", "https://[::]:{port}/", "https://[0:0:0:0:0:0:0:1]/"),
    *("https://[::ffff:127.0.0.1]:{port}/", "https://[::ffff:7f00:1]:{port}/", "https://[::127.0.0.1]:{port}/", "https://[fe80::1%25eth0]/"),
    *("https://[64:ff9b::127.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://①②⑦.⓪.⓪.①/"),
    # inner networks and clouds' metadata
    *("https://10.0.0.1/", "https://192.168.1.1/", "https://172.16.0.1/", "https://100.64.0.1/", "https://169.254.169.254/latest/meta-data/"),
    *("https://[fd00:ec2::254]/", "https://metadata.google.internal/", "https://100.100.100.200/", "https://168.63.129.16/"),
    # public addresses that are no name of the provider's
    *("https://8.8.8.8/", "https://[2606:4700::1111]/", "https://evil.example/", "https://cloudfront.net/x", "https://xcloudfront.net/x"),
    *("https://a.cloudfront.net.evil.example/", "https://evil.example/a.cloudfront.net", "https://evil.example?a.cloudfront.net"),
    *("https://evil.example#.cloudfront.net", "https://cdn.pixabay.com.evil.example/", "https://x.cdn.pixabay.com/", "https://pixabay.com/"),
    *("https://.cloudfront.net/", "https://a..cloudfront.net/", "https://*.cloudfront.net/", "https://-.cloudfront.net/", "https://a_b.cloudfront.net/"),
    # dots and letters in disguise
    *("https://a.cloudfront.net./x", "https://a。cloudfront.net/", "https://a．cloudfront.net/", "https://a｡cloudfront.net/"),
    *("https://a.cloudfront.nеt/", "https://ⓐ.cloudfront.net/", "https://a%2ecloudfront.net/", "https://a.cloudfront.net%00.evil.example/"),
    *("https://xn--a.cloudfrnt-x.net/", "https://127.0.0.1%2f.cloudfront.net:{port}/"),
    # names before the host, other ports, broken authorities
    *("https://a.cloudfront.net@127.0.0.1:{port}/", "https://a.cloudfront.net:443@127.0.0.1:{port}/", "https://user@a.cloudfront.net/"),
    *("https://user:pass@a.cloudfront.net/", "https://a.cloudfront.net\\@127.0.0.1:{port}/", "https://a.cloudfront.net%40127.0.0.1:{port}/"),
    *("https://a.cloudfront.net:{port}/", "https://a.cloudfront.net:22/", "https://a.cloudfront.net:80/", "https://a.cloudfront.net:99999/"),
    *("https://a.cloudfront.net:x/", "https:///a.cloudfront.net/", "https:a.cloudfront.net/", "https://[::1", "https://[a.cloudfront.net]/"),
    *(" https://a.cloudfront.net/", "https://a.cloudfront.net/\r\nHost: evil", "https://a.cloud\tfront.net/", "https://a.cloudfront.net\0/"),
    *("https://127.0.0.1:{port}\\.cloudfront.net/", "https:\\\\a.cloudfront.net/", "https://a.cloudfront.net/" + "x" * 9_000),
]  # fmt: skip


async def nowhere(host: str, port: int) -> list[str]:
    raise AssertionError(f"{host} was looked up")


class Names:
    """A resolver that says what it is told to, and counts."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = list(addresses)
        self.asked: list[tuple[str, int]] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append((host, port))
        return self.addresses


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(http(b"", kind="video/mp4", Content_Length="1000000"))
    while True:
        writer.write(b"\0")
        await asyncio.sleep(0.02)


async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(http(b"", kind="video/mp4", Content_Length=""))
    while True:
        writer.write(bytes(2**16))
        await writer.drain()


ANSWERS: dict[str, bytes | Act] = {
    "/film.mp4": http(MP4, kind="video/mp4; codecs=avc1"),
    "/odd": http(MP4, kind=""),
    "/no-length": http(MP4, kind="video/mp4", Content_Length=""),
    "/short": http(MP4, kind="video/mp4", Content_Length=str(len(MP4) + 1)),
    "/chunks": http(b"5\r\n\0\0\0\x01", kind="video/mp4", Content_Length="", Transfer_Encoding="chunked"),
    "/silent": b"",
    "/nonsense": b"SSH-2.0-hello\r\n\r\n",
    "/empty": http(b"", kind="video/mp4"),
    "/nothing": http(b"", kind="video/mp4", Content_Length=""),
    "/big": http(b"", kind="video/mp4", Content_Length=str(2**40)),
    "/html": http(b"<html>", kind="text/html; charset=utf-8"),
    "/json": http(b'{"error": 1}'),
    "/xml": http(b"<Error/>", kind="application/xml"),
    "/problem": http(b"{}", kind="application/problem+json"),
    "/playlist": http(b"#EXTM3U\nhttp://169.254.169.254/", kind="application/vnd.apple.mpegurl"),
    "/page-in-disguise": http(b"\xef\xbb\xbf\r\n <!doctype html>", kind="video/mp4"),
    "/playlist-in-disguise": http(b"#EXTM3U\nfile:///etc/passwd", kind="application/octet-stream"),
    "/list-in-disguise": http(b"ffconcat version 1.0\nfile /etc/passwd", kind="video/mp4"),
    "/packed": http(MP4, kind="video/mp4", Content_Encoding="gzip"),
    "/part": http(MP4, kind="video/mp4", status=206),
    "/none": http(b"", status=204, Content_Length=""),
    "/teapot": http(b"", status=418),
    "/moved-here": http(status=302, Location="/film.mp4"),
    "/moved-thrice": http(status=307, Location="/moved-twice"),
    "/moved-twice": http(status=301, Location="/moved-here"),
    "/moved-forever": http(status=302, Location="/moved-forever"),
    "/drip": drip,
    "/endless": endless,
    **{f"/{status}": http(b"", status=status, Retry_After="3") for status in (401, 403, 404, 408, 410, 425, 429, 500, 502, 503)},
}


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async with a_wire(ANSWERS) as wire:
        yield wire


async def fetched(wire: Wire, path: str, target: Path, **more: Any) -> Downloaded:
    wanted: dict[str, Any] = {"hosts": HOSTS, "most_bytes": 2**22, "deadline_seconds": 5.0, "base_url": wire.url("/v1"), **more}
    return await download(wire.url(path), target, **wanted)


async def test_a_download_is_in_its_place_when_all_of_it_has_come(wire: Wire, tmp_path: Path) -> None:
    target = tmp_path / "film.mp4"
    assert await fetched(wire, "/film.mp4", target) == Downloaded(len(MP4), hashlib.sha256(MP4).hexdigest(), "video/mp4")
    assert target.read_bytes() == MP4
    assert (await fetched(wire, "/no-length", target, size=len(MP4))).content_type == "video/mp4"
    assert (await fetched(wire, "/odd", target)).content_type == ""
    assert os.listdir(tmp_path) == [target.name]


@pytest.mark.parametrize(
    ("path", "failure"),
    [
        *((f"/{path}", DownloadCut) for path in ("short", "chunks", "silent", "nonsense", "nothing")),
        *((f"/{path}", BadMedia) for path in ("empty", "big", "html", "json", "xml", "problem", "playlist", "packed", "endless")),
        *((f"/{path}-in-disguise", BadMedia) for path in ("page", "playlist", "list")),
        *((f"/{path}", BadMedia) for path in ("part", "none", "teapot")),
        *((f"/{status}", DownloadExpired) for status in (401, 403, 404, 410)),
        *((f"/{status}", ProviderBusy) for status in (408, 425, 429, 500, 502, 503)),
        ("/moved-forever", AddressForbidden),
    ],
)
async def test_a_download_that_fails_leaves_nothing_and_says_who_acts(
    wire: Wire, tmp_path: Path, path: str, failure: type[ProviderError]
) -> None:
    with pytest.raises(ProviderError) as caught:
        await fetched(wire, path, tmp_path / "film.mp4")
    assert type(caught.value) is failure
    assert not isinstance(caught.value, ProviderBusy) or caught.value.retry_after == 3.0
    assert os.listdir(tmp_path) == []


async def test_a_failed_download_leaves_what_was_there_before(wire: Wire, tmp_path: Path) -> None:
    target = tmp_path / "film.mp4"
    target.write_bytes(b"earlier")
    with pytest.raises(DownloadCut):
        await fetched(wire, "/short", target)
    assert target.read_bytes() == b"earlier"
    assert os.listdir(tmp_path) == [target.name]


async def test_a_line_that_is_closed_early_is_noticed_when_the_size_is_known(wire: Wire, tmp_path: Path) -> None:
    with pytest.raises(DownloadCut, match=str(len(MP4))):
        await fetched(wire, "/no-length", tmp_path / "film.mp4", size=len(MP4) + 1)
    assert os.listdir(tmp_path) == []


async def test_bytes_that_drip_end_at_the_deadline(wire: Wire, tmp_path: Path) -> None:
    began = asyncio.get_running_loop().time()
    with pytest.raises(DownloadCut, match=r"within 0\.3 s"):
        await fetched(wire, "/drip", tmp_path / "film.mp4", deadline_seconds=0.3)
    assert asyncio.get_running_loop().time() - began < 2.0
    assert os.listdir(tmp_path) == []


async def test_a_cancelled_download_leaves_nothing(wire: Wire, tmp_path: Path) -> None:
    fetching = asyncio.create_task(fetched(wire, "/drip", tmp_path / "film.mp4"))
    while not wire.requests:
        await asyncio.sleep(0.01)
    fetching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fetching
    assert os.listdir(tmp_path) == []


async def test_three_redirects_are_followed_and_a_key_goes_to_the_provider_alone(wire: Wire, tmp_path: Path) -> None:
    assert (await fetched(wire, "/moved-thrice", tmp_path / "film.mp4", headers={"x-goog-api-key": KEY})).bytes == len(MP4)
    assert len(wire.requests) == 4
    assert all(f"x-goog-api-key: {KEY}".encode() in head for head in wire.requests)


class Internet(httpx.AsyncBaseTransport):
    """What stands where the internet would: sends whoever asks the provider to its hosts, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if request.headers["host"] == "api.example":
            return httpx.Response(302, headers={"Location": "https://d1.cloudfront.net/film.mp4"})
        return httpx.Response(200, headers={"Content-Type": "video/mp4"}, stream=httpx.ByteStream(MP4))


async def test_a_key_never_goes_to_another_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    internet = Internet()
    monkeypatch.setattr("kiwi.net.download.new_transport", lambda tls: internet)
    base = "https://api.example/v1"
    found = await download(
        f"{base}/film",
        tmp_path / "film.mp4",
        hosts=HOSTS,
        most_bytes=2**22,
        deadline_seconds=5,
        base_url=base,
        headers={"x-goog-api-key": KEY},
        resolve=Names("93.184.215.14"),
    )
    assert found.bytes == len(MP4)
    own, other = internet.asked
    assert (own.headers["x-goog-api-key"], own.headers["host"]) == (KEY, "api.example")
    assert KEY not in repr(other.headers.raw)
    for request, name in ((own, "api.example"), (other, "d1.cloudfront.net")):
        assert request.url.host == "93.184.215.14"
        assert (request.headers["host"], request.extensions["sni_hostname"]) == (name, name)


@pytest.mark.parametrize("address", HOSTILE, ids=lambda address: ascii(address)[:60])
async def test_a_hostile_address_is_refused_before_anything_is_looked_up_or_asked(address: str, tmp_path: Path) -> None:
    async with a_wire({"/": http(MP4)}) as canary:
        with pytest.raises(AddressForbidden):
            await download(
                address.replace("{port}", str(canary.port)),
                tmp_path / "film.mp4",
                hosts=HOSTS,
                most_bytes=2**20,
                deadline_seconds=2,
                resolve=nowhere,
            )
        assert canary.connections == 0
    assert os.listdir(tmp_path) == []


def test_the_corpus_of_hostile_addresses_is_large() -> None:
    assert len(set(HOSTILE)) >= 100


async def test_no_hostile_address_is_followed(tmp_path: Path) -> None:
    async with a_wire({"/": http(MP4)}) as canary, a_wire() as wire:
        refused = 0
        for address in HOSTILE:
            location = address.replace("{port}", str(canary.port))
            if not location or (location[0] in "/x" and not location.startswith("//")) or not location.isprintable() or location[0] == " ":
                continue  # a place on the provider itself, or no header at all
            raw = http(status=302, Location="LOCATION").replace(b"LOCATION", location.encode())
            wire.answers = {"/film": raw}
            with pytest.raises((AddressForbidden, DownloadCut)):  # what is no header at all cuts the line
                await fetched(wire, "/film", tmp_path / "film.mp4")
            refused += 1
        assert canary.connections == 0
        assert len(wire.requests) == refused > 90


@pytest.mark.parametrize(
    "answer",
    [
        *(["127.0.0.1"], ["10.1.2.3"], ["169.254.169.254"], ["100.100.100.200"], ["::1"], ["fe80::1"], ["fd00::1"], ["::ffff:10.0.0.1"]),
        *(["64:ff9b::a00:1"], ["64:ff9b:1::1"], ["2002:a00:1::"], ["2001:0:a00:1::"], ["::10.0.0.1"], ["0.0.0.0"], ["::"], ["224.0.0.1"]),
        *(["8.8.8.8", "127.0.0.1"], ["2606:4700::1111", "::1"], ["8.8.8.8", "1.1.1.1", "192.168.0.1"], ["no address"], ["fe80::1%eth0"]),
    ],
    ids=" ".join,
)
async def test_a_name_that_leads_inside_is_refused_even_if_other_answers_do_not(answer: list[str], tmp_path: Path) -> None:
    names = Names(*answer)
    with pytest.raises(AddressForbidden, match="not on the internet"):
        await download(
            "https://d1.cloudfront.net/film.mp4", tmp_path / "film.mp4", hosts=HOSTS, most_bytes=1, deadline_seconds=2, resolve=names
        )
    assert names.asked == [("d1.cloudfront.net", 443)]


async def test_what_was_checked_is_what_is_connected_to(tmp_path: Path, guard: Guard) -> None:
    names = Names("93.184.215.14")
    with pytest.raises(BaseException, match=r"only reach this machine|TaskGroup"):
        await download(
            "https://d1.cloudfront.net/film.mp4", tmp_path / "film.mp4", hosts=HOSTS, most_bytes=1, deadline_seconds=2, resolve=names
        )
    assert len(names.asked) == 1
    assert guard.refused == ["socket.connect to 93.184.215.14"]  # neither a second look-up nor another address
    guard.refused.clear()


async def test_the_providers_own_machine_must_stay_this_one(wire: Wire, tmp_path: Path) -> None:
    for answer in (["8.8.8.8"], ["127.0.0.1", "10.0.0.1"]):
        with pytest.raises(AddressForbidden):
            await fetched(wire, "/film.mp4", tmp_path / "film.mp4", resolve=Names(*answer))
    async with a_wire(ANSWERS) as other:
        with pytest.raises(AddressForbidden):
            await download(
                other.url("/film.mp4"), tmp_path / "film.mp4", hosts=HOSTS, most_bytes=9, deadline_seconds=2, base_url=wire.url()
            )
        assert other.connections == wire.connections == 0


async def test_the_next_address_is_tried_when_one_does_not_answer(wire: Wire, tmp_path: Path) -> None:
    found = await fetched(wire, "/film.mp4", tmp_path / "film.mp4", resolve=Names("127.66.66.66", "127.0.0.1"))
    assert found.bytes == len(MP4)
    with pytest.raises(ProviderUnreachable):
        await fetched(wire, "/film.mp4", tmp_path / "film.mp4", resolve=Names("127.66.66.66"))
    with pytest.raises(ProviderUnreachable):
        await fetched(wire, "/film.mp4", tmp_path / "film.mp4", resolve=Names())


async def test_a_name_without_an_address_is_unreachable(tmp_path: Path) -> None:
    async def unknown(host: str, port: int) -> list[str]:
        raise OSError("Name or service not known")

    with pytest.raises(ProviderUnreachable, match="not known"):
        await download("https://d1.cloudfront.net/x", tmp_path / "x", hosts=HOSTS, most_bytes=1, deadline_seconds=2, resolve=unknown)


def certificate(name: str, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The contexts of a server that proves to be ``name``, and of a client that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(subject, subject, key.public_key(), 1, now - timedelta(hours=1), now + timedelta(hours=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    public = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "both.pem").write_bytes(private + public)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "both.pem")
    return server, ssl.create_default_context(cadata=public.decode())


@pytest.mark.parametrize(("name", "right"), [("localhost", True), ("evil.example", False), ("127.0.0.1", False)])
async def test_a_certificate_must_be_the_names_and_not_the_addresss(name: str, right: bool, tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    server, client = certificate(name, tmp_path / "keys")
    greeted: list[str | None] = []
    server.sni_callback = lambda line, asked, context: greeted.append(asked)
    async with a_wire(ANSWERS, tls=server) as wire:
        base = wire.url(host="localhost", scheme="https")

        async def fetch() -> Downloaded:
            return await download(
                f"{base}/film.mp4",
                tmp_path / "film.mp4",
                hosts=(),
                most_bytes=2**22,
                deadline_seconds=5,
                base_url=base,
                resolve=Names("127.0.0.1"),
                tls=client,
            )

        if right:
            assert (await fetch()).bytes == len(MP4)
            assert f"Host: localhost:{wire.port}\r\n".encode() in wire.requests[0]
        else:
            with pytest.raises(ProviderUnreachable):
                await fetch()
            assert wire.requests == []
    assert greeted == ["localhost"]


async def garble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Half a film, then a record of TLS that nobody can read."""
    writer.write(http(MP4, kind="video/mp4")[:-10])
    await writer.drain()
    under_tls = writer.transport._ssl_protocol._transport  # type: ignore[attr-defined]
    under_tls.write(b"\x17\x03\x03\x00\x40" + b"?" * 64)
    await asyncio.sleep(1)


async def test_a_line_that_is_garbled_is_a_line_that_was_cut(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    server, client = certificate("localhost", tmp_path / "keys")
    async with a_wire({"/film.mp4": garble}, tls=server) as wire:
        base = wire.url(host="localhost", scheme="https")
        known: dict[str, Any] = {"hosts": (), "most_bytes": 2**22, "deadline_seconds": 5, "base_url": base, "tls": client}
        with pytest.raises(DownloadCut):
            await download(f"{base}/film.mp4", tmp_path / "film.mp4", resolve=Names("127.0.0.1"), **known)
        transport = new_transport(client)
        async with httpx.AsyncClient(transport=transport, base_url=base) as http_client:
            api = ApiClient("runway", http_client, transport, Redaction(), SystemClock())
            with pytest.raises(OutcomeUnknown):
                await api.ask("POST", "/film.mp4", paid=True, seconds=5)
            with pytest.raises(ProviderBusy):
                await api.ask("GET", "/film.mp4", seconds=5)


async def test_no_signed_address_is_told(wire: Wire, tmp_path: Path) -> None:
    for path in ("/short", "/html", "/403", "/moved-forever"):
        with pytest.raises(ProviderError) as caught:
            await fetched(wire, f"{path}?_jwt={KEY}", tmp_path / "film.mp4")
        assert KEY not in repr(caught.value) + repr(caught.value.__context__) + repr(caught.value.__cause__)


@pytest.mark.parametrize("ip", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "2a00:1450:4001::1", "64:ff9b::808:808", "93.184.215.14"])
def test_an_address_of_the_internet_is_public(ip: str) -> None:
    assert is_public(ip)


@pytest.mark.parametrize(
    "ip",
    [
        *("0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.9.9.9", "169.254.169.254", "172.31.255.255", "192.0.0.192"),
        *(
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.1.1",
            "240.0.0.1",
            "255.255.255.255",
        ),
        *(
            "168.63.129.16",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::7f00:1",
            "64:ff9b:1::808:808",
            "100::1",
        ),
        *(
            "2001:0:808:808::",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:808:808::",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
        ),
        *("fe80::1", "fe80::1%eth0", "2606:4700::1111%eth0", "fec0::1", "ff02::1", "", "localhost", "127.1", "0x7f.0.0.1", "2130706433"),
    ],
)
def test_any_other_address_is_not(ip: str) -> None:
    assert not is_public(ip)


def test_a_pattern_is_a_name_or_whatever_is_below_one() -> None:
    assert matches("a.cloudfront.net", HOSTS)
    assert matches("a.b.cloudfront.net", HOSTS)
    assert matches("cdn.pixabay.com", HOSTS)
    for other in ("cloudfront.net", "xcloudfront.net", "a.cloudfront.net.x", "x.cdn.pixabay.com", ""):
        assert not matches(other, HOSTS)


PIECES = st.lists(
    st.sampled_from(
        [
            *("https://", "http://", "a", ".cloudfront.net", "cdn.pixabay.com", "@", ":", "443", "/", "//", "\\", "?", "#"),
            *("%2e", "[::1]", "127.0.0.1", ".", "。", "%40", "xn--", "\0"),
        ]
    ),
    max_size=9,
)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40) | PIECES.map("".join) | PIECES.map(lambda parts: "https://" + "".join(parts)))
def test_whatever_is_allowed_leads_to_a_listed_host(address: str) -> None:
    try:
        url = parsed(address)
        check(url, HOSTS, None)
    except AddressForbidden:
        return
    again = httpx.URL(str(url))
    assert again.scheme == "https"
    assert again.port in {None, 443}
    assert not again.userinfo
    assert HOST.fullmatch(again.host)
    assert again.host == "cdn.pixabay.com" or again.host.endswith(".cloudfront.net")
