"""What a prompt gives a writer to work with: the brief in it, its sentences and phrases, the records it quotes, the numbers it asks for."""

import hashlib
import itertools
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

TAGGED = re.compile(r"<([a-z][\w-]*)\b[^<>]*>\s*(.*?)\s*</\1>", re.IGNORECASE | re.DOTALL)
FENCED = re.compile(r"```\w*\n(.*?)```|\"\"\"(.*?)\"\"\"|^-{3,}\n(.*?)\n-{3,}$", re.DOTALL | re.MULTILINE)
HERE = re.compile(r"<<<\s*([A-Za-z]\w*)[^\n]*\n(.*?)\n[^\n]*\1>>>", re.DOTALL)
QUOTED = re.compile(r"“([^”]{20,})”|\"([^\"\n]{20,})\"")
BRIEF_TAGS = ("brief", "words", "request", "idea", "transcript", "topic", "text")
SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?!\s|$)[^.!?\n]*)*[.!?]*")
ORDER = re.compile(
    r"\W*(?:please|hi|hello|hey|ok(?:ay)?|so|now|well)?\W*"
    r"(?:make|create|generate|produce|write|film|shoot|record|use|keep|add|include|give|show me|i(?:'d| would)? (?:want|need|like)"
    r"|we (?:want|need)|(?:can|could|would) you|let'?s (?:make|do)|it should|the (?:video|film|music|tone))\b",
    re.IGNORECASE,
)
ABOUT = re.compile(
    r"\b(?:about|on|explaining|introducing|showing|promoting|advertising|teaching|that (?:explains|shows)|for)\s+(?P<topic>[^.!?\n]{3,})",
    re.IGNORECASE,
)
TOPIC_ENDS = re.compile(
    r"\s*(?:[,;:(]|\b(?:in|with|using|lasting|that (?:is|lasts))\b (?:a|an|\d|about|warm|calm|the style)).*", re.IGNORECASE | re.DOTALL
)
CALLS = re.compile(r"(?:come|visit|book|try|call|buy|join|order|sign|learn|discover|get|see|taste|start|ask|follow)\b", re.IGNORECASE)
WORDS = re.compile(r"\b(\d+)(?:\s*(?:to|-|–)\s*(\d+))? words\b(?! of English)", re.IGNORECASE)
SPOKEN = re.compile(r"^\W*must be spoken: *(.+)$", re.IGNORECASE | re.MULTILINE)
SECONDS = re.compile(r"\b(\d+(?:\.\d+)?)[\s-]*(seconds?|secs?|s|minutes?|mins?)\b", re.IGNORECASE)
NUMERALS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
TENS = {"fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "forty-five": 45, "fifty": 50, "sixty": 60, "ninety": 90}
NUMBERS = {**{word: number for number, word in enumerate(NUMERALS)}, **TENS}
NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(sorted(NUMBERS, key=len, reverse=True))})\b", re.IGNORECASE)
SMALL_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        a about all also an and are as at be been but by can could did do does every everyone everywhere for from had has have he her
        here his how i if in into is it its just let made make many may me more most much my no nobody not of off on one onto or our out
        over she should so some than that the their them then there these they this those through to too under up us very was we were
        what when where which while who why will with would you your
        """,
    )
)
STORY = {
    "This is the story of {topic}.": "The story so far",
    "It begins with a simple question: why does it matter?": "Why it matters",
    "Look closely, and there is more to {topic} than meets the eye.": "A closer look",
    "Small steps add up, day after day, and nobody has to take them alone.": "Small steps",
    "People everywhere are finding new ways to take part.": "New ways",
    "What seemed impossible yesterday is part of life today.": "Yesterday and today",
    "Good ideas travel fast, and this one has only just begun.": "Only the beginning",
    "Every answer opens the door to another question.": "New questions",
    "Behind it stand patience, craft and a little courage.": "What it takes",
    "It saves time, it brings people together, and it makes an ordinary day brighter.": "What it brings",
    "You can see it at home, at work and on the way between them.": "All around us",
    "Ask those who know it best, and they will tell you what they love.": "Those who know",
    "Some of it is old, some of it is new, and all of it is worth a closer look.": "Old and new",
    "It has its quiet hours and its busy ones, and both belong together.": "Quiet and busy",
    "Whoever comes once will find a reason to come back.": "A reason to return",
    "It changes with the light and with the seasons.": "Light and seasons",
    "Nobody has to hurry.": "No hurry",
    "There is room for everyone.": "Room for everyone",
    "And the best of it is still ahead of us.": "What comes next",
    "Just look.": "One look",
}
"""What is said of a topic when the brief itself says no more of it, and how that is headed."""
FAREWELL, SHORT_FAREWELL = "Take a moment today to see {topic} with fresh eyes.", "Come and see."
SHORTEST_PHRASE = 5
"""Letters of what may be a heading."""
LEAST_WORDS = 3
"""Kept for each part of a story that is still without a sentence."""
WORDS_A_SECOND = 2.2
"""As a calm narrator speaks."""


@dataclass(frozen=True)
class Material:
    """A prompt, read."""

    prompt: str
    """Everything the user wrote, with the words heard in recordings."""
    brief: str
    """What the film is about, in the client's words."""
    found: tuple[Any, ...] = field(default=())
    """JSON values that stand in the prompt."""
    system: str = ""
    """What the model was told to be."""

    @cached_property
    def own(self) -> list[str]:
        """The brief's own statements; orders about the film are left out."""
        return [sentence for sentence in sentences(self.brief) if not ORDER.match(sentence) and len(sentence.split()) > 2]

    @cached_property
    def own_kept(self) -> list[str]:
        """Of the brief's statements those that there is room for, the last one always."""
        kept = self.own
        while self.words and len(kept) > 1 and len(" ".join(kept).split()) > self.words:
            kept = [*kept[:-2], kept[-1]]
        return kept

    @cached_property
    def topic(self) -> str:
        """A noun phrase for what the brief is about."""
        orders = [sentence for sentence in sentences(self.brief) if ORDER.match(sentence)]
        for sentence in [*orders, *sentences(self.brief)]:
            about = ABOUT.search(sentence)
            if about:
                topic = TOPIC_ENDS.sub("", about["topic"]).strip(" .!?\"'”“") or about["topic"]
                return re.sub(r"^my\b", "our", topic)
        return phrase_of(self.brief) or "a good idea"

    @cached_property
    def name(self) -> str:
        """A proper name in the brief: capital letters inside a sentence; empty if there is none."""
        found = re.search(r"(?<=[a-z,] )(?!I\b)[A-Z][\w&'’]*[a-z](?: [A-Z][\w&'’]+)*", self.brief)
        return found[0] if found else ""

    @cached_property
    def call(self) -> str:
        """What viewers shall do, if the brief's last words say so."""
        return next((sentence for sentence in reversed(self.own[-2:]) if CALLS.match(sentence)), "")

    @cached_property
    def words(self) -> float:
        """How many words may be spoken: as many as the prompt says, or as the film's seconds have room for."""
        found = WORDS.search(f"{self.system}\n{self.prompt}")
        return float(found[2] or found[1]) if found else (self.seconds or 0.0) * WORDS_A_SECOND

    @cached_property
    def ours(self) -> dict[str, str]:
        """What we say of the topic, and how that is headed."""
        return {line.format(topic=self.topic): head for line, head in STORY.items()} | {FAREWELL.format(topic=self.topic): "Fresh eyes"}

    @cached_property
    def story(self) -> list[str]:
        """Sentences to be spoken: the brief's own, then some of ours about its topic."""
        return [*self.own, *self.ours]

    @cached_property
    def phrases(self) -> list[str]:
        """Short phrases of the brief, the topic first."""
        return list(dict.fromkeys([self.topic, *(self.phrase(sentence) for sentence in self.story)]))

    def phrase(self, sentence: str) -> str:
        """A short phrase for a sentence; of the whole brief's topic when the sentence has none of its own."""
        ours = next((head for line, head in self.ours.items() if sentence.startswith(line)), None)
        found = phrase_of(sentence)
        return ours or (found if len(found) >= SHORTEST_PHRASE else self.topic)

    def sight(self, sentence: str) -> str:
        """What a camera would see of a sentence."""
        return self.topic if any(line in sentence for line in self.ours) else phrase_of(sentence) or self.topic

    def chapters(self, count: int) -> list[str]:
        """The story told in ``count`` parts: what must be spoken or else as much of the brief as there is room for, filled up with ours."""
        own = SPOKEN.findall(self.prompt) or self.own_kept
        farewell = FAREWELL.format(topic=self.topic)
        if self.words and 2 * len(farewell.split()) > self.words:
            farewell = SHORT_FAREWELL
        middle, farewell = (list(own[:-1]), own[-1]) if len(own) > 1 else (list(own), farewell)
        left = list(self.ours)[:-1]
        while left:
            missing = count - 1 - len(middle)
            room = self.words - len(" ".join([*middle, farewell]).split()) - LEAST_WORDS * max(missing - 1, 0)
            line = next((line for line in left if len(line.split()) <= room), None)
            if line is None and missing <= 0:
                break
            middle.append(line or min(left, key=len))
            left.remove(middle[-1])
        middle += itertools.islice(itertools.cycle(self.ours), max(count - 1 - len(middle), 0))
        if count < 2:
            return [" ".join([*middle, farewell])][:count]
        edges = [round(len(middle) * part / (count - 1)) for part in range(count)]
        return [*(" ".join(middle[start:end]) for start, end in itertools.pairwise(edges)), farewell]

    @cached_property
    def seconds(self) -> float | None:
        """The length the brief, or else the prompt, asks for."""
        for text in (self.brief, self.prompt, self.system):
            found = SECONDS.search(in_digits(text))
            if found:
                return float(found[1]) * (60 if found[2].lower().startswith("m") else 1)
        return None

    def count_of(self, noun: str) -> int | None:
        """How many of something the prompt asks for: ``exactly five scenes``; of a range the middle."""
        stem = re.escape(re.sub(r"(?:ies|e?s)$", "", noun.replace("_", " ").lower()))
        wanted = rf"\b(\d+)(?:\s*(?:to|and|or|-|–)\s*(\d+))?\s+(?:[a-z-]+\s+)?{stem}(?:ies|y|e?s)?\b"
        found = re.search(wanted, in_digits(f"{self.prompt}\n{self.system}").lower())
        return round((int(found[1]) + int(found[2] or found[1])) / 2) if found else None

    def records(self, name: str, keys: Sequence[str]) -> list[dict[str, Any]]:
        """The records that stand in the prompt under this name, else those that have most of the keys that are asked for."""
        lists = list(record_lists(self.found))
        for known, records in lists:
            if known == name:
                return records
        shared = []
        for known, records in lists:
            names = {*records[0], *([f"{singular(known)}_id"] if "id" in records[0] else [])}
            shared.append((len(names.intersection(keys)), records))
        best = max(shared, key=lambda one: one[0], default=(0, []))
        return best[1] if best[0] else []

    def choose(self, count: int, salt: str) -> int:
        """Pick one of ``count``, always the same for the same brief."""
        return hashlib.sha256(f"{salt}\n{self.brief}".encode()).digest()[0] % count


