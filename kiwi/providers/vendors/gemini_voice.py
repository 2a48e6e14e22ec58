"""Gemini's voice: one request, sent directly since it needs nothing of the SDK; it tells no times, so its words are found by ear."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

from kiwi.clock import Clock
from kiwi.errors import ProviderError
from kiwi.film.model import Scene, SceneRole
from kiwi.money.catalogue import Model
from kiwi.net.network import ApiClient, open_api_client
from kiwi.providers.hire.plans import Request
from kiwi.providers.hire.speaking import ANSWER_SECONDS, Mute, Sound, Voice
from kiwi.providers.hire.wire import decoded, inner, moderated, word
from kiwi.providers.vendors.google import key_header, listed, refusal

MANNERS = {
    SceneRole.OPENING: "Say in a warm, inviting voice",
    SceneRole.BODY: "Say in a clear, friendly voice",
    SceneRole.CLOSING: "Say in a warm, confident voice",
}
"""How a scene is spoken, in the words that Google's own examples use."""
UNWANTED = {"SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE"}
"""Reasons to end without sound that the same words would meet again."""
USUAL_RATE = 24_000
SLOWEST = 0.25
"""Seconds of speech for a character, at most: what is bought is not known before it is heard."""


class GeminiVoice(Voice):
    """A narrator over Gemini's speech models."""

    name = "gemini"

    def __init__(self, api: ApiClient, answer_seconds: float) -> None:
        self.api = api
        self.answer_seconds = answer_seconds

    def plan(self, scene: Scene, model: Model, voice: str) -> Request:
        config = {"responseModalities": ["AUDIO"], "speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": voice}}}}
        words = f"{MANNERS[scene.role]}: {scene.voice_over}"
        body = {"contents": [{"role": "user", "parts": [{"text": words}]}], "generationConfig": config}
        minutes = max(1.0, SLOWEST * len(scene.voice_over)) / 60
        return Request(model=model, path=f"/v1beta/models/{model.id}:generateContent", body=body, units=minutes)

    async def say(self, request: Request) -> Sound | Mute:
        reply = await self.api.ask("POST", request.path, paid=True, seconds=self.answer_seconds, json=request.body)
        if reply.status == 404:
            raise ProviderError(f"gemini does not offer {request.model.id}, or no longer: name another model in KIWI_NARRATORS.")
        if not reply.ok:
            raise refusal(reply, request.model)
        answer = reply.json()
        if blocked := inner(answer, "promptFeedback", "blockReason"):
            raise moderated(self.name, word(blocked))
        parts = [
            (kind, decoded(inner(part, "inlineData", "data")))
            for part in listed(inner(answer, "candidates", 0, "content", "parts"))
            if is_sound(kind := str(inner(part, "inlineData", "mimeType")))
        ]
        samples = b"".join(content for _, content in parts)
        ended = word(inner(answer, "candidates", 0, "finishReason"))
        return Sound(samples, rate_of(parts[0][0])) if samples else Mute(ended, refused=ended in UNWANTED)

    def cost_of(self, model: Model, sound: Sound) -> Decimal | None:
        return model.cost(sound.seconds / 60)


def is_sound(kind: str) -> bool:
    """Whether a MIME type is that of raw samples of 16 bits."""
    return kind.lower().startswith(("audio/l16", "audio/pcm"))


def rate_of(kind: str) -> int:
    """Samples a second, as ``audio/L16;codec=pcm;rate=24000`` says it."""
    named = re.search(r"rate=([1-9][0-9]{3,5})", kind)
    return int(named[1]) if named else USUAL_RATE


@asynccontextmanager
async def open_gemini_voice(key: str, base_url: str, clock: Clock, answer_seconds: float = ANSWER_SECONDS) -> AsyncIterator[GeminiVoice]:
    """Gemini's voice for one event loop. SetupIncomplete."""
    async with open_api_client(GeminiVoice.name, base_url, key_header(key), clock=clock) as api:
        yield GeminiVoice(api, answer_seconds)
