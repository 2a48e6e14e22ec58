"""Runs every emulated vendor in the foreground: ``python -m emulators --port 8100 --seconds 5``."""

import argparse
import sys

from emulators import hire
from emulators.running import LOOPBACK, run_in_foreground


def main() -> None:
    """Read the arguments, say where the vendors are, serve until a signal."""
    parser = argparse.ArgumentParser(prog="python -m emulators", description="Emulated vendors on loopback: no key, no network.")
    parser.add_argument("--port", type=int, default=8100, help="the port on loopback (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long a job runs (default: %(default)s)")
    parser.add_argument("--queue-seconds", type=float, default=0.5, help="how long it waits before (default: %(default)s)")
    asked = parser.parse_args()
    vendors = hire(queue_seconds=asked.queue_seconds, run_seconds=asked.seconds)
    for vendor in vendors:
        sys.stdout.write(f"{vendor.name}: http://{LOOPBACK}:{asked.port}/{vendor.name}\n")
    sys.stdout.flush()
    run_in_foreground(vendors, asked.port)


if __name__ == "__main__":
    main()
