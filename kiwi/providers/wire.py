"""What vendors' answers have in common, whoever they are."""

import re
from collections.abc import Mapping
from typing import Any

from kiwi.errors import OutcomeUnknown, OutOfCredits, ProviderBusy, ProviderError, ProviderRefused, RequestRejected
from kiwi.network import Reply
from kiwi.providers.catalogue import Model

JOB_ID = re.compile(r"[\w.:/-]{1,300}", re.ASCII)
"""What may become a part of a path."""


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
