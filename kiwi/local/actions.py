"""Calls to action: what viewers are asked to do, as one would say it to them and as a button shows it."""

import re

from kiwi.local.grammar import NOUN_TAGS, capitalised, tagged
from kiwi.local.sentences import finished

VERBS = (
    r"visit|call|come|sign up|order|book|join|subscribe|follow|download|try|buy|shop|get(?! well)|learn more|contact|e-?mail|"
    r"reserve|register|donate|stop by|drop by|swing by|find|"
    r"check out|see you|apply|start|text|message|write to|head to|head over|go to|discover|explore|grab|claim|pick up|"
    r"enroll|enrol|share|like|vote|save|scan|click|tap|install|"
    r"request|schedule|pre-?order|ask|give|volunteer|rsvp|meet us|talk to|tell your|bring your|taste|experience|"
    r"upgrade|switch|walk in|pop in|read|watch|listen"
)
CALL = re.compile(rf"^(?:(?:so|and|please|just|then|today|now|finally|why not|don['’]t wait)[,.:]?\s+)*(?:{VERBS})\b", re.I)
TO_YOU = (
    (r"\btheir own\b", "your own"),
    (r"\btheir\b", "your"),
    (r"\bthemselves\b", "yourself"),
    (r"\bthey(?:['’]re| are)\b", "you’re"),
    (r"\bthey\b", "you"),
    (r"\bthem\b", "you"),
    (r"\bmy\b", "our"),
    (r"\bme\b", "us"),
)
BUTTON = 30
"""Characters that fit on a button."""


def action_from(words: str) -> str:
    """Turn ``they can book a table with their phone`` into ``Book a table with your phone``."""
    text = words.strip().strip("\"“”'‘’ .!,;:").strip()
    text = (
        re.sub(
            r"^(?:please\s+)?(?:to\s+|that\s+)?(?:they|you|people)?\s*(?:can|should|could|need to|have to)?\s*(?:to )?",
            "",
            text,
            count=1,
            flags=re.I,
        )
        or text
    )
    text = re.sub(r"[\"“”](.*?)[\"“”]", r"\1", text)
    for pattern, replacement in TO_YOU:
        text = re.sub(pattern, replacement, text, flags=re.I)
    text = re.sub(r",?\s+(?:please|thanks|thank you|okay|ok)$", "", text, flags=re.I)
    return capitalised(text.strip(" .,;"))


def is_call_to_action(sentence: str) -> bool:
    """Whether a client's sentence asks the viewer to act; ``Shop owners fear …`` speaks of shop owners."""
    if CALL.match(sentence) is None or len(sentence.split()) > 16 or sentence.rstrip().endswith("?"):
        return False
    tags = [token.tag for token in tagged(sentence)[:3]]
    return not (tags[1:2] and tags[1] in NOUN_TAGS and tags[2:] and tags[2] in {"VBP", "VBD", "VBZ", "MD"})


def button_of(action: str) -> str:
    """Shorten a call to action to what fits on a button, never in mid word."""
    text = re.split(r"[.!?](?:\s|$)", action.strip())[0].strip(" .!,")
    text = re.sub(r"^(?:so|and|please|just|then|finally)[,:]?\s+", "", text, flags=re.I)
    for cut in (
        None,
        r"\s*[,;:–—]\s",
        r"\s(?:and|so|because|while|before|where|if|or)\s",
        r"\s(?:to|for|with|by|on|at|when|until|from|as)\s",
    ):
        piece = re.split(cut, text, maxsplit=1)[0] if cut else text
        if len(piece) <= BUTTON and len(piece.split()) > 1:
            return capitalised(piece)
    words = text.split()
    while len(" ".join(words)) > BUTTON and len(words) > 1:
        words.pop()
    while len(words) > 1 and words[-1].lower() in {"the", "a", "an", "our", "your", "and", "to", "for", "of", "with", "in", "at", "on"}:
        words.pop()
    return capitalised(" ".join(words))[:BUTTON]


def spoken_action(action: str) -> str:
    """Write a call to action as a sentence."""
    return finished(action)
