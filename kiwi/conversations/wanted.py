"""The film that a conversation amounts to."""

from kiwi.conversations.talk import Wanted
from kiwi.errors import BadBrief
from kiwi.film.model import Brief, Intent
from kiwi.local.read.settle import settled

NO_TOPIC = "There is no topic yet: say what the film should be about."


def read_wanted(wanted: Wanted) -> Intent | None:
    """What the film would be; None: there is no topic yet."""
    return settled(wanted.film, Brief()) if wanted.film.about else None


def brief_of(wanted: Wanted) -> Brief:
    """The brief for what is wanted: the client's own words, and what they were understood to mean. BadBrief."""
    intent = read_wanted(wanted)
    if intent is None:
        raise BadBrief(NO_TOPIC)
    words = "\n".join(wanted.words)
    return Brief(words=words, intent=intent.model_copy(update={"original": words}))
