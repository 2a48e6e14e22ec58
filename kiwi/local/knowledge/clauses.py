"""Long sentences in short ones that are just as true: parts that can go are left out, parts that can stand alone stand alone.

Nothing is cut out of a sentence that says *not*, *only*, *if* or the like: such a sentence is kept whole or not at all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kiwi.local.grammar import NOUN_TAGS, Tagged, tagged

FINITE = frozenset({"VBZ", "VBP", "VBD", "MD"})
BE = frozenset({"is", "are", "was", "were"})
RELATIVE = frozenset({"who", "which", "whose", "whom", "where", "when", "that", "what"})
SUBORDINATING = frozenset(
    {"because", "if", "unless", "although", "though", "while", "whereas", "since", "until", "whether", "when", "after", "before", "once", "than"}
)
BINDING = frozenset(
    ["not", "n't", "no", "never", "only", "few", "little", "rarely", "seldom", "hardly", "neither", "nor", "without", "except", "unless", "if"]
    + ["either", "whether", "cannot", "none", "depending", "although", "though", "unlike", "rather", "instead", "than", "until", "excluding"]
)
"""Words whose reach a cut could change."""
VAGUE = frozenset(
    ["one", "type", "kind", "form", "sort", "term", "name", "thing", "set", "group", "collection", "series", "member", "part", "act", "use", "way"]
    + ["state", "condition", "person", "process", "something", "someone", "any", "those", "concept", "phenomenon", "number", "word", "method"]
    + ["class", "category", "tendency", "situation", "event", "property", "measure", "quality", "ability", "place", "region", "area", "object"]
    + ["substance", "material", "statement", "technique", "system", "agent", "unit", "practice", "family", "branch", "organization", "field"]
    + ["style", "integration", "approach", "study", "genre", "combination", "arrangement", "relationship", "result", "change", "order", "genus"]
)
"""Nouns that say too little where they end a sentence: “A river mouth is a place.”"""
Tokens = tuple[Tagged, ...]


@dataclass(frozen=True)
class Clause:
    """Tokens of one clause, without its full stop, and where its main verb stands among them."""

    tokens: Tokens
    verb: int

    @property
    def subject(self) -> Tokens:
        """What stands before the verb."""
        return self.tokens[: self.verb]

    @property
    def rest(self) -> Tokens:
        """The verb and what follows it."""
        return self.tokens[self.verb :]


def text_of(tokens: Sequence[Tagged], source: str) -> str:
    """Words of a sentence with the spaces they had; where some have been left out, one space."""
    said = ""
    for before, token in zip([None, *tokens], tokens, strict=False):
        if before is not None and before.end != token.start and token.text not in {",", ".", ":", "'s", "’s"}:
            said += " "
        said += token.text
    return said.strip()


def words_in(tokens: Sequence[Tagged], source: str) -> int:
    """How many words somebody counts in it."""
    return len(text_of(tokens, source).split())


def parsed(text: str) -> Clause | None:
    """A sentence's tokens and its main verb; None when no finite verb is found."""
    tokens = tuple(token for token in tagged(text))
    while tokens and tokens[-1].text in {".", "!", ";", ","}:
        tokens = tokens[:-1]
    verb = main_verb(tokens)
    return None if verb is None else Clause(tokens, verb)


def main_verb(tokens: Tokens) -> int | None:
    """Where the first finite verb stands that is no relative clause's."""
    pending = 0
    for place, token in enumerate(tokens):
        low = token.text.lower()
        if place and (token.tag in {"WDT", "WP", "WP$", "WRB"} or (low == "that" and tokens[place - 1].tag in NOUN_TAGS)):
            pending += 1
        elif token.tag in FINITE and not (token.tag == "VBD" and tokens[place + 1 : place + 2] and tokens[place + 1].text == "by"):
            if pending == 0:
                return place
            pending -= 1
    return None


