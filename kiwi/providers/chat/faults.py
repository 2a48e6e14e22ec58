"""What goes wrong at a chat model, in our words: whatever library says it."""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from kiwi.errors import (
    KeyRejected,
    OutcomeUnknown,
    OutOfCredits,
    ProviderBusy,
    ProviderError,
    ProviderUnreachable,
    RequestRejected,
)
from kiwi.money.catalogue import Model
from kiwi.net.network import retry_after_of
from kiwi.net.redaction import redacted
from kiwi.providers.vendors.google import listed

OURS = __name__.partition(".")[0]
SURFACING = (MemoryError, Warning)
"""What is no answer of a model's: the machine is full, or an operator has made warnings errors."""
DEPLETED = re.compile(r"credits? (?:are|is|have been) depleted", re.I)
"""Google says so with the status of a request that came too soon, and names no code for it."""
UNSENT = ("ConnectError", "ConnectTimeout", "PoolTimeout")
"""What HTTP libraries raise before a request has left."""
SAID_CHARACTERS = 300
KINDS: dict[int, type[ProviderError]] = {
    401: KeyRejected,
    402: OutOfCredits,
    403: KeyRejected,
    404: ProviderError,
    # the provider says itself that it did nothing, and may do it later
    429: ProviderBusy,
    500: ProviderBusy,
    503: ProviderBusy,
    529: ProviderBusy,
    # somebody in between gave up; the model may have answered
    408: OutcomeUnknown,
    502: OutcomeUnknown,
    504: OutcomeUnknown,
}
"""By HTTP status; any other says that the request is malformed."""


def faults() -> tuple[type[Exception], ...]:
    """Whatever a chat model may raise: all that Python and any library that is loaded by now can, and nothing of this program's own.

    The libraries are a vendor's choice and named nowhere; to be asked for at the moment of a failure, when whoever raised it is loaded.
    """
    return tuple(kind for kind in Exception.__subclasses__() if kind not in SURFACING and kind.__module__.partition(".")[0] != OURS)


def failure_of(fault: Exception, sold: Model, now: datetime, secrets: Iterable[str] = ()) -> ProviderError:
    """The same in our words, for the one who can act on it, and without these secrets."""
    chain = list(_chain(fault))
    status = next((code for one in chain if (code := _status(one))), 0)
    details = [detail for one in chain for detail in _details(one)]
    said = f"{sold.name}: {_said(chain, secrets)}"
    if not status:
        return _without_answer(chain, said)
    if any(one.get("reason") == "API_KEY_INVALID" for one in details):
        status = 401
    if "insufficient_quota" in _codes(chain) or any("PerDay" in str(one.get("violations")) for one in details) or DEPLETED.search(said):
        status = 402
    if status == 404:
        said += " Perhaps it has been retired: set KIWI_CHAT_MODEL to another one."
    kind = KINDS.get(status, RequestRejected)
    return ProviderBusy(said, _told_to_wait(chain, details, now)) if kind is ProviderBusy else kind(said)


def _without_answer(chain: list[BaseException], said: str) -> ProviderError:
    unsent = _loaded(dict.fromkeys(("httpx", "httpx2"), UNSENT))
    if any(isinstance(one, (*unsent, ConnectionRefusedError)) or type(one) is ConnectionError for one in chain):
        return ProviderUnreachable(said)
    return OutcomeUnknown(f"{said} It was asked, and no answer that can be read came back.")


def fell_silent(fault: Exception) -> bool:
    """Whether whoever read the line has waited in vain for anything at all."""
    return any(isinstance(one, _loaded(dict.fromkeys(("httpx", "httpx2"), ("ReadTimeout",)))) for one in _chain(fault))


def _loaded(names: Mapping[str, tuple[str, ...]]) -> tuple[type[Exception], ...]:
    return tuple(getattr(sys.modules[module], name) for module, classes in names.items() if module in sys.modules for name in classes)


def _chain(fault: BaseException | None) -> Iterator[BaseException]:
    while fault is not None:
        yield fault
        fault = fault.__cause__ or fault.__context__


def _status(fault: BaseException) -> int:
    for one in (fault, getattr(fault, "response", None)):
        for name in ("code", "status_code", "status", "http_status"):
            value = getattr(one, name, None)
            if isinstance(value, int) and 400 <= value < 600:
                return value
    return 0


def _codes(chain: list[BaseException]) -> set[str]:
    return {code for one in chain if isinstance(code := getattr(one, "code", None), str)}


def _details(fault: BaseException) -> Iterator[Mapping[str, Any]]:
    """Google's machine-readable reasons."""
    told = getattr(fault, "details", None)
    error = told.get("error", told) if isinstance(told, dict) else None
    if isinstance(error, dict):
        yield from listed(error.get("details"))


def _told_to_wait(chain: list[BaseException], details: list[Mapping[str, Any]], now: datetime) -> float | None:
    """Seconds to wait as the provider named them."""
    for detail in details:
        named = re.fullmatch(r"(\d{1,6}(?:\.\d{1,9})?)s", str(detail.get("retryDelay")))
        if named:
            return float(named[1])
    for one in chain:
        response = getattr(one, "response", None)
        if response is not None and (seconds := retry_after_of(getattr(response, "headers", {}), now)) is not None:
            return seconds
    return None


def _said(chain: list[BaseException], secrets: Iterable[str]) -> str:
    """What the provider said, short and without secrets."""
    for one in chain:
        message = getattr(one, "message", None)
        if isinstance(message, str) and message:
            return shortened(message, secrets)
    return shortened(str(chain[0]) or type(chain[0]).__name__, secrets)


def shortened(message: str, secrets: Iterable[str]) -> str:
    """What somebody else's program said, as a short sentence without these secrets."""
    text = " ".join(redacted(message, secrets).split())
    cut = text if len(text) <= SAID_CHARACTERS else text[: SAID_CHARACTERS - 1] + "…"
    return cut if cut.endswith((".", "!", "?", "…")) else f"{cut}."
