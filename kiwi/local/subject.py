"""How a topic can stand in sentences: as a noun, as a question, as something to do; and which field of life it belongs to."""

import hashlib
import re
from dataclasses import dataclass

from kiwi.film import Intent, VideoType
from kiwi.local.grammar import NOUN_TAGS, capitalised, gerund, infinitive, is_gerund, is_plural, tagged, title_case, with_article
from kiwi.local.patterns.beats import POINT, Beat
from kiwi.local.patterns.fields import CUES
from kiwi.local.questions import base_of, from_question, past_of, question_of

TITLE_CHARACTERS = 42
LONG_NOUN = 32
"""A topic longer than this tires when it returns in sentence after sentence."""
DIFFERENCE = re.compile(r"^(?:the )?differences? between (.+?) and (.+)$|^(.+?) (?:vs\.?|versus) (.+)$", re.I)
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
    if intent.video_type is VideoType.STORY or intent.sentences:
        noun = shortened(noun, LONG_NOUN)
    audience = intent.audience
    field = field_for(intent, act, question)
    left, right = sides_of(about)
    slots = {
        "left": left,
        "right": right,
        "about": about,
        "topic": noun,
        "act": act,
        "acting": gerund(act) if act else "",
        "question": asked(intent) or question,
        "name": intent.name,
        "audience": audience,
        "Audience": title_case(audience),
        "title": title_of(intent, about),
        **hero_of(intent),
        "event": noun if field in {"community", "people"} and intent.video_type is VideoType.PROMOTIONAL else "",
    }
    return Subject(slots, is_plural(noun) and not act, field, slots["title"], intent.language == "en")


def asked(intent: Intent) -> str:
    """The topic as the client asked for it, word for word; empty when it was no question."""
    for found in re.findall(r"\b(?:how|why|when|where)\s+(?:do|does|did|is|are|was|were|can)\b[^?.!,;:]*", intent.original, re.I):
        if from_question(" ".join(found.split())) == intent.topic:
            return f"{capitalised(' '.join(found.split()))}?"
    return ""


HERO = re.compile(
    r"^(?P<a>an?|the) (?P<hero>(?!.*\b(?:day|week|year|life|journey|story|walk|trip|visit|world|history)\b)[\w’'-]+(?: [\w’'-]+){0,3}?)"
    r"(?P<more>,? (?:who|that|which|whose|with|and|in|on|from|at|called|named)\b.*)?$"
)
PAST = {"is": "was", "are": "were", "can": "could", "can't": "couldn’t", "can’t": "couldn’t", "cannot": "could not", "doesn't": "didn’t",
        "doesn’t": "didn’t"}  # fmt: skip


def hero_of(intent: Intent) -> dict[str, str]:
    """Who a made-up story is about: ``the little hedgehog`` of ``a little hedgehog who is afraid``; empty for what really was."""
    found = HERO.match(intent.topic) if intent.video_type is VideoType.STORY and not intent.sentences else None
    if not found or (found["a"] == "the" and not found["more"]) or intent.name:
        return {"hero": "", "dear": "", "once": ""}
    hero = found["hero"].strip()
    return {
        "hero": f"the {hero}",
        "dear": hero,
        "once": in_the_past(
            re.sub(r"\bthe (\w+)", lambda match: with_article(match[1]), intent.topic) if found["a"] == "the" else intent.topic
        ),
    }


def in_the_past(topic: str) -> str:
    """Tell what a hero does as it was: ``a fox who can’t sleep`` → ``a fox who couldn’t sleep``."""
    return re.sub(r"\b(who|that|which) ([\w’']+)", lambda found: f"{found[1]} {in_past(found[2])}", topic)


def in_past(verb: str) -> str:
    """The past of a verb's third person; what is none stays."""
    if verb in PAST or not verb.endswith("s"):
        return PAST.get(verb, verb)
    return past_of(base_of(verb))


