"""The nouns of film-making, frozen: what a thread remembers and what the crew hands on.

Times within a recording are seconds (float, measured once); everything on screen is whole frames.
"""

from enum import StrEnum
from typing import Literal

from kiwi.film.cards import BulletsCard as BulletsCard
from kiwi.film.cards import Card as Card
from kiwi.film.cards import ClosingCard as ClosingCard
from kiwi.film.cards import ComparisonCard as ComparisonCard
from kiwi.film.cards import IconsCard as IconsCard
from kiwi.film.cards import NumberCard as NumberCard
from kiwi.film.cards import Point as Point
from kiwi.film.cards import QuoteCard as QuoteCard
from kiwi.film.cards import Side as Side
from kiwi.film.cards import Spoken as Spoken
from kiwi.film.cards import SpotlightCard as SpotlightCard
from kiwi.film.cards import StatementCard as StatementCard
from kiwi.film.cards import StepsCard as StepsCard
from kiwi.film.cards import TitleCard as TitleCard
from kiwi.film.intent import LANDSCAPE as LANDSCAPE
from kiwi.film.intent import PORTRAIT as PORTRAIT
from kiwi.film.intent import SIZES as SIZES
from kiwi.film.intent import SQUARE as SQUARE
from kiwi.film.intent import Asset as Asset
from kiwi.film.intent import Brief as Brief
from kiwi.film.intent import Fall as Fall
from kiwi.film.intent import Intent as Intent
from kiwi.film.intent import Made as Made
from kiwi.film.intent import Mood as Mood
from kiwi.film.intent import ReviewStage as ReviewStage
from kiwi.film.intent import Size as Size
from kiwi.film.intent import Understood as Understood
from kiwi.film.intent import VideoType as VideoType
from kiwi.film.limits import CARDS as CARDS
from kiwi.film.limits import FRAME_RATES as FRAME_RATES
from kiwi.film.limits import MAX_RECORDING_SECONDS as MAX_RECORDING_SECONDS
from kiwi.film.limits import MAX_SECONDS as MAX_SECONDS
from kiwi.film.limits import MAX_WORDS_CHARACTERS as MAX_WORDS_CHARACTERS
from kiwi.film.limits import MIN_SECONDS as MIN_SECONDS
from kiwi.film.limits import STAGES as STAGES
from kiwi.film.origin import Origin as FilmOrigin
from kiwi.film.value import Value as Value


class Heard(Made):
    """What a listener understood of a recording."""

    words: str
    """In English, for the film: what was misheard is mended where it could be."""
    transcription: str = ""
    """As it was heard; empty: word for word as in ``words``."""
    repaired: tuple[tuple[str, str], ...] = ()
    """Words that nobody knows and what they were taken for."""
    doubtful: tuple[str, ...] = ()
    """Words, as they stand in ``words``, that may be misheard: not to be shown in large letters."""
    language: str
    """ISO 639-1 code of what was spoken."""
    seconds: float
    """Decoded length of the recording."""
    tone: str = ""
    """How it was said, in a few words: ``excited, fast``; empty: not known."""

    @property
    def shown(self) -> str:
        """The words as the client reads them: as they were heard."""
        return self.transcription or self.words


TITLE_CHARACTERS = 42
"""Of a film's or a scene's heading."""
BUTTON_CHARACTERS = 30
"""Of a call to action on its button."""


class SceneRole(StrEnum):
    """Where a scene stands in the film."""

    OPENING = "opening"
    BODY = "body"
    CLOSING = "closing"


class Form(StrEnum):
    """What shape a scene's idea has; decides which cards can show it."""

    STATEMENT = "statement"
    LIST = "list"
    STEPS = "steps"
    CONTRAST = "contrast"
    NUMBER = "number"
    QUOTE = "quote"


class Origin(StrEnum):
    """Where a scene's words come from."""

    CLIENT = "client"
    SOURCE = "source"
    """A named source: ``Script.sources``."""
    FRAME = "frame"
    """Ours: an opening or a closing that claims nothing, or a tale that was asked for."""
    MODEL = "model"
    """A chat model's."""


class Source(Value):
    """A source whose words a film speaks."""

    title: str
    """Of the article."""
    publisher: str
    licence: str
    url: str = ""

    @property
    def credit(self) -> str:
        """As it stands on a closing card."""
        return f"Facts: {self.publisher}, {self.licence}"


class Scene(Value):
    """One idea with its run of voice-over."""

    id: str
    """``scene-1`` …: stable within a film."""
    role: SceneRole
    title: str
    """A heading of at most 42 characters, never a copy of the whole voice-over; empty: none that the scene's own words offer."""
    voice_over: str
    """What is spoken, display spelling; empty for a scene that only has music."""
    form: Form = Form.STATEMENT
    points: tuple[str, ...] = ()
    """LIST and STEPS: two to six labels of at most 32 characters, each also spoken, in order.

    CONTRAST: the first half stands left, the second half right.
    """
    figure: str = ""
    """NUMBER: as shown, ``40%``; QUOTE: who said it; CLOSING: the call to action as shown on a button."""
    keywords: tuple[str, ...] = ()
    """Single lower-case nouns that an icon can stand for, best first."""
    origin: Origin = Origin.CLIENT
    language: str = "en"
    """ISO 639-1 code of what is spoken."""
    doubtful: bool = False
    """Some of its words may be misheard: they are spoken and captioned, not shown in large letters."""
    card: str = ""
    """The kind of card that a person chose; empty: ours to choose."""
    prompt: str = ""
    """What a camera shall film, in a person's words; empty: ours to say."""
    passed: tuple[str, ...] = ()
    """Kinds of card that a person has seen for this scene and wanted another instead of, the latest last."""


