"""Subjects: what a brief is about, as it names it or as its own words tell, and what that is called."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from kiwi.film.model import VideoType
from kiwi.local.read.grammar import NOUN_TAGS, capitalised, made_of, noun_phrases, tagged
from kiwi.local.read.lengths import NUMBERS
from kiwi.local.read.marks import Mark, Marks, sentences_in
from kiwi.local.read.sentences import DAYS
from kiwi.local.read.settle import QUOTATION_MARKS

LONGEST_TOPIC = 90
"""Characters of a topic that is made of a sentence's own words."""
LEADING = re.compile(r"^(?:about|on|of|that|for|to)\s+", re.I)
DIFFERENCE = re.compile(
    r"(?:what(?:['’]?s| is| are)?\s+)?(?:the\s+)?(?:main\s+)?differences?\s+between\s+(.+?)\s+(?:and|&|or)\s+(.+)|"
    r"how (?:do|does|are|is)\s+(.+?)\s+(?:and|differ from|different from|differ to|compare to|compare with)\s+(.+?)"
    r"(?:\s+(?:differ|different|compare))?",
    re.I,
)
QUESTIONS = re.compile(r"(?:why|how|what|who|when|where|whether)\b", re.I)
LABEL = re.compile(
    r"(?:scene|shot|part|slide|panel|voice(?:\W?over)?|vo|narrator|narration|title|text|caption|end card)(?:\s*\d+)?\s*[.:]?", re.I
)
"""What stands before the words of a script and is not read out."""
NAMING_LITTLE = made_of("the|an?|how|why|what|who|when|where|is|are|was|it|they|and|or|of|to|in|on|for|we|i|you")
DETERMINERS = frozenset({"the", "a", "an", "this", "that", "these", "those", "my", "our", "your", "some"})
"""They name nothing alone."""
COMPARING = re.compile(r"\b(?:and|or|n|vs|versus|v|to|than|with|from|against|over)\b|[/&+]", re.I)
"""What stands between two topics that are told side by side."""
NAMING = re.compile(
    r"\s*,?\s*(?:(?:in|on|at|from|near|about|of)\s+)?|(?:\s+(?:in|on|at|from|near)\s+[^,.!?\n]{1,30})?,?\s+(?:called|named)\s+", re.I
)
"""What stands between a thing and its name or its place."""
ORDER_BEGUN = re.compile(
    r"\s+(?:(?:and|please|so)\s+)*(?:(?:make|do|keep|film)\s+(?:it|this|that|me|a)|(?:and|please|so)\s+(?:make|do|keep|film))$", re.I
)
"""An order that begins behind a topic: ``how bees make honey make it`` a minute."""
LOOSE_END = re.compile(r"(?:\s+(?:in|for|of|on|at|with|and|or|to|by|from|about|as|than|who|which|that|an?|the))+$")
"""What is left of a wish behind a topic: ``how bees make honey in`` 30 seconds."""
LONGEST_SENTENCE = 400
"""Characters that are looked through for a noun behind a topic."""
UNENDED = re.compile(r"\b(?:the|an?|this|that|our|my|little|new|small|short|old|young)$", re.I)
"""How a topic ends whose noun was left out."""


def sides_in(topics: Sequence[str]) -> tuple[str, ...]:
    """Both things that are compared: two topics side by side, or one that asks for the difference between them; empty: nothing is."""
    if len(topics) > 1:
        return tuple(topics[:2]) if not any(map(QUESTIONS.match, topics[:2])) else ()
    between = DIFFERENCE.fullmatch(topics[0]) if topics else None
    return tuple(side for side in between.groups() if side) if between and re.search("differ|compare", topics[0], re.I) else ()


def bare_name(words: str) -> str:
    """A name without the marks around it."""
    return LOOSE_END.sub("", words.strip(" .,!?" + QUOTATION_MARKS))


def topic_from(words: str) -> str:
    """A topic as it stands in a sentence: no preposition at its ends, no mark behind it."""
    bare = ORDER_BEGUN.sub("", words[:LONGEST_SENTENCE].strip(" .!?,;:"))
    return LOOSE_END.sub("", bare if re.match(r"(?:to|for) \w+ or ", bare) else LEADING.sub("", bare, count=1)).rstrip(" ,;:")


def names_something(mark: Mark) -> bool:
    """Whether a stretch names more than an article or a part of a script does."""
    words = mark.words.strip(" .!?,;:").lower()
    return words not in DETERMINERS and not (words.isdigit() or words in NUMBERS) and not LABEL.fullmatch(mark.words)


def topics_of(marks: Marks) -> list[str]:
    """The topic, or both that are compared; what names it or says where it is stays with it, and so does a second one behind a comma."""
    if question := question_in(marks):
        return [question]
    found = [with_question(mark, marks.text) for mark in marks.of("topic", "name") if names_something(mark)]
    told: list[Mark] = []
    for mark in found:
        if told and NAMING.fullmatch(between := marks.text[told[-1].end : mark.start]):
            joint = marks.text[told[-1].end - 1 : told[-1].end].strip(told[-1].words[-1:]) + between
            told[-1] = replace(told[-1], end=mark.end, words=f"{told[-1].words}{joint}{mark.words}")
        elif mark.tag == "topic":
            told.append(mark)
    topics = [topic_from(" ".join(with_name(mark, marks.text, nouns=UNENDED.search(mark.words) is not None).split())) for mark in told]
    gaps = [marks.text[one.end : other.start] for one, other in pairwise(told)]
    if any("\n" in gap or len(gap) > LONGEST_TOPIC for gap in gaps):
        return topics[:1]
    if all(map(COMPARING.search, gaps)):
        return topics
    return [", ".join(topic.strip(QUOTATION_MARKS) for topic in topics[:2])]


