"""The emulated ElevenLabs satisfies the official client, and its times fit its sound."""

import asyncio
import base64
import io
from collections.abc import Iterator
from typing import Any

import av
import httpx
import numpy as np
import pytest
from elevenlabs import VoiceSettings
from elevenlabs.client import AsyncElevenLabs, ElevenLabs
from elevenlabs.core.api_error import ApiError
from elevenlabs.core.request_options import RequestOptions
from numpy.typing import NDArray

from emulators.elevenlabs import BALANCE
from emulators.elevenlabs import ElevenLabs as Emulated
from emulators.running import Emulators, running_emulators
from emulators.scenarios import Scenario

VOICE = "JBFqnCBsd6RMkjVDRZzb"
TEXT = "Coral reefs protect our coasts, and half of them may be gone by 2050."
ONCE = RequestOptions(max_retries=0)


@pytest.fixture(scope="module")
def emulators() -> Iterator[Emulators]:
    with running_emulators(Emulated(keys={"good-key"})) as running:
        yield running


@pytest.fixture
def vendor(emulators: Emulators) -> Iterator[Emulated]:
    vendor = emulators.vendor(Emulated)
    vendor.clear()
    yield vendor
    vendor.at_once = None


@pytest.fixture
def client(emulators: Emulators, vendor: Emulated) -> Iterator[ElevenLabs]:
    with httpx.Client(timeout=20) as http:
        yield ElevenLabs(api_key="good-key", base_url=emulators.url("elevenlabs"), httpx_client=http)


def convert(client: ElevenLabs, **asked: Any) -> bytes:
    settings = {"voice_id": VOICE, "text": TEXT, "model_id": "eleven_multilingual_v2", "request_options": ONCE}
    return b"".join(client.text_to_speech.convert(**{**settings, **asked}))


def refused(client: ElevenLabs, **asked: Any) -> ApiError:
    with pytest.raises(ApiError) as caught:
        convert(client, **asked)
    return caught.value


def decoded(packed: bytes) -> tuple[str, int, NDArray[np.float32]]:
    with av.open(io.BytesIO(packed), "r") as file:
        stream = file.streams.audio[0]
        resampler = av.AudioResampler("flt", "mono", stream.rate)
        parts = [part.to_ndarray()[0] for frame in file.decode(stream) for part in resampler.resample(frame)]
        return stream.codec_context.name, stream.rate, np.concatenate(parts)


def test_sound_comes_in_the_format_asked_for_and_as_long_as_the_words_need(client: ElevenLabs, vendor: Emulated) -> None:
    raw = convert(client, output_format="pcm_24000")
    seconds = len(raw) / 48_000
    assert 3 < seconds < 8
    for output_format, name, rate in (
        ("mp3_44100_128", "mp3float", 44_100),
        ("wav_44100", "pcm_s16le", 44_100),
        ("opus_48000_64", "opus", 48_000),
    ):
        codec, found, samples = decoded(convert(client, output_format=output_format))
        assert [codec, found] == [name, rate]
        assert abs(len(samples) / rate - seconds) < 0.1
    assert len(vendor.purchases) == 4
    assert vendor.credits == BALANCE - 4 * len(TEXT)
    assert vendor.requests[-1].headers["xi-api-key"] == "good-key"


