"""Assembly: an engine from its parts, once children and database are there."""

import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

from graph.checkpoint import open_checkpointer
from graph.engine import Engine
from graph.housekeeping import housekeeper_of
from graph.outbox import Post, Tell, open_outbox
from graph.queue import open_queue
from graph.worker import Worker
from kiwi.errors import BadWebhook, SetupIncomplete
from kiwi.film.crew import Crew
from kiwi.money.producer import Producer, Unpaid
from kiwi.net.webhooks import Receivers, places_of
from kiwi.providers.producing import open_producer
from kiwi.settings import Settings
from kiwi.storage.database import Database, open_database
from kiwi.tasks.table import Tasks
from kiwi.work.processes import ChildPool

Assemble = Callable[..., AbstractAsyncContextManager[Engine]]


@contextlib.asynccontextmanager
async def assemble(settings: Settings, pool: ChildPool, url: str, hire: Callable[[str], Crew] | None, tell: Tell) -> AsyncIterator[Engine]:
    """Worker, queue and outbox over the database at ``url``; SetupIncomplete when one cannot be had.

    ``hire`` gives the crew for a task's id; None: the embedded one, and whoever has a key. ``tell``: a task as clients are shown it.
    """
    post = Post(_receivers(settings), tell)
    async with (
        open_database(url, settings.data_folder) as database,
        open_checkpointer(database.url) as checkpointer,
        Tasks(database) as tasks,
        _open_producer(settings, pool, database, hire) as producer,
    ):
        worker = Worker(tasks, checkpointer, producer)
        async with open_queue(database, tasks, worker, settings.queue) as queue, open_outbox(database, post) as outbox:
            engine = Engine(settings.data_folder, database, tasks, pool, worker, queue, outbox, settings.disk_reserve_mb)
            keeper = housekeeper_of(engine, settings)
            worker.delivered = keeper.tidy
            queue.nightly("sweep", keeper.sweep)
            yield engine


def _receivers(settings: Settings) -> Receivers:
    """Where webhooks may go, as the operator wishes it; SetupIncomplete."""
    try:
        receivers = Receivers(places_of(settings.webhook_hosts), settings.webhook_url)
        if settings.webhook_url:
            receivers.check(settings.webhook_url)
    except BadWebhook as strange:
        raise SetupIncomplete(f"KIWI_WEBHOOK_URL or KIWI_WEBHOOK_HOSTS: {strange}") from strange
    return receivers


@contextlib.asynccontextmanager
async def _open_producer(
    settings: Settings, pool: ChildPool, database: Database, hire: Callable[[str], Crew] | None
) -> AsyncIterator[Producer]:
    if hire is not None:
        yield Unpaid(hire)
        return

    async with open_producer(settings, pool, database) as producer:
        yield producer
