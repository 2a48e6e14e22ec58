"""English grammar for filling sentences: word classes, agreement, articles, title case and verb forms."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from threading import Lock

from hibari.g2p import G2P  # type: ignore[import-untyped]

SMALL_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "but",
        "by",
        "for",
        "from",
        "in",
        "into",
        "nor",
        "of",
        "on",
        "or",
        "per",
        "so",
        "than",
        "that",
        "the",
        "to",
        "up",
        "via",
        "vs",
        "with",
    ]
)
VERB_TAGS = frozenset({"VB", "VBD", "VBP", "VBZ", "MD"})
NOUN_TAGS = frozenset({"NN", "NNS", "NNP", "NNPS"})
PLURAL_TAGS = frozenset({"NNS", "NNPS"})
SINGULAR_IN_S = frozenset(
    [
        "news",
        "physics",
        "mathematics",
        "economics",
        "politics",
        "athletics",
        "ethics",
        "gymnastics",
        "genetics",
        "robotics",
        "electronics",
        "bus",
        "gas",
    ]
)
PLURAL_WITHOUT_S = frozenset(["people", "children", "men", "women", "feet", "teeth", "mice", "geese", "bees", "police", "cattle", "sheep"])
NOUNS_IN_ING = frozenset(
    [
        "morning",
        "evening",
        "spring",
        "string",
        "king",
        "thing",
        "ring",
        "wing",
        "wedding",
        "meeting",
        "ceiling",
        "clothing",
        "marketing",
        "advertising",
        "engineering",
        "housing",
        "building",
        "during",
        "nothing",
        "something",
        "anything",
        "everything",
        "being",
        "boring",
        "exciting",
        "interesting",
        "amazing",
    ]
)
UNITS = frozenset(["am", "pm", "g", "kg", "mg", "ml", "l", "cl", "dl", "mm", "cm", "m", "km", "kWh", "h", "min"])
HARD_H = frozenset(["hour", "honest", "honor", "honour", "heir"])
OVERRULED = {"reopens": "VBZ", "launches": "VBZ", "unveils": "VBZ", "hosts": "VBZ"}
"""Words whose tag the tagger gets wrong where we meet them most."""
IRREGULAR_GERUNDS = {"lie": "lying", "die": "dying", "tie": "tying", "be": "being", "see": "seeing", "agree": "agreeing", "dye": "dyeing"}
TAGGING = Lock()
"""Nobody promises that the tagger may be used by two threads at once."""
DOUBLING = re.compile(r"^[^aeiou]*[aeiou][bdgklmnprt]$")


def word_set(table: str) -> frozenset[str]:
    """Read a table of words."""
    return frozenset(table.split())


@dataclass(frozen=True)
class Tagged:
    """One token, its Penn Treebank tag and where it starts in its text."""

    text: str
    tag: str
    start: int

    @property
    def end(self) -> int:
        """One past its last character."""
        return self.start + len(self.text)


@cache
def pronouncer() -> G2P:
    """Open the narrator's own lexicon and tagger once (0.5 s)."""
    return G2P(british=False)


@lru_cache(maxsize=4096)
def tagged(text: str) -> tuple[Tagged, ...]:
    """Tag every token of an English text."""
    found, position = [], 0
    with TAGGING:
        tokens = pronouncer().tokenize(text)
    for token in tokens:
        start = text.find(token.text, position)
        if start < 0:
            continue
        position = start + len(token.text)
        found.append(Tagged(token.text, OVERRULED.get(token.text, token.tag), start))
    return tuple(found)


def knows(word: str) -> bool:
    """Whether the narrator's lexicon holds a word."""
    lexicon = pronouncer().lexicon
    return word in lexicon.golds or word in lexicon.silvers


def head_of(phrase: str) -> str:
    """Return the word that carries a noun phrase: ``the history of jazz`` → ``history``."""
    before = re.split(r"\s(?:of|in|on|for|with|from|at|to|about|that|who|which|by|between)\s", phrase, maxsplit=1)[0]
    words = re.findall(r"[\w'’-]+", before)
    return words[-1] if words else phrase


