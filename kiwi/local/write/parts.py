"""Parts: the client's own words and a source's facts, one idea each, before they are fitted into a film."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kiwi.film.model import Form, Intent, Origin, VideoType
from kiwi.local.knowledge.facts import Fact, as_told
from kiwi.local.knowledge.topics import is_question
from kiwi.local.read.grammar import capitalised
from kiwi.local.read.sentences import finished
from kiwi.local.speak.speech import speech_seconds
from kiwi.local.write.forms import PLAIN, Shape, shape_of

MOST_POINTS = 5
"""Points that one card shows."""
LEANING = re.compile(
    r"(?:but|however|except|unless|only|otherwise|then|and|or|so|because|also|instead|still|yet|though|although|that(?:['’]s)?|this|these|those|"
    r"it(?:['’]s)?|they(?:['’]re)?|he|she|his|her|its|their|both|neither|which|who|if not|not|even|after that|before that|of course|too)\b",
    re.I,
)
"""How a sentence begins that means something else, or nothing, without the one before it."""
INVITED = "You are invited"
GREETINGS: tuple[tuple[str, str, str], ...] = (
    (r"thank", "Thank you to {who}", "Thank you"),
    (r"welcome back", "Welcome back to {who}", "Welcome back"),
    (r"welcom", "A warm welcome to {who}", "Welcome"),
    (r"gratulat|congrat", "Congratulations to {who}", "Congratulations"),
    (r"hello|\bhi\b|greet(?:s|ing)?$", "Hello to {who}", "Hello"),
    (r"farewell|goodbye|good-bye|say bye", "Goodbye to {who}", "Goodbye"),
    (r"get[- ]well", "Get well soon, to {who}", "Get well soon"),
    (r"invit", INVITED, INVITED),
    (r"apolog|sorry", "An apology to {who}", "We are sorry"),
    (r"condolence|sympathy", "With sympathy, to {who}", "With sympathy"),
    (r"save the date", "Save the date", "Save the date"),
    (r"new year", "Happy New Year to {who}", "Happy New Year"),
    (r"christmas", "Merry Christmas to {who}", "Merry Christmas"),
    (r"birthday", "Happy birthday to {who}", "Happy birthday"),
    (r"anniversary", "Happy anniversary to {who}", "Happy anniversary"),
    (r"good luck", "Good luck to {who}", "Good luck"),
)
"""How a wish that is named to the film maker is said to whom it is for, and to nobody in particular."""


@dataclass(frozen=True)
class Part:
    """Words to be spoken together, and what a card shows of them."""

    voice: str
    shape: Shape = PLAIN
    origin: Origin = Origin.CLIENT
    weight: float = 1.0
    """What tells most is kept longest when a film has no time for all."""
    kept: bool = False
    """It stays whatever the length."""
    leans: bool = False
    """It may not stand without the part before it."""

    @property
    def seconds(self) -> float:
        """How long it is spoken."""
        return speech_seconds(self.voice)


def client_parts(intent: Intent) -> list[Part]:
    """Everything the client said or wants mentioned, in their order; the call to action, which ends a film, aside."""
    said = [_sentence(sentence, place, intent) for place, sentence in enumerate(intent.sentences)]
    parts = [*said[: intent.points_after], *point_parts(intent), *said[intent.points_after :]]
    if intent.quote:
        parts.insert(0, Part(f"“{finished(intent.quote)}”", Shape(Form.QUOTE, figure=intent.quoted), kept=True))
    if greeting := greeting_of(intent):
        parts.insert(0, Part(greeting, kept=True))
    if signature := signature_of(intent):
        parts.append(Part(signature, kept=True))
    return parts


def _sentence(sentence: str, place: int, intent: Intent) -> Part:
    """A sentence of the client's, weighed by what it tells."""
    shape = shape_of(sentence) if intent.language == "en" else PLAIN
    weight = 1.0 + 0.6 * bool(re.search(r"\d", sentence)) + 0.4 * (shape.form is not Form.STATEMENT)
    weight += 1.0 if place == 0 else 0.3 if place == len(intent.sentences) - 1 else 0.0
    weight += 0.4 * bool(intent.name and intent.name.lower() in sentence.lower())
    return Part(sentence, shape, weight=weight, leans=place > 0 and LEANING.match(sentence) is not None)


