"""``kiwi sweep``: housekeeping at once."""

from kiwi.terminal.exits import guarded
from kiwi.terminal.saying import print_json


def sweep() -> None:
    """Remove what is older than KIWI_KEEP_DAYS and KIWI_KEEP_RECORDINGS_DAYS, as is done every night; say, as JSON, what went."""
    guarded(_sweep())


async def _sweep() -> None:
    from dataclasses import asdict

    from graph.housekeeping import housekeeper_of
    from kiwi.settings import Settings
    from opening import open_engine

    settings = Settings()
    async with open_engine(settings) as engine:
        print_json(asdict(await housekeeper_of(engine, settings).sweep()))
