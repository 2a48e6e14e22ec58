"""Runway: films from text and from images, through its official SDK with its retries off."""

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import httpx
import runwayml

from kiwi.clock import Clock
from kiwi.errors import BadMedia, OutcomeUnknown, ProviderBusy, ProviderError, ProviderUnreachable, RequestRejected
from kiwi.film.model import Shot, Storyboard
from kiwi.money.catalogue import Model, find_model
from kiwi.money.purchases import Placed
from kiwi.net.network import ANSWER_SECONDS, ApiClient, Reply, open_api_client, retry_after_of
from kiwi.providers.hire.plans import Request, plan_prompt, plan_ratio, plan_seconds
from kiwi.providers.hire.shooting import Look, State, Vendor
from kiwi.providers.hire.wire import counted, emptied, forgotten, inner, job_id, malformed, moderated, retired, told, used_up, word
from kiwi.storage.assets import AssetStore

CREDIT = Decimal("0.01")
"""US dollars."""
UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
"""What httpx raises before the first byte leaves."""
STATES = {
    "PENDING": State.WAITING,
    "THROTTLED": State.WAITING,
    "RUNNING": State.RUNNING,
    "SUCCEEDED": State.DONE,
    "FAILED": State.FAILED,
    "CANCELLED": State.FAILED,
}
SOUNDING = ("veo3.1", "seedance2")
"""Models that make sound unless they are asked not to."""
SIGNATURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}
MOST_IMAGE_BYTES = 5_000_000
"""Of an image sent inside the request, as it is written there."""


class Runway(Vendor):
    """A camera over Runway's tasks."""

    name = "runway"
    hosts = ("*.cloudfront.net", "*.runwayml.com")
    beat = 5.0
    refunds_waiting = True

    def __init__(self, sdk: runwayml.AsyncRunwayML, api: ApiClient, base_url: str, clock: Clock, answer_seconds: float) -> None:
        super().__init__(base_url, clock)
        self.sdk = sdk
        self.api = api
        self.answer_seconds = answer_seconds

    def still_model(self, model: Model) -> Model | None:
        return None if model.kind == "image" or model.ratios else find_model(self.name, "image")

    def plan(self, shot: Shot, storyboard: Storyboard, model: Model, still: bytes = b"") -> Request:
        prompt, ratios = plan_prompt(shot, model.prompt_units), (model.image_ratios or model.ratios) if still else model.ratios
        body: dict[str, Any] = {"model": model.id, "promptText": prompt, "ratio": plan_ratio(ratios, storyboard.size)}
        if model.kind == "image":
            return Request(model=model, path="/v1/text_to_image", body=body)
        seconds = plan_seconds(model.seconds, shot, storyboard)
        body["duration"] = seconds
        if model.id.startswith(SOUNDING):
            body["audio"] = False  # it costs more, and films have a sound of their own
        if not still:
            return Request(model=model, path="/v1/text_to_video", body=body, units=seconds)
        return Request(model=model, path="/v1/image_to_video", body=body | {"promptImage": data_uri(still)}, units=seconds)

    async def submit(self, request: Request, assets: AssetStore) -> Placed:
        reply = await self._ask(self.sdk.post(request.path, body=request.body, cast_to=httpx.Response), paid=True)
        if not reply.ok:
            raise refusal(reply, request.model)
        answer = reply.json()
        return Placed(job={"id": job_id(reply, answer.get("id"))}, most=dollars(answer.get("estimatedCost")))

    async def look(self, job: Mapping[str, Any]) -> Look:
        reply = await self._ask(self.sdk.get(f"/v1/tasks/{job['id']}", cast_to=httpx.Response))
        if reply.status == 404:
            return Look(State.FAILED, failure=forgotten(self.name))
        return look_of(told(reply))

    async def cancel(self, job: Mapping[str, Any]) -> bool:
        """A job that had ended is deleted with its media."""
        reply = await self._ask(self.sdk.delete(f"/v1/tasks/{job['id']}", cast_to=httpx.Response))
        return reply.ok

    async def _ask(self, asking: Awaitable[httpx.Response], *, paid: bool = False) -> Reply:
        """The SDK's answer, whatever its status, with its failures as ours."""
        try:
            async with asyncio.timeout(self.answer_seconds):
                return self._reply(await asking, paid)
        except runwayml.APIStatusError as refused:
            return self._reply(refused.response, paid)
        except runwayml.APIConnectionError as broken:
            failure = self._failure(broken.__cause__, paid)
        except TimeoutError as late:
            failure = self._failure(late, paid)
        raise failure  # outside of the handlers: the SDK's errors hold the request, and with it the key

    def _reply(self, response: httpx.Response, paid: bool) -> Reply:
        retry_after = retry_after_of(response.headers, self.clock.now())
        return Reply(self.name, response.status_code, response.headers, response.content, paid, retry_after, self.api.redaction)

    def _failure(self, cause: BaseException | None, paid: bool) -> ProviderError:
        what = self.api.redaction.clean(f"{type(cause).__name__} {cause}").strip()
        if isinstance(cause, UNSENT):
            return ProviderUnreachable(f"runway cannot be reached: {what}")
        if paid:
            return OutcomeUnknown(f"runway was asked and its answer never came: {what}")
        return ProviderBusy(f"runway broke off: {what}")


