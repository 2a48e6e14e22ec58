"""The command line as a person uses it: its own process, its own data folder, its exit codes."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli import COMMANDS, open_command
from commands.tasks import shown
from kiwi.errors import SetupIncomplete
from kiwi.film.limits import THEMES
from kiwi.film.model import LANDSCAPE, Brief, Film
from kiwi.storage.assets import AssetStore
from kiwi.tasks.task import Status, Task
from kiwi.terminal.delivery import deliver, deliver_anew
from kiwi.terminal.places import file_name
from testing.fakes import an_asset
from tests.recordings import noise, save, tone

ROOT = Path(__file__).parents[2]
KIWI = [sys.executable, "-m", "cli"]


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


def environment(data_folder: Path) -> dict[str, str]:
    return {**os.environ, "KIWI_DATA_DIR": str(data_folder), "NO_COLOR": "1"}


def kiwi(data_folder: Path, *words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    env = {**environment(data_folder), "PYTHONPATH": str(ROOT)}
    return subprocess.run([*KIWI, *words], capture_output=True, text=True, env=env, cwd=cwd, timeout=120, check=False)


def tasks_of(data_folder: Path) -> list[dict[str, object]]:
    return list(json.loads(kiwi(data_folder, "tasks", "--json").stdout))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([""], "There is no brief"),
        (["  \n "], "There is no brief"),
        (["x" * 20_001], "20,001 characters"),
        (["tea", "--size", "123x45"], "size is “123x45”: choose one of 1920x1080"),
        (["tea", "--seconds", "4"], "choose from 5 to 600"),
        (["tea", "--seconds", "601"], "choose from 5 to 600"),
        (["tea", "--seconds", "nan"], "seconds"),
        (["tea", "--fps", "29"], "fps is 29"),
        (["tea", "--theme", "plaid"], "There is no theme “plaid”"),
        (["--audio", "no/such/file.wav"], "cannot be read"),
        (["--resume", "nobody"], "There is no task nobody"),
        (["--resume", "00000000-0000-4000-8000-000000000000"], "There is no task"),
        (["tea", "--out-folder", "/dev/null/films"], "cannot be written to /dev/null/films: Not a directory"),
        (["make a video"], ""),
    ],
    ids=[
        "empty",
        "blank",
        "too long",
        "size",
        "too short",
        "too many seconds",
        "nan",
        "fps",
        "theme",
        "no file",
        "no task",
        "unknown task",
        "no place",
        "no topic",
    ],
)
def test_bad_requests_get_one_sentence_and_leave_nothing(data_folder: Path, tmp_path: Path, words: Sequence[str], sentence: str) -> None:
    done = kiwi(data_folder, "film", *words, cwd=tmp_path)
    assert done.returncode == 2
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("error: ")
    assert sentence in last
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


RECORDINGS = {
    "silence": lambda path: save(tone(3, level=0), path.with_suffix(".wav")),
    "noise": lambda path: save(noise(3), path.with_suffix(".ogg")),
    "eleven minutes": lambda path: save(tone(660, level=0), path.with_suffix(".flac")),
    "not audio": lambda path: _write(path.with_suffix(".mp3"), b"Dear Sir or Madam,\n" * 50),
    "a list of other files": lambda path: _write(path.with_suffix(".wav"), b"ffconcat version 1.0\nfile secret.wav\n"),
    "cut off": lambda path: _write(path.with_suffix(".webm"), (ROOT / "examples/brief.webm").read_bytes()[:20_000]),
    "no bytes": lambda path: _write(path.with_suffix(".wav"), b""),
}


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


HEAVY = {"pydantic", "fastapi", "starlette", "langgraph", "langchain_core", "rich", "psycopg", "asyncio", "numpy"}


@pytest.mark.parametrize(
    "module", ["cli", *(f"commands.{name}" for name in ("film", "estimate", "tasks", "keys", "serve", "worker", "mcp"))]
)
def test_a_command_is_described_before_anything_heavy_is_imported(module: str) -> None:
    program = f"import sys, {module}; print(*({HEAVY!r} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_every_command_has_its_line_and_can_be_opened(data_folder: Path) -> None:
    shown = kiwi(data_folder, "--help").stdout
    for name, (_, line) in COMMANDS.items():
        assert f"{name}  " in shown
        assert line in shown
        assert open_command(name).get_short_help_str()


def test_version_is_told(data_folder: Path) -> None:
    assert re.fullmatch(r"kiwi-video \d+\.\d+\.\d+\n", kiwi(data_folder, "--version").stdout)


def test_names_of_themes_stand_in_the_help(data_folder: Path) -> None:
    shown = " ".join(kiwi(data_folder, "film", "--help").stdout.split())
    assert " | ".join(THEMES) in shown


def test_out_on_an_earlier_film_is_refused_where_nobody_can_be_asked(data_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "tea.srt").write_text("earlier")
    done = kiwi(data_folder, "film", "tea", "--out", str(tmp_path / "tea.mp4"))
    assert done.returncode == 2
    assert done.stderr == f"error: tea.srt in {tmp_path} would be overwritten: choose another --out, or say --force.\n"
    assert (tmp_path / "tea.srt").read_text() == "earlier"


def test_strict_with_a_camera_without_a_key_must_change_first(data_folder: Path, tmp_path: Path) -> None:
    done = kiwi(data_folder, "film", "tea", "--strict", "--camera", "runway", cwd=tmp_path)
    assert done.returncode == 2
    assert "--strict with --camera runway needs a key: set KIWI_RUNWAY_KEY" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_port_in_use_is_said_before_the_server_is_imported(data_folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = kiwi(data_folder, "serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "Address already in use. Choose another with --port" in done.stderr


def test_a_task_is_listed_with_local_time_and_the_reason_of_its_failure() -> None:
    failed = Task(
        id="a",
        brief=Brief(words="tea"),
        status=Status.FAILED,
        error="No kettle.",
        created_at=datetime(2026, 7, 1, 12, tzinfo=UTC),
        updated_at=datetime(2026, 7, 1, 12, tzinfo=UTC),
    )
    line, reason = shown(failed).splitlines()
    assert f"{failed.created_at.astimezone():%Y-%m-%d %H:%M}" in line
    assert reason.strip() == "No kettle."


def test_a_sweep_says_what_went(data_folder: Path) -> None:
    stranger = data_folder / "tasks" / "0123456789abcdef" / "order"
    stranger.mkdir(parents=True)
    (stranger / "film.mp4").write_bytes(bytes(2**20))
    os.utime(stranger.parent, (0, 0))
    done = kiwi(data_folder, "sweep")
    assert done.returncode == 0
    assert json.loads(done.stdout) == {"films": 0, "recordings": 0, "conversations": 0, "leftovers": 1, "megabytes": 1.0}
    assert not stranger.exists()
    (data_folder / "tasks").rmdir()


@pytest.mark.parametrize("kind", RECORDINGS)
def test_bad_recordings_get_one_sentence_and_leave_nothing(data_folder: Path, tmp_path: Path, kind: str) -> None:
    recording = RECORDINGS[kind](tmp_path / "brief")
    done = kiwi(data_folder, "film", "--audio", str(recording), "--out", str(tmp_path / "out" / "film.mp4"))
    assert done.returncode == 2, done.stderr
    assert done.stderr.strip().splitlines()[-1].startswith("error: ")
    assert done.stdout == ""
    assert not (tmp_path / "out").exists()
    assert tasks_of(data_folder) == []
    assert not (data_folder / "tasks").exists() or list((data_folder / "tasks").iterdir()) == []


def test_doctor_finds_this_machine_well_and_a_missing_model_ill(data_folder: Path) -> None:
    done = kiwi(data_folder, "doctor", "--json")
    findings = {finding["name"]: finding for finding in json.loads(done.stdout)}
    assert done.returncode == 0, done.stdout
    assert set(findings) == {
        "disk",
        "system libraries",
        "codecs",
        "fonts",
        "speech in",
        "speech out",
        "music",
        "signature",
        "jail",
        "providers",
        "database",
    }
    assert all(finding["well"] for finding in findings.values())


def test_ctrl_c_cancels_and_resume_goes_on(data_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "tea.mp4"
    command = [*KIWI, "film", "Explain how tea is made in 30 seconds", "--fps", "30", "--out", str(out)]
    program = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment(data_folder), cwd=ROOT)
    assert program.stderr is not None
    for line in program.stderr:
        if "Rendering" in line:
            program.send_signal(signal.SIGINT)
            break
    begun = time.monotonic()
    said = program.communicate(timeout=20)[1]
    assert program.returncode == 130
    assert time.monotonic() - begun < 5
    task = tasks_of(data_folder)[0]
    assert task["status"] == "cancelled"
    assert f"kiwi film --resume {task['task_id']}" in said
    assert not out.exists()
    again = kiwi(data_folder, "film", "--resume", str(task["task_id"]), "--out", str(out), "--json")
    assert again.returncode == 0, again.stderr
    told = json.loads(again.stdout)
    assert told["film"] == str(out)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tea.jpg", "tea.json", "tea.mp4", "tea.srt", "tea.vtt"]
    assert tasks_of(data_folder)[0]["status"] == "completed"
    assert "Recording the voice-over" not in again.stderr


def test_serve_serves_and_stops_cleanly(data_folder: Path) -> None:
    command = [*KIWI, "serve", "--port", "0"]
    program = subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=environment(data_folder), cwd=ROOT
    )
    assert program.stderr is not None
    address = next(found[0] for line in program.stderr if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))
    with urllib.request.urlopen(f"{address}/api/health") as answer:
        assert json.load(answer)["status"] == "healthy"
    program.send_signal(signal.SIGTERM)
    program.communicate(timeout=10)
    assert program.returncode == 0


def test_serve_refuses_strangers_without_keys(data_folder: Path) -> None:
    done = kiwi(data_folder, "serve", "--host", "0.0.0.0", "--port", "0")
    assert done.returncode == 2
    assert "KIWI_API_KEYS" in done.stderr


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("How Solar Panels Work", "how-solar-panels-work"),
        ("Café & Söhne: 100 %!", "cafe-sohne-100"),
        ("東京", "film"),
        ("../../etc", "etc"),
    ],
)
def test_a_title_becomes_a_plain_file_name(title: str, name: str) -> None:
    assert file_name(title) == name


@pytest.fixture
def made(tmp_path: Path) -> tuple[Film, AssetStore]:
    store = AssetStore(tmp_path / "store")
    (store.root / "order").mkdir(parents=True)
    parts = {"video": "film.mp4", "srt": "film.srt", "vtt": "film.vtt", "poster": "film.jpg", "manifest": "film.json"}
    for name in parts.values():
        (store.root / "order" / name).write_bytes(b"x" * 10_000)
    return Film(**{what: an_asset(name) for what, name in parts.items()}, seconds=1, frames=30, size=LANDSCAPE, fps=30), store


def test_a_full_disk_leaves_no_half_film(tmp_path: Path, made: tuple[Film, AssetStore]) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / f".tea.mp4.{os.getpid()}.part").symlink_to("/dev/full")
    with pytest.raises(SetupIncomplete, match="disk is full"):
        deliver(*made, out / "tea.mp4", replace=True)
    assert list(out.iterdir()) == []


def test_an_earlier_film_of_the_same_title_stays_with_all_that_lies_beside_it(tmp_path: Path, made: tuple[Film, AssetStore]) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for name in ("kiwi-coffee.mp4", "kiwi-coffee-2.srt"):
        (out / name).write_text("earlier")
    places = deliver_anew(*made, out, "Kiwi Coffee")
    assert places["film"] == out / "kiwi-coffee-3.mp4"
    assert {place.name for place in places.values()} == {f"kiwi-coffee-3.{kind}" for kind in ("mp4", "srt", "vtt", "jpg", "json")}
    assert [(out / name).read_text() for name in ("kiwi-coffee.mp4", "kiwi-coffee-2.srt")] == ["earlier", "earlier"]


def test_a_name_that_another_program_takes_meanwhile_is_not_overwritten(tmp_path: Path, made: tuple[Film, AssetStore]) -> None:
    poster = tmp_path / "tea.jpg"
    poster.write_text("another's")
    with pytest.raises(FileExistsError):
        deliver(*made, tmp_path / "tea.mp4", replace=False)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["tea.jpg"]
    assert poster.read_text() == "another's"


def test_estimate_names_the_lines_and_buys_nothing(data_folder: Path) -> None:
    asked = ["estimate", "Make a 20 second film about tea"]
    assert json.loads(kiwi(data_folder, *asked).stdout)["total"] == 0
    env = {**environment(data_folder), "PYTHONPATH": str(ROOT), "RUNWAYML_API_SECRET": "key", "KIWI_RUNWAY_BASE_URL": "http://127.0.0.1:9"}
    done = subprocess.run([*KIWI, *asked], capture_output=True, text=True, env=env, timeout=120, check=True)
    told = json.loads(done.stdout)
    assert [line["model"] for line in told["lines"]] == ["gen4.5"]
    assert told["total"] == pytest.approx(0.12 * told["lines"][0]["units"])


def test_settings_that_name_nobody_are_told_with_their_name(data_folder: Path, tmp_path: Path) -> None:
    env = {**environment(data_folder), "PYTHONPATH": str(ROOT), "KIWI_CAMERAS": "sora"}
    done = subprocess.run([*KIWI, "film", "tea"], capture_output=True, text=True, env=env, cwd=tmp_path, timeout=120, check=False)
    assert done.returncode == 2
    assert "KIWI_CAMERAS names “sora”" in done.stderr
    assert not list(tmp_path.iterdir())
