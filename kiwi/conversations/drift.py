"""What a message is about when it tells nothing of the film: a greeting, a yes, a change of mind."""

import re
from enum import StrEnum

from kiwi.conversations.talk import Question


class Drift(StrEnum):
    """What a message is about."""

    FILM = "the film"
    GREETING = "hello"
    THANKS = "thank you"
    YES = "go ahead"
    SKIP = "you decide"
    CANCEL = "no film after all"
    AFRESH = "start over"
    UNDO = "take that back"
    HELP = "what can be done here"
    UNSURE = "no topic in mind"
    UNLIKE = "how it shall not feel"


POLITE_END = r"(?:[\s,!.]*(?:please|now|then|thanks|thank you(?: very much| so much)?|kiwi|already|for me))*[\s!.…]*"
GREETED = r"(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|greetings)(?: there| again| kiwi| everyone| all)?"
THANKED = r"(?:many )?(?:thanks|thank you|thx|cheers)(?: a lot| so much| very much)?"
IT = r"(?:it|this|that|the (?:film|video)|my (?:film|video))"
AGREED = (
    r"(?:yes|yep|yeah|yup|sure|ok|okay|please|perfect|great|good|fine|cool|nice|awesome|excellent|lovely|correct|right|exactly|agreed|"
    r"(?:that |this |it )?(?:looks|sounds|seems) (?:good|great|fine|perfect|right)(?: to me)?|"
    r"(?:i )?(?:like|love) it|go(?: ahead| for it| on)?|do (?:it|that)|please do|let['’]?s (?:go|do it|start)|"
    rf"(?:make|create|generate|start|begin|film|shoot|build|produce)(?: {IT})?|"
    r"(?:i(?:['’]m| am) )?(?:happy(?: with (?:it|that))?|done|ready|good|all set)|confirm(?:ed)?|"
    r"(?:no,? )?(?:that(?:['’]s| is)|it(?:['’]s| is)) (?:all|it|everything|fine|good|great|perfect|right|correct|ok|okay)|"
    r"all good|why not|nothing (?:else|more|to (?:change|add))|no(?:,? (?:nothing(?: else| more)?|changes?|more))|"
    r"(?:as it is|as is))"
)
SKIPPED = (
    r"(?:no|nope|nah|none|nothing|skip(?: (?:it|this|that))?|next|pass|(?:i )?(?:do not|don['’]?t) (?:know|care|mind)|no idea|not sure|"
    r"(?:you|kiwi) (?:choose|decide|pick)|your (?:choice|call)|whatever(?: you (?:like|think|want))?|anything|"
    r"(?:it )?(?:does not|doesn['’]?t) matter|not (?:really|important|needed|necessary)|up to you|no preference|any|either|"
    r"(?:i (?:have )?)?no (?:preference|opinion|wish(?:es)?|call to action|message)|surprise me)"
)
CANCELLED = (
    r"(?:cancel(?: (?:it|that|this|everything))?|(?:stop|drop|forget|leave) (?:it|about it|everything)|never ?mind|"
    r"stop|quit|i changed my mind)"
)
AFRESH = r"(?:start (?:over|again|afresh|anew|from scratch)|reset|new (?:film|video|conversation)|begin again|let['’]?s start over)"
UNDONE = (
    r"(?:undo|(?:take|put|change) (?:it|that) back|go back|revert|not that|"
    r"(?:remove|delete|forget) (?:that|this|the last one)(?: again)?)"
)
UNSURE = re.compile(
    r"\b(?:do not|don['’]?t) (?:really )?know (?:yet )?(?:what|which)|\bnot sure (?:yet )?(?:what|which)|\bno idea (?:what|which)|"
    r"\bwhat (?:should|could|can) (?:i|we|it)\b|\b(?:any|some) ideas?\b|\bsuggest",
    re.I,
)
ABOUT_US = re.compile(
    r"\W*(?:help|what (?:else )?(?:can|do) (?:i|you) (?:do|make|offer|need|change)\b.*|what is this|who are you|what are you|"
    r"how (?:do|does|can|should) (?:this|it|you|i)\b.*|can you help(?: me)?|(?:can|do|are|will|would|is) (?:you|it|this)\b.*\?|"
    r"what (?:now|next)|and now|how (?:long|much|big|many)\b.*)\W*",
    re.I | re.S,
)
"""Questions about the program rather than about the world."""
NO_WORD = re.compile(r"\W*(?:test(?:ing)?|foo|bar|lorem ipsum|abc|xyz)?(?:\W+(?:test(?:ing)?|\d+))*\W*", re.I)
"""What people type to see whether anybody is there."""
LONGEST = 80
"""Characters of a message that tells nothing of the film."""
LONGEST_EXCUSE = 40
"""Characters that may follow ``no`` or ``skip``."""


def drift_of(text: str, has_topic: bool, asked: Question | None) -> Drift | None:
    """What a message is that tells nothing of the film; None: it may tell something."""
    unsure = not has_topic and (UNSURE.search(text) is not None or _is_wholly(SKIPPED, text))
    excused = (
        asked is not None and len(text) <= LONGEST and re.fullmatch(rf"\W*{SKIPPED}\W\D{{0,{LONGEST_EXCUSE}}}", text, re.I) is not None
    )
    skipped = Drift.SKIP if asked else Drift.YES
    found = (
        (Drift.GREETING, _is_wholly(GREETED, text)),
        (Drift.THANKS, re.fullmatch(rf"\W*{THANKED}{POLITE_END}", text, re.I) is not None),
        (Drift.CANCEL, _is_wholly(CANCELLED, text)),
        (Drift.AFRESH, _is_wholly(AFRESH, text)),
        (Drift.UNDO, _is_wholly(UNDONE, text)),
        (Drift.UNSURE, unsure),
        (Drift.YES, _is_wholly(AGREED, text)),
        (skipped, _is_wholly(SKIPPED, text) or excused),
    )
    return next((drift for drift, holds in found if holds), None)


def _is_wholly(pattern: str, text: str) -> bool:
    # a limit, because two of these patterns one after the other can be read in many ways
    return len(text) <= LONGEST and re.fullmatch(rf"\W*{pattern}(?:[\s,!.…]+(?:and )?{pattern})*{POLITE_END}\??", text, re.I) is not None
