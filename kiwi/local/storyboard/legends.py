"""Legends: the few words that stand on a card for a sentence, and whether they say what the sentence says."""

import re

from kiwi.film.captions import CONJUNCTIONS
from kiwi.local.storyboard.cues import STOP_WORDS, tokens

LONGEST_SIDE = 34
"""Characters of a side's name that can be large."""
LONGEST_LEGEND = 60
"""Characters of a number's legend: two lines."""
DOING = r"(?:(?:we|you|they|i|he|she|people) (?:now |always |only )?\w+|use|try|choose|take|buy|pick)"
TURNS = (
    re.compile(rf"instead of ([^,;:.!?]+?),? {DOING} ([^,;:.!?]+)[.!]?", re.IGNORECASE),
    re.compile(rf"{DOING} ([^,;:.!?]+?),? (?:instead of|rather than) ([^,;:.!?]+)[.!]?", re.IGNORECASE),
    re.compile(r"not ([^,;:.!?]+?),? but ([^,;:.!?]+)[.!]?", re.IGNORECASE),
    re.compile(r"no more ([^,;:.!?]+?)[,;:]? (?:just|only) ([^,;:.!?]+)[.!]?", re.IGNORECASE),
)
"""How a sentence sets one thing against another."""
NEGATIONS = frozenset(
    {"no", "not", "never", "nothing", "nobody", "none", "neither", "nor", "without", "instead", "rather", "hardly", "cannot"}
)
CLAUSE_ENDS = re.compile(r"[,;:.!?…—–]")
RELATIVES = CONJUNCTIONS - {"and", "or", "nor", "but", "than", "so", "yet"}


def sides(sentence: str) -> tuple[str, str] | None:
    """What a sentence sets against each other, as spoken: *Instead of plastic cups we use porcelain* -> plastic cups, porcelain."""
    for turn in TURNS:
        found = turn.fullmatch(sentence.strip())
        if found and max(map(len, found.groups())) <= LONGEST_SIDE:
            return found[1], found[2]
    return None


def stands(title: str, voice_over: str) -> bool:
    """Whether a title can stand large and alone for what is said.

    A title in words of its own can. Words cut out of a sentence can unless the sentence denies them (*instead of plastic cups*), or
    they are torn from the word before that belongs to them (*an ill-disposed young man*).
    """
    wanted = tokens(title)
    for clause in CLAUSE_ENDS.split(voice_over):
        said = tokens(clause.replace("n't", " not").replace("n’t", " not"))
        for start in range(len(said) - len(wanted) + 1):
            if wanted and said[start : start + len(wanted)] == wanted:
                torn = start > 0 and said[start - 1] not in STOP_WORDS
                return not torn and not NEGATIONS & set(said[:start])
    return True


def whole_figure(figure: str, sentence: str) -> str:
    """A figure as it is shown, with the count before it if it is what that is counted out of: *9 out of 10* -> 9/10."""
    counted = re.search(rf"\b(\d+) (?:out of|in|of) {re.escape(figure)}(?!\w)", sentence) if figure.isdigit() else None
    return f"{counted[1]}/{figure}" if counted else figure


def number_legend(figure: str, sentence: str) -> str:
    """What a number counts, in the sentence's own words after it: *40% of our guests come back* -> of our guests come back.

    Empty when nothing follows, or more than two lines hold.
    """
    wanted, words = tokens(figure), sentence.split()
    for start in range(len(words)):
        for end in range(start + 1, min(start + len(wanted) + 2, len(words)) + 1):
            if wanted and tokens(" ".join(words[start:end])) == wanted:
                return _until_clause_ends(words[end - 1 :])
    return ""


def _until_clause_ends(words: list[str]) -> str:
    """The clause after its first word; nothing if that word ends it, or the rest is no phrase."""
    if not words or CLAUSE_ENDS.search(words[0][-1:]):
        return ""
    kept: list[str] = []
    for word in words[1:]:
        if not kept and word.lower() in CONJUNCTIONS:
            return ""
        if kept and word.lower() in RELATIVES:
            break
        kept.append(CLAUSE_ENDS.sub("", word) if CLAUSE_ENDS.search(word[-1:]) else word)
        if CLAUSE_ENDS.search(word[-1:]):
            break
    legend = " ".join(kept)
    return legend if len(kept) >= 2 and len(legend) <= LONGEST_LEGEND else ""
