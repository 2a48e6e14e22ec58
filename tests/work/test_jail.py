"""The jail layer by layer, and on systems that have fewer of them: it degrades, and no film fails of it."""

import errno
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from kiwi.errors import RenderError
from kiwi.film.model import Asset, Value
from kiwi.jail import landlock, seccomp
from kiwi.jail.answers import believe
from kiwi.jail.entering import program_folders
from kiwi.jail.filesystem import _links, _outermost
from kiwi.jail.handover import FEW_USERS, FIRST_USER, IN_TEMP, NEEDED, clear, hand_over, plan_user, sweep, take_back
from kiwi.jail.measures import EACH, FILES, LANDLOCK, LIMITED, NETWORK, SECCOMP, USER, Measure, describe, reachable
from kiwi.jail.seccomp import ALLOW, ANY_BIT, AT_LEAST, EQUAL, FAIL, FIRST, KILL_PROCESS, LOAD, MACHINES, NUMBER, RETURN, SECOND
from kiwi.storage.assets import asset_of
from kiwi.terminal.doctor import examine_jail
from tests.recordings import MEDIA
from tests.systems import CAP_SETUID, CAP_SYS_ADMIN, UNSHARE, System, no_filters

ROOT = Path(__file__).parents[2]
ALL = sum(1 << bit for bit in NEEDED)
PID = 4242


def everybody(_: int) -> bool:
    return True


def test_each_child_of_root_goes_on_as_a_user_of_its_own() -> None:
    assert plan_user(PID, 0, ALL, everybody) == FIRST_USER + PID
    assert plan_user(PID + 1, 0, ALL, everybody) == FIRST_USER + PID + 1


def test_a_container_that_knows_few_users_gives_one_of_those() -> None:
    assert plan_user(PID, 0, ALL, lambda number: number < 65_536) in FEW_USERS
    assert plan_user(PID, 0, ALL, lambda number: number == 0) is None


@pytest.mark.parametrize("missing", NEEDED)
def test_who_lacks_a_capability_for_it_changes_no_user(missing: int) -> None:
    assert plan_user(PID, 0, ALL & ~(1 << missing), everybody) is None


def test_an_ordinary_user_changes_none() -> None:
    assert plan_user(PID, 1000, ALL, everybody) is None


HERE = [Measure(name, True) for name in EACH]


def without(*names: str) -> list[Measure]:
    return [Measure(one.name, one.name not in names, "why not" if one.name in names else "") for one in HERE]


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        ((), 0),
        ((LANDLOCK,), 0),
        ((FILES, NETWORK), 0),
        ((SECCOMP,), 0),
        ((USER,), 1),
        ((LANDLOCK, FILES), 1),
        ((SECCOMP, NETWORK), 1),
        (EACH, 5),
    ],
)
def test_only_what_no_layer_shuts_off_is_worth_a_warning(missing: tuple[str, ...], told: int) -> None:
    open_still = reachable(without(*missing))
    assert len(open_still) == told
    assert all("why not" in what for what in open_still)


def test_a_layer_that_an_ordinary_user_does_not_need_is_not_missed() -> None:
    assert reachable([one for one in HERE if one.name != USER]) == []


def test_the_layers_are_told_in_words() -> None:
    told = describe([Measure(LIMITED, True), Measure(LANDLOCK, True, "version 7"), Measure(SECCOMP, False, "no such call")])
    assert told == "limits, Landlock (version 7); not here: seccomp (no such call)"


def run_filter(column: int, number: int, first: int = 0, second: int = 0, pid: int = PID, machine: int | None = None) -> int:
    """What the kernel would do with a call: a small machine for classic BPF."""
    architecture = next(name for place, name in MACHINES.values() if place == column)
    words = {NUMBER: number, seccomp.ARCHITECTURE: architecture if machine is None else machine, FIRST: first, SECOND: second}
    steps = seccomp.plan_filter(column, architecture, pid)
    at, word = 0, 0
    while True:
        code, yes, no, constant = steps[at]
        at += 1
        if code == RETURN:
            return constant
        if code == LOAD:
            word = words[constant]
        else:
            true = {EQUAL: word == constant, AT_LEAST: word >= constant, ANY_BIT: bool(word & constant)}[code]
            at += yes if true else no


