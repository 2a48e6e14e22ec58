"""The menu of what children do: a job is a plain function, its order and its result."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from kiwi.film import Film, Heard, Inspection, Music, Noun, Reel, Sound, VoiceOver, Watched
from kiwi.orders import (
    Cleaned,
    CutOrder,
    Developed,
    DevelopOrder,
    InspectOrder,
    ListenOrder,
    LookOrder,
    MixOrder,
    NarrateOrder,
    RecordOrder,
    RenderOrder,
    ScoreOrder,
    Stills,
    WatchOrder,
)

Order = TypeVar("Order", bound=Noun)
Result = TypeVar("Result", bound=Noun)


@dataclass(frozen=True)
class Job(Generic[Order, Result]):
    """One kind of work. Raise ``version`` when the same order would give another result than before."""

    name: str
    function: str
    """``module:function``, imported in the child alone."""
    order: type[Order]
    result: type[Result]
    version: str = "1"
    confined: bool = False
    """It touches untrusted bytes: done by a child of its own without rights."""
    urgent: bool = False
    """Others wait for it: the next free hand is its own."""
    seconds: float | None = None
    """By the clock on the wall, after which its child is ended; None: as long as it takes."""


LISTENED_SECONDS, CLEANED_SECONDS = 1_200.0, 240.0
"""What a recording of ten minutes takes at most, on a slow and busy machine."""

LISTEN = Job("listen", "kiwi.local.whisper:listen", ListenOrder, Heard, confined=True, seconds=LISTENED_SECONDS)
CLEAN = Job("clean", "kiwi.local.cleaning:clean", ListenOrder, Cleaned, confined=True, seconds=CLEANED_SECONDS)
NARRATE = Job("narrate", "kiwi.local.hibari:narrate", NarrateOrder, VoiceOver)
RECORD = Job("record", "kiwi.local.voices:record", RecordOrder, VoiceOver)
SCORE = Job("score", "kiwi.local.music:score", ScoreOrder, Music, urgent=True)
MIX = Job("mix", "kiwi.render.sound:lay_sound", MixOrder, Sound, urgent=True)
DEVELOP = Job("develop", "kiwi.local.footage:develop", DevelopOrder, Developed, version="2", confined=True)
RENDER = Job("render", "kiwi.render.scene:render", RenderOrder, Reel, version="2")
CUT = Job("cut", "kiwi.render.cut:cut", CutOrder, Film, version="3")
WATCH = Job("watch", "kiwi.local.critic:watch", WatchOrder, Watched)
INSPECT = Job("inspect", "kiwi.local.critic:inspect", InspectOrder, Inspection, version="2")
LOOK = Job("look", "kiwi.local.stills:look", LookOrder, Stills)
