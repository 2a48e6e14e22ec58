"""The catalogue: which models vendors offer, what they can and what they cost, as dated data."""

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_UP, Decimal
from functools import cache
from typing import Literal

from kiwi.errors import SetupIncomplete
from kiwi.film.model import Value
from kiwi.money.entries import entries, read

Kind = Literal["chat", "voice", "image", "video", "stock"]
Unit = Literal["second", "image", "character", "audio-minute", "token-million"]

MICRO = Decimal("0.000001")
"""The ledger counts millionths of a dollar."""


class Model(Value):
    """One model of a provider. Prices are US dollars per unit; what it makes is ``ratios`` wide by high, ``seconds`` long."""

    provider: str
    """The camera's or narrator's name on the menu."""
    id: str
    """As the vendor calls it."""
    kind: Kind
    unit: Unit
    price: Decimal = Decimal(0)
    price_in: Decimal = Decimal(0)
    price_out: Decimal = Decimal(0)
    """Of a million tokens read and written; ``unit`` is then ``token-million``."""
    ratios: tuple[str, ...] = ()
    """From text, as the vendor writes them: ``16:9`` or ``1280:720``; empty: it films from an image alone."""
    image_ratios: tuple[str, ...] = ()
    """From an image, where they differ."""
    seconds: tuple[int, ...] = ()
    """Lengths it can make, ascending."""
    resolution: str = ""
    prompt_units: int = 0
    """Longest prompt in UTF-16 units; 0: no limit known."""
    concurrent: int
    """Jobs that may run at once, over all workers."""
    per_minute: int = 0
    per_hour: int = 0
    """Creates that may be sent; 0: no limit known."""
    status: Literal["live", "deprecated", "uncertain"] = "live"
    source: str
    """Where the price comes from."""

    @property
    def name(self) -> str:
        """``runway:gen4.5``."""
        return f"{self.provider}:{self.id}"

    @property
    def films_from_images(self) -> bool:
        """It films from an image alone, which has to be bought first."""
        return self.kind == "video" and not self.ratios

    def cost(self, units: float = 1) -> Decimal:
        """US dollars for so many seconds, images, characters or minutes, rounded up to a millionth."""
        return (self.price * Decimal(str(units))).quantize(MICRO, ROUND_UP)

    def cost_of_tokens(self, read: int, written: int) -> Decimal:
        """US dollars for tokens read and written, rounded up to a millionth."""
        return ((self.price_in * read + self.price_out * written) / 1_000_000).quantize(MICRO, ROUND_UP)


@cache
def catalogue() -> tuple[Model, ...]:
    """Every known model, in the file's order: a provider's first of a kind is its default."""
    return tuple(Model.model_validate(entry) for entry in entries())


@cache
def as_of() -> date:
    """The day the catalogue was checked."""
    day: date = read()["as_of"]
    return day


def find_model(provider: str, kind: Kind, model_id: str = "", among: Iterable[Model] | None = None) -> Model:
    """A provider's model of a kind, its default if none is named; SetupIncomplete."""
    known = [model for model in among or catalogue() if (model.provider, model.kind) == (provider, kind)]
    for model in known:
        if model_id in ("", model.id):
            return model
    names = ", ".join(model.id for model in known) or "none"
    raise SetupIncomplete(f"{provider} has no {kind} model “{model_id}” in the catalogue: choose one of {names}.")
