"""What a client gives and what we understand of it, frozen."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BeforeValidator

from kiwi.film.limits import SHAPES, STAGES
from kiwi.film.value import Value

if TYPE_CHECKING:
    from kiwi.film.model import Script


class Size(Value):
    """The picture's size in pixels."""

    width: int
    height: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``1920x1080``; ValueError if the text is no size."""
        width, _, height = text.lower().partition("x")
        return cls(width=int(width), height=int(height))

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


LANDSCAPE, PORTRAIT, SQUARE = SIZES = tuple(Size(width=width, height=height) for width, height in SHAPES.values())


class Asset(Value):
    """Media on disk: ``name`` is its path below the asset store, ``digest`` the sha256 of its bytes."""

    name: str
    digest: str
    size: int
    """Bytes."""


class Fall(Value):
    """One step down: who could not do a part, why, and who did it instead."""

    node: str
    scene: str = ""
    """Scene id; empty: the whole film."""
    wanted: str
    used: str
    why: str


class Made(Value):
    """Something that may have been made by another than was wanted."""

    falls: tuple[Fall, ...] = ()
    remarks: tuple[str, ...] = ()
    """What the client should know of how it was made: full sentences."""
    by: str = ""
    """Who made it, by the name on the menu; empty: the only one who could."""


class VideoType(StrEnum):
    """What a film is for; decides its patterns."""

    PROMOTIONAL = "promotional"
    EXPLAINER = "explainer"
    STORY = "story"
    NEWS = "news"
    TUTORIAL = "tutorial"
    QUOTE = "quote"
    GREETING = "greeting"


class Mood(StrEnum):
    """The feeling of music and theme."""

    CALM = "calm"
    ENERGETIC = "energetic"
    HAPPY = "happy"
    NOSTALGIC = "nostalgic"
    TENDER = "tender"


class Intent(Made):
    """What we understood the client to want."""

    topic: str
    """A noun phrase as it would stand in a sentence: ``AI technology``, ``how solar panels work``."""
    video_type: VideoType
    seconds: float
    size: Size
    mood: Mood
    audience: str = ""
    """``teenagers``; empty: everybody."""
    key_points: tuple[str, ...] = ()
    """Short phrases the client wants covered."""
    sentences: tuple[str, ...] = ()
    """The client's own sentences, to be spoken; instructions about the film are not among them."""
    call_to_action: str = ""
    name: str = ""
    """The brand, shop, product or person the film is about, if it has a name."""
    length_asked: bool = False
    """The client named ``seconds``; otherwise the words decide how long the film is."""
    at_most: bool = False
    """It may be shorter than ``seconds``, not longer."""
    title: str = ""
    """As the client wants it; empty: as the words make it."""
    sides: tuple[str, ...] = ()
    """What is compared with what: two topics, or none."""
    points_after: int = 0
    """So many of ``sentences`` come before ``key_points``."""
    occasion: str = ""
    """The wish of a greeting that has no sentence of its own: ``happy birthday``, ``thank``."""
    quote: str = ""
    """A saying, without its quotation marks."""
    quoted: str = ""
    """Who said it."""
    without_music: bool = False
    """Only the voice is heard, in the sound of a quiet room."""
    avoid: tuple[str, ...] = ()
    """What shall not be in the film."""
    wishes: tuple[str, ...] = ()
    """Other wishes about the making, in the client's words: voice, music, pictures, language."""
    unspoken: tuple[str, ...] = ()
    """Sentences that were taken for talk to the film maker, and may not have been."""
    wants_knowledge: bool = False
    """The film shall tell what is known about the world; the client has not told it."""
    doubtful: tuple[str, ...] = ()
    """Words that may be misheard: not to be shown in large letters."""
    language: str = "en"
    original: str = ""
    """The words as they came."""


class Understood(Value):
    """What a reader found in a client's words, before it is settled what film they get; what is empty was not spoken of."""

    words: str = ""
    """As they came."""
    language: str = "en"
    act: str = "brief"
    """What a message of a conversation does: ``tell``, ``change``, ``undo`` …"""
    topic: str = ""
    """As it is named to the film maker."""
    subject: str = ""
    """What the words speak of, where they name no topic."""
    sides: tuple[str, ...] = ()
    video_type: VideoType | None = None
    wants_knowledge: bool = False
    seconds: float | None = None
    at_most: bool = False
    title: str = ""
    size: Size | None = None
    mood: Mood | None = None
    style: str = ""
    """How it shall feel, as the client said it."""
    audience: str = ""
    sentences: tuple[str, ...] = ()
    key_points: tuple[str, ...] = ()
    points_after: int = 0
    call_to_action: str = ""
    name: str = ""
    occasion: str = ""
    quote: str = ""
    quoted: str = ""
    without_music: bool = False
    """Only the voice is heard, in the sound of a quiet room."""
    avoid: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()
    unspoken: tuple[str, ...] = ()

    @property
    def about(self) -> str:
        """What a film of it would be about; empty: there is nothing to film."""
        return self.topic or self.subject


def stage_of(wish: Any) -> Any:
    """The stage that a wish for a review means: true is the script, as before there was a choice."""
    return {True: STAGES[0], False: "", None: ""}.get(wish, wish) if isinstance(wish, bool | None) else wish


ReviewStage = Annotated[Literal["", "script", "storyboard"], BeforeValidator(stage_of)]


class Brief(Value):
    """What the client gave: words or a recording, and wishes that beat what the words say."""

    words: str = ""
    recording: Asset | None = None
    seconds: float | None = None
    size: Size | None = None
    fps: int = 30
    theme: str = ""
    """A theme's name; empty: chosen by mood."""
    camera: str = ""
    """The camera to film with first, by its name on the menu; ``cards``: no footage; empty: as the operator has set."""
    strict: bool = False
    """Fail rather than let another provider, or us, step in."""
    budget: float | None = None
    """Most US dollars this film may cost; the operator's cap holds all the same."""
    review: ReviewStage = ""
    """What a person looks at before the film goes on: the script, before voice and pictures are made, or the storyboard, before anything is
    filmed; empty: nothing."""
    label: str = ""
    """Where the label that says how the film was made stands: ``corner``, ``end``, ``none``; empty: as ``end``."""
    intent: Intent | None = None
    """What was understood already, in a conversation: nobody needs to read the words again."""
    script: "Script | None" = None
    """What was written already, for another film: nobody needs to write it again."""
