"""Drafts: scenes before they have a place, made of the client's runs, of patterns, of points and of facts said before."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kiwi.film import Form, Intent, VideoType
from kiwi.local.forms import POINT_CHARACTERS, Shape, label_of, shape_of
from kiwi.local.grammar import capitalised, is_plural, lowered, tagged, title_case
from kiwi.local.headings import heading_of
from kiwi.local.keywords import keywords_of
from kiwi.local.patterns.beats import Beat, Slots
from kiwi.local.patterns.fields import FIELDS
from kiwi.local.patterns.kinds import QUOTED, TYPES
from kiwi.local.patterns.occasions import BEDTIME, COMPARED, GREETED, INVITED, LIVED, TALE, WONDERED
from kiwi.local.patterns.points import CLAUSES, SINGLY, TOGETHER
from kiwi.local.sentences import finished
from kiwi.local.speech import speech_seconds
from kiwi.local.subject import Subject, choose, parts_of, shortened
from kiwi.local.subjects import OWN_STORY, noun_phrases
from kiwi.local.vocabulary import BEFORE_SLEEP

COUNTS = ("", "One", "Two", "Three", "Four", "Five", "Six")


@dataclass(frozen=True)
class Draft:
    """A scene before it has a place in the film."""

    title: str
    voice: str
    shape: Shape
    icons: tuple[str, ...] = ()
    button: str = ""

    @property
    def seconds(self) -> float:
        """What the narrator needs for it."""
        return speech_seconds(self.voice)


def draft_of_run(run: str, used: Sequence[str], subject: Subject) -> Draft:
    """Give a run of the client's sentences its heading, form and icons."""
    shape = shape_of(run)
    heading = title_of_run(run, shape, used) if subject.english else shortened(re.split(r"[.!?。！？,;:]", run)[0], 28)
    return Draft(heading or subject.title, run, shape, keywords_of(run))


def title_of_run(run: str, shape: Shape, used: Sequence[str]) -> str:
    """Head a run by its own words; a list by what leads into it, else by its count rather than by one of its points."""
    own = listed(run, shape, used) if shape.form is Form.LIST else ""
    if own and own not in used:
        return own
    heading = heading_of(run, [*used, *shape.points], shape.figure)
    if shape.form in {Form.LIST, Form.STEPS} and (
        not heading or heading.split()[0].lower() in PRONOUNS or any(names(heading, point) for point in shape.points)
    ):
        heading = f"{COUNTS[len(shape.points)]} {'Steps' if shape.form is Form.STEPS else 'Things to Remember'}"
    return "" if heading in used else heading


PRONOUNS = frozenset(["it", "we", "they", "there", "you", "he", "she", "i"])
DID = re.compile(
    r"(?P<who>we|you|they|he|she|I|(?:our|your|my|the) [\w’'-]+) (?:also |always |still )?"
    r"(?P<does>[\w’'-]+)(?: (?:with|in|on|for|about))?$",
    re.I,
)
"""What leads into a list: ``She mixes``."""


def names(heading: str, point: str) -> bool:
    """Whether a heading is one of the points under it."""
    small = {"a", "an", "the", "our", "your", "and", "of", "in", "for", "to"}
    said, shown = ({word for word in text.lower().split() if word not in small} for text in (heading, point))
    return bool(said & shown)


def listed(run: str, shape: Shape, used: Sequence[str] = ()) -> str:
    """Head a list by what leads into it: ``You get`` a, b and c → ``What You Get``; its own names when they are short."""
    before, _, after = run.partition(shape.points[0])
    lead = DID.search(before.strip())
    if lead and lead["does"].lower() not in {"are", "is", "were", "was", "have", "has", "had", "to", "can", "will", "and", "at"}:
        verb = next((token for token in tagged(lead[0]) if token.text == lead["does"]), None)
        if verb and verb.tag in {"VBP", "VBZ", "VBD", "VB"} and lead.start() == 0:
            return title_case(f"what {lead['who']} {lead['does']}")
    heads, colon, _ = before.partition(":")
    for head in (heads, re.split(r"\s(?:at|for|from|in|of|on|by|with)\s", heads, maxsplit=1)[0]) if colon else ():
        if 1 < len(head.split()) <= 6 and len(head) <= 34 and title_case(head) not in used:
            return title_case(head)
    joined = f"{', '.join(shape.points[:-1])} and {shape.points[-1]}"
    following = after.rpartition(shape.points[-1])[2].strip(" .!")
    if not before.strip() and len(joined) <= 34 and following:
        return title_case(joined)
    return (
        f"{title_case(shape.points[0])}, {title_case(shape.points[1])}"
        if all(point.lower().startswith("no ") for point in shape.points)
        else ""
    )


