"""What a child process is asked to do: each input holds all that a job's result depends on, so its digest can name the result.

Jobs are plain functions ``job(job_input, folder, report)``: they write media into ``folder`` (a path that
exists and is theirs alone) and return a result; ``report(fraction)`` may be called with 0..1 as often as liked.
Asset names inside an input are resolved by the caller into paths, in ``files``.
"""

from collections.abc import Callable

from pydantic import Field

from kiwi.film.model import Asset, Brief, Heard, Intent, Mood, Scene, Script, Shot, Size, Storyboard, Take, Value, VoiceOver, Watched, Word
from kiwi.film.origin import Signing

Report = Callable[[float], None]
"""Called by a job with the share done, 0..1."""


class ListenInput(Value):
    """Understand a recording."""

    recording: str
    """Absolute path; untrusted bytes."""
    hints: str = ""
    """Words that the client typed beside the recording: how the names in it are written."""


class Cleaned(Value):
    """A recording as it may be sent on: mono 16 kHz WAV with nothing in it but its sound."""

    asset: Asset
    seconds: float


class ReadInput(Value):
    """Understand a brief's words."""

    words: str
    brief: Brief


class UnderstandInput(Value):
    """Understand a message of a conversation."""

    words: str


class WriteInput(Value):
    """Write the script for an intent."""

    intent: Intent
    knowledge: bool = True
    """The library on this machine may be asked."""


class DrawInput(Value):
    """Plan the pictures."""

    script: Script
    voice_over: dict[str, VoiceOver]
    """By scene id; silent scenes have none."""
    intent: Intent
    fps: int
    theme: str
    before: Storyboard | None = None
    """Of an earlier cut, whose unchanged shots stay."""


class NarrateInput(Value):
    """Speak one scene."""

    text: str
    speed: float = 1.0
    silent: bool = False
    """Nobody speaks: silence for as long as the text takes to read, since the voice does not know its language."""


class Timing(Value):
    """When each letter of a text is heard, as its voice tells it; seconds from the sound's start."""

    letters: tuple[str, ...]
    starts: tuple[float, ...]
    ends: tuple[float, ...]


class RecordInput(Value):
    """Make a voice-over of what a hired voice said."""

    sound: str
    """Absolute path of its samples: mono, 16 bits, signed, little-endian."""
    rate: int
    """Samples a second."""
    text: str
    timing: Timing | None = None
    """None: found by listening."""


class ScoreInput(Value):
    """Music of a mood for exactly this long."""

    mood: Mood
    seconds: float
    seed: str
    """Any text; the same text picks the same track."""
    without_music: bool = False
    """The sound of a quiet room in its place."""


class DevelopInput(Value):
    """Check what a camera sent and fit it to its shot."""

    source: str
    """Absolute path; untrusted bytes."""
    still: bool
    """A picture, not a clip."""
    frames: int
    fps: int
    size: Size
    scene: str = ""
    """Its id, by which the source's own manifest is kept."""
    focus: tuple[float, float] | None = None
    """What matters most in the picture, as shares of its width and height; None: found by looking."""


class Developed(Value):
    """Footage that can be trusted: a clip of exactly the shot's frames, or a picture large enough to move in."""

    asset: Asset
    seconds: float
    """Of the source as decoded; 0 for a picture."""
    size: Size
    """Of the source as it is shown: upright, with square pixels."""
    fit: str
    """What was done, in words."""
    origin: Asset | None = None
    """The source's own manifest of content credentials, as an ingredient for another; None: it has none that can be read."""


class RenderInput(Value):
    """Draw and encode one shot."""

    shot: Shot
    theme: str
    size: Size
    fps: int
    footage: str = ""
    """Absolute path of developed footage to show behind what is read; empty: the shot's card is the picture."""
    still: bool = False
    """The footage is a picture, which we set in motion."""
    label: str = ""
    """The label that says how the film was made; empty: none."""
    credit: str = ""
    """A small line that says whose footage it is, where its licence asks for that."""


class RenderEndInput(Value):
    """Draw and encode the end of a shot that another child draws the beginning of."""

    drawn: RenderInput
    first: int
    """The frame to begin with, which begins a group of pictures."""


class RenderEnd(Value):
    """The end of a shot lies beside its reel."""

    frames: int


