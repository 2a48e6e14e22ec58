"""Paid films under kill -9: 200 workers die at random moments, and nothing is bought twice.

    python -m bench.purchases [--kills 200] [--seed 1] [--cameras runway,pika] [--narrators elevenlabs] [--chat-model ''] [--whole] [--json]

Every vendor that is emulated sells on loopback; their own ledgers are held against ours (see bench.kills).
"""

import argparse
import asyncio
import json
import tempfile
from pathlib import Path

from bench.kills import kill_films

CREWS = ("cameras", "narrators", "chat_model")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    for crew in CREWS:
        parser.add_argument(f"--{crew.replace('_', '-')}", help="as the setting of this name; its default unless given")
    parser.add_argument("--whole", action="store_true", help="whole films: our own crew speaks, draws and cuts too")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    wishes = {crew: getattr(asked, crew) for crew in CREWS if getattr(asked, crew) is not None}
    with tempfile.TemporaryDirectory() as folder:
        tally = asyncio.run(kill_films(asked.kills, asked.seed, Path(folder), asked.whole, **wishes))
    if asked.json:
        print(json.dumps(tally.told()))
    else:
        for name, value in tally.told().items():
            print(f"{name.replace('_', ' '):<20} {value}")
    if tally.doubles:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
