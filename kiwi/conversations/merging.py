"""Merging: what is wanted of a film once a message has been understood; what was said later holds."""

import re

from kiwi.conversations.talk import Question, Wanted
from kiwi.film.model import MAX_SECONDS, MIN_SECONDS, Understood
from kiwi.local.read.lengths import OTHER_LENGTH, seconds_of
from kiwi.local.read.settle import action_of

STEP_SECONDS = 5.0
"""Lengths that we work out are multiples of this."""
MOST_WORDS = 9
"""``longer`` in a longer message is about something else."""
LONGEST_ANSWER = 20
"""Words of a message that answers a question as a whole."""
MUCH = re.compile(r"\b(?:much|way|far|lot|twice|two|double|half)\b", re.I)
SLIGHTLY = re.compile(r"\b(?:bit|little|slightly|somewhat)\b", re.I)
LENGTHS = ((r"short|quick", 20.0), (r"medium|normal", 30.0), (r"long", 90.0))
"""Seconds behind plain words, where a length was asked for."""
TYPE_NAMED = re.compile(
    r"\b(?:an?|as|the|into|of)(?:\s+[\w-]+){0,5}?\s+(?:tutorial|how[- ]to|step[- ]by[- ]step|recipe|expla\w+|documentary|lesson|"
    r"news|report|story|tale|quot\w+|saying|greeting|card|thank[- ]you|ad|advert\w*|promo\w*|commercial|teaser|trailer)\b",
    re.I,
)
"""That a message calls the film something; the reader knows which type that is."""
SWAPPED = re.compile(r"\W*(?:please )?(?:change|replace|correct)\s+(?P<old>.{2,80}?)\s+(?:to|with|by|into)\s+(?P<new>.+?)[\s.!]*", re.I)
"""``change March 3 to March 10``."""
LEAD = re.compile(r"^(?:(?:it(?:['’]s| is)|mostly|mainly|probably|just|only|maybe|for)\s+)+", re.I)
"""How an answer may begin."""
NOTHING_TOLD: dict[str, object] = {"topic": "", "subject": "", "sentences": (), "key_points": (), "sides": ()}
SETTINGS = ("seconds", "size", "mood", "style", "audience", "avoid", "without_music")
"""What holds whatever the film is about."""
CALLED = ("name", "call_to_action")


def merged(wanted: Wanted, said: Understood, question: Question | None) -> Wanted:
    """What is wanted after a message that tells, changes or takes out something; ``question`` was open when it came."""
    was = wanted.film
    if swapped := _swapped(wanted, said):
        return swapped
    said = answering(as_told(said, was), question, was)
    changes = settings_of(said, was)
    if said.act == "remove":
        film = was.model_copy(update={**changes, **_without(was, said)})
    elif said.about and (not was.about or _is_other(said, was, question)):
        film = _anew(was, said, changes)
    else:
        film = was.model_copy(update={**changes, **(_more(was, said) if was.about else {})})
    words = wanted.words if film == was else (*wanted.words, said.words)
    return Wanted(words=words, film=film)


def as_told(said: Understood, was: Understood) -> Understood:
    """A bare phrase in a talk that has its topic tells something: it is no other brief."""
    bare = said.topic.lower() == said.words.strip(" .!\n").lower()
    return said.model_copy(update={"act": "tell"}) if was.about and said.act == "brief" and bare else said


def settings_of(said: Understood, was: Understood) -> dict[str, object]:
    """The settings that a message names: length, shape, tone, audience, type, name, call to action, what to avoid."""
    found: dict[str, object] = {name: value for name in ("size", "audience", "without_music", *CALLED) if (value := getattr(said, name))}
    if was.without_music and not said.without_music and said.act != "tell" and re.search(r"\bmusic\b", said.words, re.I):
        found["without_music"] = False
    if said.mood:
        found |= {"mood": said.mood, "style": said.style}
    seconds = changed_seconds(said.words, was.seconds or 30.0) or said.seconds
    if seconds is not None:
        found["seconds"] = min(max(seconds, float(MIN_SECONDS)), float(MAX_SECONDS))
    if said.video_type and len(said.words.split()) <= MOST_WORDS and TYPE_NAMED.search(said.words):
        found["video_type"] = said.video_type
    if said.avoid and said.act != "remove":
        found["avoid"] = tuple(dict.fromkeys([*was.avoid, *said.avoid]))
    return found


def changed_seconds(words: str, seconds: float) -> float | None:
    """The length after ``10 seconds longer``, ``a bit shorter`` or ``half as long``; None: no such change is asked for."""
    change = OTHER_LENGTH.search(words)
    if change is None or len(words.split()) > MOST_WORDS:
        return None
    longer = change["longer"] is not None
    named = seconds_of(words) if re.search(r"\d|second|minute", words, re.I) else None
    if named:
        return None if re.search(r"\b(?:than|to)\b", words, re.I) else max(seconds + (named if longer else -named), STEP_SECONDS)
    times = 2.0 if MUCH.search(words) else 1.25 if SLIGHTLY.search(words) else 1.5
    return max(STEP_SECONDS, STEP_SECONDS * round((seconds * times if longer else seconds / times) / STEP_SECONDS))


