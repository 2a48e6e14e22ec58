"""Every bench, one after the other: ``make bench``; each can be run alone as ``python -m bench.<name>``."""

import subprocess
import sys

BENCHES = (
    ("starting",),
    ("cold",),
    ("frames",),
    ("film",),
    ("doors",),
    ("preview",),
    ("cloud", "shots"),
    ("cloud", "flight"),
    ("purchases",),
    ("outages",),
    ("hearing",),
)


def main() -> None:
    for name, *words in BENCHES:
        print(f"\n== bench.{name} {' '.join(words)}", flush=True)
        subprocess.run([sys.executable, "-m", f"bench.{name}", *words], check=True)


if __name__ == "__main__":
    main()
