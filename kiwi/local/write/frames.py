"""Frames: the few sentences of ours that may open or close a film. They claim nothing."""

from kiwi.film import Intent, VideoType

OPENINGS: dict[VideoType, tuple[str, ...]] = {
    VideoType.PROMOTIONAL: ("{Topic}.",),
    VideoType.EXPLAINER: ("{Topic}.",),
    VideoType.STORY: ("This is about {topic}.", "{Topic}."),
    VideoType.NEWS: ("News about {topic}.", "{Topic}."),
    VideoType.TUTORIAL: ("{Topic}.", "Here is {topic}."),
    VideoType.QUOTE: ("In the words of {quoted}.",),
    VideoType.GREETING: ("{Topic}.",),
}
"""Said over the title where the client's own first words cannot stand there, the first that makes a sentence."""
LONGEST_TOPIC = 60
"""Characters that are easily spoken as a heading."""


def opening_of(intent: Intent) -> str:
    """An opening in the client's own words for the topic; empty where none would be a good sentence."""
    topic = intent.topic.strip(" .!?")
    if intent.quote:
        return OPENINGS[VideoType.QUOTE][0].format(quoted=intent.quoted) if intent.quoted else ""
    if not topic or len(topic) > LONGEST_TOPIC or intent.language != "en":
        return ""
    asks = topic.split()[0].lower() in {"how", "why", "what", "who", "when", "where", "is", "are", "can", "do", "does", "did"}
    if asks:
        return ""
    return OPENINGS[intent.video_type][-1].format(topic=topic, Topic=topic[:1].upper() + topic[1:])
