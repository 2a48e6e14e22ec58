"""Chapters for long films: each asks about one side of a topic."""

from kiwi.local.patterns.beats import Beat

CHAPTERS: tuple[tuple[Beat, ...], ...] = (
    (
        Beat("The Beginning", "Let’s go back to the beginning of {topic}. Who might have wondered about it first?", "clock flag"),
        Beat("Before", "Imagine the time before {topic}. What did people do instead?", "hourglass"),
    ),
)
