"""Keys that open the doors, given out to owners: of each its prefix, its digest and what it may do are kept, and never the key."""

import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kiwi.access.owners import parse_owner
from kiwi.access.scopes import USUAL, Scope
from kiwi.errors import BadBrief, NoSuchKey
from kiwi.film.value import Value

if TYPE_CHECKING:  # heavy, and the command line names scopes before it needs a database
    from kiwi.storage.database import Database

START = "kiwi_"
PREFIX_BYTES, SECRET_BYTES = 6, 32
SHAPE = re.compile(rf"({START}[0-9a-f]{{{2 * PREFIX_BYTES}}})_.")

ADD = """
insert into kiwi_key (prefix, digest, owner, scopes, expires_at)
values (%(prefix)s, %(digest)s, %(owner)s, %(scopes)s, %(expires_at)s)
returning prefix, owner, scopes, created_at, expires_at, revoked_at
"""
LIST = "select prefix, owner, scopes, created_at, expires_at, revoked_at from kiwi_key order by created_at, prefix"
GOOD = """
select digest, prefix, owner, scopes, created_at, expires_at, revoked_at from kiwi_key
where revoked_at is null and (expires_at is null or expires_at > clock_timestamp())
"""
GOOD_ONE = GOOD + " and prefix = %(prefix)s"
EVER = "select exists (select from kiwi_key) as ever"
REVOKE = """
update kiwi_key set revoked_at = coalesce(revoked_at, clock_timestamp()) where prefix = %(prefix)s
returning prefix, owner, scopes, created_at, expires_at, revoked_at
"""
IS_PAST = "select %(at)s::timestamptz <= clock_timestamp() as past"


class Key(Value):
    """A key that was given out. Times are the database's, in UTC."""

    prefix: str
    """What is shown of it, and what it is revoked by."""
    owner: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime | None = None
    """None: never."""
    revoked_at: datetime | None = None


def digest_of_key(key: str) -> bytes:
    """What is kept of a key; its 256 random bits need no slower one."""
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()


def prefix_of(key: str) -> str:
    """The prefix of what may be a key that was given out; empty when it cannot be one."""
    found = SHAPE.match(key)
    return found[1] if found else ""


class Keys:
    """The keys in a database, the same for all its servers."""

    def __init__(self, database: "Database") -> None:
        self._database = database

    async def create(self, owner: str, scopes: Iterable[Scope] = USUAL, expires_at: datetime | None = None) -> tuple[Key, str]:
        """Give an owner a key, and tell it this one time; an owner may have several. BadBrief."""
        prefix = f"{START}{secrets.token_hex(PREFIX_BYTES)}"
        key = f"{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}"
        wanted = [scope for scope in Scope if scope in set(scopes)]
        if not wanted:
            raise BadBrief(f"A key may do at least one of {', '.join(Scope)}.")
        entry = {"prefix": prefix, "digest": digest_of_key(key), "owner": parse_owner(owner), "scopes": wanted, "expires_at": expires_at}
        if expires_at is not None and (await self._rows(IS_PAST, {"at": expires_at}))[0]["past"]:
            raise BadBrief("The key would have expired already: choose a later time.")
        return Key.model_validate((await self._rows(ADD, entry))[0]), key

    async def list(self) -> list[Key]:
        """All keys that were ever given out, oldest first."""
        return [Key.model_validate(row) for row in await self._rows(LIST)]

    async def revoke(self, prefix: str) -> Key:
        """End a key; every server notices within seconds. NoSuchKey."""
        known = await self._rows(REVOKE, {"prefix": prefix}) if prefix.isascii() and prefix.isprintable() else []
        if not known:
            raise NoSuchKey(f"No key begins with {prefix[:40]!r}: `kiwi keys list` shows those that there are.")
        return Key.model_validate(known[0])

    async def good(self) -> dict[str, tuple[bytes, Key]]:
        """The keys that open doors now, by prefix, each with its digest."""
        return {row["prefix"]: (bytes(row.pop("digest")), Key.model_validate(row)) for row in await self._rows(GOOD)}

    async def find(self, prefix: str) -> tuple[bytes, Key] | None:
        """The key with this prefix and its digest, if it opens doors now."""
        known = await self._rows(GOOD_ONE, {"prefix": prefix})
        return (bytes(known[0].pop("digest")), Key.model_validate(known[0])) if known else None

    async def ever(self) -> bool:
        """Whether a key was ever given out."""
        return bool((await self._rows(EVER))[0]["ever"])

    async def _rows(self, query: str, entry: Mapping[str, Any] | None = None) -> Sequence[dict[str, Any]]:
        async with self._database.pool.connection() as connection:
            return await (await connection.execute(query.encode(), entry or {})).fetchall()
