"""Films measured: who makes them takes turns, and what was measured is kept after every run."""

import json
import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

from pydantic import BaseModel, TypeAdapter

from bench.peers.entrants import Entrant, Place, judge
from bench.peers.running import run

RUNS, QUALITY = "runs.json", "quality.json"
EVERY = 3
"""VMAF looks at every third frame."""


class Measured(BaseModel):
    """One film by one of them."""

    round: int
    name: str
    seconds: float
    cpu_seconds: float
    peak_mb: float
    bytes: int
    film_seconds: float
    load: float
    """Of the machine, a minute's mean when the run began."""


class Quality(BaseModel):
    """A film against the same without loss."""

    vmaf: float
    worst: float
    """The worst frame's."""


Runs = TypeAdapter(list[Measured])
Qualities = TypeAdapter(dict[str, Quality])


def read_runs(work: Path) -> list[Measured]:
    path = work / RUNS
    return Runs.validate_json(path.read_bytes()) if path.exists() else []


def read_qualities(work: Path) -> dict[str, Quality]:
    path = work / QUALITY
    return Qualities.validate_json(path.read_bytes()) if path.exists() else {}


def seconds_of(film: Path) -> float:
    """A film's length, as ffprobe tells it."""
    command = ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", str(film)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def film_path(place: Place, name: str, *, lossless: bool = False) -> Path:
    return place.work / "films" / f"{name}{'.lossless' if lossless else ''}.mp4"


def make_film(entrant: Entrant, place: Place, number: int = 0, *, lossless: bool = False) -> Measured:
    """Have one of them make the film. RunFailed."""
    out, load = film_path(place, entrant.name, lossless=lossless), os.getloadavg()[0]
    out.parent.mkdir(exist_ok=True)
    out.unlink(missing_ok=True)
    took = run(
        entrant.command(place, out, lossless),
        place.environment(lossless=lossless),
        entrant.folder(place),
        place.work / f"{entrant.name}.log",
    )
    return Measured(
        round=number,
        name=entrant.name,
        seconds=took.seconds,
        cpu_seconds=took.cpu_seconds,
        peak_mb=took.peak_mb,
        bytes=out.stat().st_size,
        film_seconds=seconds_of(out),
        load=load,
    )


def measure(entrants: Sequence[Entrant], place: Place, rounds: int, first: int = 0) -> None:
    """So many rounds, in each of which everybody makes the film once; goes on after the last round that is known, or as it is told."""
    first = first or max((known.round for known in read_runs(place.work)), default=0) + 1
    for number in range(first, first + rounds):
        for entrant in entrants:
            measured = make_film(entrant, place, number)
            (place.work / RUNS).write_bytes(Runs.dump_json([*read_runs(place.work), measured], indent=1))
            print(
                f"{number} {entrant.name:9} {measured.seconds:7.1f} s  {measured.cpu_seconds:7.1f} s of CPU  {measured.peak_mb:6.0f} MB",
                flush=True,
            )


def vmaf(film: Path, reference: Path) -> Quality:
    """VMAF of a film against another of the same frames."""
    judged = f"libvmaf=n_threads=2:n_subsample={EVERY}:log_fmt=json:log_path=/dev/stdout"
    graph = f"[0:v]setpts=PTS-STARTPTS[film];[1:v]setpts=PTS-STARTPTS[whole];[film][whole]{judged}"
    command = [judge(), "-v", "error", "-i", str(film), "-i", str(reference), "-lavfi", graph, "-f", "null", "-"]
    return pooled(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def pooled(told: str) -> Quality:
    """The quality that reports tell, one after the other: ffmpeg begins anew where a film's colours are tagged otherwise from there on."""
    scores: list[float] = []
    while told := told.strip():
        report, end = json.JSONDecoder().raw_decode(told)
        scores += [frame["metrics"]["vmaf"] for frame in report["frames"]]
        told = told[end:]
    return Quality(vmaf=fmean(scores), worst=min(scores))


def frames_of(film: Path) -> int:
    """How many pictures a film has."""
    command = [judge(), "-hide_banner", "-nostats", "-i", str(film), "-map", "0:v", "-c", "copy", "-f", "null", "-"]
    told = subprocess.run([*command[:2], "-stats", *command[3:]], capture_output=True, text=True, check=True).stderr
    return int(re.findall(r"frame=\s*(\d+)", told)[-1])


def judge_quality(entrants: Sequence[Entrant], place: Place) -> None:
    """Everybody's film against their own without loss."""
    for entrant in entrants:
        film, reference = film_path(place, entrant.name), film_path(place, entrant.name, lossless=True)
        if not reference.exists():
            make_film(entrant, place, lossless=True)
        if frames_of(film) != frames_of(reference):
            raise SystemExit(f"{entrant.name}: {frames_of(film)} frames against {frames_of(reference)}")
        seen = vmaf(film, reference)
        found = {**read_qualities(place.work), entrant.name: seen}
        (place.work / QUALITY).write_bytes(Qualities.dump_json(found, indent=1))
        print(f"{entrant.name:9} VMAF {seen.vmaf:.1f}, worst frame {seen.worst:.1f}", flush=True)
