"""The reader: from the marks that the network sees in a brief to the intent behind it."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from kiwi.film.job_inputs import ReadInput, Report, UnderstandInput
from kiwi.film.model import Brief, Intent, Size, Understood, VideoType
from kiwi.local.read.encoder import Encoder, open_encoder
from kiwi.local.read.grammar import NOUN_TAGS, capitalised, noun_phrases, tagged
from kiwi.local.read.languages import language_of
from kiwi.local.read.lengths import CEILING, OTHER_LENGTH, seconds_of
from kiwi.local.read.marks import SENTENCE, TALK, Mark, Marks
from kiwi.local.read.sentences import DAYS, finished, plain_text, split_sentences
from kiwi.local.read.settle import QUOTATION_MARKS, action_of, settled
from kiwi.local.read.shapes import is_made, size_of
from kiwi.local.read.tones import MOOD_OF, mood_of

KNOWLEDGE = 0.5
"""From this certainty on a film tells what is known about the world."""
LONGEST_TOPIC = 90
"""Characters of a topic that is made of a sentence's own words."""
MANNER = re.compile(r"\b(?:voice|mood|tone|feel\w*|style|music|manner|pace|atmosphere)\b", re.I)
"""Wishes that say how it shall feel."""
ORDINARY = re.compile(
    r"(?:\W*\b(?:an?|the|very|short|quick|brief|little|nice|good|simple|video|film|clip|please|in english|no|not|don['’]?t)\b\W*)+", re.I
)
"""Wishes that every film fulfils."""
LEADING = re.compile(r"^(?:about|on|of|that|for|to)\s+", re.I)


def read(job_input: ReadInput, folder: Path, report: Report) -> Intent:
    """The job: understand an order's words. BadBrief when there is nothing to film or no film has the length that is asked."""
    return read_intent(job_input.words, job_input.brief, open_encoder())


def understand(job_input: UnderstandInput, folder: Path, report: Report) -> Understood:
    """The job: what one message says."""
    return understood_of(job_input.words, open_encoder())


def read_intent(words: str, brief: Brief, encoder: Encoder) -> Intent:
    """Understand a brief; the brief's own seconds and size beat what the words say.

    Raises BadBrief when nothing can be filmed or the length asked for lies outside 5 to 600 seconds.
    """
    return settled(understood_of(words, encoder), brief)


def understood_of(words: str, encoder: Encoder) -> Understood:
    """Everything that a text says, of a brief or of a message."""
    text = plain_text(words)
    if not re.search(r"[^\W\d_]", text):
        return Understood(words=words)
    language = language_of(text)
    if language != "en":
        return _foreign(text, words, language)
    marks = with_tones(encoder.read(text))
    content, tones = content_of(marks), marks.words_of("tone")
    if OTHER_LENGTH.fullmatch(content.topic):
        content = content.model_copy(update={"topic": "", "subject": ""})
    understood: dict[str, object] = {
        "words": words,
        "act": marks.act,
        "video_type": VideoType(marks.video_type),
        "wants_knowledge": marks.knowledge >= KNOWLEDGE,
        "seconds": asked_seconds(marks),
        "at_most": any(map(CEILING.search, marks.words_of("length"))),
        "size": asked_size(marks),
        "mood": mood_of(tones, encoder.embed) or mood_of([wish for wish in marks.words_of("wish") if MANNER.search(wish)], encoder.embed),
        "style": ", ".join(dict.fromkeys(tones)),
        "audience": LOOSE_END.sub("", LEADING.sub("", marks.first("audience")).strip(" .!?")),
        "call_to_action": action_of(marks.words_of("action")),
        "occasion": marks.first("occasion"),
        "quoted": marks.first("by").strip(" .,"),
        "avoid": tuple(marks.words_of("avoid")),
        "unspoken": unspoken_in(marks),
        "wishes": wishes_of(marks),
    }
    return content.model_copy(update=understood)


def with_tones(marks: Marks) -> Marks:
    """The same, where a word for a mood that was taken for a topic is a tone: “a calming film”."""
    moods = {mark for mark in marks.of("topic") if any(mark.words.lower().removesuffix(end) in MOOD_OF for end in ("", "ing", "ly"))}
    return replace(marks, roles=tuple(replace(mark, tag="tone") if mark in moods else mark for mark in marks.roles))


