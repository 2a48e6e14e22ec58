"""What a person does with films that the program's own crew makes: speak one, look at its storyboard, watch it, change it."""

import hashlib
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import av
import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Response, expect

from tests.browser.browsing import ROOT, grave_faults, open_browser, serving, until, visiting

pytestmark = pytest.mark.asyncio(loop_scope="module")

TOLD = "Make a thirty second promotional video about AI technology"
MADE_MS = 120_000


def to_wav(recording: Path, wav: Path) -> None:
    """What Chromium takes for a microphone."""
    with av.open(str(recording)) as source, av.open(str(wav), "w") as target:
        stream = target.add_stream("pcm_s16le", rate=48_000, layout="mono")
        resampler = av.AudioResampler("s16", "mono", 48_000)
        for frame in source.decode(audio=0):
            for part in resampler.resample(frame):
                target.mux(stream.encode(part))
        target.mux(stream.encode(None))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def speaker(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    """A browser into whose microphone somebody speaks, once."""
    wav = tmp_path_factory.mktemp("voice") / "brief.wav"
    to_wav(ROOT / "examples" / "brief.webm", wav)
    async with open_browser("--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={wav}%noloop") as browser:
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    async with serving(tmp_path_factory.mktemp("spoken")) as url:
        yield url


async def test_a_spoken_brief_becomes_a_film_that_plays(speaker: Browser, url: str, tmp_path: Path) -> None:
    ranges: list[Response] = []
    async with visiting(speaker, url, permissions=["microphone"], accept_downloads=True) as visit:
        visit.context.on("response", lambda response: ranges.append(response) if ".mp4" in response.url else None)
        page = await visit.open()
        await page.get_by_role("button", name="Record", exact=True).click()
        level = "Number(document.querySelector('kiwi-recorder').style.getPropertyValue('--level'))"
        await until(page, f"{level} > 0.2")  # the meter shows that something is heard
        await expect(page.locator(".timer")).to_have_text("0:06", timeout=15_000)
        await page.get_by_role("button", name="Stop recording").click()
        began = time.monotonic()
        await expect(page.locator(".hearing audio")).to_be_visible()  # it can be listened to again at once
        await expect(page.locator("q")).to_contain_text(re.compile("AI technology", re.IGNORECASE), timeout=60_000)
        heard = time.monotonic()
        await expect(page.locator(".chips")).to_contain_text("AI technology")
        assert await page.evaluate("document.querySelector('.again audio').readyState") >= 0
        await page.get_by_role("button", name="Length").click()
        await page.locator(".chips select").select_option("10")
        chosen = time.monotonic()
        await page.get_by_role("button", name="Make the film").click()
        await expect(page.locator(".frame:not(.blank)").first).to_be_visible(timeout=30_000)
        carded = time.monotonic()
        print(f"heard {heard - began:.1f} s after it was said; first card {carded - chosen:.1f} s after that")
        await expect(page.locator("#player")).to_be_visible(timeout=MADE_MS)
        assert await grave_faults(page) == []
        film = page.url.rpartition("/")[2]

        player = "document.querySelector('#player')"
        await page.evaluate(f"{player}.play()")
        await until(page, f"{player}.currentTime > 0.3")
        seconds = float(await page.evaluate(f"{player}.duration"))
        await page.locator(".chapter").last.click()
        await until(page, f"{player}.currentTime > {seconds * 0.4}")
        assert any(response.status == 206 and "range" in response.request.headers for response in ranges)

        captions = page.get_by_role("button", name="Captions")
        assert await page.evaluate(f"{player}.textTracks[0].mode") == "hidden"
        await captions.click()
        assert await page.evaluate(f"{player}.textTracks[0].mode") == "showing"
        await until(page, f"{player}.textTracks[0].cues.length > 0")
        await captions.click()
        assert await page.evaluate(f"{player}.textTracks[0].mode") == "hidden"

        async with page.expect_download() as waiting:
            await page.get_by_role("link", name="Download the film").click()
        await (await waiting.value).save_as(tmp_path / "film.mp4")
        async with httpx.AsyncClient(base_url=url) as client:
            result = (await client.get(f"/api/video/status/{film}")).json()["result"]
        assert hashlib.sha256((tmp_path / "film.mp4").read_bytes()).hexdigest() == result["sha256"]
        assert abs(seconds - result["duration"]) < 0.1
        with av.open(str(tmp_path / "film.mp4")) as downloaded:
            assert downloaded.streams.video[0].frames > 0
            assert downloaded.streams.audio


async def test_a_film_is_watched_while_it_is_made_and_then_goes_on_where_it_was(speaker: Browser, url: str) -> None:
    async with httpx.AsyncClient(base_url=url) as client:
        made = await client.post("/api/video/create", json={"text_input": "Explain how solar panels work in one minute"})
        film = made.json()["task_id"]
    async with visiting(speaker, url) as visit:
        page = await visit.open(f"#/film/{film}")
        preview, player = page.locator("kiwi-preview video"), page.locator("#player")
        await expect(preview).to_be_visible(timeout=MADE_MS)
        await expect(page.locator(".making")).to_be_visible()
        assert await preview.evaluate("(video) => video.muted && !video.error")
        notes = "video.addEventListener('timeupdate', () => { if (video.currentTime) window.place = video.currentTime; })"
        await preview.evaluate(f"(video) => {{ {notes}; }}")
        await until(page, "window.place > 1", MADE_MS / 1000)
        assert await grave_faults(page) == []
        second = await visit.open(f"#/film/{film}")  # another page of this browser opens no second line
        await expect(second.locator("h1")).to_be_visible()
        await expect(second.locator("kiwi-preview video")).to_have_count(0)
        await expect(player).to_be_visible(timeout=MADE_MS)
        await expect(preview).to_have_count(0)
        await until(page, "document.querySelector('#player').currentTime >= Math.max(window.place - 0.5, 1)")
        assert await player.evaluate("(video) => video.muted")


async def test_a_recording_can_be_thrown_away(speaker: Browser, url: str) -> None:
    async with visiting(speaker, url, permissions=["microphone"]) as visit:
        page = await visit.open()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url) if "/message" in request.url else None)
        await page.get_by_role("button", name="Record", exact=True).click()
        await expect(page.locator(".timer")).to_be_visible()
        await page.get_by_role("button", name="Discard").click()
        await expect(page.locator(".timer")).to_have_count(0)
        await page.wait_for_timeout(300)
        assert asked == []
        await expect(page.get_by_role("button", name="Record", exact=True)).to_be_enabled()


