"""What is done once a night: by whichever process is free first, and by the next to start when nobody was up."""

from collections.abc import Awaitable, Callable

from procrastinate import App, JobContext

from kiwi.storage.database import Database

AT = "17 3 * * *"
"""When, UTC."""
MADE_GOOD: dict[str, float] = {"max_delay": 24 * 3600}
"""For how many seconds what was missed is still made good."""

FORGET_EARLIER = "delete from procrastinate_jobs where task_name = %(name)s and status = 'doing' and id < %(id)s"
"""Of an earlier night, whose process was killed over it."""


def every_night(app: App, queue: str, database: Database, name: str, work: Callable[[], Awaitable[object]]) -> None:
    """Have a queue's workers do something once a night; call before they begin."""

    async def do(context: JobContext, timestamp: int) -> None:
        async with database.pool.connection() as connection:
            await connection.execute(FORGET_EARLIER, {"name": name, "id": context.job.id})
        await work()

    app.periodic(cron=AT)(app.task(name=name, queue=queue, queueing_lock=name, pass_context=True)(do))