def field_for(intent: Intent, act: str, question: str) -> str:
    """Choose the field that a film's patterns come from: its topic's, unless its type or the topic's form calls for another."""
    field = field_of(intent.topic)
    if intent.video_type is VideoType.PROMOTIONAL:
        suits = (
            {"food", "shop", "community", "health", "culture"}
            if intent.name
            else {"food", "shop", "community", "culture", "place", "people", "technology"}
        )
        return field if field in suits else "offer"
    if intent.video_type is VideoType.STORY:
        return "people" if field == "people" or (re.match(r"(?:my|our|his|her)\b", intent.topic) and field != "nature") else "story"
    if field == "general":
        field = field_of(" ".join((*intent.sentences, *intent.key_points, intent.call_to_action)))
    if act and field in {"food", "general", "culture", "place", "nature"}:
        return "making"
    if question and not act and field in {"nature", "food", "general", "place", "community", "people"}:
        return "process" if intent.topic.startswith("how ") else "learning"
    return field


def ours(topic: str) -> str:
    """Speak for the client: ``my bakery`` → ``our bakery``."""
    return re.sub(r"^my\b", "our", topic)


Parts = tuple[str, str, str]
"""The noun a topic is about, the thing to do, the question it answers; the last two may be empty."""


def parts_of(topic: str) -> Parts:
    """Split a topic into its parts."""
    return parts_of_activity(topic) or parts_of_phrase(topic) or parts_of_advice(topic) or parts_of_clause(topic) or (topic, "", "")


def parts_of_activity(topic: str) -> Parts | None:
    """Split ``how to tie a tie`` and ``baking bread``."""
    how_to = re.match(r"^(?:how to|ways? to|steps to) (.+)$", topic)
    if how_to:
        act = yours(how_to[1])
        return gerund(act), act, f"How do you {act}?"
    return (topic, infinitive(topic), "") if is_gerund(topic) else None


def parts_of_phrase(topic: str) -> Parts | None:
    """Split ``remote work: pros and cons``, ``the importance of voting``, ``the difference between weather and climate``."""
    matter = re.match(r"^(?:the )?(?:importance|benefits|power|value|meaning) of (.+)$", topic)
    if matter:
        return matter[1], "", f"Why {'do' if is_plural(matter[1]) else 'does'} {matter[1]} matter?"
    left, right = sides_of(topic)
    if left:
        return f"{left} and {right}", "", f"What is {topic}?" if "difference" in topic else f"{capitalised(left)} or {right}?"
    return parts_of(topic.partition(": ")[0]) if ": " in topic else None


def sides_of(topic: str) -> tuple[str, str]:
    """Find what is compared in ``cats vs dogs``; empty for another topic."""
    differ = DIFFERENCE.match(topic)
    return (differ[1] or differ[3], differ[2] or differ[4]) if differ else ("", "")


def parts_of_advice(topic: str) -> Parts | None:
    """Split ``why people should adopt older cats``: the deed is the topic, not the people."""
    advised = re.match(r"^(why|when|how) (people|we|you|everyone|everybody|kids|children|families) (should|can|need to) (.+)$", topic)
    if not advised:
        return None
    word, who, should, act = advised.groups()
    asked = f"do {who} need to" if should == "need to" else f"{should} {who}"
    return gerund(act), "", f"{word.capitalize()} {asked} {act}?"


def parts_of_clause(topic: str) -> Parts | None:
    """Split ``how solar panels work``, ``what a black hole is``, ``why sleep matters``."""
    clause = re.match(r"^(how|why|when|where|what|who|which) (.+)$", topic)
    if not clause:
        return None
    if clause[2].startswith("to "):
        return topic, "", f"{clause[1].capitalize()} do you {clause[2][3:]}?"
    if clause[1] in {"who", "which"}:
        return None
    word, rest = clause[1], clause[2]
    tokens = [token for token in tagged(rest) if re.match(r"[\w'’]", token.text)]
    verb = next((index for index, token in enumerate(tokens) if index and token.tag in {"VBZ", "VBP", "VBD", "MD", "VB"}), 0)
    if not verb and len(tokens) > 1 and tokens[-1].tag == "NNS" and tokens[-1].text.endswith("s"):
        return rest[: tokens[-1].start].strip(), "", question_of(word, rest[: tokens[-1].start].strip(), tokens[-1].text, "VBZ")
    if not verb or (word == "what" and verb != len(tokens) - 1):
        return None
    noun = rest[: tokens[verb].start].strip()
    if not any(token.tag in NOUN_TAGS for token in tokens[:verb]):
        told = tokens[verb + 1 :]
        plain = bool(told) and all(token.tag in NOUN_TAGS | {"JJ", "DT"} for token in told) and told[-1].tag in NOUN_TAGS
        noun = rest[told[0].start :].strip() if plain else topic
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
