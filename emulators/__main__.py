"""Runs every emulated vendor in the foreground: ``python -m emulators --port 8100 --seconds 5``."""

import argparse
import sys

from emulators import hire
from emulators.running import Emulators, run_in_foreground


def main() -> None:
    """Read the arguments, say where the vendors are, serve until a signal."""
    parser = argparse.ArgumentParser(prog="python -m emulators", description="Emulated vendors on loopback: no key, no network.")
    parser.add_argument("--port", type=int, default=8100, help="the port on loopback, 0 for any (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long a job runs (default: %(default)s)")
    parser.add_argument("--queue-seconds", type=float, default=0.5, help="how long it waits before (default: %(default)s)")
    asked = parser.parse_args()
    run_in_foreground(hire(queue_seconds=asked.queue_seconds, run_seconds=asked.seconds), asked.port, announce)


def announce(emulators: Emulators) -> None:
    """Write where each vendor is."""
    for name in emulators.vendors:
        sys.stdout.write(f"{name}: {emulators.url(name)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
