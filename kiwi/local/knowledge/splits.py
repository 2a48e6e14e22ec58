"""Where one sentence says several things, each of which can stand alone."""

from collections.abc import Iterator

from kiwi.local.knowledge.clauses import BE, FINITE, Clause, Tokens, is_bound, is_complete, main_verb, opens_subordinate
from kiwi.local.read.grammar import NOUN_TAGS, Tagged, word_set

VAGUE = word_set(
    "one type kind form sort term name thing set group collection series member part act use way state condition person process something "
    "someone any those concept phenomenon number word method class category tendency situation event property measure quality ability "
    "place region area object substance material statement technique system agent unit practice family branch organization field body "
    "distribution style organ art science theory force layer capacity discipline integration approach study genre combination arrangement "
    "relationship result change order genus tool"
)
"""Nouns that say too little where they end a sentence: “A river mouth is a place.”"""
PRESENT = {
    "comprising": "comprises",
    "consisting": "consists",
    "belonging": "belongs",
    "containing": "contains",
    "having": "has",
    "involving": "involves",
    "covering": "covers",
    "spanning": "spans",
    "featuring": "features",
    "serving": "serves",
    "lying": "lies",
    "bordering": "borders",
    "connecting": "connects",
    "separating": "separates",
    "dealing": "deals",
    "focusing": "focuses",
    "living": "lives",
    "producing": "produces",
    "providing": "provides",
    "using": "uses",
    "extending": "extends",
    "ranging": "ranges",
    "resulting": "results",
}
"""What a participle behind a definition is when it stands alone: “an order comprising …” → “comprises …”."""
BASE = {participle: {"has": "have", "lies": "lie"}.get(form, form.removesuffix("s")) for participle, form in PRESENT.items()} | {
    "focusing": "focus"
}


def clauses_in(clause: Clause) -> Iterator[list[Tokens]]:
    """Where two main clauses are joined: “…, and its night vision is well developed”."""
    tokens = clause.tokens
    for place in range(clause.verb + 1, len(tokens) - 3):
        token = tokens[place]
        low = token.text.lower()
        comma = place > 0 and tokens[place - 1].text == ","
        if low not in {";", "and"} and not (low in {"while", "whereas", "so", "but"} and comma):
            continue
        after = tokens[place + 1 :]
        before = tokens[: place - 1] if comma else tokens[:place]
        if low == ";" and after and after[0].text.lower() in {"however", "therefore", "thus", "moreover", "instead", "but", "and"}:
            after = after[2:] if after[1:2] and after[1].text == "," else after[1:]
        if opens_subordinate(before) and low == "and":
            continue
        if stands_alone(after, strict=not comma and low == "and") and main_verb(before) is not None and is_complete(before):
            yield [before, after]


def stands_alone(tokens: Tokens, strict: bool) -> bool:
    """Whether tokens are a clause with a subject of its own; ``strict`` when nothing but ``and`` stands before it."""
    verb = next((place for place, token in enumerate(tokens) if token.tag in FINITE), None)
    if tokens and tokens[0].text in {"about", "over", "around", "nearly"} and tokens[1].tag == "CD":
        return any(token.tag in FINITE for token in tokens)
    if (
        not verb
        or verb > len(tokens) - 2
        or tokens[0].tag not in {"DT", "PRP", "PRP$", "NNP", "NNPS", "NNS", "JJ", "CD", "EX", "NN", "JJS"}
    ):
        return False
    subject = tokens[:verb]
    apart = {"WDT", "WP", "WRB", "CC", "VBG", *(["TO"] if strict else [])}
    if any(token.text in {",", ":", ";"} or token.tag in apart for token in subject):
        return False
    if subject[0].text.lower() in {"this", "that", "these", "those", "such", "others", "both"}:
        return False
    return not strict or tokens[0].tag in {"PRP", "EX", "PRP$"} or (tokens[0].tag == "DT" and tokens[0].text.lower() != "that")


