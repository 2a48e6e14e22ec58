"""What articles are called: titles, the other names that their leads give, surnames; and how names are compared."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import product

IRREGULAR = {
    "mice": "mouse",
    "geese": "goose",
    "men": "man",
    "women": "woman",
    "children": "child",
    "feet": "foot",
    "teeth": "tooth",
    "oxen": "ox",
    "dice": "die",
    "lice": "louse",
    "people": "person",
    "wolves": "wolf",
    "leaves": "leaf",
    "knives": "knife",
    "lives": "life",
    "wives": "wife",
    "halves": "half",
    "calves": "calf",
    "loaves": "loaf",
    "shelves": "shelf",
    "thieves": "thief",
    "elves": "elf",
    "hooves": "hoof",
    "scarves": "scarf",
    "fungi": "fungus",
    "cacti": "cactus",
    "octopi": "octopus",
    "bacteria": "bacterium",
    "crises": "crisis",
    "hypotheses": "hypothesis",
    "phenomena": "phenomenon",
    "criteria": "criterion",
    "nuclei": "nucleus",
    "algae": "alga",
    "larvae": "larva",
    "analyses": "analysis",
    "axes": "axis",
    "indices": "index",
}
NUMERALS = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
ORDINALS = dict(
    zip(["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"], range(1, 11), strict=True)
)
SHORT = {
    "ww1": "world war 1",
    "ww2": "world war 2",
    "wwi": "world war 1",
    "wwii": "world war 2",
    "usa": "united states",
    "uk": "united kingdom",
}
BEFORE_VERB = re.compile(r"^(.{3,240}?)\s(?:is|are|was|were|refers?|comprises?|consists?|occurs?|includes?|has|have)\s", re.S)
MARK = re.compile(
    r"(?:,|–|\band\b|\bor\b|\()?\s*(?:(?:also|sometimes|often|commonly|usually|better|more|most|widely|generally|popularly|simply|"
    r"colloquially|informally|formerly|previously|officially|otherwise|historically|originally|or|and|less|variously|abbreviated)\s+)*"
    r"(?:known as|known simply as|called|referred to(?: simply)? as|spelled|spelt|named|abbreviated(?: as| to)?|simply|informally|"
    r"officially|"
    r"colloquially(?: known as| called)?)\s+(?:just\s+|simply\s+)?",
    re.I,
)
HINT = re.compile(r"known|called|referred|spel|named|abbrev|simply|officially|informally|colloquially")
APOSTROPHE = re.compile(r"['’](?=s?\b)")
WORD = re.compile(r"[^\W_]+")
AFTERWARDS = re.compile(r"\s(?:in|by|from|for|to|among|after|because|since|due)\s|[;–]")
ALTERNATIVES = re.compile(r",\s*(?:also|or|and|sometimes|simply|occasionally)?\s+|\s+or\s+|\s+and\s+(?=the\s|as\s)")
LEADING = re.compile(r"^(?:also|or|as|simply|the|an?)\s+")
ARTICLES = re.compile(r"^(?:the|an?)\s+")


class Strength(IntEnum):
    """How surely a name means an article."""

    SURNAME = 1
    PART = 2
    """The end of a longer title: ``light bulb`` of Incandescent light bulb."""
    OTHER = 3
    """The lead's first words give it: ``also known as …``."""
    BARE = 4
    """The title without what tells it from others: ``Mercury (planet)``."""
    TITLE = 5


@dataclass(frozen=True)
class Naming:
    """A title that a name may mean."""

    title: str
    strength: Strength


def key(text: str) -> str:
    """Words as they are compared: small letters, no accents, marks or article, numerals as digits."""
    plain = text.lower()
    if not plain.isascii():
        plain = "".join(letter for letter in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(letter))
    if plain.isalpha():
        return SHORT.get(plain, plain)
    plain = APOSTROPHE.sub("", plain).replace("&", " and ")
    words = WORD.findall(ARTICLES.sub("", plain.strip()))
    numbered = [NUMERALS.get(word, word) if place else word for place, word in enumerate(words)]
    if numbered[-2:] == ["war", "i"]:
        numbered[-1] = "1"
    if len(numbered) > 2 and numbered[0] in ORDINALS and numbered[1:] == ["world", "war"]:
        numbered = ["world", "war", str(ORDINALS[numbered[0]])]
    joined = " ".join(numbered)
    return SHORT.get(joined, joined)


