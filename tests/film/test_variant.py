"""A variant: a new film from the same script, in another shape, length or look."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from kiwi.client import AsyncKiwiClient
from kiwi.film.model import PORTRAIT, Brief, Script, film_seconds
from kiwi.film.pacing import bounds, natural
from kiwi.film.variant import fitted, variant_of
from kiwi.storage.postgres import Server
from testing.fakes import an_intent
from testing.servers import House, Studio, open_house, settings_for
from tests.local.test_storyboard import SCRIPT, plan, voices

SPOKEN = {scene: voice.seconds for scene, voice in voices(SCRIPT).items()}


def ids(script: Script) -> list[str]:
    return [scene.id for scene in script.scenes]


def test_what_fits_stays_in_its_order_with_the_opening_and_the_closing() -> None:
    least, usual = bounds([*SPOKEN.values()])[0], natural([*SPOKEN.values()])
    assert ids(fitted(SCRIPT, least + 1, SPOKEN)) == ids(SCRIPT)
    shorter = fitted(SCRIPT, 15, SPOKEN)
    assert ids(shorter) == ["scene-1", "scene-2", "scene-3", "scene-8"]
    assert shorter.seconds == 15
    near = bounds([*SPOKEN.values()])[0] - 1
    assert (ids(fitted(SCRIPT, near, SPOKEN)), fitted(SCRIPT, near, SPOKEN).seconds) == (ids(SCRIPT), round(near + 1, 3))
    assert shorter.remarks == ("To fit 15 seconds, 4 of the 8 scenes are left out.",)
    film = plan(shorter, seconds=15)
    assert abs(film.frames / film.fps - 15) < 0.1
    longer = fitted(SCRIPT, 300, SPOKEN)
    assert (longer.seconds, longer.remarks) == (round(usual, 3), (f"The words fill {usual:.0f} of the 300 seconds.",))


def test_a_film_that_cannot_be_so_short_says_how_long_it_is() -> None:
    one = fitted(SCRIPT, 1, SPOKEN)
    assert ids(one) == ["scene-8"]
    assert one.remarks[1].startswith("The words need ")


def test_a_variant_is_a_brief_of_its_own_that_is_read_and_written_already() -> None:
    brief = Brief(words="tea", review="storyboard", camera="cards", budget=2)
    told = variant_of(brief, "Tea, please.", an_intent(), SCRIPT, SPOKEN, PORTRAIT, None, "paper")
    assert (told.words, told.size, told.theme, told.review, told.camera, told.budget) == ("Tea, please.", PORTRAIT, "paper", "", "cards", 2)
    assert told.script == SCRIPT
    assert told.intent is not None
    assert (told.intent.size, told.seconds) == (PORTRAIT, film_seconds(an_intent(), SCRIPT))
    assert Brief.model_validate_json(told.model_dump_json()) == told


@pytest_asyncio.fixture
async def house(server: Server, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(settings_for(server.url, tmp_path), Studio(tmp_path)) as house:
        await house.clean()
        yield house
        await house.clean()


async def ask(house: House, task_id: str, said: object, **headers: str) -> httpx.Response:
    return await house.client.post(f"/api/video/task/{task_id}/variant", json=said, headers=headers)


async def test_a_variant_is_promised_like_any_film_and_neither_read_nor_written_again(house: House) -> None:
    task_id = await house.create()
    await house.ended(task_id)
    first = await ask(house, task_id, {"aspect": "9:16"}, **{"Idempotency-Key": "upright"})
    assert (first.status_code, set(first.json())) == (202, {"task_id", "status", "message", "created_at"})
    again = await ask(house, task_id, {"aspect": "9:16"}, **{"Idempotency-Key": "upright"})
    assert (again.json()["task_id"], again.headers["idempotent-replayed"]) == (first.json()["task_id"], "true")
    assert (await ask(house, task_id, {"aspect": "1:1"}, **{"Idempotency-Key": "upright"})).status_code == 422
    other = first.json()["task_id"]
    done = await house.ended(other)
    assert (done["status"], other != task_id) == ("completed", True)
    assert done["data"]["understood"]["aspect"] == "9:16"
    assert done["data"]["scenes"][0]["description"] == "Tea is number 1."
    notes = house.studio.notes()
    assert (notes["done write"], notes["done read"], notes["done cut"]) == (1, 1, 2)
    await house.client.delete(f"/api/video/task/{task_id}")
    assert (await house.status(other))["status"] == "completed"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "aspect"),
        ({"aspect": "4:3"}, "aspect"),
        ({"seconds": 1}, "seconds"),
        ({"theme": "x"}, "theme"),
        ({"text_input": "x"}, "text_input"),
    ],
)
async def test_a_variant_that_is_none_is_refused_by_its_field(house: House, said: dict[str, Any], field: str) -> None:
    task_id = await house.create()
    await house.ended(task_id)
    refused = await ask(house, task_id, said)
    assert (refused.status_code, refused.json()["field"]) == (422, field)


async def test_programs_ask_for_variants(house: House) -> None:
    async with AsyncKiwiClient(house.url) as client:
        task = await (await client.create("tea")).wait(timeout=20)
        variant = await (await task.variant(seconds=8, theme="paper")).wait(timeout=20)
        assert variant.id != task.id
        assert variant.state.understood is not None
        assert variant.state.understood["seconds"] == pytest.approx(8, abs=1)
    assert (await ask(house, "nope", {"aspect": "9:16"})).status_code == 404
