"""Workshop: where one task's jobs are done, each at most once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from kiwi.errors import BadMedia, ChildDied, RenderError
from kiwi.film.job_inputs import Report
from kiwi.film.model import Asset, Value
from kiwi.jail.answers import believe
from kiwi.storage.assets import AssetStore, digest_of
from kiwi.work.jobs import Job
from kiwi.work.processes import ChildPool

log = logging.getLogger(__name__)

MOST_DEATHS = 3
"""So many children may die of one job; the first two may have been killed from outside."""

Input = TypeVar("Input", bound=Value)
Result = TypeVar("Result", bound=Value)
By = Callable[[ChildPool, Input, Path, Report], Awaitable[dict[str, Any]]]


async def ask(pool: ChildPool, job: Job[Input, Result], job_input: Input) -> Result:
    """Have a child do a job that makes no media and need not be remembered."""
    done = await pool.do(job, job_input.model_dump(mode="json"), pool.data_folder, lambda _: None)
    return job.result.model_validate(done)


class Workshop:
    """The children that work and the store that remembers."""

    def __init__(self, pool: ChildPool, assets: AssetStore) -> None:
        self.pool = pool
        self.assets = assets

    def path(self, asset: Asset) -> str:
        """An asset's absolute path, for a job's input."""
        return str(self.assets.path(asset))

    async def fill(self, job: Job[Input, Result], job_input: Input, report: Report, by: By[Input] | None = None) -> Result:
        """Do the job unless it was done with an equal input before; another child tries when one dies of it. ChildDied: none lived.

        ``by``: who does it, if not one child alone.
        """

        async def make(folder: Path) -> Result:
            if by is not None:
                done = await by(self.pool, job_input, folder, report)
            else:
                done = await self.pool.do(job, job_input.model_dump(mode="json"), folder, report)
            if job.confined:
                return await asyncio.to_thread(believe, job.result, done, folder)
            return job.result.model_validate(done)

        name = digest_of(job.name, job.version, job_input)
        for deaths in range(1, MOST_DEATHS):
            try:
                return await self.assets.once(name, make, job.result, ours=True)
            except ChildDied as death:
                log.warning("child %d of %d that may die of one job did: %s", deaths, MOST_DEATHS, death)
        return await self.assets.once(name, make, job.result, ours=True)

    async def examine(self, job: Job[Input, Result], job_input: Input, report: Report) -> Result:
        """Do a job about media that a provider sent; BadMedia for whatever breaks on it, since somebody else may do better."""
        try:
            return await self.fill(job, job_input, report)
        except RenderError as broken:
            log.warning("%s broke on what was sent: %s", job.name, broken)
        raise BadMedia("What was sent broke the program that was to make something of it.")
