"""A till whose books are in memory: the product's own rules, without a database."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from kiwi.clock import Clock
from kiwi.errors import ProviderError
from kiwi.money.buying import FilmBuyer, PurchaseService
from kiwi.money.purchases import Placed, Purchase, Stage, Wanted
from kiwi.money.verdict import ASKED_SECONDS, RUNNING_SECONDS, Caps, Standing, Wait, judge
from tests.clocks import SteppedClock

PLENTY = Decimal(1_000)


class FakePurchaseStore:
    """Purchases and claims in memory; ``purchases`` shows each as it stands, oldest first."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.ended: set[str] = set()
        """Films whose jobs nobody waits for any more."""
        self._rows: dict[int, Purchase] = {}
        self._kinds: dict[int, tuple[str, bool]] = {}
        self._claims: dict[tuple[str, str], str] = {}

    @property
    def purchases(self) -> list[Purchase]:
        return list(self._rows.values())

    async def find(self, task_id: str, wanted: Wanted) -> Purchase | None:
        same = self._same(task_id, wanted)
        return same[-1] if same else None

    async def open(self, task_id: str, wanted: Wanted, caps: Caps) -> Purchase | Wait | ProviderError:
        standing = self._standing(task_id, wanted)
        if standing.last is not None and standing.last.stage is Stage.INTENDED:
            self._change(standing.last, stage=Stage.UNKNOWN)
        verdict = judge(wanted, standing, caps)
        return self._intend(task_id, wanted) if verdict is None else verdict

    async def accept(self, purchase: Purchase, placed: Placed) -> Purchase:
        most = purchase.most if placed.most is None else placed.most
        self._change(purchase, job=placed.job, most=most)
        self._change(purchase, {Stage.INTENDED, Stage.UNKNOWN}, stage=Stage.ACCEPTED, failure="")
        return self._rows[purchase.number]

    async def close(
        self, purchase: Purchase, stage: Stage, failure: BaseException | None = None, *, cost: Decimal | None = None, again: bool = False
    ) -> None:
        words = "" if failure is None else str(failure)
        if self._change(purchase, {Stage.INTENDED, Stage.ACCEPTED, Stage.UNKNOWN}, stage=stage, cost=cost, failure=words):
            self._kinds[purchase.number] = ("" if failure is None else type(failure).__name__, again)

    async def settle(self, purchase: Purchase, cost: Decimal | None) -> None:
        row = self._rows[purchase.number]
        known = row.cost if row.stage is Stage.SETTLED else None
        self._change(purchase, stage=Stage.SETTLED, cost=known if cost is None else cost, failure="")

    async def claim(self, task_id: str, what: str, part: str) -> bool:
        return self._claims.setdefault((task_id, what), part) == part

    def _same(self, task_id: str, wanted: Wanted) -> list[Purchase]:
        key = task_id, wanted.part, wanted.request
        return [row for row in self._rows.values() if (row.task_id, row.part, row.request) == key]

    def _standing(self, task_id: str, wanted: Wanted) -> Standing:
        now, same = self.clock.now(), self._same(task_id, wanted)
        kind, again = self._kinds.get(same[-1].number, ("", False)) if same else ("", False)
        model = [row for row in self._rows.values() if (row.provider, row.model) == (wanted.model.provider, wanted.model.id)]
        minute, hour = ([row for row in model if row.at > now - timedelta(seconds=seconds)] for seconds in (60, 3_600))
        midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return Standing(
            last=same[-1] if same else None,
            kind=kind,
            again=again,
            failures=sum(row.stage is Stage.FAILED for row in same),
            film=spent(row for row in self._rows.values() if row.task_id == task_id),
            day=spent(row for row in self._rows.values() if row.at >= midnight),
            running=sum(row.stage in {Stage.INTENDED, Stage.ACCEPTED} for row in model if self._is_waited_for(row, now)),
            minute=len(minute),
            hour=len(hour),
            minute_ends=60 - (now - minute[0].at).total_seconds() if minute else 0.0,
            hour_ends=3_600 - (now - hour[0].at).total_seconds() if hour else 0.0,
        )

    def _intend(self, task_id: str, wanted: Wanted) -> Purchase:
        number = len(self._rows) + 1
        names = {"provider": wanted.model.provider, "model": wanted.model.id, "part": wanted.part, "request": wanted.request}
        self._rows[number] = Purchase(number=number, task_id=task_id, stage=Stage.INTENDED, most=wanted.most, at=self.clock.now(), **names)
        return self._rows[number]

    def _is_waited_for(self, row: Purchase, now: datetime) -> bool:
        seconds = ASKED_SECONDS if row.stage is Stage.INTENDED else RUNNING_SECONDS
        return row.task_id not in self.ended and row.at > now - timedelta(seconds=seconds)

    def _change(self, purchase: Purchase, among: Iterable[Stage] = Stage, **changes: object) -> bool:
        row = self._rows[purchase.number]
        if fits := row.stage in set(among):
            self._rows[row.number] = row.model_copy(update=changes)
        return fits


class FakeBuyer(FilmBuyer):
    """One film's till in memory: ``FakeBuyer(clock)``; ``purchases`` shows what was bought, each as it stands.

    Give several the same ``books`` for films that share a provider's limits and the day's cap, and for a till after a restart.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        task_id: str = "film",
        cap: Decimal = PLENTY,
        day_cap: Decimal = PLENTY,
        budget: Decimal | None = None,
        store: FakePurchaseStore | None = None,
    ) -> None:
        clock = clock or SteppedClock()
        self.store = store or FakePurchaseStore(clock)
        super().__init__(PurchaseService(self.store, clock, Random(0)), task_id, Caps(film=cap, day=day_cap, budget=budget))

    @property
    def purchases(self) -> list[Purchase]:
        """This film's, oldest first."""
        return [purchase for purchase in self.store.purchases if purchase.task_id == self.task_id]


def spent(rows: Iterable[Purchase]) -> Decimal:
    """What these cost so far: what is known, and what may still be charged."""
    return sum((row.most if row.cost is None else row.cost for row in rows), Decimal(0))
