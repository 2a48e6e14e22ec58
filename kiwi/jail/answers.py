"""What a jailed child answers: believed as far as it can be checked, since whoever breaks it may say anything."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from kiwi.errors import RenderError
from kiwi.film.model import Asset, Value
from kiwi.storage.assets import asset_of

Result = TypeVar("Result", bound=Value)


def believe(result: type[Result], said: Mapping[str, object], folder: Path) -> Result:
    """The result that a child told, whose files were taken from it into a folder.

    RenderError unless it is one, and every asset in it is a file in that folder with the bytes it says.
    """
    try:
        told = result.model_validate(said)
    except ValidationError as failure:
        raise RenderError("The child that opened what was sent did not answer what it was asked.") from failure
    for asset in _assets(told):
        name = Path(asset.name).name
        if asset.name != f"{folder.name}/{name}" or not (folder / name).is_file() or asset_of(folder / name) != asset:
            raise RenderError("The child that opened what was sent told of a file that it has not made.")
    return told


def _assets(told: object) -> Iterator[Asset]:
    """All assets in a result, however deep."""
    if isinstance(told, Asset):
        yield told
    elif isinstance(told, Value):
        for name in type(told).model_fields:
            yield from _assets(getattr(told, name))
    elif isinstance(told, Mapping):
        for value in told.values():
            yield from _assets(value)
    elif isinstance(told, tuple | list):
        for value in told:
            yield from _assets(value)
