"""Questions and the clauses they ask for, both ways."""

import re

from kiwi.local.grammar import NOUN_TAGS, Tagged, is_plural, tagged

IRREGULAR: dict[str, str] = dict(
    re.findall(
        r"(\w+)/(\w+)",
        "be/was become/became begin/began bite/bit break/broke bring/brought build/built burst/burst buy/bought catch/caught choose/chose "
        "come/came cost/cost cut/cut dig/dug do/did draw/drew drink/drank drive/drove eat/ate fall/fell feed/fed feel/felt fight/fought "
        "find/found flee/fled fly/flew forget/forgot freeze/froze get/got give/gave go/went grow/grew have/had hear/heard hide/hid hit/hit "
        "hold/held keep/kept know/knew lead/led leave/left let/let lose/lost make/made mean/meant meet/met pay/paid put/put read/read "
        "ride/rode rise/rose run/ran say/said see/saw sell/sold send/sent set/set shine/shone shoot/shot shrink/shrank shut/shut sing/sang "
        "sink/sank sit/sat sleep/slept speak/spoke spend/spent spread/spread stand/stood steal/stole stick/stuck strike/struck swim/swam "
        "take/took teach/taught tell/told think/thought throw/threw understand/understood wake/woke wear/wore win/won write/wrote",
    )
)
"""Verbs that make their past in a way of their own."""
BASES = {past: base for base, past in IRREGULAR.items()}


def from_question(topic: str) -> str:
    """Turn a question into the clause it asks for: ``how do bees fly`` → ``how bees fly``."""
    match = re.match(r"^(how|why|when|where) (do|does|did|is|are|was|were|can) (.+)$", topic, re.I)
    if match:
        word, helper, rest = match[1].lower(), match[2].lower(), match[3]
        if helper == "do":
            return f"{word} {'to ' + rest[4:] if rest.startswith('you ') and word == 'how' else rest}"
        if helper in {"does", "did", "is", "are", "was", "were", "can"}:
            return f"{word} {reordered(helper, rest)}"
    match = re.match(r"^(?:what|who) (?:is|are|was|were|'s|’s) (?!going|happening)(.+)$", topic, re.I)
    if match:
        return match[1]
    match = re.match(r"^what (?:do|does) (.+) mean$", topic, re.I)
    return match[1] if match else topic


def reordered(helper: str, rest: str) -> str:
    """Put the verb behind its subject: ``is`` + ``the sky blue`` → ``the sky is blue``."""
    tokens = [token for token in tagged(rest) if re.match(r"\w", token.text)]
    subject = subject_end(tokens, verb_follows=helper in {"does", "did", "can"})
    if not 0 < subject < len(tokens):
        return rest
    head, tail = rest[: tokens[subject].start].strip(), rest[tokens[subject].start :]
    if helper not in {"does", "did"}:
        return f"{head} {helper} {tail}"
    verb, _, after = tail.partition(" ")
    return f"{head} {third_person(verb) if helper == 'does' else past_of(verb)} {after}".strip()


def subject_end(tokens: list[Tagged], verb_follows: bool) -> int:
    """Find how many tokens the subject of a question has."""
    for index in range(1, len(tokens)):
        tag = tokens[index].tag
        if verb_follows and tag in {"VB", "VBP"}:
            return index
        if not verb_follows and tokens[index - 1].tag in NOUN_TAGS | {"PRP"} and tag not in NOUN_TAGS | {"IN", "CC", "POS"}:
            return index
    if verb_follows:
        return len(tokens) - 1
    return 2 if tokens and tokens[0].tag in {"DT", "PRP$"} else 1


def past_of(verb: str) -> str:
    """The past of a verb: ``fall`` → ``fell``, ``try`` → ``tried``."""
    if verb in IRREGULAR:
        return IRREGULAR[verb]
    return f"{verb[:-1]}ied" if re.search(r"[^aeiou]y$", verb) else f"{verb}d" if verb.endswith("e") else f"{verb}ed"


def third_person(verb: str) -> str:
    """Add the third person's s: ``work`` → ``works``, ``become`` → ``becomes``."""
    if re.search(r"(?:s|x|z|ch|sh|o)$", verb):
        return verb + "es"
    return verb[:-1] + "ies" if re.search(r"[^aeiou]y$", verb) else verb + "s"


def question_of(word: str, subject: str, predicate: str, tag: str) -> str:
    """Ask a clause: ``how`` + ``a heat pump`` + ``works`` → ``How does a heat pump work?``."""
    verb, _, rest = predicate.partition(" ")
    if verb in {"is", "are", "was", "were", "can", "will", "should", "could", "has to"}:
        return f"{word.capitalize()} {verb} {subject} {rest}".strip() + "?"
    if tag == "VBZ" and not is_plural(subject):
        return f"{word.capitalize()} does {subject} {base_of(verb)} {rest}".strip() + "?"
    if tag in {"VBP", "VB"}:
        return f"{word.capitalize()} do {subject} {verb} {rest}".strip() + "?"
    if tag == "VBD" and verb in BASES:
        return f"{word.capitalize()} did {subject} {BASES[verb]} {rest}".strip() + "?"
    return ""


def base_of(verb: str) -> str:
    """Drop the third person's s: ``flies`` → ``fly``."""
    if verb in {"has", "does", "goes"}:
        return {"has": "have", "does": "do", "goes": "go"}[verb]
    if verb.endswith("ies") and len(verb) > 4:
        return verb[:-3] + "y"
    if re.search(r"(?:ss|x|z|ch|sh)es$", verb):
        return verb[:-2]
    return verb.removesuffix("s")
