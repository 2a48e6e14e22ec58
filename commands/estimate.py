"""``kiwi estimate``: what a film would cost."""

from typing import Annotated, Any

import typer

from kiwi.money.entries import CAMERAS
from kiwi.tasks.fields import FIELDS, check_fields
from kiwi.terminal.exits import ending, guarded
from kiwi.terminal.saying import print_json


def estimate(
    words: Annotated[str, typer.Argument(help=FIELDS["text_input"].help)],
    seconds: Annotated[float | None, typer.Option(help=FIELDS["seconds"].help)] = None,
    camera: Annotated[str, typer.Option(help=FIELDS["camera"].help, autocompletion=lambda: [*CAMERAS])] = "",
    budget: Annotated[float | None, typer.Option(help=FIELDS["budget"].help)] = None,
) -> None:
    """Say what a film would cost, as JSON; nothing is bought."""
    fields = {"seconds": seconds, "camera": camera, "budget": budget}
    with ending():
        check_fields({"text_input": words, **fields})
    guarded(_estimate(words, fields))


async def _estimate(words: str, fields: dict[str, Any]) -> None:
    from kiwi.settings import Settings
    from kiwi.tasks.request import parse_brief
    from kiwi.work import jobs
    from opening import open_engine

    async with open_engine(Settings(), expecting=(jobs.READ, jobs.WRITE)) as engine:
        print_json(await engine.estimate(parse_brief(words, **fields)))
