"""Merging: what is wanted of a film once a message has been understood; what was said later holds."""

import re
from collections.abc import Sequence

from kiwi.conversations.talk import Question, Wanted
from kiwi.film.model import MAX_SECONDS, MIN_SECONDS, Understood, VideoType
from kiwi.local.read.lengths import seconds_of
from kiwi.local.read.settle import action_of

STEP_SECONDS = 5.0
"""Lengths that we work out are multiples of this."""
MOST_WORDS = 9
"""``longer`` in a longer message is about something else."""
LONGEST_ANSWER = 20
"""Words of a message that answers a question as a whole."""
TIMES = (
    (r"half (?:as long|the (?:length|time))|twice as short", 0.5),
    (r"twice as long|double (?:it|the (?:length|time))|two times (?:as long|longer)", 2.0),
    (r"(?:much|way|far|a lot) shorter", 0.5),
    (r"(?:much|way|far|a lot) longer", 2.0),
    (r"(?:a (?:bit|little)|slightly|somewhat) shorter", 0.8),
    (r"(?:a (?:bit|little)|slightly|somewhat) longer", 1.25),
    (r"shorter|too long|shorten it|less long", 2 / 3),
    (r"longer|too short|lengthen it|more time", 1.5),
)
"""How many times as long a film shall be, the plainest words last."""
LENGTHS = ((r"very short|tiny|as short as possible", 15.0), (r"short|quick", 20.0), (r"medium|normal|standard", 30.0), (r"long", 90.0))
"""Seconds behind plain words, where a length was asked for."""
TYPE_NOUNS: tuple[tuple[VideoType, str], ...] = (
    (VideoType.TUTORIAL, r"tutorial|how[- ]to|step[- ]by[- ]step|recipe"),
    (VideoType.EXPLAINER, r"explainer|explanation|documentary|lesson"),
    (VideoType.NEWS, r"news|report|bulletin"),
    (VideoType.STORY, r"story|tale"),
    (VideoType.QUOTE, r"quote|quotation|saying"),
    (VideoType.GREETING, r"greeting|birthday card|thank[- ]you"),
    (VideoType.PROMOTIONAL, r"ad|advert\w*|promo\w*|commercial|teaser|trailer"),
)
"""What a message may call the film."""
SWAPPED = re.compile(r"\W*(?:please )?(?:change|replace|correct)\s+(?P<old>.{2,80}?)\s+(?:to|with|by|into)\s+(?P<new>.+?)[\s.!]*", re.I)
"""``change March 3 to March 10``."""
SETTING = re.compile(
    r"\b(?:it|that|this|length|shape|tone|style|mood|topic|subject|audience|voice|music|title|format|language|type|film|video)\b", re.I
)
PROPER = re.compile(r"[A-Z0-9]")
"""What somebody wants changed that was never said, if it is a name or a number."""
EVERYBODY = re.compile(r"(?:for )?(?:everyone|everybody|anyone|all(?: people)?|the (?:general )?public)", re.I)
LEAD = re.compile(
    r"^(?:(?:it(?:['’]s| is)|mostly|mainly|probably|just|only|maybe|for|to|the viewers should|they should|people should)\s+)+", re.I
)
CONTENT = ("sentences", "key_points", "call_to_action", "name", "occasion", "quote", "quoted", "sides")
"""What belongs to a topic and goes with it."""


def merged(wanted: Wanted, said: Understood, question: Question | None) -> Wanted:
    """What is wanted after a message that tells, changes or takes out something; ``question`` was open when it came."""
    was = wanted.film
    if swapped := _swapped(wanted, said.words):
        return swapped
    said = answering(as_told(said, was), question, was)
    changes = settings_of(said, was)
    if said.act == "remove":
        film = was.model_copy(update={**changes, **_without(was, said)})
    elif not was.about:
        film = _first(was, said) if said.about else was.model_copy(update=changes)
    elif said.topic and said.topic.lower() != was.about.lower() and _is_other(said, was, question):
        cleared = {name: Understood.model_fields[name].default for name in CONTENT}
        own = {name: getattr(said, name) for name in ("topic", "subject", "wants_knowledge", "video_type", "points_after", *CONTENT)}
        film = was.model_copy(update={**cleared, **own, **changes})
    else:
        film = was.model_copy(update={**changes, **_more(was, said)})
    words = wanted.words if film == was else (*wanted.words, said.words)
    return Wanted(words=words, film=film)


