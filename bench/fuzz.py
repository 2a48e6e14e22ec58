"""Whatever may be sent, and no answer of 500 or more: Schemathesis over our OpenAPI, and our own fuzzer over what that does not describe.

    python -m bench.fuzz [--cases 20000] [--seed 1] [--keep FILE]

A server in a process of its own, with a crew of fakes, so that its films take no time. Half of the cases are Schemathesis's.
"""

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from pathlib import Path

import httpx

from kiwi.storage.postgres import Server
from testing.fuzzing import Found, Fuzzer, fuzz
from testing.schemas import try_operations
from testing.servers import OtherServer, Studio, a_free_port

A_ROUND = 500
EXAMPLES = 6


async def run(cases: int, seed: int) -> Found:
    """Try so many cases on a fresh server."""
    with tempfile.TemporaryDirectory(prefix="kiwi-fuzz-") as place:
        database = Server(Path(place) / "postgres")
        database.join()
        try:
            studio, port = Studio(Path(place) / "data", scenes=1), a_free_port()
            async with OtherServer(studio, database.url, port, films=4, queue=100_000, upload_mb=1) as server:
                return await _try(server, cases, seed)
        finally:
            database.leave()


async def _try(server: OtherServer, cases: int, seed: int) -> Found:
    url, found, drawn = f"http://127.0.0.1:{server.port}", Found(), 0
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        schema = (await client.get("/openapi.json")).json()
        while found.cases < cases:
            film = (await client.post("/api/video/create", json={"text_input": "tea"}, headers={"Prefer": "wait=30"})).json()["task_id"]
            talk = (await client.post("/api/conversation/message", json={"message": "Explain how tea is made"})).json()["conversation_id"]
            if drawn < found.cases / 2:
                told = await asyncio.to_thread(try_operations, url, schema, EXAMPLES, seed + found.cases)
                drawn += told.cases
            else:
                told = await fuzz(url, Fuzzer(seed + found.cases, film, talk), A_ROUND)
            found.statuses.update(told.statuses)
            found.broken += told.broken
            print(f"{found.cases} cases, {drawn} of them drawn from the schema, {len(found.broken)} broke something", flush=True)
        assert (await client.get("/readyz")).status_code == 200
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cases", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--keep", type=Path, help="Where what broke something is written down.")
    chosen = options.parse_args()
    found = asyncio.run(run(chosen.cases, chosen.seed))
    shown: Counter[str] = found.statuses
    told = [f"{status or 'hung up on'} {times}" for status, times in shown.most_common()]
    print(f"{found.cases} cases: {', '.join(told)}")
    if chosen.keep:
        chosen.keep.write_text("\n".join(found.broken), encoding="utf-8", errors="replace")
    for case in found.broken[:20]:
        print(case)
    sys.exit(bool(found.broken))


if __name__ == "__main__":
    main()
