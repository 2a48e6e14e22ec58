"""Cursors: where a page of tasks ended, as text that a client gives back."""

import base64
import binascii

from kiwi.errors import BadBrief


def write_cursor(number: int) -> str:
    """The cursor behind a task, by its number."""
    return base64.urlsafe_b64encode(f"{number}".encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> int:
    """The number of the task that a cursor stands behind; BadBrief for a strange one."""
    try:
        number = int(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error) as strange:
        raise BadBrief("The cursor is not one that this server gave out.") from strange
    if not 0 < number < 2**63:
        raise BadBrief("The cursor is not one that this server gave out.")
    return number
