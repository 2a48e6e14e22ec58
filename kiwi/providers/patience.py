"""Patience: buying of providers that answer at once, as long as it is certain that nothing was bought yet."""

from dataclasses import dataclass
from random import Random

from kiwi.clock import backoff, jittered
from kiwi.errors import ProviderBusy, ProviderUnreachable
from kiwi.production import Production
from kiwi.purchases import Kept, Place, Purchase, Wanted

LEAST_PAUSE, FIRST_BACKOFF, LONGEST_BACKOFF = 1.0, 2.0, 20.0
"""Seconds."""
UNREACHABLE_TIMES = 3
"""Connections tried before somebody else may step in."""


@dataclass(frozen=True)
class Patience:
    """How long a provider is waited for, and how often it is asked when it does not say how long."""

    seconds: float
    times: int


async def buy_patiently(production: Production, wanted: Wanted, place: Place, patience: Patience, kept: Kept | None = None) -> Purchase:
    """Buy; who is busy is asked again when they say, or a few times. What the last try gave is raised: see `Till.buy`."""
    random, waited, attempt, unreachable = Random(wanted.request), 0.0, 0, 0
    while True:
        try:
            return await production.till.buy(wanted, place, kept)
        except ProviderBusy as busy:
            attempt += 1
            unreachable += isinstance(busy, ProviderUnreachable)
            pause = _pause(busy, attempt, random)
            waited += pause
            silent = busy.retry_after is None and attempt >= patience.times
            if waited > patience.seconds or silent or unreachable >= UNREACHABLE_TIMES:
                raise
        await production.clock.sleep(pause)


def _pause(busy: ProviderBusy, attempt: int, random: Random) -> float:
    """Seconds to wait: as told, never at once, or longer each time."""
    if busy.retry_after is None:
        return LEAST_PAUSE + backoff(attempt, FIRST_BACKOFF, LONGEST_BACKOFF, random)
    return jittered(max(busy.retry_after, LEAST_PAUSE), random)
