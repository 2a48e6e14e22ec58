"""Choosing: what to look for in a stock library for a shot, and which of the clips found fits it best; pure decisions."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import Field

from kiwi.film.model import Shot, Size, Value
from kiwi.local.storyboard.keywords import keywords_of, singular

MOST_QUERIES = 5
LONGEST_QUERY = 100
"""Characters; one of the libraries takes no more."""
SOUGHT, PICTURED = 3.0, 1.0
"""Worth of a clip's word that was searched for, and of one that stands in the shot's prompt alone."""
NAMELESS = 2.0
"""Worth of a clip that nobody has described: the library knows why it shows it."""
LONG_ENOUGH, SHARP_ENOUGH = 2.0, 2.0
RANK = 0.15
"""Lost by each place further down in the library's own order."""
LONGEST = 60.0
"""Seconds of footage from which a clip is a needless load."""
SHORTEST = 1.0
MOST_PIXELS, MOST_SECONDS = 100_000, 86_400
"""No clip is larger or longer."""
SHARED = re.compile(r"[^\W\d_]{3,}")


class ClipFile(Value):
    """One rendition of a clip."""

    url: str
    width: int = Field(gt=0, le=MOST_PIXELS)
    height: int = Field(gt=0, le=MOST_PIXELS)


class Clip(Value):
    """A clip as a library describes it."""

    id: str
    words: tuple[str, ...]
    """Tags, and the words of its page's name."""
    seconds: float = Field(ge=0, le=MOST_SECONDS)
    author: str
    page: str
    files: tuple[ClipFile, ...]


@dataclass(frozen=True)
class Choice:
    """A clip, and which of its files to take."""

    clip: Clip
    file: ClipFile


def plan_queries(shot: Shot) -> list[str]:
    """What to search for, best first: the shot's own words, then single things in them, then in its prompt, then in what is said."""
    sought = " ".join(SHARED.findall(shot.search.lower()))
    pictured = keywords_of(shot.prompt)
    said = () if sought or pictured else keywords_of(spoken(shot))
    pair = [" ".join(said[:2])] if len(said) > 1 else []
    queries = [sought, *keywords_of(sought)[:2], *pictured[:2], *pair, *said[:2]]
    return list(dict.fromkeys(query[:LONGEST_QUERY].strip() for query in queries if query))[:MOST_QUERIES]


def spoken(shot: Shot) -> str:
    """The heading of a shot's card and the words that are said over it."""
    heading = getattr(shot.card, "headline", "") or getattr(shot.card, "heading", "")
    words = [word.text for caption in shot.captions for line in caption.lines for word in line] or [
        word.text for word in getattr(shot.card, "words", ())
    ]
    return f"{heading}. {' '.join(words)}"


def choose(clips: Sequence[Clip], shot: Shot, query: str, size: Size, fps: int) -> list[Choice]:
    """The clips that can be shown in this size, those first that match the shot best."""
    sought, pictured = stems([query, shot.search]), stems([shot.prompt])
    seconds = shot.frames / fps
    choices = []
    for place, clip in enumerate(clips):
        file = choose_file(clip.files, size)
        if file is not None and clip.seconds >= SHORTEST:
            worth = match(clip, sought, pictured) + fitness(clip, file, seconds, size) - RANK * place
            choices.append((worth, -place, Choice(clip, file)))
    return [choice for _, _, choice in sorted(choices, key=lambda one: one[:2], reverse=True)]


def stems(texts: Iterable[str]) -> frozenset[str]:
    """The words of texts, in the singular."""
    return frozenset(singular(word) for text in texts for word in SHARED.findall(text.lower()))


def match(clip: Clip, sought: frozenset[str], pictured: frozenset[str]) -> float:
    """How much a clip's own words have in common with the shot's."""
    own = stems(clip.words)
    return SOUGHT * len(own & sought) + PICTURED * len(own & (pictured - sought)) if own else NAMELESS


def fitness(clip: Clip, file: ClipFile, seconds: float, size: Size) -> float:
    """How well a clip fills the shot's time and picture."""
    time = LONG_ENOUGH * min(1.0, clip.seconds / seconds) - (0.5 if clip.seconds > LONGEST else 0.0)
    return time + SHARP_ENOUGH * min(1.0, file.width / size.width, file.height / size.height)


def choose_file(files: Iterable[ClipFile], size: Size) -> ClipFile | None:
    """The smallest file that fills the picture, else the largest there is; None if none is of the picture's shape."""
    shaped = [file for file in files if is_shaped(file, size)]
    filling = [file for file in shaped if file.width >= size.width and file.height >= size.height]

    def area(file: ClipFile) -> int:
        return file.width * file.height

    return min(filling, key=area) if filling else max(shaped, key=area, default=None)


def is_shaped(file: ClipFile, size: Size) -> bool:
    """Whether a file need not lose most of its picture to fill this one: upright for upright, wide for wide; anything for a square."""
    return size.width == size.height or (file.width > file.height) == (size.width > size.height)
