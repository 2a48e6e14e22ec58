"""Ends and asides that a sentence can lose and stay true, because they only add to it."""

from collections.abc import Callable, Iterator
from itertools import pairwise

from kiwi.local.knowledge.clauses import BE, FINITE, SUBORDINATING, Clause, Tokens, is_bound, is_complete
from kiwi.local.knowledge.splits import VAGUE, has_front, joined_list
from kiwi.local.read.grammar import NOUN_TAGS, Tagged, word_set

ADDING = word_set(
    "primarily especially mainly particularly notably often typically usually mostly sometimes chiefly commonly predominantly largely "
    "principally namely originally historically frequently specifically generally"
)
RELATING = frozenset({"which", "who", "whose", "where", "whom", "when"})
LISTING = frozenset({"including", "such"})
JOINED = word_set("with making leading resulting along together alongside followed after before behind besides")
QUALIFYING = word_set("except excluding unless although though but only not without depending if")
"""Words that make what holds them no mere addition."""
PLACING = word_set("in from during on near at between along off within across around under for with after")
HAPPENING = word_set("in on at during after before following under throughout near while alongside")
STRONG = word_set("most first only last second third largest more less fewer")
COLLECTIVE = word_set(
    "between consist consists consisted consisting comprise comprises comprising composed made total divided combination mixture combine "
    "combines combining both respectively sum compose form forms formed among two three four five six seven eight nine ten study defined "
    "means equal separates connects either caused causes results resulted resulting require requires whether constitute constitutes cover "
    "namely joining connecting separating union merger"
)
"""Words whose list is one whole: of “consists of iron and carbon” nothing may be left out."""
FEWEST = 5
"""Words that a cut must leave."""


def asides_cut(clause: Clause) -> Iterator[list[Tokens]]:
    """The sentence without what a comma or colon sets off, the least first: “, which …”, “, making it …”, an apposition."""
    tokens = clause.tokens
    for place in range(len(tokens) - 2, clause.verb + 1, -1):
        after = tokens[place + 1 :]
        if place < FEWEST or not is_complete(tokens[:place]) or is_open_list(tokens[:place]) or parts_pair(tokens, place):
            continue
        if tokens[place - 1].tag == "JJ" and after[0].tag in {"JJ", "NN", "NNS", "VBN", "VBG", "RB"}:
            continue
        explained = tokens[place].text == ":" and tokens[place - 1].tag in {"NN", "NNS"}
        if explained or (tokens[place].text == "," and may_go(after)):
            yield [tokens[:place]]
    shorter = without_aside(clause)
    if shorter:
        yield [apposed(clause), shorter] if apposed(clause) else [shorter]


PAIRS = dict(
    pair.split()
    for pair in ("between and", "from to", "both and", "either or", "neither nor", "as as", "so that", "such that", "more than")
)


def parts_pair(tokens: Tokens, place: int) -> bool:
    """Whether a cut parts words that belong together: “between … and”, “from … to”."""
    kept = [token.text.lower() for token in tokens[:place]]
    cut = {token.text.lower() for token in tokens[place:]}
    for first, second in PAIRS.items():
        if first in kept and second in cut and second not in kept[len(kept) - kept[::-1].index(first) :]:
            return True
    return False


def is_open_list(kept: Tokens) -> bool:
    """Whether a colon has begun what a cut would leave undone."""
    return any(token.text == ":" for token in kept)


def may_go(after: Tokens) -> bool:
    """Whether what follows a comma, up to the end, only adds something."""
    first, low = after[0], after[0].text.lower()
    if low == "and" and len(after) > 2 and after[1].tag == "VBN":
        return may_go(after[1:])
    if goes_on(after):
        return False
    if low in RELATING or (first.tag == "IN" and after[1:2] and after[1].text == "which"):
        return not any(token.text == "," and following.text.lower() in {"to", "and"} for token, following in pairwise(after))
    if any(token.text.lower() in QUALIFYING for token in after[:2]):
        return False
    if low in {"a", "an", "the"}:
        # what a relative clause within it says goes with it
        relative = next((place for place, token in enumerate(after) if token.tag == "WDT"), len(after))
        main = any(token.text == "," and following.text.lower() in {"and", "or", "but"} for token, following in pairwise(after))
        return not main and not any(token.tag in FINITE or token.text.lower() in {"and", "or"} for token in after[:relative])
    listed = any(token.text == "," and following.text.lower() in {"and", "or"} for token, following in pairwise(after))
    return low in LISTING | JOINED or adds(after, listed) or (is_place(after) and not listed)