def test_the_times_of_letters_lie_on_the_sound(client: ElevenLabs) -> None:
    found = client.text_to_speech.convert_with_timestamps(VOICE, text=TEXT, output_format="wav_44100", request_options=ONCE)
    assert found.alignment
    _, rate, samples = decoded(base64.b64decode(found.audio_base_64))
    starts, ends = found.alignment.character_start_times_seconds, found.alignment.character_end_times_seconds
    assert "".join(found.alignment.characters) == TEXT
    assert all(start <= end for start, end in zip(starts, ends, strict=True))
    assert starts == sorted(starts)
    assert ends[-1] <= len(samples) / rate + 0.01
    for word in ("Coral", "protect", "coasts", "2050"):
        place = TEXT.index(word)
        spoken = samples[round(starts[place] * rate) : round(ends[place + len(word) - 1] * rate)]
        assert float(np.square(spoken).mean()) > 2e-4, word
    comma = TEXT.index(",")
    pause = samples[round(ends[comma - 1] * rate) : round(starts[comma + 2] * rate)]
    assert len(pause) > 0.02 * rate
    assert float(np.square(pause[len(pause) // 3 : -len(pause) // 3]).mean()) < 2e-5


async def test_the_asynchronous_client_streams_the_same_sound(emulators: Emulators, vendor: Emulated) -> None:
    async with httpx.AsyncClient(timeout=20) as http:
        client = AsyncElevenLabs(api_key="good-key", base_url=emulators.url("elevenlabs"), httpx_client=http)
        whole = [piece async for piece in client.text_to_speech.convert(VOICE, text=TEXT, output_format="pcm_24000", request_options=ONCE)]
        streamed = [
            piece async for piece in client.text_to_speech.stream(VOICE, text=TEXT, output_format="pcm_24000", request_options=ONCE)
        ]
        timed = [part async for part in client.text_to_speech.stream_with_timestamps(VOICE, text=TEXT, output_format="pcm_24000")]
    assert b"".join(whole) == b"".join(streamed) == b"".join(base64.b64decode(part.audio_base_64) for part in timed)
    assert timed[0].alignment
    assert len(timed[0].alignment.characters) == len(TEXT)


def test_voices_differ_and_the_speed_counts(client: ElevenLabs) -> None:
    slow, fast = (len(convert(client, output_format="pcm_24000", voice_settings=VoiceSettings(speed=speed))) for speed in (0.7, 1.2))
    assert slow > 1.4 * fast
    assert convert(client, output_format="pcm_24000") != convert(client, output_format="pcm_24000", voice_id="21m00Tcm4TlvDq8ikWAM")


def test_voices_models_and_the_subscription_are_told(client: ElevenLabs) -> None:
    assert VOICE in [voice.voice_id for voice in client.voices.get_all().voices]
    assert client.voices.search().total_count == len(client.voices.get_all().voices)
    assert client.voices.get(VOICE).name == "George"
    assert "eleven_v4" in [model.model_id for model in client.models.list()]
    convert(client, model_id="eleven_flash_v2_5", text="four")
    assert client.user.subscription.get().character_count == 2


def test_a_bad_key_is_a_401(emulators: Emulators, vendor: Emulated) -> None:
    with httpx.Client() as http:
        error = refused(ElevenLabs(api_key="wrong", base_url=emulators.url("elevenlabs"), httpx_client=http))
    assert error.status_code == 401
    assert error.body["detail"]["status"] == "invalid_api_key"
    assert not vendor.creates


@pytest.mark.parametrize(
    ("scenario", "details", "code", "status"),
    [
        (Scenario.OUT_OF_CREDITS, {}, 401, "quota_exceeded"),
        (Scenario.BUSY, {}, 429, "system_busy"),
        (Scenario.BUSY, {"code": "too_many_concurrent_requests", "retry_after": "2"}, 429, "too_many_concurrent_requests"),
        (Scenario.SERVER_ERROR, {"status": 503}, 503, "internal_server_error"),
        (Scenario.MODERATED_INPUT, {}, 403, "content_against_policy"),
    ],
)
def test_refusals_are_the_vendors_and_cost_nothing(
    client: ElevenLabs, vendor: Emulated, scenario: Scenario, details: dict[str, Any], code: int, status: str
) -> None:
    vendor.script(scenario, **details)
    error = refused(client)
    assert error.status_code == code
    assert error.body["detail"]["status"] == status
    assert (error.headers or {}).get("retry-after") == details.get("retry_after")
    assert [len(vendor.creates), len(vendor.purchases), vendor.credits] == [1, 0, BALANCE]


@pytest.mark.parametrize(
    ("asked", "code", "word"),
    [
        ({"voice_id": "nobody"}, 404, "voice_not_found"),
        ({"model_id": "eleven_v0"}, 400, "model_not_found"),
        ({"text": "— !"}, 400, "input_text_empty"),
        ({"text": "a" * 10_001}, 400, "max_character_limit_exceeded"),
        ({"voice_settings": VoiceSettings(speed=3.0)}, 400, "invalid_voice_settings"),
        ({"output_format": "flac_44100"}, 422, "output_format"),
    ],
)
def test_requests_that_are_wrong_are_refused(client: ElevenLabs, vendor: Emulated, asked: dict[str, Any], code: int, word: str) -> None:
    error = refused(client, **asked)
    assert error.status_code == code
    assert word in str(error.body)
    assert not vendor.creates


def test_a_missing_text_is_a_422_with_its_place(client: ElevenLabs, vendor: Emulated) -> None:
    vendor.script(Scenario.INVALID_REQUEST, field="text")
    assert refused(client).body["detail"][0]["loc"] == ["body", "text"]


def test_credits_run_out_by_themselves(client: ElevenLabs, vendor: Emulated) -> None:
    vendor.credits = len(TEXT) + 3
    convert(client)
    error = refused(client)
    assert error.status_code == 401
    assert "You have 3 credits remaining" in error.body["detail"]["message"]
    assert len(vendor.purchases) == 1


async def test_more_requests_at_once_than_the_plan_has_are_refused(emulators: Emulators, vendor: Emulated) -> None:
    vendor.at_once = 2
    async with httpx.AsyncClient(timeout=20, base_url=emulators.url("elevenlabs"), headers={"xi-api-key": "good-key"}) as http:
        told = await asyncio.gather(*(http.post(f"/v1/text-to-speech/{VOICE}", json={"text": f"Number {n}. {TEXT}"}) for n in range(6)))
    assert sorted({one.status_code for one in told}) == [200, 429]
    assert {one.json()["detail"]["status"] for one in told if one.status_code == 429} == {"too_many_concurrent_requests"}
    assert len(vendor.creates) == 6


@pytest.mark.parametrize("scenario", [Scenario.MISSING_OPTIONAL, Scenario.EXTRA_FIELDS])
def test_times_may_be_missing_and_fields_added(client: ElevenLabs, vendor: Emulated, scenario: Scenario) -> None:
    vendor.script(scenario)
    found = client.text_to_speech.convert_with_timestamps(VOICE, text=TEXT, request_options=ONCE)
    assert found.audio_base_64
    assert bool(found.alignment) is (scenario is Scenario.EXTRA_FIELDS)


def test_broken_sound_is_delivered_as_scripted(client: ElevenLabs, vendor: Emulated) -> None:
    vendor.script(Scenario.ZERO_BYTES)
    vendor.script(Scenario.HTML_DOWNLOAD)
    vendor.script(Scenario.SHORT_CLIP)
    nothing, page, half, whole = (convert(client, output_format="pcm_24000") for _ in range(4))
    assert nothing == b""
    assert page.startswith(b"<!DOCTYPE html>")
    assert 0 < len(half) < len(whole)


async def test_a_silent_vendor_has_been_paid(emulators: Emulators, vendor: Emulated, client: ElevenLabs) -> None:
    convert(client, output_format="pcm_24000")
    vendor.script(Scenario.ACCEPTED_THEN_SILENT)
    async with httpx.AsyncClient(timeout=1.5, headers={"xi-api-key": "good-key"}) as http:
        with pytest.raises(httpx.ReadTimeout):
            await http.post(f"{emulators.url('elevenlabs')}/v1/text-to-speech/{VOICE}?output_format=pcm_24000", json={"text": TEXT})
    assert len(vendor.purchases) == 2
