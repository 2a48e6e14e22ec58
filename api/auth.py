"""Who is asking: every door is told by ``caller_of``, and lets a caller do what the scopes of their key allow."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

import psycopg
from starlette.requests import HTTPConnection
from starlette.types import Scope as AsgiScope

from api.cookies import digest_in_cookie
from api.problems import Refusal
from kiwi.access.keys import Key, Keys, digest_of_key, prefix_of
from kiwi.access.owners import LOCAL, OPERATOR
from kiwi.access.scopes import Scope
from kiwi.access.sessions import Sessions

ALL = frozenset(Scope)
SECONDS_BELIEVED = 1.0
"""So long is what the database says of keys believed: a revoked one opens nothing afterwards."""
NO_DIGEST = bytes(hashlib.sha256().digest_size)


@dataclass(frozen=True)
class Caller:
    """Who is asking: the owner whose films they may see, what they may do, and the prefix of the key they showed."""

    owner: str
    scopes: frozenset[Scope] = ALL
    key: str = ""
    """Empty: none that was given out."""
    digest: bytes = b""
    """Of the key they showed; empty: they showed none."""
    session: bytes = b""
    """The digest of what their cookie names; empty: they came with no cookie."""


class Keyring:
    """The keys that open the doors: the operator's own, and those that were given out, as the database knows them."""

    def __init__(self, operators: Iterable[str]) -> None:
        self._operators = [digest_of_key(key) for key in operators]
        self._keys: Keys | None = None
        self.sessions: Sessions | None = None
        self._good: dict[str, tuple[bytes, Key]] = {}
        self._ever = False
        self._looked: float | None = None
        self._looking = asyncio.Lock()

    def attach(self, keys: Keys, sessions: Sessions) -> None:
        """Begin to honour the keys and the sessions of a database."""
        self._keys, self.sessions, self._looked = keys, sessions, None

    @property
    def locks(self) -> bool:
        """Whether a key is asked for, as far as is known by now."""
        return bool(self._operators) or self._ever

    async def caller(self, said: Iterable[str]) -> Caller | None:
        """Who shows one of these keys; None: nobody we know. psycopg.OperationalError."""
        said = list(said)
        if own := [key for key in said if self._is_operators(digest_of_key(key))]:  # all are tried: it takes the same time whichever it is
            return Caller(OPERATOR, digest=digest_of_key(own[0]))
        await self.look()
        if not self.locks:
            return Caller(LOCAL)
        for key in said:
            if found := await self._find(key):
                return found
        return None

    async def caller_of_session(self, scope: AsgiScope) -> Caller | None:
        """Who shows a cookie of ours; None: nobody, or the session is over, or its key opens nothing any more. psycopg.OperationalError."""
        digest = await digest_in_cookie(scope, self.sessions) if self.sessions is not None else b""
        session = await self.sessions.find(digest) if self.sessions is not None and digest else None
        if session is None:
            return None
        if not session.key:
            return Caller(OPERATOR, session=digest) if self._is_operators(session.key_digest) else None
        await self.look()
        known_digest, known = self._good.get(session.key, (NO_DIGEST, None))
        if known is None or not hmac.compare_digest(known_digest, session.key_digest):
            return None
        return Caller(known.owner, frozenset(known.scopes), known.prefix, session=digest)

    async def holds(self, caller: Caller) -> bool:
        """Whether a caller who came in may stay: their key may have been revoked, or have expired, or they have signed out."""
        if caller.session and self.sessions is not None and await self.sessions.find(caller.session) is None:
            return False
        if not caller.key:
            return True
        await self.look()
        return caller.key in self._good

    async def look(self) -> None:
        """Ask the database, unless that was done a moment ago or somebody is doing it.

        While it is away what was known stands: without the database no door has anything to show.
        """
        if self._keys is None or not self._is_old() or (self._looking.locked() and self._looked is not None):
            return
        async with self._looking:
            if not self._is_old():
                return
            try:
                self._good = await self._keys.good()
                self._ever = self._ever or await self._keys.ever()
            except psycopg.OperationalError:
                if self._looked is None:
                    raise
            self._looked = time.monotonic()

    def _is_operators(self, digest: bytes) -> bool:
        return sum(hmac.compare_digest(digest, known) for known in self._operators) > 0

    async def _find(self, key: str) -> Caller | None:
        prefix = prefix_of(key)
        if prefix and prefix not in self._good and self._keys is not None and (fresh := await self._keys.find(prefix)):
            self._good[prefix] = fresh  # made a moment ago
        digest, known = self._good.get(prefix, (NO_DIGEST, None))
        if hmac.compare_digest(digest, digest_of_key(key)) and known is not None:
            return Caller(known.owner, frozenset(known.scopes), known.prefix, digest)
        return None

    def _is_old(self) -> bool:
        return self._looked is None or time.monotonic() - self._looked > SECONDS_BELIEVED


def caller_of(connection: HTTPConnection) -> Caller:
    """Who is asking, as the guard found out; Refusal (401) where nobody was let in."""
    caller = connection.scope.get("state", {}).get("caller")
    if not isinstance(caller, Caller):
        raise Refusal(401, "A key is needed: send it as Authorization: Bearer <key>.", headers={"WWW-Authenticate": "Bearer"})
    return caller


def caller_who_may(connection: HTTPConnection, scope: Scope) -> Caller:
    """Who is asking, if their key has a scope; Refusal (401, 403)."""
    caller = caller_of(connection)
    if scope not in caller.scopes:
        raise Refusal(403, f"This key may not do that: it needs the scope {scope}.")
    return caller


def needs(scope: Scope) -> Callable[[HTTPConnection], Awaitable[Caller]]:
    """What a route depends on that lets only callers in whose key has a scope."""

    async def caller(connection: HTTPConnection) -> Caller:
        return caller_who_may(connection, scope)

    return caller
