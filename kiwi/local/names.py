"""Names and acronyms: found in topics and sentences, and written with their capitals."""

import re
from collections import Counter

from kiwi.local.grammar import SMALL_WORDS, knows, word_set
from kiwi.local.wishes import CUT

ACRONYMS = word_set(
    """ai usa uk eu nasa dna rna diy seo crm vr ar iot led cpu gpu api apis ev evs tv pc pcs 3d 5g nft nfts gps dj ceo bbq adhd
    hr pr unesco ux ui saas pdf sql html css usb ai's mri ivf hiit b2b kpi kpis roi llm llms rv rvs suv suvs nyc"""
)


PROPER = word_set(
    """monday tuesday wednesday thursday friday saturday sunday january february april june july august september october
    november december christmas halloween easter thanksgiving hanukkah ramadan diwali english french german italian spanish
    japanese chinese korean indian mexican american british european african asian america europe africa asia australia
    antarctica france germany italy spain japan china korea india mexico canada brazil greece egypt ireland scotland london
    paris rome berlin tokyo venice amsterdam barcelona lisbon mars jupiter saturn venus pluto neptune uranus einstein newton
    darwin shakespeare mozart beethoven picasso instagram tiktok youtube google facebook python javascript excel iceland
    norway sweden swiss portugal hawaii california texas"""
)


def without_name(rest: str) -> tuple[str, str]:
    """Take a name out of ``for my café called Kiwi Coffee``."""
    quoted = re.search(r"[\"“](?P<name>[A-Z][\w'’&. -]{1,30})[\"”]", rest)
    if quoted and len(quoted["name"].split()) <= 4:
        return f"{rest[: quoted.start()]} {rest[quoted.end() :]}", quoted["name"].strip(" .,")
    named = re.search(
        r"(?:,\s*)?\b(?:called|named|by the name of)\s+[\"“]?(?P<name>[A-Z0-9][\w'’&.-]*(?:\s+(?:(?:and|of|the|&|de|"
        rf"la)\s+)?[A-Z0-9][\w'’&.-]*){{0,4}}|[a-z][\w'’-]*(?: (?!{CUT}|about|with|in|on|for|that|and|which|"
        rf"to)[\w'’-]+){{0,2}})[\"”]?",
        rest,
    )
    if not named:
        return rest, ""
    name = named["name"].strip(" .,")
    if name.islower():
        name = name.title()
    rest = f"{rest[: named.start()]} {rest[named.end() :]}"
    return rest, name


def raised(word: str) -> str:
    """Write acronyms and well-known names with capitals: ``ai`` → ``AI``, ``paris`` → ``Paris``."""
    core = word.strip(",.'’\"")
    if core.lower() in ACRONYMS:
        return word.replace(
            core,
            core.upper().replace("'S", "'s")
            if not core.endswith("s") or core.lower() in {"css", "gps", "saas"}
            else core[:-1].upper() + "s",
        )
    stem = re.sub(r"['’]s$", "", core)
    return word.replace(stem, stem.capitalize(), 1) if stem in PROPER else word


NOT_NAMES = word_set(
    "english french german italian spanish japanese chinese i monday tuesday wednesday thursday friday saturday "
    "sunday january february march april may june july august september october november december christmas "
    "halloween easter"
)


PLACE_ENDINGS = re.compile(r"\b(?:Street|Road|Avenue|Lane|Square|Boulevard|Drive|Way)$")


def name_in(topic: str) -> str:
    """Find a brand or a person in a topic: ``Kiwi Coffee`` in ``our café Kiwi Coffee``."""
    runs = re.findall(r"[A-Z][\w&’'-]*[a-z][\w’'-]*(?:\s+(?:&\s+|of\s+(?=[A-Z]))?[A-Z][\w&’'-]*)*", topic)
    for run in sorted(runs, key=len, reverse=True):
        name = re.sub(r"['’]s?$", "", run)
        if name.lower() in NOT_NAMES or name.lower() in PROPER or PLACE_ENDINGS.search(name):
            continue
        if " " in name or re.search(r"[a-z][A-Z]", name) or not knows(name.lower()):
            return str(name)
    return ""


OPENERS = word_set(
    "celebrate i'm i’m i've i’ve i'd i'll we're we’re it's it’s that's that’s you're don't let's happy merry welcome "
    "thank thanks good dear congratulations hello"
) | word_set(
    "some every this these those our your my we you they he she it before after when while once then today yesterday "
    "since during here there no all most many same choose now last next one two three"
)


def name_in_sentences(sentences: list[str]) -> str:
    """Find the brand or person that the client's sentences are about: named twice, or of two words and never lower case."""
    counts: Counter[str] = Counter()
    central: set[str] = set()
    seen: set[str] = set()
    for place, sentence in enumerate(sentences):
        for match in re.finditer(r"(?<![\w.])[A-Z][\w&’'-]*[a-z][\w’'-]*(?: (?:& |of (?=[A-Z]))?[A-Z][\w&’'-]*)*", sentence):
            words = match[0].split()
            opener = match.start() == 0 and (words[0].lower() in SMALL_WORDS | OPENERS or (len(words) == 1 and knows(words[0].lower())))
            words = words[1:] if opener else words
            name = re.sub(r"['’]s?$", "", " ".join(words))
            if (
                name
                and not PLACE_ENDINGS.search(name)
                and name.split()[0].lower().removesuffix("s") not in PROPER | NOT_NAMES
                and (len(words) > 1 or not knows(name.lower()))
            ):
                counts[name] += len(words)
                if name in seen or is_central(name, place, sentence):
                    central.add(name)
                seen.add(name)
    best = max(central, key=lambda name: (counts[name], name), default="")
    return best if counts[best] >= 2 else ""


def is_central(name: str, place: int, sentence: str) -> bool:
    """Whether one mention makes a name the film's: early as a subject, beside ``our shop``, or written as brands are."""
    before, _, after = sentence.partition(name)
    titled = re.search(r"\b(?:Mrs?|Ms|Dr|Prof)\.? $", before) or re.match(r"(?:Principal|Mayor|President|Doctor|Professor|Coach)\b", name)
    if titled or re.match(r",? (?:says?|said|told|asked|wrote)\b", after):
        return False
    ours = re.search(r"\b(?:our|my|the|at|to|with|by|is|am|behind)\b[\w ,]{0,24}$", before, re.I) is not None
    return (place < 2 and (not before.strip() or ours)) or re.search(r"[a-z][A-Z]", name) is not None
