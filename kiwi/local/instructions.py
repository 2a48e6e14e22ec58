"""What a sentence of a brief asks for: a film, a point to mention, a call to action, a style; or is it to be spoken?"""

import re
from dataclasses import dataclass
from enum import StrEnum

from kiwi.local.numbers import NUMBER
from kiwi.local.sentences import has_verb
from kiwi.local.vocabulary import MOOD_OF
from kiwi.local.wishes import CUT
from kiwi.local.wording import (
    ACTION,
    ENDING,
    ENDING_PLAIN,
    ENDING_SAID,
    HEADED,
    MAYBE_MENTION,
    MEANT,
    NAMED,
    ORDER_FILM,
    ORDER_VERB,
    REST_OF_ORDER,
    SAY,
    STYLE_GLUE,
    SURE_MENTION,
    THEM,
)


class Part(StrEnum):
    """What a sentence of a brief does."""

    ORDER = "order"
    MENTION = "mention"
    SAY = "say"
    ACTION = "action"
    NAME = "name"
    STYLE = "style"
    CONTENT = "content"


@dataclass(frozen=True)
class Asked:
    """A sentence's part and what it carries: topic, points, words to say, call to action or name."""

    part: Part
    rest: str
    bare_film: bool = False
    """An ORDER for a film by that word, not ``explain …``."""
    modifiers: str = ""
    verb: str = ""


COOKED = re.compile(r"(?:the (?:pot|pan|dough|bowl|flour|water|milk|sugar|salt|eggs|lid)|it|them)\b", re.I)
"""What follows ``cover`` or ``include`` in a recipe, where they are no instructions to us."""
PLAIN_MODIFIERS = re.compile(
    rf"(?:{CUT}|an?|the|one|short|quick|promo|promotional|breaking|news|explainer|quote|brand|product|company|social|media|new|my|our|\s|,)*",
    re.I,
)
"""Words before ``video`` that make an order even of a mere heading."""


def is_style(cut_text: str) -> bool:
    """Whether nothing is left of a sentence, its wishes cut out, but words about the film's manner."""
    words = [word for word in re.findall(r"[\w'’-]+", cut_text.replace("’", "'").lower()) if not word.isdigit()]
    named_manner = CUT in cut_text or any(word in MOOD_OF for word in words)
    about_film = re.search(
        r"\b(?:tone|style|music|voice|video|film|captions?|subtitles?|jargon|background|soundtrack|format|length|mood|"
        r"vibe|thank|thanks|narrator|voice-?over|animations?|graphics)\b",
        cut_text,
        re.I,
    )
    return (named_manner or about_film is not None) and all(word in STYLE_GLUE or word in MOOD_OF for word in words)


def ask_of(sentence: str, cut_text: str, ordered: bool) -> Asked:
    """Decide what a sentence asks for; ``cut_text`` is it without wishes, ``ordered`` whether a film was ordered before."""
    action = action_of(sentence, ordered)
    if action is not None:
        return action
    if is_style(cut_text):
        return Asked(Part.STYLE, "")
    return order_of(cut_text, ordered) or mention_of(sentence, ordered) or name_of(sentence) or Asked(Part.CONTENT, sentence)


def action_of(sentence: str, ordered: bool) -> Asked | None:
    """Recognise what viewers shall be asked to do; ``end with …`` counts only after an order."""
    for pattern in (ACTION, ENDING, ENDING_PLAIN, ENDING_SAID):
        match = pattern.match(sentence)
        if match and (ordered or pattern not in {ENDING_PLAIN, ENDING_SAID}):
            toward = match.groupdict().get("that") or ""
            rest = f"go {toward} {match['rest']}" if re.match(r"over to|toward", toward, re.I) else match["rest"]
            return Asked(Part.ACTION, rest)
    return None


def mention_of(sentence: str, ordered: bool) -> Asked | None:
    """Recognise words to say and points to mention; without an order only the plainest wording counts."""
    match = SAY.match(sentence)
    if match and (ordered or re.match(r"(?:please |also |and )*(?:mention|say|tell|let) ", sentence, re.I)):
        return Asked(Part.SAY, match["rest"])
    match = SURE_MENTION.match(sentence)
    if match and (ordered or re.match(r"(?:\w+ )?mention", sentence, re.I)):
        return Asked(Part.MENTION, match["rest"])
    match = MAYBE_MENTION.match(sentence)
    if match and ordered and not COOKED.match(match["rest"]):
        return Asked(Part.MENTION, match["rest"])
    return None


def name_of(sentence: str) -> Asked | None:
    """Recognise ``it's called …``; what follows the name is in ``modifiers``."""
    match = NAMED.match(sentence)
    return Asked(Part.NAME, match["rest"].strip(), modifiers=match["after"].strip(" ,.;")) if match else None


