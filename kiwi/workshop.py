"""Workshop: where one task's orders are filled, each at most once."""

import logging
from pathlib import Path
from typing import TypeVar

from kiwi.assets import AssetStore, digest_of
from kiwi.errors import BadMedia, RenderError
from kiwi.film import Asset, Noun
from kiwi.jobs import Job
from kiwi.orders import Report
from kiwi.processes import Hands

log = logging.getLogger(__name__)

Order = TypeVar("Order", bound=Noun)
Result = TypeVar("Result", bound=Noun)


class Workshop:
    """The hands that work and the store that remembers."""

    def __init__(self, hands: Hands, assets: AssetStore) -> None:
        self.hands = hands
        self.assets = assets

    def path(self, asset: Asset) -> str:
        """An asset's absolute path, for an order."""
        return str(self.assets.path(asset))

    async def fill(self, job: Job[Order, Result], order: Order, report: Report) -> Result:
        """Do the job unless an equal order was filled before."""

        async def make(folder: Path) -> Result:
            done = await self.hands.do(job, order.model_dump(mode="json"), folder, report)
            return job.result.model_validate(done)

        return await self.assets.once(digest_of(job.name, job.version, order), make, job.result, ours=True)

    async def examine(self, job: Job[Order, Result], order: Order, report: Report) -> Result:
        """Fill an order about media that a provider sent; BadMedia for whatever breaks on it, since somebody else may do better."""
        try:
            return await self.fill(job, order, report)
        except RenderError as broken:
            log.warning("%s broke on what was sent: %s", job.name, broken)
        raise BadMedia("What was sent broke the program that was to make something of it.")
