"""Headings made of a sentence's own words, which never say anything else than the sentence does."""

import re
from collections.abc import Collection, Sequence

from kiwi.local.actions import is_call_to_action
from kiwi.local.grammar import NOUN_TAGS, VERB_TAGS, Tagged, tagged, title_case, word_set
from kiwi.local.subject import TITLE_CHARACTERS
from kiwi.local.subjects import MOMENT, denied, noun_phrases
from kiwi.local.vocabulary import PERSON

HEADING = 38
"""Characters a heading made of a clause may have before its article is dropped; a title has room for a few more."""
JOINT = re.compile(r"[;:!?]|,(?!\d)|(?<![ap]\.m)\.(?=\s|$)|\s(?:because|that|which|so|but|before|until|when|while|if|and|where|as)\s")
STEP_LEAD = re.compile(r"^(?:first|then|next|finally|lastly|after that|now|second|third|just|simply|please)\b,?\s+", re.I)
LEAD = re.compile(r"^(?:(?:and|but|so|now|today|instead of [\w -]+?(?=,? (?:we|you|i|they|our)\b)),?\s+)+", re.I)
INSERTED = re.compile(r",\s(?:in|of|on|at|by|for|to) [^,]{3,24},")
"""``, in general,``: said aside."""
SUBORDINATE = re.compile(
    r"^(?:when|if|unless|although|though|because|while|before|after|until|since|as|had|should|whether|which|who|that)\b", re.I
)
CLAUSE_END = re.compile(
    r"(?<!ask)(?<!asked)(?<!know)(?<!see)(?<!wonder)(?<!check)\sif\s|"
    r"[.!?;:](?:\s|$)|,\s|\s(?:so|because|when|while|before|until|unless)\s|\s(?:and|but|or)\s(?=(?:we|you|it|they|he|she|i|there)\b)"
)
HEADING_ENDS = re.compile(
    r"(?:\s+(?:the|a|an|of|and|or|to|in|for|with|our|your|his|her|is|are|was|were|been|be|have|has|had|at|on|by|from|that|it|so|"
    r"but|as|not|this|its|if|up to|how|just|even|still|(?:around|about|into|under|over|behind|beside) (?:it|them|him|her|us|me)))+$",
    re.I,
)
CUT_AT = re.compile(r"\s(?=(?:for|with|in|on|at|from|to|by|when|while|before|after|if|and|or|every|until)\s)")
"""Where the rest of a clause can be left out; never in the middle of a phrase."""
OFFER = re.compile(r"(?:you can |just )?(choose|pick|select|order|try|build|mix)\b", re.I)
FINITE = frozenset({"VBZ", "VBP", "VBD", "MD"})
STANDING = NOUN_TAGS | {"JJ", "JJR", "JJS", "RBR", "VBN", "VBG", "CD", "DT", "IN"}
"""Tags that a heading can begin with."""
CARRYING = word_set(
    "have has offer offers sell sells serve serves bring brings make makes bake bakes is are was were 's 're ’s ’re get gets"
)
"""Verbs whose complement says it all."""
BEING = word_set("is are was were 's 're ’s ’re")
NOBODY = re.compile(r"(?:nobody|no one|none|nothing|no|few|neither|hardly|not)\b", re.I)
NO_START = word_set("and or but of as than if n't you it how")


def heading_of(text: str, used: Collection[str], figure: str = "") -> str:
    """Make a scene's heading of its own words, one not used before; empty when none can be cut without another meaning.

    ``figure`` is the number that the scene's card shows: the heading says what it counts.
    """
    taken = {re.sub(r"^(?:the|a|an) ", "", heading.lower()) for heading in used}
    spoken = re.sub(r"\W+", " ", text).strip().lower()
    for candidate in (*counted(text, figure), *candidates_for(text)):
        heading = polished(candidate)
        copies = re.sub(r"\W+", " ", heading).strip().lower() == spoken
        if 3 <= len(heading) <= TITLE_CHARACTERS and heading.lower() not in taken and not copies:
            return heading
    return ""


def candidates_for(text: str) -> list[str]:
    """Possible headings of a text, best first: what is said of something, whole clauses, what is spoken of."""
    found = [f"{offer[1]} Yours"] if (offer := OFFER.match(text)) and "," in text else []
    mains = main_clauses(text)
    for clause in mains:
        said = predicate(clause)
        if orders(clause):
            found += [*fitting(clause)]
        elif (done := [phrase for phrase in deed(clause) if speaks(phrase)]) and tagged(done[0])[0].tag == "VBD":
            found.append(done[0])
        elif said:
            found.append(said)
    for clause in mains:
        found += fitting(clause) if len(clause) <= HEADING and " " in clause and speaks(clause) else []
    for clause in mains:
        found += [phrase for phrase in deed(clause) if speaks(phrase)]
        found += [subject] if (subject := subject_of_clause(clause)) else []
        found += [phrase for phrase in fitting(clause) if speaks(phrase)]
    phrases = [phrase for phrase in noun_phrases(text) if usable(phrase, text)]
    longer = [extended(phrase, text) for phrase in phrases]
    found += [long for long, phrase in zip(longer, phrases, strict=True) if long != phrase]
    found += [phrase for phrase in phrases if " " in phrase]
    return [*found, *(named for phrase in phrases if " " in (named := with_determiner(phrase, text)))]


