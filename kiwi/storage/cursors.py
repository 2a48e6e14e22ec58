"""Cursors: where a page of a list ended, as text that clients hand back unread."""

import base64
import binascii

from kiwi.errors import BadBrief


def write_cursor(number: int) -> str:
    """The cursor behind the row with this number, a positive 64-bit one, as URL-safe text."""
    return base64.urlsafe_b64encode(f"{number}".encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> int:
    """The number in a cursor. BadBrief for text that ``write_cursor`` never gave out."""
    try:
        number = int(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error) as strange:
        raise BadBrief("The cursor is not one that this server gave out.") from strange
    if not 0 < number < 2**63:
        raise BadBrief("The cursor is not one that this server gave out.")
    return number
