"""What a film is about: the topic as a noun phrase, found in an order or in the client's own sentences."""

import re
from dataclasses import dataclass, field

from kiwi.local.grammar import NOUN_TAGS, knows, lowered, tagged
from kiwi.local.instructions import Asked
from kiwi.local.names import PROPER, name_in, raised, without_name
from kiwi.local.questions import from_question
from kiwi.local.vocabulary import FILM_NOUN, PERSON
from kiwi.local.wishes import CUT
from kiwi.local.wording import THEM

TOPIC_LEAD = (
    r"(?:about|regarding|concerning|on the (?:topic|subject) of|on|explaining|(?:that |which )?explains?|to explain|"
    r"showing|(?:that |which )?shows?|to show|describing|(?:that |which )?describes?|"
    r"covering|(?:that |which )?covers?|introducing|(?:that |which )?introduces?|to introduce|promoting|(?:that |"
    r"which )?promotes?|to promote|advertising|(?:that |which )?advertises|to advertise|"
    r"announcing|(?:that |which )?announces?|"
    r"to announce|"
    r"to (?:thank|honou?r|welcome|remember|support|present)|thanking|honou?ring|welcoming|celebrating|(?:that |which )?celebrates?|"
    r"to celebrate|"
    r"teaching|(?:that |which )?teaches|to teach|telling|(?:that |which )?tells|featuring|titled|entitled|"
    r"presenting|inviting (?:people|everyone) to|to invite people to|where (?:you|we) (?:explain|show|talk about)|how to|how|why|what)"
)
OCCASION = r"(?:birthday|anniversary|wedding|graduation|retirement|farewell|memorial)"
PAIRS = re.compile(
    r"\b(terms|fish|research|salt|black|cookies|pros|bed|rock|trial|health|peace|supply|food|bread|ups|do['’]s|arts|"
    r"mac|drum|hide|back|rise|lost) and (conditions|chips|development|pepper|white|cream|cons|breakfast|roll|error|"
    r"safety|quiet|demand|drinks?|butter|downs|don['’]ts|crafts|cheese|bass|seek|forth|fall|found)\b",
    re.I,
)
TRAILING = re.compile(
    r"(?:[\s,;:–—-]+(?:and|or|but|with|in|for|of|to|the|a|an|on|at|by|please|thanks|thank you|that|which|it|is|just|"
    r"maybe|also|using|so|as|okay))+[\s,.;:]*$",
    re.I,
)
SUBORDINATE = re.compile(
    r"(?:,\s*|\s+)(?:and (?:make|keep|use|then|please|have|i|we|it|also|maybe)|but (?:make|keep|not|please)|"
    r"so (?:that|people)|nothing (?:too|very|fancy)\b|(?:which|where) (?:is|are|we|you|has|have|will)|using\b|i (?:think|want|guess))\b.*$",
    re.I | re.S,
)


COMPANY = (
    r"(?:company|business|brand|firm|start-?up|shop|store|organi[sz]ation|team|agency|clinic|school|bakery|restaurant|caf[eé]|studio|app)"
)
GREETINGS = frozenset({"welcome", "onboarding", "orientation"})
ABOUT = re.compile(rf"(?:^|[\s,{CUT}:])(?P<lead>{TOPIC_LEAD})\s+(?P<topic>[^{CUT}]+)", re.I)
OWNED = re.compile(
    rf"(?:^|[\s,{CUT}])(?:for|of|from)\s+(?P<topic>[^{CUT}]+?)"
    rf"(?=$|[{CUT},.;]|\s(?:about|explaining|showing|announcing|promoting|on|that|to|called|introducing|celebrating|with)\b)",
    re.I,
)
FOR_CLASS = re.compile(
    r"(?:,\s*|\s+)for (?P<who>(?:my|our) (?:\w+ ){0,2}(?:class|course|seminar|students|pupils))\b.*$",
    re.I,
)
"""A lesson's audience behind its topic."""
FOR_MY_COMPANY = re.compile(rf"(?:,\s*|\s+)(?:for|at|by|from) (?:my|our) {COMPANY}\b.*$", re.I)
MINE = re.compile(rf"\b(?:my|our) {COMPANY},? (?P<name>[A-Z][\w&'’-]*(?: [A-Z][\w&'’-]*)*)")
ON_A_DAY = re.compile(
    r"\bon (?=(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|"
    r"august|september|october|november|december|the \d)\b)",
    re.I,
)
BARE_FACT = re.compile(
    r",\s|\s(?:on |at |this |next |only |just )?(?=\d|[$€£]|(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|tonight|tomorrow)", re.I
)
"""Where a row of facts leaves its topic: ``new sneakers drop | friday 6pm, only 50 pairs``."""
KEPT_ON = "- on_"
"""Stands for an ``on`` that leads to a date, not to a topic."""


@dataclass(frozen=True)
class Ordered:
    """What an order says besides its wishes."""

    topic: str
    name: str = ""
    audience: str = ""
    points: tuple[str, ...] = field(default=())
    aside: str = ""
    """When and where, said behind the topic."""


