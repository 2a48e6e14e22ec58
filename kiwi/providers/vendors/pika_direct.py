"""Pika's own interface, which it opens for partners: forms in, a video's id out, nothing to call off."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from kiwi.clock import Clock
from kiwi.errors import ProviderError
from kiwi.film.model import Shot, Storyboard
from kiwi.money.catalogue import Model
from kiwi.money.purchases import Placed
from kiwi.net.network import ANSWER_SECONDS, ApiClient, Reply, open_api_client
from kiwi.providers.hire.plans import Request, plan_prompt, plan_ratio, plan_seconds
from kiwi.providers.hire.shooting import Look, State, Vendor
from kiwi.providers.hire.wire import counted, emptied, forgotten, inner, job_id, malformed, moderated, retired, told, used_up
from kiwi.providers.vendors.pika import UNWANTED
from kiwi.storage.assets import AssetStore

STATES = {"queued": State.WAITING, "started": State.RUNNING, "finished": State.DONE, "failed": State.FAILED}


class PikaDirect(Vendor):
    """A camera over Pika's own interface."""

    name = "pika-direct"
    hosts = ("*.pika.art",)
    beat = 5.0

    def __init__(self, api: ApiClient, base_url: str, clock: Clock, answer_seconds: float) -> None:
        super().__init__(base_url, clock)
        self.api = api
        self.answer_seconds = answer_seconds

    def plan(self, shot: Shot, storyboard: Storyboard, model: Model, still: bytes = b"") -> Request:
        seconds = plan_seconds(model.seconds, shot, storyboard)
        width, height = map(int, plan_ratio(model.ratios, storyboard.size).split(":"))
        body = {
            "promptText": plan_prompt(shot, model.prompt_units),
            "negativePrompt": UNWANTED,
            "aspectRatio": f"{width / height:.4f}",
            "resolution": model.resolution,
            "duration": str(seconds),
        }
        return Request(model=model, path=f"/generate/{model.id}/t2v", body=body, units=seconds)

    async def submit(self, request: Request, assets: AssetStore) -> Placed:
        reply = await self.api.ask("POST", request.path, paid=True, seconds=self.answer_seconds, data=request.body)
        if not reply.ok:
            raise refusal(reply, request.model)
        return Placed(job={"id": job_id(reply, reply.json().get("video_id"))})

    async def look(self, job: Mapping[str, Any]) -> Look:
        """Why a video failed Pika does not say, so it is not ordered anew."""
        reply = await self.api.ask("GET", f"/videos/{job['id']}", seconds=self.answer_seconds)
        if reply.status == 404:
            return Look(State.FAILED, failure=forgotten(self.name))
        said = told(reply)
        state, percent = STATES.get(str(said.get("status")), State.RUNNING), counted(said.get("progress"))
        return Look(
            state,
            share=None if percent is None else percent / 100,
            url=str(said.get("url") or ""),
            failure=ProviderError("pika-direct failed and does not say why.") if state is State.FAILED else None,
        )


def refusal(reply: Reply, model: Model) -> ProviderError:
    """What it means that an order was not accepted."""
    said = reply.said()
    text, where = str(said.get("detail", "")).lower(), inner(said, "detail", 0, "loc")
    if reply.status == 402:
        return emptied(reply.provider)
    if reply.status == 429 and "daily" in text:
        return used_up(reply.provider)
    if reply.status == 404:
        return retired(model)
    if reply.status == 400 and "policy" in text:
        return moderated(reply.provider)
    if reply.status in {400, 422}:
        return malformed(reply, str(where[-1]) if isinstance(where, list) and where else "")
    return reply.failure()


@asynccontextmanager
async def open_pika_direct(key: str, base_url: str, clock: Clock, answer_seconds: float = ANSWER_SECONDS) -> AsyncIterator[PikaDirect]:
    """Pika's own interface for one event loop. SetupIncomplete."""
    async with open_api_client(PikaDirect.name, base_url, {"X-API-KEY": key, "Accept": "application/json"}, clock=clock) as api:
        yield PikaDirect(api, base_url, clock, answer_seconds)
