"""Sessions: what a browser's cookie stands for once a key was shown, until it ends or is revoked, on any server of the database."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kiwi.access.keys import digest_of_key
from kiwi.storage.database import Database

SESSION_SECONDS = 12 * 3600
TOKEN_BYTES, SECRET_BYTES = 32, 32

OPEN = """
with expired as (delete from kiwi_session where expires_at < clock_timestamp())
insert into kiwi_session (digest, owner, key, key_digest, expires_at)
values (%(digest)s, %(owner)s, %(key)s, %(key_digest)s, clock_timestamp() + %(seconds)s * interval '1 second')
"""
FIND = "select owner, key, key_digest from kiwi_session where digest = %(digest)s and expires_at > clock_timestamp()"
CLOSE = "delete from kiwi_session where digest = %(digest)s"
KEEP_SECRET = "insert into kiwi_secret (name, secret) values ('session', %(secret)s) on conflict do nothing"  # noqa: S105
SECRET = "select secret from kiwi_secret where name = 'session'"  # noqa: S105


@dataclass(frozen=True)
class Session:
    """Whose browser it is, and which key it came in with; the session is worth what that key still is."""

    owner: str
    key: str
    """The key's prefix; empty: one of the operator's own."""
    key_digest: bytes


class Sessions:
    """The sessions that are still good."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._secret = b""

    async def open(self, session: Session) -> str:
        """Begin a session; the token that names it, of which only the digest is kept."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        about = {"owner": session.owner, "key": session.key, "key_digest": session.key_digest, "seconds": SESSION_SECONDS}
        async with self._database.pool.connection() as connection:
            await connection.execute(OPEN.encode(), {"digest": digest_of_key(token), **about})
        return token

    async def find(self, digest: bytes) -> Session | None:
        """The session that a token with this digest names; None: there is none, or it is over."""
        rows = await self._rows(FIND, {"digest": digest})
        return Session(rows[0]["owner"], rows[0]["key"], bytes(rows[0]["key_digest"])) if rows else None

    async def close(self, digest: bytes) -> None:
        """End a session, on all servers."""
        async with self._database.pool.connection() as connection:
            await connection.execute(CLOSE.encode(), {"digest": digest})

    async def secret(self) -> bytes:
        """What tokens are signed with; made by whoever asks first."""
        if not self._secret:
            async with self._database.pool.connection() as connection:
                await connection.execute(KEEP_SECRET.encode(), {"secret": secrets.token_bytes(SECRET_BYTES)})
            self._secret = bytes((await self._rows(SECRET, {}))[0]["secret"])
        return self._secret

    async def _rows(self, query: str, about: Mapping[str, Any]) -> Sequence[dict[str, Any]]:
        async with self._database.pool.connection() as connection:
            return await (await connection.execute(query.encode(), about)).fetchall()