class StillInput(Value):
    """Draw one frame of a shot: the one that shows it best."""

    drawn: RenderInput
    side: int
    """Pixels of the picture's longer side."""


class Still(Value):
    """A picture."""

    jpeg: str
    """Its bytes, as base64."""


class VoiceInput(Value):
    """Code the voice of one scene for a film's preview."""

    voice: str
    """Absolute path of its WAV; empty: nobody speaks in this scene."""
    starts_at: int
    """Sample of the film where the file's first one lies."""
    first: int
    """Packet of the film's sound that comes first."""
    packets: int


class CodedVoice(Value):
    """A scene's voice as packets of AAC, mono."""

    config: str
    """What their decoder is told, as base64."""
    lengths: tuple[int, ...]
    """Bytes of each packet."""
    coded: str
    """All of them, as base64."""


class PlacedVoice(Value):
    """A voice-over's place in the film."""

    path: str
    """Absolute path."""
    starts_at: float
    """Seconds from the film's start where the file's first sample lies."""
    words: tuple[Word, ...]
    """As narrated: seconds from the file's start."""


class MixInput(Value):
    """Mix voices and music and code them."""

    voices: tuple[PlacedVoice, ...]
    music: str
    """Absolute path."""
    music_lufs: float
    """How loud the music lies where nobody speaks, before the film has its loudness."""
    seconds: float
    """Of the film."""


class CutInput(Value):
    """Join the reels and the sound, write captions, poster and manifest."""

    script: Script
    intent: Intent
    storyboard: Storyboard
    takes: dict[str, Take] = Field(default_factory=dict)
    """By scene id: whose footage it is, for the manifest."""
    reels: dict[str, str]
    """Scene id to the absolute path of its reel."""
    voice_over: dict[str, VoiceOver]
    sound: str
    """Absolute path of the mixed and coded sound."""
    lufs: float | None
    true_peak: float
    music_digest: str
    music_title: str = ""
    """The track's name and author, for the manifest."""
    music_synthetic: bool = False
    """A trained model made it."""
    origins: dict[str, str] = Field(default_factory=dict)
    """Scene id to the absolute path of its footage's own manifest."""
    signing: Signing = Signing()
    versions: dict[str, str]
    """Of the program and the packages that made the film, for the manifest."""


class ExportInput(Value):
    """Hand the cut to an editing program. Scenes are named by their ids, files by absolute paths."""

    title: str
    storyboard: Storyboard
    names: dict[str, str]
    """What each scene is headed."""
    words: dict[str, str]
    """What is said in each."""
    cameras: dict[str, str]
    """Who filmed each."""
    reels: dict[str, str]
    voices: dict[str, str]
    voice_seconds: dict[str, float]
    music: str
    music_title: str


class Exported(Value):
    """The cut for editing programs."""

    otioz: Asset
    """OpenTimelineIO with all media."""
    fcpxml: Asset
    """FCPXML that expects the same media in the folder ``media`` beside it."""


class WatchInput(Value):
    """Watch a reel for stretches that are black or do not move."""

    reel: str
    """Absolute path."""


class InspectInput(Value):
    """Judge a finished film from outside."""

    film: str
    """Absolute path of the MP4."""
    captions: str
    """Absolute path of the SRT."""
    reels: tuple[Watched, ...] = ()
    """What was seen in the reels that the film was cut from, in its order; empty: the film is watched as closely itself."""
    seconds: float
    """As asked."""
    size: Size
    fps: int


class LookInput(Value):
    """Take stills of a finished film."""

    film: str
    """Absolute path of the MP4."""
    moments: tuple[float, ...]
    """Seconds, ascending."""
    side: int
    """Pixels of a still's longer side."""


class Stills(Value):
    """Small JPEGs, one a moment."""

    pictures: tuple[Asset, ...]


__all__ = [
    "Cleaned",
    "CodedVoice",
    "CutInput",
    "DevelopInput",
    "Developed",
    "ExportInput",
    "Exported",
    "Heard",
    "InspectInput",
    "ListenInput",
    "LookInput",
    "MixInput",
    "NarrateInput",
    "PlacedVoice",
    "RenderEnd",
    "RenderEndInput",
    "RenderInput",
    "Report",
    "Scene",
    "ScoreInput",
    "Still",
    "StillInput",
    "Stills",
    "VoiceInput",
    "WatchInput",
]
