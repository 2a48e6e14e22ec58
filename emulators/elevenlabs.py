"""ElevenLabs' speech API: text to speech with and without the times of every letter, voices, models, subscription."""

import asyncio
import base64
import io
import json
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import av
import numpy as np
from av.audio.stream import AudioStream
from fastapi import Request
from starlette.responses import JSONResponse, Response

from emulators.scenarios import Scenario, Script
from emulators.speech import RATE, Samples, Speech, speak
from emulators.vendor import EXTRA, Refused, Vendor

BALANCE = 1_000_000
"""Credits at the start."""
VOICES = {
    "21m00Tcm4TlvDq8ikWAM": ("Rachel", "female", "american"),
    "EXAVITQu4vr4xnSDxMaL": ("Sarah", "female", "american"),
    "JBFqnCBsd6RMkjVDRZzb": ("George", "male", "british"),
    "onwK4e9ZLuTAKqWW03F9": ("Daniel", "male", "british"),
    "XB0fDUnXU5powFXDhCwa": ("Charlotte", "female", "swedish"),
    "pFZP5JQG7iQjIQuC4Bku": ("Lily", "female", "british"),
    "nPczCjzI2devNBz1zQrb": ("Brian", "male", "american"),
}
"""The premade voices: id to name, gender and accent."""
PACE = {"speed": (0.7, 1.2), "stability": (0.0, 1.0), "similarity_boost": (0.0, 1.0), "style": (0.0, 1.0)}
"""Voice settings and what they may be."""
CODECS = {
    "mp3": ("libmp3lame", "mp3"),
    "opus": ("libopus", "ogg"),
    "wav": ("pcm_s16le", "wav"),
    "ulaw": ("pcm_mulaw", "mulaw"),
    "alaw": ("pcm_alaw", "alaw"),
}
"""Output format to codec and container; raw samples need neither."""
TYPES = {
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "wav": "audio/wav",
    "pcm": "audio/pcm",
    "ulaw": "audio/basic",
    "alaw": "audio/x-alaw-basic",
}
Answer = Callable[[Speech, bytes, str, Script], Response]
FORMAT = re.compile(
    r"(?P<kind>pcm|wav|ulaw|alaw)_(?P<rate>8000|16000|22050|24000|32000|44100|48000)|(?P<packed>mp3|opus)_(?P<packed_rate>\d+)_(?P<kbps>\d+)"
)
QUEUED = {
    "too_many_concurrent_requests": "Too many concurrent requests. Your subscription has a maximum of 5 concurrent requests.",
    "system_busy": "The system is experiencing heavy traffic, please try again. Higher subscriptions have higher priority.",
}
FAULTS = {
    Scenario.BAD_KEY: (401, "invalid_api_key", "Invalid API key"),
    Scenario.OUT_OF_CREDITS: (
        401,
        "quota_exceeded",
        "This request exceeds your quota of 10000. You have 0 credits remaining.",
    ),
    Scenario.DAILY_QUOTA: (401, "quota_exceeded", "This request exceeds your API key quota for today."),
    Scenario.SERVER_ERROR: (500, "internal_server_error", "An unexpected error occurred. Please try again."),
    Scenario.MODERATED_INPUT: (
        403,
        "content_against_policy",
        "The text you are trying to use may violate our Terms of Service and has been blocked.",
    ),
}


@dataclass(frozen=True)
class SpeechModel:
    """One model: its name, how much text it takes at once, and what a letter costs."""

    name: str
    letters: int
    credits: float = 1.0


MODELS = {
    "eleven_v4": SpeechModel("Eleven v4", 10_000),
    "eleven_v4_turbo": SpeechModel("Eleven v4 Turbo", 40_000, 0.5),
    "eleven_v3": SpeechModel("Eleven v3", 5_000),
    "eleven_multilingual_v2": SpeechModel("Eleven Multilingual v2", 10_000),
    "eleven_flash_v2_5": SpeechModel("Eleven Flash v2.5", 40_000, 0.5),
}


