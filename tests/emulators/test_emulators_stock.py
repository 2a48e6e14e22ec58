"""The emulated stock libraries find clips by their tags, page through them and deliver files of the size they told."""

import io
from collections.abc import Iterator
from typing import Any

import av
import httpx
import pytest

from emulators.library import SHELF, found, padded
from emulators.pexels import Pexels
from emulators.pixabay import Pixabay
from emulators.running import Emulators, running_emulators
from emulators.scenarios import Scenario


@pytest.fixture(scope="module")
def emulators() -> Iterator[Emulators]:
    with running_emulators(Pexels(), Pixabay()) as emulators:
        yield emulators


@pytest.fixture(autouse=True)
def forgetful(emulators: Emulators) -> None:
    for vendor in emulators.vendors.values():
        vendor.clear()


@pytest.fixture
def pexels(emulators: Emulators) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=emulators.url("pexels"), headers={"authorization": "key"}, timeout=5, trust_env=False) as client:
        yield client


@pytest.fixture
def pixabay(emulators: Emulators) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=emulators.url("pixabay"), params={"key": "key"}, timeout=5, trust_env=False) as client:
        yield client


def hunt(pexels: httpx.Client, query: str, **params: Any) -> dict[str, Any]:
    told: dict[str, Any] = pexels.get("/v1/videos/search", params={"query": query, **params}).raise_for_status().json()
    return told


def shape(content: bytes) -> tuple[int, int, float]:
    """Width, height and seconds."""
    with av.open(io.BytesIO(content), "r") as clip:
        stream = clip.streams.video[0]
        return stream.width, stream.height, (clip.duration or 0) / av.time_base


def test_the_shelf_is_found_by_its_tags_best_first() -> None:
    assert [clip.id for clip in found("Coffee and milk in a café")] == [1115, 1104]
    assert found("quantum chromodynamics") == []
    assert len(found("nature")) > 5
    assert len({clip.id for clip in SHELF}) == len(SHELF) >= 12


def test_pexels_tells_files_and_authors(pexels: httpx.Client) -> None:
    clip = hunt(pexels, "honey bees")["videos"][0]
    assert (clip["duration"], clip["user"]["name"], clip["user"]["url"]) == (5, "Marina Holt", "https://www.pexels.com/@author-21")
    assert {file["quality"] for file in clip["video_files"]} == {"hls", "sd", "hd"}
    assert [file["width"] for file in clip["video_files"]] == [None, 960, 1280, 1920]
    file = clip["video_files"][1]
    assert shape(pexels.get(file["link"]).content) == (file["width"], file["height"], 5.0)
    assert pexels.get(clip["image"]).headers["content-type"] == "image/jpeg"


def test_pexels_pages_through_what_it_found(pexels: httpx.Client) -> None:
    first = hunt(pexels, "nature", per_page=3)
    seen = [clip["id"] for clip in first["videos"]]
    told = first
    while "next_page" in told:
        told = pexels.get(told["next_page"]).json()
        seen += [clip["id"] for clip in told["videos"]]
    assert len(seen) == len(set(seen)) == first["total_results"] > 3


@pytest.mark.parametrize(("orientation", "tall"), [("landscape", False), ("portrait", True)])
def test_pexels_keeps_to_an_orientation(pexels: httpx.Client, orientation: str, tall: bool) -> None:
    clips = hunt(pexels, "water people", orientation=orientation)["videos"]
    assert clips
    assert {clip["height"] > clip["width"] for clip in clips} == {tall}


def test_pexels_counts_down_its_rate(pexels: httpx.Client) -> None:
    left = [pexels.get("/v1/videos/search", params={"query": "sea"}).headers["x-ratelimit-remaining"] for _ in range(2)]
    assert left == ["19999", "19998"]


def test_pexels_refuses_in_its_own_way(pexels: httpx.Client, emulators: Emulators) -> None:
    assert pexels.get("/v1/videos/search", params={"query": "sea"}, headers={"authorization": "Bearer key"}).status_code == 401
    assert pexels.get("/v1/videos/search").status_code == 400
    assert pexels.get("/v1/videos/search", params={"query": "sea", "per_page": 81}).status_code == 400
    emulators.vendor(Pexels).script(Scenario.BUSY, retry_after="9")
    busy = pexels.get("/videos/search", params={"query": "sea"})
    assert (busy.status_code, busy.headers["retry-after"]) == (429, "9")
    assert hunt(pexels, "sea")["total_results"] == 1
    assert emulators.vendor(Pexels).purchases == []


def test_pixabay_tells_sizes_that_are_true(pixabay: httpx.Client) -> None:
    hit = pixabay.get("/api/videos/", params={"q": "honey bees"}).json()["hits"][0]
    assert (hit["user"], hit["tags"].split(", ")[0], hit["videos"]["large"]["url"]) == ("Marina Holt", "bees", "")
    file = hit["videos"]["tiny"]
    answer = pixabay.get(file["url"])
    assert len(answer.content) == file["size"]
    assert shape(answer.content) == (file["width"], file["height"], 5.0)


def test_pixabay_pages_through_what_it_found(pixabay: httpx.Client) -> None:
    pages = [pixabay.get("/api/videos/", params={"q": "nature", "per_page": 3, "page": page}) for page in (1, 2, 9)]
    assert [page.status_code for page in pages] == [200, 200, 400]
    first, second = ({hit["id"] for hit in page.json()["hits"]} for page in pages[:2])
    assert not first & second
    assert pages[2].text.startswith("[ERROR 400]")


def test_pixabay_finds_what_is_wide_enough(pixabay: httpx.Client) -> None:
    wide = pixabay.get("/api/videos/", params={"q": "people", "min_width": 1200}).json()
    assert 0 < wide["totalHits"] < pixabay.get("/api/videos/", params={"q": "people"}).json()["totalHits"]


def test_pixabay_refuses_in_plain_text(pixabay: httpx.Client, emulators: Emulators) -> None:
    wrong = httpx.get(f"{emulators.url('pixabay')}/api/videos/", params={"q": "sea"}, trust_env=False)
    assert (wrong.status_code, wrong.headers["content-type"].split(";")[0]) == (400, "text/plain")
    assert pixabay.get("/api/videos/", params={"q": "sea", "per_page": 2}).status_code == 400
    assert pixabay.get("/api/videos/", params={"q": "sea", "min_width": "wide"}).status_code == 400
    emulators.vendor(Pixabay).script(Scenario.BUSY)
    assert pixabay.get("/api/videos/", params={"q": "sea"}).status_code == 429


def test_a_searchs_links_expire_together_and_another_search_gives_good_ones(pexels: httpx.Client, emulators: Emulators) -> None:
    emulators.vendor(Pexels).script(Scenario.EXPIRED_URL)
    old, new = (hunt(pexels, "honey")["videos"][0]["video_files"] for _ in range(2))
    assert [pexels.get(file["link"]).status_code for file in old[1:]] == [403] * 3
    assert pexels.get(new[1]["link"]).status_code == 200
    assert pexels.get(new[1]["link"].replace("1109-", "9999-")).status_code == 404


def test_padding_is_exact_or_none() -> None:
    assert len(padded(b"x" * 100, 120)) == 120
    assert padded(b"x" * 100, 104) == b"x" * 100
