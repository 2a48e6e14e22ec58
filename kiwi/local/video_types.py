"""What a film is for: read from the order's words, the topic's, and the client's own sentences."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kiwi.film import VideoType
from kiwi.local.grammar import is_gerund, tagged
from kiwi.local.vocabulary import TYPE_WORDS

TRADE = (
    r"(?:shop|store|bakery|business|company|app|product|studio|service|restaurant|caf[eé]|salon|gym|farm|podcast|channel|book|course|class|"
    r"website|blog|brand|start-?up|clinic|practice|bar|hotel|agency|album|band|sale|market|event|workshop)"
)
"""What people have to offer; anything else of theirs makes a story."""
VIRTUES = (
    r"(?:love|courage|hope|gratitude|kindness|patience|forgiveness|friendship|joy|peace|faith|happiness|resilience|"
    r"confidence|self-love|compassion|"
    r"letting go|perseverance|trust|dreams|beauty|freedom|change|silence|solitude|time)"
)
"""Topics that call for a few good words rather than an explanation."""


@dataclass(frozen=True)
class Said:
    """What a brief holds besides its orders and its topic."""

    sentences: tuple[str, ...]
    audience: str = ""
    name: str = ""
    action: str = ""


def type_of(orders: Sequence[str], topic: str, said: Said) -> VideoType:
    """Decide what the film is for, by the order's words first, then the topic's, then the client's sentences."""
    for text in (" ".join(orders), topic):
        for video_type, cues in TYPE_WORDS:
            if re.search(rf"\b(?:{cues})\b", text, re.I):
                told = video_type is VideoType.TUTORIAL and re.match(r"(?:what|why|how (?!to\b))", topic) is not None
                return VideoType.EXPLAINER if told else video_type
    return type_of_content(topic, said)


OWN_WORDS: tuple[tuple[VideoType, str], ...] = (
    (VideoType.STORY, r"^(?:thank you|thanks|welcome back|welcome home)\b"),
    (
        VideoType.NEWS,
        r"^(?!.*\b(?:we|our|I|my)\b).*\b(?:announced?|today|yesterday|reopens?|this week|effective|officials?|council|"
        r"starting (?:on )?(?:monday|tuesday|wednesday|thursday|friday|january|june))\b",
    ),
    (VideoType.TUTORIAL, r"\bfirst\b.*\bthen\b|\bin this (?:lesson|tutorial|course)\b|\bwe(?:'ll| will) learn\b"),
    (VideoType.STORY, r"\b(?:once upon|i remember|when i was|years ago|grew up|one day|my (?:grand\w+|mother|father))\b"),
    (VideoType.PROMOTIONAL, r"\b(?:we|our|us)\b"),
)
"""Cues in the client's own sentences, the most telling first."""


def type_of_content(topic: str, said: Said) -> VideoType:
    """Guess from the topic and the client's own sentences what they are for."""
    text = " ".join(said.sentences)
    imperatives = sum(tagged(sentence)[0].tag == "VB" for sentence in said.sentences)
    quoted = re.search(r"[\"“][^\"”]{15,}[\"”]", text) is not None and len(said.sentences) <= 3
    if quoted or re.fullmatch(VIRTUES, topic, re.I):
        return VideoType.QUOTE
    found = next((video_type for video_type, cues in OWN_WORDS if re.search(cues, text, re.I | re.S)), None)
    if is_gerund(topic) or (imperatives >= 3 and found is not VideoType.NEWS):
        return VideoType.TUTORIAL
    if re.search(r"\b(?:class|students?|pupils?|graders?)\b", said.audience, re.I) and not said.action and not found:
        return VideoType.EXPLAINER
    if found in {None, VideoType.PROMOTIONAL} and not said.action and is_narrative(said.sentences):
        return VideoType.STORY
    mine = re.match(r"my\b", topic, re.I) is not None and re.search(rf"\b{TRADE}\b", topic, re.I) is None
    if mine:
        return VideoType.STORY
    asks = re.match(r"(?:how (?!to\b)|why |when |where |what |who )", topic) is not None
    sells = (said.name and not asks) or (said.action and text) or re.match(r"(?:my|our) ", topic, re.I)
    return found or (VideoType.PROMOTIONAL if sells else VideoType.EXPLAINER)


def is_narrative(sentences: Sequence[str]) -> bool:
    """Whether sentences tell what happened: three at least, most of them in the past, none with an offer."""
    if len(sentences) < 3 or re.search(r"[%$€£]|\b(?:free|hiring|order|book (?:a|your)|sale)\b", " ".join(sentences), re.I):
        return False
    finite = [next((token for token in tagged(sentence) if token.tag in {"VBD", "VBZ", "VBP", "MD"}), None) for sentence in sentences]
    past = sum(verb is not None and (verb.tag == "VBD" or verb.text.lower() in {"might", "could", "would"}) for verb in finite)
    return past >= 0.6 * len(sentences)