class ElevenLabs(Vendor):
    """ElevenLabs for one account."""

    name = "elevenlabs"
    optional: ClassVar = ("alignment", "normalized_alignment")

    def add_routes(self) -> None:
        """Add the doors."""
        self.at_once: int | None = None
        """How many requests may run at once; None: any number."""
        self.app.add_api_route("/v1/text-to-speech/{voice_id}", self.sound, methods=["POST"], response_model=None)
        self.app.add_api_route("/v1/text-to-speech/{voice_id}/stream", self.sound, methods=["POST"], response_model=None)
        self.app.add_api_route("/v1/text-to-speech/{voice_id}/with-timestamps", self.timed, methods=["POST"], response_model=None)
        self.app.add_api_route(
            "/v1/text-to-speech/{voice_id}/stream/with-timestamps", self.timed_lines, methods=["POST"], response_model=None
        )
        self.app.add_api_route("/v1/voices", self.voices, methods=["GET"], response_model=None)
        self.app.add_api_route("/v2/voices", self.voices, methods=["GET"], response_model=None)
        self.app.add_api_route("/v1/voices/{voice_id}", self.voice, methods=["GET"], response_model=None)
        self.app.add_api_route("/v1/models", self.models, methods=["GET"], response_model=None)
        self.app.add_api_route("/v1/user/subscription", self.subscription, methods=["GET"], response_model=None)

    def clear(self) -> None:
        """Forget everything; the balance is full again."""
        super().clear()
        self.credits: float = BALANCE
        self._running = 0

    def key_of(self, request: Request) -> str:
        """The key of the account."""
        return request.headers.get("xi-api-key", "")

    def refuse(self, script: Script) -> Response:
        """ElevenLabs' words for a scenario; ``code`` chooses between the two ways of being busy."""
        if script.scenario is Scenario.BUSY:
            status = script.code or "system_busy"
            headers = {"retry-after": script.retry_after, "retry-after-ms": script.retry_after_ms}
            return said(
                script.status or 429, status, QUEUED[status], {name: str(value) for name, value in headers.items() if value is not None}
            )
        if script.scenario in FAULTS:
            code, status, message = FAULTS[script.scenario]
            return said(script.status or code, script.code or status, message)
        return unprocessable(script.field or "text", "Field required", "missing", script.status or 422)

    # speech

    async def sound(self, request: Request, voice_id: str) -> Response:
        """POST /v1/text-to-speech/{voice_id}: the file alone."""
        return await self.speech(request, voice_id, lambda speech, packed, kind, script: Response(packed, media_type=kind))

    async def timed(self, request: Request, voice_id: str) -> Response:
        """POST /v1/text-to-speech/{voice_id}/with-timestamps: the file and when each letter is heard."""
        return await self.speech(request, voice_id, lambda speech, packed, kind, script: JSONResponse(with_times(speech, packed, script)))

    async def timed_lines(self, request: Request, voice_id: str) -> Response:
        """POST /v1/text-to-speech/{voice_id}/stream/with-timestamps: the same as one line of JSON."""
        return await self.speech(
            request,
            voice_id,
            lambda speech, packed, kind, script: Response(
                json.dumps(with_times(speech, packed, script)) + "\n\n", media_type="application/json"
            ),
        )

    async def speech(self, request: Request, voice_id: str, answer: Answer) -> Response:
        """Speak, if the request is one that is taken, and there is credit."""
        self.admit(request)
        body = request.scope["emulators.received"].json
        kind, rate, kbps = understood(request.query_params.get("output_format") or "mp3_44100_128")
        text, speed, cost = self.checked(body, voice_id)
        if self.at_once is not None and self._running >= self.at_once:
            self.creates.append(request.scope["emulators.received"])
            return self.refuse(Script(scenario=Scenario.BUSY, code="too_many_concurrent_requests"))
        self._running += 1
        try:
            speech = await asyncio.to_thread(speak, text, voice_id, speed)
            packed = await asyncio.to_thread(pack, speech.samples, kind, rate, kbps)
        finally:
            self._running -= 1

        def accept(script: Script) -> Response:
            if cost > self.credits:
                raise Refused(self.overdrawn(cost))
            self.credits -= cost
            made: Response = answer(
                speech,
                as_scripted(packed, script),
                TYPES[kind] if script.scenario is not Scenario.WRONG_CONTENT_TYPE else "text/html",
                script,
            )
            made.headers.update(
                {"character-cost": str(round(cost)), "request-id": uuid.uuid4().hex[:20], "current-concurrent-requests": "1"}
            )
            return made

        return await self.create(request, text, accept)

    def checked(self, body: Any, voice_id: str) -> tuple[str, float, float]:
        """The text, the speed and the cost of a request; Refused when it is wrong."""
        if not isinstance(body, dict) or not isinstance(body.get("text"), str):
            raise Refused(unprocessable("text", "Field required", "missing"))
        text, model = body["text"], MODELS.get(body.get("model_id") or "eleven_multilingual_v2")
        if voice_id not in VOICES:
            raise Refused(said(404, "voice_not_found", f"A voice with the voice_id {voice_id} was not found."))
        if model is None:
            raise Refused(said(400, "model_not_found", f"A model with model ID {body['model_id']} does not exist."))
        if not re.search(r"\w", text):
            raise Refused(said(400, "input_text_empty", "Input text is empty. Please provide some text."))
        if len(text) > model.letters:
            words = f"This request's text has {len(text)} characters and exceeds the character limit of {model.letters} characters."
            raise Refused(said(400, "max_character_limit_exceeded", words))
        settings = body.get("voice_settings") or {}
        for name, (low, high) in PACE.items():
            value = settings.get(name)
            if value is not None and not low <= value <= high:
                words = f"Invalid setting for {name} received, expected to be between {low} and {high}, received {value}"
                raise Refused(said(400, "invalid_voice_settings", words))
        return text, float(settings.get("speed") or 1.0), len(text) * model.credits

    def overdrawn(self, cost: float) -> Response:
        """The refusal of a request that costs more than there is."""
        left = f"You have {round(self.credits)} credits remaining, while {round(cost)} credits are required for this request."
        return said(401, "quota_exceeded", f"This request exceeds your quota of {BALANCE}. {left}")

    # the account

    async def voices(self, request: Request) -> Response:
        """GET /v1/voices and /v2/voices."""
        self.admit(request)
        voices = [described(voice_id) for voice_id in VOICES]
        return JSONResponse({"voices": voices, "has_more": False, "total_count": len(voices), "next_page_token": None})

    async def voice(self, request: Request, voice_id: str) -> Response:
        """GET /v1/voices/{voice_id}."""
        self.admit(request)
        if voice_id not in VOICES:
            return said(400, "voice_does_not_exist", f"A voice with voice ID {voice_id} does not exist.")
        return JSONResponse(described(voice_id))

    async def models(self, request: Request) -> Response:
        """GET /v1/models."""
        self.admit(request)
        return JSONResponse(
            [
                {
                    "model_id": model_id,
                    "name": model.name,
                    "can_do_text_to_speech": True,
                    "can_do_voice_conversion": False,
                    "maximum_text_length_per_request": model.letters,
                    "token_cost_factor": model.credits,
                    "languages": [{"language_id": "en", "name": "English"}],
                }
                for model_id, model in MODELS.items()
            ]
        )

    async def subscription(self, request: Request) -> Response:
        """GET /v1/user/subscription."""
        self.admit(request)
        return JSONResponse(
            {
                "tier": "creator",
                "character_count": round(BALANCE - self.credits),
                "character_limit": BALANCE,
                "max_credit_limit_extension": 0,
                "can_extend_character_limit": False,
                "allowed_to_extend_character_limit": False,
                "voice_slots_used": 0,
                "professional_voice_slots_used": 0,
                "voice_limit": 30,
                "voice_add_edit_counter": 0,
                "professional_voice_limit": 1,
                "can_extend_voice_limit": False,
                "can_use_instant_voice_cloning": True,
                "can_use_professional_voice_cloning": True,
                "status": "active",
                "has_open_invoices": False,
                "open_invoices": [],
            }
        )


