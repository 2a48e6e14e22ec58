"""What a message says of the film, in the terms of a brief."""

import re
from dataclasses import dataclass, replace

from kiwi.conversations.briefs import FILM_OF
from kiwi.conversations.drift import Drift
from kiwi.film import Size, VideoType
from kiwi.local.grammar import lowered
from kiwi.local.reader import Notes, sentences_of, take_note
from kiwi.local.sentences import calmed, is_disfluent
from kiwi.local.vocabulary import MOOD_OF, TYPE_WORDS
from kiwi.local.wishes import Wishes, cut_wishes

LEAD = re.compile(
    r"^(?:(?:no|nope|nah|actually|sorry|wait|hm+|oh|well|ok(?:ay)?|yes|yeah|sure|right|so|and|but|also|please|maybe|rather|instead|then|"
    r"i mean|i meant|thanks|great|good|perfect|on second thought|i(?:['’]ve| have)? changed my mind|come to think of it|let['’]?s|"
    r"can you|could you|would you)\b[\s,.!:;–—-]*)+",
    re.I,
)
"""What people say before they come to the point."""
TAIL = re.compile(
    r"(?:[\s,]+(?:actually|please|pls|plz|though|then|ok(?:ay)?|thanks|thank you|if possible|if you can|"
    r"(?:is|are|would be|sounds|seems) (?:much )?(?:better|best|fine|enough|nicer)))+[\s.!]*$",
    re.I,
)
"""What they say after it."""

PLACE = re.compile(
    r"(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?|"
    r"(?:(?:our|my|the) )?(?:new )?(?:online )?(?:website|web site|site|homepage|shop|store|page|blog|stand)",
    re.I,
)
"""Where viewers can be sent."""


@dataclass(frozen=True)
class Meaning:
    """A message, understood; what is empty was not spoken of."""

    drift: Drift = Drift.FILM
    words: str = ""
    """What the film shall tell or mention, in words that a reader of briefs understands."""
    swap: tuple[str, str] | None = None
    """Words that were said before, and those that shall stand in their place."""
    new_topic: bool = False
    """Whether ``words`` are about another topic than before."""
    seconds: float | None = None
    size: Size | None = None
    audience: str = ""
    style: str = ""
    video_type: VideoType | None = None
    name: str = ""
    action: str = ""

    @property
    def empty(self) -> bool:
        """Whether it says nothing about the film."""
        return self == Meaning(self.drift)


def bare_of(text: str) -> str:
    """A message without what people say around the point."""
    return TAIL.sub("", LEAD.sub("", text)).strip()


def noted(text: str, *, fresh: bool = False) -> Notes:
    """What a reader of briefs makes of a message; not ``fresh``: after a film was ordered."""
    notes = Notes() if fresh else Notes(ordered=True, topic="the film")
    for sentence in sentences_of(calmed(text), is_disfluent(text)):
        take_note(sentence, notes)
    return notes


def wishes_in(notes: Notes) -> Meaning:
    """The wishes among notes, without what the film shall tell."""
    wishes = notes.wishes
    return Meaning(
        seconds=wishes.best_seconds,
        size=wishes.size,
        audience=wishes.audience,
        style=style_of(notes.orders),
        video_type=next((kind for order in notes.orders if (kind := type_named(order))), None),
        name=notes.name,
        action=f"Visit {notes.action[:1].lower()}{notes.action[1:]}" if PLACE.fullmatch(notes.action) else notes.action,
    )


def about(text: str) -> Meaning:
    """A message that names what the film is about; its name and call to action are read with its words."""
    return replace(wishes_in(noted(text, fresh=True)), words=text, new_topic=True, name="", action="")


def ordered(topic: str, kind: VideoType | None = None) -> str:
    """An order for a film about something that was named by itself."""
    topic = re.sub(r"^(?:it(?:['’]s| is)\s+)?(?:all )?(?:about|on)\s+", "", bare_of(topic), flags=re.I).strip(" .!?")
    return f"Make {FILM_OF[kind] if kind else 'a video'} about {_lowered(topic)}."


def _lowered(topic: str) -> str:
    """Lower the first letter of a word that is no name, as far as the first word tells."""
    return lowered(topic) if re.match(r"(?:How|Why|What|When|Where|Who|The|Our|My|A|An|Your|This|Some)\b", topic) else topic


def type_named(words: str) -> VideoType | None:
    """The type of film that an order names."""
    return next((kind for kind, cues in TYPE_WORDS if re.search(rf"\b(?:{cues})\b", words, re.I)), None)


def style_of(orders: list[str]) -> str:
    """The words for a tone in instructions, as they came: ``calm and professional`` → ``calm, professional``."""
    found: list[str] = []
    for order in orders:
        left = cut_wishes(order, Wishes()).lower()
        found += [word for word in tone_words(order) if word not in left]
    return ", ".join(dict.fromkeys(found))


def tone_words(text: str) -> list[str]:
    """The words for a tone in a text."""
    return [word for word in re.findall(r"[a-z]+(?:-[a-z]+)*", text.lower()) if word in MOOD_OF]
