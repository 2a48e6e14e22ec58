"""Checkpoints in PostgreSQL, strict about what they may contain."""

import contextlib
from collections.abc import AsyncIterator

from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

from kiwi import film, review

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


EARLIER = "kiwi.film"
"""The module by which threads of earlier versions name their types; it still has them all."""
FOR_CHECKPOINTS = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row}


def strict_serializer() -> JsonPlusSerializer:
    """A serializer that rebuilds our own frozen types alone."""
    places = [(module, kind.__name__) for kind in REMEMBERED for module in (kind.__module__, EARLIER)]
    return JsonPlusSerializer(allowed_msgpack_modules=list(dict.fromkeys(places)))


@contextlib.asynccontextmanager
async def open_checkpointer(url: str) -> AsyncIterator[AsyncPostgresSaver]:
    """A checkpointer on its own small pool; its tables are made when missing."""
    async with AsyncConnectionPool(url, min_size=1, max_size=8, open=False, kwargs=FOR_CHECKPOINTS) as pool:
        saver = AsyncPostgresSaver(pool, serde=strict_serializer())  # type: ignore[arg-type]
        await saver.setup()
        yield saver