def is_plural(phrase: str) -> bool:
    """Whether a noun phrase takes a plural verb: ``solar panels``, ``bees and flowers``."""
    if re.search(r"\w (?:and|&) \w", phrase) and not phrase[:1].isupper():
        return True
    head = head_of(phrase).lower()
    if head in PLURAL_WITHOUT_S:
        return True
    if head in SINGULAR_IN_S or not head.endswith("s") or head.endswith(("ss", "us", "is", "ics", "'s", "’s")):
        return False
    if head_of(phrase)[:1].isupper() and not phrase.startswith("the "):
        return False
    return knows(head[:-1]) or head.endswith("es") or len(head) > 4


def with_article(phrase: str) -> str:
    """Put ``a`` or ``an`` before a singular noun phrase, by its sound."""
    first = re.split(r"[\s-]", phrase.lower(), maxsplit=1)[0]
    if first.isupper() or re.fullmatch(r"[A-Z]{2,}", phrase.split(" ", maxsplit=1)[0]):
        vowel = phrase[0] in "AEFHILMNORSX"
    else:
        vowel = (first[:1] in "aeiou" or first in HARD_H) and not first.startswith(("uni", "use", "eu", "one", "once", "ut"))
    return f"{'an' if vowel else 'a'} {phrase}"


def capitalised(text: str) -> str:
    """Raise the first letter, leaving names such as iPhone or kiwi.example alone."""
    for position, letter in enumerate(text):
        if letter.isalpha():
            word = re.split(r"\s", text[position:], maxsplit=1)[0].rstrip(".,!?;:")
            if "." in word or any(other.isupper() for other in word[1:]):
                return text
            return text[:position] + letter.upper() + text[position + 1 :]
        if letter.isdigit():
            return text
    return text


def lowered(text: str) -> str:
    """Lower the first letter unless the first word is a name, an acronym or ``I``."""
    first = tagged(text)[:1]
    if not first or first[0].tag in {"NNP", "NNPS"} or first[0].text in {"I", "I'm", "I've", "I'd"}:
        return text
    if any(letter.isupper() for letter in first[0].text[1:]):
        return text
    return text[:1].lower() + text[1:]


def title_case(text: str) -> str:
    """Write a heading's words with capitals: ``how solar panels work`` → ``How Solar Panels Work``."""
    words = text.split()
    raised = []
    for index, word in enumerate(words):
        if 0 < index < len(words) - 1 and word.lower() in SMALL_WORDS:
            raised.append(word.lower())
        elif any(letter.isupper() for letter in word) or "." in word[1:-1] or (word in UNITS and words[index - 1][-1:].isdigit()):
            raised.append(word)
        else:
            raised.append("-".join(part[:1].upper() + part[1:] for part in word.split("-")))
    return " ".join(raised)


def gerund(verb_phrase: str) -> str:
    """Turn an infinitive into its -ing form: ``tie a tie`` → ``tying a tie``."""
    verb, _, rest = verb_phrase.partition(" ")
    low = verb.lower()
    if low in IRREGULAR_GERUNDS:
        form = IRREGULAR_GERUNDS[low]
    elif low.endswith("e") and not low.endswith(("ee", "oe", "ye")):
        form = low[:-1] + "ing"
    elif DOUBLING.match(low):
        form = low + low[-1] + "ing"
    else:
        form = low + "ing"
    return f"{form} {rest}".strip()


def infinitive(phrase: str) -> str:
    """Turn an -ing phrase into its infinitive: ``baking bread`` → ``bake bread``."""
    verb, _, rest = phrase.partition(" ")
    low = verb.lower()
    stem = low.removesuffix("ing")
    irregular = {form: base for base, form in IRREGULAR_GERUNDS.items()}
    if low in irregular:
        base = irregular[low]
    elif len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] not in "lsz":
        base = stem[:-1]
    elif needs_final_e(stem):
        base = stem + "e"
    else:
        base = stem
    return f"{base} {rest}".strip()


def needs_final_e(stem: str) -> bool:
    """Whether a verb's stem lost an e before -ing: ``bak`` did, ``cook`` did not."""
    if stem == "us" or (knows(stem + "e") and not knows(stem)):
        return True
    return knows(stem + "e") and re.search(r"[^aeiou][aeiou][cgksvzdpmnrtl]$|[cgvuz]$", stem) is not None and stem not in {"gard"}


def is_gerund(phrase: str) -> bool:
    """Whether a phrase starts with a verb in -ing that acts: ``baking bread``, not ``wedding rings``."""
    first = phrase.split(" ", maxsplit=1)[0]
    return first.islower() and first.endswith("ing") and len(first) > 4 and first not in NOUNS_IN_ING
