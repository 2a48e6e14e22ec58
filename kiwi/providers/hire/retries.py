"""Retries: asking a vendor again as long as it is certain that nothing was bought yet, by tenacity on our clock."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from math import inf
from random import Random
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type

from kiwi.clock import Clock, backoff, jittered
from kiwi.errors import ProviderBusy, ProviderUnreachable
from kiwi.money.purchases import Kept, Place, Purchase, Wanted
from kiwi.work.production import Production

LEAST_PAUSE, FIRST_BACKOFF = 1.0, 2.0
"""Seconds."""
UNREACHABLE_TIMES = 3
"""Connections tried before somebody else may step in."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class Patience:
    """How long a provider is waited for, and how often it is asked when it does not say how long."""

    seconds: float
    """Of pauses, all together."""
    times: float = inf
    unreachable_times: int = UNREACHABLE_TIMES
    longest_pause: float = 20.0


async def buy_patiently(production: Production, wanted: Wanted, place: Place, patience: Patience, kept: Kept | None = None) -> Purchase:
    """Buy; who is busy is asked again when they say, or a few times. What the last try gave is raised: see `Buyer.buy`."""
    return await patiently(production.clock, wanted.request, lambda: production.buyer.buy(wanted, place, kept), patience)


async def patiently(clock: Clock, name: str, ask: Callable[[], Awaitable[Result]], patience: Patience) -> Result:
    """The same of anything that may be asked again; ``name`` decides how long the pauses are that nobody asked for."""
    random, unreachable = Random(name), 0

    def wait(state: RetryCallState) -> float:
        return pause_after(busy_of(state), state.attempt_number, random, patience.longest_pause)

    def stop(state: RetryCallState) -> bool:
        nonlocal unreachable
        busy = busy_of(state)
        unreachable += isinstance(busy, ProviderUnreachable)
        silent = busy.retry_after is None and state.attempt_number >= patience.times
        late = state.idle_for + state.upcoming_sleep > patience.seconds
        return late or silent or unreachable >= patience.unreachable_times

    async def once() -> Result:
        return await ask()

    busy = retry_if_exception_type(ProviderBusy)
    return await AsyncRetrying(retry=busy, wait=wait, stop=stop, sleep=clock.sleep, reraise=True)(once)


def busy_of(state: RetryCallState) -> ProviderBusy:
    """What the last try was refused with."""
    failure = state.outcome.exception() if state.outcome else None
    assert isinstance(failure, ProviderBusy)
    return failure


def pause_after(busy: ProviderBusy, attempt: int, random: Random, longest: float) -> float:
    """Seconds to wait before the next try: as told, never at once, or longer each time."""
    if busy.retry_after is None:
        return LEAST_PAUSE + backoff(attempt, FIRST_BACKOFF, longest, random)
    return jittered(max(busy.retry_after, LEAST_PAUSE), random)
