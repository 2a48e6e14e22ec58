"""From words to a finished film: realtime factor, seconds per stage, memory of all processes, a retake, and length.

    python -m bench.film [--rounds 5] [--seconds 30] [--long] [--json]

Warm: the engine is open and its children have made a film. The machine swings, so the best of the rounds counts, and render speed
is told as a share of a limit probed right before and right after each film by as many processes at once as render: the least that a
card's frame can cost, as `bench.limits` says. The sound of the film is made in the same stage and counts as render time. Memory is
the sum of every process's proportional share (PSS), the embedded PostgreSQL's and our own included, sampled 20 times a second.
"""

import argparse
import asyncio
import json
import os
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from statistics import mean
from typing import Any

from bench.frames import CARDS, order_for
from bench.limits import FRAMES, Together, draw_least
from graph.engine import Engine
from kiwi.film.model import LANDSCAPE, PORTRAIT, Size, Storyboard
from kiwi.film.review import Edit
from kiwi.settings import Settings
from kiwi.tasks.request import parse_brief
from kiwi.tasks.task import Task
from server import open_engine

BRIEF = "Make a {seconds:g} second explainer about how solar panels work"
SCRIPT = " ".join(
    f"Scene {word} is about {thing}, and it says so in one plain sentence."
    for word, thing in zip(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"],
        ["rivers", "mountains", "gardens", "bridges", "harbours", "forests", "kitchens", "workshops", "libraries", "markets"],
        strict=True,
    )
)


TOGETHER = {"score_music", "render_scene"}
"""Nodes that run side by side."""


class Memory:
    """The peak of the proportional memory of this process, its children and the database, in MB."""

    def __init__(self) -> None:
        self.peak = 0.0
        self.running = True
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Memory":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.running = False
        self.thread.join()

    def _watch(self) -> None:
        while self.running:
            self.peak = max(self.peak, sum(pss(pid) for pid in family()))
            time.sleep(0.05)


def family() -> list[int]:
    """Our own process, all below it, and the embedded server with all below it."""
    parents: dict[int, list[int]] = defaultdict(list)
    servers = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text().partition(" (")[2].rpartition(") ")
        except OSError:
            continue
        pid = int(stat.parent.name)
        parents[int(rest.split()[1])].append(pid)
        if name == "postgres" and rest.split()[1] == "1":
            servers.append(pid)
    found, queue = [], [os.getpid(), *servers]
    while queue:
        found.append(queue.pop())
        queue += parents[found[-1]]
    return found


