"""Gemini's pictures: a shot is one still, which we set in motion; the answer to the order is the picture itself."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

from kiwi.clock import Clock
from kiwi.errors import ProviderError
from kiwi.film.model import Asset, Shot, Storyboard
from kiwi.money.catalogue import Model
from kiwi.money.purchases import Placed
from kiwi.net.network import open_api_client
from kiwi.providers.hire.plans import Request, plan_prompt, plan_ratio
from kiwi.providers.hire.shooting import ASSET, MEDIA, Look, State
from kiwi.providers.hire.wire import decoded, inner, moderated, word
from kiwi.providers.vendors.google import GoogleVendor, key_header, listed, refusal
from kiwi.storage.assets import AssetStore

PICTURE_SECONDS = 180.0
"""How long one picture may take; the order's answer is it."""
UNWANTED = {
    "SAFETY",
    "RECITATION",
    "BLOCKLIST",
    "PROHIBITED_CONTENT",
    "SPII",
    "IMAGE_SAFETY",
    "IMAGE_PROHIBITED_CONTENT",
    "IMAGE_RECITATION",
}
"""Reasons to end without a picture that the same words would meet again."""


class GeminiImage(GoogleVendor):
    """A camera whose takes are pictures that Gemini made."""

    name = "gemini-image"
    beat = 0.0

    def plan(self, shot: Shot, storyboard: Storyboard, model: Model, still: bytes = b"") -> Request:
        picture = {"aspectRatio": plan_ratio(model.ratios, storyboard.size), "imageSize": model.resolution or "1K"}
        body = {
            "contents": [{"role": "user", "parts": [{"text": plan_prompt(shot, model.prompt_units)}]}],
            "generationConfig": {"responseModalities": ["IMAGE"], "imageConfig": picture},
        }
        return Request(model=model, path=f"/v1beta/models/{model.id}:generateContent", body=body)

    async def submit(self, request: Request, assets: AssetStore) -> Placed:
        """What was answered is kept whatever it is: a refusal would be paid for again and again."""
        reply = await self.api.ask("POST", request.path, paid=True, seconds=self.answer_seconds, json=request.body)
        if not reply.ok:
            raise refusal(reply, request.model)
        answer = reply.json()
        picture = picture_in(answer)
        if not picture:
            blocked = inner(answer, "promptFeedback", "blockReason")
            return Placed(job={"blocked": word(blocked)} if blocked else {"ended": word(inner(answer, "candidates", 0, "finishReason"))})
        asset = await assets.keep(picture, MEDIA)
        return Placed(job={ASSET: asset.model_dump(mode="json")})

    async def look(self, job: Mapping[str, Any]) -> Look:
        if ASSET in job:
            return Look(State.DONE, kept=Asset.model_validate(job[ASSET]))
        if "blocked" in job:
            return Look(State.FAILED, cost=Decimal(0), failure=moderated(self.name, str(job["blocked"])))
        ended = str(job["ended"])
        if ended in UNWANTED:
            return Look(State.FAILED, failure=moderated(self.name, ended))
        return Look(State.FAILED, failure=ProviderError(f"{self.name} made no picture ({ended})."), again=True)


def picture_in(answer: Mapping[str, Any]) -> bytes:
    """The first picture of an answer; empty: there is none."""
    for part in listed(inner(answer, "candidates", 0, "content", "parts")):
        if data := inner(part, "inlineData", "data"):
            return decoded(data)
    return b""


@asynccontextmanager
async def open_gemini_image(key: str, base_url: str, clock: Clock, answer_seconds: float = PICTURE_SECONDS) -> AsyncIterator[GeminiImage]:
    """Gemini's pictures for one event loop. SetupIncomplete."""
    async with open_api_client(GeminiImage.name, base_url, key_header(key), clock=clock) as api:
        yield GeminiImage(api, key, base_url, clock, answer_seconds)
