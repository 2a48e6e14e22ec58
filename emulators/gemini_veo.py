"""Veo on Gemini's API: a long-running operation whose answer is the address of a file."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, Response

from emulators import gemini_wire as wire
from emulators.gemini_files import Files, new_id
from emulators.gemini_models import Kind, Model, film_size
from emulators.gemini_wire import camel, said, speaking
from emulators.media import Clip, video
from emulators.scenarios import Scenario, Script, Stage
from emulators.timeline import Job, Phase
from emulators.vendor import Refused, Vendor

FPS = 24
PARAMETERS: dict[str, tuple[Any, ...]] = {
    "aspectRatio": ("16:9", "9:16"),
    "resolution": ("720p", "1080p", "4k"),
    "durationSeconds": (4, 6, 8),
    "sampleCount": (1,),
    "personGeneration": ("allow_all", "allow_adult", "dont_allow"),
}
FREE = frozenset({"negativePrompt", "enhancePrompt"})
"""Parameters whose value may be anything."""
ANSWER = "type.googleapis.com/google.ai.generativelanguage.v1beta.PredictLongRunningResponse"
FILTERED = (
    "Sorry, we can't create videos with this content. You have not been charged for this request. Please try another prompt. "
    "Support codes: 15236754"
)
SENSITIVE = (
    "The prompt could not be submitted. It contains words that violate Google's Responsible AI practices. Try rephrasing the prompt."
)
FAILURES = {
    Scenario.FAILED: (13, "Video generation failed due to an internal server issue. Please try again in a few minutes.", "INTERNAL"),
    Scenario.MODERATED_INPUT: (3, SENSITIVE, "INVALID_ARGUMENT"),
}


def refusal(script: Script) -> Response:
    """What Veo says of a script's scenario: like all of the API, but a prompt that is not wanted is an error."""
    return said(script.status or 400, SENSITIVE) if script.scenario is Scenario.MODERATED_INPUT else wire.refusal(script)


class Veo:
    """Veo's doors, beside a vendor's others."""

    def __init__(self, vendor: Vendor, files: Files) -> None:
        self.vendor, self.files = vendor, files

    def add_routes(self, app: FastAPI) -> None:
        """Add the doors; ``:predictLongRunning`` itself is the vendor's, which knows the models."""
        app.add_api_route("/v1beta/models/{model}/operations/{operation}", self.look, methods=["GET"], response_model=None)

    async def predict(self, request: Request, model: Model, body: Any) -> Response:
        """POST /v1beta/models/{model}:predictLongRunning."""
        speaking.set(refusal)
        if model.kind is not Kind.VEO:
            raise Refused(said(404, f"models/{model.id} is not found for API version v1beta, or is not supported for predictLongRunning."))
        clip, prompt = ordered(camel(body) if isinstance(body, dict) else {})

        def accept(script: Script) -> Response:
            name = f"models/{model.id}/operations/{new_id()}"
            self.vendor.open_job(script, prompt, lambda: video(clip, prompt, script), operation=name)
            return JSONResponse({"name": name})

        return await self.vendor.create(request, prompt, accept)

    async def look(self, request: Request, model: str, operation: str) -> Response:
        """GET /v1beta/models/{model}/operations/{id}."""
        self.vendor.admit(request)
        name = f"models/{model}/operations/{operation}"
        job = next((job for job in self.vendor.jobs.values() if job.asked.get("operation") == name), None)
        if job is None:
            raise Refused(said(404, f"Operation {name} was not found."))
        return self.vendor.answer(job, Stage.POLL, {"name": name, **self.outcome(job)})

    def outcome(self, job: Job) -> dict[str, Any]:
        """What an operation says beside its name: nothing until it is done."""
        match job.phase(self.vendor.clock()):
            case Phase.QUEUED | Phase.RUNNING:
                state = job.script.code or "MODERATING" if job.script.scenario is Scenario.UNKNOWN_STATUS else None
                return {"metadata": {"state": state}} if state else {}
            case Phase.CANCELLED:
                return {"done": True, "error": {"code": 1, "message": "The operation was cancelled.", "status": "CANCELLED"}}
            case Phase.FAILED if job.script.scenario is Scenario.MODERATED_OUTPUT:
                filtered = {"raiMediaFilteredCount": 1, "raiMediaFilteredReasons": [job.script.code or FILTERED]}
                return {"done": True, "response": {"@type": ANSWER, "generateVideoResponse": filtered}}
            case Phase.FAILED:
                code, message, status = FAILURES[job.script.scenario]
                return {"done": True, "error": {"code": code, "message": message, "status": job.script.code or status}}
            case Phase.DONE:
                samples = {"generatedSamples": [{"video": {"uri": self.files.publish(job)}}]}
                return {"done": True, "response": {"@type": ANSWER, "generateVideoResponse": samples}}


def ordered(body: Mapping[str, Any]) -> tuple[Clip, str]:
    """The clip and the prompt of an order; Refused when Veo does not take it."""
    instances = body.get("instances") or [{}]
    parameters = body.get("parameters", {})
    prompt = str(instances[0].get("prompt", ""))
    if not prompt and not instances[0].get("image"):
        raise Refused(said(400, "Text prompt or image is required."))
    for name, value in parameters.items():
        if name not in PARAMETERS and name not in FREE:
            raise Refused(said(400, f"`{name}` isn't supported by this model. Please remove it or refer to the Gemini API documentation."))
        plain = int(value) if name == "durationSeconds" and str(value).isdigit() else value
        if name in PARAMETERS and plain not in PARAMETERS[name]:
            allowed = ", ".join(map(str, PARAMETERS[name]))
            raise Refused(said(400, f"The value {value!r} of `{name}` is not supported by this model; supported are {allowed}."))
    seconds, resolution = int(parameters.get("durationSeconds", 8)), parameters.get("resolution", "720p")
    if resolution != "720p" and seconds != 8:
        raise Refused(said(400, f"Resolution {resolution} is only supported for a duration of 8 seconds."))
    width, height = film_size(parameters.get("aspectRatio", "16:9"), resolution)
    return Clip(width, height, seconds, FPS, audio=True), prompt
