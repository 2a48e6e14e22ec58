"""ElevenLabs: speaks, and tells when each letter is heard; one endpoint, asked directly, since its SDK sends a paid request again."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

from kiwi.clock import Clock
from kiwi.errors import KeyRejected, OutOfCredits, ProviderBusy, ProviderError, ProviderRefused, RequestRejected
from kiwi.film.job_inputs import Timing
from kiwi.film.model import Scene
from kiwi.money.catalogue import Model
from kiwi.net.network import ApiClient, Reply, open_api_client
from kiwi.providers.hire.plans import Request
from kiwi.providers.hire.speaking import ANSWER_SECONDS, Mute, Sound, Voice
from kiwi.providers.hire.wire import decoded

RATE = 24_000
GONE = {"voice_not_found", "invalid_uid", "voice_id_does_not_exist", "model_not_found", "model_id_does_not_exist", "invalid_model_id"}
BUSY = {"too_many_concurrent_requests", "system_busy", "rate_limit_exceeded"}
MEANINGS: tuple[tuple[set[str], type[ProviderError], str], ...] = (
    ({"quota_exceeded", "insufficient_credits", "payment_required"}, OutOfCredits, "The account at elevenlabs has not enough credits"),
    ({"invalid_api_key", "missing_permissions", "detected_unusual_activity"}, KeyRejected, "elevenlabs does not take the key"),
    ({"content_against_policy", "text_blocked"}, ProviderRefused, "ElevenLabs' moderation refuses to say what the scene says"),
    (GONE, ProviderError, "elevenlabs lacks the voice or the model: name others in KIWI_ELEVENLABS_VOICE and KIWI_NARRATORS"),
)
"""What the vendor's own words mean: one status has many meanings."""


class ElevenLabs(Voice):
    """A narrator over ElevenLabs' endpoint with timings."""

    name = "elevenlabs"

    def __init__(self, api: ApiClient, answer_seconds: float) -> None:
        self.api = api
        self.answer_seconds = answer_seconds

    def plan(self, scene: Scene, model: Model, voice: str) -> Request:
        """What is sent is what is displayed, so that the letters that come back are its own."""
        path = f"/v1/text-to-speech/{quote(voice, safe='')}/with-timestamps?output_format=pcm_{RATE}"
        return Request(model=model, path=path, body={"text": scene.voice_over, "model_id": model.id}, units=len(scene.voice_over))

    async def say(self, request: Request) -> Sound | Mute:
        reply = await self.api.ask("POST", request.path, paid=True, seconds=self.answer_seconds, json=request.body)
        if not reply.ok:
            raise refusal(reply)
        answer = reply.json()
        samples = decoded(answer.get("audio_base64"))
        return Sound(samples, RATE, timing_of(answer.get("alignment"))) if samples else Mute("nothing")


def timing_of(alignment: object) -> Timing | None:
    """When each letter is heard, if the answer says so."""
    if not isinstance(alignment, Mapping):
        return None
    try:
        timing = Timing(
            letters=alignment.get("characters"),
            starts=alignment.get("character_start_times_seconds"),
            ends=alignment.get("character_end_times_seconds"),
        )
        return Timing.model_validate_json(timing.model_dump_json())  # half letters and endless numbers cannot be kept
    except ValueError:
        return None


def refusal(reply: Reply) -> ProviderError:
    """What it means that nothing was said."""
    detail = reply.said().get("detail")
    if isinstance(detail, list):
        return RequestRejected(f"elevenlabs finds the request malformed: {reply.excerpt()}", field_of(detail))
    words = {str(detail.get(name)) for name in ("status", "code")} if isinstance(detail, Mapping) else set()
    if words & BUSY:
        return ProviderBusy(f"elevenlabs is busy: {reply.excerpt()}", reply.retry_after)
    for known, kind, meaning in MEANINGS:
        if words & known:
            return kind(f"{meaning}: {reply.excerpt()}")
    return reply.failure()


def field_of(detail: list[Any]) -> str:
    """The field that a refusal names: of its first fault."""
    first = detail[0] if detail else None
    place = first.get("loc") if isinstance(first, Mapping) else None
    return ".".join(str(step) for step in place if step != "body") if isinstance(place, list) else ""


@asynccontextmanager
async def open_elevenlabs(key: str, base_url: str, clock: Clock, answer_seconds: float = ANSWER_SECONDS) -> AsyncIterator[ElevenLabs]:
    """ElevenLabs for one event loop. SetupIncomplete."""
    async with open_api_client(ElevenLabs.name, base_url, {"xi-api-key": key}, clock=clock) as api:
        yield ElevenLabs(api, answer_seconds)
