"""Checkpoints: whoever's attempt is over writes none."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import empty_checkpoint
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

from graph.checkpoint import FencedSaver, open_checkpointer, strict_serializer
from kiwi.errors import StaleAttempt
from kiwi.film.model import Brief
from kiwi.film.review import Review
from kiwi.storage.database import Database
from kiwi.tasks.table import Tasks


@pytest.fixture
async def checkpointer(database: Database) -> AsyncIterator[AsyncPostgresSaver]:
    async with open_checkpointer(database.url) as checkpointer:
        yield checkpointer


async def written(database: Database, thread: str) -> int:
    """Rows of a thread."""
    async with database.pool.connection() as connection:
        tables = ("checkpoints", "checkpoint_blobs", "checkpoint_writes")
        found = [
            await (await connection.execute(f"select from {one} where thread_id = %s".encode(), (thread,))).fetchall() for one in tables
        ]
    return sum(map(len, found))


async def put(saver: AsyncPostgresSaver, thread: str) -> RunnableConfig:
    """A checkpoint with a value in it."""
    config: RunnableConfig = {"configurable": {"thread_id": thread, "checkpoint_ns": ""}}
    checkpoint = empty_checkpoint()
    checkpoint["channel_values"] = {"words": ["tea"]}
    checkpoint["channel_versions"] = {"words": "1"}
    versions: Any = {"words": "1"}
    return await saver.aput(config, checkpoint, {}, versions)


async def test_an_attempt_writes_until_it_is_over(tasks: Tasks, checkpointer: AsyncPostgresSaver, database: Database) -> None:
    task, _ = await tasks.submit(Brief(words="tea"))
    first = FencedSaver(checkpointer, task.id, (await tasks.begin(task.id)).attempt)
    config = await put(first, task.id)
    await first.aput_writes(config, [("words", ["cocoa"])], "node")
    assert await written(database, task.id) == 3
    second = FencedSaver(checkpointer, task.id, (await tasks.begin(task.id)).attempt)
    for write in (put(first, task.id), first.aput_writes(config, [("words", ["milk"])], "other")):
        with pytest.raises(StaleAttempt, match="Attempt 1"):
            await write
    assert await written(database, task.id) == 3
    await put(second, task.id)
    assert await written(database, task.id) == 4
    known = await second.aget_tuple(config)
    assert known is not None
    assert known.checkpoint["channel_values"] == {"words": ["tea"]}


@pytest.mark.parametrize("end", ["cancelled", "deleted"])
async def test_a_task_that_is_over_or_gone_has_no_more_checkpoints(
    tasks: Tasks, checkpointer: AsyncPostgresSaver, database: Database, end: str
) -> None:
    task, _ = await tasks.submit(Brief(words="tea"))
    saver = FencedSaver(checkpointer, task.id, (await tasks.begin(task.id)).attempt)
    await (tasks.cancel(task.id) if end == "cancelled" else tasks.delete(task.id))
    with pytest.raises(StaleAttempt):
        await put(saver, task.id)
    assert await written(database, task.id) == 0


@pytest.mark.parametrize(
    ("value", "earlier"),
    [(Brief(words="tea"), "kiwi.film"), (Review(approve=True), "kiwi.review"), (Brief(words="tea"), "kiwi.intent")],
)
def test_a_thread_of_an_earlier_version_still_loads(value: Any, earlier: str, monkeypatch: pytest.MonkeyPatch) -> None:
    serializer = strict_serializer()
    with monkeypatch.context() as then:
        then.setattr(type(value), "__module__", earlier)
        kept = serializer.dumps_typed(value)
    assert earlier.encode() in kept[1]
    assert serializer.loads_typed(kept) == value
