"""Patience: buying of providers that answer at once, as long as it is certain that nothing was bought yet."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from kiwi.clock import Clock, backoff, jittered
from kiwi.errors import ProviderBusy, ProviderUnreachable
from kiwi.money.purchases import Kept, Place, Purchase, Wanted
from kiwi.work.production import Production

LEAST_PAUSE, FIRST_BACKOFF, LONGEST_BACKOFF = 1.0, 2.0, 20.0
"""Seconds."""
UNREACHABLE_TIMES = 3
"""Connections tried before somebody else may step in."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class Patience:
    """How long a provider is waited for, and how often it is asked when it does not say how long."""

    seconds: float
    times: int


async def buy_patiently(production: Production, wanted: Wanted, place: Place, patience: Patience, kept: Kept | None = None) -> Purchase:
    """Buy; who is busy is asked again when they say, or a few times. What the last try gave is raised: see `Till.buy`."""
    return await patiently(production.clock, wanted.request, lambda: production.buyer.buy(wanted, place, kept), patience)


async def patiently(clock: Clock, name: str, ask: Callable[[], Awaitable[Result]], patience: Patience) -> Result:
    """The same of anything that may be asked again; ``name`` decides how long the pauses are that nobody asked for."""
    random, waited, attempt, unreachable = Random(name), 0.0, 0, 0
    while True:
        try:
            return await ask()
        except ProviderBusy as busy:
            attempt += 1
            unreachable += isinstance(busy, ProviderUnreachable)
            pause = _pause(busy, attempt, random)
            waited += pause
            silent = busy.retry_after is None and attempt >= patience.times
            if waited > patience.seconds or silent or unreachable >= UNREACHABLE_TIMES:
                raise
        await clock.sleep(pause)


def _pause(busy: ProviderBusy, attempt: int, random: Random) -> float:
    """Seconds to wait: as told, never at once, or longer each time."""
    if busy.retry_after is None:
        return LEAST_PAUSE + backoff(attempt, FIRST_BACKOFF, LONGEST_BACKOFF, random)
    return jittered(max(busy.retry_after, LEAST_PAUSE), random)
