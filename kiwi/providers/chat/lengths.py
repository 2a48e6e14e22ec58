"""How long a film and its parts are, in seconds: what a chat model's answers are measured by."""

VOICE_SHARE = 0.74
"""Share of a film's seconds that should be speech."""
LEAST_PAUSE, MOST_PAUSE = 0.6, 2.2
"""Of silence that a scene needs and can carry."""
LEAST_ENDS, ENDS = 1.3, 4.2
"""What title and end card need and carry besides."""
OWN_SHARE = 0.8
"""Share of a film's seconds that its voice takes when the client's own words decide its length."""
USUAL_SECONDS, LEAST_SECONDS, MOST_SECONDS = 30.0, 15.0, 90.0
"""Of a film whose length nobody has set: without words of the client's own; at least and at most with a whole text of theirs."""
WHOLE_TEXT = 3
"""From so many sentences on a client's own words are a whole film."""
CLOSING_SECONDS = 2.5
"""What such a film needs beside its words."""
