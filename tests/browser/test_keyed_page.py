"""A server that asks for keys: the page asks once, and then everything in it works, players and pictures too."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import expect

from kiwi.storage.postgres import Server
from testing.servers import OtherServer, Studio, a_free_port
from tests.browser.browsing import grave_faults, open_browser, visiting
from tests.databases import an_empty_database

pytestmark = pytest.mark.asyncio(loop_scope="module")

KEY = "the-operators-own-key"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def url(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    studio = Studio(tmp_path_factory.mktemp("keyed"))
    async with OtherServer(studio, an_empty_database(server), a_free_port(), api_keys=KEY) as other:
        yield f"http://127.0.0.1:{other.port}"


async def test_the_key_is_asked_for_once_and_then_everything_opens(url: str) -> None:
    async with open_browser() as browser, visiting(browser, url) as visit:
        page = await visit.open()
        await expect(page.get_by_label("Key")).to_be_focused()
        assert await grave_faults(page) == []
        await page.get_by_label("Key").fill("not the key at all")
        await page.keyboard.press("Enter")
        await expect(page.locator(".problem")).to_contain_text("opens nothing here")
        await page.get_by_label("Key").fill(KEY)
        await page.keyboard.press("Enter")
        await page.fill("#words", "Explain how tea is made")
        await page.keyboard.press("Control+Enter")
        await page.get_by_role("button", name="Make the film").click()
        await expect(page.locator("video")).to_be_visible()
        film = page.url.rpartition("/")[2]
        status = "(path) => fetch(path).then((answer) => answer.status)"
        answers = [await page.evaluate(status, f"/api/video/file/{film}.{kind}") for kind in ("mp4", "jpg", "vtt")]
        assert answers == [200, 200, 200]
        opened = await page.evaluate(
            """(film) => new Promise((done) => {
              const socket = new WebSocket(`ws://${location.host}/ws/${film}`);
              socket.onmessage = ({data}) => done(JSON.parse(data).task_id);
              socket.onclose = ({code}) => done(code);
            })""",
            film,
        )
        assert opened == film
        assert KEY not in await page.evaluate("JSON.stringify([document.cookie, localStorage, sessionStorage, document.body.innerHTML])")

        other = await visit.open("#/films")
        await expect(other.locator(".poster")).to_have_count(1)
        await other.reload()
        await expect(other.locator(".poster")).to_have_count(1)
        await other.get_by_role("button", name="Sign out").click()
        await expect(other.get_by_label("Key")).to_be_visible()
        await page.goto(f"{url}/#/films")
        await page.reload()
        await expect(page.get_by_label("Key")).to_be_visible()
        async with httpx.AsyncClient(base_url=url) as client:
            assert (await client.get("/api/video/tasks")).status_code == 401


async def test_the_playground_makes_films_with_the_cookie(url: str) -> None:
    async with open_browser() as browser, visiting(browser, url) as visit:
        page = await visit.open()
        await page.get_by_label("Key").fill(KEY)
        await page.keyboard.press("Enter")
        await expect(page.locator("#words")).to_be_visible()
        await page.goto(f"{url}/video/playground/")
        await page.locator("[id='#/properties/text_input-input']").fill("tea")
        begun: list[int] = []
        page.on("response", lambda answer: begun.append(answer.status) if answer.url.endswith("/video/stream_log") else None)
        async with asyncio.timeout(30):
            while not begun:  # its button is drawn before it works
                await page.get_by_role("button", name="Start").dispatch_event("click")
                await page.wait_for_timeout(1000)
        assert begun[0] == 200
