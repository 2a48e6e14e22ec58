"""From the keystroke to an answer: processor time and wall time of the command line, cold, with and without compiled bytecode.

    python -m bench.starting [--rounds 5] [--json]

Best of the rounds, also as a multiple of what Python itself takes to start and do nothing, so that any machine serves. ``first line``
is the time until ``kiwi film`` has said the first line of its progress. Without bytecode, ours and the libraries' modules are compiled
at every start, as in a container whose Python may not write.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
KIWI = [sys.executable, "-m", "cli"]
COMPLETE = {"_CLI_COMPLETE": "complete_bash", "COMP_WORDS": "kiwi film --the", "COMP_CWORD": "2"}
TASK = "00000000-0000-4000-8000-000000000000"

ANSWERS: dict[str, tuple[list[str], dict[str, str]]] = {
    "python": ([sys.executable, "-c", "pass"], {}),
    "kiwi --help": ([*KIWI, "--help"], {}),
    "kiwi film --help": ([*KIWI, "film", "--help"], {}),
    "completion": (KIWI, COMPLETE),
    "a theme that is none": ([*KIWI, "film", "tea", "--theme", "plaid"], {}),
    "a task that is none": ([*KIWI, "film", "--resume", "nobody"], {}),
    "an unknown task": ([*KIWI, "film", "--resume", TASK], {}),
}
FILM = [*KIWI, "film", "Explain how tea is made in 5 seconds", "--size", "1080x1080"]


def spent() -> float:
    """Seconds of the processor that children have used which are over."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def answered(command: list[str], environment: dict[str, str], folder: str) -> tuple[float, float]:
    """Seconds of the processor and of the clock until a command has ended."""
    before, began = spent(), time.perf_counter()
    subprocess.run(command, env=environment, cwd=folder, capture_output=True, check=False)
    return spent() - before, time.perf_counter() - began


def first_line(environment: dict[str, str], folder: str) -> float:
    """Seconds until a film has said its first line; it is cancelled then."""
    began = time.perf_counter()
    with subprocess.Popen(FILM, env=environment, cwd=folder, stderr=subprocess.PIPE, text=True) as program:
        assert program.stderr is not None
        program.stderr.readline()
        took = time.perf_counter() - began
        program.terminate()
        program.stderr.read()
    return took


def measure(rounds: int, folder: str, bytecode: bool) -> dict[str, dict[str, float]]:
    """Every answer's best round."""
    environment = {**os.environ, "KIWI_DATA_DIR": f"{folder}/data", "PYTHONPATH": str(ROOT)}
    if not bytecode:
        environment |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": f"{folder}/none"}
    found: dict[str, dict[str, float]] = {}
    for name, (command, more) in ANSWERS.items():
        took = [answered(command, {**environment, **more}, folder) for _ in range(rounds)]
        found[name] = {"cpu": min(cpu for cpu, _ in took), "wall": min(wall for _, wall in took)}
        found[name]["times python"] = found[name]["cpu"] / found["python"]["cpu"]
    found["first line"] = {"wall": min(first_line(environment, folder) for _ in range(rounds))}
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        told = {kind: measure(asked.rounds, folder, kind == "compiled") for kind in ("compiled", "without bytecode")}
    if asked.json:
        print(json.dumps(told, indent=1))
        return
    for kind, answers in told.items():
        print(kind)
        for name, figures in answers.items():
            print(f"  {name:22}" + "  ".join(f"{what} {value:6.2f}" for what, value in figures.items()))


if __name__ == "__main__":
    main()
