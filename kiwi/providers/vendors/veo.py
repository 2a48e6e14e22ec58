"""Veo: films through the long-running operations of Google's Gemini API, which nobody can stop."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

from kiwi.clock import Clock
from kiwi.errors import ProviderError, RequestRejected
from kiwi.film.model import Shot, Storyboard
from kiwi.money.catalogue import Model
from kiwi.money.purchases import Placed
from kiwi.net.network import ANSWER_SECONDS, open_api_client
from kiwi.providers.hire.plans import Request, plan_prompt, plan_ratio, plan_seconds
from kiwi.providers.hire.shooting import Look, State
from kiwi.providers.hire.wire import forgotten, inner, job_id, moderated, word
from kiwi.providers.vendors.google import GoogleVendor, key_header, refusal, seen
from kiwi.storage.assets import AssetStore

UNWANTED = "text, letters, captions, watermark, logo"
CANCELLED, INVALID = 1, 3
"""Codes of google.rpc.Status."""
PASSING = (4, 8, 10, 13, 14)
"""Codes that may not come another time: too slow, too many, aborted, internal, unavailable."""


class Veo(GoogleVendor):
    """A camera over Veo's long-running operations."""

    name = "veo"

    def plan(self, shot: Shot, storyboard: Storyboard, model: Model, still: bytes = b"") -> Request:
        seconds = plan_seconds(model.seconds, shot, storyboard)
        parameters = {
            "sampleCount": 1,
            "durationSeconds": seconds,
            "aspectRatio": plan_ratio(model.ratios, storyboard.size),
            "resolution": model.resolution,
            "negativePrompt": UNWANTED,
        }
        body = {"instances": [{"prompt": plan_prompt(shot, model.prompt_units)}], "parameters": parameters}
        return Request(model=model, path=f"/v1beta/models/{model.id}:predictLongRunning", body=body, units=seconds)

    async def submit(self, request: Request, assets: AssetStore) -> Placed:
        reply = await self.api.ask("POST", request.path, paid=True, seconds=self.answer_seconds, json=request.body)
        if not reply.ok:
            raise refusal(reply, request.model)
        return Placed(job={"name": job_id(reply, reply.json().get("name"))})

    async def look(self, job: Mapping[str, Any]) -> Look:
        reply = await self.api.ask("GET", f"/v1beta/{job['name']}", seconds=self.answer_seconds)
        if reply.status == 404:
            return Look(State.FAILED, failure=forgotten(self.name))
        said = seen(reply)
        if not said.get("done"):
            return Look(State.RUNNING)
        if said.get("error"):
            return failed(said)
        made = inner(said, "response", "generateVideoResponse")
        uri = inner(said, "response", "generateVideoResponse", "generatedSamples", 0, "video", "uri")
        if not uri and inner({"made": made}, "made", "raiMediaFilteredCount"):
            return Look(State.FAILED, cost=Decimal(0), failure=moderated(self.name))
        return Look(State.DONE, url=self.place_of(str(uri or "")))


def failed(said: Mapping[str, Any]) -> Look:
    """Why an operation came to nothing, which is not charged."""
    code, message = inner(said, "error", "code"), str(inner(said, "error", "message") or "")
    if code == CANCELLED:
        failure: ProviderError = ProviderError("The job was cancelled at Google.")
    elif code == INVALID and "responsible ai" in message.lower():
        failure = moderated("veo")
    elif code == INVALID:
        failure = RequestRejected("veo finds the request malformed.")
    else:
        failure = ProviderError(f"veo failed (code {word(code)}).")
    return Look(State.FAILED, cost=Decimal(0), failure=failure, again=code in PASSING)


@asynccontextmanager
async def open_veo(key: str, base_url: str, clock: Clock, answer_seconds: float = ANSWER_SECONDS) -> AsyncIterator[Veo]:
    """Veo for one event loop. SetupIncomplete."""
    async with open_api_client(Veo.name, base_url, key_header(key), clock=clock) as api:
        yield Veo(api, key, base_url, clock, answer_seconds)
