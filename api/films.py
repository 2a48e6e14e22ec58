"""The films of whoever asks: a door that declares one of these is given what the caller's key lets it touch, and nothing of others."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from api.auth import caller_who_may
from api.context import context_of
from graph.films import Films
from kiwi.access.scopes import Scope


def films_of(connection: HTTPConnection, scope: Scope) -> Films:
    """The caller's films, if their key has a scope; Refusal (401, 403)."""
    return context_of(connection).films_of(caller_who_may(connection, scope).owner)


def _with(scope: Scope) -> Callable[[HTTPConnection], Awaitable[Films]]:
    async def films(connection: HTTPConnection) -> Films:
        return films_of(connection, scope)

    return films


MayRead = Annotated[Films, Depends(_with(Scope.READ))]
MayCreate = Annotated[Films, Depends(_with(Scope.CREATE))]
MayDelete = Annotated[Films, Depends(_with(Scope.DELETE))]
