"""What the reader's network marks in a brief: its labels, in the order of its outputs. The weights fix this order."""

ROLES = ("say", "topic", "point", "action", "quote", "by", "occasion", "audience", "length", "shape", "tone", "wish", "avoid", "um", "name")
"""What a stretch of words is; words outside all of them are talk to the film maker. `training/FORMAT.md` says what each means."""
OVERLAYS = ("name", "topic")
"""What may lie inside a stretch: the proper name, and in briefs without an instruction the subject."""
TYPES = ("promotional", "explainer", "story", "news", "tutorial", "quote", "greeting")
ACTS = ("brief", "tell", "change", "remove", "go", "yes", "no", "skip", "undo", "restart", "cancel", "hello", "thanks", "help")
"""What a message of a conversation does; ``brief``: it is a whole brief."""

OUTSIDE = 0


def begin(tag: int) -> int:
    """The class of a stretch's first token; ``tag`` is its index in ROLES or OVERLAYS."""
    return 1 + 2 * tag


def within(tag: int) -> int:
    """The class of a stretch's further tokens."""
    return 2 + 2 * tag


ROLE_CLASSES = 1 + 2 * len(ROLES)
OVERLAY_CLASSES = 1 + 2 * len(OVERLAYS)
