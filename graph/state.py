"""What a thread remembers: a few KB of frozen values, each key written by one node."""

from collections.abc import Mapping
from typing import Annotated, Required, TypeVar

from typing_extensions import TypedDict  # pydantic and Studio refuse typing's on Python 3.11

from kiwi.film.model import Brief, Film, Heard, Inspection, Intent, Music, Reel, Script, Shot, Storyboard, Take, VoiceOver
from kiwi.film.review import Review

Value = TypeVar("Value")


def union(left: Mapping[str, Value], right: Mapping[str, Value]) -> dict[str, Value]:
    """Join what parallel nodes wrote under their own ids; any order and any repetition give the same."""
    return {**left, **right}


class FilmInput(TypedDict, total=False):
    """What starts a thread: a brief, or nothing but its words."""

    brief: Brief
    words: str


class BriefCall(FilmInput, total=False):
    """What a thread begins with, or begins again with."""

    taken_up: Brief


class FilmState(TypedDict, total=False):
    """What a thread remembers, by the node that writes it."""

    brief: Required[Brief]
    words: str  # hear_brief; before it what a host was given instead of a brief
    taken_up: Brief  # hear_brief: the brief that it went by, from which a thread's next one is told
    heard: Heard  # hear_brief, of a recording
    intent: Intent  # read_intent
    script: Script  # write_script; after it both reviews, where a person has changed it
    review: Review  # review_script
    voice_over: dict[str, VoiceOver]  # record_voice_over, by scene id
    storyboard: Storyboard  # draw_storyboard
    storyboard_review: Review  # review_storyboard
    takes: Annotated[dict[str, Take], union]  # shoot_scene, by shot id
    music: Music  # score_music
    reels: Annotated[dict[str, Reel], union]  # render_scene, by scene id
    film: Film  # cut_film
    video_url: str  # cut_film: a path below the server
    inspection: Inspection  # inspect_film


class FilmOutput(TypedDict, total=False):
    """What a finished thread gives."""

    words: str
    intent: Intent
    script: Script
    film: Film
    video_url: str
    inspection: Inspection


class SceneCall(TypedDict):
    """One scene's way through the fan-out."""

    shot: Shot
    storyboard: Storyboard


class RenderCall(SceneCall):
    """A scene that has been shot."""

    take: Take
