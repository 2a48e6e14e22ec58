"""A browser as a person has one, beside a server in a process of its own; whatever breaks the page's own rules fails the test."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Browser, BrowserContext, Page, Request, async_playwright

from testing.servers import a_free_port
from tests.browser.chromium import CHROMIUM

ROOT = Path(__file__).parent.parent.parent
WAIT_MS = 20_000
ANSWER_SECONDS = 60.0
"""A page that has not answered by then never will: Playwright itself waits for ever for what it evaluates."""
GRAVE = {"serious", "critical"}
WATCH_POLICY = (
    "window.violations = []; addEventListener('securitypolicyviolation', (e) => violations.push(e.violatedDirective + ' ' + e.blockedURI));"
)


@asynccontextmanager
async def open_browser(*args: str) -> AsyncIterator[Browser]:
    """Chromium, without its sandbox where the tests run as root."""
    async with async_playwright() as playwright:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*sandbox, "--mute-audio", *args])
        try:
            yield browser
        finally:
            await browser.close()


@dataclass
class Visit:
    """A person at the page: a browser profile of its own, and what went wrong in it."""

    context: BrowserContext
    url: str
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    """Requests that left the server."""

    async def open(self, address: str = "") -> Page:
        """Another tab."""
        page = await self.context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        await page.goto(f"{self.url}/{address}")
        return page

    def note(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in {"blob", "data"} and f"{address.scheme}://{address.netloc}" != self.url:
            self.strangers.append(request.url)

    async def violations(self) -> list[str]:
        """What the page's policy had to forbid, in all tabs."""
        async with asyncio.timeout(ANSWER_SECONDS):
            return [one for page in self.context.pages for one in await page.evaluate("window.violations ?? []")]


@asynccontextmanager
async def visiting(browser: Browser, url: str, **options: Any) -> AsyncIterator[Visit]:
    """A visit that ends well: no script failed, nothing was forbidden, and nothing was asked of anybody but the server.

    Nothing moves on the page unless ``options`` say so: without a graphics card a browser that animates keeps the cores from the film.
    """
    async with await browser.new_context(**{"locale": "en", "reduced_motion": "reduce", **options}) as context:
        await context.add_init_script(WATCH_POLICY)
        visit = Visit(context, url)
        context.on("request", visit.note)
        yield visit
        assert await visit.violations() == []
        assert visit.errors == []
        assert visit.strangers == []


async def grave_faults(page: Page) -> list[str]:
    """What a screen reader, or weak eyes, would stumble over badly: axe's findings with where they are."""
    await page.wait_for_timeout(450)  # until what rises into view has risen
    async with asyncio.timeout(ANSWER_SECONDS):
        found = (await Axe().run(page)).response["violations"]
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found if one["impact"] in GRAVE for node in one["nodes"]]


async def until(page: Page, expression: str, within: float = 20) -> None:
    """Wait for something to be true in the page, whose policy forbids what Playwright's own waiting would do."""
    async with asyncio.timeout(within):
        while not await page.evaluate(expression):
            await asyncio.sleep(0.05)


async def is_too_wide(page: Page) -> bool:
    """Whether one must scroll sideways."""
    return bool(await page.evaluate("document.documentElement.scrollWidth > innerWidth"))


@asynccontextmanager
async def serving(folder: Path, **settings: str) -> AsyncIterator[str]:
    """The program itself with its own crew and database, as ``python server.py``; its address."""
    port = a_free_port()
    own = {name: value for name, value in os.environ.items() if not name.startswith("KIWI_")}
    chosen = {"KIWI_DATA_DIR": str(folder), "KIWI_PORT": str(port), "KIWI_CHAT_MODEL": "", **settings}
    with (folder / "log").open("wb") as log:
        command: Sequence[str] = (sys.executable, str(ROOT / "server.py"))
        process = await asyncio.create_subprocess_exec(*command, cwd=folder, env={**own, **chosen}, stdout=log, stderr=log)
    try:
        await ready(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        await process.wait()


async def ready(url: str, within: float = 60) -> None:
    """Wait until a server takes work."""
    async with asyncio.timeout(within), httpx.AsyncClient() as client:
        while True:
            with contextlib.suppress(httpx.TransportError):
                if (await client.get(f"{url}/readyz")).status_code == 200:
                    return
            await asyncio.sleep(0.05)
