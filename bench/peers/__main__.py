"""Side by side with others: install them, have everybody make the film in turn, hold each against its own lossless render, tell.

    python -m bench.peers --work FOLDER install              environments of their own, from PyPI and npm, and the material
    python -m bench.peers --work FOLDER run [--rounds 5]     everybody in turn, so often; kept after every run, added to what is there
    python -m bench.peers --work FOLDER quality              VMAF, after ``run``
    python -m bench.peers --work FOLDER tell [--plot docs/side-by-side.svg]

Needs ffmpeg and ffprobe on the PATH, node, npm and a Chromium: on Debian ``apt-get install ffmpeg nodejs npm chromium``.
"""

import argparse
from pathlib import Path

from bench.peers.entrants import ENTRANTS, Place
from bench.peers.material import WORDS, prepare
from bench.peers.measuring import judge_quality, measure, read_qualities, read_runs
from bench.peers.table import plot, summarize, table


def main() -> None:
    ask = argparse.ArgumentParser(prog="bench.peers", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("what", choices=("install", "run", "quality", "tell"))
    ask.add_argument("--work", type=Path, required=True, help="where everything is installed and made, outside the repository")
    ask.add_argument("--only", action="append", choices=[entrant.name for entrant in ENTRANTS])
    ask.add_argument("--scenes", type=int, default=len(WORDS), help="of the film, five seconds each, for a quicker look")
    ask.add_argument("--rounds", type=int, default=5)
    ask.add_argument("--first", type=int, default=0, help="the number of the first round, where a round is made up for somebody")
    ask.add_argument("--browser", default="/usr/bin/chromium")
    ask.add_argument("--plot", type=Path)
    asked = ask.parse_args()
    place = Place(asked.work.resolve(), asked.browser)
    entrants = [entrant for entrant in ENTRANTS if not asked.only or entrant.name in asked.only]
    if asked.what == "install":
        prepare(place.material, scenes=asked.scenes)
        for entrant in entrants:
            entrant.install(place)
    elif asked.what == "run":
        measure(entrants, place, asked.rounds, asked.first)
    elif asked.what == "quality":
        judge_quality(entrants, place)
    else:
        figures = summarize(read_runs(place.work), read_qualities(place.work))
        print(table(figures))
        if asked.plot:
            asked.plot.write_text(plot(figures), "utf-8")


if __name__ == "__main__":
    main()
