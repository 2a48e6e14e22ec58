"""Words that an icon can stand for, and headings made of a sentence's own words."""

import re
from collections.abc import Collection

from kiwi.local.actions import is_call_to_action
from kiwi.local.grammar import NOUN_TAGS, PLURAL_TAGS, knows, tagged, title_case, word_set
from kiwi.local.subject import TITLE_CHARACTERS, shortened
from kiwi.local.subjects import noun_phrases

PICTURED: dict[str, str] = {
    word: picture
    for picture, words in {
        "sun": "morning day summer sunday sunrise daylight sunlight weather warmth solar",
        "moon": "night evening sleep bedtime dream",
        "coffee": "breakfast café cafe espresso latte",
        "truck": "delivery shipping transport logistics",
        "tag": "price discount sale offer deal",
        "coins": "money cost budget savings euro dollar pay",
        "gift": "free bonus present birthday",
        "door": "open opening entrance reopen",
        "users": "team people community neighbour neighbor audience crowd customers staff colleagues parents",
        "user": "person customer client man woman grandfather grandmother owner",
        "house": "home neighbourhood roof",
        "storefront": "shop store bakery market business boutique",
        "bread": "loaf dough flour bakery sourdough croissant",
        "calendar": "saturday monday friday date week month year schedule appointment",
        "clock": "time hour minute second seven",
        "map-pin": "street address location place corner town",
        "phone": "call telephone app mobile",
        "heart": "love care kindness health",
        "lightbulb": "idea question light electricity thought",
        "lightning": "energy power current electric speed",
        "leaf": "plant nature garden green environment",
        "book": "library story reading chapter lesson",
        "student": "school students class teenagers college",
        "robot": "ai technology machine automation",
        "shield": "safety security protection privacy",
        "hand": "hands handmade craft help",
        "music": "song radio band concert",
        "globe": "world internet country planet",
        "chart": "growth results numbers statistics business",
        "wrench": "repair tools tool fix service",
        "drop": "water rain liquid",
        "fire": "heat oven hot",
        "car": "drive traffic road parking",
        "bicycle": "bike bikes cycling",
        "camera": "photo photograph picture",
        "star": "quality favourite favorite review",
    }.items()
    for word in words.split()
}
JOINT = re.compile(r"[;:!?]|,(?!\d)|(?<![ap]\.m)\.(?=\s|$)|\s(?:because|that|which|so|but|before|until|when|while|if|and|where|as)\s")
STEP_LEAD = re.compile(r"^(?:first|then|next|finally|lastly|after that|now|second|third|just|simply|please)\b,?\s+", re.I)
GENERIC = word_set("thing way lot kind bit something everything nothing anything one part number end side")
HEADING_ENDS = re.compile(
    r"(?:\s+(?:the|a|an|of|and|or|to|in|for|with|our|your|is|are|at|on|by|from|that|it|so|but|as|not|be|this|its))+$", re.I
)


def singular(noun: str) -> str:
    """Take a plural's ending off: ``panels`` → ``panel``."""
    if noun.endswith("ies") and len(noun) > 4:
        return noun[:-3] + "y"
    if re.search(r"(?:ss|x|z|ch|sh)es$", noun) or (noun.endswith("oes") and not knows(noun[:-1])):
        return noun[:-2]
    return noun[:-1] if noun.endswith("s") and not noun.endswith(("ss", "us", "is")) else noun


def keywords_of(text: str, more: str = "") -> tuple[str, ...]:
    """Find at most six nouns to look icons up by, the pictures we know of first."""
    nouns: list[str] = []
    for token in (*tagged(text), *tagged(more)):
        word = token.text.lower()
        if token.tag in NOUN_TAGS or word in PICTURED:
            plain = singular(word) if token.tag in PLURAL_TAGS or (word.endswith("s") and not knows(word)) else word
            if re.fullmatch(r"[a-z]{2,}", plain) and plain not in GENERIC:
                nouns.append(plain)
    found: list[str] = []
    for noun in nouns:
        found.append(noun)
        if noun in PICTURED:
            found.append(PICTURED[noun])
    return tuple(dict.fromkeys(found))[:6]


CLAUSE_END = re.compile(r"[.!?;:,](?:\s|$)|\s(?:and|but|so|because|when|while|before|until|if)\s")
OFFER = re.compile(r"(?:you can |just )?(choose|pick|select|order|try|build|mix)\b", re.I)
HEADING = 34
"""Characters a heading made of a clause may have; a title has room for a few more."""


