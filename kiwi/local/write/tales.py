"""Tales: the only thing that is made up here, and only when a tale was asked for without being told."""

import hashlib
import re

from kiwi.film.model import Intent, Origin
from kiwi.local.write.parts import Part

HERO = re.compile(
    r"\b(?:an?|the|our|my|some|two|three) (?P<hero>[a-z][\w' -]{1,40}?)"
    r"(?=\s+(?:who|that|and|in|on|at|with|from|called|named|learn\w*|find\w*|los\w*|is|was|wants?)\b|[,.;!?]|$)",
    re.I,
)
TALES: tuple[tuple[str, ...], ...] = (
    (
        "Once there was {a} who could not sleep.",
        "The wind was in the trees, and the moon looked in at the window.",
        "“What are you waiting for?” asked the moon.",
        "“For the day to be over,” said {the}.",
        "“It is over when you say thank you for it,” said the moon.",
        "So {the} thanked the morning for its light.",
        "And the noon for its warmth.",
        "And the evening for its quiet.",
        "At the last thank you, {the} was asleep.",
        "The moon stayed a little, and then went on to the next window.",
    ),
    (
        "Once there was {a} who lost the way home.",
        "It was late, and every path looked like every other.",
        "A small light came along, no bigger than a seed.",
        "“I am only small,” it said, “but I know the next step.”",
        "So they took the next step, and then the next.",
        "They crossed the stream, and they passed the old oak.",
        "And there, behind the hill, stood the house with its door open.",
        "{The} turned round to say thank you, but the light was gone.",
        "It was already showing somebody else the next step.",
    ),
    (
        "Once there was {a} with a very big wish.",
        "It was so big that it did not fit through the door.",
        "“Cut it into pieces,” said the neighbours, “and carry one a day.”",
        "So {the} carried one piece every day.",
        "Some days it rained, and some days the piece was heavy.",
        "When the last piece was outside, they put them together.",
        "And the wish was even bigger than before.",
        "For by then everybody had carried a little of it.",
    ),
)
"""Each sentence names its hero as ``{a}``, ``{the}`` or ``{The}``, or not at all."""
NOBODY = "little traveller"


def tale_parts(intent: Intent) -> list[Part]:
    """A tale about the hero that the topic names; the same topic is always told the same tale."""
    found = HERO.search(intent.topic)
    hero = found["hero"].lower() if found else NOBODY
    several = found is not None and re.match(r"(?:two|three)\b", found[0], re.I) is not None
    if several:
        hero = NOBODY
    a = f"{'an' if hero[0] in 'aeiou' else 'a'} {hero}"
    number = int.from_bytes(hashlib.sha256(intent.topic.encode()).digest()[:4], "big")
    lines = TALES[number % len(TALES)]
    count = len(lines)
    return [
        Part(line.format(a=a, the=f"the {hero}", The=f"The {hero}"), origin=Origin.FRAME, weight=3.0 if place in {0, count - 1} else 1.0)
        for place, line in enumerate(lines)
    ]