def goes_on(after: Tokens) -> bool:
    """Whether what was said before goes on behind an aside: “…, including light, from escaping”."""
    commas = [place for place, token in enumerate(after[:-1]) if token.text == ","]
    if len(commas) != 1 or after[commas[0] + 1].text.lower() in SUBORDINATING:
        return False
    return after[commas[0] + 1].tag in {"IN", "TO", "VBZ", "VBP", "VBD"}


def adds(after: Tokens, listed: bool) -> bool:
    """Whether a participle or an adverb begins the end of a sentence; ``listed``: a list ends in it, perhaps its own."""
    first, second = after[0], after[1] if len(after) > 1 else after[0]
    if first.text.lower() in ADDING:
        return second.tag in {"IN", "VBG", "VBN", "TO", "RB"} or not listed
    if first.tag == "RB":
        return second.tag == "VBG" or (second.tag == "VBN" and not listed)
    if first.text.lower() in {"whilst", "while"}:
        return any(token.tag == "VBG" for token in after[1:3])
    participle = first.tag in {"VBG", "VBN"} or (first.tag == "VBD" and second.tag == "IN")
    return (participle and not listed) or (first.tag == "VBG" and second.text not in {",", "and", "or"})


def is_place(after: Tokens) -> bool:
    """Whether a comma is followed by where something is: “, near the border of China”."""
    where = after[0].text.lower() in {"near", "at", "in", "on", "along", "off", "between", "north", "south", "east", "west"}
    vague = after[1:2] and after[1].text.lower() in VAGUE_PLACES
    return where and not vague and not any(token.tag in FINITE for token in after)


VAGUE_PLACES = word_set("some most many part parts theory least times certain particular general principle which any")
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
    whole = is_bound(tokens)
    told = what_is_told(clause)
    for place in range(len(tokens) - 2, max(clause.verb + 2, FEWEST - 1), -1):
        kept = tokens[:place]
        as_well = [token.text.lower() for token in tokens[place : place + 3]] == ["as", "well", "as"]
        if (
            as_well
            and not any(token.text.lower() in COLLECTIVE for token in kept)
            and "of" not in [token.text for token in tokens[place + 3 : place + 6]]
        ) or (tokens[place].text in {'"', "“"} and not any(token.text in {'"', "“"} for token in kept)):
            kept = kept[:-1] if kept[-1].text == "," else kept
        elif not told(place) or (whole and (is_bound(kept) or tokens[place].tag in {"IN", "TO"})):
            continue
        if is_complete(kept) and not hangs_on(kept) and not is_open_list(kept) and not parts_pair(tokens, place):
            yield [kept]


def what_is_told(clause: Clause) -> Callable[[int], bool]:
    """Which cuts a sentence's kind allows, as a test of a place among its tokens."""
    tokens, rest = clause.tokens, clause.rest
    strong = any(token.text.lower() in STRONG or token.tag in {"JJS", "RBS"} for token in rest)
    if rest[0].text in BE and len(rest) > 3 and names_a_kind(rest) and not strong:
        return lambda place: ends_kind(tokens, place, clause.verb)
    if rest[0].tag == "VBD" and not strong and happened(clause):
        return lambda place: tokens[place].text.lower() in HAPPENING and not holds_to(tokens, place)
    return lambda place: is_by_doing(tokens, place) or describes_something(tokens, place)


