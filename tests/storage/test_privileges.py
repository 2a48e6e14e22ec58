import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiwi.storage.privileges import NEEDED, NOBODY, Launch, Way, launch_here, plan_launch

ALL = sum(1 << bit for bit in NEEDED)


def everyone(_: int) -> bool:
    return True


def test_an_ordinary_user_runs_the_command_as_it_is() -> None:
    launch = plan_launch(1000, 0, everyone, None)
    assert launch == Launch(Way.PLAIN, 1000, 1000)
    assert launch.command(["/bin/true", "x"]) == ["/bin/true", "x"]


def test_root_with_its_capabilities_becomes_nobody_and_keeps_one() -> None:
    assert plan_launch(0, ALL, everyone, None) == Launch(Way.CAPABILITIES, NOBODY, NOBODY)


def test_root_takes_over_a_cluster_it_owned_itself() -> None:
    assert plan_launch(0, ALL, everyone, 0) == Launch(Way.CAPABILITIES, NOBODY, NOBODY)


def test_root_serves_the_cluster_of_an_ordinary_user_as_that_user() -> None:
    assert plan_launch(0, ALL, everyone, 1000) == Launch(Way.CAPABILITIES, 1000, 1000)


@pytest.mark.parametrize("missing", NEEDED)
def test_root_short_of_one_capability_enters_a_namespace(missing: int) -> None:
    assert plan_launch(0, ALL & ~(1 << missing), everyone, None) == Launch(Way.NAMESPACE, NOBODY, 0)


def test_root_where_no_other_user_exists_enters_a_namespace() -> None:
    assert plan_launch(0, ALL, lambda number: number == 0, None) == Launch(Way.NAMESPACE, NOBODY, 0)


def test_a_wrapped_command_goes_through_this_interpreter_alone() -> None:
    command = Launch(Way.CAPABILITIES, NOBODY, NOBODY).command(["/bin/true"])
    assert command[1:3] == ["-I", "-S"]
    assert command[-3:] == ["capabilities", str(NOBODY), "/bin/true"]
    assert os.path.isabs(command[0])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes users")
def test_a_program_in_roots_own_folder_is_seen_by_access_too(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    program = private / "program"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    asking = [sys.executable, "-c", f"import os; print(os.access({str(program)!r}, os.X_OK))"]
    done = subprocess.run(launch_here(None).command(asking), capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"
