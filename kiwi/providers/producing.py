"""Producing with money: hires providers before the embedded crew, within the caps, and keeps the books."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random
from typing import Any

from kiwi.clock import Clock, SystemClock
from kiwi.errors import BadBrief, OverBudget, ProviderError, ProviderUnreachable, TookTooLong
from kiwi.film.chain import (
    HOPELESS,
    Chain,
    ChainArtist,
    ChainCamera,
    ChainCritic,
    ChainListener,
    ChainNarrator,
    ChainReader,
    ChainWriter,
    Port,
)
from kiwi.film.crew import Camera, Crew, Narrator
from kiwi.film.job_inputs import ReadInput, WriteInput
from kiwi.film.model import CARDS, Brief, Intent, Script
from kiwi.local.embedded import hire_local_crew
from kiwi.money.estimate import Estimate, Plan, guessed_plan, plan_of
from kiwi.money.ledger import Ledger
from kiwi.money.purchases import Spending
from kiwi.providers.agency import Agency, open_agency
from kiwi.providers.hiring import Casting, Purse, cast_film, first_closed
from kiwi.settings import Settings
from kiwi.storage.assets import AssetStore
from kiwi.storage.database import Database
from kiwi.storage.identity import signing_for
from kiwi.versions import versions
from kiwi.work import jobs
from kiwi.work.processes import ChildPool
from kiwi.work.production import Production
from kiwi.work.workshop import Workshop, ask

log = logging.getLogger(__name__)

USUAL_SECONDS = 30.0
"""Of a film whose brief nobody has heard yet."""
CALL_OFF_SECONDS = 10.0
HOPELESS_CHAT = (*HOPELESS, TookTooLong, ProviderUnreachable)
"""A model that has let a film wait in vain is not waited for at each of its nodes."""


@dataclass(frozen=True)
class PaidProducer:
    """Hires vendors first, the embedded crew where they cannot, and keeps what was bought in the ledger."""

    settings: Settings
    agency: Agency
    pool: ChildPool
    ledger: Ledger
    clock: Clock
    workshop_of: Callable[[str], Workshop]
    crew_of: Callable[[Workshop], Crew]
    """The embedded crew at a film's own workshop."""

    def names(self) -> list[str]:
        return self.agency.names

    async def hire(self, task_id: str, brief: Brief) -> Crew:
        workshop = self.workshop_of(task_id)
        ours = self.crew_of(workshop)
        if not self._buys(brief):
            return ours
        casting = await self._cast(brief, await self._plan(brief, None, None), task_id)
        if brief.strict and (why := first_closed(casting)):
            raise OverBudget(why)
        settings = self.settings
        budget = None if brief.budget is None else Decimal(str(brief.budget))
        buyer = self.ledger.buyer(task_id, settings.spend_task, settings.spend_day, budget, settings.owner_spend_day)
        return self._crew(casting, brief, ours, Production(task_id, buyer, workshop, self.clock))

    def _buys(self, brief: Brief) -> bool:
        """Whether somebody is to be hired: a camera asked for by name counts though it has no key, so that the film says so."""
        return self.agency.anybody or brief.camera not in ("", CARDS)

    def _crew(self, casting: Casting, brief: Brief, ours: Crew, production: Production) -> Crew:
        cameras, narrators, wait = casting.cameras, casting.narrators, self.settings.wait_minutes * 60
        filming: list[tuple[str, Camera]] = [(o.model.name, o.vendor.camera(o.model, production, wait)) for o in cameras.offers]
        speaking: list[tuple[str, Narrator]] = [(o.model.name, o.vendor.narrator(o.model, o.voice, production)) for o in narrators.offers]
        crew = replace(
            ours,
            camera=ChainCamera(Chain("shoot_scene", filming, (CARDS, ours.camera), brief.strict, out=dict(cameras.out))),
            narrator=ChainNarrator(
                Chain("record_voice_over", speaking, ("hibari", ours.narrator), brief.strict, once=True, out=dict(narrators.out))
            ),
        )
        return self._with_chat(crew, casting, brief, ours, production)

    def _with_chat(self, crew: Crew, casting: Casting, brief: Brief, ours: Crew, production: Production) -> Crew:
        chat = self.agency.chat
        if chat is None:
            return crew
        from kiwi.providers.chat.artist import ChatArtist  # noqa: PLC0415 - heavy, and most films are made without
        from kiwi.providers.chat.critic import ChatCritic  # noqa: PLC0415
        from kiwi.providers.chat.listener import ChatListener  # noqa: PLC0415
        from kiwi.providers.chat.reader import ChatReader  # noqa: PLC0415
        from kiwi.providers.chat.writer import ChatWriter  # noqa: PLC0415

        name = chat.sold.name
        out = {name: casting.chat_out} if casting.chat_out else {}

        def chain(node: str, member: Port, us: tuple[str, Port], strict: bool = brief.strict) -> Chain[Port]:
            """All of a film's chains know when the model is not to be asked again."""
            return Chain(node, [(name, member)], us, strict, HOPELESS_CHAT, out=out)

        reader, writer = ChatReader(chat, production), ChatWriter(chat, production)
        artist, critic = ChatArtist(chat, production, ours.artist), ChatCritic(chat, production, ours.critic)
        crew = replace(
            crew,
            reader=ChainReader(chain("read_intent", reader, ("embedded", ours.reader))),
            writer=ChainWriter(chain("write_script", writer, ("embedded", ours.writer))),
            artist=ChainArtist(chain("draw_storyboard", artist, ("embedded", ours.artist))),
        )
        if chat.hears:
            crew = replace(crew, listener=ChainListener(chain("hear_brief", ChatListener(chat, production), ("whisper", ours.listener))))
        if chat.sees:
            crew = replace(crew, critic=ChainCritic(chain("inspect_film", critic, ("measures", ours.critic), strict=False)))
        return crew

    async def estimate(self, brief: Brief, intent: Intent | None = None, script: Script | None = None) -> Estimate | None:
        if not self._buys(brief):
            return None
        return (await self._cast(brief, await self._plan(brief, intent, script), None)).estimate

    async def _plan(self, brief: Brief, intent: Intent | None, script: Script | None) -> Plan:
        if intent is not None and script is not None:
            return plan_of(intent, script)
        if brief.words.strip():
            try:
                return await self._planned(brief)
            except BadBrief:
                pass  # whoever reads it says so
        return guessed_plan(brief.seconds or USUAL_SECONDS, 60.0 if brief.recording or not brief.words.strip() else 0.0)

    async def _planned(self, brief: Brief) -> Plan:
        intent = brief.intent or await ask(self.pool, jobs.READ, ReadInput(words=brief.words, brief=brief))
        return plan_of(intent, await ask(self.pool, jobs.WRITE, WriteInput(intent=intent, knowledge=self.settings.knowledge != "none")))

    async def _cast(self, brief: Brief, plan: Plan, task_id: str | None) -> Casting:
        """Cast a film with what is left of its own cap, its budget and the day's."""
        spending = await self.ledger.spending(task_id) if task_id else Spending(spent=Decimal(0), providers={})
        day = self.settings.spend_day - await self.ledger.spent_today() + spending.spent
        budgets = [] if brief.budget is None else [Decimal(str(brief.budget))]
        if task_id and (owners := await self.ledger.owner_spent_today(task_id)) is not None:
            budgets.append(self.settings.owner_spend_day - owners + spending.spent)
        cap = max(Decimal(0), min([self.settings.spend_task, day, *budgets]))
        return cast_film(self.agency, brief, plan, Purse(cap=cap, spending=spending))

    async def cost(self, task_id: str) -> dict[str, Any] | None:
        if not self.agency.anybody:
            return None
        spending = await self.ledger.spending(task_id)
        providers = {provider: float(dollars) for provider, dollars in spending.providers.items()}
        return {"currency": "USD", "spent": float(spending.spent), "providers": providers}

    async def call_off(self, task_id: str) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CALL_OFF_SECONDS):
                await self.ledger.answered(task_id)
        for purchase in await self.ledger.open_purchases(task_id):
            vendor = self.agency.vendor(purchase.provider)
            if vendor is None:
                log.warning("purchase %d cannot be called off: %s has no key here", purchase.number, purchase.provider)
                continue
            try:
                async with asyncio.timeout(CALL_OFF_SECONDS):
                    due = await vendor.call_off(purchase)
            except (ProviderError, TimeoutError) as failure:
                log.warning("purchase %d could not be called off at %s: %s", purchase.number, purchase.provider, failure)
                continue
            if due is not None:
                await self.ledger.mark_cancelled(purchase, due)

    async def forget(self, task_id: str) -> None:
        await self.ledger.forget(task_id)


@contextlib.asynccontextmanager
async def open_producer(settings: Settings, pool: ChildPool, database: Database) -> AsyncIterator[PaidProducer]:
    """A producer who hires whoever has a key in the settings, and the embedded crew for all the rest. SetupIncomplete."""
    installed, clock = await asyncio.to_thread(versions), SystemClock()
    signing = await asyncio.to_thread(signing_for, settings.sign_certificate, settings.sign_key_file, settings.data_folder)

    def workshop_of(task_id: str) -> Workshop:
        store = AssetStore.of_task(settings.data_folder, task_id)
        store.sweep()
        return Workshop(pool, store)

    async with open_agency(settings, clock) as agency:
        ledger = Ledger(database, clock, Random())
        yield PaidProducer(
            settings,
            agency,
            pool,
            ledger,
            clock,
            workshop_of,
            lambda workshop: hire_local_crew(workshop, installed, signing, knowledge=settings.knowledge != "none"),
        )
