"""Titles and headings: taken from the words they stand over, or left out."""

import re
from collections.abc import Collection

from kiwi.film.model import BUTTON_CHARACTERS, TITLE_CHARACTERS, Intent, VideoType
from kiwi.local.knowledge.clauses import parsed
from kiwi.local.knowledge.topics import questions_in
from kiwi.local.read.grammar import QUESTION, capitalised, noun_phrases, title_case
from kiwi.local.read.subjects import LOOSE_END

HEADING_CHARACTERS, SHORTEST = 34, 4
CUTS = (
    r"[,;:(–—]",
    r"\s(?:because|which|who|that|where|when|while|so|before|until|if)(?=\s)",
    r"\s(?:for|with|without|from|at|in|on|by|to|about|of|as)(?=\s)",
    r"\s(?:and|or)(?=\s)",
)
"""Where a title that is too long may end, the best places first."""
OPENING, QUOTED_OPENING = "{topic}.", "In the words of {quoted}."
"""Said over the title where the client's own first words cannot stand there: the few words of ours, which claim nothing."""
LONGEST_TOPIC = 80
"""Characters that are easily spoken as a heading."""
ASKED = re.compile(
    r"(?:(?:how|why|what|who|when|where|which)(?:\s+\w+){0,2}(?:['’]s\s|\s+(?:is|are|was|were|do|does|did|can|could|should|will|would|has|have)\s)|"
    r"(?:is|are|was|were|do|does|did|can|could|should|will)\s)",
    re.I,
)
"""How a question begins that is asked straight."""
TORN_BEFORE = re.compile(
    r"(?:\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|twenty|hundred|no|not|without|most|more|least|less))[\s-]$|[“\"]\s*$", re.I
)
TORN_AFTER = re.compile(r"\s*[”\"]|(?:\s+(?:and|or|&)|,)\s+(?=(?:the )?[A-Z])")
"""What stands around a phrase that is a part of a larger one: “54 centimetre frame”, “Summer and Winter Games”, “Africa, Asia and …”."""
RANGE_BEGUN = re.compile(r"\s+(?:from|between)\s+\S+$", re.I)
"""A title that ends so has lost the other end: “closed from 3 | to 17 August”."""
UNTITLED = frozenset(
    "thing things way ways lot kind bit day time year years people one something everything somebody nobody anybody everybody part".split()
)


def film_title(intent: Intent, subject: str = "", greeting: str = "", *, promised: bool = True) -> str:
    """The film's title in at most 42 characters: its wish, its name, its question, its topic.

    ``subject`` stands for a question that is too long, or that is not to be ``promised``; ``greeting`` is the wish.
    """
    if intent.title or intent.quote:
        return shortened(intent.title) or title_case(shortened(intent.quoted or intent.topic))
    chosen = intent.sides and re.search(rf"{re.escape(intent.sides[0])}\s+or\s", intent.original, re.I)
    both = (" or " if chosen else " and ").join(intent.sides)
    if fitting := next((one for one in (greeting, both) if 0 < len(one) <= TITLE_CHARACTERS), ""):
        return title_case(fitting)
    if intent.name and intent.video_type is VideoType.PROMOTIONAL and len(intent.name) <= TITLE_CHARACTERS:
        return capitalised(intent.name)
    if headline := headline_of(intent):
        return title_case(headline)
    topic = questions_in(intent.topic)[0] if intent.wants_knowledge else intent.topic
    if promised and not (QUESTION.match(topic) and len(topic) > TITLE_CHARACTERS):
        subject = ""
    title = title_case(shortened(subject or topic))
    return f"{title}?" if not subject and ASKED.match(topic) and len(title) == len(topic.strip(" .?!")) < TITLE_CHARACTERS else title


LATE, LONGEST_FIRST = 12, 300
"""Characters of the first sentence: a topic that stands behind so many is not what it is about."""


def headline_of(intent: Intent) -> str:
    """Of news the beginning of the sentence that brings it: ``The water will be switched off on Tuesday``; empty: it has no good end."""
    topic, first = intent.topic.lower(), next(iter(intent.sentences), "")
    news = intent.video_type is VideoType.NEWS
    if intent.wants_knowledge or intent.occasion or not (news or intent.video_type not in {VideoType.STORY, VideoType.PROMOTIONAL}):
        return ""
    by_the_way = re.search(
        rf"(?:\b(?:from|to|in|at|near|for|of|on)\s+(?:the\s+)?|\b[a-z]\w*\s+){re.escape(intent.topic)}\b", first[LATE:LONGEST_FIRST]
    )
    brings = (one for one in intent.sentences if (news and one.lower().startswith(topic)) or (by_the_way and one == first))
    sentence = next(brings, "")
    headline = shortened(sentence)
    longer = len(headline.split()) > len(intent.topic.split()) + 1
    return headline if longer and sentence.startswith(headline) and len(headline) < len(sentence) - 1 else ""