def as_told(said: Understood, was: Understood) -> Understood:
    """A bare phrase in a talk that has its topic tells something: it is no other brief."""
    bare = said.topic.lower() == said.words.strip(" .!\n").lower()
    return said.model_copy(update={"act": "tell"}) if was.about and said.act == "brief" and bare else said


def settings_of(said: Understood, was: Understood) -> dict[str, object]:
    """The settings that a message names: length, shape, tone, audience, type, name, other wishes."""
    found: dict[str, object] = {name: value for name in ("size", "audience", "name", "call_to_action") if (value := getattr(said, name))}
    if said.mood:
        found |= {"mood": said.mood, "style": said.style}
    seconds = changed_seconds(said.words, was.seconds or 30.0) or said.seconds
    if seconds is not None:
        found["seconds"] = min(max(seconds, float(MIN_SECONDS)), float(MAX_SECONDS))
    if kind := type_named(said.words):
        found["video_type"] = kind
    if said.avoid and said.act != "remove":
        found["avoid"] = tuple(dict.fromkeys([*was.avoid, *said.avoid]))
    return found


def changed_seconds(words: str, seconds: float) -> float | None:
    """The length after ``10 seconds longer`` or ``half as long``; None: no such change is asked for."""
    if len(words.split()) > MOST_WORDS:
        return None
    by = re.search(r"\b(?P<more>longer|more)\b|\b(?:shorter|less)\b", words, re.I)
    named = seconds_of(words) if re.search(r"\d|\b(?:second|minute|half a)", words, re.I) else None
    if by and named and not re.search(r"\b(?:than|to)\b", words, re.I):
        return max(seconds + (named if by["more"] else -named), STEP_SECONDS)
    times = next((times for pattern, times in TIMES if re.search(rf"\b(?:{pattern})\b", words, re.I)), None)
    return None if times is None or named else max(STEP_SECONDS, STEP_SECONDS * round(seconds * times / STEP_SECONDS))


def type_named(words: str) -> VideoType | None:
    """The type of film that a short message asks for by its name."""
    if len(words.split()) > MOST_WORDS:
        return None
    return next(
        (kind for kind, nouns in TYPE_NOUNS if re.search(rf"\b(?:an?|as|the|into|of)(?:\s+[\w-]+){{0,5}}?\s+(?:{nouns})\b", words, re.I)),
        None,
    )


def answering(said: Understood, question: Question | None, was: Understood) -> Understood:
    """A message as the answer to the question that was open, if it can be one."""
    text = said.words.strip(" .!\n")
    short = len(text.split()) <= LONGEST_ANSWER and "?" not in text and not said.sentences[1:]
    settings = said.seconds or said.size or said.mood or said.wishes or said.avoid
    asked = question is Question.LENGTH and short and said.act != "remove"
    if said.seconds is None and (asked or (said.act == "change" and len(text.split()) <= MOST_WORDS)):
        plain = next((seconds for words, seconds in LENGTHS if re.search(rf"\b(?:{words})\b", text, re.I)), None)
        seconds = (seconds_of(text) if asked and len(text.split()) <= 5 else None) or plain
        return said.model_copy(update={"seconds": seconds, **(_nothing_told() if asked and seconds else {})})
    if question is None or not short or said.act in {"remove", "change"}:
        return said
    if question is Question.SUBJECT and said.topic and not said.name:
        return said.model_copy(update={"name": said.topic} if said.topic[:1].isupper() else {})
    if question is Question.AUDIENCE and not settings and not said.audience and not said.call_to_action and not said.sentences:
        whom = "" if EVERYBODY.fullmatch(text) else LEAD.sub("", text)
        return said.model_copy(update={"audience": whom, **_nothing_told()})
    if question is Question.ACTION and not settings and not said.audience:
        return said.model_copy(update={"call_to_action": said.call_to_action or _called(text), **_nothing_told()})
    return said


