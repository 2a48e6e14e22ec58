"""A disk that fills up: films keep no more than they need, what is old goes, and nothing is promised that there is no room for."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path

import pytest

from kiwi.film.model import SQUARE, Brief, Film
from kiwi.film.review import Edit
from kiwi.storage.disk import megabytes_of_task
from server import open_engine
from testing.servers import House, Studio, open_house, settings_for

TEA = "How to make tea. Boil fresh water. Let it stand for three minutes. Then drink it with a friend."


def media_of(folder: Path, name: str) -> dict[str, int]:
    """Files of a name below a task's folder, and when each was made."""
    return {path.parent.name: path.stat().st_mtime_ns for path in folder.glob(f"*/{name}")}


@pytest.mark.timeout(280)
async def test_a_delivered_film_keeps_what_a_retake_needs_and_no_more(database_url: str, tmp_path: Path) -> None:
    async with open_engine(settings_for(database_url, tmp_path)) as engine:
        task = await engine.submit(Brief(words=TEA, size=SQUARE, fps=24, seconds=10))
        folder = engine.store(task.id).root
        done = await engine.worker.run(task.id)
        assert done.result is not None
        film = Film.model_validate(done.result["film"])
        assert megabytes_of_task(tmp_path, task.id) < 2.4 * film.video.size / 2**20
        assert not [*folder.glob("*/music.wav"), *folder.glob("*/sound.mp4"), *folder.glob(".making-*")]
        reels, voices = media_of(folder, "reel.mp4"), media_of(folder, "voice.wav")
        await engine.tasks.retry(task.id, also_completed=True)
        again = await engine.worker.run(task.id, Edit(scene=2, voice_over="Warm the pot before you begin."))
        assert again.status == "completed"
        for before, after in ((reels, media_of(folder, "reel.mp4")), (voices, media_of(folder, "voice.wav"))):
            assert len(after) == len(before)
            assert len(after.items() - before.items()) == 1  # one was made, and the one it replaces went
        newest = Film.model_validate((again.result or {})["film"])
        assert set(media_of(folder, "film.mp4")) == {one.video.name.partition("/")[0] for one in (film, newest)}


async def test_nothing_is_promised_that_the_disk_has_no_room_for(database_url: str, tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    async with open_house(settings_for(database_url, tmp_path), studio) as house:
        task_id = await house.create(**{"Idempotency-Key": "order-1"})
        await house.ended(task_id)
        talk = await house.client.post("/api/conversation/message", json={"message": "An advert for our bakery in Lisbon"})
        talk_id = talk.json()["conversation_id"]
    async with open_house(settings_for(database_url, tmp_path, disk_reserve_mb=10**9), studio) as house:
        for path, body in (
            ("/api/video/create", {"text_input": "cocoa"}),
            ("/api/video/create", {"audio_data": "GkXfo3ZvaWNl"}),
            (f"/api/video/task/{task_id}/scenes/1/retake", {"text": "Cocoa wins."}),
            (f"/api/video/task/{task_id}/retry", {}),
            (f"/api/conversation/{talk_id}/generate", {}),
            ("/video/invoke", {"input": {"text_input": "cocoa"}}),
            ("/video/batch", {"inputs": [{"text_input": "cocoa"}]}),
        ):
            answer = await house.client.post(path, json=body)
            assert (answer.status_code, answer.json()["code"]) == (507, "disk_full"), path
            assert f"{10**9} MB" in answer.json()["detail"]
        assert await house.stored() == 1
        assert len([*(tmp_path / "tasks").iterdir()]) == 1
        assert await house.create(**{"Idempotency-Key": "order-1"}) == task_id  # what was promised stays promised
        assert (await house.client.get(f"/api/video/file/{task_id}.mp4")).status_code == 200
        ready = await house.client.get("/readyz")
        assert (ready.status_code, "MB left" in ready.json()["detail"]) == (503, True)
        assert "kiwi_ready 0.0" in (await house.client.get("/metrics")).text
        assert (await house.client.delete(f"/api/video/task/{task_id}")).status_code == 200


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(settings_for(database_url, tmp_path), Studio(tmp_path)) as house:
        yield house


async def age(house: House, days: int, *task_ids: str) -> None:
    """Make tasks older than they are."""
    async with house.app.state.context.engine.database.pool.connection() as connection:
        query = "update kiwi_task set updated_at = updated_at - make_interval(days => %s) where id = any(%s)"
        await connection.execute(query, (days, list(task_ids)))


async def test_what_is_old_goes_and_what_is_young_or_at_work_stays(house: House) -> None:
    from graph.housekeeping import housekeeper_of

    engine = house.app.state.context.engine
    young, old, spoken = await house.create(), await house.create(), await house.create()
    (answer,) = [await house.client.post("/api/video/create", json={"audio_data": "GkXfo3ZvaWNl"})]
    spoken = answer.json()["task_id"]
    for task_id in (young, old, spoken):
        await house.ended(task_id)
    house.studio.hold("read")
    running = await house.create()
    await house.studio.noted("begin read")
    await age(house, 31, old, running)
    await age(house, 8, spoken)
    talk = (await house.client.post("/api/conversation/message", json={"message": "An advert for our bakery"})).json()["conversation_id"]
    async with engine.database.pool.connection() as connection:
        await connection.execute("update kiwi_conversation set updated_at = updated_at - interval '31 days'")
    before = len([*(engine.data_folder / "tasks").iterdir()])
    swept = asdict(await housekeeper_of(engine, house.app.state.context.settings).sweep())
    assert {what: swept[what] for what in ("films", "recordings", "conversations", "leftovers")} == {
        "films": 1,
        "recordings": 1,
        "conversations": 1,
        "leftovers": 0,
    }, json.dumps(swept)
    assert swept["megabytes"] > 0
    for path in (f"status/{old}", f"file/{old}.mp4"):
        assert (await house.client.get(f"/api/video/{path}")).status_code == 404
    assert (await house.client.get(f"/api/conversation/{talk}")).status_code == 404
    assert len([*(engine.data_folder / "tasks").iterdir()]) == before - 1
    assert not [*engine.store(spoken).root.glob("*/recording*")]
    for task_id in (young, spoken):
        assert (await house.client.get(f"/api/video/file/{task_id}.mp4")).status_code == 200
    house.studio.release("read")
    assert (await house.ended(running))["status"] == "completed"


async def test_the_first_to_start_makes_good_what_nobody_did_at_night(database_url: str, tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    async with open_engine(settings_for(database_url, tmp_path), studio.hire) as engine:
        task = await engine.submit(Brief(words="tea"))
        await engine.worker.run(task.id)
        async with engine.database.pool.connection() as connection:
            await connection.execute("update kiwi_task set updated_at = updated_at - interval '31 days'")
    async with open_house(settings_for(database_url, tmp_path), studio) as house:
        async with asyncio.timeout(60):
            while await house.stored() or [*(tmp_path / "tasks").iterdir()]:  # a film leaves the list before its folder goes
                await asyncio.sleep(0.05)
        async with house.app.state.context.engine.database.pool.connection() as connection:
            assert not await (await connection.execute("select from procrastinate_jobs where status in ('todo', 'failed')")).fetchall()
