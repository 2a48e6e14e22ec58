"""AssetStore: media on disk, named by the job that makes it, made once."""

import asyncio
import contextlib
import errno
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from kiwi.errors import SetupIncomplete
from kiwi.film.model import Asset, Value
from kiwi.storage.fencing import confirm

Result = TypeVar("Result", bound=Value)
Seen = TypeVar("Seen")

RESULT = "result.json"
OURS = "ours"
"""An empty file beside a result whose media our own jobs made, and can make again at no cost."""
REEL = "reel.mp4"
"""What a scene's pictures are called in the folder of the job that draws them."""
REEL_END, ENDS_AT = "reel-end.mp4", "ends-at"
"""Beside a reel while it is drawn: the end that another child draws, and the frame with which that begins."""
RECORDING = "recording"
"""What a client's recording is called, and whatever else holds their voice, before its suffix."""

MAKING_PREFIX = ".making-"

IN_TURN = ThreadPoolExecutor(1, "store")
"""Looks into stores and opens folders there: one after another, so that who came first is the first to work."""

MAKING: set[Path] = set()
"""Folders that this process is filling; an answer that was paid for may still be on its way into one when its film begins anew."""


def asset_of(path: Path) -> Asset:
    """Measure a finished file; its name in the store is ``<folder>/<file>``."""
    with path.open("rb") as media:
        digest = hashlib.file_digest(media, "sha256").hexdigest()
    return Asset(name=f"{path.parent.name}/{path.name}", digest=digest, size=path.stat().st_size)


def digest_of(job: str, version: str, job_input: Value) -> str:
    """Name a job's result: sha256 over its job, the job's version and its canonical JSON."""
    canonical = json.dumps([job, version, job_input.model_dump(mode="json")], sort_keys=True, separators=(",", ":"), ensure_ascii=True)
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


class AssetStore:
    """One task's media: a folder that holds a sub-folder for every job done."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def of_task(cls, data_folder: Path, task: str) -> "AssetStore":
        """The store of one task; its id comes from outside, so it names a folder by its digest."""
        return cls(data_folder / "tasks" / hashlib.sha256(task.encode()).hexdigest()[:32])

    def path(self, asset: Asset) -> Path:
        """Where an asset's bytes lie."""
        return self.root / asset.name

    async def keep(self, source: bytes, file_name: str) -> Asset:
        """Store bytes that came from outside under their own digest."""

        def write() -> Asset:
            final = self.root / hashlib.sha256(source).hexdigest()
            if not final.exists():
                making = self._making(final)
                try:
                    making.mkdir(parents=True)
                    (making / file_name).write_bytes(source)
                    self._publish(making, final)
                finally:
                    _drop(making)
            return asset_of(final / file_name)

        return await asyncio.to_thread(write)

    async def once(self, name: str, make: Callable[[Path], Awaitable[Result]], result: type[Result], *, ours: bool = False) -> Result:
        """Return what the job called ``name`` gave, making it only if it was never finished.

        ``make`` writes its media into the folder it gets; half-made folders never carry the final name,
        so a kill at any moment leaves either everything or nothing. ``ours``: it costs nothing to make it again (see ``tidy``).
        """
        final = self.root / name
        known = await self.known(name, result)
        if known is not None:
            return known
        await confirm()  # or a deleted film's folder would come back
        making = self._making(final)
        try:
            await _in_turn(partial(making.mkdir, parents=True))
            made = await make(making)
            if ours:
                (making / OURS).touch()
            await confirm()
            await asyncio.to_thread(self._finish, making, final, made)
        finally:
            await asyncio.to_thread(_drop, making)
        return made

    async def known(self, name: str, result: type[Result]) -> Result | None:
        """What the job called ``name`` gave, if it was ever finished."""
        return await _in_turn(partial(_read_result, self.root / name, result))

    def growing(self, name: str, file_name: str) -> Path | None:
        """A file of the job called ``name``, finished or still being written; None: nobody has begun with it."""
        final = self.root / name
        folders = [final] if final.is_dir() else self.root.glob(f"{MAKING_PREFIX}*/{name}")
        return max((file for folder in folders if (file := folder / file_name).exists()), key=_size, default=None)

    def _making(self, final: Path) -> Path:
        """A folder to fill, which is yet to be made."""
        # the inner folder already has the final name, so that asset names written by a job stay true
        making = self.root / f"{MAKING_PREFIX}{secrets.token_hex(8)}" / final.name
        MAKING.add(making.parent)
        return making

    def _finish(self, making: Path, final: Path, made: Value) -> None:
        (making / RESULT).write_text(made.model_dump_json(), encoding="utf-8")
        self._publish(making, final)

    def _publish(self, making: Path, final: Path) -> None:
        for path in making.iterdir():
            sync_file(path)
        sync_folder(making)
        try:
            making.rename(final)
        except FileExistsError:
            pass
        except OSError:
            if not final.is_dir():
                raise
        sync_folder(final.parent)

    def tidy(self, needed: Iterable[Asset]) -> None:
        """Remove the media that our own jobs made, except what is needed; call only while holding the task's thread."""
        kept = {Path(asset.name).parts[0] for asset in needed}
        for folder in {mark.parent for mark in self.root.glob(f"*/{OURS}")}:
            if folder.name not in kept and any(file.name not in {OURS, RESULT} for file in folder.iterdir()):
                self._remove(folder)

    def drop_recordings(self) -> float:
        """Remove the client's voice; how many megabytes of it there were."""
        spoken = list(self.root.glob(f"*/{RECORDING}*"))
        size = sum(recording.stat().st_size for recording in spoken)
        for recording in spoken:
            self._remove(recording.parent)
        return size / 2**20

    def _remove(self, folder: Path) -> None:
        """Remove what a job gave, all or nothing: half of it would be taken for the whole."""
        leaving = self.root / f"{MAKING_PREFIX}{secrets.token_hex(8)}"
        folder.rename(leaving)
        shutil.rmtree(leaving)

    def sweep(self) -> None:
        """Remove what was being made when the program was killed; call only while holding the task's thread."""
        for leftover in self.root.glob(f"{MAKING_PREFIX}*"):
            if leftover not in MAKING:
                shutil.rmtree(leftover, ignore_errors=True)


def _size(file: Path) -> int:
    with contextlib.suppress(FileNotFoundError):
        return file.stat().st_size
    return 0


async def _in_turn(look: Callable[[], Seen]) -> Seen:
    return await asyncio.get_running_loop().run_in_executor(IN_TURN, look)


def _drop(making: Path) -> None:
    """Remove what is left of a folder that was filled, or could not be."""
    shutil.rmtree(making.parent, ignore_errors=True)
    MAKING.discard(making.parent)


def _read_result(folder: Path, result: type[Result]) -> Result | None:
    """Read a result if it and all its media are still whole."""
    try:
        made = result.model_validate_json((folder / RESULT).read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError as broken:
        raise SetupIncomplete(f"{folder / RESULT} was written by another version or is damaged; delete its folder.") from broken
    return made


def disk_is_full(failure: OSError) -> bool:
    """Tell a full disk or quota from other failures."""
    return failure.errno in {errno.ENOSPC, errno.EDQUOT}


@contextlib.contextmanager
def naming_a_full_disk() -> Iterator[None]:
    """Whatever meets a full disk inside raises SetupIncomplete."""
    try:
        yield
    except OSError as failure:
        if not disk_is_full(failure):
            raise
        raise SetupIncomplete("The disk is full: whoever hosts this must make room; then the film can be tried again.") from failure
