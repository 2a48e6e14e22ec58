"""The embedded crew: thin hands over the jobs, no key and no network."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kiwi.film.crew import Crew, together
from kiwi.film.job_inputs import (
    CutInput,
    DrawInput,
    InspectInput,
    ListenInput,
    MixInput,
    NarrateInput,
    PlacedVoice,
    ReadInput,
    RenderInput,
    Report,
    ScoreInput,
    WatchInput,
    WriteInput,
)
from kiwi.film.labels import shows_label
from kiwi.film.model import (
    CARDS,
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
    Watched,
)
from kiwi.film.origin import LABEL, Signing
from kiwi.film.timeline import voices_in_film
from kiwi.render.look.themes import theme_for
from kiwi.work import jobs, sharing
from kiwi.work.workshop import Workshop

VOICE_LANGUAGE = "en"
"""What the embedded voice speaks; words in another language are shown and not spoken."""
WATCHED_SHARE = 0.7
"""Of the critic's work, done when the reels were watched."""


@dataclass(frozen=True)
class TrainedReader:
    """A small trained network reads."""

    workshop: Workshop

    async def read(self, words: str, brief: Brief, heard: Heard | None) -> Intent:
        intent = await self.workshop.fill(jobs.READ, ReadInput(words=words, brief=brief), lambda _: None)
        return intent.model_copy(update={"doubtful": heard.doubtful if heard else ()})


@dataclass(frozen=True)
class SourcedWriter:
    """Writes what the client or a named source says."""

    workshop: Workshop
    knowledge: bool = True

    async def write(self, intent: Intent) -> Script:
        return await self.workshop.fill(jobs.WRITE, WriteInput(intent=intent, knowledge=self.knowledge), lambda _: None)


@dataclass(frozen=True)
class CardArtist:
    """Plans shots as cards."""

    workshop: Workshop

    async def draw(
        self, script: Script, voice_over: Mapping[str, VoiceOver], intent: Intent, brief: Brief, before: Storyboard | None
    ) -> Storyboard:
        theme = brief.theme or theme_for(intent.mood, intent.topic)
        job_input = DrawInput(script=script, voice_over=dict(voice_over), intent=intent, fps=brief.fps, theme=theme, before=before)
        return await self.workshop.fill(jobs.DRAW, job_input, lambda _: None)


class CardCamera:
    """Needs no footage: its takes are drawn as cards when they are rendered."""

    async def shoot(self, shot: Shot, storyboard: Storyboard, report: Report) -> Take:
        return Take(shot_id=shot.id, camera=CARDS)


@dataclass(frozen=True)
class WhisperListener:
    """Whisper base listens."""

    workshop: Workshop

    async def listen(self, recording: Asset, report: Report, hints: str = "") -> Heard:
        return await self.workshop.fill(jobs.LISTEN, ListenInput(recording=self.workshop.path(recording), hints=hints), report)


@dataclass(frozen=True)
class HibariNarrator:
    """The hibari voice speaks."""

    workshop: Workshop

    async def narrate(self, scene: Scene, report: Report) -> VoiceOver:
        silent = scene.language != VOICE_LANGUAGE
        return await self.workshop.fill(jobs.NARRATE, NarrateInput(text=scene.voice_over, silent=silent), report)


@dataclass(frozen=True)
class LibraryComposer:
    """Picks and lays out a recorded track."""

    workshop: Workshop

    async def score(self, intent: Intent, seconds: float, report: Report) -> Music:
        order = ScoreInput(mood=intent.mood, seconds=seconds, seed=intent.topic, without_music=intent.without_music)
        return await self.workshop.fill(jobs.SCORE, order, report)


def render_input(shot: Shot, take: Take, storyboard: Storyboard, path: Callable[[Asset], str]) -> RenderInput:
    """What a scene's reel is made from, wherever its assets lie."""
    return RenderInput(
        # what a camera was told changes nothing of what is drawn
        shot=shot.model_copy(update={"prompt": "", "search": "", "label": ""}),
        label=LABEL if shows_label(shot, take) else "",
        theme=storyboard.theme,
        size=storyboard.size,
        fps=storyboard.fps,
        footage=path(take.footage) if take.footage else "",
        still=take.still,
    )


