"""kill -9 at every stage: the film goes on where it was, nothing finished is made again, and it is the same film."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import av
import pytest

ROOT = Path(__file__).parents[2]
FILM = [sys.executable, "-m", "cli", "film"]
BRIEF = ["Explain how tea is made in 6 seconds", "--size", "1080x1080", "--fps", "24", "--json"]
MOMENTS = ("Recording the voice-over", "Scoring the music", "Rendering", "Cutting the film", "Checking the film")


def environment(data_folder: Path) -> dict[str, str]:
    return {**os.environ, "KIWI_DATA_DIR": str(data_folder), "NO_COLOR": "1"}


def film(data_folder: Path, *words: str) -> dict[str, object]:
    done = subprocess.run([*FILM, *words], capture_output=True, text=True, cwd=ROOT, env=environment(data_folder), check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def kill_when(data_folder: Path, moment: str, *words: str) -> None:
    """Start a film and SIGKILL its process when it says that a stage begins."""
    program = subprocess.Popen(
        [*FILM, *words], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, cwd=ROOT, env=environment(data_folder)
    )
    assert program.stderr is not None
    said = ""
    for said in program.stderr:
        if moment in said:
            program.send_signal(signal.SIGKILL)
            break
    program.wait()
    program.stderr.close()
    assert program.returncode == -signal.SIGKILL, f"never said {moment}: {said}"


def made(data_folder: Path) -> dict[str, int]:
    """Everything finished so far and when, by its place."""
    return {str(path.relative_to(data_folder)): path.stat().st_mtime_ns for path in data_folder.glob("tasks/*/*/result.json")}


def newest(data_folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "cli", "tasks", "--json"], capture_output=True, text=True, cwd=ROOT, env=environment(data_folder), check=True
    )
    return str(json.loads(done.stdout)[0]["task_id"])


def packets(film: Path) -> list[tuple[int, int | None, str]]:
    """Everything that is seen and heard of a film: stream, time and digest of every packet."""
    with av.open(str(film)) as opened:
        return [(packet.stream_index, packet.pts, hashlib.sha256(bytes(packet)).hexdigest()) for packet in opened.demux()]


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


def test_a_film_killed_at_every_stage_is_the_film_that_was_never_killed(data_folder: Path, tmp_path: Path) -> None:
    undisturbed = film(data_folder, *BRIEF, "--out", str(tmp_path / "whole.mp4"))
    before = made(data_folder)
    kill_when(data_folder, MOMENTS[0], *BRIEF, "--out", str(tmp_path / "killed.mp4"))
    task = newest(data_folder)
    kept: dict[str, int] = {}
    for moment in MOMENTS[1:]:
        kill_when(data_folder, moment, "--resume", task, "--out", str(tmp_path / "killed.mp4"))
        now = made(data_folder)
        assert kept.items() <= now.items(), f"{moment}: something finished was made again"
        kept = now
    killed = film(data_folder, "--resume", task, "--out", str(tmp_path / "killed.mp4"), "--json")
    after = made(data_folder)
    assert len(kept.keys() - after.keys()) == 2  # music and mix, which a delivered film needs no more
    assert {name: at for name, at in kept.items() if name in after}.items() <= after.items()
    assert packets(tmp_path / "killed.mp4") == packets(tmp_path / "whole.mp4")  # what is signed anew are its credentials alone
    assert killed["duration"] == undisturbed["duration"]
    assert len(after) == 2 * len(before)
    assert not list(data_folder.glob("tasks/*/.making-*"))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        f"{name}.{suffix}" for name in ("whole", "killed") for suffix in ("jpg", "json", "mp4", "srt", "vtt")
    )
