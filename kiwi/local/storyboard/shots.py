"""The storyboard: which card, captions, cues and transitions each scene gets, for how many frames."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kiwi.film.captions import plan_captions
from kiwi.film.job_inputs import DrawInput, Report
from kiwi.film.model import (
    Intent,
    QuoteCard,
    Scene,
    SceneRole,
    Script,
    Shot,
    Size,
    Spoken,
    StatementCard,
    Storyboard,
    VoiceOver,
    film_seconds,
)
from kiwi.film.pacing import Pace, pace
from kiwi.local.storyboard.card_choice import Casting, Part, choose_kinds, fill_card
from kiwi.local.storyboard.chosen_cards import with_chosen_cards
from kiwi.local.storyboard.icon_choice import IconFinder
from kiwi.local.storyboard.prompts import plan_prompt
from kiwi.render.scene.transitions import TRANSITIONS

CAPTION_LINES = {"landscape": 42, "square": 32, "portrait": 26}
"""Characters of a caption's line that stay large enough to read."""
TOLERANCE = 0.10
"""Share of the asked seconds that a film may be off by before an earlier cut's shots give way."""
FIRST_CUE_SECONDS, LAST_CUE_SECONDS = 0.25, 0.9
"""Nothing appears sooner after a shot's start, or later before its end."""
UNBURNED_SHARE = 1 / 3
"""At most this share of the shots may do without captions in the picture."""


def draw(job_input: DrawInput, folder: Path, report: Report) -> Storyboard:
    """The job: plan an order's pictures."""
    return plan_storyboard(job_input.script, job_input.voice_over, job_input.intent, job_input.fps, job_input.theme, job_input.before)


@dataclass(frozen=True)
class Material:
    """What a storyboard is planned from."""

    script: Script
    voice_over: Mapping[str, VoiceOver]
    intent: Intent
    fps: int
    theme: str


def plan_storyboard(
    script: Script, voice_over: Mapping[str, VoiceOver], intent: Intent, fps: int, theme: str, before: Storyboard | None = None
) -> Storyboard:
    """Plan one shot a scene: a pure function of script, timings and theme.

    The film lasts ``film_seconds`` to the frame where pauses can absorb it; ``voice_over`` has no entry for silent scenes.
    ``before`` is the storyboard of an earlier cut: shots of unchanged scenes stay as they are, so that their reels do too.
    """
    script, remarks = with_chosen_cards(script)
    material = Material(script, voice_over, intent, fps, theme)
    storyboard = _plan(material, _kept(before, material) if before else {})
    wanted = round(film_seconds(intent, script) * fps)
    if before and abs(storyboard.frames - wanted) > TOLERANCE * wanted:
        storyboard = _plan(material, {})
    return storyboard.model_copy(update={"remarks": remarks})


def caption_line(size: Size) -> int:
    """Characters a caption's line holds in a picture of this shape."""
    shape = "square" if size.width == size.height else "landscape" if size.width > size.height else "portrait"
    return CAPTION_LINES[shape]


def spoken_frames(voice: VoiceOver | None, starts: int, fps: int) -> tuple[Spoken, ...]:
    """A voice-over's words in whole frames of its shot; starts increase, and every word is there for a frame at least."""
    words: list[Spoken] = []
    for word in voice.words if voice else ():
        start = starts + round(word.start * fps)
        start = max(start, words[-1].start + 1) if words else start
        if words and words[-1].end > start:
            words[-1] = Spoken(text=words[-1].text, start=words[-1].start, end=start)
        words.append(Spoken(text=word.text, start=start, end=max(starts + round(word.end * fps), start + 1)))
    return tuple(words)


def source_of(scene: Scene, voice: VoiceOver | None, script: Script, intent: Intent) -> str:
    """Name what a shot is planned from; equal sources mean that a shot planned before still holds.

    What a camera is told is put into the shot afterwards; what nobody chose is left out, as it was before anybody could.
    """
    without = {"prompt", *(name for name in ("card", "passed") if not getattr(scene, name))}
    parts = [scene.model_dump_json(exclude=without), voice.model_dump_json() if voice else "", intent.topic, intent.name, intent.audience]
    if scene.role is SceneRole.OPENING:
        parts.append(script.title)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _kept(before: Storyboard, material: Material) -> dict[str, Shot]:
    """Shots of an earlier cut that still hold, by scene id."""
    script, intent = material.script, material.intent
    if (before.theme, before.fps, before.size) != (material.theme, material.fps, intent.size):
        return {}
    sources = {source_of(scene, material.voice_over.get(scene.id), script, intent): scene.id for scene in script.scenes}
    return {sources[shot.source]: shot for shot in before.shots if shot.source in sources}


