"""Keys for people and programs that share a server, each of whom sees only films of their own."""

import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from kiwi.access.scopes import USUAL, Scope
from kiwi.errors import BadBrief
from kiwi.terminal.exits import ending, guarded
from kiwi.terminal.saying import print_json, say

if TYPE_CHECKING:
    from kiwi.access.keys import Key, Keys

UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
SPAN = re.compile(r"([0-9]{1,5})([mhdw])")

keys = typer.Typer(help=__doc__, no_args_is_help=True, rich_markup_mode=None)


@keys.command()
def create(
    name: Annotated[str, typer.Argument(help="Who owns what comes with the key; one owner may have several keys.")],
    scope: Annotated[list[Scope], typer.Option(help="What the key may do; may be repeated.")] = list(USUAL),  # noqa: B006 - typer copies it
    expires: Annotated[str, typer.Option(help="When it ends: a span such as 90d or 12h, or a day such as 2027-03-01, UTC.")] = "",
) -> None:
    """Make a key. It is printed this one time; what is kept cannot be turned back into it."""
    with ending():
        ends = parse_expiry(expires, datetime.now(UTC))
    guarded(_create(name, scope, ends))


@keys.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False) -> None:
    """List the keys that were ever made, by what is shown of them."""
    guarded(_list(as_json=as_json))


@keys.command()
def revoke(prefix: Annotated[str, typer.Argument(help="What `kiwi keys list` shows of the key.")]) -> None:
    """End a key: within seconds it opens nothing any more, on any server of the database, and open streams are cut."""
    guarded(_revoke(prefix))


@asynccontextmanager
async def _keys() -> AsyncIterator["Keys"]:
    from kiwi.access.keys import Keys
    from kiwi.settings import Settings
    from kiwi.storage.database import open_database

    settings = Settings()
    async with open_database(settings.database_url or None, settings.data_folder) as database:
        yield Keys(database)


async def _create(name: str, scopes: list[Scope], ends: datetime | None) -> None:
    async with _keys() as book:
        made, key = await book.create(name, scopes, ends)
    say.print(f"{made.prefix} of {made.owner}: {_says(made)}. Keep it: it is not shown again.")
    sys.stdout.write(f"{key}\n")


async def _list(*, as_json: bool) -> None:
    async with _keys() as book:
        known = await book.list()
    if as_json:
        print_json([key.model_dump(mode="json") for key in known])
        return
    if not known:
        say.print("No keys yet.")
    for key in known:
        sys.stdout.write(f"{key.prefix}  {key.owner:<20}  {key.created_at:%Y-%m-%d %H:%M}  {_says(key)}\n")


async def _revoke(prefix: str) -> None:
    async with _keys() as book:
        key = await book.revoke(prefix)
    say.print(f"{key.prefix} of {key.owner} opens nothing any more.")


def _says(key: "Key") -> str:
    may = f"may {', '.join(key.scopes)}"
    if key.revoked_at is not None:
        return f"{may}; revoked {key.revoked_at:%Y-%m-%d %H:%M}"
    return may if key.expires_at is None else f"{may}; ends {key.expires_at:%Y-%m-%d %H:%M}"


def parse_expiry(text: str, now: datetime) -> datetime | None:
    """When a key ends, by a span from now or a time in UTC; None: never. BadBrief."""
    if not text:
        return None
    try:
        if span := SPAN.fullmatch(text):
            return now + int(span[1]) * UNITS[span[2]]
        ends = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as strange:
        raise BadBrief(f"--expires {text[:40]!r} is no time: send a span such as 90d or 12h, or a day such as 2027-03-01.") from strange
    return ends if ends.tzinfo else ends.replace(tzinfo=UTC)
