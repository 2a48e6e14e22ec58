"""Workshop: where one task's orders are filled, each at most once."""

import asyncio
import logging
from pathlib import Path
from typing import TypeVar

from kiwi.errors import BadMedia, ChildDied, RenderError
from kiwi.film.job_inputs import Report
from kiwi.film.model import Asset, Noun
from kiwi.jail.answers import believe
from kiwi.storage.assets import AssetStore, digest_of
from kiwi.work.jobs import Job
from kiwi.work.processes import Hands

log = logging.getLogger(__name__)

MOST_DEATHS = 3
"""So many children may die of one order; the first two may have been killed from outside."""

Order = TypeVar("Order", bound=Noun)
Result = TypeVar("Result", bound=Noun)


async def ask(hands: Hands, job: Job[Order, Result], order: Order) -> Result:
    """Have a child do a job that makes no media and need not be remembered."""
    done = await hands.do(job, order.model_dump(mode="json"), hands.data_folder, lambda _: None)
    return job.result.model_validate(done)


class Workshop:
    """The hands that work and the store that remembers."""

    def __init__(self, hands: Hands, assets: AssetStore) -> None:
        self.hands = hands
        self.assets = assets

    def path(self, asset: Asset) -> str:
        """An asset's absolute path, for an order."""
        return str(self.assets.path(asset))

    async def fill(self, job: Job[Order, Result], order: Order, report: Report) -> Result:
        """Do the job unless an equal order was filled before; another child tries when one dies of it. ChildDied: none lived."""

        async def make(folder: Path) -> Result:
            done = await self.hands.do(job, order.model_dump(mode="json"), folder, report)
            if job.confined:
                return await asyncio.to_thread(believe, job.result, done, folder)
            return job.result.model_validate(done)

        name = digest_of(job.name, job.version, order)
        for deaths in range(1, MOST_DEATHS):
            try:
                return await self.assets.once(name, make, job.result, ours=True)
            except ChildDied as death:
                log.warning("child %d of %d that may die of one order did: %s", deaths, MOST_DEATHS, death)
        return await self.assets.once(name, make, job.result, ours=True)

    async def examine(self, job: Job[Order, Result], order: Order, report: Report) -> Result:
        """Fill an order about media that a provider sent; BadMedia for whatever breaks on it, since somebody else may do better."""
        try:
            return await self.fill(job, order, report)
        except RenderError as broken:
            log.warning("%s broke on what was sent: %s", job.name, broken)
        raise BadMedia("What was sent broke the program that was to make something of it.")
