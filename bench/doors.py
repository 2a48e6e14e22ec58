"""The doors under load: a real server process with the embedded crew and database, asked from another process.

    python -m bench.doors [--json]

create: p99 of answers while two films render; first: from sending a create to the first event of a worker, idle server, median;
watchers: 500 event streams of one film, from the event's time in the database to its arrival, p99, each must get all;
status: requests a second over eight connections, idle; checkpoint: a super-step with our checkpointer less one without, best of seven.
"""

import argparse
import asyncio
import contextlib
import datetime
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
from langchain_core.runnables import RunnableConfig
from langgraph.graph import START, StateGraph
from typing_extensions import TypedDict

from graph.checkpoint import open_checkpointer
from kiwi.storage.postgres import open_postgres

ROOT = Path(__file__).parent.parent
LONG = "Make a 60 second explainer about how solar panels work"
SHORT = "Make a 10 second explainer about tea"
CREATES, FIRSTS, WATCHERS, STATUS_SECONDS, STEPS = 150, 15, 500, 3.0, 40
TARGETS = {
    "create p99 with two films rendering": (50, "ms", "≤"),
    "create p50 with two films rendering": (None, "ms", ""),
    "create to first progress, median": (50, "ms", "≤"),
    "500 watchers, p99": (250, "ms", "≤"),
    "500 watchers, median": (None, "ms", ""),
    "watchers that got every event": (500, "", "="),
    "status": (300, "/s", "≥"),
    "checkpoint a super-step": (3, "ms", "≤"),
}


@contextlib.contextmanager
def a_server(folder: Path) -> Iterator[str]:
    """A server as an operator starts it; its address."""
    own = {**os.environ, "KIWI_DATA_DIR": str(folder), "KIWI_PORT": "0", "KIWI_QUEUE": "1000", "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, str(ROOT / "server.py")], cwd=folder, env=own, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            address = next(line for line in process.stderr if "serving on" in line)
            # nobody reads the log any further, so it must not fill its pipe
            drain = subprocess.Popen(["cat"], stdin=process.stderr, stdout=subprocess.DEVNULL)
            yield str(json.loads(address)["event"].split()[-1])
        finally:
            process.terminate()
            process.wait(15)
    drain.wait(5)


async def create(client: httpx.AsyncClient, words: str) -> str:
    answer = await client.post("/api/video/create", json={"text_input": words})
    answer.raise_for_status()
    return str(answer.json()["task_id"])


async def until(client: httpx.AsyncClient, task_id: str, good: Callable[[dict[str, Any]], bool]) -> None:
    while not good((await client.get(f"/api/video/status/{task_id}")).json()):
        await asyncio.sleep(0.05)


async def events(url: str, task_id: str) -> AsyncIterator[tuple[int, bytes, float]]:
    """A film's events from its beginning, read without a client's own cost: number, message, and when it came."""
    host, _, port = url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET /api/video/events/{task_id}?after=0 HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    number = 0
    try:
        while line := await reader.readline():
            if line.startswith(b"id: "):
                number = int(line[4:])
            elif line.startswith(b"data: ") and b'"type":"connected"' not in line:
                yield number, line, time.time()
                if b'"type":"complete"' in line or b'"type":"error"' in line:
                    return
    finally:
        writer.close()


async def time_creates(client: httpx.AsyncClient) -> dict[str, float]:
    films = [await create(client, LONG) for _ in range(2)]
    for task_id in films:
        await until(client, task_id, lambda task: task["phase"] == "execution")
    took, made = [], []
    for _ in range(CREATES):
        began = time.perf_counter()
        made.append(await create(client, SHORT))
        took.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0.03)
    for task_id in [*made, *films]:
        await client.post(f"/api/video/task/{task_id}/cancel")
    for task_id in films:
        await until(client, task_id, lambda task: task["status"] != "processing")
    cuts = statistics.quantiles(took, n=100)
    return {"create p99 with two films rendering": cuts[98], "create p50 with two films rendering": cuts[49]}


async def time_firsts(client: httpx.AsyncClient, url: str) -> dict[str, float]:
    took = []
    for _ in range(FIRSTS):
        began = time.time()
        task_id = await create(client, SHORT)
        async with contextlib.aclosing(events(url, task_id)) as told:  # type: ignore[type-var]
            async for _, line, came in told:
                if b'"status":"processing"' in line:
                    took.append((came - began) * 1000)
                    break
        await client.post(f"/api/video/task/{task_id}/cancel")
        await until(client, task_id, lambda task: task["status"] == "cancelled")
    return {"create to first progress, median": statistics.median(took)}


