"""Every bench, one after the other: ``make bench``; each can be run alone as ``python -m bench.<name>``."""

import subprocess
import sys

BENCHES = ("frames", "film", "doors")


def main() -> None:
    for name in BENCHES:
        print(f"\n== bench.{name}", flush=True)
        subprocess.run([sys.executable, "-m", f"bench.{name}"], check=True)


if __name__ == "__main__":
    main()
