"""Google's Gemini API: text and structured answers, speech, pictures, Veo, Omni and the file store; version v1beta of November 2026."""

import asyncio
import base64
import json
from collections import deque
from collections.abc import Callable
from typing import Any, ClassVar

from fastapi import Request
from starlette.responses import JSONResponse, Response

from emulators.gemini_answers import answer
from emulators.gemini_files import Files
from emulators.gemini_material import Material, read_material
from emulators.gemini_models import MODELS, RESTRICTED, ROUTED, Kind, Model, picture_size
from emulators.gemini_omni import Omni
from emulators.gemini_request import Asked, understand
from emulators.gemini_veo import Veo
from emulators.gemini_wire import (
    PICTURE_TOKENS,
    SPEECH_TOKENS_A_SECOND,
    as_events,
    refusal,
    said,
    speaking,
    stamp,
    tokens,
    usage,
)
from emulators.media import still
from emulators.scenarios import Scenario, Script
from emulators.speech import RATE, speak
from emulators.vendor import EXTRA, Refused, Vendor

HEARD = "Please make a thirty second film about how coral reefs protect our coasts. It should feel calm and hopeful."
"""What is understood of a recording unless somebody says what is in it."""
THOUGHTS = 64
"""Tokens of thinking in every text answer."""
SHORT = 0.2
"""Seconds of speech when it is cut short."""
SIGNATURE = base64.b64encode(b"emulated thoughts").decode()
HIGH = [{"category": "HARM_CATEGORY_DANGEROUS_CONTENT", "probability": "HIGH", "blocked": True}]
Parts = list[dict[str, Any]]


