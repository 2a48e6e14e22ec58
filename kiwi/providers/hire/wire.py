"""What vendors' answers have in common, whoever they are."""

import base64
import re
from collections.abc import Mapping
from typing import Any

from kiwi.errors import OutcomeUnknown, OutOfCredits, ProviderBusy, ProviderError, ProviderRefused, RequestRejected
from kiwi.money.catalogue import Model
from kiwi.net.network import Reply

JOB_ID = re.compile(r"[\w.:/-]{1,300}", re.ASCII)
"""What may become a part of a path."""
ADDRESS = re.compile(r"[\x21-\x7e]{1,2000}")
"""What may be an address, whoever's."""
MOST_COUNTED = 1_000_000
"""No credits, percents or shares are more."""
WORD = 60
"""Characters of a vendor's own word for something."""


def job_id(reply: Reply, said: object) -> str:
    """What a vendor calls a job it has accepted. OutcomeUnknown when it does not say."""
    if not isinstance(said, str) or not JOB_ID.fullmatch(said) or ".." in said:
        raise OutcomeUnknown(f"{reply.provider} accepted a job and did not say what it calls it.")
    return said


def told(reply: Reply) -> dict[str, Any]:
    """What an answer about a job says. ProviderBusy when it cannot be read now; what its status means when it is a refusal."""
    if not reply.ok:
        raise reply.failure()
    said = reply.said()
    if not said:
        raise ProviderBusy(f"{reply.provider} answered unreadably: {reply.excerpt()}")
    return said


def address(reply: Reply, said: object) -> str:
    """Where a vendor says that a job is asked after. OutcomeUnknown when it does not say."""
    if not isinstance(said, str) or not ADDRESS.fullmatch(said):
        raise OutcomeUnknown(f"{reply.provider} accepted a job and did not say where to ask after it.")
    return said


def counted(said: object) -> float | None:
    """A number that is not negative, as a vendor says it; None for anything else, and for one that nothing can be counted with."""
    is_number = isinstance(said, int | float) and not isinstance(said, bool)
    return float(said) if is_number and 0 <= said <= MOST_COUNTED else None  # type: ignore[operator, arg-type]


def decoded(said: object) -> bytes:
    """Base64 as bytes; none when it is not that."""
    try:
        return base64.b64decode(said, validate=True) if isinstance(said, str) else b""
    except ValueError:  # of odd letters too, which is no binascii.Error
        return b""


def word(said: object) -> str:
    """A vendor's own word for something, as it may be kept and quoted."""
    return "".join(letter for letter in str(said)[:WORD] if letter.isprintable())


def inner(said: Mapping[str, Any], *path: str | int) -> Any:
    """What lies below these keys and positions; None when anything on the way is not there."""
    found: Any = said
    for step in path:
        if isinstance(step, str) and isinstance(found, Mapping):
            found = found.get(step)
        elif isinstance(step, int) and isinstance(found, list) and len(found) > step:
            found = found[step]
        else:
            return None
    return found


def retired(model: Model) -> ProviderError:
    """A model is not there (any more)."""
    return ProviderError(f"{model.provider} does not offer {model.id}, or no longer: name another model in KIWI_CAMERAS.")


def forgotten(provider: str) -> ProviderError:
    """A job is not there any more."""
    return ProviderError(f"{provider} no longer knows the job: somebody has deleted it there.")


def moderated(provider: str, why: str = "") -> ProviderRefused:
    """A vendor will not make this."""
    return ProviderRefused(f"The moderation of {provider} refuses what the shot asks for{f' ({why})' if why else ''}.")


def emptied(provider: str) -> OutOfCredits:
    """There is no money left at a vendor."""
    return OutOfCredits(f"The account at {provider} has not enough credits.")


def used_up(provider: str) -> OutOfCredits:
    """A day's allowance is spent; waiting minutes does not help."""
    return OutOfCredits(f"The account at {provider} has made as much today as it may.")


def malformed(reply: Reply, field: str) -> RequestRejected:
    """A vendor does not understand what it was sent."""
    return RequestRejected(f"{reply.provider} finds the request malformed: {reply.excerpt()}", field)
