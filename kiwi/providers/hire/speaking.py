"""Speaking: what hired voices have in common: a scene is bought once, kept as it came, and made into a voice-over like ours."""

import asyncio
from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import ClassVar

from kiwi.errors import BadMedia, ProviderError, ProviderRefused
from kiwi.film.job_inputs import RecordInput, Report, Timing
from kiwi.film.model import Asset, Scene, Value, VoiceOver
from kiwi.money.catalogue import Model
from kiwi.money.purchases import Placed, Purchase, Stage, Wanted
from kiwi.providers.hire.plans import Request
from kiwi.providers.hire.retries import Patience, buy_patiently
from kiwi.storage.assets import asset_of, digest_of
from kiwi.work import jobs
from kiwi.work.production import Production

PATIENCE = Patience(seconds=120.0, times=4)
ANSWER_SECONDS = 180.0
"""A long scene takes its time to be spoken."""
SAMPLES = "said.pcm"
BOUGHT = 0.6
"""Share of the work that is done when the sound is here."""


@dataclass(frozen=True)
class Sound:
    """What a voice said: mono samples of 16 bits, signed, little-endian."""

    samples: bytes
    rate: int
    """Samples a second."""
    timing: Timing | None = None
    """When each letter is heard, if the voice tells."""

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / 2 / self.rate


@dataclass(frozen=True)
class Mute:
    """An answer without sound, which may have cost something all the same."""

    why: str
    """As the vendor calls it."""
    refused: bool = False
    """The same words would meet it again."""


class Said(Value):
    """The same in the store."""

    asset: Asset
    rate: int
    timing: Timing | None = None
    cost: Decimal | None = None
    """US dollars, where they depend on what came."""


class SayOrder(Value):
    """Names what was said for a part of a film."""

    part: str
    request: str


class Voice(ABC):
    """One vendor that speaks, for the whole process; knows its wire and nothing of films being made."""

    name: ClassVar[str]

    @abstractmethod
    def plan(self, scene: Scene, model: Model, voice: str) -> Request:
        """What to send for a scene."""

    @abstractmethod
    async def say(self, request: Request) -> Sound | Mute:
        """Send it, exactly once.

        ProviderError: nothing was bought; OutcomeUnknown: perhaps it was.
        """

    def cost_of(self, model: Model, sound: Sound) -> Decimal | None:
        """US dollars, where they depend on what came."""
        return None

    def narrator(self, model: Model, voice: str, production: Production) -> "HiredNarrator":
        """A narrator for one film."""
        return HiredNarrator(self, model, voice, production)

    async def call_off(self, purchase: Purchase) -> Decimal | None:
        """Nothing can be stopped, since it was delivered with the answer."""
        return None


@dataclass(frozen=True)
class HiredNarrator:
    """One voice of one vendor, speaking for one film."""

    vendor: Voice
    model: Model
    voice: str
    """As the vendor calls it."""
    production: Production

    async def narrate(self, scene: Scene, report: Report) -> VoiceOver:
        """ProviderError, as its kinds say; BadMedia for sound that is not the scene's words, which is paid all the same."""
        workshop = self.production.workshop
        said = await self._obtain(self.vendor.plan(scene, self.model, self.voice), scene.id)
        report(BOUGHT)
        order = RecordInput(sound=workshop.path(said.asset), rate=said.rate, text=scene.voice_over, timing=said.timing)
        return await workshop.examine(jobs.RECORD, order, _rest_of(report))

    async def _obtain(self, request: Request, part: str) -> Said:
        """What the voice says to a request, bought at most as often as the buyer allows."""
        buyer, assets = self.production.buyer, self.production.workshop.assets
        wanted = Wanted(model=self.model, part=part, request=request.digest, most=request.most)
        name = digest_of("say", "1", SayOrder(part=part, request=request.digest))
        while True:
            purchase = await buy_patiently(self.production, wanted, partial(self._say, request, name), PATIENCE, partial(self._kept, name))
            if "said" in purchase.job:
                said = await assets.known(name, Said)
                if said is None:
                    raise BadMedia(f"What {self.model.name} said is no longer in the store.")
                if purchase.stage is not Stage.SETTLED:
                    await buyer.settle(purchase, said.cost)
                return said
            failure = mute(self.model, str(purchase.job["mute"]), refused=bool(purchase.job["refused"]))
            await buyer.fail(purchase, failure, cost=purchase.most, again=not purchase.job["refused"])

    async def _say(self, request: Request, name: str) -> Placed:
        """Ask the voice, and keep what it says before the buyer hears of it."""
        sound = await self.vendor.say(request)
        if isinstance(sound, Mute):
            return Placed(job={"mute": sound.why, "refused": sound.refused})
        await self.production.workshop.assets.once(name, partial(self._write, sound), Said)
        return Placed(job={"said": name})

    async def _write(self, sound: Sound, folder: Path) -> Said:
        path = folder / SAMPLES
        await asyncio.to_thread(path.write_bytes, sound.samples)
        asset = await asyncio.to_thread(asset_of, path)
        return Said(asset=asset, rate=sound.rate, timing=sound.timing, cost=self.vendor.cost_of(self.model, sound))

    async def _kept(self, name: str) -> Placed | None:
        """The same as `_say` for what was kept before a kill."""
        return Placed(job={"said": name}) if await self.production.workshop.assets.known(name, Said) else None


def mute(model: Model, why: str, *, refused: bool) -> ProviderError:
    """What it means that a voice says nothing."""
    if refused:
        return ProviderRefused(f"The moderation of {model.provider} refuses to say what the scene says ({why}).")
    return BadMedia(f"{model.name} answered without any sound ({why}).")


def _rest_of(report: Report) -> Report:
    return lambda share: report(BOUGHT + (1 - BOUGHT) * share)