WHEN = re.compile(
    r"\b(?P<fact>(?:on|from|until|by|this|next|every|starting|at)\s+(?:(?:this|next|every|the)\s+)?(?:Monday|Tuesday|"
    r"Wednesday|Thursday|Friday|Saturday|Sunday|weekend|"
    r"January|February|March|April|May|June|July|August|September|October|November|December|"
    r"\d{1,2}(?::\d\d)? ?[ap]\.?m\b\.?|noon|midnight)\b(?:,? (?:morning|afternoon|evening|night|the )?\d{1,2}(?:st|nd|rd|th)?\b"
    r"(?: (?:January|February|March|April|May|June|July|August|September|October|November|December))?|"
    r" (?:morning|afternoon|evening|night))?"
    r"(?:,? (?:at|from|to|until) (?:\d{1,2}(?::\d\d)?(?: ?[ap]\.?m\b\.?)?|noon|midnight))*)"
)


WHERE = re.compile(
    r"\b(?P<fact>(?:on|at|in|near)\s+(?:the\s+)?(?:\d+\s+)?(?:[A-Z][\w'’]+\s+)+(?:Street|Road|Avenue|Square|Park|Lane|"
    r"Hall|Market|Station|Library|School|Beach|Center|Centre|Garden|Gardens|Museum))\b"
)


def facts(own: Sequence[Draft]) -> list[Draft]:
    """Say once more when and where, in the client's own words."""
    found = []
    said = " ".join(draft.voice for draft in own)
    for question, pattern, icons in (("When?", WHEN, ("calendar", "clock")), ("Where?", WHERE, ("map-pin", "map"))):
        match = pattern.search(said)
        if match:
            found.append(
                Draft(
                    title_case(shortened(match["fact"].rstrip("."))), f"{question} {finished(match['fact'])}", Shape(Form.STATEMENT), icons
                )
            )
    return found


def recap(subject: Subject, own: Sequence[Draft]) -> list[Draft]:
    """Name once more, as a list, what the client's own scenes were about."""
    named = [
        lowered(phrase) for draft in own for phrase in noun_phrases(draft.voice)[-1:] if len(phrase) <= POINT_CHARACTERS and " " in phrase
    ]
    labels = list(dict.fromkeys(label for label in named if label.lower() not in subject.title.lower()))[:3]
    if len(labels) < 2:
        return []
    listed = f"{', '.join(labels[:-1])} and {labels[-1]}"
    voice = f"{capitalised(subject.slots['topic'])}: {listed}."
    return [Draft("In Short", voice, Shape(Form.LIST, tuple(labels)), keywords_of(listed))]


def alternatives(place: str, intent: Intent, subject: Subject, own: Sequence[Draft]) -> list[Draft]:
    """Every pattern for a place, the one this topic prefers first."""
    if place == "audience" and (
        not intent.audience or (re.match(r"(?:my|our)\b", intent.audience) and intent.video_type not in {VideoType.STORY, VideoType.QUOTE})
    ):
        return []
    if place == "question" and own and own[0].voice.rstrip().endswith("?"):
        return []
    company = company_of(intent, subject)
    if company:
        beats = company.get(place, ())
    else:
        special = tuple(beat for beat in TYPES[intent.video_type].get(place, ()) if subject.say(beat))
        beats = special or FIELDS[subject.field].get(place, ())
    start = choose(intent.topic + place, len(beats)) if beats else 0
    ordered = [*beats[start:], *beats[:start]]
    return [draft for beat in ordered if (draft := draft_of_beat(beat, subject)) is not None]


WISH = re.compile(r"(?:Happy|Merry|Congrat\w+|Get well|Good luck|Bon voyage|Season|Welcome (?:home|back)|Thank)\b")


def company_of(intent: Intent, subject: Subject) -> Slots:
    """The patterns of a film whose occasion has its own; empty for all others."""
    first = intent.sentences[0] if intent.sentences else ""
    if has_quotation(intent):
        return QUOTED
    if subject.slots["hero"]:
        return BEDTIME if BEFORE_SLEEP.search(intent.original) else TALE
    if intent.video_type is VideoType.STORY and WISH.match(first):
        return GREETED
    if told_by_doer(intent):
        return LIVED
    if first.startswith("You’re invited"):
        return INVITED
    return company_of_topic(intent, subject) if intent.video_type is VideoType.EXPLAINER else {}


