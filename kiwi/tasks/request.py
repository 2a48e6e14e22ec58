"""The request for a film: one model of it for every door, the client and the command line; each refusal names its field."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError

from kiwi.errors import BadBrief
from kiwi.film.intent import THEMES
from kiwi.film.model import (
    FRAME_RATES,
    LANDSCAPE,
    MAX_SECONDS,
    MAX_WORDS_CHARACTERS,
    MIN_SECONDS,
    PORTRAIT,
    SIZES,
    SQUARE,
    STAGES,
    Brief,
    ReviewStage,
    Size,
)
from kiwi.film.origin import LABELS
from kiwi.money.catalogue import CAMERAS

ASPECTS = {"16:9": LANDSCAPE, "9:16": PORTRAIT, "1:1": SQUARE}
MOST_BUDGET = 100_000
"""US dollars."""
YES, NO = (True, "true", "1"), (False, None, "", "false", "0")


class BadField(BadBrief):
    """A request whose field ``field`` must be changed first."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


def _text(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadBrief("This must be text.")
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise BadBrief("The text contains characters that are no text: remove control and half characters.")
    return value


def _number(value: object) -> float | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise BadBrief("This must be a number.")
    try:
        return float(value)
    except (ValueError, OverflowError) as failure:
        raise BadBrief("This must be a number.") from failure


def parse_yes(value: object) -> bool:
    """What is on or off, off when it was not sent; BadBrief."""
    if value in YES:
        return True
    if value in NO:
        return False
    raise BadBrief("Send true or false.")


def parse_words(value: object) -> str:
    """Words as a client typed them; BadBrief."""
    words = _text(value)
    if len(words) > MAX_WORDS_CHARACTERS:
        raise BadBrief(f"The text has {len(words):,} characters: shorten it to at most {MAX_WORDS_CHARACTERS:,}.")
    return words


def _seconds(value: object) -> float | None:
    seconds = _number(value)
    if seconds is not None and not MIN_SECONDS <= seconds <= MAX_SECONDS:
        raise BadBrief(f"seconds is {seconds:g}: choose from {MIN_SECONDS} to {MAX_SECONDS}.")
    return seconds


def _fps(value: object) -> int:
    fps = _number(value)
    if fps is not None and fps not in FRAME_RATES:
        raise BadBrief(f"fps is {fps:g}: choose one of {', '.join(map(str, FRAME_RATES))}.")
    return int(fps or 30)


def _budget(value: object) -> float | None:
    budget = _number(value)
    if budget is not None and not 0 <= budget <= MOST_BUDGET:
        raise BadBrief(f"budget is {budget:g}: choose from 0 to {MOST_BUDGET:,} US dollars.")
    return budget


def _size(value: object) -> str:
    size = _text(value).lower()
    if size and size not in {str(known) for known in SIZES}:
        raise BadBrief(f"size is “{value}”: choose one of {', '.join(map(str, SIZES))}.")
    return size


def _aspect(value: object) -> str:
    aspect = _text(value)
    if aspect and aspect not in ASPECTS:
        raise BadBrief(f"Choose one of {', '.join(ASPECTS)}.")
    return aspect


def _theme(value: object) -> str:
    theme = _text(value)
    if theme and theme not in THEMES:
        raise BadBrief(f"There is no theme “{theme}”: choose one of {', '.join(THEMES)}.")
    return theme


def _label(value: object) -> str:
    label = _text(value)
    if label and label not in LABELS:
        raise BadBrief(f"label is “{label}”: choose one of {', '.join(LABELS)}.")
    return label


def _camera(value: object) -> str:
    camera = _text(value)
    if camera and camera not in CAMERAS:
        raise BadBrief(f"There is no camera “{camera}”: choose one of {', '.join(CAMERAS)}.")
    return camera


def _stage(value: object) -> ReviewStage:
    if value in (None, "", *NO):
        return ""
    if value == "script" or value in YES:
        return "script"
    if value == "storyboard":
        return "storyboard"
    raise BadBrief(f"Send {', '.join(STAGES)}, true or false.")


def _saying(check: Callable[[object], Any]) -> BeforeValidator:
    """The check as a validator whose error is the check's own sentence."""

    def validate(value: object) -> Any:
        try:
            return check(value)
        except BadBrief as wrong:
            raise PydanticCustomError("brief", "{sentence}", {"sentence": str(wrong)}) from wrong

    return BeforeValidator(validate)


def _one_of(names: Any, kind: str = "string") -> WithJsonSchema:
    return WithJsonSchema({"type": kind, "enum": [*names]})


Text = Annotated[str, _saying(_text)]
Yes = Annotated[bool, _saying(parse_yes)]


class FilmRequest(BaseModel):
    """What a client asks for; every field may be left out, and one of text_input and audio_data must not."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text_input: Annotated[str, _saying(parse_words)] = Field(
        "", description="What film you want, in a few words or a whole script", examples=["Explain in 20 seconds why bees matter"]
    )
    audio_data: Text = Field("", description="A recording of it, as a data URL or base64: WebM, Ogg, MP4, MP3, WAV or FLAC")
    seconds: Annotated[
        float | None, _saying(_seconds), WithJsonSchema({"type": "number", "minimum": MIN_SECONDS, "maximum": MAX_SECONDS})
    ] = Field(None, description=f"Length of the film, {MIN_SECONDS} to {MAX_SECONDS}; otherwise as the words say")
    size: Annotated[str, _saying(_size), _one_of(map(str, SIZES))] = Field("", description="Pixels; otherwise as the words say")
    aspect: Annotated[str, _saying(_aspect), _one_of(ASPECTS)] = Field("", description="The same as a shape")
    fps: Annotated[int, _saying(_fps), _one_of(FRAME_RATES, "integer")] = Field(30, description="Frames a second")
    theme: Annotated[str, _saying(_theme), _one_of(THEMES)] = Field("", description="A look by name; otherwise the mood chooses")
    camera: Annotated[str, _saying(_camera), _one_of(CAMERAS)] = Field("", description="Film with this one first")
    strict: Yes = Field(False, description="Fail rather than let another provider, or us, step in")
    budget: Annotated[float | None, _saying(_budget), WithJsonSchema({"type": "number", "minimum": 0, "maximum": MOST_BUDGET})] = Field(
        None, description="Most US dollars the film may cost"
    )
    review: Annotated[ReviewStage, _saying(_stage), _one_of(("", *STAGES))] = Field(
        "",
        description="Wait for a review of the script (or true), before voice and pictures, or of the storyboard, before filming",
    )
    label: Annotated[str, _saying(_label), _one_of(LABELS)] = Field(
        "", description="Where the film shows that it was made with AI; otherwise at its end"
    )
    webhook_url: Text = Field("", description="Told, signed, when the film is over or awaits its review")

    @property
    def shape(self) -> Size | None:
        """The size in pixels, by whichever of the two names; BadField when they contradict each other."""
        named = ASPECTS.get(self.aspect)
        if named and self.size and self.size != str(named):
            raise BadField(f"{self.aspect} is not the shape of {self.size}: send one of the two.", "aspect")
        return named or next((size for size in SIZES if str(size) == self.size), None)

    def brief(self) -> Brief:
        """The brief that it amounts to, whatever was recorded; BadField."""
        return Brief(
            words=self.text_input,
            size=self.shape,
            fps=self.fps,
            seconds=self.seconds,
            theme=self.theme,
            camera=self.camera,
            strict=self.strict,
            budget=self.budget,
            review=self.review,
            label=self.label,
        )


def parse_request(fields: Mapping[str, Any]) -> FilmRequest:
    """A request from fields as they came, numbers perhaps as text, None and empty for what was not said; BadField."""
    try:
        asked = FilmRequest.model_validate(fields)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False, include_context=False)[0]
        name = str(first["loc"][0])[:40]
        if first["type"] == "extra_forbidden":
            raise BadField(f"There is no such field: send {', '.join(FilmRequest.model_fields)}.", name) from wrong
        raise BadField(first["msg"], name) from wrong
    asked.shape  # noqa: B018 - BadField
    return asked


def parse_brief(words: str = "", **wishes: Any) -> Brief:
    """A brief from words and any other fields of `FilmRequest`; BadField with one sentence that says what to change."""
    return parse_request({"text_input": words, **wishes}).brief()
