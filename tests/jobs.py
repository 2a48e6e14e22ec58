"""Jobs for the tests of the process pool."""

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from kiwi.errors import BadBrief
from kiwi.film.job_inputs import Report
from kiwi.film.model import Asset, Value
from kiwi.storage.assets import asset_of


class Task(Value):
    text: str = ""
    seconds: float = 0.0


class Done(Value):
    text: str
    pid: int
    asset: Asset


def echo(job_input: Task, folder: Path, report: Report) -> Done:
    """Write the text into a file, slowly if asked."""
    print("libraries may print")
    subprocess.run([sys.executable, "-c", "print('so may programs')"], check=True)
    report(0.5)
    time.sleep(job_input.seconds)
    (folder / "said.txt").write_text(job_input.text)
    return Done(text=job_input.text, pid=os.getpid(), asset=asset_of(folder / "said.txt"))


def refuse(job_input: Task, folder: Path, report: Report) -> Done:
    (folder / "half.txt").write_text("half")
    raise BadBrief(job_input.text)


def fill_the_disk(job_input: Task, folder: Path, report: Report) -> Done:
    raise OSError(errno.ENOSPC, "No space left on device")


def crash(job_input: Task, folder: Path, report: Report) -> Done:
    print("these were my last words", file=sys.stderr, flush=True)
    os._exit(9)


def kill(job_input: Task, folder: Path, report: Report) -> Done:
    """Note that it ran and die of a signal: that of the number of seconds, or of SIGKILL."""
    with Path(job_input.text).open("a") as counter:
        counter.write("ran\n")
    os.kill(os.getpid(), int(job_input.seconds) or signal.SIGKILL)
    time.sleep(60)
    raise AssertionError


def count(job_input: Task, folder: Path, report: Report) -> Done:
    """Add a line to the file named by the text, so that a test sees how often it ran."""
    with Path(job_input.text).open("a") as counter:
        counter.write("ran\n")
    (folder / "made.txt").write_text("made")
    time.sleep(job_input.seconds)
    return Done(text="", pid=os.getpid(), asset=asset_of(folder / "made.txt"))
