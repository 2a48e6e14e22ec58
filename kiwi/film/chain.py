"""Chains: who steps in when a provider cannot, and how the film remembers it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from kiwi.errors import KeyRejected, OutOfCredits, OverBudget, ProviderError
from kiwi.film.crew import Camera, Critic, Listener, Narrator, Reader, StoryboardArtist, Writer
from kiwi.film.job_inputs import Report
from kiwi.film.model import (
    Asset,
    Brief,
    Fall,
    Film,
    Heard,
    Inspection,
    Intent,
    Made,
    Reel,
    Scene,
    Script,
    Shot,
    Storyboard,
    Take,
    VoiceOver,
)

Port = TypeVar("Port")
Result = TypeVar("Result", bound=Made)

HOPELESS = (KeyRejected, OutOfCredits, OverBudget)
"""What will not be otherwise for the next scene of the same film."""


@dataclass
class Chain(Generic[Port]):
    """Members by name, best first, before ours; ``strict``: nobody steps in."""

    node: str
    members: Sequence[tuple[str, Port]]
    ours: tuple[str, Port]
    strict: bool = False
    hopeless: tuple[type[ProviderError], ...] = HOPELESS
    """Failures after which a member is not asked again in this film."""
    once: bool = False
    """Who fails once is not asked again in this film."""
    out: dict[str, str] = field(default_factory=dict)
    """Who is not asked, or not again, and why; those who are no members were wanted first."""

    async def ask(self, ask: Callable[[Port], Awaitable[Result]], scene: str = "") -> Result:
        """What the first member gives that can, with every step down on the way; the last one's failure is raised."""
        hired = {name for name, _ in self.members}
        fallen = [(name, why) for name, why in self.out.items() if name not in hired]
        for name, member in self.members:
            if name in self.out:
                fallen.append((name, self.out[name]))
            if self.strict and fallen:
                raise ProviderError(f"{fallen[0][0]}: {fallen[0][1]}")
            if name in self.out:
                continue
            try:
                return _remember(await ask(member), self.node, scene, fallen, name)
            except ProviderError as failure:
                if self.once or isinstance(failure, self.hopeless):
                    self.out[name] = str(failure)
                if self.strict:
                    raise
                fallen.append((name, str(failure)))
        if self.strict and fallen:
            raise ProviderError(f"{fallen[0][0]}: {fallen[0][1]}")
        name, member = self.ours
        return _remember(await ask(member), self.node, scene, fallen, name)


def _remember(made: Result, node: str, scene: str, fallen: Sequence[tuple[str, str]], used: str) -> Result:
    falls = tuple(Fall(node=node, scene=scene, wanted=wanted, used=used, why=why) for wanted, why in fallen)
    return made.model_copy(update={"falls": falls, "by": used})


@dataclass(frozen=True)
class ChainListener:
    """Listeners, one after the other."""

    chain: Chain[Listener]

    async def listen(self, recording: Asset, report: Report, hints: str = "") -> Heard:
        return await self.chain.ask(lambda one: one.listen(recording, report, hints))


@dataclass(frozen=True)
class ChainReader:
    """Readers, one after the other."""

    chain: Chain[Reader]

    async def read(self, words: str, brief: Brief, heard: Heard | None) -> Intent:
        return await self.chain.ask(lambda one: one.read(words, brief, heard))


@dataclass(frozen=True)
class ChainWriter:
    """Writers, one after the other."""

    chain: Chain[Writer]

    async def write(self, intent: Intent) -> Script:
        return await self.chain.ask(lambda one: one.write(intent))


@dataclass(frozen=True)
class ChainNarrator:
    """Narrators, one after the other, scene by scene; ``record_voice_over`` sees to it that all scenes have the same."""

    chain: Chain[Narrator]

    async def narrate(self, scene: Scene, report: Report) -> VoiceOver:
        return await self.chain.ask(lambda one: one.narrate(scene, report), scene.id)


@dataclass(frozen=True)
class ChainArtist:
    """Storyboard artists, one after the other."""

    chain: Chain[StoryboardArtist]

    async def draw(
        self, script: Script, voice_over: Mapping[str, VoiceOver], intent: Intent, brief: Brief, before: Storyboard | None
    ) -> Storyboard:
        return await self.chain.ask(lambda one: one.draw(script, voice_over, intent, brief, before))


@dataclass(frozen=True)
class ChainCamera:
    """Cameras, one after the other, shot by shot."""

    chain: Chain[Camera]

    async def shoot(self, shot: Shot, storyboard: Storyboard, report: Report) -> Take:
        return await self.chain.ask(lambda one: one.shoot(shot, storyboard, report), shot.scene_id)


@dataclass(frozen=True)
class ChainCritic:
    """Critics, one after the other."""

    chain: Chain[Critic]

    async def watch(self, reel: Reel) -> None:
        await self.chain.ours[1].watch(reel)

    async def inspect(self, film: Film, reels: Sequence[Reel], intent: Intent, report: Report) -> Inspection:
        return await self.chain.ask(lambda one: one.inspect(film, reels, intent, report))