def _plan(material: Material, kept: Mapping[str, Shot]) -> Storyboard:
    scenes, voice_over, intent, fps = material.script.scenes, material.voice_over, material.intent, material.fps
    held = [kept.get(scene.id) for scene in scenes]
    kinds = choose_kinds(scenes, [shot.card.kind if shot else None for shot in held])
    held = [shot if shot and shot.card.kind == kind else None for shot, kind in zip(held, kinds, strict=True)]
    seconds = [voice_over[scene.id].seconds if scene.id in voice_over else 0.0 for scene in scenes]
    wanted = round(film_seconds(intent, material.script) * fps)
    paces = pace(seconds, fps, wanted, [Pace(shot.voice_starts, shot.frames) if shot else None for shot in held])
    icons = IconFinder({icon for shot in held if shot for icon in icons_of(shot)})
    casting = Casting(material.script, intent, fps, icons)
    shots = []
    for scene, kind, timed, shot in zip(scenes, kinds, paces, held, strict=True):
        planned = shot or _shoot(scene, kind, timed, voice_over.get(scene.id), casting)
        told = dict(zip(("prompt", "search"), plan_prompt(scene, intent), strict=True)) if scene.prompt else {}
        shots.append(planned.model_copy(update=told))
    joined = _joined(_burned(shots), material.theme)
    return Storyboard(theme=material.theme, size=intent.size, fps=fps, shots=joined)


def _shoot(scene: Scene, kind: str, timed: Pace, voice: VoiceOver | None, casting: Casting) -> Shot:
    """One scene's shot, its transitions still open."""
    fps = casting.fps
    prompt, search = plan_prompt(scene, casting.intent)
    spoken = spoken_frames(voice, timed.voice_starts, fps)
    first = min(round(FIRST_CUE_SECONDS * fps), timed.frames // 4)
    last = max(first, timed.frames - round(LAST_CUE_SECONDS * fps))
    return Shot(
        id=scene.id.replace("scene", "shot"),
        scene_id=scene.id,
        frames=timed.frames,
        voice_starts=timed.voice_starts,
        card=fill_card(kind, Part(scene, spoken, first, last), casting),
        captions=plan_captions(spoken, fps, caption_line(casting.intent.size), timed.frames),
        source=source_of(scene, voice, casting.script, casting.intent),
        prompt=prompt,
        search=search,
    )


def icons_of(shot: Shot) -> set[str]:
    """Every icon on a shot's card."""
    found: set[str] = set()
    open_values: list[object] = [shot.card.model_dump()]
    while open_values:
        value = open_values.pop()
        if isinstance(value, dict):
            found |= {value["icon"]} if value.get("icon") else set()
            open_values += value.values()
        elif isinstance(value, (list, tuple)):
            open_values += value
    return found


def says_it_all(shot: Shot) -> bool:
    """Whether the card itself reveals every spoken word, so that captions would only repeat it."""
    captioned = sum(len(line) for caption in shot.captions for line in caption.lines)
    return isinstance(shot.card, (StatementCard, QuoteCard)) and len(shot.card.words) >= captioned


def _burned(shots: Sequence[Shot]) -> list[Shot]:
    """Leave captions off pictures that say the words themselves, while most shots of the film have them."""
    bare = 0
    decided = []
    for shot in shots:
        spare = says_it_all(shot) and bare + 1 <= UNBURNED_SHARE * len(shots)
        bare += spare
        decided.append(shot if shot.burn is not spare else shot.model_copy(update={"burn": not spare}))
    return decided


def _joined(shots: Sequence[Shot], theme: str) -> tuple[Shot, ...]:
    """Give each pair of neighbours the same transition: the exit of one is the entrance of the next."""
    first = int.from_bytes(hashlib.sha256(theme.encode()).digest()[:4], "big")
    joined: list[Shot] = []
    for number, shot in enumerate(shots):
        entrance = joined[-1].exit if joined else "none"
        agreed = shots[number + 1].entrance if number + 1 < len(shots) else "none"
        leaving = (
            "none"
            if number + 1 == len(shots)
            else next((name for name in (shot.exit, agreed) if name != "none"), TRANSITIONS[(first + number) % len(TRANSITIONS)])
        )
        joined.append(shot.model_copy(update={"entrance": entrance, "exit": leaving}))
    return tuple(joined)