def pss(pid: int) -> float:
    try:
        line = next(line for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines() if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return 0.0
    return int(line.split()[1]) / 1024


def limit_fps(size: Size) -> float:
    """Frames a second by the clock that as many processes as render draw and encode at most, all together."""
    with Together(os.cpu_count() or 1) as together:
        took = together.do(partial(draw_least, order_for(CARDS["title"], size, "night")))
        return together.processes * FRAMES / took.wall


async def make(engine: Engine, words: str, **wishes: Any) -> tuple[Task, float, dict[str, float], dict[str, Any]]:
    """A film by the engine: the task, its seconds, seconds from stage to stage, and the thread's last state."""
    began = time.perf_counter()
    task = await engine.submit(parse_brief(words, **wishes))
    done = await engine.worker.run(task.id)
    took = time.perf_counter() - began
    return done, took, await stages(engine, task.id), await state_of(engine, task.id)


async def stages(engine: Engine, task_id: str) -> dict[str, float]:
    """Seconds from each node's first event to the first one of a node after it; music is scored and mixed while scenes are rendered."""
    firsts: dict[str, float] = {}
    last = 0.0
    async for event in engine.tasks.follow(task_id):
        last = event.at.timestamp()
        if event.node:
            firsts.setdefault(event.node, last)
    took = {}
    for node, began in firsts.items():
        beside = TOGETHER if node in TOGETHER else {node}
        took[node] = min((at for other, at in firsts.items() if other not in beside and at > began), default=last) - began
    return took


async def state_of(engine: Engine, task_id: str) -> dict[str, Any]:
    saved = await engine.worker.checkpointer.aget_tuple({"configurable": {"thread_id": task_id}})
    assert saved is not None
    return dict(saved.checkpoint["channel_values"])


async def whole(engine: Engine, size: Size, seconds: float, rounds: int) -> dict[str, Any]:
    """The main figure: a warm film of one size."""
    best: dict[str, Any] = {"took": 1e9}
    factors, shares, peaks = [], [], []
    limits = [limit_fps(size)]
    for _ in range(rounds):
        with Memory() as memory:
            _, took, per_stage, state = await make(engine, BRIEF.format(seconds=seconds), size=str(size), seconds=seconds)
        limits.append(limit_fps(size))
        storyboard: Storyboard = state["storyboard"]
        length = storyboard.frames / storyboard.fps
        fps = storyboard.frames / per_stage["render_scene"]
        factors.append(length / took)
        shares.append(fps / mean(limits[-2:]))
        peaks.append(memory.peak)
        if took < best["took"]:
            best = {"took": took, "length": length, "fps": fps, "stages": per_stage}
    return {
        "size": str(size),
        "film_seconds": best["length"],
        "seconds": round(best["took"], 2),
        "realtime": round(max(factors), 2),
        "realtime_all": [round(factor, 2) for factor in factors],
        "peak_mb": round(max(peaks)),
        "stages": {node: round(value, 2) for node, value in best["stages"].items()},
        "render_fps": round(best["fps"]),
        "limit_fps": [round(limit) for limit in limits],
        "render_share_of_limit": round(max(shares), 3),
        "render_share_all": [round(share, 3) for share in shares],
    }


async def retake(engine: Engine) -> dict[str, Any]:
    """One scene of ten with another text, against the whole film."""
    task, took, _, _ = await make(engine, SCRIPT, seconds=60)
    number = len(task.scenes) // 2
    scene = f"scene-{number}"
    edit = Edit(scene_id=scene, voice_over="This scene is about lighthouses now, and it says so in plain words.")
    await engine.tasks.retry(task.id, also_completed=True)
    began = time.perf_counter()
    await engine.worker.run(task.id, edit)
    again = time.perf_counter() - began
    return {"scenes": len(task.scenes), "whole": round(took, 2), "retake": round(again, 2), "share": round(again / took, 3)}


async def lengths(minutes: tuple[int, ...]) -> dict[str, Any]:
    """Peak memory of a film by its length, each by an engine of its own."""
    peaks = {}
    for length in minutes:
        with tempfile.TemporaryDirectory() as folder:
            async with open_engine(Settings(data_dir=Path(folder))) as engine:
                with Memory() as memory:
                    await make(engine, BRIEF.format(seconds=length * 60), seconds=length * 60)
                peaks[length] = round(memory.peak)
    return {"peak_mb_by_minutes": peaks, "growth": round(peaks[minutes[-1]] / peaks[minutes[0]], 3)}


async def measure(rounds: int, seconds: float, *, long: bool) -> AsyncIterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        async with open_engine(Settings(data_dir=Path(folder))) as engine:
            await make(engine, "Explain tea in 5 seconds", seconds=5)
            for size in (LANDSCAPE, PORTRAIT):
                yield await whole(engine, size, seconds, rounds)
            yield await retake(engine)
    if long:
        yield await lengths((1, 10))


async def tell(asked: argparse.Namespace) -> None:
    async for part in measure(asked.rounds, asked.seconds, long=asked.long):
        if asked.json:
            print(json.dumps(part), flush=True)
        else:
            print("\n".join(f"  {name:<22} {value}" for name, value in part.items()), end="\n\n", flush=True)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--rounds", type=int, default=5)
    ask.add_argument("--seconds", type=float, default=30)
    ask.add_argument("--long", action="store_true", help="also 1 and 10 minutes, for the growth of memory")
    ask.add_argument("--json", action="store_true")
    asyncio.run(tell(ask.parse_args()))


if __name__ == "__main__":
    main()
