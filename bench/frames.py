"""How fast one core draws and encodes: real scenes of every card kind against the limit measured in the same run.

    python bench/frames.py [--theme night] [--size 1920x1080 --size 1080x1920] [--rounds 3] [--json]

The limit is what no scene can beat with this raster, this conversion and this encoder: a copied background, one picture laid on it,
planes, x264. CPU time, best of the rounds; rounds of limit and scenes alternate, so a slow minute slows both.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from kiwi.film.job_inputs import RenderInput
from kiwi.film.model import (
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
from kiwi.render.canvas.compose import Canvas, Picture
from kiwi.render.join.encode import ReelWriter
from kiwi.render.scene.reel import Play, render

FRAMES, FPS = 150, 30
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


def fill_limit(size: Size, theme: str, folder: Path) -> None:
    """Copy a moving background, lay one settled picture of the whole safe area on it, convert, encode."""
    play, canvas = Play(order_for(CARDS["title"], size, theme)), Canvas(size)
    safe = play.stage.safe
    rows, columns = slice(int(safe.top), int(safe.bottom)), slice(int(safe.left), int(safe.right))
    play.draw(canvas, FRAMES // 2)
    settled = Picture.of_ink(canvas.pixels[rows, columns].copy(), columns.start, rows.start)
    ground = np.concatenate([canvas.pixels, canvas.pixels], axis=1)
    with ReelWriter(folder / "limit.mp4", size, FPS) as reel:
        for frame in range(FRAMES):
            np.copyto(canvas.pixels, ground[:, frame : frame + size.width])
            canvas.draw(settled)
            reel.write(canvas)


def cpu_fps(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return FRAMES / (time.process_time() - began)


def measure(size: Size, theme: str, kinds: list[str], rounds: int) -> dict[str, float]:
    """Frames a second of CPU for the limit and every kind, planning and opening the encoder included."""
    best: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            works: dict[str, Callable[[], object]] = {"limit": lambda: fill_limit(size, theme, Path(folder))}
            for kind in kinds:
                job_input = order_for(CARDS[kind], size, theme)
                works[kind] = lambda job_input=job_input: render(job_input, Path(folder), lambda _share: None)  # type: ignore[misc]
            for name, work in works.items():
                best[name] = max(best.get(name, 0.0), cpu_fps(work))
    return best


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--theme", default="night")
    ask.add_argument("--size", action="append", type=Size.parse)
    ask.add_argument("--kind", action="append", choices=list(CARDS))
    ask.add_argument("--rounds", type=int, default=3)
    ask.add_argument("--json", action="store_true")
    asked = ask.parse_args()
    cv2.setNumThreads(1)
    kinds = asked.kind or list(CARDS)
    sizes = asked.size or [Size(width=1920, height=1080), Size(width=1080, height=1920)]
    found = {str(size): measure(size, asked.theme, kinds, asked.rounds) for size in sizes}
    if asked.json:
        print(json.dumps(found))
        return
    for size, speeds in found.items():
        limit = speeds.pop("limit")
        print(f"{size}, theme {asked.theme}, one core: the limit is {limit:.0f} fps")
        for kind, fps in speeds.items():
            print(f"  {kind:<11} {fps:6.0f} fps  {fps / limit:4.0%} of the limit")
        mean = len(speeds) / sum(1 / fps for fps in speeds.values())
        print(f"  {'all':<11} {mean:6.0f} fps  {mean / limit:4.0%} of the limit")


if __name__ == "__main__":
    main()
