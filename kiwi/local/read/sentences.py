"""Sentences: text cleaned of markup, split, and written as a sentence is."""

import re
import unicodedata
import warnings
from functools import cache, lru_cache
from itertools import pairwise
from threading import Lock

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # pysbd's source holds an invalid escape that newer Pythons warn of when they compile it
    import pysbd  # type: ignore[import-untyped]

from kiwi.local.read.grammar import bounded, capitalised

MARKUP = (
    (re.compile(r"```.*?```", re.S), " "),
    (re.compile(r"!?\[([^\]\n]{1,300})\]\([^)\n]{0,500}\)"), r"\1"),
    (re.compile(r"^\s{0,3}#{1,6}\s+", re.M), ""),
    (re.compile(r"^\s*>\s?", re.M), ""),
    (re.compile(r"(?<=\n)[^\S\n]*\d{1,2}[.)][^\S\n]+(?=\w)"), ""),
    (re.compile(r"(\*\*|__)(?=\S)([^\n]{1,300}?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]{1,300}?)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"`([^`\n]{0,300})`"), r"\1"),
    (re.compile(r"<[^<>\n]{1,80}>"), " "),
    (re.compile(r"https?://(?:www\.)?"), ""),
)
DAYS = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:january|february|april|june|july|september|october|november|december|christmas|easter)\b"
)
"""What is written with a capital, which no recogniser gives it."""
MONTHS = re.compile(
    r"(?<=\bof )(?:march|may|august)\b|(?<=\bin )(?:march|may|august)\b|(?<=\bby )(?:march|may|august)\b|(?<=\d )(?:march|august)\b|"
    r"\b(?:march|may|august)(?= (?:the )?\d{1,2}(?:st|nd|rd|th)\b)"
)
"""Months whose names are other words elsewhere."""
WITHOUT_APOSTROPHE = tuple(
    re.compile(rf"\b({first})({rest})\b")
    for first, rest in (
        ("(?:do|ca|is|are|does|did|would|could|should|was|were|have|has)n", "t"),
        ("that|what|here|there|who", "s"),
        ("you|they", "re|ve|ll"),
        ("i", "m|ve"),
        ("we", "ve"),
        ("it", "s(?= (?:an?|the|our|my|your|been|not|called|just)\\b)"),
    )
)
"""Words that lost their apostrophe: “dont”, “theres”, “its a”; only in small letters, as they are dictated."""
UNSEEN = {"Cc", "Cf", "Co", "Cs", "Cn", "So", "Sk"}
"""Unicode categories that no voice says and no typeface of ours draws."""
LAST_MARK = re.compile(r"[.!?…。！？][\"”’')\]]*$")
SPACED_MARK = re.compile(r"\s+([,.;:!?])(?=\s|$)")
STEP = re.compile(r"(?:(?<=\s)|^)(\d{1,2})[.)]\s+(?=[^\W\d_])")
FEWEST_STEPS = 3
SPLITTING = Lock()
"""The splitter keeps the text it is at in itself: two threads at once get each other's sentences."""


@cache
def segmenter() -> "pysbd.Segmenter":
    """Open the sentence splitter once."""
    return pysbd.Segmenter(language="en", clean=False)


def plain_text(text: str) -> str:
    """Drop markup, emoji and control characters; line breaks and words stay."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    for pattern, replacement in MARKUP:
        text = pattern.sub(replacement, text)
    text = without_numbers(text)
    kept = [
        letter
        for letter in text
        if letter == "\n" or (unicodedata.category(letter) not in UNSEEN and not 0xFE00 <= ord(letter) <= 0xFE0F) or letter in "°®©™"
    ]
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[^\S\n]+", " ", "".join(kept).replace("\t", " "))).strip()


def without_numbers(text: str) -> str:
    """Running text whose steps are numbered, as sentences: “1. let the air out 2. pull out the tube 3. …”."""
    found = list(STEP.finditer(text))
    if len(found) < FEWEST_STEPS or [int(step[1]) for step in found] != list(range(1, len(found) + 1)):
        return text
    parts = [text[one.end() : other.start()].strip() for one, other in pairwise(found)] + [text[found[-1].end() :].strip()]
    steps = [part if LAST_MARK.search(part) else f"{part.rstrip(',;')}." for part in parts[:-1]]
    return " ".join([text[: found[0].start()].rstrip(), *map(capitalised, steps), capitalised(parts[-1])]).strip()


def finished(sentence: str) -> str:
    """Give a sentence its capital letter and its full stop."""
    text = SPACED_MARK.sub(r"\1", " ".join(sentence.split())).strip(" -–—*•")
    text = capitalised(text)
    text = re.sub(r"\bi(?=['’ ]|$)(?!\.)", "I", text)
    text = DAYS.sub(lambda day: day[0].capitalize(), text)
    text = re.sub(r"(?:[,;:–—-]+|,?\s+(?:and|or|but|so))+$", "", text).strip()
    return text if not text or LAST_MARK.search(text) else text + "."


def spelt(text: str) -> str:
    """English words with the apostrophes and capitals that dictation loses: ``dont`` → ``don't``, ``of may`` → ``of May``."""
    for joined in WITHOUT_APOSTROPHE:
        text = joined.sub(r"\1'\2", text)
    return MONTHS.sub(lambda month: month[0].capitalize(), text)


@lru_cache(maxsize=4096)
def split_sentences(text: str) -> tuple[str, ...]:
    """Split a text into its sentences; a line break ends one."""
    found: list[str] = []
    for line in bounded(text).split("\n"):
        if re.search(r"[。！？]", line):
            found += re.split(r"(?<=[。！？])\s*", line)
            continue
        with SPLITTING:
            found += [str(part) for part in segmenter().segment(line)]
    return tuple(sentence.strip() for sentence in found if re.search(r"\w", sentence))
