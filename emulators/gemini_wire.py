"""The shapes of Gemini's wire: one casing for requests, refusals in Google's words, schemas as JSON schemas, tokens and answers."""

import json
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from typing import Any

from starlette.responses import JSONResponse, Response

from emulators.scenarios import Scenario, Script

API_INFO = "type.googleapis.com/google.rpc."
DOCS = "https://ai.google.dev/gemini-api/docs/rate-limits"
STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    402: "RESOURCE_EXHAUSTED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    502: "UNAVAILABLE",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
VERBATIM = frozenset({"responseJsonSchema", "parametersJsonSchema", "args", "responseSchema", "parameters"})
"""Fields whose content is the caller's own JSON: its names stay as they are."""
CREDITS_GONE = (
    "Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your project and billing. "
    "Learn more at https://ai.google.dev/gemini-api/docs/billing#prepay."
)
BAD_KEY = "API key not valid. Please pass a valid API key."
INTERNAL = "An internal error has occurred. Please retry or report in the issue tracker."
BROKEN = {503: "The model is overloaded. Please try again later.", 504: "Deadline expired before operation could complete."}
CHARACTERS_A_TOKEN = 4
AUDIO_TOKENS_A_SECOND = 32
SPEECH_TOKENS_A_SECOND = 25
PICTURE_TOKENS = 1_120


def camel(value: Any) -> Any:
    """A request in one casing, as proto3 JSON lets clients write either: ``{"mime_type": 1}`` -> ``{"mimeType": 1}``."""
    if isinstance(value, list):
        return [camel(part) for part in value]
    if not isinstance(value, dict):
        return value
    renamed = {camel_name(name): part for name, part in value.items()}
    return {name: part if name in VERBATIM else camel(part) for name, part in renamed.items()}


def camel_name(name: str) -> str:
    """One name in that casing."""
    return re.sub(r"_([a-z0-9])", lambda letter: letter[1].upper(), name)


def json_schema(proto: Mapping[str, Any]) -> dict[str, Any]:
    """A schema in the API's own dialect (upper-case types, ``nullable``, numbers as strings) as a JSON schema."""
    schema: dict[str, Any] = {}
    for name, part in ((camel_name(name), part) for name, part in proto.items()):
        match name:
            case "type":
                schema[name] = str(part).lower()
            case "properties":
                schema[name] = {key: json_schema(value) for key, value in part.items()}
            case "items":
                schema[name] = json_schema(part)
            case "anyOf":
                schema[name] = [json_schema(option) for option in part]
            case "minItems" | "maxItems" | "minLength" | "maxLength" | "minProperties" | "maxProperties":
                schema[name] = int(part)
            case "nullable" | "propertyOrdering" | "format" | "example":
                pass
            case _:
                schema[name] = part
    return {"anyOf": [schema, {"type": "null"}]} if proto.get("nullable") else schema


# refusals


def said(code: int, message: str, details: Sequence[Mapping[str, Any]] = (), headers: Mapping[str, str] | None = None) -> Response:
    """An error as Google's APIs word it."""
    error: dict[str, Any] = {"code": code, "message": message, "status": STATUSES.get(code, "UNKNOWN")}
    if details:
        error["details"] = list(details)
    return JSONResponse({"error": error}, code, dict(headers or {}))


def refusal(script: Script) -> Response:
    """What generateContent, the files and the models say of a script's scenario."""
    words = {
        Scenario.BAD_KEY: bad_key,
        Scenario.OUT_OF_CREDITS: lambda script: said(script.status or 402, CREDITS_GONE),
        Scenario.BUSY: out_of_quota,
        Scenario.DAILY_QUOTA: out_of_quota,
        Scenario.SERVER_ERROR: lambda script: said(script.status or 503, BROKEN.get(script.status or 503, INTERNAL), (), waiting(script)),
        Scenario.MODERATED_INPUT: blocked_prompt,
    }
    return words.get(script.scenario, invalid)(script)


speaking: ContextVar[Callable[[Script], Response]] = ContextVar("speaking", default=refusal)
"""How the API that is being called says no; they do not all say it alike."""


def bad_key(script: Script) -> Response:
    """The key is not one of ours."""
    reason = {"reason": "API_KEY_INVALID", "domain": "googleapis.com", "metadata": {"service": "generativelanguage.googleapis.com"}}
    local = {"@type": f"{API_INFO}LocalizedMessage", "locale": "en-US", "message": BAD_KEY}
    return said(script.status or 400, BAD_KEY, [{"@type": f"{API_INFO}ErrorInfo", **reason}, local])