def _called(text: str) -> str:
    """A place where viewers shall go is a call to go there: ``bakery.example`` → ``Visit bakery.example``."""
    action = action_of([LEAD.sub("", text)])
    is_place = re.fullmatch(
        r"(?:our |my |the )?(?:[\w-]+\.)+[a-z]{2,}\S*|(?:our|my|the) (?:\w+ )?(?:website|shop|store|page|blog)", text, re.I
    )
    return f"Visit {text[:1].lower()}{text[1:]}" if is_place else action


def _nothing_told() -> dict[str, object]:
    return {"topic": "", "subject": "", "sentences": (), "key_points": (), "sides": ()}


def _first(was: Understood, said: Understood) -> Understood:
    """A topic at last: wishes that came before it hold unless they are named again."""
    kept = {
        name: value
        for name in ("seconds", "size", "mood", "style", "audience", "name")
        if (value := getattr(was, name)) and not getattr(said, name)
    }
    if was.video_type:  # it was asked for by name
        kept["video_type"] = was.video_type
    bounded = settings_of(said, was).get("seconds")
    return said.model_copy(update={**kept, **({"seconds": bounded} if bounded else {}), "act": "brief"})


def _is_other(said: Understood, was: Understood, question: Question | None) -> bool:
    """Whether a message that names a topic turns to another one, rather than telling more of this."""
    return question is not Question.SUBJECT and (
        said.act in {"change", "brief"} or (said.act == "tell" and bool(re.match(r"\W*(?:no|actually)\b", said.words, re.I)))
    )


def _more(was: Understood, said: Understood) -> dict[str, object]:
    """More to tell of the same topic."""
    points = said.key_points
    if said.topic and said.act == "tell" and not said.sentences and not points and said.topic.lower() != was.about.lower():
        points = (said.topic,)
    sentences = _joined(was.sentences, said.sentences)
    return {
        "sentences": sentences,
        "key_points": _joined(was.key_points, points),
        "points_after": was.points_after if was.key_points else len(was.sentences),
        **{name: value for name in ("occasion", "quote", "quoted") if (value := getattr(said, name))},
    }


def _joined(was: Sequence[str], new: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*was, *new]))


def _without(was: Understood, said: Understood) -> dict[str, object]:
    """The film without what shall be taken out: every point and sentence that shares the telling words of it."""
    unwanted = {word for words in (*said.avoid, *said.key_points, *said.sentences, said.about) for word in _telling(words)}
    if not unwanted:
        return {}

    def stays(words: str) -> bool:
        return not unwanted & set(_telling(words))

    return {
        "sentences": tuple(filter(stays, was.sentences)),
        "key_points": tuple(filter(stays, was.key_points)),
        "call_to_action": was.call_to_action if stays(was.call_to_action) else "",
        "audience": was.audience if stays(was.audience) else "",
    }


LITTLE = frozenset("the a an our my your part bit sentence line point about of with and or to in on at it that this thing from for".split())


def _telling(words: str) -> list[str]:
    return [word.rstrip("s") for word in re.findall(r"\w+", words.lower()) if word not in LITTLE]


def _swapped(wanted: Wanted, words: str) -> Wanted | None:
    """What is wanted with some words put right, where the message asks for that and the words were said before."""
    swap = SWAPPED.fullmatch(words)
    film = wanted.film
    if swap is None or SETTING.search(swap["old"]):
        return None
    if not any(
        swap["old"].lower() in text.lower() for text in (*film.sentences, *film.key_points, film.topic, film.subject, film.call_to_action)
    ):
        return wanted if PROPER.search(swap["old"]) else None

    def put(text: str) -> str:
        return re.sub(re.escape(swap["old"]), lambda _: swap["new"], text, flags=re.I)

    texts: dict[str, object] = {name: put(getattr(film, name)) for name in ("topic", "subject", "call_to_action", "name")}
    lists = {name: tuple(map(put, getattr(film, name))) for name in ("sentences", "key_points")}
    return Wanted(words=(*wanted.words, words), film=film.model_copy(update=texts | lists))
