"""What a message means where it was said: an answer, a change, more to tell, or mere talk."""

import re
from dataclasses import replace

from kiwi.conversations.answers import answer_in, audience_in
from kiwi.conversations.changes import change_in, wishes_of_fragment
from kiwi.conversations.drift import ABOUT_US, NO_WORD, Drift, drift_of
from kiwi.conversations.meaning import Meaning, about, bare_of, noted, ordered, wishes_in
from kiwi.conversations.talk import Question, Wanted
from kiwi.errors import BadBrief
from kiwi.film import Brief, Intent, VideoType
from kiwi.local.actions import action_from, is_call_to_action
from kiwi.local.grammar import knows, tagged
from kiwi.local.instructions import Part, ask_of
from kiwi.local.languages import language_of
from kiwi.local.reader import read_intent
from kiwi.local.sentences import has_verb, strip_markup
from kiwi.local.vocabulary import FILM_NOUN
from kiwi.local.wishes import Wishes, cut_wishes

ABOUT = re.compile(
    r"^(?:(?:(?:make|do) (?:it|one|this|the (?:film|video))|(?:it|this|the (?:film|video))"
    r"(?:['’]s| is| should be| will be| has to be|['’]ll be)?|i want it|it should)?\s*(?:to be )?(?:all )?about|"
    r"(?:change |set )(?:it|the (?:topic|subject))\s+to(?: be)?|(?:the )?(?:topic|subject)(?: is| should be|:| =))\s+(?P<topic>.{2,}?)"
    r"(?:,? (?:instead|please|rather|now))*[\s.!]*$",
    re.I | re.S,
)
"""``make it about cats instead``, ``the topic is cats``."""
ANNOUNCED = re.compile(r"^(?:please )?(?:also )?(?:add|say|include)\s*:\s*", re.I)
SWAPPED = re.compile(r"\W*(?:please )?(?:change|replace|correct)\s+(?P<old>.{2,}?)\s+(?:to|with|by|into)\s+(?P<new>.+?)[\s.!]*", re.I)
"""``change March 3 to March 10``."""
ADDING = re.compile(r"^(?:\W*(?:and|ok(?:ay)?|oh)\b)*\W*(?:also|and|plus|additionally)\b", re.I)
INSTEAD = re.compile(r"[\s,]*\b(?:instead|rather)\b(?:\s+of\b.*)?[\s.!]*$", re.I)
DENYING = re.compile(r"^\W*(?:(?:no|nope)\s*[,.;:–—-]|actually\b|sorry\b|wait\b|i mean\b)", re.I)
TO_ADD = re.compile(r"^(?:(?:add|include|put in|plus|with|and|something about|mention|about)\s+)+", re.I)
TO_US = re.compile(r"^(?:make|do|use|put|change|set|keep|turn|give|have|let|remove|drop|show|no|without|don['’]?t)\b", re.I)
"""How orders to us begin that we did not understand; nobody wants them spoken."""
OF_THE_FILM = re.compile(
    r"^(?:the |your |its )?(?:colou?rs?|music|voice|narrator|video|film|captions?|subtitles?|background|font|letters|text|logo|pictures?|"
    r"images?|animations?|icons?|length|mood|style|tone)\b.{0,30}\b(?:should|must|needs?|has to|have to|is too|are too|could)\b",
    re.I,
)
"""``the colours should be blue``: about the film, never in it."""
LONGEST_FRAGMENT = 12
"""Words that are points to mention when there is no verb among them."""


def understand(said: str, wanted: Wanted, read: Intent | None, question: Question | None) -> Meaning:
    """What a client means by a message, given what is wanted so far, how that reads, and what they were asked."""
    text = ANNOUNCED.sub("", strip_markup(said).strip())
    if (drift := drift_of(text, read is not None, question)) is not None:
        return Meaning(drift)
    if NO_WORD.fullmatch(text) and (read is None or not re.search(r"\d", text)):
        return Meaning()
    if read is None:
        return _first(text, wanted)
    swap = SWAPPED.fullmatch(text)
    if swap and any(swap["old"].lower() in words.lower() for words in wanted.words):
        return Meaning(swap=(swap["old"], swap["new"]))
    return change_in(text, read) or answer_in(text, question, read) or _later(text, read)