def is_bound(tokens: Sequence[Tagged]) -> bool:
    """Whether some word reaches over the sentence, so that it has to stay whole."""
    return any(token.text.lower() in BINDING or token.tag == "MD" and token.text.lower() in {"may", "might", "could"} for token in tokens)


def shortened(text: str, limit: int) -> list[str]:
    """Sentences of at most ``limit`` words that say what one sentence says, or as much of it as can be said; without full stops."""
    clause = parsed(text)
    if clause is None:
        return []
    return [text_of(tokens, text) for tokens in pieces(clause.tokens, text, limit, depth=0)]


def pieces(tokens: Tokens, text: str, limit: int, depth: int) -> list[Tokens]:
    """The short sentences in some tokens; the way that keeps the most words is taken."""
    if words_in(tokens, text) <= limit:
        return [tokens]
    verb = main_verb(tokens)
    if verb is None or depth > 4:
        return []
    clause = Clause(tokens, verb)
    if is_bound(tokens):
        parted = next(iter(clauses_in(clause)), None)
        ways = [parted] if parted else []
    else:
        ways = [*clauses_in(clause), *definitions_in(clause), *offices_in(clause), *verbs_in(clause), *trimmed(clause)]
    best: list[Tokens] = []
    for way in ways[:8]:
        found = [short for part in way for short in pieces(part, text, limit, depth + 1)]
        if sum(map(len, found)) > sum(map(len, best)):
            best = found
    return best


def opens_subordinate(tokens: Sequence[Tagged]) -> bool:
    """Whether a clause has begun in these tokens that need not have ended."""
    return any(token.text.lower() in SUBORDINATING or token.tag in {"WDT", "WP", "WP$", "WRB"} or is_that(token) for token in tokens)


def is_that(token: Tagged) -> bool:
    """Whether ``that`` begins a clause."""
    return token.text.lower() == "that" and token.tag in {"IN", "WDT"}


PRESENT = {
    **{"comprising": "comprises", "consisting": "consists", "belonging": "belongs", "containing": "contains", "having": "has"},
    **{"involving": "involves", "covering": "covers", "spanning": "spans", "featuring": "features", "serving": "serves", "lying": "lies"},
    **{"bordering": "borders", "connecting": "connects", "separating": "separates", "dealing": "deals", "focusing": "focuses"},
    **{"living": "lives", "producing": "produces", "providing": "provides", "using": "uses", "extending": "extends", "ranging": "ranges"},
}
"""What a participle behind a definition is when it stands alone: “an order comprising …” → “comprises …”."""
BASE = {participle: {"has": "have", "lies": "lie"}.get(form, form.removesuffix("s")) for participle, form in PRESENT.items()} | {"focusing": "focus"}


def clauses_in(clause: Clause) -> Iterator[list[Tokens]]:
    """Where two main clauses are joined: “…, and its night vision is well developed”."""
    tokens = clause.tokens
    for place in range(clause.verb + 1, len(tokens) - 3):
        token = tokens[place]
        low = token.text.lower()
        comma = place > 0 and tokens[place - 1].text == ","
        if low == ";":
            after = tokens[place + 1 :]
        elif (low in {"while", "whereas", "so"} and comma) or low == "and":
            after = tokens[place + 1 :]
        else:
            continue
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
    if not verb or verb > len(tokens) - 2 or tokens[0].tag not in {"DT", "PRP", "PRP$", "NNP", "NNPS", "NNS", "JJ", "CD", "EX", "NN", "JJS"}:
        return False
    subject = tokens[:verb]
    if any(token.text in {",", ":", ";"} or token.tag in {"WDT", "WP", "WRB", "CC", "VBG", "TO"} for token in subject):
        return False
    if subject[0].text.lower() in {"this", "that", "these", "those", "such", "others", "both"}:
        return False
    return not strict or tokens[0].tag in {"PRP", "EX", "PRP$"} or (tokens[0].tag == "DT" and tokens[0].text.lower() != "that")