def definitions_in(clause: Clause) -> Iterator[list[Tokens]]:
    """A definition in two: “X is a device that converts light” → “X is a device”, “X converts light”.

    Where the noun says too little (“a branch of mathematics”, “the organ”), only what it does is told.
    """
    subject, rest = clause.subject, clause.rest
    commas = sum(token.text == "," for token in subject)
    if rest[0].text not in BE or len(rest) < 5 or commas > (subject[0].text == "In"):
        return
    plural, opener = rest[0].text in {"are", "were"}, rest[1].text.lower()
    for place in range(3, len(rest) - 1):
        head = rest[:place]
        if head[-1].tag not in NOUN_TAGS or is_bound(head) or any(token.tag in FINITE for token in head[1:]):
            continue
        told = told_of_subject(rest, place, plural)
        if not told:
            continue
        vague = is_vague(head)
        new = opener in {"a", "an"} or (plural and rest[1].tag in {"JJ", "NNS", "NN", "VBG", "VBN"}) or is_superlative(rest)
        certain = rest[place].text.lower() == "who" and head[-1].tag == "NNP" and subject[0].tag == "NNP"
        shaped = opener == "the" and rest[place].text in {"resulting", "located", "found"} and any(token.text == "of" for token in head)
        if (new or shaped) and not vague and (shaped or simple_predicate(head) or certain):
            yield [(*subject, *head), (*subject, *told)]
        elif opener == "any" or (opener in {"a", "an", "the"} and (vague or len(head) == 3)):
            yield [(*subject, *told)]


def is_vague(head: Tokens) -> bool:
    """Whether a predicate's noun says too little by itself: “a branch of mathematics”, “an object”."""
    ends = [place for place, token in enumerate(head) if token.text.lower() == "of" and place > 1] or [len(head)]
    noun = head[ends[0] - 1].text.lower()
    if len([token for token in head[2 : ends[0] - 1] if token.tag != "HYPH"]) > 1:
        return False
    prepositions = [token for token in head[1:] if token.tag == "IN"]
    return (noun in VAGUE or noun.removesuffix("s") in VAGUE) and len(prepositions) <= 1


def is_superlative(rest: Tokens) -> bool:
    """Whether a predicate is the one and only: “is the largest lake …”."""
    return rest[1].text.lower() == "the" and any(token.tag in {"JJS", "RBS"} or token.text == "only" for token in rest[2:4])


def simple_predicate(head: Tokens) -> bool:
    """Whether a predicate is one noun phrase, with at most “of …” or “in …” in it."""
    inside = head[1:]
    prepositions = [token.text.lower() for token in inside if token.tag == "IN"]
    plain = all(
        token.tag in NOUN_TAGS | {"DT", "JJ", "JJR", "JJS", "RB", "RBS", "VBN", "VBG", "CD", "HYPH", "IN", "CC", "POS", ",", "FW"}
        for token in inside
    )
    return plain and not prepositions and any(token.tag not in {"DT"} for token in inside[:-1])


def told_of_subject(rest: Tokens, place: int, plural: bool) -> Tokens:
    """What the clause behind a predicate tells of the subject itself; empty when it may tell of something else."""
    token = rest[place]
    after = rest[place + 1 :]
    if token.text.lower() in {"that", "which", "who"} and after:
        first = next((number for number, word in enumerate(after[:3]) if word.tag in FINITE), None)
        if first is None or any(word.tag != "RB" for word in after[:first]):
            return ()
        verb = after[first]
        agrees = verb.tag in {"VBD", "MD"} or (verb.tag == "VBP") == plural
        return after if agrees and verb.tag != "MD" else ()
    if token.text in PRESENT and after and rest[0].text in {"is", "are"}:
        verb_text = PRESENT[token.text] if rest[0].text == "is" else BASE[token.text]
        return (Tagged(verb_text, "VBZ" if rest[0].text == "is" else "VBP", token.start), *after)
    if token.tag == "VBN" and after and after[0].tag in {"IN", "TO", "RB"}:
        past = {"is": "was", "are": "were"}.get(rest[0].text)
        ended = past and ((token.text in MADE and after[0].text != "of") or any(word.tag == "CD" and len(word.text) == 4 for word in after))
        return (Tagged(past, "VBD", rest[0].start) if past and ended else rest[0], *rest[place:])
    return ()


