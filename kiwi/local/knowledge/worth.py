"""How much a fact is worth telling: what it is first, then what is concrete or surprising, taxonomy and names of names last."""

import re

from kiwi.local.knowledge.clauses import Clause, text_of

CONCRETE = re.compile(r"\b\d[\d,.]*(?:\s(?:million|billion|thousand|percent|kilom|metre|years|species|people))?\b")
SUPERLATIVE = re.compile(
    r"\b(?:largest|biggest|smallest|oldest|longest|tallest|highest|deepest|fastest|hottest|coldest|greatest|youngest|earliest|heaviest|"
    r"most|first|only|best-known|best known|best-selling|record|famous|unique|Nobel|never|every|entire)\b"
)
ACTIVE = re.compile(
    r"\b(?:used|uses?|can|because|so that|in order to|helps?|allow\w*|enabl\w*|protect\w*|convert\w*|produc\w*|caus\w*|discover\w*|"
    r"invent\w*|build|built|creat\w*|develop\w*|chang\w*|transform\w*|by \w+ing|live|lives|eats?|feed|hunt\w*|grow\w*|won|wrote|"
    r"founded|led|revolution\w*)\b"
)
TAXONOMY = re.compile(
    r"\b(?:family|genus|genera|order|clade|class|phylum|subfamily|superfamily|tribe|taxon|subspecies|suborder|infraorder|kingdom) "
    r"(?:[A-Z]|of|is|are|has|contain)"
    r"|\b(?:monophyletic|paraphyletic|taxonom\w*|classif\w*|clade)\b"
)
NAMING = re.compile(
    r"\b(?:named (?:after|for)|derives? from|derived from|etymology|Latin|Greek word|nicknamed|known as|titled|coined|spelled)\b"
)
BORDERS = re.compile(
    r"\b(?:border(?:s|ed)|adjacent|bounded|located|situated|lies|province|municipality|district|subdivision|administrative)\b"
)
WEAK = re.compile(
    r"\b(?:considered|regarded|various|several|related to|different|include[sd]?|other|certain|typically defined|scholars|some)\b"
)


def worth_of(clause: Clause, text: str, is_definition: bool, about_subject: bool, place: int, rare: int) -> float:
    """0 to 1; ``place`` is the sentence's place in its article, which puts what it tells first first; ``rare`` counts rare words."""
    if is_definition:
        return 1.0
    worth = 0.5 - 0.012 * min(place, 10)
    worth += 0.08 if about_subject else 0.0
    worth += 0.15 if CONCRETE.search(text) else 0.0
    worth += 0.15 if SUPERLATIVE.search(text) else 0.0
    worth += 0.12 if ACTIVE.search(text) else 0.0
    worth -= 0.25 if TAXONOMY.search(text) else 0.0
    worth -= 0.3 if NAMING.search(text) else 0.0
    worth -= 0.1 if BORDERS.search(text) else 0.0
    worth -= 0.15 if text.startswith(("There is also ", "There are also ")) else 0.0
    worth -= 0.07 if WEAK.search(text) else 0.0
    names = [token for token in clause.rest if token.tag in {"NNP", "NNPS"}]
    worth -= 0.05 if len(names) > 3 else 0.0
    worth -= 0.1 * min(rare, 3)
    worth -= 0.1 if len(text_of(clause.tokens, text).split()) < 6 else 0.0
    return round(max(0.05, min(0.95, worth)), 3)