def content_of(marks: Marks) -> Understood:
    """The topic, and the client's words that the film says or mentions."""
    cited, others = saying_in(marks)
    # who greets quotes nobody: without quotation marks the words are the sender's own
    own = [mark for mark in cited if marks.video_type == VideoType.GREETING and mark.words[:1] not in QUOTATION_MARKS]
    said = sorted([*marks.of("say"), *own, *others, *greetings_in(marks), *headlines_in(marks)], key=lambda mark: mark.start)
    points = marks.of("point")
    named = {bare_name(mark.words) for mark in (*marks.overlays, *marks.roles) if mark.tag == "name"}
    # a name alone tells nothing, nor does what a script calls its parts
    told = [mark.words for mark in said if re.search(r"[^\W\d_]|\d{3}", mark.words)]
    told = [words for words in told if bare_name(words) not in named and not LABEL.fullmatch(words)]
    sentences = tuple(dict.fromkeys(finished(part) for words in told if (part := as_spoken(words))))
    topics = topics_of(marks)
    topic = " and ".join(topics[:2]) if topics[1:] and not sentences else next(iter(topics), "")
    sides = () if sentences else sides_in(topics)
    return Understood(
        topic=topic,
        subject="" if topic else subject_in(marks, sentences),
        sentences=sentences,
        key_points=tuple(dict.fromkeys(item for point in points for item in items_in(point.words))),
        points_after=sum(mark.start < points[0].start for mark in said) if points else 0,
        sides=sides,
        name=name_of(marks),
        quote=" ".join(mark.words.strip(QUOTATION_MARKS + " ") for mark in cited if mark not in own),
    )


NUMBERED = re.compile(r"^(?:\d{1,2}|[a-h])[.)]\s+(?=[^\W\d_])")
"""What counts steps in writing."""
ENDLESS = re.compile(r"(?:,?\s+(?:with love|love|lots of love|yours|best wishes|kisses))?,?\s+(?:from|of|with|and|the|an?|to)$", re.I)
"""An end that waits for what has a stretch of its own: whom a greeting is from."""


def as_spoken(words: str) -> str:
    """A sentence without what stands only on paper: its number, quotation marks that set it or a whole script off, an end left open."""
    text = NUMBERED.sub("", words.strip())
    marks = [place for place, letter in enumerate(text) if letter in QUOTATION_MARKS]
    around = len(marks) == 2 and marks[0] == 0 and marks[1] == len(text) - 1
    if around or len(marks) % 2:
        edges = [place for place in marks if place == 0 or not re.search(r"\w", text[place:])]
        text = "".join(letter for place, letter in enumerate(text) if place not in edges)
    return ENDLESS.sub("", text.strip())


DIFFERENCE = re.compile(
    r"(?:what(?:['’]?s| is| are)?\s+)?(?:the\s+)?(?:main\s+)?differences?\s+between\s+(.+?)\s+(?:and|&|or)\s+(.+)|"
    r"how (?:do|does|are|is)\s+(.+?)\s+(?:and|differ from|different from|differ to|compare to|compare with)\s+(.+?)"
    r"(?:\s+(?:differ|different|compare))?",
    re.I,
)
QUESTIONS = re.compile(r"(?:why|how|what|who|when|where|whether)\b", re.I)


def sides_in(topics: Sequence[str]) -> tuple[str, ...]:
    """Both things that are compared: two topics side by side, or one that asks for the difference between them; empty: nothing is."""
    if len(topics) > 1:
        return tuple(topics[:2]) if not any(map(QUESTIONS.match, topics[:2])) else ()
    between = DIFFERENCE.fullmatch(topics[0]) if topics else None
    return tuple(side for side in between.groups() if side) if between and re.search("differ|compare", topics[0], re.I) else ()


def saying_in(marks: Marks) -> tuple[list[Mark], list[Mark]]:
    """The stretches of one saying, and those further on, which are no part of it."""
    cited = marks.of("quote")
    apart = next((place for place in range(1, len(cited)) if re.search(r"\w", marks.text[cited[place - 1].end : cited[place].start])), None)
    return cited[:apart], cited[apart:] if apart else []


