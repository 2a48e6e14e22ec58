"""Gemini Omni: films through Google's Interactions API, in the background."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

from kiwi.clock import Clock
from kiwi.errors import ProviderError
from kiwi.film.model import Shot, Storyboard
from kiwi.money.catalogue import Model
from kiwi.money.purchases import Placed
from kiwi.net.network import ANSWER_SECONDS, open_api_client
from kiwi.providers.hire.plans import Request, plan_prompt, plan_ratio, plan_seconds
from kiwi.providers.hire.shooting import Look, State
from kiwi.providers.hire.wire import decoded, emptied, forgotten, inner, job_id, moderated, word
from kiwi.providers.vendors.google import UNWANTED, GoogleVendor, key_header, listed, refusal, seen
from kiwi.storage.assets import AssetStore

ENDED = {"failed", "cancelled", "incomplete", "budget_exceeded", "requires_action"}
"""Statuses that nothing follows."""
LONGEST_DATA = 96 * 2**20
"""Bytes of an answer that holds the clip itself."""


class Omni(GoogleVendor):
    """A camera over Gemini Omni's interactions."""

    name = "omni"

    def plan(self, shot: Shot, storyboard: Storyboard, model: Model, still: bytes = b"") -> Request:
        seconds = plan_seconds(model.seconds, shot, storyboard)
        asked = {
            "type": "video",
            "aspect_ratio": plan_ratio(model.ratios, storyboard.size),
            "resolution": model.resolution,
            "duration": f"{seconds}s",
            "delivery": "uri",
        }
        body = {
            "model": model.id,
            "background": True,
            "input": plan_prompt(shot, model.prompt_units),
            "response_format": asked,
            "generation_config": {"video_config": {"task": "text_to_video"}},
        }
        return Request(model=model, path="/v1beta/interactions", body=body, units=seconds)

    async def submit(self, request: Request, assets: AssetStore) -> Placed:
        reply = await self.api.ask("POST", request.path, paid=True, seconds=self.answer_seconds, json=request.body)
        if not reply.ok:
            raise refusal(reply, request.model)
        return Placed(job={"id": job_id(reply, reply.json().get("id"))})

    async def look(self, job: Mapping[str, Any]) -> Look:
        reply = await self.api.ask("GET", f"/v1beta/interactions/{job['id']}", seconds=self.answer_seconds, most_bytes=LONGEST_DATA)
        if reply.status == 404:
            return Look(State.FAILED, failure=forgotten(self.name))
        return self._look_of(seen(reply))

    def _look_of(self, said: Mapping[str, Any]) -> Look:
        status = str(said.get("status"))
        if status in ENDED:
            return failed(status, said)
        if status != "completed":
            return Look(State.WAITING if status == "queued" else State.RUNNING)
        contents = [content for step in listed(said.get("steps")) for content in listed(step.get("content"))]
        video = next((content for content in contents if content.get("type") == "video"), {})
        return Look(State.DONE, url=self.place_of(str(video.get("uri") or "")), content=decoded(video.get("data")))

    async def cancel(self, job: Mapping[str, Any]) -> bool:
        reply = await self.api.ask("POST", f"/v1beta/interactions/{job['id']}/cancel", seconds=self.answer_seconds)
        return reply.ok and reply.said().get("status") == "cancelled"


def failed(status: str, said: Mapping[str, Any]) -> Look:
    """Why an interaction came to nothing; what was not made is not charged, but what was cancelled may be."""
    code = word(inner(said, "errors", 0, "code") or "")
    if status == "cancelled":
        return Look(State.FAILED, failure=ProviderError("The job was cancelled at Google."))
    if code in UNWANTED:
        return Look(State.FAILED, cost=Decimal(0), failure=moderated("omni", code))
    if status == "budget_exceeded":
        return Look(State.FAILED, cost=Decimal(0), failure=emptied("omni"))
    return Look(State.FAILED, cost=Decimal(0), failure=ProviderError(f"omni failed ({code or status})."), again=status == "failed")


@asynccontextmanager
async def open_omni(key: str, base_url: str, clock: Clock, answer_seconds: float = ANSWER_SECONDS) -> AsyncIterator[Omni]:
    """Omni for one event loop. SetupIncomplete."""
    async with open_api_client(Omni.name, base_url, key_header(key), clock=clock) as api:
        yield Omni(api, key, base_url, clock, answer_seconds)
