"""The outbox: webhooks that were promised with their events, sent by jobs in the same PostgreSQL, here or on any machine."""

import asyncio
import contextlib
import json
import logging
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException

from graph.queue import Again
from kiwi.errors import NoSuchTask
from kiwi.net.webhooks import Answer, Receivers, signed
from kiwi.storage.database import Database
from kiwi.tasks.deliveries import Deliveries, Delivery, State
from kiwi.tasks.delivery_statements import DELIVER, DELIVERIES
from kiwi.tasks.task import Task
from kiwi.tasks.watch import read_log
from kiwi.work.stopping import stop

log = logging.getLogger(__name__)

Tell = Callable[[Task], dict[str, Any]]
"""A task as clients are shown it."""

PAUSES = (5.0, 60.0, 300.0, 1_800.0, 7_200.0, 18_000.0, 28_800.0, 28_800.0)
"""Seconds between the tries, a day in all; each is stretched by up to a tenth, lest receivers that come back meet all at once."""
AT_ONCE = 16
"""Deliveries under way in one process."""
POLL_SECONDS = 2.0
LEFT_SECONDS, MEND_SECONDS = 30.0, 10.0
"""After so long without a sign a worker is taken for dead; how often it is looked what such have left."""
LAY_DOWN_SECONDS = 1.0


@dataclass(frozen=True)
class Post:
    """How webhooks are sent, and what they say."""

    receivers: Receivers
    tell: Tell


class Outbox:
    """Sends what is promised to be told."""

    def __init__(self, database: Database, post: Post) -> None:
        self._database = database
        self._tell = post.tell
        self.receivers = post.receivers
        """Where webhooks may go."""
        self.deliveries = Deliveries(database)
        connector = PsycopgConnector(conninfo=database.url, min_size=1, max_size=3, timeout=5.0)
        self._app = App(connector=connector)
        self._app.task(name=DELIVER, queue=DELIVERIES, retry=Again())(self._deliver)

    async def work(self) -> None:
        """Send until cancelled; what is under way then goes back into the queue."""
        both = asyncio.create_task(self._mend()), asyncio.create_task(self._run())
        try:
            done, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                one.result()
        finally:
            await stop(*both, again_seconds=LAY_DOWN_SECONDS)

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(ConnectorException):  # the database went away: the next round finds it again
                await self._app.run_worker_async(
                    queues=[DELIVERIES],
                    concurrency=AT_ONCE,
                    fetch_job_polling_interval=POLL_SECONDS,
                    shutdown_graceful_timeout=0,
                    install_signal_handlers=False,
                    delete_jobs="always",
                )
            await asyncio.sleep(random.uniform(0.2, 1.0))

    async def _mend(self) -> None:
        """Put back what dead workers have left: whoever is told twice knows it by the id."""
        while True:
            with contextlib.suppress(ConnectorException):
                for job in await self._app.job_manager.get_stalled_jobs(queue=DELIVERIES, seconds_since_heartbeat=LEFT_SECONDS):
                    await self._app.job_manager.retry_job(job)
            await asyncio.sleep(MEND_SECONDS)

    async def _deliver(self, delivery_id: str, turn: int, **_: object) -> None:
        """The job: one try, and the promise of the next."""
        delivery = await self.deliveries.due(delivery_id, turn)
        if delivery is None:
            return
        try:
            body = await self._body(delivery)
        except NoSuchTask:
            return  # deleted meanwhile, and the delivery with it
        secrets = await self.deliveries.secrets(delivery.owner)
        answer = await self.receivers.post(delivery.url, body.encode(), signed(delivery.id, datetime.now(UTC), body, secrets.signing))
        await self._write_down(delivery, answer)

    async def _write_down(self, delivery: Delivery, answer: Answer) -> None:
        told = f"{delivery.type} of task {delivery.task_id}, try {delivery.tries + 1}"
        if not answer.error:
            log.info("delivered %s", told)
            await self.deliveries.tried(delivery, State.DELIVERED, status=answer.status)
            return
        last = answer.final or delivery.round >= len(PAUSES)
        pause = None if last else max(PAUSES[delivery.round] * random.uniform(1.0, 1.1), answer.retry_after)
        state = State.FAILED if last else State.WAITING
        log.warning("not delivered: %s: %s", told, answer.error)
        await self.deliveries.tried(delivery, state, status=answer.status, error=answer.error, pause=pause)

    async def _body(self, delivery: Delivery) -> str:
        """What the event said, read from the log, so that every try says the same. NoSuchTask."""
        async with self._database.pool.connection() as connection:
            event = (await read_log(connection, delivery.task_id, delivery.seq - 1))[0]
        body = {"type": delivery.type, "timestamp": event.at.isoformat().replace("+00:00", "Z"), "data": self._tell(event.task)}
        return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


@asynccontextmanager
async def open_outbox(database: Database, post: Post) -> AsyncIterator[Outbox]:
    """An outbox for as long as the block runs."""
    outbox = Outbox(database, post)
    async with outbox._app.open_async():
        yield outbox