def answering(said: Understood, question: Question | None, was: Understood) -> Understood:
    """A message as the answer to the question that was open, if it can be one."""
    text = said.words.strip(" .!\n")
    count = len(text.split())
    answers = question and count <= LONGEST_ANSWER and "?" not in text and not said.sentences[1:] and said.act != "remove"
    asked = answers and question is Question.LENGTH
    if said.seconds is None and (asked or (said.act == "change" and count <= MOST_WORDS)):
        plain = next((seconds for words, seconds in LENGTHS if re.search(rf"\b(?:{words})\b", text, re.I)), None)
        seconds = (seconds_of(text) if asked and count <= 5 else None) or plain
        return said.model_copy(update={"seconds": seconds, **(NOTHING_TOLD if asked and seconds else {})})
    update: dict[str, object] = {}
    if not answers or said.act == "change":
        pass
    elif question is Question.SUBJECT:
        update = {"name": said.topic} if said.topic[:1].isupper() and not said.name else {}
    elif said.seconds or said.size or said.mood or said.wishes or said.avoid or said.audience:
        pass
    elif question is Question.AUDIENCE and not said.call_to_action and not said.sentences:
        update = {"audience": LEAD.sub("", text), **NOTHING_TOLD}
    elif question is Question.ACTION:
        update = {"call_to_action": said.call_to_action or action_of([LEAD.sub("", text)]), **NOTHING_TOLD}
    return said.model_copy(update=update)


def _anew(was: Understood, said: Understood, changes: dict[str, object]) -> Understood:
    """A film of another topic, or of the first: wishes that came before hold unless they are named again."""
    kept = {name: getattr(was, name) for name in (*SETTINGS, *(() if was.about else CALLED)) if not getattr(said, name)}
    named = {"video_type": was.video_type} if was.video_type and not was.about else {}
    return said.model_copy(update={**kept, **named, **changes, "act": "brief"})


def _is_other(said: Understood, was: Understood, question: Question | None) -> bool:
    """Whether a message that names a topic turns to another one, rather than telling more of this."""
    if not said.topic or said.topic.lower() == was.about.lower() or question is Question.SUBJECT:
        return False
    return said.act in {"change", "brief"} or re.match(r"\W*(?:no|actually)\b", said.words, re.I) is not None


def _more(was: Understood, said: Understood) -> dict[str, object]:
    """More to tell of the same topic."""
    points = said.key_points
    if said.topic and said.act == "tell" and not said.sentences and not points and said.topic.lower() != was.about.lower():
        points = (said.topic,)
    return {
        "sentences": tuple(dict.fromkeys([*was.sentences, *said.sentences])),
        "key_points": tuple(dict.fromkeys([*was.key_points, *points])),
        "points_after": was.points_after if was.key_points else len(was.sentences),
        **{name: value for name in ("occasion", "quote", "quoted") if (value := getattr(said, name))},
    }


def _without(was: Understood, said: Understood) -> dict[str, object]:
    """The film without what shall be taken out: every point and sentence that shares the telling words of it."""
    unwanted = {word for words in (*said.avoid, *said.key_points, *said.sentences, said.about) for word in _telling(words)}

    def stays(words: str) -> bool:
        return not unwanted & set(_telling(words))

    lists = {name: tuple(filter(stays, getattr(was, name))) for name in ("sentences", "key_points")}
    return lists | {name: "" for name in ("call_to_action", "audience") if not stays(getattr(was, name))}


LITTLE = frozenset("the a an our my your part bit sentence line point about of with and or to in on at it that this thing from for".split())


def _telling(words: str) -> list[str]:
    return [word.rstrip("s") for word in re.findall(r"\w+", words.lower()) if word not in LITTLE]


def _swapped(wanted: Wanted, said: Understood) -> Wanted | None:
    """What is wanted with some words put right, where a message asks for that and names no setting; None: it does not.

    A name or a number that was never said cannot be put right, and nothing else is meant by it.
    """
    swap, film = SWAPPED.fullmatch(said.words), wanted.film
    if swap is None or said.mood or said.size or said.seconds or not _telling(swap["old"]):
        return None
    old = re.compile(rf"(?<!\w){re.escape(swap['old'])}(?!\w)", re.I)

    def put(text: str) -> str:
        return old.sub(lambda _: swap["new"], text)

    texts = {name: put(getattr(film, name)) for name in ("topic", "subject", "call_to_action", "name")}
    lists = {name: tuple(map(put, getattr(film, name))) for name in ("sentences", "key_points")}
    put_right = film.model_copy(update={**texts, **lists})
    if put_right == film:
        return wanted if re.search(r"[A-Z0-9]", swap["old"]) else None
    return Wanted(words=(*wanted.words, said.words), film=put_right)
