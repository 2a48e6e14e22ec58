"""Pika through fal's queue, over plain HTTP: its own client polls ten times a second and sends a timed-out order ten times."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

from kiwi.clock import Clock
from kiwi.errors import ProviderBusy, ProviderError
from kiwi.film.model import Shot, Storyboard
from kiwi.money.catalogue import Model
from kiwi.money.purchases import Placed
from kiwi.net.network import ANSWER_SECONDS, ApiClient, Reply, open_api_client
from kiwi.providers.hire.plans import Request, plan_prompt, plan_ratio, plan_seconds
from kiwi.providers.hire.shooting import Look, State, Vendor
from kiwi.providers.hire.wire import address, emptied, forgotten, inner, job_id, malformed, moderated, retired, told, used_up, word
from kiwi.storage.assets import AssetStore

UNWANTED = "text, letters, captions, watermark, logo, blurry, distorted, deformed"
POLICY = "content_policy_violation"
STATES = {"IN_QUEUE": State.WAITING, "IN_PROGRESS": State.RUNNING, "COMPLETED": State.DONE}
LOST = ("request_", "startup_", "runner_", "client_")
"""How the types of errors begin that a job ends with; others are of the moment, and a job paid for is not given up for them."""
ADDRESSES = ("status_url", "response_url", "cancel_url")
"""As the queue names them; they must not be made up."""


class Pika(Vendor):
    """A camera over Pika's models in fal's queue."""

    name = "pika"
    hosts = ("*.fal.media",)
    beat = 3.0
    refunds_waiting = True

    def __init__(self, api: ApiClient, base_url: str, clock: Clock, answer_seconds: float) -> None:
        super().__init__(base_url, clock)
        self.api = api
        self.answer_seconds = answer_seconds

    def plan(self, shot: Shot, storyboard: Storyboard, model: Model, still: bytes = b"") -> Request:
        seconds = plan_seconds(model.seconds, shot, storyboard)
        body = {
            "prompt": plan_prompt(shot, model.prompt_units),
            "negative_prompt": UNWANTED,
            "aspect_ratio": plan_ratio(model.ratios, storyboard.size),
            "resolution": model.resolution,
            "duration": seconds,
        }
        return Request(model=model, path=f"/{model.id}", body=body, units=seconds)

    async def submit(self, request: Request, assets: AssetStore) -> Placed:
        reply = await self.api.ask("POST", request.path, paid=True, seconds=self.answer_seconds, json=request.body)
        if not reply.ok:
            raise refusal(reply, request.model)
        answer = reply.json()
        job_id(reply, answer.get("request_id"))
        return Placed(job={name: address(reply, answer.get(name)) for name in ADDRESSES})

    async def look(self, job: Mapping[str, Any]) -> Look:
        reply = await self.api.ask("GET", job["status_url"], seconds=self.answer_seconds)
        if reply.status == 404:
            return Look(State.FAILED, failure=forgotten("fal"))
        said = told(reply)
        state = STATES.get(str(said.get("status")), State.RUNNING)
        if state is not State.DONE:
            return Look(state)
        if said.get("error_type"):
            return broken(word(said["error_type"]))
        return result_of(await self.api.ask("GET", job["response_url"], seconds=self.answer_seconds))

    async def cancel(self, job: Mapping[str, Any]) -> bool:
        reply = await self.api.ask("PUT", job["cancel_url"], seconds=self.answer_seconds)
        return reply.ok


def refusal(reply: Reply, model: Model) -> ProviderError:
    """What it means that an order was not accepted."""
    detail = reply.said().get("detail")
    text = str(detail).lower()
    if reply.status == 402 or (reply.status == 403 and text.startswith("user is locked")):
        return emptied("fal")
    if reply.status == 429 and "daily" in text:
        return used_up("fal")
    if reply.status == 404:
        return retired(model)
    if reply.status in {400, 422}:
        return complaint(reply)
    return reply.failure()


def complaint(reply: Reply) -> ProviderError:
    """What the model does not like; its ``type`` says so, its words may change."""
    first = inner(reply.said(), "detail", 0)
    if inner({"first": first}, "first", "type") == POLICY:
        return moderated("fal")
    where = inner({"first": first}, "first", "loc")
    return malformed(reply, str(where[-1]) if isinstance(where, list) and where else "")


def broken(kind: str) -> Look:
    """A job that the machinery around the model lost, which is never charged."""
    if kind == "client_cancelled":
        return Look(State.FAILED, failure=ProviderError("The job was cancelled at fal."))
    return Look(State.FAILED, cost=Decimal(0), failure=ProviderError(f"fal failed ({kind})."), again=True)


def result_of(reply: Reply) -> Look:
    """What a job that has ended gave: media, or the model's or the machinery's error. ProviderBusy when it cannot be read."""
    if reply.ok:
        said = told(reply)
        size = inner(said, "video", "file_size")
        return Look(State.DONE, url=str(inner(said, "video", "url") or ""), size=size if isinstance(size, int) and size > 0 else None)
    kind = word(reply.headers.get("x-fal-error-type") or reply.said().get("error_type") or "")
    if kind.startswith(LOST):
        return broken(kind)
    if not isinstance(reply.said().get("detail"), list):
        raise reply.failure() if reply.status != 422 else ProviderBusy(f"fal answered unreadably: {reply.excerpt()}")
    if reply.status >= 500:
        again = reply.headers.get("x-fal-retryable") == "true"
        return Look(State.FAILED, cost=Decimal(0), failure=ProviderError("Pika failed to make the clip."), again=again)
    return Look(State.FAILED, failure=complaint(reply))


@asynccontextmanager
async def open_pika(key: str, base_url: str, clock: Clock, answer_seconds: float = ANSWER_SECONDS) -> AsyncIterator[Pika]:
    """Pika at fal for one event loop. SetupIncomplete."""
    async with open_api_client("fal", base_url, {"Authorization": f"Key {key}"}, clock=clock) as api:
        yield Pika(api, base_url, clock, answer_seconds)