@lru_cache(maxsize=65536)
def singulars(word: str) -> tuple[str, ...]:
    """A word and what it may be the plural of: ``octopuses`` → octopuses, octopuse, octopus."""
    if word in IRREGULAR:
        return (word, IRREGULAR[word])
    if len(word) < 4 or not word.endswith("s") or word.endswith("ss"):
        return (word,)
    found = [word, word[:-1]]
    if word.endswith("ies"):
        found.append(word[:-3] + "y")
    elif word.endswith(("ches", "shes", "xes", "sses", "zes", "oes", "uses", "ases", "ises")):
        found.append(word[:-2])
    return tuple(found)


def forms(name: str) -> Iterator[str]:
    """A key in all the numbers it may stand in: its head is the last word, or the one before ``of``."""
    words = name.split()
    heads = {len(words) - 1} | {place - 1 for place, word in enumerate(words) if word in {"of", "in"} and place}
    choices = [singulars(word) if place in heads else (word,) for place, word in enumerate(words)]
    for chosen in product(*choices):
        yield " ".join(chosen)


def other_names(lead: str) -> Iterator[str]:
    """Names that a lead's first words give its subject: ``A solar cell, also known as a photovoltaic cell, is`` → the two."""
    before = BEFORE_VERB.match(lead)
    if not before:
        return
    head = before[1]
    yield from (inside for inside in re.findall(r"\(([A-Z][A-Z0-9a-z]{0,6}[A-Z0-9])\)", head))
    plain = re.sub(r"\s*\([^()]*\)", "", head)
    if plain.startswith(("In ", "On ", "At ")) and "," in plain:
        plain = plain.partition(",")[2].strip()
    first, *rest = MARK.split(plain) if HINT.search(plain) else [plain]
    pieces = [first.strip(" ,–")] if not re.search(r"[,–]| (?:in|of|for|to) .* or ", first.strip(" ,–")) else [first.partition(",")[0]]
    pieces += [AFTERWARDS.split(marked)[0] for marked in rest]
    for piece in pieces:
        for name in ALTERNATIVES.split(piece):
            yield LEADING.sub("", name.strip(' ,"“”'))


class Names:
    """An index from names to titles."""

    def __init__(self, leads: Mapping[str, str], people: frozenset[str]) -> None:
        """``leads`` are the articles' texts by title; of ``people`` surnames are names too."""
        self._found: dict[str, dict[str, Strength]] = {}
        for title, lead in leads.items():
            self._add(title, title, Strength.TITLE)
            bare = title.partition(" (")[0]
            if bare != title:
                self._add(bare, title, Strength.BARE)
            if title in people:
                self._add_person(bare, title)
            else:
                self._add_parts(bare, title)
            for name in other_names(lead):
                if len(name.split()) <= 5:
                    self._add(name, title, Strength.OTHER)

    def _add_person(self, name: str, title: str) -> None:
        """A person may be called by the last word, or without ``Jr.``."""
        short = re.sub(r",? (?:Jr|Sr)\.$", "", name)
        self._add(short, title, Strength.OTHER)
        words = short.split()
        if len(words) > 1 and re.fullmatch(r"[^\W\d_]{3,}", words[-1]) and " of " not in short and " the " not in short:
            self._add(words[-1], title, Strength.SURNAME)

    def _add_parts(self, name: str, title: str) -> None:
        """A longer title may lose its first word: ``(Mount) Everest``, ``(Electric) battery``."""
        words = name.split()
        if 2 <= len(words) <= 4 and " of " not in name:
            self._add(" ".join(words[1:]), title, Strength.PART)

    def _add(self, name: str, title: str, strength: Strength) -> None:
        whole = key(name)
        if not whole:
            return
        titles = self._found.setdefault(whole, {})
        if titles.get(title, 0) < strength:
            titles[title] = strength
        if strength == Strength.TITLE:  # a title in the plural is found by its singular: “viking”
            *before, last = whole.split()
            for single in singulars(last)[1:]:
                self._found.setdefault(" ".join([*before, single]), {}).setdefault(title, Strength.OTHER)

    def titles(self, name: str) -> list[Naming]:
        """Titles that a name may mean, the surest first."""
        best: dict[str, Strength] = {}
        for form in forms(key(name)):
            for title, strength in self._found.get(form, {}).items():
                best[title] = max(best.get(title, strength), strength)
        return sorted((Naming(title, strength) for title, strength in best.items()), key=lambda naming: -naming.strength)
