"""The chat model as storyboard artist: frames, cards and captions are ours; what a camera films is the model's idea."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import Field

from kiwi.film.crew import StoryboardArtist
from kiwi.film.model import Brief, Intent, Mood, Scene, Script, Shot, Storyboard, VoiceOver
from kiwi.providers.chat.allowed_text import Line, foreign_matter
from kiwi.providers.chat.asking import Question, Reply, Verdict, ask
from kiwi.providers.chat.fence import fenced, prompt
from kiwi.providers.chat.model import Chat
from kiwi.work.production import Production

CARDS = "cards"
"""The camera that films nothing."""
PROMPT_CHARACTERS, LEAST_CHARACTERS, SEARCH_WORDS = 600, 30, 3
FRAME_TOKENS, SHOT_TOKENS = 200, 220
"""Of an answer, and of each shot in it, at most."""
NEVER_SHOWN = "No text, no letters, no logos."
LOOKS = {
    Mood.CALM: "Calm: even light, muted colours, slow moves.",
    Mood.ENERGETIC: "Energetic: strong light, saturated colours, brisk moves.",
    Mood.HAPPY: "Happy: warm sunlight, fresh colours, gentle moves.",
    Mood.NOSTALGIC: "Nostalgic: golden light, faded colours, a little grain.",
    Mood.TENDER: "Tender: window light, soft colours, close and still.",
}


class ShotReply(Reply):
    """What to film for one scene."""

    scene: int
    prompt: Line = Field(max_length=PROMPT_CHARACTERS)
    search: Line = Field(max_length=60)


class ShotsReply(Reply):
    """What to film."""

    shots: tuple[ShotReply, ...]


@dataclass(frozen=True)
class ChatArtist:
    """Draws with our own artist, then lets a chat model say what each new shot shows."""

    chat: Chat
    production: Production
    artist: StoryboardArtist

    async def draw(
        self, script: Script, voice_over: Mapping[str, VoiceOver], intent: Intent, brief: Brief, before: Storyboard | None
    ) -> Storyboard:
        """Shots planned from what an earlier cut's were planned from keep what they film; so does what a person wrote."""
        drawn = await self.artist.draw(script, voice_over, intent, brief, before)
        theirs = {scene.id for scene in script.scenes if scene.prompt}
        known = {shot.source: (shot.prompt, shot.search) for shot in drawn.shots if shot.scene_id in theirs}
        known = {**known_prompts(before), **known}
        storyboard = with_prompts(drawn, known)
        new = tuple(shot for shot in storyboard.shots if shot.source not in known)
        if not new or brief.camera == CARDS:
            return storyboard
        reply = await ask(self.chat, self.production, question_of(storyboard, new, script, intent))
        return with_prompts(storyboard, new_prompts(reply, storyboard.shots, new))


def known_prompts(before: Storyboard | None) -> dict[str, tuple[str, str]]:
    """What the shots of an earlier cut film, by their source."""
    return {shot.source: (shot.prompt, shot.search) for shot in before.shots if shot.source and shot.prompt} if before else {}


def with_prompts(storyboard: Storyboard, prompts: Mapping[str, tuple[str, str]]) -> Storyboard:
    """The storyboard with these prompts and search words, by the shots' sources; nothing else changes."""
    shots = []
    for shot in storyboard.shots:
        told, search = prompts.get(shot.source, (shot.prompt, shot.search))
        shots.append(shot.model_copy(update={"prompt": told, "search": search}))
    return storyboard.model_copy(update={"shots": tuple(shots)})


def question_of(storyboard: Storyboard, new: Sequence[Shot], script: Script, intent: Intent) -> Question[ShotsReply]:
    """What the model is asked: all scenes for their continuity, prompts for the new ones."""
    scenes = {scene.id: scene for scene in script.scenes}
    wanted = [number for number, shot in enumerate(storyboard.shots, start=1) if shot in new]
    numbers, size = ", ".join(map(str, wanted)), storyboard.size
    shape = "square" if size.width == size.height else "landscape" if size.width > size.height else "upright"
    told = [
        _told(number, shot, scenes[shot.scene_id], storyboard.fps, shot in new) for number, shot in enumerate(storyboard.shots, start=1)
    ]
    film = {"film": script.title, "topic": intent.topic, "audience": intent.audience, "scenes": told}
    return Question(
        part="draw_storyboard",
        kind=ShotsReply,
        instructions=prompt("draw_storyboard"),
        order=f"This film: {shape} format. {LOOKS[intent.mood]} Write what the camera shall film for the scenes {numbers}.",
        material=fenced("scenes", json.dumps(film, ensure_ascii=False, indent=1)),
        tokens=FRAME_TOKENS + SHOT_TOKENS * len(new),
        judge=lambda reply: critique(reply, wanted),
    )


def _told(number: int, shot: Shot, scene: Scene, fps: int, new: bool) -> dict[str, object]:
    told: dict[str, object] = {
        "scene": number,
        "role": scene.role,
        "seconds": round(shot.frames / fps, 1),
        "heading": scene.title,
        "voice_over": scene.voice_over or "(music only)",
    }
    return told if new else told | {"filmed already": shot.prompt}


def critique(reply: ShotsReply, wanted: Sequence[int]) -> Verdict:
    """What no schema can say: each new scene once, in words for a camera."""
    usable = {shot.scene for shot in reply.shots if is_usable(shot)}
    faults = () if usable & set(wanted) else ("None of the shots asked for can be filmed.",)
    flaws = [*foreign_matter(reply.model_dump(mode="json"), "")]
    poor = [shot.scene for shot in reply.shots if shot.scene in wanted and not is_usable(shot)]
    flaws += [f"Scene {number}: write a prompt of 25 to 60 English words and one to three search words." for number in poor]
    missing = sorted(set(wanted) - {shot.scene for shot in reply.shots})
    flaws += [f"Scene {number} has no shot." for number in missing]
    return Verdict(faults=faults, flaws=tuple(flaws))


def is_usable(shot: ShotReply) -> bool:
    """Whether a camera and a stock site could do something with it."""
    english = sum(letter.isascii() for letter in shot.prompt) >= 0.9 * len(shot.prompt)
    return english and len(shot.prompt) >= LEAST_CHARACTERS and bool(search_words(shot.search)) and not foreign_matter(shot.prompt, "")


def search_words(text: str) -> str:
    """One to three plain words; empty for none."""
    return " ".join(re.findall(r"[a-z]{2,}", text.lower())[:SEARCH_WORDS])


def new_prompts(reply: ShotsReply, shots: Sequence[Shot], new: Sequence[Shot]) -> dict[str, tuple[str, str]]:
    """What the model says, by source; a shot it left out or muddled keeps what our rules say."""
    found: dict[str, tuple[str, str]] = {}
    for said in reply.shots:
        if 1 <= said.scene <= len(shots) and is_usable(said) and (shot := shots[said.scene - 1]) in new:
            found.setdefault(shot.source, (f"{said.prompt.rstrip(' .')}. {NEVER_SHOWN}", search_words(said.search)))
    return found
