"""The request for a film: one model of it for every door, the client and the command line; each refusal names its field."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError

from kiwi.errors import BadBrief
from kiwi.film.limits import MAX_SECONDS, MIN_SECONDS, SIZE_NAMES
from kiwi.film.model import SIZES, Brief, ReviewStage, Size
from kiwi.tasks.fields import FIELDS, MOST_BUDGET, BadField, check_shape

__all__ = ["BadField", "FilmRequest", "parse_brief", "parse_request"]


def _read(name: str) -> BeforeValidator:
    """A field's own reading as a validator whose error is its own sentence."""

    def validate(value: object) -> Any:
        try:
            return FIELDS[name].parse(value)
        except BadBrief as wrong:
            raise PydanticCustomError("brief", "{sentence}", {"sentence": str(wrong)}) from wrong

    return BeforeValidator(validate)


def _one_of(name: str, kind: str = "string") -> WithJsonSchema:
    return WithJsonSchema({"type": kind, "enum": [*FIELDS[name].choices]})


def _described(name: str, usual: Any, **more: Any) -> Any:
    return Field(usual, description=FIELDS[name].description, **more)


SECONDS = WithJsonSchema({"type": "number", "minimum": MIN_SECONDS, "maximum": MAX_SECONDS})
DOLLARS = WithJsonSchema({"type": "number", "minimum": 0, "maximum": MOST_BUDGET})


class FilmRequest(BaseModel):
    """What a client asks for; every field may be left out, and one of text_input and audio_data must not."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text_input: Annotated[str, _read("text_input")] = _described("text_input", "", examples=["Explain in 20 seconds why bees matter"])
    audio_data: Annotated[str, _read("audio_data")] = _described("audio_data", "")
    seconds: Annotated[float | None, _read("seconds"), SECONDS] = _described("seconds", None)
    size: Annotated[str, _read("size"), _one_of("size")] = _described("size", "")
    aspect: Annotated[str, _read("aspect"), _one_of("aspect")] = _described("aspect", "")
    fps: Annotated[int, _read("fps"), _one_of("fps", "integer")] = _described("fps", 30)
    theme: Annotated[str, _read("theme"), _one_of("theme")] = _described("theme", "")
    camera: Annotated[str, _read("camera"), _one_of("camera")] = _described("camera", "")
    strict: Annotated[bool, _read("strict")] = _described("strict", False)
    budget: Annotated[float | None, _read("budget"), DOLLARS] = _described("budget", None)
    review: Annotated[ReviewStage, _read("review"), _one_of("review")] = _described("review", "")
    label: Annotated[str, _read("label"), _one_of("label")] = _described("label", "")
    webhook_url: Annotated[str, _read("webhook_url")] = _described("webhook_url", "")

    @property
    def shape(self) -> Size | None:
        """The size in pixels, by whichever of the two names; BadField when they contradict each other."""
        check_shape(self.size, self.aspect)
        name = self.size or SIZE_NAMES.get(self.aspect)
        return next((size for size in SIZES if str(size) == name), None)

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