def blocked_prompt(script: Script) -> Response:
    """The prompt is not answered; the status is 200 all the same."""
    return JSONResponse({"promptFeedback": {"blockReason": script.code or "PROHIBITED_CONTENT"}, "usageMetadata": usage(12, {}), **stamp()})


def invalid(script: Script) -> Response:
    """A field is wrong, or with status 404 the model has gone."""
    if script.status == 404:
        return said(404, f"models/{script.field or 'this-model'} is no longer available. Please update your code to use a newer model.")
    field = script.field or "generation_config"
    violation = {"@type": f"{API_INFO}BadRequest", "fieldViolations": [{"field": field, "description": "Invalid value."}]}
    return said(script.status or 400, f"* GenerateContentRequest.{field}: invalid value\n", [violation])


def out_of_quota(script: Script) -> Response:
    """Too many requests: a minute's limit with the time to wait, or a day's."""
    daily = script.scenario is Scenario.DAILY_QUOTA
    delay = script.retry_delay or (None if daily else "7s")
    quota = "GenerateRequestsPerDayPerProjectPerModel-FreeTier" if daily else "GenerateRequestsPerMinutePerProjectPerModel"
    violation = {
        "quotaMetric": "generativelanguage.googleapis.com/generate_content_requests",
        "quotaId": quota,
        "quotaDimensions": {"location": "global", "model": "gemini-3.8-flash"},
        "quotaValue": "20",
    }
    details: list[dict[str, Any]] = [
        {"@type": f"{API_INFO}QuotaFailure", "violations": [violation]},
        {"@type": f"{API_INFO}Help", "links": [{"description": "Learn more about Gemini API quotas", "url": DOCS}]},
    ]
    message = (
        f"You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: {DOCS}."
    )
    if delay:
        details.append({"@type": f"{API_INFO}RetryInfo", "retryDelay": delay})
        message += f"\nPlease retry in {delay}."
    return said(script.status or 429, message, details, waiting(script))


def waiting(script: Script) -> dict[str, str]:
    """The headers that say when to come again, if the script has any."""
    headers = {"retry-after": script.retry_after, "retry-after-ms": None if script.retry_after_ms is None else str(script.retry_after_ms)}
    return {name: value for name, value in headers.items() if value is not None}


# answers


def stamp(model: str = "gemini-3.8-flash") -> dict[str, Any]:
    """Which model answered, and the answer's id."""
    return {"modelVersion": model, "responseId": secrets.token_urlsafe(16)}


def tokens(text: str) -> int:
    """About how many tokens a text is."""
    return max(1, -(-len(text) // CHARACTERS_A_TOKEN)) if text else 0


def usage(prompt: int, written: Mapping[str, int], thoughts: int = 0, heard: int = 0) -> dict[str, Any]:
    """Token counts: ``written`` by modality; ``heard`` is the part of the prompt that is sound."""
    total = sum(written.values())
    read = [("TEXT", prompt - heard), ("AUDIO", heard)]
    return {
        "promptTokenCount": prompt,
        **({"candidatesTokenCount": total} if total else {}),
        **({"thoughtsTokenCount": thoughts} if thoughts else {}),
        "totalTokenCount": prompt + total + thoughts,
        "promptTokensDetails": [{"modality": modality, "tokenCount": count} for modality, count in read if count],
        **({"candidatesTokensDetails": [{"modality": name, "tokenCount": count} for name, count in written.items()]} if total else {}),
    }


def as_events(body: Mapping[str, Any]) -> Response:
    """An answer as server-sent events: its text in a few pieces, the reason it ended and the counts with the last."""
    candidates = body.get("candidates", [{}])
    parts = candidates[0].get("content", {}).get("parts", [])
    pieces = [{**parts[0], "text": piece} for piece in in_pieces(parts[0]["text"])] if len(parts) == 1 and "text" in parts[0] else []
    frames = [
        {**body, "candidates": [{"content": {"role": "model", "parts": [piece]}, "index": 0}], "usageMetadata": {}} for piece in pieces[:-1]
    ]
    last = {**body, "candidates": [{**candidates[0], "content": {"role": "model", "parts": [pieces[-1]]}}]} if pieces else dict(body)
    text = "".join(f"data: {json.dumps(frame, ensure_ascii=False)}\r\n\r\n" for frame in [*frames, last])
    return Response(text, media_type="text/event-stream")


def in_pieces(text: str) -> list[str]:
    """A text in three pieces or fewer."""
    size = max(-(-len(text) // 3), 1)
    return [text[start : start + size] for start in range(0, len(text), size)]
