"""fal's queue in front of Pika: submit, status, result, cancel; the queue takes any body, and the model judges it later."""

import asyncio
import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import cv2
import numpy as np
from fastapi import Request
from starlette.responses import JSONResponse, Response

from emulators.media import Clip, video
from emulators.scenarios import Scenario, Script, Stage
from emulators.timeline import Job, Phase
from emulators.vendor import Vendor

APP = "fal-ai/pika"
"""The owner and the app: all that status, result and cancel addresses keep of an endpoint."""
RATIOS = {"16:9": (16, 9), "9:16": (9, 16), "1:1": (1, 1), "4:5": (4, 5), "5:4": (5, 4), "3:2": (3, 2), "2:3": (2, 3)}
SHORT_SIDES = {"480p": 480, "720p": 720, "1080p": 1080}
SECONDS = {"5": 5, "10": 10}
"""The API wants integers, its own TypeScript sends strings."""
LOCKED = "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing."
POLICY = "content_policy_violation"
INFRASTRUCTURE = {
    "request_timeout": (504, "Request timed out"),
    "startup_timeout": (504, "Runner startup timed out"),
    "runner_scheduling_failure": (503, "Runner scheduling failed"),
    "runner_connection_timeout": (503, "Runner connection timed out"),
    "runner_disconnected": (503, "Runner disconnected"),
    "runner_connection_refused": (503, "Runner connection refused"),
    "internal_error": (500, "Internal error"),
    "bad_gateway": (502, "Bad gateway"),
    "client_cancelled": (499, "Request was cancelled"),
}
"""Failures that are not the model's."""
Body = Mapping[str, Any]


@dataclass(frozen=True)
class Endpoint:
    """What one endpoint takes."""

    resolutions: tuple[str, ...]
    takes_ratio: bool
    takes_image: bool


ENDPOINTS = {
    "v2.2/text-to-video": Endpoint(("720p", "1080p"), takes_ratio=True, takes_image=False),
    "v2.2/image-to-video": Endpoint(("720p", "1080p"), takes_ratio=False, takes_image=True),
    "v2.5/text-to-video": Endpoint(("480p", "720p", "1080p"), takes_ratio=False, takes_image=False),
}