@dataclass(frozen=True)
class CardRenderer:
    """Draws cards with skia and encodes with x264."""

    workshop: Workshop

    async def render(self, shot: Shot, take: Take, storyboard: Storyboard, report: Report) -> Reel:
        order = render_input(shot, take, storyboard, self.workshop.path)
        # a clip is decoded from its beginning: who drew its end would do all of that again
        clip = order.footage and not order.still
        return await self.workshop.fill(jobs.RENDER, order, report, by=None if clip else sharing.draw)


@dataclass(frozen=True)
class PacketEditor:
    """Joins reels and sound without encoding them again."""

    workshop: Workshop
    versions: Mapping[str, str]
    signing: Signing

    async def mix(self, storyboard: Storyboard, voice_over: Mapping[str, VoiceOver], music: Music, report: Report) -> Sound:
        path = self.workshop.path
        job_input = MixInput(
            voices=tuple(
                PlacedVoice(path=path(voice.asset), starts_at=starts_at, words=voice.words)
                for voice, starts_at in voices_in_film(storyboard, voice_over)
            ),
            music=path(music.asset),
            music_lufs=music.lufs,
            seconds=storyboard.frames / storyboard.fps,
        )
        return await self.workshop.fill(jobs.MIX, job_input, report)

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
        path = self.workshop.path
        sound = await self.mix(storyboard, voice_over, music, lambda _: None)
        job_input = CutInput(
            script=script,
            intent=intent,
            storyboard=storyboard,
            takes={shot.scene_id: takes[shot.id] for shot in storyboard.shots},
            reels={scene: path(reel.asset) for scene, reel in reels.items()},
            voice_over=dict(voice_over),
            sound=path(sound.asset),
            lufs=sound.lufs,
            true_peak=sound.true_peak,
            music_digest=music.asset.digest,
            music_title=music.title,
            music_synthetic=music.synthetic,
            origins={shot.scene_id: path(origin) for shot in storyboard.shots if (origin := takes[shot.id].origin)},
            signing=self.signing,
            versions=dict(self.versions),
        )
        return await self.workshop.fill(jobs.CUT, job_input, report)


@dataclass(frozen=True)
class FilmCritic:
    """Decodes the film and measures it."""

    workshop: Workshop

    async def watch(self, reel: Reel) -> None:
        await self._see(reel)

    async def _see(self, reel: Reel) -> Watched:
        return await self.workshop.fill(jobs.WATCH, WatchInput(reel=self.workshop.path(reel.asset)), lambda _: None)

    async def inspect(self, film: Film, reels: Sequence[Reel], intent: Intent, report: Report) -> Inspection:
        """Every reel is watched once, whatever films it comes to stand in."""
        path, fill = self.workshop.path, self.workshop.fill
        share = WATCHED_SHARE / max(len(reels), 1)
        watched: list[Watched] = []

        async def watch(reel: Reel) -> Watched:
            seen = await self._see(reel)
            watched.append(seen)
            report(share * len(watched))
            return seen

        seen = await together({reel.asset.name: watch(reel) for reel in reels})
        job_input = InspectInput(
            film=path(film.video),
            captions=path(film.srt),
            reels=tuple(seen[reel.asset.name] for reel in reels),
            seconds=intent.seconds,
            size=film.size,
            fps=film.fps,
        )
        return await fill(jobs.INSPECT, job_input, lambda done: report(WATCHED_SHARE + (1 - WATCHED_SHARE) * done))


def hire_local_crew(workshop: Workshop, versions: Mapping[str, str], signing: Signing, *, knowledge: bool = True) -> Crew:
    """The crew that needs nothing from outside; ``knowledge``: its writer may ask the library on this machine."""
    return Crew(
        listener=WhisperListener(workshop),
        reader=TrainedReader(workshop),
        writer=SourcedWriter(workshop, knowledge),
        narrator=HibariNarrator(workshop),
        artist=CardArtist(workshop),
        camera=CardCamera(),
        composer=LibraryComposer(workshop),
        renderer=CardRenderer(workshop),
        editor=PacketEditor(workshop, versions, signing),
        critic=FilmCritic(workshop),
    )
