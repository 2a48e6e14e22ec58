"""Parsing a brief at the door: outside is text, inside is types; each refusal names its field."""

from kiwi.errors import BadBrief
from kiwi.film.intent import THEMES
from kiwi.film.model import FRAME_RATES, MAX_SECONDS, MAX_WORDS_CHARACTERS, MIN_SECONDS, SIZES, Brief, Size
from kiwi.film.origin import LABELS
from kiwi.money.catalogue import CAMERAS

MOST_BUDGET = 100_000
"""US dollars."""


def parse_brief(
    words: str = "",
    *,
    size: str = "",
    fps: int = 30,
    seconds: float | None = None,
    theme: str = "",
    camera: str = "",
    strict: bool = False,
    budget: float | None = None,
    review: bool = False,
    label: str = "",
) -> Brief:
    """A brief from what a client typed; BadBrief with one sentence that says what to change."""
    if len(words) > MAX_WORDS_CHARACTERS:
        raise BadBrief(f"The text has {len(words):,} characters: shorten it to at most {MAX_WORDS_CHARACTERS:,}.")
    if "\x00" in words or any("\ud800" <= character <= "\udfff" for character in words):
        raise BadBrief("The text contains characters that are no text: remove control and half characters.")
    if fps not in FRAME_RATES:
        raise BadBrief(f"fps is {fps}: choose one of {', '.join(map(str, FRAME_RATES))}.")
    if seconds is not None and not MIN_SECONDS <= seconds <= MAX_SECONDS:
        raise BadBrief(f"seconds is {seconds:g}: choose from {MIN_SECONDS} to {MAX_SECONDS}.")
    if theme and theme not in THEMES:
        raise BadBrief(f"There is no theme “{theme}”: choose one of {', '.join(THEMES)}.")
    if camera and camera not in CAMERAS:
        raise BadBrief(f"There is no camera “{camera}”: choose one of {', '.join(CAMERAS)}.")
    if budget is not None and not 0 <= budget <= MOST_BUDGET:
        raise BadBrief(f"budget is {budget:g}: choose from 0 to {MOST_BUDGET:,} US dollars.")
    if label and label not in LABELS:
        raise BadBrief(f"label is “{label}”: choose one of {', '.join(LABELS)}.")
    return Brief(
        words=words,
        size=parse_size(size) if size else None,
        fps=fps,
        seconds=seconds,
        theme=theme,
        camera=camera,
        strict=strict,
        budget=budget,
        review=review,
        label=label,
    )


def parse_size(text: str) -> Size:
    """One of the sizes we make; BadBrief."""
    known = {str(size): size for size in SIZES}
    if text.lower() not in known:
        raise BadBrief(f"size is “{text}”: choose one of {', '.join(known)}.")
    return known[text.lower()]
