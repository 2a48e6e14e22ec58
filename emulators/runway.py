"""Runway's task API, version 2024-11-06: clips from text and images, pictures, tasks, uploads, the organization."""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from fastapi import Request
from starlette.responses import JSONResponse, Response

from emulators.media import Clip, still, video
from emulators.runway_requests import (
    FILMING,
    Body,
    Complaint,
    still_complaints,
    still_credits,
    video_complaints,
    video_credits,
    video_seconds,
)
from emulators.scenarios import Scenario, Script, Stage
from emulators.timeline import Job, Media, Phase
from emulators.vendor import Refused, Vendor

VERSION = "2024-11-06"
BALANCE = 100_000
"""Credits at the start."""
FAILURE_CODES = {
    Scenario.MODERATED_INPUT: "SAFETY.INPUT.TEXT",
    Scenario.MODERATED_OUTPUT: "SAFETY.OUTPUT.VIDEO",
    Scenario.FAILED: "INTERNAL.BAD_OUTPUT.CODE01",
}
REFUSALS = {
    Scenario.BAD_KEY: (401, "You did not provide a valid API key."),
    Scenario.OUT_OF_CREDITS: (400, "You do not have enough credits to run this task."),
    Scenario.BUSY: (429, "Too many requests. Please try again later."),
    Scenario.DAILY_QUOTA: (429, "You have reached the maximum number of daily generations for this model."),
    Scenario.SERVER_ERROR: (503, "The service is temporarily unavailable. Please try again later."),
    Scenario.MODERATED_INPUT: (400, "The request did not pass content moderation."),
}


