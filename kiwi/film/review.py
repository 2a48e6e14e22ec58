"""A person's look at the script or the storyboard: what they may say about it, and what it then is."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from kiwi.errors import BadBrief
from kiwi.film.cards import Card
from kiwi.film.model import (
    MAX_WORDS_CHARACTERS,
    TITLE_CHARACTERS,
    Intent,
    Origin,
    Scene,
    SceneRole,
    Script,
    Storyboard,
    Value,
    film_seconds,
)

LONGEST_SCENE = 1_000
"""Characters of a scene's voice-over: about a minute."""
LONGEST_PROMPT = 600
"""Characters of what a camera shall film."""
MOST_SCENES = 100
LOOK = {"script": "Look at the script", "storyboard": "Look at the storyboard"}
"""What a person is asked to do, by stage."""
SHORT = 0.95
"""A film that fills less than this share of the length asked for is shorter than was asked."""
SPOKEN_A_SECOND, PAUSE_SECONDS = 16.0, 1.0
"""Characters of narration a second, and a scene's pauses: how long a scene will be that nobody has spoken yet."""
CARD_KINDS: tuple[str, ...] = tuple(kind.model_fields["kind"].default for kind in get_args(get_args(Card)[0]))
SAYS = ("approve", "scenes", "revision", "order")
"""What an answer may hold."""
CHANGES = ("scene_number", "title", "description", "card", "prompt", "remove")
"""What may be said of a scene."""
SHOWN = ("id", "seconds", "still_url", "state", "progress")
"""What else is shown of a scene; an answer that sends it back changes nothing by it."""


class Edit(Value):
    """What a person wants of one scene; None: as it is."""

    scene: int = 0
    """From 1, as the scenes were numbered when they were seen; 0: a new scene."""
    voice_over: str | None = None
    title: str | None = None
    card: str | None = None
    """A kind of card; empty: ours to choose."""
    prompt: str | None = None
    remove: bool = False
    passes: str = ""
    """The kind of card that was seen, if another picture is wanted."""
    scene_id: str = ""
    """Instead of a number where the same edit may be made twice."""


class Review(Value):
    """What a person decided about a script or a storyboard."""

    approve: bool
    edits: tuple[Edit, ...] = ()
    revision: int | None = None
    """Of what was seen; None: not said."""

    @property
    def told(self) -> dict[str, Any]:
        """As ``parse_review`` reads it."""
        names = {"scene": "scene_number", "voice_over": "description"}
        scenes = [{names.get(name, name): value for name, value in edit.model_dump(exclude_defaults=True).items()} for edit in self.edits]
        return {"approve": self.approve, "scenes": scenes, "revision": self.revision}


def shown_scenes(script: Script, storyboard: Storyboard | None = None) -> list[dict[str, Any]]:
    """The scenes as a person is shown them, as plain JSON; with what a storyboard knows of them, where one of this script stands."""
    shots = {shot.scene_id: shot for shot in storyboard.shots} if storyboard else {}
    scenes: list[dict[str, Any]] = []
    for number, scene in enumerate(script.scenes, 1):
        told: dict[str, Any] = {"scene_number": number, "id": scene.id, "title": scene.title, "description": scene.voice_over}
        if storyboard and (shot := shots.get(scene.id)):
            told |= {"card": shot.card.kind, "prompt": shot.prompt, "seconds": round(shot.frames / storyboard.fps, 2)}
        scenes.append(told)
    return scenes


def question(script: Script, fault: str = "", storyboard: Storyboard | None = None) -> dict[str, Any]:
    """What a person is shown, as plain JSON; ``fault``: why their last answer would not do."""
    stage = "storyboard" if storyboard else "script"
    asked = {"stage": stage, "revision": storyboard.revision if storyboard else 1, "message": LOOK[stage], "title": script.title}
    return {**asked, "scenes": shown_scenes(script, storyboard), **({"fault": fault} if fault else {})}


