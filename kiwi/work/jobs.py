"""The menu of what children do: a job is a plain function, its input and its result."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from kiwi.film.job_inputs import (
    Cleaned,
    CodedVoice,
    CutInput,
    Developed,
    DevelopInput,
    DrawInput,
    Exported,
    ExportInput,
    InspectInput,
    ListenInput,
    LookInput,
    MixInput,
    NarrateInput,
    ReadInput,
    RecordInput,
    RenderEnd,
    RenderEndInput,
    RenderInput,
    ScoreInput,
    Still,
    StillInput,
    Stills,
    UnderstandInput,
    VoiceInput,
    WatchInput,
    WriteInput,
)
from kiwi.film.model import Film, Heard, Inspection, Intent, Music, Reel, Script, Sound, Storyboard, Understood, Value, VoiceOver, Watched
from kiwi.jail.attempts import Attempted, AttemptInput

Input = TypeVar("Input", bound=Value)
Result = TypeVar("Result", bound=Value)


@dataclass(frozen=True)
class Job(Generic[Input, Result]):
    """One kind of work. Raise ``version`` when the same input would give another result than before."""

    name: str
    function: str
    """``module:function``, imported in the child alone."""
    job_input: type[Input]
    result: type[Result]
    version: str = "1"
    confined: bool = False
    """It touches untrusted bytes: done by a child of its own in the jail."""
    opens: str = ""
    """Of a confined job: the field of its input with the path of those bytes, which it may read beside the program's own files."""
    prepare: str = ""
    """``module:function`` that loads what the job needs; of a confined one: gets, without seeing those bytes, what it can no longer
    reach from the jail."""
    shares: str = ""
    """``module:function`` that loads what children of other jobs need, too: where children are forked, it is loaded once for all."""
    urgent: bool = False
    """Others wait for it: the next free hand is its own."""
    quick: bool = False
    """Short work that a client waits for: done by a child that is kept for such."""
    seconds: float | None = None
    """By the clock on the wall, after which its child is ended; None: as long as it takes."""


LISTENED_SECONDS, CLEANED_SECONDS = 1_200.0, 240.0
"""What a recording of ten minutes takes at most, on a slow and busy machine."""
DEVELOPED_SECONDS = 1_200.0
"""What the longest clip takes at most."""
READ_SECONDS, WRITTEN_SECONDS, DRAWN_SECONDS = 15.0, 30.0, 60.0
"""What 20,000 characters take at most, and the longest film."""
VOICED_SECONDS = 60.0
"""What the voice of the longest scene takes at most to be coded, on a busy machine, in a child that has yet to load what codes."""
STILL_SECONDS = 20.0
"""What a frame takes at most, on a busy machine, in a child that has yet to load what draws."""

LISTEN = Job(
    "listen",
    "kiwi.local.hear.whisper:listen",
    ListenInput,
    Heard,
    confined=True,
    opens="recording",
    prepare="kiwi.local.hear.whisper:prepare",
    seconds=LISTENED_SECONDS,
)
CLEAN = Job("clean", "kiwi.local.hear.cleaning:clean", ListenInput, Cleaned, confined=True, opens="recording", seconds=CLEANED_SECONDS)
READ = Job(
    "read",
    "kiwi.local.read.reader:read",
    ReadInput,
    Intent,
    version="2",
    quick=True,
    shares="kiwi.local.read.grammar:pronouncer",
    prepare="kiwi.local.read.encoder:open_encoder",
    seconds=READ_SECONDS,
)
UNDERSTAND = Job(
    "understand", "kiwi.local.read.reader:understand", UnderstandInput, Understood, version="2", quick=True, seconds=READ_SECONDS
)
WRITE = Job(
    "write",
    "kiwi.local.write.writer:write",
    WriteInput,
    Script,
    version="2",
    quick=True,
    prepare="kiwi.local.write.writer:prepare",
    seconds=WRITTEN_SECONDS,
)
DRAW = Job("draw", "kiwi.local.storyboard.shots:draw", DrawInput, Storyboard, quick=True, seconds=DRAWN_SECONDS)
NARRATE = Job("narrate", "kiwi.local.speak.hibari:narrate", NarrateInput, VoiceOver, shares="kiwi.local.speak.hibari:open_voice")
RECORD = Job("record", "kiwi.local.speak.hired_voices:record", RecordInput, VoiceOver)
SCORE = Job("score", "kiwi.local.score.music:score", ScoreInput, Music, version="2", urgent=True)
MIX = Job("mix", "kiwi.render.sound.soundtrack:lay_sound", MixInput, Sound, urgent=True)
DEVELOP = Job(
    "develop",
    "kiwi.local.footage.develop:develop",
    DevelopInput,
    Developed,
    version="3",
    confined=True,
    opens="source",
    seconds=DEVELOPED_SECONDS,
)
RENDER = Job("render", "kiwi.render.scene.reel:render", RenderInput, Reel, version="3")
RENDER_END = Job("render_end", "kiwi.render.scene.reel:render_end", RenderEndInput, RenderEnd)
STILL = Job("still", "kiwi.render.scene.still:draw_still", StillInput, Still, quick=True, seconds=STILL_SECONDS)
VOICE = Job("voice", "kiwi.render.sound.voice_track:code_voice", VoiceInput, CodedVoice, quick=True, seconds=VOICED_SECONDS)
CUT = Job("cut", "kiwi.render.join.cut:cut", CutInput, Film, version="4")
EXPORT = Job("export", "kiwi.render.join.editing:export", ExportInput, Exported)
WATCH = Job("watch", "kiwi.local.inspect.critic:watch", WatchInput, Watched)
INSPECT = Job("inspect", "kiwi.local.inspect.critic:inspect", InspectInput, Inspection, version="2")
LOOK = Job("look", "kiwi.local.footage.stills:look", LookInput, Stills)
ATTEMPT = Job("attempt", "kiwi.jail.attempts:attempt", AttemptInput, Attempted, confined=True, opens="source")
