"""What a message means where it was said: an answer, a change, more to tell, or mere talk."""

import re
from dataclasses import dataclass
from enum import StrEnum

from kiwi.conversations.briefs import FILM_OF
from kiwi.conversations.talk import Question, Wanted
from kiwi.errors import BadBrief
from kiwi.film import Brief, Intent, Size, VideoType
from kiwi.local.actions import action_from
from kiwi.local.instructions import Part, ask_of
from kiwi.local.languages import language_of
from kiwi.local.reader import Notes, calmed, read_intent, sentences_of, take_note
from kiwi.local.sentences import has_verb, is_disfluent, strip_markup
from kiwi.local.vocabulary import FILM_NOUN, MOOD_OF, MOOD_WORD, TYPE_WORDS
from kiwi.local.wishes import CUT, Wishes, cut_wishes, tidied


class Drift(StrEnum):
    """What a message is about."""

    FILM = "the film"
    GREETING = "hello"
    THANKS = "thank you"
    YES = "go ahead"
    SKIP = "you decide"
    CANCEL = "no film after all"
    AFRESH = "start over"
    UNDO = "take that back"
    HELP = "what can be done here"
    UNSURE = "no topic in mind"
    UNLIKE = "how it shall not feel"


@dataclass(frozen=True)
class Meaning:
    """A message, understood; what is empty was not spoken of."""

    drift: Drift = Drift.FILM
    words: str = ""
    """What the film shall tell or mention, in words that a reader of briefs understands."""
    new_topic: bool = False
    """Whether ``words`` are about another topic than before."""
    seconds: float | None = None
    times: float | None = None
    """How many times as long as it is."""
    size: Size | None = None
    audience: str = ""
    style: str = ""
    video_type: VideoType | None = None
    name: str = ""
    action: str = ""

    @property
    def empty(self) -> bool:
        """Whether it says nothing about the film."""
        return self == Meaning(self.drift)