def read_material(texts: Sequence[str], heard: str = "", system: str = "") -> Material:
    """Find the brief in a user's texts: what stands in tags, fences or quotation marks, else all of it; ``heard`` comes first."""
    prompt = "\n\n".join([*texts, heard] if heard else texts)
    found = tuple(json_in(prompt))
    return Material(prompt, heard or brief_in(prompt), found, system)


def brief_in(prompt: str) -> str:
    """The part of a prompt that is the client's."""
    tagged = [(match[1].lower(), match[2]) for marks in (HERE, TAGGED) for match in marks.finditer(prompt)]
    for name in BRIEF_TAGS:
        for tag, content in tagged:
            if tag == name or tag.endswith((f"_{name}", f"-{name}")):
                return plain(content)
    if tagged:
        return plain("\n".join(content for _, content in tagged))
    for marks in (FENCED, QUOTED):
        parts = ["".join(part or "" for part in match.groups()) for match in marks.finditer(prompt)]
        if parts:
            return plain("\n".join(parts))
    return plain(prompt)


def plain(text: str) -> str:
    """Prose without its JSON: of every JSON value in it, the strings that are prose."""
    values = list(json_in(text))
    if not values:
        return text.strip()
    return "\n".join(line for value in values for line in prose_in(value)) or text.strip()