def topic_from_order(asked: Asked) -> Ordered:
    """Find the topic, and the client's name, in what follows ``make a video`` or ``explain``."""
    if not asked.bare_film:
        return topic_of_telling(asked.verb, asked.rest)
    rest, name = without_name(asked.rest)
    rest = re.sub(rf"^\s*{FILM_NOUN}\b", "", rest)
    rest = ON_A_DAY.sub(KEPT_ON, rest)
    rest, points = without_points(re.sub(r"^[\s,.:;-]*(?:that (?:can|will|would|should|is)\b)?", "", rest))
    about, owner = ABOUT.search(rest), OWNED.search(rest)
    modifiers = left_of_film(asked.modifiers)
    audience = aside = ""
    if about:
        topic, audience = topic_about(about)
    elif owner:
        topic = topic_of_owner(owner["topic"], modifiers)
        aside = rest[owner.end() :].replace(CUT, " ").replace(KEPT_ON, "on ").strip(" ,.;")
    else:
        colon = re.match(rf"^[\s{CUT}]*[:\-–—,]\s*(?P<topic>[^{CUT}]+)", asked.rest)
        if colon and colon["topic"].count(",") > 1:
            aside = colon["topic"]
        topic = (
            BARE_FACT.split(colon["topic"], maxsplit=1)[0]
            if colon and aside
            else colon["topic"]
            if colon
            else modifiers
            if is_topic(modifiers) or modifiers.lower() in GREETINGS
            else name
        )
    topic = clean_topic(topic.replace(KEPT_ON, "on ")) or name
    if asked.verb.startswith(("quote", "word", "update", "reminder")) and re.fullmatch(r"the (?:day|week|month)", topic):
        topic = ""
    mine = MINE.search(asked.rest)
    named = name or (mine["name"] if mine else "") or name_in(topic) or (name_in(clean_topic(owner["topic"])) if owner else "")
    return Ordered(topic, named, audience, points, aside if re.search(r"\d|[a-z] [A-Z]", aside) and len(aside.split()) > 1 else "")


def topic_about(about: re.Match[str]) -> tuple[str, str]:
    """Take the topic behind ``about``, without the client's own company, and whom ``teaching`` teaches."""
    lead = about["lead"].lower()
    topic = f"{lead} {about['topic']}" if lead.split()[0] in {"how", "why", "what"} else about["topic"]
    audience = ""
    if lead.endswith(("teaching", "teaches", "teach")):
        topic, audience = without_pupil(topic)
    taught = FOR_CLASS.search(topic)
    if taught and taught.start() > 0:
        topic, audience = topic[: taught.start()], taught["who"]
    return FOR_MY_COMPANY.sub("", topic), audience


def topic_of_owner(topic: str, modifiers: str) -> str:
    """Join what stands before ``video`` to whom it is for: ``birthday`` and ``my aunt`` make ``my aunt's birthday``."""
    occasion = re.search(OCCASION, modifiers, re.I)
    if occasion:
        return f"{clean_topic(topic)}'s {occasion[0].lower()}"
    manner = re.fullmatch(r"(?:promotional|product|company|brand|marketing|explainer|launch|business)", modifiers, re.I)
    names_subject = bool(modifiers) and not manner and is_topic(modifiers) and re.match(r"^(?:our|my)?\s*[\w' -]+$", modifiers) is not None
    return modifiers if names_subject and not name_in(clean_topic(topic)) else topic


def topic_of_telling(verb: str, rest: str) -> Ordered:
    """Find the topic of ``explain …``, ``teach kids how to …``, ``tell the story of …``."""
    rest, name = without_name(rest)
    rest, points = without_points(rest)
    audience = ""
    rest = rest.strip(f" {CUT},")
    if verb in {"teach", "show", "tell"} or verb.startswith("walk"):
        rest, audience = without_pupil(rest)
        rest = re.sub(r"^(?:us |me )?(?:the|a|an)?\s*(?:\w+ )?(?:story|tale|history|news)\s+(?:of|about|behind)\s+", "", rest, flags=re.I)
        rest = re.sub(r"^about\s+", "", rest, flags=re.I)
    if re.match(r"(?:the|a|an)\s+(?:video|film|idea that|fact that)\b", rest, re.I):
        rest = re.sub(r"^(?:the|an?)\s+(?:video|film|idea that|fact that)\s+(?:about|of)?", "", rest, flags=re.I)
    topic = clean_topic(rest.split(CUT)[0] or rest)
    return Ordered(topic, name or name_in(topic), audience, points)


def without_pupil(rest: str) -> tuple[str, str]:
    """Take who is taught out of ``kids how to brush their teeth``."""
    pupil = re.match(
        rf"^(?P<who>(?:(?:my|our|the|young|all|some|new|busy) )*(?:{THEM}|{PERSON}|me|us))\s+(?=(?:how|what|why|about|the|"
        r"to|that|where|a)\b)",
        rest,
        re.I,
    )
    if not pupil:
        return rest, ""
    who = pupil["who"]
    general = re.fullmatch(r"(?:people|them|everyone|everybody|(?:the |our )?viewers?|me|us|others|anyone|the audience|folks)", who, re.I)
    return re.sub(r"^to (?=\w)", "how to ", rest[pupil.end() :]), "" if general else who