def point_parts(intent: Intent) -> list[Part]:
    """The points as lists of at most five, evenly filled; one or two are a sentence."""
    points = [point for point in intent.key_points if not (intent.wants_knowledge and is_question(point))]
    count = -(-len(points) // MOST_POINTS)
    runs = [points[len(points) * number // count : len(points) * (number + 1) // count] for number in range(count)]
    return [
        Part(listed(run), Shape(Form.LIST, points=tuple(map(capitalised, run))) if run[1:] else shape_of(finished(run[0])), weight=2.0)
        for run in runs
    ]


def listed(items: Sequence[str]) -> str:
    """Items as one spoken sentence: ``New brakes, a full tank and 6,900 euros.``"""
    texts = [item.strip(" .,;") for item in items]
    if any("," in text for text in texts):
        return " ".join(finished(text) for text in texts)
    return finished(texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}")


HOLIDAY = re.compile(r"(?:(?:st\.? )?\w+(?:['’]s|s['’]) day|easter|diwali|hanukkah|eid|halloween|thanksgiving)", re.I)
"""Days that are wished to be happy."""
FOR_WHAT = ((r"thank", "for"), (r"gratulat|congrat", "on"), (r"invit", "to"), (r"apolog|sorry", "for"), (r"good luck", "with"))
"""How a wish says what it is about."""


def greeting_of(intent: Intent) -> str:
    """The wish of a greeting in full: ``Happy birthday to my grandmother Rosa.`` Empty when the client's own words say it."""
    told = intent.sentences or intent.key_points or intent.quote
    greets = intent.video_type is VideoType.GREETING and not told
    wish = (intent.occasion or (intent.original if greets else "")).strip(' .!,"“”')
    if not wish or any(wish.lower() in sentence.lower() for sentence in intent.sentences):
        return ""
    whom = re.sub(r"^(?:to|for)\s+", "", intent.audience or intent.name, flags=re.I)
    why = next((f" {word} {intent.topic}" for cue, word in FOR_WHAT if re.search(cue, wish, re.I) and _is_cause(intent)), "")
    for cue, full, bare in GREETINGS:
        if re.search(cue, wish, re.I):
            return finished((full.format(who=whom) if whom else bare) + why)
    if not intent.occasion:
        return finished(f"Happy {intent.topic}") if HOLIDAY.fullmatch(intent.topic) else ""
    plain = re.sub(r"^(?:an?|the|my|our|some)\s+|\s+(?:message|card|greetings?|wishes|video)$", "", wish, flags=re.I)
    return finished(f"{plain} to {whom}" if whom else plain)


def _is_cause(intent: Intent) -> bool:
    """Whether the topic is what a wish is about, rather than the wish itself, whom it is for, or what a sentence tells."""
    topic = intent.topic.lower()
    others = (intent.occasion.lower(), intent.audience.lower(), intent.name.lower())
    told = topic in " ".join(intent.sentences).lower()
    return bool(topic) and not told and not any(other and (topic in other or other in topic) for other in others)


def signature_of(intent: Intent) -> str:
    """From whom a greeting is: ``From Tim and Lea.`` Empty where nobody is named or the client's own words name them."""
    sender = intent.quoted if intent.video_type is VideoType.GREETING and not intent.quote else ""
    said = any(sender.lower() in sentence.lower() for sentence in intent.sentences)
    lead = "" if re.match(r"(?:your|yours|with|love)\b", sender, re.I) else "From "
    return finished(f"{lead}{sender}") if sender and not said else ""


def greeting_title(intent: Intent) -> str:
    """A greeting's wish as a title, with the name it is for: ``Happy birthday, Rosa``; empty when none is known."""
    greets = intent.occasion or (" ".join(intent.sentences[:1]) if intent.video_type is VideoType.GREETING else "")
    wish = next((bare for cue, _, bare in GREETINGS if greets and re.search(cue, greets, re.I)), "")
    whole = re.search(rf"(?P<of>\bof (?:the )?)?(?P<name>{re.escape(intent.name)}(?: \d+)?)\b", intent.audience) if intent.name else None
    name = intent.name if whole is None else "" if whole["of"] else whole["name"]  # of “customers of Bean” Bean is not greeted
    if wish == INVITED:
        return wish  # the name may be the host's
    return f"{wish}, {name}" if wish and name else wish


def source_parts(facts: Sequence[Fact]) -> list[Part]:
    """Facts as parts; what begins with a pronoun leans on the part before it."""
    told = as_told(facts)
    return [
        Part(text, _shape_of_fact(fact), origin=Origin.SOURCE, weight=fact.worth, leans=fact.leans or text != fact.text)
        for text, fact in zip(told, facts, strict=True)
    ]


def _shape_of_fact(fact: Fact) -> Shape:
    """What a card shows of a fact: its figure, or the things that it lists."""
    if fact.parts:
        return Shape(Form.LIST, points=fact.parts)
    # a figure that is “over” or “about” so much would not be true large and alone
    plain = fact.figure is not None and not fact.figure.qualifier and len(re.findall(r"\d[\d,.]*", fact.text)) == 1
    return Shape(Form.NUMBER, figure=fact.figure.shown) if fact.figure and plain else PLAIN