class Fal(Vendor):
    """The queue's host under ``/fal``."""

    name = "fal"
    optional = ("metrics",)
    moderates_at_submit = False

    def add_routes(self) -> None:
        """Add the doors of the queue."""
        for path in ENDPOINTS:
            self.app.add_api_route(f"/{APP}/{path}", partial(self.submit, path), methods=["POST"], response_model=None)
        request_url = f"/{APP}/requests/{{request_id}}"
        self.app.add_api_route(f"{request_url}/status", self.status, methods=["GET"], response_model=None)
        self.app.add_api_route(f"{request_url}/cancel", self.cancel, methods=["PUT"], response_model=None)
        self.app.add_api_route(request_url, self.result, methods=["GET"], response_model=None)

    def key_of(self, request: Request) -> str:
        """The key after the word Key."""
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        return key if scheme.lower() == "key" else ""

    def refuse(self, script: Script) -> Response:
        """Say no as fal does."""
        match script.scenario:
            case Scenario.BAD_KEY:
                return said(script.status or 401, "Authentication is required to access this application")
            case Scenario.OUT_OF_CREDITS:
                return said(script.status or 403, LOCKED)
            case Scenario.INVALID_REQUEST:
                return judged([complaint(script.field or "prompt", "Input should be valid", "value_error")], script.status or 422)
            case Scenario.MODERATED_INPUT:
                return judged([complaint("prompt", "The content could not be processed.", script.code or POLICY)], script.status or 422)
            case Scenario.SERVER_ERROR:
                return infrastructure(script.code or error_type(script.status or 503))
            case _:
                words = "Too many requests" if script.scenario is Scenario.BUSY else "Daily limit reached"
                headers = {"retry-after": script.retry_after} if script.retry_after else None
                return JSONResponse({"detail": words}, script.status or 429, headers)

    async def submit(self, path: str, request: Request) -> Response:
        """POST to an endpoint: queues whatever it is."""
        self.admit(request)
        body = request.scope["emulators.received"].json
        body = body if isinstance(body, dict) else {}
        prompt = str(body.get("prompt", ""))
        complaints = list(judge(ENDPOINTS[path], body))

        def accept(script: Script) -> Response:
            clip = Clip(*size_of(body), SECONDS[str(body.get("duration", 5))]) if not complaints else Clip(320, 180, 1)
            job = self.open_job(script, prompt, lambda: video(clip, prompt, script), complaints=complaints)
            reply = {"status": "IN_QUEUE", "request_id": job.id, "queue_position": 0, **self.addresses(request, job)}
            return JSONResponse(reply, headers={"x-fal-request-id": job.id})

        return await self.create(request, prompt, accept)

    def addresses(self, request: Request, job: Job) -> dict[str, str]:
        """Where to ask about a request."""
        url = f"{self.origin(request)}/{APP}/requests/{job.id}"
        return {"response_url": url, "status_url": f"{url}/status", "cancel_url": f"{url}/cancel"}

    def phase_of(self, job: Job) -> Phase:
        """Where a request is; what the model does not like ends at once."""
        return Phase.DONE if job.asked["complaints"] else job.phase(self.clock())

    async def status(self, request: Request, request_id: str) -> Response:
        """GET status: 202 while it lasts, 200 when it has ended, well or badly."""
        self.admit(request)
        job = self.jobs.get(request_id)
        if job is None:
            return said(404, "Request not found")
        common = {"request_id": job.id, **self.addresses(request, job)}
        logs = [{"message": "Rendering", "level": "INFO", "source": "USER", "timestamp": "2026-11-22T12:00:00Z"}]
        shown = logs if request.query_params.get("logs") == "true" else None
        match self.phase_of(job):
            case Phase.QUEUED:
                left = job.began + job.queued_for - self.clock()
                body = {"status": "IN_QUEUE", "queue_position": int(left // max(self.run_seconds, 1)), **common}
                return self.answer(job, Stage.POLL, body, 202)
            case Phase.RUNNING:
                odd = job.script.scenario is Scenario.UNKNOWN_STATUS
                word = (job.script.code or "WARMING_UP") if odd else "IN_PROGRESS"
                return self.answer(job, Stage.POLL, {"status": word, "logs": shown, **common}, 202)
            case _:
                return self.answer(job, Stage.POLL, {"status": "COMPLETED", "logs": shown, **self.ending(job), **common})

    def ending(self, job: Job) -> dict[str, Any]:
        """What the status of a request that has ended says beyond that."""
        metrics = {"metrics": {"inference_time": self.run_seconds}}
        failure = self.failure(job)
        return {**metrics, "error": INFRASTRUCTURE[failure][1], "error_type": failure} if failure in INFRASTRUCTURE else metrics

    def failure(self, job: Job) -> str | None:
        """The type of the error a request ended with, the model's own complaints aside."""
        phase, script = self.phase_of(job), job.script
        if phase is Phase.CANCELLED:
            return "client_cancelled"
        if phase is not Phase.FAILED:
            return None
        return script.code or ("runner_disconnected" if script.scenario is Scenario.FAILED else POLICY)

    async def result(self, request: Request, request_id: str) -> Response:
        """GET the result: the model's output, or the model's error."""
        self.admit(request)
        job = self.jobs.get(request_id)
        if job is None:
            return said(404, "Request not found")
        if job.asked["complaints"]:
            return self.fault(job, Stage.RESULT) or judged(job.asked["complaints"])
        if self.phase_of(job) in {Phase.QUEUED, Phase.RUNNING}:
            return self.fault(job, Stage.RESULT) or said(400, "Request is still in progress")
        failure = self.failure(job)
        if failure:
            return self.fault(job, Stage.RESULT) or failed(failure, job.script)
        media = await asyncio.to_thread(job.media)
        known = {"content_type": media.content_type, "file_name": media.name, "file_size": len(media.content)}
        if job.script.scenario is Scenario.MISSING_OPTIONAL:
            known = dict.fromkeys(known)
        return self.answer(job, Stage.RESULT, {"video": {"url": self.link(request, job), **known}})

    async def cancel(self, request: Request, request_id: str) -> Response:
        """PUT cancel: 202 when it can still be stopped, 400 when it has ended."""
        self.admit(request)
        job = self.jobs.get(request_id)
        if job is None:
            return JSONResponse({"status": "NOT_FOUND"}, 404)
        fault = self.fault(job, Stage.CANCEL)
        if fault:
            return fault
        stopped = not job.asked["complaints"] and job.cancel(self.clock())
        return JSONResponse({"status": "CANCELLATION_REQUESTED"}, 202) if stopped else JSONResponse({"status": "ALREADY_COMPLETED"}, 400)


def said(status: int, detail: str) -> Response:
    """An error in one sentence."""
    return JSONResponse({"detail": detail}, status)


def complaint(field: str, message: str, kind: str) -> dict[str, Any]:
    """One thing a model does not like."""
    return {"loc": ["body", field], "msg": message, "type": kind, "url": f"https://docs.fal.ai/errors#{kind}", "input": None}


def judged(complaints: list[dict[str, Any]], status: int = 422, *, retryable: bool = False) -> Response:
    """A model's error."""
    return JSONResponse({"detail": complaints}, status, {"x-fal-retryable": str(retryable).lower()})


def infrastructure(kind: str) -> Response:
    """An error of the machinery around a model."""
    status, words = INFRASTRUCTURE.get(kind, (503, kind))
    return JSONResponse({"detail": words, "error_type": kind}, status, {"x-fal-error-type": kind})


def error_type(status: int) -> str:
    """The first type of error that comes with a status."""
    return next((kind for kind, (code, _) in INFRASTRUCTURE.items() if code == status), "internal_error")


def failed(kind: str, script: Script) -> Response:
    """The result of a request that failed: the machinery's error, a refusal on content, or the model's own error."""
    if kind in INFRASTRUCTURE:
        return infrastructure(kind)
    if kind == POLICY:
        field = "prompt" if script.scenario is Scenario.MODERATED_INPUT else "video"
        return judged([complaint(field, "The content could not be processed.", kind)])
    return judged([complaint("video", "The video could not be made.", kind)], script.status or 500, retryable=True)


def judge(endpoint: Endpoint, body: Body) -> Iterator[dict[str, Any]]:
    """What the model behind an endpoint does not like about a body."""
    if not isinstance(body.get("prompt"), str) or not body["prompt"]:
        yield complaint("prompt", "Field required", "missing")
    if body.get("resolution", "720p") not in endpoint.resolutions:
        yield complaint("resolution", f"Input should be one of {', '.join(endpoint.resolutions)}", "literal_error")
    if str(body.get("duration", 5)) not in SECONDS:
        yield complaint("duration", "Input should be 5 or 10", "enum")
    if endpoint.takes_ratio and str(body.get("aspect_ratio", "16:9")) not in RATIOS:
        yield complaint("aspect_ratio", f"Input should be one of {', '.join(RATIOS)}", "literal_error")
    if body.get("seed") is not None and type(body["seed"]) is not int:
        yield complaint("seed", "Input should be a valid integer", "int_type")
    if endpoint.takes_image and image_sides(body.get("image_url")) is None:
        yield complaint("image_url", "Failed to load the image.", "image_load_error")


def image_sides(address: Any) -> tuple[int, int] | None:
    """Width and height of an image, None when there is none; one that lies elsewhere is taken for 16:9."""
    if not isinstance(address, str):
        return None
    if address.startswith("https://"):
        return 16, 9
    try:
        packed = base64.b64decode(address.partition(";base64,")[2], validate=True)
    except binascii.Error:
        return None
    pixels = cv2.imdecode(np.frombuffer(packed, np.uint8), cv2.IMREAD_COLOR) if packed else None
    return None if pixels is None else (pixels.shape[1], pixels.shape[0])


def size_of(body: Body) -> tuple[int, int]:
    """Width and height of the clip for a body without complaints: the short side is what the resolution says."""
    across, down = image_sides(body.get("image_url")) or RATIOS[body.get("aspect_ratio", "16:9")]
    scale = SHORT_SIDES[body.get("resolution", "720p")] / min(across, down)
    return even(across * scale), even(down * scale)


def even(pixels: float) -> int:
    """The nearest even number of pixels, which video needs."""
    return 2 * round(pixels / 2)
