"""From the keystroke to the film, cold: where the time of `kiwi film` goes, spoken and typed, and its memory.

    python -m bench.cold [--rounds 5] [--against TREE] [--json]

Every film is made by a program of its own in a data folder that has made one before. All times are seconds of the clock from the
keystroke; the best round is the one whose ``beyond`` (the whole less the stretch in which scenes are rendered) is smallest.
``--against``: another checkout of this repository, whose rounds alternate with ours. ``peak_mb`` is the largest sum of all its
processes' proportional shares (PSS), PostgreSQL's included. The machine's load is told because it decides what times are worth.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
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


class Peak(threading.Thread):
    """The most proportional memory of a program and all it has started, in MB, and of what kind of process."""

    def __init__(self, pid: int, data: str) -> None:
        super().__init__(daemon=True)
        self.pid, self.data = pid, data
        self.most = 0.0
        self.at_most: dict[str, int] = {}
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(SAMPLE_SECONDS):
            sizes = {name: pss(pid) for pid, name in processes(self.pid, self.data)}
            if sum(sizes.values()) > self.most:
                self.most, self.at_most = sum(sizes.values()), {name: round(size) for name, size in sizes.items()}


def processes(pid: int, data: str) -> Iterator[tuple[int, str]]:
    """A program, its children and the database of its data folder, each by a name."""
    try:
        program = psutil.Process(pid)
        found = [program, *program.children(recursive=True)]
        servers = [one for one in psutil.process_iter(["name", "cmdline"]) if data in " ".join(one.info["cmdline"] or ())]
        for one in servers:
            if one.info["name"] == "postgres":
                found += [one, *one.children(recursive=True)]
    except psutil.Error:
        return
    for number, one in enumerate(found):
        yield one.pid, f"{'program' if one.pid == pid else 'process'} {number}"


def film(tree: Path, brief: list[str], folder: str) -> dict[str, Any]:
    """Make one film and split its time."""
    data, marks = f"{folder}/data", Path(folder) / "marks"
    environment = {**os.environ, "KIWI_DATA_DIR": data, "PYTHONPATH": os.pathsep.join((str(tree), str(ROOT)))}
    command = [sys.executable, str(ROOT / "bench" / "marking.py"), str(marks), "film", *brief, "--out-folder", f"{folder}/out"]
    began = time.time()
    program = subprocess.Popen(command, env=environment, cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    peak = Peak(program.pid, data)
    peak.start()
    assert program.stderr is not None
    ready, said = 0.0, []
    for line in program.stderr:
        said.append(line)
        if line.startswith("100%"):
            ready = time.time() - began
    if program.wait() != 0:
        raise SystemExit("".join(said))
    whole = time.time() - began
    peak.over.set()
    return split(marks.read_text("utf-8"), began, ready, whole) | {"peak_mb": round(peak.most), "of which": peak.at_most}


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
    """Each brief's best round by each tree."""
    best: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for tree in trees.values():
            film(tree, BRIEFS["typed"], folder)
        for _ in range(rounds):
            for kind, brief in BRIEFS.items():
                for name, tree in trees.items():
                    took = film(tree, brief, folder) | {"load": round(os.getloadavg()[0], 1)}
                    key = f"{kind}, {name}"
                    if key not in best or took["beyond"] < best[key]["beyond"]:
                        best[key] = took
    return best


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--rounds", type=int, default=5)
    ask.add_argument("--against", type=Path, help="another checkout")
    ask.add_argument("--json", action="store_true")
    asked = ask.parse_args()
    best = measure({"here": ROOT, **({"there": asked.against.absolute()} if asked.against else {})}, asked.rounds)
    if asked.json:
        print(json.dumps(best, indent=1))
        return
    for name, figures in best.items():
        print(name)
        for what, value in figures.items():
            print(f"  {what:20} {value:8.2f}" if isinstance(value, float) else f"  {what:20} {value}")


if __name__ == "__main__":
    main()