def main_clauses(text: str) -> list[str]:
    """The clauses of a text that stand alone, without what leads into them."""
    found = []
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        if sentence.rstrip().endswith("?"):
            continue
        for piece in CLAUSE_END.split(INSERTED.sub("", STEP_LEAD.sub("", sentence))):
            clause = without_setting(LEAD.sub("", piece.strip(" .!?,;:—–")))
            if clause and not SUBORDINATE.match(clause):
                found.append(clause)
    return found


def without_setting(clause: str) -> str:
    """Drop when and where from a clause's front: ``by seven the shop smells of bread`` → ``the shop smells of bread``."""
    tokens = tagged(clause)
    verb = verb_at(tokens)
    if not tokens or tokens[0].tag != "IN" or verb is None:
        return clause
    starts = [token.start for token in tokens[1:verb] if token.tag in {"PRP", "DT", "PRP$"}]
    return clause[starts[-1] :] if starts else clause


def verb_at(tokens: Sequence[Tagged]) -> int | None:
    """Where a clause's finite verb stands."""
    finite = next((index for index, token in enumerate(tokens) if token.tag in FINITE and index), None)
    # the tagger takes "guests come" for an infinitive
    plural = next((at for at, token in enumerate(tokens) if at and token.tag in {"VB", "VBN"} and tokens[at - 1].tag == "NNS"), None)
    return plural if finite is None else finite


def orders(clause: str) -> bool:
    """Whether a clause tells the viewer to do something: ``rinse the filter``."""
    first = tagged(clause)[:1]
    return bool(first) and " " in clause and (first[0].tag == "VB" or is_call_to_action(clause))


def speaks(clause: str) -> bool:
    """Whether a clause says something on its own: a verb and what it does, or a noun with company."""
    tokens = tagged(clause)
    verb = verb_at(tokens)
    if verb is None:
        return any(token.tag in NOUN_TAGS | {"VB"} for token in tokens) and len(tokens) > 1
    return any(token.tag in NOUN_TAGS | {"JJ", "VB", "VBN", "RB", "VBG"} for token in tokens[verb + 1 :]) or any(
        token.tag == "CD" for token in tokens[verb + 2 :]
    )


def fitting(clause: str) -> list[str]:
    """A clause as far as a heading has room, cut where a phrase ends; nothing of what says no, which needs its whole self."""
    if len(clause) <= HEADING:
        return [] if re.search(r"\b(?:it|this|that)$", clause) else [clause]
    no = re.search(r"\b(?:not|never|no|nobody|stop|without)\b|n['’]t\b", clause, re.I) is not None
    cuts = [] if no else [clause[: match.start()] for match in CUT_AT.finditer(clause) if 12 <= match.start() <= HEADING]
    return [cut for cut in reversed(cuts) if not HEADING_ENDS.search(cut) and tagged(cut)[-1].tag not in VERB_TAGS | {"PRP"}]


def deed(clause: str) -> list[str]:
    """What somebody did or will do, without saying who: ``Never learned his name``, ``Will stop selling soda next month``."""
    tokens = tagged(clause)
    verb = verb_at(tokens)
    if verb is None or tokens[verb].tag not in {"VBD", "MD"} or tokens[verb].text.lower() in BEING or NOBODY.match(clause):
        return []
    if not any(token.tag in NOUN_TAGS | {"VB"} and token.text != "be" for token in tokens[verb + 1 :]):
        return []
    start = verb
    while start > 1 and tokens[start - 1].tag == "RB":
        start -= 1
    return fitting(clause[tokens[start].start :])


def subject_of_clause(clause: str) -> str:
    """Who or what a clause speaks of: ``water and juice``; empty for a mere pronoun."""
    tokens = tagged(clause)
    verb = verb_at(tokens)
    if verb is None or tokens[0].tag in {"PRP", "EX", "WP", "WDT", "RB"} or NOBODY.match(clause):
        return ""
    subject = re.sub(r"^(?:the|an?) ", "", clause[: tokens[verb - 1].end], flags=re.I)
    stands = (
        " " in subject
        and not re.search(r"\s(?:as|when|while|because|that|if)\s", subject)
        and any(token.tag in NOUN_TAGS for token in tokens[:verb])
    )
    return subject if stands and len(subject) <= HEADING and usable(subject, clause) else ""


def usable(phrase: str, text: str) -> bool:
    """Whether a phrase can stand alone: not denied in the text, no mere moment, not a part of a hyphened word."""
    at = text.find(phrase)
    inside = (at > 0 and text[at - 1] in "-’'") or text[at + len(phrase) : at + len(phrase) + 1] == "-"
    return not inside and not MOMENT.search(phrase) and not denied(phrase, text)


