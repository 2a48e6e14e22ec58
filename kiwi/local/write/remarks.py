"""Remarks: what the client should know of how their words became a script, in full sentences that say what would help."""

from collections.abc import Sequence

from kiwi.film.model import Intent
from kiwi.local.read.shapes import is_made
from kiwi.local.write.parts import Part

SHORT = 0.95
"""A film that is shorter than this share of what was asked is told."""
HELP = "Add what you want to tell, or set a chat model (KIWI_CHAT_MODEL)."


def of_length(intent: Intent, seconds: float) -> list[str]:
    """That the words do not fill the film, or fill more of it than was asked."""
    if not intent.length_asked:
        return []
    if seconds < SHORT * intent.seconds:
        return [f"{intent.seconds:g} seconds were asked for; what was said fills {round(seconds)}. {HELP}"]
    if seconds > (2 - SHORT) * intent.seconds:
        return [
            f"{intent.seconds:g} seconds were asked for; what must be said whole takes {round(seconds)}. Shorten it, or allow more time."
        ]
    return []


def of_omissions(parts: Sequence[Part], intent: Intent) -> list[str]:
    """Each of the client's sentences that the film has no time for."""
    return [f"Left out, because {intent.seconds:g} seconds do not hold it: “{part.voice.strip('“”')}”" for part in parts]


def of_wishes(intent: Intent) -> list[str]:
    """Wishes that the embedded crew cannot fulfil."""
    return [
        f"Not done by the embedded crew: “{wish}”."
        if is_made(wish)
        else f"Films are 16:9, 9:16 or 1:1: instead of “{wish}” it is {intent.size}."
        for wish in intent.wishes
    ]


def of_knowledge(intent: Intent, found: str, unanswered: Sequence[str]) -> list[str]:
    """What the library on this machine could not tell; ``found`` is the article's title, empty: there is none."""
    if not found:
        return [f"Nothing on this machine tells about “{intent.topic}”, so the film says only what you said. {HELP}"]
    return [f"The source for “{found}” does not answer “{question}”: the film tells what it does say. {HELP}" for question in unanswered]


def of_language(intent: Intent) -> list[str]:
    """That a brief in another language is shown as it stands."""
    if intent.language == "en":
        return []
    return [
        "This brief is not in English. Its words are used as they stand, wishes in it were not read: send length and shape as fields. "
        "The embedded voice speaks English only and stays silent; "
        "a hired voice (GEMINI_API_KEY, ELEVENLABS_API_KEY) or a chat model would help."
    ]
