"""The rhythm of a film: how much of it is spoken, and how long pauses and ends are. Seconds."""

VOICE_SHARE = 0.74
"""Share of a film's seconds that speech should fill."""
LEAST_PAUSE, MOST_PAUSE = 0.6, 2.2
"""Silence that a scene needs and can carry."""
LEAST_ENDS, ENDS = 1.3, 4.2
"""What title and end card need and carry besides."""
TITLE_CHARACTERS = 42
"""Of a film's or a scene's heading."""
BUTTON_CHARACTERS = 30
"""Of a call to action on its button."""
