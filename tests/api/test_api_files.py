"""The finished media over HTTP: whole, in parts, by digest, and by no path."""

import hashlib
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as some

from api.files import disposition, wanted_ranges
from kiwi.storage.postgres import Server
from testing.servers import FILM, House, Studio, open_house, settings_for


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("files")
    async with open_house(settings_for(server.url, folder), Studio(folder)) as house:
        await house.clean()
        yield house


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def url(house: House) -> str:
    task = await house.ended(await house.create())
    return str(task["result"]["video_url"])


@pytest.mark.asyncio(loop_scope="module")
async def test_a_film_is_sent_whole_and_says_what_it_is(house: House, url: str) -> None:
    answer = await house.client.get(url)
    digest = hashlib.sha256(FILM).hexdigest()
    assert (answer.status_code, answer.content) == (200, FILM)
    assert answer.headers["etag"] == f'"{digest}"'
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == "attachment; filename=\"tea.mp4\"; filename*=UTF-8''Tea.mp4"
    assert (await house.status(url.rsplit("/", 1)[1].removesuffix(".mp4")))["result"]["sha256"] == digest
    head = await house.client.head(url)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(FILM)))


@pytest.mark.asyncio(loop_scope="module")
async def test_a_film_is_sent_in_parts(house: House, url: str) -> None:
    end = len(FILM)
    for wanted, first, last in (("0-99", 0, 99), ("100-", 100, end - 1), ("-100", end - 100, end - 1), (f"10-{end + 5}", 10, end - 1)):
        answer = await house.client.get(url, headers={"Range": f"bytes={wanted}"})
        assert (answer.status_code, answer.content) == (206, FILM[first : last + 1])
        assert answer.headers["content-range"] == f"bytes {first}-{last}/{end}"
    several = await house.client.get(url, headers={"Range": "bytes=0-9,20-29"})
    assert (several.status_code, several.headers["content-type"].partition(";")[0]) == (206, "multipart/byteranges")
    assert FILM[20:30] in several.content
    head = await house.client.head(url, headers={"Range": "bytes=0-9"})
    assert (head.status_code, head.content, head.headers["content-length"]) == (206, b"", "10")
    beyond = await house.client.get(url, headers={"Range": f"bytes={end}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{end}")
    assert beyond.headers["content-type"] == "application/problem+json"
    for meaningless in ("bytes=9-1", "lines=1-2", "bytes=a-b", "bytes=-", "bytes=" + ",".join(["0-0"] * 500)):
        assert (await house.client.get(url, headers={"Range": meaningless})).content == FILM


@pytest.mark.asyncio(loop_scope="module")
async def test_a_film_is_not_sent_again_and_parts_only_of_the_same_film(house: House, url: str) -> None:
    etag = (await house.client.head(url)).headers["etag"]
    for known in (etag, f'"old", {etag}', f"W/{etag}", "*"):
        assert (await house.client.get(url, headers={"If-None-Match": known})).status_code == 304
    assert (await house.client.get(url, headers={"If-None-Match": '"old"'})).status_code == 200
    part = {"Range": "bytes=0-9"}
    assert (await house.client.get(url, headers={**part, "If-Range": etag})).status_code == 206
    for other in ('"old"', f"W/{etag}", "Sun, 22 Nov 2026 12:00:00 GMT"):
        assert (await house.client.get(url, headers={**part, "If-Range": other})).status_code == 200


@pytest.mark.asyncio(loop_scope="module")
async def test_captions_poster_and_manifest_lie_beside_the_film(house: House, url: str) -> None:
    stem = url.removesuffix("mp4")
    for suffix, kind in (("srt", "application/x-subrip"), ("vtt", "text/vtt"), ("jpg", "image/jpeg"), ("json", "application/json")):
        answer = await house.client.get(stem + suffix)
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, kind)


@pytest.mark.asyncio(loop_scope="module")
async def test_no_other_file_can_be_had(house: House, url: str) -> None:
    house.studio.hold("cut")
    unfinished = await house.create()
    stem = url.rsplit("/", 1)[1].removesuffix(".mp4")
    names = [
        "nope.mp4",
        "..%2f..%2fetc%2fpasswd",
        f"{stem}.exe",
        f"{stem}",
        f"{stem}.mp4%00",
        f"..%2f{stem}.mp4",
        f"{unfinished}.mp4",
        ".mp4",
        "%00.mp4",
    ]
    for name in names:
        answer = await house.client.get(f"/api/video/file/{name}")
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json"), name
    house.studio.release("cut")


@given(some.text(max_size=30))
def test_whatever_a_range_header_says_it_is_understood_or_ignored(text: str) -> None:
    for header in (text, f"bytes={text}"):
        try:
            wanted = wanted_ranges(header, 1000)
        except ValueError:
            continue
        assert wanted is None or all(0 <= int(part.split("-")[0]) <= int(part.split("-")[1]) < 1000 for part in wanted[6:].split(","))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("../../etc/passwd", "etc%20passwd.mp4"),
        ('a"b\r\nSet-Cookie: x', "a%20b%20Set-Cookie%20x.mp4"),
        ("\u202egpj.exe", "gpj.exe.mp4"),
        ("Tee über Ö", "Tee%20%C3%BCber%20%C3%96.mp4"),
        ("...", "film.mp4"),
        ("", "film.mp4"),
    ],
)
def test_a_title_cannot_trick_who_saves_it(title: str, name: str) -> None:
    value = disposition(title, "mp4")
    assert value.endswith(f"''{name}")
    assert value.isascii()
    assert value.isprintable()