def question_in(marks: Marks) -> str:
    """The question in which all of several topics stand: “What is the difference between butter and margarine?”; empty: there is none."""
    topics = marks.of("topic")
    around = [(start, end) for start, end in sentences_in(marks.text) if any(start <= mark.start < end for mark in topics)]
    if len(around) != 1 or not topics[1:] or any(not around[0][0] <= mark.start < around[0][1] for mark in topics):
        return ""
    asked = marks.text[slice(*around[0])]
    only = all(mark.tag in {"topic", "name"} for mark in marks.roles if around[0][0] <= mark.start < around[0][1])
    is_one = QUESTIONS.match(asked) and not re.match(r"(?:how|what) about\b|what do you\b", asked, re.I)
    return asked.rstrip("?! ") if only and is_one and len(asked) <= LONGEST_TOPIC and asked.endswith("?") else ""


def with_question(mark: Mark, text: str) -> Mark:
    """A topic with the word before it that makes it a question: “how | deep is the ocean”."""
    asked = re.search(r"\b(?:how|why|what|who|when|where)\s+$", text[: mark.start], re.I) if mark.tag == "topic" else None
    return replace(mark, start=asked.start(), words=text[asked.start() : mark.start] + mark.words) if asked else mark


def subject_in(marks: Marks, sentences: Sequence[str]) -> str:
    """What a brief speaks of that names no topic: as its own sentences tell, its wish, its name or its first point."""
    nested = [with_name(mark, marks.text) for mark in marks.overlays if mark.tag == "topic" and names_something(mark)]
    name = name_of(marks)
    greets = marks.video_type == VideoType.GREETING
    if nested and not (greets and name):
        subject = LOOSE_END.sub("", nested[0].strip(" .!?,;:"))
        # a couple's name is more than one of them
        return name if subject in name else subject
    wished, others = (*marks.words_of("occasion"), *marks.words_of("name")), (*marks.words_of("by"), *marks.words_of("point"))
    if greets and (named := [one for one in (*wished, *marks.words_of("audience"), name, *others) if one]):  # who sends it comes last
        return named[0].strip(" .!?,")
    tale = heroes_of(sentences) if marks.video_type == VideoType.STORY else ""
    return tale or subject_of([*sentences, *marks.words_of("action")]) or next((other.strip(" .!?,") for other in (*wished, *others)), "")


def heroes_of(sentences: Sequence[str]) -> str:
    """Whom or what a tale tells of most: “the king and the rain”; empty: nothing comes back."""
    nouns = Counter(token.text for sentence in sentences for token in tagged(sentence) if token.tag in NOUN_TAGS - {"NNS", "NNPS"})
    often = [noun for noun, count in nouns.most_common() if count > 1 and noun.lower() not in DETERMINERS][:2]
    return " and ".join(noun if noun[:1].isupper() else f"the {noun}" for noun in often)


def with_name(mark: Mark, text: str, *, nouns: bool = True) -> str:
    """A stretch with the name or noun that goes on behind it: “the cutter | Ellen”, “Quiz | night”, “this little | tale”."""
    if mark.words[-1:] in ".!?":
        return mark.words
    name = re.compile(r"(?: [A-Z][\w'’-]+){1,3}|(?<=\d) (?:and|&|to) \d+\b").match(text, mark.end)
    if name and not text.istitle() and not DAYS.search(name[0].lower()):
        return f"{mark.words}{name[0]}"
    if not nouns:
        return mark.words
    around = next(((start, end) for start, end in sentences_in(text) if start <= mark.start < end), (mark.start, len(text)))
    tokens = tagged(text[slice(*around)][:LONGEST_SENTENCE])
    behind = next((place for place, token in enumerate(tokens) if around[0] + token.start >= mark.end), len(tokens))
    waits = bool(tokens[:behind]) and tokens[behind - 1].tag in {"DT", "JJ", "PRP$", "JJR", "JJS"}
    end = behind
    while end < len(tokens) and tokens[end].tag in (NOUN_TAGS if waits else {"NN", "NNS"}) and tokens[end].start == tokens[end - 1].end + 1:
        end += 1
    return f"{mark.words} {' '.join(token.text for token in tokens[behind:end])}" if end > behind else mark.words


def subject_of(sentences: Iterable[str]) -> str:
    """What sentences speak of: the first one's longest noun phrase; a greeting or a line without a noun is taken whole."""
    for sentence in sentences:
        if phrases := noun_phrases(sentence):
            return max(phrases, key=len)[:LONGEST_TOPIC]
    return next((sentence.rstrip(".!?")[:LONGEST_TOPIC] for sentence in sentences), "")


def name_of(marks: Marks) -> str:
    """The name of what the film is about: as it is given, else the one most often said."""
    given = [bare_name(words) for words in marks.words_of("name")]
    if given:
        return capitalised(given[0]) if given[0].islower() else given[0]
    names = [bare_name(mark.words) for mark in marks.overlays if mark.tag == "name" and NAMING_LITTLE.fullmatch(mark.words) is None]
    names = [re.sub(r"['’]s$", "", name) for name in names]
    best = max(names, key=lambda name: (names.count(name), -names.index(name)), default="")
    if (
        best
        and (longer := re.search(rf"\b{re.escape(best)}(?:['’]s)?((?: &)? [A-Z][\w'’]+){{1,3}}", marks.text))
        and not marks.text.istitle()
    ):
        best = longer[0]  # “Leaf | & Let Live”, “Oakley | Primary”
    return " ".join(capitalised(word) for word in best.split()) if best.islower() else best
