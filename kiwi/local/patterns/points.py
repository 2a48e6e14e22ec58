"""Sentences around what the client wants mentioned."""

from kiwi.film import VideoType
from kiwi.local.patterns.beats import Beat

TOGETHER: dict[VideoType, tuple[Beat, ...]] = {
    VideoType.PROMOTIONAL: (Beat("What’s Inside", "There’s more to see: {list}."), Beat("Look Out For", "Look out for {list}.")),
    VideoType.EXPLAINER: (Beat("What We’ll Cover", "We’ll look at {list}."), Beat("The Parts That Matter", "Keep your eye on {list}.")),
    VideoType.TUTORIAL: (
        Beat("What to Keep in Mind", "Keep in mind {list}."),
        Beat("Before You Start", "Before you start, think of {list}."),
    ),
    VideoType.STORY: (Beat("What We Remember", "It’s a story of {list}."), Beat("Moments to Keep", "Hold on to {list}.")),
    VideoType.NEWS: (Beat("In This Report", "In this report: {list}."), Beat("What to Know", "What to ask about: {list}.")),
    VideoType.QUOTE: (Beat("Think Of", "Think of {list}."), Beat("Keep These Close", "Keep these close: {list}.")),
}
"""All points in one scene."""

SINGLY = (
    "Take {point}. What would it change for you?",
    "Then there [is|are] {point}. Take a closer look.",
    "Ask about {point}. It’s worth a minute.",
    "And don’t forget {point}.",
    "Next on the list: {point}.",
    "Make a note of {point}.",
)
"""One point a scene, when there is time."""

CLAUSES = (
    "First of all, {point}.",
    "Then we ask {point}.",
    "Next: {point}.",
    "And after that, {point}.",
    "Stay for one more thing: {point}.",
    "Last but not least, {point}.",
)
"""One point a scene, for points such as ``how it works``."""