def order_of(cut_text: str, ordered: bool) -> Asked | None:
    """Recognise an order for a film: by a word for film, or (first of all) by a verb of telling."""
    cut_text = re.sub(rf"{CUT}\s+(?:thing|one|something)\b", f"{CUT} video", cut_text)
    match = ORDER_FILM.match(cut_text)
    if match:
        asks = bool(match["make"]) or bool(match["polite"].strip())
        modifiers = match["modifiers"]
        plain = PLAIN_MODIFIERS.fullmatch(modifiers) is not None
        heading = (
            not ordered
            and (len(modifiers.split()) == 1 or not has_verb(modifiers))
            and re.match(rf"\s*(?:{CUT}|about\b|for\b)", match["rest"]) is not None
        )
        loose = plain or (
            re.match(rf"^(?:$|an?\b|{CUT}|one\b|promotional|short|quick)", modifiers.strip(), re.I)
            and not re.match(r"^an? (?:good|great|true|real) ", modifiers, re.I)
        )
        told = re.match(r"(?:story|stories|lessons?|reports?|quotes?|spot|episode)$", match["film"], re.I) and CUT not in cut_text
        told = told and not asks and not re.match(r"\s*(?:about|on)\b", match["rest"])
        wanted = asks or loose or (heading and match["film"].lower() in {"video", "film", "clip", "animation", "presentation"})
        if REST_OF_ORDER.match(match["rest"]) and wanted and not told and not (ordered and not asks and CUT not in modifiers):
            return Asked(Part.ORDER, match["rest"], bare_film=True, modifiers=modifiers, verb=match["film"].lower())
    match = ORDER_VERB.match(cut_text)
    if match and (not ordered or (match["polite"].strip() and CUT in cut_text)):
        return Asked(Part.ORDER, match["rest"], verb=match["verb"].lower())
    headed = None if ordered else HEADED.match(cut_text.strip()) or MEANT.match(cut_text)
    if headed:
        parts = headed.groupdict()
        return Asked(
            Part.ORDER, f" {parts['rest'] or ''}", bare_film=True, modifiers=parts.get("modifiers", ""), verb=parts.get("film", "")
        )
    return None


GREETED = re.compile(
    r"(?:hi|hello|hey|good (?:morning|afternoon|evening))\b[^.!?]{0,80}?[,;]\s+(?=(?:could|can|would|will) you\b|please\b|(?:i|we)(?:['’]d|"
    r" would| want| need)\b)",
    re.I,
)
"""``Hi there, this is Maria from the school library,`` before an order."""


def split_instructions(sentence: str) -> list[str]:
    """Split one breath of instructions where the next one starts: ``…, mention our menu and tell people to visit``."""
    starts = (
        r"(?:(?:please |also |maybe |don['’]t forget to |make sure (?:to|you) |be sure to )*(?:mention|talk about|"
        rf"highlight|emphasi[sz]e|tell {THEM} (?:to|that|they|how)|ask {THEM} to|invite {THEM} to|encourage {THEM} to|"
        rf"remind {THEM} (?:to|that)|get {THEM} to|urge {THEM} to|end (?:it )?(?:with|by)|finish (?:with|by)|say that|"
        r"saying|include|cover|point out)|"
        r"at the (?:very )?end,? (?:please )?(?:say|write|show|put|tell|ask)|(?:so |and |um )*(?:maybe|like|so like) "
        rf"(?:{NUMBER})[- ](?:seconds?|secs?)(?=$|[,.]| and\b)|"
        r"(?:keep|make) (?:it|the (?:video|tone|film|mood))|use (?:a |an |some )?\w+ (?:music|voice|tone)|(?:it|"
        r"the (?:video|film|tone|style|mood|length)) should|it(?:['’]s| is) (?:called|for)|(?:i|we)(?: want| need|"
        r"['’]d (?:like|love)| would like)(?: to (?:make|have|get|create))? (?:you to make )?an?\b|we(?:['’]re| are) called)\b"
    )
    greeted = GREETED.match(sentence)
    if greeted and ORDER_FILM.match(sentence[greeted.end() :]):
        sentence = sentence[greeted.end() :]
    pieces = re.split(rf"(?:\s*[,;]\s*|\s+)(?:and\s+|but\s+|then\s+|so\s+)?(?={starts})", sentence, flags=re.I)
    if ORDER_FILM.match(sentence):
        pieces = [
            part
            for piece in pieces
            for part in re.split(r",\s+(?=(?:it|there|we|he|she|they|bring|come|call|join|book|visit)(?:['’](?:s|re|ve))?\s+\w)", piece)
        ]
    if len(pieces) == 1:
        return [sentence]
    joined: list[str] = []
    for piece in pieces:
        # "I want to | mention", "please | include": the verb needs what stands before it
        if joined and (
            re.search(
                r"\b(?:to|you|please|also|we|i|not|that|should|can|will|and|maybe|ll|could|would|don['’]t|forget|sure|want|by|"
                r"at the end|who|which|they|it)[,]?$",
                joined[-1],
                re.I,
            )
        ):
            joined[-1] = f"{joined[-1]} {piece}"
        else:
            joined.append(piece)
    return [piece for piece in joined if re.search(r"\w", piece)]
