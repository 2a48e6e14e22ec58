"""From the keystroke to the film, cold: where the time of `kiwi film` goes, spoken and typed, its memory, and what an idle server uses.

    python -m bench.cold [--rounds 5] [--against TREE] [--json]

Every film is made by a program of its own in a data folder that has made one before. Times are seconds of the clock; ``beyond`` is the
whole less the stretch in which scenes are rendered, and the best round is the one in which that is smallest. ``cpu`` is what all its
processes used of the processor, which a busy machine stretches less. The load is told because it decides what times are worth.

Memory is the largest sum of all processes' proportional shares (PSS), PostgreSQL's included, in a round of its own: to look takes time.
``--against``: another checkout of this repository, whose rounds alternate with ours.
"""

import argparse
import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

from bench.film import pss

ROOT = Path(__file__).parents[1]
TYPED = "Tea is older than coffee. It is made with hot water and leaves. Most people drink it warm. Come and taste ours in the old harbour."
BRIEFS = {"spoken": ["--audio", str(ROOT / "examples" / "brief.webm")], "typed": [TYPED]}
PARTS = {
    "hearing": ("listen",),
    "reading and writing": ("read", "write"),
    "voice": ("narrate",),
    "storyboard": ("draw",),
    "render and music": ("render",),
    "cut": ("mix", "cut"),
    "inspection": ("cut", "watch", "hear", "inspect"),
}
"""What a part of the time is called, and the jobs with whose last answer it ends."""
SAMPLE_SECONDS = 0.05
IDLE_SECONDS = 20.0


class Peak(threading.Thread):
    """The most proportional memory of a program and all it has started, in MB, and of which process how much."""

    def __init__(self, pid: int, data: str) -> None:
        super().__init__(daemon=True)
        self.pid, self.data = pid, data
        self.most: list[int] = []
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(SAMPLE_SECONDS):
            self.most = max(self.most, memory(self.pid, self.data), key=sum)


class Spending(threading.Thread):
    """What a program and all it has started use of the processor, in seconds; the last tenth of each is missed."""

    def __init__(self, pid: int, data: str) -> None:
        super().__init__(daemon=True)
        self.pid, self.data = pid, data
        self.each: dict[int, float] = {}
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(2 * SAMPLE_SECONDS):
            for one in processes(self.pid, self.data):
                with contextlib.suppress(psutil.Error):
                    times = one.cpu_times()
                    self.each[one.pid] = times.user + times.system


def memory(pid: int, data: str) -> list[int]:
    """Megabytes of a program, of each of its processes, and of the database of its data folder, the largest first."""
    return sorted((round(pss(one.pid)) for one in processes(pid, data)), reverse=True)


def processes(pid: int, data: str) -> list[psutil.Process]:
    """A program, its children and the database of its data folder."""
    try:
        program = psutil.Process(pid)
        server = Path(data, "postgres", "cluster", "postmaster.pid")
        found = [program, *program.children(recursive=True)]
        if server.exists():
            database = psutil.Process(int(server.read_text().split()[0]))
            found += [database, *database.children(recursive=True)]
    except (psutil.Error, OSError, ValueError, IndexError):
        return []
    return list({one.pid: one for one in found}.values())


def start(tree: Path, folder: str, *words: str, **more: str) -> subprocess.Popen[str]:
    """`kiwi` with some words, by a checkout."""
    environment = {**os.environ, **more, "KIWI_DATA_DIR": f"{folder}/data", "PYTHONPATH": os.pathsep.join((str(tree), str(ROOT)))}
    command = [sys.executable, str(ROOT / "bench" / "marking.py"), f"{folder}/marks", *words]
    return subprocess.Popen(command, env=environment, cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)


def film(tree: Path, brief: list[str], folder: str) -> dict[str, Any]:
    """Make one film and split its time."""
    began = time.time()
    program = start(tree, folder, "film", *brief, "--out-folder", f"{folder}/out")
    spending = Spending(program.pid, f"{folder}/data")
    spending.start()
    assert program.stderr is not None
    ready, said = 0.0, []
    for line in program.stderr:
        said.append(line)
        if line.startswith("100%"):
            ready = time.time() - began
    if program.wait() != 0:
        raise SystemExit("".join(said))
    whole = time.time() - began
    spending.over.set()
    return split(Path(folder, "marks").read_text("utf-8"), began, ready, whole) | {"cpu": sum(spending.each.values())}


