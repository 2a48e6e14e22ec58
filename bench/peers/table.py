"""What was measured, as a table and as a picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import log10
from statistics import median

from bench.peers.entrants import ENTRANTS
from bench.peers.measuring import Measured, Quality

BASE = "assemble"
"""Whose speed the others' is a multiple of."""
HEADS = ("film by", "rounds", "CPU s per s of film", "times ours", "best s per s of film", "peak MB", "MB", "VMAF (worst frame)")
WIDTH, ROW, LEFT, RIGHT = 760, 40, 250, 130


@dataclass(frozen=True)
class Figures:
    """One of them, over all its rounds."""

    name: str
    label: str
    rounds: int
    cpu: float
    """CPU seconds per second of film, the median round's: what holds on a machine that others use as well."""
    cpu_ratio: float
    """How many times as many as ours of the same round, the median round's; 1 for ours."""
    pace: float
    """Seconds by the clock per second of film, the best round's."""
    ratio: float
    """How many times as long as ours of the same round, the median round's."""
    peak_mb: float
    """The median round's peak."""
    megabytes: float
    quality: Quality | None


def summarize(runs: Sequence[Measured], qualities: Mapping[str, Quality]) -> list[Figures]:
    """Everybody who was measured, whoever takes least of the processors first."""
    base = {run.round: run for run in runs if run.name == BASE}
    figures = []
    for entrant in ENTRANTS:
        own = [run for run in runs if run.name == entrant.name]
        if not own:
            continue
        paired = [(run, base[run.round]) for run in own if run.round in base]
        figures.append(
            Figures(
                name=entrant.name,
                label=entrant.label,
                rounds=len(own),
                cpu=median(_cpu(run) for run in own),
                cpu_ratio=median(_cpu(run) / _cpu(ours) for run, ours in paired) if paired else float("nan"),
                pace=min(_pace(run) for run in own),
                ratio=median(_pace(run) / _pace(ours) for run, ours in paired) if paired else float("nan"),
                peak_mb=median(run.peak_mb for run in own),
                megabytes=own[-1].bytes / 1e6,
                quality=qualities.get(entrant.name),
            )
        )
    return sorted(figures, key=lambda one: one.cpu)


def _pace(run: Measured) -> float:
    return run.seconds / run.film_seconds


def _cpu(run: Measured) -> float:
    return run.cpu_seconds / run.film_seconds


def table(figures: Sequence[Figures]) -> str:
    """In Markdown."""
    lines = ["| " + " | ".join(HEADS) + " |", "|---|" + "---:|" * (len(HEADS) - 1)]
    for one in figures:
        seen = f"{one.quality.vmaf:.1f} ({one.quality.worst:.1f})" if one.quality else "–"
        cells = (
            one.label,
            str(one.rounds),
            f"{one.cpu:.2f}",
            f"{one.cpu_ratio:.1f} (by the clock {one.ratio:.1f})",
            f"{one.pace:.2f}",
            f"{one.peak_mb:.0f}",
            f"{one.megabytes:.1f}",
            seen,
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def plot(figures: Sequence[Figures]) -> str:
    """CPU seconds per second of film as bars on a logarithmic scale, as SVG."""
    low = min(one.cpu for one in figures) / 2
    height, room = ROW * len(figures) + 60, WIDTH - LEFT - RIGHT
    step = room / log10(max(one.cpu for one in figures) / low)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="14">',
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        '<text x="16" y="28" font-weight="bold">CPU seconds per second of a 1920×1080 film (logarithmic; less is better)</text>',
    ]
    for number, one in enumerate(figures):
        top, length = 50 + ROW * number, step * log10(one.cpu / low)
        colour = "#2f7d4f" if one.name in (BASE, "film") else "#8a94a6"
        parts += [
            f'<text x="{LEFT - 10}" y="{top + 19}" text-anchor="end">{escape(one.label.replace("`", ""))}</text>',
            f'<rect x="{LEFT}" y="{top}" width="{length:.1f}" height="{ROW - 12}" fill="{colour}"/>',
            f'<text x="{LEFT + length + 8:.1f}" y="{top + 19}">{one.cpu:.2f} s · {one.peak_mb:.0f} MB</text>',
        ]
    return "\n".join([*parts, "</svg>"]) + "\n"
