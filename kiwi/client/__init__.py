"""The client: films from Python over HTTP, waiting or awaiting; knows the wire contract and nothing of the server."""

from kiwi.client.awaiting import AsyncConversation, AsyncFilmTask, AsyncKiwiClient
from kiwi.client.talking import Turn
from kiwi.client.waiting import Conversation, FilmTask, KiwiClient
from kiwi.client.wire import ClientError, Damaged, Event, NoFilm, Refused, State, Unreachable

__all__ = [
    "AsyncConversation",
    "AsyncFilmTask",
    "AsyncKiwiClient",
    "ClientError",
    "Conversation",
    "Damaged",
    "Event",
    "FilmTask",
    "KiwiClient",
    "NoFilm",
    "Refused",
    "State",
    "Turn",
    "Unreachable",
]
