"""A crew of fakes: instant, deterministic, and each counts what it was asked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kiwi.film.crew import Crew
from kiwi.film.job_inputs import Report
from kiwi.film.model import (
    LANDSCAPE,
    Asset,
    Brief,
    Film,
    Heard,
    Inspection,
    Intent,
    Mood,
    Music,
    Reel,
    Scene,
    SceneRole,
    Script,
    Shot,
    Sound,
    Spoken,
    StatementCard,
    Storyboard,
    Take,
    VideoType,
    VoiceOver,
    Word,
)
from kiwi.local.storyboard.shots import plan_storyboard


def an_asset(name: str) -> Asset:
    return Asset(name=f"order/{name}", digest="0" * 64, size=1)


def an_intent(topic: str = "tea") -> Intent:
    return Intent(topic=topic, video_type=VideoType.EXPLAINER, seconds=30, size=LANDSCAPE, mood=Mood.CALM)


def a_script(scenes: int = 3) -> Script:
    return Script(
        title="Tea",
        scenes=tuple(
            Scene(id=f"scene-{n}", role=SceneRole.BODY, title=f"Tea {n}", voice_over=f"Tea is number {n}.") for n in range(1, scenes + 1)
        ),
    )


def a_voice_over() -> VoiceOver:
    words = (Word(text="Tea", start=0.1, end=0.4), Word(text="wins.", start=0.5, end=0.9))
    return VoiceOver(asset=an_asset("voice.wav"), seconds=1.0, words=words)


def a_shot(scene: str, frames: int = 60) -> Shot:
    return Shot(
        id=scene.replace("scene", "shot"),
        scene_id=scene,
        frames=frames,
        voice_starts=3,
        card=StatementCard(words=(Spoken(text="Tea", start=3, end=9),)),
    )


class DirectArtist:
    """Our own artist, in this process."""

    async def draw(
        self, script: Script, voice_over: Mapping[str, VoiceOver], intent: Intent, brief: Brief, before: Storyboard | None
    ) -> Storyboard:
        return plan_storyboard(script, voice_over, intent, brief.fps, brief.theme or "night", before)


@dataclass
class Calls:
    """What the crew was asked, by port and part; ``fail`` makes a port raise, that many times."""

    asked: Counter[str] = field(default_factory=Counter)
    fail: dict[str, list[BaseException]] = field(default_factory=dict)

    def ask(self, what: str) -> None:
        self.asked[what] += 1
        if self.fail.get(what):
            raise self.fail[what].pop(0)


@dataclass
class FakeCrew:
    """Every port in one."""

    calls: Calls = field(default_factory=Calls)
    scenes: int = 3

    async def listen(self, recording: Asset, report: Report, hints: str = "") -> Heard:
        self.calls.ask("listen")
        return Heard(words="Make a film about tea", language="en", seconds=2.0)

    async def read(self, words: str, brief: Brief, heard: Heard | None) -> Intent:
        self.calls.ask("read")
        return an_intent(words)

    async def write(self, intent: Intent) -> Script:
        self.calls.ask("write")
        return a_script(self.scenes)

    async def narrate(self, scene: Scene, report: Report) -> VoiceOver:
        self.calls.ask(f"narrate {scene.id}")
        report(1.0)
        return a_voice_over()

    async def draw(
        self, script: Script, voice_over: Mapping[str, VoiceOver], intent: Intent, brief: Brief, before: Storyboard | None
    ) -> Storyboard:
        self.calls.ask("draw")
        return Storyboard(theme="night", size=LANDSCAPE, fps=30, shots=tuple(a_shot(scene.id) for scene in script.scenes))

    async def shoot(self, shot: Shot, storyboard: Storyboard, report: Report) -> Take:
        self.calls.ask(f"shoot {shot.scene_id}")
        return Take(shot_id=shot.id, camera="fake")

    async def score(self, intent: Intent, seconds: float, report: Report) -> Music:
        self.calls.ask("score")
        return Music(asset=an_asset("music.wav"), seconds=seconds, title="Silence")

    async def render(self, shot: Shot, take: Take, storyboard: Storyboard, report: Report) -> Reel:
        self.calls.ask(f"render {shot.scene_id}")
        report(0.5)
        report(1.0)
        return Reel(asset=an_asset(f"{shot.scene_id}.mp4"), frames=shot.frames)

    async def mix(self, storyboard: Storyboard, voice_over: Mapping[str, VoiceOver], music: Music, report: Report) -> Sound:
        self.calls.ask("mix")
        return Sound(asset=an_asset("sound.mp4"), lufs=-14.0, true_peak=-1.5)

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
        self.calls.ask("cut")
        assert set(reels) == {scene.id for scene in script.scenes}
        return Film(
            video=an_asset("film.mp4"),
            srt=an_asset("film.srt"),
            vtt=an_asset("film.vtt"),
            poster=an_asset("film.jpg"),
            manifest=an_asset("film.json"),
            seconds=storyboard.frames / storyboard.fps,
            frames=storyboard.frames,
            size=storyboard.size,
            fps=storyboard.fps,
        )

    async def watch(self, reel: Reel) -> None:
        self.calls.ask(f"watch {reel.asset.name}")

    async def inspect(self, film: Film, reels: Sequence[Reel], intent: Intent, report: Report) -> Inspection:
        self.calls.ask("inspect")
        assert sum(reel.frames for reel in reels) == film.frames
        return Inspection(seconds=film.seconds, lufs=-14.0, true_peak=-1.5)

    def crew(self) -> Crew:
        return Crew(self, self, self, self, self, self, self, self, self, self)
