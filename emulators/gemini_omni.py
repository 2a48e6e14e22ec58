"""Gemini Omni: films by the Interactions API, which takes a job, tells its steps, and can call it off."""

import asyncio
import base64
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, Response

from emulators.gemini_files import Files
from emulators.gemini_models import FILM_LINES, Kind, Model, film_size
from emulators.gemini_wire import BROKEN, CREDITS_GONE, INTERNAL, speaking, tokens, waiting
from emulators.media import Clip, video
from emulators.scenarios import HAPPY, Scenario, Script, Stage
from emulators.timeline import Job, Phase
from emulators.vendor import Refused, Vendor

FPS = 24
TOKENS_A_SECOND = 5_792
"""Of film at 720p."""
INLINE_LIMIT = 4 * 1024**2
"""Bytes; a larger film is always told by its address."""
FIELDS = frozenset(
    {
        "model",
        "agent",
        "input",
        "background",
        "store",
        "stream",
        "response_format",
        "response_modalities",
        "response_mime_type",
        "generation_config",
        "previous_interaction_id",
        "system_instruction",
        "labels",
        "service_tier",
        "safety_settings",
        "tools",
        "webhook_config",
    }
)
TASKS = ("text_to_video", "image_to_video", "reference_to_video", "edit", "extend", "upscale")
FAILURES = {
    Scenario.FAILED: ("api_error", "The video could not be generated."),
    Scenario.MODERATED_INPUT: ("prohibited_content", "The request was blocked by prohibited content guidelines."),
    Scenario.MODERATED_OUTPUT: ("safety", "The generated video was blocked because of a safety violation."),
}
ENDS = frozenset({"incomplete", "budget_exceeded", "failed", "requires_action"})
"""Statuses a failed interaction may show instead of ``failed``, as the script's code."""


