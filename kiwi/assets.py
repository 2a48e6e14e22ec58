"""AssetStore: media on disk, named by the order it fills, made once."""

import asyncio
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from kiwi.errors import SetupIncomplete
from kiwi.film import Asset, Noun

Result = TypeVar("Result", bound=Noun)

RESULT = "result.json"


def asset_of(path: Path) -> Asset:
    """Measure a finished file; its name in the store is ``<folder>/<file>``."""
    with path.open("rb") as media:
        digest = hashlib.file_digest(media, "sha256").hexdigest()
    return Asset(name=f"{path.parent.name}/{path.name}", digest=digest, size=path.stat().st_size)


def digest_of(job: str, version: str, order: Noun) -> str:
    """Name an order: sha256 over its job, the job's version and its canonical JSON."""
    canonical = json.dumps([job, version, order.model_dump(mode="json")], sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def sync_folder(folder: Path) -> None:
    """Make a folder's entries survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """Make a file's bytes survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