def _first(text: str, wanted: Wanted) -> Meaning:
    """A message before there is a topic: perhaps it brings one."""
    if ABOUT_US.fullmatch(text) and not re.search(FILM_NOUN, text, re.I):
        return Meaning(Drift.HELP)
    if re.fullmatch(r"\W*[a-z]+\W*", text) and not knows(re.sub(r"\W", "", text)):
        return Meaning()
    if found := ABOUT.match(bare_of(text)):
        text = ordered(found["topic"])
    notes = noted(text, fresh=True)
    wishes = wishes_in(notes)
    try:
        # the length is looked after elsewhere, so that an impossible one hides nothing here
        language = read_intent(text, Brief(words=text, seconds=30)).language
    except BadBrief:
        return wishes
    alone = notes.topic and not notes.ordered and not notes.sentences and not notes.points
    if alone and language == "en":
        topic = re.sub(rf"\s+{FILM_NOUN}\W*$", "", text, flags=re.I) or text
        return replace(wishes, words=ordered(topic, wanted.video_type), new_topic=True, video_type=None)
    kind = None if notes.orders else wanted.video_type
    return replace(wishes, words=text, new_topic=True, video_type=kind, name="", action="")


def _later(text: str, read: Intent) -> Meaning:
    """A message about a film that has its topic."""
    if read.language != "en" or (language_of(text) != "en" and len(text.split()) > 3):
        wishes = wishes_in(noted(text))
        return Meaning(words=text) if wishes.empty else wishes
    bare = bare_of(text)
    if found := ABOUT.match(bare):
        return about(ordered(found["topic"], read.video_type))
    fresh = noted(bare, fresh=True)
    other = fresh.ordered and fresh.topic and fresh.topic.lower() != read.topic.lower()
    if other and not ADDING.match(text) and any(_orders_film(sentence) for sentence in fresh.orders):
        return about(bare)
    left = INSTEAD.sub("", bare)
    if left != bare and len(left.split()) <= LONGEST_FRAGMENT:
        wishes = wishes_in(noted(left))
        return about(ordered(left, read.video_type)) if wishes.empty else wishes
    return _more(text, bare, read)


def _more(text: str, bare: str, read: Intent) -> Meaning:
    """A wish, more to tell, or a question of the client's."""
    notes = noted(bare)
    wishes = wishes_in(notes)
    if not notes.sentences and not notes.points:
        return wishes
    if notes.sentences and (text.endswith("?") or ABOUT_US.fullmatch(text)):
        return Meaning(Drift.HELP)
    if not notes.sentences or len(bare.split()) > LONGEST_FRAGMENT or re.search(r"[.!?\n]\s*\w", bare):
        return replace(wishes, words=bare)
    # what was split off as a wish of its own is not part of what is told
    left = notes.sentences[0].rstrip(".") if notes.orders and len(notes.sentences) == 1 else bare
    at = bare.lower().find(left.lower())
    left = bare[at : at + len(left)] if at >= 0 else left
    return _joined(wishes, _short(text, left, read))


def _joined(wishes: Meaning, told: Meaning) -> Meaning:
    """Two halves of one message."""
    return replace(wishes, **{name: value for name, value in vars(told).items() if value and name != "drift"})


def _short(text: str, bare: str, read: Intent) -> Meaning:
    """A short sentence, or less: whom it is for, a call to action, or something to say or to mention."""
    if is_call_to_action(bare) and read.video_type is not VideoType.TUTORIAL:
        return Meaning(action=action_from(bare))
    if has_verb(bare) or (read.video_type is VideoType.TUTORIAL and tagged(bare)[0].tag == "VB"):
        return Meaning() if TO_US.match(bare) or OF_THE_FILM.match(bare) else Meaning(words=bare)
    return audience_in(bare) or _fragment(text, bare, read)


def _fragment(text: str, bare: str, read: Intent) -> Meaning:
    """A few words without a verb: another topic, wishes, or points to mention."""
    specific = read.sentences or read.key_points or re.search(r"\d", bare)
    if DENYING.match(text) and not specific and not TO_US.match(bare):
        return about(ordered(bare, read.video_type))
    wishes, points = wishes_of_fragment(TO_ADD.sub("", bare))
    if TO_US.match(bare) or re.match(r"\W*(?:no|without)\s+\w", text, re.I):
        return wishes
    named = [] if wishes.audience else [point for point in points if audience_in(point)]
    audience = named[0] if named else wishes.audience
    told = ", ".join(point for point in points if point not in named[:1])
    return replace(wishes, words=f"Mention {told}." if told else "", audience=audience)


def _orders_film(sentence: str) -> bool:
    return ask_of(sentence, cut_wishes(sentence, Wishes()), False).part is Part.ORDER
