"""What every peer is given: pictures and clips, one narration, one music, one SRT of captions, and how long each scene lasts.

Our own crew speaks the words and plans the cut, since the peers have no voice without a network; all of them get its files.
"""

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from pydantic import BaseModel

from bench.peers.pictures import write_clip, write_still
from kiwi.film.captions import in_film, write_srt
from kiwi.film.model import LANDSCAPE, Brief, Intent, Mood, Music, Scene, SceneRole, Script, Size, Storyboard, VideoType, VoiceOver
from kiwi.film.timeline import voices_in_film
from kiwi.local.embedded import hire_local_crew
from kiwi.render.sound.waves import RATE, WaveReader, WaveWriter
from kiwi.storage.assets import AssetStore
from kiwi.storage.identity import signing_for
from kiwi.versions import versions
from kiwi.work.processes import open_pool
from kiwi.work.workshop import Workshop

FPS, SCENE_SECONDS = 30, 5.0
THEME = "night"
TITLE = "Into the mountains"
WORDS = (
    "Every spring the snow on these mountains melts, and a thousand streams begin.",
    "The water gathers in the valleys, where farmers lead it to their fields.",
    "By early summer the slopes are green, and herds climb to high pastures.",
    "In the evening the light lies low, and every ridge stands out against the next.",
    "Then autumn comes with its first cold nights, and the herds return to the villages.",
    "Soon snow will cover the peaks again, and the quiet of winter begins.",
)
CLIP_FRAMES = 210
"""Of every clip: longer than any scene."""
PLAN = "plan.json"


class GivenScene(BaseModel):
    """One scene as peers get it; paths are relative to the material's folder."""

    picture: str
    still: bool
    frames: int
    text: str


class Given(BaseModel):
    """The plan that peers read."""

    width: int
    height: int
    fps: int
    seconds: float
    title: str
    scenes: list[GivenScene]
    narration: str = "narration.wav"
    """Mono, 48 kHz, as long as the film: the voices where they belong."""
    music: str = "music.wav"
    captions: str = "captions.srt"


class OurPlan(BaseModel):
    """The same as our crew takes it; assets lie in the material's folder ``store``."""

    intent: Intent
    script: Script
    voice_over: dict[str, VoiceOver]
    storyboard: Storyboard
    music: Music


def script_of(words: Sequence[str]) -> Script:
    """One scene a sentence."""
    last = len(words) - 1
    roles = [SceneRole.OPENING if number == 0 else SceneRole.CLOSING if number == last else SceneRole.BODY for number in range(len(words))]
    scenes = [
        Scene(id=f"scene-{n + 1}", role=roles[n], title=TITLE if n in (0, last) else "", voice_over=text) for n, text in enumerate(words)
    ]
    return Script(title=TITLE, scenes=tuple(scenes))


def intent_of(size: Size, seconds: float) -> Intent:
    return Intent(topic="the mountains", video_type=VideoType.STORY, seconds=seconds, size=size, mood=Mood.CALM, length_asked=True)


def picture_name(number: int) -> tuple[str, bool]:
    """A scene's file, and whether it is a still: every other one is."""
    return (f"scene-{number + 1}.jpg", True) if number % 2 == 0 else (f"scene-{number + 1}.mp4", False)


def write_pictures(folder: Path, size: Size, scenes: int) -> None:
    """Draw the pictures and clips that are not there yet."""
    for number in range(scenes):
        name, still = picture_name(number)
        path = folder / name
        if path.exists():
            continue
        part = path.with_stem(f"{path.stem}.part")
        if still:
            write_still(part, number, size.width * 4 // 3, size.height * 4 // 3)
        else:
            write_clip(part, number, size.width, size.height, CLIP_FRAMES)
        part.rename(path)


def write_narration(path: Path, plan: OurPlan, store: AssetStore) -> None:
    """All voices of the film in one file, silence between them."""
    frames = round(plan.storyboard.frames / plan.storyboard.fps * RATE)
    whole = np.zeros((frames, 1), np.float32)
    for voice, starts_at in voices_in_film(plan.storyboard, plan.voice_over):
        with WaveReader(store.path(voice.asset)) as file:
            begin = round(starts_at * RATE)
            samples = file.read(0, min(file.frames, frames - begin))
            whole[begin : begin + len(samples)] += samples
    with WaveWriter(path, 1, dither=False) as out:
        out.write(np.clip(whole, -1, 1))


async def plan_film(folder: Path, size: Size, words: Sequence[str]) -> OurPlan:
    """Speak, plan the cut and lay out the music with our crew."""
    script, intent = script_of(words), intent_of(size, SCENE_SECONDS * len(words))
    store = AssetStore(folder / "store")
    async with open_pool(2, folder / "data") as pool:
        crew = hire_local_crew(Workshop(pool, store), versions(), signing_for("", "", folder / "data"))
        voice_over = {scene.id: await crew.narrator.narrate(scene, lambda _: None) for scene in script.scenes}
        brief = Brief(size=size, theme=THEME, fps=FPS)
        storyboard = await crew.artist.draw(script, voice_over, intent, brief, None)
        music = await crew.composer.score(intent, storyboard.frames / FPS, lambda _: None)
    return OurPlan(intent=intent, script=script, voice_over=voice_over, storyboard=storyboard, music=music)


def given_of(plan: OurPlan) -> Given:
    """What peers need to know of our plan."""
    storyboard, scenes = plan.storyboard, []
    for number, (shot, scene) in enumerate(zip(storyboard.shots, plan.script.scenes, strict=True)):
        name, still = picture_name(number)
        scenes.append(GivenScene(picture=name, still=still, frames=shot.frames, text=scene.voice_over))
    size, fps = storyboard.size, storyboard.fps
    return Given(width=size.width, height=size.height, fps=fps, seconds=storyboard.frames / fps, title=plan.script.title, scenes=scenes)


def prepare(folder: Path, size: Size = LANDSCAPE, scenes: int = len(WORDS)) -> Given:
    """Make the material of so many scenes, unless it is there."""
    folder.mkdir(parents=True, exist_ok=True)
    write_pictures(folder, size, scenes)
    if not (folder / PLAN).exists():
        plan = asyncio.run(plan_film(folder, size, WORDS[:scenes]))
        store = AssetStore(folder / "store")
        write_narration(folder / "narration.wav", plan, store)
        shutil.copyfile(store.path(plan.music.asset), folder / "music.wav")
        (folder / "captions.srt").write_text(write_srt(in_film(plan.storyboard), FPS), "utf-8")
        (folder / "ours.json").write_text(plan.model_dump_json(indent=1), "utf-8")
        (folder / PLAN).write_text(given_of(plan).model_dump_json(indent=1), "utf-8")
    return Given.model_validate_json((folder / PLAN).read_text("utf-8"))
