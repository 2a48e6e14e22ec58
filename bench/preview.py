"""How soon a film can be watched that is still being made: from a typed brief to its first second, on a warm server.

    python -m bench.preview [--rounds 5] [--json]

``first second``: from sending the create request until a second of pictures can be decoded of what came; best and median of the
rounds. ``film``: until the film is there. ``drawing``: until the task told that a scene is being drawn, before which nothing can come.
"""

import argparse
import asyncio
import contextlib
import io
import json
import os
import statistics
import tempfile
import time
from pathlib import Path

import av
import httpx

from bench.doors import a_server, create, events, until

BRIEFS = {
    "four sentences": "Promote Kiwi Coffee. We roast every morning. Our beans come from small farms. Visit us at the old harbour.",
    "30 seconds": "Explain how solar panels work in 30 seconds",
}
SECOND = 30
"""Frames."""


def decodable(came: bytes) -> int:
    """The frames that can be decoded."""
    with contextlib.suppress(av.error.FFmpegError), av.open(io.BytesIO(came), "r") as preview:
        return sum(1 for _ in preview.decode(video=0))
    return 0


async def first_second(client: httpx.AsyncClient, task_id: str, began: float) -> float:
    """Seconds until one can be played."""
    came = b""
    async with client.stream("GET", f"/api/video/task/{task_id}/preview.mp4") as answer:
        async for part in answer.aiter_raw():
            came += part
            took = time.time() - began
            if b"moof" in came and decodable(came) >= SECOND:
                return took
    raise SystemExit("The preview ended before its first second.")


async def drawing(url: str, task_id: str, began: float) -> float:
    """Seconds until a scene is drawn."""
    async with contextlib.aclosing(events(url, task_id)) as told:  # type: ignore[type-var]
        async for _, line, came in told:
            if b'"state":"rendering"' in line:
                return came - began
    raise SystemExit("The film ended before it was drawn.")


async def measure(url: str, rounds: int) -> dict[str, dict[str, float]]:
    """Every brief's figures."""
    figures: dict[str, dict[str, float]] = {}
    async with httpx.AsyncClient(base_url=url, timeout=300) as client:
        for words in list(BRIEFS.values())[:1]:
            warm = await create(client, words)
            await first_second(client, warm, time.time())
            await until(client, warm, lambda task: task["status"] == "completed")
        for name, words in BRIEFS.items():
            seen: list[float] = []
            begun: list[float] = []
            made: list[float] = []
            for _ in range(rounds):
                began = time.time()
                task_id = await create(client, words)
                took, drawn = await asyncio.gather(first_second(client, task_id, began), drawing(url, task_id, began))
                await until(client, task_id, lambda task: task["status"] == "completed")
                seen, begun, made = [*seen, took], [*begun, drawn], [*made, time.time() - began]
            figures[name] = {"first second": min(seen), "median": statistics.median(seen), "drawing": min(begun), "film": min(made)}
            figures[name]["load"] = os.getloadavg()[0]
    return figures


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, a_server(Path(folder)) as url:
        figures = asyncio.run(measure(url, asked.rounds))
    if asked.json:
        print(json.dumps(figures))
        return
    for name, told in figures.items():
        print(f"{name:16}" + "  ".join(f"{what} {value:5.2f}" for what, value in told.items()))


if __name__ == "__main__":
    main()
