"""Words that an icon can stand for."""

import re

from kiwi.local.read.grammar import NOUN_TAGS, knows, tagged

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
PLURAL_TAGS = frozenset({"NNS", "NNPS"})
GENERIC = frozenset("thing way lot kind bit something everything nothing anything one part number end side".split())


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
