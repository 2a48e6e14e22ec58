"""Pika's own API for partners: forms in, a video id out, one door to ask how it goes."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import cv2
import numpy as np
from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.responses import JSONResponse, Response

from emulators.media import Clip, video
from emulators.scenarios import Scenario, Script, Stage
from emulators.timeline import Phase
from emulators.vendor import Refused, Vendor

SHORT_SIDES = {"720p": 720, "1080p": 1080}
NARROWEST, WIDEST = 0.4, 2.5
"""Bounds of aspectRatio, width by height."""
WIDE = 16 / 9
WORDS = {
    Phase.QUEUED: "queued",
    Phase.RUNNING: "started",
    Phase.DONE: "finished",
    Phase.FAILED: "failed",
    Phase.CANCELLED: "failed",
}
"""Pika's words for where a video is."""
REFUSALS = {
    Scenario.BAD_KEY: (403, "Not authenticated"),
    Scenario.OUT_OF_CREDITS: (402, "Insufficient credits"),
    Scenario.BUSY: (429, "Too many requests"),
    Scenario.DAILY_QUOTA: (429, "Daily quota exceeded"),
    Scenario.SERVER_ERROR: (503, "Service unavailable"),
    Scenario.MODERATED_INPUT: (400, "The prompt violates the content policy"),
}
Form = Mapping[str, str | UploadFile]
Complaint = dict[str, Any]


class Pika(Vendor):
    """Pika's API under ``/pika``."""

    name = "pika"
    optional = ("progress",)

    def add_routes(self) -> None:
        """Add the doors of the API."""
        for version in ("2.2", "turbo"):
            for source in ("t2v", "i2v"):
                door = partial(self.generate, from_image=source == "i2v")
                self.app.add_api_route(f"/generate/{version}/{source}", door, methods=["POST"], response_model=None)
        self.app.add_api_route("/videos/{video_id}", self.look, methods=["GET"], response_model=None)

    def key_of(self, request: Request) -> str:
        """The key in its own header."""
        return request.headers.get("x-api-key", "")

    def refuse(self, script: Script) -> Response:
        """Say no as Pika does."""
        if script.scenario is Scenario.INVALID_REQUEST:
            return invalid([complaint(script.field or "promptText", "field required", "value_error.missing")], script.status or 422)
        status, detail = REFUSALS[script.scenario]
        return JSONResponse(
            {"detail": detail}, script.status or status, {"retry-after": script.retry_after} if script.retry_after else None
        )

    async def generate(self, request: Request, *, from_image: bool = False) -> Response:
        """POST to a generator: a form, urlencoded or in parts."""
        self.admit(request)
        async with request.form() as form:
            fields = dict(form)
            picture = fields.get("image")
            image = await picture.read() if isinstance(picture, UploadFile) else b""
        across = image_ratio(image) if from_image else ratio(fields)
        complaints = list(judge(fields, from_image=from_image, across=across))
        if complaints or across is None:
            raise Refused(invalid(complaints))
        short = SHORT_SIDES[str(fields.get("resolution", "1080p"))]
        scale = short / min(across, 1)
        clip = Clip(2 * round(across * scale / 2), 2 * round(scale / 2), int(str(fields.get("duration", 5))))
        prompt = str(fields.get("promptText", ""))

        def accept(script: Script) -> Response:
            return JSONResponse({"video_id": self.open_job(script, prompt, lambda: video(clip, prompt, script)).id})

        return await self.create(request, prompt, accept)

    async def look(self, request: Request, video_id: str) -> Response:
        """GET /videos/{id}."""
        self.admit(request)
        job = self.jobs.get(video_id)
        if job is None:
            return JSONResponse({"detail": "Video not found"}, 404)
        now = self.clock()
        phase = job.phase(now)
        odd = job.script.scenario is Scenario.UNKNOWN_STATUS and phase is Phase.RUNNING
        word = (job.script.code or "postprocessing") if odd else WORDS[phase]
        url = self.link(request, job) if phase is Phase.DONE else None
        return self.answer(job, Stage.POLL, {"id": job.id, "status": word, "progress": round(100 * job.progress(now)), "url": url})


def invalid(complaints: list[Complaint], status: int = 422) -> Response:
    """A form that does not fit."""
    return JSONResponse({"detail": complaints}, status)


def complaint(field: str, message: str, kind: str) -> Complaint:
    """One thing that is wrong with a form."""
    return {"loc": ["body", field], "msg": message, "type": kind}


def judge(fields: Form, *, from_image: bool, across: float | None) -> Iterator[Complaint]:
    """What is wrong with a form."""
    if not from_image and not fields.get("promptText"):
        yield complaint("promptText", "field required", "value_error.missing")
    if fields.get("duration", "5") not in {"5", "10"}:
        yield complaint("duration", "unexpected value; permitted: 5, 10", "type_error.enum")
    if fields.get("resolution", "1080p") not in SHORT_SIDES:
        yield complaint("resolution", "unexpected value; permitted: 720p, 1080p", "type_error.enum")
    if "seed" in fields and not str(fields["seed"]).lstrip("-").isdigit():
        yield complaint("seed", "value is not a valid integer", "type_error.integer")
    if across is None:
        field, kind = ("image", "value_error.missing") if from_image else ("aspectRatio", "value_error.number")
        yield complaint(field, "field required" if from_image else f"must be from {NARROWEST} to {WIDEST}", kind)


def ratio(fields: Form) -> float | None:
    """The aspect ratio a form asks for, None when it cannot be had."""
    try:
        across = float(str(fields.get("aspectRatio", WIDE)))
    except ValueError:
        return None
    return across if NARROWEST <= across <= WIDEST else None


def image_ratio(image: bytes) -> float | None:
    """The aspect ratio of an image, None when it is none."""
    pixels = cv2.imdecode(np.frombuffer(image, np.uint8), cv2.IMREAD_COLOR) if image else None
    return None if pixels is None else pixels.shape[1] / pixels.shape[0]
