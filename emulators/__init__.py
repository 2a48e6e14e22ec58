"""The vendors' HTTP contracts, each under its name in one application: for tests, and for a demo without keys."""

import time
from collections.abc import Collection

from fastapi import FastAPI

from emulators.admin import add_doors
from emulators.elevenlabs import ElevenLabs
from emulators.fal import Fal
from emulators.gemini import Gemini
from emulators.pexels import Pexels
from emulators.pika import Pika
from emulators.pixabay import Pixabay
from emulators.runway import Runway
from emulators.timeline import Clock
from emulators.vendor import QUEUE_SECONDS, RUN_SECONDS, Vendor

VENDORS: tuple[type[Vendor], ...] = (Runway, Fal, Pika, Pexels, Pixabay, Gemini, ElevenLabs)
"""The menu: whom a demo meets."""


def hire(
    clock: Clock = time.monotonic, queue_seconds: float = QUEUE_SECONDS, run_seconds: float = RUN_SECONDS, keys: Collection[str] = ()
) -> list[Vendor]:
    """Every vendor on the menu, with the seconds its jobs wait and run and the keys it takes (none given: any key)."""
    return [vendor(clock, queue_seconds, run_seconds, keys) for vendor in VENDORS]


def build_emulators(vendors: Collection[Vendor] | None = None) -> FastAPI:
    """All vendors in one application, each under ``/<name>``, and ``/__emulator`` for another process to script them."""
    vendors = hire() if vendors is None else vendors
    app = FastAPI(title="Emulated vendors", openapi_url=None)
    add_doors(app, {vendor.name: vendor for vendor in vendors})
    for vendor in vendors:
        app.mount(f"/{vendor.name}", vendor)
    return app
