"""Long sentences in short ones that are just as true: what can stand alone stands alone, what only adds may go.

A sentence that says *not*, *only*, *if* or the like loses nothing but asides, because a cut could change what such a word reaches.
"""

from kiwi.local.knowledge.clauses import Clause, Tokens, is_bound, main_verb, parsed, text_of, words_in
from kiwi.local.knowledge.cuts import asides_cut, ends_cut, lists_cut
from kiwi.local.knowledge.splits import clauses_in, definitions_in, fronts_in, measures_in, offices_in, verbs_in

EASY = 16
"""Words of a sentence that is easily followed: a longer one is told in two where each can stand alone and nothing is lost."""


def shortened(text: str, limit: int) -> list[str]:
    """Sentences of at most ``limit`` words that say what one sentence says, or as much of it as can be said; without full stops."""
    clause = parsed(text)
    if clause is None:
        return []
    return [text_of(tokens, text) for tokens in pieces(clause.tokens, text, limit, depth=0)]


def pieces(tokens: Tokens, text: str, limit: int, depth: int) -> list[Tokens]:
    """The short sentences in some tokens; the way that keeps the most words is taken."""
    words, verb = words_in(tokens, text), main_verb(tokens)
    joined = any(token.text == ";" for token in tokens)
    if words <= EASY and not joined:
        return [tokens]
    if verb is None or depth > 4:
        return [] if words > limit or joined else [tokens]
    clause = Clause(tokens, verb)
    if words <= limit:
        told_apart = (
            way
            for way in (*clauses_in(clause), *definitions_in(clause), *verbs_in(clause))
            if len(way) > 1 and not is_contrast(tokens, way)
        )
        return next(told_apart, [] if joined else [tokens])
    ways = [*clauses_in(clause), *fronts_in(clause), *definitions_in(clause), *measures_in(clause), *verbs_in(clause), *asides_cut(clause)]
    ways += ends_cut(clause)
    if not is_bound(tokens):
        ways += [*offices_in(clause), *lists_cut(clause)]
    best: list[Tokens] = []
    for way in ways[:18]:
        found = [pieces(part, text, limit, depth + 1) for part in way]
        if is_contrast(tokens, way) and not all(found):
            continue
        kept = [short for some in found for short in some]
        if sum(map(len, kept)) > sum(map(len, best)):
            best = kept
    return best


def is_contrast(tokens: Tokens, way: list[Tokens]) -> bool:
    """Whether two parts stood around a ``but``: then both are told or neither."""
    return len(way) > 1 and any(token.text.lower() in {"but", "yet"} for token in tokens) and not any(is_bound(part) for part in way)
