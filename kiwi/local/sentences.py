"""Sentences from what people type and say: cleaned of markup, hesitations and slips, and split."""

import re
import unicodedata
import warnings
from functools import cache, lru_cache
from threading import Lock

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # pysbd's source holds an invalid escape that newer Pythons warn of when they compile it
    import pysbd  # type: ignore[import-untyped]

from kiwi.local.grammar import capitalised, tagged

MARKDOWN = (
    (re.compile(r"```.*?```", re.S), " "),
    (re.compile(r"!\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"\[([^\]]+)\]\((?:https?://)?([^)\s]*)\)"), r"\1"),
    (re.compile(r"^\s{0,3}#{1,6}\s*(.*?)\s*#*\s*$", re.M), r"\1"),
    (re.compile(r"^\s*>\s?", re.M), ""),
    (re.compile(r"^\s*(?:[-*_]\s*){3,}$", re.M), ""),
    (re.compile(r"^[ \t]*(?:[-*+•–]|\d{1,2}[.)])\s+", re.M), ""),
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<!\w)_(?=\S)([^_\n]+?)(?<=\S)_(?!\w)"), r"\1"),
    (re.compile(r"`([^`\n]*)`"), r"\1"),
    (re.compile(r"<[^<>\n]{1,80}>"), " "),
    (re.compile(r"https?://(?:www\.)?"), ""),
)
HESITATIONS = re.compile(
    r"(?:,\s*)?\b(?:u+h*m+|u+h+|er+m*|hmm+|mhm|ahem)\b(?!['’])[,.…]*|(?:,\s*)?\byou know\b,(?=\s)|"
    r"\byou know\s+(?=like\b|nothing\b|just\b|um\b|the\b|we\b|it\b|mention\b|tell\b)"
    r"|(?:,\s*|\s)\bI mean\b,?(?=\s)|\b(?:so\s+)?basically\b,?|,\s*like,|\b(?:(?<=want )|(?<=need ))like (?=a\b)|"
    r"\b(?<=is )like (?=a\b)|\b(?:sort|kind) of (?=like\b)"
    r"|,\s*(?:right|okay|ok)\s*(?=[.?!,])",
    re.I,
)
DISFLUENT = re.compile(r"\b(?:u+h*m+|u+h+|erm*|hmm+|you know|basically|i mean)\b", re.I)
REPEATED = re.compile(r"\b((?!that\b|had\b|very\b|so\b|bye\b|knock\b|ha\b|no\b)[\w']+(?: [\w']+){0,3})(?:[,.…]*\s+\1\b)+", re.I)
RUN_ON = re.compile(
    r"(?:,|\s+and|,\s*and|\s+so|,\s*so|\s+also|\s+but)?\s+(?=(?:(?:it|she|he|that)(?:'s| is) called|we(?:'re| are|"
    r" have| got| also| do| sell| make| offer)|"
    r"(?:they|it|i|there)(?:'s|'re|'m| is| are| has| have| also)|our \w+ (?:is|are|has|have))\b)",
    re.I,
)
RAISED = re.compile(r"(?<![a-z])[²³]|[^\x00-\x7f²³]")
LONG_NUMBER = re.compile(r"\d{16,}")
"""No language has a word for it."""
ABBREVIATED = re.compile(r"\b(?:[ap]\.m|e\.g|i\.e|etc|vs|approx|no|st|dr|mr|mrs|ms|inc|co|ltd|[A-Za-z])\.$", re.I)
LAST_MARK = re.compile(r"[.!?…][\"”’')\]]*$")


SPLITTING = Lock()
"""The splitter keeps the text it is at in itself: two threads at once get each other's sentences."""


@cache
def segmenter() -> "pysbd.Segmenter":
    """Open the sentence splitter once."""
    return pysbd.Segmenter(language="en", clean=False)


def strip_markup(text: str) -> str:
    """Drop markdown, tags, emoji and control characters; keep line breaks and the words."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    for pattern, replacement in MARKDOWN:
        text = pattern.sub(replacement, text)
    text = LONG_NUMBER.sub(lambda match: " ".join(re.findall(r"\d{1,4}", match[0])), RAISED.sub(plain_digit, text))
    kept = [
        letter
        for letter in text
        if letter in "\n\t"
        or (unicodedata.category(letter) not in {"Cc", "Cf", "Co", "Cs", "Cn", "So", "Sk"} and not 0xFE00 <= ord(letter) <= 0xFE0F)
    ]
    return re.sub(r"[^\S\n]+", " ", "".join(kept)).strip()


def plain_digit(match: re.Match[str]) -> str:
    """Write ``①`` or ``⁴`` as the digit it is, which the narrator can read; all else stays."""
    digit = match[0]
    return digit if digit.isdecimal() or not digit.isdigit() else f"{unicodedata.digit(digit)}"


def is_disfluent(text: str) -> bool:
    """Whether somebody talked freely: hesitations give it away."""
    return len(DISFLUENT.findall(text)) >= 1


def drop_hesitations(text: str) -> str:
    """Remove hesitations and words said twice."""
    text = HESITATIONS.sub(" ", text)
    text = REPEATED.sub(r"\1", text)
    text = re.sub(r"\s+([,.;:!?])", r"\1", text)
    text = re.sub(r"([,;:])(?:\s*[,;:])+", r"\1", text)
    return re.sub(r"[^\S\n]+", " ", text).strip(" ,")


def finished(sentence: str) -> str:
    """Give a sentence its capital letter and its full stop."""
    text = capitalised(sentence.strip().strip("-–—*•").strip())
    text = re.sub(r"\bi(?=\b(?!\.))(?='|’| )", "I", text) if text else text
    text = re.sub(r"[,;:–—-]+$", "", text).strip()
    if not text or LAST_MARK.search(text) or text[-1] in "。！？":
        return text
    return text + "."


@lru_cache(maxsize=4096)
def sentences_in(line: str) -> tuple[str, ...]:
    """Split one line."""
    if re.search(r"[。！？]", line):
        return tuple(piece for piece in re.split(r"(?<=[。！？])\s*", line) if piece)
    found: list[str] = []
    typed_low = not re.search(r"[.!?]\s+[A-Z]", line)
    pieces = re.split(r"(?<=[a-z\d]{3}[.!?])\s+(?=[a-z])", line) if typed_low else [line]
    with SPLITTING:
        parts = [part for whole in pieces for part in segmenter().segment(whole)]
    for piece in parts:
        titled = re.search(r"\b(?:Mr|Mrs|Ms|Dr|St|Prof)\.", piece)
        found.extend([piece] if titled else re.split(r"(?<=[.!?])\s+(?=[A-Z\"“])", piece.strip()))
    return tuple(found)


def split_sentences(text: str) -> list[str]:
    """Split into sentences; a line break always ends one when the line above looks finished or stands alone."""
    pieces = [sentence.strip() for line in rejoin_lines(text) for sentence in sentences_in(line)]
    return join_broken([piece for piece in pieces if re.search(r"\w", piece)])


def join_broken(sentences: list[str]) -> list[str]:
    """Join what was split after an abbreviation: ``at 7 a.m.`` + ``and …``, ``A.I.`` + ``technology``."""
    joined: list[str] = []
    for sentence in sentences:
        if joined and (
            (sentence[:1].islower() and (ABBREVIATED.search(joined[-1]) or not LAST_MARK.search(joined[-1])))
            or re.match(r"[—–-]\s*[A-Z][\w.]+(?: [\w.]+){0,3}$", sentence)
            or (re.search(r"\b(?:[A-Z]\.)+$", joined[-1]) and len(joined[-1]) < 4)
        ):
            joined[-1] = f"{joined[-1]} {sentence}"
        else:
            joined.append(sentence)
    return joined


def rejoin_lines(text: str) -> list[str]:
    """Undo hard wrapping: a line that goes on in lower case belongs to the one above."""
    lines: list[str] = []
    previous_empty = True
    for raw in text.split("\n"):
        line = raw.strip()
        goes_on = bool(lines) and not previous_empty and line[:1].islower() and not LAST_MARK.search(lines[-1]) and len(lines[-1]) > 40
        if line and goes_on:
            lines[-1] = f"{lines[-1]} {line}"
        elif line:
            lines.append(line)
        previous_empty = not line
    return lines


def split_run_on(sentence: str, words: int = 18) -> list[str]:
    """Split a long sentence without punctuation where a new clause plainly starts."""
    if len(sentence.split()) < words or len(re.findall(r"[.;:!?]", sentence[:-1])) > 1:
        return [sentence]
    return [piece.strip() for piece in RUN_ON.split(sentence) if re.search(r"\w", piece)]


def has_verb(text: str) -> bool:
    """Whether an English text has a finite verb, so it can stand as a sentence."""
    return any(token.tag in {"VBD", "VBP", "VBZ", "MD"} for token in tagged(text))


DATES = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|april|june|july|august|september|october|november|december)\b"
)


def calmed(text: str) -> str:
    """Lower a text typed in capitals; write ``A.I.`` as ``AI``, whose full stops end no sentence."""
    text = re.sub(r"\b([A-Z])\.\s?([A-Z])\.(?:\s?([A-Z])\.)?(?=\s+[a-z]|[,;:?!]|\s*$)", lambda match: "".join(match.groups("")), text)
    text = re.sub(r"\b([A-Z])\.([A-Z])\.(?=\s+[A-Z])", r"\1\2.", text)
    text = re.sub(r"\b4 (?=(?:insta(?:gram)?|ig|tik ?tok|fb|facebook|youtube|my|our|the|a)\b)", "for ", text, flags=re.I)
    text = DATES.sub(lambda match: match[0].capitalize(), text)
    letters = [letter for letter in text if letter.isalpha()]
    if len(letters) > 15 and sum(letter.isupper() for letter in letters) > 0.8 * len(letters):
        return text.lower()
    return text
