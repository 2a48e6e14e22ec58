"""The agency: the vendors that have a key, opened once for a process, and who of them may be hired for a film."""

import contextlib
import importlib
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from kiwi.clock import Clock
from kiwi.errors import SetupIncomplete
from kiwi.film.crew import Camera, Narrator
from kiwi.money.catalogue import Kind, Model, catalogue, find_model
from kiwi.money.purchases import Purchase
from kiwi.providers import CAMERAS, NARRATORS, Entry
from kiwi.providers.chat.model import Chat
from kiwi.providers.chat.opening import open_chat
from kiwi.settings import Settings
from kiwi.work.production import Production

VIDEO_KINDS: tuple[Kind, ...] = ("video", "image", "stock")


class CameraVendor(Protocol):
    """A vendor that films."""

    def camera(self, model: Model, production: Production, wait_seconds: float) -> Camera:
        """A camera for one film."""
        ...

    async def call_off(self, purchase: Purchase) -> Decimal | None:
        """Stop what was bought, and return the US dollars that are due all the same. ProviderError.

        None: it is there or will be, and stays ordered for whoever goes on with the film.
        """
        ...


class NarratorVendor(Protocol):
    """A vendor that speaks."""

    def narrator(self, model: Model, voice: str, production: Production) -> Narrator:
        """A narrator for one film."""
        ...

    async def call_off(self, purchase: Purchase) -> Decimal | None: ...


@dataclass(frozen=True)
class CameraOffer:
    """A camera that may be hired."""

    model: Model
    vendor: CameraVendor


@dataclass(frozen=True)
class NarratorOffer:
    """A voice that may be hired."""

    model: Model
    vendor: NarratorVendor
    voice: str


@dataclass(frozen=True)
class Agency:
    """Everybody who may be hired, best first."""

    chat: Chat | None
    cameras: tuple[CameraOffer, ...]
    narrators: tuple[NarratorOffer, ...]

    @property
    def anybody(self) -> bool:
        """Whether there is anybody at all."""
        return bool(self.chat or self.cameras or self.narrators)

    @property
    def names(self) -> list[str]:
        """The models that may be hired."""
        chat = [self.chat.sold] if self.chat else []
        return [model.name for model in (*chat, *(one.model for one in self.narrators), *(one.model for one in self.cameras))]

    def vendor(self, provider: str) -> CameraVendor | NarratorVendor | None:
        """Who sold something under this name."""
        offers: list[CameraOffer | NarratorOffer] = [*self.cameras, *self.narrators]
        return next((offer.vendor for offer in offers if offer.model.provider == provider), None)


@contextlib.asynccontextmanager
async def open_agency(settings: Settings, clock: Clock, silence_seconds: float | None = None) -> AsyncIterator[Agency]:
    """Open every vendor that is named in the settings and has a key; see open_chat. SetupIncomplete for a name that nobody has."""
    async with contextlib.AsyncExitStack() as opened:
        vendors: dict[str, Any] = {}

        async def open_vendor(entry: Entry) -> Any:
            if entry.opener not in vendors:
                module, _, function = entry.opener.partition(":")
                opener = getattr(importlib.import_module(module), function)
                key, base_url = key_of(settings, entry), getattr(settings, f"{entry.account}_base_url")
                vendors[entry.opener] = await opened.enter_async_context(opener(key, base_url, clock))
            return vendors[entry.opener]

        allowed = jobs_at_once(settings.concurrent)
        cameras = tuple(
            [
                CameraOffer(_allowing(_camera_model(entry.name, model), allowed), await open_vendor(entry))
                for entry, model in named(settings.cameras, CAMERAS, "KIWI_CAMERAS")
                if key_of(settings, entry)
            ]
        )
        narrators = tuple(
            [
                NarratorOffer(
                    _allowing(find_model(entry.name, "voice", model), allowed),
                    await open_vendor(entry),
                    getattr(settings, f"{entry.account}_voice"),
                )
                for entry, model in named(settings.narrators, NARRATORS, "KIWI_NARRATORS")
                if key_of(settings, entry)
            ]
        )
        chat = await opened.enter_async_context(open_chat(settings, silence_seconds=silence_seconds))
        if chat is not None:
            chat.sold = _allowing(chat.sold, allowed)
        yield Agency(chat, cameras, narrators)


def named(names: str, menu: Iterable[Entry], setting: str) -> list[tuple[Entry, str]]:
    """The entries of ``runway:gen4.5,pika``, each with the model that is named behind the colon. SetupIncomplete."""
    known = {entry.name: entry for entry in menu}
    found = []
    for item in filter(None, (part.strip() for part in names.split(","))):
        name, _, model = item.partition(":")
        if name not in known:
            raise SetupIncomplete(f"{setting} names “{name}”, which is not on the menu: choose from {', '.join(known)}.")
        found.append((known[name], model))
    return found


def jobs_at_once(limits: str) -> dict[str, int]:
    """Read ``runway=10,pika=40``. SetupIncomplete."""
    allowed = {}
    for item in filter(None, (part.strip() for part in limits.split(","))):
        name, _, number = item.partition("=")
        if not number.isascii() or not number.isdigit() or not 1 <= int(number) <= 1_000:
            raise SetupIncomplete(f"KIWI_CONCURRENT says “{item}”: write name=number, such as runway=10.")
        allowed[name] = int(number)
    return allowed


def _allowing(model: Model, allowed: Mapping[str, int]) -> Model:
    return model.model_copy(update={"concurrent": allowed[model.provider]}) if model.provider in allowed else model


def key_of(settings: Settings, entry: Entry) -> str:
    """The key of a vendor's account; empty: there is none."""
    key: str = getattr(settings, f"{entry.account}_key").get_secret_value()
    return key.strip()


def _camera_model(provider: str, model: str) -> Model:
    kinds = {one.kind for one in catalogue() if one.provider == provider and model in ("", one.id)}
    kind = next((kind for kind in VIDEO_KINDS if kind in kinds), VIDEO_KINDS[0])
    return find_model(provider, kind, model)
