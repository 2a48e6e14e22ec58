"""The client: films from Python over HTTP, waiting or awaiting; knows the wire contract and nothing of the server."""

from kiwi.client.awaiting import AsyncFilmTask, AsyncKiwiClient
from kiwi.client.waiting import FilmTask, KiwiClient
from kiwi.client.wire import ClientError, Damaged, Event, NoFilm, Refused, State, Unreachable

__all__ = [
    "AsyncFilmTask",
    "AsyncKiwiClient",
    "ClientError",
    "Damaged",
    "Event",
    "FilmTask",
    "KiwiClient",
    "NoFilm",
    "Refused",
    "State",
    "Unreachable",
]