NO, UNKNOWN = FAIL | errno.EPERM, FAIL | errno.ENOSYS
X86 = {"read": 0, "openat": 257, "mmap": 9, "futex": 202, "clone3": 435, "socket": 41, "execve": 59, "ptrace": 101, "bpf": 321, "next": 999}
ARM = {
    "read": 63,
    "openat": 56,
    "mmap": 222,
    "futex": 98,
    "clone3": 435,
    "socket": 198,
    "execve": 221,
    "ptrace": 117,
    "bpf": 280,
    "next": 999,
}


@pytest.mark.parametrize(("column", "numbers"), [(0, X86), (1, ARM)], ids=MACHINES)
def test_the_filter_lets_compute_and_nothing_else(column: int, numbers: dict[str, int]) -> None:
    done = {name: run_filter(column, number) for name, number in numbers.items()}
    allowed = {"read", "openat", "mmap", "futex"}
    unknown = {"clone3", "next"}
    assert done == {name: ALLOW if name in allowed else UNKNOWN if name in unknown else NO for name in numbers}


@pytest.mark.parametrize("column", [0, 1], ids=MACHINES)
@pytest.mark.parametrize(
    ("call", "first", "second", "done"),
    [
        ("CLONE", seccomp.CLONE_THREAD | 0xF00, 0, ALLOW),
        ("CLONE", 0, 0, NO),
        ("KILL", PID, 9, ALLOW),
        ("KILL", 1, 9, NO),
        ("KILL", 0, 9, NO),
        ("TGKILL", PID, 0, ALLOW),
        ("TGKILL", 1, 0, NO),
        ("PRLIMIT", 0, 0, ALLOW),
        ("PRLIMIT", PID, 0, ALLOW),
        ("PRLIMIT", 1, 0, NO),
        ("PRCTL", seccomp.PR_SET_PDEATHSIG, 0, NO),
        ("PRCTL", seccomp.PR_SET_PTRACER, 0, NO),
        ("PRCTL", 15, 0, ALLOW),
        ("IOCTL", 0, seccomp.TIOCSTI, NO),
        ("IOCTL", 0, 0x5401, ALLOW),
    ],
)
def test_some_calls_depend_on_what_they_ask(column: int, call: str, first: int, second: int, done: int) -> None:
    assert run_filter(column, getattr(seccomp, call)[column], first, second) == done


def test_calls_of_another_machine_or_the_second_set_of_this_one_are_none() -> None:
    assert run_filter(0, X86["read"], machine=0x40000003) == KILL_PROCESS
    assert run_filter(0, seccomp.X32 + X86["read"]) == UNKNOWN


@pytest.mark.parametrize("column", [0, 1], ids=MACHINES)
def test_no_number_is_refused_by_mistake_twice(column: int) -> None:
    numbers = seccomp.refused_numbers(column)
    assert len(numbers) == len(set(numbers)) > 100
    assert max(numbers) <= seccomp.NEWEST


@pytest.mark.parametrize(
    ("abi", "files", "network", "scopes"),
    [(1, 0x1FFF, 0, 0), (2, 0x3FFF, 0, 0), (3, 0x7FFF, 0, 0), (4, 0x7FFF, 3, 0), (5, 0xFFFF, 3, 0), (7, 0xFFFF, 3, 3)],
)
def test_landlock_refuses_what_its_version_knows(abi: int, files: int, network: int, scopes: int) -> None:
    refused = landlock.refused_by(abi)
    assert (refused.files, refused.network, refused.scopes) == (files, network, scopes)


