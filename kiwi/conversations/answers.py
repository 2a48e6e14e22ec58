"""Answers to the question that was asked."""

import re

from kiwi.conversations.meaning import PLACE, Meaning, bare_of, noted, ordered, tone_words, wishes_in
from kiwi.conversations.talk import Question
from kiwi.film import Intent
from kiwi.local.actions import action_from, is_call_to_action
from kiwi.local.grammar import tagged
from kiwi.local.names import name_in
from kiwi.local.numbers import NUMBER
from kiwi.local.sentences import has_verb
from kiwi.local.wishes import Wishes, cut_audience
from kiwi.local.wording import LABEL

LONGEST_AUDIENCE, LONGEST_ACTION, LONGEST_SUBJECT = 12, 20, 25
"""Words."""
FOR_WHOM = re.compile(
    r"^(?:(?:it(?:['’]s| is)(?: meant| made)? |mostly |mainly |probably |just |only |i think |maybe )*(?:for|to) |"
    r"mostly |mainly |just )?(?:the )?",
    re.I,
)
AGED = re.compile(rf"(?:they(?:['’]re| are)|aged?|about)\s+(?P<years>{NUMBER})(?: years? old)?", re.I)
TOLD = re.compile(
    r"(?:we|it|they|he|she|i|there|our \w+ (?:is|are|has)|make|use|mention|add|say|tell|with|without|by|from|in|at|about|on|this|that)\b",
    re.I,
)
"""How what is no audience begins."""
LENGTHS = ((r"very short|tiny|as short as possible", 15.0), (r"short|quick", 20.0), (r"medium|normal|standard", 30.0), (r"long", 90.0))
"""Seconds behind plain words."""
NAMED_FIRST = re.compile(r"^(?P<name>[A-Z][\w&'’-]*(?: [A-Z][\w&'’-]*)*)\s*[,:–—-]\s+(?P<rest>.+)$", re.S)
"""``Brightline, we install solar panels``."""


def answer_in(text: str, question: Question | None, read: Intent) -> Meaning | None:
    """What a message answers to a question; None: nothing, so that it is to be read by itself."""
    if question is None or "?" in text or LABEL.match(text):
        return None
    bare = bare_of(text)
    wishes = wishes_in(noted(text))
    if question is Question.LENGTH:
        return None if wishes.seconds else _length_in(bare)
    if question is Question.SUBJECT:
        return _subject_in(bare, read)
    if wishes.seconds or wishes.size or wishes.style:
        return None
    return audience_in(bare, asked=True) if question is Question.AUDIENCE else _action_in(bare, wishes)


def audience_in(bare: str, *, asked: bool = False) -> Meaning | None:
    """Whom a few words name, for whom a film can be: any words, if that was asked; None: nobody."""
    if asked and (aged := AGED.fullmatch(bare.strip(" .!"))):
        return Meaning(audience=f"{aged['years']}-year-olds")
    whom = FOR_WHOM.sub("", bare).strip(" .!,")
    if not re.search(r"[^\W\d]{2}", whom) or len(whom.split()) > LONGEST_AUDIENCE or is_call_to_action(whom):
        return None
    wishes = Wishes()
    left = cut_audience(f"for {whom}", wishes)
    if not re.search(r"\w", left) and wishes.audience:
        return Meaning(audience=wishes.audience)
    return Meaning(audience=whom) if asked and not TOLD.match(whom) else None


def _length_in(bare: str) -> Meaning | None:
    if len(bare.split()) > 5:
        return None
    seconds = next((seconds for words, seconds in LENGTHS if re.search(rf"\b(?:{words})\b", bare, re.I)), None)
    return None if seconds is None else Meaning(seconds=seconds, style=", ".join(dict.fromkeys(tone_words(bare))))


def _action_in(bare: str, wishes: Meaning) -> Meaning | None:
    """What viewers shall do: an order to them, or the place where they shall go."""
    if wishes.action:
        return Meaning(action=wishes.action)
    if place := PLACE.fullmatch(bare.strip(" .!")):
        return Meaning(action=action_from(f"visit {place[0]}"))
    to_them = re.match(r"(?:they|people|viewers|everyone) (?:should|can|could|must|need to)\b|(?:to|that they)\b", bare, re.I)
    asks = is_call_to_action(bare) or to_them or tagged(bare)[0].tag == "VB"
    short = len(bare.split()) <= LONGEST_ACTION and not re.search(r"[.!?]\s+\w", bare)
    return Meaning(action=action_from(bare)) if asks and short and not wishes.audience else None


def _subject_in(bare: str, read: Intent) -> Meaning | None:
    """The film's subject, named at last: its name is the topic then, and the rest is told."""
    named = NAMED_FIRST.match(bare)
    notes = noted(bare)
    if named and has_verb(named["rest"]):
        name, rest = named["name"], named["rest"]
    elif notes.name:
        name, rest = notes.name, bare
    elif not has_verb(bare) and len(bare.split()) <= LONGEST_SUBJECT:
        return Meaning(words=ordered(bare, read.video_type), new_topic=True, name=name_in(bare))
    else:
        return None
    # beside what it is, a word is taken for a name
    topic = f"{read.topic} {name}" if re.match(r"(?:my|our)\b", read.topic, re.I) else name
    return Meaning(words=f"{ordered(topic, read.video_type)}\n{rest[:1].upper()}{rest[1:]}", new_topic=True, name=name)
