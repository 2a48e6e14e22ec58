"""A change of a finished film is a new version of it: the old ones stay to be seen, as many as are kept."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from kiwi.client import AsyncKiwiClient, Refused
from kiwi.errors import RenderError
from kiwi.film.model import LANDSCAPE, Film
from kiwi.storage.postgres import Server
from kiwi.tasks.versions import MOST_VERSIONS, film_of, films_of, parted, with_versions
from testing.fakes import an_asset
from testing.servers import FILM, House, Studio, open_house, settings_for

NOW = datetime(2026, 11, 30, tzinfo=UTC)


def a_result(number: int) -> dict[str, Any]:
    files = {name: an_asset(f"{number}.{suffix}") for name, suffix in (("video", "mp4"), ("srt", "srt"), ("vtt", "vtt"), ("poster", "jpg"))}
    film = Film(**files, manifest=an_asset(f"{number}.json"), seconds=1.0, frames=30, size=LANDSCAPE, fps=30)
    return {"title": "Tea", "duration": 1.0, "sha256": f"digest {number}", "film": film.model_dump(mode="json")}


def names(result: dict[str, Any]) -> list[str]:
    return [film.video.name for film in films_of(result)]


def test_versions_are_numbered_on_and_the_oldest_go() -> None:
    result = None
    for number in range(1, MOST_VERSIONS + 3):
        result = with_versions("task", a_result(number), result, NOW)
    assert result is not None
    assert [version["version"] for version in result["versions"]] == [3, 4, 5, 6, 7]
    assert [version["current"] for version in result["versions"]] == [False] * 4 + [True]
    assert result["versions"][0]["video_url"] == "/api/video/file/task.v3.mp4"
    assert names(result) == [f"order/{number}.mp4" for number in (7, 3, 4, 5, 6)]
    assert [film_of(result, number).video.name for number in (None, 7, 3)] == ["order/7.mp4", "order/7.mp4", "order/3.mp4"]  # type: ignore[union-attr]
    assert film_of(result, 2) is None


def test_a_film_of_before_there_were_versions_is_the_first_and_the_same_film_again_is_no_new_one() -> None:
    second = with_versions("task", a_result(2), a_result(1), NOW)
    assert [version["version"] for version in second["versions"]] == [1, 2]
    assert names(second) == ["order/2.mp4", "order/1.mp4"]
    again = with_versions("task", a_result(2), second, NOW)
    assert [version["version"] for version in again["versions"]] == [1, 2]
    assert names(again) == names(second)
    assert film_of(a_result(1), 1) is not None


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("task.mp4", ("task", None, "mp4")),
        ("task.v12.srt", ("task", 12, "srt")),
        ("task.v0.mp4", ("task.v0.mp4", None, "")),
        ("a.b.mp4", ("a.b.mp4", None, "")),
        ("mp4", ("mp4", None, "")),
    ],
)
def test_a_files_name_says_whose_it_is_and_which_version(name: str, parts: tuple[str, int | None, str]) -> None:
    assert parted(name) == parts


@pytest_asyncio.fixture
async def house(server: Server, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(settings_for(server.url, tmp_path), Studio(tmp_path)) as house:
        await house.clean()
        yield house
        await house.clean()


async def retaken(house: House, task_id: str, **said: object) -> httpx.Response:
    return await house.client.post(f"/api/video/task/{task_id}/scenes/2/retake", json=said)


async def test_the_film_of_before_is_shown_until_the_next_is_there_and_stays_to_be_seen(house: House) -> None:
    task_id = await house.create()
    first = (await house.ended(task_id))["result"]
    assert [version["version"] for version in first["versions"]] == [1]
    house.studio.hold("cut")
    answer = await retaken(house, task_id, text="Cocoa is better.")
    assert (answer.status_code, answer.json()["message"]) == (202, "Making scene 2 again with other words")
    assert (answer.json()["status"], answer.json()["result"]) == ("pending", first)
    await house.studio.noted("done render scene-3")
    assert (await house.status(task_id))["result"] == first
    assert (await house.client.get(f"/api/video/file/{task_id}.mp4")).content == FILM
    house.studio.release("cut")
    second = (await house.ended(task_id))["result"]
    assert [(version["version"], version["current"]) for version in second["versions"]] == [(1, False), (2, True)]
    assert "film" not in second["versions"][0]
    films = [(await house.client.get(version["video_url"])).content for version in second["versions"]]
    assert films[0] == FILM
    assert films[1] == (await house.client.get(second["video_url"])).content != FILM
    vtt = await house.client.get(second["versions"][0]["captions"]["vtt"])
    assert (vtt.status_code, vtt.text) == (200, "WEBVTT\n")
    for name in (f"{task_id}.v3.mp4", f"{task_id}.v0.mp4", f"{task_id}.v1.exe", f"{task_id}.v1"):
        assert (await house.client.get(f"/api/video/file/{name}")).status_code == 404


async def test_a_retake_that_fails_leaves_the_film_and_every_version_goes_with_its_task(house: House, tmp_path: Path) -> None:
    task_id = await house.create()
    first = (await house.ended(task_id))["result"]
    house.studio.calls.fail["cut"] = [RenderError("The encoder said no.")]
    await retaken(house, task_id, text="Cocoa is better.")
    failed = await house.ended(task_id)
    assert (failed["status"], failed["error"], failed["result"]) == ("failed", "The encoder said no.", first)
    assert (await house.client.get(first["video_url"])).status_code == 200
    told = await house.client.post("/video/batch", json={"inputs": [{}], "config": {"configurable": {"thread_id": task_id}}})
    assert told.json()["output"][0]["status"] == "completed"  # it goes on
    assert len((await house.status(task_id))["result"]["versions"]) == 2
    folders = list((tmp_path / "tasks").glob("*/film*"))
    assert len(folders) == 2
    await house.client.delete(f"/api/video/task/{task_id}")
    assert not any(folder.exists() for folder in folders)
    assert (await house.client.get(f"/api/video/file/{task_id}.v1.mp4")).status_code == 404


async def test_a_picture_is_changed_and_a_scene_left_out_each_as_a_version(house: House) -> None:
    async with AsyncKiwiClient(house.url) as client:
        task = await (await client.create("tea")).wait(timeout=20)
        await (await task.retake(2, picture=True)).wait(timeout=20)
        known = await house.app.state.context.engine.known(task.id)
        assert (known["script"].scenes[1].passed, known["script"].scenes[1].voice_over) == (("statement",), "Tea is number 2.")
        answer = await task.remove(1)
        assert answer.state.message == "Cutting the film without scene 1"
        await task.wait(timeout=20)
        assert [scene["description"] for scene in task.state.scenes] == ["Tea is number 2.", "Tea is number 3."]
        assert task.result["total_scenes"] == 2
        await (await task.remove(1)).wait(timeout=20)
        with pytest.raises(Refused, match="A film needs a scene"):
            await task.remove(1)
        early = await task.download(Path(house.studio.folder) / "v1.mp4", version=1)
        assert early.read_bytes() == FILM
        with pytest.raises(ValueError, match="There is no version 9"):
            task.state.address("film", 9)


@pytest.mark.parametrize(
    ("said", "status", "field"),
    [({}, 422, "text"), ({"text": ""}, 422, "text"), ({"picture": "perhaps"}, 422, "picture"), ({"picture": False}, 422, "text")],
)
async def test_a_retake_that_says_nothing_is_refused(house: House, said: dict[str, Any], status: int, field: str) -> None:
    task_id = await house.create()
    await house.ended(task_id)
    refused = await retaken(house, task_id, **said)
    assert (refused.status_code, refused.json()["field"]) == (status, field)
    assert (await house.client.delete(f"/api/video/task/{task_id}/scenes/9")).status_code == 404