def company_of_topic(intent: Intent, subject: Subject) -> Slots:
    """The patterns of an explainer that compares, or asks what only knowledge can answer; empty for all others."""
    if subject.slots["left"] and "difference" not in intent.topic:
        return COMPARED
    wonders = WONDERS.match(intent.topic) and subject.slots["question"] and not intent.sentences
    return WONDERED if wonders else {}


WONDERS = re.compile(
    r"(?:why|when|where)\b(?!.*\b(?:should|need|matters?|our|my)\b)|"
    r"how (?!.*\b(?:is|are|be|gets?)\b).+\b(?:did|was|were|fell|became|began|won|lost|came|went|rose|grew|got|made|built|ended|died)\b"
)
"""Topics that ask for what happened or for a reason: the patterns of a field would speak of their nouns instead."""


def told_by_doer(intent: Intent) -> bool:
    """Whether a story is told by who lived it: its first sentence is its beginning."""
    told = intent.video_type is VideoType.STORY and re.match(r"how (?:I|we|he|she|they)\b", intent.topic) is not None
    return intent.topic == OWN_STORY or told


def has_quotation(intent: Intent) -> bool:
    """Whether the client chose somebody's words for the film."""
    return intent.video_type is VideoType.QUOTE and any(shape_of(sentence).form is Form.QUOTE for sentence in intent.sentences)


def draft_of_beat(beat: Beat, subject: Subject) -> Draft | None:
    """Fill a pattern; None when the topic lacks a word for it."""
    voice = subject.say(beat)
    title = subject.fill(beat.title) or ""
    if not voice:
        return None
    points = subject.points(beat)
    usable = all(len(point) <= POINT_CHARACTERS for point in points)
    shape = Shape(beat.shape, points) if usable and len(points) > 1 else Shape(Form.STATEMENT)
    return Draft(shortened(title), voice, shape, tuple(beat.icons.split()))


def point_drafts(intent: Intent, subject: Subject) -> list[Draft]:
    """Scenes for what the client wants mentioned: all together, and one by one while there is time."""
    points = [point for point in intent.key_points if not said_in(point, intent.sentences)]
    if not points:
        return []
    drafts = []
    for at in range(0, len(points), 5):
        group = points[at : at + 5]
        beats = TOGETHER[intent.video_type]
        beat = beats[(choose(intent.topic + "points", len(beats)) + at // 5) % len(beats)]
        listed = group[0] if len(group) == 1 else f"{', '.join(group[:-1])} and {group[-1]}"
        voice = finished(beat.say.replace("{list}", listed))
        labels = tuple(label_of(point) if len(point) > POINT_CHARACTERS else point for point in group)
        shape = Shape(Form.LIST, labels) if len(labels) > 1 and at // 5 < len(beats) else Shape(Form.STATEMENT)
        drafts.append(Draft(beat.title if at // 5 < len(beats) else title_case(shortened(group[0])), voice, shape, keywords_of(listed)))
    return [*drafts, *single_points(points, intent.video_type)] if len(points) > 1 else drafts


def single_points(points: Sequence[str], video_type: VideoType) -> list[Draft]:
    """One scene a point: a phrase gets a sentence of its own, a clause becomes the question it answers."""
    drafts = []
    for index, point in enumerate(points):
        clause = re.match(r"(?:how|why|what|when|where|who|which)\b", point) is not None
        asked = parts_of(point)[2] or f"{capitalised(point)}?"
        frame = CLAUSES[index % len(CLAUSES)] if clause else SINGLY[video_type][index % len(SINGLY[video_type])]
        text = (
            re.sub(r"\[(.*?)\|(.*?)\]", r"\2" if is_plural(point) else r"\1", frame).replace("{point}", point).replace("{question}", asked)
        )
        drafts.append(Draft(title_case(shortened(point)), finished(capitalised(text)), Shape(Form.STATEMENT), keywords_of(point)))
    return drafts


def said_in(point: str, sentences: Sequence[str]) -> bool:
    """Whether the client's own sentences say a point already."""
    words = set(re.findall(r"\w{4,}", point.lower()))
    return any(words and words <= set(re.findall(r"\w+", sentence.lower())) for sentence in sentences)
