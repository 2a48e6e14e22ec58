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
HEADS = ("film by", "rounds", "s per s of film", "CPU s per s", "times ours", "peak MB", "MB", "VMAF (worst frame)")
WIDTH, ROW, LEFT, RIGHT = 760, 40, 250, 130


@dataclass(frozen=True)
class Figures:
    """One of them, over all its rounds."""

    name: str
    label: str
    has: str
    rounds: int
    pace: float
    """Seconds per second of film, the median round's."""
    best: float
    cpu: float
    """CPU seconds per second of film, the median round's."""
    ratio: float
    """How many times as long as ours in the same round, the median round's; 1 for ours."""
    cpu_ratio: float
    peak_mb: float
    """The median round's peak."""
    megabytes: float
    quality: Quality | None


def summarize(runs: Sequence[Measured], qualities: Mapping[str, Quality]) -> list[Figures]:
    """Everybody who was measured, fastest first."""
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
                has=entrant.has,
                rounds=len(own),
                pace=median(run.seconds / run.film_seconds for run in own),
                best=min(run.seconds / run.film_seconds for run in own),
                cpu=median(run.cpu_seconds / run.film_seconds for run in own),
                ratio=median(_pace(run) / _pace(ours) for run, ours in paired) if paired else float("nan"),
                cpu_ratio=median(_cpu(run) / _cpu(ours) for run, ours in paired) if paired else float("nan"),
                peak_mb=median(run.peak_mb for run in own),
                megabytes=own[-1].bytes / 1e6,
                quality=qualities.get(entrant.name),
            )
        )
    return sorted(figures, key=lambda one: one.pace)


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
            f"{one.pace:.2f} (best {one.best:.2f})",
            f"{one.cpu:.2f}",
            f"{one.ratio:.1f} (CPU {one.cpu_ratio:.1f})",
            f"{one.peak_mb:.0f}",
            f"{one.megabytes:.1f}",
            seen,
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def plot(figures: Sequence[Figures]) -> str:
    """Seconds per second of film as bars on a logarithmic scale, as SVG."""
    low = 10 ** (int(10 * log10(min(one.pace for one in figures))) / 10 - 0.3)
    high = max(one.pace for one in figures)
    height, room = ROW * len(figures) + 70, WIDTH - LEFT - RIGHT

    def across(pace: float) -> float:
        return room * log10(pace / low) / log10(high / low)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="14">',
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        '<text x="16" y="28" font-weight="bold">Seconds per second of a 1920×1080 film (logarithmic; less is better)</text>',
    ]
    for number, one in enumerate(figures):
        top = 50 + ROW * number
        colour = "#2f7d4f" if one.name in (BASE, "film") else "#8a94a6"
        parts += [
            f'<text x="{LEFT - 10}" y="{top + 19}" text-anchor="end">{escape(one.label.replace("`", ""))}</text>',
            f'<rect x="{LEFT}" y="{top}" width="{across(one.pace):.1f}" height="{ROW - 12}" fill="{colour}"/>',
            f'<text x="{LEFT + across(one.pace) + 8:.1f}" y="{top + 19}">{one.pace:.2f} s · {one.peak_mb:.0f} MB</text>',
        ]
    return "\n".join([*parts, "</svg>"]) + "\n"