def names_a_kind(rest: Tokens) -> bool:
    """Whether a predicate says what kind of thing something is: “is a …”, “are …”."""
    return rest[1].text.lower() in {"a", "an"} or (rest[0].text in {"are", "were"} and rest[1].tag in {"NNS", "JJ", "NN"})


def ends_kind(tokens: Tokens, place: int, verb: int) -> bool:
    """Whether a kind is named before this place, and what follows only describes it."""
    token, before = tokens[place], tokens[place - 1]
    inside = tokens[verb + 1 : place]
    if before.tag not in NOUN_TAGS or ({before.text.lower(), before.text.lower().removesuffix("s")} & VAGUE and not is_described(inside)):
        return False
    acted = any(word.tag in {"VBN", "VBG", "TO"} and after.tag not in NOUN_TAGS | {"JJ", "HYPH"} for word, after in pairwise(inside))
    if is_bare(inside) or place - verb < 4 or acted or any(word.tag in FINITE for word in inside) or holds_to(tokens, place):
        return False
    relative = token.text.lower() in {"that", "which", "who", "where", "whose"} and token.tag != "DT"
    participle = token.tag in {"VBN", "VBG"} or (token.tag == "RB" and tokens[place + 1].tag in {"VBN", "VBG"})
    return relative or participle or (token.text.lower() in PLACING and token.tag == "IN")


TANGIBLE = word_set("object substance material area region place body organ person")
"""Vague nouns that say enough once something describes them: “a planetary-mass object”."""


TELLING = 8
"""Words of a kind that says enough, whatever it ends in: “a field of research in engineering, mathematics, and computer science”."""


def is_described(kind: Tokens) -> bool:
    """Whether a kind ends in a thing that something before it describes, or is told in many words."""
    if len(kind) >= TELLING:
        return True
    described = (
        len(kind) > 2 and kind[-2].tag in {"JJ", "NN", "NNP", "VBN"} and kind[-2].text.lower() not in {"other", "certain", "various"}
    )
    return described and kind[-1].text.lower().removesuffix("s") in TANGIBLE


def is_bare(kind: Tokens) -> bool:
    """Whether a kind is named by nouns that nothing describes: “a vent or fissure”, “a state of affairs”."""
    nouns = [token for token in kind if token.text.lower() not in {"a", "an", "or", "and", "of", "the"}]
    joined = any(token.text.lower() in {"or", "and", "of"} for token in kind)
    return (
        joined and all(token.tag in NOUN_TAGS for token in nouns) and len(nouns) <= 2 and not any(token.tag[:3] == "NNP" for token in nouns)
    )


def happened(clause: Clause) -> bool:
    """Whether a sentence tells one thing that happened to somebody or something certain."""
    subject = clause.subject
    certain = subject[0].tag in {"NNP", "PRP", "NNPS"} or subject[0].text.lower() == "the"
    return certain and not has_front(clause) and not any(token.tag == "MD" for token in clause.rest)


def holds_to(tokens: Tokens, place: int) -> bool:
    """Whether a preposition belongs to “the …” right before it: “the campaign for independence”."""
    back = place - 1
    while back > 0 and (tokens[back].tag in NOUN_TAGS | {"JJ", "HYPH", "JJS", "CD", "VBN"} or tokens[back].text == "of"):
        if tokens[back].text == "of" and tokens[back + 1].tag in {"NNP", "NNPS"}:
            return tokens[place - 1].tag not in NOUN_TAGS | {"CD"}
        back -= 1
    common = tokens[place - 1].tag in {"NN", "NNS"}
    return tokens[place - 1].tag not in NOUN_TAGS | {"CD", "RB"} or (common and tokens[back].text.lower() in HELD)


HELD = word_set("the that all any every each those these whose no its their more less")


def is_by_doing(tokens: Tokens, place: int) -> bool:
    """Whether an end says by what means: “… by using the photovoltaic effect”."""
    means = tokens[place].text.lower() in {"by", "via"} or (tokens[place].text.lower() == "through" and tokens[place + 1].tag == "VBG")
    return means and tokens[place - 1].tag in NOUN_TAGS and tokens[place + 1].tag not in {"WDT", "WP"}