MADE = word_set(
    "painted written built published founded directed released invented discovered composed born signed fought sculpted launched "
    "completed co-written commissioned carved erected opened"
)
"""Participles of what was done once: “an opera composed by …” → “was composed by …”."""


def offices_in(clause: Clause) -> Iterator[list[Tokens]]:
    """Several things that one subject is: “was a philosopher, a reformer, and a professor at Oxford”."""
    tokens, rest = clause.tokens, clause.rest
    if rest[0].text not in BE or has_front(clause):
        return
    for place in range(clause.verb + 3, len(tokens) - 2):
        if tokens[place].text.lower() != "and":
            continue
        comma = tokens[place - 1].text == ","
        before = tokens[: place - 1] if comma else tokens[:place]
        predicate = before[clause.verb + 1 :]
        if tokens[place + 1].text.lower() not in {"a", "an", "the", "one"} or opens_subordinate(predicate):
            continue
        plain = rest[1].text.lower() in {"a", "an"} and not any(token.tag in {"IN", "VBN", "VBG", "TO", "CC"} for token in predicate)
        alone = comma and not any(token.text in {",", "between", "both"} or token.tag in {"VBG", "TO"} for token in predicate)
        if plain or (alone and (rest[1].text.lower() in {"a", "an", "the", "one"} or rest[1].tag == "NNP")):
            yield [joined_list(before, clause.verb), (*clause.subject, rest[0], *tokens[place + 1 :])]


def joined_list(tokens: Tokens, first: int = 0) -> Tokens:
    """A list that has lost its last items, with ``and`` before what is last now; its first comma is at ``first`` or later."""
    commas = [place for place, token in enumerate(tokens) if token.text == "," and place >= first]
    if not commas:
        return tokens
    last = commas[-1]
    joint = Tagged("and", "CC", tokens[last].end + 1)
    return (*tokens[: last + (len(commas) > 1)], joint, *tokens[last + 1 :])


def verbs_in(clause: Clause) -> Iterator[list[Tokens]]:
    """Two things said of one subject: “It drains into Lake Huron and straddles the border”."""
    tokens, main = clause.tokens, clause.tokens[clause.verb]
    if main.tag == "MD":
        return
    for place in range(clause.verb + 1, len(tokens) - 2):
        if tokens[place].text.lower() not in {"and", "but"}:
            continue
        second = place + 1
        while tokens[second].tag == "RB" and second < len(tokens) - 2:
            second += 1
        verb, comma = tokens[second], tokens[place - 1].text == ","
        plainly = comma and verb.text in BE | {"has", "have", "had", "remains", "remained", "became"}
        same = verb.tag == main.tag or (verb.tag in {"VBP", "VBZ"} and main.tag == verb.tag) or plainly
        before = tokens[: place - 1] if comma else tokens[:place]
        if not same or opens_subordinate(before[clause.verb :]) or not is_complete(before) or before[-1].tag in {"VBD", "VBZ", "VBP", "VB"}:
            continue
        if main.text in BE and verb.tag == "VBD" and verb.text.endswith("ed") and any(token.tag == "VBN" for token in before):
            continue  # “was found in 1801, and announced as a planet”: a participle that the tagger takes for a past
        if has_front(clause) and not is_dated(clause):
            yield [before]
        else:
            yield [*acts_in(before, clause), (*clause.subject, *tokens[place + 1 :])]


def acts_in(before: Tokens, clause: Clause) -> list[Tokens]:
    """What stood before the last of several acts: “opened a clinic, founded a society” are two."""
    tag = clause.rest[0].tag
    commas = [
        place for place in range(clause.verb, len(before) - 1) if before[place].text == "," and before[place + 1].tag in {tag, "VBD", "VBN"}
    ]
    if not commas or tag not in {"VBD", "VBZ"}:
        return [before]
    starts, ends = [0, *(place + 1 for place in commas)], [*commas, len(before)]
    parts = [before[start:end] for start, end in zip(starts, ends, strict=True)]
    return [parts[0], *((*clause.subject, *part) for part in parts[1:])]