def without_points(rest: str) -> tuple[str, tuple[str, ...]]:
    """Take ``covering a, b and c`` or ``including x`` off the end of an order."""
    match = re.search(
        r"(?:,\s*|\s+)(?:and )?(?:(?:it should |that |which )?(?:cover(?:s|ing)?|including|includes?|mention(?:s|ing)?|"
        rf"highlight(?:s|ing)?|featuring|focus(?:es|ing|ed)? on)|with (?:a )?focus on)\s+(?P<points>[^{CUT}]+)",
        rest,
        re.I,
    )
    if not match or not re.search(r"\w{3,}", rest[: match.start()]):
        return rest, ()
    return rest[: match.start()], tuple(points_in(match["points"]))


def left_of_film(modifiers: str) -> str:
    """Drop from ``a short ¦ promotional`` all that says nothing of the topic."""
    text = re.sub(rf"[{CUT},]", " ", modifiers)
    manner = (
        r"an?|the|some|another|one|short|quick|little|nice|new|simple|brief|great|good|small|beautiful|professional|"
        r"animated|promotional|promo|explainer|educational|tutorial|news|social|media|marketing|full|fun|very|really|of|"
        r"company|brand|corporate|video|narrated|real|cool|me|this|my|our|kind|sort|like|full-length|longer?|whole|"
        r"complete|proper|interesting|engaging"
    )
    return re.sub(rf"\b(?:{manner})\b(?!['’-])", " ", text, flags=re.I).strip()


def is_topic(modifiers: str) -> bool:
    """Whether the words before ``video`` name a subject: ``coffee shop promo``."""
    return any(token.tag in NOUN_TAGS for token in tagged(modifiers)) if modifiers else False


def clean_topic(text: str) -> str:
    """Write a topic as it would stand in a sentence."""
    topic = text.replace(CUT, " ").strip()
    topic = re.split(r"[.!?](?:\s|$)", topic)[0]
    topic = SUBORDINATE.sub("", topic)
    topic = re.sub(r"\s+", " ", topic).strip(" ,.;:!?-–—")
    if not re.match(r"(?:how|why|what|when|where|who)\b.* (?:is|are|it)\W*$", topic, re.I):
        topic = TRAILING.sub("", topic)
    topic = topic.strip(' ,.;:!?"“”')
    topic = re.sub(r"^(?:about|on|the (?:topic|subject|idea|concept|process|basics) of|some|this:?|it['’]s|just)\s+", "", topic, flags=re.I)
    topic = re.sub(r"^(?:exactly|simply|briefly)\s+|(?<=^how)\s+exactly\b", "", topic, flags=re.I)
    topic = "" if re.fullmatch(r"(?:an?|the|my|our|some|this|that)", topic, re.I) else from_question(in_sentence_case(topic))
    words = [raised(word) for word in topic.split()]
    topic = " ".join(words)
    return topic[:1].lower() + topic[1:] if re.match(r"(?:The|A|An|Our|My|How|Why|What|Your|When|Where)\b", topic) else lowered(topic)


def in_sentence_case(topic: str) -> str:
    """Undo Title Case: ``How Solar Panels Work`` → ``how solar panels work``; names of two words stay."""
    words = topic.split()
    capitals = sum(word[:1].isupper() for word in words)
    opens = re.match(r"(?:How|Why|What|The|When|Where|An?)\b", topic)
    if capitals < max(2, 0.7 * len(words)) or not (opens or len(words) > 4):
        return topic
    return " ".join(
        word if (word.isupper() and len(word) > 1) or word.lower() in PROPER or not knows(word.lower().strip(",'")) else word.lower()
        for word in words
    )


def points_in(text: str) -> list[str]:
    """Split ``our free delivery, the new menu and parking`` into its points."""
    text = re.sub(rf"[{CUT}.!?]+\s*$", "", text.replace(CUT, " ").strip()).strip()
    text = re.sub(
        r"^(?:the fact that|things like|topics like|points like|that|also|both|the following:?|these (?:points|things):?)\s+",
        "",
        text,
        flags=re.I,
    )
    text = PAIRS.sub(lambda match: match[0].replace(" and ", " AND "), text)
    pieces = re.split(r"\s*[,;]\s*(?:and |or |also |plus |maybe |then )*|\s+(?:and(?: also| maybe| then)?|plus|as well as)\s+", text)
    found = [clean_point(piece.replace(" AND ", " and ")) for piece in pieces]
    return [point for point in found if re.search(r"\w", point)]


def clean_point(text: str) -> str:
    """Write one point as a short phrase in the client's own words."""
    point = re.sub(r"\s+", " ", text).strip(" .,;:!?\"“”'")
    point = re.sub(r"\s+(?:please|too|as well|okay|of course)$", "", point, flags=re.I)
    return " ".join(raised(word) for word in lowered(point).split())
