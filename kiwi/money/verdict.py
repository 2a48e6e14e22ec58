"""The verdict on a purchase: whether it was bought before, may be bought, and when; decided from what the books say."""

from decimal import Decimal

from kiwi import errors
from kiwi.errors import OutcomeUnknown, OverBudget, ProviderError
from kiwi.film.model import Value
from kiwi.money.catalogue import Model
from kiwi.money.purchases import Purchase, Stage, Wanted

MOST_TIMES = 3
"""So often is the same request bought when its jobs come to nothing."""

ASKED_SECONDS = 5 * 60
RUNNING_SECONDS = 30 * 60
"""Whoever has not said after so long what a provider answered, or what became of a job, is not waited for any more."""

LOOK_SECONDS = 1.0
"""While all places of a model are taken, it is looked so often whether one is free."""

LONGEST_SECONDS = 60.0

BOUGHT = frozenset({Stage.ACCEPTED, Stage.SETTLED})
FORGOTTEN = frozenset({Stage.INTENDED, Stage.UNKNOWN})


class Caps(Value):
    """US dollars that may be spent."""

    film: Decimal
    day: Decimal
    """By all films of a day, in UTC."""
    owner_day: Decimal | None = None
    """By one owner's films of a day."""
    budget: Decimal | None = None
    """By this film, as its client wishes."""


class Standing(Value):
    """What the books say at the moment somebody wants to buy."""

    last: Purchase | None = None
    """The latest purchase of the same part and request."""
    kind: str = ""
    """Class of the failure that the latest one ended with."""
    again: bool = False
    """Whether that failure lets it be bought another time."""
    failures: int = 0
    """How many purchases of the same part and request came to nothing."""
    film: Decimal
    day: Decimal
    """US dollars spent or still to be charged, by the film and by all films today."""
    owner_day: Decimal | None = None
    """By its owner's films today; None: nobody limits this owner."""
    running: int
    minute: int
    hour: int
    """The model's jobs now, without those of films that have ended; its requests of the last minute and hour."""
    minute_ends: float = 0.0
    hour_ends: float = 0.0
    """Seconds until the oldest of these is a minute or an hour old."""


class Wait(Value):
    """Not now."""

    seconds: float


def judge(wanted: Wanted, standing: Standing, caps: Caps) -> Purchase | Wait | ProviderError | None:
    """The purchase that it was bought with before, how long to wait, why it is not bought, or None: buy it now."""
    if standing.last is not None and standing.last.stage in BOUGHT:
        return standing.last
    return past(wanted, standing) or over(wanted, standing, caps) or turn(wanted.model, standing)


def past(wanted: Wanted, standing: Standing) -> ProviderError | None:
    """Why what became of it before forbids buying it again."""
    last = standing.last
    if last is None or last.stage in {Stage.REFUSED, Stage.CANCELLED}:
        return None
    if last.stage is Stage.FAILED:
        return None if standing.again and standing.failures < MOST_TIMES else remembered(standing.kind, last.failure)
    return OutcomeUnknown(
        f"{wanted.model.name} was asked for {wanted.part}, and no answer is known: it counts as bought. "
        f"Look up at the provider whether it was (purchase {last.number})."
    )


def over(wanted: Wanted, standing: Standing, caps: Caps) -> OverBudget | None:
    """Which cap it would go over."""
    if not wanted.most:
        return None
    lines: tuple[tuple[str, Decimal | None, Decimal | None, str], ...] = (
        ("the film", caps.film, standing.film, "(KIWI_SPEND_TASK)"),
        ("the film", caps.budget, standing.film, "by its budget"),
        ("a day's films", caps.day, standing.day, "(KIWI_SPEND_DAY)"),
        ("one owner's films of a day", caps.owner_day, standing.owner_day, "(KIWI_OWNER_SPEND_DAY)"),
    )
    for whose, cap, spent, named in lines:
        if cap is not None and spent is not None and spent + wanted.most > cap:
            return OverBudget(
                f"{wanted.part} by {wanted.model.name} may cost {dollars(wanted.most)}, {whose} may cost {dollars(cap)} {named}, "
                f"and {dollars(spent)} of that are spent or promised: nothing was bought."
            )
    return None


def turn(model: Model, standing: Standing) -> Wait | None:
    """How long the model's limits make it wait."""
    waits = [
        LOOK_SECONDS if standing.running >= model.concurrent else 0.0,
        standing.minute_ends if 0 < model.per_minute <= standing.minute else 0.0,
        standing.hour_ends if 0 < model.per_hour <= standing.hour else 0.0,
    ]
    return Wait(seconds=min(max(waits), LONGEST_SECONDS)) if any(waits) else None


def remembered(kind: str, message: str) -> ProviderError:
    """A stored failure as the kind of error it was."""
    known = getattr(errors, kind, ProviderError)
    return known(message) if isinstance(known, type) and issubclass(known, ProviderError) else ProviderError(message)


def dollars(amount: Decimal) -> str:
    """``$4.80``; as many digits as it takes, two at least."""
    whole = amount.normalize()
    exponent = whole.as_tuple().exponent
    return f"${whole:.{max(2, -exponent if isinstance(exponent, int) else 2)}f}"