async def test_a_storyboard_is_changed_and_approved_then_a_scene_said_anew(speaker: Browser, url: str) -> None:
    async with visiting(speaker, url) as visit:
        page = await visit.open()
        await page.get_by_label("Ask me").select_option("storyboard")
        await page.fill(
            "#words", "Promote Kiwi Coffee. We roast every morning. Our beans come from small farms. Visit us at the old harbour."
        )
        await page.get_by_role("button", name="Go on").click()
        await page.get_by_role("button", name="Make the film").click()
        cards = page.locator(".board .card")
        await expect(page.locator(".review h1")).to_be_visible(timeout=MADE_MS)
        before = await cards.count()
        assert before >= 3
        await until(page, "[...document.querySelectorAll('.board img')].every((one) => one.naturalWidth > 0)")
        await expect(page.locator(".decide")).to_contain_text("costs nothing")
        assert await grave_faults(page) == []
        film = page.url.rpartition("/")[2]

        await page.get_by_label("Words of scene 2").fill("We roast each morning at five.")
        await page.get_by_role("button", name="Remove, Scene 3").click()
        await page.get_by_role("button", name="Add a scene").click()
        await page.keyboard.type("Dogs are welcome, too.")
        second = await visit.open(f"#/film/{film}")  # somebody else looks at the same storyboard
        await expect(second.locator(".board .card")).to_have_count(before)
        await page.get_by_role("button", name="Show the changes").click()
        await expect(page.get_by_label("Words of scene 2")).to_have_value("We roast each morning at five.")
        await expect(page.locator(".review")).to_have_attribute("aria-busy", "false", timeout=MADE_MS)
        await expect(page.get_by_role("button", name="Show the changes")).to_have_count(0, timeout=MADE_MS)
        await expect(cards).to_have_count(before)
        await expect(second.get_by_label("Words of scene 2")).to_have_value("We roast each morning at five.", timeout=10_000)
        said = await page.locator(".board textarea").evaluate_all("(all) => all.map((one) => one.value)")
        assert "Dogs are welcome, too." in said
        async with httpx.AsyncClient(base_url=url) as client:
            stale = await client.post(f"/api/video/task/{film}/review", json={"approve": True, "revision": 1})
            assert (stale.status_code, stale.json()["revision"] > 1) == (409, True)

        await page.get_by_role("button", name="Film it", exact=True).click()
        await expect(page.locator("#player")).to_be_visible(timeout=MADE_MS)
        await expect(page.locator(".scenes")).to_contain_text("Dogs are welcome, too.")

        await say_a_scene_anew(page)
        await make_it_vertical(page, film)


async def say_a_scene_anew(page: Page) -> None:
    """A new version is made while the one of before can be watched, and both stay."""
    await page.get_by_role("button", name="Change the words (Scene 2)").click()
    await page.get_by_label("Words of scene 2").fill("We roast before the sun is up.")
    await page.get_by_role("button", name="Film it anew").click()
    await expect(page.locator(".making")).to_be_visible()
    await expect(page.locator("#player")).to_be_visible()  # the film of before can be watched meanwhile
    await expect(page.locator("#version")).to_be_visible(timeout=MADE_MS)
    await expect(page.locator(".scenes")).to_contain_text("We roast before the sun is up.")
    await page.locator("#version").select_option("1")
    await expect(page.locator(".scenes")).to_contain_text("We roast each morning at five.")
    await until(page, "document.querySelector('#player').readyState >= 1")
    assert ".v1.mp4" in str(await page.locator("#player").get_attribute("src"))
    assert await grave_faults(page) == []


async def make_it_vertical(page: Page, film: str) -> None:
    """Another film of the same script, which is cancelled."""
    await page.locator("#version").select_option("2")
    await page.get_by_role("button", name="Vertical").click()
    await page.wait_for_url(lambda address: film not in address)
    await expect(page.locator(".strip.shape-9-16 .frame:not(.blank)").first).to_be_visible(timeout=MADE_MS)
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.locator(".ended")).to_contain_text("Cancelled")
