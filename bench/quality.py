"""How good the pictures are: every card kind, stills and clips, encoded as films are, against the same frames without loss.

    python -m bench.quality vmaf [--theme night] [--size 1920x1080] [--kind title] [--json]    VMAF; the worst frame of each is told too
    python -m bench.quality films --inspect PROGRAM [--theme …] [--size …]       a film of all card kinds for every theme and size, judged

``films`` gives every film with its captions to a program that knows nothing of ours: ``PROGRAM FILM --captions SRT --size WxH --fps N
--seconds N`` prints JSON with ``faults``. VMAF is measured by imageio-ffmpeg's ffmpeg, at every third frame.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from bench.frames import CARDS, SENTENCE, order_for
from bench.limits import FPS, FRAMES
from bench.peers.measuring import Quality, vmaf
from bench.peers.ours import LOSSLESS, without_loss
from bench.peers.pictures import write_clip, write_still
from kiwi.film.captions import plan_captions
from kiwi.film.crew import together
from kiwi.film.job_inputs import DevelopInput, RenderInput
from kiwi.film.model import (
    LANDSCAPE,
    PORTRAIT,
    SIZES,
    Intent,
    Mood,
    Scene,
    SceneRole,
    Script,
    Shot,
    Size,
    SpotlightCard,
    Storyboard,
    Take,
    VideoType,
    VoiceOver,
)
from kiwi.local.embedded import hire_local_crew
from kiwi.local.footage.develop import develop
from kiwi.local.storyboard.shots import caption_line, spoken_frames
from kiwi.render.canvas.compose import Canvas
from kiwi.render.join.encode import DRAWN, FILMED, MOVED, ReelWriter
from kiwi.render.look.themes import THEMES
from kiwi.render.scene.reel import Play
from kiwi.render.scene.transitions import TRANSITIONS
from kiwi.storage.assets import AssetStore
from kiwi.storage.identity import signing_for
from kiwi.versions import versions
from kiwi.work.processes import open_pool
from kiwi.work.workshop import Workshop

WANTED = 95.0
"""VMAF that every kind of picture must reach on average."""
VOICE_STARTS = 12
FOOTAGE = ("still", "clip", "tall clip")


def write_reel(path: Path, order: RenderInput, coding: Mapping[str, str]) -> Path:
    """A shot's frames, encoded in a given way."""
    play, canvas = Play(order), Canvas(order.size)
    planes = np.empty((order.size.height * 3 // 2, order.size.width), np.uint8)
    with ReelWriter(path, order.size, order.fps, coding) as reel:
        for frame in range(order.shot.frames):
            play.shoot(canvas, frame, planes)
            reel.write_planes(planes)
    return path


def card_quality(kind: str, size: Size, theme: str, folder: Path) -> Quality:
    order = order_for(CARDS[kind], size, theme)
    return vmaf(write_reel(folder / "film.mp4", order, DRAWN), write_reel(folder / "whole.mp4", order, LOSSLESS))


def footage_quality(source: Path, size: Size, theme: str, folder: Path) -> Quality:
    """Of a film of a clip or picture: what fitting it to its shot loses counts as well."""
    still = source.suffix == ".jpg"

    def order(name: str) -> RenderInput:
        made = folder / name
        made.mkdir(exist_ok=True)
        develop(DevelopInput(source=str(source), still=still, frames=FRAMES, fps=FPS, size=size), made, lambda _: None)
        drawn = order_for(SpotlightCard(heading="Into the mountains", icon="mountains"), size, theme)
        return drawn.model_copy(update={"footage": str(made / ("still.jpg" if still else "footage.mp4")), "still": still})

    film = write_reel(folder / "film.mp4", order("default"), MOVED if still else FILMED)
    with without_loss():
        whole = write_reel(folder / "whole.mp4", order("lossless"), LOSSLESS)
    return vmaf(film, whole)


def qualities(sizes: Sequence[Size], themes: Sequence[str], kinds: Sequence[str]) -> Iterator[tuple[str, str, str, Quality]]:
    """Size, theme, kind and quality of everything."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        makers: dict[str, Callable[[], Path]] = {
            "still": lambda: write_still(folder / "still.jpg", 1, 2560, 1440),
            "clip": lambda: write_clip(folder / "clip.mp4", 2, LANDSCAPE.width, LANDSCAPE.height, FRAMES + 10),
            "tall clip": lambda: write_clip(folder / "tall.mp4", 3, PORTRAIT.width, PORTRAIT.height, FRAMES + 10),
        }
        sources = {kind: make() for kind, make in makers.items() if kind in kinds}
        for size in sizes:
            for theme in themes:
                for kind in (kind for kind in CARDS if kind in kinds):
                    yield str(size), theme, kind, card_quality(kind, size, theme, folder)
            for kind, source in sources.items():
                yield str(size), themes[0], kind, footage_quality(source, size, themes[0], folder)


def tell_vmaf(asked: argparse.Namespace) -> int:
    """Print every kind's quality; 1 when one of them falls short."""
    short = 0
    for size, theme, kind, found in qualities(
        asked.size or [LANDSCAPE, PORTRAIT], asked.theme or ["night"], asked.kind or [*CARDS, *FOOTAGE]
    ):
        short += found.vmaf < WANTED
        if asked.json:
            print(json.dumps({"size": size, "theme": theme, "kind": kind, **found.model_dump()}), flush=True)
        else:
            print(f"  {size:>9}  {theme:8} {kind:11} {found.vmaf:5.1f}  worst frame {found.worst:5.1f}", flush=True)
    return 1 if short else 0


@dataclass(frozen=True)
class Spoken:
    """What every film of cards is made with: one sentence, spoken once, for each of its scenes."""

    voice: VoiceOver
    script: Script


def storyboard_of(spoken: Spoken, size: Size, theme: str) -> Storyboard:
    """Every card kind for five seconds, each transition between two of them in turn."""
    words = spoken_frames(spoken.voice, VOICE_STARTS, FPS)
    captions = plan_captions(words, FPS, caption_line(size), until=FRAMES)
    shots, names, kinds = [], sorted(TRANSITIONS), list(CARDS)
    for number, kind in enumerate(kinds):
        shots.append(
            Shot(
                id=f"shot-{number + 1}",
                scene_id=f"scene-{number + 1}",
                frames=FRAMES,
                voice_starts=VOICE_STARTS,
                card=CARDS[kind],
                captions=captions,
                burn=kind not in ("statement", "quote"),
                entrance=names[(number - 1) % len(names)] if number else "none",
                exit=names[number % len(names)] if number + 1 < len(kinds) else "none",
            )
        )
    return Storyboard(theme=theme, size=size, fps=FPS, shots=tuple(shots))


async def make_films(asked: argparse.Namespace, folder: Path) -> int:
    """A film for every theme and size, each judged by a program from outside; how many have faults."""

    def quiet(_: float) -> None: ...

    scenes = tuple(Scene(id=f"scene-{n}", role=SceneRole.BODY, title="", voice_over=SENTENCE) for n in range(1, len(CARDS) + 1))
    faulty = 0
    async with open_pool(2, folder / "data") as pool:
        for size in asked.size or SIZES:
            for theme in asked.theme or THEMES:
                workshop = Workshop(pool, AssetStore(folder / f"{theme}-{size}"))
                crew = hire_local_crew(workshop, versions(), signing_for("", "", folder / "data"))
                seconds = len(scenes) * FRAMES / FPS
                intent = Intent(topic="the sun", video_type=VideoType.EXPLAINER, seconds=seconds, size=size, mood=Mood.CALM)
                spoken = Spoken(await crew.narrator.narrate(scenes[0], quiet), Script(title="The sun", scenes=scenes))
                storyboard, voices = storyboard_of(spoken, size, theme), {scene.id: spoken.voice for scene in scenes}
                takes = {shot.id: Take(shot_id=shot.id, camera="cards") for shot in storyboard.shots}
                reels = await together(
                    {shot.scene_id: crew.renderer.render(shot, takes[shot.id], storyboard, quiet) for shot in storyboard.shots}
                )
                music = await crew.composer.score(intent, seconds, quiet)
                film = await crew.editor.cut(intent, spoken.script, storyboard, voices, takes, reels, music, quiet)
                told = await asyncio.to_thread(inspect, asked.inspect, workshop.path(film.video), workshop.path(film.srt), size, seconds)
                faulty += bool(told["faults"])
                print(json.dumps({"theme": theme, "size": str(size), **told}, ensure_ascii=False), flush=True)
    return faulty


def inspect(program: str, film: str, captions: str, size: Size, seconds: float) -> dict[str, Any]:
    """What the program says of a film."""
    asked = ("--captions", captions, "--size", str(size), "--fps", str(FPS), "--seconds", str(seconds))
    done = subprocess.run([sys.executable, program, film, *asked], capture_output=True, text=True, check=False)
    return dict(json.loads(done.stdout))


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("what", choices=("vmaf", "films"))
    ask.add_argument("--theme", action="append", choices=list(THEMES))
    ask.add_argument("--size", action="append", type=Size.parse)
    ask.add_argument("--kind", action="append", choices=[*CARDS, *FOOTAGE])
    ask.add_argument("--inspect", help="the program that judges a film")
    ask.add_argument("--json", action="store_true")
    asked = ask.parse_args()
    cv2.setNumThreads(1)
    if asked.what == "vmaf":
        sys.exit(tell_vmaf(asked))
    if not asked.inspect:
        ask.error("films needs --inspect PROGRAM")
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(1 if asyncio.run(make_films(asked, Path(folder))) else 0)


if __name__ == "__main__":
    main()
