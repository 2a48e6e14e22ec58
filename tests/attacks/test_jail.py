"""The child that opens what clients send had nearly all rights. Whoever breaks its decoder gets nowhere."""

import json
import os
import socket
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from kiwi.errors import KiwiError, RenderError
from kiwi.film.job_inputs import Cleaned, ListenInput
from kiwi.storage.assets import AssetStore
from kiwi.storage.postgres import SOCKET_NAME, Server
from kiwi.work.jobs import CLEAN, DEVELOP, LISTEN, NARRATE, Job
from kiwi.work.processes import ChildPool, open_pool
from kiwi.work.workshop import Workshop

KEY = "a-key-that-nobody-shall-see"

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="what root's child may do is the question")


def instead_of(job: Job[Any, Any], function: str) -> Job[Any, Any]:
    """A job whose decoder was broken."""
    return replace(job, function=f"tests.attacks.intruder:{function}")


@pytest_asyncio.fixture
async def pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ChildPool]:
    monkeypatch.setenv("KIWI_API_KEYS", KEY)
    monkeypatch.setenv("GEMINI_API_KEY", KEY)
    async with open_pool(1, tmp_path / "data") as pool:
        yield pool


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder to fill, as a store makes it: in one of its own."""
    folder = tmp_path / "making" / ("a" * 64)
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "data" / "secret.txt"
    path.parent.mkdir()
    path.write_text(KEY)
    return path


async def give(pool: ChildPool, job: Job[Any, Any], folder: Path, content: object) -> dict[str, Any]:
    recording = folder.parent.parent / "recording"
    recording.write_text(json.dumps(content) + "\n")
    return await pool.do(job, {"recording": str(recording)}, folder, lambda _: None)


async def test_whoever_breaks_a_decoder_gets_nowhere(pool: ChildPool, folder: Path, secret: Path, server: Server, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir(mode=0o777)
    kept.chmod(0o777)
    with socket.create_server(("127.0.0.1", 0)) as listener, subprocess.Popen(["sleep", "60"]) as bystander:
        told = {
            "files": ["/etc/shadow", "/etc/passwd", f"/proc/{os.getpid()}/environ", str(secret), str(Path(__file__))],
            "folders": ["/etc", "/root", "/tmp", str(tmp_path), str(kept), str(folder)],
            "own_folders": [str(tmp_path), str(kept), str(folder)],
            "port": listener.getsockname()[1],
            "socket": str(server.home / SOCKET_NAME),
            "bystander": bystander.pid,
        }
        try:
            found = await give(pool, instead_of(CLEAN, "intrude"), folder, told)
        finally:
            bystander.kill()
    assert found["done"] == []
    assert found["seen"]["user"] != "0"
    assert found["seen"]["group"] != "0"
    assert found["seen"]["capabilities"] == ""
    assert found["seen"]["no_new_privileges"] == "1"
    assert (folder / "kept.txt").read_text() == "kept"
    assert (folder / "kept.txt").stat().st_uid == os.geteuid()
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


@pytest.mark.parametrize("job", [CLEAN, NARRATE], ids=["confined", "trusted"])
async def test_no_child_is_told_a_key(job: Job[Any, Any], pool: ChildPool, folder: Path) -> None:
    found = await give(pool, instead_of(job, "tell_environment"), folder, {})
    assert KEY not in found["seen"].values()
    assert not [name for name in found["seen"] if name.startswith("KIWI_") or name.endswith("_KEY")]


LIES = {
    "a file of the server's": {"done": {"asset": {"name": "../../../data/secret.txt", "digest": "0" * 64, "size": 28}, "seconds": 1.0}},
    "a file that is not there": {"done": {"asset": {"name": "a/b", "digest": "0" * 64, "size": 28}, "seconds": 1.0}},
    "no result": {"done": {"asset": None}},
    "no answer": {"done": "nothing"},
    "a word that it does not know": {"run": "this"},
    "an error that stops the worker": {"failed": "StaleAttempt", "message": "a later attempt has taken its place"},
    "an error that is none": {"failed": "annotations", "message": ""},
    "no object": ["report"],
    "a share that is none": {"report": "1e999"},
}


@pytest.mark.parametrize("lie", LIES)
async def test_what_a_broken_child_says_is_not_believed(lie: str, pool: ChildPool, secret: Path, tmp_path: Path) -> None:
    said = LIES[lie]
    recording = tmp_path / "recording"
    recording.write_text(json.dumps(said) + "\n" + json.dumps({"failed": "RenderError", "message": ""}) + "\n")
    workshop = Workshop(pool, AssetStore(tmp_path / "store"))
    told: list[float] = []
    with pytest.raises(KiwiError) as failure:
        await workshop.fill(instead_of(CLEAN, "answer"), ListenInput(recording=str(recording)), told.append)
    assert type(failure.value) is RenderError
    assert told == []
    assert not [path for path in (tmp_path / "store").rglob("*") if path.is_file()]


async def test_what_is_no_json_is_an_error_that_is_known(pool: ChildPool, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "recording").write_bytes(b"\xff\xfe{{{\n")
    with pytest.raises(RenderError):
        await pool.do(instead_of(CLEAN, "answer"), {"recording": str(tmp_path / "recording")}, folder, lambda _: None)


async def test_a_link_is_not_taken_for_a_film(pool: ChildPool, folder: Path) -> None:
    with pytest.raises(RenderError):
        await give(pool, instead_of(CLEAN, "link"), folder, {})
    assert os.listdir(folder) == []


@pytest.mark.parametrize("function", ["fill_the_disk", "make_many_files"])
async def test_a_child_that_keeps_too_much_is_ended_and_keeps_nothing(function: str, pool: ChildPool, folder: Path) -> None:
    with pytest.raises(RenderError, match="left more than it may"):
        await give(pool, instead_of(CLEAN, function), folder, {})
    assert [path.name for path in folder.parent.rglob("*")] == [folder.name]


async def test_a_child_that_never_stops_talking_is_not_listened_to(pool: ChildPool, folder: Path) -> None:
    heard: list[float] = []
    recording = folder.parent.parent / "recording"
    recording.touch()
    with pytest.raises(RenderError, match="said more than anybody listens to"):
        await pool.do(instead_of(CLEAN, "chatter"), {"recording": str(recording)}, folder, heard.append)
    assert len(heard) < 2_000


def test_all_jobs_that_open_foreign_bytes_are_confined_and_end() -> None:
    assert all(job.seconds for job in (LISTEN, CLEAN, DEVELOP))
    assert all(job.confined for job in (LISTEN, CLEAN, DEVELOP))
    assert Cleaned in {job.result for job in (LISTEN, CLEAN, DEVELOP)}
