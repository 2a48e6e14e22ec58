"""The film that a conversation amounts to."""

from kiwi.conversations.talk import Wanted
from kiwi.errors import BadBrief
from kiwi.film.model import Brief, Intent
from kiwi.local.read.settle import settled

NO_TOPIC = "There is no topic yet: say what the film should be about."


def read_wanted(wanted: Wanted) -> Intent | None:
    """What the film would be; None: there is no topic yet."""
    return settled(wanted.film, Brief()) if wanted.film.about else None


def brief_of(wanted: Wanted, wishes: Brief | None = None) -> Brief:
    """The brief for what is wanted: the client's own words, and what they were understood to mean. BadBrief.

    ``wishes``: a brief whose fields, not its words, beat what was said.
    """
    wishes = wishes or Brief()
    if not wanted.film.about:
        raise BadBrief(NO_TOPIC)
    words = "\n".join(wanted.words)
    intent = settled(wanted.film, wishes)
    return wishes.model_copy(update={"words": words, "intent": intent.model_copy(update={"original": words})})