def extended(phrase: str, text: str) -> str:
    """A noun phrase with what belongs to it: ``harmless piece`` → ``harmless piece of a germ``."""
    found = re.search(
        rf"{re.escape(phrase)} (?:of|for|to|with) (?:(?:a|an|the|our|your|my) )?[\w’'-]+(?=[.,;!?]|$| (?:and|in|on|at|for|from)\b)", text
    )
    return found[0] if found and len(found[0]) <= HEADING else phrase


def with_determiner(noun: str, text: str) -> str:
    """Give a lone noun the small word it has in the text: ``your neighbours``."""
    found = re.search(rf"\b(the|our|your|my|every)\s+{re.escape(noun)}\b", text, re.I)
    return f"{found[1]} {noun}" if found else noun


def counted(text: str, figure: str) -> list[str]:
    """What a figure counts, in the words of its clause: ``guests who come back`` for ``40% of our guests come back the same week``."""
    if not figure:
        return []
    amount = re.escape(figure.rstrip("%")) + (r"\s?(?:%|percent|per cent)" if figure.endswith("%") else "")
    clause = next((clause for clause in main_clauses(text) if re.search(rf"(?<![\d,.]){amount}", clause)), "")
    share = re.search(
        rf"{amount} of (?:all )?(?:(?:the|our|my|your|these|their) )?(?P<who>[\w’'-]+(?: [\w’'-]+)?)$", before_verb(clause), re.I
    )
    found = []
    if share:
        does = clause[len(before_verb(clause)) :].strip()
        does = re.sub(r"\s(?:the|this|every|each|next|last) (?:same )?(?:day|week|month|year)$", "", does)
        does = next((cut for cut in (does, *(does[: match.start()] for match in CUT_AT.finditer(does))) if len(cut) < 20), "")
        link = "who" if re.search(rf"(?:^|\s){PERSON}$", share["who"], re.I) else "that"
        found += [f"{share['who']} {link} {does}"] if does else []
    year = re.search(rf"\s(?:in|since|from) {amount}$", clause)
    if year:
        before = clause[: year.start()]
        found += [*deed(before), before]
    rest = re.search(rf"(?<![\d,.]){amount}.*$", clause)
    words = rest[0].split() if rest else []
    found += [" ".join(words)] if 2 <= len(words) <= 6 and not re.match(r"\d+(?::\d\d)? ?[ap]\.?m", " ".join(words)) else []
    lead = re.match(rf"(?P<what>[^\d$€£]+?)(?:\s(?:by|to|of|at|from|is|are|was|were))* {amount}", clause)
    found += [lead["what"]] if lead and len(lead["what"].split()) <= 4 and verb_at(tagged(lead["what"])) is None else []
    return [*found, clause] if len(clause) <= HEADING else found


def before_verb(clause: str) -> str:
    """A clause up to its finite verb."""
    tokens = tagged(clause)
    verb = verb_at(tokens)
    return clause[: tokens[verb - 1].end] if verb else clause


def polished(phrase: str) -> str:
    """Write a phrase as a heading."""
    text = phrase.strip(' ,.;:!?"“”—–-')
    text = re.sub(r"^(?:(?:a|an)\s+(?=\S+\s)|(?:that|some|also|really|just|all)\s+)", "", text, flags=re.I)
    text = re.sub(r"^the\s+(?=\S+\s\S)", "", text, flags=re.I)
    if not re.match(r"(?:what|how|why|who|where|when)\b", text, re.I):
        text = HEADING_ENDS.sub("", text)
    return title_case(text.strip(' ,.;:"“”'))


def predicate(clause: str) -> str:
    """What a clause says of its subject: ``light into electricity``; empty if that cannot stand alone."""
    tokens = tagged(clause)
    verb = verb_at(tokens)
    if verb is None:
        return ""
    if verb + 1 < len(tokens) and tokens[verb].tag == "MD" and tokens[verb + 1].tag in {"VB", "NN"}:
        verb += 1
    carrying = tokens[verb].text.lower() in CARRYING
    rest = JOINT.split(clause[tokens[verb].end :].strip(), maxsplit=1)[0]
    rest = re.sub(r"^(?:that|this|these|those|only|just|also|always|now|already) (?=\w)", "", rest)
    inside = tagged(rest)
    if not inside or not 2 <= len(rest.split()) <= 7 or len(rest) > 36 or rest.split()[0].lower() in NO_START:
        return ""
    being = tokens[verb].text.lower() in BEING
    first = inside[0].tag
    stands = first in STANDING or (carrying and (first == "RB" or rest.lower().startswith("not ")))
    named = any(token.tag in NOUN_TAGS for token in inside) or (being and any(token.tag in {"JJ", "VBN"} for token in inside))
    momentary = all(MOMENT.search(phrase) for phrase in noun_phrases(rest)) and not re.search(r"\d|[A-Z]|\bone\b", rest)
    weak = (inside[0].tag in {"IN", "TO"} and not (being and len(rest.split()) > 2)) or (named and momentary and not being)
    told_no = denied(rest, clause) and not rest.lower().startswith(("not ", "no "))
    return rest if stands and named and not weak and not told_no else ""
