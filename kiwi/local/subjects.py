"""What a client's own sentences are about: their subject and their noun phrases."""

import re
from collections import Counter

from kiwi.local.grammar import NOUN_TAGS, Tagged, lowered, tagged

TOLD = re.compile(
    r"\b(?:(?:learn|talk|find out|read) about|(?:look|take a look) at|(?:story|tale) (?:of|about)|explain)\s+"
    r"(?P<what>[^,.;:!?]{3,40})(?=[,.;:!?])",
    re.I,
)
"""``Today we'll learn about fractions.``"""
OURSELVES = re.compile(
    r"^(?:\w+[,!]? )?we(?:['’]re| are) an? (?P<what>(?:(?!\b(?:that|which|who|and|with|where|team|bit|little|lot|few)\b)[^,.;:!?]){3,36})"
    r"(?=[,.;:!?]|\s(?:that|which|who|and|with|where)\b)",
    re.I,
)
"""``We are a small café on the harbour``."""
WISHED = re.compile(
    r"(?i:happy)(?: \w+)? (?P<day>(?i:birthday|anniversary|retirement)),?(?: to)?(?: (?:my|our)(?: [a-z]+){1,3},?)? (?P<who>[A-Z][\w’-]+)"
)
OWN_LIFE = re.compile(r"(?:When I was\b|I (?:was born|grew up|started|quit|left|moved|lost)\b)")
OWN_STORY = "my story"
DENIED = re.compile(r"\b(?:instead of|without|no|not|never|nothing|\w+n['’]t|rather than|forget|stop|less|fewer)\b", re.I)
MOMENT = re.compile(
    r"\b(?:time|day|night|morning|afternoon|evening|week|weekend|month|year|hour|minute|second|moment|today|tonight|tomorrow|"
    r"yesterday|winter|spring|summer|autumn|fall|way|thing|lot)s?$",
    re.I,
)
"""Phrases that end so say when or how, not what."""


def stated_topic(sentences: list[str]) -> str:
    """What a text says it is about: ``we'll learn about …``, ``we are a …``, ``happy birthday …``, or the words it quotes."""
    told = TOLD.search(sentences[0]) or next((found for found in map(OURSELVES.search, sentences) if found), None)
    if told:
        return f"our {told['what'].strip()}" if told.re is OURSELVES else lowered(told["what"].strip())
    wished = WISHED.match(sentences[0])
    if wished:
        return f"{wished['who']}'s {wished['day'].lower()}"
    quoted = re.match(r"[\"“](?P<start>[^\"”;:,.!?—–]{3,42})", sentences[0])
    if quoted:
        return quoted["start"].strip()
    return ""


def topic_from_sentences(sentences: list[str], name: str) -> str:
    """Name what the client's own sentences are about: the name, else their most frequent noun phrase."""
    if name or not sentences:
        return name
    sentences = [re.sub(r"^Once upon a time,? (?:there (?:was|lived) )?(?=\w)", "", sentences[0]), *sentences[1:]]
    if OWN_LIFE.match(sentences[0]):
        return OWN_STORY
    stated = stated_topic(sentences)
    if stated:
        return stated
    recalled = re.match(r"(?:I|We) (?:still )?(?:remember|miss|love|recall) (?P<what>[^,.;!?]{3,40})", sentences[0])
    runs = re.match(r"(?:\w+ ){0,2}(?:I|We) (?:run|own|manage|opened|started|have) (?:an?|the) (?P<what>[^,.;!?]{3,40})", sentences[0])
    subject = recalled["what"] if recalled else f"our {runs['what']}" if runs else subject_in(sentences[0])
    if subject:
        return subject
    counts: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for place, sentence in enumerate(sentences):
        for found in noun_phrases(sentence):
            phrase = re.sub(r" (?:last|next|this) (?:year|week|month|quarter|spring|summer|autumn|winter)$", "", found)
            if MOMENT.search(phrase) or denied(phrase, sentence):
                continue
            before = re.search(rf"\b(the|our|my)\s+{re.escape(phrase)}", sentence, re.I)
            phrase = f"{before[1].lower()} {phrase}" if before else phrase
            key = phrase.lower()
            counts[key] += 3 if place == 0 else 2
            counts[key] += min(2, len(phrase.split()) - 1)
            shown.setdefault(key, phrase)
    if not counts:
        return " ".join(re.sub(r"[.!?]+$", "", sentences[0]).split()[:6])
    best = max(counts, key=lambda key: counts[key])
    return lowered(shown[best])


def denied(phrase: str, sentence: str) -> bool:
    """Whether a sentence speaks of something only to say that it is not so: ``gym`` in ``You don't need a gym``."""
    before = sentence[: max(sentence.find(phrase), 0)]
    clause = re.split(r"[,;:.]\s|\bbut\b", before)[-1]
    return DENIED.search(clause) is not None


def subject_in(sentence: str) -> str:
    """Take a sentence's subject, when it is a thing: ``the library on Market Street`` of ``… reopens on Saturday``."""
    tokens = tagged(sentence)
    verb = next((index for index, token in enumerate(tokens) if index and token.tag in {"VBZ", "VBP", "VBD", "MD"}), 0)
    before = tokens[:verb]
    if (
        not 1 <= len(before) <= 7
        or not any(token.tag in NOUN_TAGS for token in before)
        or any(token.tag in {"PRP", "WRB", "WDT", ",", ":", "CC", "EX"} for token in before)
    ):
        return ""
    if before[0].text.lower() in {
        "some",
        "every",
        "this",
        "that",
        "these",
        "most",
        "many",
        "each",
        "no",
        "in",
        "on",
        "at",
        "for",
        "with",
        "when",
        "if",
        "after",
        "before",
    }:
        return ""
    subject = sentence[: tokens[verb - 1].end].strip(' “"')
    return subject[:1].lower() + subject[1:] if re.match(r"(?:The|A|An|Our|My)\b", subject) else lowered(subject)


def noun_phrases(sentence: str) -> list[str]:
    """Find runs of adjectives and nouns that end in a noun, at most four words long."""
    found: list[str] = []
    run: list[Tagged] = []
    for token in (*tagged(sentence), Tagged(".", ".", len(sentence))):
        if token.tag in NOUN_TAGS or token.tag in {"JJ", "VBG"}:
            run.append(token)
            continue
        while run and run[-1].tag not in NOUN_TAGS:
            run.pop()
        run = run[-4:]
        if run and len(run[-1].text) > 2 and re.match(r"[^\W\d_]", run[0].text):
            found.append(sentence[run[0].start : run[-1].end])
        run = []
    return found