def describes_something(tokens: Tokens, place: int) -> bool:
    """Whether an end describes a thing that was new before: “produces a hormone that …”, “a process based on …”."""
    token, last = tokens[place], tokens[place - 1]
    relative = token.text.lower() in {"that", "which", "who"} and token.tag != "DT"
    participle = token.tag == "VBN" and tokens[place + 1].tag in {"IN", "TO"}
    if not (relative or participle) or last.tag not in {"NN", "NNS"}:
        return False
    back = place - 1
    while back > 0 and (tokens[back].tag in {"NN", "NNS", "JJ", "HYPH", "VBN", "VBG"} or (participle and tokens[back].text == "of")):
        back -= 1
    opener = tokens[back]
    return opener.text.lower() in {"a", "an"} or (last.tag == "NNS" and relative and opener.tag in {"VB", "VBZ", "VBP", "VBD"})


def hangs_on(kept: Tokens) -> bool:
    """Whether a cut leaves an end that still waits for more: “a lack”, “a family”, “…, a device”."""
    last, before = kept[-1].text.lower(), [token.text.lower() for token in kept[-4:-1]]
    if last in {
        "lack",
        "ability",
        "change",
        "changes",
        "lot",
        "variety",
        "number",
        "range",
        "rise",
        "amount",
        "series",
        "kind",
        "able",
        "existence",
    }:
        return True
    return bool({"a", "an"} & set(before[-1:])) and (last in VAGUE or "," in before or kept[-3].tag == "IN")


def lists_cut(clause: Clause) -> Iterator[list[Tokens]]:
    """The sentence with fewer items in the list at its end, the most first: “includes A, B, C, and D” → “includes A, B, and C”."""
    tokens = clause.tokens
    joints = [place for place in range(clause.verb + 1, len(tokens) - 1) if tokens[place].text.lower() == "and"]
    serial = [place for place in joints if tokens[place - 1].text == ","]
    whole = clause.rest[0].text in BE and clause.rest[1].text.lower() == "the"
    if not joints or whole or any(token.text.lower() in COLLECTIVE | {":", "or", "process", "set"} for token in tokens):
        return
    last = serial[-1] if serial else joints[-1]
    commas = [place for place, token in enumerate(tokens) if token.text == "," and clause.verb < place < last]
    doing = {"VBG", "VBN", "WDT", "WP", "IN", "RB"} - {tokens[last + 1].tag}
    while commas and tokens[commas[0] + 1].tag in doing:
        commas = commas[1:]
    ends = commas if commas and last - commas[-1] == 1 else [*commas, last]
    if shares_its_end(tokens, last):
        return
    good = 1
    while good < len(ends) and is_item(tokens[ends[good - 1] + 1 : ends[good]]):
        good += 1
    if len(ends) < 2 or not commas:
        return
    for number in range(good - 1, -1, -1):
        kept = tokens[: ends[number]]
        if number and kept[-1].tag in NOUN_TAGS | {"VBG"}:
            yield [joined_list(kept, ends[0])]


def shares_its_end(tokens: Tokens, last: int) -> bool:
    """Whether what ends a list belongs to all its items: “Golaghat and Nagaon districts”, “the north and south by Ontario”."""
    item = tokens[last + 1 :]
    tags = [token.tag for token in item]
    named = tags[0] == "NNP" and any(tag in {"NN", "NNS"} for tag in tags)
    return named or any(token.text == "by" for token in item) or any(token.tag in {"IN", "TO"} and token.text != "of" for token in item[:2])


def is_item(item: Tokens) -> bool:
    """Whether what stands between two commas is one thing of a list."""
    return (
        0 < len(item) <= 7
        and not any(token.tag in FINITE | {"WDT", "WP", "WRB", "CC"} for token in item)
        and item[0].tag not in {"IN", "VBN"}
    )