def is_complete(tokens: Tokens) -> bool:
    """Whether a clause may end here: no list is left open and no word waits for another."""
    if not tokens or tokens[-1].tag in {"IN", "DT", "CC", "TO", "MD", "PRP$", "WDT", "WP", "WRB", ",", ":", "POS", "JJS", "RBS", "RBR", "EX", "WP$"}:
        return False
    last = tokens[-1].text.lower()
    verb = main_verb(tokens)
    if verb is None or (verb == len(tokens) - 1 and last in BE | {"has", "have", "had", "became", "include", "includes"}):
        return False
    commas = [place for place, token in enumerate(tokens) if token.text == "," and place > verb]
    if not commas:
        return True
    tail = tokens[commas[-1] + 1 :]
    joined = any(token.text.lower() in {"and", "or", "&"} for token in tokens[commas[-1] - 1 :])
    year = len(tail) == 1 and tail[0].tag == "CD"
    return joined or year or (tail[0].tag in {"WDT", "WP", "WRB", "VBG", "IN", "VBN", "DT", "WP$"} and len(commas) == 1)


def definitions_in(clause: Clause) -> Iterator[list[Tokens]]:
    """A definition in two: “X is a device that converts light” → “X is a device”, “X converts light”."""
    subject, rest = clause.subject, clause.rest
    if rest[0].text not in BE or len(rest) < 5 or any(token.text == "," for token in subject):
        return
    plural = rest[0].text in {"are", "were"}
    opener = rest[1].text.lower()
    if opener not in {"a", "an"} and not (plural and rest[1].tag in {"JJ", "NNS", "NN", "VBG", "VBN"}) and not is_superlative(rest):
        return
    for place in range(3, len(rest) - 1):
        token, before = rest[place], rest[place - 1]
        if token.tag in {"IN", "TO", "CC", ","} and token.text.lower() != "of" and not is_that(token) and place < 4:
            pass
        if before.tag not in NOUN_TAGS:
            continue
        head = rest[:place]
        if before.text.lower() in VAGUE or before.text.lower().removesuffix("s") in VAGUE or not simple_predicate(head):
            continue
        told = told_of_subject(rest, place, plural)
        if told:
            yield [(*subject, *head), (*subject, *told)]


def is_superlative(rest: Tokens) -> bool:
    """Whether a predicate is the one and only: “is the largest lake …”."""
    return rest[1].text.lower() == "the" and any(token.tag in {"JJS", "RBS"} or token.text == "only" for token in rest[2:4])


def simple_predicate(head: Tokens) -> bool:
    """Whether a predicate is one noun phrase, with at most “of …” or “in …” in it."""
    inside = head[1:]
    prepositions = [token.text.lower() for token in inside if token.tag == "IN"]
    plain = all(token.tag in NOUN_TAGS | {"DT", "JJ", "JJR", "JJS", "RB", "RBS", "VBN", "VBG", "CD", "HYPH", "IN", "CC", "POS", ",", "FW"} for token in inside)
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
        return (rest[0], *rest[place:])
    return ()


def offices_in(clause: Clause) -> Iterator[list[Tokens]]:
    """Several things that one subject is: “was a philosopher, a reformer, and a professor at Oxford”."""
    tokens, rest = clause.tokens, clause.rest
    if rest[0].text not in BE or rest[1].text.lower() not in {"a", "an"} or has_front(clause):
        return
    for place in range(clause.verb + 3, len(tokens) - 2):
        if tokens[place].text.lower() != "and" or tokens[place + 1].text.lower() not in {"a", "an"}:
            continue
        before = tokens[: place - 1] if tokens[place - 1].text == "," else tokens[:place]
        predicate = before[clause.verb + 1 :]
        if any(token.tag in {"IN", "VBN", "VBG", "TO", "CC"} or token.tag in FINITE | {"WDT", "WP"} for token in predicate):
            continue
        yield [joined_list(before), (*clause.subject, rest[0], *tokens[place + 1 :])]


