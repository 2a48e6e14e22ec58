"""Ends and asides that a sentence can lose and stay true, because they only add to it."""

from collections.abc import Callable, Iterator

from kiwi.local.grammar import Tagged
from kiwi.local.knowledge.clauses import BE, FINITE, NOUN_TAGS, Clause, Tokens, is_complete
from kiwi.local.knowledge.splits import VAGUE, has_front, joined_list

ADDING = frozenset(
    ["primarily", "especially", "mainly", "particularly", "notably", "often", "typically", "usually", "mostly", "sometimes", "chiefly", "commonly"]
    + ["predominantly", "largely", "principally", "namely", "originally", "historically", "frequently", "specifically", "mostly", "generally"]
)
RELATING = frozenset({"which", "who", "whose", "where", "whom", "when"})
LISTING = frozenset({"including", "such"})
QUALIFYING = frozenset({"except", "excluding", "unless", "although", "though", "but", "only", "not", "without", "depending", "if"})
"""Words that make what holds them no mere addition."""
PLACING = frozenset({"in", "from", "during", "on", "near", "at", "between", "along", "off", "within", "across", "around", "under", "for", "with", "after"})
HAPPENING = frozenset({"in", "on", "at", "during", "for", "from", "after", "before", "following", "under", "throughout", "near", "with", "while", "alongside"})
STRONG = frozenset({"most", "first", "only", "last", "second", "third", "largest", "more", "less", "fewer"})
COLLECTIVE = frozenset(
    ["between", "consist", "consists", "consisted", "consisting", "comprise", "comprises", "comprising", "composed", "made", "total", "divided"]
    + ["combination", "mixture", "combine", "combines", "combining", "both", "respectively", "sum", "compose", "form", "forms", "formed", "among"]
    + ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "study", "defined", "means", "equal", "separates", "connects", "either"]
    + ["require", "requires", "whether", "constitute", "constitutes", "cover", "namely", "joining", "connecting", "separating", "union", "merger"]
)
"""Words whose list is one whole: of “consists of iron and carbon” nothing may be left out."""
FEWEST = 5
"""Words that a cut must leave."""


def asides_cut(clause: Clause) -> Iterator[list[Tokens]]:
    """The sentence without what a comma or colon sets off, the least first: “, which …”, “, making it …”, an apposition."""
    tokens = clause.tokens
    for place in range(len(tokens) - 2, clause.verb + 1, -1):
        after = tokens[place + 1 :]
        if place < FEWEST or not is_complete(tokens[:place]) or is_open_list(tokens[:place]):
            continue
        if tokens[place].text == "," and may_go(after):
            yield [tokens[:place]]
        elif tokens[place].text == ":" and tokens[place - 1].tag in {"NN", "NNS"}:
            yield [tokens[:place]]
    shorter = without_aside(clause)
    if shorter:
        yield [apposed(clause), shorter] if apposed(clause) else [shorter]


def is_open_list(kept: Tokens) -> bool:
    """Whether a colon has begun what a cut would leave undone."""
    return any(token.text == ":" for token in kept)


def may_go(after: Tokens) -> bool:
    """Whether what follows a comma, up to the end, only adds something."""
    first = after[0]
    low = first.text.lower()
    if low in RELATING or (first.tag == "IN" and after[1:2] and after[1].text == "which"):
        return True
    if any(token.text.lower() in QUALIFYING for token in after):
        return False
    if low in LISTING:
        return True
    listed = any(token.text.lower() in {"and", "or"} and after[place - 1].text == "," for place, token in enumerate(after) if place)
    if low in ADDING and len(after) > 2 and after[1].tag in {"IN", "VBG", "VBN", "TO", "RB"}:
        return True
    if low in {"thereby", "thus", "hence"} and after[1:2] and after[1].tag == "VBG":
        return True
    if low in {"whilst", "while"} and any(token.tag == "VBG" for token in after[1:3]):
        return True
    if is_place(after) and not listed:
        return True
    if low in {"with", "making", "leading", "resulting", "along", "together"} or (first.tag in {"VBG", "VBN"} and not listed):
        return True
    if low in {"a", "an", "the"} and not any(token.tag in FINITE for token in after):
        return not any(token.text.lower() in {"and", "or"} for token in after)
    return False


