"""Buying: how one film buys, whatever is killed in between; where it is written down is the store's affair."""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from decimal import ROUND_UP, Decimal
from random import Random
from typing import Protocol, TypeGuard, TypeVar
from weakref import WeakValueDictionary

import psycopg
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt, wait_chain, wait_fixed

from kiwi.clock import Clock, jittered
from kiwi.errors import OutcomeUnknown, ProviderError
from kiwi.money.catalogue import MICRO
from kiwi.money.purchases import Kept, Place, Placed, Purchase, Stage, Wanted
from kiwi.money.verdict import BOUGHT, FORGOTTEN, Caps, Wait

log = logging.getLogger(__name__)

OUTLAST_SECONDS = 4.0
"""So long does a cancellation wait for a provider's answer; whoever asks again in this process waits for the same answer."""

PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 14.0)
"""Seconds between tries to store an answer while the database is away."""

Key = tuple[str, str, str]
"""Task, part and request: what is bought once."""
Result = TypeVar("Result")


class PurchaseStore(Protocol):
    """Where purchases are written down; each method is one transaction. psycopg.OperationalError when the database is away."""

    async def find(self, task_id: str, wanted: Wanted) -> Purchase | None:
        """The latest purchase of a part and request."""
        ...

    async def open(self, task_id: str, wanted: Wanted, caps: Caps) -> Purchase | Wait | ProviderError:
        """Judge and, if it may be bought now, write down the intent; no two do so at once, in whatever process.

        An intent that was found is an outcome that nobody knows, and is written down as such.
        """
        ...

    async def accept(self, purchase: Purchase, placed: Placed) -> Purchase:
        """The provider took the job."""
        ...

    async def close(
        self, purchase: Purchase, stage: Stage, failure: BaseException | None = None, *, cost: Decimal | None = None, again: bool = False
    ) -> None:
        """It came to nothing; what has come to an end already stays as it is."""
        ...

    async def settle(self, purchase: Purchase, cost: Decimal | None) -> None:
        """It was delivered; without a cost the one that is known stands."""
        ...

    async def claim(self, task_id: str, what: str, part: str) -> bool:
        """Whether a thing belongs to this part of the task."""
        ...


