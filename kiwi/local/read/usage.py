"""How often English words are used."""

import functools
import importlib.util
import re
from collections.abc import Mapping
from pathlib import Path

from kiwi.errors import SetupIncomplete

COUNTS_PACKAGE, COUNTS = "symspellpy", "frequency_dictionary_en_82_765.txt"
"""A list of English words, each with how often it stands in printed books; the package's code is not used."""
RARE = 250_000
"""A word that is counted less often is known to specialists: ``volcanism``, ``crepuscular``."""

ENDING, DOUBLED = re.compile(r"(?:s|es|d|ed|ly)$"), re.compile(r"([a-z])\1(?:ed|ing)$")
"""What is left without them is the word that people know: ``tissues``, ``propelled``."""


@functools.cache
def counts() -> Mapping[str, int]:
    """How often each word is used, in lower case; SetupIncomplete when the list is missing."""
    found = importlib.util.find_spec(COUNTS_PACKAGE)
    path = Path(found.origin).parent / COUNTS if found and found.origin else None
    if path is None or not path.is_file():
        raise SetupIncomplete(f"The list of words in the package {COUNTS_PACKAGE} is missing: run `make setup` again.")
    pairs = (line.split(" ") for line in path.read_text(encoding="utf-8-sig").splitlines())
    return {word: int(count) for word, count in pairs}


def rare_words(text: str, subject: str = "") -> int:
    """How many words of a text most people do not know; names, and what it is about, are none of them."""
    words = re.findall(r"(?<![\w'’.])[a-z]{5,}(?![\w'’])", text)
    forms = [{word, ENDING.sub("", word), DOUBLED.sub(r"\1", word)} for word in words if ENDING.sub("", word) not in subject.lower()]
    return sum(max(counts().get(form, 0) for form in one) < RARE for one in forms)