def is_place(after: Tokens) -> bool:
    """Whether a comma is followed by where something is: “, near the border of China”."""
    where = after[0].text.lower() in {"near", "at", "in", "on", "along", "off", "between", "north", "south", "east", "west"}
    vague = after[1:2] and after[1].text.lower() in VAGUE_PLACES
    return where and not vague and not any(token.tag in FINITE for token in after)


VAGUE_PLACES = frozenset(["some", "most", "many", "part", "parts", "theory", "least", "times", "certain", "particular", "general", "principle", "most", "which", "any"])
"""After these “in” says how far something holds."""


def without_aside(clause: Clause) -> Tokens:
    """The sentence without an apposition or relative clause between its subject and its verb."""
    subject = clause.subject
    commas = [place for place, token in enumerate(subject) if token.text == ","]
    if len(commas) == 2 and commas[1] == len(subject) - 1 and commas[0] > 0:
        inside = subject[commas[0] + 1]
        starts = inside.text.lower() in RELATING | LISTING | {"a", "an", "the"} or inside.tag in {"VBN", "VBG"}
        starts = starts or (inside.tag in {"RB", "JJ", "CD"} and subject[commas[0] + 2].tag in {"VBN", "VBG"})
        if starts and subject[0].tag not in {"IN", "WRB", "VBG", "VBN", "TO"}:
            return (*subject[: commas[0]], *clause.rest)
    return ()


def apposed(clause: Clause) -> Tokens:
    """What an apposition says: “Ljubljana, the capital, is …” → “Ljubljana is the capital”; nothing of what is no name."""
    subject = clause.subject
    comma = next(place for place, token in enumerate(subject) if token.text == ",")
    inside, verb = subject[comma + 1 : -1], clause.rest[0]
    if inside[0].text.lower() not in {"a", "an", "the"} or subject[0].tag != "NNP" or any(token.tag in FINITE for token in inside):
        return ()
    be = Tagged("was" if verb.tag == "VBD" else "is", "VBZ", inside[0].start)
    return (*subject[:comma], be, *inside) if verb.tag in {"VBD", "VBZ"} else ()


def ends_cut(clause: Clause) -> Iterator[list[Tokens]]:
    """The sentence without an end that only says more of what has been said, the least first."""
    tokens = clause.tokens
    told = what_is_told(clause)
    for place in range(len(tokens) - 2, max(clause.verb + 2, FEWEST), -1):
        kept = tokens[:place]
        as_well = [token.text.lower() for token in tokens[place : place + 3]] == ["as", "well", "as"]
        if as_well and not any(token.text.lower() in COLLECTIVE for token in kept):
            kept = kept[:-1] if kept[-1].text == "," else kept
        elif not told(place):
            continue
        if is_complete(kept) and not hangs_on(kept) and not is_open_list(kept):
            yield [kept]


def what_is_told(clause: Clause) -> Callable[[int], bool]:
    """Which cuts a sentence's kind allows, as a test of a place among its tokens."""
    tokens, rest = clause.tokens, clause.rest
    strong = any(token.text.lower() in STRONG or token.tag in {"JJS", "RBS"} for token in rest)
    if rest[0].text in BE and len(rest) > 3 and names_a_kind(rest) and not strong:
        return lambda place: ends_kind(tokens, place, clause.verb)
    acts = rest[0].tag == "VBD" or (rest[0].tag == "VBZ" and rest[0].text not in BE and clause.subject[-1].tag == "NNP")
    if acts and not strong and happened(clause):
        return lambda place: tokens[place].text.lower() in HAPPENING and not holds_to(tokens, place)
    return lambda place: is_by_doing(tokens, place) or describes_something(tokens, place)


def names_a_kind(rest: Tokens) -> bool:
    """Whether a predicate says what kind of thing something is: “is a …”, “are …”."""
    return rest[1].text.lower() in {"a", "an"} or (rest[0].text in {"are", "were"} and rest[1].tag in {"NNS", "JJ", "NN"})


