"""Whether a sentence can be said by a narrator to people who have not read what stood before it."""

import re

from kiwi.local.knowledge.clauses import FINITE, main_verb, opens_and_never_ends, parsed
from kiwi.local.knowledge.spoken import sayable_signs
from kiwi.local.read.grammar import NOUN_TAGS, Tagged, word_set

POINTING_BACK = re.compile(
    r"\b(?:here|thereafter|this|these|that (?:same )?(?:year|time|day|period|century|decade|era|age)|since then|by then|until then|at that|"
    r"there(?! (?:is|are|was|were|has|have|may|can|exist))|the (?:latter|former)(?!\s[A-Z])|the (?:same|above|following|"
    r"other two)|"
    r"such(?! as)|respectively|aforementioned|thereof|thereby|therein|latter|vice versa|in turn|mentioned|the article|see also|etc|i\.e|"
    r"e\.g|also refer|refers? to|referring to|"
    r"(?:the|this) (?:terms?|words?|names?)|the two concepts|disambiguation|likewise|so-called|in other words|that is,|as follows|"
    r"for example|"
    r"for instance|commonly known as|known colloquially|is denoted|abbreviat\w+|stylized|pronounced|ISO|pp\.)(?!\w)",
    re.I,
)
UNFIT_START = re.compile(
    r"(?:It|They|He|She|Its|Their|His|Her|We|I|You|This|That|These|Those|Such|Another|Others?|Both|Each|Then|Later|Here|Instead|Otherwise|"
    r"Some of|One of these|Similarly|Conversely|Alternatively|Rather|Especially|Whereas|But|And|Or|Nor|So|Yet|Which|Who|Whose|Several|"
    r"Subsequently|Afterwards?|Eventually|Meanwhile|Thereafter|Again|Either|Neither|Also|One(?! of)|"
    r"(?:Two|Three|Four) of|All|None|Elsewhere|"
    r"Other|Further|Examples?|More recently|Like other|Likewise|Than|Not|The (?:two|three|four|next|rest|other|others|reason|result|"
    r"resulting|"
    r"following|latter|former))\b(?!\s(?:largest|most|thousand|million|hundred|of the world))"
)
OF_WORDS = re.compile(
    r"\b(?:(?:the|this) article|see also|etc|i\.e|e\.g|refers? to|referring to|(?:the|this) (?:terms?|words?|names?)|disambiguation|"
    r"so-called|is denoted|abbreviat\w+|stylized|pronounced|ISO|pp\.)(?!\w)",
    re.I,
)
"""What speaks of words instead of things."""
LETTER = re.compile(r"(?<![Vv]itamin )(?<![Hh]epatitis )(?<![Tt]ype )(?<![\w'’.-])[B-HJ-Z](?![\w.'’-])")
"""A single letter stands for something that was explained elsewhere."""
DANGLING = word_set("IN DT CC TO MD PRP$ WDT WP WRB POS WP$ EX")
THIRD = {
    word: kind
    for kind, words in {
        "thing": "it its itself",
        "man": "he his him himself",
        "woman": "she her herself",
        "many": "they their them themselves those",
    }.items()
    for word in words.split()
}
"""Pronouns, and what they can mean."""
BROKEN = re.compile(
    r"[;?!]|\s[\"“]\s|\s-|\b(?:and|or|but),\s(?![^,.;]{3,40},)|\b(?:as|of),\s|\s–|[,:]\.|"
    r"(?<!\b(?:at|by) \d)(?<!\b(?:at|by) \d\d):\d|(?<!\d)\d:\d(?!\d)|"
    r"(?<!Inc)(?<!Ltd)(?<!U\.S)(?<!Jr)(?<!St)(?<!Dr)(?<!Mt)\.\s+[a-z]"
)
"""Marks that are left where something was lost."""


