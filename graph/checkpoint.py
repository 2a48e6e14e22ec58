"""Checkpoints in PostgreSQL, strict about what they may contain and about who may write them."""

import contextlib
import sys
from collections.abc import AsyncIterator
from types import ModuleType

import psycopg
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from psycopg import AsyncCursor
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

from kiwi.errors import StaleAttempt
from kiwi.film import model as film
from kiwi.film import review

REMEMBERED = (
    film.Brief,
    film.Heard,
    film.VideoType,
    film.Mood,
    film.Intent,
    film.SceneRole,
    film.Form,
    film.Origin,
    film.Script,
    review.Review,
    film.VoiceOver,
    film.Storyboard,
    film.Shot,
    film.Take,
    film.Music,
    film.Reel,
    film.Film,
    film.Inspection,
)
"""The types of the state's values; anything else fails to load."""


EARLIER = ("kiwi.film", "kiwi.intent", "kiwi.review")
"""The modules by which threads of earlier versions name these types."""
FENCE, FENCED = b"select kiwi_fence(%s, %s)", "KW001"
"""What stops a writer whose attempt is over, and the code it is stopped with."""

FOR_CHECKPOINTS = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row}


def strict_serializer() -> JsonPlusSerializer:
    """A serializer that rebuilds our own frozen types alone."""
    _stand_where_they_stood()
    places = [(module, kind.__name__) for kind in REMEMBERED for module in (kind.__module__, *EARLIER)]
    return JsonPlusSerializer(allowed_msgpack_modules=list(dict.fromkeys(places)))


def _stand_where_they_stood() -> None:
    """Let the types be found where threads of earlier versions look for them, so that an upgrade loses no film."""
    for place in EARLIER:
        module = sys.modules.setdefault(place, ModuleType(place))
        for kind in REMEMBERED:
            setattr(module, kind.__name__, kind)


class FencedSaver(AsyncPostgresSaver):
    """Writes the checkpoints of one attempt of one task, and nothing once that is over. StaleAttempt."""

    def __init__(self, saver: AsyncPostgresSaver, task_id: str, attempt: int) -> None:
        super().__init__(saver.conn, serde=saver.serde)
        self.fenced = task_id, attempt

    @contextlib.asynccontextmanager
    async def _cursor(self, *, pipeline: bool = False) -> AsyncIterator[AsyncCursor[DictRow]]:
        """What is written in one go is written together with the fence, or not at all."""
        try:
            async with super()._cursor(pipeline=pipeline) as cursor:
                yield cursor
                if pipeline:  # the fence comes last: no process that freezes meanwhile keeps the task's row to itself
                    await cursor.execute(FENCE, self.fenced)
        except psycopg.DatabaseError as failure:
            if failure.sqlstate != FENCED:
                raise
            raise StaleAttempt(f"Attempt {self.fenced[1]} of task {self.fenced[0]} is over: its checkpoint is void.") from failure


@contextlib.asynccontextmanager
async def open_checkpointer(url: str) -> AsyncIterator[AsyncPostgresSaver]:
    """A checkpointer on its own small pool; its tables are made when missing."""
    async with AsyncConnectionPool(url, min_size=1, max_size=8, open=False, kwargs=FOR_CHECKPOINTS) as pool:
        saver = AsyncPostgresSaver(pool, serde=strict_serializer())  # type: ignore[arg-type]
        await saver.setup()
        yield saver