def film_memory(tree: Path, brief: list[str], folder: str) -> dict[str, Any]:
    """The peak of a film's memory."""
    program = start(tree, folder, "film", *brief, "--out-folder", f"{folder}/out")
    peak = Peak(program.pid, f"{folder}/data")
    peak.start()
    program.communicate()
    peak.over.set()
    return {"peak MB": sum(peak.most), "of which": [size for size in peak.most if size > 9]}


def idle(tree: Path, folder: str) -> dict[str, Any]:
    """What a server uses that nobody asks for anything: share of one core, and megabytes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = start(tree, folder, "serve", KIWI_PORT=str(port))
    try:
        while not _answers(port):
            time.sleep(0.2)
        time.sleep(IDLE_SECONDS / 4)
        data = f"{folder}/data"
        before, began = _seconds_of(program.pid, data), time.time()
        time.sleep(IDLE_SECONDS)
        share = (_seconds_of(program.pid, data) - before) / (time.time() - began)
        return {"share of a core": share, "MB": sum(sizes := memory(program.pid, data)), "of which": [size for size in sizes if size > 9]}
    finally:
        program.terminate()
        program.communicate()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _seconds_of(pid: int, data: str) -> float:
    """Of the processor, used so far."""
    times = [one.cpu_times() for one in processes(pid, data)]
    return float(sum(one.user + one.system for one in times))


def split(marks: str, began: float, ready: float, whole: float) -> dict[str, Any]:
    """Where the time went: each part lasts from the end of the one before to the last answer of its jobs."""
    asked: dict[str, float] = {}
    ended: dict[str, float] = {}
    for line in marks.splitlines():
        at, job, what = line.split()
        if what == "asked":
            asked.setdefault(job, float(at) - began)
        else:
            ended[job] = float(at) - began
    parts = {"before": min(asked.values())}
    now = parts["before"]
    for part, jobs in PARTS.items():
        end = max([now, *(ended[job] for job in jobs if job in ended)])
        parts[part], now = end - now, end
    parts["until it is said"] = ready - now
    parts["laying down"] = whole - ready
    render = ended["render"] - asked["render"]
    return {"whole": whole, "render": render, "beyond": whole - render, **parts}


def measure(trees: dict[str, Path], rounds: int) -> dict[str, dict[str, Any]]:
    """Each brief's best round by each tree, its memory, and the idle server."""
    told: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for tree in trees.values():
            film(tree, BRIEFS["typed"], folder)
        for _ in range(rounds):
            for kind, brief in BRIEFS.items():
                for name, tree in trees.items():
                    took = film(tree, brief, folder) | {"load": os.getloadavg()[0]}
                    best = told.setdefault(f"{kind}, {name}", took)
                    least = min(best["cpu"], took["cpu"])
                    told[f"{kind}, {name}"] = min(best, took, key=lambda one: one["beyond"]) | {"cpu": least}
        for name, tree in trees.items():
            for kind, brief in BRIEFS.items():
                told[f"{kind}, {name}"] |= film_memory(tree, brief, folder)
            told[f"idle, {name}"] = idle(tree, folder)
    return told


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--rounds", type=int, default=5)
    ask.add_argument("--against", type=Path, help="another checkout")
    ask.add_argument("--json", action="store_true")
    asked = ask.parse_args()
    told = measure({"here": ROOT, **({"there": asked.against.absolute()} if asked.against else {})}, asked.rounds)
    if asked.json:
        print(json.dumps(told, indent=1))
        return
    for name, figures in told.items():
        print(name)
        for what, value in figures.items():
            print(f"  {what:20} {value:8.2f}" if isinstance(value, float) else f"  {what:20} {value}")


if __name__ == "__main__":
    main()
