"""What a child process is asked to do: each order holds all that its result depends on, so its digest can name the result.

Jobs are plain functions ``job(order, folder, report)``: they write media into ``folder`` (a path that
exists and is theirs alone) and return a result; ``report(fraction)`` may be called with 0..1 as often as liked.
Asset names inside an order are resolved by the caller into paths, in ``files``.
"""

from collections.abc import Callable

from kiwi.film import Heard, Intent, Mood, Noun, Scene, Script, Shot, Size, Storyboard, VoiceOver

Report = Callable[[float], None]
"""Called by a job with the share done, 0..1."""


class ListenOrder(Noun):
    """Understand a recording."""

    recording: str
    """Absolute path; untrusted bytes."""


class NarrateOrder(Noun):
    """Speak one scene."""

    text: str
    speed: float = 1.0


class ScoreOrder(Noun):
    """Music of a mood for exactly this long."""

    mood: Mood
    seconds: float
    seed: str
    """Any text; the same text picks the same track."""


class RenderOrder(Noun):
    """Draw and encode one shot."""

    shot: Shot
    theme: str
    size: Size
    fps: int


class CutOrder(Noun):
    """Join the reels, mix the sound, write captions, poster and manifest."""

    script: Script
    intent: Intent
    storyboard: Storyboard
    reels: dict[str, str]
    """Scene id to the absolute path of its reel."""
    voices: dict[str, str]
    """Scene id to the absolute path of its voice-over; silent scenes are absent."""
    voice_over: dict[str, VoiceOver]
    music: str
    """Absolute path."""
    music_title: str = ""
    """The track's name and author, for the manifest."""
    versions: dict[str, str]
    """Of the program and the packages that made the film, for the manifest."""


class InspectOrder(Noun):
    """Judge a finished film from outside."""

    film: str
    """Absolute path of the MP4."""
    captions: str
    """Absolute path of the SRT."""
    seconds: float
    """As asked."""
    size: Size
    fps: int


__all__ = ["CutOrder", "Heard", "InspectOrder", "ListenOrder", "NarrateOrder", "RenderOrder", "Report", "Scene", "ScoreOrder"]
