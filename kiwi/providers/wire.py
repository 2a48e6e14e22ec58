"""What vendors' answers have in common, whoever they are."""

import re

from kiwi.errors import OutcomeUnknown, ProviderError
from kiwi.network import Reply
from kiwi.providers.catalogue import Model

JOB_ID = re.compile(r"[\w.:/-]{1,300}", re.ASCII)
"""What may become a part of a path."""


def job_id(reply: Reply, said: object) -> str:
    """What a vendor calls a job it has accepted. OutcomeUnknown when it does not say."""
    if not isinstance(said, str) or not JOB_ID.fullmatch(said) or ".." in said:
        raise OutcomeUnknown(f"{reply.provider} accepted a job and did not say what it calls it.")
    return said


def retired(model: Model) -> ProviderError:
    """A model is not there (any more)."""
    return ProviderError(f"{model.provider} does not offer {model.id}, or no longer: name another model in KIWI_CAMERAS.")
