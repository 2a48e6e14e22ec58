"""The catalogue's entries as they stand in the file, and the cameras they name; costs nothing to import."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from kiwi.film.limits import CARDS


@cache
def read() -> dict[str, Any]:
    """The whole file."""
    return tomllib.loads(Path(__file__).with_name("catalogue.toml").read_text("utf-8"))


def entries() -> list[dict[str, Any]]:
    """One table a model, in the file's order."""
    return list(read()["model"])


CAMERAS = (*dict.fromkeys(str(entry["provider"]) for entry in entries() if entry["kind"] in {"video", "image", "stock"}), CARDS)
"""What a film may be shot with, by name."""
