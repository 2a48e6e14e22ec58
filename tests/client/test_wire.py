"""What a vendor says that no vendor should: it costs one job at most, never the film, and never what was bought."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from kiwi.clock import SystemClock
from kiwi.errors import AddressForbidden, OutcomeUnknown, ProviderError, RequestRejected
from kiwi.money.catalogue import find_model
from kiwi.net.addresses import check, parsed
from kiwi.net.network import ApiClient, Reply
from kiwi.providers.hire.plans import Request
from kiwi.providers.hire.shooting import State
from kiwi.providers.hire.speaking import Mute, Sound
from kiwi.providers.hire.wire import counted, word
from kiwi.providers.vendors import runway
from kiwi.providers.vendors.elevenlabs import ElevenLabs
from kiwi.providers.vendors.gemini_image import GeminiImage
from kiwi.providers.vendors.gemini_voice import GeminiVoice
from kiwi.providers.vendors.google import GoogleVendor
from kiwi.providers.vendors.omni import Omni
from kiwi.providers.vendors.pika import Pika
from kiwi.providers.vendors.pika_direct import PikaDirect
from kiwi.providers.vendors.veo import Veo
from kiwi.storage.assets import AssetStore

HUGE = int("9" * 400)
NO_BASE64 = ["é", "!!!", "a", 5, ["a"]]
NO_ADDRESS = ["https://[bad", "http://[::1", "https://generativelanguage.googleapis.com]/x"]


class OddApi(ApiClient):
    """Always gives the same answer."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    async def ask(self, method: str, path: str, *, paid: bool = False, **sent: Any) -> Reply:
        return Reply("odd", 200, httpx.Headers(), json.dumps(self.answer).encode(), paid, None)


def google(kind: type[GoogleVendor], answer: Any) -> GoogleVendor:
    return kind(OddApi(answer), "key-of-a-test", "https://generativelanguage.googleapis.com", SystemClock(), 5.0)


def a_request(provider: str, kind: Any) -> Request:
    return Request(model=find_model(provider, kind), path="/x", body={})


def omni_answer(**video: Any) -> dict[str, Any]:
    return {"status": "completed", "steps": [{"content": [{"type": "video", **video}]}]}


def parts_answer(**data: Any) -> dict[str, Any]:
    return {"candidates": [{"content": {"parts": [{"inlineData": data}]}, "finishReason": "STOP"}]}


@pytest.mark.parametrize("said", NO_BASE64)
async def test_what_is_no_base64_is_no_media(said: Any, tmp_path: Path) -> None:
    assert (await google(Omni, omni_answer(data=said)).look({"id": "a"})).content == b""
    placed = await google(GeminiImage, parts_answer(data=said)).submit(a_request("gemini-image", "image"), AssetStore(tmp_path))
    assert placed.job == {"ended": "STOP"}
    sound = parts_answer(mimeType="audio/L16;rate=24000", data=said)
    assert await GeminiVoice(OddApi(sound), 5.0).say(a_request("gemini", "voice")) == Mute("STOP")
    assert await ElevenLabs(OddApi({"audio_base64": said}), 5.0).say(a_request("elevenlabs", "voice")) == Mute("nothing")


@pytest.mark.parametrize("said", NO_ADDRESS)
async def test_what_is_no_address_is_left_to_the_download_to_refuse(said: str) -> None:
    looks = [await google(Omni, omni_answer(uri=said)).look({"id": "a"})]
    samples = {"generateVideoResponse": {"generatedSamples": [{"video": {"uri": said}}]}}
    looks.append(await google(Veo, {"done": True, "response": samples}).look({"name": "a"}))
    for look in looks:
        assert look.url == said
        with pytest.raises(AddressForbidden):
            check(parsed(look.url), GoogleVendor.hosts, None)


@pytest.mark.parametrize("code", [[], {}, "x", None, HUGE])
async def test_an_operation_fails_with_whatever_code(code: Any) -> None:
    look = await google(Veo, {"done": True, "error": {"code": code}}).look({"name": "a"})
    assert look.state is State.FAILED
    assert not look.again
    assert isinstance(look.failure, ProviderError)
    assert not isinstance(look.failure, RequestRejected)


@pytest.mark.parametrize(
    "amount", [{"credits": True}, {"credits": HUGE}, {"credits": 1e40}, {"credits": float("inf")}, {"credits": -1}, [], "5"]
)
def test_a_price_that_is_none_is_not_known(amount: Any) -> None:
    assert runway.dollars(amount) is None


def test_a_price_is_read_exactly() -> None:
    assert runway.dollars({"credits": 60}) == Decimal("0.60")
    assert runway.dollars({"credits": 0.5}) == Decimal("0.005")


@pytest.mark.parametrize("progress", [HUGE, -1, True, "0.5", None])
async def test_progress_that_is_none_is_not_told(progress: Any) -> None:
    assert runway.look_of({"status": "RUNNING", "progress": progress}).share is None
    direct = PikaDirect(OddApi({"status": "started", "progress": progress}), "https://devapi.pika.art", SystemClock(), 5.0)
    assert (await direct.look({"id": "a"})).share is None


@pytest.mark.parametrize("rate", ["0000", "000000", "24"])
async def test_a_rate_of_nothing_is_the_usual_one(rate: str) -> None:
    voice = GeminiVoice(OddApi(parts_answer(mimeType=f"audio/L16;rate={rate}", data="AAAA")), 5.0)
    sound = await voice.say(a_request("gemini", "voice"))
    assert isinstance(sound, Sound)
    assert sound.rate == 24_000
    assert voice.cost_of(find_model("gemini", "voice"), sound)


@pytest.mark.parametrize("place", [None, "", 5, "\x00", "a b", "\ud800"])
async def test_a_job_that_cannot_be_asked_after_is_not_taken_for_one_that_can(place: Any) -> None:
    answer = {"request_id": "a", "status_url": place, "response_url": "https://x/r", "cancel_url": "https://x/c"}
    with pytest.raises(OutcomeUnknown):
        await Pika(OddApi(answer), "https://queue.fal.run", SystemClock(), 5.0).submit(a_request("pika", "video"), AssetStore(Path("none")))


async def test_a_vendor_s_own_word_is_kept_as_the_database_can_keep_it(tmp_path: Path) -> None:
    answer = {"promptFeedback": {"blockReason": "\x00\ud800SAFETY" + "x" * 1_000}}
    placed = await google(GeminiImage, answer).submit(a_request("gemini-image", "image"), AssetStore(tmp_path))
    assert placed.job["blocked"].startswith("SAFETY")
    assert len(placed.job["blocked"]) <= 60


def test_numbers_and_words() -> None:
    assert [counted(one) for one in (0, 0.25, 7)] == [0.0, 0.25, 7.0]
    assert word(None) == "None"
    assert word("a\nb") == "ab"
