"""Remarks: what the client should know of how their words became a script, in full sentences that say what would help."""

from collections.abc import Sequence

from kiwi.film.model import Intent, Origin
from kiwi.local.knowledge.chosen import CHILDREN, Known
from kiwi.local.read.shapes import is_made
from kiwi.local.write.parts import Part

SHORT = 0.95
"""A film that is shorter than this share of what was asked is told."""
HELP = "Add what you want to tell, or set a chat model (KIWI_CHAT_MODEL)."
FOREIGN = (
    "This brief is not in English. Its words are used as they stand, wishes in it were not read: send length and shape as fields. "
    "The embedded voice speaks English only and stays silent; "
    "a hired voice (GEMINI_API_KEY, ELEVENLABS_API_KEY) or a chat model would help."
)


def remarks_of(intent: Intent, seconds: float, left_out: Sequence[Part], known: Known | None) -> tuple[str, ...]:
    """What a film of so many seconds does not do: its length, its language, what no source tells, what it has no time for, wishes.

    ``known``: what the library told; None where nobody asked it.
    """
    asked, told = f"{intent.seconds:g} seconds", []
    if intent.length_asked and not intent.at_most and seconds < SHORT * intent.seconds:
        told.append(f"{asked} were asked for; what was said fills {round(seconds)}. {HELP}")
    elif intent.length_asked and seconds > (2 - SHORT) * intent.seconds:
        told.append(f"{asked} were asked for; what must be said whole takes {round(seconds)}. Shorten it, or allow more time.")
    if intent.language != "en":
        told.append(FOREIGN)
    if known and not known.title:
        told.append(f"Nothing on this machine tells about “{intent.topic}”, so the film says only what you said. {HELP}")
    elif known:
        told += [
            f"The source for “{known.title}” does not answer “{one}”: the film tells what it does say. {HELP}" for one in known.unanswered
        ]
    if known and known.facts and CHILDREN.search(intent.audience):
        told.append(f"The source's own words are told: they are not made simpler for “{intent.audience}”. {HELP}")
    told += [f"Left out, because {asked} do not hold it: “{part.voice.strip('“”')}”" for part in left_out if part.origin is Origin.CLIENT]
    told += [f"Not spoken, since it may be meant for the film maker alone: “{sentence}”" for sentence in intent.unspoken]
    for wish in intent.wishes:
        shaped = f"Films are 16:9, 9:16 or 1:1: instead of “{wish}” it is {intent.size}."
        told.append(f"Not done by the embedded crew: “{wish}”." if is_made(wish) else shaped)
    return tuple(told)