class Script(Made):
    """The text of the film."""

    title: str
    scenes: tuple[Scene, ...]
    seconds: float | None = None
    """How long the words can fill, where that is not as long as was asked; None: as the intent says."""
    sources: tuple[Source, ...] = ()


Brief.model_rebuild(_types_namespace={"Script": Script})  # a brief may hold a script, whose parts are made of what a brief is made of


def film_seconds(intent: Intent, script: Script) -> float:
    """How long the film shall be: as asked, unless its words cannot fill that or need more."""
    return script.seconds or intent.seconds


class Word(Value):
    """One spoken word as displayed, with punctuation; seconds from the start of its voice-over."""

    text: str
    start: float
    end: float


class VoiceOver(Made):
    """A scene's narration: mono 48 kHz WAV with short silence at both ends, and when each word is spoken."""

    asset: Asset
    seconds: float
    words: tuple[Word, ...]


class Music(Value):
    """The score: stereo 48 kHz WAV, exactly as long as the film."""

    asset: Asset
    seconds: float
    title: str
    """The track's name and author, for the manifest; empty: it is no music but the sound of a quiet room."""
    lufs: float = -22.0
    """How loud it lies where nobody speaks, before the film has its loudness."""
    synthetic: bool = False
    """A trained model made it."""


class Sound(Value):
    """The film's sound, voices and music mixed: AAC in an MP4 of its own, exactly as long as the film."""

    asset: Asset
    lufs: float | None
    """Integrated, before it was coded; None for silence."""
    true_peak: float
    """dBTP, before it was coded."""


class Caption(Value):
    """Words on screen for a stretch of frames of their shot, ``end`` exclusive; at most two lines."""

    lines: tuple[tuple[Spoken, ...], ...]
    start: int
    end: int


class Shot(Value):
    """One thing to film. Frames count from the shot's own start; nothing in it depends on its neighbours' content."""

    id: str
    scene_id: str
    frames: int
    voice_starts: int
    """The frame where the voice-over's first sample lies."""
    card: Card
    captions: tuple[Caption, ...] = ()
    entrance: str = "none"
    """The transition that uncovers the shot; ``none`` at the film's start."""
    exit: str = "none"
    """The transition that covers the shot; ``none`` at the film's end, which fades."""
    burn: bool = True
    """Captions stand in the picture; False when the card reveals the very words that are spoken (the sidecars have them all the same)."""
    source: str = ""
    """Digest of the scene and voice-over it was planned from: tells a later cut whether the shot still holds."""
    label: Literal["", "always", "synthetic"] = ""
    """Whether it shows the label that says how the film was made: never, always, or where its footage is synthetic."""
    prompt: str = ""
    """What a camera shall film, in English: subject, action, place, light, move; never text in the picture."""
    search: str = ""
    """One to three words to look for in stock footage."""

    @property
    def burned(self) -> tuple[Caption, ...]:
        """The captions that stand in the picture."""
        return self.captions if self.burn else ()


class Storyboard(Made):
    """The plan for pictures: shots in order, one a scene."""

    theme: str
    size: Size
    fps: int
    shots: tuple[Shot, ...]
    revision: int = 1
    """From 1; one more each time a film's storyboard changes."""

    @property
    def frames(self) -> int:
        """The film's length."""
        return sum(shot.frames for shot in self.shots)


class Credit(Value):
    """Whose footage it is, for the manifest."""

    author: str
    source: str
    """``Pexels``."""
    url: str
    """The clip's own page."""
    licence: str = ""


class Take(Made):
    """What a camera returned for a shot; no footage: the shot's card is drawn by us."""

    shot_id: str
    camera: str
    """Its name on the menu, with the model after a colon: ``runway:gen4.5``."""
    footage: Asset | None = None
    """Developed: decoded, checked and fitted to the shot."""
    still: bool = False
    """A picture that we set in motion."""
    credit: Credit | None = None
    origin: Asset | None = None
    """The vendor's own manifest of content credentials, as an ingredient for ours; None: the clip came without one."""


class Reel(Value):
    """A rendered shot: one closed-GOP H.264 segment in its own MP4, without sound."""

    asset: Asset
    frames: int


class Watched(Value):
    """What was seen in a reel, in its own seconds from and to."""

    seconds: float
    black: tuple[tuple[float, float], ...] = ()
    frozen: tuple[tuple[float, float], ...] = ()


class Film(Value):
    """The finished film and what lies beside it."""

    video: Asset
    srt: Asset
    vtt: Asset
    poster: Asset
    manifest: Asset
    seconds: float
    frames: int
    size: Size
    fps: int
    origin: FilmOrigin = FilmOrigin()
    """What it says of its own origin."""


class Inspection(Made):
    """What the critic found in the finished film; an empty ``faults`` means it may be shown.

    Its ``remarks`` are what a critic who has seen the film would do better; nothing that keeps it from being shown.
    """

    seconds: float
    lufs: float
    true_peak: float
    """dBTP."""
    faults: tuple[str, ...] = ()
