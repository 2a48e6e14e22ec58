"""Owners: whose a film is. A film has one, and whoever else asks for it is told that there is none."""

import re

from kiwi.errors import BadBrief
from kiwi.settings import Settings

LOCAL = "local"
"""Owns everything while no key is configured."""
OPERATOR = "operator"
"""Owns what comes with a key of KIWI_API_KEYS."""
UNLIMITED = (LOCAL, OPERATOR)
"""Whose limits are those of the whole server."""
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")


def own_name(settings: Settings) -> str:
    """Who owns what is made at this machine itself, such as by ``kiwi film``."""
    return OPERATOR if settings.api_keys.get_secret_value().strip(" ,") else LOCAL


def parse_owner(name: str) -> str:
    """The name of an owner who is given keys; BadBrief."""
    if not NAME.fullmatch(name):
        raise BadBrief(f"An owner's name has 1 to 63 small letters, digits, dots, dashes or underscores: {name[:80]!r} is none.")
    if name in UNLIMITED:
        raise BadBrief(f"{name} is a name of the server's own: choose another.")
    return name