def headlines_in(marks: Marks) -> list[Mark]:
    """Topics that are lines of their own before what the client says, to be heard as well: “Lost cat!!! Ginger tom, white paws.”"""
    spoken = [mark.start for mark in marks.of("say")]
    lines = {sentence.start(): sentence for sentence in SENTENCE.finditer(marks.text)}
    return [
        Mark("say", mark.start, line.end(), " ".join(line[0].split()))
        for mark in marks.of("topic")
        if spoken
        and mark.start < max(spoken)
        and not re.search(r"\byou", mark.words, re.I)
        and (line := lines.get(mark.start))
        and line.end() <= mark.end + 3
        and "?" not in line[0]
    ]


def greetings_in(marks: Marks) -> list[Mark]:
    """The client's own sentences that greet: wish, whom it is for, and why, and nothing else: “Happy 70th birthday to my dad, Ron!”"""
    found = []
    for sentence in SENTENCE.finditer(marks.text):
        inside = [mark for mark in marks.roles if mark.start < sentence.end() and sentence.start() < mark.end]
        if inside and inside[0].tag == "occasion" and inside[0].start == sentence.start() and not FILMED.search(inside[0].words):
            gaps = [marks.text[one.end : other.start] for one, other in pairwise(inside)]
            if {mark.tag for mark in inside[1:]} <= {"audience", "name", "topic"} and all(map(JOINING.fullmatch, gaps)):
                found.append(Mark("say", *sentence.span(), " ".join(sentence[0].split())))
    return found


FILMED = re.compile(r"\b(?:video|film|message|card|greetings?|wish|invitation|announcement)\b", re.I)
"""What a wish to the film maker is called."""
JOINING = re.compile(r"[\s,]*(?:to|on|for|dear)?\s*", re.I)


def bare_name(words: str) -> str:
    """A name without the marks around it."""
    return LOOSE_END.sub("", words.strip(" .,!?" + QUOTATION_MARKS))


LABEL = re.compile(
    r"(?:scene|shot|part|slide|panel|voice\W?over|vo|narrator|narration|title|text|caption|end card)(?:\s*\d+)?\s*[.:]?", re.I
)
"""What stands before the words of a script and is not read out."""
NAMING_LITTLE = re.compile(
    r"(?:\W*\b(?:the|an?|how|why|what|who|when|where|is|are|was|it|they|and|or|of|to|in|on|for|we|i|you)\b\W*)+", re.I
)
DETERMINERS = frozenset({"the", "a", "an", "this", "that", "these", "those", "my", "our", "your", "some"})
"""They name nothing alone."""
COMPARING = re.compile(r"\b(?:and|or|n|vs|versus|v|to|than|with|from|against|over)\b|[/&+]", re.I)
"""What stands between two topics that are told side by side."""
NAMING = re.compile(
    r"\s*,?\s*(?:(?:in|on|at|from|near)\s+)?|(?:\s+(?:in|on|at|from|near)\s+[^,.!?\n]{1,30})?,?\s+(?:called|named)\s+", re.I
)
"""What stands between a thing and its name or its place."""
LAST_ITEM = re.compile(r",\s+(?:and|or)\s+", re.I)
"""What stands before the last thing of a list."""
JOINT = re.compile(r",?\s+(?:and|or)$", re.I)
"""What tied a point to the next."""
ORDER_BEGUN = re.compile(r"(?:\s+(?:and|please|so))*\s+(?:make|do|keep|film)(?:\s+(?:it|this|that|me|a))?$", re.I)
"""An order that begins behind a topic: ``how bees make honey make it`` a minute."""
LOOSE_END = re.compile(r"(?:\s+(?:in|for|of|on|at|with|and|or|to|by|from|about|as|than|who|which|that|an?|the))+$", re.I)
"""What is left of a wish behind a topic: ``how bees make honey in`` 30 seconds."""


def items_in(words: str) -> list[str]:
    """The things that a point names: of “two pairs of socks, and a mug” both."""
    items = LAST_ITEM.split(words) if words.count(",") == 1 else [words]
    return [JOINT.sub("", item.strip(" .?,")) for item in items if re.search(r"\w", item)]


def topic_from(words: str) -> str:
    """A topic as it stands in a sentence: no preposition at its ends, no mark behind it."""
    bare = ORDER_BEGUN.sub("", words.strip(" .!?,;:"))
    return LOOSE_END.sub("", bare if re.match(r"(?:to|for) \w+ or ", bare) else LEADING.sub("", bare, count=1)).rstrip(" ,;:")


def names_something(mark: Mark) -> bool:
    """Whether a stretch names more than an article or a part of a script does."""
    return mark.words.strip(" .!?,;:").lower() not in DETERMINERS and not LABEL.fullmatch(mark.words)


