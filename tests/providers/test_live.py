"""The real vendors, with the developer's own keys: ``pytest -m live`` buys a shot, a sentence and an answer of each; about $2 in all."""

from pathlib import Path

import pytest

from kiwi.clock import SystemClock
from kiwi.film.model import Brief, Scene, SceneRole
from kiwi.providers import CAMERAS, NARRATORS, Entry
from kiwi.providers.agency import open_agency
from kiwi.providers.chat.reader import ChatReader
from kiwi.settings import Settings
from kiwi.storage.assets import AssetStore
from kiwi.work.processes import open_pool
from kiwi.work.production import Production
from kiwi.work.workshop import Workshop
from tests.buyers import FakeBuyer, FakePurchaseStore
from tests.cameras import a_shot, a_storyboard

pytestmark = [pytest.mark.live, pytest.mark.timeout(1200)]

CLOCK = SystemClock()


def hired_for(workshop: Workshop) -> Production:
    return Production("live", FakeBuyer(CLOCK, store=FakePurchaseStore(CLOCK)), workshop, CLOCK)


@pytest.mark.parametrize("entry", CAMERAS, ids=lambda entry: entry.name)
async def test_a_camera_films(entry: Entry, live_settings: Settings, tmp_path: Path) -> None:
    async with open_agency(live_settings, CLOCK) as agency, open_pool(1, tmp_path) as pool:
        offer = next((offer for offer in agency.cameras if offer.model.provider == entry.name), None)
        if offer is None:
            pytest.skip(f"{entry.name} has no key")
        workshop, shot = Workshop(pool, AssetStore(tmp_path / "store")), a_shot()
        storyboard = a_storyboard(shot, size="1920x1080")
        take = await offer.vendor.camera(offer.model, hired_for(workshop), 900).shoot(shot, storyboard, lambda _: None)
        assert take.footage is not None
        assert workshop.assets.path(take.footage).stat().st_size == take.footage.size


@pytest.mark.parametrize("entry", NARRATORS, ids=lambda entry: entry.name)
async def test_a_voice_speaks(entry: Entry, live_settings: Settings, tmp_path: Path) -> None:
    async with open_agency(live_settings, CLOCK) as agency, open_pool(1, tmp_path) as pool:
        offer = next((offer for offer in agency.narrators if offer.model.provider == entry.name), None)
        if offer is None:
            pytest.skip(f"{entry.name} has no key")
        production = hired_for(Workshop(pool, AssetStore(tmp_path / "store")))
        scene = Scene(id="scene-1", role=SceneRole.OPENING, title="Tea", voice_over="Tea wakes the whole house at seven.")
        voice = await offer.vendor.narrator(offer.model, offer.voice, production).narrate(scene, lambda _: None)
        assert [word.text for word in voice.words] == scene.voice_over.split()
        assert 1 < voice.seconds < 6


async def test_the_chat_model_understands(live_settings: Settings, tmp_path: Path) -> None:
    async with open_agency(live_settings, CLOCK) as agency, open_pool(1, tmp_path) as pool:
        if agency.chat is None:
            pytest.skip("no chat model has a key")
        production = hired_for(Workshop(pool, AssetStore(tmp_path / "store")))
        brief = Brief(words="A vertical 20 second film that tells teenagers how tea is made")
        intent = await ChatReader(agency.chat, production).read(brief.words, brief, None)
        assert "tea" in intent.topic.lower()
        assert (intent.seconds, intent.size.height) == (20, 1920)
