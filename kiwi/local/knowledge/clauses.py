"""Clauses: the tokens of a sentence, its main verb, and where it may end."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiwi.local.read.grammar import NOUN_TAGS, Tagged, tagged, word_set

FINITE = frozenset({"VBZ", "VBP", "VBD", "MD"})
BE = frozenset({"is", "are", "was", "were"})
RELATIVE = frozenset({"who", "which", "whose", "whom", "where", "when", "that", "what"})
SUBORDINATING = word_set("because if unless although though while whereas since until whether when after before once than")
BINDING = word_set(
    "not n't no never only few little rarely seldom hardly neither nor without except unless if either whether cannot none depending "
    "although though unlike instead than excluding but yet both failed refused denied lacks lacked prevent prevents prevented avoid "
    "avoids prohibits"
)
"""Words whose reach a cut could change."""
HARMLESS = {("few", "a"), ("little", "a"), ("than", "more"), ("than", "less"), ("than", "fewer"), ("than", "greater"), ("than", "rather")}
"""Words of these with what stands before them."""
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
    if verb is None:
        tokens = with_a_verb(tokens)
        verb = main_verb(tokens)
    return None if verb is None else Clause(tokens, verb)


LIKE_NOUNS = word_set("date sank rose fell began won fought drew flew swam wrote spoke sang ran came gave took broke")
"""Verbs that the tagger takes for nouns: “RMS Titanic sank in …”, “The first walls date to …”."""


def with_a_verb(tokens: Tokens) -> Tokens:
    """Tokens among which the tagger found no verb, with the noun that must be one: “The Moon orbits around Earth”, “walls date to”."""
    for place in range(1, min(8, len(tokens) - 1)):
        token, before, after = tokens[place], tokens[place - 1], tokens[place + 1]
        if (
            ((token.tag, before.tag) in {("NNS", "NN"), ("NNS", "NNP")} or (token.tag == "NN" and token.text in LIKE_NOUNS))
            and after.tag in {"DT", "IN", "TO", "PRP$", "CD", "RB", "JJS"}
            and after.text != "of"
        ):
            tag = "VBD" if token.tag == "NN" and token.text != "date" else "VBZ"
            return (*tokens[:place], Tagged(token.text, tag, token.start), *tokens[place + 1 :])
    return tokens


def main_verb(tokens: Tokens) -> int | None:
    """Where the first finite verb stands that is no relative or subordinate clause's; never at the beginning."""
    pending, start = 0, behind_subordinate(tokens)
    for place, token in enumerate(tokens[start:], start):
        low = token.text.lower()
        if place and (token.tag in {"WDT", "WP", "WP$", "WRB"} or (low == "that" and tokens[place - 1].tag in NOUN_TAGS)):
            pending += 1
        elif token.tag in FINITE and not (token.tag == "VBD" and tokens[place + 1 : place + 2] and tokens[place + 1].text == "by"):
            if pending == 0 and place:
                return place
            pending = max(0, pending - 1)
    return None


def behind_subordinate(tokens: Tokens) -> int:
    """Where the main clause begins behind “When …,”: after the first comma that follows a verb; the end when there is none."""
    if not tokens or tokens[0].text.lower() not in SUBORDINATING | {"as"}:
        return 0
    verb = next((place for place, token in enumerate(tokens) if token.tag in FINITE), len(tokens))
    comma = next((place for place, token in enumerate(tokens) if token.text == ","), len(tokens))
    if verb > comma:
        return 0
    return next((place for place, token in enumerate(tokens) if token.text == "," and place > verb), len(tokens))


def is_bound(tokens: Sequence[Tagged]) -> bool:
    """Whether some word reaches over the sentence, so that it has to stay whole."""
    return any(
        token.text.lower() in BINDING and not (place and (token.text, tokens[place - 1].text.lower()) in HARMLESS)
        for place, token in enumerate(tokens)
    )


def opens_subordinate(tokens: Sequence[Tagged]) -> bool:
    """Whether a clause has begun in these tokens that need not have ended."""
    for place, token in enumerate(tokens):
        if token.tag in {"WDT", "WP", "WP$", "WRB"} or is_that(token):
            return True
        if token.text.lower() in SUBORDINATING and any(word.tag in FINITE for word in tokens[place + 1 :]):
            return True
    return False


def is_that(token: Tagged) -> bool:
    """Whether ``that`` begins a clause."""
    return token.text.lower() == "that" and token.tag in {"IN", "WDT"}


def opens_and_never_ends(tokens: Tokens) -> bool:
    """Whether a relative clause begins that has no verb: “processes by which organisms”."""
    last = next((place for place in range(len(tokens) - 1, -1, -1) if tokens[place].tag in {"WDT", "WP", "WRB", "WP$"}), None)
    named = NOUN_TAGS | {"DT", "JJ", "CD", "HYPH", "VBN", "VBG", "CC", ",", "PRP$", "POS"}
    if last is None:
        return False
    after = tokens[last + 1 :]
    lacking = tokens[last].tag == "WDT" and not any(token.tag in FINITE or token.tag == "NNS" for token in after)
    return lacking or all(token.tag in named for token in after)


def adjectives_alone(tokens: Tokens, verb: int | None) -> bool:
    """Whether the last of several adjectives waits for its noun: “consists of standardized and repeated”."""
    if verb is None or len(tokens) < 3 or tokens[verb].text in BE or tokens[-1].tag not in {"JJ", "VBN"}:
        return False
    return tokens[-2].text.lower() in {"and", "or", ","} and tokens[-3].tag in {"JJ", "VBN"}


WAITING = frozenset({"IN", "DT", "CC", "TO", "MD", "PRP$", "WDT", "WP", "WRB", ",", ":", "POS", "JJS", "RBS", "RBR", "EX", "WP$"})
"""Tags of words that wait for another."""


def is_complete(tokens: Tokens) -> bool:
    """Whether a clause may end here: no list is left open and no word waits for another."""
    verb = main_verb(tokens)
    if verb is None or tokens[-1].tag in WAITING or opens_and_never_ends(tokens) or adjectives_alone(tokens, verb):
        return False
    if verb == len(tokens) - 1 and tokens[-1].text.lower() in BE | {"has", "have", "had", "became", "include", "includes"}:
        return False
    commas = [place for place, token in enumerate(tokens) if token.text == "," and place > verb]
    return not commas or is_closed(tokens, commas)


def is_closed(tokens: Tokens, commas: Sequence[int]) -> bool:
    """Whether what the last of some commas sets off may end a sentence: the last item of a list, a year, an addition."""
    tail, before = tokens[commas[-1] + 1 :], tokens[commas[-1] - 1]
    if tail[0].tag == "IN" and len(tail) == 2 and tail[1].tag == "NNS":
        return False
    described = before.tag in {"JJ", "VBN"} and tail[0].tag in {"JJ", "VBN", "CD", "NN", "RB"} and len(tail) > 1
    named = all(token.tag in {"NNP", "NNPS", "CD", ","} for token in tokens[commas[0] - 1 :])
    apposed = len(commas) == 1 and before.tag == "NN" and all(token.tag == "NNP" for token in tail)
    joined = any(token.text.lower() in {"and", "or", "&"} for token in tokens[commas[-1] - 1 :])
    year = len(tail) == 1 and tail[0].tag == "CD"
    adding = tail[0].tag in {"WDT", "WP", "WRB", "VBG", "IN", "VBN", "DT", "WP$"} and len(commas) == 1
    return described or named or apposed or joined or year or adding
