"""Estimates: sums over a plan and the catalogue."""

from decimal import Decimal

import pytest

from kiwi.errors import SetupIncomplete
from kiwi.film.model import Intent
from kiwi.money.catalogue import Model, catalogue, find_model
from kiwi.money.entries import CAMERAS as CAMERA_NAMES
from kiwi.money.estimate import Hired, estimate, guessed_plan, length_made, line_of, plan_of
from kiwi.providers import CAMERAS, NARRATORS
from kiwi.providers.agency import named
from testing.fakes import a_script, an_intent

RUNWAY = find_model("runway", "video", "gen4.5")
PIKA = find_model("pika", "video")


def film_of(seconds: float, scenes: int) -> Intent:
    return an_intent().model_copy(update={"seconds": seconds})


def test_shots_share_the_films_seconds() -> None:
    plan = plan_of(film_of(30, 3), a_script(3))
    assert sum(plan.shots) == pytest.approx(30)
    assert plan.characters == sum(len(scene.voice_over) for scene in a_script(3).scenes)


@pytest.mark.parametrize(("seconds", "made"), [(0.5, 2), (2.0, 2), (2.1, 3), (9.9, 10), (10, 10), (24, 10)])
def test_a_shot_is_charged_by_the_length_that_is_made(seconds: float, made: int) -> None:
    assert length_made(RUNWAY, seconds) == made


def test_a_film_of_five_shots_of_five_seconds_costs_what_the_price_list_says() -> None:
    plan = guessed_plan(25, 0).model_copy(update={"shots": (5.0,) * 5})
    assert line_of(Hired(node="shoot_scene", model=RUNWAY), plan).dollars == Decimal("3.00")
    assert line_of(Hired(node="shoot_scene", model=PIKA), plan).dollars == Decimal("1.00")


def test_a_camera_that_films_from_images_is_charged_with_the_images_too() -> None:
    plan = guessed_plan(20, 0).model_copy(update={"shots": (5.0,) * 4})
    turbo = Hired(node="shoot_scene", model=find_model("runway", "video", "gen4_turbo"))
    assert line_of(turbo, plan).dollars == Decimal("1.00") + 4 * Decimal("0.05")


def test_lines_add_up_and_say_how_much_of_what() -> None:
    hired = [Hired(node="record_voice_over", model=find_model("elevenlabs", "voice")), Hired(node="shoot_scene", model=RUNWAY)]
    told = estimate(hired, guessed_plan(30, 0), Decimal(5)).told()
    assert told["total"] == pytest.approx(sum(line["usd"] for line in told["lines"]))
    assert [line["unit"] for line in told["lines"]] == ["character", "second"]
    assert (told["cap"], told["assumed"], told["currency"]) == (5.0, True, "USD")


def test_a_longer_recording_costs_more_to_listen_to() -> None:
    chat = Hired(node="hear_brief", model=find_model("gemini", "chat"))
    assert line_of(chat, guessed_plan(30, 600)).dollars > line_of(chat, guessed_plan(30, 10)).dollars > 0


def test_the_menu_and_the_catalogue_name_the_same() -> None:
    assert [entry.name for entry in CAMERAS if entry.name in CAMERA_NAMES] == [entry.name for entry in CAMERAS]
    assert {entry.name for entry in CAMERAS} == set(CAMERA_NAMES) - {"cards"}
    assert {entry.name for entry in NARRATORS} == {model.provider for model in catalogue() if model.kind == "voice"}


def test_a_name_that_is_not_on_the_menu_is_told_with_its_setting() -> None:
    assert [(entry.name, model) for entry, model in named(" runway:gen4_turbo, pexels ,", CAMERAS, "KIWI_CAMERAS")] == [
        ("runway", "gen4_turbo"),
        ("pexels", ""),
    ]
    with pytest.raises(SetupIncomplete, match=r"KIWI_CAMERAS names “sora”.*runway"):
        named("sora", CAMERAS, "KIWI_CAMERAS")
    with pytest.raises(SetupIncomplete, match=r"runway has no video model “gen9”.*gen4\.5"):
        find_model("runway", "video", "gen9")


@pytest.mark.parametrize("model", catalogue(), ids=lambda model: model.name)
def test_every_model_has_a_price_a_source_and_lengths_if_it_films(model: Model) -> None:
    assert model.source
    assert model.kind == "stock" or max(model.price, model.price_in, model.price_out) > 0
    assert (model.kind == "video") == bool(model.seconds)
    assert list(model.seconds) == sorted(model.seconds)
    assert model.concurrent >= 1
