"""A variant: the same script as a film of another shape, length or look."""

from collections.abc import Mapping

from kiwi.film.model import Brief, Intent, Scene, SceneRole, Script, Size, film_seconds
from kiwi.film.pacing import bounds, natural
from kiwi.film.review import SPOKEN_A_SECOND

NEAR, ROOM = 0.05, 0.10
"""Shares of the asked seconds by which a film may be shorter, or longer, without a word about it."""


def variant_of(
    brief: Brief,
    words: str,
    intent: Intent,
    script: Script,
    voices: Mapping[str, float],
    size: Size | None,
    seconds: float | None,
    theme: str,
) -> Brief:
    """The brief of a new film from a script; ``voices``: seconds of speech by scene id, of those that were spoken already."""
    told = script if seconds is None else fitted(script, seconds, voices)
    asked = {} if seconds is None else {"seconds": seconds, "length_asked": True}
    shaped = intent.model_copy(update={"size": size or intent.size, **asked})
    changes = {"words": words, "recording": None, "intent": shaped, "script": told, "size": shaped.size, "review": ""}
    return brief.model_copy(update={**changes, "seconds": seconds or film_seconds(intent, script), "theme": theme or brief.theme})


def fitted(script: Script, seconds: float, voices: Mapping[str, float]) -> Script:
    """As many of a script's scenes as so many seconds hold: the last of its body go first, its opening and its closing stay.

    A film of fewer scenes is not drawn out to be as long as asked: what was to be short may be a little shorter.
    """
    scenes = list(script.scenes)
    while bounds(_spoken(scenes, voices))[0] > (1 + ROOM) * seconds and (spare := _spare(scenes)) is not None:
        scenes.remove(spare)
    least, usual = bounds(_spoken(scenes, voices))[0], natural(_spoken(scenes, voices))
    lasts = min(max(seconds, least), max(usual, least))
    gone = len(script.scenes) - len(scenes)
    remarks = [*script.remarks]
    if gone:
        remarks.append(f"To fit {seconds:g} seconds, {gone} of the {len(script.scenes)} scenes {'is' if gone == 1 else 'are'} left out.")
    elif lasts < (1 - NEAR) * seconds:
        remarks.append(f"The words fill {lasts:.0f} of the {seconds:g} seconds.")
    if lasts > (1 + ROOM) * seconds:
        remarks.append(f"The words need {lasts:.0f} seconds.")
    return script.model_copy(update={"scenes": tuple(scenes), "seconds": round(lasts, 3), "remarks": tuple(remarks)})


def _spare(scenes: list[Scene]) -> Scene | None:
    """The scene that goes first: the last of the body, then the opening; None: there is no other."""
    body = [scene for scene in scenes if scene.role is SceneRole.BODY]
    return next((scene for scene in [*body[::-1], *scenes] if len(scenes) > 1), None)


def _spoken(scenes: list[Scene], voices: Mapping[str, float]) -> list[float]:
    return [voices.get(scene.id, len(scene.voice_over) / SPOKEN_A_SECOND) for scene in scenes]
