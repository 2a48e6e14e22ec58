"""A server that is killed from outside again and again while it makes films: none may fail for it, none may be lost.

    python -m bench.outages [--kills 50] [--films 10] [--shortest 0.2] [--longest 9] [--seed 1] [--json]

The whole program runs as operators run it, on its embedded database, with our own crew. Each kill (SIGKILL) comes some seconds after the
server was ready, which keeps a slow machine from being killed at nothing; one in five comes after its start instead. Then the server is
left alone until every film has come to its end.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from testing.servers import a_free_port

ROOT = Path(__file__).parent.parent
BRIEF = "Explain how {thing} works in 5 seconds"
THINGS = ("a kettle", "a bicycle", "rain", "a lighthouse", "bread", "a compass", "a kite", "a clock", "a bridge", "a candle")
REQUEST_FIELDS = {"seconds": 5, "fps": 24, "size": "1080x1080"}
START_SECONDS, REST_SECONDS = 120.0, 3600.0
STARTING_SHARE = 0.2
OPEN = {"pending", "processing"}


@dataclass
class Tally:
    """What came of it all."""

    kills: int = 0
    kills_while_starting: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    """Films by how they ended."""
    attempts: list[int] = field(default_factory=list)
    """A film's, for each."""
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def told(self) -> dict[str, Any]:
        return {**self.__dict__, "ended": dict(self.ended)}


class Server:
    """`python server.py`, started again and again on one data folder."""

    def __init__(self, folder: Path) -> None:
        self.url = f"http://127.0.0.1:{(port := a_free_port())}"
        own = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "KIWI_DATA_DIR": str(folder / "data"), "KIWI_PORT": str(port)}
        self._environment = own
        self._folder = folder
        self._log = (folder / "log").open("ab")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = [sys.executable, str(ROOT / "server.py")]
        self._process = subprocess.Popen(program, cwd=self._folder, env=self._environment, stderr=self._log)

    def ready(self) -> bool:
        """Whether it answers."""
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(f"{self.url}/readyz", timeout=1).status_code == 200
        return False

    def wait(self) -> None:
        """Wait until it answers."""
        ends = time.monotonic() + START_SECONDS
        while not self.ready():
            if time.monotonic() > ends:
                raise SystemExit("The server does not start.")
            time.sleep(0.05)

    def end(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)
        self._process.wait()


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """A server that has started."""
    server = Server(folder)
    server.start()
    try:
        server.wait()
        yield server
    finally:
        server.end(signal.SIGTERM)


def tell(server: Server, films: list[str]) -> list[dict[str, Any]]:
    """How the films stand."""
    return [dict(httpx.get(f"{server.url}/api/video/status/{film}", timeout=30).json()) for film in films]


def audit(server: Server, film: dict[str, Any]) -> Iterator[str]:
    """What is wrong with a film that ended, each in a sentence."""
    task_id = film["task_id"]
    if film["status"] != "completed":
        yield f"{task_id} is {film['status']}: {film.get('error')}"
        return
    answer = httpx.get(f"{server.url}/api/video/file/{task_id}.mp4", timeout=60)
    if answer.status_code != 200 or b"moov" not in answer.content:
        yield f"{task_id} has no film: {answer.status_code}"
    log = httpx.get(f"{server.url}/api/video/events/{task_id}?after=0", timeout=60).text.splitlines()
    completed = sum(json.loads(line[6:])["type"] == "complete" for line in log if line.startswith("data: "))
    if completed != 1:
        yield f"{task_id} was completed {completed} times"


def suffer(folder: Path, films: int, kills: int, shortest: float, longest: float, seed: int) -> Tally:
    """Promise films, kill their server so often, then let it finish them; ``shortest`` and ``longest`` are seconds between kills."""
    dice, tally, began = random.Random(seed), Tally(), time.monotonic()
    with serving(folder) as server:
        promised = []
        for number in range(films):
            body = {"text_input": BRIEF.format(thing=THINGS[number % len(THINGS)]), **REQUEST_FIELDS}
            promised.append(httpx.post(f"{server.url}/api/video/create", json=body, timeout=30).json()["task_id"])
        while tally.kills < kills:
            if dice.random() >= STARTING_SHARE:
                server.wait()
            time.sleep(dice.uniform(shortest, longest))
            tally.kills_while_starting += not server.ready()
            server.end(signal.SIGKILL)
            tally.kills += 1
            server.start()
        server.wait()
        print(f"{tally.kills} kills, now {Counter(film['status'] for film in tell(server, promised))}", file=sys.stderr, flush=True)
        ends = time.monotonic() + REST_SECONDS
        while any(film["status"] in OPEN for film in tell(server, promised)) and time.monotonic() < ends:
            time.sleep(0.5)
        for film in tell(server, promised):
            tally.ended[film["status"]] += 1
            tally.attempts.append(film["attempt"])
            tally.wrong += audit(server, film)
    tally.wrong += [f"{left} was left behind" for left in (folder / "data").glob("tasks/*/.making-*")]
    tally.seconds = round(time.monotonic() - began, 1)
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--films", type=int, default=10)
    parser.add_argument("--shortest", type=float, default=0.2)
    parser.add_argument("--longest", type=float, default=9.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tally = suffer(Path(folder), asked.films, asked.kills, asked.shortest, asked.longest, asked.seed)
    if asked.json:
        print(json.dumps(tally.told()))
    else:
        for name, value in tally.told().items():
            print(f"{name.replace('_', ' '):<20} {value}")
    if tally.wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