def parse_review(said: object, scenes: int, stage: str = "script") -> Review:
    """Read an answer about a script or storyboard of so many scenes; BadBrief with one sentence.

    ``{"approve": true, "revision": 3, "scenes": [{"scene_number": 2, "description": "…"}]}``; see README for all of it.
    """
    if not isinstance(said, Mapping) or not isinstance(said.get("approve"), bool) or not said.keys() <= {*SAYS}:
        raise BadBrief("Say whether you approve, true or false, and with it the scenes that shall be different.")
    told, revision, order = said.get("scenes"), said.get("revision"), said.get("order", False)
    if told is not None and not isinstance(told, list | tuple):
        raise BadBrief("Send a list of scenes.")
    if revision is not None and (isinstance(revision, bool) or not isinstance(revision, int)):
        raise BadBrief("The revision is a number: send the one that you saw.")
    edits = tuple(_edit(one, scenes) for one in told or ())
    numbers = [edit.scene for edit in edits if edit.scene]
    if len({*numbers}) < len(numbers):
        raise BadBrief("Send each scene once.")
    if order is True and len(numbers) < scenes:
        raise BadBrief(f"An order needs all {scenes} scenes, also those to remove: name each of them.")
    if edits and not said["approve"] and stage == "script":
        raise BadBrief("A script that is not approved is not filmed: leave the scenes out, or approve.")
    return Review(approve=said["approve"], edits=edits, revision=revision)


def _edit(said: object, scenes: int) -> Edit:
    if not isinstance(said, Mapping):
        raise BadBrief("Send an object for each scene.")
    if unknown := [name for name in said if name not in CHANGES + SHOWN]:
        raise BadBrief(f"A scene has no “{str(unknown[0])[:40]}”: send {', '.join(CHANGES)}.")
    number = said.get("scene_number")
    if number is not None and (isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= scenes):
        raise BadBrief(f"The script has no scene {str(number)[:20]}: it has {scenes}.")
    if number is None and "description" not in said:
        raise BadBrief("A new scene needs a description: send what it shall say, or the scene_number of one that is there.")
    try:
        return Edit(
            scene=number or 0,
            voice_over=parse_voice_over(said["description"]) if "description" in said else None,
            title=_text(said, "title", TITLE_CHARACTERS),
            card=parse_card(said.get("card")),
            prompt=_text(said, "prompt", LONGEST_PROMPT),
            remove=_yes(said.get("remove", False)),
        )
    except BadBrief as wrong:
        raise BadBrief(f"{f'Scene {number}' if number else 'The new scene'}: {wrong}") from wrong


def parse_voice_over(said: object) -> str:
    """What a scene shall say, as it was typed; BadBrief."""
    if not isinstance(said, str) or not said.strip():
        raise BadBrief("Send what the scene shall say.")
    return _line(said, LONGEST_SCENE)


def parse_card(said: object) -> str | None:
    """A kind of card, or none said; BadBrief."""
    if said is None:
        return None
    if said not in ("", *CARD_KINDS):
        raise BadBrief(f"There is no card “{str(said)[:40]}”: choose one of {', '.join(CARD_KINDS)}.")
    return str(said)


def _text(said: Mapping[Any, Any], name: str, longest: int) -> str | None:
    value = said.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadBrief(f"Send the {name} as text.")
    return _line(value, longest)


def _line(said: str, longest: int) -> str:
    text = " ".join(said.split())
    if len(text) > longest:
        raise BadBrief(f"This has {len(text):,} characters: shorten it to at most {longest:,}.")
    if any(not character.isprintable() for character in text):
        raise BadBrief("This contains characters that are no text.")
    return text


def _yes(said: object) -> bool:
    if not isinstance(said, bool):
        raise BadBrief("Send true or false for remove.")
    return said


def is_short(script: Script, intent: Intent) -> bool:
    """Whether a script's words do not fill the length that was asked for."""
    return script.seconds is not None and intent.length_asked and script.seconds < SHORT * intent.seconds


def revised(script: Script, edits: Sequence[Edit], intent: Intent, storyboard: Storyboard | None = None) -> Script:
    """The script as a person wants it; what they left as it was shown stays ours to choose. BadBrief where no film would be left.

    Edits that name every scene stand in the film's order. A new scene otherwise follows the one before it in the list, or comes
    before the closing. The film's length changes by what was added and removed; for other words it does not.
    """
    shots = {shot.scene_id: shot for shot in storyboard.shots} if storyboard else {}
    numbers = {scene.id: number for number, scene in enumerate(script.scenes, 1)}
    free = 1 + max(int("".join(filter(str.isdigit, scene.id)) or 0) for scene in script.scenes)
    changed: dict[int, Scene | None] = dict(enumerate(script.scenes, 1))
    behind: dict[int, list[Scene]] = {}
    order: list[int] = []
    for edit in edits:
        number = numbers.get(edit.scene_id, 0) if edit.scene_id else edit.scene
        if number and (scene := changed[number]) is not None:
            shot = shots.get(scene.id)
            changed[number] = None if edit.remove else _edited(scene, edit, shot.card.kind if shot else "", shot.prompt if shot else "")
            order.append(number)
        elif not edit.scene_id and not number:
            behind.setdefault(order[-1] if order else 0, []).append(_new_scene(f"scene-{free}", edit))
            free += 1
    if len(order) < len(changed):
        order = [*changed]
        last = script.scenes[-1].role is SceneRole.CLOSING
        behind = {number or len(order) - last: added for number, added in behind.items()} if 0 in behind else behind
    scenes = [*behind.get(0, ())]
    for number in order:
        scenes += [*([scene] if (scene := changed[number]) else []), *behind.get(number, ())]
    _check(scenes, script)
    lengths = {scene_id: shot.frames / storyboard.fps for scene_id, shot in shots.items()} if storyboard else {}
    return script.model_copy(update={"scenes": tuple(scenes), "seconds": _seconds(script, scenes, film_seconds(intent, script), lengths)})


