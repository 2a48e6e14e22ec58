"""What the cameras of Google's Gemini API share, over plain HTTP: its own client picks an HTTP library itself, so ours cannot guard it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from kiwi.clock import Clock
from kiwi.errors import KeyRejected, ProviderBusy, ProviderError
from kiwi.money.catalogue import Model
from kiwi.net.network import ApiClient, Reply
from kiwi.providers.hire.shooting import Vendor
from kiwi.providers.hire.wire import emptied, forgotten, inner, malformed, moderated, retired, told, used_up

HOST = "generativelanguage.googleapis.com"
UNWANTED = {"prohibited_content", "safety", "blocklist", "spii", "image_safety", "recitation"}
"""Codes of the Interactions API for what its moderation refuses."""
RETRY = re.compile(r"retry in ([0-9]{1,6}(?:\.[0-9]{1,9})?)s", re.IGNORECASE)
QUOTED = re.compile(r"'([\w.]{1,100})'")


class GoogleVendor(Vendor):
    """What every camera of Google's Gemini API does alike."""

    hosts = ("*.googleapis.com",)
    beat = 5.0

    def __init__(self, api: ApiClient, key: str, base_url: str, clock: Clock, answer_seconds: float) -> None:
        super().__init__(base_url, clock)
        self.api = api
        self.answer_seconds = answer_seconds
        self._key = key

    def fetch_headers(self) -> dict[str, str]:
        return key_header(self._key)

    def place_of(self, uri: str) -> str:
        """Where a file lies, seen from the configured base URL: Google names its own host, whatever host was asked."""
        try:
            parts = urlsplit(uri)
        except ValueError:  # the download refuses it
            return uri
        if parts.scheme != "https" or parts.netloc != HOST:
            return uri
        return f"{self.base_url.rstrip('/')}{parts.path}{f'?{parts.query}' if parts.query else ''}"


def seen(reply: Reply) -> dict[str, Any]:
    """What an answer about a job says. ProviderBusy when it cannot be read now; what its status means when it is a refusal."""
    if reply.status in {400, 401, 403}:
        raise refusal(reply, None)
    return told(reply)


def key_header(key: str) -> dict[str, str]:
    """The header that bears a key."""
    return {"x-goog-api-key": key}


def refusal(reply: Reply, model: Model | None) -> ProviderError:
    """What it means that a request was not accepted, in either of the two shapes Google reports it."""
    error = inner(reply.said(), "error") or {}
    code, message = str(inner(error, "code")), str(inner(error, "message") or "")
    details = list(details_of(error))
    if any(detail.get("reason") == "API_KEY_INVALID" for detail in details):
        return KeyRejected(f"{reply.provider} does not know the key.")
    if reply.status == 402:
        return emptied(reply.provider)
    if reply.status == 404:
        return retired(model) if model else forgotten(reply.provider)
    if reply.status == 429:
        return busy(reply, code, message, details)
    if reply.status == 400 and (code in UNWANTED or "responsible ai" in message.lower()):
        return moderated(reply.provider)
    return malformed(reply, field_of(message, details)) if reply.status in {400, 422} else reply.failure()


def busy(reply: Reply, code: str, message: str, details: list[Mapping[str, Any]]) -> ProviderError:
    """Too many requests: for a while, or for the day."""
    quotas = [str(inner(violation, "quotaId")) for detail in details for violation in listed(detail.get("violations"))]
    if code == "quota_exceeded" or any("PerDay" in quota for quota in quotas):
        return used_up(reply.provider)
    delay = next((str(detail["retryDelay"]) for detail in details if "retryDelay" in detail), "")
    found = RETRY.search(f"retry in {delay}") or RETRY.search(message)
    return ProviderBusy(f"{reply.provider} asks to be called again later.", reply.retry_after or (float(found[1]) if found else None))


def field_of(message: str, details: list[Mapping[str, Any]]) -> str:
    """The field that a refusal names."""
    violations = [violation for detail in details for violation in listed(detail.get("fieldViolations"))]
    quoted = QUOTED.findall(message)
    return str(inner(violations[0], "field")) if violations else quoted[-1] if quoted else ""


def details_of(error: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The typed details of an error."""
    yield from listed(inner(error, "details"))


def listed(said: Any) -> list[Mapping[str, Any]]:
    """The objects of a list; none of anything else."""
    return [one for one in said if isinstance(one, Mapping)] if isinstance(said, list) else []
