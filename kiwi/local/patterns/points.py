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

ASKED = (
    "Where [does|do] {point} come in?",
    "What part [does|do] {point} play?",
    "And without {point}: what would be missing?",
    "When did you last notice {point}?",
)
OFFERED = ("Have you seen {point}?", "Yes, there [is|are] {point}, too.", "Don’t miss {point}.", "And ask about {point}.")
DONE = (
    "Pay attention to {point}.",
    "Next comes {point}. Don’t rush.",
    "Then {point}: do that part twice.",
    "Check {point} before you go on.",
)
TOLD = ("Remember {point}.", "And then, {point}.", "Who could forget {point}?", "Stay with {point} for a moment.")

SINGLY: dict[VideoType, tuple[str, ...]] = {
    VideoType.PROMOTIONAL: OFFERED,
    VideoType.EXPLAINER: ASKED,
    VideoType.TUTORIAL: DONE,
    VideoType.STORY: TOLD,
    VideoType.NEWS: ASKED,
    VideoType.QUOTE: TOLD,
}
"""One point a scene, when there is time."""

CLAUSES = ("{question}", "Next question: {question}", "{question} Take a guess.", "And one more: {question}")
"""One point a scene, for points such as ``how it works``."""