def opening_of(intent: Intent) -> str:
    """An opening in the client's own words for the topic; empty where none would be a good sentence."""
    if intent.quote:
        if not intent.quoted:
            return ""
        is_name = all(word[:1].isupper() for word in intent.quoted.split())
        return QUOTED_OPENING.format(quoted=intent.quoted) if is_name else OPENING.format(topic=capitalised(intent.quoted))
    topic = intent.topic.strip(" .!?")
    if not topic or len(topic) > LONGEST_TOPIC or intent.language != "en" or QUESTION.match(topic):
        return ""
    return OPENING.format(topic=topic[:1].upper() + topic[1:])


def button_of(action: str) -> str:
    """Shorten a call to action to what fits on a button, never in mid word."""
    text = re.split(r"[.!?](?:\s|$)", action.strip())[0].strip(" .!,")
    bare = re.sub(r"^(?:so|and|please|just|then|finally)[,:]?\s+", "", text, flags=re.I)
    return capitalised(shortened(bare, BUTTON_CHARACTERS, fewest=2))


def shortened(words: str, most: int = TITLE_CHARACTERS, fewest: int = 1) -> str:
    """Words of a title, whole where they fit, else up to a place where a phrase of ``fewest`` words or more ends."""
    words = " ".join(words.split()).strip(" .,;:!")
    if len(words) <= most:
        return words
    for cut in CUTS:
        ends = [match.start() for match in re.finditer(cut, words) if SHORTEST <= match.start() <= most]
        if ends := [end for end in ends if len(words[:end].split()) >= fewest]:
            return LOOSE_END.sub("", RANGE_BEGUN.sub("", words[: ends[-1]].strip(" .,;:")))
    phrases = [phrase for phrase in noun_phrases(words) if fewest <= 1 and len(phrase) <= most]
    if phrases:
        return max(phrases, key=len)
    return LOOSE_END.sub("", words[:most].rsplit(" ", 1)[0])


def is_subject_and_verb(voice: str, phrase: str) -> bool:
    """Whether the last noun of a sentence's first phrase must be its verb, since there is no other."""
    clause = parsed(voice.partition(". ")[0])
    return clause is not None and voice[: clause.tokens[clause.verb].end].endswith(phrase.rsplit(maxsplit=1)[-1])


def heading_of(voice: str, used: Collection[str], topic: str = "", *, prose: bool = False) -> str:
    """The noun phrase that tells most of a scene; empty when there is none that is not used already.

    A phrase that is the topic's own says nothing new; ``prose``: each sentence has its verb.
    Proper names and phrases of two or three words say most.
    """
    taken = {one.lower() for one in (*used, topic)}
    best, most = "", 0.0
    for place, found in enumerate(noun_phrases(voice)):
        words = found.split()
        if prose and place == 0 and len(words) > 1 and is_subject_and_verb(voice, found):
            words.pop()  # “the first walls date | to the 7th century”
        while len(words) > 2 and words[-1].islower() and words[-2][:1].isupper() and words[-3][:1].isupper():
            words.pop()  # a verb after a name: “the Jazz Festival ends”
        phrase = " ".join(words)
        before, _, after = voice.partition(phrase)
        named = any(word[:1].isupper() for word in (words[1:] or words if place else words[1:]))
        weight = min(len(words), 3) + 0.8 * named - 0.15 * place
        lone = len(words) == 1 and not named and before.lower() not in {"", "the ", "our "}
        torn = (
            phrase.count('"') % 2
            or phrase.endswith(("'s", "’s"))
            or TORN_BEFORE.search(before)
            or TORN_AFTER.match(after)
            or phrase[:1].isdigit()
        )
        known = taken & {phrase.lower(), *(word.lower() for word in words)} or words[-1].lower() in UNTITLED
        if weight > most and SHORTEST <= len(phrase) <= HEADING_CHARACTERS and not (lone or torn or known):
            best, most = phrase, weight
    return title_case(best)