def said(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """An error as ElevenLabs words it."""
    return JSONResponse({"detail": {"status": code, "message": message}}, status, dict(headers or {}))


def unprocessable(field: str, message: str, kind: str, status: int = 422) -> Response:
    """A request whose shape is wrong."""
    return JSONResponse({"detail": [{"type": kind, "loc": ["body", field], "msg": message, "input": {}}]}, status)


def described(voice_id: str) -> dict[str, Any]:
    """A voice as the API describes it."""
    name, gender, accent = VOICES[voice_id]
    return {
        "voice_id": voice_id,
        "name": name,
        "category": "premade",
        "labels": {"gender": gender, "accent": accent, "language": "en", "use_case": "narration"},
        "description": f"{name}, for narration.",
        "available_for_tiers": [],
        "settings": None,
        "high_quality_base_model_ids": list(MODELS),
    }


def with_times(speech: Speech, packed: bytes, script: Script) -> dict[str, Any]:
    """A file in text and the times of the text's letters."""
    times = {
        "characters": list(speech.text),
        "character_start_times_seconds": [start for start, _ in speech.spans],
        "character_end_times_seconds": [end for _, end in speech.spans],
    }
    known = {"audio_base64": base64.b64encode(packed).decode(), "alignment": times, "normalized_alignment": times}
    if script.scenario is Scenario.MISSING_OPTIONAL:
        return {**known, "alignment": None, "normalized_alignment": None}
    return {**known, **EXTRA} if script.scenario is Scenario.EXTRA_FIELDS else known


def as_scripted(packed: bytes, script: Script) -> bytes:
    """The file that is delivered under a script."""
    match script.scenario:
        case Scenario.ZERO_BYTES:
            return b""
        case Scenario.NOT_A_VIDEO | Scenario.HTML_DOWNLOAD:
            return b"<!DOCTYPE html><html><body>Bad gateway</body></html>"
        case Scenario.SHORT_CLIP | Scenario.NO_LENGTH_EARLY_CLOSE:
            return packed[: len(packed) // 4 * 2]
        case _:
            return packed


def understood(output_format: str) -> tuple[str, int, int]:
    """Kind, samples a second and kilobits a second of an output format; Refused when there is no such format."""
    found = FORMAT.fullmatch(output_format)
    if not found:
        raise Refused(unprocessable("output_format", "Input should be one of the documented formats", "enum"))
    return found["kind"] or found["packed"], int(found["rate"] or found["packed_rate"]), int(found["kbps"] or 0)


def pack(samples: Samples, kind: str, rate: int, kbps: int) -> bytes:
    """Speech in an output format."""
    frame = av.AudioFrame.from_ndarray(samples[None, :], format="flt", layout="mono")
    frame.sample_rate = RATE
    if kind == "pcm":
        resampler = av.AudioResampler("s16", "mono", rate)
        resampled = [*resampler.resample(frame), *resampler.resample(None)]
        return b"".join(np.ascontiguousarray(part.to_ndarray()).tobytes() for part in resampled)
    codec, container = CODECS[kind]
    packed = io.BytesIO()
    with av.open(packed, "w", format=container) as file:
        stream = file.add_stream(codec, rate=rate, layout="mono")
        assert isinstance(stream, AudioStream)
        if kbps:
            stream.bit_rate = kbps * 1000
        for part in resampled_for(stream, frame):
            file.mux(stream.encode(part))
        file.mux(stream.encode(None))
    return packed.getvalue()


def resampled_for(stream: AudioStream, frame: av.AudioFrame) -> Iterator[av.AudioFrame]:
    """A sound as an encoder takes it."""
    codec = stream.codec_context
    codec.open()
    resampler = av.AudioResampler(codec.format, codec.layout, codec.sample_rate, frame_size=codec.frame_size or None)
    yield from resampler.resample(frame)
    yield from resampler.resample(None)