class Gemini(Vendor):
    """The Gemini API for one project."""

    name = "gemini"
    optional: ClassVar = ("usageMetadata", "modelVersion", "responseId", "created", "updated", "usage", "metadata")

    def add_routes(self) -> None:
        """Add the doors."""
        self.models: dict[str, Model] = {}
        """What is served; take one out to retire it."""
        self.files = Files(self)
        self.veo, self.omni = Veo(self, self.files), Omni(self, self.files, self.models)
        self.app.add_api_route("/v1beta/models", self.list_models, methods=["GET"], response_model=None)
        self.app.add_api_route("/v1beta/models/{model_id}", self.one_model, methods=["GET"], response_model=None)
        self.app.add_api_route("/v1beta/models/{model_id}:generateContent", self.generate, methods=["POST"], response_model=None)
        self.app.add_api_route("/v1beta/models/{model_id}:streamGenerateContent", self.stream, methods=["POST"], response_model=None)
        self.app.add_api_route("/v1beta/models/{model_id}:countTokens", self.count_tokens, methods=["POST"], response_model=None)
        self.app.add_api_route("/v1beta/models/{model_id}:predictLongRunning", self.predict, methods=["POST"], response_model=None)
        self.app.add_api_route("/__emulator/answers", self.be_told, methods=["POST"], response_model=None)
        for doors in (self.files, self.veo, self.omni):
            doors.add_routes(self.app)

    def clear(self) -> None:
        """Forget everything, also what to answer and what is heard."""
        super().clear()
        self.files.clear()
        self.models.update(MODELS)
        self.heard = HEARD
        self._answers: dict[str, deque[Any]] = {}

    def key_of(self, request: Request) -> str:
        """The key in the header, or in the address."""
        return request.headers.get("x-goog-api-key") or request.query_params.get("key", "")

    def admit(self, request: Request) -> None:
        """Refused without a good key; no key at all has words of its own."""
        if not self.key_of(request) and speaking.get() is refusal:
            words = "Method doesn't allow unregistered callers (callers without established identity). Please use API Key to call this API."
            raise Refused(said(403, words))
        super().admit(request)

    def refuse(self, script: Script) -> Response:
        """Google's words, in the shape of the API that was called."""
        return speaking.get()(script)

    # what to answer

    def reply(self, title: str, *answers: Any) -> None:
        """Answer the schema of this title (empty: any request for text) so: JSON or text, one after the other, the last for good."""
        self._answers[title] = deque(answers)

    def hear(self, words: str) -> None:
        """Say what is spoken in recordings from now on."""
        self.heard = words

    async def be_told(self, request: Request) -> Response:
        """POST /__emulator/answers: ``{"title": …, "answers": […]}``, ``{"heard": …}`` or both."""
        body = request.scope["emulators.received"].json
        if not isinstance(body, dict) or not body.keys() & {"title", "heard"}:
            return JSONResponse({"error": "Send a title with its answers, or the words that are heard."}, 400)
        if "title" in body:
            self.reply(body["title"], *body.get("answers", ()))
        if "heard" in body:
            self.hear(body["heard"])
        return Response(status_code=204)

    # the catalogue

    async def list_models(self, request: Request) -> Response:
        """GET /v1beta/models."""
        self.admit(request)
        size = int(request.query_params.get("pageSize") or 50)
        start = int(request.query_params.get("pageToken") or 0)
        models = [model.told() for model in self.models.values()]
        more = {"nextPageToken": str(start + size)} if start + size < len(models) else {}
        return JSONResponse({"models": models[start : start + size], **more})

    async def one_model(self, request: Request, model_id: str) -> Response:
        """GET /v1beta/models/{model}."""
        self.admit(request)
        return JSONResponse(self.model(model_id, "getModel").told())

    def model(self, model_id: str, method: str) -> Model:
        """A model that is served; Refused when it is not, or not by this method."""
        model = self.models.get(model_id)
        if RESTRICTED.match(model_id):
            raise Refused(
                said(
                    404, f"This model models/{model_id} is no longer available to new users. Please update your code to use a newer model."
                )
            )
        if model is None:
            how = "Call ListModels to see the list of available models and their supported methods."
            raise Refused(said(404, f"models/{model_id} is not found for API version v1beta, or is not supported for {method}. {how}"))
        if model.kind is Kind.OMNI and method != "getModel":
            raise Refused(said(404, f"{model_id} is only supported in the Interactions API and cannot be called directly via {method}."))
        if model.kind is Kind.VEO and method not in {"getModel", "predictLongRunning"}:
            raise Refused(said(404, f"models/{model_id} is not found for API version v1beta, or is not supported for {method}."))
        return model

    # content

    async def generate(self, request: Request, model_id: str) -> Response:
        """POST /v1beta/models/{model}:generateContent."""
        return await self.content(request, model_id, JSONResponse)

    async def stream(self, request: Request, model_id: str) -> Response:
        """POST /v1beta/models/{model}:streamGenerateContent: server-sent events with ``alt=sse``, else a JSON list."""
        events = request.query_params.get("alt") == "sse"
        return await self.content(request, model_id, as_events if events else lambda body: JSONResponse([body]))

    async def count_tokens(self, request: Request, model_id: str) -> Response:
        """POST /v1beta/models/{model}:countTokens."""
        self.admit(request)
        body = request.scope["emulators.received"].json
        inner = body.get("generateContentRequest", body) if isinstance(body, dict) else body
        asked = understand(inner, self.model(model_id, "countTokens"), self.files.contents)
        counts = usage(asked.tokens, {}, heard=asked.heard)
        return JSONResponse({"totalTokens": counts["promptTokenCount"], "promptTokensDetails": counts["promptTokensDetails"]})

    async def predict(self, request: Request, model_id: str) -> Response:
        """POST /v1beta/models/{model}:predictLongRunning."""
        self.admit(request)
        return await self.veo.predict(request, self.model(model_id, "predictLongRunning"), request.scope["emulators.received"].json)

    async def content(self, request: Request, model_id: str, packed: Callable[[dict[str, Any]], Response]) -> Response:
        """Generate text, speech or a picture."""
        self.admit(request)
        model = self.model(model_id, "generateContent")
        asked = understand(request.scope["emulators.received"].json, model, self.files.contents)
        make = {Kind.SPEECH: spoken, Kind.IMAGE: painted}.get(model.kind)
        made = await asyncio.to_thread(make, asked) if make else None

        def accept(script: Script) -> Response:
            parts, written = self.written(asked, script) if made is None else made(script)
            return packed(ended(model, asked, script, parts, written))

        return await self.create(request, asked.prompt, accept)

    def written(self, asked: Asked, script: Script) -> tuple[Parts, dict[str, int]]:
        """A text answer: one that was ordered, else one to the schema or the function, else a few sentences."""
        material = read_material(asked.texts, self.heard if asked.recordings else "", asked.system)
        if asked.function:
            name, schema = asked.function
            call = {"name": name, "args": self.thought_of(name, schema, material), "id": f"call-{name}"}
            return [{"functionCall": call, "thoughtSignature": SIGNATURE}], {"TEXT": tokens(json.dumps(call))}
        if asked.schema is None:
            value = self.ordered("") or (material.brief if asked.recordings else " ".join(material.chapters(1)))
        else:
            value = self.thought_of(str(asked.schema.get("title", "")), asked.schema, material)
        text = value if isinstance(value, str) and asked.schema is None else json.dumps(value, ensure_ascii=False)
        if script.scenario is Scenario.OFF_SCHEMA:
            text = json.dumps({"thoughts": "I would rather answer in a shape of my own.", "answer": [value]})
        if script.scenario is Scenario.INVALID_JSON:
            text = f"Here is the JSON you asked for:\n```json\n{text[: len(text) * 2 // 3]}"
        return [{"text": text, "thoughtSignature": SIGNATURE}], {"TEXT": tokens(text)}

    def thought_of(self, title: str, schema: dict[str, Any], material: Material) -> Any:
        """The ordered answer of a schema, or one made up from the prompt."""
        ordered = self.ordered(title)
        return answer(schema, material) if ordered is None else ordered

    def ordered(self, title: str) -> Any:
        """The next answer that was ordered for a title; None when none was."""
        waiting = self._answers.get(title)
        if not waiting:
            return None
        return waiting.popleft() if len(waiting) > 1 else waiting[0]