def announced(edit: Edit, script: Script) -> str:
    """What a change of a finished film is about to make, in one line."""
    numbers = {scene.id: number for number, scene in enumerate(script.scenes, 1)}
    scene = f"scene {numbers.get(edit.scene_id) or edit.scene}"
    if edit.remove:
        return f"Cutting the film without {scene}" if edit.scene or edit.scene_id in numbers else "Cutting the film"
    wanted = [*(["other words"] if edit.voice_over is not None else []), *(["another picture"] if edit.passes else [])]
    return f"Making {scene} again with {' and '.join(wanted)}"


def _new_scene(scene_id: str, edit: Edit) -> Scene:
    told = {"title": edit.title or "", "card": edit.card or "", "prompt": edit.prompt or ""}
    return Scene(id=scene_id, role=SceneRole.BODY, voice_over=edit.voice_over or "", **told)


def _edited(scene: Scene, edit: Edit, card: str, prompt: str) -> Scene:
    """A scene as it is wanted; what is said as it was shown, says nothing."""
    scene = _reworded(scene, edit.voice_over) if edit.voice_over is not None else scene
    changes: dict[str, Any] = {}
    if edit.title is not None:
        changes["title"] = edit.title
    if edit.card is not None and edit.card != card:
        changes["card"] = edit.card
    if edit.prompt is not None and edit.prompt != prompt:
        changes["prompt"] = edit.prompt
    if edit.passes and scene.passed[-1:] != (edit.passes,):
        changes |= {"passed": (*(kind for kind in scene.passed if kind != edit.passes), edit.passes), "card": ""}
    return scene.model_copy(update=changes) if any(getattr(scene, name) != value for name, value in changes.items()) else scene


def _reworded(scene: Scene, voice_over: str) -> Scene:
    """A scene with another text: what its card showed of the old one must not stay."""
    if scene.voice_over == voice_over:
        return scene
    kept = {"card": scene.card, "prompt": scene.prompt, "passed": scene.passed}
    return Scene(id=scene.id, role=scene.role, title=scene.title, voice_over=voice_over, keywords=scene.keywords, **kept)


def _check(scenes: Sequence[Scene], before: Script) -> None:
    """BadBrief unless a film can be made of these, and still says whose words it speaks."""
    if not scenes:
        raise BadBrief("A film needs a scene: leave one, or delete the film.")
    if len(scenes) > max(MOST_SCENES, len(before.scenes)):
        raise BadBrief(f"These are {len(scenes)} scenes: a film has at most {MOST_SCENES}.")
    said = sum(len(scene.voice_over) for scene in scenes)
    if said > max(MAX_WORDS_CHARACTERS, sum(len(scene.voice_over) for scene in before.scenes)):
        raise BadBrief(f"The scenes have {said:,} characters together: shorten them to at most {MAX_WORDS_CHARACTERS:,}.")
    if before.sources and any(scene.origin is Origin.SOURCE for scene in scenes) and not any(map(_gives_credit, scenes)):
        raise BadBrief("The closing card names the sources of what the film says: keep it as it is, or reword what comes from them.")


def _gives_credit(scene: Scene) -> bool:
    """Whether a scene shows whose words the film speaks."""
    return (scene.card or "closing") == "closing" and (scene.role is SceneRole.CLOSING or scene.card == "closing") and not scene.passed


def _seconds(script: Script, scenes: Iterable[Scene], seconds: float, lengths: Mapping[str, float]) -> float | None:
    """How long the film shall be after scenes were added or removed."""
    said = {scene.id: max(len(scene.voice_over), 1) for scene in script.scenes}
    known = {scene_id: lengths.get(scene_id, seconds * share / sum(said.values())) for scene_id, share in said.items()}
    if {scene.id for scene in scenes} == known.keys():
        return script.seconds
    return round(sum(known.get(scene.id, len(scene.voice_over) / SPOKEN_A_SECOND + PAUSE_SECONDS) for scene in scenes), 3)
