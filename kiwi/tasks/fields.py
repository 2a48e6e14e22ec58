"""The fields of a request, as plain data and checks: what each is for, what may stand in it, and what it means.

Costs nothing to import, so that the command line can describe and check a request before anything heavy is there.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kiwi.errors import BadBrief
from kiwi.film.limits import FRAME_RATES, LABELS, MAX_SECONDS, MAX_WORDS_CHARACTERS, MIN_SECONDS, SIZE_NAMES, STAGES, THEMES
from kiwi.money.entries import CAMERAS

MOST_BUDGET = 100_000
"""US dollars."""
YES, NO = (True, "true", "1"), (False, None, "", "false", "0")


class BadField(BadBrief):
    """A request whose field ``field`` must be changed first."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class RequestField:
    """One field: what it is for, how what a client sent is read (BadBrief), and what may stand in it where that is a choice."""

    description: str
    parse: Callable[[object], Any]
    choices: tuple[str | int, ...] = ()

    @property
    def help(self) -> str:
        """A sentence for people."""
        return f"{self.description}: {' | '.join(map(str, self.choices))}." if self.choices else f"{self.description}."


def parse_text(value: object) -> str:
    """Text as a client sent it, empty when it was not; BadBrief."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadBrief("This must be text.")
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise BadBrief("The text contains characters that are no text: remove control and half characters.")
    return value


def parse_yes(value: object) -> bool:
    """What is on or off, off when it was not sent; BadBrief."""
    if value in YES:
        return True
    if value in NO:
        return False
    raise BadBrief("Send true or false.")


def parse_words(value: object) -> str:
    """Words as a client typed them; BadBrief."""
    words = parse_text(value)
    if len(words) > MAX_WORDS_CHARACTERS:
        raise BadBrief(f"The text has {len(words):,} characters: shorten it to at most {MAX_WORDS_CHARACTERS:,}.")
    return words


def _number(value: object) -> float | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise BadBrief("This must be a number.")
    try:
        return float(value)
    except (ValueError, OverflowError) as failure:
        raise BadBrief("This must be a number.") from failure


def _seconds(value: object) -> float | None:
    seconds = _number(value)
    if seconds is not None and not MIN_SECONDS <= seconds <= MAX_SECONDS:
        raise BadBrief(f"seconds is {seconds:g}: choose from {MIN_SECONDS} to {MAX_SECONDS}.")
    return seconds


def _fps(value: object) -> int:
    fps = _number(value)
    if fps is not None and fps not in FRAME_RATES:
        raise BadBrief(f"fps is {fps:g}: choose one of {_listed(FRAME_RATES)}.")
    return int(fps or 30)


def _budget(value: object) -> float | None:
    budget = _number(value)
    if budget is not None and not 0 <= budget <= MOST_BUDGET:
        raise BadBrief(f"budget is {budget:g}: choose from 0 to {MOST_BUDGET:,} US dollars.")
    return budget


def _size(value: object) -> str:
    size = parse_text(value).lower()
    if size and size not in SIZE_NAMES.values():
        raise BadBrief(f"size is “{value}”: choose one of {_listed(SIZE_NAMES.values())}.")
    return size


def _aspect(value: object) -> str:
    aspect = parse_text(value)
    if aspect and aspect not in SIZE_NAMES:
        raise BadBrief(f"Choose one of {_listed(SIZE_NAMES)}.")
    return aspect


def _one_of(choices: Iterable[str], refusal: str) -> Callable[[object], str]:
    """A check that text is one of these or empty; BadBrief with the refusal, in which {value} stands for what was sent."""
    known = tuple(choices)

    def check(value: object) -> str:
        text = parse_text(value)
        if text and text not in known:
            raise BadBrief(f"{refusal.replace('{value}', text)}: choose one of {_listed(known)}.")
        return text

    return check


def _stage(value: object) -> str:
    if value in (None, "", *NO):
        return ""
    if value == "script" or value in YES:
        return "script"
    if value == "storyboard":
        return "storyboard"
    raise BadBrief(f"Send {_listed(STAGES)}, true or false.")


def _listed(names: Iterable[object]) -> str:
    return ", ".join(map(str, names))


FIELDS: dict[str, RequestField] = {
    "text_input": RequestField("What film you want, in a few words or a whole script", parse_words),
    "audio_data": RequestField("A recording of it, as a data URL or base64: WebM, Ogg, MP4, MP3, WAV or FLAC", parse_text),
    "seconds": RequestField(f"Length of the film, {MIN_SECONDS} to {MAX_SECONDS}; otherwise as the words say", _seconds),
    "size": RequestField("Pixels; otherwise as the words say", _size, (*SIZE_NAMES.values(),)),
    "aspect": RequestField("The same as a shape", _aspect, (*SIZE_NAMES,)),
    "fps": RequestField("Frames a second", _fps, FRAME_RATES),
    "theme": RequestField("A look by name; otherwise the mood chooses", _one_of(THEMES, "There is no theme “{value}”"), THEMES),
    "camera": RequestField("Film with this one first", _one_of(CAMERAS, "There is no camera “{value}”"), CAMERAS),
    "strict": RequestField("Fail rather than let another provider, or us, step in", parse_yes),
    "budget": RequestField("Most US dollars the film may cost", _budget),
    "review": RequestField(
        "Wait for a review of the script (or true), before voice and pictures, or of the storyboard, before filming", _stage, ("", *STAGES)
    ),
    "label": RequestField(
        "Where the film shows that it was made with AI; otherwise at its end", _one_of(LABELS, "label is “{value}”"), LABELS
    ),
    "webhook_url": RequestField("Told, signed, when the film is over or awaits its review", parse_text),
}
"""In the order in which they are listed."""


def check_fields(fields: Mapping[str, Any]) -> None:
    """BadField, of the first of some fields that cannot stand as it is; the whole is for `kiwi.tasks.request` to judge."""
    for name, value in fields.items():
        try:
            FIELDS[name].parse(value)
        except BadBrief as wrong:
            raise BadField(str(wrong), name) from wrong
    check_shape(fields.get("size") or "", fields.get("aspect") or "")


def check_shape(size: str, aspect: str) -> None:
    """BadField when size and shape contradict each other."""
    if size and aspect and SIZE_NAMES[aspect] != size.lower():
        raise BadField(f"{aspect} is not the shape of {size}: send one of the two.", "aspect")
