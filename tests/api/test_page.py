"""The page as files: what a browser is given, what everybody else is, and the rules the page keeps by itself."""

import gzip
import re
import tomllib
from collections.abc import AsyncIterator
from fnmatch import fnmatch
from pathlib import Path

import pytest
import pytest_asyncio

from api.page import KINDS, assets
from kiwi.film.review import CARD_KINDS
from kiwi.storage.postgres import Server
from testing.servers import House, Studio, open_house, settings_for

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROOT = Path(__file__).parent.parent.parent
WEB = ROOT / "web"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
LARGEST = 120_000


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("page")
    async with open_house(settings_for(server.url, folder), Studio(folder)) as house:
        yield house


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/json, text/html", ""])
async def test_who_is_no_browser_gets_json(house: House, accept: str) -> None:
    answer = await house.client.get("/", headers={"Accept": accept})
    assert answer.json().items() >= {"service": "KIWI-Video", "status": "running", "docs": "/docs"}.items()
    assert "Accept" in answer.headers["vary"]


async def test_a_browser_gets_the_page_and_all_that_it_names(house: House) -> None:
    page = await house.client.get("/", headers=BROWSER)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    named = set(re.findall(r'(?:href|src)="(/web/[^"]+)"', page.text))
    modules = {f"/web/{file.relative_to(WEB).as_posix()}" for file in WEB.rglob("*.js")} - {"/web/types.js", "/web/texts/de.js"}
    assert named >= modules, "a module that is not named is found late"
    for path in named:
        answer = await house.client.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["content-type"] == KINDS[Path(path).suffix]


async def test_files_are_packed_and_not_sent_twice(house: House) -> None:
    first = await house.client.get("/web/app.js")
    assert first.headers["content-encoding"] == "gzip"
    assert first.content == (WEB / "app.js").read_bytes()
    again = await house.client.get("/web/app.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = await house.client.get("/web/app.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    for missing in ("/web/nothing.js", "/web/__init__.py", "/web/fonts/OFL.txt", "/web/"):
        assert (await house.client.get(missing)).status_code == 404


async def test_the_whole_page_weighs_little() -> None:
    packed = {name: len(asset.packed or asset.content) for name, asset in assets().items()}
    assert sum(packed.values()) <= LARGEST
    assert all(gzip.decompress(asset.packed) == asset.content for asset in assets().values() if asset.packed)


async def test_an_installed_wheel_has_every_file_of_the_page() -> None:
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["web"]
    for name in assets():
        assert any(fnmatch(name, pattern) and name.count("/") == pattern.count("/") for pattern in patterns), name


async def test_no_module_is_longer_than_300_lines_and_nothing_comes_from_elsewhere() -> None:
    for file in WEB.rglob("*"):
        if file.suffix in {".js", ".css", ".html", ".svg"}:
            text = file.read_text()
            assert text.count("\n") <= 300, file
            assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|innerHTML|insertAdjacentHTML|document\.write|eval\(", text), file


async def test_every_language_speaks_of_the_same_things_and_fills_in_the_same_blanks() -> None:
    said = {file.stem: dict(re.findall(r"(\w+): '((?:[^'\\]|\\.)*)'", file.read_text())) for file in (WEB / "texts").glob("*.js")}
    used = "".join(file.read_text() for file in WEB.glob("*.js"))
    for language, texts in said.items():
        assert not texts.keys() - said["en"].keys(), language
        for key, text in texts.items():
            assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", said["en"][key])), (language, key)
    prefixes = tuple(re.findall(r"word\('(\w+)'", used))
    assert not {key for key in said["en"] if f"'{key}'" not in used and not key.startswith((*prefixes, "choose_", "microphone_"))}
    assert {f"card_{kind}" for kind in CARD_KINDS} <= said["en"].keys()
