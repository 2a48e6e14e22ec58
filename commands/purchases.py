"""``kiwi purchases``: orders that nobody knows the outcome of."""

from typing import Annotated

import typer

from kiwi.terminal.exits import guarded
from kiwi.terminal.saying import print_json


def purchases(
    not_bought: Annotated[int | None, typer.Option(help="The provider has no such order: it may be bought, by its number here.")] = None,
) -> None:
    """List, as JSON, what was ordered of providers without an answer; look each up there. It counts as bought until you say otherwise."""
    guarded(_purchases(not_bought))


async def _purchases(not_bought: int | None) -> None:
    from random import Random

    from kiwi.clock import SystemClock
    from kiwi.errors import NoSuchPurchase
    from kiwi.money.ledger import Ledger
    from kiwi.settings import Settings
    from kiwi.storage.database import open_database

    settings = Settings()
    async with open_database(settings.database_url or None, settings.data_folder) as database:
        ledger = Ledger(database, SystemClock(), Random())
        if not_bought is not None and not await ledger.not_bought(not_bought):
            raise NoSuchPurchase(f"No purchase of unknown outcome has the number {not_bought}: `kiwi purchases` lists them.")
        shown = {"number", "at", "provider", "model", "task_id", "part", "most", "failure"}
        print_json([purchase.model_dump(mode="json", include=shown) for purchase in await ledger.unknown()])
