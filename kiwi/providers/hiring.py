"""Casting: who of the agency is hired for one film, by what it would cost and what may be spent; pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Generic, TypeVar

from kiwi.film.model import CARDS, Brief, Value
from kiwi.money.estimate import Estimate, Hired, Plan, estimate, line_of
from kiwi.money.purchases import Spending
from kiwi.providers.agency import Agency, CameraOffer, NarratorOffer
from kiwi.providers.chat.model import Chat

CHATTING = ("read_intent", "write_script", "draw_storyboard")
"""Nodes in which any chat model works, beside ``hear_brief`` for a recording, if it hears, and ``inspect_film``, if it sees."""

Offer = TypeVar("Offer", CameraOffer, NarratorOffer)


@dataclass(frozen=True)
class Cast(Generic[Offer]):
    """Who may work in a node, and why others may not."""

    offers: Sequence[Offer] = ()
    out: dict[str, str] = field(default_factory=dict)

    @property
    def first(self) -> Offer | None:
        """Who is asked first."""
        return next((offer for offer in self.offers if offer.model.name not in self.out), None)


@dataclass(frozen=True)
class Casting:
    """Everybody hired for one film, and what that would cost."""

    chat: tuple[Hired, ...]
    chat_out: str
    cameras: Cast[CameraOffer]
    narrators: Cast[NarratorOffer]
    estimate: Estimate


class Purse(Value):
    """What a film may cost in all, and what it has cost, in US dollars."""

    cap: Decimal
    spending: Spending

    @property
    def rest(self) -> Decimal:
        """What may still be spent."""
        return max(Decimal(0), self.cap - self.spending.spent)

    def due(self, provider: str, price: Decimal) -> Decimal:
        """What is still to pay: whoever has worked for this film already goes on, and the buyer watches every purchase."""
        return Decimal(0) if self.spending.providers.get(provider) else price


def cast_film(agency: Agency, brief: Brief, plan: Plan, purse: Purse) -> Casting:
    """Hire whom the purse allows: who understands and writes first, then the voice, then the camera."""
    rest = purse.rest
    chat = agency.chat
    chatting = tuple(Hired(node=node, model=chat.sold) for node in _nodes(chat, plan)) if chat else ()
    price = sum((line_of(one, plan).dollars for one in chatting), Decimal(0))
    due = purse.due(chat.sold.provider, price) if chat else price
    chat_out = "" if due <= rest else _too_dear(price, rest)
    rest -= Decimal(0) if chat_out else due
    narrators = _afforded(agency.narrators, "record_voice_over", plan, purse, rest)
    voice = _hired("record_voice_over", narrators)
    rest -= purse.due(voice.model.provider, line_of(voice, plan).dollars) if voice else Decimal(0)
    cameras = _afforded(_wanted_cameras(agency, brief), "shoot_scene", plan, purse, rest)
    cameras = replace(cameras, out={**_missing_camera(agency, brief), **cameras.out})
    hired = [*(() if chat_out else chatting), *filter(None, (voice, _hired("shoot_scene", cameras)))]
    passed = [f"{name}: {why}" for name, why in (narrators.out | cameras.out).items()]
    passed += [f"{chat.sold.name}: {chat_out}"] if chat and chat_out else []
    return Casting(chatting, chat_out, cameras, narrators, estimate(hired, plan, purse.cap, passed))


def _nodes(chat: Chat, plan: Plan) -> tuple[str, ...]:
    hears = ("hear_brief",) if plan.recording_seconds and chat.hears else ()
    return (*hears, *CHATTING, *(("inspect_film",) if chat.sees else ()))


def _wanted_cameras(agency: Agency, brief: Brief) -> Sequence[CameraOffer]:
    if brief.camera == CARDS:
        return ()
    offers = sorted(agency.cameras, key=lambda offer: offer.model.provider != brief.camera)
    if brief.camera and offers and offers[0].model.provider == brief.camera and not offers[0].model.price:
        # whoever asks for free footage does not want to pay for what it lacks
        return [offer for offer in offers if not offer.model.price]
    return offers


def _missing_camera(agency: Agency, brief: Brief) -> dict[str, str]:
    names = {offer.model.provider for offer in agency.cameras}
    if brief.camera in ("", CARDS) or brief.camera in names:
        return {}
    return {brief.camera: "It has no key here, or KIWI_CAMERAS does not name it."}


def _hired(node: str, cast: Cast[Any]) -> Hired | None:
    return Hired(node=node, model=cast.first.model) if cast.first else None


def _afforded(offers: Sequence[Offer], node: str, plan: Plan, purse: Purse, rest: Decimal) -> Cast[Offer]:
    """The offers, and those among them that would cost more than is left."""
    prices = [(offer.model, line_of(Hired(node=node, model=offer.model), plan).dollars) for offer in offers]
    out = {model.name: _too_dear(price, rest) for model, price in prices if purse.due(model.provider, price) > rest}
    return Cast(offers, out)


def _too_dear(price: Decimal, left: Decimal) -> str:
    return f"It would cost about ${price:.2f} for this film, of which ${left:.2f} is left within the caps."


def first_closed(casting: Casting) -> str:
    """Why a strict film cannot be made with whom it is to be made with first; empty: it can."""
    for name, why in [("the chat model", casting.chat_out), *_closed(casting.narrators), *_closed(casting.cameras)]:
        if why:
            return f"{name}: {why}"
    return ""


def _closed(cast: Cast[Any]) -> list[tuple[str, str]]:
    wanted = [name for name in cast.out if name not in {offer.model.name for offer in cast.offers}]
    first = wanted or [offer.model.name for offer in cast.offers][:1]
    return [(name, cast.out.get(name, "")) for name in first]
