"""A person's look at the script: what they may say about it, and what it then is."""

from collections.abc import Mapping
from typing import Any

from kiwi.errors import BadBrief
from kiwi.film.model import Intent, Scene, Script, Value

LONGEST_SCENE = 1_000
"""Characters of a scene's voice-over: about a minute."""
LOOK = "Look at the script"
SHORT = 0.95
"""A film that fills less than this share of the length asked for is shorter than was asked."""


class Edit(Value):
    """Another text for one scene."""

    scene: int
    """From 1."""
    voice_over: str


class Review(Value):
    """What a person decided about a script."""

    approve: bool
    edits: tuple[Edit, ...] = ()

    @property
    def told(self) -> dict[str, Any]:
        """As ``parse_review`` reads it."""
        return {"approve": self.approve, "scenes": [{"scene_number": edit.scene, "description": edit.voice_over} for edit in self.edits]}


def question(script: Script, fault: str = "") -> dict[str, Any]:
    """What a person is shown, as plain JSON; ``fault``: why their last answer would not do."""
    lines = enumerate(script.scenes, 1)
    scenes = [{"scene_number": number, "title": scene.title, "description": scene.voice_over} for number, scene in lines]
    return {"message": LOOK, "title": script.title, "scenes": scenes, **({"fault": fault} if fault else {})}


def parse_review(said: object, scenes: int) -> Review:
    """Read ``{"approve": true, "scenes": [{"scene_number": 2, "description": "…"}]}`` about a script of so many scenes; BadBrief."""
    if not isinstance(said, Mapping) or not isinstance(said.get("approve"), bool) or not said.keys() <= {"approve", "scenes"}:
        raise BadBrief("Say whether you approve, true or false, and with it the scenes that shall say something else.")
    told = said.get("scenes")
    if told is not None and not isinstance(told, list | tuple):
        raise BadBrief("Send a list of scenes.")
    edits = tuple(_edit(one, scenes) for one in told or ())
    if len({edit.scene for edit in edits}) < len(edits):
        raise BadBrief("Send each scene once.")
    if edits and not said["approve"]:
        raise BadBrief("A script that is not approved is not filmed: leave the scenes out, or approve.")
    return Review(approve=said["approve"], edits=edits)


def _edit(said: object, scenes: int) -> Edit:
    if not isinstance(said, Mapping) or said.keys() != {"scene_number", "description"}:
        raise BadBrief("Send scene_number and description of each scene.")
    number = said["scene_number"]
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= scenes:
        raise BadBrief(f"The script has no scene {str(number)[:20]}: it has {scenes}.")
    try:
        return Edit(scene=number, voice_over=parse_voice_over(said["description"]))
    except BadBrief as wrong:
        raise BadBrief(f"Scene {number}: {wrong}") from wrong


def parse_voice_over(said: object) -> str:
    """What a scene shall say, as it was typed; BadBrief."""
    if not isinstance(said, str) or not said.strip():
        raise BadBrief("Send what the scene shall say.")
    text = " ".join(said.split())
    if len(text) > LONGEST_SCENE:
        raise BadBrief(f"This has {len(text):,} characters: shorten it to at most {LONGEST_SCENE:,}.")
    if any(not character.isprintable() for character in text):
        raise BadBrief("This contains characters that are no text.")
    return text


def is_short(script: Script, intent: Intent) -> bool:
    """Whether a script's words do not fill the length that was asked for."""
    return script.seconds is not None and intent.length_asked and script.seconds < SHORT * intent.seconds


def edited(script: Script, *edits: Edit) -> Script:
    """The script with other texts for some of its scenes."""
    scenes = list(script.scenes)
    for edit in edits:
        scenes[edit.scene - 1] = _reworded(scenes[edit.scene - 1], edit.voice_over)
    return script.model_copy(update={"scenes": tuple(scenes)})


def _reworded(scene: Scene, voice_over: str) -> Scene:
    """A scene with another text: what its card showed of the old one must not stay."""
    if scene.voice_over == voice_over:
        return scene
    return Scene(id=scene.id, role=scene.role, title=scene.title, voice_over=voice_over, keywords=scene.keywords)
