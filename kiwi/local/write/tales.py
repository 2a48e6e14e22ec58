"""Tales: the only thing that is made up here, and only when a tale was asked for without being told."""

import hashlib
import re

from kiwi.film.model import Intent, Origin, VideoType
from kiwi.local.knowledge.clauses import main_verb
from kiwi.local.read.grammar import NOUN_TAGS, tagged
from kiwi.local.read.sentences import finished
from kiwi.local.write.parts import Part

RELATIVE = re.compile(r"(?:who|that|which|whose|where|and|but)\b", re.I)
"""How a point begins that goes on with the plot."""
TOLD = "This is the tale of {plot}."
PLOT: tuple[str, ...] = (
    "Nobody had ever told {the} how such a thing is done.",
    "At first it seemed too big.",
    "Then came one small step, and nothing terrible happened.",
    "So there was a second step, and a third.",
    "Some went well and some went wrong, and both made good stories at supper.",
    "And one day {the} looked back, and the beginning was far away.",
    "What had been so hard was now easy to tell.",
    "It is told again every time somebody asks for it.",
)
"""What goes on from any plot of the client's."""
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


def tale_parts(intent: Intent) -> list[Part]:
    """A tale about the hero that the topic names, and of the plot, if it names one.

    None when the client tells the story or the topic names nobody in particular. The same topic is always told the same tale.
    """
    told = intent.sentences or intent.quote or len(plot_points(intent)) < len(intent.key_points)
    if intent.video_type is not VideoType.STORY or told:
        return []
    plot = " ".join((intent.topic, *plot_points(intent)))
    titled = plot.partition(", ")[2]
    plot = titled if hero_of(titled)[1] else plot
    hero, rest = hero_of(plot)
    if not hero or (intent.wants_knowledge and not re.match(r"(?:an?|two|three)\b", plot, re.I)):
        return []
    the, a = f"the {hero}", f"{'an' if hero[0].lower() in 'aeiou' else 'a'} {hero}"
    number = int.from_bytes(hashlib.sha256(intent.topic.encode()).digest()[:4], "big")
    lines = [line.format(a=a, the=the, The=f"The {hero}") for line in (PLOT if rest else TALES[number % len(TALES)])]
    if rest:
        clause = main_verb(tagged(plot)) is not None and not RELATIVE.match(rest)
        lines.insert(0, finished(plot) if clause else TOLD.format(plot=plot[:1].lower() + plot[1:]))
    last = len(lines) - 1
    return [Part(line, origin=Origin.FRAME, weight=3.0 if place in {0, last} else 1.0) for place, line in enumerate(lines)]


def plot_points(intent: Intent) -> list[str]:
    """The points that are no points but go on with the topic: “who wakes up alone”."""
    return [point for point in intent.key_points if RELATIVE.match(point)]


def hero_of(plot: str) -> tuple[str, str]:
    """Whom a plot is about, without the article, and what else it says; nobody when it does not begin with a common noun."""
    found = re.match(r"(?:an?|the|our|my|some)\s+", plot, re.I)
    if found is None:
        return "", plot
    tokens = [token for token in tagged(plot) if token.start >= found.end()]
    inside = NOUN_TAGS | {"JJ", "VBN", "VBG", "CD", "HYPH"}
    end = next((place for place, token in enumerate(tokens) if token.tag not in inside), len(tokens))
    if not end or tokens[end - 1].tag not in NOUN_TAGS:
        return "", plot
    return plot[found.end() : tokens[end - 1].end], plot[tokens[end - 1].end :].strip(" .!,")
