"""The review's door: over real sockets, by REST, client and RemoteRunnable."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from langserve import RemoteRunnable

from kiwi.client import AsyncKiwiClient, Event, KiwiClient, NoFilm, Refused
from kiwi.storage.postgres import Server
from testing.servers import House, Studio, open_house, settings_for, told_by_sse
from tests.film.test_review import ANSWER, TEXTS

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def one_house(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("review")
    async with open_house(settings_for(server.url, folder), Studio(folder)) as house:
        yield house


@pytest_asyncio.fixture(loop_scope="module")
async def house(one_house: House) -> AsyncIterator[House]:
    await one_house.clean()
    yield one_house
    await one_house.clean()


async def awaiting(house: House, **wishes: Any) -> str:
    """A task that waits for its review."""
    answer = await house.client.post("/api/video/create", json={"text_input": "tea", "review": True, **wishes})
    task_id = str(answer.json()["task_id"])
    assert (await house.ended(task_id))["status"] == "awaiting_review"
    return task_id


async def review(house: House, task_id: str, said: object) -> httpx.Response:
    return await house.client.post(f"/api/video/task/{task_id}/review", json=said)


async def idle(house: House) -> None:
    """Wait until no worker has anything in its hands."""
    async with asyncio.timeout(30):
        while house.app.state.context.engine.queue.running:
            await asyncio.sleep(0.01)


async def test_a_script_is_approved_over_the_wire_and_the_film_is_made(house: House) -> None:
    task_id = await awaiting(house)
    task = await house.status(task_id)
    assert (task["message"], task["phase"], len(task["data"]["scenes"])) == ("Look at the script", "planning", 3)
    await idle(house)
    answer = await review(house, task_id, ANSWER)
    assert (answer.status_code, answer.headers["location"]) == (202, f"/api/video/status/{task_id}")
    done = await house.ended(task_id)
    assert done["status"] == "completed"
    assert [scene["description"] for scene in done["data"]["scenes"]] == TEXTS
    assert house.studio.notes()["done write"] == 1
    log = [message for _, message in await told_by_sse(house.client, f"/api/video/events/{task_id}?after=0")][1:]
    assert [message["seq"] for message in log] == list(range(1, done["seq"] + 1))
    assert [message["type"] for message in log if message["status"] == "awaiting_review"] == ["progress"]
    assert log[-1]["type"] == "complete"


async def test_a_script_that_is_turned_down_costs_nothing_and_can_be_looked_at_again(house: House) -> None:
    task_id = await awaiting(house)
    answer = await review(house, task_id, {"approve": False})
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["error"]) == ("cancelled", "The script was not approved.")
    assert not any(what.startswith("begin narrate") for what in house.studio.notes())
    assert (await house.client.post(f"/api/video/task/{task_id}/retry")).status_code == 202
    assert (await house.ended(task_id))["status"] == "awaiting_review"
    assert (await review(house, task_id, {"approve": True})).status_code == 202
    assert (await house.ended(task_id))["status"] == "completed"
    assert house.studio.notes()["done write"] == 1


async def test_of_two_answers_at_once_one_counts(house: House) -> None:
    task_id = await awaiting(house)
    answers = await asyncio.gather(*(review(house, task_id, ANSWER) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [202, 409, 409, 409]
    assert (await house.ended(task_id))["status"] == "completed"
    assert {what for what, times in house.studio.notes().items() if times > 1} == set()
    over = await review(house, task_id, ANSWER)
    assert (over.status_code, over.json()["code"]) == (409, "task_busy")
    assert "is completed: there is no script to review" in over.json()["detail"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "approve"),
        ({"approve": "yes"}, "approve"),
        ({"approve": True, "scenes": [{"scene_number": 9, "description": "Cocoa."}]}, "scenes"),
        ({"approve": True, "scenes": [{"scene_number": 2, "description": ""}]}, "scenes"),
        ({"approve": True, "title": "Cocoa"}, "title"),
    ],
)
async def test_a_refused_answer_names_its_field_and_changes_nothing(house: House, said: object, field: str) -> None:
    task_id = await awaiting(house)
    before = await house.status(task_id)
    refused = await review(house, task_id, said)
    assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert await house.status(task_id) == before


async def test_nobody_reviews_what_does_not_exist(house: House) -> None:
    for task_id in ("nope", "00000000-0000-0000-0000-000000000000"):
        assert (await review(house, task_id, ANSWER)).status_code == 404


async def test_a_film_that_awaits_its_review_can_be_cancelled_and_deleted(house: House) -> None:
    one, two = await awaiting(house), await awaiting(house)
    assert (await house.client.post(f"/api/video/task/{one}/cancel")).json()["status"] == "cancelled"
    assert (await review(house, one, ANSWER)).status_code == 409
    assert (await house.client.delete(f"/api/video/task/{two}")).status_code == 200
    assert (await review(house, two, ANSWER)).status_code == 404


async def test_waiting_films_take_no_places_and_are_not_taken_up_again(house: House) -> None:
    engine = house.app.state.context.engine
    ended = engine.queue.ended.total()
    made = [await awaiting(house) for _ in range(3)]
    async with engine.database.pool.connection() as connection:
        await connection.execute("update kiwi_task set updated_at = updated_at - interval '1 day'")
    for _ in range(3):
        await engine.queue.mend()
    tasks = [await house.status(task_id) for task_id in made]
    assert {(task["status"], task["attempt"]) for task in tasks} == {("awaiting_review", 1)}
    await idle(house)
    assert engine.queue.ended.total() == ended


async def test_a_retake_of_a_reviewed_film_asks_nobody_again(house: House) -> None:
    task_id = await awaiting(house)
    await review(house, task_id, {"approve": True})
    await house.ended(task_id)
    answer = await house.client.post(f"/api/video/task/{task_id}/scenes/2/retake", json={"text": "Cocoa is better."})
    assert answer.status_code == 202
    done = await house.ended(task_id)
    assert done["status"] == "completed"
    assert [scene["description"] for scene in done["data"]["scenes"]] == TEXTS


async def test_a_retake_of_a_script_that_was_turned_down_is_looked_at_first(house: House) -> None:
    task_id = await awaiting(house)
    await review(house, task_id, {"approve": False})
    await house.client.post(f"/api/video/task/{task_id}/scenes/2/retake", json={"text": "Cocoa is better."})
    waiting = await house.ended(task_id)
    assert waiting["status"] == "awaiting_review"
    assert [scene["description"] for scene in waiting["data"]["scenes"]] == TEXTS
    assert not any(what.startswith("begin narrate") for what in house.studio.notes())


async def test_a_client_reviews_while_it_listens(house: House) -> None:
    async with AsyncKiwiClient(house.url) as client:
        task = await client.create("tea", review=True)

        async def answer(event: Event) -> None:
            if event.state.status == "awaiting_review":
                assert event.state.scenes[1]["description"] == "Tea is number 2."
                await task.review(scenes={2: "Cocoa is better."})

        await task.wait(on_progress=answer, timeout=15)
    assert [scene["description"] for scene in task.state.scenes] == TEXTS


async def test_a_waiting_program_turns_a_script_down(house: House) -> None:
    def turn_down() -> str:
        with KiwiClient(house.url) as client:
            task = client.create("tea", audio=b"\x1aE\xdf\xa3voice", review=True)
            with pytest.raises(NoFilm, match="The script was not approved"):
                task.wait(lambda event: event.state.status == "awaiting_review" and task.review(approve=False), timeout=15)
            with pytest.raises(Refused) as refused:
                task.review()
            assert refused.value.status == 409
            return task.status

    assert await asyncio.to_thread(turn_down) == "cancelled"


async def test_remote_runnables_are_told_what_is_asked_and_go_on_when_it_is_answered(house: House) -> None:
    asked = {"text_input": "tea", "review": True}
    film: RemoteRunnable[dict[str, Any], dict[str, Any]] = RemoteRunnable(f"{house.url}/video/")

    async def streamed(said: dict[str, Any], task_id: str = "") -> list[dict[str, Any]]:
        return [chunk async for chunk in film.astream(said, {"configurable": {"thread_id": task_id}})]

    async with asyncio.timeout(30):
        for question in ((await streamed(asked))[-1], await film.ainvoke(asked), *await film.abatch([asked])):
            task_id = question["task_id"]
            assert (question["status"], question["review_url"]) == ("awaiting_review", f"/api/video/task/{task_id}/review")
            assert question["data"]["scenes"][1]["description"] == "Tea is number 2."
            again = await film.ainvoke({}, {"configurable": {"thread_id": task_id}})
            assert (again["status"], again["data"]) == ("awaiting_review", question["data"])
            assert (await house.client.post(question["review_url"], json=ANSWER)).status_code == 202
            assert (await streamed({}, task_id))[-1]["status"] == "completed"