async def time_watchers(client: httpx.AsyncClient, url: str) -> dict[str, float]:
    task_id = await create(client, LONG)
    late: list[tuple[float, float]] = []
    came_in: list[float] = []

    async def watch() -> list[int]:
        numbers: list[int] = []
        async for number, line, came in events(url, task_id):
            if not numbers:
                came_in.append(came)
            numbers.append(number)
            found = re.search(rb'"updated_at":"([^"]+)"', line)
            assert found is not None
            at = datetime.datetime.fromisoformat(found[1].decode()).timestamp()
            late.append((at, came - at))
        return numbers

    seen = await asyncio.gather(*(watch() for _ in range(WATCHERS)))
    last = (await client.get(f"/api/video/status/{task_id}")).json()["seq"]
    # what happened before all had come in is no news
    cuts = statistics.quantiles([seconds * 1000 for at, seconds in late if at > max(came_in)], n=100)
    whole = sum(numbers == list(range(1, last + 1)) for numbers in seen)
    return {"500 watchers, p99": cuts[98], "500 watchers, median": cuts[49], "watchers that got every event": whole}


async def time_status(client: httpx.AsyncClient, url: str) -> dict[str, float]:
    task_id = (await client.get("/api/video/tasks?limit=1")).json()[0]["task_id"]
    host, _, port = url.removeprefix("http://").partition(":")
    request = f"GET /api/video/status/{task_id} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    end = time.perf_counter() + STATUS_SECONDS

    async def ask() -> int:
        reader, writer = await asyncio.open_connection(host, int(port))
        answers = 0
        while time.perf_counter() < end:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            assert b" 200 " in head[:20]
            length = re.search(rb"content-length: (\d+)", head)
            assert length is not None
            await reader.readexactly(int(length[1]))
            answers += 1
        writer.close()
        return answers

    return {"status": sum(await asyncio.gather(*(ask() for _ in range(8)))) / STATUS_SECONDS}


class Chain(TypedDict, total=False):
    text: str


async def time_checkpoints(folder: Path) -> dict[str, float]:
    chain = StateGraph(Chain)
    names = [f"step_{number}" for number in range(STEPS)]
    for name in names:
        chain.add_node(name, lambda state: {"text": state["text"][::-1]})
    for before, name in zip([START, *names], names, strict=False):
        chain.add_edge(before, name)

    async def step(run: Callable[[RunnableConfig], Awaitable[Any]], kind: str) -> float:
        took = []
        for number in range(7):
            began = time.perf_counter()
            await run({"configurable": {"thread_id": f"{kind}-{number}"}, "recursion_limit": 100})
            took.append((time.perf_counter() - began) * 1000 / STEPS)
        return min(took)

    start: Chain = {"text": "x" * 1000}
    async with open_postgres(folder) as url, open_checkpointer(url) as checkpointer:
        kept, plain = chain.compile(checkpointer=checkpointer), chain.compile()
        with_it = await step(lambda config: kept.ainvoke(start, config, durability="sync"), "kept")
        without = await step(lambda config: plain.ainvoke(start, config), "plain")
    return {"checkpoint a super-step": with_it - without}


async def measure(folder: Path) -> dict[str, float]:
    figures: dict[str, float] = {}
    with a_server(folder) as url:
        async with httpx.AsyncClient(base_url=url, timeout=30) as client:
            warm = await create(client, SHORT)
            await until(client, warm, lambda task: task["status"] not in {"pending", "processing"})
            figures |= await time_firsts(client, url)
            figures |= await time_status(client, url)
            figures |= await time_watchers(client, url)
            figures |= await time_creates(client)
    return figures | await time_checkpoints(folder)


def main() -> None:
    asking = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asking.add_argument("--json", action="store_true", dest="as_json")
    asked = asking.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(measure(Path(folder)))
    if asked.as_json:
        print(json.dumps(figures))
        return
    for name, (target, unit, sign) in TARGETS.items():
        wanted = "" if target is None else f"{sign} {target} {unit}"
        print(f"{name:<40} {figures[name]:>9.1f} {unit:<3} {wanted}")


if __name__ == "__main__":
    main()