POLITE_END = r"(?:[\s,!.]*(?:please|now|then|thanks|thank you(?: very much| so much)?|kiwi|already|for me))*[\s!.…]*"
GREETINGS = r"(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|greetings)(?: there| again| kiwi| everyone| all)?"
AGREED = (
    r"(?:yes|yep|yeah|yup|sure|ok|okay|k|perfect|great|good|fine|cool|nice|awesome|excellent|lovely|correct|right|exactly|agreed|"
    r"(?:that |this |it )?(?:looks|sounds|seems) (?:good|great|fine|perfect|right)(?: to me)?|"
    r"(?:i )?(?:like|love) it|go(?: ahead| for it| on)?|do (?:it|that)|please do|let['’]?s (?:go|do it|start)|"
    r"(?:make|create|generate|start|begin|film|shoot|build|produce)(?: (?:it|this|that|the (?:film|video)|my (?:film|video)))?|"
    r"(?:i(?:['’]m| am) )?(?:happy(?: with (?:it|that))?|done|ready|good|all set)|confirm(?:ed)?|"
    r"(?:no,? )?(?:that(?:['’]s| is)|it(?:['’]s| is)) (?:all|it|everything|fine|good|great|perfect|right|correct|ok|okay)|"
    r"all good|nothing (?:else|more|to (?:change|add))|no(?:,? (?:nothing(?: else| more)?|changes?|more))|"
    r"(?:as it is|as is))"
)
SKIPPED = (
    r"(?:no|nope|nah|none|nothing|skip(?: (?:it|this|that))?|next|pass|(?:i )?(?:do not|don['’]?t) (?:know|care|mind)|no idea|not sure|"
    r"(?:you|kiwi) (?:choose|decide|pick)|your (?:choice|call)|whatever(?: you (?:like|think|want))?|anything|"
    r"(?:it )?(?:does not|doesn['’]?t) matter|not (?:really|important|needed|necessary)|up to you|no preference|any|either|"
    r"(?:i (?:have )?)?no (?:preference|opinion|wish(?:es)?|call to action|message)|surprise me)"
)
CANCELLED = (
    r"(?:cancel|(?:cancel|stop|drop|forget|leave) (?:it|about it|everything)|cancel (?:that|this)|never ?mind|stop|quit|i changed my mind)"
)
AFRESH = r"(?:start (?:over|again|afresh|anew|from scratch)|reset|new (?:film|video|conversation)|begin again|let['’]?s start over)"
UNDO = (
    r"(?:undo|(?:take|put|change) (?:it|that) back|go back|revert|(?:remove|delete|forget) (?:that|this|the last one)(?: again)?|not that)"
)
UNSURE = (
    r"(?:\b(?:do not|don['’]?t) (?:really )?know (?:yet )?(?:what|which)|\bnot sure (?:yet )?(?:what|which)|\bno idea (?:what|which)|"
    r"\bwhat (?:should|could|can) (?:i|we|it)\b|\b(?:any|some) ideas?\b|\bsuggest)"
)
ABOUT_US = (
    r"(?:help|what (?:can|do) you (?:do|make|offer|need)\b.*|what is this|who are you|what are you|how (?:do|does|can|should) (?:this|it|you|i)\b.*|"
    r"can you help(?: me)?|(?:can|do|are|will|would|is) (?:you|it|this)\b.*\?|what (?:now|next)|and now|how (?:long|much|big|many)\b.*)"
)
LEAD = re.compile(
    r"^(?:(?:no|nope|nah|actually|sorry|wait|hm+|oh|well|ok(?:ay)?|yes|yeah|sure|right|so|and|but|also|please|maybe|rather|instead|then|"
    r"i mean|i meant|thanks|great|good|perfect|on second thought|come to think of it|let['’]?s|can you|could you|would you)\b[\s,.!:;–—-]*)+",
    re.I,
)
"""What people say before they come to the point."""
CORRECTING = re.compile(r"\b(?:no|nope|actually|sorry|instead|rather|i meant?|wait|change|second thought)\b", re.I)
ADDING = re.compile(r"^(?:\W*(?:and|ok(?:ay)?|oh)\b)*\W*(?:also|and|plus|additionally)\b", re.I)
ABOUT = re.compile(
    r"^(?:(?:(?:make|do) (?:it|one|this|the (?:film|video))|(?:it|this|the (?:film|video))(?:['’]s| is| should be| will be| has to be|['’]ll be)?"
    r"|i want it|it should)?\s*(?:to be )?(?:all )?about|"
    r"(?:change |set )?(?:it|the (?:topic|subject)|topic|subject)(?: is| should be| to|:| =)+(?! (?:be|a|an)\b))\s+(?P<topic>.{2,}?)"
    r"(?:,? (?:instead|please|rather|now))*[\s.!]*$",
    re.I | re.S,
)
"""``make it about cats instead``, ``the topic is cats``."""
TURNED = re.compile(
    rf"^(?:(?:make|turn|do|shoot) (?:it|this|that)(?: into| as)?|(?:it|this)(?:['’]s| is| should be)|as|more (?:of|like)|rather|i want|use|just)?\s*"
    rf"(?:an? |the )?(?P<kind>(?:[\w-]+ )?(?:{FILM_NOUN}|tutorial|explainer|story|news|ad|quote)(?: {FILM_NOUN})?)(?: instead| rather| please)*[\s.!]*$",
    re.I,
)
"""``make it a tutorial``."""
LONGER = (
    (re.compile(r"\b(?:half (?:as long|the (?:length|time))|twice as short)\b", re.I), 0.5),
    (re.compile(r"\b(?:twice as long|double (?:it|the (?:length|time))|two times (?:as long|longer))\b", re.I), 2.0),
    (re.compile(r"\b(?:much|way|far|a lot) shorter\b", re.I), 0.5),
    (re.compile(r"\b(?:much|way|far|a lot) longer\b", re.I), 2.0),
    (re.compile(r"\b(?:a (?:bit|little)|slightly|somewhat) shorter\b", re.I), 0.8),
    (re.compile(r"\b(?:a (?:bit|little)|slightly|somewhat) longer\b", re.I), 1.25),
    (re.compile(r"\b(?:shorter|too long|shorten it|less long)\b", re.I), 2 / 3),
    (re.compile(r"\b(?:longer|too short|lengthen it|more time)\b", re.I), 1.5),
)
MOST_WORDS_OF_CHANGE = 9
"""``longer`` in a longer sentence is about something else."""
LONGEST_FRAGMENT = 12
"""Words that are a point to mention when there is no verb among them."""
EVERYBODY = re.compile(
    r"(?:it(?:['’]s| is) )?(?:for )?(?:everyone|everybody|anyone|anybody|all(?: people)?|(?:the )?(?:general )?public)\W*", re.I
)
UNLIKE = re.compile(rf"^\W*(?:\w+ ){{0,5}}(?:less|not|isn['’]t|too)(?: so| too| very| that| as)? {MOOD_WORD}(?: anymore)?\W*$", re.I)
NUMBER_ALONE = re.compile(r"^\W*(?:(?:about|around|maybe|say|make it)\s+)?(\d{1,3})\W*$", re.I)
FOR_WHOM = re.compile(
    r"^(?:it(?:['’]s| is)(?: meant| made)? |mostly |mainly |probably |just |only |i think |maybe )*(?:for |to )?(?:the )?", re.I
)
LENGTH_WORDS = (
    (re.compile(r"\b(?:very short|tiny)\b", re.I), 15.0),
    (re.compile(r"\bshort\b", re.I), 20.0),
    (re.compile(r"\blong\b", re.I), 90.0),
)


