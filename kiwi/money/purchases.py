"""Purchases: what is bought of providers, each request once, within caps; the port, and its nouns."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from pydantic import Field

from kiwi.errors import ProviderError
from kiwi.film.model import Value
from kiwi.money.catalogue import Model


class Stage(StrEnum):
    """Where a purchase stands."""

    INTENDED = "intended"
    """Stored before the request is sent."""
    ACCEPTED = "accepted"
    """The provider has said what it calls the job."""
    SETTLED = "settled"
    """It was delivered; the cost is known."""
    REFUSED = "refused"
    """The provider took no job: nothing was bought."""
    FAILED = "failed"
    """The job came to nothing."""
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
    """The request was sent and no answer is known: counts as bought."""


class Wanted(Value):
    """What is to be bought."""

    model: Model
    part: str
    """Whose part of the film: ``shot-3``, ``write_script``."""
    request: str
    """Digest of the whole request. The same part and request of a task is bought once, whoever asks again."""
    most: Decimal
    """US dollars it may cost at most."""


class Placed(Value):
    """What a provider answered to a paid request."""

    job: dict[str, Any] = Field(default_factory=dict)
    """All that is needed to ask for it later, as plain JSON; no keys."""
    most: Decimal | None = None
    """What it will cost at most by the provider's own word."""


class Purchase(Value):
    """One purchase as it stands. Times are the database's, in UTC."""

    number: int
    task_id: str
    provider: str
    model: str
    part: str
    request: str
    stage: Stage
    most: Decimal
    cost: Decimal | None = None
    job: dict[str, Any] = Field(default_factory=dict)
    failure: str = ""
    at: datetime
    """When the intent was stored."""


Place = Callable[[], Awaitable[Placed]]
Kept = Callable[[], Awaitable[Placed | None]]


class Buyer(Protocol):
    """Where one film buys. Every method may raise psycopg.OperationalError when the database is away."""

    async def buy(self, wanted: Wanted, place: Place, kept: Kept | None = None) -> Purchase:
        """Send a paid request, once: ``place`` is called at most one time for a part and request, whatever is killed in between.

        Waits its turn (the model's ``concurrent`` jobs and creates per minute and hour hold across all workers), stores the intent,
        calls ``place`` and stores what it answered; a cancellation waits until that is done. A request that was bought
        before gives that purchase (ACCEPTED or SETTLED) without calling ``place``; so does one whose answer the books never heard of
        if ``kept`` knows it, because ``place`` puts answers where a kill does not reach them.

        OverBudget before anything is sent; OutcomeUnknown when an intent is found whose answer nobody stored, or when ``place`` raises
        it; whatever other ProviderError ``place`` raises means that nothing was bought (REFUSED), and it may be bought
        later. The stored failure again, as the same kind of error, for a job that FAILED and may not be bought again.
        """
        ...

    async def settle(self, purchase: Purchase, cost: Decimal | None = None) -> None:
        """It was delivered and its media is stored; without a known cost ``most`` stands. May be repeated."""
        ...

    async def fail(self, purchase: Purchase, failure: ProviderError, *, cost: Decimal = Decimal(0), again: bool) -> None:
        """The job came to nothing; ``again``: the same request may be bought another time (three times in all)."""
        ...

    async def claim(self, what: str, part: str) -> bool:
        """Whether ``what`` (``pexels:1448735``) now belongs to this part: nothing is given to two parts of one film."""
        ...


class Spending(Value):
    """What a film has cost so far, in US dollars."""

    spent: Decimal
    """LayerCache, and whatever may still be charged."""
    providers: Mapping[str, Decimal]


__all__ = ["Buyer", "Kept", "Place", "Placed", "Purchase", "Spending", "Stage", "Wanted"]