def data_uri(image: bytes) -> str:
    """An image inside a request, so that no server of ours must be reachable. BadMedia."""
    kind = next((kind for begins, kind in SIGNATURES.items() if image.startswith(begins)), None)
    if kind is None:
        raise BadMedia("runway sent something else than an image for the picture a clip begins with.")
    uri = f"data:{kind};base64,{base64.b64encode(image).decode()}"
    if len(uri) > MOST_IMAGE_BYTES:
        raise BadMedia(f"runway sent an image of {len(image)} bytes and takes none that large.")
    return uri


def dollars(amount: object) -> Decimal | None:
    """US dollars of ``{"credits": 60}``."""
    spent = counted(inner({"amount": amount}, "amount", "credits"))
    return None if spent is None else Decimal(str(spent)) * CREDIT


def refusal(reply: Reply, model: Model) -> ProviderError:
    """What it means that a create was not accepted."""
    said = reply.said()
    text, field = str(said.get("error", "")).lower(), field_of(said)
    if reply.status == 402 or "enough credits" in text:
        return emptied(reply.provider)
    if reply.status == 429 and "daily" in text:
        return used_up(reply.provider)
    if reply.status == 404 or field == "model":
        return retired(model)
    if reply.status == 400 and not field and ("moderation" in text or "safety" in text):
        return moderated(reply.provider)
    return malformed(reply, field) if reply.status in {400, 422} else reply.failure()


def field_of(said: Mapping[str, Any]) -> str:
    """The field that a refusal names: of its first issue."""
    path = inner(said, "issues", 0, "path")
    return ".".join(map(str, path)) if isinstance(path, list) else ""


def look_of(said: Mapping[str, Any]) -> Look:
    """What a task's answer says; a status nobody knows is work in progress."""
    status = str(said.get("status"))
    state = STATES.get(status, State.RUNNING)
    failure, again = failure_of(status, word(said.get("failureCode") or "")) if state is State.FAILED else (None, False)
    return Look(
        state,
        share=counted(said.get("progress")),
        cost=dollars(said.get("cost")),
        url=str(inner(said, "output", 0) or ""),
        failure=failure,
        again=again,
    )


def failure_of(status: str, code: str) -> tuple[ProviderError, bool]:
    """Why a task failed, and whether the same request may succeed another time."""
    if status == "CANCELLED":
        return ProviderError("The job was cancelled at runway."), False
    if code.startswith("SAFETY"):
        return moderated("runway", code), False
    if code.startswith(("ASSET", "INPUT")):
        return RequestRejected(f"runway cannot use what it was sent ({code}).", "promptImage"), False
    return ProviderError(f"runway failed ({code or 'no reason given'})."), not code or code.startswith("INTERNAL")


@asynccontextmanager
async def open_runway(key: str, base_url: str, clock: Clock, answer_seconds: float = ANSWER_SECONDS) -> AsyncIterator[Runway]:
    """Runway for one event loop. SetupIncomplete."""
    async with open_api_client(Runway.name, base_url, {"Authorization": f"Bearer {key}"}, clock=clock) as api:
        sdk = runwayml.AsyncRunwayML(api_key=key, base_url=base_url, max_retries=0, timeout=answer_seconds, http_client=api.http)
        yield Runway(sdk, api, base_url, clock, answer_seconds)