def test_a_path_inside_another_is_shown_with_it_and_links_on_the_way_are_links_again(tmp_path: Path) -> None:
    assert _outermost([Path("/usr/lib/a"), Path("/usr/lib"), Path("/usr/lib64")]) == [Path("/usr/lib"), Path("/usr/lib64")]
    (tmp_path / "real" / "inside").mkdir(parents=True)
    (tmp_path / "first").symlink_to("second")
    (tmp_path / "second").symlink_to("other/../real")
    assert list(_links([tmp_path / "first" / "inside"])) == [(tmp_path / "first", "second"), (tmp_path / "second", "other/../real")]


def test_the_program_does_not_take_what_lies_around_it_for_its_own(tmp_path: Path) -> None:
    program = "from kiwi.jail.entering import program_folders; print(*program_folders(), sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}
    )
    folders = [Path(line) for line in done.stdout.split("\n") if line]
    assert ROOT / "kiwi" in folders
    assert not [folder for folder in folders if ROOT.is_relative_to(folder) or folder == tmp_path]
    assert set(folders) == set(program_folders())


class Made(Value):
    assets: dict[str, Asset]


def test_an_answer_names_only_what_was_made(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    folder.mkdir()
    (folder / "film.mp4").write_bytes(b"film")
    (tmp_path / "secret").write_bytes(b"secret")
    true = asset_of(folder / "film.mp4")
    assert believe(Made, {"assets": {"a": true.model_dump()}}, folder).assets["a"] == true
    for lie in (
        true.model_copy(update={"name": "made/other.mp4"}),
        true.model_copy(update={"name": "made/../secret"}),
        true.model_copy(update={"name": "film.mp4"}),
        true.model_copy(update={"name": str(folder / "film.mp4")}),
        true.model_copy(update={"digest": "0" * 64}),
        asset_of(tmp_path / "secret"),
    ):
        with pytest.raises(RenderError):
            believe(Made, {"assets": {"a": true.model_dump(), "b": lie.model_dump()}}, folder)


def test_only_plain_files_are_taken_back(tmp_path: Path) -> None:
    makers: dict[str, Callable[[Path], object]] = {
        "link": lambda path: path.symlink_to("/etc/passwd"),
        "folder": lambda path: path.mkdir(),
        "pipe": os.mkfifo,
        "second name": lambda path: os.link(tmp_path / "own", path),
    }
    for name, make in makers.items():
        made, folder = tmp_path / f"made by {name}", tmp_path / f"folder of {name}"
        made.mkdir()
        folder.mkdir()
        (tmp_path / "own").touch()
        make(made / "film.mp4")
        with pytest.raises(RenderError):
            take_back(made, folder)
        assert os.listdir(folder) == []


@pytest.fixture
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_homes_of_programs_that_were_killed_are_swept_and_others_are_not(temp: Path) -> None:
    for left in (f"{IN_TEMP}999999999.1-x", f"{IN_TEMP}{os.getpid()}.1-x"):
        (temp / left / "folder").mkdir(parents=True)
    (temp / f"{IN_TEMP}not ours").mkdir()
    own = temp / f"{IN_TEMP}{os.getpid()}.{int(psutil.Process().create_time())}-x"
    own.mkdir()
    sweep()
    assert {path.name for path in temp.iterdir()} == {own.name, f"{IN_TEMP}not ours"}


def test_a_home_is_beside_the_folder_to_fill_where_the_child_can_see_it_there(temp: Path) -> None:
    folder = temp / "making" / "folder"
    folder.mkdir(parents=True)
    handed = hand_over(os.getpid(), folder, temp / "source")
    assert handed.home.parent in {folder.parent, temp}
    assert handed.home.stat().st_mode & 0o777 == 0o700
    clear(handed.home)
    assert not handed.home.exists()


DO_JOBS = """
import asyncio, json, logging, os, sys
from pathlib import Path
from kiwi.jail.attempts import prepare_attempt
from kiwi.work.jobs import ATTEMPT, CLEAN
from kiwi.work.processes import open_pool

logging.basicConfig(format="warned: %(message)s")

async def main(place, recording):
    job_input, folder = prepare_attempt(place)
    async with open_pool(1, place / "data") as pool:
        tried = await pool.do(ATTEMPT, job_input.model_dump(mode="json"), folder, lambda _: None)
        made = await pool.do(CLEAN, {"recording": recording}, folder, lambda _: None)
    left = sorted({path.name for path in place.iterdir()} - {"attempt", "source", "secret"})
    print(json.dumps([tried["succeeded"], made["seconds"], [one.name for one in pool.measures if one.holds], os.listdir(folder), left]))

asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
"""
NEITHER = (landlock.CREATE_RULESET, *no_filters())
SYSTEMS = {
    "a container's root": (System(capabilities=(CAP_SYS_ADMIN,), forbidden=(UNSHARE,), passable=True), {LANDLOCK, SECCOMP, USER}, 0),
    "a root whose program nobody else can read": (System(capabilities=(CAP_SYS_ADMIN,), forbidden=(UNSHARE,)), {LANDLOCK, SECCOMP}, 1),
    "an ordinary user": (System(user=1000, passable=True), {LANDLOCK, SECCOMP, NETWORK, FILES}, 0),
    "an old kernel": (System(unknown=NEITHER), {USER, NETWORK, FILES}, 0),
    "an old kernel in a container": (
        System(unknown=NEITHER, forbidden=(UNSHARE,), capabilities=(CAP_SYS_ADMIN, CAP_SETUID), passable=True),
        set(),
        1,
    ),
}


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that another user can reach."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="only root can pretend to be on another system")
@pytest.mark.parametrize("name", SYSTEMS)
def test_what_a_system_does_not_offer_is_told_once_and_fails_no_film(name: str, place: Path) -> None:
    system, holding, warnings = SYSTEMS[name]
    os.chown(place, system.user, system.user)
    done = system.run(DO_JOBS, str(place), str(MEDIA / "amiable.flac"))
    assert done.returncode == 0, done.stderr
    succeeded, seconds, holds, made, left = json.loads(done.stdout.splitlines()[-1])
    assert seconds == pytest.approx(6.05, abs=0.02)
    assert made == ["recording.wav"]
    assert [name for name in left if name.startswith(".jail")] == []
    assert set(holds) - {LIMITED, "no capabilities", "no new privileges"} == holding
    assert done.stderr.count("warned:") == warnings
    if holding >= {LANDLOCK, SECCOMP, USER} or system.user:
        assert succeeded == []


async def test_the_doctor_tells_what_holds_here(tmp_path: Path) -> None:
    finding = await examine_jail(tmp_path)
    assert finding.well
    assert "limits" in finding.says
    if os.geteuid() == 0 and sys.platform == "linux":
        assert "whatever was tried was refused" in finding.says


STAYING = """
import asyncio, sys
from dataclasses import replace
from pathlib import Path
from kiwi.work.jobs import CLEAN
from kiwi.work.processes import open_pool

async def main(folder):
    (folder / "made").mkdir()
    (folder / "recording").touch()
    async with open_pool(1, folder) as pool:
        def tell(_):
            print(next(iter(pool.working)).process.pid, flush=True)
        job = replace(CLEAN, function="tests.attacks.intruder:stay")
        await pool.do(job, {"recording": str(folder / "recording")}, folder / "made", tell)

asyncio.run(main(Path(sys.argv[1])))
"""


@pytest.fixture
def staying(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A program, and the jailed child of it that heeds no signal."""
    command = [sys.executable, "-c", STAYING, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}) as program:
        assert program.stdout is not None
        yield program, int(program.stdout.readline())
        program.kill()


def test_a_jailed_child_dies_with_its_parent_whoever_it_is_by_then(staying: tuple[subprocess.Popen[str], int]) -> None:
    program, child = staying
    program.send_signal(signal.SIGKILL)
    end = time.monotonic() + 5
    while time.monotonic() < end and Path(f"/proc/{child}/status").exists():
        time.sleep(0.02)
    assert not Path(f"/proc/{child}/status").exists()
