"""The ports: what a film needs of its crew, in our words; providers plug in."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from kiwi.film.job_inputs import Report
from kiwi.film.model import (
    Asset,
    Brief,
    Film,
    Heard,
    Inspection,
    Intent,
    Music,
    Reel,
    Scene,
    Script,
    Shot,
    Sound,
    Storyboard,
    Take,
    VoiceOver,
)

Result = TypeVar("Result")


class Listener(Protocol):
    """Understands recordings."""

    async def listen(self, recording: Asset, report: Report, hints: str = "") -> Heard:
        """Write down what is said; BadBrief when nothing is, or when it is no recording.

        ``hints`` are words typed beside the recording: names are written as they are there.
        """
        ...


class Reader(Protocol):
    """Understands what the client wants."""

    async def read(self, words: str, brief: Brief, heard: Heard | None) -> Intent:
        """Find the intent in the words, and in how they were said if they were heard; the brief's own wishes win.

        BadBrief when there is nothing to film.
        """
        ...


class Writer(Protocol):
    """Writes scripts."""

    async def write(self, intent: Intent) -> Script:
        """Write what fits the intent's seconds."""
        ...


class Narrator(Protocol):
    """Speaks."""

    async def narrate(self, scene: Scene, report: Report) -> VoiceOver:
        """Record a scene's voice-over."""
        ...


class StoryboardArtist(Protocol):
    """Plans the pictures."""

    async def draw(
        self, script: Script, voice_over: Mapping[str, VoiceOver], intent: Intent, brief: Brief, before: Storyboard | None
    ) -> Storyboard:
        """Plan one shot a scene; ``before`` is the storyboard of an earlier cut, whose unchanged shots stay as they are."""
        ...


class Camera(Protocol):
    """Films shots."""

    async def shoot(self, shot: Shot, storyboard: Storyboard, report: Report) -> Take:
        """Film one shot of a storyboard."""
        ...


class Composer(Protocol):
    """Scores."""

    async def score(self, intent: Intent, seconds: float, report: Report) -> Music:
        """Music of the intent's mood, exactly this long."""
        ...


class Renderer(Protocol):
    """Draws and encodes."""

    async def render(self, shot: Shot, take: Take, storyboard: Storyboard, report: Report) -> Reel:
        """Make one shot's reel."""
        ...


class Editor(Protocol):
    """Mixes and joins."""

    async def mix(self, storyboard: Storyboard, voice_over: Mapping[str, VoiceOver], music: Music, report: Report) -> Sound:
        """Mix the film's sound; asked again for the same, it is there at once."""
        ...

    async def cut(
        self,
        intent: Intent,
        script: Script,
        storyboard: Storyboard,
        voice_over: Mapping[str, VoiceOver],
        takes: Mapping[str, Take],
        reels: Mapping[str, Reel],
        music: Music,
        report: Report,
    ) -> Film:
        """Join the reels and the sound, and write what lies beside the film."""
        ...


class Critic(Protocol):
    """Judges."""

    async def watch(self, reel: Reel) -> None:
        """Look at a reel while others are still being made; ``inspect`` then finds that done."""
        ...

    async def inspect(self, film: Film, reels: Sequence[Reel], intent: Intent, report: Report) -> Inspection:
        """Look at and listen to the finished film, which was cut from these reels, in their order."""
        ...


@dataclass(frozen=True)
class Crew:
    """Who makes one film."""

    listener: Listener
    reader: Reader
    writer: Writer
    narrator: Narrator
    artist: StoryboardArtist
    camera: Camera
    composer: Composer
    renderer: Renderer
    editor: Editor
    critic: Critic


async def together(work: Mapping[str, Coroutine[Any, Any, Result]]) -> dict[str, Result]:
    """Do named work at once; the first failure cancels the rest and is raised as itself."""
    try:
        async with asyncio.TaskGroup() as group:
            running = {name: group.create_task(one) for name, one in work.items()}
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return {name: task.result() for name, task in running.items()}