class Runway(Vendor):
    """Runway's API under ``/runway``; give a client the origin without ``/v1``."""

    name = "runway"
    optional = ("estimatedCost", "cost", "failureCode")
    moderates_at_submit = False
    credits: int
    """What is left to spend; set it low to run out."""

    def clear(self) -> None:
        """Forget everything, uploads and spending too."""
        super().clear()
        self.credits = BALANCE
        self.uploads: dict[str, bytes | None] = {}
        self._deleted: set[str] = set()

    def add_routes(self) -> None:
        """Add the doors of the API."""
        add = self.app.add_api_route
        add("/v1/text_to_video", self.text_to_video, methods=["POST"], response_model=None)
        add("/v1/image_to_video", self.image_to_video, methods=["POST"], response_model=None)
        add("/v1/text_to_image", self.text_to_image, methods=["POST"], response_model=None)
        add("/v1/tasks/{task_id}", self.look, methods=["GET"], response_model=None)
        add("/v1/tasks/{task_id}", self.delete, methods=["DELETE"], response_model=None)
        add("/v1/organization", self.organization, methods=["GET"], response_model=None)
        add("/v1/uploads", self.start_upload, methods=["POST"], response_model=None)
        add("/uploads/{upload_id}", self.take_upload, methods=["POST"], response_model=None)

    def key_of(self, request: Request) -> str:
        """The bearer's secret."""
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        return key if scheme.lower() == "bearer" else ""

    def admit(self, request: Request) -> None:
        """Refused without a good key or without the version of the API."""
        super().admit(request)
        if request.headers.get("x-runway-version") != VERSION:
            raise Refused(said(400, f"The X-Runway-Version header must be set to {VERSION}."))

    def refuse(self, script: Script) -> Response:
        """Say no as Runway does."""
        if script.scenario is Scenario.INVALID_REQUEST:
            return invalid([(script.field or "promptText", "Invalid input")], script.status or 400)
        status, message = REFUSALS[script.scenario]
        headers = {"retry-after": script.retry_after, "retry-after-ms": script.retry_after_ms} if script.scenario is Scenario.BUSY else {}
        return said(script.status or status, message, {name: str(value) for name, value in headers.items() if value is not None})

    # creates

    async def text_to_video(self, request: Request) -> Response:
        """POST /v1/text_to_video."""
        return await self.film(request, from_image=False)

    async def image_to_video(self, request: Request) -> Response:
        """POST /v1/image_to_video."""
        return await self.film(request, from_image=True)

    async def film(self, request: Request, *, from_image: bool) -> Response:
        """Open a task for a clip."""
        body = await self.body_of(request)
        refuse_if(video_complaints(body, from_image=from_image, uploads=self.ready()))
        model = FILMING[body["model"]]
        width, height = sides(body.get("ratio", model.image_ratios[0]))
        clip = Clip(width, height, video_seconds(body), audio=body.get("audio", model.audio))
        prompt = body.get("promptText", "")
        return await self.charge(request, prompt, video_credits(body), "output.mp4", lambda script: video(clip, prompt, script))

    async def text_to_image(self, request: Request) -> Response:
        """POST /v1/text_to_image."""
        body = await self.body_of(request)
        refuse_if(still_complaints(body, self.ready()))
        (width, height), prompt = sides(body["ratio"]), body["promptText"]
        return await self.charge(request, prompt, still_credits(body), "output.png", lambda script: still(width, height, prompt, script))

    async def body_of(self, request: Request) -> Body:
        """The JSON of a request that may come in."""
        self.admit(request)
        body = request.scope["emulators.received"].json
        if not isinstance(body, dict):
            raise Refused(said(400, "Expected a JSON object."))
        return body

    async def charge(self, request: Request, prompt: str, cost: int, name: str, media: Callable[[Script], Media]) -> Response:
        """Open a task and keep what it costs, if there is enough."""

        def accept(script: Script) -> Response:
            if cost > self.credits:
                raise Refused(self.refuse(Script(scenario=Scenario.OUT_OF_CREDITS)))
            self.credits -= cost
            job = self.open_job(script, prompt, lambda: media(script), cost=cost, name=name, created=datetime.now(UTC))
            return JSONResponse({"id": job.id, "estimatedCost": {"credits": cost}})

        return await self.create(request, prompt, accept)

    # tasks

    async def look(self, request: Request, task_id: str) -> Response:
        """GET /v1/tasks/{id}."""
        self.admit(request)
        job = self.task(task_id)
        return self.answer(job, Stage.POLL, self.told(request, job))

    def task(self, task_id: str) -> Job:
        """A task that has not been deleted; Refused otherwise."""
        if task_id not in self.jobs or task_id in self._deleted:
            raise Refused(said(404, "Could not find a task with that ID."))
        return self.jobs[task_id]

    def told(self, request: Request, job: Job) -> dict[str, Any]:
        """What Runway tells of a task."""
        now, cost = self.clock(), job.asked["cost"]
        created = job.asked["created"].isoformat(timespec="milliseconds").replace("+00:00", "Z")
        common = {"id": job.id, "createdAt": created}
        match job.phase(now):
            case Phase.QUEUED:
                status = "THROTTLED" if job.script.scenario is Scenario.THROTTLED_LONG else "PENDING"
                return {**common, "status": status, "estimatedCost": {"credits": cost}}
            case Phase.RUNNING if job.script.scenario is Scenario.UNKNOWN_STATUS:
                return {**common, "status": job.script.code or "MODERATING", "estimatedCost": {"credits": cost}}
            case Phase.RUNNING:
                return {**common, "status": "RUNNING", "progress": round(job.progress(now), 4), "estimatedCost": {"credits": cost}}
            case Phase.CANCELLED:
                return {**common, "status": "CANCELLED", "cost": {"credits": 0}}
            case Phase.FAILED:
                code = job.script.code or FAILURE_CODES[job.script.scenario]
                kept = cost if code.startswith("SAFETY.INPUT") else 0
                return {**common, "status": "FAILED", "cost": {"credits": kept}, "failure": "The task failed.", "failureCode": code}
            case Phase.DONE:
                return {**common, "status": "SUCCEEDED", "cost": {"credits": cost}, "output": [self.link(request, job, job.asked["name"])]}

    async def delete(self, request: Request, task_id: str) -> Response:
        """DELETE /v1/tasks/{id}: cancels what runs, forgets what has ended."""
        self.admit(request)
        job = self.task(task_id)
        fault = self.fault(job, Stage.CANCEL)
        if fault:
            return fault
        job.cancel(self.clock())
        self._deleted.add(task_id)
        return Response(status_code=204)

    async def organization(self, request: Request) -> Response:
        """GET /v1/organization."""
        self.admit(request)
        models = {name: {"maxConcurrentGenerations": 5, "maxDailyGenerations": 1000} for name in FILMING}
        usage = {name: {"dailyGenerations": 0} for name in FILMING}
        for created in self.creates:
            if created.json["model"] in usage:
                usage[created.json["model"]]["dailyGenerations"] += 1
        tier = {"maxMonthlyCreditSpend": BALANCE, "models": models}
        return JSONResponse({"creditBalance": self.credits, "tier": tier, "usage": {"models": usage}})

    # uploads

    def ready(self) -> set[str]:
        """Addresses of the uploads that have arrived."""
        return {f"runway://upload/{name}" for name, content in self.uploads.items() if content is not None}

    async def start_upload(self, request: Request) -> Response:
        """POST /v1/uploads: says where to send the file."""
        body = await self.body_of(request)
        if not body.get("filename"):
            return invalid([("filename", "Required")])
        if body.get("type") != "ephemeral":
            return invalid([("type", "Expected ephemeral")])
        name = uuid.uuid4().hex
        self.uploads[name] = None
        fields = {"key": f"ephemeral/{name}", "policy": "emulated"}
        return JSONResponse(
            {"runwayUri": f"runway://upload/{name}", "uploadUrl": f"{self.origin(request)}/uploads/{name}", "fields": fields}
        )

    async def take_upload(self, request: Request, upload_id: str) -> Response:
        """Take the file, as the bucket would: all fields first, then the file."""
        async with request.form() as form:
            file = form.get("file")
            if upload_id not in self.uploads or form.get("key") != f"ephemeral/{upload_id}" or file is None or isinstance(file, str):
                return Response("<Error><Code>AccessDenied</Code></Error>", 403, media_type="application/xml")
            self.uploads[upload_id] = await file.read()
        return Response(status_code=204)


def said(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    """An error as Runway words it."""
    return JSONResponse({"error": message}, status, headers)


def invalid(complaints: list[Complaint], status: int = 400) -> Response:
    """A request that does not fit: the first complaint in words, all of them as issues."""
    issues = [{"code": "custom", "path": [field], "message": message} for field, message in complaints]
    field, message = complaints[0]
    return JSONResponse({"error": f"{field}: {message}", "issues": issues, "docUrl": "https://docs.dev.runwayml.com/api/"}, status)


def refuse_if(complaints: Iterator[Complaint]) -> None:
    """Refused when there are complaints."""
    found = list(complaints)
    if found:
        raise Refused(invalid(found))


def sides(ratio: str) -> tuple[int, int]:
    """Width and height of a ratio, which Runway writes in pixels."""
    width, height = map(int, ratio.split(":"))
    return width, height