def heading_of(text: str, used: Collection[str]) -> str:
    """Make a scene's heading of its own words: what is said of something, or the thing itself; not one used before."""
    taken = {heading.lower() for heading in used}
    spoken = re.sub(r"\W+", " ", text).strip().lower()
    for candidate in candidates_for(text):
        heading = polished(candidate)
        copies = re.sub(r"\W+", " ", heading).strip().lower() == spoken
        if 3 <= len(heading) <= TITLE_CHARACTERS and heading.lower() not in taken and not copies:
            return heading
    return ""


def candidates_for(text: str) -> list[str]:
    """Possible headings of a text, best first."""
    clause = CLAUSE_END.split(STEP_LEAD.sub("", text), maxsplit=1)[0].strip(" .!?,")
    offer = OFFER.match(text)
    phrases = noun_phrases(text)
    found = from_figure(clause)
    if offer and "," in text:
        found.append(f"{offer[1]} Yours")
    elif orders(clause):
        found += [clause] if len(clause) <= HEADING else []
        found.append(shortened(clause, max(8, min(HEADING, len(clause) - 4))))
    found += predicates(text)
    found += [phrase for phrase in phrases if " " in phrase]
    found += [clause] if len(clause) <= HEADING and " " in clause else []
    found += [with_determiner(phrase, text) for phrase in phrases]
    return [*found, *phrases, shortened(clause, 30)]


def orders(clause: str) -> bool:
    """Whether a clause tells the viewer to do something: ``rinse the filter``."""
    first = tagged(clause)[:1]
    return bool(first) and " " in clause and (first[0].tag == "VB" or is_call_to_action(clause))


def with_determiner(noun: str, text: str) -> str:
    """Give a lone noun the small word it has in the text: ``your neighbours``."""
    found = re.search(rf"\b(the|our|your|my|his|her|their|every|no)\s+{re.escape(noun)}\b", text, re.I)
    return f"{found[1]} {noun}" if found else noun


def from_figure(clause: str) -> list[str]:
    """What a clause says from its figure on: ``40% off until Sunday``."""
    figure = re.search(r"[$€£]?\d[\d,.]*%?(?: ?(?:percent|million|billion))?\b.*$", clause)
    words = figure[0].split() if figure else []
    return [" ".join(words)] if 2 <= len(words) <= 6 and not re.match(r"\d+(?::\d\d)? ?[ap]\.?m", " ".join(words)) else []


def polished(phrase: str) -> str:
    """Write a phrase as a heading."""
    text = re.sub(r"^(?:a|an|to|that|some|also|really|very|just|all)\s+", "", phrase.strip(' ,.;:!?"“”—–-'), flags=re.I)
    text = re.sub(r"^the\s+(?=\S+\s\S)", "", text, flags=re.I)
    text = shortened(text, TITLE_CHARACTERS)
    if not re.match(r"(?:what|how|why|who|where|when)\b", text, re.I):
        text = HEADING_ENDS.sub("", text)
    return title_case(text.strip(' ,.;:"“”'))


STANDING = NOUN_TAGS | {"JJ", "JJR", "JJS", "RBR", "VBN", "VBG", "CD", "DT", "IN", "TO", "PRP$"}
"""Tags that a heading can begin with."""
CARRYING = word_set("have has offer offers sell sells serve serves bring brings make makes bake bakes is are was were")
"""Verbs whose complement says it all."""
NO_START = word_set("and or but of as than if n't not you it")


def predicates(text: str) -> list[str]:
    """What follows each sentence's first finite verb, up to the next joint, if it can stand alone."""
    stretches = (predicate(sentence) for sentence in re.split(r"(?<=[.!?])\s+", text) if not sentence.rstrip().endswith("?"))
    return [stretch for stretch in stretches if stretch]


def predicate(sentence: str) -> str:
    """What a sentence says of its subject: ``light into electricity``; empty if that cannot stand alone."""
    tokens = tagged(sentence)
    verb = next((index for index, token in enumerate(tokens) if token.tag in {"VBZ", "VBP", "VBD", "MD"} and index), len(tokens))
    if verb + 1 < len(tokens) and tokens[verb].tag == "MD" and tokens[verb + 1].tag in {"VB", "NN"}:
        verb += 1
    if verb + 1 >= len(tokens):
        return ""
    rest = JOINT.split(sentence[tokens[verb].end :].strip(), maxsplit=1)[0]
    rest = re.sub(r"^(?:that|this|these|those|only|just|also|always|now|it|them|you|us) (?=\w)", "", rest)
    words, inside = rest.split(), tagged(rest)
    stands = bool(inside) and (tokens[verb].text.lower() in CARRYING or inside[0].tag in STANDING)
    named = any(token.tag in NOUN_TAGS for token in inside)
    fits = 2 <= len(words) <= 6 and len(rest) <= 36
    return rest if stands and named and fits and words[0].lower() not in NO_START else ""