def can_be_said(text: str, longest: int, pronoun: str) -> bool:
    """Whether a sentence stands alone: short, whole, every sign sayable, every pronoun with somebody it can mean.

    ``pronoun`` is the article's subject's own, ``he`` or ``she`` for a person.
    """
    words = text.rstrip(".").split()
    if not 4 <= len(words) <= longest or not re.match(r"[A-Z0-9\"“$€£]", text) or not sayable_signs(text):
        return False
    if UNFIT_START.match(text) or any(unfit.search(text) for unfit in (LETTER, POINTING_BACK, BROKEN)):
        return False
    if text.count('"') % 2 or text.count("“") != text.count("”"):
        return False
    clause = parsed(text)
    return clause is not None and is_whole(clause.tokens) and has_antecedents(clause.tokens, pronoun)


def can_follow(text: str, longest: int) -> bool:
    """Whether a whole sentence can be said right behind the one that it stands behind in its article, which tells what it points at."""
    words = text.rstrip(".").split()
    if not 4 <= len(words) <= longest or not sayable_signs(text) or text.count('"') % 2 or text.count("“") != text.count("”"):
        return False
    return not any(unfit.search(text) for unfit in (LETTER, OF_WORDS, BROKEN)) and parsed(text) is not None


def is_whole(tokens: tuple[Tagged, ...]) -> bool:
    """Whether a sentence has a subject and a verb, and no end that waits for more."""
    verb = main_verb(tokens)
    if tokens[-1].tag in {"JJR", "RBR"} and not any(token.text == "than" for token in tokens):
        return False
    if not verb or verb > 14 or (tokens[-1].tag in DANGLING and tokens[-1].text != "another") or opens_and_never_ends(tokens):
        return False
    subject = tokens[:verb]
    if not any(token.tag in NOUN_TAGS | {"EX", "PRP", "CD", "VBG", "JJ", "JJS"} for token in subject):
        return False
    finite = [token for token in tokens if token.tag in FINITE]
    joints = sum(token.tag in {"CC", "WDT", "WP", "WRB", "WP$"} or token.text.lower() in JOINING for token in tokens)
    return len(finite) <= 2 + joints


JOINING = word_set("that because as if while whereas since although though when where before after than : until")


def is_object(tokens: tuple[Tagged, ...], place: int) -> bool:
    """Whether a pronoun stands behind the main verb itself: “used it”."""
    return not any(token.tag in FINITE | {"VBG"} for token in tokens[(main_verb(tokens) or 0) + 1 : place])


def begins_unnamed(tokens: tuple[Tagged, ...]) -> bool:
    """Whether the subject is a pronoun and no clause before it names whom it means: “In 1960, it was …”."""
    place = (main_verb(tokens) or 0) - 1
    while place > 0 and tokens[place].tag == "RB":
        place -= 1
    return tokens[place].text.lower() in {"it", "they", "he", "she"} and not any(token.tag in FINITE for token in tokens[:place])


def has_antecedents(tokens: tuple[Tagged, ...], pronoun: str) -> bool:
    """Whether each pronoun has something before it that it can mean."""
    if begins_unnamed(tokens):
        return False
    for place, token in enumerate(tokens):
        kind = THIRD.get(token.text.lower())
        if kind is None:
            continue
        before = tokens[:place]
        nouns = [word for word in before if word.tag in NOUN_TAGS]
        verb = main_verb(tokens) or 0
        if not nouns or (token.text.lower() == "it" and verb == place + 1):
            return False
        if (
            token.tag == "PRP"
            and place > verb
            and kind != "many"
            and not any(word.tag in NOUN_TAGS for word in tokens[verb:place])
            and is_object(tokens, place)
        ):
            return False
        named = any(word.tag in {"NNP", "NNPS"} for word in before)
        if kind in {"man", "woman"} and not named and pronoun != ("he" if kind == "man" else "she"):
            return False
        if kind == "many" and not any(word.tag in {"NNS", "NNPS"} for word in nouns) and not any(word.text == "and" for word in before):
            return False
    return True