def topics_of(marks: Marks) -> list[str]:
    """The topic, or both that are compared; what names it or says where it is stays with it, and so does a second one behind a comma."""
    found = [with_question(mark, marks.text) for mark in marks.of("topic", "name") if names_something(mark)]
    told: list[Mark] = []
    for mark in found:
        if told and NAMING.fullmatch(between := marks.text[told[-1].end : mark.start]):
            joint = marks.text[told[-1].end - 1 : told[-1].end].strip(told[-1].words[-1:]) + between
            told[-1] = replace(told[-1], end=mark.end, words=f"{told[-1].words}{joint}{mark.words}")
        elif mark.tag == "topic":
            told.append(mark)
    topics = [topic_from(" ".join(with_name(mark, marks.text, nouns=UNENDED.search(mark.words) is not None).split())) for mark in told]
    if all(COMPARING.search(marks.text[one.end : other.start]) for one, other in pairwise(told)):
        return topics
    return [", ".join(topic.strip(QUOTATION_MARKS) for topic in topics[:2])]


def with_question(mark: Mark, text: str) -> Mark:
    """A topic with the word before it that makes it a question: “how | deep is the ocean”."""
    asked = re.search(r"\b(?:how|why|what|who|when|where)\s+$", text[: mark.start], re.I) if mark.tag == "topic" else None
    return replace(mark, start=asked.start(), words=text[asked.start() : mark.start] + mark.words) if asked else mark


LONGEST_SENTENCE = 400
"""Characters that are looked through for a noun behind a topic."""
UNENDED = re.compile(r"\b(?:the|an?|this|that|our|my|little|new|small|short|old|young)$", re.I)
"""How a topic ends whose noun was left out."""


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
    name = re.compile(r"(?: [A-Z][\w'’-]+){1,3}").match(text, mark.end)
    if name and not text.istitle() and not DAYS.search(name[0].lower()):
        return f"{mark.words}{name[0]}"
    if not nouns:
        return mark.words
    around = next((one.span() for one in SENTENCE.finditer(text) if one.start() <= mark.start < one.end()), (mark.start, len(text)))
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


def asked_seconds(marks: Marks) -> float | None:
    """The length that a brief asks for: the last that can be understood, since people correct themselves."""
    return next((seconds for words in reversed(marks.words_of("length")) if (seconds := seconds_of(words)) is not None), None)


def asked_size(marks: Marks) -> Size | None:
    """The shape that a brief asks for, the last that names one."""
    named = [f"{mark.words}{short[0] if (short := SHORTS.match(marks.text, mark.end)) else ''}" for mark in marks.of("shape")]
    return next((size for words in reversed(named) if (size := size_of(words)) is not None), None)


SHORTS = re.compile(r"\s+shorts?\b", re.I)
"""What makes an upright platform of a wide one: “YouTube | Short”."""


def unspoken_in(marks: Marks) -> tuple[str, ...]:
    """Sentences among or behind the client's own that nobody marked and that do not speak to the film maker: they may have been meant."""
    first = min((mark.start for mark in marks.of("say")), default=len(marks.text))
    found = [sentence for sentence in SENTENCE.finditer(marks.text) if sentence.start() > first and len(sentence[0].split()) > 1]
    bare = [one for one in found if not any(mark.start < one.end() and one.start() < mark.end for mark in marks.roles)]
    return tuple(" ".join(one[0].split()) for one in bare if not TALK.search(one[0]))


def wishes_of(marks: Marks) -> tuple[str, ...]:
    """Other wishes about the making, and a shape that no film of ours has."""
    wishes = [wish for wish in marks.words_of("wish") if not OTHER_LENGTH.search(wish) and not ORDINARY.fullmatch(wish)]
    return tuple(dict.fromkeys([*wishes, *(shape for shape in marks.words_of("shape") if not is_made(shape))]))


def _foreign(text: str, words: str, language: str) -> Understood:
    """Another language's sentences as they are: our instructions are English."""
    sentences = tuple(dict.fromkeys(split_sentences(text)))
    first = next(iter(sentences), "").rstrip(".!?。！？")
    clause = re.split(r"[.!?。！？,;:]", first)[0]
    topic = " ".join((clause if len(clause.split()) > 1 else first).split()[:6])
    return Understood(words=words, language=language, subject=topic, sentences=sentences)