def measures_in(clause: Clause) -> Iterator[list[Tokens]]:
    """How large a place is, behind what it is: “is a country with a population of 176 million” → “has a population of 176 million”."""
    tokens, rest = clause.tokens, clause.rest
    if rest[0].text not in {"is", "was"} or clause.subject[-1].tag != "NNP" or has_front(clause):
        return
    for place in range(clause.verb + 3, len(tokens) - 4):
        measured = tokens[place + 2 : place + 4]
        if (
            tokens[place].text == "with"
            and any(token.text in {"population", "area", "length"} for token in measured)
            and tokens[place + 1].text in {"a", "an"}
        ):
            before = tokens[: place - 1] if tokens[place - 1].text == "," else tokens[:place]
            having = Tagged("had" if rest[0].text == "was" else "has", "VBZ", tokens[place].start)
            yield [before, (*clause.subject, having, *tokens[place + 1 :])]
            return


def is_dated(clause: Clause) -> bool:
    """Whether all that stands before the subject is a date: “In 2025, the museum …”."""
    comma = next((place for place, token in enumerate(clause.subject) if token.text == ","), None)
    return comma is not None and comma <= 4 and all(token.tag in {"IN", "CD", "DT", "NNP"} for token in clause.subject[:comma])


def fronts_in(clause: Clause) -> Iterator[list[Tokens]]:
    """What stands before the subject and describes it: “Considered one of the founders, he …”; “With a population of a million, it …”."""
    tokens = clause.tokens
    commas = [place for place, token in enumerate(clause.subject) if token.text == ","]
    if not commas or commas[0] < 3 or not clause.subject[commas[-1] + 1 :]:
        return
    front, subject = tokens[: commas[-1]], clause.subject[commas[-1] + 1 :]
    rest = (*subject, *clause.rest)
    while len(subject) > 1 and subject[-1].tag == "RB":
        subject = subject[:-1]
    plural, past = clause.rest[0].text in {"are", "were", "have"} or clause.rest[0].tag == "VBP", clause.rest[0].tag == "VBD"
    if is_bound(front) or subject[0].text.lower() in {"this", "these", "there"} or len(commas) > 1:
        return
    first, tense = tokens[0], "VBD" if past else "VBZ"
    lowered = Tagged(first.text.lower(), first.tag, first.start)
    be = Tagged(("were" if plural else "was") if past else ("are" if plural else "is"), tense, first.start)
    have = Tagged("had" if past else "have" if plural else "has", tense, first.start)
    if first.tag == "VBN" and lowered.text not in {"given", "compared", "based", "provided"}:
        yield [(*subject, be, lowered, *front[1:]), rest]
    elif first.text == "With" and tokens[1].text.lower() in {"a", "an", "over", "about", "nearly", "around", "more", "approximately"}:
        yield [(*subject, have, *front[1:]), rest]
    elif lowered.text in {"a", "an", "the", "one"} and subject[0].tag == "NNP" and "and" not in [token.text for token in subject]:
        yield [(*subject, be, lowered, *front[1:]), rest]
        yield [rest]
    elif only_describes(front):
        yield [rest]


def only_describes(front: Tokens) -> bool:
    """Whether words before a subject only describe it: “As commander, …”, “Famous for his wit, …”, “With its harbour, …”."""
    first, second = front[0], front[1]
    if first.text == "With":
        return second.tag in {"PRP$", "DT"}
    if first.text == "As":
        return second.tag in {"DT", "NN"} and not any(token.tag in FINITE for token in front)
    return first.tag == "JJ" or (first.tag == "VBG" and first.text.lower() not in NO_DEED)


NO_DEED = word_set("according depending including during following owing regarding")
"""Prepositions that look like participles."""


def has_front(clause: Clause) -> bool:
    """Whether something stands before the subject that may hold for all that follows: “In some countries, …”."""
    return any(token.text == "," for token in clause.subject) or clause.tokens[0].tag in {"IN", "WRB", "VBG", "VBN"}