class PurchaseService:
    """What the tills of one process share: who waits for which model, and what is being asked for at this moment."""

    def __init__(self, store: PurchaseStore, clock: Clock, random: Random) -> None:
        self.store = store
        self.clock = clock
        self.random = random
        self.outlast_seconds = OUTLAST_SECONDS
        self.turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._asking: WeakValueDictionary[Key, asyncio.Lock] = WeakValueDictionary()
        self._placing: dict[Key, asyncio.Task[Purchase]] = {}

    async def buy(self, task_id: str, wanted: Wanted, caps: Caps, place: Place, kept: Kept | None) -> Purchase:
        key = task_id, wanted.part, wanted.request
        async with self._asking.setdefault(key, asyncio.Lock()):
            if answer := self._placing.get(key):  # whoever asked was cancelled and did not wait for it
                await asyncio.wait({answer})
            known = await self.store.find(task_id, wanted)
            if known is not None and known.stage in BOUGHT:
                return known
            verdict: Purchase | Wait | ProviderError = Wait(seconds=0.0)
            if known is not None and known.stage in FORGOTTEN:
                if kept is not None and (found := await kept()):
                    return await self._accept(known, found)
                # it must not queue: its place may be the one that all others wait for
                verdict = await self._open(task_id, wanted, caps)
            if isinstance(verdict, Wait):
                verdict = await self._take_turn(task_id, wanted, caps)
            if isinstance(verdict, ProviderError):
                raise verdict
            if not _is_fresh(verdict):
                return verdict
            return await self.outlast(self._send(verdict, place))

    async def answered(self, task_id: str) -> None:
        """Wait until nobody is being asked for a film any more."""
        while asked := {answer for key, answer in self._placing.items() if key[0] == task_id}:
            await asyncio.wait(asked)

    async def _take_turn(self, task_id: str, wanted: Wanted, caps: Caps) -> Purchase | ProviderError:
        """Wait behind whoever came before for the same model; only the first asks the books."""
        async with self.turns[wanted.model.name]:
            while True:
                verdict = await self._open(task_id, wanted, caps)
                if not isinstance(verdict, Wait):
                    return verdict
                await self.clock.sleep(jittered(verdict.seconds, self.random))

    async def _open(self, task_id: str, wanted: Wanted, caps: Caps) -> Purchase | Wait | ProviderError:
        """Open the books; a cancellation leaves no intent behind for which nothing was sent."""
        opening = asyncio.create_task(self.store.open(task_id, wanted, caps))
        try:
            return await self.outlast(opening)
        except asyncio.CancelledError:
            if not opening.done():
                opening.cancel()
            elif not opening.cancelled() and not opening.exception() and _is_fresh(found := opening.result()):
                with contextlib.suppress(psycopg.OperationalError):
                    await self.outlast(asyncio.create_task(self.store.close(found, Stage.CANCELLED, cost=Decimal(0))))
            raise

    def _send(self, purchase: Purchase, place: Place) -> "asyncio.Task[Purchase]":
        """Ask the provider, in a task that no caller's cancellation reaches."""
        key = purchase.task_id, purchase.part, purchase.request
        order = asyncio.create_task(self._ask(purchase, place), name=f"purchase {purchase.number}")
        self._placing[key] = order

        def answered(order: "asyncio.Task[Purchase]") -> None:
            self._placing.pop(key, None)
            if not order.cancelled():
                order.exception()  # whoever asked may be gone

        order.add_done_callback(answered)
        return order

    async def _ask(self, purchase: Purchase, place: Place) -> Purchase:
        try:
            placed = await place()
        except BaseException as failure:
            refused = isinstance(failure, ProviderError) and not isinstance(failure, OutcomeUnknown)
            stage, cost = (Stage.REFUSED, Decimal(0)) if refused else (Stage.UNKNOWN, None)
            reason = failure
            await self._store(purchase, lambda: self.store.close(purchase, stage, reason, cost=cost))
            raise
        return await self._accept(purchase, placed)

    async def _accept(self, purchase: Purchase, placed: Placed) -> Purchase:
        answer = placed if placed.most is None else placed.model_copy(update={"most": micro(placed.most)})
        return await self._store(purchase, lambda: self.store.accept(purchase, answer), f"took it as {answer.job}")

    async def _store(self, purchase: Purchase, write: Callable[[], Awaitable[Result]], answer: str = "did not take it") -> Result:
        """Write down what a provider answered, through a short outage of the database: the answer is worth money."""

        def warn(state: RetryCallState) -> None:
            away = state.outcome.exception() if state.outcome else None
            log.warning("%s %s; the database is away, so purchase %d waits: %s", purchase.provider, answer, purchase.number, away)

        async def once() -> Result:
            return await write()

        away = retry_if_exception_type((psycopg.OperationalError, psycopg.InternalError))  # gone, or for a moment a read-only replica
        tries = stop_after_attempt(len(PAUSES) + 1)
        pauses = wait_chain(*(wait_fixed(pause) for pause in PAUSES))
        return await AsyncRetrying(retry=away, wait=pauses, stop=tries, before_sleep=warn, sleep=self.clock.sleep, reraise=True)(once)

    async def outlast(self, work: "asyncio.Task[Result]") -> Result:
        """Wait for work that must not be cut off; a cancellation, however often it is said, waits a while for its end."""
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            loop = asyncio.get_running_loop()
            ends = loop.time() + self.outlast_seconds  # by the machine's own clock: its shutdown waits for this
            while not work.done() and loop.time() < ends:
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.wait({work}, timeout=ends - loop.time())
            raise


class FilmBuyer:
    """Where one film buys. See Till, whose words are the promise."""

    def __init__(self, counter: PurchaseService, task_id: str, caps: Caps) -> None:
        self.task_id = task_id
        self._counter = counter
        self._caps = caps

    async def buy(self, wanted: Wanted, place: Place, kept: Kept | None = None) -> Purchase:
        wanted = wanted.model_copy(update={"most": micro(wanted.most)})
        return await self._counter.buy(self.task_id, wanted, self._caps, place, kept)

    async def settle(self, purchase: Purchase, cost: Decimal | None = None) -> None:
        await self._counter.store.settle(purchase, None if cost is None else micro(cost))

    async def fail(self, purchase: Purchase, failure: ProviderError, *, cost: Decimal = Decimal(0), again: bool) -> None:
        await self._counter.store.close(purchase, Stage.FAILED, failure, cost=micro(cost), again=again)

    async def claim(self, what: str, part: str) -> bool:
        return await self._counter.store.claim(self.task_id, what, part)


def _is_fresh(verdict: Purchase | Wait | ProviderError) -> TypeGuard[Purchase]:
    return isinstance(verdict, Purchase) and verdict.stage is Stage.INTENDED


def micro(amount: Decimal) -> Decimal:
    """US dollars as the books count them, rounded up to a millionth."""
    return amount.quantize(MICRO, ROUND_UP)