def understand(said: str, wanted: Wanted, read: Intent | None, open_question: Question | None) -> Meaning:
    """What a client means by a message, given what is wanted so far, how it reads, and what they were asked."""
    text = strip_markup(said).strip()
    if (drift := _drift_of(text, read is not None, open_question)) is not None:
        return Meaning(drift)
    if read is None:
        return _first(text, wanted)
    return _turned(text) or _answer(text, open_question) or _later(text, read)


def _drift_of(text: str, has_topic: bool, asked: Question | None) -> Drift | None:
    """What a message is that says nothing about the film; None: it may say something."""

    def wholly(pattern: str) -> bool:
        return re.fullmatch(rf"\W*{pattern}(?:[\s,!.…]+(?:and )?{pattern})*{POLITE_END}\??", text, re.I) is not None

    if wholly(GREETINGS) or not re.search(r"\w", text):
        return Drift.GREETING
    if re.fullmatch(rf"\W*(?:many )?(?:thanks|thank you|thx|cheers)(?: a lot| so much| very much)?{POLITE_END}", text, re.I):
        return Drift.THANKS
    if wholly(CANCELLED):
        return Drift.CANCEL
    if wholly(AFRESH):
        return Drift.AFRESH
    if wholly(UNDO):
        return Drift.UNDO
    if not has_topic and (re.search(UNSURE, text, re.I) or wholly(SKIPPED)):
        return Drift.UNSURE
    if wholly(AGREED):
        return Drift.YES
    if wholly(SKIPPED) or (asked and re.fullmatch(rf"\W*{SKIPPED}\W.{{0,40}}", text, re.I | re.S) and not re.search(r"\d", text)):
        return Drift.SKIP if asked else Drift.YES
    return None


def _answer(text: str, asked: Question | None) -> Meaning | None:
    """A short answer to the open question; None: it reads better by itself."""
    words = len(text.split())
    if asked is Question.LENGTH:
        found = next((seconds for pattern, seconds in LENGTH_WORDS if words <= 4 and pattern.search(text)), None)
        return None if found is None else Meaning(seconds=found)
    notes = _noted(text)
    if asked is Question.AUDIENCE and words <= 12 and "?" not in text and not _wishes(notes) and not notes.action:
        whom = FOR_WHOM.sub("", LEAD.sub("", text)).strip(" .!,")
        return Meaning(audience=whom) if whom and not (has_verb(whom) and re.match(r"(?:we|it|they|i|make)\b", whom, re.I)) else None
    if asked is Question.ACTION and words <= 20 and "?" not in text and not _wishes(notes) and not notes.points:
        return Meaning(action=notes.action or action_from(LEAD.sub("", text)))
    if asked is Question.SUBJECT and words <= 14 and not has_verb(text) and "?" not in text:
        return Meaning(words=_ordered(text), new_topic=True)
    return None


def _first(text: str, wanted: Wanted) -> Meaning:
    """A message before there is a topic: perhaps it brings one."""
    if re.fullmatch(rf"\W*{ABOUT_US}\W*", text, re.I | re.S) and not re.search(FILM_NOUN, text, re.I):
        return Meaning(Drift.HELP)
    text = _rewritten(text)
    notes = _noted(text, fresh=True)
    wishes = _meant(text, notes)
    if not notes.topic and not notes.sentences and not notes.points and not notes.name:
        return wishes
    try:
        # the length is looked after elsewhere, so that an impossible one hides nothing here
        read = read_intent(text, Brief(words=text, seconds=30))
    except BadBrief:
        return wishes
    typed = wanted.video_type is not None and not notes.orders
    fragment = notes.topic and not notes.sentences and not notes.points
    if fragment and not notes.ordered and read.language == "en":
        return Meaning(**{**vars(wishes), "words": _ordered(text, wanted.video_type), "new_topic": True, "video_type": None})
    kind = wanted.video_type if typed else None
    return Meaning(**{**vars(wishes), "words": text, "new_topic": True, "video_type": kind, "name": "", "action": ""})


def _turned(text: str) -> Meaning | None:
    """A short change to the film as a whole: its length, its type, how it shall not feel; None: it is none."""
    bare = LEAD.sub("", text).strip()
    if len(text.split()) > MOST_WORDS_OF_CHANGE:
        return None
    times = next((times for pattern, times in LONGER if pattern.search(bare)), None)
    if times is not None:
        return Meaning(times=times)
    if UNLIKE.match(text):
        return Meaning(Drift.UNLIKE)
    if EVERYBODY.fullmatch(bare):
        return Meaning(Drift.SKIP)
    if number := NUMBER_ALONE.match(bare):
        return Meaning(seconds=float(number[1]))
    wishes = Wishes()
    turned = TURNED.match(tidied(cut_wishes(bare, wishes).replace(CUT, " ")))
    if turned and (kind := type_named(turned["kind"])):
        return Meaning(**{**vars(_meant(bare, _noted(bare))), "video_type": kind, "audience": wishes.audience})
    return None


