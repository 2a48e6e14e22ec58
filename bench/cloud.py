"""Films by hired cameras, on emulated vendors: a demo, what eight cloud shots add to the vendor's own time, and fifty films at once.

    python -m bench.cloud demo [--out out/demo-cloud]     every camera films once; no key, no network
    python -m bench.cloud shots [--seconds 20]            a film of eight shots against the span of its jobs at the vendor
    python -m bench.cloud flight [--films 50]             that many films wait for the vendor in one process; how late its loop is

The vendors run in a process of their own for the figures, so that they take nothing from the loop that is measured.
"""

import argparse
import asyncio
import contextlib
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from emulators import hire
from emulators.running import running_emulators
from graph.engine import Engine
from kiwi.film.model import Film
from kiwi.providers import CAMERAS
from kiwi.settings import Settings
from kiwi.tasks.request import parse_brief
from kiwi.terminal.delivery import deliver
from server import open_engine

ACCOUNTS = ("runway", "fal", "pika", "gemini", "elevenlabs", "pexels", "pixabay")
KEY = "emulated-key"
DEMO = "Make a 15 second film about a weekend in the mountains. Waves roll onto the beach. The forest smells of rain. Come with us."
EIGHT = " ".join(
    f"{what} wakes up early and nobody in the village is surprised by that."
    for what in ("The harbour", "The bakery", "The school", "The library", "The market", "The station", "The workshop", "The theatre")
)
TICK_SECONDS = 0.01


def emulated(origin: str, folder: Path, **more: Any) -> Settings:
    """Settings with a key of every vendor at its emulator."""
    accounts: dict[str, Any] = {f"{account}_key": KEY for account in ACCOUNTS}
    accounts |= {f"{account}_base_url": f"{origin}/{account}" for account in ACCOUNTS}
    return Settings(_env_file=None, data_dir=folder, **{**accounts, **more})


@contextlib.contextmanager
def vendors_elsewhere(seconds: float) -> Iterator[str]:
    """Emulated vendors in a process of their own; yields their origin."""
    command = [sys.executable, "-m", "emulators", "--port", "0", "--seconds", str(seconds), "--queue-seconds", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            yield line.split(": ", 1)[1].strip().rpartition("/")[0]
        finally:
            process.terminate()


def asked(origin: str, vendor: str) -> list[dict[str, Any]]:
    """Every request a vendor got."""
    with urllib.request.urlopen(f"{origin}/__emulator/requests") as answer:
        return list(json.load(answer)[vendor]["requests"])


async def film(engine: Engine, words: str, out: Path | None = None, **wishes: Any) -> dict[str, Any]:
    """Make one film and deliver it."""
    task = await engine.submit(parse_brief(words, **wishes))
    task = await engine.worker.run(task.id)
    assert task.result is not None
    if out is not None:
        await asyncio.to_thread(deliver, Film.model_validate(task.result["film"]), engine.store(task.id), out, replace=True)
    return task.result


async def demo(out: Path) -> None:
    """Each camera of the menu makes a film; everything else is hired as well."""
    names = ",".join(entry.name for entry in CAMERAS)
    with tempfile.TemporaryDirectory() as folder, running_emulators(*hire(queue_seconds=1, run_seconds=3)) as emulators:
        settings = emulated(emulators.origin, Path(folder), cameras=names, spend_task=50, spend_day=500)
        async with open_engine(settings) as engine:
            for entry in CAMERAS:
                began = time.monotonic()
                result = await film(engine, DEMO, out / f"{entry.name}.mp4", camera=entry.name, seconds=15)
                cost = ", ".join(f"{name} ${usd:.3f}" for name, usd in result["cost"]["providers"].items())
                print(f"{entry.name:13} {time.monotonic() - began:5.1f} s  {out / entry.name}.mp4  {cost}", flush=True)
                for fall in result["degraded"]:
                    print(f"{'':13} {fall['node']} {fall['scene']}: {fall['used']} instead of {fall['wanted']}: {fall['why']}")


async def shots(seconds: float) -> dict[str, float]:
    """How much longer a film of eight shots takes than its jobs do at the vendor."""
    with tempfile.TemporaryDirectory() as folder, vendors_elsewhere(seconds) as origin:
        settings = emulated(origin, Path(folder), cameras="runway", narrators="", chat_model="", spend_task=100, spend_day=1000)
        async with open_engine(settings) as engine:
            await engine.pool.warm()
            began = time.monotonic()
            result = await film(engine, EIGHT)
            took = time.monotonic() - began
        requests = await asyncio.to_thread(asked, origin, "runway")
        creates = [one for one in requests if one["method"] == "POST" and one["path"].endswith("_to_video")]
        first, last = min(one["at"] for one in creates), max(one["at"] for one in creates)
        span = last - first + seconds
        assert not result["degraded"], result["degraded"]
        figures = {"shots": len(creates), "film_s": took, "vendor_s": span, "ratio": took / span, "before_s": first - began}
        figures["after_s"] = took - figures["before_s"] - span
        print(json.dumps({name: round(value, 3) for name, value in figures.items()}))
        return figures


@contextlib.asynccontextmanager
async def watching_the_loop() -> AsyncIterator[list[float]]:
    """How late each tick came, in seconds."""
    late: list[float] = []

    async def tick() -> None:
        while True:
            due = time.monotonic() + TICK_SECONDS
            await asyncio.sleep(TICK_SECONDS)
            late.append(time.monotonic() - due)

    ticking = asyncio.create_task(tick())
    try:
        yield late
    finally:
        ticking.cancel()


async def flight(films: int, seconds: float) -> dict[str, float]:
    """Fifty films in flight in one process, none of them waiting for another's vendor."""
    with tempfile.TemporaryDirectory() as folder, vendors_elsewhere(seconds) as origin:
        more = {
            "cameras": "runway",
            "narrators": "",
            "chat_model": "",
            "concurrent": "runway=1000",
            "spend_task": 100,
            "spend_day": 100_000,
        }
        settings = emulated(origin, Path(folder), **more)
        async with open_engine(settings) as engine, watching_the_loop() as late:
            began = time.monotonic()
            briefs = [f"Make a 5 second film about harbour number {number}." for number in range(films)]
            made = await asyncio.gather(*(film(engine, words, seconds=5, fps=24, size="1080x1080") for words in briefs))
            took = time.monotonic() - began
        assert not [fall for result in made for fall in result["degraded"]]
        late.sort()
        figures = {"films": films, "took_s": took, "late_p50_ms": late[len(late) // 2] * 1e3}
        figures |= {"late_p99_ms": late[int(len(late) * 0.99)] * 1e3, "late_max_ms": late[-1] * 1e3}
        print(json.dumps({name: round(value, 1) for name, value in figures.items()}))
        return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("demo", "shots", "flight"))
    parser.add_argument("--out", type=Path, default=Path("out/demo-cloud"))
    parser.add_argument("--seconds", type=float, default=20.0, help="what a job takes at the vendor")
    parser.add_argument("--films", type=int, default=50)
    chosen = parser.parse_args()
    match chosen.what:
        case "demo":
            asyncio.run(demo(chosen.out))
        case "shots":
            asyncio.run(shots(chosen.seconds))
        case _:
            asyncio.run(flight(chosen.films, chosen.seconds))


if __name__ == "__main__":
    main()
