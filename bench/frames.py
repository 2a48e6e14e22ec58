"""How fast a machine draws and encodes: real scenes of every card kind, and a clip, against two limits measured in the same run.

    python -m bench.frames [--processes 2] [--theme night] [--size 1920x1080 --size 1080x1920] [--rounds 3] [--json]

As many processes as the machine has cores do the same at the same moment. `bench.limits` says what the limits are. Best of the rounds;
in every round limits and scenes alternate, so a slow minute slows all of them.
"""

import argparse
import json
import os
import tempfile
from functools import partial
from pathlib import Path

from bench.limits import FPS, FRAMES, Together, Took, copy_clip, draw_all, draw_least, encode_ready, film_something
from kiwi.film.job_inputs import RenderInput
from kiwi.film.model import (
    LANDSCAPE,
    PORTRAIT,
    BulletsCard,
    Caption,
    Card,
    ClosingCard,
    ComparisonCard,
    IconsCard,
    NumberCard,
    Point,
    QuoteCard,
    Shot,
    Side,
    Size,
    Spoken,
    SpotlightCard,
    StatementCard,
    StepsCard,
    TitleCard,
)

CLIP = "clip"
SENTENCE = "Every hour the sun sends us more energy than the whole world uses in a year."


def spoken(sentence: str, first: int, each: int) -> tuple[Spoken, ...]:
    return tuple(Spoken(text=word, start=first + each * n, end=first + each * (n + 1)) for n, word in enumerate(sentence.split()))


def points(*labels: str) -> tuple[Point, ...]:
    icons = ("sun", "lightning", "house", "leaf", "plant", "battery-charging")
    return tuple(Point(text=label, cue=20 + 22 * n, icon=icons[n]) for n, label in enumerate(labels))


CARDS: dict[str, Card] = {
    "title": TitleCard(headline="How solar panels work", subline="In one short minute", icon="sun"),
    "statement": StatementCard(words=spoken(SENTENCE, 10, 7), emphasis=(3, 7), icon="sun"),
    "spotlight": SpotlightCard(heading="A cell turns light into current", text="No moving parts, no noise", icon="solar-panel"),
    "bullets": BulletsCard(
        heading="What a panel needs", points=points("Plenty of daylight", "A free roof", "A clean surface", "A little patience")
    ),
    "number": NumberCard(number="1,250", label="kilowatt hours from one roof in a good month", icon="lightning", cue=15),
    "quote": QuoteCard(words=spoken("I would put my money on the sun and solar energy.", 10, 9), by="Thomas Edison"),
    "comparison": ComparisonCard(
        heading="Then and now",
        left=Side(heading="Coal", points=points("Smoke", "Noise"), icon="factory", cue=15),
        right=Side(heading="Sun", points=points("Silence", "Light"), icon="sun", cue=45),
    ),
    "steps": StepsCard(heading="From light to lamp", steps=points("Light arrives", "Electrons move", "Current flows", "The lamp is lit")),
    "icons": IconsCard(heading="Where it is used", points=points("Homes", "Farms", "Roads", "Boats", "Tents", "Space")),
    "closing": ClosingCard(headline="Let the sun do the work", action="Ask for your free plan", icon="sun", cue=20),
}


def order_for(card: Card, size: Size, theme: str) -> RenderInput:
    words = spoken(SENTENCE, 12, 8)
    captions = (
        Caption(lines=(words[:4], words[4:8]), start=12, end=words[7].end),
        Caption(lines=(words[8:12], words[12:]), start=words[8].start, end=words[-1].end),
    )
    shot = Shot(id="bench", scene_id="bench", frames=FRAMES, voice_starts=12, card=card, captions=captions, entrance="wipe", exit="iris")
    return RenderInput(shot=shot, theme=theme, size=size, fps=FPS)


def orders(size: Size, theme: str, kinds: list[str], clip: Path) -> dict[str, RenderInput]:
    """A shot of every kind; a clip is seen behind a title."""
    film_something(clip, size)
    drawn = {kind: order_for(CARDS[kind], size, theme) for kind in kinds if kind != CLIP}
    filmed = order_for(CARDS["title"], size, theme).model_copy(update={"footage": str(clip)})
    return {**drawn, CLIP: filmed} if CLIP in kinds else drawn


def measure(size: Size, theme: str, kinds: list[str], rounds: int, processes: int) -> dict[str, dict[str, float]]:
    """By kind: frames a second of one of so many processes, and which share that is of both limits; by their own time."""
    best: dict[tuple[str, str], Took] = {}
    with tempfile.TemporaryDirectory() as folder, Together(processes) as together:
        shots = orders(size, theme, kinds, Path(folder) / "clip.mp4")
        for _ in range(rounds):
            for kind, job_input in shots.items():
                least = copy_clip if job_input.footage else draw_least
                for name, work in (("render", draw_all), ("limit", least), ("encoder", encode_ready)):
                    took = together.do(partial(work, job_input))
                    best[kind, name] = min(best.get((kind, name), took), took)
    found = {}
    for kind in shots:
        cpu = best[kind, "render"].cpu
        shares = {name: best[kind, name].cpu / cpu for name in ("limit", "encoder")}
        found[kind] = {"fps": FRAMES / cpu, **shares}
    return found


def mean(found: list[dict[str, float]]) -> dict[str, float]:
    """Of many kinds, each as often seen as the others: frames a second, and the shares of the time that all of them take."""
    seconds = [1 / one["fps"] for one in found]
    whole = sum(seconds)
    shares = {name: sum(one[name] * each for one, each in zip(found, seconds, strict=True)) / whole for name in ("limit", "encoder")}
    return {"fps": len(found) / whole, **shares}


def row(name: str, one: dict[str, float]) -> str:
    return f"  {name:<11} {one['fps']:6.0f} fps  {one['limit']:4.0%} of the limit  {one['encoder']:4.0%} of the encoder alone"


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--theme", default="night")
    ask.add_argument("--size", action="append", type=Size.parse)
    ask.add_argument("--kind", action="append", choices=[*CARDS, CLIP])
    ask.add_argument("--rounds", type=int, default=3)
    ask.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    ask.add_argument("--json", action="store_true")
    asked = ask.parse_args()
    for size in asked.size or [LANDSCAPE, PORTRAIT]:
        found = measure(size, asked.theme, asked.kind or [*CARDS, CLIP], asked.rounds, asked.processes)
        if drawn := [one for kind, one in found.items() if kind != CLIP]:
            found["all cards"] = mean(drawn)
        if asked.json:
            print(json.dumps({"size": str(size), "processes": asked.processes, **found}), flush=True)
            continue
        print(f"{size}, theme {asked.theme}, each of {asked.processes} processes at once:")
        print("\n".join(row(kind, one) for kind, one in found.items()), flush=True)


if __name__ == "__main__":
    main()