def ends_kind(tokens: Tokens, place: int, verb: int) -> bool:
    """Whether a kind is named before this place, and what follows only describes it."""
    token, before = tokens[place], tokens[place - 1]
    if before.tag not in NOUN_TAGS or before.text.lower() in VAGUE or before.text.lower().removesuffix("s") in VAGUE:
        return False
    if place - verb < 4 or any(word.tag in FINITE for word in tokens[verb + 1 : place]):
        return False
    relative = token.text.lower() in {"that", "which", "who", "where", "whose"} and token.tag != "DT"
    participle = token.tag in {"VBN", "VBG"} or (token.tag == "RB" and tokens[place + 1].tag in {"VBN", "VBG"})
    return relative or participle or (token.text.lower() in PLACING and token.tag == "IN")


def happened(clause: Clause) -> bool:
    """Whether a sentence tells one thing that happened to somebody or something certain."""
    subject = clause.subject
    certain = subject[0].tag in {"NNP", "PRP", "NNPS"} or subject[0].text.lower() == "the"
    return certain and not has_front(clause) and not any(token.tag == "MD" for token in clause.rest)


def holds_to(tokens: Tokens, place: int) -> bool:
    """Whether a preposition belongs to “the …” right before it: “the campaign for independence”."""
    back = place - 1
    while back > 0 and tokens[back].tag in NOUN_TAGS | {"JJ", "HYPH", "JJS", "CD", "VBN"}:
        back -= 1
    common = tokens[place - 1].tag in {"NN", "NNS"}
    return tokens[place - 1].tag not in NOUN_TAGS | {"CD", "RB"} or (common and tokens[back].text.lower() in {"the", "that"})


def is_by_doing(tokens: Tokens, place: int) -> bool:
    """Whether an end says by what means: “… by using the photovoltaic effect”."""
    return tokens[place].text.lower() in {"by", "through"} and tokens[place + 1].tag == "VBG" and tokens[place - 1].tag in NOUN_TAGS


def describes_something(tokens: Tokens, place: int) -> bool:
    """Whether an end describes a thing that was new before: “produces a hormone that …”."""
    if tokens[place].text.lower() not in {"that", "which", "who"} or tokens[place].tag == "DT" or tokens[place - 1].tag not in {"NN", "NNS"}:
        return False
    back = place - 1
    while back > 0 and tokens[back].tag in {"NN", "NNS", "JJ", "HYPH", "VBN", "VBG"}:
        back -= 1
    opener = tokens[back].text.lower()
    return opener in {"a", "an"} or (tokens[place - 1].tag == "NNS" and opener not in {"the", "those", "these", "its", "their", "his", "her"})


def hangs_on(kept: Tokens) -> bool:
    """Whether a cut leaves an end that still waits for more: “a lack”, “the ability”."""
    return kept[-1].text.lower() in {"lack", "ability", "change", "changes", "lot", "variety", "number", "range", "rise", "amount", "series", "kind", "able"}


def lists_cut(clause: Clause) -> Iterator[list[Tokens]]:
    """The sentence with fewer items in the list at its end, the most first: “includes A, B, C, and D” → “includes A, B, and C”."""
    tokens = clause.tokens
    joints = [place for place in range(clause.verb + 1, len(tokens) - 1) if tokens[place].text.lower() == "and"]
    serial = [place for place in joints if tokens[place - 1].text == ","]
    if not joints or any(token.text.lower() in COLLECTIVE or token.text == ":" for token in tokens):
        return
    last = serial[-1] if serial else joints[-1]
    commas = [place for place, token in enumerate(tokens) if token.text == "," and clause.verb < place < last]
    ends = commas if commas and last - commas[-1] == 1 else [*commas, last]
    good = 1
    while good < len(ends) and is_item(tokens[ends[good - 1] + 1 : ends[good]]):
        good += 1
    if len(ends) < 2 or not commas:
        return
    for number in range(good - 1, -1, -1):
        kept = tokens[: ends[number]]
        if number:
            yield [joined_list(kept, ends[0])]


def is_item(item: Tokens) -> bool:
    """Whether what stands between two commas is one thing of a list."""
    return 0 < len(item) <= 7 and not any(token.tag in FINITE | {"WDT", "WP", "WRB", "CC"} for token in item) and item[0].tag not in {"IN", "VBN"}