Made = Callable[[Script], tuple[Parts, dict[str, int]]]


def spoken(asked: Asked) -> Made:
    """Speech for a request: raw samples, 16 bits, mono, 24,000 a second; Refused when there is nothing to say."""
    try:
        pcm = b"".join(speak(words, voice).pcm for voice, words in asked.lines)
    except ValueError:
        raise Refused(said(400, "Model tried to generate text, but it should only be used for TTS.")) from None

    def made(script: Script) -> tuple[Parts, dict[str, int]]:
        kind = "audio/L16;codec=pcm;rate=24000"
        kind = script.code or "application/octet-stream" if script.scenario is Scenario.WRONG_CONTENT_TYPE else kind
        sound = b"" if script.scenario is Scenario.ZERO_BYTES else pcm
        if script.scenario is Scenario.SHORT_CLIP:
            sound = sound[: round((script.seconds or SHORT) * RATE) * 2]
        seconds = len(pcm) / 2 / RATE
        return [inline(kind, sound)], {"AUDIO": round(seconds * SPEECH_TOKENS_A_SECOND)}

    return made


def painted(asked: Asked) -> Made:
    """A picture for a request."""
    config = asked.config.get("imageConfig", {})
    width, height = picture_size(config.get("aspectRatio") or "1:1", config.get("imageSize") or "1K")
    still(width, height, asked.prompt, Script(), "picture.png")

    def made(script: Script) -> tuple[Parts, dict[str, int]]:
        media = still(width, height, asked.prompt, script, "picture.png")
        words: Parts = [] if "TEXT" not in asked.config.get("responseModalities", ("TEXT",)) else [{"text": "Here is your picture."}]
        content = b"" if script.scenario is Scenario.ZERO_BYTES else media.content
        return [*words, inline(media.content_type, content)], {"IMAGE": PICTURE_TOKENS}

    return made


def inline(kind: str, content: bytes) -> dict[str, Any]:
    """A part that carries bytes."""
    return {"inlineData": {"mimeType": kind, "data": base64.b64encode(content).decode()}}


def ended(model: Model, asked: Asked, script: Script, parts: Parts, written: dict[str, int]) -> dict[str, Any]:
    """The whole answer, ended as the script or the limit of tokens says."""
    thoughts = THOUGHTS if model.kind is Kind.TEXT else 0
    limit = asked.config.get("maxOutputTokens") or model.writes
    reason, ratings = "STOP", []
    match script.scenario:
        case Scenario.MODERATED_OUTPUT:
            reason = script.code or ("IMAGE_SAFETY" if model.kind is Kind.IMAGE else "SAFETY")
            parts, written, ratings = [], {}, HIGH
        case Scenario.FAILED:
            reason, parts, written = script.code or "OTHER", [], {}
        case Scenario.UNKNOWN_STATUS:
            reason = script.code or "FINISHED_EARLY"
        case Scenario.MAX_TOKENS:
            reason, parts = "MAX_TOKENS", cut(parts, 0.25)
        case _ if sum(written.values()) + thoughts > limit and "text" in (parts or [{}])[0]:
            reason, parts = "MAX_TOKENS", cut(parts, max(limit - thoughts, 0) / sum(written.values()))
            written = {"TEXT": max(limit - thoughts, 0)}
    candidate: dict[str, Any] = {"finishReason": reason, "index": 0}
    if parts:
        candidate = {"content": {"parts": parts, "role": "model"}, **candidate}
    if ratings:
        candidate["safetyRatings"] = ratings
    body = {
        "candidates": [candidate],
        "usageMetadata": usage(asked.tokens, written, thoughts, asked.heard),
        **stamp(ROUTED.get(model.id, model.id)),
    }
    if script.scenario is Scenario.EXTRA_FIELDS:
        return {**body, **EXTRA}
    return {name: part for name, part in body.items() if script.scenario is not Scenario.MISSING_OPTIONAL or name not in Gemini.optional}


def cut(parts: Parts, share: float) -> Parts:
    """The first share of an answer's text."""
    return [{**part, "text": part["text"][: int(len(part["text"]) * share)]} if "text" in part else part for part in parts]