def json_in(text: str) -> Iterator[Any]:
    """Every JSON object or array that stands in a text."""
    decoder, at = json.JSONDecoder(), 0
    while start := re.compile(r"[\[{]").search(text, at):
        try:
            value, at = decoder.raw_decode(text, start.start())
        except ValueError:
            at = start.end()
            continue
        if value:
            yield value


def prose_in(value: Any) -> Iterator[str]:
    """The strings of four words and more in a JSON value, or under a name that promises the brief."""
    if isinstance(value, dict):
        for name, part in value.items():
            if name in BRIEF_TAGS and isinstance(part, str) and part:
                yield part
            else:
                yield from prose_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from prose_in(part)
    elif isinstance(value, str) and len(value.split()) >= 4:
        yield value


def record_lists(value: Any, name: str = "") -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Every non-empty list of objects in a JSON value, with the name it stands under."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from record_lists(part, key)
    elif isinstance(value, list | tuple) and value:
        if isinstance(value, list) and all(isinstance(part, dict) for part in value):
            yield name, value
        for part in value:
            yield from record_lists(part, name)


def sentences(text: str) -> list[str]:
    """The sentences of a text, each with its mark at the end."""
    stripped = (sentence.strip(' \t-*•"“”') for sentence in SENTENCE.findall(text))
    return [sentence if sentence[-1] in ".!?" else f"{sentence}." for sentence in stripped if re.search(r"\w", sentence)]


def phrase_of(sentence: str, longest: int = 4) -> str:
    """The weightiest run of words in a sentence that has no small words in it, at most ``longest`` words."""
    runs: list[list[str]] = [[]]
    for word in re.findall(r"[\w'’-]+|[,;:.!?]", sentence):
        if word.lower() in SMALL_WORDS or not word[0].isalnum():
            runs.append([])
        else:
            runs[-1].append(word)
    best = max(runs, key=lambda run: sum(map(len, run[:longest])))
    return " ".join(best[:longest])


def in_digits(text: str) -> str:
    """A text whose number words, up to twelve and a few round ones, are digits."""
    return NUMBER_WORD.sub(lambda word: str(NUMBERS[word[0].lower()]), text)


def keywords_of(sentence: str) -> list[str]:
    """The words of a sentence that say most, in lower case, the longest first."""
    words = dict.fromkeys(word for word in re.findall(r"[^\W\d_]{3,}", sentence.lower()) if word not in SMALL_WORDS)
    return sorted(words, key=len, reverse=True)


def singular(name: str) -> str:
    """The name of one of several: ``stories`` -> ``story``."""
    return re.sub(r"ies$", "y", name) if name.endswith("ies") else name.removesuffix("s")