def said(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """An error as the Interactions API words it."""
    return JSONResponse({"error": {"code": code, "message": message}}, status, dict(headers or {}))


def refusal(script: Script) -> Response:
    """What the Interactions API says of a script's scenario."""
    status = script.status or 503
    words = {
        Scenario.BAD_KEY: (401, "authentication", "The API key is missing, invalid, or expired."),
        Scenario.OUT_OF_CREDITS: (402, "payment_required", CREDITS_GONE),
        Scenario.BUSY: (429, "rate_limit_exceeded", f"You have exceeded the rate limit. Please retry in {script.retry_delay or '7s'}."),
        Scenario.DAILY_QUOTA: (429, "quota_exceeded", "You have exceeded your daily quota."),
        Scenario.SERVER_ERROR: (status, "service_unavailable" if status == 503 else "api_error", BROKEN.get(status, INTERNAL)),
        Scenario.MODERATED_INPUT: (400, script.code or FAILURES[Scenario.MODERATED_INPUT][0], FAILURES[Scenario.MODERATED_INPUT][1]),
    }
    gone = (404, "model_not_found", f"The model {script.field or ''} was not found.")
    wrong = (400, "invalid_request", f"The value is not supported for '{script.field or 'response_format'}'.")
    code, name, message = words.get(script.scenario, gone if script.status == 404 else wrong)
    return said(script.status or code, name, message, waiting(script))


class Omni:
    """The doors of the Interactions API, beside a vendor's others."""

    def __init__(self, vendor: Vendor, files: Files, models: Mapping[str, Model]) -> None:
        self.vendor, self.files, self.models = vendor, files, models

    def add_routes(self, app: FastAPI) -> None:
        """Add the doors."""
        app.add_api_route("/v1beta/interactions", self.order, methods=["POST"], response_model=None)
        app.add_api_route("/v1beta/interactions/{job_id}", self.look, methods=["GET"], response_model=None)
        app.add_api_route("/v1beta/interactions/{job_id}", self.delete, methods=["DELETE"], response_model=None)
        app.add_api_route("/v1beta/interactions/{job_id}/cancel", self.cancel, methods=["POST"], response_model=None)

    async def order(self, request: Request) -> Response:
        """POST /v1beta/interactions."""
        speaking.set(refusal)
        self.vendor.admit(request)
        body = request.scope["emulators.received"].json
        if not isinstance(body, dict):
            raise Refused(said(400, "invalid_request", "The request body is not a JSON object."))
        clip, prompt = self.ordered(body)
        inline = format_of(body).get("delivery", "inline") == "inline"
        if not body.get("background"):
            await asyncio.to_thread(video, clip, prompt, HAPPY)

        def accept(script: Script) -> Response:
            job = self.vendor.open_job(script, prompt, lambda: video(clip, prompt, script), model=body["model"], clip=clip, inline=inline)
            job.asked["created"] = datetime.now(UTC)
            if not body.get("background"):
                job.queue_seconds = job.run_seconds = 0.0
            return JSONResponse(self.told(job))

        return await self.vendor.create(request, prompt, accept)

    def ordered(self, body: Mapping[str, Any]) -> tuple[Clip, str]:
        """The clip and the prompt of an order; Refused when Omni does not take it."""
        model = self.models.get(str(body.get("model", "")))
        if model is None or model.kind is not Kind.OMNI:
            raise Refused(said(404, "model_not_found", f"The model {body.get('model')!r} was not found for video by the Interactions API."))
        for name in body:
            if name not in FIELDS:
                raise Refused(said(400, "parameter_unknown", f"Unknown parameter '{name}'."))
        asked = format_of(body)
        ratio, resolution = asked.get("aspect_ratio", "16:9"), asked.get("resolution", "720p")
        seconds = seconds_in(asked.get("duration", "8s"))
        task = body.get("generation_config", {}).get("video_config", {}).get("task", TASKS[0])
        choose("response_format.type", asked.get("type", "video"), ("video",))
        choose("response_format.aspect_ratio", ratio, ("16:9", "9:16"))
        choose("response_format.resolution", resolution, FILM_LINES)
        choose("response_format.delivery", asked.get("delivery", "inline"), ("inline", "uri"))
        choose("generation_config.video_config.task", task, TASKS)
        if not 3 <= seconds <= 10:
            raise Refused(
                said(400, "invalid_request", f"The value '{asked.get('duration')}' is not supported for 'response_format.duration'.")
            )
        if task == "image_to_video" and not any(part.get("type") == "image" for part in contents(body.get("input", ""))):
            raise Refused(said(400, "invalid_request", "An image is required for the task 'image_to_video'."))
        prompt = "\n".join(str(part["text"]) for part in contents(body.get("input", "")) if part.get("text"))
        return Clip(*film_size(ratio, resolution), seconds, FPS, audio=True), prompt

    async def look(self, request: Request, job_id: str) -> Response:
        """GET /v1beta/interactions/{id}."""
        job = self.found(request, job_id)
        if job.phase(self.vendor.clock()) is Phase.DONE:
            await asyncio.to_thread(job.media)
        return self.vendor.answer(job, Stage.POLL, self.told(job))

    async def cancel(self, request: Request, job_id: str) -> Response:
        """POST /v1beta/interactions/{id}/cancel."""
        job = self.found(request, job_id)
        fault = self.vendor.fault(job, Stage.CANCEL)
        if fault:
            return fault
        job.cancel(self.vendor.clock())
        return JSONResponse(self.told(job))

    async def delete(self, request: Request, job_id: str) -> Response:
        """DELETE /v1beta/interactions/{id}."""
        del self.vendor.jobs[self.found(request, job_id).id]
        return JSONResponse({})

    def found(self, request: Request, job_id: str) -> Job:
        """An interaction; Refused when there is none, or the key is wrong."""
        speaking.set(refusal)
        self.vendor.admit(request)
        job = self.vendor.jobs.get(job_id)
        if job is None or "inline" not in job.asked:
            raise Refused(said(404, "not_found", "Failed to get completed interaction: Result not found."))
        return job

    def told(self, job: Job) -> dict[str, Any]:
        """An interaction as the API describes it."""
        status = self.status(job)
        created = job.asked["created"].isoformat(timespec="seconds").replace("+00:00", "Z")
        known = {
            "id": job.id,
            "object": "interaction",
            "model": job.asked["model"],
            "created": created,
            "updated": created,
            "status": status,
        }
        phase = job.phase(self.vendor.clock())
        if phase is Phase.FAILED:
            code, message = FAILURES[job.script.scenario]
            code = job.script.code if job.script.code and status == "failed" else code
            return {**known, "errors": [{"code": code, "message": message}], "steps": []}
        if phase is not Phase.DONE:
            return {**known, "steps": []}
        steps = [
            {"type": "thought", "signature": base64.b64encode(job.id.encode()).decode()},
            {"type": "model_output", "content": [self.film(job)]},
        ]
        return {**known, "steps": steps, "usage": counted(job)}

    def status(self, job: Job) -> str:
        """Where an interaction is, in the API's word."""
        code = job.script.code
        match job.phase(self.vendor.clock()):
            case Phase.QUEUED:
                return "queued" if job.script.scenario is Scenario.THROTTLED_LONG else "in_progress"
            case Phase.RUNNING:
                return code or "rendering" if job.script.scenario is Scenario.UNKNOWN_STATUS else "in_progress"
            case Phase.FAILED:
                return code if code in ENDS else "failed"
            case Phase.CANCELLED:
                return "cancelled"
            case Phase.DONE:
                return "completed"

    def film(self, job: Job) -> dict[str, Any]:
        """The film: its bytes, or its address when it was ordered so or is too large."""
        media = job.media()
        if job.asked["inline"] and len(media.content) <= INLINE_LIMIT:
            return {"type": "video", "mime_type": media.content_type, "data": base64.b64encode(media.content).decode()}
        return {"type": "video", "mime_type": media.content_type, "uri": self.files.publish(job)}


def counted(job: Job) -> dict[str, Any]:
    """The tokens of a finished interaction."""
    clip: Clip = job.asked["clip"]
    read = tokens(job.prompt)
    written = round(clip.seconds * TOKENS_A_SECOND * clip.width * clip.height / (1280 * 720))
    return {
        "total_input_tokens": read,
        "input_tokens_by_modality": [{"modality": "text", "tokens": read}],
        "total_output_tokens": written,
        "output_tokens_by_modality": [{"modality": "video", "tokens": written}],
        "total_tokens": read + written,
    }


def format_of(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The format a film is ordered in; a list of formats counts by its first."""
    asked = body.get("response_format") or {}
    first = asked[0] if isinstance(asked, list) else asked
    return first if isinstance(first, dict) else {}


def contents(given: Any) -> Iterator[Mapping[str, Any]]:
    """Every content of an input: a text, one content, a list of contents, or of steps that have contents."""
    if isinstance(given, str):
        yield {"type": "text", "text": given}
    elif isinstance(given, list):
        for part in given:
            yield from contents(part)
    elif isinstance(given, dict):
        if isinstance(given.get("content"), list | str):
            yield from contents(given["content"])
        else:
            yield given


def seconds_in(duration: Any) -> float:
    """Seconds of a duration such as ``8s``; Refused when it is none."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)s", str(duration))
    if not found:
        raise Refused(said(400, "invalid_request", f"The value '{duration}' is not supported for 'response_format.duration'."))
    return float(found[1])


def choose(field: str, value: Any, allowed: Collection[str]) -> None:
    """Refused when a field has a value that is not allowed."""
    if value not in allowed:
        raise Refused(said(400, "invalid_request", f"The value '{value}' is not supported for '{field}'."))
