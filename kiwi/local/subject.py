"""How a topic can stand in sentences: as a noun, as a question, as something to do; and which field of life it belongs to."""

import hashlib
import re
from dataclasses import dataclass

from kiwi.film import Intent, VideoType
from kiwi.local.grammar import NOUN_TAGS, capitalised, gerund, infinitive, is_gerund, is_plural, tagged, title_case
from kiwi.local.patterns.beats import POINT, Beat
from kiwi.local.patterns.fields import CUES
from kiwi.local.questions import question_of

TITLE_CHARACTERS = 42
AGREEMENT = re.compile(r"\[([^\[\]|]*)\|([^\[\]|]*)\]")
SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Subject:
    """A topic's forms by slot name, its number and its field."""

    slots: dict[str, str]
    plural: bool
    field: str
    title: str
    english: bool = True

    def fill(self, template: str) -> str:
        """Fill a pattern; empty when the topic has no word for one of its slots."""
        wanted = SLOT.findall(template)
        if any(not self.slots.get(slot) for slot in wanted):
            return ""
        text = AGREEMENT.sub(lambda match: match[2] if self.plural else match[1], template)
        return SLOT.sub(lambda match: self.slots[match[1]], text)

    def say(self, beat: Beat) -> str:
        """Fill a beat's words, every sentence with its capital, without the marks of its points."""
        text = re.sub(r"\?\.", "?", POINT.sub(r"\1", self.fill(beat.say)))
        return re.sub(r"(?:^|(?<=[.!?]\s))\S+", lambda match: capitalised(match[0]), text)

    def points(self, beat: Beat) -> tuple[str, ...]:
        """Fill the points a beat shows, as they are spoken."""
        said = self.say(beat)
        labels = POINT.findall(self.fill(beat.say))
        return tuple(label if label in said else capitalised(label) for label in labels)


def choose(seed: str, count: int) -> int:
    """Pick one of ``count`` by a hash that is the same everywhere and always."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4], "big") % count


def subject_of(intent: Intent) -> Subject:
    """Find every form of an intent's topic that the patterns can use."""
    about = ours(intent.topic) if intent.video_type is VideoType.PROMOTIONAL else intent.topic
    noun, act, question = parts_of(about)
    if (
        intent.name
        and (re.match(r"(?:my|our|a|an|the)\b", intent.topic) or intent.name in intent.topic)
        and intent.video_type is VideoType.PROMOTIONAL
    ):
        noun = intent.name
    audience = intent.audience
    slots = {
        "about": about,
        "topic": noun,
        "act": act,
        "acting": gerund(act) if act else "",
        "question": question,
        "name": intent.name,
        "audience": audience,
        "Audience": title_case(audience),
        "title": title_of(intent, about),
    }
    field = field_of(intent.topic)
    if field == "general" and not (intent.name and intent.video_type is VideoType.PROMOTIONAL):
        field = field_of(" ".join((*intent.sentences, *intent.key_points, intent.call_to_action)))
    if field == "general":
        field = "offer" if intent.video_type is VideoType.PROMOTIONAL else "process" if question and not act else field
    if act and field in {"food", "general", "culture", "place", "nature"}:
        field = "making"
    return Subject(slots, is_plural(noun) and not act, field, slots["title"], intent.language == "en")


def ours(topic: str) -> str:
    """Speak for the client: ``my bakery`` → ``our bakery``."""
    return re.sub(r"^my\b", "our", topic)


def parts_of(topic: str) -> tuple[str, str, str]:
    """Split a topic into the noun it is about, the thing to do and the question it answers; the last two may be empty."""
    how_to = re.match(r"^(?:how to|ways? to|steps to) (.+)$", topic)
    if how_to:
        act = yours(how_to[1])
        return gerund(act), act, f"How do you {act}?"
    if is_gerund(topic):
        return topic, infinitive(topic), ""
    if ": " in topic:
        return parts_of(topic.partition(": ")[0])
    clause = re.match(r"^(how|why|when|where|what) (.+)$", topic)
    if not clause:
        return topic, "", ""
    word, rest = clause[1], clause[2]
    tokens = [token for token in tagged(rest) if re.match(r"[\w'’]", token.text)]
    verb = next((index for index, token in enumerate(tokens) if index and token.tag in {"VBZ", "VBP", "VBD", "MD", "VB"}), 0)
    if not verb or (word == "what" and verb != len(tokens) - 1):
        return topic, "", ""
    noun = rest[: tokens[verb].start].strip()
    if not any(token.tag in NOUN_TAGS for token in tokens[:verb]):
        noun = topic
    return noun, "", question_of(word, rest[: tokens[verb].start].strip(), rest[tokens[verb].start :], tokens[verb].tag)


def yours(act: str) -> str:
    """Speak to the viewer: ``brush their teeth`` → ``brush your teeth``."""
    return re.sub(r"\b(?:their|my|one['’]s)\b", "your", act)


def field_of(text: str) -> str:
    """Place a topic in a field of life by its words."""
    votes = {name: len(re.findall(rf"(?<!\w)(?:{cues})(?:e?s)?(?!\w)", text, re.I)) for name, cues in CUES.items()}
    best = max(votes, key=lambda name: votes[name])
    return best if votes[best] else "general"


def title_of(intent: Intent, about: str) -> str:
    """Name the film in at most 42 characters, never cut in mid word."""
    if intent.language != "en":
        return capitalised(shortened(about))
    topic = yours(about) if about.startswith("how to") else about
    candidates = [topic, parts_of(topic)[0], intent.name]
    if intent.video_type is VideoType.PROMOTIONAL and intent.name:
        candidates = (
            [topic if intent.name in topic else "", intent.name]
            if topic.startswith(("our ", "a ", "the ")) or intent.name in topic
            else [f"{intent.name}: {topic}", intent.name]
        )
        candidates = [candidate for candidate in candidates if not candidate.startswith(("our ", "a ", "an ", "the "))] or [intent.name]
    for candidate in candidates:
        text = re.sub(r"^(?:the|a|an)\s+(?=\w+\s)", "", candidate) if len(candidate) > TITLE_CHARACTERS else candidate
        if text and len(text) <= TITLE_CHARACTERS:
            return title_case(text)
    return title_case(shortened(topic))


def shortened(text: str, limit: int = TITLE_CHARACTERS) -> str:
    """Cut a phrase at its last joint that fits: before a preposition or a comma, else between words."""
    if len(text) <= limit:
        return text
    joints = [
        match.start()
        for match in re.finditer(
            r"(?:,|;|:| –| —)? (?=(?:and|or|for|with|in|on|at|from|to|by|of|that|which|because|when|while|so|before|after|as)\b)|[,;:] ",
            text,
        )
    ]
    ends = [joint for joint in joints if 8 <= joint <= limit] or [
        match.start() for match in re.finditer(r" ", text) if match.start() <= limit
    ]
    short = text[: ends[-1]] if ends else text[:limit]
    return re.sub(r"(?:\s+(?:the|a|an|of|and|or|to|in|for|with|our|your|is|are|at|on|by|from|that))+$", "", short).rstrip(" ,;:")
