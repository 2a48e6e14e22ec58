"""What keys may do; costs nothing to import."""

from enum import StrEnum


class Scope(StrEnum):
    """What a key lets its owner do with films and conversations of their own."""

    READ = "read"
    """Look at them, watch and download."""
    CREATE = "create"
    """Have films made, and change those that are: cancel, retry, review, retake, talk."""
    DELETE = "delete"
    METRICS = "metrics"
    """See the figures of the whole server."""


USUAL = (Scope.READ, Scope.CREATE, Scope.DELETE)
"""What a key may do unless something else was said."""
