"""A finished film's cut, made ready for editing programs when somebody first asks for it."""

import asyncio
from pathlib import Path

from graph.state import FilmState
from kiwi.errors import NoSuchTask, TaskBusy
from kiwi.film.job_inputs import Exported, ExportInput
from kiwi.film.model import CARDS, Music
from kiwi.local.embedded import LibraryComposer
from kiwi.tasks.task import Status, Task
from kiwi.work import jobs
from kiwi.work.workshop import Workshop

EDITED = ("otioz", "fcpxml")
"""How the files end in which an editing program gets the cut."""


async def exported(task: Task, known: FilmState, workshop: Workshop) -> Exported:
    """The cut with its media, from what the task's thread remembers.

    NoSuchTask where there is no film, or its parts are gone; TaskBusy while it is being made again.
    """
    if task.result is None or "storyboard" not in known:
        raise NoSuchTask(f"Task {task.id} has no film.")
    if task.status is not Status.COMPLETED:
        raise TaskBusy(f"Task {task.id} is {task.status}: its cut can be had when the film is there again.")
    job_input = _input(known, await _music(known, workshop), workshop)
    files = [*job_input.reels.values(), *job_input.voices.values(), job_input.music]
    if not all(await asyncio.to_thread(lambda: [Path(file).is_file() for file in files])):
        raise NoSuchTask(f"Task {task.id} has no cut any more.")
    return await workshop.fill(jobs.EXPORT, job_input, lambda _: None)


async def _music(state: FilmState, workshop: Workshop) -> Music:
    """The film's music; it is laid again where it was tidied away, which costs nothing."""
    music, storyboard = state["music"], state["storyboard"]
    if await asyncio.to_thread(Path(workshop.path(music.asset)).is_file):
        return music
    return await LibraryComposer(workshop).score(state["intent"], storyboard.frames / storyboard.fps, lambda _: None)


def _input(state: FilmState, music: Music, workshop: Workshop) -> ExportInput:
    storyboard, voices, takes = state["storyboard"], state["voice_over"], state["takes"]
    scenes = {scene.id: scene for scene in state["script"].scenes}
    spoken = {shot.scene_id: voices[shot.scene_id] for shot in storyboard.shots if shot.scene_id in voices}
    return ExportInput(
        title=state["script"].title,
        storyboard=storyboard,
        names={name: scene.title for name, scene in scenes.items()},
        words={name: scene.voice_over for name, scene in scenes.items()},
        cameras={shot.scene_id: takes[shot.id].camera if shot.id in takes else CARDS for shot in storyboard.shots},
        reels={scene: workshop.path(reel.asset) for scene, reel in state["reels"].items() if scene in scenes},
        voices={scene: workshop.path(voice.asset) for scene, voice in spoken.items()},
        voice_seconds={scene: voice.seconds for scene, voice in spoken.items()},
        music=workshop.path(music.asset),
        music_title=music.title,
    )
