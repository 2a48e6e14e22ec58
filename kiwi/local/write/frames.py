"""Frames: the few words of ours that may open a film. They claim nothing."""

import re

from kiwi.film.model import Intent

OPENING, QUOTED_OPENING = "{topic}.", "In the words of {quoted}."
"""Said over the title where the client's own first words cannot stand there."""
LONGEST_TOPIC = 80
"""Characters that are easily spoken as a heading."""
QUESTION = re.compile(r"(?:how|why|what|who|when|where|which|is|are|can|do|does|did)\b", re.I)


def opening_of(intent: Intent) -> str:
    """An opening in the client's own words for the topic; empty where none would be a good sentence."""
    if intent.quote:
        is_name = all(word[:1].isupper() for word in intent.quoted.split())
        return (QUOTED_OPENING if is_name else OPENING).format(quoted=intent.quoted, topic=intent.quoted) if intent.quoted else ""
    topic = intent.topic.strip(" .!?")
    if not topic or len(topic) > LONGEST_TOPIC or intent.language != "en" or QUESTION.match(topic):
        return ""
    return OPENING.format(topic=topic[:1].upper() + topic[1:])