def joined_list(tokens: Tokens) -> Tokens:
    """A list that has lost its last item, with ``and`` before what is last now."""
    commas = [place for place, token in enumerate(tokens) if token.text == ","]
    if not commas:
        return tokens
    last = commas[-1]
    return (*tokens[: last + 1], Tagged("and", "CC", tokens[last].end + 1), *tokens[last + 1 :])


def verbs_in(clause: Clause) -> Iterator[list[Tokens]]:
    """Two things said of one subject: “It drains into Lake Huron and straddles the border”."""
    tokens, main = clause.tokens, clause.tokens[clause.verb]
    if main.tag == "MD" or has_front(clause):
        return
    for place in range(clause.verb + 1, len(tokens) - 2):
        if tokens[place].text.lower() != "and":
            continue
        second = place + 1
        while tokens[second].tag == "RB" and second < len(tokens) - 2:
            second += 1
        verb = tokens[second]
        same = verb.tag == main.tag or (verb.tag in {"VBP", "VBZ"} and main.tag == verb.tag)
        before = tokens[: place - 1] if tokens[place - 1].text == "," else tokens[:place]
        if not same or opens_subordinate(before[clause.verb :]) or not is_complete(before):
            continue
        yield [before, (*clause.subject, *tokens[place + 1 :])]


def has_front(clause: Clause) -> bool:
    """Whether something stands before the subject that may hold for all that follows: “In some countries, …”."""
    return any(token.text == "," for token in clause.subject) or clause.tokens[0].tag in {"IN", "WRB", "VBG", "VBN"}


ADDING = frozenset(
    ["primarily", "especially", "mainly", "particularly", "notably", "often", "typically", "usually", "mostly", "sometimes", "chiefly", "commonly"]
)
DROPPED_STARTS = frozenset({"which", "who", "whose", "where", "whom", "including", "such"})


def trimmed(clause: Clause) -> Iterator[list[Tokens]]:
    """The sentence without its end, where the end only adds to it: “, which …”, “, making it …”, “by using …”; the longest first."""
    tokens = clause.tokens
    for place in range(len(tokens) - 2, clause.verb + 1, -1):
        token = tokens[place]
        if token.text == ",":
            after = tokens[place + 1 :]
            if may_go(after) and is_complete(tokens[:place]):
                yield [tokens[:place]]
        elif token.text.lower() == "by" and tokens[place + 1].tag == "VBG" and is_complete(tokens[:place]):
            if not any(word.tag in {"VBN"} for word in tokens[clause.verb + 1 : place]):
                yield [tokens[:place]]
    aside = without_aside(clause)
    if aside:
        yield [aside]


def may_go(after: Tokens) -> bool:
    """Whether what follows a comma only adds something."""
    first = after[0]
    low = first.text.lower()
    listed = any(token.text.lower() in {"and", "or"} and after[place - 1].text == "," for place, token in enumerate(after) if place)
    if low in DROPPED_STARTS:
        return True
    if low in ADDING and len(after) > 2 and after[1].tag in {"IN", "VBG", "VBN", "TO"}:
        return True
    if low in {"with", "making"} or (first.tag == "VBG" and not listed):
        return True
    if first.tag == "DT" and low in {"a", "an", "the"} and not listed and not any(token.tag in FINITE for token in after):
        return not any(token.text.lower() in {"and", "or"} for token in after)
    return first.tag == "VBN" and not listed


def without_aside(clause: Clause) -> Tokens:
    """The sentence without an apposition or relative clause between its subject and its verb."""
    subject = clause.subject
    commas = [place for place, token in enumerate(subject) if token.text == ","]
    if len(commas) == 2 and commas[1] == len(subject) - 1 and commas[0] > 0:
        inside = subject[commas[0] + 1]
        starts = inside.text.lower() in DROPPED_STARTS | {"a", "an", "the"} or inside.tag in {"VBN", "VBG"}
        if starts and subject[0].tag not in {"IN", "WRB", "VBG", "VBN", "TO"}:
            return (*subject[: commas[0]], *clause.rest)
    return ()