def _later(text: str, read: Intent) -> Meaning:
    """A message about a film that has its topic."""
    if language_of(text) != "en" and len(text.split()) > 3:
        return Meaning(words=text)
    bare = LEAD.sub("", text).strip()
    if about := ABOUT.match(bare):
        return _meant_anew(_ordered(about["topic"], read.video_type))
    fresh = _noted(bare, fresh=True)
    other = fresh.ordered and fresh.topic and fresh.topic.lower() != read.topic.lower()
    if other and not ADDING.match(text) and any(_orders_film(sentence) for sentence in fresh.orders):
        return _meant_anew(bare)
    return _added(text, bare, read)


def _added(text: str, bare: str, read: Intent) -> Meaning:
    """A wish, more to tell, or a question of the client's."""
    notes = _noted(bare)
    meant = _meant(bare, notes)
    if not notes.sentences and not notes.points:
        return meant
    if notes.sentences and (text.endswith("?") or re.fullmatch(rf"\W*{ABOUT_US}\W*", text, re.I | re.S)):
        return Meaning(Drift.HELP)
    if notes.sentences and not has_verb(bare) and len(bare.split()) <= LONGEST_FRAGMENT and not re.search(r"[.!?\n]\s*\w", bare):
        if CORRECTING.search(text):
            return _meant_anew(_ordered(bare, read.video_type))
        if len(bare.split()) == 1:
            return meant
        return Meaning(**{**vars(meant), "words": f"Mention {bare.strip(' .!,')}."})
    return Meaning(**{**vars(meant), "words": bare if re.match(r"[\w\"“]", bare) else text})


def type_named(words: str) -> VideoType | None:
    """The type of film that an order names."""
    return next((kind for kind, cues in TYPE_WORDS if re.search(rf"\b(?:{cues})\b", words, re.I)), None)


def _orders_film(sentence: str) -> bool:
    return ask_of(sentence, cut_wishes(sentence, Wishes()), False).part is Part.ORDER


def _noted(text: str, *, fresh: bool = False) -> Notes:
    """What a reader of briefs makes of a message; not ``fresh``: after a film was ordered."""
    notes = Notes() if fresh else Notes(ordered=True, topic="the film")
    calm = calmed(text)
    for sentence in sentences_of(calm, is_disfluent(text)):
        take_note(sentence, notes)
    return notes


def _wishes(notes: Notes) -> bool:
    wishes = notes.wishes
    return bool(wishes.seconds or wishes.size or wishes.audience or wishes.moods)


def _meant(text: str, notes: Notes) -> Meaning:
    """The wishes of a message, without what it tells."""
    wishes = notes.wishes
    return Meaning(
        seconds=wishes.best_seconds,
        size=wishes.size,
        audience=wishes.audience,
        style=style_of(notes.orders),
        video_type=next((kind for order in notes.orders if (kind := type_named(order))), None),
        name=notes.name,
        action=notes.action,
    )


def _meant_anew(text: str) -> Meaning:
    """A message that names another topic."""
    meant = _meant(text, _noted(text, fresh=True))
    kind = meant.video_type
    return Meaning(**{**vars(meant), "words": text, "new_topic": True, "video_type": kind, "name": "", "action": ""})


def style_of(orders: list[str]) -> str:
    """The words for a tone in instructions, as they came: ``calm and professional`` → ``calm, professional``."""
    found: list[str] = []
    for order in orders:
        left = cut_wishes(order, Wishes()).lower()
        found += [word for word in re.findall(r"[a-z]+(?:-[a-z]+)*", order.lower()) if word in MOOD_OF and word not in left]
    return ", ".join(dict.fromkeys(found))


def _ordered(topic: str, kind: VideoType | None = None) -> str:
    """An order for a film about something that was named by itself."""
    topic = re.sub(r"^(?:it(?:['’]s| is)\s+)?(?:all )?(?:about|on)\s+", "", LEAD.sub("", topic), flags=re.I).strip(" .!")
    return f"Make {FILM_OF[kind] if kind else 'a video'} about {topic}."


def _rewritten(text: str) -> str:
    """``It's about cats`` as an order."""
    about = ABOUT.match(LEAD.sub("", text).strip())
    return _ordered(about["topic"]) if about else text
